//! How far works are: lamp, reasons, plan and reports.

use domain::{
    event::Fact,
    progress::{Month, Percent, Progress, ProgressLamp, ProgressPlan, ProgressReason, Standing},
    project::Project,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    name::{PersonView, ProjectRef, project_ref},
    schema,
    setting::{Setting, Viewer},
};

/// The lamp of works with what led to it, for those who look at the whole project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProgressSummary {
    /// The worst of the reasons.
    #[schema(value_type = schema::ProgressLamp)]
    pub lamp: ProgressLamp,
    /// Why it is not green, each with its own colour.
    pub reasons: Vec<ReasonView>,
    /// What was planned for the end of the last month that has ended, in percent.
    #[schema(value_type = schema::Percent)]
    pub planned: Percent,
    /// What is done by the newest report, in percent.
    #[schema(value_type = schema::Percent)]
    pub done: Percent,
    /// The newest report.
    pub newest: Option<ReportView>,
}

/// Why a lamp is not green. What a reason does not have is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ProgressReason)]
pub struct ReasonView {
    /// `not_started`, `behind` or `unreported`.
    #[schema(value_type = schema::ProgressReasonCode)]
    pub code: &'static str,
    /// Its own colour.
    #[schema(value_type = schema::ProgressLamp)]
    pub lamp: ProgressLamp,
    /// The planned start, the month that is compared, or the first month without report.
    #[schema(value_type = schema::Month)]
    pub month: Month,
    /// Months that have passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u16)]
    pub months: Option<u16>,
    /// What was planned, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::Percent)]
    pub planned: Option<Percent>,
    /// What is done, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::Percent)]
    pub done: Option<Percent>,
}

/// What was done by the end of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportView {
    /// The month.
    #[schema(value_type = schema::Month)]
    pub month: Month,
    /// In percent, from the start of works.
    #[schema(value_type = schema::Percent)]
    pub share: Percent,
    /// What was planned for the end of the month.
    #[schema(value_type = schema::Percent)]
    pub planned: Percent,
    /// What stands, in own words; not for guests.
    pub text: Option<String>,
    /// The day of the report, or of its last correction.
    pub reported_on: Date,
    /// Who reported; not for guests.
    pub by: Option<PersonView>,
}

/// A plan, month by month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanView {
    /// The month in which works start.
    #[schema(value_type = schema::Month)]
    pub from: Month,
    /// The month at whose end all is to be done.
    #[schema(value_type = schema::Month)]
    pub until: Month,
    /// What is planned for the end of each month, in percent.
    #[schema(value_type = Vec<schema::Percent>)]
    pub shares: Vec<Percent>,
}

impl PlanView {
    fn of(plan: &ProgressPlan) -> Self {
        Self {
            from: plan.from(),
            until: plan.until(),
            shares: plan.months().map(|(_, share)| share).collect(),
        }
    }

    /// Each month with its share.
    pub fn months(&self) -> impl Iterator<Item = (Month, Percent)> {
        let months = std::iter::successors(Some(self.from), |month| Some(month.plus(1)));
        months.zip(self.shares.iter().copied())
    }
}

/// Everything about the works of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProgressView {
    /// Lamp, reasons and newest report.
    #[serde(flatten)]
    pub summary: ProgressSummary,
    /// The plan that counts.
    pub plan: PlanView,
    /// The plan first made, where another one counts.
    pub first_plan: Option<PlanView>,
    /// What was reported, the oldest month first.
    pub reports: Vec<ReportView>,
}

/// A project whose works are behind, on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BehindRow {
    /// The project.
    pub project: ProjectRef,
    /// How it stands.
    #[serde(flatten)]
    pub summary: ProgressSummary,
}

/// What the record says of a plan or a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgressLine {
    /// The works were planned.
    Planned(PlannedLine),
    /// Somebody reported.
    Reported(ReportedLine),
}

/// What the record says of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlannedLine {
    /// The months of the plan.
    pub months: MonthSpan,
    /// Those of the plan before.
    pub old_months: Option<MonthSpan>,
    /// The first month in which both differ, with what each says of it.
    pub change: Option<ShareChange>,
}

/// The first and the last month of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct MonthSpan {
    /// The first.
    #[schema(value_type = schema::Month)]
    pub from: Month,
    /// The last.
    #[schema(value_type = schema::Month)]
    pub until: Month,
}

/// A share that another plan moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShareChange {
    /// Of which month.
    #[schema(value_type = schema::Month)]
    pub month: Month,
    /// What was planned before.
    #[schema(value_type = schema::Percent)]
    pub old: Percent,
    /// What is planned now.
    #[schema(value_type = schema::Percent)]
    pub new: Percent,
}

