//! What people hand in next: mostly what fits the state of a stage, now and then what does not.

use std::collections::BTreeMap;

use crate::{
    desk::Day,
    history::Random,
    model::{COURTS, Court, Limit},
    record::{Act, MoreTime, Rank, Record, Terms},
    sheet::{Sheet, State},
};

/// What happens next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Next {
    /// Something is handed in about the stage at a place.
    Act(usize, Act),
    /// The calendar by its place among all counts from now on.
    Calendar(usize),
    /// Somebody looks at everything.
    Look,
}

/// A template of up to four stages.
pub(crate) fn random_template(random: &mut Random) -> Vec<Terms> {
    let many = 1 + random.index(4);
    let mut stages = Vec::new();
    for place in 0..many {
        let after = (0..place).filter(|_| random.one_in(2)).collect();
        stages.push(random_terms(random, after));
    }
    stages
}

fn random_terms(random: &mut Random, after: Vec<usize>) -> Terms {
    let mut limit = |most: i32| {
        let days = if random.one_in(8) {
            random.days(0, 2)
        } else {
            random.days(1, most)
        };
        if random.one_in(3) {
            Limit::Every(days)
        } else {
            Limit::Working(days)
        }
    };
    let (promise, statute) = (limit(20), limit(40));
    let (promise, statute) = match random.between(0, 9) {
        0 => (None, None),
        1 => (None, Some(statute)),
        2 | 3 => (Some(promise), None),
        _ => (Some(promise), Some(statute)),
    };
    let mut stops = BTreeMap::new();
    for _ in 0..random.between(1, 5) {
        let cap = (!random.one_in(3)).then(|| random.days(1, 25));
        // Those in the investor's court have a story of their own.
        let reason = if random.one_in(3) {
            0
        } else {
            random.index(COURTS.len())
        };
        stops.insert(reason, cap);
    }
    Terms {
        promise,
        statute,
        court: if random.one_in(4) {
            COURTS[random.index(COURTS.len())]
        } else {
            Court::Government
        },
        stops,
        more_time: (!random.one_in(5)).then(|| MoreTime {
            most: random.days(1, 15),
            beyond_law: if random.one_in(2) {
                0
            } else {
                random.days(1, 10)
            },
        }),
        after,
    }
}

/// How many days go by before the next act.
pub(crate) fn pause(random: &mut Random, record: &Record, today: Day) -> Day {
    let mut ends = record
        .sheets
        .iter()
        .filter(|sheet| sheet.done_on.is_none())
        .filter_map(|sheet| sheet.dates.end())
        .filter(|end| *end >= today - 1);
    match random.between(0, 29) {
        0..=12 => 0,
        13..=20 => 1,
        21..=24 => random.between(2, 5),
        // To the edge of a date, from before it to behind it.
        25..=28 => match ends.next() {
            Some(end) => (end - today + random.between(-1, 2)).clamp(0, 60),
            None => random.between(0, 3),
        },
        _ => random.between(5, 30),
    }
}

pub(crate) fn next(random: &mut Random, record: &Record, (today, calendars): (Day, usize)) -> Next {
    match random.between(0, 39) {
        0 | 1 => Next::Calendar(random.index(calendars)),
        2..=6 => Next::Look,
        _ => {
            let place = any_place(random, record);
            let sheet = record.sheets.get(place);
            Next::Act(place, any_act(random, sheet, today))
        }
    }
}

/// A stage about which there may be something to say; once in a long while one that is not there.
fn any_place(random: &mut Random, record: &Record) -> usize {
    let many = record.sheets.len();
    if random.one_in(200) {
        return many;
    }
    let open: Vec<usize> = (0..many)
        .filter(|&place| !matches!(record.sheets[place].state(), State::Waiting | State::Done))
        .collect();
    if open.is_empty() || random.one_in(15) {
        random.index(many)
    } else {
        open[random.index(open.len())]
    }
}

