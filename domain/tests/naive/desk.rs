//! The desk calendar of the naive model: days are numbers, and each has its page. Nothing here comes from
//! the crate under test.

use std::collections::{BTreeMap, BTreeSet};

/// A day by its number, the Julian day number; Monday is a multiple of seven.
pub(crate) type Day = i32;

/// Saturday, 1 January 2000: the first page of the desk calendar.
pub(crate) const FIRST: Day = 2_451_545;
const YEARS: std::ops::Range<i32> = 2000..2070;

/// What the notices say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// The years that are listed, and whether their notice is out.
    pub(crate) years: BTreeMap<i32, bool>,
    /// Days off.
    pub(crate) free: BTreeSet<Day>,
    /// Saturdays and Sundays that are worked.
    pub(crate) makeup: BTreeSet<Day>,
}

/// A page of the desk calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) kind: Kind,
    pub(crate) is_published: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Workday,
    Makeup,
    Weekend,
    Holiday,
}

/// The desk calendar: a page for each day.
pub(crate) struct Calendar {
    pages: Vec<Page>,
}

impl Calendar {
    pub(crate) fn of(facts: &Facts) -> Self {
        let mut pages = Vec::new();
        let mut day = FIRST;
        for year in YEARS {
            let is_published = facts.years.get(&year) == Some(&true);
            for _ in 0..days_of_year(year) {
                let is_weekend = day % 7 >= 5;
                // A year whose notice is not out has plain weekends and nothing else.
                let kind = if is_published && facts.makeup.contains(&day) {
                    Kind::Makeup
                } else if is_published && facts.free.contains(&day) {
                    Kind::Holiday
                } else if is_weekend {
                    Kind::Weekend
                } else {
                    Kind::Workday
                };
                pages.push(Page { kind, is_published });
                day += 1;
            }
        }
        Self { pages }
    }

    pub(crate) fn page(&self, day: Day) -> Page {
        self.pages[usize::try_from(day - FIRST).unwrap()]
    }

    pub(crate) fn is_worked(&self, day: Day) -> bool {
        matches!(self.page(day).kind, Kind::Workday | Kind::Makeup)
    }
}

pub(crate) fn days_of_year(year: i32) -> i32 {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if is_leap { 366 } else { 365 }
}
