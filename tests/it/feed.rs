//! The event log: every event once, in one order, for whoever may read it, whatever is written meanwhile.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{
    access::{Actor, Role},
    id::PersonId,
};
use persistence::{
    Store, Tx,
    feed::{FeedLine, FeedScope, event_id},
};
use serde_json::Value;
use uuid::Uuid;

use crate::harness::{
    office::{Office, on_each_office, on_each_office_and_database},
    store::on_each_database,
    zone::{MONDAY, SampleZone},
};

/// All that `login` can read, page by page.
async fn all(office: &Office, login: &str, limit: u32) -> Vec<Value> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let path = format!("/api/v1/events?after={after}&limit={limit}");
        let page = office.get(login, &path).await.good();
        found.extend(page["data"].as_array().unwrap().iter().cloned());
        let next = page["page"]["next"].as_i64().unwrap();
        assert!(next >= after);
        after = next;
        if page["page"]["has_more"] == false {
            return found;
        }
    }
}

fn names(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

#[test]
fn what_was_done_is_in_the_log_at_once_under_the_names_that_partners_know() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let found = all(&office, "efficacy", 500).await;
        assert!(
            names(&found).starts_with(&["gc.project.accepted"]),
            "{:?}",
            names(&found)
        );
        assert!(names(&found).contains(&"gc.stage.started"));
        let places: Vec<i64> = found
            .iter()
            .map(|event| event["position"].as_i64().unwrap())
            .collect();
        let expected: Vec<i64> = (1..).take(found.len()).collect();
        assert_eq!(places, expected);
        let started = found
            .iter()
            .find(|event| event["type"] == "gc.stage.started");
        let started = started.unwrap();
        assert_eq!(started["project"], project.id.as_str());
        assert_eq!(started["stage"], project.stage("G01"));
        assert!(started["id"].as_str().unwrap().starts_with("evt_"));
        assert!(started["detail"].is_null());
        // Page by page the same, whatever the size of a page; and the particulars on request.
        for limit in [1, 2, 7] {
            assert_eq!(all(&office, "efficacy", limit).await, found);
        }
        let full = office
            .get("efficacy", "/api/v1/events?include=full")
            .await
            .good();
        let full = full["data"].as_array().unwrap();
        let started = full
            .iter()
            .find(|event| event["type"] == "gc.stage.started");
        assert_eq!(started.unwrap()["detail"]["due_on"], "2026-03-04");
        // Who has read all reads on with nothing, and then with what is new.
        let head = found.len();
        let path = format!("/api/v1/events?after={head}");
        let page = office.get("efficacy", &path).await.good();
        assert_eq!(page["data"].as_array().unwrap().len(), 0);
        assert_eq!(page["page"]["next"], head);
        office
            .note("recruiter", &project, "G01", "材料已核对")
            .await;
        let page = office.get("efficacy", &path).await.good();
        assert_eq!(names(page["data"].as_array().unwrap()), ["gc.stage.noted"]);
        assert_eq!(page["data"][0]["position"], head + 1);
    });
}

#[test]
fn everybody_reads_what_the_pages_show_them_and_no_more() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let other = office.admit("二号").await;
        office.accept("officer", &project, "P01").await;
        office.note("officer", &project, "P01", "已会签").await;
        let zone = all(&office, "supervisor", 500).await;
        for login in [
            "investor",
            "rival",
            "officer",
            "power-officer",
            "stranger",
            "steward",
            "head",
            "leader",
        ] {
            let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
            for case in [&project, &other] {
                let path = format!("/api/v1/projects/{}/events", case.id);
                let answer = office.get(login, &path).await;
                let seen = match answer.status {
                    200 => answer.json()["data"].as_array().unwrap().len(),
                    404 => 0,
                    status => panic!("{login} {status}"),
                };
                expected.insert(&case.id, seen);
            }
            let found = all(&office, login, 3).await;
            let mut counted: BTreeMap<&str, usize> = expected.keys().map(|id| (*id, 0)).collect();
            for event in &found {
                *counted.get_mut(event["project"].as_str().unwrap()).unwrap() += 1;
                assert!(zone.contains(event), "{login}");
            }
            assert_eq!(counted, expected, "{login}");
        }
        let found = all(&office, "investor", 500).await;
        assert!(found.iter().all(|event| event["is_internal"] == false));
        assert!(zone.iter().any(|event| event["is_internal"] == true));
        assert_eq!(all(&office, "rival", 500).await, [Value::Null; 0]);
        let path = format!("/api/v1/events?project={}", other.id);
        let one = office.get("supervisor", &path).await.good();
        assert!(
            one["data"]
                .as_array()
                .unwrap()
                .iter()
                .all(|event| event["project"] == other.id.as_str())
        );
        assert!(!one["data"].as_array().unwrap().is_empty());
    });
}

