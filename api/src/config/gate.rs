//! What is configured of the gate.

use domain::egress::Network;
use serde::Deserialize;

use super::{Config, ConfigError, Server};
use crate::gate::GateSettings;

/// How much one person, program or address may ask in a minute, over all replicas together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quota {
    /// Readings.
    pub reads_per_minute: u32,
    /// Changes.
    pub writes_per_minute: u32,
}

impl Default for Quota {
    fn default() -> Self {
        let usual = GateSettings::default();
        Self {
            reads_per_minute: usual.reads_per_minute,
            writes_per_minute: usual.writes_per_minute,
        }
    }
}

impl Config {
    /// The same with another address to listen on, as a flag gives it; it is judged like one of the file.
    pub fn listening_on(mut self, listen: String) -> Result<Self, ConfigError> {
        self.server.listen = listen;
        let mut faults = self.faults();
        faults.extend(self.server.faults());
        if faults.is_empty() {
            Ok(self)
        } else {
            Err(ConfigError(faults))
        }
    }

    /// How the gate is set.
    pub fn gate(&self) -> GateSettings {
        let proxies = self.server.trusted_proxies.iter();
        GateSettings {
            trusted_proxies: proxies.filter_map(|text| text.parse().ok()).collect(),
            reads_per_minute: self.quota.reads_per_minute,
            writes_per_minute: self.quota.writes_per_minute,
            ..GateSettings::default()
        }
    }
}

impl Server {
    /// What would let passwords and tokens go over a connection that anybody can listen to.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for text in &self.trusted_proxies {
            if let Err(error) = text.parse::<Network>() {
                faults.push(format!("server.trusted_proxies: {error}"));
            }
        }
        if let Some(listen) = &self.metrics_listen
            && listen.parse::<std::net::SocketAddr>().is_err()
        {
            faults.push(format!(
                "server.metrics_listen: {listen:?} is not ADDRESS:PORT"
            ));
        }
        let url = self.public_url.clone();
        let url = url.unwrap_or_else(|| format!("http://{}", self.listen));
        let is_behind_proxy = !self.trusted_proxies.is_empty();
        if url.starts_with("https://") && !is_behind_proxy {
            faults.push(
                "server.trusted_proxies: public_url is https, so name the proxy that speaks it, for example [\"127.0.0.1\"]"
                    .into(),
            );
        }
        if url.starts_with("http://") && !is_loopback(&url) && !is_behind_proxy {
            faults.push(format!(
                "server.public_url: {url:?} is not this machine alone; it needs https:// and server.trusted_proxies"
            ));
        }
        faults
    }
}

/// True when the host of an address is this machine itself.
fn is_loopback(url: &str) -> bool {
    let host = url.strip_prefix("http://").unwrap_or(url);
    let host = host.split('/').next().unwrap_or_default();
    if let Ok(address) = host.parse::<std::net::SocketAddr>() {
        return address.ip().is_loopback();
    }
    let name = host.split(':').next().unwrap_or_default();
    let is_local = |address: std::net::IpAddr| address.is_loopback();
    name == "localhost" || host == "[::1]" || name.parse().is_ok_and(is_local)
}
