//! Six people of the zone.

use std::collections::BTreeMap;

use domain::{
    access::Role,
    id::{PersonId, UnitId},
    office::{Person, Unit},
    text::Language,
};

use super::{HEAD, INVESTOR, OFFICER, OTHERS, STEWARD, SUPERVISOR};

fn unit_of(units: &BTreeMap<UnitId, Unit>, code: &str) -> Option<UnitId> {
    units
        .values()
        .find(|unit| unit.code == code)
        .map(|unit| unit.id)
}

pub(super) fn people(units: &BTreeMap<UnitId, Unit>) -> BTreeMap<PersonId, Person> {
    let list = [
        (OFFICER, "陈蕾", "natural-resources", Role::Officer),
        (HEAD, "周国强", "natural-resources", Role::Head),
        (SUPERVISOR, "欧阳慧敏", "efficacy", Role::Supervisor),
        (STEWARD, "王敏", "investment", Role::Officer),
        (INVESTOR, "Jonathan Müller", "", Role::Investor),
        (OTHERS, "李建华", "development", Role::Officer),
    ];
    let person = |(id, name, unit, role): (PersonId, &str, &str, Role)| {
        let person = Person {
            id,
            login: name.into(),
            name: name.into(),
            email: None,
            phone: Some("0512-00000001".into()),
            language: Language::Zh,
            unit: unit_of(units, unit),
            roles: [role].into(),
            is_active: true,
        };
        (id, person)
    };
    list.into_iter().map(person).collect()
}
