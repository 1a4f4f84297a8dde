use time::macros::date;

use super::*;
use crate::{
    ladder::RungDay,
    project::Project,
    sample::{self, MONDAY, accepted, calendar_days, march, morning, working},
};

fn alert(project: &Project, rung: Rung, on: Date) -> Alert {
    Alert {
        id: AlertId(uuid::Uuid::from_u128(5)),
        project: project.id,
        stage: sample::id(project, "A"),
        rung,
        basis: 1,
        due_on: on,
        fired_at: morning(on, &sample::office()).at,
        is_carried: false,
        acknowledgement: None,
    }
}

fn issue(project: &Project, rung: Rung, on: Date) -> Option<CardIssue> {
    let office = sample::office();
    let id = CardId(uuid::Uuid::from_u128(6));
    let alert = alert(project, rung, on);
    CardIssue::of(&alert, sample::stage(project, "A"), (id, &office), on)
}

#[test]
fn three_rungs_issue_a_card_and_the_others_none() {
    let project = accepted((Some(working(5)), None), MONDAY);
    for rung in Rung::ALL {
        let level = issue(&project, rung, march(10)).map(|issue| issue.level);
        assert_eq!(
            level.map(CardLevel::rung),
            CardLevel::of_rung(rung).map(|_| rung)
        );
        assert_eq!(level.is_some(), rung >= Rung::Yellow, "{rung:?}");
    }
    let office = sample::office();
    let mut carried = alert(&project, Rung::Red, march(16));
    carried.is_carried = true;
    let id = CardId(uuid::Uuid::from_u128(6));
    let held = sample::stage(&project, "A");
    assert_eq!(
        CardIssue::of(&carried, held, (id, &office), march(16)),
        None
    );
}

/// The reason is asked for within one working day after the issue, whatever lies between.
#[test]
fn the_reason_is_due_one_working_day_after_the_issue() {
    let project = accepted((Some(working(5)), None), MONDAY);
    for (issued_on, explain_by) in [
        (date!(2026 - 03 - 10), date!(2026 - 03 - 11)),
        // A Friday: the weekend does not count.
        (date!(2026 - 03 - 13), date!(2026 - 03 - 16)),
        // The last working day before the National Day holiday, which ends on 7 October.
        (date!(2026 - 09 - 30), date!(2026 - 10 - 08)),
        // A Saturday on which the work of a holiday is made up.
        (date!(2026 - 02 - 13), date!(2026 - 02 - 14)),
    ] {
        let issued = issue(&project, Rung::Yellow, issued_on).unwrap();
        assert_eq!(issued.explain_by, explain_by, "{issued_on}");
    }
}

#[test]
fn a_calendar_without_an_answer_asks_for_the_reason_the_next_day() {
    let ladder = Ladder::default();
    let idle = sample::idle_calendar();
    assert_eq!(explain_by(march(10), &ladder, &idle), march(11));
}

#[test]
fn a_yellow_card_says_until_when_the_miss_may_be_put_right() {
    let due = |limits| accepted(limits, MONDAY);
    // Due on 9 March; three working days to correct.
    let free = due((Some(working(5)), None));
    let correct_by = |project: &Project, rung, on| issue(project, rung, on).unwrap().correct_by;
    assert_eq!(correct_by(&free, Rung::Yellow, march(10)), Some(march(12)));
    assert_eq!(correct_by(&free, Rung::Red, march(13)), None);
    // The law ends sooner.
    let tight = due((Some(working(5)), Some(working(6))));
    assert_eq!(correct_by(&tight, Rung::Yellow, march(10)), Some(march(10)));
    // The law ends with the promise: nothing is left to correct.
    let over = due((Some(working(5)), Some(calendar_days(7))));
    assert_eq!(correct_by(&over, Rung::Yellow, march(10)), None);
    // A sweep that comes late asks for nothing in the past.
    assert_eq!(correct_by(&free, Rung::Yellow, march(20)), None);
}

#[test]
fn a_rung_is_taken_back_when_all_its_cards_are() {
    let project = accepted((Some(working(5)), None), MONDAY);
    let stage = sample::id(&project, "A");
    let yellow = issue(&project, Rung::Yellow, march(10))
        .unwrap()
        .numbered(1);
    let mut withdrawn = yellow.clone();
    withdrawn.withdrawal = Some(Said {
        by: sample::SUPERVISOR,
        on: march(11),
        text: sample::words(),
    });
    assert_eq!(withdrawn.state(), CardState::Withdrawn);
    assert_eq!(yellow.state(), CardState::Open);
    for (cards, is_back) in [
        (vec![], false),
        (vec![yellow.clone()], false),
        (vec![withdrawn.clone()], true),
        (vec![withdrawn.clone(), yellow], false),
    ] {
        assert_eq!(
            is_taken_back(&cards, stage, Rung::Yellow),
            is_back,
            "{cards:?}"
        );
        assert!(!is_taken_back(&cards, stage, Rung::Red));
    }
    let elsewhere = StageId(uuid::Uuid::nil());
    assert!(!is_taken_back(&[withdrawn], elsewhere, Rung::Yellow));
}

#[test]
fn codes_and_letters_are_read_back() {
    for level in CardLevel::ALL {
        assert_eq!(CardLevel::of_letter(level.letter()), Some(level));
        assert_eq!(CardLevel::of_rung(level.rung()), Some(level));
    }
    for state in CardState::ALL {
        assert_eq!(CardState::of_code(state.code()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.code());
    }
}

#[test]
fn the_correction_limit_ends_on_the_day_before_the_red_card() {
    let office = sample::office();
    let project = accepted((Some(working(5)), Some(working(20))), MONDAY);
    let held = sample::stage(&project, "A");
    let days = ladder::rung_days(held, &office.ladder, &office.calendar).unwrap();
    let red = days
        .iter()
        .find(|day: &&RungDay| day.rung == Rung::Red)
        .unwrap();
    let ends_on = ladder::correction_by(held, &office.ladder, &office.calendar);
    assert_eq!(ends_on, red.on.previous_day());
}
