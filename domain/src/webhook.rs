//! Events sent to an address: which, how often it is tried, and when it is given up.

use alloc::string::String;

use time::{Duration, OffsetDateTime};

use crate::event::NAMES;

/// How an address stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WebhookState {
    /// Somebody asks for it; a system administrator has not said yes.
    Waiting,
    /// Events are sent.
    Active,
    /// Somebody, or a last failed try, holds it back; events are kept.
    Paused,
    /// The receiver said that it is gone (410).
    Gone,
}

impl WebhookState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Active, Self::Paused, Self::Gone];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Gone => "gone",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How one delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryState {
    /// Waits for its time.
    Pending,
    /// The receiver took it.
    Delivered,
    /// Every try failed, or the receiver is gone.
    Failed,
    /// The owner of the address may not read the event any more.
    Withheld,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Withheld];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Withheld => "withheld",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How long after a failed try the next one is due: at once, then ever more patiently, so that a receiver
/// which is down over a weekend misses nothing. The schedule of Standard Webhooks.
pub const RETRIES: [Duration; 10] = [
    Duration::ZERO,
    Duration::seconds(5),
    Duration::minutes(5),
    Duration::minutes(30),
    Duration::hours(2),
    Duration::hours(5),
    Duration::hours(10),
    Duration::hours(14),
    Duration::hours(20),
    Duration::hours(24),
];

/// The share of a pause by which it may be longer, in percent: receivers that failed together are not asked
/// again together.
const JITTER_PERCENT_MAX: i32 = 10;

/// When the next try is due after `failed` tries, the last at `now`; `None` when that was the last. `dice` is any
/// number that nobody can foresee.
pub fn next_try(failed: u32, now: OffsetDateTime, dice: u8) -> Option<OffsetDateTime> {
    let pause = *RETRIES.get(usize::try_from(failed).ok()?)?;
    let jitter = pause * (JITTER_PERCENT_MAX * i32::from(dice)) / (100 * i32::from(u8::MAX));
    Some(now + pause + jitter)
}

/// What an answer to a try means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was taken.
    Taken,
    /// There is nobody any more: nothing more may be sent.
    Gone,
    /// Not taken; again later.
    Again,
}

/// What the status of an answer means. A redirect is followed by nobody: what was checked is the address that
/// was asked for.
pub fn verdict(status: u16) -> Verdict {
    match status {
        200..=299 => Verdict::Taken,
        410 => Verdict::Gone,
        _ => Verdict::Again,
    }
}

/// True for what may stand in a filter: a name, or `gc.stage.*` for all names of a noun, or `*`.
pub fn is_filter(text: &str) -> bool {
    NAMES.iter().any(|name| matches(text, name))
}

/// True when `filter` lets events of this name through.
pub fn matches(filter: &str, name: &str) -> bool {
    match filter.strip_suffix('*') {
        Some("") => true,
        Some(start) => start.ends_with('.') && name.starts_with(start),
        None => filter == name,
    }
}

/// True when any of the filters lets events of this name through; no filter lets all through.
pub fn any_matches(filters: &[String], name: &str) -> bool {
    filters.is_empty() || filters.iter().any(|filter| matches(filter, name))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_try_is_repeated_nine_times_ever_more_patiently() {
        let now = datetime!(2026-03-02 01:00 UTC);
        let mut waited = Duration::ZERO;
        for failed in 0..10 {
            let calm = next_try(failed, now, 0).unwrap() - now;
            let wild = next_try(failed, now, 255).unwrap() - now;
            assert_eq!(calm, RETRIES[usize::try_from(failed).unwrap()]);
            assert_eq!(wild, calm * 11 / 10, "{failed}");
            waited += calm;
        }
        assert_eq!(next_try(10, now, 0), None);
        assert_eq!(waited, Duration::seconds(5 + 35 * 60) + Duration::hours(75));
    }

    #[test]
    fn only_two_hundreds_are_a_yes_and_only_410_is_a_farewell() {
        for (status, expected) in [
            (200, Verdict::Taken),
            (204, Verdict::Taken),
            (299, Verdict::Taken),
            (100, Verdict::Again),
            (301, Verdict::Again),
            (307, Verdict::Again),
            (400, Verdict::Again),
            (404, Verdict::Again),
            (410, Verdict::Gone),
            (500, Verdict::Again),
        ] {
            assert_eq!(verdict(status), expected, "{status}");
        }
    }

    #[test]
    fn a_filter_is_a_name_or_the_names_of_a_noun() {
        for filter in ["*", "gc.*", "gc.stage.*", "gc.stage.started"] {
            assert!(
                is_filter(filter) && matches(filter, "gc.stage.started"),
                "{filter}"
            );
        }
        for filter in [
            "",
            "gc",
            "gc.stage",
            "gc.sta*",
            "gc.stage.start",
            "gc.stages.*",
            "*.started",
        ] {
            assert!(!is_filter(filter), "{filter}");
        }
        assert!(any_matches(&[], "gc.stage.started"));
        assert!(!any_matches(&["gc.card.*".into()], "gc.stage.started"));
    }

    #[test]
    fn every_state_has_its_code() {
        for state in WebhookState::ALL {
            assert_eq!(WebhookState::of_code(state.code()), Some(state));
        }
        for state in DeliveryState::ALL {
            assert_eq!(DeliveryState::of_code(state.code()), Some(state));
        }
    }
}
