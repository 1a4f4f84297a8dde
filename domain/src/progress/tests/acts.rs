//! Planning and reporting.

use super::*;
use crate::{
    event::{Author, Fact, Visibility},
    project::{PlanProgress, ReportProgress, Step},
    sample::{admitted, morning, office},
};

/// A day on which works have been under way for two months.
const TODAY: Date = date!(2026 - 05 - 06);

fn planned(project: &Project, from: &str, points: &[u8], reason: bool) -> Result<Step, Refusal> {
    let office = office();
    let plan = PlanProgress {
        from: month(from),
        shares: shares(points),
        reason: reason.then(words),
    };
    project.plan_progress(OFFICER, plan, (morning(TODAY, &office), &office))
}

fn reported(project: &Project, (code, points): (&str, u8), reason: bool) -> Result<Step, Refusal> {
    let office = office();
    let report = ReportProgress {
        month: month(code),
        share: Percent::new(points).unwrap(),
        text: words(),
        reason: reason.then(words),
    };
    project.report_progress(OFFICER, report, (morning(TODAY, &office), &office))
}

#[test]
fn a_first_plan_needs_no_reason_and_everybody_may_read_it() {
    let step = planned(&admitted(&office()), "2026-03", &PLAN, false).unwrap();
    let plan = plan("2026-03", &PLAN);
    assert_eq!(step.project.progress, Some(Progress::planned(plan.clone())));
    let [line] = step.events.as_slice() else {
        panic!("one line");
    };
    let (old, reason) = (None, None);
    assert_eq!(line.fact, Fact::ProgressPlanned { plan, old, reason });
    assert_eq!(line.fact.visibility(), Visibility::Public);
    assert_eq!((line.author, line.stage), (Author::Person(OFFICER), None));
    assert_eq!(step.notices, []);
}

#[test]
fn another_plan_needs_a_reason_and_the_first_one_stays_for_ever() {
    let once = planned(&admitted(&office()), "2026-03", &PLAN, false).unwrap();
    let slower = [5, 20, 50, 80, 100];
    let refused = planned(&once.project, "2026-03", &slower, false);
    assert_eq!(refused, Err(Refusal::PlanWithoutReason));
    let same = planned(&once.project, "2026-03", &PLAN, true);
    assert_eq!(same, Err(Refusal::PlanUnchanged));
    let twice = planned(&once.project, "2026-03", &slower, true).unwrap();
    let (first, second) = (plan("2026-03", &PLAN), plan("2026-03", &slower));
    let fact = Fact::ProgressPlanned {
        plan: second.clone(),
        old: Some(first.clone()),
        reason: Some(words()),
    };
    assert_eq!(twice.events[0].fact, fact);
    let again = planned(&twice.project, "2026-04", &slower, true).unwrap();
    let progress = again.project.progress.unwrap();
    assert_eq!(progress.first_plan, Some(first));
    assert_eq!(progress.plan, plan("2026-04", &slower));
    let Fact::ProgressPlanned { old, .. } = &again.events[0].fact else {
        panic!("a plan");
    };
    assert_eq!(*old, Some(second));
}

#[test]
fn a_plan_begins_between_admission_and_ten_years_from_now() {
    let project = admitted(&office());
    let outside = |code| Refusal::PlanOutside {
        month: month(code),
        earliest: month("2026-03"),
        latest: month("2036-05"),
    };
    let check = |code| planned(&project, code, &PLAN, false).err();
    assert_eq!(check("2026-02"), Some(outside("2026-02")));
    assert_eq!(check("2026-03"), None);
    assert_eq!(check("2036-05"), None);
    assert_eq!(check("2036-06"), Some(outside("2036-06")));
    assert_eq!(
        planned(&project, "2026-03", &[50], false).err(),
        Some(Refusal::PlanUnfinished { share: 50 })
    );
}

#[test]
fn a_report_is_kept_and_told_with_what_was_planned() {
    let project = project(Some(march(10)), &[("2026-03", 10)]);
    let step = reported(&project, ("2026-04", 25), false).unwrap();
    let progress = step.project.progress.unwrap();
    let (newest, report) = progress.newest().unwrap();
    assert_eq!((newest, report.share), (month("2026-04"), Percent(25)));
    assert_eq!((report.reported_on, report.by), (TODAY, OFFICER));
    let fact = Fact::ProgressReported {
        month: month("2026-04"),
        share: Percent(25),
        planned: Percent(40),
        text: words(),
        old: None,
        reason: None,
    };
    assert_eq!(step.events[0].fact, fact);
    assert_eq!(fact.visibility(), Visibility::Public);
}

#[test]
fn a_month_is_reported_once_and_corrected_with_a_reason() {
    let project = project(Some(march(10)), &[("2026-03", 10), ("2026-04", 40)]);
    let month_reported = Refusal::MonthReported {
        month: month("2026-04"),
    };
    let refused = reported(&project, ("2026-04", 30), false);
    assert_eq!(refused, Err(month_reported));
    let step = reported(&project, ("2026-04", 30), true).unwrap();
    let Fact::ProgressReported { old, reason, .. } = &step.events[0].fact else {
        panic!("a report");
    };
    assert_eq!((old, reason), (&Some(Percent(40)), &Some(words())));
    assert_eq!(step.project.progress.unwrap().reports.len(), 2);
}

#[test]
fn which_months_and_shares_can_be_reported() {
    let project = project(Some(march(10)), &[("2026-03", 20), ("2026-05", 60)]);
    let check = |code, points| reported(&project, (code, points), false).err();
    let line = |share, lowest, highest| Refusal::ReportOutOfLine {
        share,
        lowest,
        highest,
    };
    assert_eq!(check("2026-04", 20), None);
    assert_eq!(check("2026-04", 60), None);
    assert_eq!(check("2026-04", 19), Some(line(19, 20, 60)));
    assert_eq!(check("2026-04", 61), Some(line(61, 20, 60)));
    let ahead = Refusal::MonthAhead {
        month: month("2026-06"),
        current: month("2026-05"),
    };
    assert_eq!(check("2026-06", 80), Some(ahead));
    let before = Refusal::MonthBeforePlan {
        month: month("2026-02"),
        from: month("2026-03"),
    };
    assert_eq!(check("2026-02", 5), Some(before));
    // A correction must stay in line, too.
    let corrected = reported(&project, ("2026-05", 19), true);
    assert_eq!(corrected, Err(line(19, 20, 100)));
}

#[test]
fn a_month_before_another_plan_can_be_corrected_but_not_reported_anew() {
    let old = project(Some(march(10)), &[("2026-04", 20)]);
    let later = planned(&old, "2026-05", &[50, 100], true).unwrap().project;
    assert!(reported(&later, ("2026-04", 25), true).is_ok());
    let refused = reported(&later, ("2026-03", 5), true).err();
    let before = Refusal::MonthBeforePlan {
        month: month("2026-03"),
        from: month("2026-05"),
    };
    assert_eq!(refused, Some(before));
}

#[test]
fn without_a_plan_nothing_is_reported_and_after_the_end_neither() {
    let unplanned = admitted(&office());
    let refused = reported(&unplanned, ("2026-04", 10), false);
    assert_eq!(refused, Err(Refusal::NotPlanned));
    let closed_on = date!(2026 - 05 - 04);
    let closed = Project {
        closed_on: Some(closed_on),
        ..project(Some(march(10)), &[])
    };
    let over = Err(Refusal::ProjectClosed { closed_on });
    assert_eq!(reported(&closed, ("2026-04", 10), false), over);
    assert_eq!(planned(&closed, "2026-03", &[100], true), over);
}
