mod properties;

use time::{Date, macros::date};

use super::*;
use crate::{
    limit::Limit,
    project::{Accept, Acknowledge, Note, Project},
    sample::{
        self, MONDAY, OFFICER, accepted, calendar_days, march, morning, stage, stop_and_resume,
        working,
    },
    stage::Hold,
};

fn days_of(stage: &Stage) -> Vec<(Rung, Date)> {
    let days = rung_days(stage, &Ladder::default(), &sample::office().calendar).unwrap();
    days.into_iter().map(|day| (day.rung, day.on)).collect()
}

fn day_of(stage: &Stage, rung: Rung) -> Option<Date> {
    let mut days = days_of(stage).into_iter();
    days.find(|(found, _)| *found == rung).map(|(_, on)| on)
}

fn due(stage: &Stage, today: Date, fired: &[FiredRung]) -> DueRungs {
    due_rungs(
        stage,
        &Ladder::default(),
        &sample::office().calendar,
        today,
        fired,
    )
    .unwrap()
}

fn rungs(days: &[RungDay]) -> Vec<Rung> {
    days.iter().map(|day| day.rung).collect()
}

fn fired(days: &[RungDay]) -> impl Iterator<Item = FiredRung> {
    days.iter().map(|day| FiredRung {
        rung: day.rung,
        basis: day.basis,
    })
}

/// What a sweep does on `today`; returns who is told.
fn sweep(stage: &Stage, today: Date, record: &mut Vec<FiredRung>) -> Vec<Rung> {
    let found = due(stage, today, record);
    record.extend(fired(&found.fire).chain(fired(&found.carry)));
    assert_eq!(
        due(stage, today, record).fire,
        [],
        "a second sweep tells nobody"
    );
    assert_eq!(
        due(stage, today, record).carry,
        [],
        "a second sweep records nothing"
    );
    rungs(&found.fire)
}

#[test]
fn an_untouched_stage_reaches_each_rung_on_its_day() {
    #[track_caller]
    fn check(limits: (Option<Limit>, Option<Limit>), expected: [Option<Date>; 4]) {
        let project = accepted(limits, MONDAY);
        let ladder = [Rung::Remind, Rung::Yellow, Rung::Red, Rung::Leadership];
        let found = ladder.map(|rung| day_of(stage(&project, "A"), rung));
        assert_eq!(found, expected, "{limits:?}");
    }
    let on = |days: [u8; 4]| days.map(|day| Some(march(day)));
    // Due Monday the 9th: reminded one working day before; corrected by the 12th; unsolved by the 19th.
    check((Some(working(5)), None), on([6, 10, 13, 20]));
    check((Some(working(5)), Some(working(20))), on([6, 10, 13, 20]));
    // The statute ends the time for correction.
    check((Some(working(5)), Some(working(6))), on([6, 10, 11, 18]));
    check((Some(working(5)), Some(working(5))), on([6, 10, 10, 17]));
    // A fifth of ten days is two.
    check((Some(working(10)), None), on([12, 17, 20, 27]));
    // Of one day, the reminder comes on the last; of none, with the miss.
    check((Some(working(1)), None), on([3, 4, 7, 14]));
    check((Some(working(0)), None), on([3, 3, 6, 13]));
    check((Some(calendar_days(10)), None), on([10, 13, 18, 25]));
    // Nothing is promised: no promise is missed, and red follows the law alone.
    let law_only = [Some(march(6)), None, Some(march(10)), Some(march(17))];
    check((None, Some(working(5))), law_only);
    check((None, None), [None; 4]);
}

