//! The only reader of the machine's clock.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use time::{Duration, OffsetDateTime};

/// The clock that goes on while the machine sleeps; only Linux has it.
#[cfg(target_os = "linux")]
const UPTIME: rustix::time::ClockId = rustix::time::ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const UPTIME: rustix::time::ClockId = rustix::time::ClockId::Monotonic;

/// Where the time comes from. Everything else takes it as a value.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock, moved ahead by some seconds in the demonstration.
    System {
        /// How far ahead, in seconds; zero outside the demonstration.
        ahead_seconds: Arc<AtomicI64>,
    },
    /// A clock that stands until it is set: tests and replays.
    Fixed(Arc<Mutex<OffsetDateTime>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::System {
            ahead_seconds: Arc::default(),
        }
    }

    /// A clock that stands at `at`.
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// The time in UTC.
    pub fn now(&self) -> OffsetDateTime {
        match self {
            Self::System { ahead_seconds } => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the one place that reads the clock"
                )]
                let now = OffsetDateTime::now_utc();
                now + Duration::seconds(ahead_seconds.load(Ordering::Relaxed))
            }
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// How long the machine has been on, its sleep included, from any beginning: what the clock of the wall
    /// says may jump. Stands still with a clock that stands.
    pub fn uptime(&self) -> std::time::Duration {
        match self {
            Self::System { .. } => {
                let read = rustix::time::clock_gettime(UPTIME);
                std::time::Duration::try_from(read).unwrap_or_default()
            }
            Self::Fixed(_) => std::time::Duration::ZERO,
        }
    }

    /// Moves the clock to `at`, forwards or back.
    pub fn set(&self, at: OffsetDateTime) {
        match self {
            Self::System { ahead_seconds } => {
                let ahead = (at - self.now()).whole_seconds();
                ahead_seconds.fetch_add(ahead, Ordering::Relaxed);
            }
            Self::Fixed(held) => *held.lock().unwrap_or_else(PoisonError::into_inner) = at,
        }
    }
}
