//! A deadline explains itself: day by day, counted or not, and why.

use alloc::{string::String, vec::Vec};

use time::Date;

use super::{Clock, Reading, StopReason};
use crate::{
    calendar::{CalendarError, DayKind, WorkCalendar},
    limit::Limit,
};

/// Why a date is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The limit as counted, extensions included.
    pub limit: Limit,
    /// What follows: a due day, or days left.
    pub reading: Reading,
    /// The calendar and its version.
    pub calendar: (String, u32),
    /// The days from day 0, each counted or not. Empty for a fixed date.
    pub days: Vec<ExplainedDay>,
}

/// One day of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExplainedDay {
    /// The day.
    pub on: Date,
    /// The number it has in the count; `None` when it is not counted.
    pub number: Option<u32>,
    /// Why.
    pub why: Why,
    /// False in a year without a published calendar.
    pub is_published: bool,
}

/// Why a day is or is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Day 0: what happens on a day belongs to the state before it.
    DayZero,
    /// Monday to Friday, no holiday.
    Workday,
    /// A weekend day that is worked in exchange.
    MakeupWorkday,
    /// Every day counts under this limit.
    EveryDay,
    /// Saturday or Sunday.
    Weekend,
    /// A holiday.
    Holiday,
    /// The clock stood.
    Stopped(StopReason),
    /// The last day was not worked: the limit runs on to the next day that is.
    RolledOn,
}

impl Why {
    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::DayZero => "day_zero",
            Self::Workday => "workday",
            Self::MakeupWorkday => "makeup_workday",
            Self::EveryDay => "every_day",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
            Self::Stopped(_) => "stopped",
            Self::RolledOn => "rolled_on",
        }
    }
}

/// Days of an explanation. The longest limit, stopped for as long again; beyond it the rest is left out.
pub const EXPLAINED_DAYS_MAX: usize = 8_000;

impl Clock {
    /// Explains when `limit` is due: every day from acceptance to the due day, or to `today` while the clock
    /// stands.
    pub fn explain(
        &self,
        limit: Limit,
        calendar: &WorkCalendar,
        today: Date,
    ) -> Result<Explanation, CalendarError> {
        let reading = self.read(limit, calendar)?;
        let until = reading.due().map_or(today, |due| due.on);
        let days = match limit {
            Limit::FixedDate { .. } | Limit::BeforeExpiry { .. } => Vec::new(),
            Limit::WorkingDays { value } => self.days_until(until, calendar, (value, false)),
            Limit::CalendarDays { value } => self.days_until(until, calendar, (value, true)),
        };
        Ok(Explanation {
            limit,
            reading,
            calendar: (calendar.name.clone(), calendar.version),
            days,
        })
    }

    fn days_until(
        &self,
        until: Date,
        calendar: &WorkCalendar,
        (limit, is_every_day): (u16, bool),
    ) -> Vec<ExplainedDay> {
        let first = ExplainedDay {
            on: self.accepted_on,
            number: None,
            why: Why::DayZero,
            is_published: calendar.is_published(self.accepted_on),
        };
        let mut number = 0;
        let later = core::iter::successors(self.accepted_on.next_day(), |day| day.next_day())
            .take_while(|day| *day <= until)
            .map(|on| {
                let why = if number >= u32::from(limit) {
                    Why::RolledOn
                } else {
                    self.why(on, calendar, is_every_day)
                };
                let is_counted = matches!(why, Why::Workday | Why::MakeupWorkday | Why::EveryDay);
                number += u32::from(is_counted);
                ExplainedDay {
                    on,
                    number: is_counted.then_some(number),
                    why,
                    is_published: calendar.is_published(on),
                }
            });
        let days = core::iter::once(first).chain(later);
        days.take(EXPLAINED_DAYS_MAX).collect()
    }

    fn why(&self, on: Date, calendar: &WorkCalendar, is_every_day: bool) -> Why {
        if let Some(stop) = self.stops.iter().rev().find(|stop| stop.takes(on)) {
            return Why::Stopped(stop.reason);
        }
        if is_every_day {
            return Why::EveryDay;
        }
        match calendar.kind(on) {
            DayKind::Workday => Why::Workday,
            DayKind::MakeupWorkday => Why::MakeupWorkday,
            DayKind::Weekend => Why::Weekend,
            DayKind::Holiday => Why::Holiday,
        }
    }
}
