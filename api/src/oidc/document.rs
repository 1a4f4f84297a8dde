//! What a provider says of itself, and what its token endpoint answers.

use serde::Deserialize;
use url::{Host, Url};

/// Where every provider describes itself, below its issuer (Discovery 1.0, section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Where a provider's description of itself lies.
pub(super) fn address(issuer: &str) -> String {
    format!("{}{WELL_KNOWN}", issuer.trim_end_matches('/'))
}

/// True for an address whose answers nobody on the way can change: over https, or on this machine.
pub fn is_sound_address(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    let is_named = url.username().is_empty() && url.password().is_none();
    is_named && (url.scheme() == "https" || (url.scheme() == "http" && is_here))
}

/// What a provider says of itself, as far as it matters here.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Where browsers are sent.
    pub(super) authorization_endpoint: Url,
    /// Where codes are exchanged.
    pub(super) token_endpoint: String,
    /// Where its keys lie.
    pub(super) jwks_uri: String,
    /// True when a secret goes into a header; into the form otherwise.
    pub(super) takes_basic: bool,
    /// True when each of its answers names it.
    pub(super) says_issuer: bool,
}

#[derive(Deserialize)]
struct Raw {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    code_challenge_methods_supported: Option<Vec<String>>,
    response_types_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Document {
    /// Reads a description, which must be that of `issuer`; a stable word where it cannot be used.
    pub(super) fn read(bytes: &[u8], issuer: &str) -> Result<Self, &'static str> {
        let raw: Raw = serde_json::from_slice(bytes).map_err(|_unread| "description_unreadable")?;
        // Otherwise somebody else could describe itself as this one.
        if raw.issuer != issuer {
            return Err("description_issuer");
        }
        // One that is reached over https leads nowhere else.
        let is_secure = issuer.starts_with("https://");
        let is_sound =
            |text: &str| is_sound_address(text) && (!is_secure || text.starts_with("https://"));
        let endpoints = [
            &raw.authorization_endpoint,
            &raw.token_endpoint,
            &raw.jwks_uri,
        ];
        if !endpoints.into_iter().all(|text| is_sound(text)) {
            return Err("description_endpoint");
        }
        let lacks = |list: &Option<Vec<String>>, value: &str| {
            list.as_ref()
                .is_some_and(|list| !list.iter().any(|one| one == value))
        };
        if lacks(&raw.code_challenge_methods_supported, "S256") {
            return Err("description_without_pkce");
        }
        if lacks(&raw.response_types_supported, "code") {
            return Err("description_without_code");
        }
        let endpoint = Url::parse(&raw.authorization_endpoint);
        Ok(Self {
            authorization_endpoint: endpoint.map_err(|_no_address| "description_endpoint")?,
            token_endpoint: raw.token_endpoint,
            jwks_uri: raw.jwks_uri,
            takes_basic: !lacks(
                &raw.token_endpoint_auth_methods_supported,
                "client_secret_basic",
            ),
            says_issuer: raw.authorization_response_iss_parameter_supported,
        })
    }
}

/// The ID token in an answer of the token endpoint.
pub(super) fn id_token(bytes: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        id_token: String,
    }
    let answer: Answer = serde_json::from_slice(bytes).ok()?;
    Some(answer.id_token)
}

/// True when a failure of the token endpoint is about the code, not about us.
pub(super) fn is_code_refused(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Failure {
        error: String,
    }
    let failure: Option<Failure> = serde_json::from_slice(bytes).ok();
    failure.is_some_and(|failure| failure.error == "invalid_grant")
}
