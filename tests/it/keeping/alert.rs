//! Alerts: each rung fires once, whoever sweeps, however often.

use std::collections::BTreeSet;

use domain::{
    alert::{Acknowledgement, Alert},
    event::{Fact, Visibility},
    id::AlertId,
    ladder::{FiredRung, Rung},
    text::Prose,
};
use futures_util::future::join_all;
use persistence::{Store, StoreError, alert::Firing, project::Held, stage::SweptProject};

use crate::harness::{
    store::on_each_store,
    zone::{SampleZone, at_ordinal, key, morning, ready},
};

/// The project as a sweep holds it that has read it before.
pub(super) fn swept(held: &Held) -> SweptProject {
    SweptProject {
        id: held.project.id,
        steward: held.project.steward,
        lead: held.project.lead,
        chain: held.chain.clone(),
    }
}

/// Fires rungs, each by the ordinal of its stage, the number of its alert and its name.
pub(super) async fn fire(
    store: &Store,
    zone: &SampleZone,
    held: &Held,
    rungs: &[(u16, u32, Rung)],
) -> Result<Vec<Alert>, StoreError> {
    let project = [swept(held)];
    let alert = |&(ordinal, number, rung): &(u16, u32, Rung)| {
        zone.alert(&held.project, ordinal, number, rung)
    };
    let alerts: Vec<Firing> = rungs
        .iter()
        .map(alert)
        .map(|alert| Firing { alert, card: None })
        .collect();
    let (id, now) = (zone.id, zone.moment(morning(10)).at);
    store
        .write(async move |tx| tx.fire_alerts(id, &project, &alerts, now).await)
        .await
}

/// How many lines of the record say that a rung fired.
async fn fired_lines(store: &Store, zone: &SampleZone, held: &Held) -> usize {
    let lines: Result<_, StoreError> = store
        .read(async |tx| {
            tx.events(zone.id, held.project.id, Visibility::Internal, 1_000)
                .await
        })
        .await;
    let lines = lines.unwrap();
    let fired = lines
        .iter()
        .filter(|line| matches!(line.event.fact, Fact::RungFired { .. }));
    fired.count()
}

#[test]
fn a_rung_fires_once_and_the_record_says_so_once() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let first = fire(
            &store,
            &zone,
            &held,
            &[(1, 1, Rung::Remind), (2, 2, Rung::Yellow)],
        )
        .await;
        assert_eq!(first.unwrap().len(), 2);
        let held = zone.held(&store, id).await;
        // Another sweep proposes the same under other keys, and one more.
        let again = [
            (1, 11, Rung::Remind),
            (2, 12, Rung::Yellow),
            (2, 13, Rung::Red),
        ];
        let second = fire(&store, &zone, &held, &again).await.unwrap();
        assert_eq!(second, [zone.alert(&held.project, 2, 13, Rung::Red)]);
        // And once more under the same keys.
        let held = zone.held(&store, id).await;
        assert_eq!(fire(&store, &zone, &held, &again).await.unwrap(), []);
        assert_eq!(fired_lines(&store, &zone, &held).await, 3);
        let chain: Result<_, StoreError> = store
            .read(async |tx| tx.verify_chain(zone.id, id).await)
            .await;
        chain.unwrap().unwrap();
    });
}

#[test]
fn eight_sweeps_at_once_fire_each_rung_once() {
    on_each_store(async |store, zone| {
        let mut projects = Vec::new();
        for number in 1..=6 {
            let id = zone.admit(&store, number).await;
            projects.push(zone.held(&store, id).await);
        }
        let now = zone.moment(morning(40)).at;
        let sweeps = (0..8_u32).map(|sweep| {
            let (sample, store) = (zone.clone(), store.clone());
            async move {
                let fired: Result<Vec<Alert>, StoreError> = store
                    .write(async move |tx| {
                        let taken = tx.take_projects_to_check(sample.id, now, 1_000).await?;
                        let stages = tx.stages_to_check(sample.id, &taken, now).await?;
                        let alerts: Vec<Firing> = stages
                            .iter()
                            .zip(1_u32..)
                            .map(|((project, stage), number)| Alert {
                                id: AlertId(key(6, sweep * 1_000 + number)),
                                project: *project,
                                stage: stage.id,
                                rung: Rung::Silence,
                                basis: stage.touches,
                                due_on: sample.moment(now).today,
                                fired_at: now,
                                is_carried: false,
                                acknowledgement: None,
                            })
                            .map(|alert| Firing { alert, card: None })
                            .collect();
                        tx.fire_alerts(sample.id, &taken, &alerts, now).await
                    })
                    .await;
                fired
            }
        });
        let fired: Vec<Alert> = join_all(sweeps)
            .await
            .into_iter()
            .flat_map(Result::unwrap)
            .collect();
        let stages: BTreeSet<_> = fired.iter().map(|alert| alert.stage).collect();
        let due: usize = projects.iter().map(|held| ready(&held.project).len()).sum();
        assert!(due > 0);
        assert_eq!((fired.len(), stages.len()), (due, due));
        for held in &projects {
            assert_eq!(
                fired_lines(&store, &zone, held).await,
                ready(&held.project).len()
            );
            let chain: Result<_, StoreError> = store
                .read(async |tx| tx.verify_chain(zone.id, held.project.id).await)
                .await;
            chain.unwrap().unwrap();
        }
    });
}

