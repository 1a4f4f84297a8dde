//! From a case as logged to a case that can be taken over: which attribute says what.

pub mod document;

use domain::{
    project::Mark,
    text::{Flaw, Line},
};
use sha2::{Digest as _, Sha256};
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};

use std::collections::BTreeMap;

use super::xes::{Attributes, Case, LoggedEvent, Value};

/// Which attributes of a log say what. Of each list the first key that a case has counts.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Of the case: the responsible officer.
    pub responsible: Vec<String>,
    /// Of the case: the responsible department.
    pub department: Vec<String>,
    /// Of the case: when it began; the time of the first event if it does not say.
    pub started: Vec<String>,
    /// Of the case: the last day.
    pub deadline: Vec<String>,
    /// Of the case: the planned end.
    pub planned_end: Vec<String>,
    /// Of the case: when it ended.
    pub ended: Vec<String>,
    /// Of the event: what was done.
    pub activity: Vec<String>,
    /// Of the event: by whom.
    pub resource: Vec<String>,
    /// Of the event: when.
    pub time: Vec<String>,
    /// Of the event: its key in the other system.
    pub instance: Vec<String>,
    /// Of the event: the last day on which it was to be done.
    pub event_deadline: Vec<String>,
    /// What activities do to the clock, by their names.
    pub marks: BTreeMap<Line, Mark>,
}

impl Default for Mapping {
    /// The names in the published logs of Dutch municipalities (the receipt phase of `CoSeLoG`, BPI
    /// Challenge 2015), and the standard extensions of XES.
    fn default() -> Self {
        let keys = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect();
        Self {
            responsible: keys(&["responsible", "Responsible_actor"]),
            department: keys(&["department"]),
            started: keys(&["startdate", "startDate"]),
            deadline: keys(&["deadline", "dueDate"]),
            planned_end: keys(&["enddate_planned", "endDatePlanned"]),
            ended: keys(&["enddate", "endDate"]),
            activity: keys(&["concept:name"]),
            resource: keys(&["org:resource"]),
            time: keys(&["time:timestamp"]),
            instance: keys(&["concept:instance"]),
            event_deadline: Vec::new(),
            marks: BTreeMap::new(),
        }
    }
}

/// A case that can be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCase {
    /// Its key in the other system, as written there.
    pub external_id: String,
    /// The same, as a name.
    pub name: Line,
    /// The line of the file on which it begins.
    pub line: u64,
    /// The responsible officer.
    pub responsible: Option<Line>,
    /// The responsible department.
    pub department: Option<Line>,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// The instant whose local day is the last one.
    pub deadline_at: Option<OffsetDateTime>,
    /// The instant on whose local day the end was planned.
    pub planned_end_at: Option<OffsetDateTime>,
    /// When it ended.
    pub ended_at: Option<OffsetDateTime>,
    /// What was done, in the order of time; in that of the file where times are equal.
    pub work: Vec<LoggedWork>,
}

impl ImportedCase {
    /// True when the file says that it has ended.
    pub fn has_end(&self) -> bool {
        let finishes = |item: &LoggedWork| item.mark == Some(Mark::Finishes);
        self.ended_at.is_some() || self.work.iter().any(finishes)
    }
}

/// One piece of work of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedWork {
    /// Tells it from all other work of the case, in every file that holds it.
    pub key: String,
    /// By whom.
    pub by: Option<Line>,
    /// When.
    pub at: OffsetDateTime,
    /// What.
    pub activity: Line,
    /// The instant whose local day is the last one for it.
    pub due_at: Option<OffsetDateTime>,
    /// What it does to the clock.
    pub mark: Option<Mark>,
}

impl LoggedWork {
    /// The key of what it did to the clock. No key of work ends like this.
    pub fn clock_key(&self) -> String {
        clock_key(&self.key)
    }
}

/// The key of what the work of this key did to the clock.
pub(super) fn clock_key(work: &str) -> String {
    format!("{work}{CLOCK_SUFFIX}")
}

/// The key of the work whose effect on the clock has this key.
pub(super) fn work_of_clock_key(key: &str) -> Option<&str> {
    key.strip_suffix(CLOCK_SUFFIX)
}

/// An event's own key has no `#`, and a repeated one only a number behind it.
const CLOCK_SUFFIX: &str = "#clock";

