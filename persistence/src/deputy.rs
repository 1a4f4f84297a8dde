//! Deputies, absences, and posts in other units.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::{
    access::Role,
    deputy::{Absence, AbsenceReason},
    id::{AbsenceId, PersonId, UnitId, ZoneId},
};
use time::Date;

use crate::{
    connection::run,
    error::StoreError,
    person::role_of,
    schema::{absence, deputy, post},
    store::Tx,
    types::Key,
};

#[derive(Queryable, Insertable)]
#[diesel(table_name = absence, treat_none_as_default_value = false)]
struct AbsenceRow {
    zone_id: Key,
    id: Key,
    person_id: Key,
    from_on: Date,
    until_on: Date,
    reason: String,
    substitute_id: Option<Key>,
}

impl AbsenceRow {
    fn of(zone: ZoneId, of: &Absence) -> Self {
        Self {
            zone_id: Key(zone.0),
            id: Key(of.id.0),
            person_id: Key(of.person.0),
            from_on: of.from_on,
            until_on: of.until_on,
            reason: of.reason.code().to_owned(),
            substitute_id: of.substitute.map(|person| Key(person.0)),
        }
    }

    fn read(self) -> Result<Absence, StoreError> {
        let reason = AbsenceReason::of_code(&self.reason).ok_or_else(|| StoreError::Corrupt {
            what: format!("absence reason {:?}", self.reason),
        })?;
        Ok(Absence {
            id: AbsenceId(self.id.0),
            person: PersonId(self.person_id.0),
            from_on: self.from_on,
            until_on: self.until_on,
            reason,
            substitute: self.substitute_id.map(|key| PersonId(key.0)),
        })
    }
}

/// Posts of people besides the one at home.
pub(crate) type Posts = BTreeMap<PersonId, BTreeSet<(UnitId, Role)>>;

impl Tx {
    /// The deputies of a zone, by the person for whom they stand in.
    pub async fn deputies(
        &mut self,
        zone: ZoneId,
    ) -> Result<BTreeMap<PersonId, PersonId>, StoreError> {
        let query = deputy::table
            .filter(deputy::zone_id.eq(Key(zone.0)))
            .select((deputy::person_id, deputy::deputy_id));
        let rows: Vec<(Key, Key)> = run!(self, load, query)?;
        let pairs = rows.into_iter();
        Ok(pairs
            .map(|(person, deputy)| (PersonId(person.0), PersonId(deputy.0)))
            .collect())
    }

    /// Makes `deputy` the one who stands in for `person`, or nobody.
    pub async fn set_deputy(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        deputy: Option<PersonId>,
    ) -> Result<(), StoreError> {
        let this = deputy::table.find((Key(zone.0), Key(person.0)));
        run!(self, execute, diesel::delete(this))?;
        if let Some(deputy) = deputy {
            let row = (
                deputy::zone_id.eq(Key(zone.0)),
                deputy::person_id.eq(Key(person.0)),
                deputy::deputy_id.eq(Key(deputy.0)),
            );
            let insert = diesel::insert_into(deputy::table).values(row);
            run!(self, execute, insert)?;
        }
        self.count_directory(zone).await
    }

    /// Every absence of a zone, past ones too, the earliest first.
    pub async fn absences(&mut self, zone: ZoneId) -> Result<Vec<Absence>, StoreError> {
        let query = absence::table
            .filter(absence::zone_id.eq(Key(zone.0)))
            .order((absence::from_on.asc(), absence::id.asc()));
        let rows: Vec<AbsenceRow> = run!(self, load, query)?;
        rows.into_iter().map(AbsenceRow::read).collect()
    }

    /// An absence by key.
    pub async fn absence(&mut self, zone: ZoneId, id: AbsenceId) -> Result<Absence, StoreError> {
        let query = absence::table.find((Key(zone.0), Key(id.0)));
        let row: AbsenceRow = run!(self, get_result, query)?;
        row.read()
    }

    /// Adds an absence.
    pub async fn add_absence(&mut self, zone: ZoneId, new: &Absence) -> Result<(), StoreError> {
        let row = AbsenceRow::of(zone, new);
        let insert = diesel::insert_into(absence::table).values(&row);
        run!(self, execute, insert)?;
        self.count_directory(zone).await
    }

    /// Lets an absence end on another day.
    pub async fn end_absence(
        &mut self,
        zone: ZoneId,
        id: AbsenceId,
        until_on: Date,
    ) -> Result<(), StoreError> {
        let this = absence::table.find((Key(zone.0), Key(id.0)));
        let change = diesel::update(this).set(absence::until_on.eq(until_on));
        match run!(self, execute, change)? {
            1 => self.count_directory(zone).await,
            _ => Err(StoreError::Absent),
        }
    }

    /// Takes back an absence that has not begun.
    pub async fn remove_absence(&mut self, zone: ZoneId, id: AbsenceId) -> Result<(), StoreError> {
        let this = absence::table.find((Key(zone.0), Key(id.0)));
        match run!(self, execute, diesel::delete(this))? {
            1 => self.count_directory(zone).await,
            _ => Err(StoreError::Absent),
        }
    }

    /// The posts of one person besides the one at home.
    pub(crate) async fn posts_of(
        &mut self,
        zone: ZoneId,
        person: PersonId,
    ) -> Result<BTreeSet<(UnitId, Role)>, StoreError> {
        let query = post::table
            .filter(post::zone_id.eq(Key(zone.0)))
            .filter(post::person_id.eq(Key(person.0)))
            .select((post::unit_id, post::role));
        let rows: Vec<(Key, String)> = run!(self, load, query)?;
        let posts = rows.into_iter();
        posts
            .map(|(unit, code)| Ok((UnitId(unit.0), role_of(&code)?)))
            .collect()
    }

    /// The posts of everybody besides the ones at home.
    pub(crate) async fn posts(&mut self, zone: ZoneId) -> Result<Posts, StoreError> {
        let query = post::table.filter(post::zone_id.eq(Key(zone.0))).select((
            post::person_id,
            post::unit_id,
            post::role,
        ));
        let rows: Vec<(Key, Key, String)> = run!(self, load, query)?;
        let mut posts = Posts::new();
        for (person, unit, code) in rows {
            let of_person = posts.entry(PersonId(person.0)).or_default();
            of_person.insert((UnitId(unit.0), role_of(&code)?));
        }
        Ok(posts)
    }

    /// Gives a person these posts besides the one at home, and no others. The database takes officers and
    /// heads alone.
    pub async fn set_posts(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        posts: &BTreeSet<(UnitId, Role)>,
    ) -> Result<(), StoreError> {
        let of_person = post::table
            .filter(post::zone_id.eq(Key(zone.0)))
            .filter(post::person_id.eq(Key(person.0)));
        run!(self, execute, diesel::delete(of_person))?;
        for (unit, role) in posts {
            let row = (
                post::zone_id.eq(Key(zone.0)),
                post::person_id.eq(Key(person.0)),
                post::unit_id.eq(Key(unit.0)),
                post::role.eq(role.code()),
            );
            run!(self, execute, diesel::insert_into(post::table).values(row))?;
        }
        self.count_directory(zone).await
    }
}
