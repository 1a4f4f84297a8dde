//! What holds of every plan and every report.

use proptest::prelude::*;

use super::*;
use crate::calendar::plus_days;

/// Reports that never fall, of some months of the plan.
fn any_reports() -> impl Strategy<Value = Vec<(i32, u8)>> {
    prop::collection::btree_map(0_i32..8, 0_u8..=100, 0..5).prop_map(|reports| {
        let mut highest = 0;
        let rising = |(place, points): (i32, u8)| {
            highest = points.max(highest);
            (place, highest)
        };
        reports.into_iter().map(rising).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a query looks for and what a page shows are the same, and waiting makes nothing better.
    #[test]
    fn the_lamp_of_a_day_follows_from_the_days(
        started in prop::option::of(0_i64..150),
        reports in any_reports(),
    ) {
        let started = started.map(|after| plus_days(MONDAY, after).unwrap());
        let codes: Vec<(alloc::string::String, u8)> = reports
            .iter()
            .map(|(place, points)| (alloc::format!("{}", month("2026-03").plus(*place)), *points))
            .collect();
        let reports: Vec<(&str, u8)> =
            codes.iter().map(|(code, points)| (code.as_str(), *points)).collect();
        let project = project(started, &reports);
        let found = days(&project);
        prop_assert!(found.red_on.is_none_or(|red| found.yellow_on.is_some_and(|on| on <= red)));
        // Nobody reports the future: look from the last reported month on.
        let first = reports.last().map_or(MONDAY, |(code, _)| month(code).first_day());
        let mut worst = ProgressLamp::Done;
        for after in 0..400 {
            let today = plus_days(first, after).unwrap();
            let shown = standing(&project, today);
            prop_assert!(shown.lamp >= worst, "{today}: {:?} after {worst:?}", shown.lamp);
            worst = shown.lamp;
            let reached = |day: Option<Date>| day.is_some_and(|day| day <= today);
            prop_assert_eq!(shown.lamp >= ProgressLamp::Yellow, reached(found.yellow_on));
            prop_assert_eq!(shown.lamp == ProgressLamp::Red, reached(found.red_on));
            prop_assert_eq!(shown.reasons.is_empty(), shown.lamp <= ProgressLamp::Green);
        }
    }

    #[test]
    fn a_plan_never_falls_from_one_month_to_the_next(points in prop::collection::vec(0_u8..=100, 0..20)) {
        let mut points = points;
        points.sort_unstable();
        points.push(100);
        let plan = plan("2026-03", &points);
        let all: Vec<Percent> = (-3..30).map(|place| plan.share(plan.from().plus(place))).collect();
        prop_assert!(all.is_sorted());
        prop_assert_eq!(plan.months().count(), points.len());
        prop_assert_eq!(plan.months().last(), Some((plan.until(), Percent::ALL)));
    }
}
