use proptest::prelude::*;
use time::macros::date;

use super::*;
use crate::calendar::{china, plus_days};

const fn working(value: u16) -> Limit {
    Limit::WorkingDays { value }
}

fn stop(stopped_on: Date, resumed_on: Option<Date>) -> ClockStop {
    ClockStop::bare(StopReason::Supplement, stopped_on, resumed_on)
}

fn check(accepted_on: Date, limit: Limit, stops: &[(Date, Option<Date>)], due: Option<Date>) {
    let stops_of = stops.iter().map(|&(from, until)| stop(from, until));
    let clock = Clock {
        stops: stops_of.collect(),
        ..Clock::started(accepted_on)
    };
    let reading = clock.read(limit, &china::mainland()).unwrap();
    assert_eq!(
        reading.due().map(|day| day.on),
        due,
        "{accepted_on} {limit:?} {stops:?}"
    );
}

/// The twenty worked examples of the office's rule book.
#[test]
fn the_rule_books_examples() {
    let plain = [
        (date!(2026 - 03 - 02), 5, date!(2026 - 03 - 09)),
        (date!(2026 - 02 - 12), 5, date!(2026 - 02 - 26)),
        (date!(2026 - 02 - 13), 3, date!(2026 - 02 - 25)),
        (date!(2026 - 02 - 14), 1, date!(2026 - 02 - 24)),
        (date!(2026 - 09 - 18), 5, date!(2026 - 09 - 24)),
        (date!(2026 - 09 - 24), 3, date!(2026 - 09 - 30)),
        (date!(2026 - 09 - 30), 7, date!(2026 - 10 - 15)),
        (date!(2026 - 04 - 30), 5, date!(2026 - 05 - 11)),
        (date!(2026 - 10 - 03), 1, date!(2026 - 10 - 08)),
        (date!(2026 - 06 - 18), 1, date!(2026 - 06 - 22)),
        (date!(2025 - 01 - 24), 5, date!(2025 - 02 - 07)),
        (date!(2025 - 09 - 26), 10, date!(2025 - 10 - 16)),
        (date!(2026 - 01 - 02), 20, date!(2026 - 01 - 29)),
    ];
    for (accepted_on, days, due) in plain {
        check(accepted_on, working(days), &[], Some(due));
    }
    let march = |day| Date::from_calendar_date(2026, time::Month::March, day).unwrap();
    check(
        march(2),
        working(10),
        &[(march(5), Some(march(16)))],
        Some(march(25)),
    );
    check(
        march(2),
        working(10),
        &[(march(5), Some(march(5)))],
        Some(march(16)),
    );
    check(
        march(2),
        working(5),
        &[(march(9), Some(march(11)))],
        Some(march(9)),
    );
    let two = [(march(3), Some(march(6))), (march(10), Some(march(12)))];
    check(march(2), working(7), &two, Some(march(18)));
    let holidays = [(date!(2026 - 09 - 23), Some(date!(2026 - 10 - 12)))];
    check(
        date!(2026 - 09 - 21),
        working(5),
        &holidays,
        Some(date!(2026 - 10 - 15)),
    );
    let calendar_days = |value| Limit::CalendarDays { value };
    check(
        date!(2026 - 01 - 15),
        calendar_days(30),
        &[],
        Some(date!(2026 - 02 - 14)),
    );
    check(
        date!(2026 - 09 - 11),
        calendar_days(20),
        &[],
        Some(date!(2026 - 10 - 08)),
    );
}

/// A March week without a holiday. `.ci/sabotage` breaks this rule, and the next.
#[test]
fn the_day_of_acceptance_is_day_zero() {
    let monday = date!(2026 - 03 - 02);
    check(monday, working(0), &[], Some(monday));
    check(monday, working(1), &[], monday.next_day());
    check(monday, working(5), &[], Some(date!(2026 - 03 - 09)));
    let ten = Limit::CalendarDays { value: 10 };
    check(monday, ten, &[], Some(date!(2026 - 03 - 12)));
}

