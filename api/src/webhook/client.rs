//! One request out: resolved once, every address that the name leads to checked, connected to a checked one.
//!
//! Of the answer only the beginning is read; the rest is as with every request of ours ([`crate::outbound`]).

use std::{io::Read as _, sync::Arc, time::Duration};

use domain::egress::Network;
use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    tls::RootCerts,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use super::target::{Target, TargetFlaw};
use crate::outbound;

/// How long a receiver may take, from the name to the last byte that is read: what it has to do with an event
/// it does afterwards.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes of an answer that are kept for people to look at.
pub const ANSWER_BYTES_MAX: u64 = 1_024;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status, if there was an answer.
    pub status: Option<u16>,
    /// The beginning of its body.
    pub body: Option<String>,
    /// What went wrong before there was one, as a stable code.
    pub error: Option<&'static str>,
}

impl Answer {
    fn failed(error: &'static str) -> Self {
        Self {
            status: None,
            body: None,
            error: Some(error),
        }
    }
}

/// Sends requests. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    allowed: Arc<[Network]>,
}

impl Client {
    /// A client that may also connect to these networks.
    pub fn new(allowed: Vec<Network>) -> Self {
        let allowed: Arc<[Network]> = allowed.into();
        let config = outbound::config(RootCerts::WebPki, TIMEOUT, "*/*");
        let resolver = Guarded {
            names: DefaultResolver::default(),
            allowed: allowed.clone(),
        };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        Self { agent, allowed }
    }

    /// Networks to which events may go although they are inside.
    pub fn allowed(&self) -> &[Network] {
        &self.allowed
    }

    /// Posts a body. Blocks for as long as the receiver may take.
    pub fn post(&self, url: &str, headers: &[(&str, String)], body: &str) -> Answer {
        // Asked for long ago, perhaps under other rules.
        let target = match Target::parse(url, &self.allowed) {
            Ok(target) => target,
            Err(_flaw) => return Answer::failed(REFUSED),
        };
        let mut request = self.agent.post(target.url());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        match request.send(body) {
            Ok(mut response) => {
                let mut read = Vec::new();
                let reader = response.body_mut().as_reader();
                // What was read until the line broke is what there is.
                let _how_much = reader.take(ANSWER_BYTES_MAX).read_to_end(&mut read);
                Answer {
                    status: Some(response.status().as_u16()),
                    // PostgreSQL keeps no NUL in a text.
                    body: Some(String::from_utf8_lossy(&read).replace('\0', "\u{fffd}")),
                    error: None,
                }
            }
            Err(error) => Answer::failed(code(&error)),
        }
    }
}

/// The code of an address that may not be connected to.
pub const REFUSED: &str = "address_refused";

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's list is open, and all the rest means that there was no sound answer"
)]
fn code(error: &Error) -> &'static str {
    match error {
        Error::Other(inner) if inner.is::<Refused>() => REFUSED,
        Error::HostNotFound => "host_not_found",
        Error::Timeout(_) => "timeout",
        Error::Io(_) | Error::ConnectionFailed => "connection",
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => "tls",
        Error::RedirectFailed | Error::TooManyRedirects => "redirect",
        _ => "protocol",
    }
}

/// A name leads to where nothing may be sent.
#[derive(Debug)]
struct Refused(TargetFlaw);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code())
    }
}

impl std::error::Error for Refused {}

/// Resolves names and lets nothing through that leads inside.
#[derive(Debug)]
struct Guarded {
    names: DefaultResolver,
    allowed: Arc<[Network]>,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let refused = |flaw| Error::Other(Box::new(Refused(flaw)));
        let target = Target::parse(&uri.to_string(), &self.allowed).map_err(refused)?;
        let found = self.names.resolve(uri, config, timeout)?;
        // One that leads inside spoils all: which of them would be connected to is chance.
        for address in &found {
            target
                .require_connectable(address.ip(), &self.allowed)
                .map_err(refused)?;
        }
        Ok(found)
    }
}
