//! Which address may be asked for. A pure rule over what was typed and, once a name is resolved, over where it
//! leads; nothing here asks the network.
//!
//! Programs read odd spellings of an address in different ways: `0x7f.1`, `2130706433`, `①②⑦.0.0.1`,
//! `127.0.0.1.`, `user@host`. What is checked must be what is connected to, so only the plain spelling is
//! taken.

use std::net::IpAddr;

use domain::egress::{Network, require_outside};
use url::{Host, Url};

/// Characters of an address; longer ones are no addresses but data.
const CHARACTERS_MAX: usize = 2_048;
/// Ports of HTTPS. Other services must not be asked, however friendly their answer.
const PORTS: [u16; 2] = [443, 8_443];

/// Why an address is not taken, as a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetFlaw {
    /// Not an address at all, too long, or with a fragment.
    Malformed,
    /// Not https.
    Scheme,
    /// With a name or password before the host.
    Userinfo,
    /// The host is not spelt plainly, or is not a full name.
    Host,
    /// The port is not one of HTTPS.
    Port,
    /// It leads inside, or names an address instead of a host.
    Address,
}

impl TargetFlaw {
    /// Every flaw.
    pub const ALL: [Self; 6] = [
        Self::Malformed,
        Self::Scheme,
        Self::Userinfo,
        Self::Host,
        Self::Port,
        Self::Address,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "webhook.url.malformed",
            Self::Scheme => "webhook.url.scheme",
            Self::Userinfo => "webhook.url.userinfo",
            Self::Host => "webhook.url.host",
            Self::Port => "webhook.url.port",
            Self::Address => "webhook.url.address",
        }
    }
}

/// An address that may be asked for, if its name leads to where it may be connected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    url: String,
    is_secure: bool,
    port: u16,
}

impl Target {
    /// Reads an address. `allowed` are own networks to which events may go all the same.
    pub fn parse(typed: &str, allowed: &[Network]) -> Result<Self, TargetFlaw> {
        let is_plain = typed.len() <= CHARACTERS_MAX
            && typed
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let url = Url::parse(typed).map_err(|_not_one| TargetFlaw::Malformed)?;
        let is_secure = match url.scheme() {
            "https" => true,
            "http" if !allowed.is_empty() => false,
            _ => return Err(TargetFlaw::Scheme),
        };
        if url.fragment().is_some() {
            return Err(TargetFlaw::Malformed);
        }
        let authority = authority(typed).ok_or(TargetFlaw::Malformed)?;
        if authority.contains('@') {
            return Err(TargetFlaw::Userinfo);
        }
        if !is_plain {
            return Err(TargetFlaw::Host);
        }
        let port = url.port_or_known_default().ok_or(TargetFlaw::Port)?;
        require_host(&url, authority, allowed)?;
        let target = Self {
            url: url.into(),
            is_secure,
            port,
        };
        if allowed.is_empty() && !PORTS.contains(&port) {
            return Err(TargetFlaw::Port);
        }
        Ok(target)
    }

    /// The address as it is asked for.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Refuses to connect to where a name leads, unless it is outside or in a network that is allowed.
    pub fn require_connectable(
        &self,
        address: IpAddr,
        allowed: &[Network],
    ) -> Result<(), TargetFlaw> {
        if allowed.iter().any(|network| network.contains(address)) {
            return Ok(());
        }
        if !self.is_secure {
            return Err(TargetFlaw::Scheme);
        }
        if !PORTS.contains(&self.port) {
            return Err(TargetFlaw::Port);
        }
        require_outside(address).map_err(|_inside| TargetFlaw::Address)
    }
}

/// What stands between the two slashes and the path, as it was typed.
fn authority(typed: &str) -> Option<&str> {
    let (_, rest) = typed.split_once("://")?;
    rest.split(['/', '?', '#']).next()
}

