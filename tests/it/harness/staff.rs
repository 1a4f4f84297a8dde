//! Who is who in the office of the acceptance tests.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::Role,
    id::{PersonId, UnitId},
    office::Person,
    text::Language,
};

use super::zone::key;

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// Its hash, with the least parameters that argon2id takes: the parameters stand in the hash, so checking
/// it goes the real way and costs nothing.
pub(crate) const PASSWORD_HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$Y2hlYXAgZm9yIHRlc3RzIQ$Q0BNJ0GzH68pdh7juGOeq//E9csGZvbXoOzh+2keSQk";

/// Login, name, language of letters, unit, role. `officer` answers for the stage P01 of most tests.
const STAFF: [(&str, &str, Language, Option<&str>, Role); 20] = [
    ("investor", "投资人甲", Language::Zh, None, Role::Investor),
    ("rival", "投资人乙", Language::Zh, None, Role::Investor),
    (
        "recruiter",
        "招商丙",
        Language::Zh,
        Some("investment-promotion"),
        Role::Officer,
    ),
    (
        "chief",
        "Charles Chief",
        Language::En,
        Some("investment-promotion"),
        Role::Head,
    ),
    (
        "steward",
        "专员丁",
        Language::Zh,
        Some("efficacy-office"),
        Role::Officer,
    ),
    (
        "officer",
        "承办人戊",
        Language::Zh,
        Some("natural-resources"),
        Role::Officer,
    ),
    (
        "colleague",
        "承办人己",
        Language::Zh,
        Some("natural-resources"),
        Role::Officer,
    ),
    (
        "head",
        "Helen Head",
        Language::En,
        Some("natural-resources"),
        Role::Head,
    ),
    (
        "builder",
        "住建辰",
        Language::Zh,
        Some("housing-construction"),
        Role::Officer,
    ),
    (
        "power-officer",
        "供电庚",
        Language::Zh,
        Some("power"),
        Role::Officer,
    ),
    (
        "power-head",
        "供电辛",
        Language::Zh,
        Some("power"),
        Role::Head,
    ),
    (
        "stranger",
        "商务壬",
        Language::Zh,
        Some("commerce"),
        Role::Officer,
    ),
    (
        "strange-head",
        "商务癸",
        Language::Zh,
        Some("commerce"),
        Role::Head,
    ),
    (
        "archivist",
        "档案巳",
        Language::Zh,
        Some("records"),
        Role::Officer,
    ),
    (
        "supervisor",
        "Susan Supervisor",
        Language::En,
        None,
        Role::Supervisor,
    ),
    (
        "efficacy",
        "效能子",
        Language::Zh,
        Some("efficacy-office"),
        Role::EfficacyOffice,
    ),
    ("leader", "领导丑", Language::Zh, None, Role::Leader),
    (
        "system",
        "系统寅",
        Language::Zh,
        None,
        Role::SystemAdministrator,
    ),
    (
        "security",
        "安全卯",
        Language::Zh,
        None,
        Role::SecurityAdministrator,
    ),
    (
        "audit",
        "审计辰",
        Language::Zh,
        None,
        Role::AuditAdministrator,
    ),
];

/// Every login.
pub(crate) fn logins() -> impl Iterator<Item = &'static str> {
    STAFF.iter().map(|(login, ..)| *login)
}

/// The key of a login, as the API prints it.
pub(crate) fn person_id(login: &str) -> String {
    person_key(login).to_string()
}

/// The name of a login.
pub(crate) fn name_of(login: &str) -> &'static str {
    STAFF[place(login)].1
}

/// The telephone number of a login; nobody else has it.
pub(crate) fn phone_of(login: &str) -> String {
    format!("0755-8642-{:04}", 9_100 + place(login))
}

/// The mail address of a login.
pub(crate) fn address_of(login: &str) -> String {
    format!("{login}@zone.example")
}

fn place(login: &str) -> usize {
    STAFF
        .iter()
        .position(|(known, ..)| *known == login)
        .unwrap_or_else(|| panic!("nobody has the login {login}"))
}

fn person_key(login: &str) -> PersonId {
    PersonId(key(7, u32::try_from(place(login)).unwrap()))
}

/// Everybody, for units with these keys.
pub(crate) fn people(units: &BTreeMap<String, UnitId>) -> Vec<Person> {
    let person = |&(login, name, language, unit, role): &(_, &str, _, Option<&str>, _)| Person {
        id: person_key(login),
        login: String::from(login),
        name: name.into(),
        email: Some(address_of(login)),
        phone: Some(phone_of(login)),
        language,
        unit: unit.map(|code| units[code]),
        roles: BTreeSet::from([role]),
        is_active: true,
    };
    STAFF.iter().map(person).collect()
}
