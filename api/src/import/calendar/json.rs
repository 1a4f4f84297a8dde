//! JSON: our own calendar document with its years, or the days of one year as `holiday-cn` publishes them.

use domain::calendar::{CalendarYear, LocalDays, WorkCalendar};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

use super::{Content, Day, Days, Kind, flaw, line_flaw, parse_day};
use crate::error::FieldFlaw;

/// `{"year": 2026, "papers": [..], "days": [{"name", "date", "isOffDay"}]}`; what else it says is not needed.
#[derive(Deserialize)]
struct HolidayCn {
    year: i32,
    #[serde(default)]
    papers: Vec<String>,
    days: Vec<HolidayCnDay>,
}

#[derive(Deserialize)]
struct HolidayCnDay {
    name: String,
    date: String,
    #[serde(rename = "isOffDay")]
    is_off_day: bool,
}

/// Our own document. Name and version are given by the zone; a calendar with local days is not a national one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "version")]
    _version: u32,
    years: BTreeMap<i32, CalendarYear>,
    base: Option<Value>,
    local: Option<Value>,
}

pub(super) fn read(text: &str) -> (Content, Vec<FieldFlaw>) {
    let nothing = || Content::Days(Days::default());
    let unreadable =
        |error: &serde_json::Error| flaw("calendar.file.json", &[("detail", error.to_string())]);
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return (nothing(), vec![unreadable(&error)]),
    };
    if value.get("days").is_some() {
        return match serde_json::from_value(value) {
            Ok(year) => holiday_cn(year),
            Err(error) => (nothing(), vec![unreadable(&error)]),
        };
    }
    match serde_json::from_value::<Document>(value) {
        Ok(found) if found.base.is_some() || found.local.is_some() => {
            (nothing(), vec![flaw("calendar.file.not_national", &[])])
        }
        Ok(found) => {
            let calendar = WorkCalendar {
                name: found.name,
                version: 0,
                years: found.years,
                base: None,
                local: LocalDays::default(),
            };
            (Content::Whole(Box::new(calendar)), Vec::new())
        }
        Err(error) => (nothing(), vec![unreadable(&error)]),
    }
}

fn holiday_cn(of: HolidayCn) -> (Content, Vec<FieldFlaw>) {
    let mut flaws = Vec::new();
    let mut days = Vec::with_capacity(of.days.len());
    for (day, line) in of.days.into_iter().zip(1..) {
        let Some(on) = parse_day(&day.date) else {
            flaws.push(line_flaw("calendar.file.date", line, &day.date));
            continue;
        };
        days.push(Day {
            line,
            on,
            kind: if day.is_off_day {
                Kind::Off
            } else {
                Kind::Work
            },
            name: day.name,
        });
    }
    let read = Days {
        year: Some(of.year),
        days,
        sources: of.papers,
    };
    (Content::Days(read), flaws)
}
