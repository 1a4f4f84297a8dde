//! The post: calm for readers, and nothing lost, doubled or silent, whatever the relay does.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use api::worker;
use domain::id::AlertId;
use notifications::{deliver::Limits, mailer::Mailer};
use persistence::{
    StoreError, Tx,
    outbox::{LetterMatter, LetterState, NewLetter, letter_id},
};
use serde_json::json;
use time::{
    Duration,
    macros::{date, datetime},
};
use uuid::Uuid;

use crate::harness::{
    office::Office,
    relay::{Answer, Fault, FaultRelay, Plan},
    staff,
    store::{Database, on_each_database},
};

/// Runs `test` in a fresh office in which letters are limited as in a new installation.
fn on_each_calm_office(test: impl AsyncFn(Office, &Database)) {
    on_each_database(async move |database| {
        test(
            Office::open_calm(database, Limits::default()).await,
            database,
        )
        .await;
    });
}

/// One turn of the worker `number`, whose letters go out by `mailer`.
async fn turn(office: &Office, mailer: &Mailer, number: u128) -> worker::Turn {
    worker::turn(&office.app, mailer, Uuid::from_u128(number))
        .await
        .unwrap()
}

async fn admit_many(office: &Office, count: usize) {
    for number in 0..count {
        let project = office.admit(&format!("海龙精密{number}期")).await;
        office.accept("recruiter", &project, "G01").await;
    }
}

#[test]
fn what_is_more_than_goes_at_once_is_told_in_one_letter() {
    on_each_calm_office(async |office, database| {
        admit_many(&office, 5).await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        let letters = office.expect_letters(&[
            ("chief", "digest"),
            ("recruiter", "digest"),
            ("steward", "digest"),
        ]);
        for letter in &letters {
            let count = letter.text.matches("GC-2026-").count();
            assert_eq!(count, 5, "{}", letter.text);
            assert!(letter.subject.contains('5'), "{}", letter.subject);
        }
        // Each event for each reader is told by one letter, which stands in the record.
        let mut back_door = database.back_door().await;
        let covered = "outbox WHERE state = 'covered' AND covered_by IS NOT NULL";
        assert_eq!(back_door.count(covered).await, 5 * 4);
        assert_eq!(back_door.count("outbox WHERE state = 'sent'").await, 3);
        assert_eq!(back_door.count("outbox WHERE settled_at IS NULL").await, 0);
        for _again in 0..3 {
            office.turn().await;
        }
        office.expect_letters(&[]);
    });
}

#[test]
fn as_many_as_go_at_once_go_alone() {
    on_each_calm_office(async |office, _database| {
        admit_many(&office, 3).await;
        office.pass_to(date!(2026 - 03 - 04)).await;
        let three = [("recruiter", "remind"); 3];
        office.expect_letters(&three);
    });
}

#[test]
fn six_letters_an_hour_reach_a_reader_over_all_replicas() {
    on_each_calm_office(async |office, database| {
        admit_many(&office, 3).await;
        office.pass_to(date!(2026 - 03 - 04)).await;
        office.expect_letters(&[("recruiter", "remind"); 3]);
        // More that are due a minute later wait for twenty minutes, whichever replica looks at them.
        let twin = office.beside(database).await;
        let at = |minute| datetime!(2026-03-04 09:00 +8) + Duration::minutes(minute);
        office.app.clock.set(at(1));
        queue_many(&office, 2, &["recruiter"]).await;
        for minute in 1..20 {
            office.app.clock.set(at(minute));
            let replica = if minute % 2 == 0 { &office } else { &twin };
            replica.turn().await;
        }
        office.expect_letters(&[]);
        assert!(twin.new_letters().is_empty());
        office.app.clock.set(at(20));
        office.turn().await;
        office.expect_letters(&[("recruiter", "digest")]);
    });
}

