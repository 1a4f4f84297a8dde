//! iCalendar: all-day events whose summary says whether the day is off or worked.

use super::{Content, Day, Days, Kind, line_flaw, parse_day};
use crate::error::FieldFlaw;
use time::Date;

/// The longest event in days. No holiday is longer; an event without an end is not one.
const EVENT_DAYS_MAX: i64 = 31;

/// Words that say that a day is worked although it looks free. They count before those for a day off,
/// because a make-up workday is named after the holiday it makes up for.
const WORK_WORDS: [&str; 6] = ["补班", "班", "make-up", "makeup", "workday", "working day"];
/// Words that say that a day is off.
const OFF_WORDS: [&str; 4] = ["休", "off", "holiday", "假"];
/// Words that only mark the kind and are no part of the name.
const MARKS: [&str; 10] = [
    "休", "班", "补班", "假", "off", "work", "workday", "make-up", "makeup", "holiday",
];

/// One property: its name, its parameters and its value, with the line on which it begins.
struct Property {
    line: usize,
    name: String,
    value: String,
}

/// An event as far as it is read.
#[derive(Default)]
struct Event {
    line: usize,
    start: Option<Property>,
    end: Option<Property>,
    summary: String,
    repeats: Option<usize>,
}

pub(super) fn read(text: &str) -> (Content, Vec<FieldFlaw>) {
    let mut days = Vec::new();
    let mut flaws = Vec::new();
    let mut open: Option<Event> = None;
    if !text.trim_start().starts_with("BEGIN:VCALENDAR") {
        flaws.push(line_flaw("calendar.file.not_icalendar", 1, ""));
        return (Content::Days(Days::default()), flaws);
    }
    for property in properties(text) {
        match (property.name.as_str(), property.value.as_str()) {
            ("BEGIN", "VEVENT") => {
                open = Some(Event {
                    line: property.line,
                    ..Event::default()
                });
            }
            ("END", "VEVENT") => {
                if let Some(event) = open.take() {
                    match event.days() {
                        Ok(found) => days.extend(found),
                        Err(flaw) => flaws.push(flaw),
                    }
                }
            }
            (name, _) => {
                if let Some(event) = &mut open {
                    match name {
                        "DTSTART" => event.start = Some(property),
                        "DTEND" => event.end = Some(property),
                        "SUMMARY" => event.summary = unescaped(&property.value),
                        "RRULE" | "RDATE" => event.repeats = Some(property.line),
                        _ => {}
                    }
                }
            }
        }
    }
    if let Some(event) = open {
        flaws.push(line_flaw("calendar.file.not_icalendar", event.line, ""));
    }
    let read = Days {
        days,
        ..Days::default()
    };
    (Content::Days(read), flaws)
}

impl Event {
    /// Every day of the event; its end is the first day that is no part of it.
    fn days(self) -> Result<Vec<Day>, FieldFlaw> {
        if let Some(line) = self.repeats {
            return Err(line_flaw("calendar.file.repeats", line, ""));
        }
        let start = self
            .start
            .ok_or_else(|| line_flaw("calendar.file.not_all_day", self.line, ""))?;
        let line = start.line;
        let first = all_day(&start)?;
        let after = match &self.end {
            Some(end) => all_day(end)?,
            None => first.next_day().unwrap_or(first),
        };
        if after <= first || (after - first).whole_days() > EVENT_DAYS_MAX {
            let found = format!("{first} – {after}");
            return Err(line_flaw("calendar.file.period", line, &found));
        }
        let kind = kind(&self.summary)
            .ok_or_else(|| line_flaw("calendar.file.summary", line, &self.summary))?;
        let name = name(&self.summary);
        let each = std::iter::successors(Some(first), |day| day.next_day());
        Ok(each
            .take_while(|day| *day < after)
            .map(|on| Day {
                line,
                on,
                kind,
                name: name.clone(),
            })
            .collect())
    }
}

/// The day of a property that has no time of day.
fn all_day(property: &Property) -> Result<Date, FieldFlaw> {
    let value = &property.value;
    if value.contains('T') {
        return Err(line_flaw("calendar.file.not_all_day", property.line, value));
    }
    parse_day(value).ok_or_else(|| line_flaw("calendar.file.date", property.line, value))
}

fn kind(summary: &str) -> Option<Kind> {
    let said = summary.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let is_plain_work = said
        .split(|letter: char| !letter.is_alphanumeric())
        .any(|word| word == "work");
    if says(&WORK_WORDS) {
        Some(Kind::Work)
    } else if says(&OFF_WORDS) {
        Some(Kind::Off)
    } else if is_plain_work {
        Some(Kind::Work)
    } else {
        None
    }
}

/// The summary without the words that only mark the kind.
fn name(summary: &str) -> String {
    let divides = |letter: char| letter.is_whitespace() || "()（）[]【】,，".contains(letter);
    let kept: Vec<&str> = summary
        .split(divides)
        .filter(|word| !word.is_empty() && !MARKS.contains(&word.to_lowercase().as_str()))
        .collect();
    if kept.is_empty() {
        summary.trim().to_owned()
    } else {
        kept.join(" ")
    }
}

/// The properties, with folded lines put together (RFC 5545, section 3.1).
fn properties(text: &str) -> Vec<Property> {
    let mut whole: Vec<(usize, String)> = Vec::new();
    for (line, number) in text.lines().zip(1_usize..) {
        match (line.strip_prefix([' ', '\t']), whole.last_mut()) {
            (Some(more), Some((_, begun))) => begun.push_str(more),
            _ => whole.push((number, line.to_owned())),
        }
    }
    whole
        .into_iter()
        .filter_map(|(line, text)| {
            let (head, value) = text.split_once(':')?;
            let name = head.split(';').next().unwrap_or_default();
            Some(Property {
                line,
                name: name.trim().to_ascii_uppercase(),
                value: value.trim().to_owned(),
            })
        })
        .collect()
}

/// A text value without its escapes (RFC 5545, section 3.3.11).
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') | None => text.push(' '),
                Some(other) => text.push(other),
            },
            other => text.push(other),
        }
    }
    text
}
