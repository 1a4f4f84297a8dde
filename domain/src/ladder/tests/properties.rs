//! What holds of every ladder, whatever the limits, stops and holds.

use proptest::prelude::*;

use super::*;

fn any_limits() -> impl Strategy<Value = (Option<Limit>, Option<Limit>)> {
    let limit = || {
        prop_oneof![
            Just(None),
            (0_u16..90).prop_map(|days| Some(working(days))),
            (0_u16..120).prop_map(|days| Some(calendar_days(days))),
            (-60_i64..200).prop_map(|days| {
                let on = plus_days(MONDAY, days).unwrap();
                Some(Limit::FixedDate { on })
            }),
        ]
    };
    (limit(), limit())
}

/// A running stage whose clock has stood twice, perhaps held by a supervisor.
fn any_stage() -> impl Strategy<Value = Stage> {
    let hold = prop::option::of((0_u8..5, 0_i64..120));
    (any_limits(), prop::array::uniform4(0_i64..30), hold).prop_map(|(limits, gaps, hold)| {
        let mut project = accepted(limits, MONDAY);
        let mut day = MONDAY;
        for pair in gaps.chunks(2) {
            let from = plus_days(day, pair[0]).unwrap();
            day = plus_days(from, pair[1]).unwrap();
            project = stop_and_resume(&project, (from, day), day);
        }
        Stage {
            hold: hold.map(|(above, days)| Hold {
                above: Rung::of_number(above).unwrap(),
                until: plus_days(MONDAY, days).unwrap(),
            }),
            ..stage(&project, "A").clone()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rungs_of_the_deadline_come_in_order(held in any_stage()) {
        let bare = Stage { hold: None, ..held };
        let days: Vec<(Rung, Date)> =
            days_of(&bare).into_iter().filter(|(rung, _)| *rung != Rung::Silence).collect();
        prop_assert!(days.is_sorted_by_key(|(_, on)| *on), "{:?}", days);
        prop_assert!(days.is_sorted_by_key(|(rung, _)| *rung));
        let expected = match (bare.terms.promised, bare.terms.statutory) {
            (None, None) => 0,
            (None, Some(_)) => 3,
            (Some(_), _) => 4,
        };
        prop_assert_eq!(days.len(), expected);
    }

    #[test]
    fn what_is_due_today_is_due_tomorrow(held in any_stage(), wait in 0_i64..200) {
        let today = plus_days(MONDAY, wait).unwrap();
        let now = due(&held, today, &[]).fire;
        let later = due(&held, plus_days(today, 1).unwrap(), &[]).fire;
        prop_assert!(now.iter().all(|day| later.contains(day)));
        let next_on = due(&held, today, &[]).next_on;
        prop_assert!(next_on.is_none_or(|next| next > today));
        prop_assert_eq!(now.len() + usize::from(next_on.is_some()) == 0, days_of(&held).is_empty());
    }

    #[test]
    fn many_sweeps_and_a_single_late_one_tell_the_same(held in any_stage()) {
        let (mut daily, mut late) = (Vec::new(), Vec::new());
        for wait in (0..=240).step_by(3) {
            sweep(&held, plus_days(MONDAY, wait).unwrap(), &mut daily);
        }
        sweep(&held, plus_days(MONDAY, 240).unwrap(), &mut late);
        daily.sort_by_key(|line| line.rung);
        late.sort_by_key(|line| line.rung);
        prop_assert_eq!(daily, late);
    }

    #[test]
    fn a_hold_moves_no_rung_at_or_below_it_and_none_forward(held in any_stage()) {
        let bare = Stage { hold: None, ..held.clone() };
        let pairs = days_of(&bare).into_iter().zip(days_of(&held));
        for ((rung, before), (_, after)) in pairs {
            let hold = held.hold;
            let is_held = hold.is_some_and(|hold| rung > hold.above && rung != Rung::Silence);
            prop_assert!(after >= before);
            prop_assert!(is_held || after == before);
            prop_assert!(!is_held || hold.is_some_and(|hold| after > hold.until));
        }
    }

    #[test]
    fn the_law_brings_red_forward_and_never_before_the_promise(
        promise in 0_u16..40, law in 0_u16..60,
    ) {
        let without = accepted((Some(working(promise)), None), MONDAY);
        let with = accepted((Some(working(promise)), Some(working(law))), MONDAY);
        let red = |project: &Project| day_of(stage(project, "A"), Rung::Red).unwrap();
        prop_assert!(red(&with) <= red(&without));
        prop_assert!(red(&with) >= day_of(stage(&with, "A"), Rung::Yellow).unwrap());
    }
}
