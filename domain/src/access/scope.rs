//! Permissions by their codes, and which of them a program may hold.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString as _},
};
use core::fmt;

use serde::{
    Deserialize as _, Serialize as _,
    de::{IntoDeserializer as _, value},
};

use super::{Actor, Permission};

/// What a token may be used for: no right beyond these, whatever its owner may do.
pub type Scopes = BTreeSet<Permission>;

/// A permission as it is stored and sent: there is one list of names, that of `serde`.
struct Coded(Permission);

impl fmt::Display for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

impl Permission {
    /// The stable code, as stored and sent: `read_project`.
    pub fn code(self) -> String {
        Coded(self).to_string()
    }

    /// The permission of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        let reader: value::StrDeserializer<'_, value::Error> = code.into_deserializer();
        Self::deserialize(reader).ok()
    }

    /// True for what changes nothing.
    pub(super) fn is_reading(self) -> bool {
        matches!(
            self,
            Self::ReadProject | Self::ReadInternal | Self::ReadDesk | Self::ReadBoard
        )
    }

    /// True for decisions that somebody answers for in person. A program may prepare them, never take them.
    pub fn needs_a_person(self) -> bool {
        matches!(
            self,
            Self::AnswerStop
                | Self::ReviewStop
                | Self::DecideExtension
                | Self::AcknowledgeAlert
                | Self::ProposeCalendar
                | Self::ApproveCalendar
                | Self::AppealCard
                | Self::DecideCard
                | Self::ManageTokens
        )
    }
}

impl Actor {
    /// True when the token at hand is good for this; somebody who signed in has no token to ask.
    pub(super) fn is_in_scope(&self, permission: Permission) -> bool {
        let scopes = self.scopes.as_ref();
        scopes.is_none_or(|scopes| scopes.contains(&permission))
    }
}
