//! The acts of heads and supervisors on one stage: assign, acknowledge.

use time::Date;

use super::{Draft, Project, Step};
use crate::{
    alert::{Acknowledgement, Alert},
    event::{Author, Fact},
    id::{PersonId, StageId},
    ladder::Rung,
    moment::Moment,
    office::Office,
    refusal::Refusal,
    stage::Hold,
    text::Prose,
};

/// 签收: a supervisor answers an alert with an instruction and a new date.
#[derive(Debug, Clone)]
pub struct Acknowledge {
    /// What is to be done.
    pub instruction: Prose,
    /// By when; today or later.
    pub new_date: Date,
}

impl Project {
    /// Makes `officer`, a member of the stage's unit, responsible.
    pub fn assign(
        &self,
        stage: StageId,
        by: PersonId,
        officer: PersonId,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        if let Some(done_on) = held.done_on {
            return Err(Refusal::StageFinished { done_on });
        }
        if held.officer == Some(officer) {
            return Err(Refusal::AlreadyAssigned);
        }
        held.officer = Some(officer);
        draft.record(Some(stage), now.today, Fact::StageAssigned { officer });
        draft.tell_assigned(stage, officer);
        Ok(draft.finish())
    }

    /// Answers an alert: until the end of the new date no higher rung fires.
    pub fn acknowledge(
        &self,
        alert: &Alert,
        by: PersonId,
        acknowledge: Acknowledge,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(alert.stage)?;
        if let Some(earlier) = &alert.acknowledgement {
            return Err(Refusal::AlreadyAcknowledged { on: earlier.on });
        }
        if alert.rung == Rung::StopObjected {
            return Err(Refusal::NeedsReview);
        }
        if !alert.stands(held) {
            return Err(Refusal::AlertOutdated);
        }
        let Acknowledge {
            instruction,
            new_date,
        } = acknowledge;
        if new_date < now.today {
            return Err(Refusal::ExpectedInPast {
                on: new_date,
                today: now.today,
            });
        }
        // An answer to what stands beside the ladder holds no card back.
        if alert.rung >= Rung::Silence {
            held.hold = Some(Hold {
                above: alert.rung,
                until: new_date,
            });
        }
        let fact = Fact::AlertAcknowledged {
            rung: alert.rung,
            instruction: instruction.clone(),
            new_date,
        };
        draft.record(Some(alert.stage), now.today, fact);
        let mut step = draft.finish();
        step.acknowledgement = Some(Acknowledgement {
            by,
            on: now.today,
            instruction,
            new_date,
        });
        Ok(step)
    }
}
