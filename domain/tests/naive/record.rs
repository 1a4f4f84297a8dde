//! The naive record of a project: what the template says, what people hand in, and the sheets on which a
//! clerk writes down what was taken. Nothing here comes from the crate under test.

use std::collections::BTreeMap;

use crate::{
    desk::{Calendar, Day},
    model::{Court, Limit},
    sheet::Sheet,
};

/// What the template says of a stage.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) promise: Option<Limit>,
    pub(crate) statute: Option<Limit>,
    pub(crate) court: Court,
    /// The reasons to stop the clock, with the most working days for it.
    pub(crate) stops: BTreeMap<usize, Option<u32>>,
    pub(crate) more_time: Option<MoreTime>,
    /// The stages that come first, by their places from 0.
    pub(crate) after: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct MoreTime {
    /// In all.
    pub(crate) most: u32,
    /// Of them beyond the limit in law.
    pub(crate) beyond_law: u32,
}

/// Who decides on more time; a higher one may in place of a lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Head,
    Leader,
    EfficacyOffice,
}

/// What somebody hands in about a stage.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Accept {
        on: Day,
    },
    Stop {
        reason: usize,
        from: Day,
        /// For one that is over.
        until: Option<Day>,
        expected: Option<Day>,
        says_why_late: bool,
    },
    Resume {
        on: Day,
        says_why_late: bool,
    },
    Revise {
        expected: Day,
    },
    Answer {
        agrees: bool,
        says_why: bool,
    },
    Review {
        is_upheld: bool,
    },
    Ask {
        days: u32,
        by: u32,
        is_head: bool,
    },
    Decide {
        is_granted: bool,
        says_why: bool,
        by: u32,
        rank: Option<Rank>,
    },
    Complete {
        on: Day,
    },
}

/// The whole record of a project.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) admitted_on: Day,
    pub(crate) sheets: Vec<Sheet>,
    /// What was taken: when, about which stage, and what.
    pub(crate) lines: Vec<(Day, usize, Act)>,
}

impl Record {
    pub(crate) fn open(admitted_on: Day, template: &[Terms]) -> Self {
        let sheet = |terms: &Terms| Sheet::new(terms.clone(), admitted_on);
        Self {
            admitted_on,
            sheets: template.iter().map(sheet).collect(),
            lines: Vec::new(),
        }
    }

    /// The day on which the last stage was finished.
    pub(crate) fn closed_on(&self) -> Option<Day> {
        let mut last = None;
        for sheet in &self.sheets {
            last = last.max(Some(sheet.done_on?));
        }
        last
    }

    /// Writes down an act that was taken, and what it sets free: a stage may begin when it is known that
    /// all before it is done.
    pub(crate) fn write(&mut self, (today, place, act): (Day, usize, Act), calendar: &Calendar) {
        self.lines.push((today, place, act));
        self.sheets[place].write(act, today, calendar);
        let is_done: Vec<bool> = self
            .sheets
            .iter()
            .map(|sheet| sheet.done_on.is_some())
            .collect();
        for sheet in &mut self.sheets {
            if sheet.ready_on.is_none() && sheet.terms.after.iter().all(|&before| is_done[before]) {
                sheet.ready_on = Some(today);
            }
        }
    }
}
