//! The letter about dates that a working calendar has moved: one for each reader, with all of the reader's dates.

use domain::{code::ProjectCode, text::Bilingual};
use serde::{Deserialize, Serialize};
use time::Date;

use super::{OneLine, Sender};

/// The zone's working calendar has moved dates of the reader's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarLetter {
    /// The reader.
    pub recipient: OneLine,
    /// Who writes.
    pub sender: Sender,
    /// The version of the calendar that counts now.
    pub version: u32,
    /// Why the calendar was changed, as its author put it; may be empty.
    pub note: OneLine,
    /// The first of the reader's moved dates.
    pub moves: Vec<MovedDate>,
    /// How many of the reader's dates have moved.
    pub count: u32,
    /// Where the reader sees them.
    pub url: String,
    /// The day of the letter.
    pub today: Date,
}

/// One stage whose dates have moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MovedDate {
    /// The number of its project.
    pub project: ProjectCode,
    /// The name of its project.
    pub project_name: OneLine,
    /// Its name.
    pub stage: Bilingual,
    /// The due day before.
    pub old: Option<Date>,
    /// The due day after.
    pub new: Option<Date>,
    /// By how many working days it moves; negative for earlier.
    pub working_days: Option<i32>,
    /// The last day under the law before.
    pub old_statutory: Option<Date>,
    /// The last day under the law after.
    pub new_statutory: Option<Date>,
    /// True when a year without a published calendar is part of the count.
    pub is_provisional: bool,
}

impl CalendarLetter {
    /// How many moved dates the letter leaves to the page.
    pub(super) fn unshown(&self) -> usize {
        usize::try_from(self.count)
            .unwrap_or(usize::MAX)
            .saturating_sub(self.moves.len())
    }
}

impl MovedDate {
    pub(super) fn is_due_moved(&self) -> bool {
        self.old != self.new
    }

    pub(super) fn is_statutory_moved(&self) -> bool {
        self.old_statutory != self.new_statutory
    }

    /// By how many working days later.
    pub(super) fn later(&self) -> Option<u32> {
        let days = self.working_days.filter(|days| *days > 0)?;
        u32::try_from(days).ok()
    }

    /// By how many working days earlier.
    pub(super) fn earlier(&self) -> Option<u32> {
        let days = self.working_days.filter(|days| *days < 0)?;
        Some(days.unsigned_abs())
    }
}
