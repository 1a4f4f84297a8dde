use time::macros::date;

use super::*;
use crate::{
    calendar::china,
    project::Complete,
    sample::{self, MONDAY, OFFICER, accept, admitted, id, march, morning, office, stage, words},
};

fn place(project: &Project, code: &str) -> u16 {
    stage(project, code).ordinal
}

fn schedule(project: &Project, today: Date) -> Schedule {
    Schedule::of(project, today, &china::mainland())
}

/// A has five working days, B after it ten calendar days, C after both one; D, E, F stand alone.
#[test]
fn what_comes_after_what_decides_when_it_ends() {
    let project = admitted(&office());
    let schedule = schedule(&project, MONDAY);
    let a = schedule.outlook(place(&project, "A")).unwrap();
    assert_eq!((a.start_on, a.end_on), (MONDAY, march(9)));
    let b = schedule.outlook(place(&project, "B")).unwrap();
    assert_eq!(b.start_on, a.end_on);
    let c = schedule.outlook(place(&project, "C")).unwrap();
    assert_eq!(c.start_on, b.end_on.max(a.end_on));
    let codes: Vec<&str> = schedule
        .critical_path()
        .iter()
        .map(|at| project.stages[usize::from(*at) - 1].code.as_str())
        .collect();
    assert_eq!(codes.first(), Some(&"A"));
    assert_eq!(
        schedule.float(place(&project, "A")),
        Some(0),
        "nothing before the target has room"
    );
}

#[test]
fn a_day_lost_on_the_critical_path_is_lost_on_the_target_and_a_day_of_float_is_not() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let before = schedule(&project, MONDAY).target().unwrap().1.end_on;
    let slip = |code: &str, expected_on: Date| {
        let mut slipped = project.clone();
        let at = slipped.stages.iter().position(|stage| stage.code == code);
        slipped.stages[at.unwrap()].expected_on = Some(expected_on);
        schedule(&slipped, MONDAY).target().unwrap().1.end_on
    };
    assert!(slip("A", march(10)) > before);
    assert_eq!(slip("A", march(9)), before);
}

#[test]
fn what_is_done_keeps_its_days_and_has_no_float() {
    let office = office();
    let project = accept(&admitted(&office), "A", MONDAY);
    let complete = Complete {
        on: march(4),
        result: words(),
    };
    let at = (morning(march(4), &office), &office);
    let done = project.complete(id(&project, "A"), OFFICER, complete, at);
    let done = done.unwrap().project;
    let schedule = schedule(&done, march(4));
    let a = schedule.outlook(place(&done, "A")).unwrap();
    assert_eq!((a.start_on, a.end_on), (MONDAY, march(4)));
    assert_eq!(schedule.float(place(&done, "A")), None);
}

#[test]
fn a_period_of_the_law_elapses_and_a_limit_to_act_rolls() {
    let calendar = china::mainland();
    let limit = Some(Limit::CalendarDays { value: 10 });
    let from = date!(2026 - 04 - 09);
    let sunday = date!(2026 - 04 - 19);
    assert_eq!(ends_on(limit, Court::Law, from, &calendar), Some(sunday));
    let monday = sunday.next_day();
    assert_eq!(ends_on(limit, Court::Government, from, &calendar), monday);
}

/// The limit of A is used up on the ninth; it is stopped on the eleventh until the eighteenth.
#[test]
fn what_stands_never_ends_before_it_runs_again() {
    let office = office();
    let project = accept(&admitted(&office), "A", MONDAY);
    let at = (morning(march(11), &office), &office);
    let stop = crate::project::StopClock {
        expected_on: Some(march(18)),
        ..sample::supplement(march(11))
    };
    let stopped = project.stop(id(&project, "A"), OFFICER, stop, at);
    let mut stopped = stopped.unwrap().project;
    let end = |project: &Project| {
        let schedule = schedule(project, march(11));
        schedule.outlook(place(project, "A")).unwrap().end_on
    };
    assert_eq!(end(&stopped), march(18));
    // Nor before the officer thinks.
    let held = stopped.stages.iter_mut().find(|stage| stage.code == "A");
    held.unwrap().expected_on = Some(march(20));
    assert_eq!(end(&stopped), march(20));
}

#[test]
fn a_stop_without_an_end_makes_the_rest_the_earliest() {
    let office = office();
    let project = accept(&admitted(&office), "A", MONDAY);
    let at = (morning(march(4), &office), &office);
    let stop = sample::supplement(march(4));
    let stopped = project.stop(id(&project, "A"), OFFICER, stop, at);
    let stopped = stopped.unwrap().project;
    let schedule = schedule(&stopped, march(4));
    assert!(schedule.outlook(place(&stopped, "A")).unwrap().is_earliest);
    assert!(schedule.outlook(place(&stopped, "C")).unwrap().is_earliest);
}
