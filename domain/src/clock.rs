//! The clock of a stage: acceptance, stops, and what follows from them.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use time::Date;

pub use self::explain::{EXPLAINED_DAYS_MAX, ExplainedDay, Explanation, Why};
pub use self::stop::{ClockStop, Consent, ConsentState, Court, Pause, StopReason, pauses};
use crate::{
    calendar::{CalendarError, CountedDay, WALK_DAYS_MAX, WorkCalendar, plus_days},
    extension::Extension,
    limit::Limit,
};

mod explain;
mod stop;

/// When a stage was accepted and when its clock stood still. Everything else about time is derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Day 0.
    pub accepted_on: Date,
    /// In the order in which they were recorded; at most one is open. What is entered late may lie before
    /// or inside what was entered earlier: days are taken out once.
    pub stops: Vec<ClockStop>,
    /// Extensions that were granted, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
}

/// What a clock says under one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The clock runs, or the limit ended before the stop.
    Due(CountedDay),
    /// The clock stands: there is no due day, only days left.
    Stopped {
        /// Counted days of the limit that are not used up.
        days_left: u32,
        /// True when the days used so far touch a year without a published calendar.
        is_provisional: bool,
    },
}

impl Reading {
    /// The due day, `None` while the clock stands.
    pub fn due(self) -> Option<CountedDay> {
        match self {
            Self::Due(day) => Some(day),
            Self::Stopped { .. } => None,
        }
    }

    /// The days left, `None` while the clock runs.
    pub fn days_left(self) -> Option<u32> {
        match self {
            Self::Due(_) => None,
            Self::Stopped { days_left, .. } => Some(days_left),
        }
    }

    /// True when the answer may change once a missing year is published.
    pub fn is_provisional(self) -> bool {
        match self {
            Self::Due(day) => day.is_provisional,
            Self::Stopped { is_provisional, .. } => is_provisional,
        }
    }
}

