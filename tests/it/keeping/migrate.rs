//! Migrations: twin trees, up, down, up, and which databases are refused.

use std::sync::{Arc, Barrier};

use persistence::{Store, StoreError, migrate};

use crate::harness::store::{on_each_database, on_each_empty_database};

#[test]
fn both_trees_have_the_same_steps() {
    let (sqlite, postgres) = migrate::step_names().unwrap();
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres);
}

#[test]
fn every_step_can_be_undone_and_done_again() {
    on_each_empty_database(async |database| {
        let target = database.target();
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.schema().await, [""; 0]);
        let current = migrate::up(&target).unwrap();
        let built = back_door.schema().await;
        assert!(built.len() > 20, "{built:#?}");
        for _step in &current.applied {
            migrate::down_one(&target).unwrap();
        }
        assert_eq!(
            back_door.schema().await,
            [""; 0],
            "down.sql leaves something behind"
        );
        migrate::up(&target).unwrap();
        assert_eq!(back_door.schema().await, built);
    });
}

/// Rounds of the start together: a file that is half opened by another is met only now and then.
const STARTS: usize = 8;

#[test]
fn programs_that_migrate_at_once_take_turns() {
    for _start in 0..STARTS {
        on_each_empty_database(async |database| {
            let target = database.target();
            let together = Arc::new(Barrier::new(4));
            let migrations = [0; 4].map(|_| {
                let (target, together) = (target.clone(), Arc::clone(&together));
                std::thread::spawn(move || {
                    together.wait();
                    migrate::up(&target)
                })
            });
            for migration in migrations {
                migration
                    .join()
                    .unwrap()
                    .unwrap()
                    .require_current()
                    .unwrap();
            }
        });
    }
}

#[test]
fn a_second_migration_does_nothing() {
    on_each_database(async |database| {
        let before = migrate::look(&database.target()).unwrap();
        let after = migrate::up(&database.target()).unwrap();
        assert_eq!(before, after);
        after.require_current().unwrap();
    });
}

#[test]
fn a_database_without_tables_is_refused_with_what_it_lacks() {
    on_each_empty_database(async |database| {
        let (all, _) = migrate::step_names().unwrap();
        let schema = migrate::look(&database.target()).unwrap();
        match schema.require_current() {
            Err(StoreError::NotMigrated { pending }) => assert_eq!(pending.len(), all.len()),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_database_of_a_newer_program_is_refused_with_what_is_unknown() {
    on_each_database(async |database| {
        let mut back_door = database.back_door().await;
        back_door
            .run("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')")
            .await;
        let schema = migrate::look(&database.target()).unwrap();
        match schema.require_current() {
            Err(StoreError::Newer { unknown }) => assert_eq!(unknown, ["20991231000001"]),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_misspelt_database_url_is_refused_and_never_repeated() {
    for url in [
        "",
        "data.sqlite",
        "sqlite://",
        "sqlight://data.sqlite",
        "mysql://root:secret@host/db",
    ] {
        match Store::open(url) {
            Err(error @ StoreError::Url { .. }) => {
                let said = error.to_string();
                assert!(said.contains("sqlite://"), "{said}");
                assert!(!said.contains("secret"), "{said}");
            }
            other => panic!("{url}: {other:?}"),
        }
    }
}

#[test]
fn a_path_that_cannot_be_opened_is_named() {
    match Store::open("sqlite:///no/such/folder/data.sqlite") {
        Err(StoreError::Open { reason }) => {
            assert!(reason.contains("/no/such/folder/data.sqlite"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
}
