//! Lines of the record (事项记录): what happened, to which stage, by whom, when, and when it was recorded.

mod fact;
mod name;
mod reader;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::{fact::Fact, name::NAMES};
use crate::id::{PersonId, StageId};

/// One line of the record, before it gets its number and its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The stage, if it is about one.
    pub stage: Option<StageId>,
    /// By whom.
    pub author: Author,
    /// When it is said to have happened.
    pub happened_at: OffsetDateTime,
    /// True when it was recorded more than one working day later (补录).
    pub is_late_entry: bool,
    /// What happened.
    pub fact: Fact,
}

/// Who made something happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", content = "person", rename_all = "snake_case")]
pub enum Author {
    /// A person.
    Person(PersonId),
    /// The sweep.
    System,
    /// A record taken over from another system, by nobody we know.
    Import,
}

/// Who may read a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// The investor too.
    Public,
    /// Staff only.
    Internal,
}
