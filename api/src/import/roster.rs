//! Who is who in a log: people and departments by their names there.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Role,
    id::{PersonId, UnitId, ZoneId},
    office::{Person, Unit, UnitKind},
    template::Template,
    text::{Bilingual, Language, Line},
};
use persistence::{StoreError, Tx};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::mapping::{CaseFlaw, ImportedCase, hex};
use crate::ids::Ids;

/// Which system or file cases come from. It stands before every key that is taken over from there, so
/// that two systems with the same keys do not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(String);

/// Leaves room for keys behind it.
const SOURCE_CHARACTERS_MAX: usize = 40;
/// More names than any zone has people: then the attribute does not name people.
const PEOPLE_MAX: usize = 20_000;
/// More names than any zone has departments.
const UNITS_MAX: usize = 2_000;

impl Source {
    /// Reads a source's name: one line of at most 40 characters without a slash.
    pub fn parse(text: &str) -> Result<Self, String> {
        let line = Line::parse(text).map_err(|flaw| flaw.code().to_owned())?;
        let text = line.as_str();
        if text.contains('/') || text.chars().count() > SOURCE_CHARACTERS_MAX {
            return Err(format!(
                "a source has at most {SOURCE_CHARACTERS_MAX} characters and no slash"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key here of what has the key `name` there. Case counts.
    pub fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.0)
    }

    /// The key there of what has the key `key` here.
    pub fn name<'a>(&self, key: &'a str) -> Option<&'a str> {
        key.strip_prefix(&self.0)?.strip_prefix('/')
    }
}

/// The names in a log.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// For how many cases of which department each person is responsible.
    people: BTreeMap<Line, BTreeMap<Line, u32>>,
    units: BTreeSet<Line>,
}

impl Roster {
    /// Notes everybody whom a case names.
    pub fn note(&mut self, case: &ImportedCase) -> Result<(), CaseFlaw> {
        let workers = case.work.iter().filter_map(|item| item.by.as_ref());
        for name in workers.chain(&case.responsible) {
            if !self.people.contains_key(name) {
                self.people.insert(name.clone(), BTreeMap::new());
            }
        }
        if let Some(department) = &case.department {
            self.units.insert(department.clone());
            let posts = case
                .responsible
                .as_ref()
                .and_then(|name| self.people.get_mut(name));
            if let Some(posts) = posts {
                *posts.entry(department.clone()).or_default() += 1;
            }
        }
        let too_many = |what: &str, max: usize| CaseFlaw {
            line: case.line,
            detail: format!("more than {max} different {what}: the attribute names something else"),
        };
        if self.people.len() > PEOPLE_MAX {
            return Err(too_many("people", PEOPLE_MAX));
        }
        if self.units.len() > UNITS_MAX {
            return Err(too_many("departments", UNITS_MAX));
        }
        Ok(())
    }

    /// The department in which `person` is responsible for most cases.
    fn post(&self, person: &Line) -> Option<&Line> {
        let posts = self.people.get(person)?.iter();
        posts
            .max_by_key(|&(name, cases)| (*cases, std::cmp::Reverse(name)))
            .map(|(name, _)| name)
    }
}

/// The people and departments of a log, as they are kept here.
#[derive(Debug, Clone)]
pub struct Cast {
    /// By their names there.
    pub people: BTreeMap<Line, PersonId>,
    /// By their names there.
    pub units: BTreeMap<Line, UnitId>,
    /// Responsible where a case names no department.
    pub records: UnitId,
    /// How many people were added.
    pub added_people: usize,
    /// How many units were added.
    pub added_units: usize,
}

/// Where new people of a log belong and can be reached.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The zone.
    pub zone: ZoneId,
    /// Which system or file names them.
    pub source: Source,
    /// The part behind the at sign of their addresses; without it they have none.
    pub mail_domain: Option<String>,
    /// New keys.
    pub ids: Ids,
}

impl Enrolment {
    /// Finds everybody on the roster by login or code, and adds whom it does not find. They may not sign
    /// in until somebody gives them a password.
    pub async fn enrol(
        &self,
        tx: &mut Tx,
        (roster, template): (&Roster, &Template),
        at: OffsetDateTime,
    ) -> Result<Cast, StoreError> {
        let known: BTreeMap<String, UnitId> = tx
            .units(self.zone)
            .await?
            .into_values()
            .map(|unit| (unit.code, unit.id))
            .collect();
        let records = template.units.first().map(|unit| unit.code.as_str());
        let mut cast = Cast {
            people: BTreeMap::new(),
            units: BTreeMap::new(),
            records: *records
                .and_then(|code| known.get(code))
                .ok_or(StoreError::Absent)?,
            added_people: 0,
            added_units: 0,
        };
        for name in &roster.units {
            let code = self.source.key(name.as_str());
            let id = if let Some(id) = known.get(&code) {
                *id
            } else {
                cast.added_units += 1;
                self.add_unit(tx, code, name, at).await?
            };
            cast.units.insert(name.clone(), id);
        }
        let known: BTreeMap<String, PersonId> = tx
            .people(self.zone)
            .await?
            .into_values()
            .map(|person| (person.login, person.id))
            .collect();
        for name in roster.people.keys() {
            let login = self.source.key(name.as_str());
            let id = if let Some(id) = known.get(&login) {
                *id
            } else {
                cast.added_people += 1;
                let unit = roster.post(name).and_then(|unit| cast.units.get(unit));
                self.add_officer(tx, (login, name), unit.copied(), at)
                    .await?
            };
            cast.people.insert(name.clone(), id);
        }
        Ok(cast)
    }

