//! The course of a project: which stage was accepted and finished when, so that today one of them stands
//! exactly where its plot wants it.

use std::collections::BTreeMap;

use domain::{clock::StopReason, limit::Limit, template::PlannedStage};
use time::Duration;

use super::{
    days::{Ago, Days},
    dice::Dice,
};

/// Where the stage that a plot turns on stands today.
#[derive(Debug, Clone, Copy)]
pub(super) enum Knot {
    /// Ready for so many working days, and nobody has accepted it.
    Waits(i32),
    /// Worked on, so many working days past its promise; below zero before it.
    Runs(i32),
    /// The same without a sign of work.
    Silent(i32),
    /// The clock stands: after so many used days, for so many working days.
    Stands(StopReason, i32, i32),
    /// Finished so many working days ago.
    Ended(i32),
}

/// What happens to one project.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    /// What the project is called.
    pub name: &'static str,
    /// The company that invests.
    pub investor: &'static str,
    /// Planned investment in ten thousand yuan.
    pub investment: u64,
    /// The variant of the template.
    pub variant: &'static str,
    /// The facts that choose its stages.
    pub traits: &'static [&'static str],
    /// The stage it turns on, and where that stands today.
    pub knot: (&'static str, Knot),
    /// Stages that were finished so many working days after their promise.
    pub late: &'static [(&'static str, i32)],
    /// The login of the investor's contact, if it has an account.
    pub contact: Option<&'static str>,
    /// True where its works are planned and reported month by month.
    pub reports_works: bool,
}

/// From acceptance to the end of one stage.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// Its place in the project.
    pub ordinal: u16,
    /// When it was accepted.
    pub accepted: Ago,
    /// When it was finished; below 1 not yet, `None` not in sight.
    pub done: Option<Ago>,
    /// The stops of its clock: reason, stopped, resumed.
    pub stops: Vec<(StopReason, Ago, Option<Ago>)>,
    /// True when nobody gives a sign of work.
    pub is_silent: bool,
}

/// The course of one project.
#[derive(Debug, Clone)]
pub(super) struct Course {
    /// When it was admitted.
    pub admitted: Ago,
    /// Its stages, as far as they can be seen, in the order of their places.
    pub spans: Vec<Span>,
    /// The mornings on which the ladder had something to say of stages that are long finished.
    pub alarms: Vec<Ago>,
}

/// How often a start is tried; each try moves it by what was missing.
const TRIES_MAX: usize = 24;

/// The course of `plot` through the stages of `plan`.
pub(super) fn course(plot: &Plot, plan: &[PlannedStage<'_>], days: &Days, dice: Dice) -> Course {
    let writer = Writer {
        plot,
        plan,
        days,
        dice,
    };
    let mut admitted = 1;
    let mut spans = writer.spans(admitted);
    for _ in 0..TRIES_MAX {
        let missing = writer.missing(admitted, &spans);
        if missing <= 0 {
            break;
        }
        admitted += missing;
        spans = writer.spans(admitted);
    }
    Course {
        admitted,
        alarms: writer.alarms(&spans),
        spans: spans.into_values().collect(),
    }
}

struct Writer<'a> {
    plot: &'a Plot,
    plan: &'a [PlannedStage<'a>],
    days: &'a Days,
    dice: Dice,
}

