//! Cards: every way in which an act upon one is refused, and the nearest that is not.

use super::*;
use crate::{
    card::{Card, CardLevel},
    project::{AppealCard, CardVerdict, DecideCard, ExplainCard, tests::carding::card},
};

#[derive(Clone, Copy)]
enum OnCard {
    Explain(Option<u8>),
    Appeal,
    Decide(PersonId, CardVerdict),
}

fn tried(project: &Project, card: &Card, act: OnCard) -> Result<Step, Refusal> {
    let office = office();
    let at = (morning(march(12), &office), &office);
    let text = words();
    match act {
        OnCard::Explain(day) => {
            let alternative_on = day.map(march);
            let explain = ExplainCard {
                text,
                alternative_on,
            };
            project.explain_card(card, OFFICER, explain, at)
        }
        OnCard::Appeal => {
            let deciders = vec![SUPERVISOR];
            project.appeal_card(card, OFFICER, AppealCard { text, deciders }, at)
        }
        OnCard::Decide(by, verdict) => {
            project.decide_card(card, by, DecideCard { verdict, text }, at)
        }
    }
}

pub(super) fn cards(found: &mut Found) {
    let project = accept(&admitted(&office()), "A", MONDAY);
    let mut refused = |card: &Card, act: OnCard, why: &Refusal| {
        let answer = tried(&project, card, act).map(|step| step.events);
        assert_eq!(answer, Err(why.clone()));
        found.0.insert(why.code());
    };
    let changed = |card: &Card, act: OnCard| tried(&project, card, act).unwrap().card.unwrap();
    let (yellow, red) = (
        card(&project, CardLevel::Yellow),
        card(&project, CardLevel::Red),
    );
    let on = march(12);
    refused(&red, OnCard::Explain(None), &Refusal::AlternativeMissing);
    let past = Refusal::ExpectedInPast {
        on: march(11),
        today: on,
    };
    refused(&red, OnCard::Explain(Some(11)), &past);
    let explained = changed(&red, OnCard::Explain(Some(12)));
    refused(
        &explained,
        OnCard::Explain(Some(12)),
        &Refusal::CardExplained { on },
    );
    let appealed = changed(&yellow, OnCard::Appeal);
    refused(&appealed, OnCard::Appeal, &Refusal::CardAppealed { on });
    let reject = OnCard::Decide(SUPERVISOR, CardVerdict::RejectAppeal);
    refused(&yellow, reject, &Refusal::NoAppeal);
    let rejected = changed(&appealed, reject);
    refused(&rejected, reject, &Refusal::NoAppeal);
    refused(&rejected, OnCard::Appeal, &Refusal::CardAppealed { on });
    for verdict in [CardVerdict::Withdraw, CardVerdict::RejectAppeal] {
        refused(
            &appealed,
            OnCard::Decide(OFFICER, verdict),
            &Refusal::OwnCard,
        );
    }
    // Whoever appeals decides no more than whoever answers for the stage.
    let mut by_colleague = appealed.clone();
    if let Some(appeal) = &mut by_colleague.appeal {
        appeal.by = COLLEAGUE;
    }
    let withdraw = OnCard::Decide(COLLEAGUE, CardVerdict::Withdraw);
    refused(&by_colleague, withdraw, &Refusal::OwnCard);
    let withdrawn = changed(&yellow, withdraw);
    for act in [OnCard::Explain(None), OnCard::Appeal, withdraw, reject] {
        refused(&withdrawn, act, &Refusal::CardWithdrawn { on });
    }
}
