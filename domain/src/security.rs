//! Security events: what the zone's security record tells of accounts, rights and secrets.
//!
//! Apart from the record of projects: its readers are auditors, and its lines outlive accounts. S08.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
};

use crate::id::PersonId;

/// What happened to an account, a right or a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecurityAct {
    /// Somebody signed in, or tried to.
    SignIn,
    /// Somebody signed out.
    SignOut,
    /// Somebody was given an account.
    PersonAdded,
    /// Somebody has guessed too often; the door stays shut for a while.
    SignInLocked,
    /// Somebody has set up an authenticator.
    SecondFactorSet,
    /// A security administrator asks for somebody's authenticator to be taken away.
    SecondFactorResetAsked,
    /// A second one has agreed: the authenticator is gone.
    SecondFactorReset,
    /// Somebody signed in with a recovery code.
    RecoveryCodeUsed,
    /// Sessions were ended by their owner or an administrator.
    SessionEnded,
    /// Somebody changed the own password.
    PasswordChanged,
    /// A one-time setup token made an account.
    SetupUsed,
}

impl SecurityAct {
    /// Every act.
    pub const ALL: [Self; 11] = [
        Self::SignIn,
        Self::SignOut,
        Self::PersonAdded,
        Self::SignInLocked,
        Self::SecondFactorSet,
        Self::SecondFactorResetAsked,
        Self::SecondFactorReset,
        Self::RecoveryCodeUsed,
        Self::SessionEnded,
        Self::PasswordChanged,
        Self::SetupUsed,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignOut => "sign_out",
            Self::PersonAdded => "person.added",
            Self::SignInLocked => "sign_in.locked",
            Self::SecondFactorSet => "second_factor.set",
            Self::SecondFactorResetAsked => "second_factor.reset_asked",
            Self::SecondFactorReset => "second_factor.reset",
            Self::RecoveryCodeUsed => "recovery_code.used",
            Self::SessionEnded => "session.ended",
            Self::PasswordChanged => "password.changed",
            Self::SetupUsed => "setup.used",
        }
    }

    /// The act of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

/// Whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused; nothing changed.
    Refused,
}

impl Outcome {
    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The outcome of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Done, Self::Refused]
            .into_iter()
            .find(|outcome| outcome.code() == code)
    }
}

/// One line of the security record, before it gets its number and its place in the chain.
///
/// Names, mail addresses, telephone numbers, logins and secrets have no place in it: people are named by
/// key, whose name can be forgotten while the chain stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityEvent {
    /// What happened.
    pub act: SecurityAct,
    /// Whether it was done.
    pub outcome: Outcome,
    /// Who did it; `None` for a stranger or the system.
    pub actor: Option<PersonId>,
    /// To what or whom, as a printed identifier.
    pub object: Option<String>,
    /// From which network address.
    pub address: Option<String>,
    /// What else an auditor needs, by name.
    pub detail: BTreeMap<String, String>,
}

impl SecurityEvent {
    /// Something that was done by `actor`.
    pub fn done(act: SecurityAct, actor: Option<PersonId>) -> Self {
        Self {
            act,
            outcome: Outcome::Done,
            actor,
            object: None,
            address: None,
            detail: BTreeMap::new(),
        }
    }

    /// Something that was refused to `actor`.
    pub fn refused(act: SecurityAct, actor: Option<PersonId>) -> Self {
        Self {
            outcome: Outcome::Refused,
            ..Self::done(act, actor)
        }
    }

    /// The same, done to `object`.
    #[must_use]
    pub fn on(self, object: impl core::fmt::Display) -> Self {
        Self {
            object: Some(object.to_string()),
            ..self
        }
    }

    /// The same, from `address`; an empty one is none.
    #[must_use]
    pub fn from(self, address: &str) -> Self {
        Self {
            address: Some(address.to_string()).filter(|address| !address.is_empty()),
            ..self
        }
    }

    /// The same, with a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl core::fmt::Display) -> Self {
        self.detail.insert(name.to_string(), value.to_string());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_a_code_of_its_own() {
        for act in SecurityAct::ALL {
            assert_eq!(SecurityAct::of_code(act.code()), Some(act));
        }
        for outcome in [Outcome::Done, Outcome::Refused] {
            assert_eq!(Outcome::of_code(outcome.code()), Some(outcome));
        }
        assert_eq!(SecurityAct::of_code("unheard_of"), None);
    }
}