/// A promise of seven working days, a law of ten calendar days: without a stop the promise ends first.
#[test]
fn a_law_that_ends_before_the_promise_is_missed_when_it_ends() {
    let limits = (Some(working(7)), Some(calendar_days(10)));
    let mut project = accepted(limits, MONDAY);
    let plain = stage(&project, "A").deadline.clone();
    assert_eq!(plain.ends_on(), plain.due_on);
    // Two weeks in which the clock runs from Friday to Sunday only.
    for (from, until) in [(march(2), march(5)), (march(8), march(12))] {
        project = stop_and_resume(&project, (from, until), until);
    }
    let held = stage(&project, "A");
    assert_eq!(held.deadline.due_on, Some(march(20)));
    assert_eq!(held.deadline.statutory_due_on, Some(march(19)));
    assert_eq!(held.deadline.ends_on(), Some(march(19)));
    assert_eq!(day_of(held, Rung::Red), Some(march(20)));
    let calendar = &sample::office().calendar;
    let lamp = |day| crate::lamp::Lamp::of(held, &Ladder::default(), calendar, day);
    assert_eq!(lamp(march(19)), crate::lamp::Lamp::Blue);
    assert_eq!(lamp(march(20)), crate::lamp::Lamp::Red);
    assert!(held.is_overdue(march(20)));
    let done = Stage {
        state: StageState::Done,
        done_on: Some(march(20)),
        ..held.clone()
    };
    assert!(done.is_done_late());
}

#[test]
fn a_fixed_date_in_the_past_is_missed_at_once_and_in_order() {
    let fixed = |on| Some(Limit::FixedDate { on });
    let project = accepted((fixed(date!(2026 - 02 - 06)), None), MONDAY);
    let days: Vec<Date> = days_of(stage(&project, "A"))
        .into_iter()
        .filter(|(rung, _)| *rung != Rung::Silence)
        .map(|(_, on)| on)
        .collect();
    assert!(days.is_sorted(), "{days:?}");
    let told = sweep(stage(&project, "A"), MONDAY, &mut Vec::new());
    assert_eq!(
        told,
        [Rung::Remind, Rung::Yellow, Rung::Red, Rung::Leadership]
    );
}

#[test]
fn a_date_that_means_never_stops_no_other_rung() {
    let never = Date::MAX;
    let project = accepted((Some(Limit::FixedDate { on: never }), None), MONDAY);
    let told = sweep(stage(&project, "A"), march(10), &mut Vec::new());
    assert_eq!(told, [Rung::Silence]);
}

#[test]
fn a_stage_that_nobody_touches_reaches_rung_0_after_its_silence_limit() {
    let project = accepted((None, None), MONDAY);
    let held = stage(&project, "A");
    let mut record = Vec::new();
    assert_eq!(sweep(held, march(5), &mut record), []);
    assert_eq!(sweep(held, march(6), &mut record), [Rung::Silence]);
    assert_eq!(sweep(held, march(30), &mut record), []);
}

#[test]
fn a_stage_that_nobody_accepts_reaches_rung_0_and_no_other() {
    let office = sample::office();
    let project = sample::admitted(&office);
    assert_eq!(days_of(stage(&project, "A")), [(Rung::Silence, march(6))]);
    assert_eq!(days_of(stage(&project, "B")), [], "it waits");
}

#[test]
fn a_sign_of_work_begins_a_new_silence_which_may_fire_again() {
    let office = sample::office();
    let project = accepted((None, None), MONDAY);
    let mut record = Vec::new();
    assert_eq!(
        sweep(stage(&project, "A"), march(6), &mut record),
        [Rung::Silence]
    );
    let note = Note {
        text: sample::words(),
        visibility: crate::event::Visibility::Internal,
        expected_on: None,
    };
    let at = (morning(march(9), &office), &office);
    let step = project.note(sample::id(&project, "A"), OFFICER, note, at);
    let project = step.unwrap().project;
    assert_eq!(sweep(stage(&project, "A"), march(12), &mut record), []);
    assert_eq!(
        sweep(stage(&project, "A"), march(13), &mut record),
        [Rung::Silence]
    );
}

