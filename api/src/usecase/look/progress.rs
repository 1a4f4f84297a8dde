//! How far the works of a project are, and which are behind.

use domain::{
    access::Permission,
    id::{ProjectId, UnitId},
    progress::{Month, Progress},
};
use persistence::{Tx, project::Held};

use super::{Seen, Surroundings, project::held};
use crate::{
    app::App,
    error::AppError,
    usecase::project::ProjectName,
    view::{
        name::project_ref,
        page::ProgressPage,
        progress::{BehindRow, behind_row, progress_view},
        setting::Viewer,
    },
};

/// Projects behind that a board shows: more than this no meeting talks about.
const BEHIND_SHOWN_MAX: i64 = 20;

/// The works of a project, for whoever may see it, with what the one who looks may say of them.
pub async fn progress(
    app: &App,
    name: &ProjectName,
    viewer: &Viewer,
    guest_of: Option<ProjectId>,
) -> Result<Seen<ProgressPage>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held(tx, app, name, (viewer, guest_of)).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let page = page(&held, viewer, &surroundings);
            Ok(Seen::of(&held, page, surroundings))
        })
        .await
}

fn page(held: &Held, viewer: &Viewer, surroundings: &Surroundings) -> ProgressPage {
    let templates = [held.template.clone()];
    let setting = surroundings.setting(viewer, &templates);
    let project = &held.project;
    let may = |permission| {
        let actor = viewer.actor();
        project.closed_on.is_none()
            && actor.is_some_and(|actor| actor.may_on_project(permission, project))
    };
    let current = Month::of(surroundings.now.today);
    let reportable = project.progress.as_ref();
    ProgressPage {
        project: project_ref(project),
        version: held.version,
        progress: progress_view(project, &setting),
        may_plan: may(Permission::PlanProgress),
        may_report: may(Permission::ReportProgress),
        reportable: reportable
            .map_or_else(Vec::new, |progress| reportable_months(progress, current)),
    }
}

/// The months that may be reported or corrected, the newest first.
fn reportable_months(progress: &Progress, current: Month) -> Vec<Month> {
    let first = progress.reports.keys().next().copied();
    let from = progress.plan.from();
    let first = first.map_or(from, |first| first.min(from));
    std::iter::successors(Some(current), |month| Some(month.plus(-1)))
        .take_while(|month| *month >= first)
        .filter(|month| *month >= from || progress.reports.contains_key(month))
        .collect()
}

/// The projects whose works are behind, worst first, in the zone or in a unit.
pub(super) async fn behind(
    tx: &mut Tx,
    app: &App,
    (unit, viewer): (Option<UnitId>, &Viewer),
    surroundings: &Surroundings,
) -> Result<Vec<BehindRow>, AppError> {
    let today = surroundings.now.today;
    let found = tx
        .projects_behind(app.zone, (unit, today), BEHIND_SHOWN_MAX)
        .await?;
    let mut rows = Vec::with_capacity(found.len());
    for id in found {
        let held = tx.project(app.zone, id).await?;
        let templates = [held.template.clone()];
        let setting = surroundings.setting(viewer, &templates);
        rows.extend(behind_row(&held.project, &setting));
    }
    Ok(rows)
}
