//! How long somebody stays signed in, on how many devices, and how fresh a proof must be.

use time::{Duration, OffsetDateTime};

/// Devices on which one person is signed in at a time; the one used longest ago ends.
pub const SESSIONS_MAX: usize = 5;
/// How old the last proof may be where a change could lock the owner out or give rights away.
pub const PROOF_AGE_MAX: Duration = Duration::minutes(5);
/// The last use is noted no oftener than this, so that reading pages rarely writes.
pub const NOTED_EVERY: Duration = Duration::minutes(1);

/// When a session ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTerms {
    /// After so long without a request.
    pub idle: Duration,
    /// After so long in any case.
    pub absolute: Duration,
}

impl SessionTerms {
    /// Those who work in or for the zone see other people's matters: a shorter leash.
    pub const STAFF: Self = Self {
        idle: Duration::minutes(30),
        absolute: Duration::hours(12),
    };
    /// Investors look at their own matters, now and then over a day.
    pub const INVESTOR: Self = Self {
        idle: Duration::minutes(60),
        absolute: Duration::hours(24),
    };
    /// A query code opens one project for one look.
    pub const GUEST: Self = Self {
        idle: Duration::minutes(30),
        absolute: Duration::minutes(30),
    };

    /// The terms of a person.
    pub fn of(is_staff: bool) -> Self {
        if is_staff {
            Self::STAFF
        } else {
            Self::INVESTOR
        }
    }

    /// When a session that is used at `now` and ends at `expires_at` in any case ends for want of use.
    pub fn idle_until(self, now: OffsetDateTime, expires_at: OffsetDateTime) -> OffsetDateTime {
        (now + self.idle).min(expires_at)
    }
}

/// True when somebody has proved to be who it is so short ago that a change of credentials may go on.
pub fn is_recent(proved_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    (Duration::ZERO..=PROOF_AGE_MAX).contains(&(now - proved_at))
}

/// How far the clock of an identity provider may be from ours.
pub const CLOCKS_APART_MAX: Duration = Duration::seconds(60);

/// Since when somebody whom the identity provider saw at `seen_at` counts as proved at `now`: from now on where
/// that was just now, else since then. One of whom it does not say when counts as never.
pub fn vouched_since(seen_at: Option<OffsetDateTime>, now: OffsetDateTime) -> OffsetDateTime {
    let seen_at = seen_at.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    if now - seen_at <= PROOF_AGE_MAX + CLOCKS_APART_MAX {
        now
    } else {
        seen_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    #[test]
    fn a_session_never_outlives_its_absolute_end() {
        let terms = SessionTerms::STAFF;
        let end = NOON + terms.absolute;
        assert_eq!(terms.idle_until(NOON, end), NOON + Duration::minutes(30));
        let late = end - Duration::minutes(10);
        assert_eq!(terms.idle_until(late, end), end);
    }

    #[test]
    fn a_proof_is_recent_for_five_minutes_and_not_before_it_was_made() {
        for (age, recent) in [(-1, false), (0, true), (300, true), (301, false)] {
            assert_eq!(
                is_recent(NOON, NOON + Duration::seconds(age)),
                recent,
                "{age}"
            );
        }
    }

    #[test]
    fn the_word_of_a_provider_is_as_old_as_what_it_saw() {
        let seen = |seconds| vouched_since(Some(NOON - Duration::seconds(seconds)), NOON);
        assert_eq!((seen(0), seen(300), seen(360)), (NOON, NOON, NOON));
        assert_eq!(seen(361), NOON - Duration::seconds(361));
        assert!(!is_recent(seen(361), NOON));
        assert!(!is_recent(vouched_since(None, NOON), NOON));
    }
}
