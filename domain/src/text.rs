//! Texts that people type, checked once at the edge.

use alloc::{string::String, sync::Arc};
use core::fmt;

use serde::{Deserialize, Serialize};

/// Why a typed text cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing but spaces.
    Empty,
    /// More characters than allowed.
    TooLong {
        /// The greatest number of characters.
        max: usize,
    },
    /// A line break where one line is wanted.
    ManyLines,
    /// A control character, which no keyboard types on purpose.
    ControlCharacter,
}

impl Flaw {
    /// The stable code of this flaw.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "validation.empty",
            Self::TooLong { .. } => "validation.too_long",
            Self::ManyLines => "validation.many_lines",
            Self::ControlCharacter => "validation.control_character",
        }
    }
}

/// A name or title: trimmed, one line, 1 to 200 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(String);

/// The longest registered company names stay below 100 characters; twice that leaves room for English.
const LINE_CHARACTERS_MAX: usize = 200;

impl Line {
    /// Trims and checks.
    pub fn parse(typed: &str) -> Result<Self, Flaw> {
        let text = typed.trim();
        if text.contains(['\n', '\r']) {
            return Err(Flaw::ManyLines);
        }
        bounded(text, LINE_CHARACTERS_MAX).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A note, reason or instruction: trimmed, several lines allowed, 1 to 4,000 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose(String);

impl From<&Line> for Prose {
    fn from(line: &Line) -> Self {
        Self(line.0.clone())
    }
}

/// Two printed pages: a note that needs more is a document.
const PROSE_CHARACTERS_MAX: usize = 4_000;

impl Prose {
    /// Trims, turns every line end into `\n`, and checks.
    pub fn parse(typed: &str) -> Result<Self, Flaw> {
        let unix = typed.trim().replace("\r\n", "\n").replace('\r', "\n");
        bounded(&unix, PROSE_CHARACTERS_MAX).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

pub(crate) fn bounded(text: &str, max: usize) -> Result<String, Flaw> {
    if text.is_empty() {
        return Err(Flaw::Empty);
    }
    if text.chars().count() > max {
        return Err(Flaw::TooLong { max });
    }
    if text
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'))
    {
        return Err(Flaw::ControlCharacter);
    }
    Ok(text.into())
}

/// One text in both languages. Data, such as the name of a stage; sentences live in locale files. Shared,
/// since a name stands beside everything that is shown of its bearer: cloning copies no text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Simplified Chinese.
    pub zh: Arc<str>,
    /// English.
    pub en: Arc<str>,
}

impl Bilingual {
    /// The text in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }

    /// True when neither language is missing.
    pub fn is_complete(&self) -> bool {
        !self.zh.trim().is_empty() && !self.en.trim().is_empty()
    }

    /// Both languages from literals.
    pub fn of(zh: &str, en: &str) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }
}

/// The languages the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese, the default.
    #[default]
    #[serde(rename = "zh-Hans")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-Hans",
            Self::En => "en",
        }
    }

    /// The language of a BCP 47 tag, by its primary subtag; `None` for any other language.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(Line::parse("  精密制造  ").unwrap().as_str(), "精密制造");
        assert_eq!(Line::parse(" \t "), Err(Flaw::Empty));
        assert_eq!(Line::parse("a\nb"), Err(Flaw::ManyLines));
        assert_eq!(Line::parse("a\u{7}b"), Err(Flaw::ControlCharacter));
        assert!(Line::parse(&"长".repeat(200)).is_ok());
        assert_eq!(
            Line::parse(&"长".repeat(201)),
            Err(Flaw::TooLong { max: 200 })
        );
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(Prose::parse("a\r\nb\rc\n").unwrap().as_str(), "a\nb\nc");
        assert_eq!(Prose::parse("\n"), Err(Flaw::Empty));
    }
}
