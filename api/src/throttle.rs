//! Throttling of guesses: passwords and query codes.
//!
//! Counts failures by what is guessed at and by who guesses. Kept in memory: a restart forgives, which
//! costs less than letting a stranger's guesses lock people out for good.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use actix_web::HttpRequest;
use time::{Duration, OffsetDateTime};

use crate::{error::AppError, http::client::Client};

/// Failures at one thing from one address within [`WINDOW`].
const TRIES_PER_THING: u32 = 5;
/// Failures from one address within [`WINDOW`], whatever it guesses at.
const TRIES_PER_ADDRESS: u32 = 20;
/// How long a failure counts.
const WINDOW: Duration = Duration::minutes(15);
/// Entries that are remembered; beyond it old ones are dropped first.
const ENTRIES_MAX: usize = 100_000;

/// What is guessed at, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    thing: String,
    address: String,
}

impl Door {
    /// A sign-in for a login.
    pub fn sign_in(request: &HttpRequest, login: &str) -> Self {
        Self {
            thing: format!("login:{}", login.trim()),
            address: address(request),
        }
    }

    /// A query code for a project.
    pub fn query_code(request: &HttpRequest, code: &str) -> Self {
        let code = code.trim().to_uppercase();
        Self {
            thing: format!("code:{code}"),
            address: address(request),
        }
    }
}

/// The client's address; behind a proxy that is believed, what the proxy says.
fn address(request: &HttpRequest) -> String {
    Client::of(request).address_text()
}

#[derive(Debug, Clone, Copy)]
struct Count {
    tries: u32,
    since: OffsetDateTime,
}

/// Counts of tries. Every admitted try counts; success gives it back.
#[derive(Debug, Default)]
pub struct Throttle {
    counts: Mutex<HashMap<String, Count>>,
}

impl Throttle {
    /// Counts a try, or refuses it and says when the next one may come.
    pub fn admit(&self, door: &Door, now: OffsetDateTime) -> Result<(), AppError> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > ENTRIES_MAX {
            counts.retain(|_, count| now - count.since < WINDOW);
        }
        let limits = [
            (format!("{}|{}", door.thing, door.address), TRIES_PER_THING),
            (door.address.clone(), TRIES_PER_ADDRESS),
        ];
        for (key, max) in &limits {
            let known = counts.get(key).filter(|count| now - count.since < WINDOW);
            if let Some(count) = known.filter(|count| count.tries >= *max) {
                let seconds = (count.since + WINDOW - now).whole_seconds().max(1);
                return Err(AppError::TooManyTries { seconds });
            }
        }
        for (key, _) in limits {
            let count = counts.entry(key).or_insert(Count {
                tries: 0,
                since: now,
            });
            if now - count.since >= WINDOW {
                *count = Count {
                    tries: 0,
                    since: now,
                };
            }
            count.tries += 1;
        }
        Ok(())
    }

    /// Takes a try back that succeeded.
    pub fn forgive(&self, door: &Door) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for key in [
            format!("{}|{}", door.thing, door.address),
            door.address.clone(),
        ] {
            if let Some(count) = counts.get_mut(&key) {
                count.tries = count.tries.saturating_sub(1);
            }
        }
    }
}
