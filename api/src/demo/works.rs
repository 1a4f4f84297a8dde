//! The works of one project: planned when they begin, reported each month, and a little behind.

use domain::{
    progress::{Month, Percent},
    project::{PlanProgress, ReportProgress},
    template::{Milestone, PlannedStage},
    text::Prose,
};
use time::{Time, macros::time};

use super::{
    course::Course,
    days::{Ago, Days},
};
use crate::usecase::progress::Act;

/// Who plans.
pub(super) const PLANNER: &str = "li.weidong";

/// When that is done, and when a month is reported; no deed of a stage lies at these hours.
const PLANNED: Time = time!(15:20);
const REPORTED: Time = time!(15:50);

/// The day of the next month from which on a month is reported: well within the days of grace.
const REPORT_DAY: u8 = 3;

/// Month by month: what is planned and what is done, in percent of all works, and what stands.
const MONTHS: [(u8, u8, &str); 7] = [
    (
        6,
        4,
        "场地平整完成，桩基施工准备就绪。完成投资约 210 万元。",
    ),
    (
        24,
        11,
        "桩基施工过半；受连续降雨影响，承台开挖推迟。完成投资约 640 万元。",
    ),
    (
        46,
        30,
        "基础完成，主体一层浇筑。已增加一个作业班组追赶工期。完成投资约 1,750 万元。",
    ),
    (66, 50, "主体封顶，钢结构安装开始。完成投资约 2,900 万元。"),
    (84, 68, "围护结构完成，设备进场。完成投资约 4,000 万元。"),
    (94, 80, "设备安装过半。完成投资约 4,700 万元。"),
    (100, 88, "设备安装收尾，单机调试。完成投资约 5,200 万元。"),
];

/// What somebody says of the works, with its day and hour.
pub(super) type Said = ((Ago, Time), Act);

/// What is said of the works before the day of the demonstration.
pub(super) fn works(course: &Course, plan: &[PlannedStage<'_>], days: &Days) -> Vec<Said> {
    let is_start =
        |stage: &&PlannedStage<'_>| stage.definition.milestone == Some(Milestone::StartOfWorks);
    let start = plan.iter().find(is_start).and_then(|stage| {
        let mut spans = course.spans.iter();
        spans.find(|span| span.ordinal == stage.ordinal)
    });
    let Some((accepted, done)) = start.and_then(|span| Some((span.accepted, span.done?))) else {
        return Vec::new();
    };
    let from = Month::of(days.on(done));
    let share = |points| Percent::new(points).unwrap_or_default();
    let shares = MONTHS.iter().map(|(planned, ..)| share(*planned)).collect();
    let planned = Act::Plan(PlanProgress {
        from,
        shares,
        reason: None,
    });
    let months = std::iter::successors(Some(from), |month| Some(month.plus(1)));
    let reports = months
        .zip(&MONTHS)
        .filter_map(|(month, (_, points, text))| {
            let first = month.plus(1).first_day();
            let day = first.replace_day(REPORT_DAY).unwrap_or(first);
            let report = Act::Report(ReportProgress {
                month,
                share: share(*points),
                text: Prose::parse(text).ok()?,
                reason: None,
            });
            Some(((days.ago(day), REPORTED), report))
        });
    let said = std::iter::once(((accepted, PLANNED), planned)).chain(reports);
    said.filter(|((ago, _), _)| *ago >= 1).collect()
}