/// Why a case cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFlaw {
    /// The line of the file on which the case or event begins.
    pub line: u64,
    /// What is wrong, in English.
    pub detail: String,
}

/// The first and the last year whose local days every zone and both databases can tell.
const YEARS: std::ops::RangeInclusive<i32> = 1_800..=9_998;
/// Where other systems write "never".
const YEAR_NEVER: i32 = 9_999;
/// Characters of a case's name: as many as a line has.
const ID_CHARACTERS_MAX: usize = 200;
/// Bytes of an event's own key that are kept as they are; longer ones are kept as a hash.
const INSTANCE_BYTES_MAX: usize = 100;

impl Mapping {
    /// The case with its work in order, or what is wrong with it.
    pub fn read(&self, case: &Case) -> Result<ImportedCase, CaseFlaw> {
        let here = Place {
            attributes: &case.attributes,
            line: case.line,
        };
        if case.name.chars().count() > ID_CHARACTERS_MAX {
            let detail =
                format!("the name of the case is longer than {ID_CHARACTERS_MAX} characters");
            return Err(here.flaw(detail));
        }
        let name = here.line("concept:name", &case.name)?;
        let ended_at = here.moment(&self.ended)?;
        let mut work = self.work(&case.events)?;
        work.sort_by_key(|item| item.at);
        if ended_at.is_some() {
            // What the case itself says of its end counts.
            let finishes = |item: &&mut LoggedWork| item.mark == Some(Mark::Finishes);
            work.iter_mut()
                .filter(finishes)
                .for_each(|item| item.mark = None);
        }
        let started_at = match here.moment(&self.started)? {
            Some(at) => at,
            None => work.first().map(|item| item.at).ok_or_else(|| {
                let keys = self.started.join(" or ");
                here.flaw(format!(
                    "the case has no {keys} and no event: its start is unknown"
                ))
            })?,
        };
        Ok(ImportedCase {
            external_id: case.name.clone(),
            name,
            line: case.line,
            responsible: here.text(&self.responsible)?,
            department: here.text(&self.department)?,
            started_at,
            deadline_at: here.last_day(&self.deadline)?,
            planned_end_at: here.last_day(&self.planned_end)?,
            ended_at,
            work,
        })
    }

    fn work(&self, events: &[LoggedEvent]) -> Result<Vec<LoggedWork>, CaseFlaw> {
        let mut repeats: BTreeMap<String, u32> = BTreeMap::new();
        let mut work = Vec::with_capacity(events.len());
        for event in events {
            let here = Place {
                attributes: &event.attributes,
                line: event.line,
            };
            let missing = |keys: &[String]| {
                here.flaw(format!(
                    "the event has no {}",
                    keys.first().map_or("", String::as_str)
                ))
            };
            let activity = here.text(&self.activity)?;
            let activity = activity.ok_or_else(|| missing(&self.activity))?;
            let at = here.moment(&self.time)?;
            let at = at.ok_or_else(|| missing(&self.time))?;
            let by = here.text(&self.resource)?;
            let instance = here.word(&self.instance)?;
            let key = event_key(instance.as_deref(), (at, &activity, by.as_ref()));
            // The same key again in one case: another step of the same task, or a true double.
            let repeat = repeats.entry(key.clone()).or_default();
            *repeat += 1;
            let key = match *repeat {
                1 => key,
                again => format!("{key}#{again}"),
            };
            work.push(LoggedWork {
                key,
                by,
                at,
                due_at: here.last_day(&self.event_deadline)?,
                mark: self.marks.get(&activity).copied(),
                activity,
            });
        }
        Ok(work)
    }
}

/// The key of an event: the other system's own, or one made of what the event says, so that a fuller
/// file with events in between gives the same event the same key.
fn event_key(
    instance: Option<&str>,
    (at, activity, by): (OffsetDateTime, &Line, Option<&Line>),
) -> String {
    let digest = |parts: &[&str]| {
        let mut sha = Sha256::new();
        for part in parts {
            sha.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            sha.update(part);
        }
        format!("~{}", hex(&sha.finalize(), 16))
    };
    match instance {
        Some(instance)
            if instance.len() <= INSTANCE_BYTES_MAX && !instance.contains(['~', '#']) =>
        {
            instance.to_owned()
        }
        Some(instance) => digest(&[instance]),
        None => {
            let nanos = at.unix_timestamp_nanos().to_string();
            digest(&[&nanos, activity.as_str(), by.map_or("", Line::as_str)])
        }
    }
}

