//! How many in any span of time? Strictly: no span of that length, wherever it begins, holds more.
//!
//! All that is remembered is one instant, so that replicas can share it in one row.

use time::{Duration, OffsetDateTime};

/// At most so many in any span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    most: u32,
    span: Duration,
}

impl Pace {
    /// At most `most` in any `span`; of none one is made, as a pace of nothing would hold letters for ever.
    pub fn new(most: u32, span: Duration) -> Self {
        Self {
            most: most.max(1),
            span,
        }
    }

    /// Half may come at once; the other half spread over the span. Both together are what any span may hold.
    fn at_once(self) -> u32 {
        self.most.div_ceil(2)
    }

    fn between(self) -> Duration {
        match self.most - self.at_once() {
            0 => self.span,
            spread => self.span / spread,
        }
    }

    /// True when `count` may come at `now`, if `next_at` is what the last one left; `None` is "there was none".
    pub fn has_room_for(
        self,
        count: usize,
        next_at: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> bool {
        let taken = |next_at: &Option<OffsetDateTime>| self.take(*next_at, now).ok().map(Some);
        core::iter::successors(Some(next_at), taken)
            .take(count + 1)
            .count()
            > count
    }

    /// Takes a place at `now`: what to remember, or when there will be a place.
    pub fn take(
        self,
        next_at: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> Result<OffsetDateTime, OffsetDateTime> {
        let from = next_at.map_or(now, |next_at| next_at.max(now));
        let opens_at = from - self.between() * (self.at_once() - 1);
        if opens_at > now {
            return Err(opens_at);
        }
        Ok(from + self.between())
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    const NINE: OffsetDateTime = datetime!(2026-03-02 9:00 +8);

    #[test]
    fn six_an_hour_are_three_at_once_and_one_every_twenty_minutes() {
        let pace = Pace::new(6, Duration::HOUR);
        let mut next_at = None;
        let mut taken = Vec::new();
        assert!(pace.has_room_for(3, None, NINE) && !pace.has_room_for(4, None, NINE));
        for minute in 0..61 {
            let now = NINE + Duration::minutes(minute);
            while let Ok(next) = pace.take(next_at, now) {
                assert!(pace.has_room_for(1, next_at, now));
                next_at = Some(next);
                taken.push(minute);
            }
            assert!(!pace.has_room_for(1, next_at, now));
        }
        assert_eq!(taken, [0, 0, 0, 20, 40, 60]);
        let opens = pace.take(next_at, NINE + Duration::minutes(61));
        assert_eq!(opens, Err(NINE + Duration::minutes(80)));
    }

    #[test]
    fn one_a_day_is_one_a_day_and_none_is_one() {
        for most in [0, 1] {
            let pace = Pace::new(most, Duration::DAY);
            let next = pace.take(None, NINE).unwrap();
            assert_eq!(pace.take(Some(next), NINE), Err(NINE + Duration::DAY));
        }
    }

    proptest! {
        #[test]
        fn no_span_holds_more_and_whoever_waits_as_told_gets_a_place(
            most in 1_u32..40,
            seconds in 1_i64..4_000,
            pauses in proptest::collection::vec(0_i64..900, 1..200),
        ) {
            let span = Duration::seconds(seconds);
            let pace = Pace::new(most, span);
            let (mut now, mut next_at, mut taken) = (NINE, None, Vec::new());
            for pause in pauses {
                now += Duration::seconds(pause);
                match pace.take(next_at, now) {
                    Ok(next) => {
                        next_at = Some(next);
                        taken.push(now);
                    }
                    Err(opens_at) => {
                        prop_assert!(opens_at > now && opens_at <= now + span);
                        prop_assert!(pace.take(next_at, opens_at).is_ok());
                    }
                }
            }
            for &first in &taken {
                let held = taken.iter().filter(|&&at| at >= first && at < first + span);
                prop_assert!(held.count() <= usize::try_from(most).unwrap());
            }
        }
    }
}
