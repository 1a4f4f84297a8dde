//! Looking: reads for pages and API, straight from the store to view structs.
//!
//! | looked at | file |
//! |---|---|
//! | A project, its record, the list of projects, those of an investor | `project` |
//! | Accounts, for security administrators | `account` |
//! | How far works are, which are behind | `progress` |
//! | One stage, one alert | `stage` |
//! | One card, lists of them | `card` |
//! | Why a date is what it is, whose the days were | `clock` |
//! | Lists that go on page by page | `list` |
//! | Whether anything has changed | `fresh` |
//! | What waits for somebody: desk and board | `work` |
//! | The working calendar and what a proposed one would move | `calendar` |
//!
//! Every look reads in one transaction: what it shows belongs together.

mod account;
pub mod calendar;
mod card;
mod clock;
mod fresh;
mod list;
mod progress;
mod project;
mod stage;
mod work;

use std::sync::Arc;

use domain::{
    access::Permission,
    event::Visibility,
    id::{ProjectId, StageId, ZoneId},
    moment::Moment,
    office::Zone,
    stage::StageState,
    template::Template,
};
use persistence::{
    Tx, event::RecordedEvent as Line, person::Directory, project::Held, zone::ZoneOffice,
};
use time::{Date, OffsetDateTime};

pub use self::{
    account::accounts,
    card::{card, card_count, cards},
    clock::{explained, explanation, project_ledger, stage_ledger},
    fresh::{Thing, edition_of},
    list::{Extent, Found, event_count, event_rows, project_rows, stage_rows},
    progress::progress,
    project::{Depth, edition, history, portfolio, project, project_page, projects},
    stage::{alert, stage, stage_after_act, stage_page},
    work::{board, desk},
};
use crate::{
    app::App,
    error::AppError,
    http::respond::Edition,
    view::{
        history::{Past, RecordedEvent},
        setting::{Setting, Viewer},
    },
};

/// Lines of the record that a page shows; the export has them all.
const EVENTS_SHOWN_MAX: i64 = 200;

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
        Self::at(tx, app.zone, app.now()).await
    }

    /// The same for those who have no server around them.
    async fn at(tx: &mut Tx, zone: ZoneId, at: OffsetDateTime) -> Result<Self, AppError> {
        let directory = tx.directory(zone).await?;
        let zone = tx.office(zone).await?;
        let now = zone.office.moment(at);
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
    /// A view of a project.
    pub(super) fn of(held: &Held, view: T, surroundings: Surroundings) -> Self {
        Self {
            view,
            version: held.version,
            line: held.chain.seq,
            surroundings,
        }
    }

    /// A view of more than one project, which has no edition.
    fn of_many(view: T, surroundings: Surroundings) -> Self {
        Self {
            view,
            version: 0,
            line: 0,
            surroundings,
        }
    }

    /// For the ETag.
    pub fn edition(&self) -> Edition {
        Edition {
            version: self.version,
            line: self.line,
            today: self.surroundings.now.today,
        }
    }
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

/// True when this viewer may know of the project at all.
pub(super) fn may_see(viewer: &Viewer, guest_of: Option<ProjectId>, held: &Held) -> bool {
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

/// What happened to a project, as far as `viewer` may read it.
struct Read {
    records: Vec<RecordedEvent>,
    stops: Vec<RecordedEvent>,
    alerts: Vec<domain::alert::Alert>,
    cards: Vec<domain::card::Card>,
}

impl Read {
    /// Alerts, why clocks stand, and the lines of the record that are `wanted`.
    async fn of(
        tx: &mut Tx,
        app: &App,
        (viewer, held): (&Viewer, &Held),
        wanted: Wanted,
    ) -> Result<Self, AppError> {
        let project = &held.project;
        let is_told = *viewer != Viewer::Guest;
        let stands = project
            .stages
            .iter()
            .any(|stage| stage.state == StageState::Stopped);
        let stops = if is_told && stands {
            tx.events_of_kind(app.zone, project.id, STOPPED).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            records: match wanted {
                Wanted::LinesOfStage(stage, lines) => {
                    let (zone, of) = (app.zone, (project.id, stage));
                    let shown = visibility(viewer, held);
                    let lines = tx.events_of_stage(zone, of, shown, lines).await?;
                    lines.into_iter().map(recorded).collect()
                }
                Wanted::Nothing => Vec::new(),
            },
            stops: stops.into_iter().map(recorded).collect(),
            alerts: tx.alerts_of_project(app.zone, project.id).await?,
            cards: tx.cards_of_project(app.zone, project.id).await?,
        })
    }

    fn past(&self) -> Past<'_> {
        Past {
            records: &self.records,
            stops: &self.stops,
            alerts: &self.alerts,
            cards: &self.cards,
        }
    }
}

/// The kind of fact that says why a clock stands.
const STOPPED: &str = "clock_stopped";

/// How much of the record is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Nothing,
    LinesOfStage(StageId, i64),
}

fn recorded(line: Line) -> RecordedEvent {
    RecordedEvent {
        seq: u64::try_from(line.seq).unwrap_or_default(),
        event: line.event,
        recorded_at: line.recorded_at,
    }
}
