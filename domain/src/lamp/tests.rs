use time::macros::date;

use super::*;
use crate::{
    sample::{self, MONDAY, accepted, calendar_days, march, stage, working},
    stage::Hold,
};

fn lamp(held: &Stage, today: Date) -> Lamp {
    let office = sample::office();
    Lamp::of(held, &office.ladder, &office.calendar, today)
}

#[test]
fn a_running_stage_changes_its_colour_on_the_days_of_its_rungs() {
    #[track_caller]
    fn check(held: &Stage, days: [(u8, Lamp); 5]) {
        for (day, expected) in days {
            assert_eq!(lamp(held, march(day)), expected, "on March {day}");
        }
    }
    use Lamp::{Blue, Green, Red, Yellow};
    let days = [(5, Green), (6, Blue), (9, Blue), (10, Yellow), (12, Yellow)];
    let project = accepted((Some(working(5)), Some(working(20))), MONDAY);
    let held = stage(&project, "A");
    check(held, days);
    assert_eq!(lamp(held, march(13)), Red);
    assert_eq!(lamp(held, date!(2027 - 01 - 01)), Red);
    // A hold changes who is told, never the colour.
    let waits = Stage {
        hold: Some(Hold {
            above: Rung::Silence,
            until: march(31),
        }),
        ..held.clone()
    };
    check(&waits, days);
    assert_eq!(lamp(&waits, march(13)), Red);
}

#[test]
fn only_the_law_is_missed_where_nothing_is_promised() {
    let project = accepted((None, Some(calendar_days(10))), MONDAY);
    let held = stage(&project, "A");
    assert_eq!(lamp(held, march(12)), Lamp::Blue);
    assert_eq!(lamp(held, march(13)), Lamp::Red);
}

#[test]
fn silence_alone_leaves_a_stage_green() {
    let project = accepted((None, None), MONDAY);
    assert_eq!(lamp(stage(&project, "A"), march(31)), Lamp::Green);
}

#[test]
fn a_broken_calendar_or_silence_limit_hides_no_missed_date() {
    let project = accepted((Some(working(5)), Some(working(20))), MONDAY);
    let held = stage(&project, "A");
    let (ladder, idle) = (Ladder::default(), sample::idle_calendar());
    assert_eq!(Lamp::of(held, &ladder, &idle, march(9)), Lamp::Green);
    assert_eq!(Lamp::of(held, &ladder, &idle, march(10)), Lamp::Yellow);
    assert_eq!(
        Lamp::of(held, &ladder, &idle, date!(2026 - 04 - 01)),
        Lamp::Red
    );
    let mut silent = held.clone();
    silent.terms.silence_days = Some(u16::MAX);
    assert_eq!(lamp(&silent, march(10)), Lamp::Yellow);
}

#[test]
fn a_stage_that_does_not_run_shows_its_state() {
    let project = accepted((Some(working(5)), None), MONDAY);
    let with = |state, done_on| Stage {
        state,
        done_on,
        ..stage(&project, "A").clone()
    };
    let cases = [
        (with(StageState::Waiting, None), Lamp::NotStarted),
        (with(StageState::Ready, None), Lamp::NotStarted),
        (with(StageState::Stopped, None), Lamp::Paused),
        (with(StageState::Done, Some(march(9))), Lamp::Done),
        (with(StageState::Done, Some(march(10))), Lamp::DoneLate),
    ];
    for (held, expected) in cases {
        assert_eq!(lamp(&held, march(31)), expected, "{:?}", held.state);
    }
}

#[test]
fn lamps_are_listed_from_calm_to_grave_under_their_stored_names() {
    assert!(Lamp::ALL.is_sorted());
    for lamp in Lamp::ALL {
        assert_eq!(serde_json::to_value(lamp).unwrap(), lamp.code());
    }
}
