//! Stopping a clock and letting it run again, and what the investor says to it.

use time::Date;

use super::{
    Draft, Project, Step,
    act::{accepted_and_unfinished, end_stop, require_past},
};
use crate::{
    calendar::plus_days,
    clock::{ClockStop, Consent, Court, StopReason},
    event::{Author, Fact},
    id::{PersonId, StageId},
    moment::Moment,
    notice::Matter,
    office::{HappenedOn, Office},
    refusal::Refusal,
    schedule::ForecastCause,
    stage::{Stage, StageState},
    text::Prose,
};

/// Working days in which an investor may object to a stop in its court; silence is consent.
const CONSENT_DAYS: u16 = 1;

/// 停表: the clock of a stage stops.
#[derive(Debug, Clone)]
pub struct StopClock {
    /// Why; must be allowed by the template.
    pub reason: StopReason,
    /// The day of the stop; it still counts.
    pub on: Date,
    /// The day of the resume, for a stop that is entered when it is over; today or earlier.
    pub resumed_on: Option<Date>,
    /// When the clock is expected to run again; after today, and within the template's cap. The end of the
    /// cap if absent.
    pub expected_on: Option<Date>,
    /// What the investor is told.
    pub text: Prose,
    /// Why it is entered more than one working day late (补录).
    pub late_reason: Option<Prose>,
}

/// 恢复计时: the clock of a stage runs again.
#[derive(Debug, Clone)]
pub struct Resume {
    /// The day of the resume; the next day counts again.
    pub on: Date,
    /// Why now.
    pub text: Option<Prose>,
    /// Why it is entered more than one working day late (补录).
    pub late_reason: Option<Prose>,
}

/// What an investor says to a stop in its court.
#[derive(Debug, Clone)]
pub struct AnswerStop {
    /// True for yes.
    pub agrees: bool,
    /// In its own words; an objection needs some.
    pub text: Option<Prose>,
}

impl Project {
    /// Stops the clock of a running stage, or enters a stop that is over. Days that an earlier stop took
    /// out already are not taken out twice.
    pub fn stop(
        &self,
        stage: StageId,
        by: PersonId,
        stop: StopClock,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        require_stop(held, &stop, now, office)?;
        let expected_on = match stop.resumed_on {
            Some(_) => None,
            None => stop
                .expected_on
                .or(cap_ends_on(held, (stop.reason, stop.on), office)),
        };
        let asks = stop.reason.court() == Court::Investor;
        if let Some(clock) = &mut held.clock {
            clock.stops.push(ClockStop {
                reason: stop.reason,
                stopped_on: stop.on,
                resumed_on: stop.resumed_on,
                expected_on,
                recorded_on: Some(now.today),
                revisions: 0,
                consent: asks.then(|| Consent::Asked {
                    until: answer_by(now, office),
                }),
            });
        }
        if stop.resumed_on.is_none() {
            held.state = StageState::Stopped;
        }
        held.touch(now.today);
        let fact = Fact::ClockStopped {
            reason: stop.reason,
            resumed_on: stop.resumed_on,
            expected_on,
            text: stop.text,
            late_reason: stop.late_reason,
        };
        draft.record(Some(stage), stop.on, fact);
        if asks {
            draft.tell_investor(stage, Matter::StopToAnswer);
        }
        draft.reckon(stage)?;
        Ok(draft.finish_because(Some(stage), ForecastCause::Stopped))
    }

    /// Lets the clock of a stopped stage run again.
    pub fn resume(
        &self,
        stage: StageId,
        by: PersonId,
        resume: Resume,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        let open = accepted_and_unfinished(held)?.open_stop();
        let stopped_on = open.ok_or(Refusal::ClockRuns)?.stopped_on;
        require_past(resume.on, now.today)?;
        require_order(stopped_on, resume.on)?;
        require_late_reason(resume.on, resume.late_reason.as_ref(), now, office)?;
        end_stop(held, resume.on);
        held.state = StageState::Running;
        held.touch(now.today);
        let fact = Fact::ClockResumed {
            text: resume.text,
            late_reason: resume.late_reason,
        };
        draft.record(Some(stage), resume.on, fact);
        draft.reckon(stage)?;
        Ok(draft.finish_because(Some(stage), ForecastCause::Resumed))
    }

