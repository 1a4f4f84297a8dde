//! The naive model: the office's rule book, read by somebody who counts on a desk calendar, one day after
//! the other. Limits are loops. Nothing here comes from the crate under test.

use crate::desk::{Calendar, Day, Kind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    Working(u32),
    Every(u32),
    Fixed(Day),
}

impl Limit {
    fn plus(self, more: u32) -> Self {
        match self {
            Self::Working(days) => Self::Working(days + more),
            Self::Every(days) => Self::Every(days + more),
            Self::Fixed(day) => Self::Fixed(day),
        }
    }
}

/// A stop as it is known on some day; reasons are numbered as in the rule book's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
    pub(crate) reason: usize,
}

impl Stop {
    /// From `s` to `r` it removes the days `s < d <= r`.
    pub(crate) fn removes(&self, day: Day) -> bool {
        let is_over = match self.until {
            Some(until) => day > until,
            None => false,
        };
        self.from < day && !is_over
    }
}

/// In whose court the ball lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Court {
    Government,
    Investor,
    Law,
    ThirdParty,
    Nobody,
}

/// The courts of the reasons, in the order of the rule book's table.
pub(crate) const COURTS: [Court; 11] = [
    Court::Investor,
    Court::Government,
    Court::ThirdParty,
    Court::Law,
    Court::Government,
    Court::ThirdParty,
    Court::Law,
    Court::ThirdParty,
    Court::Investor,
    Court::Law,
    Court::Nobody,
];

/// A stage as it is known on some day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) ready_on: Option<Day>,
    pub(crate) accepted_on: Option<Day>,
    pub(crate) promise: Option<Limit>,
    pub(crate) statute: Option<Limit>,
    pub(crate) court: Court,
    /// In the order in which they were entered.
    pub(crate) stops: Vec<Stop>,
    pub(crate) extensions: Vec<u32>,
    pub(crate) more_time_is_asked_for: bool,
    pub(crate) done_on: Option<Day>,
}

/// What a clock says under a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Due { on: Day, is_provisional: bool },
    Left { days: u32, is_provisional: bool },
}

/// Counts from `accepted_on` under `limit`.
pub(crate) fn answer(
    calendar: &Calendar,
    accepted_on: Day,
    stops: &[Stop],
    limit: Limit,
) -> Answer {
    let (days, counts_all) = match limit {
        Limit::Fixed(on) => {
            return Answer::Due {
                on,
                is_provisional: false,
            };
        }
        Limit::Working(days) => (days, false),
        Limit::Every(days) => (days, true),
    };
    let mut day = accepted_on;
    let mut left = days;
    let mut is_unsure = !calendar.page(day).is_published;
    let mut was_unsure_while_it_ran = is_unsure;
    while left > 0 {
        if stops
            .iter()
            .any(|stop| stop.until.is_none() && stop.from <= day)
        {
            return Answer::Left {
                days: left,
                is_provisional: was_unsure_while_it_ran,
            };
        }
        day += 1;
        is_unsure |= !calendar.page(day).is_published;
        if !is_removed(stops, day) {
            was_unsure_while_it_ran = is_unsure;
            if counts_all || calendar.is_worked(day) {
                left -= 1;
            }
        }
    }
    while counts_all && !calendar.is_worked(day) {
        day += 1;
        is_unsure |= !calendar.page(day).is_published;
    }
    Answer::Due {
        on: day,
        is_provisional: is_unsure,
    }
}

pub(crate) fn is_removed(stops: &[Stop], day: Day) -> bool {
    stops.iter().any(|stop| stop.removes(day))
}

/// The days `d` with `after < d <= until` for which `holds`.
pub(crate) fn count(after: Day, until: Day, holds: impl Fn(Day) -> bool) -> u32 {
    let mut found = 0;
    let mut day = after + 1;
    while day <= until {
        if holds(day) {
            found += 1;
        }
        day += 1;
    }
    found
}

/// A line of an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) day: Day,
    pub(crate) number: Option<u32>,
    pub(crate) why: Why,
    pub(crate) is_published: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    DayZero,
    Day(Kind),
    Every,
    Stopped(usize),
    RolledOn,
}

