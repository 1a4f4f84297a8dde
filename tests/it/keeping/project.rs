//! Projects: nothing is lost in keeping, nobody overwrites anybody, lists are complete.

use std::collections::BTreeSet;

use domain::{
    clock::StopReason,
    event::Visibility,
    id::{PersonId, ProjectId, UnitId, ZoneId},
    ladder::Rung,
    project::{Accept, Acknowledge, Complete, Note, Project, Resume, Step, StopClock},
    refusal::Refusal,
    text::Prose,
};
use futures_util::future::join_all;
use persistence::{
    Store, StoreError,
    project::{Held, ProjectFilter, ProjectPlace, Secrets},
};
use time::{Duration, OffsetDateTime};

use crate::harness::{
    store::on_each_store,
    zone::{MONDAY, SampleZone, Undone, at_ordinal, key, morning, ready},
};

fn prose(text: &str) -> Prose {
    Prose::parse(text).unwrap()
}

async fn save(
    store: &Store,
    zone: &SampleZone,
    held: &Held,
    step: &Step,
    at: OffsetDateTime,
) -> Result<i64, StoreError> {
    let (office, held, step) = (zone.office.clone(), held.clone(), step.clone());
    store
        .write(async move |tx| Ok(tx.save_step(&office, &held, &step, at).await?.version))
        .await
}

fn noted(zone: &SampleZone, project: &Project, ordinal: u16, at: OffsetDateTime) -> Step {
    let note = Note {
        text: prose("资料已收齐 ✓\n第二行"),
        visibility: Visibility::Internal,
        expected_on: Some(zone.moment(at).today + Duration::days(9)),
    };
    let now = (zone.moment(at), &zone.office);
    project
        .note(at_ordinal(project, ordinal), zone.officer, note, now)
        .unwrap()
}

#[test]
fn a_project_comes_back_as_it_was_kept_after_every_kind_of_decision() {
    on_each_store(async |store, zone| {
        let admitted = zone.admitted(1, MONDAY).project;
        let id = zone.admit(&store, 1).await;
        assert_eq!(zone.held(&store, id).await.project, admitted);
        let ordinal = ready(&admitted)[0];
        let stage = at_ordinal(&admitted, ordinal);
        let mut expected_version = 1;
        for day in 1..=6 {
            let held = zone.held(&store, id).await;
            let (project, at) = (&held.project, morning(day));
            let now = (zone.moment(at), &zone.office);
            let (on, by) = (zone.moment(at).today, zone.officer);
            let step = match day {
                1 => project.assign(stage, zone.head, zone.colleague, now),
                2 => {
                    let officer = Some(zone.officer);
                    project.accept(stage, by, &Accept { on, officer }, now)
                }
                3 => Ok(noted(&zone, project, ordinal, at)),
                4 => {
                    let alert = zone.alert(project, ordinal, 1, Rung::Yellow);
                    let instruction = prose("三日内办结");
                    let new_date = on + Duration::days(3);
                    let said = Acknowledge {
                        instruction,
                        new_date,
                    };
                    project.acknowledge(&alert, zone.supervisor, said, now)
                }
                5 => stop_or_note(&zone, project, ordinal, at),
                _ => {
                    let result = prose("准予备案");
                    project.complete(stage, by, Complete { on, result }, now)
                }
            }
            .unwrap();
            expected_version += 1;
            let version = save(&store, &zone, &held, &step, zone.moment(at).at)
                .await
                .unwrap();
            let kept = zone.held(&store, id).await;
            assert_eq!(kept.project, step.project, "day {day}");
            assert_eq!(
                (version, kept.version),
                (expected_version, expected_version)
            );
            assert_eq!(kept.updated_at, at);
        }
        assert_eq!(zone.held(&store, id).await.project.done_count(), 1);
    });
}

