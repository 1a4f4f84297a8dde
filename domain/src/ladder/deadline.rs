//! The rungs that follow from a deadline.

use alloc::vec::Vec;

use time::Date;

use super::{Ladder, Rung, RungDay};
use crate::{
    calendar::{CalendarError, WorkCalendar, plus_days},
    clock::Clock,
    stage::Stage,
};

/// The rungs that follow from the deadline. Days on which the clock stands count towards none of them:
/// a stop freezes the ladder as it freezes the limit. Where nothing is promised no promise can be missed,
/// and red follows the law alone; where the law ends before the promise, the ladder follows the law, for a
/// promise is never longer. `held_until` says what a supervisor's new date makes of a day.
pub(crate) fn deadline_days(
    stage: &Stage,
    ladder: &Ladder,
    calendar: &WorkCalendar,
    held_until: impl Fn(Rung, Date) -> Date,
) -> Result<Vec<RungDay>, CalendarError> {
    let (Some(clock), Some(due_on)) = (&stage.clock, stage.deadline.ends_on()) else {
        return Ok(Vec::new());
    };
    // Other systems write a day of the last year of all where they mean "never".
    if due_on.year() == Date::MAX.year() {
        return Ok(Vec::new());
    }
    let missed_on = plus_days(due_on, 1)?;
    let remind_on = remind_on(clock, due_on, ladder, calendar)?;
    let red_on = plus_days(
        correction_ends_on(stage, clock, due_on, (ladder, calendar))?,
        1,
    )?;
    let red_on = held_until(Rung::Red, red_on);
    let issued_on = red_on.previous_day().unwrap_or(red_on);
    let unsolved_on = counted_day_after(clock, issued_on, ladder.leadership_days, calendar)?;
    let is_promised = stage.terms.promised.is_some();
    let days = [
        (Rung::Remind, remind_on.min(missed_on)),
        (Rung::Yellow, missed_on),
        (Rung::Red, red_on),
        (Rung::Leadership, plus_days(unsolved_on, 1)?),
    ];
    let reached = days
        .into_iter()
        .filter(|(rung, _)| is_promised || *rung != Rung::Yellow)
        .map(|(rung, on)| RungDay {
            rung,
            on: held_until(rung, on),
            basis: stage.deadline.version,
        });
    Ok(reached.collect())
}

/// The last day on which a missed promise is put right before the red card, whatever a supervisor allows on
/// top; `None` where there is no date or the calendar has no answer.
pub fn correction_by(stage: &Stage, ladder: &Ladder, calendar: &WorkCalendar) -> Option<Date> {
    let days = deadline_days(stage, ladder, calendar, |_, on| on).ok()?;
    let red = days.iter().find(|day| day.rung == Rung::Red)?;
    red.on.previous_day()
}

/// The first day from which at most the ladder's share of the limit is left, but never the day of
/// acceptance itself.
fn remind_on(
    clock: &Clock,
    due_on: Date,
    ladder: &Ladder,
    calendar: &WorkCalendar,
) -> Result<Date, CalendarError> {
    let limit_days = clock.counted_days_until(due_on, calendar);
    let share = limit_days
        .saturating_mul(ladder.remind_percent.into())
        .div_ceil(100);
    let ahead = usize::try_from(share.max(ladder.remind_days_min.into())).unwrap_or(usize::MAX);
    // From the end: what is left is shorter than what was used.
    let on = clock.counted_days_back(due_on, calendar).nth(ahead);
    let day_one = plus_days(clock.accepted_on, 1)?;
    Ok(on.map_or(day_one, |on| on.max(day_one)))
}

/// The last day of the correction limit or of the statute, whichever is sooner.
fn correction_ends_on(
    stage: &Stage,
    clock: &Clock,
    due_on: Date,
    (ladder, calendar): (&Ladder, &WorkCalendar),
) -> Result<Date, CalendarError> {
    let statutory = stage.deadline.statutory_due_on;
    if statutory.is_some_and(|law| law <= due_on) {
        return Ok(due_on);
    }
    let corrected_by = counted_day_after(clock, due_on, ladder.correction_days, calendar)?;
    Ok(statutory.map_or(corrected_by, |law| corrected_by.min(law)))
}

/// The `count`-th worked day after `start` that no stop takes out; with `count` zero `start` itself.
fn counted_day_after(
    clock: &Clock,
    start: Date,
    count: u16,
    calendar: &WorkCalendar,
) -> Result<Date, CalendarError> {
    let Some(before) = usize::from(count).checked_sub(1) else {
        return Ok(start);
    };
    clock
        .counted_days(start, calendar)
        .nth(before)
        .ok_or(CalendarError::NothingWorked { from: start })
}
