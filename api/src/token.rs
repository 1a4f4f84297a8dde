//! Access tokens of API clients: EdDSA, ten minutes, nothing but who it is. Rights are read from the
//! database on each request.
//!
//! Checking a signature costs more than reading a project, so tokens that passed are remembered by their
//! hash for as long as they are good.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::id::PersonId;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use crate::keys::Keys;

/// How long an access token is good, in seconds.
pub const LIFETIME_SECONDS: i64 = 600;
/// How far clocks may be apart, in seconds.
const LEEWAY_SECONDS: i64 = 5;
/// The type in the header: a token made for another purpose does not pass (RFC 9068).
const TYPE: &str = "at+jwt";
/// Longer tokens are refused unread; ours have some 300 characters.
const CHARACTERS_MAX: usize = 2_048;
/// Tokens that are remembered: more clients than a zone has, in less than a megabyte.
const REMEMBERED_MAX: usize = 4_096;

/// Makes and checks access tokens.
pub struct Tokens {
    issuer: String,
    sign: EncodingKey,
    check: DecodingKey,
    passed: Mutex<HashMap<TokenHash, Passed>>,
}

type TokenHash = [u8; 32];

/// What a token whose signature is good says.
#[derive(Debug, Clone, Copy)]
struct Passed {
    person: PersonId,
    not_before: i64,
    expires: i64,
}

impl Passed {
    fn is_current(self, now: i64) -> bool {
        self.not_before <= now + LEEWAY_SECONDS && now < self.expires + LEEWAY_SECONDS
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

const AUDIENCE: &str = "green-channel-api";

impl Tokens {
    /// Tokens of the deployment that is reached at `issuer`; `None` if the keys give no key pair.
    pub fn new(keys: &Keys, issuer: &str) -> Option<Self> {
        let (private, public) = keys.token_pair()?;
        Some(Self {
            issuer: issuer.to_owned(),
            sign: EncodingKey::from_ed_der(&private),
            check: DecodingKey::from_ed_der(&public),
            passed: Mutex::default(),
        })
    }

    /// A token for `person` that is good from `now` on.
    pub fn issue(
        &self,
        person: PersonId,
        now: OffsetDateTime,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let now = now.unix_timestamp();
        let header = Header {
            typ: Some(TYPE.to_owned()),
            ..Header::new(Algorithm::EdDSA)
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: person.to_string(),
            iat: now,
            nbf: now,
            exp: now + LIFETIME_SECONDS,
        };
        jsonwebtoken::encode(&header, &claims, &self.sign)
    }

    /// Whose token it is; `None` for anything that is not a good token of ours at `now`.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Option<PersonId> {
        if token.len() > CHARACTERS_MAX {
            return None;
        }
        let now = now.unix_timestamp();
        let hash: TokenHash = Sha256::digest(token).into();
        let remembered = self.remembered(&hash);
        let passed = match remembered {
            Some(passed) => passed,
            None => self.read(token)?,
        };
        if !passed.is_current(now) {
            return None;
        }
        if remembered.is_none() {
            self.remember(hash, passed, now);
        }
        Some(passed.person)
    }

    fn remembered(&self, hash: &TokenHash) -> Option<Passed> {
        let known = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(hash).copied()
    }

    fn remember(&self, hash: TokenHash, passed: Passed, now: i64) {
        let mut known = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED_MAX && !known.contains_key(&hash) {
            known.retain(|_, other| other.is_current(now));
            if known.len() >= REMEMBERED_MAX {
                known.clear();
            }
        }
        known.insert(hash, passed);
    }

    /// What the token says, if it is one of ours.
    fn read(&self, token: &str) -> Option<Passed> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) {
            return None;
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[AUDIENCE]);
        // The library reads the machine's clock; ours is an argument, so the times are checked here.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.check, &validation)
            .ok()?
            .claims;
        Some(Passed {
            person: claims.sub.parse().ok()?,
            not_before: claims.nbf,
            expires: claims.exp,
        })
    }
}
