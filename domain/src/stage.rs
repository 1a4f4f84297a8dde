//! A stage (环节): the unit with a deadline, a responsible officer and a clock.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    calendar::{CalendarError, WorkCalendar, plus_days},
    clock::{Clock, Court, Reading, StopReason},
    event::Fact,
    extension::{ExtensionRequest, ExtensionTerms, extended},
    id::{PersonId, StageId, UnitId},
    ladder::Rung,
    limit::Limit,
    template::{Milestone, Phase, PlannedStage},
    validity::{Validity, ValidityTerms},
};

/// One stage of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Key.
    pub id: StageId,
    /// Its place in the project, from 1.
    pub ordinal: u16,
    /// The code of its definition in the project's template.
    pub code: String,
    /// Where it stands on the spine.
    pub phase: Phase,
    /// The responsible unit.
    pub unit: UnitId,
    /// Whose turn it is while the stage runs.
    pub court: Court,
    /// The responsible officer, once there is one.
    pub officer: Option<PersonId>,
    /// What the template said when the project started.
    pub terms: Terms,
    /// The places of the stages that must be done first.
    pub after: Vec<u16>,
    /// How far it is.
    pub state: StageState,
    /// Its clock, from acceptance on.
    pub clock: Option<Clock>,
    /// What follows from clock, terms and calendar.
    pub deadline: Deadline,
    /// The last day with a sign of work; becoming ready is one.
    pub touched_on: Option<Date>,
    /// How many signs of work there were.
    pub touches: u32,
    /// When the officer expects to be done.
    pub expected_on: Option<Date>,
    /// A supervisor's new date, until whose end no higher rung fires.
    pub hold: Option<Hold>,
    /// The day it was finished.
    pub done_on: Option<Date>,
    /// The day on which all that it waited for was done; `None` while it waits, and for cases taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_on: Option<Date>,
    /// A request for more time that waits for its decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionRequest>,
    /// How many requests for more time there were.
    #[serde(default)]
    pub extension_requests: u32,
    /// The validity within which it must be done, once it has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
}

/// What the template said when the project started.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The limit promised to the investor.
    pub promised: Option<Limit>,
    /// The limit in law.
    pub statutory: Option<Limit>,
    /// Working days without a sign of work after which the officer is asked.
    pub silence_days: Option<u16>,
    /// The reasons for which the clock may stop.
    pub stops: Vec<StopReason>,
    /// The greatest number of working days for a reason, where the rules know one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stop_caps: BTreeMap<StopReason, u16>,
    /// What it marks for the project, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<Milestone>,
    /// What may be added to the promise; `None` where nothing may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionTerms>,
    /// That it must be done while what another stage yields is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<ValidityTerms>,
}

/// How far a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageState {
    /// Waits for other stages (待前置).
    Waiting,
    /// May be accepted (可申报).
    Ready,
    /// The clock runs (办理中).
    Running,
    /// The clock stands (停表).
    Stopped,
    /// Finished (办结).
    Done,
}

impl StageState {
    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }
}

/// The derived dates of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Counts up when the due day really changes; 0 before acceptance.
    pub version: u32,
    /// The day on which this version began to count.
    pub since: Option<Date>,
    /// The last day of the promise, or of the law where nothing is promised; `None` before acceptance,
    /// while the clock stands, without a limit, or when the calendar has no answer.
    pub due_on: Option<Date>,
    /// The last day under the law, `None` as with `due_on`.
    pub statutory_due_on: Option<Date>,
    /// Working or calendar days left while the clock stands.
    pub days_left: Option<u32>,
    /// The due day first known: the promise first made. Never changes.
    pub first_due_on: Option<Date>,
    /// The last due day that was known, kept while the clock stands.
    pub last_due_on: Option<Date>,
    /// True when a year without a published calendar is part of the count.
    pub is_provisional: bool,
    /// True when the calendar had no answer.
    pub is_unknown: bool,
}

/// That no rung above one fires until a day has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// The rung that was acknowledged.
    pub above: Rung,
    /// The new date.
    pub until: Date,
}

impl Deadline {
    /// The day after which the stage is late: the last of the promise, or of the law where stops or holidays
    /// let a law in another unit end sooner. `None` as with `due_on`.
    pub fn ends_on(&self) -> Option<Date> {
        let law = self.statutory_due_on;
        self.due_on.map(|due| law.map_or(due, |law| due.min(law)))
    }
}

impl Stage {
    /// The stage as planned, before anything has happened.
    pub fn planned(id: StageId, unit: UnitId, plan: &PlannedStage<'_>) -> Self {
        let definition = plan.definition;
        Self {
            id,
            ordinal: plan.ordinal,
            code: definition.code.clone(),
            phase: definition.phase,
            unit,
            court: definition.court,
            officer: None,
            terms: Terms {
                promised: plan.promised.map(|rule| rule.limit),
                statutory: definition.statutory.as_ref().map(|rule| rule.limit),
                silence_days: definition.silence_days,
                stops: definition.stops.iter().map(|stop| stop.reason).collect(),
                stop_caps: (definition.stops.iter())
                    .filter_map(|stop| Some((stop.reason, stop.cap_days?)))
                    .collect(),
                milestone: definition.milestone,
                extension: definition.extension.as_ref().map(|rule| rule.terms),
                validity: plan.validity,
            },
            after: plan.after.clone(),
            state: StageState::Waiting,
            clock: None,
            deadline: Deadline::default(),
            touched_on: None,
            touches: 0,
            expected_on: None,
            hold: None,
            done_on: None,
            ready_on: None,
            extension: None,
            extension_requests: 0,
            validity: None,
        }
    }

