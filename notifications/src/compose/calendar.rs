//! The letter about dates that a working calendar has moved: what has moved of one reader's.

use domain::{
    access::{Actor, Permission, Role},
    id::{PersonId, ProposalId, UnitId, ZoneId},
    office::Person,
    text::Bilingual,
};
use persistence::{
    StoreError, Tx,
    calendar::{KeptMove, MovedStage, Pass, StandingIn},
    person::Directory,
};
use time::OffsetDateTime;

use super::{Composed, reader, sender};
use crate::letter::{CalendarLetter, Letter, MovedDate, OneLine};

/// Moved dates that a letter lists; a longer list is read on a page, not in a letter.
const MOVES_SHOWN_MAX: usize = 30;

/// The letter to `person`; `None` when nothing of theirs has moved, or they have left.
pub(super) async fn compose(
    tx: &mut Tx,
    zone: ZoneId,
    (proposal, person): (ProposalId, PersonId),
    (public_url, at): (&str, OffsetDateTime),
) -> Result<Option<Composed>, StoreError> {
    let office = tx.office(zone).await?;
    let directory = tx.directory(zone).await?;
    let Some(reader) = reader(&directory, person) else {
        return Ok(None);
    };
    let (units, absent) = standing_in(&directory, &reader);
    let standing_in = StandingIn {
        units: &units,
        absent: &absent,
    };
    let own = tx.own_moves(zone, proposal, (person, standing_in)).await?;
    if own.is_empty() {
        return Ok(None);
    }
    let shown: Vec<MovedStage> = own.iter().copied().take(MOVES_SHOWN_MAX).collect();
    let of = (proposal, Pass::Applied);
    let moves = tx.moves_of_stages(zone, of, &shown).await?;
    let header = tx.proposal_header(zone, proposal).await?;
    let letter = CalendarLetter {
        recipient: reader.name.as_str().into(),
        sender: sender(&office.zone),
        version: header.calendar.version,
        note: header.note.as_str().into(),
        moves: moves.iter().map(moved_date).collect(),
        count: u32::try_from(own.len()).unwrap_or(u32::MAX),
        url: format!("{public_url}{}", path(&reader, proposal)),
        today: office.office.time.day_of(at),
    };
    Ok(Some(Composed {
        letter: Letter::CalendarChanged(Box::new(letter)),
        reader,
        zone_name: office.zone.name.clone(),
    }))
}

/// Of which units the reader is head, and which of their officers have left.
fn standing_in(directory: &Directory, reader: &Person) -> (Vec<UnitId>, Vec<PersonId>) {
    let headed = reader.unit.filter(|_| reader.roles.contains(&Role::Head));
    let Some(unit) = headed else {
        return (Vec::new(), Vec::new());
    };
    let left = directory
        .people
        .values()
        .filter(|person| !person.is_active)
        .map(|person| person.id);
    (vec![unit], left.collect())
}

/// Where the reader finds the dates, below the public address.
fn path(reader: &Person, proposal: ProposalId) -> String {
    let actor = Actor::new(reader.id, reader.roles.clone(), reader.unit);
    if actor.may(Permission::ProposeCalendar) {
        format!("/calendar/proposals/{proposal}")
    } else if actor.may(Permission::ReadDesk) {
        "/desk".to_owned()
    } else if actor.is_staff() {
        "/calendar".to_owned()
    } else {
        "/projects".to_owned()
    }
}

fn moved_date(kept: &KeptMove) -> MovedDate {
    let code = &kept.stage.code;
    let name = kept
        .template
        .stage(code)
        .map(|definition| definition.name.clone());
    let moved = kept.of.moved;
    MovedDate {
        project: kept.project.code.clone(),
        project_name: OneLine::from(kept.project.name.as_str()),
        stage: name.unwrap_or_else(|| Bilingual::of(code, code)),
        old: moved.old,
        new: moved.new,
        working_days: kept.of.working_days,
        old_statutory: moved.old_statutory,
        new_statutory: moved.new_statutory,
        is_provisional: kept.stage.deadline.is_provisional,
    }
}
