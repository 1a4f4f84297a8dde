//! Lists that go on page by page.

use domain::{
    access::{Actor, Permission, Reach},
    event::Visibility,
};
use persistence::{
    Tx,
    project::{ProjectFilter, ProjectHeader},
    stage::{StageFilter, StagePlace},
};

use super::{Surroundings, may_see, recorded};
use crate::{
    app::App,
    error::AppError,
    usecase::project::ProjectName,
    view::{
        history::{HistoryLine, RecordedEvent, history_lines},
        row::{StageRow, stage_row},
        setting::Viewer,
    },
};

/// Rows that were found, and how many there are in all if that was asked for.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// All there are.
    pub total: Option<i64>,
}

/// How much of a list is read.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Rows at most.
    pub limit: i64,
    /// True when all are to be counted.
    pub is_counted: bool,
}

/// Projects that the actor may see.
pub async fn project_rows(
    app: &App,
    actor: &Actor,
    filter: ProjectFilter,
    extent: Extent,
) -> Result<Found<ProjectHeader>, AppError> {
    let filter = super::project::within_reach(actor, filter)?;
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let rows = tx.project_list(zone, &filter, extent.limit).await?;
            let total = if extent.is_counted {
                Some(tx.project_count(zone, &filter).await?)
            } else {
                None
            };
            Ok(Found { rows, total })
        })
        .await
}

/// Stages of projects that the actor may see, with their places. The project may be named by its code.
pub async fn stage_rows(
    app: &App,
    actor: &Actor,
    (mut filter, project): (StageFilter, Option<ProjectName>),
    extent: Extent,
) -> Result<Found<(StagePlace, StageRow)>, AppError> {
    match actor.reach(Permission::ReadProject) {
        None => return Err(AppError::Forbidden(Permission::ReadProject)),
        Some(Reach::Zone) => {}
        Some(Reach::Unit) => {
            filter.of_units = actor.units(Permission::ReadProject);
            if filter.of_units.is_empty() {
                return Err(AppError::Absent);
            }
        }
        Some(Reach::Own) => filter.of_person = Some(actor.person),
    }
    let (zone, viewer) = (app.zone, Viewer::Person(actor.clone()));
    app.store
        .read(async move |tx: &mut Tx| {
            if let Some(name) = project {
                filter.project = Some(name.resolve(tx, zone).await?);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let found = tx.stage_list(zone, &filter, extent.limit).await?;
            let total = if extent.is_counted {
                Some(tx.stage_count(zone, &filter).await?)
            } else {
                None
            };
            let row = |item: &persistence::stage::StageAtWork| {
                let templates = std::slice::from_ref(&item.template);
                let setting = surroundings.setting(&viewer, templates);
                (
                    item.place(),
                    stage_row(&item.project, &item.stage, &setting),
                )
            };
            let rows = found.iter().map(row).collect();
            Ok(Found { rows, total })
        })
        .await
}

/// Lines of the record of a project behind the line `before`, or ahead of the line `after`, the nearest first.
pub async fn event_rows(
    app: &App,
    (name, actor): (&ProjectName, &Actor),
    beside: Option<(i64, bool)>,
    limit: i64,
) -> Result<Vec<HistoryLine>, AppError> {
    let (zone, viewer) = (app.zone, Viewer::Person(actor.clone()));
    app.store
        .read(async |tx: &mut Tx| {
            let id = name.resolve(tx, zone).await?;
            let held = tx.project(zone, id).await?;
            if !may_see(&viewer, None, &held) {
                return Err(AppError::Absent);
            }
            let shown: Visibility = super::visibility(&viewer, &held);
            let lines = tx.events_beside(zone, (id, shown), beside, limit).await?;
            let lines: Vec<RecordedEvent> = lines.into_iter().map(recorded).collect();
            let surroundings = Surroundings::read(tx, app).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(&viewer, &templates);
            let mut rows = history_lines(&lines, &held.project, &setting);
            let is_ahead = beside.is_some_and(|(_, is_ahead)| is_ahead);
            rows.sort_by_key(|row| row.seq);
            if !is_ahead {
                rows.reverse();
            }
            Ok(rows)
        })
        .await
}

/// How many lines of the record of a project the actor may read.
pub async fn event_count(
    app: &App,
    (name, actor): (&ProjectName, &Actor),
) -> Result<i64, AppError> {
    let (zone, viewer) = (app.zone, Viewer::Person(actor.clone()));
    app.store
        .read(async |tx: &mut Tx| {
            let id = name.resolve(tx, zone).await?;
            let held = tx.project(zone, id).await?;
            if !may_see(&viewer, None, &held) {
                return Err(AppError::Absent);
            }
            let shown = super::visibility(&viewer, &held);
            Ok(tx.event_count(zone, (id, shown)).await?)
        })
        .await
}
