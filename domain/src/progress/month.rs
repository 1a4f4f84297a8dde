//! A month of a year, as people plan works by.

use alloc::string::{String, ToString};
use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use time::Date;

/// A month, written `2026-04`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    /// Months since January of the year 0: one number, so that counting is adding.
    number: i32,
}

/// Months that can be written: four digits for the year, none before 2000 or after 2199, which a slip of the
/// finger makes of this century.
const YEARS: core::ops::RangeInclusive<i32> = 2000..=2199;

/// Not a month of the form `2026-04`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedMonth;

impl fmt::Display for MalformedMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a month of the form 2026-04")
    }
}

impl core::error::Error for MalformedMonth {}

impl Month {
    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self {
            number: day.year() * 12 + i32::from(u8::from(day.month())) - 1,
        }
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.number.div_euclid(12)
    }

    /// The number in the year, 1 to 12.
    pub fn of_year(self) -> u8 {
        u8::try_from(self.number.rem_euclid(12) + 1).unwrap_or(1)
    }

    /// So many months later.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self {
            number: self.number.saturating_add(months),
        }
    }

    /// So many months lie between `earlier` and this one; negative when this one is earlier.
    pub fn since(self, earlier: Self) -> i32 {
        self.number.saturating_sub(earlier.number)
    }

    /// The day on which it begins.
    pub fn first_day(self) -> Date {
        let month = time::Month::try_from(self.of_year()).unwrap_or(time::Month::January);
        Date::from_calendar_date(self.year(), month, 1).unwrap_or(Date::MAX)
    }

    /// The day on which it ends.
    pub fn last_day(self) -> Date {
        let next = self.plus(1).first_day();
        next.previous_day().unwrap_or(next)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year())
    }
}

impl FromStr for Month {
    type Err = MalformedMonth;

    fn from_str(typed: &str) -> Result<Self, MalformedMonth> {
        let (year, month) = typed.split_once('-').ok_or(MalformedMonth)?;
        let number = |text: &str, digits: usize| {
            let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<i32>().ok()).flatten()
        };
        let year = number(year, 4).ok_or(MalformedMonth)?;
        let month = number(month, 2).ok_or(MalformedMonth)?;
        if YEARS.contains(&year) && (1..=12).contains(&month) {
            Ok(Self {
                number: year * 12 + month - 1,
            })
        } else {
            Err(MalformedMonth)
        }
    }
}

impl TryFrom<String> for Month {
    type Error = MalformedMonth;

    fn try_from(typed: String) -> Result<Self, MalformedMonth> {
        typed.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}
