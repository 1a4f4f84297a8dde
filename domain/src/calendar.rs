//! Working days: which days are worked, and counting them.
//!
//! One rule for everything: the day on which something happens belongs to the state before it. The
//! start of a count is day 0 and is never counted (Civil Code, art. 201).

pub mod china;
mod coverage;
mod difference;
mod flaw;
mod local;
mod proposal;
mod walk;

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Weekday};

pub use self::{
    coverage::COVERAGE_ALARM_DAYS,
    difference::ChangedDay,
    flaw::CalendarFlaw,
    local::{CalendarRef, LocalDays},
    proposal::{Proposal, ProposalKind, ProposalState},
};

/// The longest walk over the calendar in days: the greatest limit in working days, with room for a
/// calendar in which only one day a week is worked. Beyond it the calendar itself must be wrong.
pub(crate) const WALK_DAYS_MAX: u32 = 8 * 3_650;

/// A calendar of working days, year by year. Immutable: a change is a new version.
///
/// A day is worked if it is a make-up workday (调休), or Monday to Friday and not a day off. In a year
/// that is not published only Saturdays and Sundays are free, and every answer that touches such a year
/// says that it is provisional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkCalendar {
    /// The name under which zones refer to it, for example `cn-mainland`.
    pub name: String,
    /// Counts up with every published change.
    pub version: u32,
    /// The years this calendar knows, without a hole between the first and the last: what counts, the zone's
    /// own exceptions included.
    pub years: BTreeMap<i32, CalendarYear>,
    /// The national calendar that it was made from; none for a national calendar itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<CalendarRef>,
    /// The zone's own exceptions, already part of `years`.
    #[serde(default, skip_serializing_if = "LocalDays::is_empty")]
    pub local: LocalDays,
}

/// What one year's notice says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// False while the State Council's notice for the year is not out.
    pub is_published: bool,
    /// Days off, weekend days inside a holiday included; ascending.
    pub days_off: Vec<DayOff>,
    /// Saturdays and Sundays that are worked; ascending.
    pub makeup_workdays: Vec<Date>,
    /// The notices this was taken from.
    pub sources: Vec<String>,
}

/// A day that is not worked although it may be a weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayOff {
    /// The day.
    pub on: Date,
    /// The holiday's name, as the notice has it.
    pub name: String,
}

/// Why a day is or is not worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// Monday to Friday, no holiday.
    Workday,
    /// A weekend day that is worked in exchange for a holiday.
    MakeupWorkday,
    /// Saturday or Sunday.
    Weekend,
    /// A holiday or a day next to it.
    Holiday,
}

impl DayKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Workday,
        Self::MakeupWorkday,
        Self::Weekend,
        Self::Holiday,
    ];

    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Workday => "workday",
            Self::MakeupWorkday => "makeup_workday",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
        }
    }
}

/// A day that was counted to, and whether the count touched a year without a published calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedDay {
    /// The day.
    pub on: Date,
    /// True when the answer may change once a missing year is published.
    pub is_provisional: bool,
}

/// Why the calendar has no answer. Never a reason to refuse an officer's work: the deadline is then
/// unknown, and an alarm rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarError {
    /// The count left the range of dates that can be written down.
    OutOfRange,
    /// No worked day within the longest walk: the calendar must be wrong.
    NothingWorked {
        /// Where the walk began.
        from: Date,
    },
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange => f.write_str("the count leaves the range of calendar dates"),
            Self::NothingWorked { from } => {
                write!(f, "no worked day within {WALK_DAYS_MAX} days from {from}")
            }
        }
    }
}

impl core::error::Error for CalendarError {}

impl WorkCalendar {
    /// A calendar of plain weekends, every year from `first` to `last` published without a holiday.
    pub fn plain_weekends(name: &str, first: i32, last: i32) -> Self {
        let year = CalendarYear {
            is_published: true,
            ..CalendarYear::default()
        };
        Self {
            name: name.into(),
            version: 1,
            years: (first..=last)
                .map(|number| (number, year.clone()))
                .collect(),
            base: None,
            local: LocalDays::default(),
        }
    }

    /// Whether and why `day` is worked.
    pub fn kind(&self, day: Date) -> DayKind {
        kind(self.years.get(&day.year()), day)
    }

    /// True when `day` is worked.
    pub fn is_working(&self, day: Date) -> bool {
        is_worked(self.kind(day))
    }

    /// True when the notice for the year of `day` is out.
    pub fn is_published(&self, day: Date) -> bool {
        self.years
            .get(&day.year())
            .is_some_and(|plan| plan.is_published)
    }

    /// True when the notices for every year from that of `first` to that of `last` are out.
    pub fn is_published_through(&self, first: Date, last: Date) -> bool {
        (first.year()..=last.year())
            .all(|year| self.years.get(&year).is_some_and(|plan| plan.is_published))
    }

