//! How long what a stage yields is good for (证照有效期): what must be done while it is, and how often it may
//! be renewed. A construction permit, for one, is void three months after its issue unless works start;
//! it may be renewed twice. Construction Law, art. 9.

use serde::{Deserialize, Serialize};
use time::{Date, Month};

/// The longest validity of one issue or renewal in months: ten years. A longer one is a typing error.
pub const VALIDITY_MONTHS_MAX: u8 = 120;

/// That a stage must be done while what another yields is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidityTerms {
    /// The place of the stage whose result expires.
    pub of: u16,
    /// Months for which an issue, and each renewal, is good.
    pub months: u8,
    /// Working days before the expiry on which people are told.
    pub remind_days: u16,
    /// How often it may be renewed.
    pub renewals_max: u8,
}

/// A validity that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// The day of issue.
    pub issued_on: Date,
    /// The last day. It is not moved to a working day: the sooner day is the safe one.
    pub expires_on: Date,
    /// How often it was renewed.
    pub renewals: u8,
}

impl Validity {
    /// What begins with an issue on `issued_on`; `None` behind the last day of all.
    pub fn issued(issued_on: Date, terms: ValidityTerms) -> Option<Self> {
        Some(Self {
            issued_on,
            expires_on: months_after(issued_on, terms.months)?,
            renewals: 0,
        })
    }

    /// One renewal more, counted from the day on which it would have expired.
    pub fn renewed(self, terms: ValidityTerms) -> Option<Self> {
        Some(Self {
            expires_on: months_after(self.expires_on, terms.months)?,
            renewals: self.renewals + 1,
            ..self
        })
    }

    /// What its reminder counts from: each renewal is watched anew.
    pub fn basis(self) -> u32 {
        u32::from(self.renewals) + 1
    }
}

/// The corresponding day so many months later, or the last of that month where there is none. Civil Code,
/// art. 202.
pub fn months_after(day: Date, months: u8) -> Option<Date> {
    let ahead = i32::from(u8::from(day.month())) - 1 + i32::from(months);
    let month = Month::try_from(u8::try_from(ahead % 12 + 1).ok()?).ok()?;
    let year = day.year() + ahead / 12;
    let last = month.length(year);
    Date::from_calendar_date(year, month, day.day().min(last)).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_month_ends_on_the_corresponding_day_or_on_its_last() {
        let cases = [
            (date!(2026 - 06 - 09), 3, date!(2026 - 09 - 09)),
            (date!(2026 - 11 - 30), 3, date!(2027 - 02 - 28)),
            (date!(2027 - 11 - 30), 3, date!(2028 - 02 - 29)),
            (date!(2028 - 02 - 29), 12, date!(2029 - 02 - 28)),
            (date!(2026 - 12 - 31), 1, date!(2027 - 01 - 31)),
            (date!(2026 - 03 - 02), 0, date!(2026 - 03 - 02)),
        ];
        for (from, months, expected) in cases {
            assert_eq!(
                months_after(from, months),
                Some(expected),
                "{from} {months}"
            );
        }
        assert_eq!(months_after(Date::MAX, 1), None);
    }
}
