//! What other systems keep with a project: their keys and marks, which mean nothing here.

use alloc::{collections::BTreeMap, string::String};
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::text::{Flaw, bounded};

/// Keys of one project. As many as partners know from elsewhere; a system that needs more keeps its own table.
pub const KEYS_MAX: usize = 20;
/// Characters of a key: room for the name of a system and of a field in it.
pub const KEY_CHARACTERS_MAX: usize = 40;
/// Characters of a text: room for an address with its parameters. What is longer is a document.
pub const TEXT_CHARACTERS_MAX: usize = 500;

/// The name of an entry: letters, digits, `_`, `.` and `-` of ASCII, so that it can stand in an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetadataKey(String);

/// A name that cannot be the name of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedKey;

impl fmt::Display for MalformedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the name of an entry")
    }
}

impl core::error::Error for MalformedKey {}

impl core::str::FromStr for MetadataKey {
    type Err = MalformedKey;

    fn from_str(typed: &str) -> Result<Self, MalformedKey> {
        let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || b"_.-".contains(&letter);
        // Plain characters are one byte each.
        let is_sound =
            (1..=KEY_CHARACTERS_MAX).contains(&typed.len()) && typed.bytes().all(is_plain);
        is_sound.then(|| Self(typed.into())).ok_or(MalformedKey)
    }
}

impl MetadataKey {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of an entry: trimmed, 1 to 500 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetadataText(String);

impl MetadataText {
    /// Trims and checks.
    pub fn parse(typed: &str) -> Result<Self, Flaw> {
        bounded(typed.trim(), TEXT_CHARACTERS_MAX).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is to be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetadataPatch {
    /// A text to keep, or `None` to take the entry away. What is not named stays.
    Entries(BTreeMap<MetadataKey, Option<MetadataText>>),
    /// Every entry goes.
    Clear,
}

impl Default for MetadataPatch {
    fn default() -> Self {
        Self::Entries(BTreeMap::new())
    }
}

/// More entries than a project may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyEntries;

/// The entries of one project, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metadata(BTreeMap<MetadataKey, MetadataText>);

impl Metadata {
    /// True where no other system keeps anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every entry, by name.
    pub fn entries(&self) -> impl Iterator<Item = (&MetadataKey, &MetadataText)> {
        self.0.iter()
    }

    /// The text of an entry.
    pub fn get(&self, key: &MetadataKey) -> Option<&MetadataText> {
        self.0.get(key)
    }

    /// With what is to be another (RFC 7396, one level).
    pub fn patched(&self, patch: MetadataPatch) -> Result<Self, TooManyEntries> {
        let mut entries = self.0.clone();
        let MetadataPatch::Entries(patch) = patch else {
            return Ok(Self::default());
        };
        for (key, text) in patch {
            match text {
                Some(text) => entries.insert(key, text),
                None => entries.remove(&key),
            };
        }
        if entries.len() > KEYS_MAX {
            return Err(TooManyEntries);
        }
        Ok(Self(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> MetadataKey {
        name.parse().unwrap()
    }

    fn text(text: &str) -> MetadataText {
        MetadataText::parse(text).unwrap()
    }

    fn entries(patch: &[(MetadataKey, Option<MetadataText>)]) -> MetadataPatch {
        MetadataPatch::Entries(patch.iter().cloned().collect())
    }

    #[test]
    fn a_key_is_short_and_plain() {
        for good in ["a", "erp.id", "A-1_b", &"k".repeat(40)] {
            assert_eq!(key(good).as_str(), good);
        }
        for bad in ["", "a b", "键", "a/b", "a[0]", &"k".repeat(41)] {
            assert_eq!(bad.parse::<MetadataKey>(), Err(MalformedKey), "{bad}");
        }
    }

    #[test]
    fn a_text_is_bounded() {
        assert_eq!(MetadataText::parse(" "), Err(Flaw::Empty));
        assert!(MetadataText::parse(&"长".repeat(500)).is_ok());
        let max = TEXT_CHARACTERS_MAX;
        assert_eq!(
            MetadataText::parse(&"长".repeat(501)),
            Err(Flaw::TooLong { max })
        );
    }

    #[test]
    fn nothing_said_stays_and_nothing_is_taken_away_twice() {
        let first = [(key("a"), Some(text("1"))), (key("b"), Some(text("2")))];
        let first = Metadata::default().patched(entries(&first)).unwrap();
        let patch = [
            (key("a"), None),
            (key("c"), Some(text("3"))),
            (key("gone"), None),
        ];
        let second = first.patched(entries(&patch)).unwrap();
        let names = second.entries().map(|(key, _)| key.as_str());
        assert_eq!(names.collect::<alloc::vec::Vec<_>>(), ["b", "c"]);
        assert_eq!(
            second.patched(MetadataPatch::Clear),
            Ok(Metadata::default())
        );
    }

    #[test]
    fn twenty_entries_are_enough() {
        let full = (0..KEYS_MAX).map(|number| (key(&alloc::format!("k{number}")), Some(text("x"))));
        let full = MetadataPatch::Entries(full.collect());
        let full = Metadata::default().patched(full).unwrap();
        let more = entries(&[(key("more"), Some(text("x")))]);
        assert_eq!(full.patched(more), Err(TooManyEntries));
        // One goes, one comes.
        let swap = entries(&[(key("more"), Some(text("x"))), (key("k0"), None)]);
        assert!(full.patched(swap).is_ok());
    }
}
