//! What a clock costs. `cargo bench -p domain`
//!
//! Promised: a clock with 3 stops over a year in under 5 microseconds, an explanation of 400 days in under
//! a millisecond.

use divan::black_box;
use domain::{
    calendar::{CalendarError, WorkCalendar, china},
    clock::{Clock, ClockStop, Explanation, Reading, StopReason},
    limit::Limit,
};
use time::{Date, macros::date};

const ACCEPTED_ON: Date = date!(2025 - 01 - 06);
const TODAY: Date = date!(2026 - 03 - 31);
/// With the stops it ends in March 2026.
const A_YEAR: Limit = Limit::WorkingDays { value: 240 };
/// The same, to be walked by calendar days.
const DAYS: Limit = Limit::CalendarDays { value: 365 };

fn main() {
    divan::main();
}

/// A clock that stood three times, once over the National Day.
fn clock() -> Clock {
    let stop = |from, until| ClockStop::bare(StopReason::ExpertReview, from, Some(until));
    Clock {
        stops: vec![
            stop(date!(2025 - 03 - 03), date!(2025 - 03 - 21)),
            stop(date!(2025 - 06 - 10), date!(2025 - 06 - 24)),
            stop(date!(2025 - 09 - 26), date!(2025 - 10 - 14)),
        ],
        ..Clock::started(ACCEPTED_ON)
    }
}

fn measure<T>(
    bencher: divan::Bencher<'_, '_>,
    work: impl Fn(&Clock, &WorkCalendar) -> Result<T, CalendarError> + Sync,
) {
    let (clock, calendar) = (clock(), china::mainland());
    bencher.bench(|| work(black_box(&clock), black_box(&calendar)));
}

#[divan::bench]
fn read_working_days(bencher: divan::Bencher<'_, '_>) {
    measure::<Reading>(bencher, |clock, calendar| clock.read(A_YEAR, calendar));
}

#[divan::bench]
fn read_calendar_days(bencher: divan::Bencher<'_, '_>) {
    measure::<Reading>(bencher, |clock, calendar| clock.read(DAYS, calendar));
}

/// Every day from January 2025 to the due day in 2026.
#[divan::bench]
fn explain_400_days(bencher: divan::Bencher<'_, '_>) {
    measure::<Explanation>(bencher, |clock, calendar| {
        let explanation = clock.explain(A_YEAR, calendar, TODAY)?;
        assert!(explanation.days.len() >= 400);
        Ok(explanation)
    });
}