    /// What a contact of the investor says to the newest stop that still waits for an answer.
    pub fn answer_stop(
        &self,
        stage: StageId,
        by: PersonId,
        answer: AnswerStop,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        let stops = held.clock.iter_mut().flat_map(|clock| &mut clock.stops);
        let mut newest_first = stops.rev();
        let stop = newest_first.find(|stop| stop.waits_for_answer(now.today));
        let stop = stop.ok_or(Refusal::NothingToAnswer)?;
        stop.consent = Some(match (answer.agrees, answer.text.clone()) {
            (true, _) => Consent::Given { by, on: now.today },
            (false, Some(text)) => Consent::Refused {
                by,
                on: now.today,
                text,
            },
            (false, None) => return Err(Refusal::ObjectionWithoutReason),
        });
        let officer = held.officer;
        let fact = Fact::StopAnswered {
            agrees: answer.agrees,
            text: answer.text,
        };
        draft.record(Some(stage), now.today, fact);
        if !answer.agrees {
            let steward = draft.project.steward;
            for to in officer.into_iter().chain(steward) {
                draft.tell(to, stage, Matter::StopObjected);
            }
        }
        Ok(draft.finish())
    }
}

fn require_stop(
    held: &Stage,
    stop: &StopClock,
    now: Moment,
    office: &Office,
) -> Result<(), Refusal> {
    let clock = accepted_and_unfinished(held)?;
    require_past(stop.on, now.today)?;
    if stop.on < clock.accepted_on {
        return Err(Refusal::BeforeAcceptance {
            on: stop.on,
            accepted_on: clock.accepted_on,
        });
    }
    if let Some(resumed_on) = stop.resumed_on {
        require_past(resumed_on, now.today)?;
        require_order(stop.on, resumed_on)?;
    } else if let Some(open) = clock.open_stop() {
        return Err(Refusal::ClockStopped {
            stopped_on: open.stopped_on,
        });
    }
    if !held.terms.stops.contains(&stop.reason) {
        let allowed = held.terms.stops.iter().map(|reason| reason.code());
        let allowed: alloc::vec::Vec<&str> = allowed.collect();
        return Err(Refusal::StopReasonNotAllowed {
            reason: stop.reason.code().into(),
            allowed: allowed.join(", "),
        });
    }
    if let Some(on) = stop.expected_on.filter(|on| *on <= now.today) {
        return Err(Refusal::ExpectedInPast {
            on,
            today: now.today,
        });
    }
    if let (Some(on), Some(latest)) = (
        stop.expected_on,
        cap_ends_on(held, (stop.reason, stop.on), office),
    ) && on > latest
    {
        return Err(Refusal::StopBeyondCap { on, latest });
    }
    require_late_reason(stop.on, stop.late_reason.as_ref(), now, office)
}

/// The last day of a stop whose reason has a cap.
pub(super) fn cap_ends_on(
    held: &Stage,
    (reason, stopped_on): (StopReason, Date),
    office: &Office,
) -> Option<Date> {
    let cap = *held.terms.stop_caps.get(&reason)?;
    let last = office.calendar.working_day_after(stopped_on, cap).ok()?;
    Some(last.on)
}

/// The last day on which the investor may object.
fn answer_by(now: Moment, office: &Office) -> Date {
    let last = office.calendar.working_day_after(now.today, CONSENT_DAYS);
    // A calendar without an answer must not let a stop wait for ever.
    last.map(|day| day.on)
        .or_else(|_no_answer| plus_days(now.today, CONSENT_DAYS.into()))
        .unwrap_or(now.today)
}

fn require_order(stopped_on: Date, resumed_on: Date) -> Result<(), Refusal> {
    if resumed_on < stopped_on {
        return Err(Refusal::ResumeBeforeStop {
            on: resumed_on,
            stopped_on,
        });
    }
    Ok(())
}

/// Entered late, a stop or a resume moves dates after the fact: the record says why.
fn require_late_reason(
    on: Date,
    reason: Option<&Prose>,
    now: Moment,
    office: &Office,
) -> Result<(), Refusal> {
    if reason.is_none() && HappenedOn(on).is_late_entry(now.today, &office.calendar) {
        return Err(Refusal::LateWithoutReason {
            on,
            today: now.today,
        });
    }
    Ok(())
}
