//! Rows of people.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Role,
    deputy,
    id::{PersonId, UnitId},
    office::Person,
    text::{Language, Line},
};
use persistence::{Tx, directory::Directory};

use super::{Effect, Errors, Row, RowError};
use crate::{
    error::AppError,
    ids::Ids,
    import::table::Column,
    usecase::{
        deputy as deputies,
        directory::Changing,
        person::{self, NewPerson, PersonPatch, is_address},
    },
};

/// The columns of a file of people. Roles stand in one cell, with a space, comma or semicolon between them;
/// `deputy` is a login.
pub(super) const COLUMNS: [Column; 8] = [
    Column::new("login", "登录名", true),
    Column::new("name", "姓名", false),
    Column::new("email", "邮箱", false),
    Column::new("phone", "电话", false),
    Column::new("language", "语言", false),
    Column::new("unit", "单位", false),
    Column::new("roles", "角色", false),
    Column::new("deputy", "B角", false),
];

/// What a row does.
pub(super) struct Planned {
    login: String,
    act: Act,
    roles: Option<BTreeSet<Role>>,
    deputy: Option<String>,
}

enum Act {
    Add(Box<NewPerson>),
    Change(PersonId, Box<PersonPatch>),
    Nothing,
}

impl Planned {
    pub(super) fn effect(&self) -> Effect {
        match &self.act {
            Act::Add(_) => Effect::Adds,
            Act::Change(..) => Effect::Changes,
            Act::Nothing if self.deputy.is_some() => Effect::Changes,
            Act::Nothing => Effect::Nothing,
        }
    }

    /// Who is to stand in for whom by this row, by login, if that is new. The row says it no more.
    pub(super) fn take_deputy(&mut self) -> Option<(String, String)> {
        let deputy = self.deputy.take()?;
        Some((self.login.clone(), deputy))
    }

    /// True when the row gives a role, or takes one.
    pub(super) fn has_roles(&self) -> bool {
        match &self.act {
            Act::Add(_) => self.roles.as_ref().is_some_and(|roles| !roles.is_empty()),
            Act::Change(_, patch) => patch.roles.is_some(),
            Act::Nothing => false,
        }
    }
}

/// Everybody by login: those in the zone, and those in the file.
struct Known<'a> {
    units: BTreeMap<&'a str, (UnitId, bool)>,
    people: BTreeMap<&'a str, &'a Person>,
    /// Who in the file handles stages, by what it says of roles.
    coming: BTreeMap<&'a str, bool>,
}

impl<'a> Known<'a> {
    fn of(rows: &'a [Row], directory: &'a Directory) -> Self {
        let units = directory.units.values();
        let people = directory.people.values();
        let handles = |row: &'a Row| {
            let login = row.cell("login")?;
            let roles = roles(row.cell("roles")?);
            let is_officer = |role: &Option<Role>| matches!(role, Some(Role::Officer | Role::Head));
            Some((login, roles.iter().any(|(_, role)| is_officer(role))))
        };
        Self {
            units: units
                .map(|unit| (unit.code.as_str(), (unit.id, unit.is_active)))
                .collect(),
            people: people
                .map(|person| (person.login.as_str(), person))
                .collect(),
            coming: rows.iter().filter_map(handles).collect(),
        }
    }

    /// True when `login` may stand in for somebody once the file is taken.
    fn may_stand_in(&self, login: &str) -> bool {
        self.coming.get(login).copied().unwrap_or_else(|| {
            let nobody = PersonId(uuid::Uuid::nil());
            let person = self.people.get(login);
            person.is_some_and(|person| deputy::fit(nobody, person).is_ok())
        })
    }
}

fn roles(cell: &str) -> Vec<(&str, Option<Role>)> {
    let between = |letter: char| letter.is_whitespace() || ",;，；、|".contains(letter);
    let codes = cell.split(between).filter(|code| !code.is_empty());
    codes.map(|code| (code, Role::of_code(code))).collect()
}

pub(super) fn plan(rows: &[Row], directory: &Directory) -> (Vec<Planned>, Vec<RowError>) {
    let known = Known::of(rows, directory);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut planned = Vec::new();
    for (row, of) in rows.iter().enumerate() {
        let mut errors = Errors {
            row,
            of,
            found: &mut found,
        };
        let Some(login) = line(&mut errors, "login") else {
            if of.cell("login").is_none() {
                errors.note("login", "validation.empty", &[]);
            }
            continue;
        };
        if !seen.insert(login.to_string()) {
            errors.note("login", "import.row.duplicate", &[]);
        }
        planned.extend(plan_row(&mut errors, login, &known, directory));
    }
    (planned, found)
}

/// What a row says of a person, checked cell by cell.
#[derive(Default)]
struct Said {
    name: Option<Line>,
    email: Option<Line>,
    phone: Option<Line>,
    language: Option<Language>,
    unit: Option<UnitId>,
    roles: Option<BTreeSet<Role>>,
    deputy: Option<String>,
}

fn said(errors: &mut Errors<'_>, login: &Line, known: &Known<'_>) -> Said {
    let row = errors.of;
    let email = line(errors, "email").filter(|email| {
        let is_sound = is_address(email.as_str());
        if !is_sound {
            errors.note("email", "person.email_malformed", &[]);
        }
        is_sound
    });
    let language = row.cell("language").map(Language::of_tag);
    if language == Some(None) {
        errors.note("language", "validation.choice", &[]);
    }
    let unit = row.cell("unit").map(|code| known.units.get(code));
    match unit {
        Some(None) => errors.note("unit", "import.row.unknown_unit", &[]),
        Some(Some((_, false))) => errors.note("unit", "unit.closed", &[]),
        Some(Some((_, true))) | None => {}
    }
    let deputy = row.cell("deputy");
    if deputy == Some(login.as_str()) {
        errors.note("deputy", "deputy.self", &[]);
    } else if deputy.is_some_and(|deputy| !known.may_stand_in(deputy)) {
        errors.note("deputy", "deputy.handles_no_stages", &[]);
    }
    Said {
        name: line(errors, "name"),
        email,
        phone: line(errors, "phone"),
        language: language.flatten(),
        unit: unit.flatten().map(|(id, _)| *id),
        roles: said_roles(errors),
        deputy: deputy.map(str::to_owned),
    }
}

