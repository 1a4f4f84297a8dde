//! The workbench: one stage with all that an officer needs to act on it.

use domain::{
    access::Role, id::StageId, ladder::Rung, project::Project, schedule::Schedule, stage::Stage,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    alert::{AlertView, alert_view, fired_rungs},
    detail::{StageDetail, stage_detail},
    history::{HistoryLine, Past, history_lines},
    name::{PersonView, ProjectRef, project_ref},
    setting::Setting,
    stage::{Beside, StageView, stage_view},
};

/// The workbench of one stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WorkbenchView {
    /// The project.
    pub project: ProjectRef,
    /// The stage.
    pub stage: StageView,
    /// The rules behind it, and what may be done with it.
    pub detail: StageDetail,
    /// What happened to this stage, newest first.
    pub history: Vec<HistoryLine>,
    /// Which rungs fired, newest first; cards only for those outside the office.
    pub alerts: Vec<AlertView>,
    /// Who may become responsible; for staff only.
    pub officers: Vec<PersonView>,
    /// The project's day of admission: no act can lie before it.
    pub admitted_on: Date,
    /// The version on which the forms are based.
    pub version: u64,
}

/// The workbench of the stage of this key; `None` if the project has no such stage.
pub fn workbench_view(
    project: &Project,
    stage: StageId,
    past: Past<'_>,
    version: u64,
    setting: &Setting<'_>,
) -> Option<WorkbenchView> {
    let held = project.stage(stage)?;
    let schedule = Schedule::of(project, setting.now.today, &setting.office.calendar);
    let fired = fired_rungs(past.alerts, stage);
    let turns = project.turns();
    let beside = Beside {
        turn: turns.iter().find(|turn| turn.stage == stage),
        stops: past.stops,
        fired: &fired,
        cards: past.cards,
        schedule: &schedule,
    };
    // As in the record: that a card was issued is public, that somebody was asked or reminded is not.
    let is_internal = setting.viewer.sees_internal(project);
    let of_stage = past
        .alerts
        .iter()
        .filter(|alert| alert.stage == stage && (is_internal || alert.rung >= Rung::Yellow));
    let mut shown: Vec<AlertView> = of_stage
        .filter_map(|alert| alert_view(alert, project, setting))
        .collect();
    shown.sort_by_key(|alert| std::cmp::Reverse(alert.fired_at));
    Some(WorkbenchView {
        project: project_ref(project),
        stage: stage_view(project, held, beside, setting),
        detail: stage_detail(project, held, setting),
        history: history_lines(past.records, project, setting),
        alerts: shown,
        officers: if is_internal {
            officers_of(held, project, setting)
        } else {
            Vec::new()
        },
        admitted_on: project.admitted_on,
        version,
    })
}

fn officers_of(stage: &Stage, project: &Project, setting: &Setting<'_>) -> Vec<PersonView> {
    let mut people: Vec<PersonView> = setting
        .people
        .values()
        .filter(|person| person.is_active && person.unit == Some(stage.unit))
        .filter(|person| {
            person.roles.contains(&Role::Officer) || person.roles.contains(&Role::Head)
        })
        .filter_map(|person| setting.person(person.id, project))
        .collect();
    people.sort_by(|one, other| one.name.cmp(&other.name));
    people
}
