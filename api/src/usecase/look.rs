//! Looking: reads for pages and API, straight from the store to view structs.

use std::sync::Arc;

use domain::{
    access::{Actor, Permission, Reach},
    event::Visibility,
    id::{AlertId, ProjectId, StageId},
    ladder::Rung,
    moment::Moment,
    office::Zone,
    template::Template,
};
use persistence::{
    Tx,
    person::Directory,
    project::{Held, ProjectFilter, ProjectHeader},
    stage::{StageAtWork, WorkScope},
    zone::ZoneOffice,
};
use time::{Date, Duration};

use super::{count::desk_scope, project::ProjectName};
use crate::{
    app::App,
    error::AppError,
    http::respond::Edition,
    view::{
        alert::AlertPageView,
        board::BoardView,
        desk::DeskView,
        history::RecordedEvent,
        project::ProjectView,
        row::{StageRow, stage_row},
        setting::{Setting, Viewer},
        workbench::WorkbenchView,
    },
};

/// Lines of the record that a page shows; the export has them all.
const EVENTS_SHOWN_MAX: i64 = 200;
/// Stages that a desk or board shows. Above this an office needs filters, not a longer page.
const STAGES_SHOWN_MAX: i64 = 2_000;
/// Alerts that a board shows.
const ALERTS_SHOWN_MAX: i64 = 200;
/// For how many days a desk shows what was finished.
const DONE_SHOWN: Duration = Duration::days(7);

/// What every look needs: the zone and who is who, at one moment.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The zone with its time, calendar and ladder.
    pub zone: Arc<ZoneOffice>,
    /// Who is who.
    pub directory: Arc<Directory>,
    /// Now.
    pub now: Moment,
}

impl Surroundings {
    /// Reads them inside a transaction.
    pub async fn read(tx: &mut Tx, app: &App) -> Result<Self, AppError> {
        let zone = tx.office(app.zone).await?;
        let directory = tx.directory(app.zone).await?;
        let now = zone.office.moment(app.now());
        Ok(Self {
            zone,
            directory,
            now,
        })
    }

    /// Names and contact of the zone.
    pub fn zone(&self) -> &Zone {
        &self.zone.zone
    }

    /// What views are built from.
    pub fn setting<'a>(
        &'a self,
        viewer: &'a Viewer,
        templates: &'a [Arc<Template>],
    ) -> Setting<'a> {
        Setting {
            zone: &self.zone.zone,
            office: &self.zone.office,
            units: &self.directory.units,
            people: &self.directory.people,
            templates,
            now: self.now,
            viewer,
        }
    }
}

/// A view with the surroundings it was built in and the version it shows.
#[derive(Debug, Clone)]
pub struct Seen<T> {
    /// What is shown.
    pub view: T,
    /// For forms: counts up with every decision.
    pub version: i64,
    /// The number of the last line of the record.
    pub line: i64,
    /// For the frame of the page.
    pub surroundings: Surroundings,
}

impl<T> Seen<T> {
    /// For the ETag.
    pub fn edition(&self) -> Edition {
        Edition {
            version: self.version,
            line: self.line,
            today: self.surroundings.now.today,
        }
    }
}

/// True when this viewer may know of the project at all.
fn may_see(viewer: &Viewer, guest_of: Option<ProjectId>, held: &Held) -> bool {
    guest_of == Some(held.project.id)
        || viewer
            .actor()
            .is_some_and(|actor| actor.may_on_project(Permission::ReadProject, &held.project))
}

fn visibility(viewer: &Viewer, held: &Held) -> Visibility {
    if viewer.sees_internal(&held.project) {
        Visibility::Internal
    } else {
        Visibility::Public
    }
}

async fn records(
    tx: &mut Tx,
    app: &App,
    viewer: &Viewer,
    held: &Held,
) -> Result<Vec<RecordedEvent>, AppError> {
    let shown = visibility(viewer, held);
    let lines = tx
        .events(app.zone, held.project.id, shown, EVENTS_SHOWN_MAX)
        .await?;
    Ok(lines.into_iter().map(recorded).collect())
}

fn recorded(line: persistence::event::RecordedEvent) -> RecordedEvent {
    RecordedEvent {
        seq: u64::try_from(line.seq).unwrap_or_default(),
        event: line.event,
        recorded_at: line.recorded_at,
    }
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
            let id = name.resolve(tx, app.zone).await?;
            let held = tx.project(app.zone, id).await?;
            if !may_see(viewer, guest_of, &held) {
                return Err(AppError::Absent);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let records = records(tx, app, viewer, &held).await?;
            let alerts = tx.alerts_of_project(app.zone, id).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let view =
                crate::view::project::project_view(&held.project, (&records, &alerts), &setting);
            Ok(Seen {
                view,
                version: held.version,
                line: held.chain.seq,
                surroundings,
            })
        })
        .await
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

