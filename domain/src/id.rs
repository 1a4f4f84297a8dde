//! Identifiers: one newtype per noun, printed as `prj_` plus the UUID in Crockford base32.

use alloc::string::String;
use core::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::code::crockford;

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedId {
    /// The prefix that was expected, without the underscore.
    pub expected_prefix: &'static str,
}

impl fmt::Display for MalformedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not an identifier of the form {}_...",
            self.expected_prefix
        )
    }
}

impl core::error::Error for MalformedId {}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// Display and `FromStr` use the prefixed form; `serde` uses the bare UUID, because stored
        /// documents and database keys hold the UUID.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The prefix of the printed form, without the underscore.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Self::PREFIX)?;
                f.write_str("_")?;
                crockford::write_id(f, self.0.as_u128())
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                text.split_once('_')
                    .filter(|(prefix, _)| *prefix == Self::PREFIX)
                    .and_then(|(_, digits)| crockford::decode_id(digits))
                    .map(|bits| Self(Uuid::from_u128(bits)))
                    .ok_or(MalformedId { expected_prefix: Self::PREFIX })
            }
        }
    )*};
}

identifiers! {
    /// A development zone, the tenant.
    ZoneId = "zon";
    /// A unit of the zone: department, resident agency, utility, office or committee.
    UnitId = "unt";
    /// A person with an account or a mail address.
    PersonId = "per";
    /// An investment project.
    ProjectId = "prj";
    /// A stage of a project.
    StageId = "stg";
    /// A rung that fired.
    AlertId = "alr";
    /// A letter in the outbox.
    LetterId = "ltr";
    /// A line of the record.
    EventId = "evt";
    /// A calendar that somebody proposes.
    ProposalId = "cpr";
    /// A card that was issued for a missed promise.
    CardId = "crd";
    /// An address under which due dates are fetched.
    CalendarFeedId = "cfd";
    /// An address to which events are sent.
    WebhookId = "whk";
    /// One event for one such address.
    DeliveryId = "dlv";
    /// A personal token or one of a program.
    TokenId = "tok";
    /// What one sign-in over the API has given: an access token and the refresh tokens after it.
    FamilyId = "tfm";
    /// A company that invests.
    CompanyId = "cmp";
    /// Days on which a person is away.
    AbsenceId = "abs";
    /// A file of units or people that somebody brings in.
    ImportId = "imp";
    /// Long work that the worker does.
    JobId = "job";
    /// A sign-in that is under way.
    AttemptId = "att";
    /// Somebody who is signed in, on one device.
    SessionId = "ses";
    /// A browser that somebody has signed in with.
    DeviceId = "dev";
}

/// The printed form of an identifier as an owned text.
pub fn printed(id: impl fmt::Display) -> String {
    alloc::format!("{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_printing_and_reading() {
        for bits in [0, 1, u128::MAX, 0x0192_f1d0_1234_7abc_8def_0123_4567_89ab] {
            let id = ProjectId(Uuid::from_u128(bits));
            assert_eq!(printed(id).parse(), Ok(id));
            assert_eq!(printed(id).to_lowercase().parse(), Ok(id));
        }
    }

    #[test]
    fn an_identifier_of_another_kind_or_length_is_refused() {
        let stage = printed(StageId(Uuid::from_u128(7)));
        assert!(stage.parse::<ProjectId>().is_err());
        for text in [
            "",
            "prj_",
            "prj_1",
            "prj_ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "prj_00000000000000000000000U00",
        ] {
            assert!(text.parse::<ProjectId>().is_err(), "{text}");
        }
    }
}
