//! The outbox: each letter once, one worker at a time, and no late worker settles what is not its own.

use std::collections::BTreeSet;

use domain::{
    id::{LetterId, PersonId, ProjectId},
    ladder::Rung,
};
use futures_util::future::join_all;
use persistence::{
    Store, StoreError,
    outbox::{
        Cause, Letter, LetterMatter, LetterState, NewLetter, RenderedLetter, Settlement,
        alert_letter,
    },
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::harness::{
    store::on_each_store,
    zone::{MONDAY, SampleZone, key, morning},
};

/// What becomes of an attempt, if it is made again at a time.
type Outcome = fn(OffsetDateTime) -> Settlement;

const LEASE: Duration = Duration::minutes(5);

/// Letters about an alert to `count` people.
async fn proposed(store: &Store, zone: &SampleZone, id: ProjectId, count: u32) -> Vec<NewLetter> {
    let project = zone.held(store, id).await.project;
    let alert = zone.alert(&project, 1, 1, Rung::Yellow);
    let letter = |number| alert_letter(zone.id, &alert, PersonId(key(3, number)), MONDAY);
    (1..=count).map(letter).collect()
}

async fn queue(store: &Store, zone: &SampleZone, letters: &[NewLetter]) -> usize {
    let (id, letters) = (zone.id, letters.to_vec());
    let queued: Result<usize, StoreError> = store
        .write(async move |tx| tx.queue_letters(id, &letters, MONDAY).await)
        .await;
    queued.unwrap()
}

async fn lease(
    store: &Store,
    zone: &SampleZone,
    worker: u32,
    now: OffsetDateTime,
    limit: i64,
) -> Vec<Letter> {
    let id = zone.id;
    let leased: Result<Vec<Letter>, StoreError> = store
        .write(async move |tx| {
            tx.lease_letters(id, key(7, worker), (now, LEASE), limit)
                .await
        })
        .await;
    leased.unwrap()
}

async fn settle(
    store: &Store,
    zone: &SampleZone,
    letter: &Letter,
    settlement: Settlement,
    now: OffsetDateTime,
) -> bool {
    let (id, letter) = (zone.id, letter.clone());
    let settled: Result<bool, StoreError> = store
        .write(async move |tx| tx.settle(id, &letter, &settlement, now).await)
        .await;
    settled.unwrap()
}

async fn intend(store: &Store, zone: &SampleZone, letter: &Letter) -> bool {
    let (id, letter, times) = (zone.id, letter.clone(), (MONDAY, MONDAY + LEASE));
    let intended: Result<bool, StoreError> = store
        .write(async move |tx| tx.intend(id, &letter, times).await)
        .await;
    intended.unwrap()
}

async fn render(store: &Store, zone: &SampleZone, letter: &Letter, subject: &str) -> bool {
    let (id, letter) = (zone.id, letter.clone());
    let rendered = RenderedLetter {
        message_id: "<1@zone.example>".into(),
        address: "officer@zone.example".into(),
        subject: subject.into(),
        bytes: b"Subject: \xe9\xbb\x84\xe7\x89\x8c\r\n\r\n\0body".to_vec(),
    };
    let kept: Result<bool, StoreError> = store
        .write(async move |tx| tx.keep_rendered(id, &letter, &rendered).await)
        .await;
    kept.unwrap()
}

async fn letter(store: &Store, zone: &SampleZone, id: LetterId) -> Letter {
    let letter: Result<Letter, StoreError> =
        store.read(async |tx| tx.letter(zone.id, id).await).await;
    letter.unwrap()
}

/// A zone with one queued letter, leased by worker 1 on Monday.
async fn one_leased(store: &Store, zone: &SampleZone) -> Letter {
    let id = zone.admit(store, 1).await;
    let letters = proposed(store, zone, id, 1).await;
    assert_eq!(queue(store, zone, &letters).await, 1);
    let mut leased = lease(store, zone, 1, MONDAY, 10).await;
    assert_eq!(leased.len(), 1);
    leased.remove(0)
}

fn refused(at: OffsetDateTime) -> Settlement {
    Settlement::Retry {
        at,
        reason: "451 later".into(),
        cause: Cause::Letter,
    }
}

fn sent() -> Settlement {
    Settlement::Sent {
        reply: "250 queued".into(),
    }
}

fn without_relay(at: OffsetDateTime) -> Settlement {
    let reason = "no route".into();
    Settlement::Retry {
        at,
        reason,
        cause: Cause::Relay,
    }
}

fn cut_off(at: OffsetDateTime) -> Settlement {
    let reason = "no answer".into();
    Settlement::Ambiguous { at, reason }
}

fn uncertain() -> Settlement {
    let reason = "no answer".into();
    Settlement::Uncertain { reason }
}

#[test]
fn a_letter_is_queued_once() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let letters = proposed(&store, &zone, id, 5).await;
        assert_eq!(queue(&store, &zone, &letters[..3]).await, 3);
        assert_eq!(queue(&store, &zone, &letters[..3]).await, 0);
        assert_eq!(queue(&store, &zone, &letters).await, 2);
        let kept: Result<_, StoreError> =
            store.read(async |tx| tx.letters(zone.id, 100).await).await;
        let kept = kept.unwrap();
        assert_eq!(kept.len(), 5);
        let alert = zone
            .alert(&zone.held(&store, id).await.project, 1, 1, Rung::Yellow)
            .id;
        assert!(
            kept.iter()
                .all(|letter| letter.matter == LetterMatter::Escalation(alert))
        );
        let told: Result<_, StoreError> = store
            .read(async |tx| tx.letters_of_alerts(zone.id, &[alert]).await)
            .await;
        assert_eq!(told.unwrap().len(), 5);
    });
}

