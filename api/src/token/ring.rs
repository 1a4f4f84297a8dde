//! The keys of access tokens as this process knows them: read from the database, good for some seconds.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::token::is_previous_good;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use persistence::signing_key::{KeyState, SigningKey};
use time::{Duration, OffsetDateTime};

use crate::keys::Keys;

/// How long keys are used before they are read again: within this time every process knows of a change.
const AGE_MAX: Duration = Duration::seconds(5);
/// How soon they may be read again because somebody names a key that is not among them.
const AGE_MIN: Duration = Duration::seconds(1);
/// How many characters the name of a key has.
pub const KID_CHARACTERS: std::ops::RangeInclusive<usize> = 8..=32;

/// True for what may be the name of a key: lower-case letters and digits. Whatever else stands there is no
/// path, no address and no query either.
pub fn is_kid(text: &str) -> bool {
    let is_sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    KID_CHARACTERS.contains(&text.len()) && text.bytes().all(is_sound)
}

/// The key that signs.
pub(super) struct Signer {
    pub(super) kid: String,
    pub(super) key: EncodingKey,
}

/// The public half of a key.
pub(super) type Check = Arc<DecodingKey>;

struct Known {
    key: Check,
    /// Since when it does not sign any more.
    replaced_at: Option<OffsetDateTime>,
}

/// The keys.
#[derive(Default)]
pub(super) struct Ring {
    read_at: Option<OffsetDateTime>,
    signer: Option<Arc<Signer>>,
    known: BTreeMap<String, Known>,
}

impl Ring {
    /// The keys as kept, read at `now`. One whose public half does not follow from the master key was made
    /// with another, and counts for nothing.
    pub(super) fn of(master: &Keys, kept: &[SigningKey], now: OffsetDateTime) -> Self {
        let mut ring = Self {
            read_at: Some(now),
            ..Self::default()
        };
        for row in kept {
            let Some((private, public)) = master.token_pair(&row.kid) else {
                continue;
            };
            if URL_SAFE_NO_PAD.encode(&public) != row.public_key {
                tracing::error!(kid = row.kid, "a signing key is of another master key");
                continue;
            }
            if row.state == KeyState::Current {
                ring.signer = Some(Arc::new(Signer {
                    kid: row.kid.clone(),
                    key: EncodingKey::from_ed_der(&private),
                }));
            }
            let known = Known {
                key: Arc::new(DecodingKey::from_ed_der(&public)),
                replaced_at: (row.state == KeyState::Previous).then_some(row.since),
            };
            ring.known.insert(row.kid.clone(), known);
        }
        ring
    }

    fn is_older(&self, age: Duration, now: OffsetDateTime) -> bool {
        self.read_at.is_none_or(|at| (now - at).abs() >= age)
    }

    pub(super) fn is_old(&self, now: OffsetDateTime) -> bool {
        self.signer.is_none() || self.is_older(AGE_MAX, now)
    }

    pub(super) fn may_ask_again(&self, now: OffsetDateTime) -> bool {
        self.is_older(AGE_MIN, now)
    }

    pub(super) fn signer(&self) -> Option<Arc<Signer>> {
        self.signer.clone()
    }

    /// The public half of a key that counts at `now`.
    pub(super) fn check(&self, kid: &str, now: OffsetDateTime) -> Option<Check> {
        let known = self.known.get(kid)?;
        let counts = known
            .replaced_at
            .is_none_or(|since| is_previous_good(since, now));
        counts.then(|| known.key.clone())
    }
}

/// True when this machine signs, knows its own signature again and refuses another. Without the right
/// cryptography compiled in, the library fails at its first use: better at the start than at a sign-in.
pub(super) fn is_sound(keys: &Keys) -> bool {
    let Some((private, public)) = keys.token_pair("self-test") else {
        return false;
    };
    let claims = serde_json::json!({ "sub": "self-test" });
    let Ok(token) = super::signed("selftest", &claims, &EncodingKey::from_ed_der(&private)) else {
        return false;
    };
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims::<&str>(&[]);
    validation.validate_exp = false;
    validation.validate_aud = false;
    let key = DecodingKey::from_ed_der(&public);
    let is_good =
        |token: &str| jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).is_ok();
    // The last character but one holds whole bits of the signature.
    let mut forged = token.clone();
    let last = forged.pop();
    let before = forged.pop();
    forged.push(if before == Some('A') { 'B' } else { 'A' });
    forged.extend(last);
    is_good(&token) && !is_good(&forged)
}
