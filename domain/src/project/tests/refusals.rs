//! Every refusal, and the nearest case that is not refused.

use alloc::collections::BTreeSet;

use time::Date;

use crate::{
    alert::{Acknowledgement, Alert},
    clock::StopReason,
    event::Visibility,
    id::{AlertId, PersonId, StageId},
    ladder::Rung,
    office::Office,
    project::{
        Accept, Acknowledge, AnswerStop, AskExtension, Complete, DecideExtension, Note, Project,
        ReviewStop, Step, StopClock,
    },
    refusal::Refusal,
    sample::{
        COLLEAGUE, MONDAY, OFFICER, SUPERVISOR, accept, admitted, id, march, morning, office,
        resumed, stage, supplement, words,
    },
};

mod card;
mod clock;

/// What somebody tries.
#[derive(Clone)]
enum Act {
    Accept(Date),
    Note(Option<Date>),
    Stop(StopClock),
    Resume(Date),
    Complete(Date),
    Assign,
    Acknowledge(Box<Alert>, Date),
    Answer(AnswerStop),
    Review(ReviewStop),
    Ask(AskExtension),
    Decide(PersonId, DecideExtension),
}

fn attempt(project: &Project, stage: StageId, act: Act, today: Date) -> Result<Step, Refusal> {
    let office: Office = office();
    let at = (morning(today, &office), &office);
    match act {
        Act::Accept(on) => {
            let officer = None;
            project.accept(stage, OFFICER, &Accept { on, officer }, at)
        }
        Act::Note(expected_on) => {
            let note = Note {
                text: words(),
                visibility: Visibility::Public,
                expected_on,
            };
            project.note(stage, OFFICER, note, at)
        }
        Act::Stop(stop) => project.stop(stage, OFFICER, stop, at),
        Act::Answer(answer) => project.answer_stop(stage, COLLEAGUE, answer, at),
        Act::Review(review) => project.review_stop(stage, SUPERVISOR, review, at),
        Act::Ask(ask) => project.ask_extension(stage, OFFICER, ask, at),
        Act::Decide(by, decide) => project.decide_extension(stage, by, decide, at),
        Act::Resume(on) => project.resume(stage, OFFICER, resumed(on), at),
        Act::Complete(on) => {
            let result = words();
            project.complete(stage, OFFICER, Complete { on, result }, at)
        }
        Act::Assign => project.assign(stage, SUPERVISOR, COLLEAGUE, at),
        Act::Acknowledge(alert, new_date) => {
            let instruction = words();
            let answer = Acknowledge {
                instruction,
                new_date,
            };
            project.acknowledge(&alert, SUPERVISOR, answer, at)
        }
    }
}

