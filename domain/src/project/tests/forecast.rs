//! What decisions and days make of the forecast. A has five working days and is followed by B with ten
//! calendar days and C with one working day, which is the target.

use super::super::*;
use crate::{
    sample::{self, MONDAY, OFFICER, accept, admitted, id, march, morning, office, stage, words},
    schedule::ForecastCause,
};

/// Who moved the forecast, from when, to when, why.
type Move = (String, Date, Date, ForecastCause);

fn moves(step: &Step) -> Vec<Move> {
    let moved = step.events.iter().filter_map(|event| {
        let Fact::ForecastMoved {
            old, new, cause, ..
        } = event.fact
        else {
            return None;
        };
        let stage = event.stage.and_then(|id| step.project.stage(id));
        let code = stage.map_or_else(String::new, |stage| stage.code.clone());
        Some((code, old, new, cause))
    });
    moved.collect()
}

fn stopped(project: &Project, on: Date, expected_on: Option<Date>) -> Step {
    let office = office();
    let stop = StopClock {
        expected_on,
        ..sample::supplement(on)
    };
    let at = (morning(on, &office), &office);
    project.stop(id(project, "A"), OFFICER, stop, at).unwrap()
}

fn resumed(project: &Project, on: Date) -> Step {
    let office = office();
    let at = (morning(on, &office), &office);
    let stage = id(project, "A");
    let resume = sample::resumed(on);
    project.resume(stage, OFFICER, resume, at).unwrap()
}

fn completed(project: &Project, code: &str, on: Date) -> Step {
    let office = office();
    let at = (morning(on, &office), &office);
    let result = words();
    let complete = Complete { on, result };
    project
        .complete(id(project, code), OFFICER, complete, at)
        .unwrap()
}

/// Monday the 2nd: A until the 9th, B until the 19th, C until the 20th.
const FIRST: u8 = 20;

#[test]
fn the_forecast_is_said_with_the_admission_and_what_keeps_it_says_nothing() {
    let project = admitted(&office());
    let said = project.forecast.unwrap();
    assert_eq!((said.target, said.on), (id(&project, "C"), march(FIRST)));
    assert!(!said.is_start_of_works, "the sample has no such milestone");
    let project = accept(&project, "A", MONDAY);
    assert_eq!(project.forecast, Some(said));
}

#[test]
fn days_in_which_nobody_accepts_are_told_apart_from_what_the_decision_does() {
    let project = admitted(&office());
    let office = office();
    let act = Accept {
        on: march(4),
        officer: None,
    };
    let at = (morning(march(4), &office), &office);
    let step = project.accept(id(&project, "A"), OFFICER, &act, at);
    let step = step.unwrap();
    // A on the 11th, B on Monday the 23rd, the 21st being a Saturday, C on the 24th.
    assert_eq!(
        moves(&step),
        [(
            "A".into(),
            march(FIRST),
            march(24),
            ForecastCause::NotAccepted
        )]
    );
    assert_eq!(step.project.forecast.unwrap().on, march(24));
}

#[test]
fn a_stop_moves_the_forecast_by_the_days_it_is_expected_to_last() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let step = stopped(&project, march(4), Some(march(11)));
    // Three days were left: the 16th, then the 26th, then the 27th.
    assert_eq!(
        moves(&step),
        [("A".into(), march(FIRST), march(27), ForecastCause::Stopped)]
    );
    let early = resumed(&step.project, march(9));
    let [(_, old, new, cause)] = moves(&early).try_into().unwrap();
    assert_eq!((old, cause), (march(27), ForecastCause::Resumed));
    assert!(new < old, "two days came back");
}

#[test]
fn a_stop_without_an_end_moves_the_forecast_while_it_lasts() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let step = stopped(&project, march(4), None);
    assert_eq!(moves(&step), []);
    let step = resumed(&step.project, march(11));
    assert_eq!(
        moves(&step),
        [(
            "A".into(),
            march(FIRST),
            march(27),
            ForecastCause::ClockStands
        )]
    );
}

#[test]
fn what_ends_early_brings_the_forecast_forward_and_what_ends_late_is_an_overrun() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let early = completed(&project, "A", march(4));
    let [(_, old, new, cause)] = moves(&early).try_into().unwrap();
    assert_eq!((old, cause), (march(FIRST), ForecastCause::Completed));
    assert!(new < old);
    let late = completed(&project, "A", march(11));
    assert_eq!(
        moves(&late),
        [("A".into(), march(FIRST), march(24), ForecastCause::Overrun)]
    );
}

#[test]
fn what_has_room_moves_nothing() {
    let project = accept(&admitted(&office()), "D", MONDAY);
    let step = completed(&project, "D", march(2));
    assert_eq!(moves(&step), []);
    assert_eq!(stage(&step.project, "D").done_on, Some(march(2)));
}
