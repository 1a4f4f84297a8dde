//! One line of a letter, whatever it was made from.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text without line breaks or control characters, whatever it was made from.
///
/// A name with a line break in it must neither fake a line of a letter nor keep the letter from going
/// out, so such characters become spaces.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct OneLine(String);

impl OneLine {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for OneLine {
    fn from(text: &str) -> Self {
        // Separators of lines and paragraphs are no control characters, but mail programs break there.
        let is_break =
            |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
        Self(
            text.split(|letter: char| letter.is_whitespace() || is_break(letter))
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
        )
    }
}

impl From<String> for OneLine {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<OneLine> for String {
    fn from(line: OneLine) -> Self {
        line.0
    }
}

impl fmt::Display for OneLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
