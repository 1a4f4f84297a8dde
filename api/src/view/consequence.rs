//! What an act would do, before anybody does it: the dates that move, the forecast, the people who are told.

use std::collections::BTreeMap;

use domain::{
    id::{PersonId, StageId},
    project::{Project, Step},
    schedule::{Schedule, StageShift},
    stage::{Stage, StageState},
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    action::{Action, rehearsed},
    name::{PersonView, StageRef},
    schedule::{ForecastShift, working_days},
    setting::Setting,
};

/// What an act on a stage would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConsequenceView {
    /// The stage.
    pub stage: StageRef,
    /// True for a request: all this follows only if it is granted.
    pub is_if_granted: bool,
    /// The promise.
    pub due: DateShift,
    /// The last day under the law.
    pub statutory: DateShift,
    /// Days left while the clock stands.
    pub days_left: Option<u32>,
    /// True when the stage would be finished after its promise.
    pub is_late: bool,
    /// Stages that may be accepted from then on.
    pub releases: Vec<StageRef>,
    /// The other stages whose days move.
    pub moved: Vec<StageMove>,
    /// What becomes of the forecast; `None` when nothing lies ahead.
    pub forecast: Option<ForecastShift>,
    /// Who would get a letter.
    pub told: Vec<PersonView>,
}

/// A day before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct DateShift {
    /// Before.
    pub old_on: Option<Date>,
    /// After.
    pub new_on: Option<Date>,
}

impl DateShift {
    /// True when the two differ.
    pub fn is_moved(&self) -> bool {
        self.old_on != self.new_on
    }
}

/// A stage whose days move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageMove {
    /// The stage.
    pub stage: StageRef,
    /// When it begins.
    pub start: DateShift,
    /// When it ends.
    pub end: DateShift,
    /// Working days between the ends; negative when it ends earlier.
    pub working_days: i64,
}

/// What `step` would do to `project` with an act on `stage`; `None` if the project has no such stage.
pub fn consequence_view(
    project: &Project,
    stage: StageId,
    step: &Step,
    setting: &Setting<'_>,
) -> Option<ConsequenceView> {
    let schedule = schedule_of(project, setting);
    consequence((project, &schedule), stage, step, setting)
}

fn schedule_of(project: &Project, setting: &Setting<'_>) -> Schedule {
    Schedule::of(project, setting.now.today, &setting.office.calendar)
}

/// The same beside the schedule as it is, which several acts share.
fn consequence(
    (project, old): (&Project, &Schedule),
    stage: StageId,
    step: &Step,
    setting: &Setting<'_>,
) -> Option<ConsequenceView> {
    let before = project.stage(stage)?;
    let granted = is_request(before, step.project.stage(stage)?)
        .then(|| step.project.if_extended(stage, setting.office))
        .flatten();
    let planned = granted.as_ref().unwrap_or(&step.project);
    let after = planned.stage(stage)?;
    let new = &schedule_of(planned, setting);
    let others = old.shifts(new).into_iter();
    let moved = others
        .filter(|shift| shift.place != before.ordinal)
        .filter_map(|shift| stage_move(project, shift, setting));
    Some(ConsequenceView {
        stage: setting.stage(project, before),
        is_if_granted: granted.is_some(),
        due: DateShift {
            old_on: before.deadline.due_on,
            new_on: after.deadline.due_on,
        },
        statutory: DateShift {
            old_on: before.deadline.statutory_due_on,
            new_on: after.deadline.statutory_due_on,
        },
        days_left: after.deadline.days_left,
        is_late: after.is_done_late(),
        releases: released(project, planned, setting),
        moved: moved.collect(),
        forecast: ForecastShift::between((project, old), (planned, new), setting),
        told: told(step, project, setting),
    })
}

/// What would follow from every act that is possible today with nothing but today's date: for the others
/// it depends on what is filled in.
pub fn foreseen(
    project: &Project,
    stage: StageId,
    setting: &Setting<'_>,
) -> BTreeMap<Action, ConsequenceView> {
    let acts = [
        Action::Renew,
        Action::Accept,
        Action::Resume,
        Action::DecideExtension,
        Action::Complete,
    ];
    let schedule = schedule_of(project, setting);
    let view = |action| {
        let step = rehearsed(action, project, stage, setting)?;
        let view = consequence((project, &schedule), stage, &step, setting)?;
        Some((action, view))
    };
    acts.into_iter().filter_map(view).collect()
}

fn is_request(before: &Stage, after: &Stage) -> bool {
    before.extension.is_none() && after.extension.is_some()
}

fn released(before: &Project, after: &Project, setting: &Setting<'_>) -> Vec<StageRef> {
    let pairs = before.stages.iter().zip(&after.stages);
    let free = pairs.filter(|(before, after)| {
        before.state == StageState::Waiting && after.state != StageState::Waiting
    });
    free.map(|(_, stage)| setting.stage(after, stage)).collect()
}

fn stage_move(project: &Project, shift: StageShift, setting: &Setting<'_>) -> Option<StageMove> {
    let StageShift { place, old, new } = shift;
    let days = |old, new| DateShift {
        old_on: Some(old),
        new_on: Some(new),
    };
    Some(StageMove {
        stage: setting.stage(project, project.stage_at(place)?),
        start: days(old.start_on, new.start_on),
        end: days(old.end_on, new.end_on),
        working_days: working_days(old.end_on, new.end_on, setting),
    })
}

fn told(step: &Step, project: &Project, setting: &Setting<'_>) -> Vec<PersonView> {
    let mut people: Vec<PersonId> = Vec::new();
    for notice in &step.notices {
        if !people.contains(&notice.to) {
            people.push(notice.to);
        }
    }
    let people = people.into_iter();
    people
        .filter_map(|id| setting.person(id, project))
        .collect()
}