#[test]
fn eight_proposals_of_the_same_alert_at_once_keep_one() {
    on_each_store(async |store, zone| {
        for round in 1..=10_u32 {
            let id = zone.admit(&store, round).await;
            let held = zone.held(&store, id).await;
            // Same stage, rung and basis; half of them under the same key as well.
            let proposals: Vec<[(u16, u32, Rung); 1]> = (0..8_u32)
                .map(|sweep| [(1, round * 100 + sweep / 2, Rung::Red)])
                .collect();
            let sweeps = proposals
                .iter()
                .map(|rungs| fire(&store, &zone, &held, rungs));
            let answers = join_all(sweeps).await;
            let fired: usize = answers
                .iter()
                .map(|answer| answer.as_ref().unwrap().len())
                .sum();
            assert_eq!(fired, 1, "{answers:?}");
            assert_eq!(fired_lines(&store, &zone, &held).await, 1);
        }
    });
}

#[test]
fn two_rungs_upon_the_same_reading_of_a_record_never_break_it() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let (low, high) = ([(1, 1, Rung::Yellow)], [(1, 2, Rung::Red)]);
        let answers = join_all([
            fire(&store, &zone, &held, &low),
            fire(&store, &zone, &held, &high),
        ])
        .await;
        let stale = answers
            .iter()
            .filter(|answer| matches!(answer, Err(StoreError::Stale { .. })));
        assert_eq!(stale.count(), 1, "{answers:?}");
        assert_eq!(fired_lines(&store, &zone, &held).await, 1);
    });
}

#[test]
fn an_alert_of_a_project_that_was_not_taken_is_not_kept() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let alert = zone.alert(&zone.held(&store, id).await.project, 1, 1, Rung::Red);
        let alerts = [Firing { alert, card: None }];
        let (zone_id, now) = (zone.id, morning(10));
        let refused: Result<Vec<Alert>, StoreError> = store
            .write(async move |tx| tx.fire_alerts(zone_id, &[], &alerts, now).await)
            .await;
        assert!(refused.is_err(), "{refused:?}");
        let kept: Result<_, StoreError> = store
            .read(async |tx| tx.alerts_of_project(zone.id, id).await)
            .await;
        assert_eq!(kept.unwrap(), []);
    });
}

#[test]
fn an_alert_is_acknowledged_once() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let fired = fire(&store, &zone, &held, &[(1, 1, Rung::Yellow)])
            .await
            .unwrap();
        let said = Acknowledgement {
            by: zone.supervisor,
            on: zone.moment(morning(11)).today,
            instruction: Prose::parse("三日内办结").unwrap(),
            new_date: zone.moment(morning(14)).today,
        };
        let acknowledge = |alert: AlertId| {
            let (zone_id, said) = (zone.id, said.clone());
            store.write(async move |tx| tx.acknowledge_alert(zone_id, alert, &said).await)
        };
        let answers = join_all((0..4).map(|_| acknowledge(fired[0].id))).await;
        assert_eq!(
            answers.iter().filter(|answer| answer.is_ok()).count(),
            1,
            "{answers:?}"
        );
        for late in answers.into_iter().filter_map(Result::err) {
            assert!(matches!(late, StoreError::Stale { .. }), "{late:?}");
        }
        let unknown = acknowledge(AlertId(key(6, 99))).await;
        assert!(matches!(unknown, Err(StoreError::Absent)), "{unknown:?}");
        let kept: Result<Alert, StoreError> = store
            .read(async |tx| tx.alert(zone.id, fired[0].id).await)
            .await;
        let expected = Alert {
            acknowledgement: Some(said),
            ..fired[0].clone()
        };
        assert_eq!(kept.unwrap(), expected);
    });
}

#[test]
fn open_alerts_come_gravest_and_oldest_first_for_the_zone_or_a_unit() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let rungs = [
            (1, 1, Rung::Remind),
            (1, 2, Rung::Yellow),
            (2, 3, Rung::Red),
            (1, 4, Rung::Red),
        ];
        assert_eq!(fire(&store, &zone, &held, &rungs).await.unwrap().len(), 4);
        let open = async |unit, lowest| {
            let open: Result<Vec<Alert>, StoreError> = store
                .read(async |tx| tx.open_alerts(zone.id, unit, lowest, 10).await)
                .await;
            open.unwrap()
                .iter()
                .map(|alert| (alert.rung, alert.stage))
                .collect::<Vec<_>>()
        };
        let all = open(None, Rung::Silence).await;
        let by_rung: Vec<Rung> = all.iter().map(|(rung, _)| *rung).collect();
        assert_eq!(by_rung, [Rung::Red, Rung::Red, Rung::Yellow, Rung::Remind]);
        assert_eq!(open(None, Rung::Yellow).await.len(), 3);
        let unit = held.project.stages[1].unit;
        let theirs = open(Some(unit), Rung::Red).await;
        assert!(
            theirs.contains(&(Rung::Red, at_ordinal(&held.project, 2))),
            "{theirs:?}"
        );
        assert!(
            theirs
                .iter()
                .all(|(_, id)| held.project.stage(*id).unwrap().unit == unit)
        );
        let counts: Result<_, StoreError> = store
            .read(async |tx| tx.alerts_by_rung(zone.id).await)
            .await;
        let expected = [(Rung::Remind, 1), (Rung::Yellow, 1), (Rung::Red, 2)];
        assert_eq!(counts.unwrap(), expected.into_iter().collect());
        let stage = at_ordinal(&held.project, 2);
        let fired: Result<_, StoreError> = store
            .read(async |tx| tx.fired_rungs(zone.id, &[stage]).await)
            .await;
        let expected = FiredRung {
            rung: Rung::Red,
            basis: 1,
        };
        assert_eq!(
            fired.unwrap(),
            [(stage, vec![expected])].into_iter().collect()
        );
    });
}