    async fn add_unit(
        &self,
        tx: &mut Tx,
        code: String,
        name: &Line,
        at: OffsetDateTime,
    ) -> Result<UnitId, StoreError> {
        let id = UnitId(self.ids.key(at));
        let unit = Unit {
            id,
            code,
            kind: UnitKind::Department,
            name: Bilingual::of(name.as_str(), name.as_str()),
            is_active: true,
        };
        tx.add_unit(self.zone, &unit).await?;
        Ok(id)
    }

    async fn add_officer(
        &self,
        tx: &mut Tx,
        (login, name): (String, &Line),
        unit: Option<UnitId>,
        at: OffsetDateTime,
    ) -> Result<PersonId, StoreError> {
        let id = PersonId(self.ids.key(at));
        let domain = self.mail_domain.as_deref();
        let person = Person {
            id,
            login,
            name: name.as_str().to_owned(),
            email: domain.map(|domain| format!("{}@{domain}", mailbox(name.as_str()))),
            phone: None,
            language: Language::default(),
            unit,
            roles: BTreeSet::from([Role::Officer]),
            is_active: true,
        };
        tx.add_person(self.zone, &person, None).await?;
        Ok(id)
    }
}

/// Octets of the part before the at sign. RFC 5321, 4.5.3.1.1.
const MAILBOX_OCTETS_MAX: usize = 64;

/// Octets of the part behind the at sign. RFC 5321, 4.5.3.1.2.
const DOMAIN_OCTETS_MAX: usize = 255;

/// The part of an address before the at sign: the name as it is where that is one, else a part of it
/// with a hash, so that two names never share a mailbox.
fn mailbox(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let is_mailbox = name.chars().all(is_plain)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && name.len() <= MAILBOX_OCTETS_MAX;
    if is_mailbox {
        return name.to_owned();
    }
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(MAILBOX_OCTETS_MAX / 2)
        .collect();
    let hash = hex(&Sha256::digest(name), 6);
    format!("{letters}_{hash}")
}

/// Reads the part of an address behind the at sign.
pub fn mail_domain(text: &str) -> Result<String, String> {
    let domain = text.trim();
    let is_label = |label: &str| {
        let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_inside)
    };
    if domain.len() <= DOMAIN_OCTETS_MAX && domain.split('.').all(is_label) {
        Ok(domain.to_owned())
    } else {
        Err("not a domain; the form is example.org".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    fn case(responsible: &str, department: &str) -> ImportedCase {
        ImportedCase {
            external_id: "17".into(),
            name: line("17"),
            line: 1,
            responsible: Some(line(responsible)),
            department: Some(line(department)),
            started_at: datetime!(2010-10-02 9:00 UTC),
            deadline_at: None,
            planned_end_at: None,
            ended_at: None,
            work: Vec::new(),
        }
    }

    #[test]
    fn names_that_differ_in_case_are_two_people() {
        let mut roster = Roster::default();
        roster.note(&case("test", "General")).unwrap();
        roster.note(&case("TEST", "EMPTY")).unwrap();
        assert_eq!(roster.people.len(), 2);
        assert_eq!(roster.units.len(), 2, "EMPTY is a name like any other");
    }

    #[test]
    fn an_officer_belongs_where_most_of_the_cases_are() {
        let mut roster = Roster::default();
        for department in ["General", "Experts", "Experts"] {
            roster.note(&case("Resource01", department)).unwrap();
        }
        assert_eq!(roster.post(&line("Resource01")), Some(&line("Experts")));
        roster.note(&case("Resource01", "General")).unwrap();
        let tied = roster.post(&line("Resource01"));
        assert_eq!(tied, Some(&line("Experts")), "the first by name");
        assert_eq!(roster.post(&line("nobody")), None);
    }

    #[test]
    fn a_source_stands_before_its_keys() {
        let source = Source::parse("receipt").unwrap();
        assert_eq!(source.key("TEST"), "receipt/TEST");
        assert_eq!(source.name("receipt/a/b"), Some("a/b"));
        assert_eq!(source.name("receipts/a"), None);
        assert!(Source::parse("a/b").is_err());
        assert!(Source::parse(" ").is_err());
    }

    #[test]
    fn no_two_names_share_a_mailbox() {
        assert_eq!(mailbox("Resource01"), "Resource01");
        let odd = [".", "a b", "ab", "a  b", "张三", "李四", "a..b"];
        let boxes: BTreeSet<String> = odd.iter().map(|name| mailbox(name)).collect();
        assert_eq!(boxes.len(), odd.len());
        assert!(mail_domain("example.org").is_ok());
        assert!(mail_domain("example.org>").is_err());
    }
}
