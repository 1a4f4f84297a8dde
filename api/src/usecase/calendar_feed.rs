//! Due dates for calendar programs: make an address, end it, and answer who fetches.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::{Actor, Permission, Reach, Role},
    calendar_feed::{DueDate, Renewal, renew},
    id::{CalendarFeedId, StageId},
    security::{Outcome, SecurityAct, SecurityEvent},
    text::{Language, Line},
};
use persistence::{Tx, calendar_feed::CalendarFeed, project::ProjectFilter, stage::WorkScope};
use sha2::{Digest as _, Sha256};
use time::Duration;

use super::look::Surroundings;
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    view::{
        calendar_feed::{CalendarFeedView, DueView, due_view},
        setting::Viewer,
    },
};

/// Addresses of one person: some for each device, and not so many that nobody knows whose they are.
pub const FEEDS_MAX: usize = 10;
/// Stages that a calendar names; more than any office has open.
const STAGES_MAX: i64 = 2_000;
/// Projects of an investor whose dates are named.
const PROJECTS_MAX: i64 = 200;
/// How exactly the owner sees when an address was last fetched: each fetch would be a write.
const FETCH_NOTED_EVERY: Duration = Duration::hours(1);

/// The addresses of somebody.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<CalendarFeedView>, AppError> {
    let (zone, person) = (app.zone, actor.person);
    let feeds = app
        .store
        .read(async |tx: &mut Tx| tx.calendar_feeds(zone, person).await)
        .await?;
    Ok(feeds.iter().map(CalendarFeedView::of).collect())
}

/// Makes an address. Its secret is said this once.
pub async fn add(app: &App, actor: &Actor, name: Line) -> Result<CalendarFeedView, AppError> {
    let (zone, now) = (app.zone, app.now());
    let token = URL_SAFE_NO_PAD.encode(app.ids.secret());
    let hash = app.keys.calendar_feed_hash(&token);
    let feed = CalendarFeed {
        id: CalendarFeedId(app.ids.key(now)),
        person: actor.person,
        name: name.to_string(),
        created_at: now,
        fetched_at: None,
        revoked_at: None,
    };
    let token = app
        .store
        .write_once(async move |tx: &mut Tx| {
            let known = tx.calendar_feeds(zone, feed.person).await?;
            if known.len() >= FEEDS_MAX {
                let flaw = FieldFlaw::of("name", "calendar_feed.too_many");
                return Err(AppError::Flawed(vec![flaw]));
            }
            tx.add_calendar_feed(zone, &feed, &hash).await?;
            let event = security_event(SecurityAct::CalendarFeedAdded, &feed);
            tx.add_security_event(zone, &event, now).await?;
            Ok(token)
        })
        .await?;
    let hash = app.keys.calendar_feed_hash(&token);
    let feed = app
        .store
        .read(async |tx: &mut Tx| tx.find_calendar_feed(zone, &hash).await)
        .await?
        .ok_or(AppError::Absent)?;
    Ok(CalendarFeedView {
        url: Some(format!("{}/cal/{token}.ics", app.postmark.public_url)),
        ..CalendarFeedView::of(&feed)
    })
}

fn security_event(act: SecurityAct, feed: &CalendarFeed) -> SecurityEvent {
    SecurityEvent {
        act,
        outcome: Outcome::Done,
        actor: Some(feed.person),
        object: Some(feed.id.to_string()),
        address: None,
        detail: BTreeMap::new(),
    }
}

/// Ends an address of the actor's.
pub async fn revoke(app: &App, actor: &Actor, id: CalendarFeedId) -> Result<(), AppError> {
    let (zone, now, person) = (app.zone, app.now(), actor.person);
    app.store
        .write_once(async move |tx: &mut Tx| {
            if !tx.revoke_calendar_feed(zone, (person, id), now).await? {
                return Err(AppError::Absent);
            }
            let feed = tx.calendar_feed_to_renew(zone, id).await?;
            let event = security_event(SecurityAct::CalendarFeedRevoked, &feed);
            tx.add_security_event(zone, &event, now).await?;
            Ok(())
        })
        .await
}

/// What a calendar program hears that fetches an address.
#[derive(Debug)]
pub enum Fetched {
    /// No such address, or nobody who may have one.
    Unknown,
    /// Its owner has ended it.
    Revoked,
    /// The dates.
    Dates(Box<Dates>),
}

/// The dates of an address, and what to say of them.
#[derive(Debug)]
pub struct Dates {
    /// In the language of its owner.
    pub language: Language,
    /// What its owner calls it.
    pub name: String,
    /// What is said now of which stage.
    pub renewal: Renewal,
    /// The words for those that are not gone.
    pub due: BTreeMap<StageId, DueView>,
    /// For names and the local day.
    pub surroundings: Surroundings,
}

