//! One stage, one alert.

use domain::{
    access::Permission,
    id::{AlertId, StageId},
};
use persistence::Tx;

use super::{EVENTS_SHOWN_MAX, Read, Seen, Surroundings, Wanted, may_see};
use crate::{
    app::App,
    error::AppError,
    view::{
        alert::{AlertPageView, alert_page_view},
        page::StagePage,
        setting::Viewer,
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
    workbench(app, id, viewer, EVENTS_SHOWN_MAX).await
}

/// The workbench of a stage with only the newest lines of its record, for whoever just acted on it.
pub async fn stage_after_act(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<WorkbenchView>, AppError> {
    workbench(app, id, viewer, EVENTS_AFTER_ACT).await
}

/// The workbench of a stage, for its page.
pub async fn stage_page(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<StagePage>, AppError> {
    let seen = workbench(app, id, viewer, EVENTS_SHOWN_MAX).await?;
    // Read after the workbench: a decision in between shows in the dates that explain themselves, and the
    // form's version is that of the workbench.
    let explanation = super::explanation(app, id, viewer).await?.view;
    let ledger = super::stage_ledger(app, id, viewer).await?.view;
    let Seen {
        view,
        version,
        line,
        surroundings,
    } = seen;
    Ok(Seen {
        view: StagePage {
            bench: view,
            explanation,
            ledger,
        },
        version,
        line,
        surroundings,
    })
}

async fn workbench(
    app: &App,
    id: StageId,
    viewer: &Viewer,
    lines: i64,
) -> Result<Seen<WorkbenchView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let project = tx.project_of_stage(app.zone, id).await?;
            let held = tx.project(app.zone, project).await?;
            if !may_see(viewer, None, &held) {
                return Err(AppError::Absent);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let read = Read::of(tx, app, (viewer, &held), Wanted::LinesOfStage(id, lines)).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let version = u64::try_from(held.version).unwrap_or_default();
            let view = workbench_view(&held.project, id, read.past(), version, &setting);
            let view = view.ok_or(AppError::Absent)?;
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
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
