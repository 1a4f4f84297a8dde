//! The schedule (倒排工期): when the rest will happen, if every stage begins as soon as it may and keeps its
//! promise; what has room, and what has none.

mod forecast;

use alloc::{collections::BTreeMap, vec::Vec};

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

pub use self::forecast::{Forecast, ForecastCause, StageShift};
use crate::{
    calendar::{WorkCalendar, plus_days},
    clock::{Clock, Court},
    limit::Limit,
    project::Project,
    stage::{Stage, StageState},
    template::Milestone,
};

/// The days of one stage, real where they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    /// Accepted, or the first day on which it may be.
    pub start_on: Date,
    /// Finished, or the first day on which it may be.
    pub end_on: Date,
    /// True when something without a limit lies before the end: it may well be later.
    pub is_earliest: bool,
}

/// The schedule of a project on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    outlooks: BTreeMap<u16, Outlook>,
    target: Option<u16>,
    path: Vec<u16>,
    floats: BTreeMap<u16, u32>,
}

impl Schedule {
    /// The schedule of `project` as it looks on `today`.
    pub fn of(project: &Project, today: Date, calendar: &WorkCalendar) -> Self {
        let (mut schedule, settled) = Self::settled(project, today, calendar);
        schedule.path = schedule.path_to_target(project);
        schedule.floats = schedule.floats(project, &settled, calendar);
        schedule
    }

    /// The outlooks and the target alone, with the stages in the order in which they were settled.
    fn settled<'a>(
        project: &'a Project,
        today: Date,
        calendar: &WorkCalendar,
    ) -> (Self, Vec<&'a Stage>) {
        let mut schedule = Self::default();
        let mut settled: Vec<&Stage> = Vec::with_capacity(project.stages.len());
        // A stage may wait for a later one; each round settles at least one more.
        for _round in &project.stages {
            let before = settled.len();
            for stage in &project.stages {
                if !schedule.outlooks.contains_key(&stage.ordinal)
                    && let Some(outlook) = outlook(stage, &schedule.outlooks, today, calendar)
                {
                    schedule.outlooks.insert(stage.ordinal, outlook);
                    settled.push(stage);
                }
            }
            if settled.len() == before {
                break;
            }
        }
        schedule.target = schedule.next_target(project);
        (schedule, settled)
    }

    /// The outlook of the stage at this place.
    pub fn outlook(&self, ordinal: u16) -> Option<Outlook> {
        self.outlooks.get(&ordinal).copied()
    }

    /// Every outlook, by place.
    pub fn outlooks(&self) -> impl Iterator<Item = (u16, Outlook)> {
        self.outlooks
            .iter()
            .map(|(place, outlook)| (*place, *outlook))
    }

    /// What the schedule leads to: the start of works while it lies ahead, else the last end.
    pub fn target(&self) -> Option<(u16, Outlook)> {
        let place = self.target?;
        Some((place, self.outlook(place)?))
    }

    /// The places of the stages that decide when the target is reached, in order, the target last. A day
    /// lost on any of those that are open is a day lost on the target.
    pub fn critical_path(&self) -> &[u16] {
        &self.path
    }

    /// Working days by which the stage may end later without moving the target; `None` for what is done and
    /// for what the target does not wait for.
    pub fn float(&self, ordinal: u16) -> Option<u32> {
        self.floats.get(&ordinal).copied()
    }

    fn next_target(&self, project: &Project) -> Option<u16> {
        let works = milestone(project, Milestone::StartOfWorks);
        works.map(|stage| stage.ordinal).or_else(|| {
            let ends = self.outlooks.iter();
            // Of several that end last the first decides, so that the answer is always the same.
            ends.rev()
                .max_by_key(|(_, outlook)| outlook.end_on)
                .map(|(place, _)| *place)
        })
    }

    fn path_to_target(&self, project: &Project) -> Vec<u16> {
        let mut path = Vec::new();
        let mut place = self.target;
        while let Some(at) = place.filter(|at| !path.contains(at)) {
            path.push(at);
            let after = project.stage_at(at).map_or(&[][..], |stage| &stage.after);
            let ends = after
                .iter()
                .filter_map(|on| Some((*on, self.outlook(*on)?)));
            let last = ends.max_by_key(|(on, outlook)| (outlook.end_on, core::cmp::Reverse(*on)));
            place = last.map(|(on, _)| on);
        }
        path.reverse();
        path
    }

    /// From the target backwards: the latest end of each stage under which the target stays.
    fn floats(
        &self,
        project: &Project,
        settled: &[&Stage],
        calendar: &WorkCalendar,
    ) -> BTreeMap<u16, u32> {
        let mut latest: BTreeMap<u16, Date> = BTreeMap::new();
        let Some((target, outlook)) = self.target() else {
            return BTreeMap::new();
        };
        latest.insert(target, outlook.end_on);
        // Whoever waits was settled after what it waits for, and is looked at before it.
        for stage in settled.iter().rev() {
            let (Some(outlook), Some(&end)) =
                (self.outlook(stage.ordinal), latest.get(&stage.ordinal))
            else {
                continue;
            };
            let start = latest_start(stage, outlook, end, calendar);
            for on in &stage.after {
                let known = latest.get(on).copied();
                latest.insert(*on, known.map_or(start, |known| known.min(start)));
            }
        }
        let open = latest.into_iter().filter_map(|(place, end)| {
            let stage = project.stage_at(place)?;
            let outlook = self.outlook(place)?;
            (stage.state != StageState::Done)
                .then(|| (place, calendar.working_days_after(outlook.end_on, end)))
        });
        open.collect()
    }
}