/// Answers who fetches: with the dates that the owner may see at this moment.
pub async fn fetch(app: &App, token: &str) -> Result<Fetched, AppError> {
    let (zone, now, hash) = (app.zone, app.now(), app.keys.calendar_feed_hash(token));
    let looked = app
        .store
        .read(async |tx: &mut Tx| look(tx, app, &hash).await)
        .await?;
    let (feed, mut dates) = match looked {
        Looked::Unknown => return Ok(Fetched::Unknown),
        Looked::Revoked => return Ok(Fetched::Revoked),
        Looked::Dates(feed, dates) => (feed, dates),
    };
    let is_noted = feed
        .fetched_at
        .is_some_and(|at| now - at < FETCH_NOTED_EVERY);
    let renewal = &dates.renewal;
    if is_noted && renewal.changed.is_empty() && renewal.dropped.is_empty() {
        return Ok(Fetched::Dates(dates));
    }
    let due = prints(&dates.due, dates.language);
    dates.renewal = app
        .store
        .write_beside(async move |tx: &mut Tx| {
            // Read again: the address is ours now, so two fetches at once count up one after the other.
            let feed = tx.calendar_feed_to_renew(zone, feed.id).await?;
            let said = tx.calendar_entries(zone, feed.id).await?;
            let renewal = renew(said, due, now);
            tx.keep_calendar_entries(zone, feed.id, &renewal).await?;
            tx.note_calendar_fetch(zone, feed.id, now).await?;
            Ok::<_, AppError>(renewal)
        })
        .await?;
    Ok(Fetched::Dates(dates))
}

enum Looked {
    Unknown,
    Revoked,
    Dates(CalendarFeed, Box<Dates>),
}

async fn look(tx: &mut Tx, app: &App, hash: &str) -> Result<Looked, AppError> {
    let Some(feed) = tx.find_calendar_feed(app.zone, hash).await? else {
        return Ok(Looked::Unknown);
    };
    if feed.revoked_at.is_some() {
        return Ok(Looked::Revoked);
    }
    let actor = tx.find_actor(app.zone, feed.person).await?;
    let Some(actor) = actor.filter(|actor| actor.may(Permission::SubscribeCalendar)) else {
        return Ok(Looked::Unknown);
    };
    let surroundings = Surroundings::read(tx, app).await?;
    let due = due_dates(tx, app, (&actor, &surroundings)).await?;
    let owner = surroundings.directory.people.get(&actor.person);
    let language = owner.map(|owner| owner.language).unwrap_or_default();
    let said = tx.calendar_entries(app.zone, feed.id).await?;
    let renewal = renew(said, prints(&due, language), surroundings.now.at);
    let dates = Dates {
        language,
        name: feed.name.clone(),
        renewal,
        due,
        surroundings,
    };
    Ok(Looked::Dates(feed, Box::new(dates)))
}

/// The due days of the actor's: those of own stages or of the unit, and those of own projects.
async fn due_dates(
    tx: &mut Tx,
    app: &App,
    (actor, surroundings): (&Actor, &Surroundings),
) -> Result<BTreeMap<StageId, DueView>, AppError> {
    let viewer = Viewer::Person(actor.clone());
    let mut due = BTreeMap::new();
    if actor.roles.contains(&Role::Investor) {
        let filter = ProjectFilter {
            of_person: Some(actor.person),
            is_open: Some(true),
            ..ProjectFilter::default()
        };
        let own = tx.project_list(app.zone, &filter, PROJECTS_MAX).await?;
        for header in own {
            let held = tx.project(app.zone, header.id).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(&viewer, &templates);
            let stages = held.project.stages.iter();
            let named = stages.filter_map(|stage| due_view(&held.project, stage, &setting, true));
            due.extend(named.map(|view| (view.stage, view)));
        }
    }
    let Some(scope) = work_scope(actor) else {
        return Ok(due);
    };
    for item in tx.work(app.zone, scope, None, STAGES_MAX).await? {
        let templates = [item.template.clone()];
        let setting = surroundings.setting(&viewer, &templates);
        let named = due_view(&item.project, &item.stage, &setting, false);
        due.extend(named.map(|view| (view.stage, view)));
    }
    Ok(due)
}

/// Whose stages: a head's are those of the unit, an officer's those that are the officer's own.
fn work_scope(actor: &Actor) -> Option<WorkScope> {
    if !actor.may(Permission::ReadDesk) {
        return None;
    }
    match (actor.reach(Permission::AssignStage), actor.unit) {
        (Some(Reach::Unit), Some(unit)) => Some(WorkScope::Unit(unit)),
        _ => Some(WorkScope::Officer(actor.person, None)),
    }
}

/// The days with a fingerprint of what is said of each.
fn prints(due: &BTreeMap<StageId, DueView>, language: Language) -> Vec<DueDate> {
    let print = |view: &DueView| {
        let (name, phase) = (view.name.get(language), view.phase.code());
        let said = [
            name,
            phase,
            view.project_code.as_str(),
            view.project_name.as_str(),
            view.path.as_str(),
        ];
        URL_SAFE_NO_PAD.encode(Sha256::digest(said.join("\u{1f}")))
    };
    due.values()
        .map(|view| DueDate {
            stage: view.stage,
            due_on: view.due_on,
            print: print(view),
        })
        .collect()
}
