//! Reads event logs in the XES format (IEEE 1849) case by case, gzipped or plain.
//!
//! ```text
//! open -> source  bytes: unpacks, counts bytes and lines, cuts off what has no end
//!         markup  tags: one step at a time; refuses what a log has no use for
//!         value   the typed key and value of one attribute element
//!         reader  log, trace, event: what becomes a Case
//!         limits  every bound, each with its reason
//!         error   what can be wrong with a file, each with a code of its own
//! ```
//!
//! A file is read once, front to back, and at most one case is held in memory. All that grows
//! with the file is a hash and a line number per case, to find a case that comes twice.
//!
//! Surprises worth knowing:
//! - A gzip file shows only at its end that it is complete, so an error may follow the last
//!   case. Whoever keeps the cases keeps none of them before the iterator has ended without one.
//! - Globals, classifiers, extensions and the log's own attributes are skipped unread: a default
//!   that a `<global>` declares is not filled in.
//! - An attribute is taken by its own type and key. Attributes nested in it, and whole `<list>`
//!   and `<container>` attributes, are skipped.
//! - Elements are told by their local names; the namespace behind a prefix is not looked up.
//!
//! Deliberately absent: events outside of any trace (a stream has no cases; they are skipped),
//! DTDs and their entities, encodings other than UTF-8, and writing.

mod error;
mod limits;
mod markup;
mod reader;
mod source;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;

use time::OffsetDateTime;

pub use error::{XesError, XesErrorKind};
pub use reader::{XesReader, open};

/// One trace of the log: a case and everything that happened in it, in file order.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The trace's `concept:name`, never blank and unique in the file.
    pub name: String,
    /// The line on which its `<trace>` begins, counted from 1 in the unpacked text.
    pub line: u64,
    /// The trace's own attributes, `concept:name` among them.
    pub attributes: Attributes,
    /// The events in the order of the file, which need not be the order of their times.
    pub events: Vec<LoggedEvent>,
}

/// One event of a case, as logged: nothing is required of it, not even a name or a time.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedEvent {
    /// The line on which its `<event>` begins, counted from 1 in the unpacked text.
    pub line: u64,
    /// The event's attributes.
    pub attributes: Attributes,
}

/// The attributes of one trace or event by their keys.
///
/// A key that the file repeats keeps its last value. Nested attributes are not here.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes(BTreeMap<String, Value>);

impl Attributes {
    /// The value under this key, of whatever type.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The text under this key; `None` also if the value is neither a text nor an id.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Value::Text(text) | Value::Id(text) => Some(text),
            Value::Moment(_) | Value::Number(_) | Value::Whole(_) | Value::Truth(_) => None,
        }
    }

    /// The moment under this key; `None` also if the value is of another type.
    ///
    /// Some logs write times as texts. Those are not moments; [`Self::text`] has them.
    pub fn moment(&self, key: &str) -> Option<OffsetDateTime> {
        match self.get(key)? {
            Value::Moment(moment) => Some(*moment),
            Value::Text(_)
            | Value::Number(_)
            | Value::Whole(_)
            | Value::Truth(_)
            | Value::Id(_) => None,
        }
    }

    /// Every key with its value, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

/// The value of one attribute, of the type its element declares.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `<string>`: as written, blanks kept, character references resolved.
    Text(String),
    /// `<date>`: with the offset from UTC that the file states.
    Moment(OffsetDateTime),
    /// `<float>`: may be infinite or not a number, since XML Schema lets a file say so.
    Number(f64),
    /// `<int>`.
    Whole(i64),
    /// `<boolean>`.
    Truth(bool),
    /// `<id>`: as written; that it is a UUID is not checked.
    Id(String),
}