/// Stops the clock where the template allows a reason; else notes.
fn stop_or_note(
    zone: &SampleZone,
    project: &Project,
    ordinal: u16,
    at: OffsetDateTime,
) -> Result<Step, Refusal> {
    let stage = &project.stages[usize::from(ordinal) - 1];
    let Some(&reason) = stage.terms.stops.first() else {
        return Ok(noted(zone, project, ordinal, at));
    };
    project.stop(
        stage.id,
        zone.officer,
        stopped(zone, reason, at),
        (zone.moment(at), &zone.office),
    )
}

fn stopped(zone: &SampleZone, reason: StopReason, at: OffsetDateTime) -> StopClock {
    let on = zone.moment(at).today;
    StopClock {
        reason,
        on,
        resumed_on: None,
        expected_on: Some(on + Duration::days(5)),
        text: prose("请补正材料：\n1. 用地说明"),
        late_reason: Some(prose("当日系统停机")),
    }
}

fn resumed(on: time::Date, text: Option<Prose>) -> Resume {
    Resume {
        on,
        text,
        late_reason: Some(prose("当日系统停机")),
    }
}

#[test]
fn a_clock_that_stands_and_runs_again_comes_back_as_it_was_kept() {
    on_each_store(async |store, zone| {
        let mut step = zone.admitted(1, MONDAY);
        let stage = &mut step.project.stages[0];
        stage.terms.stops = vec![StopReason::Supplement];
        let (id, stage) = (step.project.id, stage.id);
        let office = zone.office.clone();
        let kept: Result<(), StoreError> = store
            .write(async move |tx| {
                tx.add_project(&office, &step, Secrets::default(), MONDAY)
                    .await
            })
            .await;
        kept.unwrap();
        zone.accept(&store, id, 1, morning(0)).await.unwrap();
        let officer = zone.officer;
        let standstill = stopped(&zone, StopReason::Supplement, morning(1));
        zone.decide(&store, id, morning(1), move |project, now| {
            project.stop(stage, officer, standstill, now)
        })
        .await
        .unwrap();
        let held = zone.held(&store, id).await.project;
        assert_eq!(
            held.stages[0]
                .clock
                .as_ref()
                .unwrap()
                .open_stop()
                .unwrap()
                .stopped_on,
            held.admitted_on + Duration::days(1)
        );
        zone.decide(&store, id, morning(3), move |project, now| {
            let (on, text) = (now.0.today, None);
            project.resume(stage, officer, resumed(on, text), now)
        })
        .await
        .unwrap();
        let held = zone.held(&store, id).await.project;
        assert!(held.stages[0].clock.as_ref().unwrap().open_stop().is_none());
        assert!(held.is_consistent());
    });
}

#[test]
fn a_stale_save_is_refused_with_the_version_that_is_kept() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let ordinals = ready(&zone.held(&store, id).await.project);
        let old = zone.held(&store, id).await;
        zone.accept(&store, id, ordinals[0], morning(1))
            .await
            .unwrap();
        for day in 1..=3 {
            let held = zone.held(&store, id).await;
            let step = noted(&zone, &held.project, ordinals[0], morning(day));
            save(&store, &zone, &held, &step, morning(day))
                .await
                .unwrap();
        }
        let now = (zone.moment(morning(4)), &zone.office);
        let stage = at_ordinal(&old.project, ordinals[0]);
        let step = old
            .project
            .assign(stage, zone.head, zone.officer, now)
            .unwrap();
        let before = zone.held(&store, id).await;
        match save(&store, &zone, &old, &step, morning(4)).await {
            Err(StoreError::Stale { current_version }) => assert_eq!(current_version, 5),
            other => panic!("{other:?}"),
        }
        let after = zone.held(&store, id).await;
        assert_eq!((after.project, after.chain), (before.project, before.chain));
    });
}

#[test]
fn a_save_of_a_project_that_is_not_there_is_absent() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let stage = at_ordinal(&held.project, 1);
        let now = (zone.moment(morning(1)), &zone.office);
        let mut step = held
            .project
            .assign(stage, zone.head, zone.officer, now)
            .unwrap();
        step.project.id = ProjectId(key(4, 999));
        let answer = save(&store, &zone, &held, &step, morning(1)).await;
        assert!(matches!(answer, Err(StoreError::Absent)), "{answer:?}");
    });
}

