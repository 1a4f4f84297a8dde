//! Cards: giving the reason, appealing, deciding.

use alloc::vec::Vec;

use time::Date;

use super::{Draft, Project, Step};
use crate::{
    card::{Appeal, Card, Explanation, Said},
    event::{Author, Fact},
    id::PersonId,
    moment::Moment,
    notice::Matter,
    office::Office,
    refusal::Refusal,
    stage::StageState,
    text::Prose,
};

/// 说明原因: why the promise was missed.
#[derive(Debug, Clone)]
pub struct ExplainCard {
    /// Why.
    pub text: Prose,
    /// When the investor may expect the stage instead; today or later.
    pub alternative_on: Option<Date>,
}

/// 申诉: why the card should be taken back.
#[derive(Debug, Clone)]
pub struct AppealCard {
    /// Why.
    pub text: Prose,
    /// Who may decide: the efficacy office.
    pub deciders: Vec<PersonId>,
}

/// What the efficacy office makes of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardVerdict {
    /// 撤销: it is taken back, upon an appeal or of the office's own motion.
    Withdraw,
    /// 维持: the appeal is rejected.
    RejectAppeal,
}

/// A decision upon a card.
#[derive(Debug, Clone)]
pub struct DecideCard {
    /// Which.
    pub verdict: CardVerdict,
    /// Why.
    pub text: Prose,
}

impl Project {
    /// Gives the reason for a miss, once. Where the card is explained in public and the work goes on, another
    /// date comes with it, which is from then on the one the officer expects. It is a sign of work.
    pub fn explain_card(
        &self,
        card: &Card,
        by: PersonId,
        explain: ExplainCard,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(card.stage)?;
        require_standing(card)?;
        if let Some(earlier) = &card.explanation {
            return Err(Refusal::CardExplained { on: earlier.on });
        }
        let ExplainCard {
            text,
            alternative_on,
        } = explain;
        if alternative_on.is_none() && card.needs_alternative(held) {
            return Err(Refusal::AlternativeMissing);
        }
        if let Some(on) = alternative_on.filter(|on| *on < now.today) {
            return Err(Refusal::ExpectedInPast {
                on,
                today: now.today,
            });
        }
        if held.state != StageState::Done {
            held.touch(now.today);
            held.expected_on = alternative_on.or(held.expected_on);
        }
        let fact = Fact::CardExplained {
            number: card.number,
            text: text.clone(),
            alternative_on,
        };
        draft.record(Some(card.stage), now.today, fact);
        let mut changed = card.clone();
        changed.explanation = Some(Explanation {
            by,
            on: now.today,
            text,
            alternative_on,
        });
        Ok(draft.finish_with(changed))
    }

    /// Asks for a card to be taken back, once. Until it is decided everything stays as it is.
    pub fn appeal_card(
        &self,
        card: &Card,
        by: PersonId,
        appeal: AppealCard,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        draft.stage(card.stage)?;
        require_standing(card)?;
        if let Some(earlier) = &card.appeal {
            return Err(Refusal::CardAppealed { on: earlier.on });
        }
        let fact = Fact::CardAppealed {
            number: card.number,
            text: appeal.text.clone(),
        };
        draft.record(Some(card.stage), now.today, fact);
        for to in appeal.deciders.into_iter().filter(|to| *to != by) {
            draft.tell(to, card.stage, Matter::CardAppealed);
        }
        let mut changed = card.clone();
        changed.appeal = Some(Appeal {
            by,
            on: now.today,
            text: appeal.text,
            rejection: None,
        });
        Ok(draft.finish_with(changed))
    }

    /// Takes a card back, or rejects the appeal against it. Clock, lamp and ladder stay as they are: the miss
    /// is a fact, the card is not.
    pub fn decide_card(
        &self,
        card: &Card,
        by: PersonId,
        decide: DecideCard,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let officer = draft.stage(card.stage)?.officer;
        require_standing(card)?;
        let appellant = card.appeal.as_ref().map(|appeal| appeal.by);
        if officer == Some(by) || appellant == Some(by) {
            return Err(Refusal::OwnCard);
        }
        let DecideCard { verdict, text } = decide;
        let said = Said {
            by,
            on: now.today,
            text: text.clone(),
        };
        let (mut changed, number) = (card.clone(), card.number);
        let fact = match verdict {
            CardVerdict::Withdraw => {
                changed.withdrawal = Some(said);
                Fact::CardWithdrawn { number, text }
            }
            CardVerdict::RejectAppeal => {
                let pending = changed
                    .appeal
                    .as_mut()
                    .filter(|appeal| appeal.rejection.is_none());
                pending.ok_or(Refusal::NoAppeal)?.rejection = Some(said);
                Fact::CardAppealRejected { number, text }
            }
        };
        draft.record(Some(card.stage), now.today, fact);
        let mut told: Vec<PersonId> = appellant.into_iter().chain(officer).collect();
        told.dedup();
        for to in told {
            draft.tell(to, card.stage, Matter::CardDecided);
        }
        Ok(draft.finish_with(changed))
    }
}

impl Draft<'_> {
    fn finish_with(self, card: Card) -> Step {
        let mut step = self.finish();
        step.card = Some(card);
        step
    }
}

fn require_standing(card: &Card) -> Result<(), Refusal> {
    card.withdrawal
        .as_ref()
        .map_or(Ok(()), |said| Err(Refusal::CardWithdrawn { on: said.on }))
}
