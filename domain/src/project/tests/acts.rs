//! What each act does.

use time::Date;

use crate::{
    clock::Court,
    event::{Event, Fact, Visibility},
    notice::{Matter, Notice},
    project::{Accept, Complete, Note, Project, Step, StopClock},
    sample::{
        self, COLLEAGUE, MONDAY, OFFICER, accept, admitted, id, march, morning, office, resumed,
        stage, supplement, words,
    },
    stage::StageState,
};

/// The kinds of the lines; what moves the forecast is told in `forecast`.
fn kinds(events: &[Event]) -> Vec<&'static str> {
    let kinds = events.iter().map(|event| event.fact.kind());
    kinds.filter(|kind| *kind != "forecast_moved").collect()
}

fn complete(project: &Project, code: &str, (on, today): (Date, Date)) -> Step {
    let office = office();
    let act = Complete {
        on,
        result: words(),
    };
    let at = (morning(today, &office), &office);
    project
        .complete(id(project, code), OFFICER, act, at)
        .unwrap()
}

fn stop(project: &Project, (on, today): (Date, Date)) -> Step {
    let office = office();
    let act = StopClock {
        expected_on: Some(march(31)),
        ..supplement(on)
    };
    let at = (morning(today, &office), &office);
    project.stop(id(project, "A"), OFFICER, act, at).unwrap()
}

fn resume(project: &Project, (on, today): (Date, Date)) -> Step {
    let office = office();
    let act = resumed(on);
    let at = (morning(today, &office), &office);
    project.resume(id(project, "A"), OFFICER, act, at).unwrap()
}

#[test]
fn acceptance_starts_the_clock_and_says_both_dates() {
    let office = office();
    let project = admitted(&office);
    let act = Accept {
        on: march(3),
        officer: Some(OFFICER),
    };
    let at = (morning(march(4), &office), &office);
    let step = project
        .accept(id(&project, "A"), OFFICER, &act, at)
        .unwrap();
    let held = stage(&step.project, "A");
    assert_eq!(held.state, StageState::Running);
    assert_eq!(held.officer, Some(OFFICER));
    assert_eq!(held.deadline.due_on, Some(march(10)));
    let promised = Fact::StageAccepted {
        due_on: Some(march(10)),
        statutory_due_on: Some(march(31)),
    };
    assert_eq!(step.events[0].fact, promised);
    assert_eq!(step.events[0].happened_at, office.time.start_of(march(3)));
    assert_eq!(kinds(&step.events), ["stage_accepted", "stage_assigned"]);
    assert_eq!(step.events[1].happened_at, at.0.at);
    assert_eq!(step.notices, [], "whoever accepts knows");
}

#[test]
fn whoever_becomes_responsible_by_the_hand_of_another_is_told() {
    let office = office();
    let project = admitted(&office);
    let at = (morning(MONDAY, &office), &office);
    let told = |project: &Project, code| {
        [Notice {
            to: COLLEAGUE,
            stage: id(project, code),
            matter: Matter::Assigned,
        }]
    };
    let act = Accept {
        on: MONDAY,
        officer: Some(COLLEAGUE),
    };
    let step = project
        .accept(id(&project, "A"), OFFICER, &act, at)
        .unwrap();
    assert_eq!(step.notices, told(&project, "A"));
    let step = project
        .assign(id(&project, "D"), OFFICER, COLLEAGUE, at)
        .unwrap();
    assert_eq!(step.notices, told(&project, "D"));
    // Acceptance takes a stage from nobody.
    let act = Accept {
        on: MONDAY,
        officer: Some(OFFICER),
    };
    let step = step
        .project
        .accept(id(&project, "D"), OFFICER, &act, at)
        .unwrap();
    assert_eq!(stage(&step.project, "D").officer, Some(COLLEAGUE));
    assert_eq!(step.notices, []);
}

