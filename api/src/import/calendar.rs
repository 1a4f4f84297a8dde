//! Holidays and make-up workdays from a file: JSON, CSV or iCalendar. Every flaw of a file is named at once, with
//! its line.
//!
//! ```text
//! json, csv, ics  bytes to days
//! plan            days to a calendar of the zone
//! ```
//!
//! iCalendar is read here by hand: what the three libraries for it bring along is a clock, a table of time
//! zones, or a licence that nobody can read off, and of the format only all-day events are wanted.

mod csv;
mod ics;
mod json;
mod plan;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::calendar::WorkCalendar;
use time::{Date, Month};

pub use self::plan::{LOCAL, Planned, Present, local, national};
use crate::error::FieldFlaw;

/// The field of the form, and the place of every flaw of a file.
pub const FIELD: &str = "file";
/// Days of one file: five years in which every day is something special. More is not a calendar.
const DAYS_MAX: usize = 5 * 366;
/// Flaws that are named; when there are more the file is another kind of file.
const FLAWS_NAMED_MAX: usize = 50;

/// In which form a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// Our own calendar document, or the form of `holiday-cn`.
    Json,
    /// `date,kind,name`
    Csv,
    /// All-day events (RFC 5545).
    ICalendar,
}

impl FileForm {
    /// The form of a media type.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let bare = media_type.split(';').next().unwrap_or_default().trim();
        match bare.to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "text/csv" => Some(Self::Csv),
            "text/calendar" => Some(Self::ICalendar),
            _ => None,
        }
    }

    /// The form of a file by its name, else by what it begins with.
    pub fn guess(name: &str, bytes: &[u8]) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("json") => return Self::Json,
            Some("csv" | "txt") => return Self::Csv,
            Some("ics") => return Self::ICalendar,
            Some(_) | None => {}
        }
        let text = bytes.strip_prefix(BOM).unwrap_or(bytes).trim_ascii_start();
        if text.starts_with(b"{") {
            Self::Json
        } else if text.starts_with(b"BEGIN:") {
            Self::ICalendar
        } else {
            Self::Csv
        }
    }
}

/// What some programs put before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Off, or worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 休
    Off,
    /// 班
    Work,
}

/// One day of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The line, or the number of the entry, from 1.
    pub line: usize,
    /// The day.
    pub on: Date,
    /// Off, or worked.
    pub kind: Kind,
    /// What it is called; may be empty.
    pub name: String,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A whole calendar.
    Whole(Box<WorkCalendar>),
    /// Days.
    Days(Days),
}

/// Days of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Days {
    /// The year that the file says it is for.
    pub year: Option<i32>,
    /// In the order of the file; none twice.
    pub days: Vec<Day>,
    /// The notices that it names.
    pub sources: Vec<String>,
}

/// A flaw of a file with parameters for the sentence.
fn flaw(code: &str, arguments: &[(&'static str, String)]) -> FieldFlaw {
    FieldFlaw {
        field: FIELD,
        code: code.to_owned(),
        arguments: arguments.to_vec(),
    }
}

/// A flaw of one line of a file.
fn line_flaw(code: &str, line: usize, found: &str) -> FieldFlaw {
    let shown: String = found.chars().take(FOUND_SHOWN_MAX).collect();
    flaw(code, &[("line", line.to_string()), ("found", shown)])
}

/// Characters of a wrong value that a message repeats.
const FOUND_SHOWN_MAX: usize = 40;

/// Reads a file; every flaw at once.
pub fn read(bytes: &[u8], form: FileForm) -> Result<Content, Vec<FieldFlaw>> {
    let Ok(text) = std::str::from_utf8(bytes.strip_prefix(BOM).unwrap_or(bytes)) else {
        return Err(vec![flaw("calendar.file.not_text", &[])]);
    };
    let (content, mut flaws) = match form {
        FileForm::Json => json::read(text),
        FileForm::Csv => csv::read(text),
        FileForm::ICalendar => ics::read(text),
    };
    if let Content::Days(read) = &content {
        flaws.extend(twice(&read.days));
        if read.days.len() > DAYS_MAX {
            flaws.push(flaw(
                "calendar.file.too_many",
                &[("max", DAYS_MAX.to_string())],
            ));
        }
    }
    finish(content, flaws)
}

/// The value if there is no flaw.
fn finish<T>(value: T, mut flaws: Vec<FieldFlaw>) -> Result<T, Vec<FieldFlaw>> {
    if flaws.is_empty() {
        return Ok(value);
    }
    flaws.truncate(FLAWS_NAMED_MAX);
    Err(flaws)
}

fn twice(days: &[Day]) -> Vec<FieldFlaw> {
    let mut first: BTreeMap<Date, usize> = BTreeMap::new();
    let mut flaws = Vec::new();
    for day in days {
        match first.get(&day.on) {
            Some(earlier) => flaws.push(flaw(
                "calendar.file.doubled",
                &[
                    ("line", day.line.to_string()),
                    ("day", day.on.to_string()),
                    ("first", earlier.to_string()),
                ],
            )),
            None => {
                first.insert(day.on, day.line);
            }
        }
    }
    flaws
}

/// A day of the form `2026-10-01`, `2026/10/1` as spreadsheets write it, or `20261001`.
fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    let (year, month, day) = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        (text.get(..4)?, text.get(4..6)?, text.get(6..)?)
    } else {
        let mut parts = text.split(['-', '/']);
        let found = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || found.0.len() != 4 {
            return None;
        }
        found
    };
    let month: u8 = month.parse().ok()?;
    Date::from_calendar_date(
        year.parse().ok()?,
        Month::try_from(month).ok()?,
        day.parse().ok()?,
    )
    .ok()
}
