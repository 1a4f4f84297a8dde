//! From the content of a file to the calendar that the zone would count by.
//!
//! What is over is not planned anew: years before this one, and local days before today, stay as they are.

use std::collections::BTreeMap;

use domain::calendar::{CalendarFlaw, CalendarYear, DayOff, LocalDays, ProposalKind, WorkCalendar};
use time::{Date, Month, Weekday};

use super::{Content, Day, Days, Kind, finish, flaw};
use crate::error::FieldFlaw;

/// The name of a zone's own calendar, as soon as it has days of its own.
pub const LOCAL: &str = "zone";

/// A file for a year with fewer days off than this holds an exception, not a year: no notice for the mainland
/// since 2007 has fewer than twenty. It would take all other holidays of the year away.
const YEAR_DAYS_OFF_MIN: usize = 7;

/// What the zone counts by now, on which day.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// The calendar of the zone.
    pub calendar: &'a WorkCalendar,
    /// The national calendar under it; the same where the zone has no days of its own.
    pub national: &'a WorkCalendar,
    /// The newest kept version of the national calendar.
    pub newest_national: u32,
    /// Today.
    pub today: Date,
}

/// The calendar that the zone would count by, and the national one under it where that is new too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What it changes.
    pub kind: ProposalKind,
    /// The calendar of the zone.
    pub calendar: WorkCalendar,
    /// A new version of the national calendar under it.
    pub national: Option<WorkCalendar>,
}

/// A national calendar from a file: one year put into the present one, or the whole. `asked` is the year that the file
/// must be for, if that was said.
pub fn national(
    content: Content,
    asked: Option<i32>,
    present: Present<'_>,
) -> Result<Planned, Vec<FieldFlaw>> {
    let mut planned = match content {
        Content::Whole(whole) => replaced(*whole, present)?,
        Content::Days(days) => with_year(&days, asked, present)?,
    };
    planned.name.clone_from(&present.national.name);
    let next = present.calendar.version + 1;
    let planned = if present.calendar.base.is_none() {
        planned.version = next.max(present.newest_national + 1);
        Planned {
            kind: ProposalKind::National,
            calendar: planned,
            national: None,
        }
    } else {
        planned.version = present.newest_national + 1;
        let local = &present.calendar.local;
        let name = present.calendar.name.as_str();
        Planned {
            kind: ProposalKind::National,
            calendar: WorkCalendar::merged(&planned, local, (name, next)),
            national: Some(planned),
        }
    };
    judged(planned, present)
}

/// The zone's own days from a file, which lists all of them from today on.
pub fn local(content: Content, present: Present<'_>) -> Result<Planned, Vec<FieldFlaw>> {
    let Content::Days(read) = content else {
        return Err(vec![flaw("calendar.file.not_days", &[])]);
    };
    let (known, today) = (&present.calendar.local, present.today);
    let is_known = |day: &Day| match day.kind {
        Kind::Off => known.days_off.iter().any(|off| off.on == day.on),
        Kind::Work => known.makeup_workdays.contains(&day.on),
    };
    let mut flaws = Vec::new();
    for day in &read.days {
        let changes_nothing =
            day.kind == Kind::Work && present.national.is_working(day.on) && !is_known(day);
        if day.on < today && !is_known(day) {
            flaws.push(at_day("calendar.file.day_over", day));
        } else if changes_nothing {
            flaws.push(at_day("calendar.file.idle_makeup", day));
        }
    }
    let ahead = read.days.iter().filter(|day| day.on >= today);
    let (off, work) = split(ahead);
    let over_off = known.days_off.iter().filter(|off| off.on < today).cloned();
    let over_work = known.makeup_workdays.iter().filter(|day| **day < today);
    let mut days = LocalDays {
        days_off: over_off.chain(off).collect(),
        makeup_workdays: over_work.copied().chain(work).collect(),
    };
    days.days_off.sort_by_key(|off| off.on);
    days.makeup_workdays.sort_unstable();
    let name = (LOCAL, present.calendar.version + 1);
    let calendar = WorkCalendar::merged(present.national, &days, name);
    let planned = Planned {
        kind: ProposalKind::Local,
        calendar,
        national: None,
    };
    judged(finish(planned, flaws)?, present)
}

/// The planned calendar, judged as a whole.
fn judged(planned: Planned, present: Present<'_>) -> Result<Planned, Vec<FieldFlaw>> {
    let named = |found: &CalendarFlaw| flaw(found.code(), &found.arguments());
    let mut flaws: Vec<FieldFlaw> = planned.calendar.flaws().iter().map(named).collect();
    let is_same = days_of(&planned.calendar).eq(days_of(present.calendar));
    if flaws.is_empty() && is_same && planned.calendar.local == present.calendar.local {
        flaws.push(flaw("calendar.unchanged", &[]));
    }
    finish(planned, flaws)
}

/// What a calendar says, without where it was read.
fn days_of(calendar: &WorkCalendar) -> impl Iterator<Item = (i32, bool, &[DayOff], &[Date])> {
    calendar.years.iter().map(|(&year, plan)| {
        let (off, work) = (&*plan.days_off, &*plan.makeup_workdays);
        (year, plan.is_published, off, work)
    })
}

