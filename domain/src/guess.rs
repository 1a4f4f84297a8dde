//! How often may somebody guess? Counts of tries at one door, and how long the door then stays shut.
//!
//! A door is what is guessed at together with where the guess comes from, so that a stranger shuts nobody's
//! door but the stranger's own. Every admitted try counts at once, before anybody knows whether it was right:
//! a hundred tries at the same instant are not a hundred guesses. Success gives the count back; nothing else
//! does, no page view and no fresh form.

use time::{Duration, OffsetDateTime};

/// How often one may try at a kind of door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessLimit {
    /// Tries within [`GuessLimit::window`].
    pub tries: u32,
    /// How long a try counts, and how long the door first stays shut.
    pub window: Duration,
    /// True where each time the door shuts it stays shut twice as long as before.
    pub grows: bool,
}

impl GuessLimit {
    /// One account, code or attempt from one network (GB/T 22239 8.1.4.1 b asks for such a limit).
    pub const THING: Self = Self {
        tries: 5,
        window: Duration::minutes(15),
        grows: true,
    };
    /// Everything from one address. An office shares one, so it grows no longer.
    pub const ADDRESS: Self = Self {
        tries: 20,
        window: Duration::minutes(15),
        grows: false,
    };
    /// The second factor of one person from anywhere: only who has the password comes so far, and a hundred
    /// guesses a day at one of a million numbers are worth nothing.
    pub const SECOND_FACTOR: Self = Self {
        tries: 100,
        window: Duration::hours(24),
        grows: false,
    };
}

/// The longest that a door stays shut: an owner who comes back after lunch gets in.
const REST_MAX: Duration = Duration::hours(4);
/// After so long without a try a door has forgotten everything.
pub const FORGOTTEN_AFTER: Duration = Duration::hours(24);

/// The tries at one door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessCount {
    /// Tries that count.
    pub tries: u32,
    /// Since when.
    pub since: OffsetDateTime,
    /// The last one.
    pub last_at: OffsetDateTime,
    /// How often the door has been shut.
    pub locks: u32,
}

/// The door is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shut {
    /// Until when.
    pub until: OffsetDateTime,
}

impl GuessCount {
    /// A door at which nobody has tried.
    pub fn none(now: OffsetDateTime) -> Self {
        Self {
            tries: 0,
            since: now,
            last_at: now,
            locks: 0,
        }
    }

    /// The count with one more try, or until when there is none.
    pub fn admit(self, limit: GuessLimit, now: OffsetDateTime) -> Result<Self, Shut> {
        let known = self.at(limit, now);
        if known.tries >= limit.tries {
            return Err(Shut {
                until: known.last_at + known.rest(limit),
            });
        }
        let since = if known.tries == 0 { now } else { known.since };
        Ok(Self {
            tries: known.tries + 1,
            since,
            last_at: now,
            locks: known.locks,
        })
    }

    /// True when the next try finds the door shut.
    pub fn is_full(self, limit: GuessLimit) -> bool {
        self.tries >= limit.tries
    }

    /// The count after a try that was right: nothing is held against who has proved to be who it is.
    #[must_use]
    pub fn forgiven(self) -> Self {
        Self {
            tries: 0,
            locks: 0,
            ..self
        }
    }

    /// The count without the last try, which was right. What others tried at the same door stays.
    #[must_use]
    pub fn given_back(self) -> Self {
        Self {
            tries: self.tries.saturating_sub(1),
            ..self
        }
    }

    /// What of the count still holds.
    fn at(self, limit: GuessLimit, now: OffsetDateTime) -> Self {
        let is_shut = self.tries >= limit.tries;
        if is_shut && now - self.last_at < self.rest(limit) {
            return self;
        }
        if now - self.last_at >= FORGOTTEN_AFTER {
            return Self::none(now);
        }
        if is_shut {
            return Self {
                tries: 0,
                locks: self.locks.saturating_add(1),
                ..self
            };
        }
        let is_old = now - self.since >= limit.window;
        Self {
            tries: if is_old { 0 } else { self.tries },
            ..self
        }
    }

    /// How long the door stays shut now.
    fn rest(self, limit: GuessLimit) -> Duration {
        let doublings = if limit.grows { self.locks.min(8) } else { 0 };
        let rest = limit.window * 2_i32.pow(doublings);
        rest.min(REST_MAX.max(limit.window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn tried(times: u32, at: OffsetDateTime, mut count: GuessCount) -> GuessCount {
        for _time in 0..times {
            count = count.admit(GuessLimit::THING, at).unwrap();
        }
        count
    }

    #[test]
    fn each_time_the_door_shuts_it_stays_shut_twice_as_long_up_to_four_hours() {
        let mut count = GuessCount::none(NOON);
        let mut now = NOON;
        let mut rests = alloc::vec::Vec::new();
        for _lock in 0..7 {
            count = tried(5, now, count);
            let shut = count.admit(GuessLimit::THING, now).unwrap_err();
            rests.push((shut.until - now).whole_minutes());
            let just_before = shut.until - Duration::SECOND;
            assert_eq!(count.admit(GuessLimit::THING, just_before), Err(shut));
            now = shut.until;
        }
        assert_eq!(rests, [15, 30, 60, 120, 240, 240, 240]);
        let next_day = now + FORGOTTEN_AFTER;
        let count = tried(5, next_day, count);
        let shut = count.admit(GuessLimit::THING, next_day).unwrap_err();
        assert_eq!(shut.until - next_day, Duration::minutes(15));
    }

    #[test]
    fn asking_at_a_shut_door_neither_counts_nor_prolongs() {
        let count = tried(5, NOON, GuessCount::none(NOON));
        for minute in 1..15 {
            let later = NOON + Duration::minutes(minute);
            let shut = count.admit(GuessLimit::THING, later).unwrap_err();
            assert_eq!(shut.until, NOON + Duration::minutes(15));
        }
    }

    #[test]
    fn tries_count_for_a_quarter_of_an_hour_from_the_first() {
        let count = tried(4, NOON, GuessCount::none(NOON));
        let later = NOON + Duration::minutes(15);
        assert_eq!(tried(4, later, count).tries, 4);
        let before = later - Duration::SECOND;
        assert!(
            tried(1, before, count)
                .admit(GuessLimit::THING, before)
                .is_err()
        );
    }

    #[test]
    fn success_forgives_at_the_own_door_and_gives_one_try_back_at_the_shared_one() {
        let count = tried(5, NOON, GuessCount::none(NOON));
        assert_eq!((count.forgiven().tries, count.forgiven().locks), (0, 0));
        assert_eq!(count.given_back().tries, 4);
        assert_eq!(GuessCount::none(NOON).given_back().tries, 0);
    }

    #[test]
    fn an_address_rests_no_longer_the_second_time() {
        let mut count = GuessCount::none(NOON);
        let mut now = NOON;
        for _lock in 0..3 {
            for _try in 0..20 {
                count = count.admit(GuessLimit::ADDRESS, now).unwrap();
            }
            let shut = count.admit(GuessLimit::ADDRESS, now).unwrap_err();
            assert_eq!(shut.until - now, Duration::minutes(15));
            now = shut.until;
        }
    }
}
