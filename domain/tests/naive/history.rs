//! Random histories: what the desk was told, and when.

use std::collections::BTreeSet;

use crate::compare::Both;
use crate::desk::{Day, FIRST, Facts, days_of_year};
use crate::model::{Answer, COURTS, Court, Limit, Stage, Stop, answer};

/// `SplitMix64`: quick, and the same everywhere under the same seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number from `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        let many = u64::try_from(high - low + 1).unwrap();
        low + i32::try_from(self.next() % many).unwrap()
    }

    pub(crate) fn index(&mut self, many: usize) -> usize {
        usize::try_from(self.between(0, i32::try_from(many).unwrap() - 1)).unwrap()
    }

    pub(crate) fn one_in(&mut self, many: i32) -> bool {
        self.between(1, many) == 1
    }

    pub(crate) fn days(&mut self, low: i32, high: i32) -> u32 {
        u32::try_from(self.between(low, high)).unwrap()
    }
}

/// A calendar that no office ever had: holidays anywhere, years whose notice is not out.
pub(crate) fn random_facts(random: &mut Random) -> Facts {
    let mut facts = Facts::default();
    let last = random.between(2024, 2030);
    let published_until = random.between(2015, 2030);
    let mut first_day = FIRST;
    for year in 2000..=last {
        let days = days_of_year(year);
        // Now and then a hole: a notice that came late.
        let is_published = year <= published_until && !random.one_in(15);
        // A listed year without a notice may hold days that somebody expects.
        let is_filled = is_published || random.one_in(3);
        if year >= 2006 {
            facts.years.insert(year, is_published);
        }
        if year >= 2006 && is_filled {
            for _ in 0..random.between(0, 8) {
                let from = first_day + random.between(0, days - 1);
                let until = (from + random.between(0, 9)).min(first_day + days - 1);
                facts.free.extend(from..=until);
            }
            for _ in 0..random.between(0, 12) {
                let day = first_day + random.between(0, days - 1);
                if day % 7 >= 5 && !facts.free.contains(&day) {
                    facts.makeup.insert(day);
                }
            }
        }
        first_day += days;
    }
    facts
}

/// A stop as it was entered, perhaps long after it began, and its resume, perhaps entered later still.
#[derive(Debug, Clone, Copy)]
struct Entry {
    from: Day,
    entered_on: Day,
    resume: Option<(Day, Day)>,
    reason: usize,
}

#[derive(Debug, Clone, Copy)]
struct MoreTime {
    days: u32,
    asked_on: Day,
    granted_on: Day,
}

/// A stage from its first day to its last, with all that was entered about it.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) accepted_on: Day,
    ready_on: Option<Day>,
    promise: Option<Limit>,
    statute: Option<Limit>,
    court: Court,
    entries: Vec<Entry>,
    more_time: Vec<MoreTime>,
    finished_on: Option<Day>,
    /// The calendar by its place among all.
    pub(crate) calendar: usize,
    /// From that day on another calendar holds.
    pub(crate) change: Option<(Day, usize)>,
    /// The day on which the promise ends if nothing happens; interesting days lie about it.
    plain_due_on: Day,
}

impl History {
    pub(crate) fn random(random: &mut Random, calendars: &[Both]) -> Self {
        let calendar = if random.one_in(2) {
            0
        } else {
            random.index(calendars.len())
        };
        // 2007-01-01 to 2026-12-31.
        let accepted_on = random.between(2_454_102, 2_461_406);
        let (promise, statute) = random_limits(random, accepted_on);
        let plain_due_on = match promise.or(statute) {
            Some(limit) => match answer(&calendars[calendar].model, accepted_on, &[], limit) {
                Answer::Due { on, .. } => on,
                Answer::Left { .. } => unreachable!("nothing stops it"),
            },
            None => accepted_on + random.between(0, 40),
        };
        let mut history = Self {
            accepted_on,
            ready_on: (!random.one_in(4)).then(|| accepted_on - random.between(-2, 20)),
            promise,
            statute,
            court: if random.one_in(3) {
                COURTS[random.index(COURTS.len())]
            } else {
                Court::Government
            },
            entries: Vec::new(),
            more_time: Vec::new(),
            finished_on: None,
            calendar,
            change: None,
            plain_due_on,
        };
        history.add_stops(random);
        for _ in 0..random.between(-2, 2) {
            let asked_on = history.any_day(random).max(accepted_on);
            history.more_time.push(MoreTime {
                days: random.days(1, 15),
                asked_on,
                granted_on: asked_on + random.between(0, 4),
            });
        }
        if random.one_in(4) {
            history.finished_on = Some(history.any_day(random).max(accepted_on));
        }
        if random.one_in(4) {
            let day = history.any_day(random);
            history.change = Some((day, random.index(calendars.len())));
        }
        history
    }

