//! Stages: lists for desk and board, and what a sweep takes.

use std::collections::BTreeSet;

use domain::{
    id::{PersonId, ProjectId, UnitId},
    project::Complete,
    stage::StageState,
    text::Prose,
};
use futures_util::future::join_all;
use persistence::{
    Store, StoreError,
    project::Secrets,
    stage::{StageAtWork, SweptProject, WorkScope},
};
use time::{Date, Duration};

use crate::harness::{
    store::on_each_store,
    zone::{SampleZone, TEMPLATE, key, morning, ready},
};

async fn work(
    store: &Store,
    zone: &SampleZone,
    scope: WorkScope,
    done_since: Option<Date>,
) -> Vec<StageAtWork> {
    let rows: Result<Vec<StageAtWork>, StoreError> = store
        .read(async |tx| tx.work(zone.id, scope, done_since, 1_000).await)
        .await;
    rows.unwrap()
}

fn places(rows: &[StageAtWork]) -> Vec<(ProjectId, u16)> {
    rows.iter()
        .map(|row| (row.project.id, row.stage.ordinal))
        .collect()
}

/// Two projects; the officer has accepted every ready stage of the first.
async fn two_projects(store: &Store, zone: &SampleZone) -> (ProjectId, ProjectId, Vec<u16>) {
    let (first, second) = (zone.admit(store, 1).await, zone.admit(store, 2).await);
    let ordinals = ready(&zone.held(store, first).await.project);
    for ordinal in &ordinals {
        zone.accept(store, first, *ordinal, morning(1))
            .await
            .unwrap();
    }
    (first, second, ordinals)
}

#[test]
fn a_desk_shows_an_officers_stages_and_those_of_the_unit_that_nobody_has_taken() {
    on_each_store(async |store, zone| {
        let (first, second, ordinals) = two_projects(&store, &zone).await;
        let unit = zone.first_unit();
        let untaken: Vec<(ProjectId, u16)> = zone
            .held(&store, second)
            .await
            .project
            .stages
            .iter()
            .filter(|stage| stage.state == StageState::Ready && stage.unit == unit)
            .map(|stage| (second, stage.ordinal))
            .collect();
        assert!(!untaken.is_empty());
        let taken = ordinals.iter().map(|ordinal| (first, *ordinal));
        let mine: BTreeSet<_> = taken.chain(untaken.clone()).collect();
        let scope = |person, unit| WorkScope::Officer(person, unit);
        let rows = work(&store, &zone, scope(zone.officer, Some(unit)), None).await;
        assert_eq!(places(&rows).into_iter().collect::<BTreeSet<_>>(), mine);
        let rows = work(&store, &zone, scope(zone.colleague, Some(unit)), None).await;
        assert_eq!(places(&rows), untaken, "a colleague's stages are not mine");
        let rows = work(&store, &zone, scope(zone.officer, None), None).await;
        assert_eq!(rows.len(), ordinals.len());
        assert_eq!(
            work(&store, &zone, scope(PersonId(key(3, 99)), None), None)
                .await
                .len(),
            0
        );
    });
}

#[test]
fn a_board_shows_the_open_stages_of_a_unit_or_of_the_zone_by_due_day() {
    on_each_store(async |store, zone| {
        let (first, second, _) = two_projects(&store, &zone).await;
        let rows = work(&store, &zone, WorkScope::Zone, None).await;
        let mut expected = Vec::new();
        for id in [first, second] {
            let project = zone.held(&store, id).await.project;
            let open = project.stages.iter().filter(|stage| stage.is_open());
            expected.extend(open.map(|stage| {
                let due = stage.deadline.due_on.unwrap_or(Date::MAX);
                (due, project.code.clone(), stage.ordinal, stage.clone())
            }));
        }
        expected.sort_by(|one, other| (one.0, &one.1, one.2).cmp(&(other.0, &other.1, other.2)));
        let expected: Vec<_> = expected.into_iter().map(|(.., stage)| stage).collect();
        let stages: Vec<_> = rows.iter().map(|row| row.stage.clone()).collect();
        assert_eq!(stages, expected);
        assert!(rows.iter().all(|row| row.template == *TEMPLATE));
        let versions: BTreeSet<_> = rows
            .iter()
            .map(|row| (row.project.id, row.version))
            .collect();
        let kept = (zone.held(&store, first).await.version, 1);
        assert_eq!(
            versions,
            BTreeSet::from([(first, kept.0), (second, kept.1)])
        );
        let unit = zone.first_unit();
        let theirs = work(&store, &zone, WorkScope::Unit(unit), None).await;
        assert_eq!(
            theirs.len(),
            rows.iter().filter(|row| row.stage.unit == unit).count()
        );
        assert!(
            work(&store, &zone, WorkScope::Unit(UnitId(key(2, 999))), None)
                .await
                .is_empty()
        );
        let other = SampleZone::found(&store, 2).await;
        assert!(work(&store, &other, WorkScope::Zone, None).await.is_empty());
    });
}