    /// True when the work goes on or may begin.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, StageState::Waiting | StageState::Done)
    }

    /// True when its deadline ended before `today` and the stage is not finished.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state == StageState::Running && self.deadline.ends_on().is_some_and(|end| end < today)
    }

    /// True when it was finished after its deadline, or after the last due day that was known.
    pub fn is_done_late(&self) -> bool {
        let end = self.deadline.ends_on().or(self.deadline.last_due_on);
        self.done_on
            .zip(end)
            .is_some_and(|(done_on, end)| done_on > end)
    }

    /// How many stops there were, the open one included.
    pub fn stop_count(&self) -> u32 {
        let stops = self.clock.as_ref().map_or(0, |clock| clock.stops.len());
        u32::try_from(stops).unwrap_or(u32::MAX)
    }

    /// What the rungs about stops count from: a new stop, and each new date of one, is watched anew.
    pub fn stop_basis(&self) -> u32 {
        let stops = self.clock.iter().flat_map(|clock| &clock.stops);
        let revisions = stops.map(|stop| stop.revisions);
        revisions.fold(self.stop_count(), u32::saturating_add)
    }

    /// Whose turn it is.
    pub fn turn(&self) -> Court {
        let stop = self.clock.as_ref().and_then(Clock::open_stop);
        stop.map_or(self.court, |stop| stop.reason.court())
    }

    /// The day of `rung`, moved behind a supervisor's hold.
    pub(crate) fn held_until(&self, rung: Rung, on: Date) -> Date {
        match self.hold {
            Some(hold) if rung > hold.above => on.max(plus_days(hold.until, 1).unwrap_or(on)),
            _ => on,
        }
    }

    /// A sign of work on `day`.
    pub(crate) fn touch(&mut self, day: Date) {
        self.touched_on = Some(self.touched_on.map_or(day, |last| last.max(day)));
        self.touches += 1;
    }

    /// Derives the deadline anew and says what moved. A calendar without an answer never stops the work:
    /// the deadline is then unknown.
    pub(crate) fn reckon(&mut self, today: Date, calendar: &WorkCalendar) -> Option<Fact> {
        let before = self.deadline.clone();
        match self.derive(calendar) {
            Ok(derived) => self.deadline = derived,
            Err(error) => {
                self.deadline = Deadline {
                    due_on: None,
                    statutory_due_on: None,
                    days_left: None,
                    is_unknown: true,
                    ..before.clone()
                };
                return Some(Fact::DeadlineUnknown {
                    cause: alloc::format!("{error}"),
                });
            }
        }
        let new = self.deadline.due_on?;
        let is_moved = before.last_due_on != Some(new);
        if is_moved {
            self.deadline.version = before.version + 1;
            self.deadline.since = Some(today);
            self.deadline.last_due_on = Some(new);
            self.deadline.first_due_on = before.first_due_on.or(Some(new));
        }
        let is_known_again = before.is_unknown;
        let is_first = before.last_due_on.is_none() && !is_known_again;
        let is_news = is_known_again || (is_moved && !is_first);
        is_news.then_some(Fact::DeadlineMoved {
            old: before.last_due_on.filter(|_| !is_known_again),
            new: Some(new),
            version: self.deadline.version,
        })
    }

    /// The limit that counts, extensions included. Where nothing is promised it is the law's; where something
    /// expires it is the day of that.
    pub fn promise(&self) -> Option<Limit> {
        if let Some(validity) = self.validity {
            let on = validity.expires_on;
            return Some(Limit::FixedDate { on });
        }
        let days = self.extension_days();
        let limit = self.terms.promised.or(self.terms.statutory)?;
        Some(extended(limit, days))
    }

    /// The limit in law. An extension that the law allows beyond it moves it as far as the promise.
    pub fn law(&self) -> Option<Limit> {
        if self.validity.is_some() {
            return self.promise();
        }
        let law = self.terms.statutory?;
        let moved = match (self.promise(), law) {
            (Some(promise @ Limit::WorkingDays { value }), Limit::WorkingDays { value: most })
            | (
                Some(promise @ Limit::CalendarDays { value }),
                Limit::CalendarDays { value: most },
            ) if value > most => promise,
            _ => law,
        };
        Some(if self.extension_days() > 0 {
            moved
        } else {
            law
        })
    }

    /// The due day with `days` more; `None` without a limit, while the clock stands, or when the calendar has
    /// no answer.
    pub fn due_if_extended(&self, days: u16, calendar: &WorkCalendar) -> Option<Date> {
        let limit = extended(self.promise()?, days);
        let reading = self.clock.as_ref()?.read(limit, calendar).ok()?;
        Some(reading.due()?.on)
    }

    fn extension_days(&self) -> u16 {
        self.clock.as_ref().map_or(0, Clock::extension_days)
    }

    fn derive(&self, calendar: &WorkCalendar) -> Result<Deadline, CalendarError> {
        let mut derived = Deadline {
            is_unknown: false,
            days_left: None,
            ..self.deadline.clone()
        };
        let Some(clock) = &self.clock else {
            return Ok(derived);
        };
        let read =
            |limit: Option<Limit>| limit.map(|limit| clock.read(limit, calendar)).transpose();
        let promised = read(self.promise())?;
        let statutory = read(self.law())?;
        derived.due_on = promised.and_then(Reading::due).map(|day| day.on);
        derived.statutory_due_on = statutory.and_then(Reading::due).map(|day| day.on);
        derived.is_provisional = promised
            .into_iter()
            .chain(statutory)
            .any(Reading::is_provisional);
        derived.days_left = promised.and_then(Reading::days_left);
        Ok(derived)
    }
}

#[cfg(test)]
mod tests;
