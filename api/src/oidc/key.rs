//! The provider's keys. What we cannot use is left out; what we use is bound to one algorithm, so that no token
//! chooses how it is checked.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

/// Keys that are read; a provider has two or three.
const KEYS_MAX: usize = 64;
/// Octets of the shortest RSA modulus: 2048 bits (RFC 7518, section 3.3).
const MODULUS_OCTETS_MIN: usize = 256;
/// Octets of a coordinate on P-256, and of a key of Ed25519.
const POINT_OCTETS: usize = 32;

/// A key that checks tokens.
pub(super) struct Key {
    /// By which name tokens call it.
    pub(super) kid: Option<String>,
    /// With which algorithm it is used, and no other.
    pub(super) algorithm: Algorithm,
    /// The public half.
    pub(super) public: DecodingKey,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Raw {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The algorithm of a name, of those that are taken. None with a shared secret: the public half of a key is public.
pub(super) fn algorithm(name: &str) -> Option<Algorithm> {
    match name {
        "RS256" => Some(Algorithm::RS256),
        "ES256" => Some(Algorithm::ES256),
        "EdDSA" => Some(Algorithm::EdDSA),
        _ => None,
    }
}

/// The keys of a set that we can use; `None` where it is no set.
pub(super) fn keys(bytes: &[u8]) -> Option<Vec<Key>> {
    let set: Set = serde_json::from_slice(bytes).ok()?;
    let raw = set.keys.into_iter().take(KEYS_MAX);
    Some(
        raw.filter_map(|value| serde_json::from_value(value).ok())
            .filter_map(key)
            .collect(),
    )
}

fn octets(text: Option<&str>) -> usize {
    let decoded = text.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    decoded.map_or(0, |bytes| bytes.len())
}

fn key(raw: Raw) -> Option<Key> {
    if raw.used_for.as_deref().is_some_and(|used| used != "sig") {
        return None;
    }
    let (x, y) = (raw.x.as_deref(), raw.y.as_deref());
    let (name, public) = match (raw.kty.as_str(), raw.crv.as_deref()) {
        ("RSA", _) if octets(raw.n.as_deref()) >= MODULUS_OCTETS_MIN => (
            "RS256",
            DecodingKey::from_rsa_components(raw.n.as_deref()?, raw.e.as_deref()?),
        ),
        ("EC", Some("P-256")) if octets(x) == POINT_OCTETS && octets(y) == POINT_OCTETS => {
            ("ES256", DecodingKey::from_ec_components(x?, y?))
        }
        ("OKP", Some("Ed25519")) if octets(x) == POINT_OCTETS => {
            ("EdDSA", DecodingKey::from_ed_components(x?))
        }
        _ => return None,
    };
    if raw.alg.is_some_and(|alg| alg != name) {
        return None;
    }
    Some(Key {
        kid: raw.kid,
        algorithm: algorithm(name)?,
        public: public.ok()?,
    })
}
