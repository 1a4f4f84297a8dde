//! What the rules of stops and extensions refuse.

use super::*;
use crate::{
    access::Role,
    extension::ExtensionReason,
    sample::{accepted, calendar_days, resumed, working},
};

pub(super) fn late_entries(found: &mut Found) {
    let project = accept(&admitted(&office()), "A", march(3));
    let today = march(10);
    let silent = |on| {
        Act::Stop(StopClock {
            late_reason: None,
            ..supplement(on)
        })
    };
    let late = Refusal::LateWithoutReason {
        on: march(6),
        today,
    };
    found.refused((&project, "A"), silent(march(6)), today, &late);
    // One working day is no delay.
    let stopped = allowed((&project, "A"), silent(march(9)), today);
    let resume = crate::project::Resume {
        late_reason: None,
        ..resumed(march(9))
    };
    let at = (morning(march(12), &office()), &office());
    let answer = stopped.resume(id(&stopped, "A"), OFFICER, resume, at);
    let late = Refusal::LateWithoutReason {
        on: march(9),
        today: march(12),
    };
    assert_eq!(answer, Err(late));
    let over = |from, until| {
        Act::Stop(StopClock {
            resumed_on: Some(until),
            ..supplement(from)
        })
    };
    let reversed = Refusal::ResumeBeforeStop {
        on: march(4),
        stopped_on: march(5),
    };
    found.refused((&project, "A"), over(march(5), march(4)), today, &reversed);
    let in_future = Refusal::InFuture {
        on: march(11),
        today,
    };
    found.refused(
        (&project, "A"),
        over(march(5), march(11)),
        today,
        &in_future,
    );
    // A stop that is over may be entered while another one lasts.
    allowed((&stopped, "A"), over(march(4), march(5)), today);
}

pub(super) fn caps_and_answers(found: &mut Found) {
    let mut project = accept(&admitted(&office()), "A", march(3));
    project.contacts.insert(COLLEAGUE);
    let (is_upheld, text) = (true, words());
    let review = Act::Review(ReviewStop { is_upheld, text });
    let nothing = Refusal::NothingToReview;
    found.refused((&project, "A"), review, march(4), &nothing);
    let objected = Act::Acknowledge(
        Box::new(Alert {
            id: AlertId(uuid::Uuid::nil()),
            project: project.id,
            stage: id(&project, "A"),
            rung: Rung::StopObjected,
            basis: 1,
            due_on: march(4),
            fired_at: morning(march(4), &office()).at,
            is_carried: false,
            acknowledgement: None,
        }),
        march(5),
    );
    let review = Refusal::NeedsReview;
    found.refused((&project, "A"), objected, march(4), &review);
    let caps = &mut project.stages[0].terms.stop_caps;
    caps.insert(StopReason::Supplement, 3);
    let today = march(4);
    let until = |on| {
        Act::Stop(StopClock {
            expected_on: Some(on),
            ..supplement(today)
        })
    };
    let beyond = Refusal::StopBeyondCap {
        on: march(10),
        latest: march(9),
    };
    found.refused((&project, "A"), until(march(10)), today, &beyond);
    allowed((&project, "A"), until(march(9)), today);
    let stopped = allowed((&project, "A"), Act::Stop(supplement(today)), today);
    let open = stage(&stopped, "A").clock.as_ref().unwrap().open_stop();
    assert_eq!(open.unwrap().expected_on, Some(march(9)), "the cap ends it");
    let answer = |agrees, text| Act::Answer(AnswerStop { agrees, text });
    let no_reason = Refusal::ObjectionWithoutReason;
    found.refused((&stopped, "A"), answer(false, None), today, &no_reason);
    let nothing = Refusal::NothingToAnswer;
    found.refused((&project, "A"), answer(true, None), today, &nothing);
    // Silence until the end of the next working day is consent.
    allowed((&stopped, "A"), answer(true, None), march(5));
    found.refused((&stopped, "A"), answer(true, None), march(6), &nothing);
    let objected = allowed((&stopped, "A"), answer(false, Some(words())), march(5));
    found.refused((&objected, "A"), answer(true, None), march(5), &nothing);
}

