//! Who is who in a zone, kept in memory under the number that every change counts up; and how often each
//! unit, person and company was changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diesel::prelude::*;
use domain::{
    access::Role,
    deputy::{Absence, Roster},
    id::{PersonId, UnitId, ZoneId},
    office::{Person, Unit},
};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    connection::run,
    error::StoreError,
    schema::directory_entry,
    store::Tx,
    types::{At, Key},
};

/// Who is who in a zone.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Every unit.
    pub units: BTreeMap<UnitId, Unit>,
    /// Every person, with roles.
    pub people: BTreeMap<PersonId, Person>,
    /// Posts in other units than the one where somebody works.
    pub posts: BTreeMap<PersonId, BTreeSet<(UnitId, Role)>>,
    /// Who stands in for whom.
    pub deputies: BTreeMap<PersonId, PersonId>,
    /// Every absence, past ones too.
    pub absences: Vec<Absence>,
}

impl Directory {
    /// Who is there on a day, and who stands in for whom.
    pub fn roster(&self, on: Date) -> Roster {
        let active = self.people.values().filter(|person| person.is_active);
        let working = active.map(|person| person.id).collect();
        Roster::of(on, working, self.deputies.clone(), &self.absences)
    }

    /// True for somebody who has not left and holds `role` in `unit`, at home or by another post.
    pub fn holds_in(&self, person: PersonId, role: Role, unit: UnitId) -> bool {
        let Some(known) = self.people.get(&person).filter(|known| known.is_active) else {
            return false;
        };
        let elsewhere = self.posts.get(&person);
        (known.unit == Some(unit) && known.roles.contains(&role))
            || elsewhere.is_some_and(|posts| posts.contains(&(unit, role)))
    }
}

/// The running number that every change of units or people counts up.
const DIRECTORY_EDITION: &str = "directory";

/// How often something was changed, by whom and when last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// 1 for what was never changed.
    pub version: i64,
    /// Who changed it last, if it was a person.
    pub by: Option<PersonId>,
    /// When; `None` for what was never changed.
    pub at: Option<OffsetDateTime>,
}

/// What was never changed.
const FIRST: Entry = Entry {
    version: 1,
    by: None,
    at: None,
};

impl Tx {
    /// Who is who in a zone. Kept in memory as long as nothing has changed; rights are not taken from here
    /// but read for each request.
    pub async fn directory(&mut self, zone: ZoneId) -> Result<Arc<Directory>, StoreError> {
        let edition = self.number(zone, DIRECTORY_EDITION).await?;
        if let Some(known) = self.cache.directory(zone, edition) {
            return Ok(known);
        }
        let directory = Directory {
            units: self.units(zone).await?,
            people: self.people(zone).await?,
            posts: self.posts(zone).await?,
            deputies: self.deputies(zone).await?,
            absences: self.absences(zone).await?,
        };
        Ok(if self.has_published {
            Arc::new(directory)
        } else {
            self.cache.keep_directory(zone, edition, directory)
        })
    }

    /// Counts up with every change of units, people, deputies and absences.
    pub async fn directory_edition(&mut self, zone: ZoneId) -> Result<i64, StoreError> {
        self.number(zone, DIRECTORY_EDITION).await
    }

    /// Makes changes of the directory wait for each other until this transaction ends: what is read after it
    /// is not changed by anybody else.
    pub async fn hold_directory(&mut self, zone: ZoneId) -> Result<(), StoreError> {
        self.count_directory(zone).await
    }

    /// Counts the edition up, so that nobody uses an older directory.
    pub(crate) async fn count_directory(&mut self, zone: ZoneId) -> Result<(), StoreError> {
        self.next_number(zone, DIRECTORY_EDITION).await?;
        self.has_published = true;
        Ok(())
    }

    /// How often a unit, person or company was changed.
    pub async fn entry(&mut self, zone: ZoneId, thing: Uuid) -> Result<Entry, StoreError> {
        let query = directory_entry::table
            .find((Key(zone.0), Key(thing)))
            .select((
                directory_entry::version,
                directory_entry::changed_by,
                directory_entry::changed_at,
            ));
        let row: Option<(i64, Option<Key>, At)> = run!(self, get_result, query).optional()?;
        Ok(row.map_or(FIRST, |(version, by, at)| Entry {
            version,
            by: by.map(|key| PersonId(key.0)),
            at: Some(at.0),
        }))
    }

    /// How often each unit, person and company was changed, where that was more than never.
    pub async fn entries(&mut self, zone: ZoneId) -> Result<BTreeMap<Uuid, i64>, StoreError> {
        let query = directory_entry::table
            .filter(directory_entry::zone_id.eq(Key(zone.0)))
            .select((directory_entry::thing_id, directory_entry::version));
        let rows: Vec<(Key, i64)> = run!(self, load, query)?;
        Ok(rows
            .into_iter()
            .map(|(key, count)| (key.0, count))
            .collect())
    }

    /// Counts a change of a unit, person or company; gives its new version.
    pub async fn count_change(
        &mut self,
        zone: ZoneId,
        thing: Uuid,
        (by, at): (Option<PersonId>, OffsetDateTime),
    ) -> Result<i64, StoreError> {
        let by = by.map(|person| Key(person.0));
        let query = diesel::insert_into(directory_entry::table)
            .values((
                directory_entry::zone_id.eq(Key(zone.0)),
                directory_entry::thing_id.eq(Key(thing)),
                directory_entry::version.eq(FIRST.version + 1),
                directory_entry::changed_by.eq(by),
                directory_entry::changed_at.eq(At(at)),
            ))
            .on_conflict((directory_entry::zone_id, directory_entry::thing_id))
            .do_update()
            .set((
                directory_entry::version.eq(directory_entry::version + 1),
                directory_entry::changed_by.eq(by),
                directory_entry::changed_at.eq(At(at)),
            ))
            .returning(directory_entry::version);
        Ok(run!(self, get_result, query)?)
    }
}
