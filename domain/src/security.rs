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
    /// Somebody wanted what their roles do not allow; counted by person and minute.
    AccessDenied,
    /// Somebody asked for what is not there or not theirs; counted by person and minute.
    AccessHidden,
    /// Somebody asked too often; counted by person or address and minute.
    QuotaHit,
    /// Somebody proposed another working calendar.
    CalendarProposed,
    /// Somebody approved a working calendar.
    CalendarApproved,
    /// Somebody rejected a working calendar.
    CalendarRejected,
    /// Somebody read the security record; counted by person and minute.
    AuditViewed,
    /// Somebody took the security record away.
    AuditExported,
    /// Somebody made an address under which due dates are fetched.
    CalendarFeedAdded,
    /// Somebody ended one.
    CalendarFeedRevoked,
    /// Somebody asks for events to be sent to an address.
    WebhookAdded,
    /// A system administrator says that events may be sent there.
    WebhookApproved,
    /// An address was held back, let go on or taken away; the detail says which.
    WebhookChanged,
    /// An address got another secret.
    WebhookSecretChanged,
    /// Somebody signed in over the API: a family of tokens began.
    TokenGranted,
    /// A refresh token came a second time; its family ended.
    TokenReused,
    /// A family, a personal token or one of a program was revoked.
    TokenRevoked,
    /// A personal token, or one of a program, was made.
    TokenMade,
    /// The key that signs access tokens was replaced.
    SigningKeyRotated,
    /// A key that had signed access tokens was removed.
    SigningKeyRemoved,
    /// An account was changed.
    PersonChanged,
    /// Somebody was made something else to the zone.
    RolesChanged,
    /// An account was closed.
    PersonDeactivated,
    /// An account was opened again.
    PersonReactivated,
    /// Somebody was named who stands in.
    DeputyChanged,
    /// Days on which somebody is away were entered, ended early or taken back.
    AbsenceChanged,
    /// A unit was added, renamed or closed.
    UnitChanged,
    /// A company was added or changed.
    CompanyChanged,
    /// A file of units or people was brought in.
    ImportCommitted,
    /// Somebody took away all that the zone has, but for its secrets.
    ZoneExported,
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
    /// An account was connected with a subject of the identity provider.
    OidcLinked,
    /// An account and the identity provider have nothing to do with each other any more.
    OidcUnlinked,
}

impl SecurityAct {
    /// Every act.
    pub const ALL: [Self; 43] = [
        Self::SignIn,
        Self::SignOut,
        Self::PersonAdded,
        Self::AccessDenied,
        Self::AccessHidden,
        Self::QuotaHit,
        Self::CalendarProposed,
        Self::CalendarApproved,
        Self::CalendarRejected,
        Self::AuditViewed,
        Self::AuditExported,
        Self::CalendarFeedAdded,
        Self::CalendarFeedRevoked,
        Self::WebhookAdded,
        Self::WebhookApproved,
        Self::WebhookChanged,
        Self::WebhookSecretChanged,
        Self::TokenGranted,
        Self::TokenReused,
        Self::TokenRevoked,
        Self::TokenMade,
        Self::SigningKeyRotated,
        Self::SigningKeyRemoved,
        Self::PersonChanged,
        Self::RolesChanged,
        Self::PersonDeactivated,
        Self::PersonReactivated,
        Self::DeputyChanged,
        Self::AbsenceChanged,
        Self::UnitChanged,
        Self::CompanyChanged,
        Self::ImportCommitted,
        Self::ZoneExported,
        Self::SignInLocked,
        Self::SecondFactorSet,
        Self::SecondFactorResetAsked,
        Self::SecondFactorReset,
        Self::RecoveryCodeUsed,
        Self::SessionEnded,
        Self::PasswordChanged,
        Self::SetupUsed,
        Self::OidcLinked,
        Self::OidcUnlinked,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignOut => "sign_out",
            Self::PersonAdded => "person.added",
            Self::AccessDenied => "access.denied",
            Self::AccessHidden => "access.hidden",
            Self::QuotaHit => "quota.hit",
            Self::CalendarProposed => "calendar.proposed",
            Self::CalendarApproved => "calendar.approved",
            Self::CalendarRejected => "calendar.rejected",
            Self::AuditViewed => "audit.viewed",
            Self::AuditExported => "audit.exported",
            Self::CalendarFeedAdded => "calendar_feed.added",
            Self::CalendarFeedRevoked => "calendar_feed.revoked",
            Self::WebhookAdded => "webhook.added",
            Self::WebhookApproved => "webhook.approved",
            Self::WebhookChanged => "webhook.changed",
            Self::WebhookSecretChanged => "webhook.secret_changed",
            Self::TokenGranted => "token.granted",
            Self::TokenReused => "token.reused",
            Self::TokenRevoked => "token.revoked",
            Self::TokenMade => "token.made",
            Self::SigningKeyRotated => "signing_key.rotated",
            Self::SigningKeyRemoved => "signing_key.removed",
            Self::PersonChanged => "person.changed",
            Self::RolesChanged => "person.roles_changed",
            Self::PersonDeactivated => "person.deactivated",
            Self::PersonReactivated => "person.reactivated",
            Self::DeputyChanged => "person.deputy_changed",
            Self::AbsenceChanged => "person.absence_changed",
            Self::UnitChanged => "unit.changed",
            Self::CompanyChanged => "company.changed",
            Self::ImportCommitted => "import.committed",
            Self::ZoneExported => "zone.exported",
            Self::SignInLocked => "sign_in.locked",
            Self::SecondFactorSet => "second_factor.set",
            Self::SecondFactorResetAsked => "second_factor.reset_asked",
            Self::SecondFactorReset => "second_factor.reset",
            Self::RecoveryCodeUsed => "recovery_code.used",
            Self::SessionEnded => "session.ended",
            Self::PasswordChanged => "password.changed",
            Self::SetupUsed => "setup.used",
            Self::OidcLinked => "oidc.linked",
            Self::OidcUnlinked => "oidc.unlinked",
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