#[test]
fn after_an_outage_each_reader_has_one_letter_and_it_says_why_it_is_late() {
    on_each_calm_office(async |office, _database| {
        admit_many(&office, 5).await;
        office.turn().await;
        office.wake_at(datetime!(2026-03-10 09:00 +8)).await;
        let letters = office.new_letters();
        let mut readers: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
        readers.sort_unstable();
        readers.dedup();
        assert_eq!(readers.len(), letters.len(), "{letters:#?}");
        for letter in &letters {
            assert_eq!(letter.kind, "digest");
            let says_so = ["系统中断", "system outage"];
            assert!(
                says_so.iter().any(|words| letter.text.contains(words)),
                "{}",
                letter.text
            );
        }
        // Nothing was late when the worker had been at work all the time.
        office.pass_to(date!(2026 - 03 - 17)).await;
        for letter in office.new_letters() {
            assert!(!letter.text.contains("系统中断"), "{}", letter.text);
        }
    });
}

#[test]
fn a_relay_that_is_down_costs_no_letter_a_try_and_is_left_alone_for_a_minute() {
    on_each_database(async |database| {
        let office = Office::open(database).await;
        let is_down = Arc::new(AtomicBool::new(true));
        let told = is_down.clone();
        let relay = FaultRelay::start(Arc::new(move |_number, _step, _line| {
            let down = Fault::at("greeting", Answer::Say("421 4.3.2 closing"));
            told.load(Ordering::SeqCst).then_some(down)
        }));
        let mailer = relay.mailer();
        admit_many(&office, 2).await;
        office.app.clock.set(datetime!(2026-03-05 09:00 +8));
        let first = turn(&office, &mailer, 1).await;
        assert!(first.delivered.is_relay_down && first.delivered.sent == 0);
        // Nobody knocks again within the minute, on whichever replica.
        for worker in 1..4 {
            assert!(turn(&office, &mailer, worker).await.delivered.is_relay_down);
        }
        assert_eq!(relay.connections(), 1);
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("outbox WHERE attempts > 0").await, 0);
        assert_eq!(back_door.count("mail_relay").await, 1);
        is_down.store(false, Ordering::SeqCst);
        office.app.clock.set(datetime!(2026-03-05 09:01:30 +8));
        let second = turn(&office, &mailer, 2).await;
        assert!(!second.delivered.is_relay_down && second.delivered.sent > 0);
        assert_eq!(back_door.count("mail_relay").await, 0);
        assert_eq!(back_door.count("outbox WHERE settled_at IS NULL").await, 0);
        office.expect_letters(&[]);
    });
}

#[test]
fn who_cannot_be_reached_is_replaced_by_the_next_one_until_somebody_is() {
    on_each_database(async |database| {
        let office = Office::open(database).await;
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        office.new_letters();
        // The mailboxes of the officer and of the head do not exist.
        let relay = FaultRelay::start(Arc::new(|_number, step, line| {
            let is_unknown = ["officer@", "head@"]
                .iter()
                .any(|name| line.starts_with(&format!("RCPT TO:<{name}")));
            let unknown = Fault::at("RCPT", Answer::Say("550 5.1.1 User unknown"));
            (step == "RCPT" && is_unknown).then_some(unknown)
        }));
        let mailer = relay.mailer();
        office.app.clock.set(datetime!(2026-03-10 09:00 +8));
        let first = turn(&office, &mailer, 1).await;
        assert!(first.delivered.dead >= 1, "{first:?}");
        let heard: Vec<String> = relay
            .arrived()
            .into_iter()
            .map(|arrived| arrived.to)
            .collect();
        let is_told = |login: &str| heard.contains(&staff::address_of(login));
        assert!(is_told("efficacy"), "{heard:?}");
        let mut back_door = database.back_door().await;
        let lost = "outbox WHERE state = 'dead' AND heeded_at IS NULL";
        assert!(back_door.count(lost).await >= 2);
        let instead = "outbox WHERE instead_of IS NOT NULL AND state = 'sent'";
        assert!(back_door.count(instead).await >= 1);
        // Nobody is told twice of the same loss.
        let before = relay.arrived().len();
        for worker in 1..4 {
            turn(&office, &mailer, worker).await;
        }
        assert_eq!(relay.arrived().len(), before);
        office.expect_letters(&[]);
    });
}

