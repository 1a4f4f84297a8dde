//! From where somebody comes: address, browser, and whether we have seen the browser before.

use actix_web::{HttpRequest, http::header};

use crate::http::client::Client;

/// Names of browsers, the more telling first: many call themselves by several.
const BROWSERS: [(&str, &str); 8] = [
    ("MicroMessenger/", "WeChat"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
/// Names of systems.
const SYSTEMS: [(&str, &str); 7] = [
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// From where somebody comes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whence {
    /// The client's address, behind a proxy that is believed what the proxy says; empty where there is none.
    pub address: String,
    /// Browser and system in two words. The whole text of the header would tell people apart, and nobody
    /// could read it.
    pub device: String,
    /// What the browser's device cookie says.
    pub device_token: Option<String>,
}

impl Whence {
    /// From where a request comes. `cookie` is the name of the device cookie.
    pub fn of(request: &HttpRequest, cookie: &str) -> Self {
        let agent = request.headers().get(header::USER_AGENT);
        let agent = agent.and_then(|value| value.to_str().ok());
        Self {
            address: Client::of(request).address_text(),
            device: device(agent.unwrap_or_default()),
            device_token: request
                .cookie(cookie)
                .map(|cookie| cookie.value().to_owned())
                .filter(|token| !token.is_empty()),
        }
    }

    /// The network that the address belongs to: what one household or office has.
    pub fn network(&self) -> String {
        use std::net::IpAddr;
        match self.address.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            Ok(IpAddr::V6(address)) => {
                if let Some(mapped) = address.to_ipv4_mapped() {
                    let [a, b, c, _] = mapped.octets();
                    return format!("{a}.{b}.{c}.0/24");
                }
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            Err(_none) => self.address.clone(),
        }
    }
}

fn device(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_in_two_words() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0",
                "WeChat · Android",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Firefox · Linux",
            ),
            ("curl/8.5.0", "–"),
            ("", "–"),
        ] {
            assert_eq!(device(agent), words);
        }
    }

    #[test]
    fn a_network_is_what_one_office_has() {
        for (address, network) in [
            ("192.0.2.7", "192.0.2.0/24"),
            ("192.0.2.250", "192.0.2.0/24"),
            ("::ffff:192.0.2.7", "192.0.2.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
            ("", ""),
        ] {
            let whence = Whence {
                address: address.into(),
                ..Whence::default()
            };
            assert_eq!(whence.network(), network);
        }
    }
}