#[test]
fn eight_workers_that_queue_the_same_letters_at_once_queue_each_once() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        for round in 0..10_u32 {
            let mut letters = proposed(&store, &zone, id, 30).await;
            for letter in &mut letters {
                letter.dedupe_key = format!("{}:{round}", letter.dedupe_key);
                letter.id = persistence::outbox::letter_id(zone.id, &letter.dedupe_key);
            }
            let mut backwards = letters.clone();
            backwards.reverse();
            let orders = [&letters, &backwards];
            let queued = (0..8).map(|worker| queue(&store, &zone, orders[worker % 2]));
            assert_eq!(join_all(queued).await.iter().sum::<usize>(), 30);
        }
    });
}

#[test]
fn a_decisions_notice_is_in_the_outbox() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let (head, officer) = (zone.head, zone.officer);
        // Saturday: the letter waits for Monday's opening.
        zone.decide(&store, id, morning(5), move |project, now| {
            project.assign(project.stages[0].id, head, officer, now)
        })
        .await
        .unwrap();
        assert_eq!(lease(&store, &zone, 1, morning(6), 10).await.len(), 0);
        let leased = lease(&store, &zone, 1, morning(7), 10).await;
        assert_eq!(leased.len(), 1);
        assert_eq!(
            (
                leased[0].person,
                leased[0].about.map(|(project, _)| project)
            ),
            (officer, Some(id))
        );
        let matter = LetterMatter::Notice(domain::notice::Matter::Assigned);
        assert_eq!(leased[0].matter, matter);
    });
}

#[test]
fn two_workers_never_hold_the_same_letter() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let letters = proposed(&store, &zone, id, 40).await;
        queue(&store, &zone, &letters).await;
        let mut held: BTreeSet<LetterId> = BTreeSet::new();
        let mut count = 0;
        for _ in 0..40 {
            let leases = (1..=4).map(|worker| lease(&store, &zone, worker, MONDAY, 3));
            for letter in join_all(leases).await.into_iter().flatten() {
                assert_eq!(letter.fence, 1);
                held.insert(letter.id);
                count += 1;
            }
        }
        assert_eq!((held.len(), count), (40, 40));
    });
}

#[test]
fn letters_are_leased_in_the_order_in_which_they_fall_due() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let mut letters = proposed(&store, &zone, id, 9).await;
        for (letter, place) in letters.iter_mut().zip(0_i64..) {
            letter.not_before = MONDAY - Duration::minutes(place);
        }
        queue(&store, &zone, &letters).await;
        let leased = lease(&store, &zone, 1, MONDAY, 5).await;
        let order: Vec<LetterId> = leased.iter().map(|letter| letter.id).collect();
        let expected: Vec<LetterId> = letters
            .iter()
            .rev()
            .take(5)
            .map(|letter| letter.id)
            .collect();
        assert_eq!(order, expected);
    });
}

#[test]
fn a_lease_that_ended_gives_the_letter_back_under_a_new_fence() {
    on_each_store(async |store, zone| {
        let first = one_leased(&store, &zone).await;
        assert_eq!((first.fence, first.state), (1, LetterState::Pending));
        let second = Duration::seconds(1);
        assert!(
            lease(&store, &zone, 2, MONDAY + LEASE - second, 10)
                .await
                .is_empty()
        );
        let again = lease(&store, &zone, 2, MONDAY + LEASE + second, 10).await;
        assert_eq!((again.len(), again[0].id, again[0].fence), (1, first.id, 2));
    });
}

