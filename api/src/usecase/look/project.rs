//! A project, its record, and the list of projects.

use std::collections::BTreeMap;

use domain::{
    access::{Actor, Permission, Reach},
    id::ProjectId,
};
use persistence::{
    Tx,
    project::{Held, ProjectFilter},
};

use super::{
    EVENTS_SHOWN_MAX, Read, Seen, Surroundings, Wanted, clock::project_ledger_of, may_see,
    recorded, visibility,
};
use crate::{
    app::App,
    error::AppError,
    http::respond::Edition,
    usecase::project::ProjectName,
    view::{
        history::{HistoryLine, RecordedEvent, history_lines},
        page::ProjectPage,
        portfolio::{PortfolioView, portfolio_view},
        progress::progress_view,
        project::{ProjectView, project_view},
        setting::Viewer,
    },
};

/// Projects in the list of an investor. More than this no investor has; those decided upon last are shown.
const PROJECTS_SHOWN_MAX: i64 = 50;

/// How much of the stages of a project is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    /// What everybody is shown of them.
    #[default]
    Plain,
    /// The rules behind them and what the one who looks may do, too.
    Detailed,
}

/// A project, for whoever may see it.
pub async fn project(
    app: &App,
    name: &ProjectName,
    viewer: &Viewer,
    depth: Depth,
) -> Result<Seen<ProjectView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let held = held(tx, app, name, (viewer, None)).await?;
            let surroundings = Surroundings::read(tx, app).await?;
            let mut view = shown(tx, app, (viewer, &held), &surroundings).await?;
            if depth == Depth::Detailed {
                let templates = [held.template.clone()];
                let setting = surroundings.setting(viewer, &templates);
                view.add_details(&held.project, &setting);
            }
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}

/// Those of some projects that the viewer may see.
pub async fn projects(
    app: &App,
    ids: &[ProjectId],
    viewer: &Viewer,
) -> Result<BTreeMap<ProjectId, ProjectView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let mut views = BTreeMap::new();
            for id in ids {
                let held = tx.project(app.zone, *id).await?;
                if may_see(viewer, None, &held) {
                    let view = shown(tx, app, (viewer, &held), &surroundings).await?;
                    views.insert(*id, view);
                }
            }
            Ok(views)
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
            let surroundings = Surroundings::read(tx, app).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let ledger = project_ledger_of(&held, &setting);
            let page = ProjectPage {
                project: shown(tx, app, (viewer, &held), &surroundings).await?,
                history: told(tx, app, (viewer, &held), &surroundings).await?,
                ledger,
                may_answer: viewer.actor().is_some_and(|actor| {
                    actor.may(Permission::AnswerStop)
                        && held.project.contacts.contains(&actor.person)
                }),
                progress: progress_view(&held.project, &setting),
                may_tell_progress: may_tell_progress(viewer, &held),
            };
            Ok(Seen::of(&held, page, surroundings))
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
            let surroundings = Surroundings::read(tx, app).await?;
            let history = told(tx, app, (viewer, &held), &surroundings).await?;
            Ok(Seen::of(&held, history, surroundings))
        })
        .await
}

/// The projects of somebody who sees the own ones only. Everybody else has a desk or a board.
pub async fn portfolio(app: &App, actor: &Actor) -> Result<Seen<PortfolioView>, AppError> {
    if actor.reach(Permission::ReadProject) != Some(Reach::Own) {
        return Err(AppError::Forbidden(Permission::ReadProject));
    }
    let filter = within_reach(actor, ProjectFilter::default())?;
    let viewer = Viewer::Person(actor.clone());
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let own = tx
                .project_list(app.zone, &filter, PROJECTS_SHOWN_MAX)
                .await?;
            let mut projects = Vec::with_capacity(own.len());
            for header in own {
                let held = tx.project(app.zone, header.id).await?;
                projects.push(shown(tx, app, (&viewer, &held), &surroundings).await?);
            }
            Ok(Seen::of_many(portfolio_view(projects), surroundings))
        })
        .await
}

/// True when somebody may plan the works of an open project or report on them.
fn may_tell_progress(viewer: &Viewer, held: &Held) -> bool {
    let may = |permission| {
        let actor = viewer.actor();
        actor.is_some_and(|actor| actor.may_on_project(permission, &held.project))
    };
    held.project.closed_on.is_none()
        && (may(Permission::PlanProgress) || may(Permission::ReportProgress))
}

pub(super) async fn held(
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

async fn shown(
    tx: &mut Tx,
    app: &App,
    (viewer, held): (&Viewer, &Held),
    surroundings: &Surroundings,
) -> Result<ProjectView, AppError> {
    let read = Read::of(tx, app, (viewer, held), Wanted::Nothing).await?;
    let templates = [held.template.clone()];
    let setting = surroundings.setting(viewer, &templates);
    Ok(project_view(&held.project, read.past(), &setting))
}

async fn told(
    tx: &mut Tx,
    app: &App,
    (viewer, held): (&Viewer, &Held),
    surroundings: &Surroundings,
) -> Result<Vec<HistoryLine>, AppError> {
    let limit = EVENTS_SHOWN_MAX;
    let lines = tx
        .events(app.zone, held.project.id, visibility(viewer, held), limit)
        .await?;
    let lines: Vec<RecordedEvent> = lines.into_iter().map(recorded).collect();
    let templates = [held.template.clone()];
    let setting = surroundings.setting(viewer, &templates);
    Ok(history_lines(&lines, &held.project, &setting))
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

/// The filter, narrowed to what the actor may see.
pub(super) fn within_reach(
    actor: &Actor,
    mut filter: ProjectFilter,
) -> Result<ProjectFilter, AppError> {
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
    Ok(filter)
}
