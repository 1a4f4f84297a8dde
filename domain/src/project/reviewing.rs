//! What happens to a stop after it was entered: a new date for its end, and a second look at one that the
//! investor objects to.

use time::Date;

use super::{Draft, Project, Step, act::accepted_and_unfinished, stopping::cap_ends_on};
use crate::{
    alert::Acknowledgement,
    clock::Consent,
    event::{Author, Fact},
    id::{PersonId, StageId},
    moment::Moment,
    notice::Matter,
    office::Office,
    refusal::Refusal,
    schedule::ForecastCause,
    stage::StageState,
    text::Prose,
};

/// 调整预计恢复日期: a stop lasts longer, or less long, than was expected.
#[derive(Debug, Clone)]
pub struct ReviseStop {
    /// When the clock is expected to run again; after today, and within the template's cap.
    pub expected_on: Date,
    /// Why; the investor is told.
    pub text: Prose,
}

/// 复核停表: a supervisor looks into a stop that the investor objects to.
#[derive(Debug, Clone)]
pub struct ReviewStop {
    /// True when it stands. Else it takes no day out, as if it had not been.
    pub is_upheld: bool,
    /// Why; the investor is told.
    pub text: Prose,
}

impl Project {
    /// Gives the open stop of a stage another expected end; that it lasts longer is watched anew.
    pub fn revise_stop(
        &self,
        stage: StageId,
        by: PersonId,
        revise: ReviseStop,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        let open = accepted_and_unfinished(held)?.open_stop();
        let open = open.ok_or(Refusal::ClockRuns)?;
        let on = revise.expected_on;
        if on <= now.today {
            let today = now.today;
            return Err(Refusal::ExpectedInPast { on, today });
        }
        let (of, old) = ((open.reason, open.stopped_on), open.expected_on);
        if let Some(latest) = cap_ends_on(held, of, office).filter(|latest| on > *latest) {
            return Err(Refusal::StopBeyondCap { on, latest });
        }
        let stops = held.clock.iter_mut().flat_map(|clock| &mut clock.stops);
        for stop in stops.filter(|stop| stop.resumed_on.is_none()) {
            stop.expected_on = Some(on);
            stop.revisions += 1;
        }
        held.touch(now.today);
        let fact = Fact::StopRevised {
            old,
            new: on,
            text: revise.text,
        };
        draft.record(Some(stage), now.today, fact);
        Ok(draft.finish_because(Some(stage), ForecastCause::Stopped))
    }

    /// Decides whether a stop stands that the investor objects to. Annulled, its days count as if the clock had
    /// never stood, and a card that they held back is due at once.
    pub fn review_stop(
        &self,
        stage: StageId,
        by: PersonId,
        review: ReviewStop,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        accepted_and_unfinished(held)?;
        let stops = held.clock.iter_mut().flat_map(|clock| &mut clock.stops);
        let mut newest_first = stops.rev();
        let stop = newest_first.find(|stop| stop.objected_on().is_some());
        let stop = stop.ok_or(Refusal::NothingToReview)?;
        let on = now.today;
        if review.is_upheld {
            stop.consent = Some(Consent::Upheld { by, on });
        } else {
            let was_open = stop.resumed_on.is_none();
            stop.consent = Some(Consent::Annulled { by, on });
            stop.resumed_on = Some(stop.stopped_on);
            if was_open {
                held.state = StageState::Running;
            }
        }
        let officer = held.officer;
        let answer = Acknowledgement {
            by,
            on,
            instruction: review.text.clone(),
            new_date: on,
        };
        let fact = Fact::StopReviewed {
            is_upheld: review.is_upheld,
            text: review.text,
        };
        draft.record(Some(stage), on, fact);
        if let Some(to) = officer {
            draft.tell(to, stage, Matter::StopReviewed);
        }
        draft.tell_investor(stage, Matter::StopReviewed);
        draft.reckon(stage)?;
        Ok(Step {
            acknowledgement: Some(answer),
            ..draft.finish_because(Some(stage), ForecastCause::Resumed)
        })
    }
}
