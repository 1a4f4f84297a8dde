//! Asking for more time, and deciding upon it.

use alloc::{collections::BTreeSet, vec::Vec};

use time::Date;

use super::{Draft, Project, Step, act::accepted_and_unfinished};
use crate::{
    access::Role,
    event::{Author, Fact},
    extension::{Extension, ExtensionReason, ExtensionRequest, extended},
    id::{PersonId, StageId},
    limit::Limit,
    moment::Moment,
    notice::Matter,
    office::Office,
    refusal::Refusal,
    schedule::ForecastCause,
    stage::Stage,
    text::Prose,
};

/// 申请延期: an officer asks for more time.
#[derive(Debug, Clone)]
pub struct AskExtension {
    /// Days, in the unit of the promise; at least one.
    pub days: u16,
    /// Why, from the closed list.
    pub reason: ExtensionReason,
    /// Why, in the officer's own words; the investor is told.
    pub text: Prose,
    /// True when the one who asks heads the unit: then no head decides.
    pub is_by_head: bool,
    /// Who may have to decide, with what they are: the heads of the unit, the leaders, the efficacy office.
    pub deciders: Vec<(PersonId, Role)>,
}

/// 审批延期: somebody else decides.
#[derive(Debug, Clone)]
pub struct DecideExtension {
    /// True for yes.
    pub is_granted: bool,
    /// Why; a rejection needs some.
    pub text: Option<Prose>,
    /// What the one who decides is.
    pub roles: BTreeSet<Role>,
}

impl Project {
    /// Asks for more time: before the last day begins, within what the template allows. Until it is decided
    /// no card is issued for the date it asks to move.
    pub fn ask_extension(
        &self,
        stage: StageId,
        by: PersonId,
        ask: AskExtension,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        let (due_on, limit) = require_request(held, &ask, now)?;
        let granted = held
            .clock
            .as_ref()
            .map_or(0, crate::clock::Clock::extension_days);
        let days = (granted, ask.days);
        let rules = office.ladder.extensions;
        let approver = rules.approver(days, limit.days().unwrap_or_default(), ask.is_by_head);
        let proposed_on = held.due_if_extended(ask.days, &office.calendar);
        let decide_by = office
            .calendar
            .working_day_after(now.today, rules.decision_days)
            .map_or(now.today, |day| day.on);
        held.extension_requests += 1;
        held.touch(now.today);
        let request = ExtensionRequest {
            days: ask.days,
            reason: ask.reason,
            text: ask.text.clone(),
            due_on,
            proposed_on: proposed_on.unwrap_or(due_on),
            requested_on: now.today,
            requested_by: by,
            approver,
            decide_by,
        };
        let fact = Fact::ExtensionRequested {
            days: ask.days,
            reason: ask.reason,
            text: ask.text,
            proposed_on: request.proposed_on,
            approver,
            decide_by,
        };
        held.extension = Some(request);
        draft.record(Some(stage), now.today, fact);
        let must = ask.deciders.iter().filter(|(_, role)| approver.is(*role));
        for (to, _) in must.filter(|(to, _)| *to != by) {
            draft.tell(*to, stage, Matter::ExtensionAsked);
        }
        Ok(draft.finish())
    }

    /// The project as it would be if the request that waits in `stage` were granted today: what is at stake,
    /// for whoever asks and whoever decides. `None` where nothing waits. Never saved.
    pub fn if_extended(&self, stage: StageId, office: &Office) -> Option<Self> {
        let mut granted = self.clone();
        let held = granted.stages.iter_mut().find(|held| held.id == stage)?;
        let request = held.extension.take()?;
        let extension = Extension {
            days: request.days,
            reason: request.reason,
            requested_on: request.requested_on,
            granted_on: request.requested_on,
            granted_by: request.requested_by,
        };
        held.clock.as_mut()?.extensions.push(extension);
        held.reckon(request.requested_on, &office.calendar);
        Some(granted)
    }

    /// Decides upon a request. Granted, the promise has more days; rejected, everything is as it was, and a
    /// card that was held back is due at once.
    pub fn decide_extension(
        &self,
        stage: StageId,
        by: PersonId,
        decide: DecideExtension,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let held = draft.stage(stage)?;
        let request = held.extension.as_ref().ok_or(Refusal::NoExtensionAsked)?;
        if request.requested_by == by {
            return Err(Refusal::OwnExtension);
        }
        let approver = request.approver;
        if !decide.roles.iter().any(|role| approver.admits(*role)) {
            return Err(Refusal::NotTheApprover {
                approver: approver.code().into(),
            });
        }
        if !decide.is_granted && decide.text.is_none() {
            return Err(Refusal::RejectionWithoutReason);
        }
        let Some(request) = held.extension.take() else {
            return Err(Refusal::NoExtensionAsked);
        };
        if let Some(clock) = held.clock.as_mut().filter(|_| decide.is_granted) {
            clock.extensions.push(Extension {
                days: request.days,
                reason: request.reason,
                requested_on: request.requested_on,
                granted_on: now.today,
                granted_by: by,
            });
        }
        let fact = Fact::ExtensionDecided {
            is_granted: decide.is_granted,
            days: request.days,
            text: decide.text,
        };
        draft.record(Some(stage), now.today, fact);
        draft.tell(request.requested_by, stage, Matter::ExtensionDecided);
        draft.reckon(stage)?;
        Ok(draft.finish_because(Some(stage), ForecastCause::Extended))
    }
}

/// The date that would move and the limit as it was promised, or why there is nothing to ask for.
fn require_request(
    held: &Stage,
    ask: &AskExtension,
    now: Moment,
) -> Result<(Date, Limit), Refusal> {
    let clock = accepted_and_unfinished(held)?;
    if let Some(open) = clock.open_stop() {
        return Err(Refusal::ClockStopped {
            stopped_on: open.stopped_on,
        });
    }
    if let Some(pending) = &held.extension {
        return Err(Refusal::ExtensionPending {
            decide_by: pending.decide_by,
        });
    }
    let limit = held.terms.promised.or(held.terms.statutory);
    let (Some(terms), Some(due_on), Some(limit)) =
        (held.terms.extension, held.deadline.due_on, limit)
    else {
        return Err(Refusal::ExtensionNotAllowed);
    };
    let value = limit.days().ok_or(Refusal::ExtensionNotAllowed)?;
    // Where the law ends before the promise the stage is missed with the law, and nothing undoes that.
    let end = held.deadline.ends_on().unwrap_or(due_on);
    if now.today > end {
        return Err(Refusal::ExtensionTooLate { due_on: end });
    }
    if now.today == end {
        return Err(Refusal::ExtensionLocked { due_on: end });
    }
    let granted = clock.extension_days();
    let all = granted.saturating_add(ask.days);
    let beyond_law = match (extended(limit, all), held.terms.statutory) {
        (Limit::WorkingDays { value }, Some(Limit::WorkingDays { value: law }))
        | (Limit::CalendarDays { value }, Some(Limit::CalendarDays { value: law })) => {
            value.saturating_sub(law)
        }
        _ => 0,
    };
    let room_of_terms = terms.days_max.saturating_sub(granted);
    let too_far = beyond_law.saturating_sub(terms.beyond_law_max);
    if ask.days == 0 || ask.days > room_of_terms || too_far > 0 {
        return Err(Refusal::ExtensionTooLong {
            days: ask.days,
            days_max: room_of_terms
                .min(ask.days.saturating_sub(too_far))
                .min(u16::MAX - value),
        });
    }
    Ok((due_on, limit))
}
