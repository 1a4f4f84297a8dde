//! Why a date is what it is, and whose the days were.

use domain::{
    id::{ProjectId, StageId, ZoneId},
    ledger::Ledger,
    moment::Moment,
    text::Bilingual,
};
use persistence::{Store, Tx};
use time::OffsetDateTime;

use super::{Seen, Surroundings, may_see, project::held};
use crate::{
    app::App,
    error::AppError,
    usecase::project::ProjectName,
    view::{
        explanation::{ExplanationView, stage_explanation},
        ledger::{LedgerView, ledger_view},
        name::StageRef,
        setting::Viewer,
    },
};

/// Why a stage is due when it is; `None` before its acceptance, without a limit, or when the calendar has no
/// answer.
pub async fn explanation(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<Option<ExplanationView>>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let project = tx.project_of_stage(app.zone, id).await?;
            let held = tx.project(app.zone, project).await?;
            if !may_see(viewer, None, &held) {
                return Err(AppError::Absent);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let stage = held.project.stage(id).ok_or(AppError::Absent)?;
            let of = setting.stage(&held.project, stage);
            let counted = (&*setting.office.calendar, setting.now.today);
            let view = stage_explanation(stage, of, counted).and_then(Result::ok);
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
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
            let office = tx.office(zone).await?.office.clone();
            let stage = held.project.stage(id).ok_or(AppError::Absent)?;
            let definition = held.template.stage(&stage.code);
            let of = StageRef {
                id: id.to_string(),
                ordinal: stage.ordinal,
                code: stage.code.clone(),
                name: definition.map_or_else(
                    || Bilingual::of(&stage.code, &stage.code),
                    |known| known.name.clone(),
                ),
            };
            let now: Moment = office.moment(at);
            let counted = (&*office.calendar, now.today);
            Ok(stage_explanation(stage, of, counted).and_then(Result::ok))
        })
        .await
}

/// Whose the days of a stage were; `None` while it waits for others.
pub async fn stage_ledger(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<Option<LedgerView>>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let project = tx.project_of_stage(app.zone, id).await?;
            let held = tx.project(app.zone, project).await?;
            if !may_see(viewer, None, &held) {
                return Err(AppError::Absent);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let stage = held.project.stage(id).ok_or(AppError::Absent)?;
            let (today, calendar) = (setting.now.today, &setting.office.calendar);
            let ledger = Ledger::of_stage(stage, today, calendar);
            let view = ledger.map(|ledger| ledger_view(&ledger, &held.project, &setting));
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
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
            let setting = surroundings.setting(viewer, &templates);
            let (today, calendar) = (setting.now.today, &setting.office.calendar);
            let ledger = Ledger::of_project(&held.project, today, calendar);
            let view = ledger_view(&ledger, &held.project, &setting);
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}