fn ask(days: u16) -> Act {
    Act::Ask(AskExtension {
        days,
        reason: ExtensionReason::Coordination,
        text: words(),
        is_by_head: false,
        deciders: vec![(SUPERVISOR, Role::Head)],
    })
}

/// Stage A has five working days from Monday the second: due on the ninth.
pub(super) fn extensions(found: &mut Found) {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let due_on = march(9);
    let too_late = Refusal::ExtensionTooLate { due_on };
    found.refused((&project, "A"), ask(1), march(10), &too_late);
    let locked = Refusal::ExtensionLocked { due_on };
    found.refused((&project, "A"), ask(1), due_on, &locked);
    for (days, days_max) in [(0, 0), (6, 5), (3_650, 5)] {
        let too_long = Refusal::ExtensionTooLong { days, days_max };
        found.refused((&project, "A"), ask(days), march(6), &too_long);
    }
    let asked = allowed((&project, "A"), ask(2), march(6));
    let pending = Refusal::ExtensionPending {
        decide_by: march(9),
    };
    found.refused((&asked, "A"), ask(1), march(6), &pending);
    let stopped = allowed((&project, "A"), Act::Stop(supplement(march(5))), march(5));
    let stands = Refusal::ClockStopped {
        stopped_on: march(5),
    };
    found.refused((&stopped, "A"), ask(1), march(6), &stands);
    let done = allowed((&project, "A"), Act::Complete(march(5)), march(5));
    let finished = Refusal::StageFinished { done_on: march(5) };
    found.refused((&done, "A"), ask(1), march(6), &finished);
    let ready = admitted(&office());
    found.refused((&ready, "A"), ask(1), march(6), &Refusal::NotAccepted);
    let mut unextendable = project;
    unextendable.stages[0].terms.extension = None;
    let no = Refusal::ExtensionNotAllowed;
    found.refused((&unextendable, "A"), ask(1), march(6), &no);
}

/// Five working days are promised until the ninth; by law, in days of another kind, it is over on the fifth.
pub(super) fn extensions_under_the_law(found: &mut Found) {
    let law = (Some(working(5)), Some(calendar_days(3)));
    let project = accepted(law, MONDAY);
    let due_on = march(5);
    let too_late = Refusal::ExtensionTooLate { due_on };
    found.refused((&project, "A"), ask(1), march(6), &too_late);
    let locked = Refusal::ExtensionLocked { due_on };
    found.refused((&project, "A"), ask(1), due_on, &locked);
    let asked = allowed((&project, "A"), ask(1), march(4));
    let request = stage(&asked, "A").extension.as_ref().unwrap();
    assert_eq!(request.due_on, march(9), "the date it asks to move");
}

fn decide(by: PersonId, role: Role, is_granted: bool) -> Act {
    let decide = DecideExtension {
        is_granted,
        text: None,
        roles: [role].into(),
    };
    Act::Decide(by, decide)
}

pub(super) fn decisions(found: &mut Found) {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let today = march(6);
    let yes = decide(SUPERVISOR, Role::Head, true);
    let none = Refusal::NoExtensionAsked;
    found.refused((&project, "A"), yes.clone(), today, &none);
    // Two of five days are for the head, three for the efficacy office.
    let asked = allowed((&project, "A"), ask(2), today);
    let own = decide(OFFICER, Role::Head, true);
    found.refused((&asked, "A"), own, today, &Refusal::OwnExtension);
    let no = decide(SUPERVISOR, Role::Head, false);
    let no_reason = Refusal::RejectionWithoutReason;
    found.refused((&asked, "A"), no, today, &no_reason);
    allowed((&asked, "A"), yes.clone(), march(20));
    let large = allowed((&project, "A"), ask(3), today);
    let elsewhere = Refusal::NotTheApprover {
        approver: "efficacy_office".into(),
    };
    found.refused((&large, "A"), yes, today, &elsewhere);
    let leader = decide(SUPERVISOR, Role::Leader, true);
    found.refused((&large, "A"), leader, today, &elsewhere);
    let office = decide(SUPERVISOR, Role::EfficacyOffice, true);
    allowed((&large, "A"), office, today);
}
