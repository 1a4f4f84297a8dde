//! The day ledger (时间台账): every calendar day belongs to exactly one owner, and the sums are the elapsed
//! days.
//!
//! As everywhere, the day on which something happens belongs to the state before it: the ledger of a stage
//! has the days after it became ready, up to and with the day of its end.

use alloc::{collections::BTreeMap, vec::Vec};

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    calendar::WorkCalendar,
    clock::{ClockStop, Court, StopReason},
    id::{StageId, UnitId},
    limit::Limit,
    project::Project,
    schedule::Schedule,
    stage::{Stage, StageState},
};

/// To whom a day belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "owner", content = "unit", rename_all = "snake_case")]
pub enum Owner {
    /// A unit of the zone, or an agency resident in it, whose turn it was.
    Unit(UnitId),
    /// The investor.
    Investor,
    /// A period fixed by law.
    Law,
    /// An evaluator, a laboratory, a utility, a higher body.
    ThirdParty,
    /// Nobody works on it.
    Holiday,
    /// The clock stood for a reason that is nobody's turn, or for work of the authorities that does not count.
    Stop,
}

impl Owner {
    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unit(_) => "unit",
            Self::Investor => "investor",
            Self::Law => "law",
            Self::ThirdParty => "third_party",
            Self::Holiday => "holiday",
            Self::Stop => "stop",
        }
    }
}

/// Days in a row with one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// Whose they are.
    pub owner: Owner,
    /// In which stage.
    pub stage: StageId,
    /// Why the clock stood, if it did.
    pub stop: Option<StopReason>,
}

impl Span {
    /// How many days.
    pub fn days(&self) -> u32 {
        u32::try_from((self.last - self.first).whole_days() + 1).unwrap_or_default()
    }
}

/// The days `d` with `after < d <= until`, each with its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Day 0, which is not one of them.
    pub after: Date,
    /// The last day: that of the end, or today.
    pub until: Date,
    /// In order, without a gap.
    pub spans: Vec<Span>,
}

/// The longest ledger in days: a century. Beyond it a date must be wrong; the ledger ends there.
const DAYS_MAX: usize = 36_525;

impl Ledger {
    /// The ledger of a stage, from the day on which it became ready, or was accepted if that is not known.
    /// `None` while it waits for others.
    pub fn of_stage(stage: &Stage, today: Date, calendar: &WorkCalendar) -> Option<Self> {
        let accepted_on = stage.clock.as_ref().map(|clock| clock.accepted_on);
        let after = match (stage.ready_on, accepted_on) {
            (Some(ready_on), Some(accepted_on)) => ready_on.min(accepted_on),
            (ready_on, accepted_on) => ready_on.or(accepted_on)?,
        };
        let until = stage.done_on.unwrap_or(today);
        Some(Self::collect((after, until), |day| {
            Some((stage, owner(stage, day, calendar)))
        }))
    }

    /// The ledger of a project, from its admission: each day is that of the stage on which the project
    /// waited. Of stages side by side that is the one that was finished last, or will be.
    pub fn of_project(project: &Project, today: Date, calendar: &WorkCalendar) -> Self {
        let until = project.closed_on.unwrap_or(today);
        let chain = chain(project, today, calendar);
        let mut at = 0;
        Self::collect((project.admitted_on, until), |day| {
            while let Some(stage) = chain.get(at) {
                if at + 1 == chain.len() || stage.done_on.is_none_or(|done_on| day <= done_on) {
                    return Some((*stage, owner(stage, day, calendar)));
                }
                at += 1;
            }
            None
        })
    }

    /// The days of each owner.
    pub fn totals(&self) -> BTreeMap<Owner, u32> {
        let mut totals = BTreeMap::new();
        for span in &self.spans {
            *totals.entry(span.owner).or_default() += span.days();
        }
        totals
    }

    /// The days from day 0 to the last.
    pub fn elapsed(&self) -> u32 {
        u32::try_from((self.until - self.after).whole_days()).unwrap_or_default()
    }