#[test]
fn a_note_keeps_the_expected_day_unless_it_names_another() {
    let office = office();
    let project = accept(&admitted(&office), "A", MONDAY);
    let note = |project: &Project, expected_on| {
        let act = Note {
            text: words(),
            visibility: Visibility::Internal,
            expected_on,
        };
        let at = (morning(march(3), &office), &office);
        project.note(id(project, "A"), OFFICER, act, at).unwrap()
    };
    let step = note(&project, Some(march(3)));
    assert_eq!(step.events[0].fact.visibility(), Visibility::Internal);
    let step = note(&step.project, None);
    let held = stage(&step.project, "A");
    assert_eq!(held.expected_on, Some(march(3)));
    assert_eq!(held.touched_on, Some(march(3)));
}

#[test]
fn a_stop_takes_the_due_day_away_and_the_resume_gives_a_later_one() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let stopped = stop(&project, (march(4), march(4)));
    let held = stage(&stopped.project, "A");
    assert_eq!(
        (held.state, held.turn()),
        (StageState::Stopped, Court::Investor)
    );
    assert_eq!(
        (held.deadline.due_on, held.deadline.days_left),
        (None, Some(3))
    );
    assert_eq!(kinds(&stopped.events), ["clock_stopped"]);
    let running = resume(&stopped.project, (march(11), march(12)));
    let held = stage(&running.project, "A");
    assert_eq!(held.deadline.due_on, Some(march(16)));
    assert_eq!(kinds(&running.events), ["clock_resumed", "deadline_moved"]);
    let turn = running.project.turns()[0];
    assert_eq!(
        (turn.court, turn.since),
        (Court::Government, Some(march(11)))
    );
}

#[test]
fn a_stop_that_is_entered_when_it_is_over_does_not_change_since_when_it_is_whose_turn() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let stopped = stop(&project, (march(6), march(6))).project;
    let office = office();
    let over = StopClock {
        resumed_on: Some(march(4)),
        ..supplement(march(3))
    };
    let at = (morning(march(10), &office), &office);
    let entered = stopped.stop(id(&stopped, "A"), OFFICER, over, at).unwrap();
    assert_eq!(entered.project.turns()[0].since, Some(march(6)));
    let running = resume(&entered.project, (march(10), march(10))).project;
    let over = StopClock {
        resumed_on: Some(march(9)),
        ..supplement(march(9))
    };
    let entered = running.stop(id(&running, "A"), OFFICER, over, at).unwrap();
    assert_eq!(entered.project.turns()[0].since, Some(march(10)));
}

#[test]
fn a_stop_and_a_resume_on_one_day_cost_nothing_and_may_follow_each_other() {
    let mut project = accept(&admitted(&office()), "A", MONDAY);
    for _ in 0..3 {
        project = stop(&project, (march(4), march(4))).project;
        let step = resume(&project, (march(4), march(4)));
        assert_eq!(kinds(&step.events), ["clock_resumed"], "no date moved");
        project = step.project;
    }
    assert_eq!(stage(&project, "A").deadline.version, 1);
}

#[test]
fn a_late_entry_of_a_stop_moves_the_date_and_is_marked() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let stopped = stop(&project, (march(4), march(10)));
    assert!(stopped.events[0].is_late_entry);
    let running = resume(&stopped.project, (march(6), march(10)));
    assert!(running.events[0].is_late_entry);
    assert!(!running.events[1].is_late_entry, "the date moved today");
    assert_eq!(
        stage(&running.project, "A").deadline.due_on,
        Some(march(11))
    );
}

#[test]
fn finishing_while_the_clock_stands_ends_the_stop() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let stopped = stop(&project, (march(4), march(4)));
    let done = complete(&stopped.project, "A", (march(27), march(27)));
    let held = stage(&done.project, "A");
    let clock = held.clock.as_ref().unwrap();
    assert_eq!(clock.stops[0].resumed_on, Some(march(27)));
    assert!(!held.is_done_late(), "three days were left");
    assert_eq!(
        kinds(&done.events),
        ["deadline_moved", "stage_completed", "stage_ready"]
    );
}

#[test]
fn a_stage_finished_on_its_due_day_is_in_time_and_on_the_next_is_late() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    for (on, is_late) in [(march(9), false), (march(10), true)] {
        let step = complete(&project, "A", (on, march(12)));
        let fact = Fact::StageCompleted {
            result: Some(words()),
            is_late,
        };
        assert_eq!(step.events[0].fact, fact);
        assert_eq!(stage(&step.project, "A").is_done_late(), is_late);
    }
}

