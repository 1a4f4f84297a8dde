//! Who is who, as far as the one who looks may see it: units, people, companies.

use std::collections::BTreeMap;

use domain::{
    access::{Actor, Permission},
    company::{Company, Registration},
    deputy::{Absence, AbsenceReason, Roster},
    id::{PersonId, UnitId},
    office::{Person, Unit, UnitKind},
    text::Bilingual,
};
use persistence::directory::Directory;
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    name::{PersonView, UnitView},
    schema,
};

/// A unit with what may be changed of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UnitEntry {
    /// `unt_...`
    pub id: String,
    /// Stable name inside the zone.
    pub code: String,
    /// Its kind.
    #[schema(value_type = schema::UnitKind)]
    pub kind: UnitKind,
    /// What people call it.
    #[schema(value_type = schema::Bilingual)]
    pub name: Bilingual,
    /// False for one that was closed.
    pub is_active: bool,
    /// People who have not left.
    pub people_count: usize,
    /// For `If-Match`.
    pub version: i64,
}

/// A unit as listed.
pub fn unit_entry(unit: &Unit, directory: &Directory, version: Option<i64>) -> UnitEntry {
    let people = directory.people.values();
    let there = people.filter(|person| person.is_active && person.unit == Some(unit.id));
    UnitEntry {
        id: unit.id.to_string(),
        code: unit.code.clone(),
        kind: unit.kind,
        name: unit.name.clone(),
        is_active: unit.is_active,
        people_count: there.count(),
        version: version.unwrap_or(1),
    }
}

/// A role in another unit than the one where somebody works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostView {
    /// The unit.
    pub unit: UnitView,
    /// `officer` or `head`.
    #[schema(value_type = schema::Role)]
    pub role: &'static str,
}

/// Days on which somebody is away. Why is for those who may enter it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AbsenceView {
    /// `abs_...`
    pub id: String,
    /// The first day.
    pub from_on: Date,
    /// The last day; it counts.
    pub until_on: Date,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::AbsenceReason, required = false)]
    pub reason: Option<AbsenceReason>,
    /// Whom it names to stand in.
    pub substitute: Option<PersonView>,
}

/// A person as listed. How to reach somebody is for administrators and for oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonEntry {
    /// `per_...`
    pub id: String,
    /// As printed.
    pub name: String,
    /// What the person types to sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub login: Option<String>,
    /// Where letters go.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub email: Option<String>,
    /// Office telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub phone: Option<String>,
    /// The language of letters.
    pub language: &'static str,
    /// Where the person works.
    pub unit: Option<UnitView>,
    /// What the person is to the zone.
    #[schema(value_type = Vec<schema::Role>)]
    pub roles: Vec<&'static str>,
    /// What the person is in other units.
    pub posts: Vec<PostView>,
    /// False for those who left.
    pub is_active: bool,
    /// True for somebody who is away today.
    pub is_away: bool,
    /// Who stands in today.
    pub stand_in: Option<PersonView>,
    /// Who stands in unless an absence names another.
    pub deputy: Option<PersonView>,
    /// Absences that are not over, the earliest first.
    pub absences: Vec<AbsenceView>,
    /// For `If-Match`.
    pub version: i64,
}

/// The one who looks, on a day.
pub struct Reader<'a> {
    actor: &'a Actor,
    directory: &'a Directory,
    roster: Roster,
    today: Date,
}

impl<'a> Reader<'a> {
    /// Whoever looks at a directory on a day.
    pub fn of(actor: &'a Actor, directory: &'a Directory, today: Date) -> Self {
        Self {
            actor,
            directory,
            roster: directory.roster(today),
            today,
        }
    }

    fn unit(&self, id: UnitId) -> Option<UnitView> {
        let unit = self.directory.units.get(&id)?;
        Some(UnitView {
            id: id.to_string(),
            code: unit.code.clone(),
            name: unit.name.clone(),
        })
    }

    fn name(&self, id: PersonId) -> Option<PersonView> {
        person_name(&self.directory.people, id)
    }