/// The whole calendar of a file in the place of the present one.
fn replaced(whole: WorkCalendar, present: Present<'_>) -> Result<WorkCalendar, Vec<FieldFlaw>> {
    let this_year = present.today.year();
    let mut flaws = Vec::new();
    for (year, known) in &present.national.years {
        let code = match whole.years.get(year) {
            None => "calendar.file.year_dropped",
            Some(found) if *year < this_year && found != known => "calendar.file.past_changed",
            Some(_) => continue,
        };
        flaws.push(flaw(code, &[("year", year.to_string())]));
    }
    finish(whole, flaws)
}

/// The present calendar with one year as the file has it. The notice for a year may also name days of the December
/// before.
fn with_year(
    read: &Days,
    asked: Option<i32>,
    present: Present<'_>,
) -> Result<WorkCalendar, Vec<FieldFlaw>> {
    let year = year_of(read, asked)?;
    let mut flaws = misfits(read, year, present.today);
    let off = read
        .days
        .iter()
        .filter(|day| day.kind == Kind::Off && day.on.year() == year);
    let found = off.count();
    if flaws.is_empty() && found < YEAR_DAYS_OFF_MIN {
        let (found, least) = (found.to_string(), YEAR_DAYS_OFF_MIN.to_string());
        flaws.push(flaw(
            "calendar.file.too_few",
            &[("year", year.to_string()), ("found", found), ("min", least)],
        ));
    }
    let mut calendar = finish(present.national.clone(), flaws)?;
    let (days_off, makeup_workdays) = split(read.days.iter().filter(|day| day.on.year() == year));
    let plan = CalendarYear {
        is_published: true,
        days_off,
        makeup_workdays,
        sources: read.sources.clone(),
    };
    let last = calendar.years.last_key_value().map(|(last, _)| *last);
    for between in last.map_or(year, |last| last + 1)..year {
        calendar.years.insert(between, CalendarYear::default());
    }
    calendar.years.insert(year, plan);
    let december = read.days.iter().filter(|day| day.on.year() == year - 1);
    let (off, work) = split(december);
    if let Some(before) = calendar.years.get_mut(&(year - 1)) {
        put(before, off, work);
    }
    Ok(calendar)
}

/// The year that the days are for.
fn year_of(read: &Days, asked: Option<i32>) -> Result<i32, Vec<FieldFlaw>> {
    if let (Some(asked), Some(said)) = (asked, read.year)
        && asked != said
    {
        let arguments = [("year", asked.to_string()), ("found", said.to_string())];
        return Err(vec![flaw("calendar.file.other_year", &arguments)]);
    }
    let latest = read.days.iter().map(|day| day.on.year()).max();
    let year = asked.or(read.year).or(latest);
    year.ok_or_else(|| vec![flaw("calendar.file.empty", &[])])
}

/// Days that cannot belong to the notice for `year`, and a year that nobody may change.
fn misfits(read: &Days, year: i32, today: Date) -> Vec<FieldFlaw> {
    let argument = [("year", year.to_string())];
    if year < today.year() {
        return vec![flaw("calendar.file.year_over", &argument)];
    }
    if year > today.year() + 1 {
        return vec![flaw("calendar.file.year_far", &argument)];
    }
    let mut flaws = Vec::new();
    for day in &read.days {
        let is_december_before = day.on.year() == year - 1
            && day.on.month() == Month::December
            && day.on.year() >= today.year();
        if day.on.year() != year && !is_december_before {
            let mut misfit = at_day("calendar.file.wrong_year", day);
            misfit.arguments.push(("year", year.to_string()));
            flaws.push(misfit);
        } else if day.kind == Kind::Work && !is_weekend(day.on) {
            flaws.push(at_day("calendar.file.idle_makeup", day));
        }
    }
    flaws
}

fn at_day(code: &str, day: &Day) -> FieldFlaw {
    flaw(
        code,
        &[("line", day.line.to_string()), ("day", day.on.to_string())],
    )
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Days off and days worked, ascending.
fn split<'a>(days: impl Iterator<Item = &'a Day>) -> (Vec<DayOff>, Vec<Date>) {
    let mut sorted: Vec<&Day> = days.collect();
    sorted.sort_by_key(|day| day.on);
    let (mut off, mut work) = (Vec::new(), Vec::new());
    for day in sorted {
        match day.kind {
            Kind::Off => off.push(DayOff {
                on: day.on,
                name: day.name.clone(),
            }),
            Kind::Work => work.push(day.on),
        }
    }
    (off, work)
}

/// Puts days over those of a year.
fn put(plan: &mut CalendarYear, off: Vec<DayOff>, work: Vec<Date>) {
    plan.makeup_workdays
        .retain(|day| off.iter().all(|off| off.on != *day));
    let mut all: BTreeMap<Date, DayOff> = plan
        .days_off
        .drain(..)
        .filter(|off| !work.contains(&off.on))
        .map(|off| (off.on, off))
        .collect();
    all.extend(off.into_iter().map(|off| (off.on, off)));
    plan.days_off = all.into_values().collect();
    plan.makeup_workdays.extend(work);
    plan.makeup_workdays.sort_unstable();
    plan.makeup_workdays.dedup();
}
