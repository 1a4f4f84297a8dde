//! Cases of another system, with its own disorder.

mod marks;

use time::{Date, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::{
    clock::{Clock, ClockStop, StopReason},
    event::{Author, Fact},
    id::{ProjectId, StageId},
    project::{Mark, Origin, Project, Recorded, TakenOver, Takeover, TemplateRef, WorkItem},
    sample::{OFFICER, UNIT, accept, admitted, march, morning, office, stage},
    stage::StageState,
    text::Line,
};

fn case(started_at: OffsetDateTime, deadline_on: Option<Date>) -> Project {
    let takeover = Takeover {
        ids: (ProjectId(Uuid::from_u128(1)), StageId(Uuid::from_u128(2))),
        code: "GC-2026-0002".parse().unwrap(),
        name: Line::parse("case-17").unwrap(),
        investor: Line::parse("unknown").unwrap(),
        template: TemplateRef {
            code: "imported-case".into(),
            version: 1,
            variant: "standard".into(),
        },
        stage_code: "CASE".into(),
        origin: Origin {
            source: "receipts".into(),
            external_id: "17".into(),
        },
        unit: UNIT,
        officer: None,
        started_at,
        deadline_on,
        expected_on: None,
        silence_days: Some(10),
    };
    let office = office();
    let step = Project::take_over(takeover, (morning(march(20), &office), &office));
    assert!(step.project.is_consistent());
    assert_eq!(step.events[0].happened_at, started_at);
    step.project
}

fn news(project: &Project, ended_at: Option<OffsetDateTime>) -> crate::project::Step {
    let office = office();
    let item = |at| WorkItem {
        author: Some(OFFICER),
        at,
        activity: Line::parse("check").unwrap(),
        due_on: None,
        mark: None,
        recorded: Recorded::Nothing,
    };
    let news = TakenOver {
        work: vec![item(datetime!(2026-03-05 9:00 UTC))],
        ended_at,
    };
    let now = morning(march(20), &office);
    project.record_takeover(news, (now, &office)).step
}

#[test]
fn a_case_is_accepted_on_the_local_day_it_started_and_due_on_its_date() {
    let project = case(datetime!(2026-03-01 17:00 UTC), Some(march(31)));
    let held = stage(&project, "CASE");
    assert_eq!(held.clock, Some(Clock::started(march(2))));
    assert_eq!(held.deadline.due_on, Some(march(31)));
    assert_eq!(held.state, StageState::Running);
}

#[test]
fn work_is_a_sign_of_work_and_its_author_stands_in_the_record() {
    let project = case(datetime!(2026-03-02 1:00 UTC), None);
    let step = news(&project, None);
    assert_eq!(stage(&step.project, "CASE").touched_on, Some(march(5)));
    assert_eq!(step.events[0].author, Author::Person(OFFICER));
    assert!(step.events[0].is_late_entry);
}

#[test]
fn an_end_is_recorded_once_even_where_it_comes_before_the_start() {
    let project = case(datetime!(2026-03-02 1:00 UTC), Some(march(1)));
    let step = news(&project, Some(datetime!(2026-02-20 1:00 UTC)));
    let held = stage(&step.project, "CASE");
    assert_eq!(held.done_on, step.project.closed_on);
    assert!(!held.is_done_late());
    assert_eq!(step.events.last().unwrap().fact, Fact::ProjectClosed);
    let again = news(&step.project, Some(datetime!(2026-03-10 1:00 UTC)));
    assert_eq!(
        again.project, step.project,
        "work after the end changes nothing"
    );
    assert_eq!(again.events.len(), 1);
}

#[test]
fn an_end_after_the_deadline_is_late() {
    let project = case(datetime!(2026-03-02 1:00 UTC), Some(march(9)));
    let step = news(&project, Some(datetime!(2026-03-09 16:00 UTC)));
    assert!(stage(&step.project, "CASE").is_done_late());
    let step = news(&project, Some(datetime!(2026-03-09 15:59 UTC)));
    assert!(!stage(&step.project, "CASE").is_done_late());
}

#[test]
fn an_end_from_elsewhere_ends_a_stop_and_keeps_what_was_finished() {
    let mut project = accept(&admitted(&office()), "A", march(3));
    project.stages[0].state = StageState::Stopped;
    let clock = project.stages[0].clock.as_mut().unwrap();
    let letter = ClockStop::bare(StopReason::Supplement, march(4), None);
    clock.stops.push(letter);
    project.stages[3].state = StageState::Done;
    project.stages[3].done_on = Some(march(6));
    let step = news(&project, Some(datetime!(2026-03-10 1:00 UTC)));
    assert!(step.project.is_consistent());
    assert_eq!(stage(&step.project, "D").done_on, Some(march(6)));
    let stops = &stage(&step.project, "A").clock.as_ref().unwrap().stops;
    assert_eq!(stops[0].resumed_on, Some(march(10)));
}