#[test]
fn of_eight_decisions_upon_the_same_reading_exactly_one_is_kept() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let stage = at_ordinal(&held.project, ready(&held.project)[0]);
        let now = (zone.moment(morning(1)), &zone.office);
        let step = held
            .project
            .assign(stage, zone.head, zone.officer, now)
            .unwrap();
        let saves = (0..8).map(|_| save(&store, &zone, &held, &step, morning(1)));
        let answers = join_all(saves).await;
        let kept = answers
            .iter()
            .filter(|answer| matches!(answer, Ok(2)))
            .count();
        let was_stale = |answer: &&Result<i64, StoreError>| {
            matches!(answer, Err(StoreError::Stale { current_version: 2 }))
        };
        assert_eq!(
            (kept, answers.iter().filter(was_stale).count()),
            (1, 7),
            "{answers:?}"
        );
        let after = zone.held(&store, id).await;
        assert_eq!(after.chain.seq, held.chain.seq + 1);
    });
}

#[test]
fn of_eight_acceptances_at_once_one_wins_and_the_others_are_told_when() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let ordinal = ready(&zone.held(&store, id).await.project)[0];
        let tries = (0..8).map(|_| zone.accept(&store, id, ordinal, morning(1)));
        let answers = join_all(tries).await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        let told = |answer: &&Result<i64, Undone>| {
            matches!(
                answer,
                Err(Undone::Refused(Refusal::AlreadyAccepted { .. }))
            )
        };
        assert_eq!(
            (won, answers.iter().filter(told).count()),
            (1, 7),
            "{answers:?}"
        );
    });
}

#[test]
fn a_save_upon_a_record_that_a_sweep_has_continued_is_stale() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let ordinal = ready(&held.project)[0];
        let swept = super::alert::fire(&store, &zone, &held, &[(ordinal, 1, Rung::Silence)]).await;
        assert_eq!(swept.unwrap().len(), 1);
        let now = (zone.moment(morning(1)), &zone.office);
        let stage = at_ordinal(&held.project, ordinal);
        let step = held
            .project
            .assign(stage, zone.head, zone.officer, now)
            .unwrap();
        let answer = save(&store, &zone, &held, &step, morning(1)).await;
        assert!(
            matches!(answer, Err(StoreError::Stale { .. })),
            "{answer:?}"
        );
    });
}

#[test]
fn projects_of_another_zone_do_not_exist() {
    on_each_store(async |store, zone| {
        let other = SampleZone::found(&store, 2).await;
        let id = zone.admit(&store, 1).await;
        let answer: Result<Held, StoreError> =
            store.read(async |tx| tx.project(other.id, id).await).await;
        assert!(matches!(answer, Err(StoreError::Absent)), "{answer:?}");
        assert_eq!(
            listed(&store, other.id, &ProjectFilter::default(), 10).await,
            []
        );
        // The same key may serve in both.
        assert_eq!(other.admit(&store, 1).await, id);
        zone.accept(
            &store,
            id,
            ready(&zone.held(&store, id).await.project)[0],
            morning(1),
        )
        .await
        .unwrap();
        assert_eq!(other.held(&store, id).await.version, 1);
    });
}

