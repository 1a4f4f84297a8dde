//! People.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use domain::{
    access::{Actor, Role},
    id::{PersonId, ProjectId, UnitId, ZoneId},
    office::Person,
    text::Language,
};

pub use crate::directory::Directory;
use crate::{
    connection::run,
    error::StoreError,
    schema::{person, person_role, project, stage},
    store::Tx,
    types::Key,
};

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
        self.add_roles(zone, new).await?;
        self.count_directory(zone).await
    }

    /// Keeps what was changed of a person; key, login and password stay. A second administration in one person
    /// is refused by the database.
    pub async fn save_person(&mut self, zone: ZoneId, person: &Person) -> Result<(), StoreError> {
        let this = person::table.find((Key(zone.0), Key(person.id.0)));
        let change = diesel::update(this).set((
            person::name.eq(&person.name),
            person::email.eq(&person.email),
            person::phone.eq(&person.phone),
            person::language.eq(person.language.tag()),
            person::unit_id.eq(person.unit.map(|unit| Key(unit.0))),
            person::is_active.eq(person.is_active),
        ));
        if run!(self, execute, change)? != 1 {
            return Err(StoreError::Absent);
        }
        let roles = person_role::table
            .filter(person_role::zone_id.eq(Key(zone.0)))
            .filter(person_role::person_id.eq(Key(person.id.0)));
        run!(self, execute, diesel::delete(roles))?;
        self.add_roles(zone, person).await?;
        self.count_directory(zone).await
    }

    async fn add_roles(&mut self, zone: ZoneId, person: &Person) -> Result<(), StoreError> {
        for role in &person.roles {
            let row = (
                person_role::zone_id.eq(Key(zone.0)),
                person_role::person_id.eq(Key(person.id.0)),
                person_role::role.eq(role.code()),
            );
            let insert = diesel::insert_into(person_role::table).values(row);
            run!(self, execute, insert)?;
        }
        Ok(())
    }

    /// The projects that are not finished and name a person as officer of an open stage, as steward or as lead
    /// official, each once, by key.
    pub async fn open_projects_of(
        &mut self,
        zone: ZoneId,
        id: PersonId,
    ) -> Result<BTreeSet<ProjectId>, StoreError> {
        let query = stage::table
            .filter(stage::zone_id.eq(Key(zone.0)))
            .filter(stage::officer_id.eq(Key(id.0)))
            .filter(stage::done_on.is_null())
            .select(stage::project_id);
        let handled: Vec<Key> = run!(self, load, query)?;
        let open = || {
            project::table
                .filter(project::zone_id.eq(Key(zone.0)))
                .filter(project::closed_on.is_null())
                .select(project::id)
        };
        let query = open().filter(project::steward_id.eq(Key(id.0)));
        let looked_after: Vec<Key> = run!(self, load, query)?;
        let query = open().filter(project::lead_id.eq(Key(id.0)));
        let led: Vec<Key> = run!(self, load, query)?;
        let found = handled.into_iter().chain(looked_after).chain(led);
        Ok(found.map(|key| ProjectId(key.0)).collect())
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
        // Asked for in either case: a stranger must not hear from the clock whether there is such an account.
        let id = row.as_ref().map_or(Key(uuid::Uuid::nil()), |row| row.id);
        let roles = self.roles(zone, PersonId(id.0)).await?;
        row.map(|row| person_of(row, roles)).transpose()
    }

    /// The rights of an active person at this moment; `None` for one who is gone. For whom they stand in
    /// today is in the directory.
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
        let posts = self.posts_of(zone, id).await?;
        let unit = unit.map(|key| UnitId(key.0));
        Ok(Some(Actor {
            posts,
            ..Actor::new(id, roles, unit)
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

pub(crate) fn role_of(code: &str) -> Result<Role, StoreError> {
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