#[test]
fn a_waiting_stopped_or_finished_stage_has_no_rungs() {
    let project = accepted((Some(working(5)), Some(working(20))), MONDAY);
    for state in [StageState::Waiting, StageState::Stopped, StageState::Done] {
        let held = Stage {
            state,
            ..stage(&project, "A").clone()
        };
        assert_eq!(days_of(&held), [], "{state:?}");
        assert_eq!(due(&held, march(31), &[]), DueRungs::default());
    }
    assert_ne!(days_of(stage(&project, "A")), []);
}

#[test]
fn days_of_a_stop_are_no_part_of_the_share_that_is_left() {
    // Ten days promised, thirty lost in between: still reminded two days before, not eight.
    let project = accepted((Some(working(10)), None), MONDAY);
    let project = stop_and_resume(
        &project,
        (march(4), date!(2026 - 04 - 16)),
        date!(2026 - 04 - 16),
    );
    let held = stage(&project, "A");
    assert_eq!(held.deadline.due_on, Some(date!(2026 - 04 - 28)));
    assert_eq!(day_of(held, Rung::Remind), Some(date!(2026 - 04 - 24)));
}

#[test]
fn a_stop_after_the_due_day_freezes_the_higher_rungs() {
    let project = accepted((Some(working(5)), None), MONDAY);
    let project = stop_and_resume(&project, (march(10), march(24)), march(24));
    let held = stage(&project, "A");
    assert_eq!(held.deadline.due_on, Some(march(9)), "too late to help");
    // One of three days for correction was used before the stop.
    assert_eq!(day_of(held, Rung::Yellow), Some(march(10)));
    assert_eq!(day_of(held, Rung::Red), Some(march(27)));
    assert_eq!(day_of(held, Rung::Leadership), Some(date!(2026 - 04 - 03)));
}

#[test]
fn a_hold_delays_higher_rungs_and_they_return_after_its_date() {
    let project = accepted((Some(working(5)), None), MONDAY);
    let held = |above, until| Stage {
        hold: Some(Hold { above, until }),
        ..stage(&project, "A").clone()
    };
    let waits = held(Rung::Yellow, march(20));
    assert_eq!(day_of(&waits, Rung::Remind), Some(march(6)));
    assert_eq!(day_of(&waits, Rung::Yellow), Some(march(10)));
    assert_eq!(day_of(&waits, Rung::Red), Some(march(21)));
    // A red card may stay unsolved for five working days from when it was issued.
    assert_eq!(day_of(&waits, Rung::Leadership), Some(march(28)));
    let mut record = Vec::new();
    assert_eq!(
        sweep(&waits, march(20), &mut record).last(),
        Some(&Rung::Yellow)
    );
    assert_eq!(sweep(&waits, march(21), &mut record), [Rung::Red]);
    assert_eq!(sweep(&waits, march(28), &mut record), [Rung::Leadership]);
    // A hold that ends before the rung's own day changes nothing.
    let short = held(Rung::Yellow, march(11));
    assert_eq!(days_of(&short), days_of(stage(&project, "A")));
}

#[test]
fn an_acknowledgement_holds_what_comes_after_it() {
    let office = sample::office();
    let project = accepted((Some(working(5)), None), MONDAY);
    let alert = crate::alert::Alert {
        id: crate::id::AlertId(uuid::Uuid::from_u128(5)),
        project: project.id,
        stage: sample::id(&project, "A"),
        rung: Rung::Yellow,
        basis: 1,
        due_on: march(10),
        fired_at: morning(march(10), &office).at,
        is_carried: false,
        acknowledgement: None,
    };
    let answer = Acknowledge {
        instruction: sample::words(),
        new_date: march(17),
    };
    let at = (morning(march(11), &office), &office);
    let step = project
        .acknowledge(&alert, sample::SUPERVISOR, answer, at)
        .unwrap();
    assert_eq!(step.acknowledgement.unwrap().new_date, march(17));
    assert_eq!(
        day_of(stage(&step.project, "A"), Rung::Red),
        Some(march(18))
    );
}

