//! One stage, one alert.

use domain::{
    access::Permission,
    id::{AlertId, StageId},
};
use persistence::{Tx, project::Held};

use super::{
    EVENTS_SHOWN_MAX, Read, Seen, Surroundings, Wanted,
    clock::{explanation_of, stage_ledger_of},
    may_see,
};
use crate::{
    app::App,
    error::AppError,
    view::{
        alert::{AlertPageView, alert_page_view},
        consequence::foreseen,
        page::StagePage,
        setting::{Setting, Viewer},
        workbench::{WorkbenchView, workbench_view},
    },
};

/// Lines of the record in the answer to an act: its own and what led to it.
const EVENTS_AFTER_ACT: i64 = 20;

/// The workbench of a stage.
pub async fn stage(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<WorkbenchView>, AppError> {
    looked_at(app, (id, viewer, EVENTS_SHOWN_MAX), |bench, _, _| bench).await
}

/// The workbench of a stage with only the newest lines of its record, for whoever just acted on it.
pub async fn stage_after_act(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<WorkbenchView>, AppError> {
    looked_at(app, (id, viewer, EVENTS_AFTER_ACT), |bench, _, _| bench).await
}

/// The workbench of a stage, for its page.
pub async fn stage_page(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<StagePage>, AppError> {
    let page = |bench, held: &Held, setting: &Setting<'_>| StagePage {
        bench,
        explanation: explanation_of(held, id, setting),
        ledger: stage_ledger_of(held, id, setting),
        foreseen: foreseen(&held.project, id, setting),
    };
    looked_at(app, (id, viewer, EVENTS_SHOWN_MAX), page).await
}

/// Reads the workbench of a stage with so many lines of its record, and makes of it what is shown.
async fn looked_at<T>(
    app: &App,
    (id, viewer, lines): (StageId, &Viewer, i64),
    shown: impl FnOnce(WorkbenchView, &Held, &Setting<'_>) -> T,
) -> Result<Seen<T>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held_of_stage(tx, app, id, viewer).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let read = Read::of(tx, app, (viewer, &held), Wanted::LinesOfStage(id, lines)).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let version = u64::try_from(held.version).unwrap_or_default();
            let view = workbench_view(&held.project, id, read.past(), version, &setting);
            let view = shown(view.ok_or(AppError::Absent)?, &held, &setting);
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}

/// The project of a stage, for whoever may see it.
pub(super) async fn held_of_stage(
    tx: &mut Tx,
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Held, AppError> {
    let project = tx.project_of_stage(app.zone, id).await?;
    let held = tx.project(app.zone, project).await?;
    if may_see(viewer, None, &held) {
        Ok(held)
    } else {
        Err(AppError::Absent)
    }
}

/// An alert with its stage, for its page.
pub async fn alert(
    app: &App,
    id: AlertId,
    viewer: &Viewer,
) -> Result<Seen<AlertPageView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let alert = tx.alert(app.zone, id).await?;
            let held = tx.project(app.zone, alert.project).await?;
            let may_see = viewer.actor().is_some_and(|actor| {
                let stage = held.project.stage(alert.stage);
                stage.is_some_and(|stage| {
                    actor.may_on_stage(Permission::ReadBoard, &held.project, stage)
                })
            });
            if !may_see {
                return Err(AppError::Absent);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let read = Read::of(tx, app, (viewer, &held), Wanted::Nothing).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let version = u64::try_from(held.version).unwrap_or_default();
            let view = alert_page_view(&alert, &held.project, read.past(), version, &setting);
            let view = view.ok_or(AppError::Absent)?;
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}
