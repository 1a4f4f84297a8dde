//! People: adding, changing, saying what they are to the zone, and closing their accounts.

mod leaving;

use std::collections::BTreeSet;

use domain::{
    access::{Actor, Permission, Role},
    id::{PersonId, UnitId},
    office::Person,
    refusal::Refusal,
    security::{SecurityAct, SecurityEvent},
    text::{Language, Line},
};
use persistence::{StoreError, Tx, directory::Directory};

use self::leaving::hand_over;
use super::{
    directory::{Changing, require, require_entry},
    session,
};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    http::respond::Edition,
    usecase::directory,
    view::directory::{PersonEntry, Reader, person_entry},
};

/// Roles, and posts in other units.
pub type Posts = BTreeSet<(UnitId, Role)>;

/// A person to add. What the person may do is for a security administrator to say.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// What the person types to sign in.
    pub login: Line,
    /// As printed.
    pub name: Line,
    /// Where letters go.
    pub email: Option<Line>,
    /// Office telephone number.
    pub phone: Option<Line>,
    /// The language of letters.
    pub language: Language,
    /// Where the person works.
    pub unit: Option<UnitId>,
}

/// What is to be another about a person. The inner `None` takes a value away.
#[derive(Debug, Clone, Default)]
pub struct PersonPatch {
    /// The name.
    pub name: Option<Line>,
    /// Where letters go.
    pub email: Option<Option<Line>>,
    /// Office telephone number.
    pub phone: Option<Option<Line>>,
    /// The language of letters.
    pub language: Option<Language>,
    /// Where the person works.
    pub unit: Option<Option<UnitId>>,
    /// What the person is to the zone.
    pub roles: Option<BTreeSet<Role>>,
    /// What the person is in other units.
    pub posts: Option<Posts>,
    /// False closes the account.
    pub is_active: Option<bool>,
    /// To whom open work goes when the account is closed.
    pub hand_over_to: Option<PersonId>,
}

impl PersonPatch {
    /// What must be allowed for it: whoever makes accounts does not say what they may do.
    fn permissions(&self) -> BTreeSet<Permission> {
        let roles = self.roles.is_some() || self.posts.is_some();
        let person = self.name.is_some()
            || self.email.is_some()
            || self.phone.is_some()
            || self.language.is_some()
            || self.unit.is_some()
            || self.is_active.is_some()
            || self.hand_over_to.is_some();
        let manage = (person || !roles).then_some(Permission::ManagePeople);
        let rights = roles.then_some(Permission::ManageRoles);
        manage.into_iter().chain(rights).collect()
    }
}

/// True for what can be a mail address: one `@` between two parts without spaces, as long as RFC 5321 allows.
pub fn is_address(text: &str) -> bool {
    /// RFC 5321, 4.5.3.1.3, without the angle brackets.
    const OCTETS_MAX: usize = 254;
    let is_sound = |part: &str| {
        !part.is_empty() && !part.contains(|letter: char| letter.is_whitespace() || letter == '@')
    };
    text.len() <= OCTETS_MAX
        && text
            .split_once('@')
            .is_some_and(|(mailbox, host)| is_sound(mailbox) && is_sound(host))
}

/// Adds a person without any right.
pub async fn add(app: &App, actor: &Actor, new: NewPerson) -> Result<PersonId, AppError> {
    require(actor, Permission::ManagePeople)?;
    let changing = Changing::now(app, actor);
    let at = changing.at;
    let id = PersonId(app.ids.key(at));
    app.store
        .write_once(async move |tx| {
            add_in(tx, changing, id, (new, BTreeSet::new())).await?;
            Ok::<_, AppError>(id)
        })
        .await
}

