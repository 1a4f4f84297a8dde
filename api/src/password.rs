//! Passwords: argon2id with the parameters that OWASP names first, on threads of its own.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use domain::password::{CHARACTERS_MAX, CHARACTERS_MIN};
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::AppError;

/// Threads that hash. Each hash takes a core for some 40 ms, and sign-ins must not take them all.
const THREADS: usize = 2;
/// Hashes that may wait: beyond it one would wait longer than a browser does.
const WAITING_MAX: usize = 64;
/// Lanes: more than one helps only who has more cores than we give.
const LANES: u32 = 1;

/// The parameters of argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// 19 MiB, two passes.
    pub const STANDARD: Self = Self {
        memory_kib: 19_456,
        passes: 2,
    };
    /// 46 MiB, one pass.
    pub const HIGH: Self = Self {
        memory_kib: 47_104,
        passes: 1,
    };
    /// The least that argon2id takes. For tests.
    pub const NOTHING: Self = Self {
        memory_kib: 8,
        passes: 1,
    };

    fn hasher(self) -> Result<Argon2<'static>, PasswordFlaw> {
        let params = Params::new(self.memory_kib, self.passes, LANES, None)
            .map_err(|_unsound| PasswordFlaw::Failed)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// True when a hash was made with less.
    fn is_above(self, hash: &PasswordHash) -> bool {
        let number = |name: &str| {
            let value = hash.params.get_str(name);
            value.and_then(|value| value.parse::<u32>().ok())
        };
        let (memory, passes) = (number("m").unwrap_or(0), number("t").unwrap_or(0));
        memory < self.memory_kib || (memory == self.memory_kib && passes < self.passes)
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// Hashes and checks passwords, a few at a time, off the web workers.
#[derive(Clone)]
pub struct Passwords {
    jobs: mpsc::SyncSender<Job>,
    cost: Cost,
    /// Checked against when there is no such account, so that it takes as long as if there were.
    decoy: Arc<str>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

/// Why a password cannot be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFlaw {
    /// Fewer than [`CHARACTERS_MIN`] characters.
    TooShort,
    /// More than [`CHARACTERS_MAX`] characters.
    TooLong,
    /// The hash failed; nothing the user can do.
    Failed,
}

impl std::fmt::Display for PasswordFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort => write!(f, "a password needs at least {CHARACTERS_MIN} characters"),
            Self::TooLong => write!(f, "a password has at most {CHARACTERS_MAX} characters"),
            Self::Failed => f.write_str("the password could not be hashed"),
        }
    }
}

impl std::error::Error for PasswordFlaw {}

/// Whether a password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// It was.
    pub is_right: bool,
    /// A hash to keep in the place of the known one, which was made with less work than is asked today.
    pub better: Option<String>,
}

