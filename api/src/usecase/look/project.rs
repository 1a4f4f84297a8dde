//! A project, its record, and the list of projects.

use domain::{
    access::{Actor, Permission, Reach},
    id::ProjectId,
};
use persistence::{
    Tx,
    project::{Held, ProjectFilter, ProjectHeader},
};

use super::{Read, Seen, Surroundings, Wanted, may_see, records};
use crate::{
    app::App,
    error::AppError,
    http::respond::Edition,
    usecase::project::ProjectName,
    view::{
        history::{HistoryLine, history_lines},
        project::{ProjectView, project_view},
        setting::Viewer,
    },
};

/// A project with its record, for the pages that show both.
#[derive(Debug, Clone)]
pub struct ProjectPage {
    /// The project.
    pub project: ProjectView,
    /// What happened, newest first.
    pub history: Vec<HistoryLine>,
}

/// A project, for whoever may see it. `guest_of` is the project whose query code was entered.
pub async fn project(
    app: &App,
    name: &ProjectName,
    viewer: &Viewer,
    guest_of: Option<ProjectId>,
) -> Result<Seen<ProjectView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held(tx, app, name, (viewer, guest_of)).await?;
            let read = Read::of(tx, app, (viewer, &held), Wanted::Facts).await?;
            let (view, _) = show(tx, app, (viewer, &held), &read).await?;
            Ok(view)
        })
        .await
}

/// A project with its record.
pub async fn project_page(
    app: &App,
    name: &ProjectName,
    viewer: &Viewer,
    guest_of: Option<ProjectId>,
) -> Result<Seen<ProjectPage>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held(tx, app, name, (viewer, guest_of)).await?;
            let read = Read::of(tx, app, (viewer, &held), Wanted::Record).await?;
            let (seen, history) = show(tx, app, (viewer, &held), &read).await?;
            Ok(seen.map(|project| ProjectPage { project, history }))
        })
        .await
}

/// The record of a project, newest first.
pub async fn history(
    app: &App,
    name: &ProjectName,
    viewer: &Viewer,
) -> Result<Seen<Vec<HistoryLine>>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held(tx, app, name, (viewer, None)).await?;
            let records = records(tx, app, viewer, &held).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            Ok(Seen {
                view: history_lines(&records, &held.project, &setting),
                version: held.version,
                line: held.chain.seq,
                surroundings,
            })
        })
        .await
}

async fn held(
    tx: &mut Tx,
    app: &App,
    name: &ProjectName,
    (viewer, guest_of): (&Viewer, Option<ProjectId>),
) -> Result<Held, AppError> {
    let id = name.resolve(tx, app.zone).await?;
    let held = tx.project(app.zone, id).await?;
    if may_see(viewer, guest_of, &held) {
        Ok(held)
    } else {
        Err(AppError::Absent)
    }
}

async fn show(
    tx: &mut Tx,
    app: &App,
    (viewer, held): (&Viewer, &Held),
    read: &Read,
) -> Result<(Seen<ProjectView>, Vec<HistoryLine>), AppError> {
    let surroundings = Surroundings::read(tx, app).await?;
    let templates = [held.template.clone()];
    let setting = surroundings.setting(viewer, &templates);
    let view = project_view(&held.project, (&read.stops, &read.alerts), &setting);
    let history = history_lines(&read.records, &held.project, &setting);
    let seen = Seen {
        view,
        version: held.version,
        line: held.chain.seq,
        surroundings,
    };
    Ok((seen, history))
}

/// The edition of a project that the viewer may see: enough to answer "nothing has changed".
pub async fn edition(app: &App, name: &ProjectName, viewer: &Viewer) -> Result<Edition, AppError> {
    let zone = app.zone;
    let mine = viewer
        .actor()
        .is_some_and(|actor| actor.reach(Permission::ReadProject) == Some(Reach::Zone));
    app.store
        .read(async |tx: &mut Tx| {
            let id = name.resolve(tx, zone).await?;
            if !mine && !may_see(viewer, None, &tx.project(zone, id).await?) {
                return Err(AppError::Absent);
            }
            let (version, line) = tx.project_version(zone, id).await?;
            let today = tx.office(zone).await?.office.time.day_of(app.now());
            Ok(Edition {
                version,
                line,
                today,
            })
        })
        .await
}

/// A page of the projects that the actor may see.
pub async fn projects(
    app: &App,
    actor: &Actor,
    mut filter: ProjectFilter,
    limit: i64,
) -> Result<Vec<ProjectHeader>, AppError> {
    match actor.reach(Permission::ReadProject) {
        None => return Err(AppError::Forbidden(Permission::ReadProject)),
        Some(Reach::Zone) => {}
        Some(Reach::Unit) => filter.of_unit = Some(actor.unit.ok_or(AppError::Absent)?),
        Some(Reach::Own) => filter.of_person = Some(actor.person),
    }
    let zone = app.zone;
    Ok(app
        .store
        .read(async |tx: &mut Tx| tx.project_list(zone, &filter, limit).await)
        .await?)
}
