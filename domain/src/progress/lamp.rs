//! The lamp of progress: the worst of start, progress and reporting, with the reasons.
//!
//! Each measure knows the two days from which on it is yellow and red if nothing more happens. The lamp of a
//! day and the column that a query looks for both follow from these days, so they cannot disagree; and a lamp
//! that nobody touches never becomes better by waiting.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use time::Date;

use super::{Month, Percent, Progress, ProgressRules};
use crate::{
    calendar::WorkCalendar,
    project::Project,
    stage::{Stage, StageState},
    template::Milestone,
};

/// What the progress of works shows. Ordered from calm to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgressLamp {
    /// All is done, by the month it was planned for.
    Done,
    /// All is done, later than planned; never green.
    DoneLate,
    /// As planned.
    Green,
    /// Behind.
    Yellow,
    /// Far behind.
    Red,
}

impl ProgressLamp {
    /// Every lamp, calm to grave.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::DoneLate,
        Self::Green,
        Self::Yellow,
        Self::Red,
    ];

    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::DoneLate => "done_late",
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// Why the lamp is not green.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressReason {
    /// Works have not begun.
    NotStarted {
        /// The month in which they were to.
        planned: Month,
        /// Months that have ended since, that one included.
        months: u16,
    },
    /// Less is done than was planned.
    Behind {
        /// The end of this month is compared.
        month: Month,
        /// What was planned for it.
        planned: Percent,
        /// What is done.
        done: Percent,
    },
    /// Months have ended of which nothing was reported.
    Unreported {
        /// The first of them.
        since: Month,
        /// How many.
        months: u16,
    },
}

impl ProgressReason {
    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotStarted { .. } => "not_started",
            Self::Behind { .. } => "behind",
            Self::Unreported { .. } => "unreported",
        }
    }
}

/// The days from which on a lamp is yellow and red; `None` for never, as things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProgressDays {
    /// Yellow or worse from the first instant of this day.
    pub yellow_on: Option<Date>,
    /// Red from the first instant of this day.
    pub red_on: Option<Date>,
}

impl ProgressDays {
    fn lamp(self, today: Date) -> ProgressLamp {
        let reached = |day: Option<Date>| day.is_some_and(|day| day <= today);
        if reached(self.red_on) {
            ProgressLamp::Red
        } else if reached(self.yellow_on) {
            ProgressLamp::Yellow
        } else {
            ProgressLamp::Green
        }
    }

    /// The earlier of each. What is red from a day on is yellow from then at the latest.
    fn worst(self, other: Self) -> Self {
        let earlier = |one: Option<Date>, other: Option<Date>| one.into_iter().chain(other).min();
        let red_on = earlier(self.red_on, other.red_on);
        Self {
            yellow_on: earlier(earlier(self.yellow_on, other.yellow_on), red_on),
            red_on,
        }
    }
}

/// The lamp of a day with what led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The worst of the reasons; green, or done, without any.
    pub lamp: ProgressLamp,
    /// Each with its own colour.
    pub reasons: Vec<(ProgressReason, ProgressLamp)>,
    /// What was planned for the end of the last month that has ended.
    pub planned: Percent,
    /// What the newest report says.
    pub done: Percent,
}

impl Standing {
    /// How the works of `project` stand on `today`; `None` without a plan. After the last stage is finished
    /// nothing changes any more.
    pub fn of(
        project: &Project,
        rules: &ProgressRules,
        calendar: &WorkCalendar,
        today: Date,
    ) -> Option<Self> {
        let works = Works::of(project)?;
        let today = project.closed_on.map_or(today, |closed| closed.min(today));
        let (plan, newest) = (&works.progress.plan, works.progress.newest());
        let ended = Month::of(today).plus(-1);
        let (planned, done) = (plan.share(ended), works.done());
        if let Some(month) = works.finished_in() {
            let is_late = month > plan.until();
            return Some(Self {
                lamp: if is_late {
                    ProgressLamp::DoneLate
                } else {
                    ProgressLamp::Done
                },
                reasons: Vec::new(),
                planned,
                done,
            });
        }
        let not_started = ProgressReason::NotStarted {
            planned: plan.from(),
            months: count(ended, plan.from()),
        };
        let since = works.first_unreported();
        let unreported = ProgressReason::Unreported {
            since,
            months: overdue(since, ended, |month| {
                grace_end(month, rules, calendar).is_some_and(|day| day <= today)
            }),
        };
        let month = newest.map_or(ended, |(month, _)| month).min(ended);
        let behind = ProgressReason::Behind {
            month,
            planned: plan.share(month),
            done,
        };
        let reasons: Vec<_> = [
            (not_started, works.start_days(rules)),
            (behind, works.share_days(rules)),
            (unreported, works.report_days(rules, calendar)),
        ]
        .into_iter()
        .map(|(reason, days)| (reason, days.lamp(today)))
        .filter(|(_, lamp)| *lamp > ProgressLamp::Green)
        .collect();
        let lamp = reasons.iter().map(|(_, lamp)| *lamp).max();
        Some(Self {
            lamp: lamp.unwrap_or(ProgressLamp::Green),
            reasons,
            planned,
            done,
        })
    }
}

