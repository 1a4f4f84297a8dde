//! What the work of another system does to the clock.

use super::*;
use crate::{project::TakeoverStep, stage::Stage};

const ASKED: Mark = Mark::Stops(StopReason::Supplement);

/// Work at `hour` (UTC) of a day of March; the zone is eight hours ahead.
fn work(day: u8, hour: u8, mark: Mark) -> WorkItem {
    WorkItem {
        author: Some(OFFICER),
        at: march(day).with_hms(hour, 0, 0).unwrap().assume_utc(),
        activity: Line::parse("08_AWB45").unwrap(),
        due_on: None,
        mark: Some(mark),
        recorded: Recorded::Nothing,
    }
}

fn recorded(item: WorkItem) -> WorkItem {
    let recorded = Recorded::WorkAndMark;
    WorkItem { recorded, ..item }
}

fn take(project: &Project, work: Vec<WorkItem>) -> TakeoverStep {
    let office = office();
    let news = TakenOver {
        work,
        ended_at: None,
    };
    let taken = project.record_takeover(news, (morning(march(31), &office), &office));
    assert!(taken.step.project.is_consistent());
    assert_eq!(taken.work.len(), taken.step.events.len());
    taken
}

fn begun() -> Project {
    case(datetime!(2026-03-02 1:00 UTC), Some(march(20)))
}

fn held(taken: &TakeoverStep) -> &Stage {
    stage(&taken.step.project, "CASE")
}

/// The stops as days of March; 0 while the clock stands.
fn stops(taken: &TakeoverStep) -> Vec<(u8, u8)> {
    let stops = &held(taken).clock.as_ref().unwrap().stops;
    let day = |on: Date| on.day();
    stops
        .iter()
        .map(|stop| (day(stop.stopped_on), stop.resumed_on.map_or(0, day)))
        .collect()
}

fn kinds(taken: &TakeoverStep) -> Vec<&str> {
    let events = taken.step.events.iter();
    events.map(|event| event.fact.kind()).collect()
}

#[test]
fn a_letter_stops_the_clock_until_the_answer() {
    let stopped = take(&begun(), vec![work(4, 1, ASKED)]);
    assert_eq!(stops(&stopped), [(4, 0)]);
    assert_eq!(held(&stopped).state, StageState::Stopped);
    assert!(!held(&stopped).is_overdue(march(30)));
    assert_eq!(kinds(&stopped), ["work_recorded", "clock_stopped"]);
    assert_eq!(stopped.work, [Some(0), Some(0)]);
    let line = &stopped.step.events[1];
    assert_eq!(line.author, Author::Person(OFFICER));
    assert_eq!(line.happened_at, datetime!(2026-03-04 1:00 UTC));
    let Fact::ClockStopped { reason, text, .. } = &line.fact else {
        panic!("{line:?}");
    };
    assert_eq!(
        (*reason, text.as_str()),
        (StopReason::Supplement, "08_AWB45")
    );
    let later = vec![recorded(work(4, 1, ASKED)), work(9, 20, Mark::Resumes)];
    let again = take(&stopped.step.project, later);
    assert_eq!(stops(&again), [(4, 10)], "the local day of the answer");
    assert_eq!(held(&again).state, StageState::Running);
    assert!(held(&again).is_overdue(march(30)));
    assert_eq!(kinds(&again), ["work_recorded", "clock_resumed"]);
    assert_eq!(again.work, [Some(1), Some(1)]);
    assert_eq!(held(&again).deadline.due_on, Some(march(20)));
}

#[test]
fn of_two_letters_in_a_row_the_first_ends_where_the_second_begins() {
    let letters = vec![work(4, 1, ASKED), work(6, 1, ASKED)];
    let stopped = take(&begun(), letters.clone());
    assert_eq!(stops(&stopped), [(4, 6), (6, 0)]);
    let whole = letters.into_iter().chain([work(11, 1, Mark::Resumes)]);
    let taken = take(&begun(), whole.collect());
    assert_eq!(stops(&taken), [(4, 6), (6, 11)]);
    assert_eq!(
        crate::clock::pauses(&held(&taken).clock.as_ref().unwrap().stops).len(),
        1,
        "no day between them counts"
    );
    assert_eq!(kinds(&taken).len(), 6);
}