    fn add_stops(&mut self, random: &mut Random) {
        for _ in 0..random.between(-1, 5) {
            let from = match self.entries.last() {
                // Where another stop begins or ends.
                Some(last) if random.one_in(4) => {
                    last.resume.map_or(last.from, |resume| resume.0) + random.between(-1, 1)
                }
                _ => self.any_day(random),
            };
            // An act refuses a stop before acceptance, other systems do not.
            let from = if random.one_in(8) {
                from
            } else {
                from.max(self.accepted_on)
            };
            let is_late = random.one_in(4);
            let entered_on = from + if is_late { random.between(0, 40) } else { 0 };
            let length = match random.between(0, 9) {
                0 | 1 => 0,
                2..=6 => random.between(1, 9),
                _ => random.between(1, 60),
            };
            let lag = if random.one_in(4) {
                random.between(0, 20)
            } else {
                0
            };
            let is_open = random.one_in(10);
            let until = from + length;
            self.entries.push(Entry {
                from,
                entered_on,
                resume: (!is_open).then(|| (until, entered_on.max(until) + lag)),
                reason: random.index(COURTS.len()),
            });
        }
        self.entries.sort_by_key(|entry| entry.entered_on);
    }

    /// A day on which something may happen: mostly about acceptance and the due day.
    pub(crate) fn any_day(&self, random: &mut Random) -> Day {
        match random.between(0, 9) {
            0 => self.accepted_on + random.between(-3, 3),
            1 => self.plain_due_on,
            2 | 3 => self.plain_due_on + random.between(-5, 5),
            4 | 5 => self.plain_due_on + random.between(0, 60),
            _ => random.between(
                self.accepted_on,
                self.plain_due_on.max(self.accepted_on) + 5,
            ),
        }
    }

    pub(crate) fn calendar_on(&self, today: Day) -> usize {
        match self.change {
            Some((from, calendar)) if from <= today => calendar,
            _ => self.calendar,
        }
    }

    /// The stage with what is known on `today`.
    pub(crate) fn known_on(&self, today: Day) -> Stage {
        let done_on = self.finished_on.filter(|day| *day <= today);
        let known = self
            .entries
            .iter()
            .filter(|entry| entry.entered_on <= today);
        let stops = known.map(|entry| {
            let resume = entry.resume.filter(|(_, entered_on)| *entered_on <= today);
            // A clock that stands ends with its stage.
            let end = done_on.map(|day| day.max(entry.from));
            Stop {
                from: entry.from,
                until: resume.map(|(until, _)| until).or(end),
                reason: entry.reason,
            }
        });
        let granted = |more: &&MoreTime| more.granted_on <= today;
        let waits = |more: &MoreTime| more.asked_on <= today && today < more.granted_on;
        Stage {
            ready_on: self.ready_on,
            accepted_on: (self.accepted_on <= today).then_some(self.accepted_on),
            promise: self.promise,
            statute: self.statute,
            court: self.court,
            stops: if self.accepted_on <= today {
                stops.collect()
            } else {
                Vec::new()
            },
            extensions: self
                .more_time
                .iter()
                .filter(granted)
                .map(|more| more.days)
                .collect(),
            more_time_is_asked_for: done_on.is_none() && self.more_time.iter().any(waits),
            done_on,
        }
    }
}

fn random_limits(random: &mut Random, accepted_on: Day) -> (Option<Limit>, Option<Limit>) {
    let mut limit = |most: i32| {
        let days = match random.between(0, 1_999) {
            0 => random.days(0, 3_650),
            1..=40 => random.days(0, 400),
            41..=300 => random.days(0, 3),
            _ => random.days(0, most),
        };
        match random.between(0, 19) {
            0 => Limit::Fixed(accepted_on + random.between(-20, 90)),
            1..=12 => Limit::Working(days),
            _ => Limit::Every(days),
        }
    };
    let (promise, statute) = (limit(60), limit(90));
    match random.between(0, 9) {
        0 => (None, None),
        1 => (None, Some(statute)),
        2..=5 => (Some(promise), None),
        _ => (Some(promise), Some(statute)),
    }
}

/// Days off and make-up workdays as ascending lists of one year.
pub(crate) fn of_days(days: &BTreeSet<Day>, (first, last): (Day, Day)) -> Vec<Day> {
    days.range(first..=last).copied().collect()
}