/// What is wrong with a text, as the end of a sentence.
fn what_is_wrong(flaw: Flaw) -> String {
    match flaw {
        Flaw::Empty => "is blank".to_owned(),
        Flaw::TooLong { max } => format!("is longer than {max} characters"),
        Flaw::ManyLines => "has more than one line".to_owned(),
        Flaw::ControlCharacter => "holds a control character".to_owned(),
    }
}

/// The first `count` bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8], count: usize) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    let digits = bytes.iter().take(count);
    digits
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Attributes with the line they are reported under.
#[derive(Clone, Copy)]
struct Place<'a> {
    attributes: &'a Attributes,
    line: u64,
}

impl<'a> Place<'a> {
    fn flaw(self, detail: String) -> CaseFlaw {
        CaseFlaw {
            line: self.line,
            detail,
        }
    }

    /// The first key with something in it, and what is in it.
    fn find(self, keys: &'a [String]) -> Option<(&'a str, &'a Value)> {
        keys.iter().find_map(|key| {
            let value = self.attributes.get(key)?;
            let is_blank = self
                .attributes
                .text(key)
                .is_some_and(|text| text.trim().is_empty());
            (!is_blank).then_some((key.as_str(), value))
        })
    }

    fn word(self, keys: &'a [String]) -> Result<Option<String>, CaseFlaw> {
        match self.find(keys) {
            None => Ok(None),
            Some((_, Value::Text(text) | Value::Id(text))) => Ok(Some(text.clone())),
            Some((_, Value::Whole(number))) => Ok(Some(number.to_string())),
            Some((key, Value::Moment(_) | Value::Number(_) | Value::Truth(_))) => {
                Err(self.flaw(format!("\"{key}\" is not a text")))
            }
        }
    }

    fn text(self, keys: &'a [String]) -> Result<Option<Line>, CaseFlaw> {
        let key = || self.find(keys).map_or("", |(key, _)| key);
        let word = self.word(keys)?;
        word.map(|word| self.line(key(), &word)).transpose()
    }

    fn line(self, key: &str, text: &str) -> Result<Line, CaseFlaw> {
        let said = |flaw| self.flaw(format!("\"{key}\" {}", what_is_wrong(flaw)));
        Line::parse(text).map_err(said)
    }

    fn instant(self, keys: &'a [String]) -> Result<Option<(&'a str, OffsetDateTime)>, CaseFlaw> {
        let Some((key, value)) = self.find(keys) else {
            return Ok(None);
        };
        let at = match value {
            Value::Moment(at) => Some(*at),
            // Some logs write times as texts.
            Value::Text(text) => OffsetDateTime::parse(text.trim(), &Rfc3339).ok(),
            Value::Id(_) | Value::Number(_) | Value::Whole(_) | Value::Truth(_) => None,
        };
        match at {
            Some(at) => Ok(Some((key, at))),
            None => Err(self.flaw(format!("\"{key}\" is no date with an offset from UTC"))),
        }
    }

    fn moment(self, keys: &'a [String]) -> Result<Option<OffsetDateTime>, CaseFlaw> {
        let found = self.instant(keys)?;
        found.map(|(key, at)| self.in_years(key, at)).transpose()
    }

    /// Like [`Self::moment`], for days on which something ends; there is one that never comes.
    fn last_day(self, keys: &'a [String]) -> Result<Option<OffsetDateTime>, CaseFlaw> {
        match self.instant(keys)? {
            Some((_, at)) if at.year() >= YEAR_NEVER => {
                // At nine no offset leads out of the year.
                let never = Date::MAX.with_hms(9, 0, 0).ok();
                Ok(never.map(time::PrimitiveDateTime::assume_utc))
            }
            Some((key, at)) => self.in_years(key, at).map(Some),
            None => Ok(None),
        }
    }

    fn in_years(self, key: &str, at: OffsetDateTime) -> Result<OffsetDateTime, CaseFlaw> {
        if YEARS.contains(&at.year()) {
            return Ok(at);
        }
        let (first, last) = (YEARS.start(), YEARS.end());
        Err(self.flaw(format!(
            "\"{key}\" lies outside the years {first} to {last}"
        )))
    }
}

#[cfg(test)]
mod tests;
