//! Access tokens of API clients: EdDSA, ten minutes, nothing but who it is. Rights are read from the
//! database on each request.
//!
//! Checking a signature costs more than reading a project, so tokens that passed are remembered by their
//! hash for as long as they are good.

pub mod opaque;
mod ring;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::id::{FamilyId, PersonId};
use jsonwebtoken::{Algorithm, EncodingKey, Header, Validation};
use persistence::signing_key::SigningKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use self::ring::Ring;
pub use self::ring::{KID_CHARACTERS, is_kid};
use crate::keys::Keys;

/// How long an access token is good, in seconds.
pub const LIFETIME_SECONDS: i64 = 600;
/// How far clocks may be apart, in seconds.
const LEEWAY_SECONDS: i64 = 5;
/// The type in the header: a token made for another purpose does not pass (RFC 9068).
const TYPE: &str = "at+jwt";
/// The one algorithm (RFC 8037).
const ALGORITHM: &str = "EdDSA";
/// Longer tokens are refused unread; ours have some 400 characters.
const CHARACTERS_MAX: usize = 2_048;
/// Tokens that are remembered: more clients than a zone has, in less than a megabyte.
const REMEMBERED_MAX: usize = 4_096;

/// Makes and checks access tokens.
pub struct Tokens {
    issuer: String,
    master: Keys,
    ring: Mutex<Ring>,
    passed: Mutex<HashMap<TokenHash, Passed>>,
}

type TokenHash = [u8; 32];

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// Who.
    pub person: PersonId,
    /// The sign-in that it comes from, which may have been revoked since.
    pub family: FamilyId,
}

/// What became of reading a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// It is good.
    Good(Bearer),
    /// It is not, and nothing can make it so.
    Bad,
    /// It names a key that this process has not heard of; somebody may just have made it.
    StrangeKey,
}

/// Why no token could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenError {
    /// The keys were not read yet.
    NoKey,
    /// The library could not sign.
    Unsigned(String),
}

/// What a token whose signature is good says.
#[derive(Debug, Clone)]
struct Passed {
    kid: String,
    bearer: Bearer,
    not_before: i64,
    expires: i64,
}