impl Clock {
    /// A clock that starts on `accepted_on`.
    pub fn started(accepted_on: Date) -> Self {
        Self {
            accepted_on,
            stops: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// The open stop, if the clock stands.
    pub fn open_stop(&self) -> Option<&ClockStop> {
        self.stops.iter().find(|stop| stop.resumed_on.is_none())
    }

    /// Since when the clock stands, or runs: since the stop that lasts, or since the latest resume. The order
    /// of entry does not matter.
    pub fn since(&self) -> Date {
        let resumes = self.stops.iter().filter_map(|stop| stop.resumed_on);
        match self.open_stop() {
            Some(stop) => stop.stopped_on,
            None => resumes.max().unwrap_or(self.accepted_on),
        }
    }

    /// The newest stop that still waits for the investor's answer on `today`.
    pub fn stop_to_answer(&self, today: Date) -> Option<&ClockStop> {
        let mut newest_first = self.stops.iter().rev();
        newest_first.find(|stop| stop.waits_for_answer(today))
    }

    /// The newest stop that the investor objects to while nobody has looked into it.
    pub fn stop_to_review(&self) -> Option<&ClockStop> {
        let mut newest_first = self.stops.iter().rev();
        newest_first.find(|stop| stop.objected_on().is_some())
    }

    /// True when `day` is taken out of the count by a stop.
    pub fn is_stopped_on(&self, day: Date) -> bool {
        self.stops.iter().any(|stop| stop.takes(day))
    }

    /// The days that granted extensions add to the promise.
    pub fn extension_days(&self) -> u16 {
        let days = self.extensions.iter().map(|extension| extension.days);
        days.fold(0, u16::saturating_add)
    }

    /// The worked days after `start` that no stop takes out, as far as a walk goes.
    pub(crate) fn counted_days(
        &self,
        start: Date,
        calendar: &WorkCalendar,
    ) -> impl Iterator<Item = Date> {
        calendar
            .days(start, Date::next_day)
            .zip(0..WALK_DAYS_MAX)
            .map(|(day, _)| day)
            .filter(|day| day.is_working && !self.is_stopped_on(day.on))
            .map(|day| day.on)
    }

    /// The worked days after acceptance until `end` that no stop takes out.
    pub fn counted_days_until(&self, end: Date, calendar: &WorkCalendar) -> u32 {
        let worked = |after, until| calendar.working_days_after(after, until);
        worked(self.accepted_on, end).saturating_sub(self.stopped_days_until(end, worked))
    }

    /// The days after acceptance until `end` that stops take out, as `count` counts the days `d` with
    /// `after < d <= until`.
    pub fn stopped_days_until(&self, end: Date, count: impl Fn(Date, Date) -> u32) -> u32 {
        let taken = pauses(&self.stops).into_iter().map(|pause| {
            let until = pause.until.map_or(end, |resumed| resumed.min(end));
            // A stop of another system may lie before acceptance, where nothing counts.
            count(pause.after.max(self.accepted_on), until)
        });
        taken.sum()
    }

    /// The same days, from `end` backwards.
    pub(crate) fn counted_days_back(
        &self,
        end: Date,
        calendar: &WorkCalendar,
    ) -> impl Iterator<Item = Date> {
        let after_end = end.next_day().unwrap_or(end);
        calendar
            .days(after_end, Date::previous_day)
            .take_while(|day| day.on > self.accepted_on)
            .filter(|day| day.is_working && !self.is_stopped_on(day.on))
            .map(|day| day.on)
    }

    /// When `limit` is due.
    ///
    /// Stops do not move what hangs on a date. A stop on or after the due day changes nothing.
    pub fn read(&self, limit: Limit, calendar: &WorkCalendar) -> Result<Reading, CalendarError> {
        match limit {
            Limit::FixedDate { on } => Ok(Reading::Due(CountedDay {
                on,
                is_provisional: false,
            })),
            Limit::BeforeExpiry { value, on } => {
                calendar.working_day_before(on, value).map(Reading::Due)
            }
            Limit::WorkingDays { value } => {
                let count = |after, until| calendar.working_days_after(after, until);
                let nth = |after, count| calendar.working_day_after(after, count).map(|day| day.on);
                self.count(value, calendar, (count, nth))
            }
            Limit::CalendarDays { value } => {
                let count = |after: Date, until: Date| {
                    u32::try_from((until - after).whole_days()).unwrap_or_default()
                };
                let nth = |after, count: u16| plus_days(after, count.into());
                match self.count(value, calendar, (count, nth))? {
                    Reading::Due(last) => Ok(Reading::Due(rolled(last, calendar)?)),
                    stopped @ Reading::Stopped { .. } => Ok(stopped),
                }
            }
        }
    }

    /// The day that is never counted: what happens on a day belongs to the state before it.
    fn day_zero(&self) -> Date {
        if cfg!(sabotage = "acceptance_day_counts") {
            return self.accepted_on.previous_day().unwrap_or(Date::MIN);
        }
        self.accepted_on
    }

    /// Goes through the intervals in which the clock runs until `limit` days are used up, or only a stop
    /// remains. `count` counts the days `d` with `after < d <= until`, `nth` finds the n-th after a day.
    fn count(
        &self,
        limit: u16,
        calendar: &WorkCalendar,
        (count, nth): (
            impl Fn(Date, Date) -> u32,
            impl Fn(Date, u16) -> Result<Date, CalendarError>,
        ),
    ) -> Result<Reading, CalendarError> {
        let mut left = limit;
        let mut from = self.day_zero();
        for pause in pauses(&self.stops) {
            // What the limit still has when the clock is stopped is not more than it was.
            let used = u16::try_from(count(from, pause.after)).unwrap_or(u16::MAX);
            if left <= used {
                break;
            }
            left -= used;
            match pause.until {
                Some(until) => from = from.max(until),
                None => {
                    return Ok(Reading::Stopped {
                        days_left: left.into(),
                        is_provisional: !calendar
                            .is_published_through(self.accepted_on, from.max(pause.after)),
                    });
                }
            }
        }
        let on = nth(from, left)?;
        Ok(Reading::Due(CountedDay {
            on,
            is_provisional: !calendar.is_published_through(self.accepted_on, on),
        }))
    }
}

/// The last day, moved to the next worked day if it is not worked itself. Civil Code, art. 203.
fn rolled(last: CountedDay, calendar: &WorkCalendar) -> Result<CountedDay, CalendarError> {
    let rolled = calendar.first_working_day_from(last.on)?;
    Ok(CountedDay {
        on: rolled.on,
        is_provisional: last.is_provisional || rolled.is_provisional,
    })
}

#[cfg(test)]
mod tests;
