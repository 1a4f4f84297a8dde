use time::macros::date;

use super::*;
use crate::{
    project::{Complete, Project},
    sample::{self, MONDAY, OFFICER, march, words},
    template::Milestone,
};

mod acts;
mod properties;

/// Works from March to June 2026: 10, 40, 70, 100.
const PLAN: [u8; 4] = [10, 40, 70, 100];

fn month(code: &str) -> Month {
    code.parse().unwrap()
}

fn shares(points: &[u8]) -> Vec<Percent> {
    let share = |points: &u8| Percent::new(*points).unwrap();
    points.iter().map(share).collect()
}

fn plan(from: &str, points: &[u8]) -> ProgressPlan {
    ProgressPlan::new(month(from), shares(points)).unwrap()
}

/// A project whose stage D is the start of works, done on `started` if at all, with these reports.
fn project(started: Option<Date>, reports: &[(&str, u8)]) -> Project {
    let office = sample::office();
    let mut project = sample::admitted(&office);
    for stage in &mut project.stages {
        if stage.code == "D" {
            stage.terms.milestone = Some(Milestone::StartOfWorks);
        }
    }
    if let Some(on) = started {
        project = sample::accept(&project, "D", on);
        let done = Complete {
            on,
            result: words(),
        };
        let at = (sample::morning(on, &office), &office);
        let stage = sample::id(&project, "D");
        project = project.complete(stage, OFFICER, done, at).unwrap().project;
    }
    let report = |(code, points): &(&str, u8)| {
        let report = ProgressReport {
            share: Percent::new(*points).unwrap(),
            text: words(),
            reported_on: month(code).last_day(),
            by: OFFICER,
        };
        (month(code), report)
    };
    project.progress = Some(Progress {
        reports: reports.iter().map(report).collect(),
        ..Progress::planned(plan("2026-03", &PLAN))
    });
    project
}

fn standing(project: &Project, today: Date) -> Standing {
    let office = sample::office();
    let rules = &office.ladder.progress;
    Standing::of(project, rules, &office.calendar, today).unwrap()
}

fn days(project: &Project) -> ProgressDays {
    let office = sample::office();
    ProgressDays::of(project, &office.ladder.progress, &office.calendar)
}

#[test]
fn a_month_is_written_as_year_and_month_and_nothing_else() {
    for code in ["2026-04", "2000-01", "2199-12"] {
        assert_eq!(alloc::string::ToString::to_string(&month(code)), code);
    }
    for typed in [
        "",
        "2026",
        "2026-4",
        "26-04",
        "2026-00",
        "2026-13",
        "1999-12",
        "2200-01",
        "+026-04",
        "2026-+4",
        "2026-04-01",
        "2026年04月",
    ] {
        assert_eq!(
            typed.parse::<Month>(),
            Err(month::MalformedMonth),
            "{typed}"
        );
    }
}

#[test]
fn months_are_counted_over_the_turn_of_the_year() {
    let december = month("2026-12");
    assert_eq!(december.plus(1), month("2027-01"));
    assert_eq!(december.plus(-12), month("2025-12"));
    assert_eq!(month("2027-02").since(december), 2);
    assert_eq!(december.since(month("2027-02")), -2);
    assert_eq!(december.first_day(), date!(2026 - 12 - 01));
    assert_eq!(december.last_day(), date!(2026 - 12 - 31));
    assert_eq!(month("2028-02").last_day(), date!(2028 - 02 - 29));
    assert_eq!(Month::of(date!(2026 - 04 - 30)), month("2026-04"));
}

#[test]
fn a_plan_never_falls_and_ends_with_all_of_it() {
    let check = |points: &[u8]| ProgressPlan::new(month("2026-03"), shares(points)).err();
    assert_eq!(check(&[0, 0, 50, 50, 100, 100]), None);
    assert_eq!(check(&[100]), None);
    assert_eq!(check(&[100; 120]), None);
    let too_long = |months| {
        let months_max = PLAN_MONTHS_MAX;
        Some(Refusal::PlanTooLong { months, months_max })
    };
    assert_eq!(check(&[]), too_long(0));
    assert_eq!(check(&[100; 121]), too_long(121));
    let falls = Refusal::PlanFalls {
        month: month("2026-05"),
        share: 49,
        before: 50,
    };
    assert_eq!(check(&[10, 50, 49, 100]), Some(falls));
    assert_eq!(
        check(&[10, 99]),
        Some(Refusal::PlanUnfinished { share: 99 })
    );
    assert_eq!(Percent::new(101), None);
}

