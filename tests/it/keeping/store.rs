//! The two doors: what is kept when something fails, collides, panics or is given up.

use std::{collections::BTreeSet, panic::AssertUnwindSafe, time::Duration};

use domain::{id::ProjectId, stage::StageState};
use futures_util::{FutureExt as _, future::join_all};
use persistence::{
    Store, StoreError,
    project::{ProjectFilter, Secrets},
};

use crate::harness::{
    store::{BackDoor, on_each_database, on_each_store},
    zone::{MONDAY, SampleZone, TEMPLATE, at_ordinal, morning, ready},
};

/// What a test's write fails with.
fn failure() -> StoreError {
    StoreError::Broken {
        reason: "on purpose".into(),
    }
}

async fn next_number(store: &Store, zone: &SampleZone) -> Result<i64, StoreError> {
    let id = zone.id;
    store
        .write(async move |tx| tx.next_number(id, "test").await)
        .await
}

async fn everything(back_door: &mut BackDoor) -> Vec<u64> {
    let mut counts = Vec::new();
    for table in ["project", "stage", "project_contact", "event", "outbox"] {
        counts.push(back_door.count(table).await);
    }
    counts
}

#[test]
fn a_failing_write_keeps_neither_state_nor_record_nor_letters() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let id = zone.admit(&store, 1).await;
        let mut back_door = database.back_door().await;
        let (before, counts) = (
            zone.held(&store, id).await,
            everything(&mut back_door).await,
        );
        let (office, sample) = (zone.office.clone(), zone.clone());
        let failed: Result<(), StoreError> = store
            .write(async move |tx| {
                let held = tx.project_to_decide(office.zone, id).await?;
                let stage = at_ordinal(&held.project, 1);
                let now = office.moment(morning(1));
                let step = held
                    .project
                    .assign(stage, sample.head, sample.officer, (now, &office))
                    .unwrap();
                assert_eq!(step.notices.len(), 1);
                tx.save_step(&office, &held, &step, now.at).await?;
                let other = sample.admitted(2, MONDAY);
                tx.add_project(&office, &other, Secrets::default(), now.at)
                    .await?;
                Err(failure())
            })
            .await;
        assert!(matches!(failed, Err(StoreError::Broken { reason }) if reason == "on purpose"));
        let after = zone.held(&store, id).await;
        assert_eq!(
            (after.version, &after.chain),
            (before.version, &before.chain)
        );
        assert_eq!(after.project, before.project);
        assert_eq!(everything(&mut back_door).await, counts);
    });
}

#[test]
fn failing_writes_in_a_group_take_nobody_along() {
    on_each_store(async |store, zone| {
        let writes = (1..=32_u32).map(|number| {
            let (office, step) = (zone.office.clone(), zone.admitted(number, MONDAY));
            store.write(async move |tx| {
                tx.add_project(&office, &step, Secrets::default(), MONDAY)
                    .await?;
                if number % 2 == 0 {
                    Ok(())
                } else {
                    Err(failure())
                }
            })
        });
        let answers: Vec<Result<(), StoreError>> = join_all(writes).await;
        for (answer, number) in answers.iter().zip(1_u32..) {
            assert_eq!(answer.is_ok(), number % 2 == 0, "{number}: {answer:?}");
        }
        let kept: Result<_, StoreError> = store
            .read(async |tx| {
                tx.project_list(zone.id, &ProjectFilter::default(), 100)
                    .await
            })
            .await;
        let kept: BTreeSet<ProjectId> = kept.unwrap().iter().map(|row| row.id).collect();
        let even = (2..=32).step_by(2);
        assert_eq!(
            kept,
            even.map(|number| zone.admission(number, MONDAY).id)
                .collect()
        );
    });
}

#[test]
fn sixty_four_concurrent_writes_are_all_answered_and_kept() {
    on_each_store(async |store, zone| {
        let numbers = join_all((0..64).map(|_| next_number(&store, &zone))).await;
        let numbers: BTreeSet<i64> = numbers.into_iter().map(Result::unwrap).collect();
        assert_eq!(numbers, (1..=64).collect());
        assert_eq!(next_number(&store, &zone).await.unwrap(), 65);
    });
}

#[test]
fn a_write_that_panics_harms_nobody_else() {
    on_each_store(async |store, zone| {
        let id = zone.id;
        let panicking = store.write(async move |tx| {
            tx.next_number(id, "test").await?;
            assert!(id.0.is_nil(), "a panic on purpose");
            Ok::<(), StoreError>(())
        });
        let (lost, beside) = tokio::join!(
            // Dropped as soon as it has panicked, as a web server does.
            async { AssertUnwindSafe(panicking).catch_unwind().await },
            next_number(&store, &zone)
        );
        assert!(!matches!(lost, Ok(Ok(()))));
        beside.unwrap();
        assert_eq!(next_number(&store, &zone).await.unwrap(), 2);
    });
}

#[test]
fn a_write_that_is_given_up_keeps_nothing_and_holds_no_lock() {
    on_each_store(async |store, zone| {
        let id = zone.id;
        let endless = store.write(async move |tx| {
            tx.next_number(id, "test").await?;
            std::future::pending::<()>().await;
            Ok::<(), StoreError>(())
        });
        let given_up = tokio::time::timeout(Duration::from_millis(300), endless).await;
        assert!(!matches!(given_up, Ok(Ok(()))));
        let numbers = join_all((0..20).map(|_| next_number(&store, &zone))).await;
        let numbers: BTreeSet<i64> = numbers.into_iter().map(Result::unwrap).collect();
        assert_eq!(numbers, (1..=20).collect());
    });
}