#[test]
fn a_board_shows_what_was_finished_lately_if_asked() {
    on_each_store(async |store, zone| {
        let (first, _, ordinals) = two_projects(&store, &zone).await;
        let by = zone.officer;
        let done = ordinals[0];
        zone.decide(&store, first, morning(2), move |project, now| {
            let stage = project.stages[usize::from(done) - 1].id;
            let (on, result) = (now.0.today, Prose::parse("办结").unwrap());
            project.complete(stage, by, Complete { on, result }, now)
        })
        .await
        .unwrap();
        let day = zone.moment(morning(2)).today;
        let shows = async |done_since| {
            let rows = work(&store, &zone, WorkScope::Zone, done_since).await;
            places(&rows).contains(&(first, done))
        };
        assert!(!shows(None).await);
        assert!(shows(Some(day)).await);
        assert!(!shows(Some(day + Duration::days(1))).await);
        let counts: Result<_, StoreError> = store
            .read(async |tx| {
                tx.open_and_overdue(zone.id, day + Duration::days(400))
                    .await
            })
            .await;
        let rows = work(&store, &zone, WorkScope::Zone, None).await;
        let overdue = rows
            .iter()
            .filter(|row| row.stage.is_overdue(day + Duration::days(400)));
        let expected: [usize; 2] = [rows.len(), overdue.count()];
        let (open, late) = counts.unwrap();
        let counted: [i64; 2] = [open, late];
        assert_eq!(
            counted.map(|count| usize::try_from(count).unwrap()),
            expected
        );
    });
}

#[test]
fn a_sweep_takes_what_is_due_and_nothing_else() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let take = async |now| {
            let zone_id = zone.id;
            let taken: Result<_, StoreError> = store
                .write(async move |tx| {
                    let taken = tx.take_projects_to_check(zone_id, now, 100).await?;
                    let stages = tx.stages_to_check(zone_id, &taken, now).await?;
                    Ok((taken, stages))
                })
                .await;
            taken.unwrap()
        };
        let (taken, stages) = take(morning(0)).await;
        assert!(taken.is_empty() && stages.is_empty());
        let (taken, stages) = take(morning(60)).await;
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].id, id);
        assert_eq!(taken[0].chain, zone.held(&store, id).await.chain);
        assert_eq!(taken[0].steward, Some(zone.efficacy_officer));
        assert!(!stages.is_empty());
        let later = zone.moment(morning(90)).at;
        let checks: Vec<_> = stages
            .iter()
            .map(|(project, stage)| (*project, stage.ordinal, Some(later)))
            .collect();
        let zone_id = zone.id;
        let moved: Result<(), StoreError> = store
            .write(async move |tx| tx.set_next_checks(zone_id, &checks).await)
            .await;
        moved.unwrap();
        assert!(take(morning(89)).await.0.is_empty());
        assert_eq!(take(morning(90)).await.1.len(), stages.len());
    });
}

#[test]
fn sweeps_at_once_share_the_projects_or_take_turns() {
    on_each_store(async |store, zone| {
        for number in 1..=5 {
            zone.admit(&store, number).await;
        }
        let (id, now) = (zone.id, morning(60));
        let sweep = || {
            store.write(async move |tx| {
                let taken = tx.take_projects_to_check(id, now, 1_000).await?;
                for project in &taken {
                    let checks: Vec<_> = (1..=99).map(|place| (project.id, place, None)).collect();
                    tx.set_next_checks(id, &checks).await?;
                }
                Ok(taken)
            })
        };
        let sweeps: Vec<Result<Vec<SweptProject>, StoreError>> =
            join_all((0..4).map(|_| sweep())).await;
        let taken: Vec<ProjectId> = sweeps
            .into_iter()
            .flat_map(|sweep| sweep.unwrap())
            .map(|project| project.id)
            .collect();
        assert_eq!(taken.len(), 5, "each once");
        assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 5);
    });
}

#[test]
fn sorted_texts_are_sorted_byte_by_byte_on_every_database() {
    on_each_store(async |store, zone| {
        let keys = ["a-b", "ab", "B", "é", "a b", "案"];
        for (source, number) in keys.iter().zip(1..) {
            let step = zone.admitted(number, morning(0));
            let (office, id) = (zone.office.clone(), step.project.id);
            let secrets = Secrets {
                query_hash: None,
                source_key: Some((*source).to_owned()),
            };
            let kept: Result<(), StoreError> = store
                .write(async move |tx| tx.add_project(&office, &step, secrets, morning(0)).await)
                .await;
            kept.unwrap();
            let first = ready(&zone.held(&store, id).await.project)[0];
            zone.accept(&store, id, first, morning(1)).await.unwrap();
        }
        let day = zone.moment(morning(99)).today;
        let overdue: Result<Vec<String>, StoreError> = store
            .read(async |tx| tx.overdue_sources(zone.id, day).await)
            .await;
        let mut expected = keys;
        expected.sort_unstable();
        assert_eq!(overdue.unwrap(), expected);
    });
}
