//! How long a stage may take.

use serde::{Deserialize, Serialize};
use time::Date;

/// The longest limit in days: ten years. A longer one is a typing error.
pub const LIMIT_DAYS_MAX: u16 = 3_650;

/// A time limit. The day of acceptance is day 0; the limit runs to the end of its last day.
///
/// Stored and sent as `{"value":20,"unit":"working_day"}`, `{"unit":"fixed_date","on":"2026-03-02"}` or
/// `{"value":10,"unit":"before_expiry","on":"2026-09-09"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unit", rename_all = "snake_case", try_from = "Written")]
pub enum Limit {
    /// Working days under the zone's calendar. Administrative Licensing Law, art. 82.
    #[serde(rename = "working_day")]
    WorkingDays {
        /// The number of days; 0 means "on the day of acceptance" (即办件).
        value: u16,
    },
    /// Calendar days; a last day that is not worked moves to the next worked day. Civil Code, art. 203.
    #[serde(rename = "calendar_day")]
    CalendarDays {
        /// The number of days.
        value: u16,
    },
    /// A date given from outside. Clock stops do not move it.
    FixedDate {
        /// The last day.
        on: Date,
    },
    /// So many working days before the day on which something expires. Clock stops do not move it.
    BeforeExpiry {
        /// The number of days; 0 means the day of expiry itself.
        value: u16,
        /// The day of expiry.
        on: Date,
    },
}

/// A limit as it is read: one pass over the text, where an enum told by a field inside it would be put
/// aside and read twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    unit: Unit,
    value: Option<u16>,
    on: Option<Date>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    WorkingDay,
    CalendarDay,
    FixedDate,
    BeforeExpiry,
}

impl TryFrom<Written> for Limit {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written {
                unit: Unit::WorkingDay,
                value: Some(value),
                on: None,
            } => Ok(Self::WorkingDays { value }),
            Written {
                unit: Unit::CalendarDay,
                value: Some(value),
                on: None,
            } => Ok(Self::CalendarDays { value }),
            Written {
                unit: Unit::FixedDate,
                value: None,
                on: Some(on),
            } => Ok(Self::FixedDate { on }),
            Written {
                unit: Unit::BeforeExpiry,
                value: Some(value),
                on: Some(on),
            } => Ok(Self::BeforeExpiry { value, on }),
            Written { .. } => Err(
                "a limit has a `value` in days, is a fixed date with `on`, or both before an expiry",
            ),
        }
    }
}

impl Limit {
    /// The number of days that count from acceptance on, `None` for what hangs on a date.
    pub fn days(self) -> Option<u16> {
        match self {
            Self::WorkingDays { value } | Self::CalendarDays { value } => Some(value),
            Self::FixedDate { .. } | Self::BeforeExpiry { .. } => None,
        }
    }
}
