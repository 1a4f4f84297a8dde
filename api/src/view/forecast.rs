//! When the rest will happen, if every stage begins as soon as it may and keeps its promise.

use std::collections::BTreeMap;

use domain::{
    calendar::WorkCalendar,
    clock::Clock,
    limit::Limit,
    project::Project,
    stage::{Stage, StageState},
};
use serde::Serialize;
use time::Date;

/// The days of one stage, real where they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Outlook {
    /// Accepted, or the first day on which it may be.
    pub start_on: Date,
    /// Finished, or the first day on which it may be.
    pub end_on: Date,
    /// True when something without a limit lies before the end: it may well be later.
    pub is_earliest: bool,
}

/// The outlook of every stage, by its place in the project.
pub fn forecast(project: &Project, today: Date, calendar: &WorkCalendar) -> BTreeMap<u16, Outlook> {
    let mut known = BTreeMap::new();
    // A stage may wait for a later one; each round settles at least one more.
    for _round in &project.stages {
        for stage in &project.stages {
            if !known.contains_key(&stage.ordinal)
                && let Some(outlook) = outlook(stage, &known, today, calendar)
            {
                known.insert(stage.ordinal, outlook);
            }
        }
        if known.len() == project.stages.len() {
            break;
        }
    }
    known
}

/// `None` while a stage it waits for is not settled.
fn outlook(
    stage: &Stage,
    known: &BTreeMap<u16, Outlook>,
    today: Date,
    calendar: &WorkCalendar,
) -> Option<Outlook> {
    let started_on = stage.clock.as_ref().map(|clock| clock.accepted_on);
    match (stage.state, started_on) {
        (StageState::Done, _) => {
            let end_on = stage.done_on?;
            Some(Outlook {
                start_on: started_on.unwrap_or(end_on),
                end_on,
                is_earliest: false,
            })
        }
        (StageState::Running | StageState::Stopped, Some(start_on)) => {
            Some(running(stage, start_on, today, calendar))
        }
        (
            StageState::Waiting | StageState::Ready | StageState::Running | StageState::Stopped,
            _,
        ) => {
            let before: Option<Vec<&Outlook>> = stage
                .after
                .iter()
                .map(|ordinal| known.get(ordinal))
                .collect();
            let before = before?;
            let free_on = before.iter().map(|outlook| outlook.end_on).max();
            let start_on = free_on.map_or(today, |free_on| free_on.max(today));
            let end_on = ends_on(stage.terms.promised, start_on, calendar);
            Some(Outlook {
                start_on,
                end_on: end_on.unwrap_or(start_on),
                is_earliest: end_on.is_none() || before.iter().any(|outlook| outlook.is_earliest),
            })
        }
    }
}

fn running(stage: &Stage, start_on: Date, today: Date, calendar: &WorkCalendar) -> Outlook {
    let stop = stage.clock.as_ref().and_then(Clock::open_stop);
    let (end_on, is_earliest) = if let Some(stop) = stop {
        let resumed_on = stop.expected_on.unwrap_or(today).max(today);
        let end_on = ends_on(limit_left(stage), resumed_on, calendar);
        let is_open = stop.expected_on.is_none() || end_on.is_none();
        (end_on.or(stage.deadline.due_on), is_open)
    } else {
        let planned = stage.expected_on.or(stage.deadline.due_on);
        (planned, planned.is_none_or(|planned| planned < today))
    };
    Outlook {
        start_on,
        end_on: end_on.map_or(today, |end_on| end_on.max(today)),
        is_earliest,
    }
}

/// What is left of the promise while the clock stands, as a limit of its own.
fn limit_left(stage: &Stage) -> Option<Limit> {
    let value = u16::try_from(stage.deadline.days_left?).ok()?;
    Some(match stage.terms.promised? {
        Limit::CalendarDays { .. } => Limit::CalendarDays { value },
        Limit::WorkingDays { .. } | Limit::FixedDate { .. } => Limit::WorkingDays { value },
    })
}

fn ends_on(limit: Option<Limit>, start_on: Date, calendar: &WorkCalendar) -> Option<Date> {
    let due = Clock::started(start_on)
        .read(limit?, calendar)
        .ok()?
        .due()?;
    Some(due.on.max(start_on))
}
