use proptest::prelude::*;
use time::macros::date;

use super::*;

fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..7_000).prop_map(|days| plus_days(date!(2007 - 01 - 01), days).unwrap())
}

proptest! {
    #[test]
    fn counting_undoes_adding(start in any_day(), count in 0_u16..260) {
        let calendar = china::mainland();
        let due = calendar.working_day_after(start, count).unwrap().on;
        prop_assert_eq!(calendar.working_days_after(start, due), u32::from(count));
        prop_assert!(count == 0 || calendar.is_working(due));
    }

    #[test]
    fn counting_agrees_with_looking_at_each_day(start in any_day(), days in -3_i64..900) {
        let calendar = china::mainland();
        let end = plus_days(start, days).unwrap();
        let each = (1..=days).filter(|n| calendar.is_working(plus_days(start, *n).unwrap()));
        let counted = calendar.working_days_after(start, end);
        prop_assert_eq!(usize::try_from(counted).unwrap(), each.count());
    }

    #[test]
    fn before_undoes_after_from_a_worked_day(start in any_day(), count in 1_u16..260) {
        let calendar = china::mainland();
        let start = calendar.first_working_day_from(start).unwrap().on;
        let due = calendar.working_day_after(start, count).unwrap().on;
        prop_assert_eq!(calendar.working_day_before(due, count).unwrap().on, start);
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(start in any_day(), count in 0_u16..260) {
        let calendar = china::mainland();
        let shorter = calendar.working_day_after(start, count).unwrap().on;
        prop_assert!(shorter < calendar.working_day_after(start, count + 1).unwrap().on);
    }
}

#[test]
fn an_unpublished_year_is_counted_with_plain_weekends_and_says_so() {
    let calendar = china::mainland();
    let within = calendar
        .working_day_after(date!(2026 - 12 - 01), 5)
        .unwrap();
    assert_eq!(
        within,
        CountedDay {
            on: date!(2026 - 12 - 08),
            is_provisional: false
        }
    );
    let across = calendar
        .working_day_after(date!(2026 - 12 - 28), 10)
        .unwrap();
    assert_eq!(
        across,
        CountedDay {
            on: date!(2027 - 01 - 11),
            is_provisional: true
        }
    );
}

/// Saturday 14 February 2026, before the Spring Festival. `.ci/sabotage` breaks this rule.
#[test]
fn makeup_days_are_worked() {
    let calendar = china::mainland();
    let (friday, saturday) = (date!(2026 - 02 - 13), date!(2026 - 02 - 14));
    assert_eq!(calendar.kind(saturday), DayKind::MakeupWorkday);
    assert_eq!(calendar.working_days_after(friday, saturday), 1);
    assert_eq!(calendar.working_day_after(friday, 1).unwrap().on, saturday);
    let wednesday = date!(2026 - 02 - 25);
    assert_eq!(calendar.working_day_after(friday, 3).unwrap().on, wednesday);
    assert_eq!(
        calendar.working_day_before(wednesday, 3).unwrap().on,
        friday
    );
}

#[test]
fn days_that_an_unpublished_year_expects_are_not_counted_by() {
    let mut calendar = china::mainland();
    let year = calendar.years.get_mut(&2027).unwrap();
    year.days_off.push(DayOff {
        on: date!(2027 - 01 - 01),
        name: "expected".into(),
    });
    year.makeup_workdays.push(date!(2027 - 01 - 02));
    assert_eq!(calendar.kind(date!(2027 - 01 - 01)), DayKind::Workday);
    assert_eq!(calendar.kind(date!(2027 - 01 - 02)), DayKind::Weekend);
    let eve = date!(2026 - 12 - 31);
    assert_eq!(calendar.working_days_after(eve, date!(2027 - 01 - 03)), 1);
    let next = calendar.working_day_after(eve, 1).unwrap();
    let back = calendar.working_day_before(next.on, 1).unwrap();
    assert_eq!((next.on, back.on), (date!(2027 - 01 - 01), eve));
    calendar.years.get_mut(&2027).unwrap().is_published = true;
    assert_eq!(calendar.kind(date!(2027 - 01 - 01)), DayKind::Holiday);
    assert_eq!(calendar.kind(date!(2027 - 01 - 02)), DayKind::MakeupWorkday);
}

#[test]
fn a_calendar_in_which_nothing_is_worked_is_an_error_and_no_endless_walk() {
    let calendar = crate::sample::idle_calendar();
    let from = date!(2026 - 01 - 05);
    assert_eq!(
        calendar.working_day_after(from, 1),
        Err(CalendarError::NothingWorked { from })
    );
    assert_eq!(
        calendar.working_day_after(Date::MAX, 1),
        Err(CalendarError::OutOfRange)
    );
}

#[test]
fn a_calendar_is_judged_as_a_whole() {
    let mut calendar = china::mainland();
    assert_eq!(calendar.flaws(), []);
    let year = calendar.years.get_mut(&2026).unwrap();
    year.makeup_workdays.push(date!(2026 - 11 - 04));
    year.days_off.push(DayOff {
        on: date!(2025 - 12 - 31),
        name: "misplaced".into(),
    });
    calendar.years.remove(&2020);
    assert_eq!(
        calendar.flaws(),
        [
            CalendarFlaw::MissingYear { year: 2020 },
            CalendarFlaw::MisplacedDay {
                year: 2026,
                day: date!(2025 - 12 - 31)
            },
            CalendarFlaw::MisplacedDay {
                year: 2026,
                day: date!(2025 - 12 - 31)
            },
            CalendarFlaw::IdleMakeup {
                day: date!(2026 - 11 - 04)
            },
        ]
    );
}

fn local(off: &[Date], work: &[Date]) -> LocalDays {
    LocalDays {
        days_off: off
            .iter()
            .map(|&on| DayOff {
                on,
                name: "园区".into(),
            })
            .collect(),
        makeup_workdays: work.to_vec(),
    }
}

fn zones_own(local: &LocalDays) -> WorkCalendar {
    WorkCalendar::merged(&china::mainland(), local, ("zone", 2))
}

#[test]
fn a_local_day_wins_over_the_national_one() {
    let own = zones_own(&local(
        // A workday, a make-up workday, a holiday by another name.
        &[
            date!(2026 - 03 - 06),
            date!(2026 - 01 - 04),
            date!(2026 - 10 - 01),
        ],
        // A holiday on a weekday, a holiday on a weekend, a plain Saturday.
        &[
            date!(2026 - 10 - 05),
            date!(2026 - 10 - 03),
            date!(2026 - 03 - 07),
        ],
    ));
    assert_eq!(own.flaws(), []);
    assert_eq!(own.base, Some(china::mainland().reference()));
    for (day, kind) in [
        (date!(2026 - 03 - 06), DayKind::Holiday),
        (date!(2026 - 01 - 04), DayKind::Holiday),
        (date!(2026 - 10 - 05), DayKind::Workday),
        (date!(2026 - 10 - 03), DayKind::MakeupWorkday),
        (date!(2026 - 03 - 07), DayKind::MakeupWorkday),
    ] {
        assert_eq!(own.kind(day), kind, "{day}");
    }
    let named = own.years[&2026].day_off(date!(2026 - 10 - 01)).unwrap();
    assert_eq!(named.name, "园区");
}

#[test]
fn local_days_are_judged_with_the_calendar() {
    let twice = date!(2026 - 03 - 06);
    let outside = date!(2031 - 03 - 06);
    let own = zones_own(&local(&[twice, outside], &[twice]));
    assert_eq!(
        own.flaws(),
        [
            CalendarFlaw::LocalOutside { day: outside },
            CalendarFlaw::LocalConflict { day: twice }
        ]
    );
}

#[test]
fn a_year_in_which_nothing_is_worked_and_one_that_nobody_can_mean_are_flaws() {
    let mut calendar = crate::sample::idle_calendar();
    calendar
        .years
        .retain(|year, _| (2026..=2027).contains(year));
    assert_eq!(
        calendar.flaws(),
        [2026, 2027].map(|year| CalendarFlaw::NothingWorked { year })
    );
    let far = WorkCalendar::plain_weekends("far", 26, 27);
    assert_eq!(
        far.flaws(),
        [26, 27].map(|year| CalendarFlaw::YearOutOfRange { year })
    );
}

#[test]
fn an_alarm_rises_sixty_days_before_the_published_years_end() {
    let calendar = china::mainland();
    let calm = date!(2026 - 10 - 31);
    assert!(!calendar.is_coverage_ending(calm));
    assert!(calendar.is_coverage_ending(date!(2026 - 11 - 01)));
    assert_eq!(calendar.covered_until(calm), Some(date!(2026 - 12 - 31)));
    assert_eq!(calendar.provisional_from(calm), Some(date!(2027 - 01 - 01)));
    // Beyond it there is nothing left to cover, and the alarm stays.
    let beyond = date!(2027 - 03 - 01);
    assert!(calendar.is_coverage_ending(beyond));
    assert_eq!(calendar.covered_until(beyond), None);
    assert_eq!(
        calendar.provisional_from(beyond),
        Some(date!(2027 - 01 - 01))
    );
}

#[test]
fn a_calendar_kept_before_there_were_local_days_is_read_as_it_was() {
    let calendar = china::mainland();
    let kept = serde_json::to_string(&calendar).unwrap();
    assert!(
        !kept.contains("\"base\"") && !kept.contains("\"local\""),
        "an old program reads it too"
    );
    assert_eq!(
        serde_json::from_str::<WorkCalendar>(&kept).unwrap(),
        calendar
    );
}

fn any_local() -> impl Strategy<Value = LocalDays> {
    prop::collection::btree_map(0_i64..700, any::<bool>(), 0..12).prop_map(|days| {
        let of = |wanted: bool| -> alloc::vec::Vec<Date> {
            days.iter()
                .filter(|(_, is_off)| **is_off == wanted)
                .map(|(day, _)| plus_days(date!(2025 - 06 - 01), *day).unwrap())
                .collect()
        };
        local(&of(true), &of(false))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Each local day is what the zone said; every other day is what the country said.
    #[test]
    fn merging_changes_the_local_days_and_no_other(local in any_local()) {
        let national = china::mainland();
        let own = zones_own(&local);
        prop_assert_eq!(own.flaws(), []);
        for offset in 0..760 {
            let day = plus_days(date!(2025 - 05 - 20), offset).unwrap();
            if !national.is_published(day) {
                prop_assert_eq!(own.kind(day), national.kind(day), "it waits for the notice");
            } else if local.days_off.iter().any(|off| off.on == day) {
                prop_assert_eq!(own.kind(day), DayKind::Holiday);
            } else if local.makeup_workdays.contains(&day) {
                prop_assert!(own.is_working(day));
            } else {
                prop_assert_eq!(own.kind(day), national.kind(day));
            }
            prop_assert_eq!(own.is_published(day), national.is_published(day));
        }
        let again = WorkCalendar::merged(&national, &local, ("zone", 2));
        prop_assert_eq!(again, own);
    }
}

#[test]
fn two_people_make_a_calendar_and_only_upon_what_holds_now() {
    use crate::{
        id::{PersonId, ProposalId},
        refusal::Refusal,
    };
    let [author, other] = [1, 2].map(|bits| PersonId(uuid::Uuid::from_u128(bits)));
    let present = china::mainland().reference();
    let proposal = |state| Proposal {
        id: ProposalId(uuid::Uuid::from_u128(3)),
        kind: ProposalKind::National,
        calendar: china::mainland(),
        national: None,
        base: china::mainland().reference(),
        proposed_by: author,
        state,
    };
    let decided = |state: ProposalState| Refusal::ProposalDecided {
        state: state.code().into(),
    };
    let previewed = proposal(ProposalState::Previewed);
    assert_eq!(previewed.may_approve(other, &present), Ok(()));
    assert_eq!(
        previewed.may_approve(author, &present),
        Err(Refusal::OwnProposal)
    );
    assert_eq!(previewed.may_reject(author), Err(Refusal::OwnProposal));
    let newer = CalendarRef {
        version: 2,
        ..present.clone()
    };
    assert_eq!(
        previewed.may_approve(other, &newer),
        Err(Refusal::ProposalStale)
    );
    let early = proposal(ProposalState::Previewing);
    assert_eq!(
        early.may_approve(other, &present),
        Err(Refusal::NotPreviewed)
    );
    assert_eq!(early.may_reject(other), Ok(()));
    for state in [
        ProposalState::Approved,
        ProposalState::Applied,
        ProposalState::Rejected,
    ] {
        assert_eq!(
            proposal(state).may_approve(other, &present),
            Err(decided(state))
        );
    }
    let stale = proposal(ProposalState::Stale);
    assert_eq!(
        stale.may_approve(other, &present),
        Err(Refusal::ProposalStale)
    );
}
