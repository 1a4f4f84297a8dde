//! One request to the provider ([`crate::outbound`]); an answer of unreasonable length is none.
//!
//! Unlike the addresses of webhooks, these are named by whoever runs the server, and a provider is usually inside:
//! so the network is not judged, only the way there.

use std::{io::Read as _, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ureq::{
    Agent, Body, Error,
    http::{Response, header},
    tls::{PemItem, RootCerts, parse_pem},
};

use crate::outbound;

/// Bytes of an answer; descriptions and keys of providers have some thousands.
const ANSWER_BYTES_MAX: u64 = 256 * 1_024;

/// Sends requests.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
}

impl Client {
    /// A client that waits for so long and believes those whose certificates are in `roots`.
    pub(super) fn new(timeout: Duration, roots: Option<&[u8]>) -> Result<Self, String> {
        let roots = roots.map_or(Ok(RootCerts::WebPki), certificates)?;
        let config = outbound::config(roots, timeout, "application/json");
        Ok(Self {
            agent: config.new_agent(),
        })
    }

    /// The body behind an address; a stable word where there is none.
    pub(super) fn get(&self, address: &str) -> Result<Vec<u8>, &'static str> {
        let (status, bytes) = body(self.agent.get(address).call())?;
        match status {
            200 => Ok(bytes),
            300..400 => Err("redirect"),
            _ => Err("status"),
        }
    }

    /// Status and body of the answer to a form.
    pub(super) fn post(
        &self,
        address: &str,
        form: String,
        authorization: Option<String>,
    ) -> Result<(u16, Vec<u8>), &'static str> {
        let mut request = self.agent.post(address).header(
            header::CONTENT_TYPE.as_str(),
            "application/x-www-form-urlencoded",
        );
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION.as_str(), authorization);
        }
        body(request.send(form))
    }
}

/// The header that proves who we are (RFC 6749, section 2.3.1: both parts are encoded as in a form first).
pub(super) fn basic(client_id: &str, secret: &str) -> String {
    let encoded =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let pair = format!("{}:{}", encoded(client_id), encoded(secret));
    format!("Basic {}", STANDARD.encode(pair))
}

fn certificates(pem: &[u8]) -> Result<RootCerts, String> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(format!("oidc.ca_file: {error}")),
        }
    }
    if found.is_empty() {
        return Err("oidc.ca_file: no certificate in it".into());
    }
    Ok(RootCerts::from(found))
}

fn body(answered: Result<Response<Body>, Error>) -> Result<(u16, Vec<u8>), &'static str> {
    let mut response = answered.map_err(|error| word(&error))?;
    let mut bytes = Vec::new();
    let reader = response.body_mut().as_reader();
    let read = reader.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|_broken_off| "broken_off")?;
    if bytes.len() > usize::try_from(ANSWER_BYTES_MAX).unwrap_or(usize::MAX) {
        return Err("too_large");
    }
    Ok((response.status().as_u16(), bytes))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's list is open, and all the rest means that there was no sound answer"
)]
fn word(error: &Error) -> &'static str {
    match error {
        Error::HostNotFound => "host_not_found",
        Error::Timeout(_) => "timeout",
        Error::Io(_) | Error::ConnectionFailed => "connection",
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => "tls",
        _ => "protocol",
    }
}