#[test]
fn a_code_or_a_source_key_is_given_once() {
    on_each_store(async |store, zone| {
        let add = async |number: u32, code_of: u32, source: &str| {
            let mut step = zone.admitted(number, MONDAY);
            step.project.code = zone.admission(code_of, MONDAY).code;
            let office = zone.office.clone();
            let secrets = Secrets {
                query_hash: Some("hash".into()),
                source_key: Some(source.to_owned()),
            };
            let added: Result<(), StoreError> = store
                .write(async move |tx| tx.add_project(&office, &step, secrets, MONDAY).await)
                .await;
            added
        };
        add(1, 1, "case 1").await.unwrap();
        for (number, code_of, source) in [(2, 1, "case 2"), (2, 2, "case 1")] {
            let refused = add(number, code_of, source).await;
            assert!(
                matches!(refused, Err(StoreError::Duplicate { .. })),
                "{refused:?}"
            );
        }
        add(2, 2, "case 2").await.unwrap();
        let (first, code) = (zone.admission(1, MONDAY).id, zone.admission(1, MONDAY).code);
        let found: Result<_, StoreError> = store
            .read(async |tx| {
                let by_code = tx.find_project_by_code(zone.id, &code).await?;
                let by_source = tx.find_project_by_source(zone.id, "case 1").await?;
                let nobody = tx.find_project_by_source(zone.id, "case 3").await?;
                Ok((by_code, by_source, nobody))
            })
            .await;
        assert_eq!(
            found.unwrap(),
            (Some((first, Some("hash".into()))), Some(first), None)
        );
    });
}

/// The keys of a list, read page by page.
async fn listed(
    store: &Store,
    zone: ZoneId,
    filter: &ProjectFilter,
    page_rows: i64,
) -> Vec<ProjectId> {
    let (mut filter, mut seen) = (filter.clone(), Vec::new());
    loop {
        let page: Result<_, StoreError> = store
            .read(async |tx| tx.project_list(zone, &filter, page_rows).await)
            .await;
        let page = page.unwrap();
        let Some(last) = page.last() else {
            return seen;
        };
        filter.after = Some(ProjectPlace::Updated(last.updated_at, last.id));
        seen.extend(page.iter().map(|row| row.id));
    }
}

#[test]
fn paging_visits_each_project_exactly_once_newest_first() {
    on_each_store(async |store, zone| {
        let mut expected = Vec::new();
        for number in 1..=23_u32 {
            // Three projects share each instant, so that a page may end inside one.
            let at = MONDAY + Duration::seconds(i64::from(number / 3));
            expected.push((at, zone.admit_at(&store, number, at).await));
        }
        expected.sort();
        expected.reverse();
        let expected: Vec<ProjectId> = expected.into_iter().map(|(_, id)| id).collect();
        for page_rows in [1, 2, 3, 5, 22, 23, 24] {
            let seen = listed(&store, zone.id, &ProjectFilter::default(), page_rows).await;
            assert_eq!(seen, expected, "{page_rows} rows a page");
        }
    });
}

#[test]
fn a_list_shows_whose_projects_were_asked_for() {
    on_each_store(async |store, zone| {
        let stranger = PersonId(key(3, 99));
        for number in 1..=4 {
            zone.admit(&store, number).await;
        }
        let list = async |filter: ProjectFilter| listed(&store, zone.id, &filter, 3).await.len();
        let of_person = async |person| {
            list(ProjectFilter {
                of_person: Some(person),
                ..ProjectFilter::default()
            })
            .await
        };
        let of_unit = async |unit| {
            list(ProjectFilter {
                of_units: [unit].into(),
                ..ProjectFilter::default()
            })
            .await
        };
        let is_open = async |open| {
            list(ProjectFilter {
                is_open: Some(open),
                ..ProjectFilter::default()
            })
            .await
        };
        assert_eq!(of_person(zone.investor).await, 4, "a contact");
        assert_eq!(of_person(zone.efficacy_officer).await, 4, "the steward");
        assert_eq!(of_person(stranger).await, 0);
        assert_eq!(of_unit(zone.first_unit()).await, 4);
        assert_eq!(of_unit(UnitId(key(2, 999))).await, 0);
        assert_eq!((is_open(true).await, is_open(false).await), (4, 0));
        let ids: BTreeSet<_> = listed(&store, zone.id, &ProjectFilter::default(), 2)
            .await
            .into_iter()
            .collect();
        assert_eq!(ids.len(), 4);
    });
}
