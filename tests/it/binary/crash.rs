//! Power cuts: the server is killed in the middle of its work, three times.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{event::Fact, event::Visibility, id::ProjectId};
use persistence::{Store, StoreError, Tx};
use serde_json::json;

use super::process::{Client, Place, until};
use crate::harness::store::on_each_empty_database;

/// Officers at work at the same time, each on a project of their own.
const OFFICERS: usize = 4;
/// Transitions that are tried in all.
const TRANSITIONS: usize = 500;
/// After how many acknowledged ones of a round the plug is pulled.
const CUTS: [usize; 3] = [60, 140, 220];

#[test]
fn nothing_acknowledged_is_lost_and_no_alert_doubled_when_the_server_is_killed() {
    on_each_empty_database(async |database| {
        let place = Place::at(database);
        place.run(&["migrate"]).good();
        place.add_user("efficacy", "efficacy_office", Some("efficacy-office"));
        place.add_user("officer", "officer", Some("investment-promotion"));
        let mut projects = Vec::new();
        let acknowledged = Mutex::new(BTreeMap::<String, Vec<String>>::new());
        for (round, cut) in CUTS.into_iter().enumerate() {
            let server = place.serve(&[("GREEN_CHANNEL__QUOTA__WRITES_PER_MINUTE", "1000000")]);
            let efficacy = server.client("efficacy");
            // New late stages in every round, so that rungs fire while others write.
            let first = projects.len();
            for number in 0..OFFICERS {
                projects.push(admit(&efficacy, &format!("项目{round}{number}")));
            }
            let officer = server.client("officer");
            let count = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for (number, project) in projects[first..].iter().enumerate() {
                    let (officer, count, kept) = (&officer, &count, &acknowledged);
                    scope.spawn(move || {
                        let name = format!("{round}-{number}");
                        work(officer, project, &name, &|text| {
                            count.fetch_add(1, Ordering::Relaxed);
                            let mut kept = kept.lock().unwrap();
                            kept.entry(project.clone()).or_default().push(text);
                        });
                    });
                }
                until("the work to be in full swing", || {
                    (count.load(Ordering::Relaxed) >= cut).then_some(())
                });
                server.kill();
            });
            let reached = count.load(Ordering::Relaxed);
            assert!(reached < TRANSITIONS, "the cut came too late: {reached}");
            let kept = acknowledged.lock().unwrap().clone();
            check(place.url(), &kept).await;
        }
        // The worker of a server that lives catches up; what fired before does not fire again.
        let server = place.serve(&[("GREEN_CHANNEL__QUOTA__WRITES_PER_MINUTE", "1000000")]);
        let fired = OFFICERS * CUTS.len();
        let (zone, store) = opened(place.url()).await;
        until("every leadership alert", || {
            let counted: Result<_, StoreError> =
                pollster(&store, async move |tx| tx.alerts_by_rung(zone).await);
            (counted.unwrap().values().copied().max() >= Some(i64::try_from(fired).unwrap()))
                .then_some(())
        });
        assert_eq!(server.terminate(), 0);
        let kept = acknowledged.lock().unwrap().clone();
        check(place.url(), &kept).await;
    });
}

/// Admits a project long ago and gives its key.
fn admit(efficacy: &Client, name: &str) -> String {
    let body = json!({ "name": name, "investor": "某公司", "admitted_on": "2026-01-05" });
    let admitted = efficacy
        .send("POST /api/v1/projects", &[], Some(&body))
        .good();
    admitted["id"].as_str().unwrap().to_owned()
}

/// Accepts the first stage late and notes progress until the server is gone. Tells what was acknowledged.
fn work(officer: &Client, project: &str, name: &str, acknowledged: &dyn Fn(String)) {
    let seen = officer.try_send(&format!("GET /api/v1/projects/{project}"), &[], None);
    let Some(seen) = seen else { return };
    let stage = seen.good()["phases"][0]["stages"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut tag = seen.header("etag").unwrap().to_owned();
    for number in 0..TRANSITIONS / OFFICERS {
        let text = format!("{name}-{number}");
        let (act, body) = match number {
            0 => ("acceptance", json!({ "on": "2026-01-06" })),
            _ => ("notes", json!({ "text": text })),
        };
        let line = format!("POST /api/v1/stages/{stage}/{act}");
        let Some(reply) = officer.try_send(&line, &[("If-Match", &tag)], Some(&body)) else {
            return;
        };
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.header("etag").unwrap().clone_into(&mut tag);
        if number > 0 {
            acknowledged(text);
        }
    }
}

async fn opened(url: &str) -> (domain::id::ZoneId, Store) {
    let store = Store::open(url).unwrap();
    let zones: Result<_, StoreError> = store.read(async |tx: &mut Tx| tx.zones().await).await;
    (zones.unwrap()[0].id, store)
}

fn pollster<T: Send>(
    store: &Store,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, StoreError> + Send,
) -> Result<T, StoreError> {
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(store.read(work))
        });
        asked.join().unwrap()
    })
}

/// Reads the record itself: every acknowledged note is there once, every chain holds, every alert that
/// is kept was recorded once.
async fn check(url: &str, acknowledged: &BTreeMap<String, Vec<String>>) {
    let (zone, store) = opened(url).await;
    for (project, texts) in acknowledged {
        let id: ProjectId = project.parse().unwrap();
        let read: Result<_, StoreError> = store
            .read(async |tx: &mut Tx| {
                let chain = tx.verify_chain(zone, id).await?;
                let lines = tx.events(zone, id, Visibility::Internal, 10_000).await?;
                Ok((chain, lines, tx.alerts_of_project(zone, id).await?))
            })
            .await;
        let (chain, lines, alerts) = read.unwrap();
        let chain = chain.unwrap();
        assert_eq!(usize::try_from(chain).unwrap(), lines.len());
        let mut notes = BTreeMap::<&str, usize>::new();
        let mut fired = 0;
        for line in &lines {
            if let Fact::ProgressNoted { text, .. } = &line.event.fact {
                *notes.entry(text.as_str()).or_default() += 1;
            }
            fired += usize::from(line.event.fact.kind() == "rung_fired");
        }
        for text in texts {
            assert_eq!(notes.get(text.as_str()), Some(&1), "{text}");
        }
        assert!(notes.values().all(|count| *count == 1), "{notes:?}");
        assert_eq!(fired, alerts.len());
    }
}