impl Passwords {
    /// Makes ready, with a decoy hash of `salt`. The threads end with the last clone.
    pub fn new(salt: [u8; 16], cost: Cost) -> std::io::Result<Self> {
        let decoy = hash("no account has this password", salt, cost).unwrap_or_default();
        let (jobs, waiting) = mpsc::sync_channel::<Job>(WAITING_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..THREADS {
            let waiting = waiting.clone();
            let work = move || {
                while let Some(job) = next(&waiting) {
                    job();
                }
            };
            let name = format!("password-{number}");
            std::thread::Builder::new().name(name).spawn(work)?;
        }
        Ok(Self {
            jobs,
            cost,
            decoy: decoy.into(),
        })
    }

    /// Whether `password` is the one behind `known`. Takes the same time when there is no hash. Too many at
    /// once are [`AppError::Busy`]. `salt` is for a better hash, should one be due.
    pub async fn verify(
        &self,
        password: &str,
        known: Option<String>,
        salt: [u8; 16],
    ) -> Result<Verdict, AppError> {
        let has_account = known.is_some();
        let known = known.unwrap_or_else(|| self.decoy.to_string());
        let (password, cost) = (typed(password), self.cost);
        let check = move || {
            let Ok(parsed) = PasswordHash::new(&known) else {
                return (false, None);
            };
            let is_right = cost
                .hasher()
                .is_ok_and(|argon| argon.verify_password(password.as_bytes(), &parsed).is_ok());
            let is_due = is_right && has_account && cost.is_above(&parsed);
            let better = is_due.then(|| hash(&password, salt, cost).ok()).flatten();
            (is_right, better)
        };
        let (is_right, better) = self.run(check).await?;
        Ok(Verdict {
            is_right: is_right && has_account,
            better,
        })
    }

    /// The hash of a new password in PHC form. Whether it is good enough is decided before.
    pub async fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String, AppError> {
        let (password, cost) = (typed(password), self.cost);
        let hashed = self.run(move || hash(&password, salt, cost)).await?;
        hashed.map_err(|flaw| AppError::Broken {
            cause: flaw.to_string(),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let (tell, told) = oneshot::channel();
        let job = Box::new(move || {
            let _nobody_waits = tell.send(work());
        });
        self.jobs
            .try_send(job)
            .map_err(|_full_or_gone| AppError::Busy)?;
        told.await.map_err(|gone| AppError::Broken {
            cause: gone.to_string(),
        })
    }
}

fn next(waiting: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.recv().ok()
}

/// A password as it is hashed: in NFC, so that one keyboard's é is the other's. What is too long stays too
/// long and is not read to its end.
fn typed(password: &str) -> String {
    password.nfc().take(CHARACTERS_MAX + 1).collect()
}

/// A new password as rules look at it.
pub fn normalised(password: &str) -> String {
    password.nfc().collect()
}

fn hash(password: &str, salt: [u8; 16], cost: Cost) -> Result<String, PasswordFlaw> {
    let hashed = cost
        .hasher()?
        .hash_password_with_salt(password.as_bytes(), &salt);
    hashed
        .map(|hash| hash.to_string())
        .map_err(|_unhashed| PasswordFlaw::Failed)
}

/// The hash of a new password in PHC form, for commands. Takes some 40 ms of a core.
pub fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, PasswordFlaw> {
    let password = normalised(password);
    match password.chars().count() {
        0..CHARACTERS_MIN => Err(PasswordFlaw::TooShort),
        CHARACTERS_MIN..=CHARACTERS_MAX => hash(&password, salt, Cost::STANDARD),
        _ => Err(PasswordFlaw::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALT: [u8; 16] = [7; 16];

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(work)
    }

    #[test]
    fn a_password_is_the_same_however_its_letters_are_put_together() {
        let passwords = Passwords::new(SALT, Cost::NOTHING).unwrap();
        let composed = "caf\u{e9} au lait 24";
        let taken_apart = "cafe\u{301} au lait 24";
        let known = run(passwords.hash(composed, SALT)).unwrap();
        for (typed, is_right) in [
            (composed, true),
            (taken_apart, true),
            ("cafe au lait 24", false),
        ] {
            let verdict = run(passwords.verify(typed, Some(known.clone()), SALT)).unwrap();
            assert_eq!(verdict.is_right, is_right, "{typed}");
            assert_eq!(verdict.better, None);
        }
    }

    #[test]
    fn all_hundred_and_twenty_eight_characters_count_and_one_more_is_wrong() {
        let passwords = Passwords::new(SALT, Cost::NOTHING).unwrap();
        let long = "密".repeat(127);
        let known = run(passwords.hash(&format!("{long}1"), SALT)).unwrap();
        for (end, is_right) in [("1", true), ("2", false), ("", false), ("12", false)] {
            let verdict = run(passwords.verify(&format!("{long}{end}"), Some(known.clone()), SALT));
            assert_eq!(verdict.unwrap().is_right, is_right, "{end}");
        }
    }

    #[test]
    fn a_hash_of_less_work_is_made_anew_and_one_of_enough_is_left() {
        let old = run(Passwords::new(SALT, Cost::NOTHING).unwrap().hash("x", SALT)).unwrap();
        let raised = Cost {
            memory_kib: 16,
            passes: 1,
        };
        let passwords = Passwords::new(SALT, raised).unwrap();
        let verdict = run(passwords.verify("x", Some(old.clone()), SALT)).unwrap();
        let better = verdict.better.unwrap();
        assert!(better.contains("m=16"), "{better}");
        let verdict = run(passwords.verify("x", Some(better), SALT)).unwrap();
        assert_eq!((verdict.is_right, verdict.better), (true, None));
        let wrong = run(passwords.verify("y", Some(old), SALT)).unwrap();
        assert_eq!((wrong.is_right, wrong.better), (false, None));
    }

    #[test]
    fn what_does_not_fit_in_the_queue_is_told_so_at_once() {
        let passwords = Passwords::new(SALT, Cost::NOTHING).unwrap();
        let (end, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let (starts, is_started) = mpsc::channel();
        let job = || {
            let (gate, starts) = (gate.clone(), starts.clone());
            Box::new(move || {
                let _nobody_counts = starts.send(());
                let gate = gate.lock().unwrap_or_else(PoisonError::into_inner);
                let _ended = gate.recv();
            })
        };
        // Every thread waits until the test lets it go; only then is the queue behind them filled.
        for _thread in 0..THREADS {
            passwords.jobs.try_send(job()).unwrap();
            is_started.recv().unwrap();
        }
        for _waiting in 0..WAITING_MAX {
            passwords.jobs.try_send(job()).unwrap();
        }
        let refused = run(passwords.verify("x", None, SALT));
        assert!(matches!(refused, Err(AppError::Busy)), "{refused:?}");
        drop(end);
    }
}
