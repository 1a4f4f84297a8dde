//! The unified social credit code of a company (统一社会信用代码, GB 32100-2015).
//!
//! Whether a text can be such a code at all is one question; whether its two check characters are right is
//! another. Codes of early pilots (Xiamen, Fujian) are valid in law and fail the second: a failed check is a
//! doubt that a person may override, not an error.

use alloc::{string::String, vec::Vec};
use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Digits and capitals without I, O, S, V and Z. GB 32100-2015, table 4: a character counts as its place.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 18 characters: authority 1, class 1, region 6, organisation 9, check 1.
const CHARACTERS: usize = 18;
/// 3^(i-1) mod 31 for the first seventeen places. GB 32100-2015, 5.1.
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
/// The weights of the organisation code inside it. GB 11714-1997.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// Where the organisation code begins, and where its own check character stands.
const ORGANISATION_AT: usize = 8;
const ORGANISATION_CHECK_AT: usize = 16;

/// A text that can be a unified social credit code: eighteen characters of its alphabet, in capitals.
///
/// Its checks may still fail, see [`Uscc::doubts`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc(String);

/// Why a text cannot be a unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MalformedUscc {
    /// Not eighteen characters.
    Length {
        /// How many there are, without spaces and hyphens.
        characters: usize,
    },
    /// A character that no such code has; I, O, S, V and Z are left out on purpose.
    Character {
        /// The first of them.
        found: char,
        /// Its place, from 1.
        place: usize,
    },
}

impl fmt::Display for MalformedUscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { characters } => write!(f, "{characters} characters instead of 18"),
            Self::Character { found, place } => write!(f, "{found:?} at place {place}"),
        }
    }
}

impl core::error::Error for MalformedUscc {}

/// What speaks against a code that is well formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsccDoubt {
    /// The eighteenth character does not follow from the others.
    Check,
    /// The seventeenth does not follow from the organisation code before it.
    OrganisationCheck,
}

impl UsccDoubt {
    /// The stable code, as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Check => "company.uscc.check",
            Self::OrganisationCheck => "company.uscc.organisation_check",
        }
    }
}

impl Uscc {
    /// The eighteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What speaks against it; empty for a code that was made by the standard.
    pub fn doubts(&self) -> Vec<UsccDoubt> {
        let (check, organisation) = (self.expected_check(), self.expected_organisation_check());
        let stands_at = |place: usize| self.0.chars().nth(place);
        let mut doubts = Vec::new();
        if stands_at(CHARACTERS - 1) != check {
            doubts.push(UsccDoubt::Check);
        }
        if stands_at(ORGANISATION_CHECK_AT) != organisation {
            doubts.push(UsccDoubt::OrganisationCheck);
        }
        doubts
    }

    /// The eighteenth character as it follows from the first seventeen.
    fn expected_check(&self) -> Option<char> {
        let values = self.0.bytes().filter_map(value);
        let sum: u32 = values
            .zip(WEIGHTS)
            .map(|(value, weight)| value * weight)
            .sum();
        let place = usize::try_from((31 - sum % 31) % 31).ok()?;
        ALPHABET.get(place).map(|&byte| char::from(byte))
    }

    /// The seventeenth character as it follows from the eight before it, in which letters count from A = 10.
    fn expected_organisation_check(&self) -> Option<char> {
        let letters = self.0.chars().skip(ORGANISATION_AT);
        let values = letters.filter_map(|letter| letter.to_digit(36));
        let weighted = values.zip(ORGANISATION_WEIGHTS);
        let sum: u32 = weighted.map(|(value, weight)| value * weight).sum();
        match 11 - sum % 11 {
            10 => Some('X'),
            11 => Some('0'),
            digit => char::from_digit(digit, 10),
        }
    }
}