#[test]
fn an_answer_that_nobody_asked_for_is_work_and_nothing_else() {
    let items = vec![
        work(3, 1, Mark::Resumes),
        work(4, 1, ASKED),
        work(5, 1, Mark::Resumes),
        work(6, 1, Mark::Resumes),
    ];
    let taken = take(&begun(), items);
    assert_eq!(stops(&taken), [(4, 5)]);
    let resumed = kinds(&taken);
    let resumed = resumed.iter().filter(|kind| **kind == "clock_resumed");
    assert_eq!(resumed.count(), 1);
}

#[test]
fn the_first_finish_ends_the_case_and_its_open_stop() {
    let items = vec![
        work(4, 1, ASKED),
        work(6, 1, Mark::Finishes),
        work(9, 1, Mark::Finishes),
    ];
    let taken = take(&begun(), items.clone());
    assert_eq!(taken.step.project.closed_on, Some(march(6)));
    assert_eq!(stops(&taken), [(4, 6)]);
    assert_eq!(taken.work.last(), Some(&None));
    let again = take(&taken.step.project, vec![work(11, 1, Mark::Finishes)]);
    assert_eq!(again.step.project.closed_on, Some(march(6)));
    let early = TakenOver {
        work: items,
        ended_at: Some(datetime!(2026-03-03 1:00 UTC)),
    };
    let office = office();
    let early = begun().record_takeover(early, (morning(march(31), &office), &office));
    assert_eq!(
        early.step.project.closed_on,
        Some(march(3)),
        "said outright"
    );
    assert_eq!(stops(&early), [(4, 4)], "no stop ends before it begins");
}

#[test]
fn day_0_is_that_of_the_first_acceptance() {
    let items = vec![work(4, 1, Mark::Accepts), work(6, 1, Mark::Accepts)];
    let taken = take(&begun(), items);
    assert_eq!(held(&taken).clock.as_ref().unwrap().accepted_on, march(4));
    let expected = ["work_recorded", "stage_accepted", "work_recorded"];
    assert_eq!(kinds(&taken), expected);
    let at_once = take(&begun(), vec![work(2, 3, Mark::Accepts)]);
    assert_eq!(
        kinds(&at_once),
        ["work_recorded"],
        "it was accepted that day"
    );
}

#[test]
fn it_does_not_matter_what_was_known_first() {
    let all = [
        work(3, 1, Mark::Accepts),
        work(4, 1, ASKED),
        work(6, 1, ASKED),
        work(6, 2, Mark::Resumes),
        work(9, 1, Mark::Resumes),
        work(10, 1, ASKED),
        work(12, 1, Mark::Finishes),
        work(14, 1, Mark::Resumes),
        work(16, 1, ASKED),
    ];
    let told = |taken: &TakeoverStep| {
        let stage = held(taken).clone();
        (stage.clock, stage.state, stage.done_on, stage.deadline)
    };
    let whole = take(&begun(), all.to_vec());
    for known in 0_u32..1 << all.len() {
        let is_known = |place: usize| known >> place & 1 == 1;
        let places = || 0..all.len();
        let first = places().filter(|place| is_known(*place));
        let first = take(&begun(), first.map(|place| all[place].clone()).collect());
        let then = places().map(|place| {
            let item = all[place].clone();
            if is_known(place) {
                recorded(item)
            } else {
                item
            }
        });
        let then = take(&first.step.project, then.collect());
        assert_eq!(told(&then), told(&whole), "known first: {known:b}");
    }
}

#[test]
fn what_is_all_in_the_record_changes_nothing() {
    let taken = take(&begun(), vec![work(4, 1, ASKED), work(9, 1, Mark::Resumes)]);
    let known = vec![
        recorded(work(4, 1, ASKED)),
        recorded(work(9, 1, Mark::Resumes)),
    ];
    let again = take(&taken.step.project, known);
    assert_eq!(again.step.project, taken.step.project);
    assert!(again.step.events.is_empty());
    let unanswered = WorkItem {
        recorded: Recorded::Work,
        ..work(3, 1, Mark::Resumes)
    };
    let again = take(&taken.step.project, {
        let known = [work(4, 1, ASKED), work(9, 1, Mark::Resumes)].map(recorded);
        [unanswered].into_iter().chain(known).collect()
    });
    assert_eq!(again.step.project, taken.step.project);
    assert!(again.step.events.is_empty());
}
