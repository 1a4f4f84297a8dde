//! Units: adding, renaming, closing.

use domain::{
    access::{Actor, Permission},
    id::UnitId,
    office::{Unit, UnitKind},
    refusal::Refusal,
    security::SecurityAct,
    text::{Bilingual, Line},
};
use persistence::{StoreError, Tx, directory::Directory};

use super::directory::{Changing, require, require_entry, taken};
use crate::{
    app::App,
    error::AppError,
    http::respond::Edition,
    usecase::directory,
    view::directory::{UnitEntry, unit_entry},
};

/// A unit to add.
#[derive(Debug, Clone)]
pub struct NewUnit {
    /// Stable name inside the zone; see [`is_unit_code`].
    pub code: String,
    /// What kind of unit it is.
    pub kind: UnitKind,
    /// What people call it.
    pub name: Bilingual,
}

/// What is to be another about a unit.
#[derive(Debug, Clone, Default)]
pub struct UnitPatch {
    /// Its kind.
    pub kind: Option<UnitKind>,
    /// Its Chinese name.
    pub name_zh: Option<Line>,
    /// Its English name.
    pub name_en: Option<Line>,
    /// False closes it, true opens it again.
    pub is_active: Option<bool>,
}

/// The longest code: it stands in templates and addresses.
const CODE_LETTERS_MAX: usize = 64;

/// True for a code of a unit: small letters, digits and hyphens, beginning with a letter.
pub fn is_unit_code(code: &str) -> bool {
    code.len() <= CODE_LETTERS_MAX
        && code.starts_with(|letter: char| letter.is_ascii_lowercase())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Adds a unit.
pub async fn add(app: &App, actor: &Actor, new: NewUnit) -> Result<UnitId, AppError> {
    require(actor, Permission::ManagePeople)?;
    let changing = Changing::now(app, actor);
    let at = changing.at;
    let id = UnitId(app.ids.key(at));
    app.store
        .write_once(async move |tx| {
            add_in(tx, changing, id, new).await?;
            Ok::<_, AppError>(id)
        })
        .await
}

pub(super) async fn add_in(
    tx: &mut Tx,
    changing: Changing,
    id: UnitId,
    new: NewUnit,
) -> Result<(), AppError> {
    let unit = Unit {
        id,
        code: new.code,
        kind: new.kind,
        name: new.name,
        is_active: true,
    };
    tx.add_unit(changing.zone, &unit)
        .await
        .map_err(|error| taken(error, "unit", "code", "unit.code_taken"))?;
    let added = |event: domain::security::SecurityEvent| event.on(id).with("change", "added");
    Ok(changing
        .record(tx, id.0, added, SecurityAct::UnitChanged)
        .await?)
}

/// Changes a unit, based on a version of it. One that is closed keeps its past; it must have neither people nor
/// open stages.
pub async fn change(
    app: &App,
    actor: &Actor,
    (id, based_on): (UnitId, i64),
    patch: UnitPatch,
) -> Result<(), AppError> {
    require(actor, Permission::ManagePeople)?;
    let changing = Changing::now(app, actor);
    app.store
        .write_once(async move |tx| {
            require_entry(tx, changing.zone, id.0, based_on).await?;
            change_in(tx, changing, id, patch).await
        })
        .await
}

pub(super) async fn change_in(
    tx: &mut Tx,
    changing: Changing,
    id: UnitId,
    patch: UnitPatch,
) -> Result<(), AppError> {
    let directory = tx.directory(changing.zone).await?;
    let before = directory.units.get(&id).ok_or(AppError::Absent)?;
    let name = |new: Option<Line>, old: &str| new.map_or(old.to_owned(), |line| line.to_string());
    let after = Unit {
        kind: patch.kind.unwrap_or(before.kind),
        name: Bilingual::of(
            &name(patch.name_zh, &before.name.zh),
            &name(patch.name_en, &before.name.en),
        ),
        is_active: patch.is_active.unwrap_or(before.is_active),
        ..before.clone()
    };
    if before.is_active && !after.is_active {
        require_idle(tx, changing, &directory, id).await?;
    }
    if after == *before {
        return Ok(());
    }
    tx.save_unit(changing.zone, &after).await?;
    let change = match (before.is_active, after.is_active) {
        (true, false) => "closed",
        (false, true) => "opened",
        (true, true) | (false, false) => "changed",
    };
    let changed = |event: domain::security::SecurityEvent| event.on(id).with("change", change);
    Ok(changing
        .record(tx, id.0, changed, SecurityAct::UnitChanged)
        .await?)
}

async fn require_idle(
    tx: &mut Tx,
    changing: Changing,
    directory: &Directory,
    id: UnitId,
) -> Result<(), AppError> {
    let works_there = |person: &&domain::office::Person| {
        let posts = directory.posts.get(&person.id);
        let has_post = posts.is_some_and(|posts| posts.iter().any(|(unit, _)| *unit == id));
        person.is_active && (person.unit == Some(id) || has_post)
    };
    let people = directory.people.values().filter(works_there).count();
    if people > 0 {
        return Err(Refusal::UnitHasPeople { people }.into());
    }
    match tx.open_stages_of_unit(changing.zone, id).await? {
        0 => Ok(()),
        stages => Err(Refusal::UnitHasWork { stages }.into()),
    }
}

/// Every unit, by code.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<UnitEntry>, AppError> {
    require(actor, Permission::ReadPeople)?;
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let directory = tx.directory(zone).await?;
            let entries = tx.entries(zone).await?;
            let mut units: Vec<UnitEntry> = directory
                .units
                .values()
                .map(|unit| unit_entry(unit, &directory, entries.get(&unit.id.0).copied()))
                .collect();
            units.sort_by(|one, other| one.code.cmp(&other.code));
            Ok(units)
        })
        .await
}

/// One unit.
pub async fn look(app: &App, actor: &Actor, id: UnitId) -> Result<(UnitEntry, Edition), AppError> {
    require(actor, Permission::ReadPeople)?;
    let (zone, at) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let edition = directory::edition(tx, zone, id.0, at).await?;
            let directory = tx.directory(zone).await?;
            let unit = directory.units.get(&id).ok_or(StoreError::Absent)?;
            let entry = unit_entry(unit, &directory, Some(edition.version));
            Ok((entry, edition))
        })
        .await
}
