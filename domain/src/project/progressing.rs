//! Planning the works of a project, and reporting how far they are.

use alloc::vec::Vec;

use super::{Draft, Project, Step};
use crate::{
    event::{Author, Fact},
    id::PersonId,
    moment::Moment,
    office::Office,
    progress::{Month, PLAN_MONTHS_MAX, Percent, Progress, ProgressPlan, ProgressReport},
    refusal::Refusal,
    text::Prose,
};

/// 编制进度计划: what share of the works is to be done at the end of each month.
#[derive(Debug, Clone)]
pub struct PlanProgress {
    /// The month in which works start.
    pub from: Month,
    /// What is to be done at the end of that month and of each one after it.
    pub shares: Vec<Percent>,
    /// Why the plan changes; a first one needs none.
    pub reason: Option<Prose>,
}

/// 填报进度: what is really done at the end of a month.
#[derive(Debug, Clone)]
pub struct ReportProgress {
    /// Which month: the current one or one that has ended.
    pub month: Month,
    /// Of all works, from their start.
    pub share: Percent,
    /// What stands, in own words.
    pub text: Prose,
    /// Why an earlier report of the month is corrected; a first one needs none.
    pub reason: Option<Prose>,
}

impl Project {
    /// Plans the works. A plan never changes silently: a second one needs a reason, the record keeps the old
    /// one beside it, and the first one stays with the project.
    pub fn plan_progress(
        &self,
        by: PersonId,
        plan: PlanProgress,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        self.require_open()?;
        let PlanProgress {
            from,
            shares,
            reason,
        } = plan;
        let earliest = Month::of(self.admitted_on);
        let latest = Month::of(now.today).plus(PLAN_MONTHS_MAX.into());
        if !(earliest..=latest).contains(&from) {
            return Err(Refusal::PlanOutside {
                month: from,
                earliest,
                latest,
            });
        }
        let plan = ProgressPlan::new(from, shares)?;
        let old = self.progress.as_ref().map(|progress| progress.plan.clone());
        if old.as_ref() == Some(&plan) {
            return Err(Refusal::PlanUnchanged);
        }
        if old.is_some() && reason.is_none() {
            return Err(Refusal::PlanWithoutReason);
        }
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let progress = match draft.project.progress.take() {
            None => Progress::planned(plan.clone()),
            Some(progress) => Progress {
                first_plan: progress.first_plan.or(Some(progress.plan)),
                plan: plan.clone(),
                reports: progress.reports,
            },
        };
        draft.project.progress = Some(progress);
        draft.record(None, now.today, Fact::ProgressPlanned { plan, old, reason });
        Ok(draft.finish())
    }

    /// Reports how far the works are, for the current month or one that has ended, each month once. A report
    /// is corrected with a reason; the record keeps what it said before. The share never falls from month to
    /// month: whoever finds that too much was reported corrects the month in which it was.
    pub fn report_progress(
        &self,
        by: PersonId,
        report: ReportProgress,
        (now, office): (Moment, &Office),
    ) -> Result<Step, Refusal> {
        self.require_open()?;
        let progress = self.progress.as_ref().ok_or(Refusal::NotPlanned)?;
        let ReportProgress {
            month,
            share,
            text,
            reason,
        } = report;
        let old = progress.reports.get(&month).map(|report| report.share);
        require_reportable(progress, month, (old, &reason), now)?;
        let (lowest, highest) = progress.room(month);
        if !(lowest..=highest).contains(&share) {
            return Err(Refusal::ReportOutOfLine {
                share: share.points(),
                lowest: lowest.points(),
                highest: highest.points(),
            });
        }
        let planned = progress.plan.share(month);
        let mut draft = Draft::new(self, Author::Person(by), now, office);
        let kept = ProgressReport {
            share,
            text: text.clone(),
            reported_on: now.today,
            by,
        };
        if let Some(progress) = &mut draft.project.progress {
            progress.reports.insert(month, kept);
        }
        draft.record(
            None,
            now.today,
            Fact::ProgressReported {
                month,
                share,
                planned,
                text,
                old,
                reason,
            },
        );
        Ok(draft.finish())
    }
}

/// Refuses a month that has not come, that lies before the works, or that was reported before and is not
/// corrected. What was reported under an earlier plan can always be corrected.
fn require_reportable(
    progress: &Progress,
    month: Month,
    (old, reason): (Option<Percent>, &Option<Prose>),
    now: Moment,
) -> Result<(), Refusal> {
    let current = Month::of(now.today);
    if month > current {
        return Err(Refusal::MonthAhead { month, current });
    }
    match old {
        Some(_) if reason.is_none() => Err(Refusal::MonthReported { month }),
        None if month < progress.plan.from() => Err(Refusal::MonthBeforePlan {
            month,
            from: progress.plan.from(),
        }),
        Some(_) | None => Ok(()),
    }
}
