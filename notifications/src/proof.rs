//! What the letter of a sign-in proves: a code to type, and a token in a link.
//!
//! Both follow from the attempt's key under the secret of the deployment. Nothing of them is kept in a
//! table, and whoever reads the tables alone cannot sign in.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::id::AttemptId;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Codes have six digits.
const CODES: u64 = 1_000_000;
/// Bytes of the key in a token.
const ID_OCTETS: usize = 16;

/// The code of an attempt, six digits.
pub fn code(secret: &[u8], attempt: AttemptId) -> String {
    let digest = digest(secret, b"sign-in-code", attempt);
    let bits = digest
        .iter()
        .take(8)
        .fold(0_u64, |bits, octet| (bits << 8) | u64::from(*octet));
    format!("{:06}", bits % CODES)
}

/// The token of an attempt's link: its key and 256 bits that nobody can guess.
pub fn link_token(secret: &[u8], attempt: AttemptId) -> String {
    let mut token = attempt.0.as_bytes().to_vec();
    token.extend(digest(secret, b"sign-in-link", attempt));
    URL_SAFE_NO_PAD.encode(token)
}

/// The attempt of a token, if it is one of ours.
pub fn attempt_of(secret: &[u8], token: &str) -> Option<AttemptId> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, proof) = bytes.split_at_checked(ID_OCTETS)?;
    let attempt = AttemptId(Uuid::from_slice(id).ok()?);
    let known = digest(secret, b"sign-in-link", attempt);
    is_equal(&known, proof).then_some(attempt)
}

/// True for equal texts; takes as long for any two of the same length.
pub fn is_equal(left: &[u8], right: &[u8]) -> bool {
    let difference = left
        .iter()
        .zip(right)
        .fold(0_u8, |difference, (one, other)| difference | (one ^ other));
    left.len() == right.len() && std::hint::black_box(difference) == 0
}

/// Hashed twice, so that the outer digest, which a link shows, says nothing of the inner one.
fn digest(secret: &[u8], purpose: &[u8], attempt: AttemptId) -> Vec<u8> {
    let inner = Sha256::new()
        .chain_update(secret)
        .chain_update(purpose)
        .chain_update(attempt.0.as_bytes())
        .finalize();
    Sha256::new()
        .chain_update(secret)
        .chain_update(purpose)
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ATTEMPT: AttemptId = AttemptId(Uuid::from_u128(7));

    #[test]
    fn a_code_has_six_digits_and_belongs_to_one_attempt_of_one_deployment() {
        let codes: std::collections::BTreeSet<String> = (0..500)
            .map(|number| code(b"secret", AttemptId(Uuid::from_u128(number))))
            .collect();
        assert!(codes.len() > 495, "{}", codes.len());
        let is_code = |code: &String| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        assert!(codes.iter().all(is_code));
        assert_ne!(code(b"secret", ATTEMPT), code(b"other", ATTEMPT));
    }

    #[test]
    fn a_link_leads_to_its_attempt_and_a_changed_one_nowhere() {
        let token = link_token(b"secret", ATTEMPT);
        assert_eq!(attempt_of(b"secret", &token), Some(ATTEMPT));
        assert_eq!(attempt_of(b"other", &token), None);
        for (at, letter) in token.char_indices() {
            let mut changed = token.clone();
            let other = if letter == 'A' { "B" } else { "A" };
            changed.replace_range(at..=at, other);
            assert_eq!(attempt_of(b"secret", &changed), None, "{at}");
        }
        for text in ["", "A", &token[..22], &token[..token.len() - 2]] {
            assert_eq!(attempt_of(b"secret", text), None, "{text}");
        }
    }
}