#[test]
fn a_date_that_moves_into_the_past_is_carried_and_nobody_is_told_twice() {
    let project = accepted((Some(working(5)), None), MONDAY);
    let mut record = Vec::new();
    sweep(stage(&project, "A"), march(16), &mut record);
    // Recorded a week late: the clock had stood for two days, the miss is a miss all the same.
    let moved = stop_and_resume(&project, (march(4), march(6)), march(17));
    let held = stage(&moved, "A");
    assert_eq!(held.deadline.version, 2);
    assert_eq!(held.deadline.due_on, Some(march(11)));
    let found = due(held, march(17), &record);
    assert_eq!(rungs(&found.carry), [Rung::Remind, Rung::Yellow, Rung::Red]);
    assert_eq!(found.fire, []);
    assert_eq!(sweep(held, march(17), &mut record), []);
    assert_eq!(
        sweep(held, march(24), &mut record).last(),
        Some(&Rung::Leadership)
    );
}

#[test]
fn a_date_that_moves_into_the_future_may_be_missed_again() {
    let project = accepted((Some(working(5)), None), MONDAY);
    let mut record = Vec::new();
    sweep(stage(&project, "A"), march(10), &mut record);
    let moved = stop_and_resume(&project, (march(4), march(10)), march(10));
    let held = stage(&moved, "A");
    assert_eq!(held.deadline.due_on, Some(march(13)));
    assert_eq!(sweep(held, march(13), &mut record), [Rung::Remind]);
    assert_eq!(
        sweep(held, march(14), &mut record),
        [Rung::Silence, Rung::Yellow]
    );
}

/// The ladder from 0, and what stands beside it after that.
fn numbered() -> impl Iterator<Item = (u8, Rung)> {
    let beside = [
        Rung::StopExpired,
        Rung::DecisionLate,
        Rung::Expiring,
        Rung::StopObjected,
    ];
    (0..).zip(Rung::LADDER.into_iter().chain(beside))
}

#[test]
fn every_rung_has_a_number_a_code_and_an_audience() {
    for (number, rung) in numbered() {
        assert_eq!(rung.number(), number);
        assert_eq!(Rung::of_number(number), Some(rung));
        assert!(!Ladder::default().audience(rung).is_empty());
        assert_eq!(serde_json::to_value(rung).unwrap(), rung.code());
    }
    assert_eq!(Rung::of_number(9), None);
}

#[test]
fn a_ladder_without_hours_for_letters_has_the_usual_ones() {
    let mut written = serde_json::to_value(Ladder::default()).unwrap();
    let letters = written.as_object_mut().unwrap().remove("letters").unwrap();
    assert_eq!(
        letters,
        serde_json::json!({ "from": "08:30", "until": "18:00", "on_any_day": false })
    );
    let read: Ladder = serde_json::from_value(written).unwrap();
    assert_eq!(read, Ladder::default());
    let always = serde_json::to_string(&LetterWindow::always()).unwrap();
    let read: LetterWindow = serde_json::from_str(&always).unwrap();
    assert_eq!(read, LetterWindow::always());
}

#[test]
fn a_calendar_in_which_nothing_is_worked_gives_no_rungs_but_an_error() {
    let office = sample::office();
    let mut template = sample::template();
    template.stages.truncate(1);
    let project = sample::admit(&template, &office);
    let idle = sample::idle_calendar();
    let broken = crate::office::Office {
        calendar: alloc::sync::Arc::new(idle.clone()),
        ..office
    };
    let act = Accept {
        on: MONDAY,
        officer: None,
    };
    let at = (morning(MONDAY, &broken), &broken);
    let step = project
        .accept(sample::id(&project, "A"), OFFICER, &act, at)
        .unwrap();
    assert!(stage(&step.project, "A").deadline.is_unknown);
    let answer = due_rungs(
        stage(&step.project, "A"),
        &Ladder::default(),
        &idle,
        march(31),
        &[],
    );
    assert!(answer.is_err());
}
