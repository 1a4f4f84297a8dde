//! Tokens of programs and of people's own scripts: how long they are good, what they may do, and what
//! follows when a refresh token comes a second time.

use alloc::collections::BTreeSet;

use time::{Duration, OffsetDateTime};

use crate::access::{Actor, Role, Scopes};

/// After this a family of refresh tokens of staff ends, however often it was used: a working day and some.
pub const STAFF_FAMILY: Duration = Duration::hours(12);
/// The same for investors, who look in from time to time.
pub const INVESTOR_FAMILY: Duration = Duration::days(7);
/// How long a refresh token that was just used gets the same answer again: an answer may be lost on its
/// way. Longer, and somebody who copied it could use it unseen.
pub const GRACE: Duration = Duration::seconds(10);
/// The longest that a personal token, or one of a program, may be good: whoever needs it looks at it again
/// once a year.
pub const TOKEN_DAYS_MAX: u16 = 365;
/// Tokens that one person may have at a time; more are forgotten ones.
pub const PERSONAL_TOKENS_MAX: usize = 20;
/// How long a signing key signs.
pub const SIGNING_KEY: Duration = Duration::days(90);
/// How long the key before still counts: as long as the tokens that it signed, and clocks that differ.
pub const PREVIOUS_KEY: Duration = Duration::minutes(11);

/// A family of refresh tokens: one sign-in, and whatever was exchanged for another since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The generation of the refresh token that was given out last.
    pub generation: i64,
    /// Its absolute end.
    pub ends_at: OffsetDateTime,
    /// True once it was revoked.
    pub is_revoked: bool,
}

/// A refresh token that somebody presents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presented {
    /// Its generation.
    pub generation: i64,
    /// When it was exchanged for the next one, if it was.
    pub used_at: Option<OffsetDateTime>,
    /// True when the client is the one that exchanged it, as far as one can tell.
    pub is_same_client: bool,
}

/// What follows from presenting a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// It is exchanged for the next generation.
    Next,
    /// The answer was lost: the same successor goes out again, and nothing changes.
    Again,
    /// Somebody uses it a second time: the family is revoked, for one of the two has stolen it.
    Reused,
    /// The family has ended or was revoked.
    Over,
}

/// What follows from presenting `token` of `family` at `now`.
pub fn exchange(family: &Family, token: &Presented, now: OffsetDateTime) -> Exchange {
    if family.is_revoked || now >= family.ends_at {
        return Exchange::Over;
    }
    match token.used_at {
        None => Exchange::Next,
        Some(at) => {
            // As long as the successor is the newest, nobody has used it.
            let is_newest_used = token.generation.checked_add(1) == Some(family.generation);
            let is_fresh = now >= at && now - at <= GRACE;
            if is_newest_used && is_fresh && token.is_same_client {
                Exchange::Again
            } else {
                Exchange::Reused
            }
        }
    }
}

/// When the family of somebody who signs in at `now` ends.
pub fn family_end(actor: &Actor, now: OffsetDateTime) -> OffsetDateTime {
    let lifetime = if actor.is_staff() {
        STAFF_FAMILY
    } else {
        INVESTOR_FAMILY
    };
    now.saturating_add(lifetime)
}

/// True when the key that signs since `since` must be followed by the next one.
pub fn is_rotation_due(since: OffsetDateTime, now: OffsetDateTime) -> bool {
    now - since >= SIGNING_KEY
}

/// True while a key that was replaced at `since` still counts.
pub fn is_previous_good(since: OffsetDateTime, now: OffsetDateTime) -> bool {
    now - since < PREVIOUS_KEY
}

/// Whose rights a token carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// Those of the person who made it.
    Personal,
    /// Those of the roles that it was given: a program is nobody.
    Service,
}

impl TokenKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Personal, Self::Service];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Service => "service",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What stands before the secret, so that programs which look for leaked secrets know it.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Personal => "gc_pat_",
            Self::Service => "gc_svc_",
        }
    }
}

/// Why a token cannot be made as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenFlaw {
    /// A token that may do nothing.
    NoScope,
    /// A scope that its owner, or its roles, do not have.
    ScopeBeyondRights,
    /// A decision that somebody answers for in person.
    ScopeNeedsPerson,
    /// A program without a role has no right to anything.
    NoRole,
    /// Administrators and investors are people.
    RoleNeedsPerson,
    /// It would end at once, or be good for more than a year.
    Lifetime,
}

impl TokenFlaw {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoScope => "token.no_scope",
            Self::ScopeBeyondRights => "token.scope_beyond_rights",
            Self::ScopeNeedsPerson => "token.scope_needs_person",
            Self::NoRole => "token.no_role",
            Self::RoleNeedsPerson => "token.role_needs_person",
            Self::Lifetime => "token.lifetime",
        }
    }

    /// The field that it is about.
    pub fn field(self) -> &'static str {
        match self {
            Self::NoScope | Self::ScopeBeyondRights | Self::ScopeNeedsPerson => "scopes",
            Self::NoRole | Self::RoleNeedsPerson => "roles",
            Self::Lifetime => "days",
        }
    }
}