pub(super) async fn add_in(
    tx: &mut Tx,
    changing: Changing,
    id: PersonId,
    (new, roles): (NewPerson, BTreeSet<Role>),
) -> Result<(), AppError> {
    require_open_unit(&*tx.directory(changing.zone).await?, new.unit)?;
    let text = |line: Option<Line>| line.map(|line| line.to_string());
    let person = Person {
        id,
        login: new.login.to_string(),
        name: new.name.to_string(),
        email: text(new.email),
        phone: text(new.phone),
        language: new.language,
        unit: new.unit,
        roles,
        is_active: true,
    };
    require_one_administration(&person.roles)?;
    tx.add_person(changing.zone, &person, None)
        .await
        .map_err(duplicate)?;
    let codes = role_codes(&person.roles);
    let added = |event: SecurityEvent| event.on(id).with("roles", codes);
    Ok(changing
        .record(tx, id.0, added, SecurityAct::PersonAdded)
        .await?)
}

/// The database has the last word on logins and administrations.
fn duplicate(error: StoreError) -> AppError {
    if let StoreError::Duplicate { what } = &error {
        if what.contains("person_role") {
            return Refusal::AdministrationsExclude.into();
        }
        if what.contains("login") {
            return AppError::Flawed(vec![FieldFlaw::of("login", "person.login_taken")]);
        }
    }
    error.into()
}

fn require_one_administration(roles: &BTreeSet<Role>) -> Result<(), Refusal> {
    let administrations = roles.iter().filter(|role| role.is_administrator());
    if administrations.count() > 1 {
        Err(Refusal::AdministrationsExclude)
    } else {
        Ok(())
    }
}

fn require_open_unit(directory: &Directory, unit: Option<UnitId>) -> Result<(), AppError> {
    let flaw = |code| Err(AppError::Flawed(vec![FieldFlaw::of("unit", code)]));
    match unit.map(|id| directory.units.get(&id)) {
        None => Ok(()),
        Some(Some(unit)) if unit.is_active => Ok(()),
        Some(Some(_closed)) => flaw("unit.closed"),
        Some(None) => flaw("validation.choice"),
    }
}

fn role_codes(roles: &BTreeSet<Role>) -> String {
    let codes: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    codes.join(" ")
}

/// Refuses those who may change nothing about anybody.
pub fn require_any_right(actor: &Actor) -> Result<(), AppError> {
    if actor.may(Permission::ManageRoles) {
        Ok(())
    } else {
        require(actor, Permission::ManagePeople)
    }
}

/// Changes a person, based on a version of them.
pub async fn change(
    app: &App,
    actor: &Actor,
    (id, based_on): (PersonId, i64),
    patch: PersonPatch,
) -> Result<(), AppError> {
    for permission in patch.permissions() {
        require(actor, permission)?;
    }
    let is_weighty = patch.roles.is_some() || patch.posts.is_some() || patch.is_active.is_some();
    if id == actor.person && is_weighty {
        return Err(Refusal::OwnAccount.into());
    }
    let changing = Changing::now(app, actor);
    app.store
        .write_once(async move |tx| {
            require_entry(tx, changing.zone, id.0, based_on).await?;
            change_in(tx, changing, id, patch).await
        })
        .await?;
    app.poke.poke();
    Ok(())
}

