//! Access tokens of API clients: EdDSA, ten minutes, nothing but who it is. Rights are read from the
//! database on each request.

use domain::id::PersonId;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
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

/// Makes and checks access tokens.
pub struct Tokens {
    issuer: String,
    sign: EncodingKey,
    check: DecodingKey,
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
        let now = now.unix_timestamp();
        let is_current = claims.nbf <= now + LEEWAY_SECONDS && now < claims.exp + LEEWAY_SECONDS;
        claims.sub.parse().ok().filter(|_| is_current)
    }
}
