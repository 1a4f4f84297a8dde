//! How far the published years reach, and when somebody must hear that they end.

use time::{Date, Month};

use super::{WorkCalendar, plus_days};

/// An alarm rises this many days before the covered range ends. The notice for a year comes in November of
/// the year before; two months leave time to import it, and to ask where it stays.
pub const COVERAGE_ALARM_DAYS: i64 = 60;

impl WorkCalendar {
    /// The first day, from the year of `today` on, of a year that is not published: dates from there on are
    /// provisional.
    pub fn provisional_from(&self, today: Date) -> Option<Date> {
        let open = (today.year()..=Date::MAX.year())
            .find(|year| !self.years.get(year).is_some_and(|plan| plan.is_published))?;
        Date::from_calendar_date(open, Month::January, 1).ok()
    }

    /// The last day of the published years that begin with that of `today`; none if that is not published
    /// itself.
    pub fn covered_until(&self, today: Date) -> Option<Date> {
        let last = self.provisional_from(today)?.previous_day()?;
        (last >= today).then_some(last)
    }

    /// True from [`COVERAGE_ALARM_DAYS`] before the covered range ends.
    pub fn is_coverage_ending(&self, today: Date) -> bool {
        let last_calm = self
            .covered_until(today)
            .and_then(|last| plus_days(last, -COVERAGE_ALARM_DAYS).ok());
        last_calm.is_none_or(|day| today >= day)
    }
}
