//! Where a request comes from. Only proxies that are configured may say that it comes from elsewhere.

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header, web::Data};

use domain::egress::Network;

use crate::app::App;

/// What a proxy writes down: for whom it asks, each hop behind the one before.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// And over which scheme it was asked.
const FORWARDED_PROTO: &str = "x-forwarded-proto";
/// Longer user agents are cut before they are hashed.
const AGENT_BYTES_MAX: usize = 512;

/// Who asks, as far as the network knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// From where; `None` where nobody can tell.
    pub address: Option<IpAddr>,
    /// True when the way to the outermost proxy that is believed was HTTPS.
    pub is_https: bool,
    /// What the client says of itself.
    agent: String,
}

impl Client {
    /// The client of a request.
    pub fn of(request: &HttpRequest) -> Self {
        let proxies = request
            .app_data::<Data<App>>()
            .map_or(&[][..], |app| &app.gate.settings.trusted_proxies);
        let headers = request.headers();
        let values = |name: &str| -> Vec<&str> {
            let lines = headers.get_all(name).filter_map(|line| line.to_str().ok());
            lines
                .flat_map(|line| line.split(','))
                .map(str::trim)
                .collect()
        };
        let peer = request.peer_addr().map(|peer| peer.ip());
        let (address, is_https) = seen(
            peer,
            proxies,
            (&values(FORWARDED_FOR), &values(FORWARDED_PROTO)),
        );
        let agent = headers.get(header::USER_AGENT);
        let agent = agent.map_or(&[][..], header::HeaderValue::as_bytes);
        let agent = agent.get(..AGENT_BYTES_MAX).unwrap_or(agent);
        Self {
            address,
            is_https,
            agent: String::from_utf8_lossy(agent).into_owned(),
        }
    }

    /// The address as text; empty where nobody can tell.
    pub fn address_text(&self) -> String {
        self.address
            .map_or_else(String::new, |address| address.to_string())
    }

    /// What one household or office has in common: 24 bits of version 4, 56 of version 6.
    pub fn network_text(&self) -> String {
        match self.address {
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            Some(IpAddr::V6(address)) => {
                let prefix = address.to_bits() >> 72;
                format!("{prefix:x}/56")
            }
            None => String::new(),
        }
    }

    /// By what a client is known again: its network and what it says of itself. To be hashed before it is
    /// kept.
    pub fn fingerprint(&self) -> String {
        format!("{}\u{1f}{}", self.network_text(), self.agent)
    }
}

/// Address and HTTPS: from the peer outwards, as long as who speaks is a proxy that is believed. What an
/// unknown client writes into these headers stands further left and is never reached.
fn seen(
    peer: Option<IpAddr>,
    proxies: &[Network],
    (hops, schemes): (&[&str], &[&str]),
) -> (Option<IpAddr>, bool) {
    let is_proxy = |address: IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    let mut address = peer.map(|peer| peer.to_canonical());
    // Its own connection to us is not ours to judge: we speak no TLS.
    let is_https = address.is_some_and(is_proxy)
        && schemes
            .last()
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
    for hop in hops.iter().rev() {
        if !address.is_some_and(is_proxy) {
            break;
        }
        match hop.parse::<IpAddr>() {
            Ok(next) => address = Some(next.to_canonical()),
            // What a proxy does not name, nobody behind it names.
            Err(_unnamed) => break,
        }
    }
    (address, is_https)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peer | hops | schemes | address | HTTPS. Trusted are `10.0.0.0/8` and `::1`.
    const SEEN: &str = "
192.0.2.7        |                               |             | 192.0.2.7   | no
192.0.2.7        | 203.0.113.1                   | https       | 192.0.2.7   | no
10.1.1.1         |                               | https       | 10.1.1.1    | yes
10.1.1.1         | 203.0.113.1                   | https       | 203.0.113.1 | yes
10.1.1.1         | 203.0.113.1                   | http        | 203.0.113.1 | no
10.1.1.1         | 203.0.113.1                   |             | 203.0.113.1 | no
10.1.1.1         | 127.0.0.1 203.0.113.1         | https       | 203.0.113.1 | yes
10.1.1.1         | x 203.0.113.1 10.2.2.2        | HTTPS       | 203.0.113.1 | yes
10.1.1.1         | 203.0.113.1 unknown           | https       | 10.1.1.1    | yes
10.1.1.1         | 203.0.113.1:443               | https       | 10.1.1.1    | yes
::1              | 2001:db8::5                   | https       | 2001:db8::5 | yes
::ffff:10.1.1.1  | 203.0.113.1                   | https http  | 203.0.113.1 | no
::ffff:192.0.2.7 | 203.0.113.1                   | https       | 192.0.2.7   | no
";

    #[test]
    fn only_proxies_that_are_believed_move_the_address() {
        let proxies: Vec<Network> = ["10.0.0.0/8", "::1"]
            .map(|text| text.parse().unwrap())
            .into();
        for line in SEEN.lines().filter(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let hops: Vec<&str> = cells[1].split_whitespace().collect();
            let schemes: Vec<&str> = cells[2].split_whitespace().collect();
            let found = seen(Some(cells[0].parse().unwrap()), &proxies, (&hops, &schemes));
            let expected = (Some(cells[3].parse().unwrap()), cells[4] == "yes");
            assert_eq!(found, expected, "{line}");
        }
        let (hops, schemes) = (["203.0.113.1"], ["https"]);
        assert_eq!(seen(None, &proxies, (&hops, &schemes)), (None, false));
        // Without configured proxies nobody is believed.
        let peer = "127.0.0.1".parse().unwrap();
        let found = seen(Some(peer), &[], (&hops, &schemes));
        assert_eq!(found, (Some(peer), false));
    }
}
