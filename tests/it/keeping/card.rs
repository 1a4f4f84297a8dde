//! Cards: never without their alert, never a number twice, one of each rung and stage.

use std::collections::BTreeSet;

use domain::{
    card::{Card, CardIssue, CardLevel},
    id::{CardId, ProjectId},
    ladder::Rung,
    project::{CardVerdict, DecideCard},
    text::Prose,
};
use futures_util::future::join_all;
use persistence::{
    Store, StoreError, alert::Firing, card::CardFilter, project::Held, stage::WorkScope,
};

use super::alert::swept;
use crate::harness::{
    store::on_each_store,
    zone::{SampleZone, key, morning},
};

/// An alert of the stage at `ordinal` with its card.
fn firing(zone: &SampleZone, held: &Held, (ordinal, number, rung): (u16, u32, Rung)) -> Firing {
    let alert = zone.alert(&held.project, ordinal, number, rung);
    let today = zone.moment(morning(10)).today;
    let card = CardLevel::of_rung(rung).map(|level| CardIssue {
        id: CardId(key(9, number)),
        level,
        alert: alert.id,
        project: alert.project,
        stage: alert.stage,
        issued_on: today,
        explain_by: today,
        correct_by: None,
    });
    Firing { alert, card }
}

async fn fire(
    store: &Store,
    zone: &SampleZone,
    held: &Held,
    rungs: &[(u16, u32, Rung)],
) -> Result<usize, StoreError> {
    let project = [swept(held)];
    let firings: Vec<Firing> = rungs.iter().map(|rung| firing(zone, held, *rung)).collect();
    let (id, now) = (zone.id, zone.moment(morning(10)).at);
    let fired = store
        .write(async move |tx| tx.fire_alerts(id, &project, &firings, now).await)
        .await?;
    Ok(fired.len())
}

async fn cards(store: &Store, zone: &SampleZone, project: ProjectId) -> Vec<Card> {
    let kept: Result<_, StoreError> = store
        .read(async |tx| tx.cards_of_project(zone.id, project).await)
        .await;
    kept.unwrap()
}

fn numbers(cards: &[Card]) -> Vec<String> {
    let mut numbers: Vec<String> = cards.iter().map(|card| card.number.to_string()).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn a_stage_has_one_card_of_each_rung_until_it_is_taken_back() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let first = [
            (1, 1, Rung::Yellow),
            (1, 2, Rung::Red),
            (2, 3, Rung::Yellow),
        ];
        assert_eq!(fire(&store, &zone, &held, &first).await.unwrap(), 3);
        let year = zone.moment(morning(10)).today.year();
        let expected = [
            format!("R-{year}-0001"),
            format!("Y-{year}-0001"),
            format!("Y-{year}-0002"),
        ];
        let kept = cards(&store, &zone, id).await;
        assert_eq!(numbers(&kept), expected);
        // The rung fires again under another basis: the alert is new, the card stands.
        let held = zone.held(&store, id).await;
        let mut again = firing(&zone, &held, (1, 4, Rung::Yellow));
        again.alert.basis = 2;
        let one_more = async |again: Firing, held: &Held| {
            let (project, zone_id) = ([swept(held)], zone.id);
            let now = zone.moment(morning(10)).at;
            let fired: Result<_, StoreError> = store
                .write(async move |tx| tx.fire_alerts(zone_id, &project, &[again], now).await)
                .await;
            fired.unwrap().len()
        };
        assert_eq!(one_more(again.clone(), &held).await, 1);
        assert_eq!(cards(&store, &zone, id).await.len(), 3);
        // Taken back, the next one is issued with the next number.
        let held = zone.held(&store, id).await;
        let yellow = kept
            .iter()
            .find(|card| card.alert == firing(&zone, &held, first[0]).alert.id)
            .unwrap();
        let decide = DecideCard {
            verdict: CardVerdict::Withdraw,
            text: Prose::parse("情况属实").unwrap(),
        };
        let now = (zone.moment(morning(11)), &zone.office);
        let step = held
            .project
            .decide_card(yellow, zone.supervisor, decide, now)
            .unwrap();
        let (office, at, taken) = (zone.office.clone(), now.0.at, step.card.clone().unwrap());
        let saved: Result<_, StoreError> = store
            .write(async move |tx| tx.save_step(&office, &held, &step, at).await)
            .await;
        saved.unwrap();
        let read: Result<_, StoreError> = store
            .read(async |tx| tx.card(zone.id, taken.id).await)
            .await;
        assert_eq!(read.unwrap(), taken);
        let held = zone.held(&store, id).await;
        let mut third = firing(&zone, &held, (1, 5, Rung::Yellow));
        third.alert.basis = 3;
        assert_eq!(one_more(third, &held).await, 1);
        let all = cards(&store, &zone, id).await;
        assert!(numbers(&all).contains(&format!("Y-{year}-0003")), "{all:?}");
    });
}