fn any_act(random: &mut Random, sheet: Option<&Sheet>, today: Day) -> Act {
    let state = sheet.map_or(State::Running, Sheet::state);
    let is_objected = sheet.is_some_and(|sheet| sheet.to_review().is_some());
    let is_asked = sheet.is_some_and(|sheet| sheet.asked.is_some());
    let waits = sheet.is_some_and(|sheet| sheet.to_answer(today).is_some());
    // On the last day, too: to see it refused.
    let may_ask = sheet.is_some_and(|sheet| {
        let is_ahead = sheet.dates.end().is_some_and(|end| today <= end);
        is_ahead && sheet.terms.more_time.is_some() && sheet.asked.is_none()
    });
    if random.one_in(12) {
        // Whatever comes to mind.
        let kind = random.between(0, 8);
        return act(random, kind, sheet, today);
    }
    let kind = match state {
        State::Waiting | State::Ready => 0,
        _ if is_objected && random.one_in(2) => 5,
        _ if is_asked && random.one_in(2) => 7,
        _ if waits && random.one_in(2) => 4,
        State::Running if may_ask && random.one_in(3) => 6,
        State::Running => [1, 1, 1, 1, 1, 1, 8, 8, 6][random.index(9)],
        State::Stopped => [2, 2, 2, 2, 2, 3, 3, 1, 1, 8][random.index(10)],
        State::Done => random.between(0, 8),
    };
    act(random, kind, sheet, today)
}

fn act(random: &mut Random, kind: i32, sheet: Option<&Sheet>, today: Day) -> Act {
    match kind {
        0 => Act::Accept {
            on: any_day(random, sheet, today),
        },
        1 => any_stop(random, sheet, today),
        2 => Act::Resume {
            on: any_day(random, sheet, today),
            says_why_late: !random.one_in(4),
        },
        3 => Act::Revise {
            expected: any_expectation(random, today),
        },
        4 => Act::Answer {
            agrees: random.one_in(3),
            says_why: !random.one_in(5),
        },
        5 => Act::Review {
            is_upheld: random.one_in(3),
        },
        6 => {
            let most = if random.one_in(3) { 20 } else { 4 };
            Act::Ask {
                days: random.days(0, most),
                by: random.days(1, 2),
                is_head: random.one_in(4),
            }
        }
        7 => Act::Decide {
            is_granted: !random.one_in(3),
            says_why: !random.one_in(4),
            by: random.days(1, 4),
            rank: match random.between(0, 7) {
                0 => None,
                1 | 2 => Some(Rank::Head),
                3 | 4 => Some(Rank::Leader),
                _ => Some(Rank::EfficacyOffice),
            },
        },
        _ => Act::Complete {
            on: any_day(random, sheet, today),
        },
    }
}

fn any_stop(random: &mut Random, sheet: Option<&Sheet>, today: Day) -> Act {
    let allowed: Vec<usize> = sheet
        .iter()
        .flat_map(|sheet| sheet.terms.stops.keys().copied())
        .collect();
    let reason = if allowed.is_empty() || random.one_in(12) {
        random.index(COURTS.len())
    } else {
        allowed[random.index(allowed.len())]
    };
    let from = any_day(random, sheet, today);
    let stands = sheet.is_some_and(|sheet| sheet.open_stop().is_some());
    // Entered when it is over; beside one that lasts there can be no other.
    let is_over = random.one_in(if stands { 2 } else { 3 });
    let until = is_over.then(|| match random.between(0, 9) {
        0 => from,
        1 => today + random.between(-1, 2),
        2 => from - 1,
        _ => random.between(from.min(today), today),
    });
    let is_expected = random.one_in(3) && (until.is_none() || random.one_in(4));
    Act::Stop {
        reason,
        from,
        until,
        expected: is_expected.then(|| any_expectation(random, today)),
        says_why_late: !random.one_in(5),
    }
}

fn any_expectation(random: &mut Random, today: Day) -> Day {
    if random.one_in(6) {
        today - random.between(0, 4)
    } else {
        today + random.between(1, 25)
    }
}

/// A day on which something is said to have happened: today, lately, long ago, about something else that
/// happened, and now and then tomorrow.
fn any_day(random: &mut Random, sheet: Option<&Sheet>, today: Day) -> Day {
    match random.between(0, 19) {
        0..=10 => today,
        11..=14 => today - random.between(0, 4),
        15 | 16 => today - random.between(0, 25),
        17 if random.one_in(2) => today + random.between(1, 3),
        _ => {
            let known: Vec<Day> = sheet.map(days_known).unwrap_or_default();
            if known.is_empty() {
                today
            } else {
                known[random.index(known.len())] + random.between(-1, 1)
            }
        }
    }
}

/// The days on which something is on record.
fn days_known(sheet: &Sheet) -> Vec<Day> {
    let mut known: Vec<Day> = sheet.accepted_on.into_iter().collect();
    for line in &sheet.stops {
        known.push(line.stop.from);
        known.extend(line.stop.until);
    }
    known
}