/// Every day from acceptance to `until`, counted or not, for a limit that is no fixed date.
pub(crate) fn lines(
    calendar: &Calendar,
    accepted_on: Day,
    stops: &[Stop],
    (limit, until): (Limit, Day),
) -> Vec<Line> {
    let (days, counts_all) = match limit {
        Limit::Fixed(_) => return Vec::new(),
        Limit::Working(days) => (days, false),
        Limit::Every(days) => (days, true),
    };
    let mut number = 0;
    let mut lines = vec![Line {
        day: accepted_on,
        number: None,
        why: Why::DayZero,
        is_published: calendar.page(accepted_on).is_published,
    }];
    for day in accepted_on + 1..=until {
        let page = calendar.page(day);
        // Of stops that overlap, what was entered last says why.
        let stop = stops.iter().rev().find(|stop| stop.removes(day));
        let (is_counted, why) = if number == days {
            (false, Why::RolledOn)
        } else if let Some(stop) = stop {
            (false, Why::Stopped(stop.reason))
        } else if counts_all {
            (true, Why::Every)
        } else {
            (calendar.is_worked(day), Why::Day(page.kind))
        };
        if is_counted {
            number += 1;
        }
        lines.push(Line {
            day,
            number: is_counted.then_some(number),
            why,
            is_published: page.is_published,
        });
    }
    lines
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lamp {
    NotStarted,
    Done,
    DoneLate,
    Green,
    Paused,
    Blue,
    Yellow,
    Red,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Unit,
    Investor,
    Law,
    ThirdParty,
    Holiday,
    Stop,
}

impl Stage {
    /// The promise with its extensions; where nothing is promised, the law's limit.
    pub(crate) fn promise(&self) -> Option<Limit> {
        let limit = self.promise.or(self.statute)?;
        Some(limit.plus(self.extensions.iter().sum()))
    }

    /// The law's limit. An extension that goes beyond it is one that the law allows.
    pub(crate) fn law(&self) -> Option<Limit> {
        let law = self.statute?;
        if self.extensions.iter().sum::<u32>() == 0 {
            return Some(law);
        }
        Some(match (self.promise(), law) {
            (Some(Limit::Working(promise)), Limit::Working(days)) => {
                Limit::Working(days.max(promise))
            }
            (Some(Limit::Every(promise)), Limit::Every(days)) => Limit::Every(days.max(promise)),
            _ => law,
        })
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stops.iter().any(|stop| stop.until.is_none())
    }

    fn due(&self, calendar: &Calendar, limit: Option<Limit>) -> Option<Day> {
        match answer(calendar, self.accepted_on?, &self.stops, limit?) {
            Answer::Due { on, .. } => Some(on),
            Answer::Left { .. } => None,
        }
    }

    /// The lamp under the example zone's ladder.
    pub(crate) fn lamp(&self, calendar: &Calendar, today: Day) -> Lamp {
        let Some(accepted_on) = self.accepted_on else {
            return Lamp::NotStarted;
        };
        let law = self.due(calendar, self.law());
        // A promise is never longer than the law.
        let end = match (self.due(calendar, self.promise()), law) {
            (Some(promised), Some(law)) => Some(promised.min(law)),
            (promised, _) => promised,
        };
        if let Some(done_on) = self.done_on {
            let is_late = end.is_some_and(|end| done_on > end);
            return if is_late { Lamp::DoneLate } else { Lamp::Done };
        }
        if self.is_stopped() {
            return Lamp::Paused;
        }
        let Some(end) = end else {
            return Lamp::Green;
        };
        let counts = |day| calendar.is_worked(day) && !is_removed(&self.stops, day);
        // At most a fifth, rounded up, and at least one day.
        let share = count(accepted_on, end, counts).div_ceil(5).max(1);
        let is_soon = today > accepted_on && count(today, end, counts) <= share;
        let corrections = count(end, today - 1, counts);
        let shown = if today > end && (corrections >= 3 || law.is_some_and(|law| today > law)) {
            Lamp::Red
        } else if today > end && self.promise.is_some() {
            Lamp::Yellow
        } else if today > end || is_soon {
            Lamp::Blue
        } else {
            Lamp::Green
        };
        // Asked for in time, more time protects until it is decided.
        let is_protected = self.more_time_is_asked_for && shown > Lamp::Blue;
        if is_protected { Lamp::Blue } else { shown }
    }

    /// Whose `day` is.
    pub(crate) fn owner(&self, calendar: &Calendar, day: Day) -> Owner {
        let is_free = !calendar.is_worked(day);
        let counts_all = matches!(self.promise(), Some(Limit::Every(_)));
        let stop = self.stops.iter().rev().find(|stop| stop.removes(day));
        let court = stop.map_or(self.court, |stop| COURTS[stop.reason]);
        match court {
            // A period that the law fixes runs on holidays too.
            Court::Law => Owner::Law,
            _ if is_free && (stop.is_some() || !counts_all) => Owner::Holiday,
            Court::Investor => Owner::Investor,
            Court::ThirdParty => Owner::ThirdParty,
            Court::Government if stop.is_none() => Owner::Unit,
            Court::Government | Court::Nobody => Owner::Stop,
        }
    }
}