/// Every flaw of a token that `owner` would have: a person, or for [`TokenKind::Service`] the roles.
pub fn flaws(kind: TokenKind, owner: &Actor, scopes: &Scopes, days: u16) -> BTreeSet<TokenFlaw> {
    let mut flaws = BTreeSet::new();
    if scopes.is_empty() {
        flaws.insert(TokenFlaw::NoScope);
    }
    if scopes.iter().any(|&scope| !owner.may(scope)) {
        flaws.insert(TokenFlaw::ScopeBeyondRights);
    }
    if scopes.iter().any(|scope| scope.needs_a_person()) {
        flaws.insert(TokenFlaw::ScopeNeedsPerson);
    }
    if kind == TokenKind::Service {
        if owner.roles.is_empty() {
            flaws.insert(TokenFlaw::NoRole);
        }
        let is_for_people = |role: &Role| role.is_administrator() || *role == Role::Investor;
        if owner.roles.iter().any(is_for_people) {
            flaws.insert(TokenFlaw::RoleNeedsPerson);
        }
    }
    if days == 0 || days > TOKEN_DAYS_MAX {
        flaws.insert(TokenFlaw::Lifetime);
    }
    flaws
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::{access::Permission, sample};

    const NOW: OffsetDateTime = datetime!(2026-03-02 09:00 +8);

    /// Generation and age of the use in seconds, same client, then what follows; the family is at 3.
    #[test]
    fn a_refresh_token_is_exchanged_once_and_a_lost_answer_is_given_again() {
        let family = Family {
            generation: 3,
            ends_at: NOW + Duration::hours(1),
            is_revoked: false,
        };
        let cases = [
            (3, None, false, Exchange::Next),
            (3, None, true, Exchange::Next),
            (2, Some(0), true, Exchange::Again),
            (2, Some(10), true, Exchange::Again),
            (2, Some(11), true, Exchange::Reused),
            (2, Some(0), false, Exchange::Reused),
            // A clock that went back proves nothing.
            (2, Some(-1), true, Exchange::Reused),
            // Its successor was used: the client has had its answer.
            (1, Some(0), true, Exchange::Reused),
            (1, Some(9_000), true, Exchange::Reused),
        ];
        for (generation, age, is_same_client, expected) in cases {
            let token = Presented {
                generation,
                used_at: age.map(|seconds| NOW - Duration::seconds(seconds)),
                is_same_client,
            };
            assert_eq!(exchange(&family, &token, NOW), expected, "{token:?}");
            let over = Family {
                is_revoked: true,
                ..family
            };
            assert_eq!(exchange(&over, &token, NOW), Exchange::Over);
            assert_eq!(exchange(&family, &token, family.ends_at), Exchange::Over);
        }
    }

    fn actor(roles: &[Role]) -> Actor {
        Actor::new(sample::OFFICER, roles.iter().copied().collect(), None)
    }

    #[test]
    fn a_family_of_staff_ends_after_half_a_day_and_one_of_an_investor_after_a_week() {
        let ends = |roles: &[Role]| family_end(&actor(roles), NOW) - NOW;
        assert_eq!(ends(&[Role::Officer]), Duration::hours(12));
        assert_eq!(ends(&[Role::Investor, Role::Leader]), Duration::hours(12));
        assert_eq!(ends(&[Role::Investor]), Duration::days(7));
    }

    #[test]
    fn a_key_signs_for_ninety_days_and_counts_as_long_as_its_tokens() {
        assert!(!is_rotation_due(
            NOW,
            NOW + Duration::days(90) - Duration::SECOND
        ));
        assert!(is_rotation_due(NOW, NOW + Duration::days(90)));
        assert!(is_previous_good(NOW, NOW + Duration::minutes(10)));
        assert!(!is_previous_good(NOW, NOW + Duration::minutes(11)));
    }

    type Asked<'a> = (&'a [Role], &'a [Permission], u16);

    fn check(kind: TokenKind, (roles, scopes, days): Asked<'_>, expected: &[TokenFlaw]) {
        let scopes = scopes.iter().copied().collect();
        let found = flaws(kind, &actor(roles), &scopes, days);
        let expected = expected.iter().copied().collect();
        assert_eq!(found, expected, "{kind:?} {roles:?} {scopes:?} {days}");
    }

    #[test]
    fn a_personal_token_is_never_made_with_more_than_its_owner_has() {
        use Permission::{DecideCard, ManageTokens, NoteProgress, ReadBoard, ReadProject};
        use TokenFlaw::{Lifetime, NoScope, ScopeBeyondRights, ScopeNeedsPerson};
        let check = |roles: &[Role], scopes: &[Permission], days, expected: &[TokenFlaw]| {
            check(TokenKind::Personal, (roles, scopes, days), expected);
        };
        let officer = &[Role::Officer];
        check(officer, &[ReadProject, NoteProgress], 365, &[]);
        check(officer, &[], 1, &[NoScope]);
        check(officer, &[ReadBoard], 1, &[ScopeBeyondRights]);
        check(officer, &[ReadProject], 0, &[Lifetime]);
        check(officer, &[ReadProject], 366, &[Lifetime]);
        let decides = &[Role::EfficacyOffice];
        check(decides, &[DecideCard], 1, &[ScopeNeedsPerson]);
        let manages = &[Role::SecurityAdministrator];
        check(manages, &[ManageTokens], 1, &[ScopeNeedsPerson]);
    }

    #[test]
    fn a_program_has_the_rights_of_roles_that_are_not_for_people_alone() {
        use Permission::{ReadBoard, ReadProject, RunSweep};
        use TokenFlaw::{NoRole, RoleNeedsPerson, ScopeBeyondRights};
        let check = |roles: &[Role], scopes: &[Permission], days, expected: &[TokenFlaw]| {
            check(TokenKind::Service, (roles, scopes, days), expected);
        };
        check(&[Role::Supervisor], &[ReadBoard], 365, &[]);
        check(&[], &[ReadBoard], 1, &[ScopeBeyondRights, NoRole]);
        check(&[Role::Investor], &[ReadProject], 1, &[RoleNeedsPerson]);
        let administrator = &[Role::SystemAdministrator];
        check(administrator, &[RunSweep], 1, &[RoleNeedsPerson]);
    }
}
