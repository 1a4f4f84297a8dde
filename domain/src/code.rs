//! Codes that people read aloud and type: the project code, the query code and the number of a card.

use alloc::string::String;
use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::card::CardLevel;

/// Crockford's base32: no I, L, O or U, so that a code can be read over the telephone.
pub mod crockford {
    use alloc::string::String;

    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    /// 26 digits of 5 bits hold the 128 bits of an identifier.
    const ID_DIGITS: usize = 26;

    /// The value of one digit; forgives case and the usual misreadings (O for 0, I and L for 1).
    pub fn digit(letter: char) -> Option<u8> {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let byte = u8::try_from(letter).ok()?;
        ALPHABET
            .iter()
            .position(|&known| known == byte)
            .and_then(|at| u8::try_from(at).ok())
    }

    /// The letter for the low five bits of `value`.
    pub fn letter(value: u8) -> char {
        ALPHABET
            .get(usize::from(value & 31))
            .map_or('0', |&byte| char::from(byte))
    }

    /// 128 bits as 26 digits, most significant first, so that order is kept.
    pub fn write_id(f: &mut impl core::fmt::Write, bits: u128) -> core::fmt::Result {
        let mut digits = [0_u8; ID_DIGITS];
        let mut rest = bits;
        for digit in digits.iter_mut().rev() {
            let value = u8::try_from(rest & 31).unwrap_or_default();
            *digit = ALPHABET.get(usize::from(value)).copied().unwrap_or(b'0');
            rest >>= 5;
        }
        f.write_str(core::str::from_utf8(&digits).unwrap_or_default())
    }

    /// The same as a text of its own.
    pub fn encode_id(bits: u128) -> String {
        let mut text = String::with_capacity(ID_DIGITS);
        // A text takes whatever is written.
        let _never_fails = write_id(&mut text, bits);
        text
    }

    /// The inverse of [`write_id`]; `None` for a wrong length, a foreign letter or an overflow.
    pub fn decode_id(text: &str) -> Option<u128> {
        if text.chars().count() != ID_DIGITS {
            return None;
        }
        text.chars().try_fold(0_u128, |bits, letter| {
            let shifted = bits.checked_mul(32)?;
            Some(shifted | u128::from(digit(letter)?))
        })
    }
}

/// Removes what people and phones add when they type a code: spaces, hyphens of every kind,
/// full-width forms, lower case.
pub(crate) fn normalise(typed: &str) -> String {
    typed
        .chars()
        .map(|letter| match letter {
            // Full-width ASCII (U+FF01..U+FF5E) lies at a fixed distance from ASCII.
            '\u{ff01}'..='\u{ff5e}' => u32::from(letter)
                .checked_sub(0xfee0)
                .and_then(char::from_u32)
                .unwrap_or(letter),
            other => other,
        })
        .filter(|letter| {
            !letter.is_whitespace() && !matches!(letter, '-' | '‐' | '‑' | '–' | '—' | '_')
        })
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MalformedCode {
    /// Not of the form `GC-2026-0042`.
    Project,
    /// Not eight digits of Crockford's base32.
    Query,
    /// Not of the form `Y-2026-0007`.
    Card,
}

impl fmt::Display for MalformedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Project => "not a project code of the form GC-2026-0042",
            Self::Query => "not a query code of the form 7K4P-9XQ2",
            Self::Card => "not the number of a card of the form Y-2026-0007",
        })
    }
}

impl core::error::Error for MalformedCode {}

/// The number under which a zone keeps a project, for example `GC-2026-0042`.
///
/// Not secret. Letters are the zone's own prefix, one to eight of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectCode(String);

/// A zone's prefix has one to this many letters; longer ones do not fit the head of a letter.
const PREFIX_LETTERS_MAX: usize = 8;
/// Four digits of the year and at least this many of the running number.
const NUMBER_DIGITS_MIN: usize = 4;
/// More than 99,999,999 projects a year is a typing error.
const NUMBER_DIGITS_MAX: usize = 8;

impl ProjectCode {
    /// Builds the code of the `number`-th project of `year`.
    pub fn new(prefix: &str, year: i32, number: u32) -> Result<Self, MalformedCode> {
        Self::from_str(&alloc::format!("{prefix}-{year:04}-{number:04}"))
    }

    /// The code as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ProjectCode {
    type Err = MalformedCode;

    fn from_str(typed: &str) -> Result<Self, MalformedCode> {
        let plain = normalise(typed);
        let letters = plain.chars().take_while(char::is_ascii_uppercase).count();
        let (prefix, digits) = plain
            .split_at_checked(letters)
            .ok_or(MalformedCode::Project)?;
        let (year, number) = digits.split_at_checked(4).ok_or(MalformedCode::Project)?;
        let is_sound = (1..=PREFIX_LETTERS_MAX).contains(&letters)
            && (NUMBER_DIGITS_MIN..=NUMBER_DIGITS_MAX).contains(&number.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_sound {
            return Err(MalformedCode::Project);
        }
        Ok(Self(alloc::format!("{prefix}-{year}-{number}")))
    }
}

/// The secret that an investor types beside the project code, for example `7K4P-9XQ2` (40 bits).
///
/// Debug prints no digits.
#[derive(Clone, PartialEq, Eq)]
pub struct QueryCode(String);

/// Eight digits of five bits.
const QUERY_DIGITS: usize = 8;

impl QueryCode {
    /// Makes a code of 40 random bits; higher bits are ignored.
    pub fn from_bits(bits: u64) -> Self {
        let digits = (0..QUERY_DIGITS)
            .rev()
            .map(|place| {
                crockford::letter(u8::try_from((bits >> (place * 5)) & 31).unwrap_or_default())
            })
            .collect();
        Self(digits)
    }