impl ProgressDays {
    /// The days from which on the works of `project` are behind if nothing more happens. Never for those that
    /// have no plan, are done, or belong to a finished project.
    pub fn of(project: &Project, rules: &ProgressRules, calendar: &WorkCalendar) -> Self {
        let open = Works::of(project).filter(|_| project.closed_on.is_none());
        let Some(works) = open.filter(|works| works.finished_in().is_none()) else {
            return Self::default();
        };
        works
            .start_days(rules)
            .worst(works.share_days(rules))
            .worst(works.report_days(rules, calendar))
    }
}

/// The works of a project that has a plan.
struct Works<'a> {
    progress: &'a Progress,
    /// The milestone, where the template has one.
    start: Option<&'a Stage>,
}

impl<'a> Works<'a> {
    fn of(project: &'a Project) -> Option<Self> {
        let is_start = |stage: &&Stage| stage.terms.milestone == Some(Milestone::StartOfWorks);
        Some(Self {
            progress: project.progress.as_ref()?,
            start: project.stages.iter().find(is_start),
        })
    }

    fn done(&self) -> Percent {
        let newest = self.progress.newest();
        newest.map_or(Percent::NONE, |(_, report)| report.share)
    }

    /// The month at whose end all was done, as first reported.
    fn finished_in(&self) -> Option<Month> {
        let mut reports = self.progress.reports.iter();
        let all = reports.find(|(_, report)| report.share == Percent::ALL);
        all.map(|(month, _)| *month)
    }

    fn is_started(&self) -> bool {
        self.start
            .is_none_or(|stage| stage.state == StageState::Done)
    }

    /// A start of works that is missing. Where the template knows no such milestone nobody can miss it.
    fn start_days(&self, rules: &ProgressRules) -> ProgressDays {
        if self.is_started() {
            return ProgressDays::default();
        }
        let after = |months: u16| self.progress.plan.from().plus(months.into()).first_day();
        ProgressDays {
            yellow_on: Some(after(rules.start_months_yellow)),
            red_on: Some(after(rules.start_months_red)),
        }
    }

    /// A share that lies behind the plan. While the month of the newest report runs, what was planned for the
    /// end of the month before is enough.
    fn share_days(&self, rules: &ProgressRules) -> ProgressDays {
        let Some((month, report)) = self.progress.newest() else {
            return ProgressDays::default();
        };
        let gap = |month| report.share.behind(self.progress.plan.share(month));
        let first = |is_behind: &dyn Fn(u8) -> bool| {
            if is_behind(gap(month.plus(-1))) {
                Some(month.first_day())
            } else {
                is_behind(gap(month)).then(|| month.plus(1).first_day())
            }
        };
        ProgressDays {
            yellow_on: first(&|points| points >= rules.points_yellow),
            red_on: first(&|points| points > rules.points_red),
        }
    }

    /// The first month of which a report is due and missing. A report covers the months before it, for its
    /// share counts from the start. Nothing is due before works have begun: what there is to say of that the
    /// lamp of the start says.
    fn first_unreported(&self) -> Month {
        let started = self.start.and_then(|stage| stage.done_on).map(Month::of);
        let due = self.progress.plan.from();
        let due = started.map_or(due, |started| started.max(due));
        let newest = self.progress.newest();
        newest.map_or(due, |(month, _)| month.plus(1).max(due))
    }

    fn report_days(&self, rules: &ProgressRules, calendar: &WorkCalendar) -> ProgressDays {
        if !self.is_started() {
            return ProgressDays::default();
        }
        let since = self.first_unreported();
        let missing = |months: u16| {
            let last = since.plus(i32::from(months.max(1)) - 1);
            grace_end(last, rules, calendar)
        };
        ProgressDays {
            yellow_on: missing(rules.report_months_yellow),
            red_on: missing(rules.report_months_red),
        }
    }
}

/// The first day on which a report of `month` is late. Where no day is worked for years none is: the alarm
/// about such a calendar rises elsewhere.
fn grace_end(month: Month, rules: &ProgressRules, calendar: &WorkCalendar) -> Option<Date> {
    let last = calendar.working_day_after(month.last_day(), rules.grace_days);
    last.ok().and_then(|day| day.on.next_day())
}

/// How many months there are from `first` to `last`, both included.
fn count(last: Month, first: Month) -> u16 {
    u16::try_from(last.since(first) + 1).unwrap_or_default()
}

/// How many months from `since` to `ended` are late. Only the last few can be in time.
fn overdue(since: Month, ended: Month, is_late: impl Fn(Month) -> bool) -> u16 {
    let months = core::iter::successors(Some(ended), |month| Some(month.plus(-1)));
    let mut months = months.take_while(|month| *month >= since);
    months
        .find(|month| is_late(*month))
        .map_or(0, |month| count(month, since))
}
