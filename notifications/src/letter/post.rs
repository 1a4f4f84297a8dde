//! Letters about letters: several told in one, and one that did not reach its reader.

use serde::{Deserialize, Serialize};
use time::Date;

use super::{OneLine, Sender};

/// Several matters of one reader, each told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestLetter {
    /// The reader.
    pub recipient: OneLine,
    /// Who writes.
    pub sender: Sender,
    /// The gravest of them, each as the subject of the letter that it would have been.
    pub lines: Vec<OneLine>,
    /// How many there are.
    pub count: u32,
    /// The day on which the first of them was due, if an outage of ours held it up.
    pub held_up_since: Option<Date>,
    /// Where the reader sees all of them.
    pub url: String,
    /// The day of the letter.
    pub today: Date,
}

/// A letter did not reach its reader, and somebody else is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndeliveredLetter {
    /// The reader of this one.
    pub recipient: OneLine,
    /// Who writes.
    pub sender: Sender,
    /// For whom the other was meant.
    pub reader: OneLine,
    /// Its subject.
    pub subject: OneLine,
    /// True when it may have arrived, and nobody knows.
    pub is_unsure: bool,
    /// Where something can be done about it.
    pub url: String,
    /// The day of the letter.
    pub today: Date,
}

impl DigestLetter {
    /// How many matters the letter leaves to the page.
    pub(super) fn unshown(&self) -> usize {
        usize::try_from(self.count)
            .unwrap_or(usize::MAX)
            .saturating_sub(self.lines.len())
    }

    /// True when an outage held something up by at least a day.
    pub(super) fn is_late(&self) -> bool {
        self.held_up_since.is_some_and(|due| due < self.today)
    }
}
