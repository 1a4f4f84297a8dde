//! Units and people.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diesel::prelude::*;
use domain::{
    access::{Actor, Role},
    id::{PersonId, UnitId, ZoneId},
    office::{Person, Unit, UnitKind},
    text::{Bilingual, Language},
};

use crate::{
    connection::run,
    error::StoreError,
    schema::{person, person_role, unit},
    store::Tx,
    types::Key,
};

#[derive(Queryable, Insertable)]
#[diesel(table_name = unit)]
struct UnitRow {
    zone_id: Key,
    id: Key,
    code: String,
    kind: String,
    name_zh: String,
    name_en: String,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = person)]
struct PersonRow {
    zone_id: Key,
    id: Key,
    login: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    language: String,
    unit_id: Option<Key>,
    is_active: bool,
    password_hash: Option<String>,
}

/// Who is who in a zone.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Every unit.
    pub units: BTreeMap<UnitId, Unit>,
    /// Every person, with roles.
    pub people: BTreeMap<PersonId, Person>,
}

/// The running number that every change of units or people counts up.
const DIRECTORY_EDITION: &str = "directory";

/// What signing in needs to know of an account. Debug shows no hash.
#[derive(Clone)]
pub struct Account {
    /// Who.
    pub person: Person,
    /// The hash of the password in PHC form, if the person has one.
    pub password_hash: Option<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

impl Tx {
    /// Adds a unit.
    pub async fn add_unit(&mut self, zone: ZoneId, new: &Unit) -> Result<(), StoreError> {
        let row = UnitRow {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            code: new.code.clone(),
            kind: new.kind.code().to_owned(),
            name_zh: new.name.zh.to_string(),
            name_en: new.name.en.to_string(),
        };
        run!(self, execute, diesel::insert_into(unit::table).values(&row))?;
        self.next_number(zone, DIRECTORY_EDITION).await?;
        self.has_published = true;
        Ok(())
    }

    /// Every unit of a zone.
    pub async fn units(&mut self, zone: ZoneId) -> Result<BTreeMap<UnitId, Unit>, StoreError> {
        let query = unit::table.filter(unit::zone_id.eq(Key(zone.0)));
        let rows: Vec<UnitRow> = run!(self, load, query)?;
        rows.into_iter()
            .map(|row| {
                let kind = UnitKind::of_code(&row.kind).ok_or_else(|| StoreError::Corrupt {
                    what: format!("unit kind {:?}", row.kind),
                })?;
                let name = Bilingual::of(&row.name_zh, &row.name_en);
                let id = UnitId(row.id.0);
                Ok((
                    id,
                    Unit {
                        id,
                        code: row.code,
                        kind,
                        name,
                    },
                ))
            })
            .collect()
    }

