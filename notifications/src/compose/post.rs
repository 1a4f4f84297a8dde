//! Letters about letters: several told in one, and one that did not reach its reader.

use std::cmp::Reverse;

use domain::{
    access::{Actor, Permission},
    id::{LetterId, ZoneId},
    office::Person,
};
use persistence::{
    StoreError, Tx,
    outbox::{Letter as Queued, LetterState},
};
use time::{Date, OffsetDateTime};

use super::{Composed, compose, reader, sender};
use crate::{
    deliver::Postmark,
    letter::{self, DigestLetter, Letter, OneLine, UndeliveredLetter},
};

/// Matters that a digest lists; a longer list is read on a page, not in a letter.
const LINES_MAX: usize = 30;

/// The digest `queued`; `None` when nothing of what it speaks for has a reason any more.
///
/// Those that it lists are looked at one by one, so that none is told of that is done; of those that it only
/// counts, some may be.
pub(super) async fn digest(
    tx: &mut Tx,
    zone: ZoneId,
    queued: &Queued,
    (postmark, at): (&Postmark, OffsetDateTime),
) -> Result<Option<Composed>, StoreError> {
    let office = tx.office(zone).await?;
    let directory = tx.directory(zone).await?;
    let Some(reader) = reader(&directory, queued.person) else {
        return Ok(None);
    };
    let covered = gravest_first(tx, zone, queued.id).await?;
    let mut count = covered.len();
    let mut lines = Vec::new();
    let mut held_up_since: Option<Date> = None;
    for one in &covered {
        if lines.len() == LINES_MAX {
            break;
        }
        let composed = Box::pin(compose(tx, zone, one, (postmark, at))).await?;
        let Some(composed) = composed else {
            count -= 1;
            continue;
        };
        if let Letter::Escalation(facts) = &composed.letter {
            held_up_since = facts
                .held_up_since
                .map(|day| held_up_since.map_or(day, |first| first.min(day)))
                .or(held_up_since);
        }
        let words = letter::render(&composed.letter, reader.language);
        let subject = words.map_err(|error| StoreError::Broken {
            reason: error.to_string(),
        })?;
        lines.push(OneLine::from(subject.subject.as_str()));
    }
    if lines.is_empty() {
        return Ok(None);
    }
    let letter = DigestLetter {
        recipient: reader.name.as_str().into(),
        sender: sender(&office.zone),
        lines,
        count: u32::try_from(count).unwrap_or(u32::MAX),
        held_up_since,
        url: format!("{}{}", postmark.public_url, home(&reader)),
        today: office.office.time.day_of(at),
    };
    Ok(Some(Composed {
        letter: Letter::Digest(Box::new(letter)),
        reader,
        zone_name: office.zone.name.clone(),
    }))
}

/// What a digest speaks for: alerts from the highest rung down, then news, each kind in its order.
async fn gravest_first(
    tx: &mut Tx,
    zone: ZoneId,
    digest: LetterId,
) -> Result<Vec<Queued>, StoreError> {
    let mut covered = tx.covered_letters(zone, digest).await?;
    let alerts = covered.iter().filter_map(|letter| letter.matter.alert());
    let alerts: Vec<_> = alerts.collect();
    let rungs = tx.rungs_of_alerts(zone, &alerts).await?;
    covered.sort_by_key(|letter| {
        let alert = letter.matter.alert();
        Reverse(alert.and_then(|alert| rungs.get(&alert).copied()))
    });
    Ok(covered)
}

/// Where the reader finds what is theirs, below the public address.
fn home(reader: &Person) -> &'static str {
    let actor = Actor::new(reader.id, reader.roles.clone(), reader.unit);
    if actor.may(Permission::ReadDesk) {
        "/desk"
    } else if actor.may(Permission::ReadBoard) {
        "/board"
    } else {
        "/projects"
    }
}

/// The letter about a lost one; `None` when it was delivered since, somebody has taken note of it, or the
/// reader has left.
pub(super) async fn undelivered(
    tx: &mut Tx,
    zone: ZoneId,
    (lost, queued): (LetterId, &Queued),
    (public_url, at): (&str, OffsetDateTime),
) -> Result<Option<Composed>, StoreError> {
    let lost = tx.letter(zone, lost).await?;
    let is_unsure = match lost.state {
        LetterState::Dead => false,
        LetterState::Uncertain => true,
        LetterState::Pending
        | LetterState::Sending
        | LetterState::Ambiguous
        | LetterState::Sent
        | LetterState::Cancelled
        | LetterState::Covered => return Ok(None),
    };
    let office = tx.office(zone).await?;
    let directory = tx.directory(zone).await?;
    let Some(reader) = reader(&directory, queued.person).filter(|_| lost.heeded.is_none()) else {
        return Ok(None);
    };
    let missed = directory.people.get(&lost.person);
    let subject = lost.rendered.as_ref().map(|letter| letter.subject.as_str());
    let path = match lost.about {
        Some((_, stage)) => format!("/desk/stages/{stage}"),
        None => home(&reader).to_owned(),
    };
    let letter = UndeliveredLetter {
        recipient: reader.name.as_str().into(),
        sender: sender(&office.zone),
        reader: missed.map_or("", |person| person.name.as_str()).into(),
        subject: subject.unwrap_or("-").into(),
        is_unsure,
        url: format!("{public_url}{path}"),
        today: office.office.time.day_of(at),
    };
    Ok(Some(Composed {
        letter: Letter::Undelivered(Box::new(letter)),
        reader,
        zone_name: office.zone.name.clone(),
    }))
}
