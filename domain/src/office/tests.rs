use alloc::sync::Arc;

use proptest::prelude::*;
use time::{
    Duration,
    macros::{date, datetime, time},
};

use super::*;
use crate::{
    calendar::china,
    ladder::{Ladder, LetterWindow},
    sample,
};

fn office_with(letters: LetterWindow) -> Office {
    let ladder = Ladder {
        letters,
        ..Ladder::default()
    };
    Office {
        ladder: Arc::new(ladder),
        ..sample::office()
    }
}

#[test]
fn letters_go_out_in_the_hours_of_working_days() {
    #[track_caller]
    fn check(written: OffsetDateTime, sent: OffsetDateTime) {
        assert_eq!(sample::office().letter_time(written), sent, "{written}");
    }
    let same = |at| check(at, at);
    let morning = datetime!(2026-03-02 8:30 +8);
    check(datetime!(2026-03-02 0:00 +8), morning);
    check(datetime!(2026-03-02 8:29:59 +8), morning);
    same(morning);
    same(datetime!(2026-03-02 17:59:59 +8));
    check(
        datetime!(2026-03-02 18:00 +8),
        datetime!(2026-03-03 8:30 +8),
    );
    check(
        datetime!(2026-03-06 23:59 +8),
        datetime!(2026-03-09 8:30 +8),
    );
    // A Saturday is free unless it is made up for; National Day takes a week.
    check(
        datetime!(2026-03-07 10:00 +8),
        datetime!(2026-03-09 8:30 +8),
    );
    same(datetime!(2026-02-14 10:00 +8));
    check(
        datetime!(2026-09-30 18:00 +8),
        datetime!(2026-10-08 8:30 +8),
    );
    // Written in another zone, sent in this one's hours.
    check(datetime!(2026-03-01 23:00 UTC), morning);
}

#[test]
fn the_window_of_letters_is_the_zones_own() {
    let evenings = office_with(LetterWindow {
        from: time!(19:00),
        until: time!(0:00),
        on_any_day: true,
    });
    let saturday_evening = datetime!(2026-03-07 19:00 +8);
    let check = |at, sent| assert_eq!(evenings.letter_time(at), sent, "{at}");
    check(datetime!(2026-03-07 0:00 +8), saturday_evening);
    check(datetime!(2026-03-07 18:59:59 +8), saturday_evening);
    check(
        datetime!(2026-03-07 23:59:59 +8),
        datetime!(2026-03-07 23:59:59 +8),
    );
    let mornings = office_with(LetterWindow {
        until: time!(9:00),
        on_any_day: true,
        ..LetterWindow::default()
    });
    let missed = datetime!(2026-03-06 9:00 +8);
    assert_eq!(
        mornings.letter_time(missed),
        datetime!(2026-03-07 8:30 +8),
        "the next day, worked or not"
    );
}

#[test]
fn an_open_window_keeps_no_letter_waiting() {
    let office = office_with(LetterWindow::always());
    for at in [
        datetime!(2026-03-07 0:00 +8),
        datetime!(2026-10-01 12:00 +8),
        datetime!(2026-03-02 23:59:59.999999 +8),
    ] {
        assert_eq!(office.letter_time(at), at);
    }
}

#[test]
fn a_calendar_in_which_nothing_is_worked_swallows_no_letter() {
    let office = Office {
        calendar: Arc::new(sample::idle_calendar()),
        ..sample::office()
    };
    let at = datetime!(2026-03-02 10:00 +8);
    assert_eq!(office.letter_time(at), at);
}

#[test]
fn more_than_one_working_day_later_is_a_late_entry() {
    #[track_caller]
    fn check(happened: Date, recorded: Date, is_late: bool) {
        let found = HappenedOn(happened).is_late_entry(recorded, &china::mainland());
        assert_eq!(found, is_late, "{happened} {recorded}");
    }
    check(date!(2026 - 03 - 02), date!(2026 - 03 - 02), false);
    check(date!(2026 - 03 - 02), date!(2026 - 03 - 03), false);
    check(date!(2026 - 03 - 02), date!(2026 - 03 - 04), true);
    check(date!(2026 - 03 - 06), date!(2026 - 03 - 09), false);
    check(date!(2026 - 03 - 06), date!(2026 - 03 - 10), true);
    check(date!(2026 - 09 - 30), date!(2026 - 10 - 08), false);
    check(date!(2016 - 03 - 02), date!(2026 - 03 - 02), true);
}

#[test]
fn every_kind_of_unit_has_a_code_of_its_own() {
    for kind in UnitKind::ALL {
        assert_eq!(UnitKind::of_code(kind.code()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
    }
    assert_eq!(UnitKind::of_code("committee"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_letter_is_never_early_and_asking_again_changes_nothing(minutes in 0_i64..525_600) {
        let office = sample::office();
        let at = datetime!(2026-01-01 0:00 +8) + Duration::minutes(minutes);
        let sent = office.letter_time(at);
        let local = office.time.local(sent);
        prop_assert!(sent >= at);
        prop_assert_eq!(office.letter_time(sent), sent);
        prop_assert!(office.calendar.is_working(local.date()));
        prop_assert!(office.ladder.letters.is_open_at(local.time()));
    }
}
