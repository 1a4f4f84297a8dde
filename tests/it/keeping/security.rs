//! The security record: numbered without gaps by writers at once, and whatever is changed from outside is found.

use domain::{
    id::PersonId,
    security::{SecurityAct, SecurityEvent},
};
use futures_util::future::join_all;
use persistence::{Store, StoreError, event::BrokenLink};

use crate::harness::{
    store::{on_each_database, on_each_store},
    zone::{MONDAY, SampleZone, key},
};

async fn tell(store: &Store, zone: &SampleZone, number: u32) -> Result<i64, StoreError> {
    let person = PersonId(key(3, number));
    let event = if number.is_multiple_of(2) {
        SecurityEvent::done(SecurityAct::SignIn, Some(person)).from("192.0.2.7")
    } else {
        SecurityEvent::refused(SecurityAct::SignIn, None)
            .on(person)
            .with("reason", "口令“错误”\n")
    };
    let id = zone.id;
    store
        .write(async move |tx| tx.add_security_event(id, &event, MONDAY).await)
        .await
}

async fn verify(store: &Store, zone: &SampleZone) -> Result<i64, BrokenLink> {
    let verified: Result<_, StoreError> = store
        .read(async |tx| tx.verify_security_chain(zone.id).await)
        .await;
    verified.unwrap()
}

#[test]
fn sixty_lines_written_at_once_are_numbered_without_a_gap_and_read_back() {
    on_each_store(async |store, zone| {
        assert_eq!(verify(&store, &zone).await, Ok(0));
        let told = join_all((1..=60).map(|number| tell(&store, &zone, number))).await;
        let mut numbers: Vec<i64> = told.into_iter().map(Result::unwrap).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
        assert_eq!(verify(&store, &zone).await, Ok(60));
        let kept: Result<_, StoreError> = store
            .read(async |tx| tx.security_events(zone.id, 41, 10).await)
            .await;
        let kept = kept.unwrap();
        let seqs: Vec<i64> = kept.iter().map(|line| line.seq).collect();
        assert_eq!(seqs, (31..=40).rev().collect::<Vec<_>>());
        for line in kept {
            assert_eq!(line.event.act, SecurityAct::SignIn);
            assert_eq!(line.event.address.is_some(), line.event.actor.is_some());
            assert_eq!(line.event.object.is_some(), !line.event.detail.is_empty());
        }
    });
}

#[test]
fn a_line_changed_removed_moved_or_added_from_outside_is_found() {
    const CHANGES: [(&str, i64); 12] = [
        (
            "UPDATE security_event SET act = 'sign_out' WHERE seq = 7",
            7,
        ),
        (
            "UPDATE security_event SET outcome = 'done' WHERE seq = 3",
            3,
        ),
        ("UPDATE security_event SET actor_id = NULL WHERE seq = 4", 4),
        ("UPDATE security_event SET object = NULL WHERE seq = 5", 5),
        ("UPDATE security_event SET object = '' WHERE seq = 4", 4),
        (
            "UPDATE security_event SET address = '192.0.2.8' WHERE seq = 8",
            8,
        ),
        ("UPDATE security_event SET detail = '{}' WHERE seq = 9", 9),
        ("UPDATE security_event SET seq = 99 WHERE seq = 12", 12),
        ("DELETE FROM security_event WHERE seq = 1", 1),
        ("DELETE FROM security_event WHERE seq = 12", 12),
        ("UPDATE chain_head SET seq = 11", 13),
        ("DELETE FROM chain_head", 13),
    ];
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        for number in 1..=12 {
            tell(&store, &zone, number).await.unwrap();
        }
        let mut back_door = database.back_door().await;
        back_door
            .run(
                "CREATE TABLE kept AS SELECT * FROM security_event; \
                 CREATE TABLE heads AS SELECT * FROM chain_head",
            )
            .await;
        for (change, first_wrong) in CHANGES {
            back_door.run(change).await;
            let found = verify(&store, &zone).await;
            back_door.run(RESTORE).await;
            assert_eq!(found, Err(BrokenLink { seq: first_wrong }), "{change}");
        }
        assert_eq!(verify(&store, &zone).await, Ok(12));
    });
}

const RESTORE: &str = "
    DELETE FROM security_event;
    INSERT INTO security_event SELECT * FROM kept;
    DELETE FROM chain_head;
    INSERT INTO chain_head SELECT * FROM heads;";
