//! From a queued letter to its facts: what the record says at the moment of writing.
//!
//! A letter is queued with keys only. Its facts are read when it is written, so that it says how things
//! stand; a letter whose reason has gone is not written at all.

mod account;
mod calendar;
mod news;
mod post;
mod scene;
mod webhook;

use std::collections::BTreeMap;

use domain::{
    alert::Alert,
    card::is_taken_back,
    event::Visibility,
    id::{PersonId, ZoneId},
    notice::Matter,
    office::{Office, Person, Zone},
    stage::StageState,
    text::Bilingual,
};
use persistence::{
    StoreError, Tx,
    outbox::{Letter as Queued, LetterMatter, LetterState},
    person::Directory,
};
use time::{Date, OffsetDateTime};

use self::scene::Scene;
use crate::{
    deliver::Postmark,
    letter::{Letter, Sender, Told},
};

/// A letter with its reader, ready to be put into words.
#[derive(Debug, Clone)]
pub struct Composed {
    /// The facts.
    pub letter: Letter,
    /// The reader.
    pub reader: Person,
    /// Whose name stands on the envelope.
    pub zone_name: Bilingual,
}

/// Lines about a stage that are read to find the last sign of work.
const EVENTS_READ_MAX: i64 = 200;

/// The facts of a queued letter; `None` when its reason has gone or its reader has left.
pub async fn compose(
    tx: &mut Tx,
    zone: ZoneId,
    queued: &Queued,
    (postmark, at): (&Postmark, OffsetDateTime),
) -> Result<Option<Composed>, StoreError> {
    let public_url = postmark.public_url.as_str();
    let person = queued.person;
    if let LetterMatter::SignInCode(attempt) = queued.matter {
        let secret = postmark.message_key.as_slice();
        return account::sign_in(tx, zone, (attempt, person), ((public_url, secret), at)).await;
    }
    if let LetterMatter::NewDevice(device) = queued.matter {
        return account::new_device(tx, zone, (device, person), (public_url, at)).await;
    }
    if let LetterMatter::CalendarChanged(proposal) = queued.matter {
        return calendar::compose(tx, zone, (proposal, queued.person), (public_url, at)).await;
    }
    if let LetterMatter::WebhookStopped(hook) = queued.matter {
        return webhook::compose(tx, zone, (hook, queued.person), (public_url, at)).await;
    }
    if queued.matter == LetterMatter::Digest {
        return post::digest(tx, zone, queued, (postmark, at)).await;
    }
    if let LetterMatter::Undelivered(lost) = queued.matter {
        return post::undelivered(tx, zone, (lost, queued), (public_url, at)).await;
    }
    let Some(scene) = scene(tx, zone, queued, at).await? else {
        return Ok(None);
    };
    let Some(reader) = reader(&scene.directory, queued.person) else {
        return Ok(None);
    };
    let letter = match queued.matter {
        LetterMatter::Notice(Matter::Assigned) => {
            if !scene.is_for_officer(reader.id) || scene.stage.state == StageState::Done {
                return Ok(None);
            }
            Letter::Assigned(Box::new(scene.assigned(&reader, public_url)))
        }
        LetterMatter::Notice(matter) => match scene.news_of_matter(matter) {
            Some(news) => Letter::News(Box::new(scene.news(&reader, news, public_url))),
            None => return Ok(None),
        },
        LetterMatter::Escalation(id) => {
            let alert = tx.alert(zone, id).await?;
            let is_over = is_taken_back(&scene.cards, alert.stage, alert.rung);
            if is_over || !alert.is_urgent(&scene.stage) {
                return Ok(None);
            }
            if let Some(news) = scene.news_of_rung(alert.rung) {
                let letter = scene.news(&reader, news, public_url);
                return Ok(Some(scene.composed(Letter::News(Box::new(letter)), reader)));
            }
            let alerts = tx.alerts_of_project(zone, alert.project).await?;
            if scene.is_told_of_more(&reader, &alert, &alerts) {
                return Ok(None);
            }
            let told = told(tx, zone, &scene, (&alert, &alerts)).await?;
            let held_up_since =
                held_up_since(tx, (zone, &scene.zone.office), (&alert, &alerts)).await?;
            let mut letter = scene.escalation(&reader, &alert, told, public_url);
            letter.held_up_since = held_up_since;
            Letter::Escalation(Box::new(letter))
        }
        // Composed above: they have no scene of one stage.
        LetterMatter::CalendarChanged(_)
        | LetterMatter::WebhookStopped(_)
        | LetterMatter::SignInCode(_)
        | LetterMatter::NewDevice(_)
        | LetterMatter::Digest
        | LetterMatter::Undelivered(_) => return Ok(None),
    };
    Ok(Some(scene.composed(letter, reader)))
}