/// A relay that does not know the officer while `is_unknown` holds.
fn relay_without_officer(is_unknown: &Arc<AtomicBool>) -> FaultRelay {
    let told = is_unknown.clone();
    FaultRelay::start(Arc::new(move |_number, step, line| {
        let is_officer = line.starts_with("RCPT TO:<officer@");
        let unknown = Fault::at("RCPT", Answer::Say("550 5.1.1 User unknown"));
        (step == "RCPT" && is_officer && told.load(Ordering::SeqCst)).then_some(unknown)
    }))
}

/// The keys of the letters that were lost, as the API lists them.
async fn lost_letters(office: &Office) -> Vec<String> {
    let listed = office.get("efficacy", "/api/v1/letters").await.good();
    let rows = listed["data"].as_array().unwrap();
    for row in rows {
        assert_eq!(row["state"], "dead");
        assert_eq!(row["reader"], staff::person_id("officer"));
        assert!(row["reason"].as_str().unwrap().contains("5.1.1"), "{row}");
    }
    let ids = rows.iter().map(|row| row["id"].as_str().unwrap());
    ids.map(ToOwned::to_owned).collect()
}

#[test]
fn a_lost_letter_is_told_of_on_every_page_until_somebody_sees_to_it() {
    on_each_database(async |database| {
        let office = Office::open(database).await;
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        office.new_letters();
        let is_unknown = Arc::new(AtomicBool::new(true));
        let relay = relay_without_officer(&is_unknown);
        let mailer = relay.mailer();
        office.app.clock.set(datetime!(2026-03-10 09:00 +8));
        let dead = turn(&office, &mailer, 1).await.delivered.dead;
        let ids = lost_letters(&office).await;
        assert!(dead > 0 && ids.len() == dead);
        // Whoever watches over the zone sees it on every page; only who looks after it gets the link.
        let (supervisor, efficacy) = (office.browser(), office.browser());
        supervisor.sign_in("supervisor").await;
        efficacy.sign_in("efficacy").await;
        let (alarm, link) = ("未送达，等待处理", "href=\"/letters\"");
        let page = supervisor.get("/board").await;
        assert!(page.text().contains(alarm) && !page.text().contains(link));
        assert!(efficacy.get("/board").await.text().contains(link));

        // With the mailbox repaired, one goes out once more; the others are noted.
        is_unknown.store(false, Ordering::SeqCst);
        let page = efficacy.get(&format!("/letters/{}", ids[0])).await;
        assert!(page.text().contains("550 5.1.1 User unknown"));
        let act = format!("/letters/{}/resend", ids[0]);
        assert_eq!(efficacy.submit(&page, &act, &[]).await.status, 303);
        for id in &ids[1..] {
            let path = format!("/api/v1/letters/{id}/note");
            let noted = office.post("efficacy", &path, None, &json!({})).await;
            assert!(noted.good()["noted_at"].is_string());
        }
        let before = relay.arrived().len();
        turn(&office, &mailer, 1).await;
        let arrived = relay.arrived();
        assert_eq!(arrived.len(), before + 1);
        assert_eq!(arrived[before].to, staff::address_of("officer"));
        assert!(lost_letters(&office).await.is_empty());
        assert!(!supervisor.get("/board").await.text().contains(alarm));
        let path = format!("/api/v1/letters/{}", ids[0]);
        let seen = office.get("efficacy", &path).await.good();
        assert_eq!(seen["state"], "sent");
        assert_eq!(seen["tries"].as_array().unwrap().len(), 1);
        office.expect_letters(&[]);
    });
}