/// The stage of a milestone, while it lies ahead.
fn milestone(project: &Project, milestone: Milestone) -> Option<&Stage> {
    project
        .stages
        .iter()
        .find(|stage| stage.terms.milestone == Some(milestone) && stage.state != StageState::Done)
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
            let before = stage.after.iter().map(|ordinal| known.get(ordinal));
            let before = before.collect::<Option<Vec<&Outlook>>>()?;
            let free_on = before.iter().map(|outlook| outlook.end_on).max();
            let start_on = free_on.map_or(today, |free_on| free_on.max(today));
            let end_on = ends_on(stage.terms.promised, stage.court, start_on, calendar);
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
        let of_limit = ends_on(limit_left(stage), stage.court, resumed_on, calendar);
        // A limit that was used up before the stop leaves no day, and what the officer expects still holds.
        let end_on = of_limit.max(stage.expected_on).max(Some(resumed_on));
        let has_no_limit = of_limit.is_none() && stage.deadline.due_on.is_none();
        (end_on, stop.expected_on.is_none() || has_no_limit)
    } else {
        let elapses = || ends_on(stage.promise(), stage.court, start_on, calendar);
        let due_on = match stage.court {
            Court::Law => elapses().or(stage.deadline.due_on),
            Court::Government | Court::Investor | Court::ThirdParty | Court::Nobody => {
                stage.deadline.due_on
            }
        };
        let planned = stage.expected_on.or(due_on);
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
    Some(match stage.promise()? {
        Limit::CalendarDays { .. } => Limit::CalendarDays { value },
        Limit::WorkingDays { .. } | Limit::FixedDate { .. } | Limit::BeforeExpiry { .. } => {
            Limit::WorkingDays { value }
        }
    })
}

/// When `limit` from `start_on` ends. A period that the law fixes just elapses: nobody has to act on its
/// last day, so it is not moved to a working day as a limit to act is (Civil Code, art. 203).
fn ends_on(
    limit: Option<Limit>,
    court: Court,
    start_on: Date,
    calendar: &WorkCalendar,
) -> Option<Date> {
    let limit = limit?;
    if let (Court::Law, Limit::CalendarDays { value }) = (court, limit) {
        return plus_days(start_on, value.into()).ok();
    }
    let due = Clock::started(start_on).read(limit, calendar).ok()?.due()?;
    Some(due.on.max(start_on))
}

/// The latest day on which `stage` may start and still end on `end`. What has started keeps its length.
fn latest_start(stage: &Stage, outlook: Outlook, end: Date, calendar: &WorkCalendar) -> Date {
    let slack = end - outlook.end_on;
    let as_planned = outlook.start_on.checked_add(slack).unwrap_or(end);
    if stage.clock.is_some() {
        return as_planned;
    }
    let latest = match stage.terms.promised {
        Some(Limit::WorkingDays { value: 0 }) | None => Some(end),
        Some(Limit::WorkingDays { value }) => {
            let day_after = end.next_day().unwrap_or(end);
            let first = calendar.working_day_before(day_after, value).ok();
            first.and_then(|day| day.on.previous_day())
        }
        Some(Limit::CalendarDays { value }) => end.checked_sub(Duration::days(i64::from(value))),
        Some(Limit::FixedDate { .. } | Limit::BeforeExpiry { .. }) => Some(as_planned),
    };
    latest.unwrap_or(as_planned).max(outlook.start_on)
}

#[cfg(test)]
mod tests;
