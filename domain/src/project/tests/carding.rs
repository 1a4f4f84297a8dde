//! Cards: what each act does.

use crate::{
    card::{Card, CardIssue, CardLevel, CardState},
    event::{Fact, Visibility},
    id::{AlertId, CardId, PersonId},
    moment::Moment,
    notice::{Matter, Notice},
    office::Office,
    project::{AppealCard, CardVerdict, DecideCard, ExplainCard, Project, Step},
    sample::{
        COLLEAGUE, MONDAY, OFFICER, SUPERVISOR, accept, admitted, id, march, morning, office,
        stage, words,
    },
};

/// A card of stage A, issued on Tuesday, 10 March.
pub(super) fn card(project: &Project, level: CardLevel) -> Card {
    let issue = CardIssue {
        id: CardId(uuid::Uuid::from_u128(6)),
        level,
        alert: AlertId(uuid::Uuid::from_u128(5)),
        project: project.id,
        stage: id(project, "A"),
        issued_on: march(10),
        explain_by: march(11),
        correct_by: Some(march(12)),
    };
    issue.numbered(7)
}

fn running() -> Project {
    let office = office();
    accept(&admitted(&office), "A", MONDAY)
}

fn on(day: u8, office: &Office) -> (Moment, &Office) {
    (morning(march(day), office), office)
}

fn explain(alternative: Option<u8>) -> ExplainCard {
    ExplainCard {
        text: words(),
        alternative_on: alternative.map(march),
    }
}

fn appealed(project: &Project, card: &Card) -> Step {
    let office = office();
    let appeal = AppealCard {
        text: words(),
        deciders: vec![SUPERVISOR, OFFICER],
    };
    project
        .appeal_card(card, OFFICER, appeal, on(11, &office))
        .unwrap()
}

fn decided(project: &Project, card: &Card, verdict: CardVerdict) -> Step {
    let office = office();
    let text = words();
    project
        .decide_card(
            card,
            SUPERVISOR,
            DecideCard { verdict, text },
            on(12, &office),
        )
        .unwrap()
}

fn told(step: &Step) -> Vec<(PersonId, Matter)> {
    let pair = |notice: &Notice| (notice.to, notice.matter);
    step.notices.iter().map(pair).collect()
}

#[test]
fn the_reason_of_a_yellow_card_stays_in_the_office_and_needs_no_date() {
    let (office, project) = (office(), running());
    let yellow = card(&project, CardLevel::Yellow);
    assert!(yellow.is_unexplained());
    let step = project
        .explain_card(&yellow, OFFICER, explain(None), on(11, &office))
        .unwrap();
    assert_eq!(step.events.len(), 1);
    assert_eq!(step.events[0].fact.kind(), "card_explained");
    assert_eq!(step.events[0].fact.visibility(), Visibility::Internal);
    let (before, after) = (stage(&project, "A"), stage(&step.project, "A"));
    assert_eq!(after.touches, before.touches + 1, "a sign of work");
    assert_eq!(after.deadline, before.deadline, "no date moves");
    let changed = step.card.unwrap();
    assert!(!changed.is_unexplained());
    assert!(!changed.is_explained_late(march(20)));
    assert_eq!(changed.state(), CardState::Open);
}

#[test]
fn the_reason_of_a_red_card_is_public_and_gives_the_expected_date() {
    let (office, project) = (office(), running());
    for level in [CardLevel::Red, CardLevel::Leadership] {
        let red = card(&project, level);
        let step = project
            .explain_card(&red, OFFICER, explain(Some(20)), on(12, &office))
            .unwrap();
        assert_eq!(step.events[0].fact.visibility(), Visibility::Public);
        assert_eq!(stage(&step.project, "A").expected_on, Some(march(20)));
        assert!(
            step.card.unwrap().is_explained_late(march(12)),
            "a day late"
        );
    }
}

#[test]
fn a_finished_stage_is_explained_without_another_date_and_is_not_touched() {
    let (office, project) = (office(), running());
    let done = crate::project::Complete {
        on: march(13),
        result: words(),
    };
    let finished = project
        .complete(id(&project, "A"), OFFICER, done, on(13, &office))
        .unwrap()
        .project;
    let red = card(&finished, CardLevel::Red);
    let step = finished
        .explain_card(&red, OFFICER, explain(None), on(13, &office))
        .unwrap();
    assert_eq!(step.project, finished);
}

#[test]
fn an_appeal_reaches_the_efficacy_office_and_changes_nothing_yet() {
    let project = running();
    let yellow = card(&project, CardLevel::Yellow);
    let step = appealed(&project, &yellow);
    assert_eq!(told(&step), [(SUPERVISOR, Matter::CardAppealed)]);
    assert_eq!(step.events[0].fact.visibility(), Visibility::Internal);
    assert_eq!(step.project, project);
    assert_eq!(step.card.unwrap().state(), CardState::Appealed);
}

#[test]
fn a_withdrawal_takes_the_card_and_leaves_the_miss() {
    let project = running();
    let yellow = card(&project, CardLevel::Yellow);
    let appealed = appealed(&project, &yellow).card.unwrap();
    let step = decided(&project, &appealed, CardVerdict::Withdraw);
    assert_eq!(step.project, project, "clock, lamp and ladder stay");
    assert_eq!(told(&step), [(OFFICER, Matter::CardDecided)]);
    assert_eq!(step.events[0].fact.visibility(), Visibility::Public);
    let changed = step.card.unwrap();
    assert_eq!(changed.state(), CardState::Withdrawn);
    assert!(!changed.is_unexplained() && changed.pending_appeal().is_none());
    // Of the office's own motion too.
    let own = decided(&project, &yellow, CardVerdict::Withdraw);
    assert_eq!(own.card.unwrap().state(), CardState::Withdrawn);
}

#[test]
fn a_rejected_appeal_leaves_the_card_and_tells_officer_and_appellant() {
    let project = running();
    let yellow = card(&project, CardLevel::Yellow);
    let mut appealed = appealed(&project, &yellow).card.unwrap();
    if let Some(appeal) = &mut appealed.appeal {
        appeal.by = COLLEAGUE;
    }
    let step = decided(&project, &appealed, CardVerdict::RejectAppeal);
    let both = [COLLEAGUE, OFFICER].map(|who| (who, Matter::CardDecided));
    assert_eq!(told(&step), both);
    assert!(matches!(
        step.events[0].fact,
        Fact::CardAppealRejected { .. }
    ));
    assert_eq!(step.events[0].fact.visibility(), Visibility::Internal);
    assert_eq!(step.card.unwrap().state(), CardState::Open);
}