    /// The eight digits without the hyphen: the form that is hashed.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The form that is printed on a receipt: two groups of four.
    pub fn printed(&self) -> String {
        let (head, tail) = self.0.split_at_checked(4).unwrap_or((&self.0, ""));
        alloc::format!("{head}-{tail}")
    }
}

impl fmt::Debug for QueryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QueryCode(***)")
    }
}

impl FromStr for QueryCode {
    type Err = MalformedCode;

    fn from_str(typed: &str) -> Result<Self, MalformedCode> {
        let digits: Option<String> = normalise(typed)
            .chars()
            .map(|letter| crockford::digit(letter).map(crockford::letter))
            .collect();
        digits
            .filter(|digits| digits.len() == QUERY_DIGITS)
            .map(Self)
            .ok_or(MalformedCode::Query)
    }
}

/// The number of a card, for example `Y-2026-0007`: its level, the year of its issue, and the running number
/// of that level and year in the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardNumber {
    level: CardLevel,
    year: i32,
    number: u32,
}

impl CardNumber {
    /// The `number`-th card of this level in `year`.
    pub const fn new(level: CardLevel, year: i32, number: u32) -> Self {
        Self {
            level,
            year,
            number,
        }
    }

    /// How grave the card is.
    pub fn level(self) -> CardLevel {
        self.level
    }

    /// Which card of its level and year it is, from 1.
    pub fn number(self) -> u32 {
        self.number
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.level.letter();
        write!(f, "{letter}-{:04}-{:04}", self.year, self.number)
    }
}

impl FromStr for CardNumber {
    type Err = MalformedCode;

    fn from_str(typed: &str) -> Result<Self, MalformedCode> {
        let plain = normalise(typed);
        let mut letters = plain.chars();
        let level = letters.next().and_then(CardLevel::of_letter);
        let digits = letters.as_str();
        let (year, number) = digits.split_at_checked(4).ok_or(MalformedCode::Card)?;
        let is_sound = (NUMBER_DIGITS_MIN..=NUMBER_DIGITS_MAX).contains(&number.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        match (level, year.parse(), number.parse()) {
            (Some(level), Ok(year), Ok(number)) if is_sound => Ok(Self::new(level, year, number)),
            _ => Err(MalformedCode::Card),
        }
    }
}

impl TryFrom<String> for CardNumber {
    type Error = MalformedCode;

    fn try_from(text: String) -> Result<Self, MalformedCode> {
        text.parse()
    }
}

impl From<CardNumber> for String {
    fn from(number: CardNumber) -> Self {
        alloc::format!("{number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_card_survives_printing_and_forgives_how_it_is_typed() {
        let seventh = CardNumber::new(CardLevel::Yellow, 2026, 7);
        for typed in ["Y-2026-0007", "y 2026 0007", "Y20260007", "Ｙ－2026－0007"] {
            assert_eq!(typed.parse(), Ok(seventh), "{typed}");
        }
        let many = CardNumber::new(CardLevel::Leadership, 2026, 12_345);
        assert_eq!(
            alloc::format!("{seventh} {many}"),
            "Y-2026-0007 L-2026-12345"
        );
        assert_eq!(alloc::format!("{many}").parse(), Ok(many));
        for typed in [
            "",
            "Y",
            "G-2026-0007",
            "Y-2026-007",
            "Y-2026-00A7",
            "2026-0007",
            "红20260007",
        ] {
            assert_eq!(
                typed.parse::<CardNumber>(),
                Err(MalformedCode::Card),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_project_code_forgives_how_it_is_typed() {
        for typed in [
            "GC-2026-0042",
            "gc 2026 0042",
            "ＧＣ－２０２６－００４２",
            " gc–2026‑0042 ",
        ] {
            assert_eq!(
                typed.parse::<ProjectCode>().unwrap().as_str(),
                "GC-2026-0042",
                "{typed}"
            );
        }
        for typed in [
            "",
            "2026-0042",
            "GC-2026",
            "GC-2026-042",
            "GC-2026-00A2",
            "ABCDEFGHI-2026-0042",
        ] {
            assert_eq!(
                typed.parse::<ProjectCode>(),
                Err(MalformedCode::Project),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_query_code_forgives_how_it_is_typed_and_is_never_printed_by_accident() {
        let code = QueryCode::from_bits(0x00ff_1234_5678_9abc);
        assert_eq!(code.printed().parse::<QueryCode>().unwrap(), code);
        assert_eq!(
            "7k4p 9xq2".parse::<QueryCode>().unwrap().printed(),
            "7K4P-9XQ2"
        );
        assert_eq!(
            "OIL1-0000".parse::<QueryCode>().unwrap().printed(),
            "0111-0000"
        );
        assert!("7K4P-9XQ".parse::<QueryCode>().is_err());
        assert!("7K4P-9XQU".parse::<QueryCode>().is_err());
        assert!(!alloc::format!("{code:?}").contains(code.digits()));
    }
}
