//! What may be wrong with a calendar, judged as a whole before anybody counts by it.

use alloc::{
    string::{String, ToString as _},
    vec,
    vec::Vec,
};
use core::fmt;

use time::{Date, Month};

use super::{CalendarYear, WorkCalendar, is_weekend, is_worked, kind};

/// The first year a calendar may list. No case reaches further back, and a year of two digits is a mistake.
const YEAR_MIN: i32 = 1990;
/// The last year a calendar may list: far beyond every limit in law, near enough to catch a slip of the key.
const YEAR_MAX: i32 = 2100;

/// What is wrong with a calendar that somebody wants to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarFlaw {
    /// No year at all.
    Empty,
    /// A year that nobody can mean.
    YearOutOfRange {
        /// The year.
        year: i32,
    },
    /// A year between the first and the last is missing. List it with `is_published` false instead.
    MissingYear {
        /// The missing year.
        year: i32,
    },
    /// A day stands under a year that is not its own, twice, out of order, or both off and worked.
    MisplacedDay {
        /// The year under which it stands.
        year: i32,
        /// The day.
        day: Date,
    },
    /// A make-up workday that is not a Saturday or Sunday changes nothing and must be a mistake.
    IdleMakeup {
        /// The day.
        day: Date,
    },
    /// A year in which no day is worked: no limit would ever end.
    NothingWorked {
        /// The year.
        year: i32,
    },
    /// A day of the zone's own that is listed twice, or both off and worked.
    LocalConflict {
        /// The day.
        day: Date,
    },
    /// A day of the zone's own in a year that the calendar does not list.
    LocalOutside {
        /// The day.
        day: Date,
    },
}

impl CalendarFlaw {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "calendar.empty",
            Self::YearOutOfRange { .. } => "calendar.year_out_of_range",
            Self::MissingYear { .. } => "calendar.missing_year",
            Self::MisplacedDay { .. } => "calendar.misplaced_day",
            Self::IdleMakeup { .. } => "calendar.idle_makeup",
            Self::NothingWorked { .. } => "calendar.nothing_worked",
            Self::LocalConflict { .. } => "calendar.local_conflict",
            Self::LocalOutside { .. } => "calendar.local_outside",
        }
    }

    /// The parameters of the sentence, by name.
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty => Vec::new(),
            Self::YearOutOfRange { year }
            | Self::MissingYear { year }
            | Self::NothingWorked { year } => vec![("year", year.to_string())],
            Self::MisplacedDay { year, day } => {
                vec![("year", year.to_string()), ("day", day.to_string())]
            }
            Self::IdleMakeup { day } | Self::LocalConflict { day } | Self::LocalOutside { day } => {
                vec![("day", day.to_string())]
            }
        }
    }
}

impl fmt::Display for CalendarFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the calendar has no years"),
            Self::YearOutOfRange { year } => {
                write!(f, "year {year} is not between {YEAR_MIN} and {YEAR_MAX}")
            }
            Self::MissingYear { year } => write!(
                f,
                "year {year} is missing: list it, with is_published false if its notice is not out"
            ),
            Self::MisplacedDay { year, day } => {
                write!(
                    f,
                    "year {year}: {day} is misplaced, repeated, out of order or both off and worked"
                )
            }
            Self::IdleMakeup { day } => {
                write!(f, "make-up workday {day} is neither Saturday nor Sunday")
            }
            Self::NothingWorked { year } => write!(f, "year {year} has no worked day"),
            Self::LocalConflict { day } => {
                write!(f, "the zone's own {day} is repeated or both off and worked")
            }
            Self::LocalOutside { day } => {
                write!(f, "the zone's own {day} is in a year that is not listed")
            }
        }
    }
}

impl WorkCalendar {
    /// Every flaw of the calendar as a whole; none means that it may be published.
    pub fn flaws(&self) -> Vec<CalendarFlaw> {
        let (Some((&first, _)), Some((&last, _))) =
            (self.years.first_key_value(), self.years.last_key_value())
        else {
            return vec![CalendarFlaw::Empty];
        };
        let outside: Vec<CalendarFlaw> = [first, last]
            .into_iter()
            .filter(|year| !(YEAR_MIN..=YEAR_MAX).contains(year))
            .map(|year| CalendarFlaw::YearOutOfRange { year })
            .collect();
        if !outside.is_empty() {
            // Between such years so many are missing that naming them would bury what is wrong.
            return outside;
        }
        let missing = (first..=last)
            .filter(|year| !self.years.contains_key(year))
            .map(|year| CalendarFlaw::MissingYear { year });
        let days = self.years.iter().flat_map(|(&year, plan)| plan.flaws(year));
        let idle = self
            .years
            .iter()
            .filter(|(year, plan)| !plan.has_worked_day(**year))
            .map(|(&year, _)| CalendarFlaw::NothingWorked { year });
        missing
            .chain(days)
            .chain(idle)
            .chain(self.local_flaws())
            .collect()
    }

    fn local_flaws(&self) -> Vec<CalendarFlaw> {
        let mut days: Vec<Date> = self.local.days().collect();
        days.sort_unstable();
        let outside = days
            .iter()
            .filter(|day| !self.years.contains_key(&day.year()))
            .map(|&day| CalendarFlaw::LocalOutside { day });
        let twice = days.windows(2).filter_map(|pair| match pair {
            [day, next] if day == next => Some(CalendarFlaw::LocalConflict { day: *day }),
            _ => None,
        });
        outside.chain(twice).collect()
    }
}

impl CalendarYear {
    /// True when some day of the year is worked once its notice is out: what is listed is judged before it
    /// counts.
    fn has_worked_day(&self, year: i32) -> bool {
        let out = Self {
            is_published: true,
            ..self.clone()
        };
        let first = Date::from_calendar_date(year, Month::January, 1).ok();
        core::iter::successors(first, |day| day.next_day())
            .take_while(|day| day.year() == year)
            .any(|day| is_worked(kind(Some(&out), day)))
    }

    fn flaws(&self, year: i32) -> Vec<CalendarFlaw> {
        let off: Vec<Date> = self.days_off.iter().map(|off| off.on).collect();
        let disordered = |days: &[Date]| -> Vec<Date> {
            days.windows(2)
                .filter_map(|pair| match pair {
                    [earlier, later] if earlier >= later => Some(*later),
                    _ => None,
                })
                .collect()
        };
        let foreign = off
            .iter()
            .chain(&self.makeup_workdays)
            .filter(|day| day.year() != year);
        let doubled = self.makeup_workdays.iter().filter(|day| off.contains(day));
        let mut misplaced: Vec<Date> = foreign.chain(doubled).copied().collect();
        misplaced.extend(disordered(&off));
        misplaced.extend(disordered(&self.makeup_workdays));
        let idle = self
            .makeup_workdays
            .iter()
            .filter(|day| !is_weekend(**day))
            .map(|&day| CalendarFlaw::IdleMakeup { day });
        misplaced
            .into_iter()
            .map(|day| CalendarFlaw::MisplacedDay { year, day })
            .chain(idle)
            .collect()
    }
}
