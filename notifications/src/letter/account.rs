//! Letters about an account: the code of a sign-in, and a browser that was not known.

use serde::{Deserialize, Serialize};
use time::Date;

use super::{OneLine, Sender};

/// Something about the reader's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountLetter {
    /// The reader.
    pub recipient: OneLine,
    /// Who writes.
    pub sender: Sender,
    /// What has happened.
    pub news: AccountNews,
    /// Where the reader goes.
    pub url: String,
    /// The day of the letter.
    pub today: Date,
}

/// What has happened to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AccountNews {
    /// Somebody, who should be the reader, signs in.
    SignIn {
        /// Six digits.
        code: OneLine,
        /// How long the code is good.
        code_minutes: i64,
        /// How long the link is good.
        link_minutes: i64,
    },
    /// Somebody has signed in with a browser that was not known.
    NewDevice {
        /// The browser and the machine.
        device: OneLine,
        /// Its address in the network.
        address: OneLine,
        /// The local time, `14:32`.
        clock: OneLine,
        /// The day.
        on: Date,
    },
}

impl AccountLetter {
    /// The code with a gap in the middle, as people read it.
    pub(super) fn code_to_read(&self) -> String {
        match &self.news {
            AccountNews::SignIn { code, .. } => {
                let (left, right) = code.as_str().split_at_checked(3).unwrap_or_default();
                format!("{left} {right}")
            }
            AccountNews::NewDevice { .. } => String::new(),
        }
    }
}
