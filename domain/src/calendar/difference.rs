//! What another version of a calendar makes different, day by day.

use alloc::{collections::BTreeSet, vec::Vec};

use time::{Date, Month};

use super::{DayKind, WorkCalendar};

/// A day that is not what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedDay {
    /// The day.
    pub on: Date,
    /// What it was.
    pub was: DayKind,
    /// What it is.
    pub is: DayKind,
}

impl WorkCalendar {
    /// The days that `other` sees differently, ascending. Looks only into years whose notices differ.
    pub fn differences(&self, other: &Self) -> Vec<ChangedDay> {
        let years: BTreeSet<i32> = self
            .years
            .keys()
            .chain(other.years.keys())
            .copied()
            .collect();
        years
            .into_iter()
            .filter(|year| self.years.get(year) != other.years.get(year))
            .flat_map(|year| {
                let first = Date::from_calendar_date(year, Month::January, 1).ok();
                core::iter::successors(first, |day| day.next_day())
                    .take_while(move |day| day.year() == year)
            })
            .filter_map(|on| {
                let (was, is) = (self.kind(on), other.kind(on));
                (was != is).then_some(ChangedDay { on, was, is })
            })
            .collect()
    }
}
