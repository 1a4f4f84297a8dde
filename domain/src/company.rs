//! Companies that invest: under which number they are registered, and who speaks for them.

use alloc::{collections::BTreeSet, string::String, vec::Vec};
use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    id::{CompanyId, PersonId},
    text::Line,
    uscc::{Uscc, UsccDoubt},
};

/// A company that invests, once for all of its projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Key.
    pub id: CompanyId,
    /// As registered.
    pub name: Line,
    /// Under which number, if that is known.
    pub registration: Option<Registration>,
    /// People who speak for it; they become contacts of every project that names it.
    pub contacts: BTreeSet<PersonId>,
}

/// Under which number a company is registered, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Registration {
    /// In China.
    Uscc {
        /// The code.
        code: Uscc,
        /// True when somebody has looked at a failed check and kept the code all the same.
        is_overridden: bool,
    },
    /// Abroad: a company without a Chinese code.
    Foreign {
        /// The number in the register of its country.
        number: Line,
        /// Its country.
        country: Country,
    },
}

impl Registration {
    /// What makes two companies the same: the number, with the country for a foreign one. A zone has each
    /// once.
    pub fn natural_key(&self) -> String {
        match self {
            Self::Uscc { code, .. } => alloc::format!("CN:{code}"),
            Self::Foreign { number, country } => alloc::format!("{country}:{number}"),
        }
    }

    /// What speaks against the number.
    pub fn doubts(&self) -> Vec<UsccDoubt> {
        match self {
            Self::Uscc { code, .. } => code.doubts(),
            Self::Foreign { .. } => Vec::new(),
        }
    }
}

/// A country by its two letters (ISO 3166-1 alpha-2). That the letters are in use is not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([char; 2]);

/// Not two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedCountry;

impl fmt::Display for MalformedCountry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not two letters of ISO 3166-1")
    }
}

impl core::error::Error for MalformedCountry {}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([first, second]) = self;
        write!(f, "{first}{second}")
    }
}

impl FromStr for Country {
    type Err = MalformedCountry;

    fn from_str(typed: &str) -> Result<Self, MalformedCountry> {
        let mut letters = typed
            .trim()
            .chars()
            .map(|letter| letter.to_ascii_uppercase());
        match (letters.next(), letters.next(), letters.next()) {
            (Some(first), Some(second), None)
                if first.is_ascii_uppercase() && second.is_ascii_uppercase() =>
            {
                Ok(Self([first, second]))
            }
            _ => Err(MalformedCountry),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = MalformedCountry;

    fn try_from(text: String) -> Result<Self, MalformedCountry> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        alloc::format!("{country}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_to_one_company_of_its_country() {
        let foreign = |number: &str, country: &str| Registration::Foreign {
            number: Line::parse(number).unwrap(),
            country: country.parse().unwrap(),
        };
        let chinese = |is_overridden| Registration::Uscc {
            code: "91350200MA2YJ1XR9G".parse().unwrap(),
            is_overridden,
        };
        assert_eq!(foreign("HRB 42", "de").natural_key(), "DE:HRB 42");
        assert_ne!(
            foreign("42", "FR").natural_key(),
            foreign("42", "DE").natural_key()
        );
        assert_eq!(chinese(true).natural_key(), chinese(false).natural_key());
        assert_eq!(foreign("42", "FR").doubts(), []);
    }

    #[test]
    fn a_country_is_two_letters() {
        assert_eq!(
            " jp ".parse::<Country>().map(|c| alloc::format!("{c}")),
            Ok("JP".into())
        );
        for typed in ["", "J", "JPN", "1A", "日本"] {
            assert_eq!(typed.parse::<Country>(), Err(MalformedCountry), "{typed}");
        }
    }
}
