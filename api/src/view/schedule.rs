//! What lies ahead: the next milestone, the way to it, what has room, and what has moved it.

use domain::{
    project::Project,
    schedule::{Forecast, ForecastCause, Schedule},
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{name::StageRef, schema, setting::Setting};

/// What lies ahead of a project, if every stage begins as soon as it may and keeps its promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScheduleView {
    /// What everything leads to: the start of works while it lies ahead, else what ends last.
    pub target: StageRef,
    /// The first day on which it may be reached.
    pub target_on: Date,
    /// True when something without a limit lies before that day: it may well be later.
    pub is_earliest: bool,
    /// The first day on which works may start, while they have not.
    pub start_of_works_on: Option<Date>,
    /// The codes of the stages that decide when the target is reached, in order.
    pub critical_path: Vec<String>,
    /// What days that went by have made of the forecast since the last decision; `None` when nothing.
    pub drift: Option<Drift>,
}

/// How far a forecast has moved by itself, and what holds it up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Drift {
    /// How far.
    #[serde(flatten)]
    pub shift: ForecastShift,
    /// Which stage holds it up.
    pub stage: StageRef,
    /// Why.
    #[schema(value_type = schema::ForecastCause)]
    pub cause: ForecastCause,
}

/// A forecast before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ForecastShift {
    /// What it leads to, afterwards.
    pub target: StageRef,
    /// True while that is the start of works.
    pub is_start_of_works: bool,
    /// The day before; `None` when something else was the target.
    pub old_on: Option<Date>,
    /// The day after.
    pub new_on: Date,
    /// Working days between the two; negative when it is reached earlier.
    pub working_days: i64,
}

impl ForecastShift {
    /// From one plan to another; `None` when nothing lies ahead in the other.
    pub fn between(
        before: (&Project, &Schedule),
        (project, schedule): (&Project, &Schedule),
        setting: &Setting<'_>,
    ) -> Option<Self> {
        let old = before.1.forecast(before.0);
        Self::of(old, (project, schedule.forecast(project)?), setting)
    }

    fn of(
        old: Option<Forecast>,
        (project, new): (&Project, Forecast),
        setting: &Setting<'_>,
    ) -> Option<Self> {
        let old_on = old.filter(|old| old.target == new.target).map(|old| old.on);
        Some(Self {
            target: setting.stage(project, project.stage(new.target)?),
            is_start_of_works: new.is_start_of_works,
            old_on,
            new_on: new.on,
            working_days: old_on.map_or(0, |old| working_days(old, new.on, setting)),
        })
    }

    /// True when the same target is reached on another day.
    pub fn is_moved(&self) -> bool {
        self.old_on.is_some_and(|old| old != self.new_on)
    }
}

/// What lies ahead of `project`; `None` when nothing does.
pub fn schedule_view(
    project: &Project,
    schedule: &Schedule,
    setting: &Setting<'_>,
) -> Option<ScheduleView> {
    if project.closed_on.is_some() {
        return None;
    }
    let forecast = schedule.forecast(project)?;
    let path = schedule
        .critical_path()
        .iter()
        .filter_map(|place| project.stage_at(*place));
    Some(ScheduleView {
        target: setting.stage(project, project.stage(forecast.target)?),
        target_on: forecast.on,
        is_earliest: forecast.is_earliest,
        start_of_works_on: forecast.is_start_of_works.then_some(forecast.on),
        critical_path: path.map(|stage| stage.code.clone()).collect(),
        drift: drift(project, (schedule, forecast), setting),
    })
}

fn drift(
    project: &Project,
    (schedule, forecast): (&Schedule, Forecast),
    setting: &Setting<'_>,
) -> Option<Drift> {
    let shift = ForecastShift::of(project.forecast, (project, forecast), setting)?;
    let (stage, cause) = schedule.holdup(project).filter(|_| shift.is_moved())?;
    Some(Drift {
        shift,
        stage: setting.stage(project, project.stage(stage)?),
        cause,
    })
}

/// Working days from `old` to `new`; negative when `new` is earlier.
pub(super) fn working_days(old: Date, new: Date, setting: &Setting<'_>) -> i64 {
    let calendar = &setting.office.calendar;
    if old <= new {
        i64::from(calendar.working_days_after(old, new))
    } else {
        -i64::from(calendar.working_days_after(new, old))
    }
}