/// The codes of the refusals found so far.
#[derive(Default)]
struct Found(BTreeSet<&'static str>);

impl Found {
    #[track_caller]
    fn refused(
        &mut self,
        (project, stage): (&Project, &str),
        act: Act,
        today: Date,
        why: &Refusal,
    ) {
        let answer = attempt(project, id(project, stage), act, today);
        assert_eq!(answer.map(|step| step.events), Err(why.clone()));
        assert!(why.to_string().starts_with(why.code()));
        for (name, value) in why.arguments() {
            assert!(why.to_string().contains(&format!("{name}={value}")));
        }
        self.0.insert(why.code());
    }
}

#[track_caller]
fn allowed((project, stage): (&Project, &str), act: Act, today: Date) -> Project {
    attempt(project, id(project, stage), act, today)
        .unwrap()
        .project
}

/// Those of calendars, permits and progress are provoked where these are; the others are refused by use cases,
/// which know the people and their units.
const ASKED_ELSEWHERE: [&str; 33] = [
    "absence.over",
    "absence.overlaps",
    "import.at_work",
    "import.committed",
    "import.flawed",
    "import.has_roles",
    "person.administrations_exclude",
    "person.has_work",
    "person.own_account",
    "person.successor_unfit",
    "project.already_entrusted",
    "unit.has_people",
    "unit.has_work",
    "calendar.decided",
    "calendar.not_previewed",
    "calendar.own_proposal",
    "calendar.stale",
    "progress.not_planned",
    "progress.plan.falls",
    "progress.plan.outside",
    "progress.plan.too_long",
    "progress.plan.unchanged",
    "progress.plan.unfinished",
    "progress.plan.without_reason",
    "progress.report.ahead",
    "progress.report.before_plan",
    "progress.report.out_of_line",
    "progress.report.reported",
    "stage.foreign_officer",
    "stage.nobody_assigned",
    "stage.validity.nothing_to_renew",
    "stage.validity.over",
    "stage.validity.used_up",
];

#[test]
fn every_refusal_is_provoked() {
    let mut found = Found::default();
    acceptance(&mut found);
    stops(&mut found);
    resumes(&mut found);
    ends(&mut found);
    answers(&mut found);
    clock::late_entries(&mut found);
    clock::caps_and_answers(&mut found);
    clock::extensions(&mut found);
    clock::extensions_under_the_law(&mut found);
    clock::decisions(&mut found);
    card::cards(&mut found);
    let silent: Vec<&str> = Refusal::CODES
        .iter()
        .copied()
        .filter(|code| !found.0.contains(code))
        .collect();
    let mut expected = ASKED_ELSEWHERE.to_vec();
    expected.sort_unstable();
    let mut silent_sorted = silent;
    silent_sorted.sort_unstable();
    assert_eq!(silent_sorted, expected, "refusals that no test provokes");
}

fn acceptance(found: &mut Found) {
    let project = admitted(&office());
    let today = march(4);
    let unknown = StageId(uuid::Uuid::nil());
    let answer = attempt(&project, unknown, Act::Accept(MONDAY), today);
    assert_eq!(answer, Err(Refusal::UnknownStage));
    found.0.insert(Refusal::UnknownStage.code());
    let waits = Refusal::StageWaits {
        stages: "A, B".into(),
    };
    found.refused((&project, "C"), Act::Accept(today), today, &waits);
    let in_future = Refusal::InFuture {
        on: march(5),
        today,
    };
    found.refused((&project, "A"), Act::Accept(march(5)), today, &in_future);
    let before = Refusal::BeforeAdmission {
        on: march(1),
        admitted_on: MONDAY,
    };
    found.refused((&project, "A"), Act::Accept(march(1)), today, &before);
    for on in [MONDAY, today] {
        let accepted = allowed((&project, "A"), Act::Accept(on), today);
        let again = Refusal::AlreadyAccepted { accepted_on: on };
        found.refused((&accepted, "A"), Act::Accept(today), today, &again);
    }
}

fn stops(found: &mut Found) {
    let ready = admitted(&office());
    let today = march(6);
    let stop = |on| Act::Stop(supplement(on));
    found.refused((&ready, "A"), stop(march(4)), today, &Refusal::NotAccepted);
    let project = accept(&ready, "A", march(3));
    let before = Refusal::BeforeAcceptance {
        on: MONDAY,
        accepted_on: march(3),
    };
    found.refused((&project, "A"), stop(MONDAY), today, &before);
    allowed((&project, "A"), stop(march(3)), today);
    let hearing = Act::Stop(StopClock {
        reason: StopReason::Hearing,
        ..supplement(march(4))
    });
    let not_listed = Refusal::StopReasonNotAllowed {
        reason: "hearing".into(),
        allowed: "supplement".into(),
    };
    found.refused((&project, "A"), hearing, today, &not_listed);
    let expecting = |on| {
        Act::Stop(StopClock {
            expected_on: Some(on),
            ..supplement(march(4))
        })
    };
    let past = Refusal::ExpectedInPast { on: today, today };
    found.refused((&project, "A"), expecting(today), today, &past);
    let stopped = allowed((&project, "A"), expecting(march(7)), today);
    let stands = Refusal::ClockStopped {
        stopped_on: march(4),
    };
    found.refused((&stopped, "A"), stop(march(5)), today, &stands);
    let in_future = Refusal::InFuture {
        on: march(7),
        today,
    };
    found.refused((&project, "A"), stop(march(7)), today, &in_future);
}

fn resumes(found: &mut Found) {
    let project = accept(&admitted(&office()), "A", march(3));
    let today = march(10);
    found.refused(
        (&project, "A"),
        Act::Resume(today),
        today,
        &Refusal::ClockRuns,
    );
    let stopped = allowed((&project, "A"), Act::Stop(supplement(march(5))), today);
    let before_stop = Refusal::ResumeBeforeStop {
        on: march(4),
        stopped_on: march(5),
    };
    found.refused((&stopped, "A"), Act::Resume(march(4)), today, &before_stop);
    allowed((&stopped, "A"), Act::Resume(march(5)), today);
    let running = allowed((&stopped, "A"), Act::Resume(march(9)), today);
    let before_resume = Refusal::BeforeLastStop {
        on: march(6),
        last_on: march(9),
    };
    let stop = |on| Act::Stop(supplement(on));
    found.refused(
        (&running, "A"),
        Act::Complete(march(6)),
        today,
        &before_resume,
    );
    // What is entered late may lie before what is on record: no day is taken out twice.
    allowed((&running, "A"), stop(march(6)), today);
    allowed((&running, "A"), Act::Complete(march(9)), today);
    // What was entered last need not have happened last: the stop of the fifth still stands in the way.
    let over = StopClock {
        resumed_on: Some(march(4)),
        ..supplement(march(3))
    };
    let standing = allowed((&stopped, "A"), Act::Stop(over), today);
    let before_stop = Refusal::BeforeLastStop {
        on: march(4),
        last_on: march(5),
    };
    found.refused(
        (&standing, "A"),
        Act::Complete(march(4)),
        today,
        &before_stop,
    );
    allowed((&standing, "A"), Act::Complete(march(5)), today);
}

fn ends(found: &mut Found) {
    let today = march(6);
    let mut project = admitted(&office());
    let past = Refusal::ExpectedInPast {
        on: march(5),
        today,
    };
    let accepted = accept(&project, "A", MONDAY);
    found.refused((&accepted, "A"), Act::Note(Some(march(5))), today, &past);
    allowed((&accepted, "A"), Act::Note(Some(today)), today);
    let assigned = allowed((&accepted, "A"), Act::Assign, today);
    found.refused(
        (&assigned, "A"),
        Act::Assign,
        today,
        &Refusal::AlreadyAssigned,
    );
    for code in ["A", "B", "C", "D", "E", "F"] {
        project = accept(&project, code, MONDAY);
        project = allowed((&project, code), Act::Complete(march(3)), today);
        let finished = Refusal::StageFinished { done_on: march(3) };
        for act in [
            Act::Note(None),
            Act::Stop(supplement(march(4))),
            Act::Resume(march(4)),
            Act::Complete(march(4)),
            Act::Assign,
        ] {
            found.refused((&project, code), act, today, &finished);
        }
    }
    let closed = Refusal::ProjectClosed {
        closed_on: march(3),
    };
    found.refused((&project, "A"), Act::Accept(march(4)), today, &closed);
}

fn answers(found: &mut Found) {
    let today = march(11);
    let project = accept(&admitted(&office()), "A", MONDAY);
    let alert = |rung, basis| Alert {
        id: AlertId(uuid::Uuid::nil()),
        project: project.id,
        stage: id(&project, "A"),
        rung,
        basis,
        due_on: march(10),
        fired_at: morning(march(10), &office()).at,
        is_carried: false,
        acknowledgement: None,
    };
    let answer = |alert: Alert, on| Act::Acknowledge(Box::new(alert), on);
    let held = stage(&project, "A");
    let yellow = alert(Rung::Yellow, held.deadline.version);
    let past = Refusal::ExpectedInPast {
        on: march(10),
        today,
    };
    found.refused(
        (&project, "A"),
        answer(yellow.clone(), march(10)),
        today,
        &past,
    );
    allowed((&project, "A"), answer(yellow.clone(), today), today);
    let outdated = Refusal::AlertOutdated;
    let older = alert(Rung::Yellow, 0);
    found.refused((&project, "A"), answer(older, today), today, &outdated);
    let silence = alert(Rung::Silence, held.touches);
    allowed((&project, "A"), answer(silence.clone(), today), today);
    let touched = allowed((&project, "A"), Act::Note(None), today);
    found.refused((&touched, "A"), answer(silence, today), today, &outdated);
    let done = allowed((&project, "A"), Act::Complete(today), today);
    found.refused(
        (&done, "A"),
        answer(yellow.clone(), today),
        today,
        &outdated,
    );
    let mut answered = yellow;
    answered.acknowledgement = Some(Acknowledgement {
        by: SUPERVISOR,
        on: march(10),
        instruction: words(),
        new_date: march(20),
    });
    let again = Refusal::AlreadyAcknowledged { on: march(10) };
    found.refused((&project, "A"), answer(answered, today), today, &again);
}
