//! Days off and make-up workdays of mainland China, 2007 to 2026, from the notices of the General Office
//! of the State Council on holiday arrangements (国务院办公厅关于部分节假日安排的通知). The address says where
//! the notice of each year was read. The notice for 2027 is not out.
//!
//! A period names its first and last day; weekend days inside it are part of it. A day stands under its
//! own year, although the notice that moved it may be that of the next.

mod since_2017;
mod until_2016;

use alloc::{string::ToString, vec, vec::Vec};

use time::Date;

use super::{CalendarYear, DayOff, LocalDays, WorkCalendar};

/// The name of the built-in calendar.
pub const MAINLAND: &str = "cn-mainland";

struct Notice {
    year: i32,
    source: &'static [&'static str],
    off: &'static [(Date, Date, &'static str)],
    makeup: &'static [Date],
}

/// The calendar of mainland China: 2007 to 2026 published, 2027 listed as not published.
pub fn mainland() -> WorkCalendar {
    let unpublished = CalendarYear::default();
    let years = until_2016::NOTICES
        .iter()
        .chain(since_2017::NOTICES)
        .map(|notice| (notice.year, notice.plan()))
        .chain([(UNPUBLISHED_FROM, unpublished)])
        .collect();
    WorkCalendar {
        name: MAINLAND.to_string(),
        version: 1,
        years,
        base: None,
        local: LocalDays::default(),
    }
}

/// The first year whose notice is not out; it comes in November of the year before.
const UNPUBLISHED_FROM: i32 = 2027;

impl Notice {
    fn plan(&self) -> CalendarYear {
        CalendarYear {
            is_published: true,
            days_off: self
                .off
                .iter()
                .flat_map(|&(from, to, name)| period(from, to, name))
                .collect(),
            makeup_workdays: self.makeup.to_vec(),
            sources: self.source.iter().map(ToString::to_string).collect(),
        }
    }
}

fn period(from: Date, to: Date, name: &str) -> Vec<DayOff> {
    let mut days = vec![DayOff {
        on: from,
        name: name.to_string(),
    }];
    days.extend(
        core::iter::successors(from.next_day(), |day| day.next_day())
            .take_while(|day| *day <= to)
            .map(|on| DayOff {
                on,
                name: name.to_string(),
            }),
    );
    days
}