/// The surroundings alone, for pages without a view of their own.
pub async fn surroundings(app: &App) -> Result<Surroundings, AppError> {
    app.store
        .read(async |tx: &mut Tx| Surroundings::read(tx, app).await)
        .await
}

/// Today in the zone.
pub async fn today(app: &App) -> Result<Date, AppError> {
    let zone = app.zone;
    let office = app
        .store
        .read(async |tx: &mut Tx| tx.office(zone).await)
        .await?;
    Ok(office.office.time.day_of(app.now()))
}

/// The workbench of a stage.
pub async fn stage(
    app: &App,
    id: StageId,
    viewer: &Viewer,
) -> Result<Seen<WorkbenchView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let project = tx.project_of_stage(app.zone, id).await?;
            let held = tx.project(app.zone, project).await?;
            if !may_see(viewer, None, &held) {
                return Err(AppError::Absent);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let records = records(tx, app, viewer, &held).await?;
            let alerts = tx.alerts_of_project(app.zone, project).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let version = u64::try_from(held.version).unwrap_or_default();
            let view = crate::view::workbench::workbench_view(
                &held.project,
                id,
                (&records, &alerts),
                version,
                &setting,
            );
            let view = view.ok_or(AppError::Absent)?;
            Ok(Seen {
                view,
                version: held.version,
                line: held.chain.seq,
                surroundings,
            })
        })
        .await
}

/// What waits for an officer, or for the unit of a head.
pub async fn desk(app: &App, actor: &Actor) -> Result<Seen<DeskView>, AppError> {
    let scope = desk_scope(actor);
    let viewer = Viewer::Person(actor.clone());
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let today = surroundings.now.today;
            let done_since = today.checked_sub(DONE_SHOWN);
            let work = tx
                .work(app.zone, scope, done_since, STAGES_SHOWN_MAX)
                .await?;
            let rows = rows(&work, &surroundings, &viewer);
            let view = crate::view::desk::desk_view(rows, today);
            Ok(Seen {
                view,
                version: 0,
                line: 0,
                surroundings,
            })
        })
        .await
}

/// What is overdue and which alerts wait for an answer, in the zone or in the unit of a head.
pub async fn board(app: &App, actor: &Actor) -> Result<Seen<BoardView>, AppError> {
    let unit = match actor.reach(Permission::ReadBoard) {
        Some(Reach::Zone) => None,
        Some(Reach::Unit | Reach::Own) => Some(actor.unit.ok_or(AppError::Absent)?),
        None => return Err(AppError::Forbidden(Permission::ReadBoard)),
    };
    let viewer = Viewer::Person(actor.clone());
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let scope = unit.map_or(WorkScope::Zone, WorkScope::Unit);
            let work = tx.work(app.zone, scope, None, STAGES_SHOWN_MAX).await?;
            let open = tx
                .open_alerts(app.zone, unit, Rung::Yellow, ALERTS_SHOWN_MAX)
                .await?;
            let mut alerts = Vec::with_capacity(open.len());
            for alert in open {
                let held = tx.project(app.zone, alert.project).await?;
                let templates = [held.template.clone()];
                let setting = surroundings.setting(&viewer, &templates);
                alerts.extend(crate::view::alert::alert_view(
                    &alert,
                    &held.project,
                    &setting,
                ));
            }
            let rows = rows(&work, &surroundings, &viewer);
            let view = crate::view::board::board_view(&rows, &alerts);
            Ok(Seen {
                view,
                version: 0,
                line: 0,
                surroundings,
            })
        })
        .await
}

fn rows(work: &[StageAtWork], surroundings: &Surroundings, viewer: &Viewer) -> Vec<StageRow> {
    let templates: Vec<Arc<Template>> = work.iter().map(|item| item.template.clone()).collect();
    work.iter()
        .zip(&templates)
        .map(|(item, template)| {
            let setting = surroundings.setting(viewer, std::slice::from_ref(template));
            stage_row(&item.project, &item.stage, &setting)
        })
        .collect()
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
            let records = records(tx, app, viewer, &held).await?;
            let alerts = tx.alerts_of_project(app.zone, alert.project).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let version = u64::try_from(held.version).unwrap_or_default();
            let view = crate::view::alert::alert_page_view(
                &alert,
                &held.project,
                (&records, &alerts),
                version,
                &setting,
            );
            let view = view.ok_or(AppError::Absent)?;
            Ok(Seen {
                view,
                version: held.version,
                line: held.chain.seq,
                surroundings,
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
