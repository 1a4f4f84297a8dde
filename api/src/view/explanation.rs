//! Why a stage is due when it is, day by day.

use domain::{
    calendar::{CalendarError, WorkCalendar},
    clock::{Clock, ExplainedDay, Explanation, Reading, StopReason, Why},
    limit::Limit,
    stage::Stage,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{name::StageRef, schema};

/// Why a stage, or a case that somebody thinks of, is due when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExplanationView {
    /// The stage; `None` for a case that somebody thinks of.
    pub stage: Option<StageRef>,
    /// Day 0.
    pub accepted_on: Date,
    /// The limit as counted, extensions included.
    #[schema(value_type = schema::Limit)]
    pub limit: Limit,
    /// Days of it that were granted later.
    pub extended_days: u16,
    /// The last day; `None` while the clock stands.
    pub due_on: Option<Date>,
    /// Days left while the clock stands.
    pub days_left: Option<u32>,
    /// True when a year without a published calendar is part of the count.
    pub is_provisional: bool,
    /// Under which calendar it was counted.
    pub calendar: CalendarRefView,
    /// When the clock stood, as entered.
    pub stops: Vec<StopSpan>,
    /// Each day from day 0.
    pub days: Vec<DayView>,
}

/// A version of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarRefView {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

/// An interval in which the clock stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct StopSpan {
    /// Why.
    #[schema(value_type = schema::StopReason)]
    pub reason: StopReason,
    /// The day of the stop; it still counts.
    pub stopped_on: Date,
    /// The day of the resume; it does not count.
    pub resumed_on: Option<Date>,
}

/// One day of the count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayView {
    /// The day.
    pub on: Date,
    /// The number it has in the count; `None` when it is not counted.
    pub number: Option<u32>,
    /// Why, as a stable code.
    #[schema(value_type = schema::Why)]
    pub why: &'static str,
    /// Which holiday, as its notice calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub holiday: Option<String>,
    /// Why the clock stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::StopReason)]
    pub stop: Option<StopReason>,
    /// True in a year without a published calendar.
    pub is_provisional: bool,
}

/// Days in a row with one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// How many.
    pub days: u32,
    /// The numbers they have in the count.
    pub numbers: Option<(u32, u32)>,
    /// Why, as a stable code.
    pub why: &'static str,
    /// Which holiday.
    pub holiday: Option<String>,
    /// Why the clock stood.
    pub stop: Option<StopReason>,
}

impl ExplanationView {
    /// The days, those in a row with one reason taken together.
    pub fn runs(&self) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for day in &self.days {
            match runs.last_mut() {
                Some(run)
                    if run.why == day.why && run.holiday == day.holiday && run.stop == day.stop =>
                {
                    run.last = day.on;
                    run.days += 1;
                    run.numbers = run
                        .numbers
                        .zip(day.number)
                        .map(|((from, _), to)| (from, to));
                }
                _ => runs.push(Run {
                    first: day.on,
                    last: day.on,
                    days: 1,
                    numbers: day.number.map(|number| (number, number)),
                    why: day.why,
                    holiday: day.holiday.clone(),
                    stop: day.stop,
                }),
            }
        }
        runs
    }
}

/// The explanation of the promise of `stage`; `None` before acceptance and without a limit.
pub fn stage_explanation(
    stage: &Stage,
    of: StageRef,
    (calendar, today): (&WorkCalendar, Date),
) -> Option<Result<ExplanationView, CalendarError>> {
    let (clock, limit) = (stage.clock.as_ref()?, stage.promise()?);
    let until = stage.done_on.unwrap_or(today);
    Some(
        explanation(clock, limit, (calendar, until)).map(|view| ExplanationView {
            stage: Some(of),
            ..view
        }),
    )
}

/// The explanation of a clock under a limit.
pub fn explanation(
    clock: &Clock,
    limit: Limit,
    (calendar, today): (&WorkCalendar, Date),
) -> Result<ExplanationView, CalendarError> {
    let explained: Explanation = clock.explain(limit, calendar, today)?;
    let (due_on, is_provisional) = match explained.reading {
        Reading::Due(due) => (Some(due.on), due.is_provisional),
        Reading::Stopped { is_provisional, .. } => (None, is_provisional),
    };
    let (name, version) = explained.calendar;
    let stops = clock.stops.iter().map(|stop| StopSpan {
        reason: stop.reason,
        stopped_on: stop.stopped_on,
        resumed_on: stop.resumed_on,
    });
    Ok(ExplanationView {
        stage: None,
        accepted_on: clock.accepted_on,
        limit,
        extended_days: clock.extension_days(),
        due_on,
        days_left: explained.reading.days_left(),
        is_provisional,
        calendar: CalendarRefView { name, version },
        stops: stops.collect(),
        days: explained
            .days
            .iter()
            .map(|day| day_view(day, calendar))
            .collect(),
    })
}

fn day_view(day: &ExplainedDay, calendar: &WorkCalendar) -> DayView {
    let is_holiday = day.why == Why::Holiday;
    let year = calendar.years.get(&day.on.year()).filter(|_| is_holiday);
    let holiday = year.and_then(|year| year.day_off(day.on));
    DayView {
        on: day.on,
        number: day.number,
        why: day.why.code(),
        holiday: holiday.map(|off| off.name.clone()),
        stop: match day.why {
            Why::Stopped(reason) => Some(reason),
            Why::DayZero
            | Why::Workday
            | Why::MakeupWorkday
            | Why::EveryDay
            | Why::Weekend
            | Why::Holiday
            | Why::RolledOn => None,
        },
        is_provisional: !day.is_published,
    }
}
