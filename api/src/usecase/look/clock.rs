//! Why a date is what it is, and whose the days were.

use domain::{
    id::{ProjectId, StageId, ZoneId},
    ledger::Ledger,
};
use persistence::{Store, Tx, project::Held};
use time::OffsetDateTime;

use super::{Seen, Surroundings, project::held, stage::held_of_stage};
use crate::{
    app::App,
    error::AppError,
    usecase::project::ProjectName,
    view::{
        explanation::{ExplanationView, stage_explanation},
        ledger::{LedgerView, ledger_view},
        setting::{Setting, Viewer},
    },
};

/// Why a stage is due when it is; `None` before its acceptance, without a limit, or when the calendar has no
/// answer.
pub async fn explanation(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<Option<ExplanationView>>, AppError> {
    of_stage(app, id, viewer, explanation_of).await
}

/// The same for the command line, where whoever holds the database sees all.
pub async fn explained(
    store: &Store,
    zone: ZoneId,
    id: StageId,
    at: OffsetDateTime,
) -> Result<Option<ExplanationView>, AppError> {
    store
        .read(async |tx: &mut Tx| {
            let project = tx.project_of_stage(zone, id).await?;
            let held = tx.project(zone, project).await?;
            let surroundings = Surroundings::at(tx, zone, at).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(&Viewer::Guest, &templates);
            Ok(explanation_of(&held, id, &setting))
        })
        .await
}

/// Whose the days of a stage were; `None` while it waits for others.
pub async fn stage_ledger(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<Option<LedgerView>>, AppError> {
    of_stage(app, id, viewer, stage_ledger_of).await
}

/// Whose the days of a project were.
pub async fn project_ledger(
    app: &App,
    name: &ProjectName,
    viewer: &Viewer,
    guest_of: Option<ProjectId>,
) -> Result<Seen<LedgerView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held(tx, app, name, (viewer, guest_of)).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let templates = [held.template.clone()];
            let view = project_ledger_of(&held, &surroundings.setting(viewer, &templates));
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}

async fn of_stage<T>(
    app: &App,
    id: StageId,
    viewer: &Viewer,
    look: fn(&Held, StageId, &Setting<'_>) -> T,
) -> Result<Seen<T>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held_of_stage(tx, app, id, viewer).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let templates = [held.template.clone()];
            let view = look(&held, id, &surroundings.setting(viewer, &templates));
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}

pub(super) fn explanation_of(
    held: &Held,
    id: StageId,
    setting: &Setting<'_>,
) -> Option<ExplanationView> {
    let stage = held.project.stage(id)?;
    let of = setting.stage(&held.project, stage);
    let counted = (&*setting.office.calendar, setting.now.today);
    stage_explanation(stage, of, counted)?.ok()
}

pub(super) fn stage_ledger_of(
    held: &Held,
    id: StageId,
    setting: &Setting<'_>,
) -> Option<LedgerView> {
    let stage = held.project.stage(id)?;
    let ledger = Ledger::of_stage(stage, setting.now.today, &setting.office.calendar)?;
    Some(ledger_view(&ledger, &held.project, setting))
}

pub(super) fn project_ledger_of(held: &Held, setting: &Setting<'_>) -> LedgerView {
    let (today, calendar) = (setting.now.today, &setting.office.calendar);
    let ledger = Ledger::of_project(&held.project, today, calendar);
    ledger_view(&ledger, &held.project, setting)
}
