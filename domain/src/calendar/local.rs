//! The zone's own days on top of a national calendar. A local day wins over the national one.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use time::Date;

use super::{CalendarYear, DayOff, WorkCalendar, is_weekend};

/// Which calendar, in which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarRef {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

/// Days that are different in this zone than in the country. In a year that is not published they wait for
/// the year's notice, as everything does: only Saturdays and Sundays are free, and dates say that they are
/// provisional.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalDays {
    /// Days that are not worked here, for example a fair or a day without power.
    pub days_off: Vec<DayOff>,
    /// Days that are worked here, whether the country has a holiday or a weekend.
    pub makeup_workdays: Vec<Date>,
}

impl LocalDays {
    /// True when the zone works as the country does.
    pub fn is_empty(&self) -> bool {
        self.days_off.is_empty() && self.makeup_workdays.is_empty()
    }

    /// Every day of the zone's own, days off first.
    pub fn days(&self) -> impl Iterator<Item = Date> {
        let off = self.days_off.iter().map(|off| off.on);
        off.chain(self.makeup_workdays.iter().copied())
    }
}

impl WorkCalendar {
    /// Which calendar this is.
    pub fn reference(&self) -> CalendarRef {
        CalendarRef {
            name: self.name.clone(),
            version: self.version,
        }
    }

    /// The calendar of a zone: the years of `national` with the zone's own days put over them.
    ///
    /// A day of a year that the country does not list changes nothing here; [`WorkCalendar::flaws`] names it.
    pub fn merged(national: &Self, local: &LocalDays, (name, version): (&str, u32)) -> Self {
        Self {
            name: name.into(),
            version,
            years: national
                .years
                .iter()
                .map(|(&year, plan)| (year, plan.with(local, year)))
                .collect(),
            base: Some(national.reference()),
            local: local.clone(),
        }
    }
}

impl CalendarYear {
    /// This year with those of the zone's own days that lie in it.
    fn with(&self, local: &LocalDays, year: i32) -> Self {
        let local_off = || local.days_off.iter().filter(|off| off.on.year() == year);
        let local_work = || {
            let days = local.makeup_workdays.iter().copied();
            days.filter(move |day| day.year() == year)
        };
        let mut off: BTreeMap<Date, DayOff> = self
            .days_off
            .iter()
            .filter(|off| local_work().all(|day| day != off.on))
            .map(|off| (off.on, off.clone()))
            .collect();
        off.extend(local_off().map(|off| (off.on, off.clone())));
        let mut makeup: Vec<Date> = self
            .makeup_workdays
            .iter()
            .copied()
            .filter(|day| local_off().all(|off| off.on != *day))
            // Monday to Friday is worked as soon as it is no holiday any more.
            .chain(local_work().filter(|day| is_weekend(*day) && !off.contains_key(day)))
            .collect();
        makeup.sort_unstable();
        makeup.dedup();
        Self {
            is_published: self.is_published,
            days_off: off.into_values().collect(),
            makeup_workdays: makeup,
            sources: self.sources.clone(),
        }
    }
}