/// What the record says of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportedLine {
    /// The month.
    #[schema(value_type = schema::Month)]
    pub month: Month,
    /// What is done.
    #[schema(value_type = schema::Percent)]
    pub share: Percent,
    /// What was planned.
    #[schema(value_type = schema::Percent)]
    pub planned: Percent,
    /// What was reported before.
    #[schema(value_type = Option<schema::Percent>)]
    pub old: Option<Percent>,
    /// Why it was corrected; not for guests.
    pub reason: Option<String>,
}

impl ProgressLine {
    /// What `fact` says, if it is about the works.
    pub fn of(fact: &Fact) -> Option<Self> {
        if let Fact::ProgressPlanned { plan, old, .. } = fact {
            let change = old.as_ref().and_then(|old| plan.change_from(old));
            let months = |plan: &ProgressPlan| MonthSpan {
                from: plan.from(),
                until: plan.until(),
            };
            return Some(Self::Planned(PlannedLine {
                months: months(plan),
                old_months: old.as_ref().map(months),
                change: change.map(|change| ShareChange {
                    month: change.month,
                    old: change.old,
                    new: change.new,
                }),
            }));
        }
        if let Fact::ProgressReported {
            month,
            share,
            planned,
            old,
            reason,
            ..
        } = fact
        {
            return Some(Self::Reported(ReportedLine {
                month: *month,
                share: *share,
                planned: *planned,
                old: *old,
                reason: reason.as_ref().map(|reason| reason.as_str().to_owned()),
            }));
        }
        None
    }

    /// The same without what somebody wrote.
    #[must_use]
    pub fn without_words(self) -> Self {
        match self {
            Self::Planned(_) => self,
            Self::Reported(report) => Self::Reported(ReportedLine {
                reason: None,
                ..report
            }),
        }
    }
}

/// Lamp, reasons and newest report; `None` without a plan.
pub fn progress_summary(project: &Project, setting: &Setting<'_>) -> Option<ProgressSummary> {
    let progress = project.progress.as_ref()?;
    let (rules, calendar) = (&setting.office.ladder.progress, &setting.office.calendar);
    let standing = Standing::of(project, rules, calendar, setting.now.today)?;
    let newest = progress.newest().map(|(month, _)| month);
    Some(ProgressSummary {
        lamp: standing.lamp,
        reasons: standing.reasons.into_iter().map(reason).collect(),
        planned: standing.planned,
        done: standing.done,
        newest: newest.and_then(|month| report(project, progress, month, setting)),
    })
}

/// Everything about the works; `None` without a plan.
pub fn progress_view(project: &Project, setting: &Setting<'_>) -> Option<ProgressView> {
    let progress = project.progress.as_ref()?;
    let reports = progress.reports.keys();
    Some(ProgressView {
        summary: progress_summary(project, setting)?,
        plan: PlanView::of(&progress.plan),
        first_plan: progress.first_plan.as_ref().map(PlanView::of),
        reports: reports
            .filter_map(|month| report(project, progress, *month, setting))
            .collect(),
    })
}

/// The row of a project that is behind; `None` for one that is not.
pub fn behind_row(project: &Project, setting: &Setting<'_>) -> Option<BehindRow> {
    let summary = progress_summary(project, setting)?;
    (summary.lamp > ProgressLamp::Green).then(|| BehindRow {
        project: project_ref(project),
        summary,
    })
}

fn reason((reason, lamp): (ProgressReason, ProgressLamp)) -> ReasonView {
    let (month, months, shares) = match reason {
        ProgressReason::NotStarted { planned, months } => (planned, Some(months), None),
        ProgressReason::Behind {
            month,
            planned,
            done,
        } => (month, None, Some((planned, done))),
        ProgressReason::Unreported { since, months } => (since, Some(months), None),
    };
    ReasonView {
        code: reason.code(),
        lamp,
        month,
        months,
        planned: shares.map(|(planned, _)| planned),
        done: shares.map(|(_, done)| done),
    }
}

fn report(
    project: &Project,
    progress: &Progress,
    month: Month,
    setting: &Setting<'_>,
) -> Option<ReportView> {
    let report = progress.reports.get(&month)?;
    let is_guest = *setting.viewer == Viewer::Guest;
    Some(ReportView {
        month,
        share: report.share,
        planned: progress.plan.share(month),
        text: (!is_guest).then(|| report.text.as_str().to_owned()),
        reported_on: report.reported_on,
        by: setting.person(report.by, project).filter(|_by| !is_guest),
    })
}
