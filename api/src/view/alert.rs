//! Alerts, as supervisors see them.

use domain::{
    access::Permission,
    alert::Alert,
    id::StageId,
    ladder::{FiredRung, Rung},
    lamp::Lamp,
    project::Project,
};
use serde::Serialize;
use time::{Date, OffsetDateTime};
use utoipa::ToSchema;

use super::{
    days::{Certainty, Remaining, remaining_of},
    detail::StageDetail,
    name::{PersonView, ProjectRef, StageRef, UnitView, project_ref},
    schema,
    setting::Setting,
};

/// One rung that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertView {
    /// `alr_...`
    pub id: String,
    /// The project.
    pub project: ProjectRef,
    /// The stage.
    pub stage: StageRef,
    /// The responsible unit.
    pub unit: UnitView,
    /// The responsible officer.
    pub officer: Option<PersonView>,
    /// Which rung.
    #[schema(value_type = schema::Rung)]
    pub rung: Rung,
    /// What the stage's clock shows now.
    #[schema(value_type = schema::Lamp)]
    pub lamp: Lamp,
    /// The day from which it was due.
    pub due_on: Date,
    /// When the sweep found it.
    #[serde(with = "time::serde::rfc3339")]
    pub fired_at: OffsetDateTime,
    /// True when it was only carried over to a moved deadline.
    pub is_carried: bool,
    /// The promise.
    pub promised_on: Option<Date>,
    /// How much it can be relied upon.
    pub certainty: Certainty,
    /// How far the promise is away.
    pub remaining: Option<Remaining>,
    /// When the officer expects to be done.
    pub expected_on: Option<Date>,
    /// What a supervisor said to it; for staff only.
    pub acknowledgement: Option<AcknowledgementView>,
    /// True when the stage is finished or its deadline has moved since.
    pub is_outdated: bool,
    /// True when the one who looks may acknowledge it.
    pub can_acknowledge: bool,
}

/// What a supervisor said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AcknowledgementView {
    /// Who.
    pub by: Option<PersonView>,
    /// On which day.
    pub on: Date,
    /// What is to be done.
    pub instruction: String,
    /// By when.
    pub new_date: Date,
}

/// The page of one alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AlertPageView {
    /// The alert.
    pub alert: AlertView,
    /// The stage with its facts.
    pub stage: super::stage::StageView,
    /// The rules behind it.
    pub detail: StageDetail,
    /// Every rung that fired for the stage, newest first.
    pub earlier: Vec<AlertView>,
    /// The version on which the form is based.
    pub version: u64,
}

/// The alert with names; `None` if the project has no such stage.
pub fn alert_view(alert: &Alert, project: &Project, setting: &Setting<'_>) -> Option<AlertView> {
    let stage = project.stage(alert.stage)?;
    let calendar = &setting.office.calendar;
    let today = setting.now.today;
    let is_outdated = !alert.stands(stage);
    let may = setting
        .viewer
        .actor()
        .is_some_and(|actor| actor.may_on_stage(Permission::AcknowledgeAlert, project, stage));
    // Instructions between offices stay inside.
    let acknowledgement = alert
        .acknowledgement
        .as_ref()
        .filter(|_| setting.viewer.sees_internal(project))
        .map(|said| AcknowledgementView {
            by: setting.person(said.by, project),
            on: said.on,
            instruction: said.instruction.as_str().to_owned(),
            new_date: said.new_date,
        });
    Some(AlertView {
        id: alert.id.to_string(),
        project: project_ref(project),
        stage: setting.stage(project, stage),
        unit: setting.unit(stage.unit),
        officer: stage.officer.and_then(|id| setting.person(id, project)),
        rung: alert.rung,
        lamp: Lamp::of(stage, &setting.office.ladder, calendar, today),
        due_on: alert.due_on,
        fired_at: alert.fired_at,
        is_carried: alert.is_carried,
        promised_on: stage.deadline.due_on.or(stage.deadline.last_due_on),
        certainty: Certainty::of(stage),
        remaining: remaining_of(stage, today, calendar),
        expected_on: stage.expected_on,
        can_acknowledge: may
            && !is_outdated
            && acknowledgement.is_none()
            && alert.rung != Rung::StopObjected,
        acknowledgement,
        is_outdated,
    })
}

/// The page of `alert`; `None` if the project has no such stage.
pub fn alert_page_view(
    alert: &Alert,
    project: &Project,
    past: super::history::Past<'_>,
    version: u64,
    setting: &Setting<'_>,
) -> Option<AlertPageView> {
    let bench = super::workbench::workbench_view(project, alert.stage, past, version, setting)?;
    let id = alert.id.to_string();
    Some(AlertPageView {
        alert: alert_view(alert, project, setting)?,
        stage: bench.stage,
        detail: bench.detail,
        earlier: bench
            .alerts
            .into_iter()
            .filter(|other| other.id != id)
            .collect(),
        version,
    })
}

/// The rungs that fired for a stage.
pub fn fired_rungs(alerts: &[Alert], stage: StageId) -> Vec<FiredRung> {
    let of_stage = alerts.iter().filter(|alert| alert.stage == stage);
    of_stage
        .map(|alert| FiredRung {
            rung: alert.rung,
            basis: alert.basis,
        })
        .collect()
}