#[test]
fn the_day_of_the_resume_does_not_count() {
    let calendar = china::mainland();
    let (tuesday, thursday) = (date!(2026 - 03 - 03), date!(2026 - 03 - 05));
    let mut clock = Clock::started(date!(2026 - 03 - 02));
    let due = |clock: &Clock| {
        let reading = clock.read(working(10), &calendar).unwrap();
        reading.due().unwrap().on
    };
    let before = due(&clock);
    clock.stops.push(stop(tuesday, Some(thursday)));
    // Wednesday and Thursday are lost.
    assert_eq!(calendar.working_days_after(before, due(&clock)), 2);
    assert!(!clock.is_stopped_on(tuesday));
    assert!(clock.is_stopped_on(thursday));
    assert!(!clock.is_stopped_on(date!(2026 - 03 - 06)));
}

#[test]
fn while_the_clock_stands_there_are_days_left_and_no_date() {
    let accepted_on = date!(2026 - 03 - 02);
    let mut clock = Clock::started(accepted_on);
    clock.stops.push(stop(date!(2026 - 03 - 05), None));
    let calendar = china::mainland();
    assert_eq!(
        clock.read(working(10), &calendar),
        Ok(Reading::Stopped {
            days_left: 7,
            is_provisional: false
        })
    );
    // The limit that ended on the day of the stop is due all the same.
    assert_eq!(
        clock
            .read(working(3), &calendar)
            .unwrap()
            .due()
            .map(|day| day.on),
        Some(date!(2026 - 03 - 05))
    );
    let fixed = Limit::FixedDate {
        on: date!(2026 - 03 - 20),
    };
    assert_eq!(
        clock
            .read(fixed, &calendar)
            .unwrap()
            .due()
            .map(|day| day.on),
        Some(date!(2026 - 03 - 20))
    );
}

#[test]
fn a_limit_of_no_days_is_due_at_once_and_the_longest_limit_is_counted() {
    check(
        date!(2026 - 10 - 03),
        working(0),
        &[],
        Some(date!(2026 - 10 - 03)),
    );
    let longest = Clock::started(date!(2012 - 01 - 02))
        .read(working(crate::limit::LIMIT_DAYS_MAX), &china::mainland())
        .unwrap();
    assert!(longest.due().is_some());
}

#[test]
fn a_stop_before_acceptance_takes_out_only_what_lies_after_it() {
    let mut clock = Clock::started(date!(2026 - 03 - 09));
    clock.stops = vec![
        stop(date!(2026 - 03 - 02), Some(date!(2026 - 03 - 04))),
        stop(date!(2026 - 03 - 05), Some(date!(2026 - 03 - 11))),
    ];
    let calendar = china::mainland();
    let count = |after, until| calendar.working_days_after(after, until);
    assert_eq!(clock.stopped_days_until(date!(2026 - 03 - 13), count), 2);
    assert_eq!(
        clock.counted_days_until(date!(2026 - 03 - 13), &calendar),
        2
    );
    assert_eq!(
        clock.read(working(2), &calendar).map(Reading::due),
        Ok(Some(CountedDay {
            on: date!(2026 - 03 - 13),
            is_provisional: false
        }))
    );
}

proptest! {
    /// Taking days out of the count moves the due day by exactly the counted days taken out.
    #[test]
    fn a_stop_costs_exactly_the_counted_days_inside_it(
        limit in 1_u16..60, from in 0_i64..80, length in 0_i64..60,
    ) {
        let calendar = china::mainland();
        let accepted_on = date!(2024 - 01 - 15);
        let stopped_on = plus_days(accepted_on, from).unwrap();
        let resumed_on = plus_days(stopped_on, length).unwrap();
        let plain = Clock::started(accepted_on).read(working(limit), &calendar).unwrap().due().unwrap().on;
        let mut clock = Clock::started(accepted_on);
        clock.stops.push(stop(stopped_on, Some(resumed_on)));
        let moved = clock.read(working(limit), &calendar).unwrap().due().unwrap().on;
        let lost = if stopped_on < plain {
            calendar.working_days_after(stopped_on, resumed_on)
        } else {
            0
        };
        prop_assert_eq!(calendar.working_days_after(plain, moved), lost);
    }
}