#[test]
fn a_stage_is_released_when_the_last_it_waits_for_is_done() {
    let state = |project: &Project, code| stage(project, code).state;
    let project = accept(&admitted(&office()), "A", MONDAY);
    let step = complete(&project, "A", (march(3), march(5)));
    assert_eq!(state(&step.project, "B"), StageState::Ready);
    assert_eq!(stage(&step.project, "B").touched_on, Some(march(5)));
    assert_eq!(
        state(&step.project, "C"),
        StageState::Waiting,
        "B is not done"
    );
    let project = accept(&step.project, "B", march(6));
    let step = complete(&project, "B", (march(6), march(6)));
    assert_eq!(state(&step.project, "C"), StageState::Ready);
    assert_eq!(state(&step.project, "E"), StageState::Waiting);
}

#[test]
fn a_project_closes_on_the_day_on_which_its_last_stage_was_finished() {
    let mut project = admitted(&office());
    for code in ["D", "E", "F", "A", "B"] {
        project = accept(&project, code, march(3));
        project = complete(&project, code, (march(20), march(20))).project;
        assert_eq!(project.closed_on, None);
    }
    project = accept(&project, "C", march(3));
    // Recorded last, finished before the others.
    let step = complete(&project, "C", (march(10), march(23)));
    assert_eq!(step.project.closed_on, Some(march(20)));
    assert_eq!(step.events.last().unwrap().fact, Fact::ProjectClosed);
    let day = sample::office()
        .time
        .day_of(step.events.last().unwrap().happened_at);
    assert_eq!(day, march(20));
    assert!(step.project.turns().is_empty());
}

#[test]
fn the_most_urgent_turn_comes_first_and_waiting_for_acceptance_last() {
    let project = accept(&admitted(&office()), "D", MONDAY);
    let project = accept(&project, "A", MONDAY);
    let codes: Vec<u16> = project.turns().iter().map(|turn| turn.ordinal).collect();
    assert_eq!(codes, [1, 4]);
    let project = complete(&project, "D", (march(3), march(3))).project;
    let project = accept(&project, "F", march(3));
    let turns = project.turns();
    let found: Vec<_> = turns
        .iter()
        .map(|turn| (turn.ordinal, turn.since))
        .collect();
    let expected = [(1, MONDAY), (6, march(3)), (5, march(3))];
    assert_eq!(
        found,
        expected.map(|(ordinal, since)| (ordinal, Some(since)))
    );
    assert_eq!(project.done_count(), 1);
}

#[test]
fn a_project_survives_being_stored_and_read() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let project = stop(&project, (march(4), march(4))).project;
    let stored = serde_json::to_string(&project).unwrap();
    let read: Project = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, project);
}

#[test]
fn parts_that_disagree_are_found() {
    let project = accept(&admitted(&office()), "A", MONDAY);
    assert!(project.is_consistent());
    let spoil: [fn(&mut Project); 6] = [
        |project| project.closed_on = Some(MONDAY),
        |project| project.stages[0].ordinal = 2,
        |project| project.stages[0].clock = None,
        |project| project.stages[0].state = StageState::Stopped,
        |project| project.stages[0].done_on = Some(MONDAY),
        |project| project.stages[3].state = StageState::Done,
    ];
    for (at, spoil) in spoil.into_iter().enumerate() {
        let mut spoilt = project.clone();
        spoil(&mut spoilt);
        assert!(!spoilt.is_consistent(), "case {at}");
    }
}

/// Five working days are promised, but the law gives three calendar days.
#[test]
fn whose_turn_it_is_ends_with_the_law_where_that_is_sooner() {
    let limits = (Some(sample::working(5)), Some(sample::calendar_days(3)));
    let project = sample::accepted(limits, MONDAY);
    assert_eq!(stage(&project, "A").deadline.due_on, Some(march(9)));
    assert_eq!(project.turns()[0].due_on, Some(march(5)));
}
