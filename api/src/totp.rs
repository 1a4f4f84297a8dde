//! One-time codes of an authenticator (RFC 6238: SHA-1, 30 seconds, 6 digits) and its secret at rest.

use aws_lc_rs::hmac;
use domain::{id::PersonId, sign_in::is_fresh_step};
use time::OffsetDateTime;

use crate::{ids::Ids, keys::Keys, seal};

/// Seconds of a time step.
const STEP_SECONDS: i64 = 30;
/// Clocks may be a step apart either way.
const STEPS_APART: i64 = 1;
/// Codes have six digits.
const CODES: u32 = 1_000_000;
/// Bytes of a secret: as many as SHA-1 makes (RFC 4226, section 4).
pub const SECRET_OCTETS: usize = 20;

/// The secret that an authenticator shares with us.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; SECRET_OCTETS]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Secret {
    /// A secret of these bytes.
    pub fn of(bytes: [u8; SECRET_OCTETS]) -> Self {
        Self(bytes)
    }

    /// The code of a time step.
    pub fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 15);
        let bits = tag
            .iter()
            .skip(offset)
            .take(4)
            .fold(0_u32, |bits, octet| (bits << 8) | u32::from(*octet));
        format!("{:06}", (bits & 0x7fff_ffff) % CODES)
    }

    /// The step whose code was typed, if it is near enough and newer than `last`.
    pub fn fresh_step(&self, typed: &str, now: OffsetDateTime, last: Option<i64>) -> Option<i64> {
        let here = step_of(now);
        let steps = (here - STEPS_APART..=here + STEPS_APART).filter(|step| {
            notifications::proof::is_equal(self.code(*step).as_bytes(), typed.as_bytes())
        });
        steps.rev().find(|step| is_fresh_step(*step, last))
    }

    /// The secret for typing, in groups of four letters.
    pub fn typed_form(&self) -> String {
        let letters: Vec<char> = self.base32().chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        groups.join(" ")
    }

    /// What the QR code says. `issuer` and `account` are what the authenticator lists it under.
    pub fn address(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = self.base32();
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
    }

    /// RFC 4648 without padding; twenty bytes need none.
    fn base32(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let letter = |group: &[u8], at: usize| {
            let bits = group
                .iter()
                .fold(0_u64, |bits, octet| (bits << 8) | u64::from(*octet));
            let index = usize::try_from((bits >> (35 - 5 * at)) & 31).unwrap_or_default();
            LETTERS.get(index).copied().map_or('A', char::from)
        };
        let groups = self.0.chunks(5);
        groups
            .flat_map(|group| (0..8).map(move |at| letter(group, at)))
            .collect()
    }

    /// The secret for the table, readable by this deployment and for this person only.
    pub fn seal(&self, keys: &Keys, ids: &Ids, person: PersonId) -> Option<Vec<u8>> {
        seal::seal(&keys.sealing_key(), ids.secret(), &place(person), &self.0)
    }

    /// The secret from the table.
    pub fn open(sealed: &[u8], keys: &Keys, person: PersonId) -> Option<Self> {
        let bytes = seal::open(&keys.sealing_key(), &place(person), sealed)?;
        bytes.try_into().ok().map(Self)
    }
}

/// Table, column and row: a secret copied to another row does not open there.
fn place(person: PersonId) -> String {
    format!("credential/totp_secret/{person}")
}

/// The time step of an instant.
pub fn step_of(at: OffsetDateTime) -> i64 {
    at.unix_timestamp().div_euclid(STEP_SECONDS)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for octet in text.bytes() {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) {
            escaped.push(char::from(octet));
        } else {
            escaped.push('%');
            escaped.push_str(&crate::keys::hexadecimal(&[octet]).to_uppercase());
        }
    }
    escaped
}

/// The QR code of an address as the path of an SVG, and how many modules a side has.
pub fn qr_path(address: &str) -> Option<(String, usize)> {
    use std::fmt::Write as _;
    let code = qrcode::QrCode::new(address.as_bytes()).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        if colour == qrcode::Color::Dark {
            write!(path, "M{} {}h1v1h-1z", at % width, at / width).ok()?;
        }
    }
    Some((path, width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// RFC 6238, appendix B, the last six digits of the SHA-1 column.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::of(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            assert_eq!(secret.code(step_of(at)), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_never_again() {
        let secret = Secret::of(*b"12345678901234567890");
        let now = OffsetDateTime::from_unix_timestamp(1_700_000_010).unwrap();
        let here = step_of(now);
        for apart in -3..=3_i64 {
            let typed = secret.code(here + apart);
            let step = secret.fresh_step(&typed, now, None);
            assert_eq!(step, (apart.abs() <= 1).then_some(here + apart), "{apart}");
            assert_eq!(secret.fresh_step(&typed, now, Some(here + 1)), None);
        }
        assert_eq!(secret.fresh_step("", now, None), None);
        let late = secret.code(here);
        assert_eq!(secret.fresh_step(&late, now, Some(here - 1)), Some(here));
    }

    #[test]
    fn a_secret_is_typed_and_scanned_as_others_write_it() {
        let secret = Secret::of(*b"12345678901234567890");
        assert_eq!(secret.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            secret.typed_form(),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
        assert_eq!(
            secret.address("绿 色", "a@b"),
            "otpauth://totp/%E7%BB%BF%20%E8%89%B2:a%40b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E7%BB%BF%20%E8%89%B2"
        );
        let (path, width) = qr_path(&secret.address("Zone", "officer")).unwrap();
        assert!(path.starts_with("M0 0h1v1h-1z") && width >= 29, "{width}");
    }

    #[test]
    fn a_sealed_secret_opens_for_its_person_and_its_deployment_only() {
        let (keys, ids) = (Keys::new([7; 32]), Ids::counted());
        let secret = Secret::of(*b"12345678901234567890");
        let [one, other] = [1, 2].map(|number| PersonId(Uuid::from_u128(number)));
        let sealed = secret.seal(&keys, &ids, one).unwrap();
        assert_eq!(Secret::open(&sealed, &keys, one), Some(secret));
        assert_eq!(Secret::open(&sealed, &keys, other), None);
        assert_eq!(Secret::open(&sealed, &Keys::new([8; 32]), one), None);
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        assert_eq!(Secret::open(&changed, &keys, one), None);
        assert_ne!(sealed, secret.seal(&keys, &ids, one).unwrap());
    }
}
