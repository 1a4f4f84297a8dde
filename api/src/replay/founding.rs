//! A zone for a replay, in which every rung has somebody to hear it.

use std::collections::BTreeSet;

use domain::{
    access::Role,
    calendar::WorkCalendar,
    id::{PersonId, UnitId, ZoneId},
    ladder::{Ladder, LetterWindow},
    office::Person,
    text::{Bilingual, Language},
};
use persistence::{StoreError, Tx};
use time::{Date, OffsetDateTime};

use crate::{ids::Ids, usecase::zone::Founding};

/// The part behind the at sign of everybody's address: reserved, so that no letter could ever arrive
/// (RFC 2606).
pub const MAIL_DOMAIN: &str = "replay.invalid";

/// Years of plain weekends before and after the log's own: deadlines and rungs lie beyond its end.
const YEARS_BEYOND: i32 = 30;

/// The zone of a log that lasts from `first` to `last`: plain weekends, every year published, the
/// example zone's ladder, and letters at any hour, so that a morning's letters leave that morning.
pub fn founding(time_zone: String, (first, last): (Date, Date), ids: &Ids) -> Founding {
    let at = OffsetDateTime::UNIX_EPOCH;
    Founding {
        id: ZoneId(ids.key(at)),
        name: Bilingual::of("回放开发区", "Replayed Zone"),
        time_zone,
        hotline: "12345".to_owned(),
        calendar: WorkCalendar::plain_weekends(
            "plain-weekends",
            first.year() - YEARS_BEYOND,
            last.year() + YEARS_BEYOND,
        ),
        ladder: Ladder {
            letters: LetterWindow::always(),
            ..Ladder::default()
        },
    }
}

/// Adds a head for each of `units`, somebody in the efficacy office, and a leader.
pub async fn add_superiors(
    tx: &mut Tx,
    zone: ZoneId,
    units: BTreeSet<UnitId>,
    (ids, at): (&Ids, OffsetDateTime),
) -> Result<(), StoreError> {
    let superior = |login: String, role, unit| Person {
        id: PersonId(ids.key(at)),
        email: Some(format!("{login}@{MAIL_DOMAIN}")),
        name: login.clone(),
        login,
        phone: None,
        language: Language::En,
        unit,
        roles: BTreeSet::from([role]),
        is_active: true,
    };
    let heads = units
        .into_iter()
        .zip(1_u32..)
        .map(|(unit, number)| superior(format!("head-{number}"), Role::Head, Some(unit)));
    let watch = superior("efficacy-office".to_owned(), Role::EfficacyOffice, None);
    let leader = superior("leader".to_owned(), Role::Leader, None);
    for person in heads.chain([watch, leader]) {
        tx.add_person(zone, &person, None).await?;
    }
    Ok(())
}