#[test]
fn a_letter_whose_reason_goes_while_the_relay_is_asked_does_not_leave() {
    on_each_database(async |database| {
        let office = Office::open(database).await;
        admit_many(&office, 1).await;
        let (asked, hears) = std::sync::mpsc::channel();
        let (done, waits) = std::sync::mpsc::channel();
        let waits = std::sync::Mutex::new(waits);
        let relay = FaultRelay::start(Arc::new(move |_number, step, _line| {
            if step == "DATA" {
                asked.send(()).unwrap();
                waits.lock().unwrap().recv().unwrap();
            }
            None
        }));
        office.app.clock.set(datetime!(2026-03-04 09:00 +8));
        let (app, mailer) = (office.app.clone(), relay.mailer());
        let worker = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            let turn = worker::turn(&app, &mailer, Uuid::from_u128(1));
            runtime.block_on(turn).unwrap()
        });
        hears.recv().unwrap();
        // What the alert speaks of has moved on.
        let mut back_door = database.back_door().await;
        back_door.run("UPDATE alert SET basis = basis + 1").await;
        done.send(()).unwrap();
        let turned = worker.join().unwrap();
        assert_eq!(turned.delivered.sent, 0);
        assert!(relay.arrived().is_empty());
        let cancelled = back_door.count("outbox WHERE state = 'cancelled'").await;
        assert_eq!(cancelled, 1);
        office.expect_letters(&[]);
    });
}

/// Letters that go through the relay that fails; `FAULTY_MAILS` asks for more.
const MAILS: usize = 2_000;

fn mails() -> usize {
    let wished = std::env::var("FAULTY_MAILS").ok();
    wished.map_or(MAILS, |wished| wished.parse().unwrap())
}

/// Every way to fail that was thought of.
fn faults() -> Vec<Fault> {
    let said = |step, text| Fault::at(step, Answer::Say(text));
    let kept = |answer| Fault {
        step: "dot",
        answer,
        keeps: true,
    };
    vec![
        said("greeting", "554 no service here"),
        said("greeting", "421 4.3.2 closing"),
        Fault::at("greeting", Answer::Close),
        Fault::at("EHLO", Answer::Close),
        said("MAIL", "451 4.3.0 try later"),
        said("MAIL", "550 Connection frequency limited"),
        said("MAIL", "what?"),
        said("RCPT", "450 4.2.1 mailbox busy"),
        said("RCPT", "550 5.1.1 User unknown"),
        said("RCPT", "552 5.2.2 mailbox full"),
        said("RCPT", "550 Mail frequency limited."),
        Fault::at("RCPT", Answer::Close),
        said("DATA", "451 4.3.0 queue file write error"),
        said("DATA", "250 out of step"),
        Fault::at("body", Answer::Close),
        said("dot", "451 4.3.0 temporary failure"),
        said("dot", "554 5.7.1 content rejected"),
        said("dot", "554 Reject by too frequent sending"),
        Fault::at("dot", Answer::Close),
        Fault::at("dot", Answer::Silence),
        kept(Answer::Close),
        kept(Answer::Close),
        kept(Answer::Silence),
        kept(Answer::Say("garbage \u{1}")),
    ]
}

/// Fails every third connection, each time in another way.
fn rough() -> Plan {
    let faults = faults();
    Arc::new(move |number, _step, _line| {
        let turn = splitmix(u64::try_from(number).unwrap());
        let at = usize::try_from(turn / 3).unwrap() % faults.len();
        turn.is_multiple_of(3).then(|| faults[at])
    })
}

/// The same number for the same seed, on every machine (Steele, Lea and Flood 2014).
fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ (z >> 31)) >> 8
}

/// Queues `count` letters about alerts that stand, to each of `readers` in turn.
async fn queue_many(office: &Office, count: usize, readers: &[&str]) {
    let (zone, now) = (office.app.zone, office.app.now());
    let readers: Vec<_> = readers
        .iter()
        .map(|login| staff::person_id(login).parse().unwrap())
        .collect();
    let queued: Result<usize, StoreError> = office
        .app
        .store
        .write(async move |tx: &mut Tx| {
            let letters = tx.letters(zone, 1_000).await?;
            let told: Vec<(AlertId, _)> = letters
                .iter()
                .filter_map(|letter| Some((letter.matter.alert()?, letter.about)))
                .collect();
            let new: Vec<NewLetter> = (0..count)
                .map(|number| {
                    let (alert, about) = told[number % told.len()];
                    let dedupe_key = format!("test:{number}");
                    NewLetter {
                        id: letter_id(zone, &dedupe_key),
                        dedupe_key,
                        matter: LetterMatter::Escalation(alert),
                        about,
                        person: readers[number % readers.len()],
                        not_before: now,
                    }
                })
                .collect();
            tx.queue_letters(zone, &new, now).await
        })
        .await;
    assert_eq!(queued.unwrap(), count);
}

