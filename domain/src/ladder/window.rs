//! When letters of the ladder go out.

use serde::{Deserialize, Serialize};
use time::{Time, macros::time};

/// The hours in which letters of the ladder go out. Rungs are decided at once, whatever the hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterWindow {
    /// From this local time on.
    #[serde(with = "hour_minute")]
    pub from: Time,
    /// Before this local time; midnight is the end of the day.
    #[serde(with = "hour_minute")]
    pub until: Time,
    /// True where letters go out on days that are not worked, too.
    #[serde(default)]
    pub on_any_day: bool,
}

impl Default for LetterWindow {
    /// The example zone's office hours: working days from 8:30 to 18:00.
    fn default() -> Self {
        Self {
            from: time!(08:30),
            until: time!(18:00),
            on_any_day: false,
        }
    }
}

impl LetterWindow {
    /// Every hour of every day: no letter waits.
    pub fn always() -> Self {
        Self {
            from: Time::MIDNIGHT,
            until: Time::MIDNIGHT,
            on_any_day: true,
        }
    }

    /// True when letters go out at `clock_time` of a day on which letters go out.
    pub fn is_open_at(&self, clock_time: Time) -> bool {
        clock_time >= self.from && (clock_time < self.until || self.until == Time::MIDNIGHT)
    }
}

/// Times of day as zones write them: `08:30`.
mod hour_minute {
    use alloc::string::String;

    use serde::{Deserialize as _, Deserializer, Serializer, de, ser};
    use time::{Time, format_description::FormatItem, macros::format_description};

    const FORM: &[FormatItem<'_>] = format_description!("[hour]:[minute]");

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands over a reference"
    )]
    pub(super) fn serialize<S: Serializer>(clock_time: &Time, to: S) -> Result<S::Ok, S::Error> {
        let text = clock_time.format(FORM).map_err(ser::Error::custom)?;
        to.serialize_str(&text)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
        let text = String::deserialize(from)?;
        Time::parse(&text, FORM).map_err(de::Error::custom)
    }
}