/// The host must be spelt as it is understood, and be a full name.
fn require_host(url: &Url, authority: &str, allowed: &[Network]) -> Result<(), TargetFlaw> {
    let typed = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => authority,
    };
    if url.host_str() != Some(typed.to_ascii_lowercase().as_str()) {
        return Err(TargetFlaw::Host);
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(name)) => {
            // A name that ends with a dot is another spelling; one without any is of a house network.
            let is_full = name.contains('.') || !allowed.is_empty();
            return if is_full && !name.ends_with('.') {
                Ok(())
            } else {
                Err(TargetFlaw::Host)
            };
        }
        None => return Err(TargetFlaw::Malformed),
    };
    if allowed.iter().any(|network| network.contains(literal)) {
        Ok(())
    } else {
        Err(TargetFlaw::Address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &str = "
        ftp://a.example/ | webhook.url.scheme
        http://a.example/ | webhook.url.scheme
        file:///etc/passwd | webhook.url.scheme
        gopher://a.example/ | webhook.url.scheme
        javascript:alert(1) | webhook.url.scheme
        //a.example/ | webhook.url.malformed
        a.example | webhook.url.malformed
        https:// | webhook.url.malformed
        https://a.example/#x | webhook.url.malformed
        https://user@a.example/ | webhook.url.userinfo
        https://user:pw@a.example/ | webhook.url.userinfo
        https://a.example@127.0.0.1/ | webhook.url.userinfo
        https://@a.example/ | webhook.url.userinfo
        https://127.0.0.1/ | webhook.url.address
        https://8.8.8.8/ | webhook.url.address
        https://169.254.169.254/latest/meta-data/ | webhook.url.address
        https://10.0.0.1/ | webhook.url.address
        https://[::1]/ | webhook.url.address
        https://[::ffff:7f00:1]/ | webhook.url.address
        https://[64:ff9b::a00:1]/ | webhook.url.address
        https://[2001:db8::1]/ | webhook.url.address
        https://[::ffff:127.0.0.1]/ | webhook.url.host
        https://0x7f.1/ | webhook.url.host
        https://0x7f000001/ | webhook.url.host
        https://0177.0.0.1/ | webhook.url.host
        https://2130706433/ | webhook.url.host
        https://127.1/ | webhook.url.host
        https://127.0.1/ | webhook.url.host
        https://00127.0.0.1/ | webhook.url.host
        https://127.0.0.1./ | webhook.url.host
        https://%31%32%37.0.0.1/ | webhook.url.host
        https://a%2eexample/ | webhook.url.host
        https://①②⑦.⓪.⓪.①/ | webhook.url.host
        https://１２７.0.0.1/ | webhook.url.host
        https://127。0。0。1/ | webhook.url.host
        https://ａ.example/ | webhook.url.host
        https://bücher.example/ | webhook.url.host
        https://开发区.example/ | webhook.url.host
        https://a.example./ | webhook.url.host
        https://localhost/ | webhook.url.host
        https://intranet/ | webhook.url.host
        https://metadata/ | webhook.url.host
        https:\\\\a.example/ | webhook.url.malformed
        https://a.example:22/ | webhook.url.port
        https://a.example:25/ | webhook.url.port
        https://a.example:80/ | webhook.url.port
        https://a.example:6379/ | webhook.url.port
        https://a.example:0/ | webhook.url.port";

    #[test]
    fn odd_spellings_and_what_leads_inside_are_refused_with_their_reason() {
        let rows = REFUSED.lines().filter(|line| !line.trim().is_empty());
        let mut count = 0;
        for row in rows {
            let (typed, code) = row.split_once(" | ").unwrap();
            let found = Target::parse(typed.trim(), &[]).map_err(TargetFlaw::code);
            assert_eq!(found, Err(code), "{typed}");
            count += 1;
        }
        assert!(count >= 45, "{count}");
        for typed in [
            "https://a.example/\n",
            "https://a.exa\tmple/",
            " https://a.example/",
            "https://a.example\\@127.0.0.1/",
            &format!("https://a.example/{}", "x".repeat(CHARACTERS_MAX)),
        ] {
            assert!(Target::parse(typed, &[]).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_full_name_over_https_is_taken_as_it_is() {
        for typed in [
            "https://a.example/",
            "https://hooks.a.example/in?x=1",
            "https://a.example:8443/in",
            "https://xn--bcher-kva.example/in",
            "https://A.Example/in",
        ] {
            let target = Target::parse(typed, &[]).unwrap();
            assert_eq!(target.url().to_lowercase(), typed.to_lowercase());
        }
    }

    #[test]
    fn where_a_name_leads_is_looked_at_before_anything_is_connected() {
        let target = Target::parse("https://a.example/in", &[]).unwrap();
        let lead = |address: &str, allowed: &[Network]| {
            let address = address.parse().unwrap();
            target
                .require_connectable(address, allowed)
                .map_err(TargetFlaw::code)
        };
        assert_eq!(lead("8.8.8.8", &[]), Ok(()));
        for address in [
            "127.0.0.1",
            "10.20.0.1",
            "169.254.169.254",
            "::1",
            "::ffff:8.8.8.8",
            "fd00::1",
        ] {
            assert_eq!(lead(address, &[]), Err("webhook.url.address"), "{address}");
        }
        let allowed = ["10.20.0.0/16".parse().unwrap()];
        assert_eq!(lead("10.20.0.1", &allowed), Ok(()));
        assert_eq!(lead("10.21.0.1", &allowed), Err("webhook.url.address"));
    }

    #[test]
    fn an_allowed_network_may_be_asked_without_tls_and_nobody_else() {
        let allowed = ["10.20.0.0/16".parse().unwrap()];
        for typed in [
            "http://10.20.0.1:9000/in",
            "http://hooks/in",
            "http://a.example:9000/",
        ] {
            let target = Target::parse(typed, &allowed).unwrap();
            let inside = target.require_connectable("10.20.0.1".parse().unwrap(), &allowed);
            assert_eq!(inside, Ok(()), "{typed}");
            let outside = target.require_connectable("8.8.8.8".parse().unwrap(), &allowed);
            assert_eq!(outside, Err(TargetFlaw::Scheme), "{typed}");
        }
        let odd = Target::parse("https://a.example:9000/", &allowed).unwrap();
        let outside = odd.require_connectable("8.8.8.8".parse().unwrap(), &allowed);
        assert_eq!(outside, Err(TargetFlaw::Port));
        for typed in [
            "http://10.21.0.1/",
            "http://0x0a.20.0.1/",
            "http://127.0.0.1/",
        ] {
            assert!(Target::parse(typed, &allowed).is_err(), "{typed}");
        }
    }
}