#[test]
fn two_thousand_letters_through_a_relay_that_fails_in_every_way_end_as_they_should() {
    on_each_database(async |database| {
        let office = Office::open(database).await;
        admit_many(&office, 20).await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.new_letters();
        let relay = FaultRelay::start(rough());
        let mailer = relay.mailer();
        let readers = [
            "officer",
            "chief",
            "head",
            "efficacy",
            "steward",
            "recruiter",
        ];
        queue_many(&office, mails(), &readers).await;
        let mut back_door = database.back_door().await;
        let mut turns = 0;
        while back_door.count("outbox WHERE settled_at IS NULL").await > 0 {
            turn(&office, &mailer, turns).await;
            office
                .app
                .clock
                .set(office.app.now() + Duration::minutes(7));
            turns += 1;
            assert!(turns < 2_000, "letters that never end");
        }
        expect_sound_post(&office, &relay).await;
        office.expect_letters(&[]);
    });
}

/// Every letter has ended; what arrived twice may have, is the same, and the record says why.
async fn expect_sound_post(office: &Office, relay: &FaultRelay) {
    let zone = office.app.zone;
    let mut copies: BTreeMap<String, Vec<[u8; 32]>> = BTreeMap::new();
    for arrived in relay.arrived() {
        copies
            .entry(arrived.message_id)
            .or_default()
            .push(arrived.digest);
    }
    let letters: Result<Vec<_>, StoreError> = office
        .app
        .store
        .read(async |tx: &mut Tx| {
            let mut all = Vec::new();
            for letter in tx.letters(zone, 1_000_000).await? {
                let attempts = tx.attempts_at(zone, letter.id).await?;
                all.push((letter, attempts));
            }
            Ok(all)
        })
        .await;
    let mut twice = 0;
    let mut states: BTreeMap<LetterState, usize> = BTreeMap::new();
    for (letter, attempts) in letters.unwrap() {
        assert!(letter.state.is_settled(), "{letter:?}");
        *states.entry(letter.state).or_default() += 1;
        let Some(rendered) = &letter.rendered else {
            assert_ne!(letter.state, LetterState::Sent);
            continue;
        };
        let seen = copies.remove(&rendered.message_id).unwrap_or_default();
        let unread = attempts
            .iter()
            .filter(|attempt| matches!(attempt.outcome.as_deref(), Some("ambiguous" | "uncertain")))
            .count();
        assert!(seen.len() <= 2, "a third copy: {letter:?}");
        if seen.len() == 2 {
            twice += 1;
            assert_eq!(seen[0], seen[1], "copies that differ: {letter:?}");
            assert!(unread >= 1, "a second copy without a cause: {attempts:?}");
        }
        match letter.state {
            // Those that left in the office's own morning went to another mailer.
            LetterState::Sent => assert!(!seen.is_empty() || attempts.len() == 1, "{letter:?}"),
            LetterState::Dead => assert_eq!(seen.len(), unread.min(seen.len()), "{letter:?}"),
            LetterState::Uncertain => assert_eq!(unread, 2, "{attempts:?}"),
            LetterState::Pending
            | LetterState::Sending
            | LetterState::Ambiguous
            | LetterState::Cancelled
            | LetterState::Covered => {}
        }
    }
    assert!(copies.is_empty(), "letters of nobody: {copies:?}");
    assert!(twice > 0, "the relay never kept what it did not confirm");
    eprintln!(
        "{states:?}, {twice} twice, {} connections",
        relay.connections()
    );
}