    /// The `count`-th working day after `start`. `start` itself is never counted; with `count` zero the
    /// answer is `start`.
    pub fn working_day_after(&self, start: Date, count: u16) -> Result<CountedDay, CalendarError> {
        let mut on = start;
        let mut left = count;
        let mut idle_days = 0_u32;
        while left > 0 {
            // So many days hold at most so many worked ones: a jump never goes too far.
            let ahead = plus_days(on, left.into())?;
            let worked = u16::try_from(self.working_days_after(on, ahead)).unwrap_or(left);
            idle_days = if worked == 0 {
                idle_days + u32::from(left)
            } else {
                0
            };
            if idle_days > WALK_DAYS_MAX {
                return Err(CalendarError::NothingWorked { from: start });
            }
            left = left.saturating_sub(worked);
            on = ahead;
        }
        Ok(CountedDay {
            on,
            is_provisional: !self.is_published_through(start, on),
        })
    }

    /// The `count`-th working day before `end`; the day before `end` is the first that may count.
    pub fn working_day_before(&self, end: Date, count: u16) -> Result<CountedDay, CalendarError> {
        let mut is_provisional = !self.is_published(end);
        let mut on = end;
        let mut left = count;
        let mut days = self.days(end, Date::previous_day);
        for _ in 0..WALK_DAYS_MAX {
            if left == 0 {
                return Ok(CountedDay { on, is_provisional });
            }
            let day = days.next().ok_or(CalendarError::OutOfRange)?;
            on = day.on;
            is_provisional |= !day.is_published;
            left -= u16::from(day.is_working);
        }
        Err(CalendarError::NothingWorked { from: end })
    }

    /// `day` itself if it is worked, else the next day that is.
    pub fn first_working_day_from(&self, day: Date) -> Result<CountedDay, CalendarError> {
        if self.is_working(day) {
            return Ok(CountedDay {
                on: day,
                is_provisional: !self.is_published(day),
            });
        }
        self.working_day_after(day, 1)
    }

    /// Working days `d` with `start < d <= end`; zero when `end` is not after `start`. Costs what the
    /// notices of the years between say, not the days between.
    pub fn working_days_after(&self, start: Date, end: Date) -> u32 {
        if end <= start {
            return 0;
        }
        let plans = self.years.range(start.year()..=end.year());
        let published = plans.filter(|(_, plan)| plan.is_published);
        let (off, makeup) = published.fold((0, 0), |(off, makeup), (_, plan)| {
            let off_here = within(&plan.days_off, (start, end), |off| off.on)
                .iter()
                .filter(|off| !is_weekend(off.on))
                .count();
            let makeup_here = within(plan.worked_weekends(), (start, end), |day| *day).len();
            (off + off_here, makeup + makeup_here)
        });
        let counted = weekdays_after(start, end) + makeup;
        u32::try_from(counted.saturating_sub(off)).unwrap_or(u32::MAX)
    }

    /// Working days `d` with `start <= d <= end`.
    pub fn working_days_within(&self, start: Date, end: Date) -> u32 {
        start
            .previous_day()
            .map_or(0, |eve| self.working_days_after(eve, end))
    }
}

impl CalendarYear {
    /// The entry for `day` among the days off.
    pub fn day_off(&self, day: Date) -> Option<&DayOff> {
        let at = self
            .days_off
            .binary_search_by_key(&day, |off| off.on)
            .ok()?;
        self.days_off.get(at)
    }

    /// Weekend days that are worked in exchange for a holiday (调休).
    fn worked_weekends(&self) -> &[Date] {
        if cfg!(sabotage = "makeup_days_ignored") {
            return &[];
        }
        &self.makeup_workdays
    }
}

/// Whether and why `day` is worked under the notice of its year. Days that stand under a year whose notice
/// is not out are expectations, and nothing is counted by them.
fn kind(plan: Option<&CalendarYear>, day: Date) -> DayKind {
    let plan = plan.filter(|plan| plan.is_published);
    if plan.is_some_and(|plan| plan.worked_weekends().binary_search(&day).is_ok()) {
        DayKind::MakeupWorkday
    } else if plan.is_some_and(|plan| plan.day_off(day).is_some()) {
        DayKind::Holiday
    } else if is_weekend(day) {
        DayKind::Weekend
    } else {
        DayKind::Workday
    }
}

fn is_worked(kind: DayKind) -> bool {
    matches!(kind, DayKind::Workday | DayKind::MakeupWorkday)
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Those of ascending `days` that lie in `(start, end]`.
fn within<T>(days: &[T], (start, end): (Date, Date), on: impl Fn(&T) -> Date) -> &[T] {
    let first = days.partition_point(|day| on(day) <= start);
    let last = days.partition_point(|day| on(day) <= end);
    days.get(first..last).unwrap_or_default()
}

/// Mondays to Fridays in `(start, end]`.
fn weekdays_after(start: Date, end: Date) -> usize {
    let days = usize::try_from((end - start).whole_days()).unwrap_or_default();
    let (weeks, rest) = (days / 7, days % 7);
    let odd = core::iter::successors(start.next_day(), |day| day.next_day())
        .take(rest)
        .filter(|day| !is_weekend(*day))
        .count();
    weeks * 5 + odd
}

/// The day `days` after `start` in the plain calendar.
pub(crate) fn plus_days(start: Date, days: i64) -> Result<Date, CalendarError> {
    start
        .checked_add(Duration::days(days))
        .ok_or(CalendarError::OutOfRange)
}

#[cfg(test)]
mod answers;
#[cfg(test)]
mod tests;
