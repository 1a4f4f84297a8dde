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
