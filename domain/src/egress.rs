//! To which addresses of the network this program may send events: never to one behind the wall.
//!
//! Whoever may name an address could otherwise let us ask, in our own name, what only we can reach: the
//! database, the metadata of a cloud, a printer. The rule looks at resolved addresses, so that a name which
//! leads inside is refused as its address is. For IPv6 the rule names what is allowed, because the rest of the
//! space has no meaning yet.
//!
//! Sources: IANA special-purpose address registries (RFC 6890 and its updates), RFC 6598, RFC 6052, RFC 9637.

use alloc::string::{String, ToString as _};
use core::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Why an address is not sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inside {
    /// What the address is for, in English, for logs.
    pub what: &'static str,
}

/// What is not reachable from everywhere, of IPv4: network, bits that count, what it is for.
const INSIDE_V4: [(Ipv4Addr, u8, &str); 17] = [
    (Ipv4Addr::UNSPECIFIED, 8, "this network"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "carrier-grade NAT"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "loopback"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation"),
    (Ipv4Addr::new(192, 31, 196, 0), 24, "AS112"),
    (Ipv4Addr::new(192, 52, 193, 0), 24, "AMT"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private"),
    (Ipv4Addr::new(192, 175, 48, 0), 24, "AS112"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarking"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation"),
    // Multicast, reserved and broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3, "multicast or reserved"),
];

/// Where all of IPv6 that is reachable from everywhere lies.
const OUTSIDE_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What inside of that is not.
const INSIDE_V6: [(Ipv6Addr, u8, &str); 5] = [
    (
        Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0),
        23,
        "protocol assignments, Teredo among them",
    ),
    (
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
        32,
        "documentation",
    ),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4"),
    (
        Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0),
        48,
        "AS112",
    ),
    (
        Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0),
        20,
        "documentation",
    ),
];

fn begins_v4(address: Ipv4Addr, network: Ipv4Addr, bits: u8) -> bool {
    let shift = 32_u32.saturating_sub(bits.into());
    address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
}

fn begins_v6(address: Ipv6Addr, network: Ipv6Addr, bits: u8) -> bool {
    let shift = 128_u32.saturating_sub(bits.into());
    address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
}

/// Refuses an address that is not reachable from everywhere.
pub fn require_outside(address: IpAddr) -> Result<(), Inside> {
    let found = match address {
        IpAddr::V4(address) => INSIDE_V4
            .iter()
            .find(|(network, bits, _)| begins_v4(address, *network, *bits))
            .map(|(_, _, what)| *what),
        IpAddr::V6(address) => {
            let (outside, bits) = OUTSIDE_V6;
            if begins_v6(address, outside, bits) {
                INSIDE_V6
                    .iter()
                    .find(|(network, bits, _)| begins_v6(address, *network, *bits))
                    .map(|(_, _, what)| *what)
            } else {
                // Loopback, unique local, link-local, multicast, mapped, compatible, NAT64, and what has
                // no meaning yet.
                Some("not global unicast")
            }
        }
    };
    match found {
        Some(what) => Err(Inside { what }),
        None => Ok(()),
    }
}

/// Addresses that begin with the same bits, for example `10.20.0.0/16`, or one address alone: own networks to
/// which events may be sent all the same, and proxies that are believed. Everything is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text is not a network: `10.20.0.0/16`, `fd00:20::/32` or an address, with nothing behind the bits that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedNetwork(pub String);

impl fmt::Display for MalformedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a network like 10.20.0.0/16", self.0)
    }
}

impl core::error::Error for MalformedNetwork {}

impl Network {
    /// True when the address lies in it. An IPv4 address written as one of IPv6 lies in no network of IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => begins_v4(address, network, self.bits),
            (IpAddr::V6(network), IpAddr::V6(address)) => begins_v6(address, network, self.bits),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = MalformedNetwork;

    fn from_str(text: &str) -> Result<Self, MalformedNetwork> {
        let malformed = || MalformedNetwork(text.to_string());
        // An address alone is a network of one.
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_not_one| malformed())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits: u8 = bits.map_or(Ok(width), |bits| {
            bits.parse().map_err(|_not_one| malformed())
        })?;
        // A typing error must not open more than was meant: what is behind the bits must be zero.
        let is_sound = match address {
            IpAddr::V4(address) => {
                (1..=32).contains(&bits)
                    && address.to_bits().checked_shl(bits.into()).unwrap_or(0) == 0
            }
            IpAddr::V6(address) => {
                (1..=128).contains(&bits)
                    && address.to_bits().checked_shl(bits.into()).unwrap_or(0) == 0
            }
        };
        if is_sound {
            Ok(Self { address, bits })
        } else {
            Err(malformed())
        }
    }
}

/// Refuses an address that is inside, unless it lies in one of the networks that are allowed.
pub fn require_allowed(address: IpAddr, allowed: &[Network]) -> Result<(), Inside> {
    if allowed.iter().any(|network| network.contains(address)) {
        return Ok(());
    }
    require_outside(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = "
        0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.0.0.53
        127.255.255.255 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1
        192.0.0.170 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255
        192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1 239.255.255.250 240.0.0.1
        255.255.255.254 255.255.255.255
        :: ::1 ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8
        ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1
        2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1
        2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::1 2002:808:808::1 2620:4f:8000::1 3fff::1
        3fff:fff:ffff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::a9fe:a9fe febf::1
        fec0::1 ff02::1 ff0e::1 ffff::1";

    const ADMITTED: &str = "
        1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
        169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0
        198.17.255.255 198.20.0.0 223.255.255.255 2001:200::1 2001:4860:4860::8888 2400:3200::1
        2606:4700::1111 2a00::1 2003::1 3ffe::1";

    fn addresses(list: &str) -> impl Iterator<Item = IpAddr> {
        list.split_whitespace().map(|text| text.parse().unwrap())
    }

    #[test]
    fn what_is_behind_the_wall_is_refused() {
        assert!(addresses(REFUSED).count() >= 60);
        for address in addresses(REFUSED) {
            assert!(require_outside(address).is_err(), "{address}");
        }
    }

    #[test]
    fn what_everybody_can_reach_is_admitted() {
        for address in addresses(ADMITTED) {
            assert_eq!(require_outside(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn an_allowed_network_opens_itself_and_nothing_else() {
        let allowed =
            ["10.20.0.0/16", "fd00:20::/32", "127.0.0.1/32"].map(|text| text.parse().unwrap());
        for address in addresses("10.20.0.1 10.20.255.255 fd00:20::7 127.0.0.1") {
            assert_eq!(require_allowed(address, &allowed), Ok(()), "{address}");
        }
        let outside =
            "10.19.255.255 10.21.0.0 fd00:21::1 127.0.0.2 ::ffff:10.20.0.1 ::ffff:127.0.0.1";
        for address in addresses(outside) {
            assert!(require_allowed(address, &allowed).is_err(), "{address}");
        }
        for typed in ["10.20.0.1", "10.20.0.1/32", "fd00:20::1"] {
            typed.parse::<Network>().unwrap();
        }
        for typed in [
            "",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "::/129",
            "fd00::1/8",
            "x/8",
        ] {
            assert!(typed.parse::<Network>().is_err(), "{typed}");
        }
    }
}
