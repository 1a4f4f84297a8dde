//! Each day of each calendar, and counting there and back.

use crate::{
    border::{date, day, kind},
    desk::FIRST,
    history::Random,
    model,
    play::calendars,
};

/// From 1 January 2006, a year before the first notice, to the end of 2030.
const DAYS: std::ops::Range<i32> = FIRST + 2_192..FIRST + 11_323;

#[test]
fn every_day_is_of_the_kind_that_the_notice_says() {
    for calendar in calendars(&mut Random(1)) {
        for on in DAYS {
            let page = calendar.model.page(on);
            assert_eq!(
                kind(calendar.domain.kind(date(on))),
                page.kind,
                "{}",
                date(on)
            );
            assert_eq!(
                calendar.domain.is_working(date(on)),
                calendar.model.is_worked(on)
            );
            assert_eq!(calendar.domain.is_published(date(on)), page.is_published);
        }
    }
}

#[test]
fn counting_forward_and_then_back_returns() {
    let mut random = Random(2);
    let calendars = calendars(&mut random);
    for _ in 0..100_000 {
        let calendar = &calendars[random.index(calendars.len())];
        let start = random.between(DAYS.start, DAYS.end - 1);
        let first = calendar.domain.first_working_day_from(date(start)).unwrap();
        let days = random.between(0, 60);
        let count = u16::try_from(days).unwrap();
        let there = calendar.domain.working_day_after(first.on, count).unwrap();
        let back = calendar.domain.working_day_before(there.on, count).unwrap();
        assert_eq!(back.on, first.on, "{count} days from {}", first.on);
        assert_eq!(
            back.is_provisional, there.is_provisional,
            "{count} days from {}",
            first.on
        );
        let counted = calendar.domain.working_days_after(first.on, there.on);
        assert_eq!(counted, u32::from(count));
        let naive = model::count(day(first.on), day(there.on), |on| {
            calendar.model.is_worked(on)
        });
        assert_eq!(naive, counted);
        let end = start + random.between(-5, 800);
        let naive = model::count(start, end, |on| calendar.model.is_worked(on));
        assert_eq!(
            calendar.domain.working_days_after(date(start), date(end)),
            naive
        );
        let within = model::count(start - 1, end, |on| calendar.model.is_worked(on));
        assert_eq!(
            calendar.domain.working_days_within(date(start), date(end)),
            within
        );
    }
}