    /// Adds a person with roles. A second administration in one person is refused by the database.
    pub async fn add_person(
        &mut self,
        zone: ZoneId,
        new: &Person,
        password_hash: Option<&str>,
    ) -> Result<(), StoreError> {
        let row = PersonRow {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            login: new.login.clone(),
            name: new.name.clone(),
            email: new.email.clone(),
            phone: new.phone.clone(),
            language: new.language.tag().to_owned(),
            unit_id: new.unit.map(|unit| Key(unit.0)),
            is_active: new.is_active,
            password_hash: password_hash.map(str::to_owned),
        };
        run!(
            self,
            execute,
            diesel::insert_into(person::table).values(&row)
        )?;
        for role in &new.roles {
            let row = (
                person_role::zone_id.eq(Key(zone.0)),
                person_role::person_id.eq(Key(new.id.0)),
                person_role::role.eq(role.code()),
            );
            run!(
                self,
                execute,
                diesel::insert_into(person_role::table).values(row)
            )?;
        }
        self.next_number(zone, DIRECTORY_EDITION).await?;
        self.has_published = true;
        Ok(())
    }

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
        };
        Ok(if self.has_published {
            Arc::new(directory)
        } else {
            self.cache.keep_directory(zone, edition, directory)
        })
    }

    /// Counts up when people, their roles or units change.
    pub async fn directory_edition(&mut self, zone: ZoneId) -> Result<i64, StoreError> {
        self.number(zone, DIRECTORY_EDITION).await
    }

    /// Every person of a zone, with roles.
    pub async fn people(&mut self, zone: ZoneId) -> Result<BTreeMap<PersonId, Person>, StoreError> {
        let query = person::table.filter(person::zone_id.eq(Key(zone.0)));
        let rows: Vec<PersonRow> = run!(self, load, query)?;
        let query = person_role::table
            .filter(person_role::zone_id.eq(Key(zone.0)))
            .select((person_role::person_id, person_role::role));
        let grants: Vec<(Key, String)> = run!(self, load, query)?;
        let mut roles: BTreeMap<Key, BTreeSet<Role>> = BTreeMap::new();
        for (who, code) in grants {
            roles.entry(who).or_default().insert(role_of(&code)?);
        }
        rows.into_iter()
            .map(|row| {
                let roles = roles.remove(&row.id).unwrap_or_default();
                let person = person_of(row, roles)?.person;
                Ok((person.id, person))
            })
            .collect()
    }

    /// A person by key.
    pub async fn person(&mut self, zone: ZoneId, id: PersonId) -> Result<Person, StoreError> {
        let query = person::table.find((Key(zone.0), Key(id.0)));
        let row: PersonRow = run!(self, get_result, query)?;
        let roles = self.roles(zone, id).await?;
        Ok(person_of(row, roles)?.person)
    }

    /// An account by what is typed at sign-in; case counts.
    pub async fn find_account(
        &mut self,
        zone: ZoneId,
        login: &str,
    ) -> Result<Option<Account>, StoreError> {
        let query =
            person::table.filter(person::zone_id.eq(Key(zone.0)).and(person::login.eq(login)));
        let row: Option<PersonRow> = run!(self, get_result, query).optional()?;
        match row {
            None => Ok(None),
            Some(row) => {
                let roles = self.roles(zone, PersonId(row.id.0)).await?;
                Ok(Some(person_of(row, roles)?))
            }
        }
    }

    /// The rights of an active person at this moment; `None` for one who is gone.
    pub async fn find_actor(
        &mut self,
        zone: ZoneId,
        id: PersonId,
    ) -> Result<Option<Actor>, StoreError> {
        let query = person::table
            .find((Key(zone.0), Key(id.0)))
            .select((person::unit_id, person::is_active));
        let row: Option<(Option<Key>, bool)> = run!(self, get_result, query).optional()?;
        let Some((unit, true)) = row else {
            return Ok(None);
        };
        let roles = self.roles(zone, id).await?;
        Ok(Some(Actor {
            person: id,
            roles,
            unit: unit.map(|key| UnitId(key.0)),
            scopes: None,
        }))
    }

    async fn roles(&mut self, zone: ZoneId, id: PersonId) -> Result<BTreeSet<Role>, StoreError> {
        let query = person_role::table
            .filter(
                person_role::zone_id
                    .eq(Key(zone.0))
                    .and(person_role::person_id.eq(Key(id.0))),
            )
            .select(person_role::role);
        let codes: Vec<String> = run!(self, load, query)?;
        codes.iter().map(|code| role_of(code)).collect()
    }
}

fn role_of(code: &str) -> Result<Role, StoreError> {
    Role::of_code(code).ok_or_else(|| StoreError::Corrupt {
        what: format!("role {code:?}"),
    })
}

fn person_of(row: PersonRow, roles: BTreeSet<Role>) -> Result<Account, StoreError> {
    let language = Language::of_tag(&row.language).ok_or_else(|| StoreError::Corrupt {
        what: format!("language {:?}", row.language),
    })?;
    let person = Person {
        id: PersonId(row.id.0),
        login: row.login,
        name: row.name,
        email: row.email,
        phone: row.phone,
        language,
        unit: row.unit_id.map(|key| UnitId(key.0)),
        roles,
        is_active: row.is_active,
    };
    Ok(Account {
        person,
        password_hash: row.password_hash,
    })
}
