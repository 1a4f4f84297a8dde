//! How much one person, program or address may ask in a minute, over all processes together.
//!
//! Each process counts in memory and tells the database after every so many requests, in a row of its own,
//! and hears then what the others have counted. So a reading costs no write, no two processes wait for one
//! row, and the quota is exceeded by at most one batch for each process besides the first.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use actix_web::http::Method;
use persistence::{Tx, quota::QuotaKey};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{app::App, error::AppError, gate::GateSettings};

/// The length of a window in seconds.
pub const WINDOW_SECONDS: i64 = 60;
/// Into how many batches a quota falls: of 600 readings, 60 are counted before the database hears of them.
const BATCHES: u32 = 10;
/// Entries that are remembered; beyond it those of old windows are dropped, and if need be all.
const ENTRIES_MAX: usize = 100_000;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// What changes nothing.
    Read,
    /// What may change something.
    Write,
    /// Sign-ins and exchanges of tokens.
    SignIn,
}

impl Policy {
    /// The policy of a request to the API.
    pub fn of(method: &Method, path: &str) -> Self {
        if path.starts_with("/api/v1/auth/") {
            Self::SignIn
        } else if matches!(*method, Method::GET | Method::HEAD) {
            Self::Read
        } else {
            Self::Write
        }
    }

    /// Its name in headers and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::SignIn => "sign-in",
        }
    }
}

/// How a quota stands after a request was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub policy: Policy,
    /// How many there are in a window.
    pub quota: u32,
    /// How many are left.
    pub left: u32,
    /// Seconds until the window ends.
    pub seconds: i64,
    /// True when this request was one too many.
    pub is_exceeded: bool,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    window: i64,
    own: u32,
    others: u32,
}

/// The counts of this process.
#[derive(Debug)]
pub struct Quotas {
    process: Uuid,
    reads: u32,
    writes: u32,
    sign_ins: u32,
    counts: Mutex<HashMap<(Policy, String), Count>>,
}

impl Quotas {
    /// Counts of the process with the key `process`.
    pub fn new(settings: &GateSettings, process: Uuid) -> Self {
        Self {
            process,
            reads: settings.reads_per_minute,
            writes: settings.writes_per_minute,
            sign_ins: settings.sign_ins_per_minute,
            counts: Mutex::default(),
        }
    }

    fn quota(&self, policy: Policy) -> u32 {
        match policy {
            Policy::Read => self.reads,
            Policy::Write => self.writes,
            Policy::SignIn => self.sign_ins,
        }
    }

    /// Changes the count of `subject` in the window of `now`.
    fn change(
        &self,
        (policy, subject): (Policy, &str),
        now: OffsetDateTime,
        change: impl FnOnce(&mut Count),
    ) -> Count {
        let window = window(now);
        let fresh = Count {
            window,
            own: 0,
            others: 0,
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= ENTRIES_MAX {
            counts.retain(|_, count| count.window == window);
            if counts.len() >= ENTRIES_MAX {
                counts.clear();
            }
        }
        let count = counts.entry((policy, subject.to_owned())).or_insert(fresh);
        if count.window != window {
            *count = fresh;
        }
        change(count);
        *count
    }
}

fn window(now: OffsetDateTime) -> i64 {
    now.unix_timestamp().div_euclid(WINDOW_SECONDS)
}

/// Counts a request of `subject`.
pub async fn count(app: &App, policy: Policy, subject: &str) -> Standing {
    let (quotas, now) = (&app.gate.quotas, app.now());
    let quota = quotas.quota(policy);
    let of = (policy, subject);
    let mut count = quotas.change(of, now, |count| {
        // What is refused is not counted: whoever waits for the next minute has all of it.
        if count.own.saturating_add(count.others) <= quota {
            count.own = count.own.saturating_add(1);
        }
    });
    let batch = (quota / BATCHES).max(1);
    if count.own % batch == 0 && count.own.saturating_add(count.others) <= quota {
        let key = QuotaKey {
            policy: policy.name(),
            subject: subject.to_owned(),
            window: count.window,
        };
        match share(app, key, count.own).await {
            Ok(others) => count = quotas.change(of, now, |count| count.others = others),
            // A database that does not answer is told of elsewhere; limits are not what it fails by.
            Err(error) => tracing::warn!(%error, "the use of a quota was not shared"),
        }
    }
    let used = count.own.saturating_add(count.others);
    Standing {
        policy,
        quota,
        left: quota.saturating_sub(used),
        seconds: WINDOW_SECONDS - now.unix_timestamp().rem_euclid(WINDOW_SECONDS),
        is_exceeded: used > quota,
    }
}

async fn share(app: &App, key: QuotaKey, own: u32) -> Result<u32, AppError> {
    let (zone, process) = (app.zone, app.gate.quotas.process);
    let others = app
        .store
        .write(async move |tx: &mut Tx| tx.share_quota_use(zone, &key, (process, own.into())).await)
        .await?;
    Ok(u32::try_from(others).unwrap_or(u32::MAX))
}

/// Takes a request back that cost nothing: the client had the answer already.
pub fn give_back(app: &App, policy: Policy, subject: &str) {
    app.gate
        .quotas
        .change((policy, subject), app.now(), |count| {
            count.own = count.own.saturating_sub(1);
        });
}

/// Removes what was shared in windows that are over.
pub async fn prune(app: &App) -> Result<(), AppError> {
    let (zone, window) = (app.zone, window(app.now()).saturating_sub(1));
    app.store
        .write(async move |tx: &mut Tx| tx.prune_quota_use(zone, window).await)
        .await?;
    Ok(())
}