    fn collect<'a>(
        (after, until): (Date, Date),
        mut owner: impl FnMut(Date) -> Option<(&'a Stage, (Owner, Option<StopReason>))>,
    ) -> Self {
        let mut spans: Vec<Span> = Vec::new();
        let days = core::iter::successors(after.next_day(), |day| day.next_day());
        let mut last_day = after;
        for day in days.take_while(|day| *day <= until).take(DAYS_MAX) {
            let Some((stage, (owner, stop))) = owner(day) else {
                break;
            };
            last_day = day;
            match spans.last_mut() {
                Some(span)
                    if span.owner == owner && span.stage == stage.id && span.stop == stop =>
                {
                    span.last = day;
                }
                _ => spans.push(Span {
                    first: day,
                    last: day,
                    owner,
                    stage: stage.id,
                    stop,
                }),
            }
        }
        Self {
            after,
            until: last_day,
            spans,
        }
    }
}

/// The stages on which the project waited, one after the other, the present one last.
fn chain<'a>(project: &'a Project, today: Date, calendar: &WorkCalendar) -> Vec<&'a Stage> {
    let mut chain: Vec<&Stage> = Vec::new();
    let mut next = if project.closed_on.is_some() {
        let ended = project.stages.iter();
        ended.max_by_key(|stage| (stage.done_on, core::cmp::Reverse(stage.ordinal)))
    } else {
        present(project, today, calendar)
    };
    while let Some(stage) = next {
        chain.push(stage);
        let before = stage
            .after
            .iter()
            .filter_map(|place| project.stage_at(*place));
        let last = before.max_by_key(|stage| (stage.done_on, core::cmp::Reverse(stage.ordinal)));
        next = last.filter(|stage| !chain.iter().any(|known| known.id == stage.id));
    }
    chain.reverse();
    chain
}

/// The stage on which the project waits now: the first on its critical path that is not finished.
fn present<'a>(project: &'a Project, today: Date, calendar: &WorkCalendar) -> Option<&'a Stage> {
    let schedule = Schedule::of(project, today, calendar);
    let path = schedule
        .critical_path()
        .iter()
        .filter_map(|place| project.stage_at(*place));
    let mut unfinished = path.filter(|stage| stage.state != StageState::Done);
    let open = || project.stages.iter().filter(|stage| stage.is_open());
    let first = unfinished.find(|stage| stage.is_open());
    first
        .or_else(|| open().min_by_key(|stage| stage.ordinal))
        .or_else(|| project.stages.first())
}

/// To whom `day` belongs in `stage`, and why its clock stood on it.
fn owner(stage: &Stage, day: Date, calendar: &WorkCalendar) -> (Owner, Option<StopReason>) {
    let is_working = calendar.is_working(day);
    let stops = stage.clock.iter().flat_map(|clock| &clock.stops);
    // Of stops that overlap, what was entered last says whose turn it was.
    let stop = stops.rev().find(|stop: &&ClockStop| stop.takes(day));
    if let Some(stop) = stop {
        let owner = match stop.reason.court() {
            Court::Law => Owner::Law,
            _ if !is_working => Owner::Holiday,
            Court::Investor => Owner::Investor,
            Court::ThirdParty => Owner::ThirdParty,
            Court::Government | Court::Nobody => Owner::Stop,
        };
        return (owner, Some(stop.reason));
    }
    let counts_all_days = matches!(stage.promise(), Some(Limit::CalendarDays { .. }));
    let owner = match stage.court {
        Court::Law => Owner::Law,
        _ if !is_working && !counts_all_days => Owner::Holiday,
        Court::Government => Owner::Unit(stage.unit),
        Court::Investor => Owner::Investor,
        Court::ThirdParty => Owner::ThirdParty,
        Court::Nobody => Owner::Stop,
    };
    (owner, None)
}

#[cfg(test)]
mod tests;
