//! Days left, used and over, as people count them.

use domain::{
    calendar::WorkCalendar,
    clock::Clock,
    limit::Limit,
    stage::{Stage, StageState},
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::schema;

/// How far the last day is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "days", rename_all = "snake_case")]
pub enum Remaining {
    /// So many counted days from tomorrow to the last day; zero when only free days lie between.
    Left(u32),
    /// Today is the last day.
    Today,
    /// So many counted days since the last day; zero when only free days lie between.
    Over(u32),
}

/// How much a date can be relied upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Every year of the count is published.
    Certain,
    /// A year without a published calendar is part of the count: the date may move.
    Provisional,
    /// The calendar gave no answer: the deadline is unknown, and the work goes on.
    Unknown,
}

impl Certainty {
    /// That of the dates of `stage`. What is finished does not move any more.
    pub fn of(stage: &Stage) -> Self {
        if stage.deadline.is_unknown {
            Self::Unknown
        } else if stage.deadline.is_provisional && stage.done_on.is_none() {
            Self::Provisional
        } else {
            Self::Certain
        }
    }
}

/// In which days a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayUnit {
    /// 工作日
    WorkingDay,
    /// 自然日
    CalendarDay,
    /// A date given from outside; days are then counted as working days.
    FixedDate,
}

impl DayUnit {
    /// The unit of a limit.
    pub fn of(limit: Limit) -> Self {
        match limit {
            Limit::WorkingDays { .. } => Self::WorkingDay,
            Limit::CalendarDays { .. } => Self::CalendarDay,
            Limit::FixedDate { .. } | Limit::BeforeExpiry { .. } => Self::FixedDate,
        }
    }
}

/// What the clock of a stage shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClockView {
    /// Counted days since acceptance.
    pub used: u32,
    /// Counted days left; `None` without a limit or after the last day.
    pub left: Option<u32>,
    /// Counted days since the last day.
    pub over: Option<u32>,
    /// The promise in days; `None` without one.
    pub limit: Option<u16>,
    /// In which days it counts.
    pub unit: DayUnit,
    /// Days, counted or not, that stops have taken so far.
    pub stopped_days: u32,
    /// How far the stage is.
    #[schema(value_type = schema::StageState)]
    pub state: StageState,
    /// True while a year without a published calendar is part of the count.
    pub is_provisional: bool,
}

/// Counted days `d` with `after < d <= until`.
pub fn counted_days(after: Date, until: Date, unit: DayUnit, calendar: &WorkCalendar) -> u32 {
    match unit {
        DayUnit::WorkingDay | DayUnit::FixedDate => calendar.working_days_after(after, until),
        DayUnit::CalendarDay => calendar_days(after, until),
    }
}

fn calendar_days(after: Date, until: Date) -> u32 {
    u32::try_from((until - after).whole_days()).unwrap_or_default()
}

/// How far `due_on` is away from `today`.
pub fn remaining(due_on: Date, today: Date, unit: DayUnit, calendar: &WorkCalendar) -> Remaining {
    match due_on.cmp(&today) {
        std::cmp::Ordering::Greater => Remaining::Left(counted_days(today, due_on, unit, calendar)),
        std::cmp::Ordering::Equal => Remaining::Today,
        std::cmp::Ordering::Less => Remaining::Over(counted_days(due_on, today, unit, calendar)),
    }
}

/// How far the end of an unfinished stage is away: of the promise, or of a law that ends sooner.
pub fn remaining_of(stage: &Stage, today: Date, calendar: &WorkCalendar) -> Option<Remaining> {
    let ends_on = stage
        .deadline
        .ends_on()
        .filter(|_| stage.done_on.is_none())?;
    Some(remaining(ends_on, today, unit_of(stage), calendar))
}

/// The unit in which the promise of `stage` counts.
pub fn unit_of(stage: &Stage) -> DayUnit {
    stage.promise().map_or(DayUnit::WorkingDay, DayUnit::of)
}

/// What the clock of `stage` shows; `None` before acceptance.
pub fn clock_view(stage: &Stage, today: Date, calendar: &WorkCalendar) -> Option<ClockView> {
    let clock = stage.clock.as_ref()?;
    let unit = unit_of(stage);
    let end = stage.done_on.unwrap_or(today);
    let due_on = stage.deadline.ends_on().or(stage.deadline.last_due_on);
    let distance = due_on.map(|due| remaining(due, end, unit, calendar));
    let (left, over) = match (stage.deadline.days_left, distance) {
        (Some(left), _) | (None, Some(Remaining::Left(left))) => (Some(left), None),
        (None, Some(Remaining::Today)) => (Some(0), None),
        (None, Some(Remaining::Over(over))) => (None, Some(over)),
        (None, None) => (None, None),
    };
    Some(ClockView {
        used: used_days(clock, end, unit, calendar),
        left,
        over,
        limit: stage.promise().and_then(Limit::days),
        unit,
        stopped_days: clock.stopped_days_until(end, calendar_days),
        state: stage.state,
        is_provisional: stage.deadline.is_provisional,
    })
}

fn used_days(clock: &Clock, end: Date, unit: DayUnit, calendar: &WorkCalendar) -> u32 {
    let counted = |after, until| counted_days(after, until, unit, calendar);
    counted(clock.accepted_on, end).saturating_sub(clock.stopped_days_until(end, counted))
}
