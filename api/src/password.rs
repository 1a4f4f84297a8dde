//! Passwords: argon2id with the parameters that OWASP names first.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Memory of one hash in KiB, passes and lanes: 19 MiB, 2, 1.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at the same time. Each takes a core for some 40 ms, and sign-ins must not take them all.
const AT_ONCE: usize = 1;
/// The shortest password that is accepted.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;
/// The longest: beyond it a request is an attempt to make the server work.
pub const PASSWORD_CHARACTERS_MAX: usize = 128;

/// Hashes and checks passwords, a few at a time, off the web workers.
#[derive(Debug, Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Checked against when there is no such account, so that it takes as long as if there were.
    decoy: Arc<str>,
}

/// Why a password cannot be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFlaw {
    /// Fewer than [`PASSWORD_CHARACTERS_MIN`] characters.
    TooShort,
    /// More than [`PASSWORD_CHARACTERS_MAX`] characters.
    TooLong,
    /// The hash failed; nothing the user can do.
    Failed,
}

impl std::fmt::Display for PasswordFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort => write!(
                f,
                "a password needs at least {PASSWORD_CHARACTERS_MIN} characters"
            ),
            Self::TooLong => write!(
                f,
                "a password has at most {PASSWORD_CHARACTERS_MAX} characters"
            ),
            Self::Failed => f.write_str("the password could not be hashed"),
        }
    }
}

impl std::error::Error for PasswordFlaw {}

impl Passwords {
    /// Makes ready, with a decoy hash of `salt`.
    pub fn new(salt: [u8; 16]) -> Self {
        let decoy = hash("no account has this password", salt).unwrap_or_default();
        Self {
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            decoy: decoy.into(),
        }
    }

    /// True when `password` is the one behind `known`. Takes the same time when there is no hash.
    pub async fn verify(&self, password: &str, known: Option<String>) -> bool {
        let has_account = known.is_some();
        let known = known.unwrap_or_else(|| self.decoy.to_string());
        let password: String = password.chars().take(PASSWORD_CHARACTERS_MAX + 1).collect();
        let Ok(_permit) = self.permits.acquire().await else {
            return false;
        };
        let check = move || {
            let Ok(parsed) = PasswordHash::new(&known) else {
                return false;
            };
            hasher().is_ok_and(|argon| argon.verify_password(password.as_bytes(), &parsed).is_ok())
        };
        let is_right = actix_web::web::block(check).await.unwrap_or(false);
        is_right && has_account
    }
}

fn hasher() -> Result<Argon2<'static>, PasswordFlaw> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_unsound| PasswordFlaw::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str, salt: [u8; 16]) -> Result<String, PasswordFlaw> {
    let hashed = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
    hashed
        .map(|hash| hash.to_string())
        .map_err(|_unhashed| PasswordFlaw::Failed)
}

/// The hash of a new password in PHC form. Takes some 40 ms of a core.
pub fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, PasswordFlaw> {
    match password.chars().count() {
        0..PASSWORD_CHARACTERS_MIN => Err(PasswordFlaw::TooShort),
        PASSWORD_CHARACTERS_MIN..=PASSWORD_CHARACTERS_MAX => hash(password, salt),
        _ => Err(PasswordFlaw::TooLong),
    }
}
