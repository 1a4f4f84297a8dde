//! What the naive clerk sends back, and why: the rule book read act by act. Nothing here comes from the
//! crate under test.

use crate::{
    desk::{Calendar, Day},
    model::{Limit, count},
    record::{Act, Record},
    sheet::{Sheet, State},
};

/// Why an act is sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum No {
    UnknownStage,
    OthersComeFirst,
    AcceptedBefore,
    NotAccepted,
    Finished,
    ProjectClosed,
    InFuture,
    BeforeAdmission,
    BeforeAcceptance,
    BeforeWhatIsRecorded,
    StandsAlready,
    Runs,
    ReasonNotAllowed,
    EndsBeforeItBegins,
    ExpectedInPast,
    BeyondCap,
    LateWithoutWhy,
    NothingToAnswer,
    ObjectsWithoutWhy,
    NothingToReview,
    MoreTimeNotAllowed,
    AskedBefore,
    TooLate,
    LastDay,
    TooMuch,
    NothingAsked,
    Own,
    NotTheirs,
    RejectsWithoutWhy,
}

impl No {
    /// Every reason: a generator that never meets one has proved nothing about it.
    pub(crate) const ALL: [Self; 29] = [
        Self::UnknownStage,
        Self::OthersComeFirst,
        Self::AcceptedBefore,
        Self::NotAccepted,
        Self::Finished,
        Self::ProjectClosed,
        Self::InFuture,
        Self::BeforeAdmission,
        Self::BeforeAcceptance,
        Self::BeforeWhatIsRecorded,
        Self::StandsAlready,
        Self::Runs,
        Self::ReasonNotAllowed,
        Self::EndsBeforeItBegins,
        Self::ExpectedInPast,
        Self::BeyondCap,
        Self::LateWithoutWhy,
        Self::NothingToAnswer,
        Self::ObjectsWithoutWhy,
        Self::NothingToReview,
        Self::MoreTimeNotAllowed,
        Self::AskedBefore,
        Self::TooLate,
        Self::LastDay,
        Self::TooMuch,
        Self::NothingAsked,
        Self::Own,
        Self::NotTheirs,
        Self::RejectsWithoutWhy,
    ];
}

/// A day of entry, and the calendar on the wall.
type At<'a> = (Day, &'a Calendar);

/// Everything that speaks against `act` on the stage at `place`; nothing where it must be taken.
pub(crate) fn objections(record: &Record, (place, act): (usize, Act), at: At<'_>) -> Vec<No> {
    let Some(sheet) = record.sheets.get(place) else {
        let is_closed = matches!(act, Act::Accept { .. }) && record.closed_on().is_some();
        return chosen([(No::UnknownStage, true), (No::ProjectClosed, is_closed)]);
    };
    let mut all = Vec::new();
    let mut object = |no, is_so: bool| {
        if is_so {
            all.push(no);
        }
    };
    match act {
        Act::Accept { on } => {
            object(No::ProjectClosed, record.closed_on().is_some());
            object(No::AcceptedBefore, sheet.accepted_on.is_some());
            object(No::OthersComeFirst, sheet.state() == State::Waiting);
            object(No::InFuture, on > at.0);
            object(No::BeforeAdmission, on < record.admitted_on);
            return all;
        }
        // What was asked may be answered although the stage went on, or ended.
        Act::Answer { agrees, says_why } => {
            object(No::NothingToAnswer, sheet.to_answer(at.0).is_none());
            object(No::ObjectsWithoutWhy, !agrees && !says_why);
            return all;
        }
        Act::Decide { .. } => return against_decision(sheet, act),
        Act::Stop { .. }
        | Act::Resume { .. }
        | Act::Revise { .. }
        | Act::Review { .. }
        | Act::Ask { .. }
        | Act::Complete { .. } => {}
    }
    object(No::Finished, sheet.done_on.is_some());
    let Some(accepted_on) = sheet.accepted_on else {
        return vec![No::NotAccepted];
    };
    match act {
        Act::Stop { .. } => all.extend(against_stop(sheet, act, accepted_on, at)),
        Act::Resume { .. } | Act::Revise { .. } => all.extend(against_going_on(sheet, act, at)),
        Act::Review { .. } => object(No::NothingToReview, sheet.to_review().is_none()),
        Act::Ask { days, .. } => all.extend(against_more_time(sheet, days, at.0)),
        Act::Complete { on } => {
            object(No::InFuture, on > at.0);
            object(No::BeforeAcceptance, on < accepted_on);
            object(No::BeforeWhatIsRecorded, is_before_record(sheet, on));
        }
        Act::Accept { .. } | Act::Answer { .. } | Act::Decide { .. } => {
            unreachable!("answered above")
        }
    }
    all
}

