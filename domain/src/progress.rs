//! Progress in construction (进度): what was planned month by month, what is really done, and how they compare.
//!
//! This is not the clock of a stage. A clock says whether an office keeps a date; this says whether a
//! building grows. Each has its own lamp, and neither colours the other.

use alloc::{collections::BTreeMap, vec::Vec};
use core::fmt;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{id::PersonId, refusal::Refusal, text::Prose};

pub use self::{
    lamp::{ProgressDays, ProgressLamp, ProgressReason, Standing},
    month::Month,
};

mod lamp;
mod month;

/// A whole number of hundredths, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(u8);

impl Percent {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// All of it.
    pub const ALL: Self = Self(100);

    /// The share of this number; `None` above 100.
    pub fn new(points: u8) -> Option<Self> {
        (points <= Self::ALL.0).then_some(Self(points))
    }

    /// The number.
    pub fn points(self) -> u8 {
        self.0
    }

    /// By how many points this lies behind `planned`; 0 when it does not.
    pub fn behind(self, planned: Self) -> u8 {
        planned.0.saturating_sub(self.0)
    }
}

impl TryFrom<u8> for Percent {
    type Error = &'static str;

    fn try_from(points: u8) -> Result<Self, Self::Error> {
        Self::new(points).ok_or("a share above 100 percent")
    }
}

impl From<Percent> for u8 {
    fn from(share: Percent) -> Self {
        share.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The months a plan may have: ten years, the longest a large industrial project is built in phases.
pub const PLAN_MONTHS_MAX: u16 = 120;

/// What share of the works is to be done at the end of each month. Never falls, ends with all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawPlan")]
pub struct ProgressPlan {
    from: Month,
    shares: Vec<Percent>,
}

/// A plan as it was stored, before it is believed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlan {
    from: Month,
    shares: Vec<Percent>,
}

impl TryFrom<RawPlan> for ProgressPlan {
    type Error = Refusal;

    fn try_from(raw: RawPlan) -> Result<Self, Refusal> {
        Self::new(raw.from, raw.shares)
    }
}

/// The first month in which two plans differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanChange {
    /// The month.
    pub month: Month,
    /// What was planned for its end.
    pub old: Percent,
    /// What is planned for its end now.
    pub new: Percent,
}

impl ProgressPlan {
    /// A plan whose works start in `from`, the first of `shares` being planned for the end of that month.
    pub fn new(from: Month, shares: Vec<Percent>) -> Result<Self, Refusal> {
        let months = u16::try_from(shares.len()).unwrap_or(u16::MAX);
        if !(1..=PLAN_MONTHS_MAX).contains(&months) {
            return Err(Refusal::PlanTooLong {
                months,
                months_max: PLAN_MONTHS_MAX,
            });
        }
        let steps = shares.iter().zip(shares.iter().skip(1));
        for ((before, share), place) in steps.zip(1..) {
            if share < before {
                return Err(Refusal::PlanFalls {
                    month: from.plus(place),
                    share: share.points(),
                    before: before.points(),
                });
            }
        }
        let last = shares.last().copied().unwrap_or_default();
        if last != Percent::ALL {
            return Err(Refusal::PlanUnfinished {
                share: last.points(),
            });
        }
        Ok(Self { from, shares })
    }

    /// The month in which works start.
    pub fn from(&self) -> Month {
        self.from
    }

    /// The month at whose end all is to be done.
    pub fn until(&self) -> Month {
        let months = i32::try_from(self.shares.len()).unwrap_or(i32::MAX);
        self.from.plus(months - 1)
    }

    /// Each month with the share planned for its end.
    pub fn months(&self) -> impl Iterator<Item = (Month, Percent)> {
        let months = core::iter::successors(Some(self.from), |month| Some(month.plus(1)));
        months.zip(self.shares.iter().copied())
    }

    /// What is planned for the end of `month`: nothing before works start, all of it after they end.
    pub fn share(&self, month: Month) -> Percent {
        usize::try_from(month.since(self.from)).map_or(Percent::NONE, |place| {
            self.shares.get(place).copied().unwrap_or(Percent::ALL)
        })
    }

    /// The first month in which this plan says something else than `old`; `None` when they agree for ever.
    pub fn change_from(&self, old: &Self) -> Option<PlanChange> {
        let (first, last) = (self.from.min(old.from), self.until().max(old.until()));
        let months = core::iter::successors(Some(first), |month| Some(month.plus(1)));
        let change = |month| PlanChange {
            month,
            old: old.share(month),
            new: self.share(month),
        };
        let differs = |change: &PlanChange| change.old != change.new;
        months
            .take_while(|month| *month <= last)
            .map(change)
            .find(differs)
    }
}

/// What was really done by the end of a month, as somebody reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgressReport {
    /// Of all works, from their start.
    pub share: Percent,
    /// What stands, in own words.
    pub text: Prose,
    /// The day of the report, or of its last correction.
    pub reported_on: Date,
    /// Who reported, or corrected last.
    pub by: PersonId,
}

/// The plan of a project's works and what was reported of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// The plan that counts.
    pub plan: ProgressPlan,
    /// The plan first made, once another one counts: it stays visible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_plan: Option<ProgressPlan>,
    /// One report a month at most. The share never falls from one to the next: it counts from the start.
    pub reports: BTreeMap<Month, ProgressReport>,
}

impl Progress {
    /// A plan of which nothing was reported yet.
    pub fn planned(plan: ProgressPlan) -> Self {
        Self {
            plan,
            first_plan: None,
            reports: BTreeMap::new(),
        }
    }

    /// The report of the latest month.
    pub fn newest(&self) -> Option<(Month, &ProgressReport)> {
        let newest = self.reports.last_key_value();
        newest.map(|(month, report)| (*month, report))
    }

    /// The share that a report of `month` may state: no less than the month before it, no more than the one
    /// after.
    pub fn room(&self, month: Month) -> (Percent, Percent) {
        let before = self.reports.range(..month).next_back();
        let after = self.reports.range(month.plus(1)..).next();
        (
            before.map_or(Percent::NONE, |(_, report)| report.share),
            after.map_or(Percent::ALL, |(_, report)| report.share),
        )
    }
}

/// When the lamp of progress changes. Every number is the zone's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgressRules {
    /// Months that have ended since works were to start, from which on a start still missing is yellow.
    pub start_months_yellow: u16,
    /// The same for red.
    pub start_months_red: u16,
    /// Points behind the plan from which on the lamp is yellow.
    pub points_yellow: u8,
    /// Points behind the plan beyond which it is red.
    pub points_red: u8,
    /// Working days after the end of a month in which it may still be reported.
    pub grace_days: u16,
    /// Months without report from which on the lamp is yellow.
    pub report_months_yellow: u16,
    /// The same for red.
    pub report_months_red: u16,
}

impl Default for ProgressRules {
    /// Yinchuan 2025: not started in the planned month yellow, for three months red; 10 to 30 points behind
    /// yellow, more red; data one month late yellow, two months red. There the month itself must have passed,
    /// so that nobody is behind on a day on which the plan can still be kept. The five working days to
    /// report in are the example zone's own.
    fn default() -> Self {
        Self {
            start_months_yellow: 1,
            start_months_red: 3,
            points_yellow: 10,
            points_red: 30,
            grace_days: 5,
            report_months_yellow: 1,
            report_months_red: 2,
        }
    }
}

#[cfg(test)]
mod tests;
