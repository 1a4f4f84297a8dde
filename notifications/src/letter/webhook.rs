//! The letter about an address that is not sent to any more.

use serde::{Deserialize, Serialize};
use time::Date;

use super::{OneLine, Sender};

/// Nothing is sent to an address of the reader's any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookLetter {
    /// The reader.
    pub recipient: OneLine,
    /// Who writes.
    pub sender: Sender,
    /// The host of the address.
    pub host: OneLine,
    /// True when the receiver said that it is gone, false when every try failed.
    pub is_gone: bool,
    /// Since which day.
    pub stopped_on: Date,
    /// Where the reader sees what failed.
    pub url: String,
    /// The day of the letter.
    pub today: Date,
}
