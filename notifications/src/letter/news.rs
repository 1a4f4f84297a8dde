//! What letters about stops, extensions and permits have to say.

use domain::{clock::StopReason, code::CardNumber};
use serde::{Deserialize, Serialize};
use time::Date;

/// What has happened to a stop or an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum News {
    /// The clock stopped in the reader's court; it may object.
    StopToAnswer {
        /// Why it stopped.
        reason: StopReason,
        /// The day of the stop.
        stopped_on: Date,
        /// The last day to object; silence is consent.
        until: Date,
    },
    /// The investor objects to a stop.
    StopObjected,
    /// A stop lasts longer than expected.
    StopExpired {
        /// Why it stopped.
        reason: StopReason,
        /// The day of the stop.
        stopped_on: Date,
        /// When it should have ended.
        expected_on: Date,
    },
    /// The investor objects to a stop; the reader looks into it.
    StopToReview {
        /// Why it stopped.
        reason: StopReason,
        /// The day of the stop.
        stopped_on: Date,
    },
    /// A supervisor has looked into a stop.
    StopReviewed {
        /// True when it stands.
        is_upheld: bool,
    },
    /// More time is asked for; the reader decides.
    ExtensionAsked {
        /// Days.
        days: u16,
        /// The due day as it is.
        due_on: Date,
        /// The due day if it is granted.
        proposed_on: Date,
        /// The last day to decide.
        decide_by: Date,
    },
    /// A request for more time was decided.
    ExtensionDecided {
        /// True for yes.
        is_granted: bool,
        /// Days.
        days: u16,
    },
    /// What the stage must use expires soon.
    Expiring {
        /// The day of issue.
        issued_on: Date,
        /// The last day.
        expires_on: Date,
        /// How often it may still be renewed.
        renewals_left: u8,
    },
    /// Somebody asks for a card to be taken back; the reader decides.
    CardAppealed {
        /// Which card.
        number: CardNumber,
        /// The day of its issue.
        issued_on: Date,
    },
    /// A card was taken back, or the appeal against it rejected.
    CardDecided {
        /// Which card.
        number: CardNumber,
        /// True when it was taken back.
        is_withdrawn: bool,
    },
    /// A request for more time was not decided in time.
    DecisionLate {
        /// When it should have been decided.
        decide_by: Date,
        /// The due day if it is granted.
        proposed_on: Date,
    },
}