impl Writer<'_> {
    /// Every stage as early as its predecessors let it, from an admission that long ago.
    fn spans(&self, admitted: Ago) -> BTreeMap<u16, Span> {
        let mut spans: BTreeMap<u16, Span> = BTreeMap::new();
        // A stage may stand before one that it waits for, so the list is walked until nothing is added.
        loop {
            let before = spans.len();
            for stage in self.plan {
                if spans.contains_key(&stage.ordinal) {
                    continue;
                }
                let ends: Option<Vec<Ago>> = stage
                    .after
                    .iter()
                    .map(|place| spans.get(place).and_then(|span| span.done))
                    .collect();
                let Some(ends) = ends else {
                    continue;
                };
                let earliest = ends.into_iter().min().map_or(admitted, |end| end - 1);
                if let Some(span) = self.span(stage, earliest) {
                    spans.insert(stage.ordinal, span);
                }
            }
            if spans.len() == before {
                return spans;
            }
        }
    }

    /// By how many working days the admission is too late for the knot.
    fn missing(&self, admitted: Ago, spans: &BTreeMap<u16, Span>) -> i32 {
        let (code, knot) = self.plot.knot;
        let Some(stage) = self.plan.iter().find(|stage| stage.definition.code == code) else {
            return 0;
        };
        let wanted = wanted(stage, knot);
        let earliest = match spans.get(&stage.ordinal) {
            Some(span) => span.accepted,
            // Nobody accepts it: it became ready with the last of those before it.
            None => stage
                .after
                .iter()
                .filter_map(|place| spans.get(place).and_then(|span| span.done))
                .min()
                .unwrap_or(admitted),
        };
        wanted - earliest
    }

    /// The mornings after a missed promise, for the stages that were late.
    fn alarms(&self, spans: &BTreeMap<u16, Span>) -> Vec<Ago> {
        let is_late = |code: &str| self.plot.late.iter().any(|(late, _)| *late == code);
        let late = self
            .plan
            .iter()
            .filter(|stage| is_late(&stage.definition.code));
        late.filter_map(|stage| {
            let accepted = spans.get(&stage.ordinal)?.accepted;
            Some(accepted - promised_days(stage)? - 1)
        })
        .collect()
    }

    fn span(&self, stage: &PlannedStage<'_>, earliest: Ago) -> Option<Span> {
        let code = stage.definition.code.as_str();
        let mut span = Span {
            ordinal: stage.ordinal,
            accepted: earliest,
            done: None,
            stops: Vec::new(),
            is_silent: false,
        };
        if code != self.plot.knot.0 {
            let late = self.plot.late.iter().find(|(known, _)| *known == code);
            let days = match (late, promised_days(stage)) {
                (Some((_, over)), Some(promised)) => promised + over,
                _ => self.usual_days(stage, earliest),
            };
            span.done = Some(earliest - days);
            return Some(span);
        }
        let knot = self.plot.knot.1;
        span.accepted = earliest.min(wanted(stage, knot));
        match knot {
            Knot::Waits(_) => return None,
            Knot::Runs(_) => {}
            Knot::Silent(_) => span.is_silent = true,
            Knot::Stands(reason, _, since) => span.stops.push((reason, since, None)),
            Knot::Ended(ago) => span.done = Some(ago),
        }
        Some(span)
    }

    /// How long a stage takes if all goes well: done before anybody need be reminded.
    fn usual_days(&self, stage: &PlannedStage<'_>, accepted: Ago) -> i32 {
        let dice = self.dice.about(stage.ordinal.into());
        match stage.promised.map(|rule| rule.limit) {
            Some(Limit::WorkingDays { value }) => {
                let longest = calm_days(i32::from(value));
                dice.between(longest / 2, longest)
            }
            // A waiting period fixed by law ends on its last day, not before.
            Some(Limit::CalendarDays { value }) => {
                let last = self
                    .days
                    .on(accepted)
                    .checked_add(Duration::days(value.into()));
                last.map_or(i32::from(value), |last| accepted - self.days.ago(last))
            }
            Some(Limit::FixedDate { .. } | Limit::BeforeExpiry { .. }) | None => {
                dice.between(7, 12)
            }
        }
    }
}

/// When the knot's stage is to be accepted, or to become ready where nobody accepts it.
fn wanted(stage: &PlannedStage<'_>, knot: Knot) -> Ago {
    let promised = promised_days(stage).unwrap_or(MILESTONE_DAYS);
    match knot {
        Knot::Waits(days) => days,
        Knot::Runs(over) | Knot::Silent(over) => (promised + over).max(1),
        Knot::Stands(_, used, since) => used + since,
        Knot::Ended(ago) => ago + calm_days(promised),
    }
}

/// What stands for the promise of a stage that has none: half a month of works.
const MILESTONE_DAYS: i32 = 12;

fn promised_days(stage: &PlannedStage<'_>) -> Option<i32> {
    match stage.promised.map(|rule| rule.limit) {
        Some(Limit::WorkingDays { value }) => Some(value.into()),
        Some(Limit::CalendarDays { .. } | Limit::FixedDate { .. } | Limit::BeforeExpiry { .. })
        | None => None,
    }
}

/// The most working days of a promise that pass before its reminder.
fn calm_days(promised: i32) -> i32 {
    let ahead = (promised + 4) / 5;
    (promised - ahead.max(1) - 1).max(0)
}