/// Entered more than one working day after it happened.
pub(crate) fn is_late(on: Day, (today, calendar): At<'_>) -> bool {
    count(on, today, |day| calendar.is_worked(day)) > 1
}

/// A stage that was finished cannot have stopped or gone on afterwards.
fn is_before_record(sheet: &Sheet, on: Day) -> bool {
    sheet.stops.iter().any(|line| {
        let is_resumed_later = line.stop.until.is_some_and(|until| on < until);
        on < line.stop.from || is_resumed_later
    })
}

fn against_stop(sheet: &Sheet, act: Act, accepted_on: Day, at: At<'_>) -> Vec<No> {
    let Act::Stop {
        reason,
        from,
        until,
        expected,
        says_why_late,
    } = act
    else {
        unreachable!("not a stop");
    };
    let today = at.0;
    let cap_ends = sheet.cap_ends(reason, from, at.1);
    let is_beyond = expected
        .zip(cap_ends)
        .is_some_and(|(expected, last)| expected > last);
    chosen([
        (
            No::InFuture,
            from > today || until.is_some_and(|until| until > today),
        ),
        (
            No::EndsBeforeItBegins,
            until.is_some_and(|until| until < from),
        ),
        (No::BeforeAcceptance, from < accepted_on),
        // What is over may be entered while another stop lasts.
        (
            No::StandsAlready,
            until.is_none() && sheet.open_stop().is_some(),
        ),
        (
            No::ReasonNotAllowed,
            !sheet.terms.stops.contains_key(&reason),
        ),
        (
            No::ExpectedInPast,
            expected.is_some_and(|expected| expected <= today),
        ),
        (No::BeyondCap, is_beyond),
        (No::LateWithoutWhy, is_late(from, at) && !says_why_late),
    ])
}

fn against_going_on(sheet: &Sheet, act: Act, at: At<'_>) -> Vec<No> {
    let Some(line) = sheet.open_stop() else {
        return vec![No::Runs];
    };
    let stop = line.stop;
    match act {
        Act::Resume { on, says_why_late } => chosen([
            (No::InFuture, on > at.0),
            (No::EndsBeforeItBegins, on < stop.from),
            (No::LateWithoutWhy, is_late(on, at) && !says_why_late),
        ]),
        Act::Revise { expected } => {
            let cap_ends = sheet.cap_ends(stop.reason, stop.from, at.1);
            chosen([
                (No::ExpectedInPast, expected <= at.0),
                (No::BeyondCap, cap_ends.is_some_and(|last| expected > last)),
            ])
        }
        Act::Accept { .. }
        | Act::Stop { .. }
        | Act::Answer { .. }
        | Act::Review { .. }
        | Act::Ask { .. }
        | Act::Decide { .. }
        | Act::Complete { .. } => unreachable!("not about a stop that lasts"),
    }
}

fn against_more_time(sheet: &Sheet, days: u32, today: Day) -> Vec<No> {
    let (most, limit) = (sheet.terms.more_time, sheet.limit_days());
    let all = days + sheet.extensions.iter().sum::<u32>();
    let is_too_much = most.zip(limit).is_some_and(|(most, limit)| {
        let is_beyond_law = match (
            sheet.terms.promise.or(sheet.terms.statute),
            sheet.terms.statute,
        ) {
            (Some(Limit::Working(_)), Some(Limit::Working(law)))
            | (Some(Limit::Every(_)), Some(Limit::Every(law))) => {
                limit + all > law + most.beyond_law
            }
            // Days of different kinds cannot be compared.
            _ => false,
        };
        all > most.most || is_beyond_law
    });
    let end = sheet.dates.end();
    chosen([
        // While it stands there is no date to move.
        (No::StandsAlready, sheet.open_stop().is_some()),
        (No::AskedBefore, sheet.asked.is_some()),
        (No::MoreTimeNotAllowed, most.is_none() || limit.is_none()),
        // The stage is missed already.
        (No::TooLate, end.is_some_and(|end| today > end)),
        (No::LastDay, end.is_some_and(|end| today == end)),
        (No::TooMuch, days == 0 || is_too_much),
    ])
}

fn against_decision(sheet: &Sheet, act: Act) -> Vec<No> {
    let Act::Decide {
        is_granted,
        says_why,
        by,
        rank,
    } = act
    else {
        unreachable!("no decision");
    };
    let Some(asked) = sheet.asked else {
        return vec![No::NothingAsked];
    };
    chosen([
        (No::Own, by == asked.by),
        (No::NotTheirs, rank < Some(asked.must)),
        (No::RejectsWithoutWhy, !is_granted && !says_why),
    ])
}

fn chosen<const MANY: usize>(all: [(No, bool); MANY]) -> Vec<No> {
    let so = all.into_iter().filter(|(_, is_so)| *is_so);
    so.map(|(no, _)| no).collect()
}