#[test]
fn a_read_sees_one_state_whatever_is_written_beside_it() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let seen: Result<_, StoreError> = store
            .read(async |tx| {
                let before = tx.project(zone.id, id).await?;
                let ordinal = ready(&before.project)[0];
                zone.accept(&store, id, ordinal, morning(1)).await.unwrap();
                let after = tx.project(zone.id, id).await?;
                let chain = tx.verify_chain(zone.id, id).await?;
                Ok((before, after, chain))
            })
            .await;
        let (before, after, chain) = seen.unwrap();
        assert_eq!(
            (before.version, before.project),
            (after.version, after.project)
        );
        assert_eq!(chain, Ok(before.chain.seq));
        assert_eq!(zone.held(&store, id).await.version, 2);
    });
}

#[test]
fn projects_read_while_they_are_decided_upon_are_never_torn() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let decide = async {
            let project = zone.held(&store, id).await.project;
            for ordinal in ready(&project) {
                zone.accept(&store, id, ordinal, morning(1)).await.unwrap();
            }
        };
        let look = async {
            for _ in 0..100 {
                let held = zone.held(&store, id).await;
                let running = held.project.stages.iter();
                let running = running
                    .filter(|stage| stage.state == StageState::Running)
                    .count();
                assert_eq!(held.version, i64::try_from(running).unwrap() + 1);
            }
        };
        tokio::join!(decide, look, look_at_chain(&store, &zone, id));
    });
}

async fn look_at_chain(store: &Store, zone: &SampleZone, id: ProjectId) {
    for _ in 0..100 {
        let chain: Result<_, StoreError> = store
            .read(async |tx| tx.verify_chain(zone.id, id).await)
            .await;
        chain.unwrap().unwrap();
    }
}

#[test]
fn a_read_cannot_write() {
    on_each_store(async |store, zone| {
        let refused = store
            .read(async |tx| tx.next_number(zone.id, "test").await)
            .await;
        assert!(
            matches!(refused, Err(StoreError::Broken { .. })),
            "{refused:?}"
        );
        assert_eq!(next_number(&store, &zone).await.unwrap(), 1);
    });
}

#[test]
fn a_template_of_a_write_that_failed_is_forgotten() {
    on_each_store(async |store, zone| {
        let (id, mut newer) = (zone.id, (**TEMPLATE).clone());
        newer.version = 2;
        let failed: Result<(), StoreError> = store
            .write(async move |tx| {
                tx.add_template(id, &newer).await?;
                let read_back = tx.template(id, &newer.code, 2).await?;
                assert_eq!(*read_back, newer);
                Err(failure())
            })
            .await;
        failed.unwrap_err();
        let phantom = store
            .read(async |tx| tx.template(id, &TEMPLATE.code, 2).await)
            .await;
        assert!(matches!(phantom, Err(StoreError::Absent)), "{phantom:?}");
    });
}

#[test]
fn an_acknowledged_commit_survives_a_power_cut_by_configuration() {
    on_each_database(async |database| {
        let store = database.store();
        let writes: Result<_, StoreError> = store.write(async |tx| tx.settings().await).await;
        let reads: Result<_, StoreError> = store.read(async |tx| tx.settings().await).await;
        let (writes, reads) = (writes.unwrap(), reads.unwrap());
        if database.is_sqlite() {
            assert_eq!(writes["journal_mode"], "wal");
            assert_eq!(writes["synchronous"], "2", "2 is FULL");
            assert_eq!(writes["foreign_keys"], "1");
            assert_eq!(writes["query_only"], "0");
            assert_eq!(reads["query_only"], "1");
            let options = &writes["compile_options"];
            for option in ["ENABLE_QPSG", "THREADSAFE=2", "DQS=0"] {
                assert!(
                    options.split(' ').any(|known| known == option),
                    "{option}: {options}"
                );
            }
        } else {
            assert_eq!(writes["transaction_isolation"], "read committed");
            assert_eq!(writes["transaction_read_only"], "off");
            assert_eq!(reads["transaction_isolation"], "repeatable read");
            assert_eq!(reads["transaction_read_only"], "on");
            // The tests' own cluster need not survive anything; the product only reports.
            assert!(writes.contains_key("fsync") && writes.contains_key("synchronous_commit"));
        }
    });
}

#[test]
fn when_the_database_itself_ends_a_transaction_every_answer_is_still_true() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let mut back_door = database.back_door().await;
        back_door
            .run(if database.is_sqlite() {
                "CREATE TRIGGER full_disk BEFORE INSERT ON counter WHEN NEW.name = 'boom' \
                 BEGIN SELECT RAISE(ROLLBACK, 'as a full disk does'); END"
            } else {
                "ALTER TABLE counter ADD CONSTRAINT full_disk CHECK (name <> 'boom')"
            })
            .await;
        let id = zone.id;
        let names: Vec<String> = (0..40)
            .map(|number| {
                if number % 10 == 7 {
                    "boom".into()
                } else {
                    format!("n{number}")
                }
            })
            .collect();
        let writes = names
            .iter()
            .cloned()
            .map(|name| store.write(async move |tx| tx.next_number(id, &name).await));
        let answers: Vec<Result<i64, StoreError>> = join_all(writes).await;
        let answered = names
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| answer.is_ok());
        let answered: BTreeSet<String> = answered.map(|(name, _)| name.clone()).collect();
        let kept = back_door
            .lines("SELECT name AS line FROM counter WHERE name <> 'directory'")
            .await;
        assert_eq!(
            kept.into_iter().collect::<BTreeSet<_>>(),
            answered,
            "{answers:?}"
        );
        assert_eq!(next_number(&store, &zone).await.unwrap(), 1);
    });
}
