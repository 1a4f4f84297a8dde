//! The acts of officers on one stage: accept, note, complete.

use time::Date;

use super::{Draft, Project, Step};
use crate::{
    clock::Clock,
    event::{Author, Fact, Visibility},
    id::{PersonId, StageId},
    moment::Moment,
    office::Office,
    refusal::Refusal,
    schedule::ForecastCause,
    stage::{Stage, StageState},
    text::Prose,
};

/// 受理: the clock of a stage starts.
#[derive(Debug, Clone)]
pub struct Accept {
    /// Day 0; not in the future, not before admission.
    pub on: Date,
    /// Who becomes responsible, if nobody is yet.
    pub officer: Option<PersonId>,
}

/// A sign of work.
#[derive(Debug, Clone)]
pub struct Note {
    /// What was done.
    pub text: Prose,
    /// Who may read it.
    pub visibility: Visibility,
    /// When the officer expects to be done; today or later.
    pub expected_on: Option<Date>,
}

/// 办结: a stage is finished. A clock that stands ends with it.
#[derive(Debug, Clone)]
pub struct Complete {
    /// The day it was finished.
    pub on: Date,
    /// With which result.
    pub result: Prose,
}

impl Project {
    /// Accepts a stage that is ready.
    pub fn accept(
        &self,
        stage: StageId,
        by: PersonId,
        accept: &Accept,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let admitted_on = self.admitted_on;
        self.require_open()?;
        let held = draft.stage(stage)?;
        match (&held.clock, held.state) {
            (Some(clock), _) => {
                return Err(Refusal::AlreadyAccepted {
                    accepted_on: clock.accepted_on,
                });
            }
            (None, StageState::Waiting) => {
                let after = held.after.clone();
                return Err(Refusal::StageWaits {
                    stages: self.codes_of_open(&after),
                });
            }
            (None, _) => {}
        }
        require_past(accept.on, now.today)?;
        if accept.on < admitted_on {
            return Err(Refusal::BeforeAdmission {
                on: accept.on,
                admitted_on,
            });
        }
        held.clock = Some(Clock::started(accept.on));
        held.state = StageState::Running;
        held.touch(accept.on);
        let newly = if held.officer.is_none() {
            accept.officer
        } else {
            None
        };
        held.officer = held.officer.or(newly);
        let unknown = held.reckon(now.today, &office.calendar);
        let (due_on, statutory_due_on) = (held.deadline.due_on, held.deadline.statutory_due_on);
        draft.record(
            Some(stage),
            accept.on,
            Fact::StageAccepted {
                due_on,
                statutory_due_on,
            },
        );
        if let Some(officer) = newly {
            draft.record(Some(stage), now.today, Fact::StageAssigned { officer });
            if officer != by {
                draft.tell_assigned(stage, officer);
            }
        }
        if let Some(fact @ Fact::DeadlineUnknown { .. }) = unknown {
            draft.record(Some(stage), now.today, fact);
        }
        Ok(draft.finish_because(Some(stage), ForecastCause::Accepted))
    }

    /// Notes progress on an accepted stage; the silence begins anew.
    pub fn note(
        &self,
        stage: StageId,
        by: PersonId,
        note: Note,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        accepted_and_unfinished(held)?;
        if let Some(on) = note.expected_on.filter(|on| *on < now.today) {
            return Err(Refusal::ExpectedInPast {
                on,
                today: now.today,
            });
        }
        held.touch(now.today);
        held.expected_on = note.expected_on.or(held.expected_on);
        let Note {
            text,
            visibility,
            expected_on,
        } = note;
        draft.record(
            Some(stage),
            now.today,
            Fact::ProgressNoted {
                text,
                visibility,
                expected_on,
            },
        );
        if expected_on.is_none() {
            return Ok(draft.finish());
        }
        Ok(draft.finish_because(Some(stage), ForecastCause::Expected))
    }

    /// Finishes an accepted stage and releases those that waited for it.
    pub fn complete(
        &self,
        stage: StageId,
        by: PersonId,
        complete: Complete,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        require_after_record(accepted_and_unfinished(held)?, complete.on, now.today)?;
        end_stop(held, complete.on);
        held.state = StageState::Done;
        held.touch(now.today);
        if held.extension.take().is_some() {
            draft.record(Some(stage), now.today, Fact::ExtensionLapsed);
        }
        draft.reckon(stage)?;
        let held = draft.stage(stage)?;
        held.done_on = Some(complete.on);
        let is_late = held.is_done_late();
        draft.record(
            Some(stage),
            complete.on,
            Fact::StageCompleted {
                result: Some(complete.result),
                is_late,
            },
        );
        draft.begin_validity(stage, complete.on);
        draft.release(now.today);
        draft.close_if_done();
        Ok(draft.finish_because(Some(stage), ForecastCause::Completed))
    }

    pub(super) fn require_open(&self) -> Result<(), Refusal> {
        self.closed_on.map_or(Ok(()), |closed_on| {
            Err(Refusal::ProjectClosed { closed_on })
        })
    }

    /// The codes of those stages at `ordinals` that are not done.
    fn codes_of_open(&self, ordinals: &[u16]) -> alloc::string::String {
        let open = self
            .stages
            .iter()
            .filter(|stage| ordinals.contains(&stage.ordinal) && stage.state != StageState::Done)
            .map(|stage| stage.code.as_str());
        open.collect::<alloc::vec::Vec<_>>().join(", ")
    }
}

/// The clock of a stage that was accepted and is not finished.
pub(super) fn accepted_and_unfinished(stage: &Stage) -> Result<&Clock, Refusal> {
    if let Some(done_on) = stage.done_on {
        return Err(Refusal::StageFinished { done_on });
    }
    stage.clock.as_ref().ok_or(Refusal::NotAccepted)
}

pub(super) fn require_past(on: Date, today: Date) -> Result<(), Refusal> {
    if on > today {
        Err(Refusal::InFuture { on, today })
    } else {
        Ok(())
    }
}

/// Refuses a day in the future, before acceptance, or before the latest stop or resume. What was entered last
/// need not have happened last.
fn require_after_record(clock: &Clock, on: Date, today: Date) -> Result<(), Refusal> {
    require_past(on, today)?;
    if on < clock.accepted_on {
        return Err(Refusal::BeforeAcceptance {
            on,
            accepted_on: clock.accepted_on,
        });
    }
    let ends = clock
        .stops
        .iter()
        .map(|stop| stop.resumed_on.unwrap_or(stop.stopped_on));
    match ends.max() {
        Some(last_on) if on < last_on => Err(Refusal::BeforeLastStop { on, last_on }),
        _ => Ok(()),
    }
}

/// Ends an open stop.
pub(super) fn end_stop(stage: &mut Stage, on: Date) {
    let open = stage.clock.iter_mut().flat_map(|clock| &mut clock.stops);
    for stop in open.filter(|stop| stop.resumed_on.is_none()) {
        stop.resumed_on = Some(on);
    }
}