#[test]
fn eight_sweeps_at_once_give_no_number_twice_and_leave_no_alert_without_its_card() {
    on_each_store(async |store, zone| {
        let mut projects = Vec::new();
        for number in 1..=8 {
            let id = zone.admit(&store, number).await;
            projects.push(zone.held(&store, id).await);
        }
        // Each proposes the same alert of its own project twice: one of the two finds it there.
        let rounds = projects.iter().zip(1_u32..).flat_map(|(held, number)| {
            let rungs = [
                (1, number * 10, Rung::Yellow),
                (2, number * 10 + 1, Rung::Yellow),
            ];
            [(held, rungs), (held, rungs)]
        });
        let (store_of, zone_of) = (&store, &zone);
        let sweeps =
            rounds.map(|(held, rungs)| async move { fire(store_of, zone_of, held, &rungs).await });
        let fired: usize = join_all(sweeps).await.into_iter().map(Result::unwrap).sum();
        assert_eq!(fired, 16);
        let mut found = BTreeSet::new();
        for held in &projects {
            for card in cards(&store, &zone, held.project.id).await {
                assert!(found.insert(card.number.number()), "{card:?}");
            }
        }
        assert_eq!(found, (1..=16).collect());
    });
}

#[test]
fn a_card_without_its_alert_or_with_a_number_twice_is_not_kept() {
    crate::harness::office::on_each_office_and_database(async |office, database| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(time::macros::date!(2026 - 03 - 10)).await;
        office.new_letters();
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("card").await, 2);
        for change in [
            "UPDATE card SET alert_id = id",
            "UPDATE card SET number = 'Y-2026-0001'",
            "UPDATE card SET rung = 2",
        ] {
            assert!(back_door.try_run(change).await.is_err(), "{change}");
        }
    });
}

#[test]
fn lists_keep_to_their_scope_and_order() {
    on_each_store(async |store, zone| {
        let id = zone.admit(&store, 1).await;
        let held = zone.held(&store, id).await;
        let rungs = [(1, 1, Rung::Yellow), (2, 2, Rung::Red)];
        fire(&store, &zone, &held, &rungs).await.unwrap();
        let list = async |scope, filter| {
            let found: Result<_, StoreError> = store
                .read(async |tx| tx.card_list(zone.id, scope, filter, 10).await)
                .await;
            let found = found.unwrap();
            found
                .iter()
                .map(|item| item.card.level())
                .collect::<Vec<_>>()
        };
        let today = zone.moment(morning(10)).today;
        let waits = CardFilter::Unexplained(None);
        assert_eq!(list(WorkScope::Zone, waits).await.len(), 2);
        assert_eq!(
            list(WorkScope::Officer(zone.officer, None), waits).await,
            []
        );
        let unit = held.project.stages[1].unit;
        assert!(
            list(WorkScope::Unit(unit), waits)
                .await
                .contains(&CardLevel::Red)
        );
        // Due today is not late yet.
        let late = |day| CardFilter::Unexplained(Some(day));
        assert_eq!(list(WorkScope::Zone, late(today)).await, []);
        let tomorrow = today.next_day().unwrap();
        assert_eq!(list(WorkScope::Zone, late(tomorrow)).await.len(), 2);
    });
}