impl Passed {
    fn is_current(&self, now: i64) -> bool {
        let is_begun = self.not_before <= now.saturating_add(LEEWAY_SECONDS);
        is_begun && now < self.expires.saturating_add(LEEWAY_SECONDS)
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// The head of a token, which is judged before anything is computed. There is nothing else in ours: a head
/// that brings its own key, names an address of one, or marks something as critical is refused as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    alg: String,
    typ: String,
    kid: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

const AUDIENCE: &str = "green-channel-api";

impl Tokens {
    /// Tokens of the deployment that is reached at `issuer`, without keys yet; `None` if signing and checking
    /// do not work on this machine.
    pub fn new(keys: &Keys, issuer: &str) -> Option<Self> {
        ring::is_sound(keys).then(|| Self {
            issuer: issuer.to_owned(),
            master: keys.clone(),
            ring: Mutex::default(),
            passed: Mutex::default(),
        })
    }

    /// The public half of the key with the name `kid`, in base64url.
    pub fn public_key(&self, kid: &str) -> Option<String> {
        let (_, public) = self.master.token_pair(kid)?;
        Some(URL_SAFE_NO_PAD.encode(public))
    }

    /// Takes the keys as they are kept at `now`.
    pub fn take_keys(&self, kept: &[SigningKey], now: OffsetDateTime) {
        let ring = Ring::of(&self.master, kept, now);
        *self.ring.lock().unwrap_or_else(PoisonError::into_inner) = ring;
    }

    /// True when the keys should be read again before a token is made or checked at `now`.
    pub fn is_ring_old(&self, now: OffsetDateTime) -> bool {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.is_old(now)
    }

    /// True when the keys may be read again at `now` because somebody names a strange one. Otherwise
    /// anybody could make us read them without end.
    pub fn may_ask_again(&self, now: OffsetDateTime) -> bool {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.may_ask_again(now)
    }

    /// A token for `bearer` with the key `id`, good from `now` on.
    pub fn issue(
        &self,
        bearer: Bearer,
        id: uuid::Uuid,
        now: OffsetDateTime,
    ) -> Result<String, TokenError> {
        let signer = {
            let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
            ring.signer().ok_or(TokenError::NoKey)?
        };
        let now = now.unix_timestamp();
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: bearer.person.to_string(),
            sid: bearer.family.to_string(),
            jti: id.to_string(),
            iat: now,
            nbf: now,
            exp: now.saturating_add(LIFETIME_SECONDS),
        };
        signed(&signer.kid, &claims, &signer.key)
            .map_err(|error| TokenError::Unsigned(error.to_string()))
    }

    /// Whose token it is, if it is a good token of ours at `now`.
    pub fn read(&self, token: &str, now: OffsetDateTime) -> Read {
        if token.len() > CHARACTERS_MAX {
            return Read::Bad;
        }
        let hash: TokenHash = Sha256::digest(token).into();
        let remembered = self.remembered(&hash);
        let is_new = remembered.is_none();
        let passed = match remembered.map_or_else(|| self.check(token, now), Ok) {
            Ok(passed) => passed,
            Err(read) => return read,
        };
        // A key that is gone takes the tokens with it that it signed, remembered or not.
        if self.check_key(&passed.kid, now).is_none() {
            return Read::StrangeKey;
        }
        let now = now.unix_timestamp();
        if !passed.is_current(now) {
            return Read::Bad;
        }
        let bearer = passed.bearer;
        if is_new {
            self.remember(hash, passed, now);
        }
        Read::Good(bearer)
    }

    fn check_key(&self, kid: &str, now: OffsetDateTime) -> Option<ring::Check> {
        let ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        ring.check(kid, now)
    }

    fn remembered(&self, hash: &TokenHash) -> Option<Passed> {
        let known = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(hash).cloned()
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

    /// What the token says, if its head, its signature and its claims are as they must be.
    fn check(&self, token: &str, now: OffsetDateTime) -> Result<Passed, Read> {
        let head = head(token).ok_or(Read::Bad)?;
        let key = self.check_key(&head.kid, now).ok_or(Read::StrangeKey)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[AUDIENCE]);
        // The library reads the machine's clock; ours is an argument, so the times are checked here.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let read = jsonwebtoken::decode::<Claims>(token, &key, &validation);
        let claims = read.map_err(|_forged| Read::Bad)?.claims;
        // Nothing of ours lasts longer, or begins before it was made.
        let is_ours = claims.nbf == claims.iat
            && claims.exp.checked_sub(claims.iat) == Some(LIFETIME_SECONDS)
            && claims.jti.parse::<uuid::Uuid>().is_ok();
        let bearer = claims.sub.parse().ok().zip(claims.sid.parse().ok());
        let (person, family) = bearer.filter(|_| is_ours).ok_or(Read::Bad)?;
        Ok(Passed {
            kid: head.kid,
            bearer: Bearer { person, family },
            not_before: claims.nbf,
            expires: claims.exp,
        })
    }
}

fn signed(
    kid: &str,
    claims: &impl Serialize,
    key: &EncodingKey,
) -> Result<String, jsonwebtoken::errors::Error> {
    let header = Header {
        typ: Some(TYPE.to_owned()),
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    jsonwebtoken::encode(&header, claims, key)
}

/// The head of a token of three parts, if it is one that ours have.
fn head(token: &str) -> Option<Head> {
    let (first, rest) = token.split_once('.')?;
    if rest.split('.').count() != 2 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(first).ok()?;
    let head: Head = serde_json::from_slice(&bytes).ok()?;
    (head.alg == ALGORITHM && head.typ == TYPE && is_kid(&head.kid)).then_some(head)
}
