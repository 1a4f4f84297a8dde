//! Walking over a calendar, day by day.

use time::Date;

use super::{CalendarYear, WorkCalendar, is_worked, kind};

impl WorkCalendar {
    /// The days after `start`, which is not one of them, in the direction of `next`.
    pub(crate) fn days(&self, start: Date, next: fn(Date) -> Option<Date>) -> Days<'_> {
        Days {
            calendar: self,
            plan: self.years.get(&start.year()),
            last: start,
            next,
        }
    }
}

/// A day of a walk over the calendar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WalkedDay {
    pub(crate) on: Date,
    pub(crate) is_working: bool,
    pub(crate) is_published: bool,
}

/// A walk over the calendar, day by day. Looks for the notice of a year once.
#[derive(Debug, Clone)]
pub(crate) struct Days<'a> {
    calendar: &'a WorkCalendar,
    plan: Option<&'a CalendarYear>,
    last: Date,
    next: fn(Date) -> Option<Date>,
}

impl Iterator for Days<'_> {
    type Item = WalkedDay;

    fn next(&mut self) -> Option<WalkedDay> {
        let on = (self.next)(self.last)?;
        if on.year() != self.last.year() {
            self.plan = self.calendar.years.get(&on.year());
        }
        self.last = on;
        Some(WalkedDay {
            on,
            is_working: is_worked(kind(self.plan, on)),
            is_published: self.plan.is_some_and(|plan| plan.is_published),
        })
    }
}