pub(super) async fn change_in(
    tx: &mut Tx,
    changing: Changing,
    id: PersonId,
    patch: PersonPatch,
) -> Result<(), AppError> {
    let zone = changing.zone;
    let directory = tx.directory(zone).await?;
    let before = directory.people.get(&id).ok_or(AppError::Absent)?.clone();
    let posts_before = directory.posts.get(&id).cloned().unwrap_or_default();
    let successor = patch.hand_over_to;
    let posts = patch.posts.clone().unwrap_or_else(|| posts_before.clone());
    let after = patched(&before, patch);
    if after.unit != before.unit {
        require_open_unit(&directory, after.unit)?;
    }
    for (unit, _) in posts.difference(&posts_before) {
        require_open_unit(&directory, Some(*unit))?;
    }
    require_one_administration(&after.roles)?;
    if before.is_active && !after.is_active {
        hand_over(tx, changing, id, successor).await?;
        // Rights end with the account anyway; an account that is opened again must not bring old sign-ins back.
        session::end_everywhere(tx, (zone, id), None, changing.at).await?;
        tx.end_attempts_of(zone, id, changing.at).await?;
    }
    if after == before && posts == posts_before {
        return Ok(());
    }
    tx.save_person(zone, &after).await.map_err(duplicate)?;
    if posts != posts_before {
        tx.set_posts(zone, id, &posts).await?;
    }
    let is_other = after.roles != before.roles || posts != posts_before;
    let act = match (before.is_active, after.is_active) {
        (true, false) => SecurityAct::PersonDeactivated,
        (false, true) => SecurityAct::PersonReactivated,
        (true, true) | (false, false) if is_other => SecurityAct::RolesChanged,
        (true, true) | (false, false) => SecurityAct::PersonChanged,
    };
    let roles = (role_codes(&before.roles), role_codes(&after.roles));
    let changed = |event: SecurityEvent| {
        let event = event.on(id);
        if is_other {
            event
                .with("roles_before", roles.0)
                .with("roles", roles.1)
                .with("posts", posts.len())
        } else {
            event
        }
    };
    Ok(changing.record(tx, id.0, changed, act).await?)
}

fn patched(before: &Person, patch: PersonPatch) -> Person {
    let text = |new: Option<Option<Line>>, old: &Option<String>| {
        new.map_or_else(|| old.clone(), |line| line.map(|line| line.to_string()))
    };
    Person {
        name: patch
            .name
            .map_or(before.name.clone(), |line| line.to_string()),
        email: text(patch.email, &before.email),
        phone: text(patch.phone, &before.phone),
        language: patch.language.unwrap_or(before.language),
        unit: patch.unit.unwrap_or(before.unit),
        roles: patch.roles.unwrap_or_else(|| before.roles.clone()),
        is_active: patch.is_active.unwrap_or(before.is_active),
        ..before.clone()
    }
}

/// Which people a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct PeopleFilter {
    /// Only those of a unit, by post too.
    pub unit: Option<UnitId>,
    /// Only those who have left, or have not.
    pub is_active: Option<bool>,
    /// After this one of an earlier page.
    pub after: Option<PersonId>,
}

/// A page of the people of the zone, by key.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: PeopleFilter,
    limit: usize,
) -> Result<Vec<PersonEntry>, AppError> {
    require(actor, Permission::ReadPeople)?;
    let (zone, at) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let today = tx.office(zone).await?.office.time.day_of(at);
            let directory = tx.directory(zone).await?;
            let entries = tx.entries(zone).await?;
            let reader = Reader::of(actor, &directory, today);
            let is_wanted = |person: &&Person| {
                let posts = directory.posts.get(&person.id);
                let works_in = |unit| {
                    person.unit == Some(unit)
                        || posts.is_some_and(|posts| posts.iter().any(|(of, _)| *of == unit))
                };
                filter.unit.is_none_or(works_in)
                    && filter
                        .is_active
                        .is_none_or(|wanted| person.is_active == wanted)
                    && filter.after.is_none_or(|after| person.id > after)
            };
            let people = directory.people.values().filter(is_wanted).take(limit);
            Ok(people
                .map(|person| person_entry(person, &reader, entries.get(&person.id.0).copied()))
                .collect())
        })
        .await
}

/// One person.
pub async fn look(
    app: &App,
    actor: &Actor,
    id: PersonId,
) -> Result<(PersonEntry, Edition), AppError> {
    if id != actor.person {
        require(actor, Permission::ReadPeople)?;
    }
    let (zone, at) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let edition = directory::edition(tx, zone, id.0, at).await?;
            let directory = tx.directory(zone).await?;
            let person = directory.people.get(&id).ok_or(StoreError::Absent)?;
            let reader = Reader::of(actor, &directory, edition.today);
            let entry = person_entry(person, &reader, Some(edition.version));
            Ok((entry, edition))
        })
        .await
}
