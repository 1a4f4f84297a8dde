//! One stage as a row of a list: the officer's desk and the supervisor's board.

use domain::{
    clock::Court,
    lamp::Lamp,
    project::Project,
    stage::{Stage, StageState},
    template::Phase,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    action::Action,
    days::{Certainty, Remaining, remaining_of, unit_of},
    detail::update_due_on,
    name::{PersonView, ProjectRef, StageRef, UnitView, project_ref},
    schema,
    setting::Setting,
    stage::StopView,
};

/// One stage in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageRow {
    /// The project.
    pub project: ProjectRef,
    /// The stage.
    pub stage: StageRef,
    /// Where it stands on the spine.
    #[schema(value_type = schema::Phase)]
    pub phase: Phase,
    /// The responsible unit.
    pub unit: UnitView,
    /// The responsible officer.
    pub officer: Option<PersonView>,
    /// True when that is the one who looks.
    pub is_mine: bool,
    /// How far it is.
    #[schema(value_type = schema::StageState)]
    pub state: StageState,
    /// What its clock shows.
    #[schema(value_type = schema::Lamp)]
    pub lamp: Lamp,
    /// Whose turn it is.
    #[schema(value_type = schema::Court)]
    pub party: Court,
    /// Since when it is in this state.
    pub since: Option<Date>,
    /// The promise, if it is a date.
    pub promised_on: Option<Date>,
    /// How much it can be relied upon.
    pub certainty: Certainty,
    /// When the officer expects to be done.
    pub expected_on: Option<Date>,
    /// The day it was finished.
    pub actual_on: Option<Date>,
    /// How far the promise is away.
    pub remaining: Option<Remaining>,
    /// Counted days left while the clock stands.
    pub days_left: Option<u32>,
    /// The open stop.
    pub stop: Option<StopView>,
    /// The last day with a sign of work.
    pub touched_on: Option<Date>,
    /// True when the next sign of work is overdue.
    pub needs_update: bool,
    /// The act that comes next, for those who may do it.
    pub next: Option<Action>,
}

/// `stage` as a row.
pub fn stage_row(project: &Project, stage: &Stage, setting: &Setting<'_>) -> StageRow {
    let calendar = &setting.office.calendar;
    let today = setting.now.today;
    let due_on = stage.deadline.due_on;
    let stop = stage
        .clock
        .as_ref()
        .and_then(domain::clock::Clock::open_stop);
    let since = match (stop, &stage.clock) {
        (Some(stop), _) => Some(stop.stopped_on),
        (None, Some(clock)) => Some(clock.accepted_on),
        (None, None) => stage.touched_on,
    };
    let actor = setting.viewer.actor();
    let next = next_action(stage).filter(|action| {
        actor.is_some_and(|actor| actor.may_on_stage(action.permission(), project, stage))
    });
    StageRow {
        project: project_ref(project),
        stage: setting.stage(project, stage),
        phase: stage.phase,
        unit: setting.unit(stage.unit),
        officer: stage.officer.and_then(|id| setting.person(id, project)),
        is_mine: actor.is_some_and(|actor| stage.officer == Some(actor.person)),
        state: stage.state,
        lamp: Lamp::of(stage, &setting.office.ladder, calendar, today),
        party: stage.turn(),
        since,
        promised_on: due_on.or(stage
            .deadline
            .last_due_on
            .filter(|_| stage.done_on.is_some())),
        certainty: Certainty::of(stage),
        expected_on: stage.expected_on,
        actual_on: stage.done_on,
        remaining: remaining_of(stage, today, calendar),
        days_left: stage.deadline.days_left,
        stop: stop.map(|stop| StopView {
            reason: stop.reason,
            party: stop.reason.court(),
            stopped_on: stop.stopped_on,
            resumed_on: None,
            expected_on: stop.expected_on,
            days: super::days::counted_days(stop.stopped_on, today, unit_of(stage), calendar),
            text: None,
            consent: stop.consent.as_ref().map(|said| said.on(setting.now.today)),
            consent_until: None,
        }),
        touched_on: stage.touched_on,
        needs_update: update_due_on(stage, setting).is_some_and(|due_on| due_on < today),
        next,
    }
}

fn next_action(stage: &Stage) -> Option<Action> {
    match stage.state {
        StageState::Waiting | StageState::Done => None,
        StageState::Ready => Some(Action::Accept),
        StageState::Running => Some(Action::Note),
        StageState::Stopped => Some(Action::Resume),
    }
}
