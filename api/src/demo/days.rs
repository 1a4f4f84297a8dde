//! Working days around the day of the demonstration.

use domain::{calendar::CalendarError, calendar::WorkCalendar};
use time::Date;

/// How many working days back the oldest project may reach.
const PAST: u16 = 420;
/// How many working days ahead something may be expected.
const AHEAD: u16 = 60;

/// How many working days before the day of the demonstration: 1 is the last one before it. 0 is the day
/// itself if it is worked, else the next that is; below zero lies ahead.
pub(super) type Ago = i32;

/// The working days around the day of the demonstration, by distance from it.
#[derive(Debug, Clone)]
pub(super) struct Days {
    ascending: Vec<Date>,
    zero: usize,
}

impl Days {
    /// The days around `today`.
    pub(super) fn around(today: Date, calendar: &WorkCalendar) -> Result<Self, CalendarError> {
        let zero = calendar.first_working_day_from(today)?.on;
        let mut ascending = Vec::with_capacity(usize::from(PAST + AHEAD) + 1);
        let mut day = zero;
        for _ in 0..PAST {
            day = calendar.working_day_before(day, 1)?.on;
            ascending.push(day);
        }
        ascending.reverse();
        ascending.push(zero);
        day = zero;
        for _ in 0..AHEAD {
            day = calendar.working_day_after(day, 1)?.on;
            ascending.push(day);
        }
        Ok(Self {
            ascending,
            zero: usize::from(PAST),
        })
    }

    /// The working day that long ago; the first or last known for what lies beyond.
    pub(super) fn on(&self, ago: Ago) -> Date {
        let zero = i32::try_from(self.zero).unwrap_or(i32::MAX);
        let at = usize::try_from(zero.saturating_sub(ago)).unwrap_or_default();
        let known = self.ascending.get(at).or(self.ascending.last());
        known.copied().unwrap_or(Date::MIN)
    }

    /// How long ago `day` was, or the working day that follows on it.
    pub(super) fn ago(&self, day: Date) -> Ago {
        let at = self.ascending.partition_point(|known| *known < day);
        let distance = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        distance(self.zero) - distance(at)
    }
}
