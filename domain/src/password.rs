//! Which passwords are good enough, and for how long.
//!
//! Two profiles. `mlps` follows GB/T 22239-2019 8.1.4.1 a): complexity and regular change. `asvs` follows
//! OWASP ASVS 5.0: length, no composition, no rotation. Both refuse what is too short, too long, common, or
//! made of the names around it.

mod obvious;

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use time::{Duration, OffsetDateTime};

/// The shortest password (ASVS 6.2.1 recommends more than its minimum of 8 for staff).
pub const CHARACTERS_MIN: usize = 12;
/// The longest: beyond it a request is an attempt to make the server work.
pub const CHARACTERS_MAX: usize = 128;
/// Of the four classes of characters, how many `mlps` asks for.
const CLASSES_MIN: usize = 3;
/// Names shorter than this are in half of all passwords by chance.
const NAME_CHARACTERS_MIN: usize = 3;
/// How long before its end a password is said to end soon.
const NOTICE: Duration = Duration::days(15);

/// Which rules a deployment has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PasswordProfile {
    /// GB/T 22239-2019: three classes of characters, changed regularly.
    #[default]
    Mlps,
    /// OWASP ASVS 5.0: no composition, no rotation.
    Asvs,
}

/// The rules for passwords of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordRules {
    /// Which profile.
    pub profile: PasswordProfile,
    /// After how many days `mlps` wants another, 90 to 180.
    pub days_max: u16,
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self {
            profile: PasswordProfile::default(),
            days_max: 90,
        }
    }
}

/// What is wrong with a new password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PasswordFlaw {
    /// Fewer than [`CHARACTERS_MIN`] characters.
    TooShort,
    /// More than [`CHARACTERS_MAX`] characters.
    TooLong,
    /// Fewer than three of: small letters, capitals, digits, everything else.
    TooPlain,
    /// Among the first that anybody would try.
    Common,
    /// Contains a name of the zone, the product, the unit or its owner.
    Name,
}

impl PasswordFlaw {
    /// Every flaw.
    pub const ALL: [Self; 5] = [
        Self::TooShort,
        Self::TooLong,
        Self::TooPlain,
        Self::Common,
        Self::Name,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password.too_short",
            Self::TooLong => "password.too_long",
            Self::TooPlain => "password.too_plain",
            Self::Common => "password.common",
            Self::Name => "password.name",
        }
    }

    /// Parameters of the sentence.
    pub fn arguments(self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooShort => Vec::from([("min", CHARACTERS_MIN.to_string())]),
            Self::TooLong => Vec::from([("max", CHARACTERS_MAX.to_string())]),
            Self::TooPlain | Self::Common | Self::Name => Vec::new(),
        }
    }
}

/// How old a password is against the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordAge {
    /// Good for a while.
    Fresh,
    /// Good for so many whole days more.
    EndsSoon(i64),
    /// Must be changed before anything else.
    Over,
}

impl PasswordRules {
    /// Everything that is wrong with a new password, in NFC. `names` are those around it, whole, as people
    /// write them.
    pub fn flaws<'a>(
        self,
        password: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Vec<PasswordFlaw> {
        let characters = password.chars().count();
        let is_plain = self.profile == PasswordProfile::Mlps && classes(password) < CLASSES_MIN;
        let folded = letters_of(password);
        let has_name = names
            .into_iter()
            .flat_map(fragments)
            .any(|name| folded.contains(&name));
        let flaws = [
            (characters < CHARACTERS_MIN, PasswordFlaw::TooShort),
            (characters > CHARACTERS_MAX, PasswordFlaw::TooLong),
            (is_plain, PasswordFlaw::TooPlain),
            (obvious::is_common(password), PasswordFlaw::Common),
            (has_name, PasswordFlaw::Name),
        ];
        flaws
            .into_iter()
            .filter_map(|(is_there, flaw)| is_there.then_some(flaw))
            .collect()
    }

    /// How old a password is that was last changed at `changed_at`; one that nobody knows the age of is young.
    pub fn age(self, changed_at: Option<OffsetDateTime>, now: OffsetDateTime) -> PasswordAge {
        let Some(changed_at) = changed_at.filter(|_| self.profile == PasswordProfile::Mlps) else {
            return PasswordAge::Fresh;
        };
        let left = changed_at + Duration::days(self.days_max.into()) - now;
        if left <= Duration::ZERO {
            PasswordAge::Over
        } else if left <= NOTICE {
            PasswordAge::EndsSoon(left.whole_days())
        } else {
            PasswordAge::Fresh
        }
    }
}

fn classes(password: &str) -> usize {
    let is_other =
        |letter: char| !letter.is_lowercase() && !letter.is_uppercase() && !letter.is_ascii_digit();
    [
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(|letter| letter.is_ascii_digit()),
        password.chars().any(is_other),
    ]
    .into_iter()
    .filter(|is_there| *is_there)
    .count()
}

/// Letters and digits alone, in lower case: `Green-Channel` is `greenchannel`.
fn letters_of(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A name as a whole, and each of its words.
fn fragments(name: &str) -> Vec<String> {
    let whole = core::iter::once(letters_of(name));
    let words = name
        .split(|letter: char| !letter.is_alphanumeric())
        .map(letters_of);
    let mut fragments: Vec<String> = whole
        .chain(words)
        .filter(|word| word.chars().count() >= NAME_CHARACTERS_MIN)
        .collect();
    fragments.sort();
    fragments.dedup();
    fragments
}

#[cfg(test)]
mod tests;