fn value(byte: u8) -> Option<u32> {
    let place = ALPHABET.iter().position(|&known| known == byte)?;
    u32::try_from(place).ok()
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Uscc {
    type Err = MalformedUscc;

    /// Forgives spaces, hyphens, lower case and full-width forms, which people and phones add.
    fn from_str(typed: &str) -> Result<Self, MalformedUscc> {
        let plain = crate::code::normalise(typed);
        let characters = plain.chars().count();
        if characters != CHARACTERS {
            return Err(MalformedUscc::Length { characters });
        }
        let is_foreign = |letter: &char| u8::try_from(*letter).ok().and_then(value).is_none();
        match plain
            .chars()
            .zip(1_usize..)
            .find(|(letter, _)| is_foreign(letter))
        {
            Some((found, place)) => Err(MalformedUscc::Character { found, place }),
            None => Ok(Self(plain)),
        }
    }
}

impl TryFrom<String> for Uscc {
    type Error = MalformedUscc;

    fn try_from(text: String) -> Result<Self, MalformedUscc> {
        text.parse()
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;

    #[test]
    fn real_codes_raise_no_doubt_and_forgive_how_they_are_typed() {
        for code in [
            "91350200MA2YJ1XR9G",
            "91350200776049653A",
            "91440101MA5CJQ4N59",
            "913502000728319549",
            "91350203MA31NDF85F",
        ] {
            let read: Uscc = code.parse().unwrap();
            assert_eq!(read.doubts(), [], "{code}");
            assert_eq!(read.as_str(), code);
        }
        let typed = " 91350200-ma2yj1xr9g ".parse::<Uscc>().unwrap();
        assert_eq!(typed.as_str(), "91350200MA2YJ1XR9G");
        assert_eq!("９１３５０２００ＭＡ２ＹＪ１ＸＲ９Ｇ".parse(), Ok(typed));
    }

    /// Early pilot codes are valid in law: well formed, and doubted.
    #[test]
    fn a_failed_check_is_a_doubt() {
        let pilot: Uscc = "91350100M0001TGQXM".parse().unwrap();
        assert!(pilot.doubts().contains(&UsccDoubt::Check));
        let wrong: Uscc = "91350200MA2YJ1XR9H".parse().unwrap();
        assert_eq!(wrong.doubts(), [UsccDoubt::Check]);
        // With a wrong organisation code, and a last character that follows from it.
        let mut inner: Uscc = "91350200MA2YJ1XR8G".parse().unwrap();
        let check = inner.expected_check().unwrap();
        inner.0.pop();
        inner.0.push(check);
        assert_eq!(inner.doubts(), [UsccDoubt::OrganisationCheck]);
    }

    #[test]
    fn what_cannot_be_a_code_is_refused_with_its_place() {
        let check = |typed: &str, why| assert_eq!(typed.parse::<Uscc>(), Err(why), "{typed}");
        check("", MalformedUscc::Length { characters: 0 });
        check(
            "91350200MA2YJ1XR9",
            MalformedUscc::Length { characters: 17 },
        );
        check(
            "91350200MA2YJ1XR9GG",
            MalformedUscc::Length { characters: 19 },
        );
        for (letter, place) in [('I', 9), ('O', 9), ('S', 9), ('V', 9), ('Z', 9), ('厦', 9)] {
            let typed = alloc::format!("91350200{letter}A2YJ1XR9G");
            let found = letter;
            check(&typed, MalformedUscc::Character { found, place });
        }
    }

    /// Answers of a package that we did not write. They lie outside the project; where they are absent, the
    /// test says so and passes.
    #[test]
    fn others_say_the_same() {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/ids/uscc.csv");
        let Ok(table) = fs::read_to_string(file) else {
            eprintln!("skipped: ../shared is absent, uscc.csv was not compared");
            return;
        };
        let mut rows = 0;
        for row in table.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let (code, is_valid, note) = (cells[0], cells[1] == "true", cells[3]);
            let read = code.parse::<Uscc>();
            let doubted = read
                .as_ref()
                .map(|code| code.doubts().contains(&UsccDoubt::Check));
            if note.contains("full-width") {
                // The package refuses full-width forms; what stands in them is judged like anything else.
                assert!(read.is_ok(), "{code}");
            } else {
                assert_eq!(doubted == Ok(false), is_valid, "{code}: {note}");
            }
            rows += 1;
        }
        assert!(rows > 200, "{rows} rows");
    }
}
