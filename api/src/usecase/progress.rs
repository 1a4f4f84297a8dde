//! Planning the works of a project, and reporting how far they are.

use domain::{
    access::{Actor, Permission},
    id::PersonId,
    moment::Moment,
    office::Office,
    project::{PlanProgress, Project, ReportProgress, Step},
    refusal::Refusal,
};

use super::{
    project::ProjectName,
    stage::{Decided, require_version},
};
use crate::{app::App, error::AppError};

/// What somebody wants to say of the works.
#[derive(Debug, Clone)]
pub enum Act {
    /// How far they are to be at the end of each month.
    Plan(PlanProgress),
    /// How far they are.
    Report(ReportProgress),
}

impl Act {
    /// What the actor must be allowed to do.
    pub fn permission(&self) -> Permission {
        match self {
            Self::Plan(_) => Permission::PlanProgress,
            Self::Report(_) => Permission::ReportProgress,
        }
    }

    /// What follows from it.
    pub(crate) fn decide(
        self,
        project: &Project,
        by: PersonId,
        at: (Moment, &Office),
    ) -> Result<Step, Refusal> {
        match self {
            Self::Plan(plan) => project.plan_progress(by, plan, at),
            Self::Report(report) => project.report_progress(by, report, at),
        }
    }
}

/// Does `act` on a project for `actor`, based on version `based_on` of it.
pub async fn act(
    app: &App,
    actor: Actor,
    name: ProjectName,
    based_on: i64,
    act: Act,
) -> Result<Decided, AppError> {
    let (zone, at) = (app.zone, app.now());
    app.store
        .write_once(async move |tx| {
            let office = tx.office(zone).await?.office.clone();
            let id = name.resolve(tx, zone).await?;
            let held = tx.project_to_decide(zone, id).await?;
            if !actor.may_on_project(Permission::ReadProject, &held.project) {
                return Err(AppError::Absent);
            }
            let permission = act.permission();
            if !actor.may_on_project(permission, &held.project) {
                return Err(AppError::Forbidden(permission));
            }
            require_version(tx, zone, &held, based_on).await?;
            let now = office.moment(at);
            let step = act.decide(&held.project, actor.person, (now, &office))?;
            let saved = tx.save_step(&office, &held, &step, now.at).await?;
            Ok::<_, AppError>(Decided::of(id, saved, now.today))
        })
        .await
}
