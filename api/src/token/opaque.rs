//! Secrets that are looked up: refresh tokens, personal tokens, and those of programs.
//!
//! `gc_pat_` and 256 bits and a checksum, all in lower-case letters and digits: a double click takes the
//! whole, a program that looks for leaked secrets knows one from a typing error, and so do we, without
//! asking the database.

use domain::code::crockford;
use sha2::{Digest as _, Sha256};

/// What stands before a refresh token.
pub const REFRESH_PREFIX: &str = "gc_rt_";
/// 256 bits in digits of 5.
const SECRET_DIGITS: usize = 52;
/// Of 2^30 typing errors one is not seen.
const CHECKSUM_DIGITS: usize = 6;

/// The text of a secret.
pub fn write(prefix: &str, secret: [u8; 32]) -> String {
    let digits = digits(&secret, SECRET_DIGITS);
    let checksum = checksum(prefix, &digits);
    format!("{prefix}{digits}{checksum}")
}

/// True when a text has the form of a secret with this prefix, checksum and all.
pub fn is_well_formed(prefix: &str, text: &str) -> bool {
    let Some((digits, sum)) = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.split_at_checked(SECRET_DIGITS))
    else {
        return false;
    };
    sum == checksum(prefix, digits)
}

/// The last characters of the secret part: what people tell tokens apart by.
pub fn last_four(text: &str) -> String {
    let end = text.len().saturating_sub(CHECKSUM_DIGITS);
    let secret = text.get(..end).unwrap_or_default();
    let from = secret.len().saturating_sub(4);
    secret.get(from..).unwrap_or_default().to_owned()
}

fn checksum(prefix: &str, digits_of_secret: &str) -> String {
    let hash = Sha256::digest(format!("{prefix}{digits_of_secret}"));
    digits(&hash, CHECKSUM_DIGITS)
}

/// The first `count` digits of 5 bits.
fn digits(bytes: &[u8], count: usize) -> String {
    let mut text = String::with_capacity(count);
    let (mut held, mut bits) = (0_u32, 0_u32);
    let mut rest = bytes.iter();
    while text.len() < count {
        if bits < 5 {
            held = (held << 8) | u32::from(rest.next().copied().unwrap_or_default());
            bits += 8;
        }
        bits -= 5;
        let digit = u8::try_from((held >> bits) & 31).unwrap_or_default();
        held &= (1 << bits) - 1;
        text.push(crockford::letter(digit).to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_prefix_and_a_typing_error_by_its_checksum() {
        let secret = std::array::from_fn(|at| u8::try_from(at).unwrap() ^ 0xa5);
        let text = write("gc_pat_", secret);
        assert_eq!(text.len(), "gc_pat_".len() + 58);
        let alphabet = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        assert!(text.strip_prefix("gc_pat_").unwrap().chars().all(alphabet));
        assert!(is_well_formed("gc_pat_", &text));
        assert_eq!(last_four(&text), text[55..59]);
        for at in 7..text.len() {
            let mut typed: Vec<char> = text.chars().collect();
            typed[at] = if typed[at] == '0' { '1' } else { '0' };
            let typed: String = typed.into_iter().collect();
            assert!(!is_well_formed("gc_pat_", &typed), "{at}");
        }
        for (prefix, wrong) in [
            ("gc_svc_", text.clone()),
            ("gc_pat_", text.replace("gc_pat_", "gc_svc_")),
            ("gc_pat_", text.to_uppercase()),
            ("gc_pat_", format!("{text}0")),
            ("gc_pat_", text[..60].to_owned()),
            ("gc_pat_", "gc_pat_".into()),
            ("gc_pat_", "gc_pat_é".repeat(9)),
            ("gc_pat_", String::new()),
        ] {
            assert!(!is_well_formed(prefix, &wrong), "{wrong}");
        }
        // Two secrets that differ in one bit differ in their text.
        let mut other = secret;
        other[31] ^= 1;
        assert_ne!(write("gc_pat_", other), text);
    }
}