#[test]
fn a_plan_that_was_stored_wrong_is_not_believed() {
    let good = serde_json::to_string(&plan("2026-03", &PLAN)).unwrap();
    assert_eq!(good, r#"{"from":"2026-03","shares":[10,40,70,100]}"#);
    assert_eq!(
        serde_json::from_str::<ProgressPlan>(&good).unwrap(),
        plan("2026-03", &PLAN)
    );
    for bad in ["[10,9,100]", "[10]", "[]", "[101]"] {
        let bad = good.replace("[10,40,70,100]", bad);
        assert!(serde_json::from_str::<ProgressPlan>(&bad).is_err(), "{bad}");
    }
}

#[test]
fn a_zone_that_was_stored_before_there_was_progress_still_loads() {
    let mut stored = serde_json::to_value(crate::ladder::Ladder::default()).unwrap();
    stored.as_object_mut().unwrap().remove("progress");
    let ladder: crate::ladder::Ladder = serde_json::from_value(stored).unwrap();
    assert_eq!(ladder.progress, ProgressRules::default());
}

#[test]
fn what_is_planned_before_within_and_after_the_works() {
    let plan = plan("2026-03", &PLAN);
    assert_eq!(plan.until(), month("2026-06"));
    for (code, points) in [
        ("2026-02", 0),
        ("2026-03", 10),
        ("2026-05", 70),
        ("2026-06", 100),
        ("2031-01", 100),
    ] {
        assert_eq!(plan.share(month(code)).points(), points, "{code}");
    }
}

#[test]
fn another_plan_says_from_when_on_it_differs() {
    let old = plan("2026-03", &PLAN);
    let check = |new: ProgressPlan| {
        let change = new.change_from(&old)?;
        Some((change.month, change.old.points(), change.new.points()))
    };
    assert_eq!(check(old.clone()), None);
    assert_eq!(
        check(plan("2026-03", &[10, 40, 60, 100])),
        Some((month("2026-05"), 70, 60))
    );
    assert_eq!(
        check(plan("2026-04", &PLAN)),
        Some((month("2026-03"), 10, 0))
    );
    // Months before and after say what the plan says anyway.
    assert_eq!(check(plan("2026-02", &[0, 10, 40, 70, 100, 100])), None);
}

/// Start of works, planned for March.
#[test]
fn works_that_do_not_start() {
    use ProgressLamp::{Green, Red, Yellow};
    let project = project(None, &[]);
    let not_started = |months| ProgressReason::NotStarted {
        planned: month("2026-03"),
        months,
    };
    for (today, lamp, months) in [
        (date!(2026 - 03 - 02), Green, 0),
        (date!(2026 - 03 - 31), Green, 0),
        (date!(2026 - 04 - 01), Yellow, 1),
        (date!(2026 - 05 - 31), Yellow, 2),
        (date!(2026 - 06 - 01), Red, 3),
        (date!(2027 - 03 - 01), Red, 12),
    ] {
        let found = standing(&project, today);
        assert_eq!(found.lamp, lamp, "{today}");
        let reasons: Vec<_> = found.reasons.iter().map(|(reason, _)| *reason).collect();
        let expected = (months > 0).then(|| not_started(months));
        assert_eq!(reasons, Vec::from_iter(expected), "{today}");
    }
    assert_eq!(
        days(&project),
        ProgressDays {
            yellow_on: Some(date!(2026 - 04 - 01)),
            red_on: Some(date!(2026 - 06 - 01)),
        }
    );
}

/// Reports of works that started in March. The first working days of April 2026 are the 1st to the 3rd and,
/// after a holiday, the 7th and 8th.
#[test]
fn months_of_which_nothing_is_reported() {
    use ProgressLamp::{Green, Red, Yellow};
    let check = |reports: &[(&str, u8)], today, expected: (ProgressLamp, Option<(&str, u16)>)| {
        let found = standing(&project(Some(march(10)), reports), today);
        let missing = found.reasons.iter().find_map(|(reason, _)| match reason {
            ProgressReason::Unreported { since, months } => Some((*since, *months)),
            ProgressReason::NotStarted { .. } | ProgressReason::Behind { .. } => None,
        });
        let (lamp, due) = expected;
        assert_eq!(found.lamp, lamp, "{today}");
        assert_eq!(missing, due.map(|(code, months)| (month(code), months)));
    };
    check(&[], date!(2026 - 04 - 08), (Green, None));
    check(&[], date!(2026 - 04 - 09), (Yellow, Some(("2026-03", 1))));
    check(&[], date!(2026 - 05 - 11), (Yellow, Some(("2026-03", 1))));
    check(&[], date!(2026 - 05 - 13), (Red, Some(("2026-03", 2))));
    let march_only = [("2026-03", 10)];
    check(&march_only, date!(2026 - 04 - 30), (Green, None));
    check(
        &march_only,
        date!(2026 - 05 - 13),
        (Yellow, Some(("2026-04", 1))),
    );
    // A report covers the months before it.
    check(&[("2026-04", 40)], date!(2026 - 05 - 13), (Green, None));
    // Works that start late are not asked for what was before.
    let late = project(Some(date!(2026 - 05 - 20)), &[]);
    assert_eq!(standing(&late, date!(2026 - 06 - 05)).lamp, Green);
    assert_eq!(days(&late).yellow_on, Some(date!(2026 - 06 - 06)));
}

/// The share reported of April, for which 40 is planned, on a day in May.
#[test]
fn how_far_behind_is_yellow_and_how_far_red() {
    use ProgressLamp::{Green, Red, Yellow};
    for (points, lamp) in [
        (45, Green),
        (40, Green),
        (31, Green),
        (30, Yellow),
        (10, Yellow),
        (9, Red),
        (0, Red),
    ] {
        let found = standing(
            &project(Some(march(10)), &[("2026-04", points)]),
            date!(2026 - 05 - 06),
        );
        assert_eq!(found.lamp, lamp, "{points}");
        let behind = ProgressReason::Behind {
            month: month("2026-04"),
            planned: Percent(40),
            done: Percent(points),
        };
        let expected = (lamp != Green).then_some((behind, lamp));
        assert_eq!(found.reasons, Vec::from_iter(expected), "{points}");
    }
}

#[test]
fn a_month_that_still_runs_is_compared_with_the_month_before() {
    let project = project(Some(march(10)), &[("2026-04", 30)]);
    let check = |today, lamp| assert_eq!(standing(&project, today).lamp, lamp, "{today}");
    check(date!(2026 - 04 - 20), ProgressLamp::Green);
    check(date!(2026 - 05 - 01), ProgressLamp::Yellow);
    let yellow_on = days(&project).yellow_on;
    assert_eq!(yellow_on, Some(date!(2026 - 05 - 01)));
}

#[test]
fn done_late_is_never_green() {
    let done = |code| {
        let found = standing(
            &project(Some(march(10)), &[(code, 100)]),
            date!(2026 - 09 - 01),
        );
        assert_eq!(found.reasons, []);
        found.lamp
    };
    assert_eq!(done("2026-05"), ProgressLamp::Done);
    assert_eq!(done("2026-06"), ProgressLamp::Done);
    assert_eq!(done("2026-07"), ProgressLamp::DoneLate);
    let project = project(Some(march(10)), &[("2026-07", 100)]);
    assert_eq!(days(&project), ProgressDays::default());
}

#[test]
fn a_finished_project_stays_as_it_was() {
    let mut project = project(Some(march(10)), &[("2026-04", 40)]);
    project.closed_on = Some(date!(2026 - 05 - 05));
    assert_eq!(
        standing(&project, date!(2030 - 01 - 01)).lamp,
        ProgressLamp::Green
    );
    assert_eq!(days(&project), ProgressDays::default());
}

#[test]
fn a_template_without_start_of_works_never_misses_it() {
    let mut project = project(None, &[("2026-04", 40)]);
    for stage in &mut project.stages {
        stage.terms.milestone = None;
    }
    let found = standing(&project, date!(2026 - 05 - 06));
    assert_eq!(found.lamp, ProgressLamp::Green);
}

#[test]
fn without_a_plan_there_is_no_lamp() {
    let office = sample::office();
    let project = sample::admitted(&office);
    let rules = &office.ladder.progress;
    assert_eq!(
        Standing::of(&project, rules, &office.calendar, MONDAY),
        None
    );
    assert_eq!(days(&project), ProgressDays::default());
}
