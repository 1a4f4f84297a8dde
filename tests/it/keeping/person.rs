//! People, roles, units, and what the database itself refuses.

use std::collections::BTreeSet;

use domain::{
    access::{Actor, Role},
    id::PersonId,
    office::Person,
};
use persistence::{Store, StoreError};

use crate::harness::{
    store::{on_each_database, on_each_store},
    zone::{SampleZone, key},
};

async fn add(
    store: &Store,
    zone: &SampleZone,
    person: Person,
    hash: Option<&'static str>,
) -> Result<(), StoreError> {
    let id = zone.id;
    store
        .write(async move |tx| tx.add_person(id, &person, hash).await)
        .await
}

fn newcomer(zone: &SampleZone, roles: &[Role]) -> Person {
    Person {
        id: PersonId(key(3, 50)),
        login: "newcomer".into(),
        name: "新人".into(),
        email: None,
        phone: None,
        roles: roles.iter().copied().collect(),
        ..zone.people().remove(1)
    }
}

#[test]
fn people_and_units_come_back_as_they_were_kept() {
    on_each_store(async |store, zone| {
        let read: Result<_, StoreError> = store
            .read(async |tx| Ok((tx.people(zone.id).await?, tx.units(zone.id).await?)))
            .await;
        let (people, units) = read.unwrap();
        let expected = zone.people().into_iter().map(|person| (person.id, person));
        assert_eq!(people, expected.collect());
        let codes = units
            .iter()
            .map(|(id, unit)| (unit.code.clone(), *id))
            .collect();
        assert_eq!(zone.units, codes);
        let office: Result<_, StoreError> = store.read(async |tx| tx.office(zone.id).await).await;
        let kept = office.unwrap();
        assert_eq!(kept.zone, zone.zone());
        assert_eq!(kept.office.calendar, zone.office.calendar);
        assert_eq!(kept.office.ladder, zone.office.ladder);
        assert_eq!(kept.office.time, zone.office.time);
    });
}

#[test]
fn an_account_is_found_by_its_exact_login() {
    on_each_store(async |store, zone| {
        let person = newcomer(&zone, &[Role::Officer, Role::Head]);
        add(&store, &zone, person.clone(), Some("$argon2id$..."))
            .await
            .unwrap();
        let find = async |login: &str| {
            let found: Result<_, StoreError> = store
                .read(async |tx| tx.find_account(zone.id, login).await)
                .await;
            found.unwrap()
        };
        let account = find("newcomer").await.unwrap();
        assert_eq!(account.person, person);
        assert_eq!(account.password_hash.as_deref(), Some("$argon2id$..."));
        for other in ["Newcomer", "newcomer ", "nobody", "new%", ""] {
            assert!(find(other).await.is_none(), "{other:?}");
        }
        let again = add(
            &store,
            &zone,
            Person {
                id: PersonId(key(3, 51)),
                ..person
            },
            None,
        )
        .await;
        assert!(
            matches!(again, Err(StoreError::Duplicate { .. })),
            "{again:?}"
        );
    });
}

#[test]
fn a_second_administration_in_one_person_is_refused_by_the_database() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let administrators = [
            Role::SystemAdministrator,
            Role::SecurityAdministrator,
            Role::AuditAdministrator,
        ];
        for (one, other) in [(0, 1), (1, 2), (0, 2)] {
            let person = newcomer(&zone, &[administrators[one], administrators[other]]);
            let refused = add(&store, &zone, person, None).await;
            assert!(
                matches!(refused, Err(StoreError::Duplicate { .. })),
                "{refused:?}"
            );
        }
        let both = newcomer(&zone, &[Role::SystemAdministrator, Role::Officer]);
        add(&store, &zone, both, None).await.unwrap();
        // Nor past the product.
        let mut back_door = database.back_door().await;
        let (zone_key, person) = (back_door.key(zone.id.0), back_door.key(key(3, 50)));
        let sql = |role: Role| {
            format!(
                "INSERT INTO person_role VALUES ({zone_key}, {person}, '{}')",
                role.code()
            )
        };
        for role in &administrators[1..] {
            back_door.try_run(&sql(*role)).await.unwrap_err();
        }
        back_door.run(&sql(Role::Leader)).await;
    });
}

#[test]
fn the_index_of_administrators_names_every_administrator() {
    let named = include_str!(
        "../../../persistence/migrations/postgres/2026-11-22-000001_foundation/up.sql"
    );
    let index = named.split_once("person_role_one_administrator").unwrap().1;
    let index = index.split_once(';').unwrap().0;
    for role in Role::ALL {
        assert_eq!(
            index.contains(&format!("'{}'", role.code())),
            role.is_administrator()
        );
    }
}

#[test]
fn rights_end_with_the_person() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let actor = async |id: PersonId| {
            let actor: Result<Option<Actor>, StoreError> = store
                .read(async |tx| tx.find_actor(zone.id, id).await)
                .await;
            actor.unwrap()
        };
        let expected = Actor::new(
            zone.officer,
            BTreeSet::from([Role::Officer]),
            Some(zone.first_unit()),
        );
        assert_eq!(actor(zone.officer).await, Some(expected));
        let mut back_door = database.back_door().await;
        let person = back_door.key(zone.officer.0);
        back_door
            .run(&format!(
                "UPDATE person SET is_active = FALSE WHERE id = {person}"
            ))
            .await;
        assert_eq!(actor(zone.officer).await, None);
        assert_eq!(actor(PersonId(key(3, 99))).await, None);
    });
}

#[test]
fn a_directory_of_a_write_that_failed_is_forgotten() {
    on_each_store(async |store, zone| {
        let phantom = newcomer(&zone, &[Role::Officer]);
        let real = Person {
            id: PersonId(key(3, 51)),
            login: "real".into(),
            ..phantom.clone()
        };
        let (id, nobody) = (zone.id, phantom.id);
        let failed: Result<(), StoreError> = store
            .write(async move |tx| {
                tx.add_person(id, &phantom, None).await?;
                assert!(tx.directory(id).await?.people.contains_key(&phantom.id));
                Err(StoreError::Absent)
            })
            .await;
        failed.unwrap_err();
        // Counts the directory up to the same edition.
        add(&store, &zone, real.clone(), None).await.unwrap();
        let directory: Result<_, StoreError> =
            store.read(async |tx| tx.directory(zone.id).await).await;
        let people = &directory.unwrap().people;
        assert_eq!(
            (people.get(&real.id), people.get(&nobody)),
            (Some(&real), None)
        );
    });
}