/// The day on which an alert was due, or a lower one for which it stands, if an outage of ours held it up.
async fn held_up_since(
    tx: &mut Tx,
    (zone, office): (ZoneId, &Office),
    (alert, alerts): (&Alert, &[Alert]),
) -> Result<Option<Date>, StoreError> {
    let told_here = alerts.iter().filter(|other| {
        let is_same = other.stage == alert.stage && other.basis == alert.basis;
        is_same && other.fired_at == alert.fired_at && other.rung <= alert.rung && !other.is_carried
    });
    let mut since: Option<Date> = None;
    for due_on in told_here.map(|told| told.due_on) {
        let over_at = tx.outage_over(zone, office.time.start_of(due_on)).await?;
        if over_at.is_some_and(|over_at| alert.fired_at >= over_at) {
            since = Some(since.map_or(due_on, |first| first.min(due_on)));
        }
    }
    Ok(since)
}

/// Who writes, and whom to call.
fn sender(zone: &Zone) -> Sender {
    Sender {
        zone: zone.name.clone(),
        hotline: zone.hotline.as_str().into(),
    }
}

/// Who reads, unless the person has left.
fn reader(directory: &Directory, person: PersonId) -> Option<Person> {
    let person = directory.people.get(&person)?;
    person.is_active.then(|| person.clone())
}

async fn scene(
    tx: &mut Tx,
    zone: ZoneId,
    queued: &Queued,
    at: OffsetDateTime,
) -> Result<Option<Scene>, StoreError> {
    let Some((project, stage)) = queued.about else {
        return Ok(None);
    };
    let office = tx.office(zone).await?;
    let held = tx.project(zone, project).await?;
    let Some(stage) = held.project.stage(stage).cloned() else {
        return Ok(None);
    };
    let directory = tx.directory(zone).await?;
    let unit = directory.units.get(&stage.unit).cloned();
    let of_stage = (project, stage.id);
    let events = tx
        .events_of_stage(zone, of_stage, Visibility::Internal, EVENTS_READ_MAX)
        .await?;
    let today = office.office.time.day_of(at);
    let mut cards = tx.cards_of_project(zone, project).await?;
    cards.retain(|card| card.stage == stage.id);
    Ok(Some(Scene {
        zone: office,
        directory,
        unit,
        held,
        stage,
        events,
        today,
        cards,
        queued_at: queued.created_at,
    }))
}

/// Who was told of lower rungs of the same stage, oldest first.
async fn told(
    tx: &mut Tx,
    zone: ZoneId,
    scene: &Scene,
    (alert, alerts): (&Alert, &[Alert]),
) -> Result<Vec<Told>, StoreError> {
    let lower: BTreeMap<_, _> = alerts
        .iter()
        .filter(|other| other.stage == alert.stage && other.rung < alert.rung && !other.is_carried)
        .map(|other| (other.id, other.rung))
        .collect();
    let ids: Vec<_> = lower.keys().copied().collect();
    let letters = tx.letters_of_alerts(zone, &ids).await?;
    let sent = letters
        .into_iter()
        .filter(|letter| letter.state == LetterState::Sent);
    Ok(sent
        .filter_map(|letter| {
            let id = letter.matter.alert()?;
            let on = scene
                .zone
                .office
                .time
                .day_of(letter.settled_at.unwrap_or(letter.created_at));
            let name = scene
                .directory
                .people
                .get(&letter.person)?
                .name
                .as_str()
                .into();
            Some(Told {
                on,
                name,
                rung: *lower.get(&id)?,
            })
        })
        .collect())
}
