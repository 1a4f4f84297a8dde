use alloc::sync::Arc;

use super::*;
use crate::{
    calendar::china,
    clock::ClockStop,
    project::Project,
    sample::{
        self, MONDAY, OFFICER, accepted, calendar_days, march, morning, stage, supplement, working,
    },
};

fn clock_of(stops: &[(u8, Option<u8>)]) -> Clock {
    let stops = stops
        .iter()
        .map(|&(from, to)| ClockStop::bare(StopReason::Supplement, march(from), to.map(march)));
    Clock {
        stops: stops.collect(),
        ..Clock::started(MONDAY)
    }
}

fn running(stops: &[(u8, Option<u8>)]) -> Stage {
    let project = accepted((Some(working(5)), Some(working(10))), MONDAY);
    Stage {
        clock: Some(clock_of(stops)),
        ..stage(&project, "A").clone()
    }
}

#[test]
fn a_stop_that_costs_a_day_is_a_new_version_and_the_first_promise_stays() {
    let mut held = running(&[(4, Some(6))]);
    let moved = held.reckon(march(6), &china::mainland());
    let expected = Fact::DeadlineMoved {
        old: Some(march(9)),
        new: Some(march(11)),
        version: 2,
    };
    assert_eq!(moved, Some(expected));
    assert_eq!(held.deadline.since, Some(march(6)));
    assert_eq!(held.deadline.first_due_on, Some(march(9)));
    assert_eq!(held.deadline.last_due_on, Some(march(11)));
    assert_eq!(
        held.reckon(march(9), &china::mainland()),
        None,
        "nothing moved since"
    );
    assert_eq!(held.deadline.since, Some(march(6)));
}

#[test]
fn a_stop_that_costs_nothing_is_no_news() {
    for stops in [&[(4, Some(4))][..], &[(9, Some(20))], &[(7, Some(8))]] {
        let mut held = running(stops);
        assert_eq!(
            held.reckon(march(20), &china::mainland()),
            None,
            "{stops:?}"
        );
        assert_eq!(held.deadline.version, 1);
    }
}

#[test]
fn while_the_clock_stands_the_last_due_day_is_kept() {
    let mut held = running(&[(4, None)]);
    assert_eq!(held.reckon(march(4), &china::mainland()), None);
    let deadline = &held.deadline;
    assert_eq!((deadline.due_on, deadline.statutory_due_on), (None, None));
    assert_eq!(deadline.days_left, Some(3));
    assert_eq!(deadline.last_due_on, Some(march(9)));
    assert_eq!(deadline.version, 1);
}

#[test]
fn a_calendar_without_an_answer_leaves_the_deadline_unknown_until_it_has_one() {
    let mut held = running(&[]);
    let unknown = held.reckon(march(3), &sample::idle_calendar());
    assert!(
        matches!(unknown, Some(Fact::DeadlineUnknown { .. })),
        "{unknown:?}"
    );
    assert!(held.deadline.is_unknown);
    assert_eq!(held.deadline.due_on, None);
    assert_eq!(held.deadline.last_due_on, Some(march(9)));
    let known = held.reckon(march(4), &china::mainland());
    let expected = Fact::DeadlineMoved {
        old: None,
        new: Some(march(9)),
        version: 1,
    };
    assert_eq!(known, Some(expected), "known again, and the same version");
    assert!(!held.deadline.is_unknown);
}

#[test]
fn work_goes_on_under_a_calendar_without_an_answer() {
    let office = crate::office::Office {
        calendar: Arc::new(sample::idle_calendar()),
        ..sample::office()
    };
    let project = sample::admitted(&office);
    let at = |day| (morning(march(day), &office), &office);
    let id = sample::id(&project, "A");
    let accept = crate::project::Accept {
        on: MONDAY,
        officer: None,
    };
    let step = project.accept(id, OFFICER, &accept, at(2)).unwrap();
    let last = &step.events.last().unwrap().fact;
    assert!(matches!(last, Fact::DeadlineUnknown { .. }), "{last:?}");
    let step = step
        .project
        .stop(id, OFFICER, supplement(march(3)), at(3))
        .unwrap();
    let done = crate::project::Complete {
        on: march(4),
        result: sample::words(),
    };
    let step = step.project.complete(id, OFFICER, done, at(4)).unwrap();
    assert_eq!(stage(&step.project, "A").state, StageState::Done);
    assert!(
        !stage(&step.project, "A").is_done_late(),
        "nobody knows a day it missed"
    );
}

#[test]
fn where_nothing_is_promised_the_law_gives_the_due_day() {
    let project = accepted((None, Some(calendar_days(30))), MONDAY);
    let deadline = &stage(&project, "A").deadline;
    assert_eq!(deadline.due_on, Some(time::macros::date!(2026 - 04 - 01)));
    assert_eq!(deadline.statutory_due_on, deadline.due_on);
    assert_eq!(deadline.version, 1);
    let free = accepted((None, None), MONDAY);
    assert_eq!(stage(&free, "A").deadline, Deadline::default());
}

#[test]
fn an_unpublished_year_makes_the_deadline_provisional() {
    let is_provisional = |limit| {
        let project: Project = accepted((Some(working(limit)), None), MONDAY);
        stage(&project, "A").deadline.is_provisional
    };
    assert!(!is_provisional(100));
    assert!(is_provisional(250));
}

#[test]
fn a_stage_is_overdue_from_the_day_after_its_due_day() {
    let held = running(&[]);
    assert!(!held.is_overdue(march(9)));
    assert!(held.is_overdue(march(10)));
    let done = Stage {
        state: StageState::Done,
        ..held
    };
    assert!(!done.is_overdue(march(10)));
}

#[test]
fn while_the_clock_stands_it_is_the_turn_of_whoever_the_reason_names() {
    assert_eq!(running(&[]).turn(), Court::Government);
    assert_eq!(running(&[(4, None)]).turn(), Court::Investor);
    assert_eq!(running(&[(4, Some(5))]).turn(), Court::Government);
}
