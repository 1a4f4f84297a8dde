//! How a receiver knows that a message is ours: an HMAC over its key, its time and its bytes (Standard Webhooks
//! 1.0), under a secret that only the receiver and we have. At rest the secret is sealed.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::id::{WebhookId, ZoneId};

use crate::{ids::Ids, keys::Keys, seal};

/// The secret of an address. Debug prints none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Secret {
    /// A new secret.
    pub fn new(ids: &Ids) -> Self {
        Self(ids.secret())
    }

    /// As the receiver gets it.
    pub fn printed(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// The signature of a message, `v1,...`.
    pub fn sign(&self, message: &str, timestamp: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let signed = format!("{message}.{timestamp}.{body}");
        let tag = hmac::sign(&key, signed.as_bytes());
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    }

    /// The secret as it is kept: for this address alone, so that nobody can move it to another.
    pub fn seal(&self, keys: &Keys, ids: &Ids, of: (ZoneId, WebhookId)) -> Option<Vec<u8>> {
        seal::seal(&keys.webhook_key(), ids.secret(), &about(of), &self.0)
    }

    /// The secret from how it is kept; `None` when it is not of this address or of these keys.
    pub fn open(kept: &[u8], keys: &Keys, of: (ZoneId, WebhookId)) -> Option<Self> {
        let plain = seal::open(&keys.webhook_key(), &about(of), kept)?;
        Some(Self(<[u8; 32]>::try_from(plain).ok()?))
    }
}

fn about((zone, hook): (ZoneId, WebhookId)) -> String {
    format!("{zone}:{hook}")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    /// The example of the standard's reference implementation.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let bytes = STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAAAAAAAA=")
            .unwrap();
        let secret = Secret(bytes.try_into().unwrap());
        let signed = secret.sign("msg_1", 1_614_265_330, "{\"test\": 2432232314}");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret.0);
        let tag = STANDARD
            .decode(signed.strip_prefix("v1,").unwrap())
            .unwrap();
        let said = b"msg_1.1614265330.{\"test\": 2432232314}";
        hmac::verify(&key, said, &tag).unwrap();
        assert!(secret.printed().starts_with("whsec_"));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_own_address_and_keys_alone() {
        let (keys, ids) = (Keys::new([7; 32]), Ids::counted());
        let of = |number| {
            (
                ZoneId(Uuid::from_u128(1)),
                WebhookId(Uuid::from_u128(number)),
            )
        };
        let secret = Secret::new(&ids);
        let sealed = secret.seal(&keys, &ids, of(1)).unwrap();
        assert_eq!(Secret::open(&sealed, &keys, of(1)), Some(secret.clone()));
        assert_ne!(secret.seal(&keys, &ids, of(1)).unwrap(), sealed);
        assert_eq!(Secret::open(&sealed, &keys, of(2)), None);
        assert_eq!(Secret::open(&sealed, &Keys::new([8; 32]), of(1)), None);
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert_eq!(Secret::open(&broken, &keys, of(1)), None, "{at}");
        }
        assert_eq!(Secret::open(&[], &keys, of(1)), None);
        assert_eq!(format!("{secret:?}"), "Secret(***)");
    }
}