#[test]
fn what_makes_no_sense_is_refused() {
    on_each_office(async |office| {
        for query in [
            "after=-1",
            "after=x",
            "limit=0",
            "limit=501",
            "include=all",
            "project=x",
            "sort=x",
        ] {
            let path = format!("/api/v1/events?{query}");
            let answer = office.get("leader", &path).await;
            assert_eq!(
                answer.failure(),
                (400, "request.malformed".into()),
                "{query}"
            );
        }
    });
}

#[test]
fn a_line_that_was_recorded_before_there_was_a_feed_has_its_place() {
    on_each_office_and_database(async |office, database| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let before = all(&office, "efficacy", 500).await;
        // Down to before the feed, and up again.
        let target = database.target();
        let newest = persistence::migrate::look(&target).unwrap().applied;
        let steps = newest
            .iter()
            .rev()
            .position(|step| step.contains("000010"))
            .unwrap()
            + 1;
        for _step in 0..steps {
            persistence::migrate::down_one(&target).unwrap();
        }
        persistence::migrate::up(&target).unwrap();
        let zone = office.app.zone;
        let gaps = async |tx: &mut Tx| tx.feed_gaps(zone).await;
        assert_eq!(office.app.store.read(gaps).await.unwrap(), 0);
        let sorted = |events: &[Value]| {
            let mut ids: Vec<String> = events.iter().map(|event| event["id"].to_string()).collect();
            ids.sort_unstable();
            ids
        };
        let after = all(&office, "efficacy", 500).await;
        assert_eq!(sorted(&after), sorted(&before));
        office
            .note("recruiter", &project, "G01", "材料已核对")
            .await;
        assert_eq!(all(&office, "efficacy", 500).await.len(), before.len() + 1);
    });
}

/// How many write at once, and how often each.
const WRITERS: usize = 8;
const ACTS: usize = 25;

/// Each writer admits projects of its own; numbering goes on beside it, by two at once.
async fn write_all(store: &Store, zone: &SampleZone, writer: usize, done: &AtomicUsize) {
    for act in 0..ACTS {
        let number = u32::try_from(writer * ACTS + act + 1).unwrap();
        let project = zone.admit(store, number).await;
        zone.accept(store, project, 1, MONDAY).await.unwrap();
    }
    done.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn eight_writers_at_once_and_the_reader_hears_each_event_once_and_in_order() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let done = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (store, zone, done) = (store.clone(), zone.clone(), done.clone());
                std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    runtime.block_on(write_all(&store, &zone, writer, &done));
                })
            })
            .collect();
        let heard = read_all(&store, &zone, &done).await;
        for thread in threads {
            thread.join().unwrap();
        }
        let id = zone.office.zone;
        let gaps = async |tx: &mut Tx| tx.feed_gaps(id).await;
        assert_eq!(store.read(gaps).await.unwrap(), 0, "a line has no place");
        // Places without a gap, each line once, and those of a project in the order of its record.
        let places: Vec<i64> = heard.iter().map(|line| line.position).collect();
        let count = i64::try_from(heard.len()).unwrap();
        assert_eq!(places, (1..=count).collect::<Vec<_>>());
        let mut last: BTreeMap<_, i64> = BTreeMap::new();
        for line in &heard {
            let before = last.insert(line.project, line.line.seq).unwrap_or_default();
            assert_eq!(line.line.seq, before + 1, "{}", line.project);
            assert_eq!(line.id, event_id(id, line.project, line.line.seq));
        }
        assert_eq!(last.len(), WRITERS * ACTS);
    });
}

/// Reads on until the writers are done and nothing is left, numbering as every reader does.
async fn read_all(store: &Store, zone: &SampleZone, done: &AtomicUsize) -> Vec<FeedLine> {
    let leader = Actor::new(PersonId(Uuid::from_u128(1)), [Role::Leader].into(), None);
    let (id, scope) = (zone.office.zone, FeedScope::of(&leader).unwrap());
    let (mut heard, mut after) = (Vec::new(), 0);
    loop {
        let is_last = done.load(Ordering::SeqCst) == WRITERS;
        // Two number at once: a reader and a worker.
        let number = || store.write(async move |tx: &mut Tx| tx.number_feed(id).await);
        let (one, two) = tokio::join!(number(), number());
        one.unwrap();
        two.unwrap();
        let look = async |tx: &mut Tx| tx.feed_after(id, &scope, after, 7).await;
        let page = store.read(look).await.unwrap();
        let is_over = is_last && !page.has_more && page.lines.is_empty();
        heard.extend(page.lines);
        after = page.next;
        if is_over {
            return heard;
        }
    }
}
