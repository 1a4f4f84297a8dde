use alloc::sync::Arc;

use proptest::prelude::*;
use time::macros::date;

use super::super::*;
use crate::{
    calendar::{DayOff, WorkCalendar, china},
    project::replan::CalendarStep,
    sample::{self, MONDAY, SUPERVISOR, calendar_days, march, morning, stage, working},
    schedule::ForecastCause,
};

fn with_day_off(on: Date) -> WorkCalendar {
    let mut calendar = china::mainland();
    calendar.version = 2;
    let year = calendar.years.get_mut(&on.year()).unwrap();
    year.days_off.push(DayOff {
        on,
        name: "园区活动".into(),
    });
    year.days_off.sort_by_key(|off| off.on);
    assert_eq!(calendar.flaws(), []);
    calendar
}

fn office(calendar: WorkCalendar) -> Office {
    Office {
        calendar: Arc::new(calendar),
        ..sample::office()
    }
}

fn change() -> CalendarStep {
    CalendarStep {
        name: "cn-mainland".into(),
        from: 1,
        to: 2,
    }
}

fn replan(project: &Project, office: &Office) -> Option<Step> {
    let now = morning(march(4), office);
    project.replan(Author::Person(SUPERVISOR), &change(), (now, office))
}

#[test]
fn a_new_holiday_moves_the_open_stages_it_lies_in_and_writes_each_move_down() {
    // Due on Monday, 9 March; sixty calendar days in law end on a worked day.
    let project = sample::accepted((Some(working(5)), Some(working(20))), MONDAY);
    let office = office(with_day_off(march(6)));
    let expected = project.moves_under(&office.calendar);
    let step = replan(&project, &office).unwrap();
    assert_eq!(project.moves_to(&step.project), expected);
    let held = stage(&step.project, "A");
    assert_eq!(held.deadline.due_on, Some(march(10)));
    assert_eq!(held.deadline.version, 2);
    assert_eq!(
        held.deadline.first_due_on,
        Some(march(9)),
        "the promise first made"
    );
    let facts: Vec<_> = step.events.iter().map(|event| &event.fact).collect();
    assert_eq!(
        facts,
        [
            &Fact::CalendarChanged {
                name: "cn-mainland".into(),
                from: 1,
                to: 2
            },
            &Fact::DeadlineMoved {
                old: Some(march(9)),
                new: Some(march(10)),
                version: 2
            },
            &Fact::StatutoryMoved {
                old: Some(march(30)),
                new: Some(march(31))
            },
            &Fact::ForecastMoved {
                target: held.id,
                is_start_of_works: false,
                old: march(9),
                new: march(10),
                working_days: 1,
                cause: ForecastCause::Calendar,
            },
        ]
    );
    assert!(
        step.events
            .iter()
            .all(|event| event.author == Author::Person(SUPERVISOR))
    );
    // A second time nothing is left to do.
    assert_eq!(replan(&step.project, &office), None);
}

#[test]
fn what_the_new_day_does_not_touch_stays_as_it_is() {
    let project = sample::accepted((Some(working(5)), None), MONDAY);
    for calendar in [
        with_day_off(date!(2026 - 06 - 01)),
        with_day_off(MONDAY),
        china::mainland(),
    ] {
        assert_eq!(project.moves_under(&calendar), []);
        assert_eq!(replan(&project, &office(calendar)), None);
    }
    // Nor does a stage that nobody has accepted, or one that is finished.
    let untouched = sample::admitted(&sample::office());
    assert_eq!(replan(&untouched, &office(with_day_off(march(6)))), None);
    let done = crate::project::Complete {
        on: march(3),
        result: sample::words(),
    };
    let at = sample::office();
    let finished = project.complete(
        sample::id(&project, "A"),
        sample::OFFICER,
        done,
        (morning(march(3), &at), &at),
    );
    let finished = finished.unwrap().project;
    assert_eq!(replan(&finished, &office(with_day_off(march(6)))), None);
}

#[test]
fn a_provisional_date_that_becomes_certain_is_written_down_although_it_did_not_move() {
    let project = sample::accepted((Some(working(215)), None), MONDAY);
    assert!(stage(&project, "A").deadline.is_provisional);
    let mut calendar = china::mainland();
    calendar.years.get_mut(&2027).unwrap().is_published = true;
    assert_eq!(project.moves_under(&calendar), []);
    let step = replan(&project, &office(calendar)).unwrap();
    assert!(!stage(&step.project, "A").deadline.is_provisional);
    assert_eq!(step.events.len(), 1);
    assert_eq!(project.moves_to(&step.project), []);
}

#[test]
fn a_calendar_without_an_answer_makes_dates_unknown_and_blocks_nothing() {
    let project = sample::accepted((Some(working(5)), Some(calendar_days(60))), MONDAY);
    let idle = office(sample::idle_calendar());
    let moves = project.moves_under(&idle.calendar);
    assert_eq!((moves[0].old, moves[0].new), (Some(march(9)), None));
    let step = replan(&project, &idle).unwrap();
    assert!(stage(&step.project, "A").deadline.is_unknown);
    // Unknown stays unknown, without a line for every look.
    assert_eq!(replan(&step.project, &idle), None);
    let known = replan(&step.project, &sample::office()).unwrap();
    assert_eq!(
        stage(&known.project, "A").deadline.due_on,
        Some(march(9)),
        "known again"
    );
}

#[test]
fn while_the_clock_stands_the_days_left_follow_the_calendar() {
    let project = sample::accepted((Some(working(5)), None), MONDAY);
    let at = sample::office();
    let stopped = project.stop(
        sample::id(&project, "A"),
        sample::OFFICER,
        sample::supplement(march(4)),
        (morning(march(4), &at), &at),
    );
    let stopped = stopped.unwrap().project;
    let office = office(with_day_off(march(3)));
    assert_eq!(
        stopped.moves_under(&office.calendar),
        [],
        "no date, no move"
    );
    let step = replan(&stopped, &office).unwrap();
    assert_eq!(stage(&step.project, "A").deadline.days_left, Some(4));
}

proptest! {
    /// What was previewed is what happens, and it happens once.
    #[test]
    fn a_preview_is_exact(limit in 0_u16..120, statutory in 0_u16..200, off in 0_i64..200) {
        let limits = (Some(working(limit)), Some(calendar_days(statutory)));
        let project = sample::accepted(limits, MONDAY);
        let on = MONDAY + time::Duration::days(off);
        let mut calendar = china::mainland();
        let year = calendar.years.get_mut(&2026).unwrap();
        year.makeup_workdays.retain(|day| *day != on);
        if year.day_off(on).is_none() {
            year.days_off.push(DayOff { on, name: "x".into() });
            year.days_off.sort_by_key(|off| off.on);
        }
        let office = office(calendar);
        let expected = project.moves_under(&office.calendar);
        if let Some(step) = replan(&project, &office) {
            prop_assert_eq!(project.moves_to(&step.project), expected);
            prop_assert_eq!(replan(&step.project, &office), None);
        } else {
            prop_assert_eq!(expected, []);
        }
    }
}
