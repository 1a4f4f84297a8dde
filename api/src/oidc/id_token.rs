//! Is an ID token what the provider says to us, now, in answer to what we asked?

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::session::CLOCKS_APART_MAX;
use jsonwebtoken::{Algorithm, Validation, errors::ErrorKind};
use serde::Deserialize;

use super::key::{self, Key};

/// Longer tokens are refused unread; some carry a person's groups, which we do not look at.
const CHARACTERS_MAX: usize = 16 * 1_024;
/// How long ago a token may have been made, in seconds: it is fetched in the moment in which it is made.
const AGE_SECONDS_MAX: i64 = 600;
/// Characters of a subject (Core 1.0, section 2).
const SUBJECT_CHARACTERS_MAX: usize = 255;

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// Seconds since 1970.
    pub(super) now: i64,
}

/// The head of a token, as far as we look at it.
pub(super) struct Head {
    algorithm: Algorithm,
    kid: Option<String>,
}

/// What a good token says.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Claims {
    iss: String,
    pub(super) sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    pub(super) auth_time: Option<i64>,
    pub(super) acr: Option<String>,
    #[serde(default)]
    pub(super) amr: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// The head of a token, judged before anything is computed; a stable word where it is none that we take. Keys that
/// it brings along or names by address are not looked at.
pub(super) fn head(token: &str) -> Result<Head, &'static str> {
    #[derive(Deserialize)]
    struct Raw {
        alg: String,
        kid: Option<String>,
        typ: Option<String>,
        crit: Option<serde_json::Value>,
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [first, _, _] = parts[..] else {
        return Err("token_form");
    };
    if token.len() > CHARACTERS_MAX {
        return Err("token_too_long");
    }
    let bytes = URL_SAFE_NO_PAD.decode(first);
    let bytes = bytes.map_err(|_not_encoded| "token_form")?;
    let raw: Raw = serde_json::from_slice(&bytes).map_err(|_unread| "token_form")?;
    // Another kind of token with the same signature, such as one that ends sessions, says something else.
    if raw.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("jwt")) || raw.crit.is_some() {
        return Err("token_kind");
    }
    Ok(Head {
        algorithm: key::algorithm(&raw.alg).ok_or("algorithm")?,
        kid: raw.kid,
    })
}

impl Head {
    /// The key that the token says it was signed with. Without a name there must be no choice.
    pub(super) fn key<'a>(&self, keys: &'a [Key]) -> Option<&'a Key> {
        let mut fitting = keys.iter().filter(|key| {
            let is_named = self.kid.is_none() || self.kid == key.kid;
            is_named && key.algorithm == self.algorithm
        });
        let found = fitting.next()?;
        fitting.next().is_none().then_some(found)
    }
}

/// What a token says, if its signature is of `key` and everything is as expected; else a stable word.
pub(super) fn check(
    token: &str,
    key: &Key,
    expected: &Expected<'_>,
) -> Result<Claims, &'static str> {
    let mut validation = Validation::new(key.algorithm);
    validation.set_required_spec_claims::<&str>(&[]);
    // The library reads the machine's clock; ours is an argument, so all claims are judged here.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let read = jsonwebtoken::decode::<Claims>(token, &key.public, &validation);
    let claims = read.map_err(|error| word(&error))?.claims;
    let (now, apart) = (expected.now, CLOCKS_APART_MAX.whole_seconds());
    let is_later = |at: i64| at > now.saturating_add(apart);
    let is_over = |at: i64| at.saturating_add(apart) <= now;
    let is_subject = (1..=SUBJECT_CHARACTERS_MAX).contains(&claims.sub.len())
        && claims
            .sub
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let judged = [
        ("issuer", claims.iss == expected.issuer),
        ("audience", claims.is_for(expected.client_id)),
        ("nonce", claims.nonce.as_deref() == Some(expected.nonce)),
        ("expired", !is_over(claims.exp)),
        ("issued_at", !is_later(claims.iat)),
        (
            "issued_at",
            !is_over(claims.iat.saturating_add(AGE_SECONDS_MAX)),
        ),
        ("not_before", !claims.nbf.is_some_and(is_later)),
        ("auth_time", !claims.auth_time.is_some_and(is_later)),
        ("subject", is_subject),
    ];
    match judged.iter().find(|(_, is_good)| !is_good) {
        Some((word, _)) => Err(word),
        None => Ok(claims),
    }
}

/// The signature is looked at before what it signs.
fn word(error: &jsonwebtoken::errors::Error) -> &'static str {
    if matches!(error.kind(), ErrorKind::Json(_)) {
        "claims"
    } else {
        "signature"
    }
}

impl Claims {
    /// True when the token is for us: we are its audience, and where there are others, it was made for us.
    fn is_for(&self, client_id: &str) -> bool {
        let (is_named, is_alone) = match &self.aud {
            Audience::One(one) => (one == client_id, true),
            Audience::Several(several) => (
                several.iter().any(|one| one == client_id),
                several.len() == 1,
            ),
        };
        let is_made_for = self.azp.as_deref().map_or(is_alone, |azp| azp == client_id);
        is_named && is_made_for
    }
}
