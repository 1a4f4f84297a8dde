//! When checkpoints are made, and that two who make them at once make each number once.

use api::{
    audit::{
        seal::seal,
        verify::{Question, Report, verify},
    },
    clock::Clock,
    ids::Ids,
    serve,
    worker::Poke,
};
use domain::{
    id::PersonId,
    security::{SecurityAct, SecurityEvent},
};
use futures_util::future::join_all;
use persistence::{StoreError, Tx};
use time::Duration;

use crate::harness::{
    office::{Office, on_each_office, on_each_office_and_database, parts},
    store::on_each_store,
    zone::{MONDAY, key},
};

pub(super) async fn tell(office: &Office, count: u32) {
    let (zone, now) = (office.app.zone, office.app.now());
    let kept: Result<(), StoreError> = office
        .app
        .store
        .write(async move |tx| {
            for number in 0..count {
                let person = PersonId(key(3, number));
                let event = SecurityEvent::done(SecurityAct::SignIn, Some(person));
                tx.add_security_event(zone, &event, now).await?;
            }
            Ok(())
        })
        .await;
    kept.unwrap();
}

async fn made(office: &Office) -> i64 {
    let zone = office.app.zone;
    let last: Result<_, StoreError> = office
        .app
        .store
        .read(async |tx: &mut Tx| tx.last_checkpoint(zone).await)
        .await;
    last.unwrap().map_or(0, |last| last.number)
}

async fn whole(office: &Office) -> Report {
    let question = Question {
        zone: office.app.zone,
        public_key: office.app.audit.signer().public_key(),
        kept: &[],
    };
    verify(&office.app.store, question, &mut |_, _| {})
        .await
        .unwrap()
}

#[test]
fn a_checkpoint_comes_with_a_minute_or_a_thousand_lines_and_never_without_a_line() {
    on_each_office(async |office| {
        office.turn().await;
        assert_eq!(made(&office).await, 0, "nothing is recorded");
        tell(&office, 1).await;
        office.turn().await;
        assert_eq!(made(&office).await, 1, "the first comes at once");
        tell(&office, 999).await;
        office.pass_to_instant(MONDAY + Duration::seconds(59)).await;
        assert_eq!(made(&office).await, 1, "999 lines and 59 seconds");
        tell(&office, 1).await;
        office.turn().await;
        assert_eq!(made(&office).await, 2, "1,000 lines");
        tell(&office, 1).await;
        office
            .pass_to_instant(MONDAY + Duration::seconds(118))
            .await;
        assert_eq!(made(&office).await, 2);
        office
            .pass_to_instant(MONDAY + Duration::seconds(119))
            .await;
        assert_eq!(made(&office).await, 3, "a minute");
        office.pass_to_instant(MONDAY + Duration::hours(1)).await;
        assert_eq!(made(&office).await, 3, "nothing is new");
        let report = whole(&office).await;
        assert_eq!(
            (report.faults, report.lines, report.checkpoints),
            (vec![], 1_002, 3)
        );
    });
}

#[test]
fn of_workers_at_once_each_number_is_made_by_one_and_nothing_is_left_out() {
    on_each_office(async |office| {
        let replicas: Vec<_> = (0..4)
            .map(|_| {
                let parts = parts(Ids::counted(), Clock::fixed(MONDAY));
                serve::assemble(office.app.store.clone(), parts, Poke::default()).unwrap()
            })
            .collect();
        let project = office.admit("项目").await;
        for round in 1..=5 {
            office.accept_or_note(&project, round).await;
            tell(&office, 2).await;
            for replica in &replicas {
                replica.clock.set(MONDAY + Duration::minutes(round * 2));
            }
            let sealed = join_all(replicas.iter().map(seal)).await;
            let sealed: usize = sealed.into_iter().map(Result::unwrap).sum();
            assert_eq!(sealed, 1, "round {round}");
        }
        assert_eq!(made(&office).await, 5);
        let report = whole(&office).await;
        assert_eq!((report.faults, report.checkpoints), (vec![], 5));
        office.new_letters();
    });
}

impl Office {
    /// One more line in the record of a project.
    async fn accept_or_note(&self, project: &crate::harness::work::Project, round: i64) {
        if round == 1 {
            self.accept("recruiter", project, "G01").await;
        } else {
            self.note("recruiter", project, "G01", "又一行").await;
        }
    }
}

#[test]
fn erasing_a_salt_makes_a_person_nobody_and_leaves_the_record_whole() {
    on_each_office_and_database(async |office, database| {
        let (zone, now) = (office.app.zone, office.app.now());
        let person = crate::harness::staff::person_id("officer").parse().unwrap();
        let pseudonym = async |value: &'static str, fresh: u8| {
            let hash: Result<[u8; 32], StoreError> = office
                .app
                .store
                .write(async move |tx| {
                    let hash = tx.pseudonym(zone, person, value, [fresh; 32]).await?;
                    let told = SecurityEvent::refused(SecurityAct::SignIn, None)
                        .with("login", api::keys::hexadecimal(&hash));
                    tx.add_security_event(zone, &told, now).await?;
                    Ok(hash)
                })
                .await;
            hash.unwrap()
        };
        let first = pseudonym("officer", 1).await;
        assert_eq!(pseudonym("officer", 2).await, first, "the salt stays");
        assert_ne!(pseudonym("0755", 3).await, first);
        office.turn().await;
        let erased: Result<(), StoreError> = office
            .app
            .store
            .write(async move |tx| tx.erase_salt(zone, person).await)
            .await;
        erased.unwrap();
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("person_salt").await, 0);
        assert_ne!(pseudonym("officer", 4).await, first, "nobody's any more");
        office.pass_to_instant(MONDAY + Duration::minutes(2)).await;
        let report = whole(&office).await;
        assert_eq!((report.faults, report.lines), (vec![], 4));
    });
}

#[test]
fn many_records_are_sealed_in_pieces_and_all_of_them() {
    on_each_store(async |store, zone| {
        for number in 1..=3 {
            zone.admit(&store, number).await;
        }
        let unsealed: Result<_, StoreError> = store
            .read(async |tx: &mut Tx| tx.unsealed(zone.id, 2).await)
            .await;
        assert_eq!(unsealed.unwrap().heads.len(), 2, "no more than asked for");
    });
}