#[test]
fn a_late_worker_changes_nothing() {
    on_each_store(async |store, zone| {
        let late = one_leased(&store, &zone).await;
        let now = MONDAY + LEASE * 2;
        let current = lease(&store, &zone, 2, now, 10).await.remove(0);
        for settlement in [sent(), Settlement::Cancelled, refused(now)] {
            assert!(!settle(&store, &zone, &late, settlement, now).await);
        }
        assert!(!intend(&store, &zone, &late).await);
        assert!(!render(&store, &zone, &late, "late").await);
        let kept = letter(&store, &zone, late.id).await;
        assert_eq!(
            (kept.state, kept.fence, kept.rendered),
            (LetterState::Pending, 2, None)
        );
        assert!(render(&store, &zone, &current, "in time").await);
        assert!(intend(&store, &zone, &current).await);
        assert!(settle(&store, &zone, &current, sent(), now).await);
        let kept = letter(&store, &zone, late.id).await;
        assert_eq!(
            (kept.state, kept.settled_at),
            (LetterState::Sent, Some(now))
        );
        let rendered = kept.rendered.unwrap();
        assert_eq!(
            (rendered.subject.as_str(), rendered.bytes[9]),
            ("in time", 0xe9)
        );
    });
}

#[test]
fn a_settled_letter_stays_as_it_is() {
    on_each_store(async |store, zone| {
        let held = one_leased(&store, &zone).await;
        assert!(render(&store, &zone, &held, "as sent").await);
        assert!(settle(&store, &zone, &held, sent(), MONDAY).await);
        assert!(!settle(&store, &zone, &held, refused(MONDAY), MONDAY).await);
        assert!(!intend(&store, &zone, &held).await);
        assert!(!render(&store, &zone, &held, "afterwards").await);
        let kept = letter(&store, &zone, held.id).await;
        assert_eq!((kept.state, kept.attempts), (LetterState::Sent, 0));
        assert_eq!(kept.rendered.unwrap().subject, "as sent");
        assert!(lease(&store, &zone, 2, morning(9), 10).await.is_empty());
    });
}

#[test]
fn a_letter_whose_worker_died_while_sending_comes_back_as_sending() {
    on_each_store(async |store, zone| {
        let held = one_leased(&store, &zone).await;
        assert!(intend(&store, &zone, &held).await);
        let again = lease(&store, &zone, 2, MONDAY + LEASE * 2, 10).await;
        assert_eq!((again.len(), again[0].state), (1, LetterState::Sending));
    });
}

#[test]
fn what_became_of_an_attempt_is_counted_and_says_when_the_next_is() {
    on_each_store(async |store, zone| {
        let mut current = one_leased(&store, &zone).await;
        let mut now = MONDAY;
        let course: [(Outcome, _, _); 4] = [
            (refused, LetterState::Pending, (1, 0)),
            (without_relay, LetterState::Pending, (1, 0)),
            (cut_off, LetterState::Ambiguous, (1, 1)),
            (|_| uncertain(), LetterState::Uncertain, (1, 2)),
        ];
        for (settlement, state, (attempts, ambiguous)) in course {
            let settlement = settlement(now + LEASE);
            assert!(settle(&store, &zone, &current, settlement, now).await);
            let kept = letter(&store, &zone, current.id).await;
            assert_eq!(
                (kept.state, kept.attempts, kept.ambiguous),
                (state, attempts, ambiguous)
            );
            assert_eq!(kept.settled_at.is_some(), state.is_settled());
            assert!(
                lease(&store, &zone, 1, now, 10).await.is_empty(),
                "not before its time"
            );
            now += LEASE;
            if let Some(again) = lease(&store, &zone, 1, now, 10).await.pop() {
                current = again;
            }
        }
        let counts: Result<_, StoreError> = store
            .read(async |tx| tx.letters_by_state(zone.id).await)
            .await;
        assert_eq!(
            counts.unwrap(),
            [(LetterState::Uncertain, 1)].into_iter().collect()
        );
        let unknown: Result<Letter, StoreError> = store
            .read(async |tx| tx.letter(zone.id, LetterId(Uuid::nil())).await)
            .await;
        assert!(matches!(unknown, Err(StoreError::Absent)));
    });
}