    fn absence(&self, absence: &Absence, unit: Option<UnitId>) -> AbsenceView {
        let may_know = self
            .actor
            .may_on_person(Permission::ReportAbsence, absence.person, unit);
        AbsenceView {
            id: absence.id.to_string(),
            from_on: absence.from_on,
            until_on: absence.until_on,
            reason: may_know.then_some(absence.reason),
            substitute: absence.substitute.and_then(|id| self.name(id)),
        }
    }
}

/// A name without a telephone number.
fn person_name(people: &BTreeMap<PersonId, Person>, id: PersonId) -> Option<PersonView> {
    people.get(&id).map(|person| PersonView {
        id: id.to_string(),
        name: person.name.clone(),
        phone: None,
    })
}

/// A person as the reader may see them.
pub fn person_entry(person: &Person, reader: &Reader<'_>, version: Option<i64>) -> PersonEntry {
    let directory = reader.directory;
    let manages = reader.actor.may(Permission::ManagePeople);
    let knows_login =
        manages || reader.actor.may(Permission::ManageRoles) || reader.actor.person == person.id;
    let reaches = manages || reader.actor.person == person.id;
    let posts = directory.posts.get(&person.id).into_iter().flatten();
    let ahead =
        |absence: &&Absence| absence.person == person.id && absence.until_on >= reader.today;
    let absences = directory.absences.iter().filter(ahead);
    let deputy = directory.deputies.get(&person.id);
    PersonEntry {
        id: person.id.to_string(),
        name: person.name.clone(),
        login: Some(person.login.clone()).filter(|_| knows_login),
        email: person.email.clone().filter(|_| reaches),
        phone: person.phone.clone().filter(|_| reaches),
        language: person.language.tag(),
        unit: person.unit.and_then(|id| reader.unit(id)),
        roles: person.roles.iter().map(|role| role.code()).collect(),
        posts: posts
            .filter_map(|(unit, role)| {
                let unit = reader.unit(*unit)?;
                let role = role.code();
                Some(PostView { unit, role })
            })
            .collect(),
        is_active: person.is_active,
        is_away: reader.roster.is_away(person.id),
        stand_in: reader
            .roster
            .stand_in(person.id)
            .and_then(|id| reader.name(id)),
        deputy: deputy.and_then(|id| reader.name(*id)),
        absences: absences
            .map(|absence| reader.absence(absence, person.unit))
            .collect(),
        version: version.unwrap_or(1),
    }
}

/// A company that invests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CompanyEntry {
    /// `cmp_...`
    pub id: String,
    /// As registered.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: Option<String>,
    /// Checks of the code that fail, by their codes; somebody has looked at them and kept it all the same.
    pub doubts: Vec<&'static str>,
    /// The number in the register of another country.
    pub foreign_number: Option<String>,
    /// That country.
    pub country: Option<String>,
    /// Who speaks for it.
    pub contacts: Vec<PersonView>,
    /// The codes of its projects; only where one company is asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<String>,
    /// For `If-Match`.
    pub version: i64,
}

/// A company as listed.
pub fn company_entry(
    company: &Company,
    directory: &Directory,
    version: Option<i64>,
) -> CompanyEntry {
    let registration = company.registration.as_ref();
    let (uscc, foreign) = match registration {
        Some(Registration::Uscc { code, .. }) => (Some(code.to_string()), None),
        Some(Registration::Foreign { number, country }) => {
            (None, Some((number.to_string(), country.to_string())))
        }
        None => (None, None),
    };
    let (foreign_number, country) = foreign.unzip();
    let doubts = registration.map(Registration::doubts).unwrap_or_default();
    let contacts = company.contacts.iter();
    CompanyEntry {
        id: company.id.to_string(),
        name: company.name.to_string(),
        uscc,
        doubts: doubts.iter().map(|doubt| doubt.code()).collect(),
        foreign_number,
        country,
        contacts: contacts
            .filter_map(|id| person_name(&directory.people, *id))
            .collect(),
        projects: Vec::new(),
        version: version.unwrap_or(1),
    }
}