fn said_roles(errors: &mut Errors<'_>) -> Option<BTreeSet<Role>> {
    let mut found = BTreeSet::new();
    for (code, role) in roles(errors.of.cell("roles")?) {
        match role {
            Some(role) => {
                found.insert(role);
            }
            None => errors.note("roles", "import.row.unknown_role", &[("role", code)]),
        }
    }
    if found.iter().filter(|role| role.is_administrator()).count() > 1 {
        errors.note("roles", "person.administrations_exclude", &[]);
    }
    Some(found)
}

fn plan_row(
    errors: &mut Errors<'_>,
    login: Line,
    known: &Known<'_>,
    directory: &Directory,
) -> Option<Planned> {
    let said = said(errors, &login, known);
    let key = login.to_string();
    let Some(person) = known.people.get(key.as_str()) else {
        if said.name.is_none() && errors.of.cell("name").is_none() {
            errors.note("name", "validation.empty", &[]);
        }
        let new = NewPerson {
            login,
            name: said.name?,
            email: said.email,
            phone: said.phone,
            language: said.language.unwrap_or_default(),
            unit: said.unit,
        };
        return Some(Planned {
            login: key,
            act: Act::Add(Box::new(new)),
            roles: said.roles,
            deputy: said.deputy,
        });
    };
    let deputy_now = directory.deputies.get(&person.id);
    let deputy_now = deputy_now.and_then(|id| directory.people.get(id));
    let is_same = |new: &String| deputy_now.is_some_and(|now| now.login == *new);
    let deputy = said.deputy.clone().filter(|new| !is_same(new));
    Some(Planned {
        login: key,
        act: change(person, said),
        roles: None,
        deputy,
    })
}

/// What is another about somebody who is known; a cell that says what is so already asks for nothing.
fn change(person: &Person, said: Said) -> Act {
    let other_text = |new: Option<Line>, old: &Option<String>| {
        new.filter(|new| Some(new.as_str()) != old.as_deref())
            .map(Some)
    };
    let patch = PersonPatch {
        name: said.name.filter(|name| name.as_str() != person.name),
        email: other_text(said.email, &person.email),
        phone: other_text(said.phone, &person.phone),
        language: said
            .language
            .filter(|language| *language != person.language),
        unit: said
            .unit
            .filter(|unit| person.unit != Some(*unit))
            .map(Some),
        roles: said.roles.filter(|roles| *roles != person.roles),
        ..PersonPatch::default()
    };
    let is_nothing = patch.name.is_none()
        && patch.email.is_none()
        && patch.phone.is_none()
        && patch.language.is_none()
        && patch.unit.is_none()
        && patch.roles.is_none();
    if is_nothing {
        Act::Nothing
    } else {
        Act::Change(person.id, Box::new(patch))
    }
}

fn line(errors: &mut Errors<'_>, column: &str) -> Option<Line> {
    let line = Line::parse(errors.of.cell(column)?);
    if let Err(flaw) = line {
        errors.note(column, flaw.code(), &[]);
    }
    line.ok()
}

/// First everybody is there, then deputies are named: they may stand further below in the file.
pub(super) async fn apply(
    tx: &mut Tx,
    changing: Changing,
    ids: &Ids,
    mut planned: Vec<Planned>,
) -> Result<(), AppError> {
    let named: Vec<_> = planned
        .iter_mut()
        .filter_map(Planned::take_deputy)
        .collect();
    apply_people(tx, changing, ids, planned).await?;
    name_deputies(tx, changing, named).await
}

/// Adds and changes people; nobody is named to stand in for anybody yet.
pub(super) async fn apply_people(
    tx: &mut Tx,
    changing: Changing,
    ids: &Ids,
    planned: impl IntoIterator<Item = Planned>,
) -> Result<(), AppError> {
    for planned in planned {
        match planned.act {
            Act::Add(new) => {
                let id = PersonId(ids.key(changing.at));
                let roles = planned.roles.unwrap_or_default();
                person::add_in(tx, changing, id, (*new, roles)).await?;
            }
            Act::Change(id, patch) => person::change_in(tx, changing, id, *patch).await?,
            Act::Nothing => {}
        }
    }
    Ok(())
}

/// Names who stands in for whom; each pair is the login of a person and that of the deputy.
pub(super) async fn name_deputies(
    tx: &mut Tx,
    changing: Changing,
    named: Vec<(String, String)>,
) -> Result<(), AppError> {
    if named.is_empty() {
        return Ok(());
    }
    let directory = tx.directory(changing.zone).await?;
    let by_login: BTreeMap<&str, PersonId> = directory
        .people
        .values()
        .map(|person| (person.login.as_str(), person.id))
        .collect();
    for (login, deputy) in named {
        let found = by_login
            .get(login.as_str())
            .zip(by_login.get(deputy.as_str()));
        let (person, deputy) = found.ok_or(AppError::Absent)?;
        deputies::name_in(tx, changing, *person, Some(*deputy)).await?;
    }
    Ok(())
}
