//! A sign-in under way: what is still wanted, how long, and how often one may try.

use alloc::string::String;

use time::{Duration, OffsetDateTime};

use crate::id::{AttemptId, PersonId};

/// Wrong answers after which an attempt is over, the right one included.
pub const ANSWERS_MAX: u32 = 5;
/// How long the code in a mail is good (ASVS 6.5.5: at most ten minutes).
pub const CODE_AGE_MAX: Duration = Duration::minutes(10);
/// How long the link in the same mail is good: mail is slower than people.
pub const LINK_AGE_MAX: Duration = Duration::minutes(15);
/// How long somebody may take to type a code or a new password.
const STEP_AGE_MAX: Duration = Duration::minutes(10);
/// How long somebody may be away at the identity provider, which may want a second factor of its own.
const PROVIDER_AGE_MAX: Duration = Duration::minutes(10);
/// How long somebody may take to set up an authenticator, and to put the recovery codes away.
const ENROL_AGE_MAX: Duration = Duration::minutes(30);

/// What an attempt waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Awaited {
    /// The code or the link of a mail.
    Mail,
    /// A code of the authenticator, or a recovery code.
    SecondFactor,
    /// The first code of a new authenticator.
    Enrolment,
    /// A new password in place of one that has become too old.
    NewPassword,
    /// What the identity provider says of somebody who signs in there, or proves once more who it is.
    Provider,
    /// The same of somebody who connects the own account with it.
    ProviderLink,
}

impl Awaited {
    /// Everything that an attempt may wait for.
    pub const ALL: [Self; 6] = [
        Self::Mail,
        Self::SecondFactor,
        Self::Enrolment,
        Self::NewPassword,
        Self::Provider,
        Self::ProviderLink,
    ];

    /// The stable code, as stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::SecondFactor => "second_factor",
            Self::Enrolment => "enrolment",
            Self::NewPassword => "new_password",
            Self::Provider => "provider",
            Self::ProviderLink => "provider_link",
        }
    }

    /// What a code says.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|awaited| awaited.code() == code)
    }

    /// How long an attempt waits for it.
    pub fn lifetime(self) -> Duration {
        match self {
            Self::Mail => LINK_AGE_MAX,
            Self::SecondFactor | Self::NewPassword => STEP_AGE_MAX,
            Self::Enrolment => ENROL_AGE_MAX,
            Self::Provider | Self::ProviderLink => PROVIDER_AGE_MAX,
        }
    }
}

/// A sign-in under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Key. Not a secret; what proves possession is derived from it under a key of the deployment.
    pub id: AttemptId,
    /// Who wants to sign in; `None` where there is no such account, which nobody may notice.
    pub person: Option<PersonId>,
    /// What is still wanted.
    pub awaited: Awaited,
    /// Wrong answers so far.
    pub wrong: u32,
    /// When it began to wait for this.
    pub created_at: OffsetDateTime,
    /// When it was used up.
    pub used_at: Option<OffsetDateTime>,
    /// Where to go afterwards, a path of ours.
    pub next: String,
    /// When the identity provider saw it proved, where it was the provider that did.
    pub vouched_at: Option<OffsetDateTime>,
}

/// Why an attempt takes no answer any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Too old.
    Expired,
    /// Used before.
    Used,
    /// Too many wrong answers.
    Void,
}

impl Attempt {
    /// When it ends by itself.
    pub fn expires_at(&self) -> OffsetDateTime {
        self.created_at + self.awaited.lifetime()
    }

    /// Whether it still takes a typed answer.
    pub fn takes_answer(&self, now: OffsetDateTime) -> Result<(), Over> {
        let age_max = match self.awaited {
            Awaited::Mail => CODE_AGE_MAX,
            Awaited::SecondFactor
            | Awaited::Enrolment
            | Awaited::NewPassword
            | Awaited::Provider
            | Awaited::ProviderLink => self.awaited.lifetime(),
        };
        self.is_open(now, age_max)
    }

    /// Whether it still takes the link of its mail. Wrong codes on another device do not spoil the link: nobody
    /// can guess it.
    pub fn takes_link(&self, now: OffsetDateTime) -> Result<(), Over> {
        if self.used_at.is_some() {
            Err(Over::Used)
        } else if self.awaited != Awaited::Mail || now >= self.created_at + LINK_AGE_MAX {
            Err(Over::Expired)
        } else {
            Ok(())
        }
    }

    fn is_open(&self, now: OffsetDateTime, age_max: Duration) -> Result<(), Over> {
        if self.used_at.is_some() {
            Err(Over::Used)
        } else if self.wrong >= ANSWERS_MAX {
            Err(Over::Void)
        } else if now >= self.created_at + age_max {
            Err(Over::Expired)
        } else {
            Ok(())
        }
    }
}

/// How somebody stands to the second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// Has none and needs none.
    Unneeded,
    /// Has none and must set one up.
    Missing,
    /// Has one and has not proved it yet.
    Held,
    /// Has proved one in this sign-in.
    Proved,
}

impl Second {
    /// How somebody stands who has proved none yet. Whoever has one is asked for it; those who work in or for
    /// the zone must have one where that is required.
    pub fn of(is_staff: bool, is_required: bool, has_one: bool) -> Self {
        match (has_one, is_staff && is_required) {
            (true, _) => Self::Held,
            (false, true) => Self::Missing,
            (false, false) => Self::Unneeded,
        }
    }
}

/// What is known of somebody who has proved something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The second factor.
    pub second: Second,
    /// True when the password must be changed before anything else.
    pub is_password_over: bool,
}

/// What comes next on the way in; `None` when nothing is wanted any more.
pub fn still_awaited(standing: Standing) -> Option<Awaited> {
    match standing.second {
        Second::Held => Some(Awaited::SecondFactor),
        Second::Missing => Some(Awaited::Enrolment),
        Second::Unneeded | Second::Proved => {
            standing.is_password_over.then_some(Awaited::NewPassword)
        }
    }
}

/// Whether a one-time code of a time step may be taken: it must be newer than every one taken before, so that
/// a code that somebody looked at is worth nothing (RFC 6238, section 5.2).
pub fn is_fresh_step(step: i64, last: Option<i64>) -> bool {
    last.is_none_or(|last| step > last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn attempt(awaited: Awaited) -> Attempt {
        Attempt {
            id: AttemptId(uuid::Uuid::from_u128(1)),
            person: None,
            awaited,
            wrong: 0,
            created_at: NOON,
            used_at: None,
            next: String::new(),
            vouched_at: None,
        }
    }

    #[test]
    fn the_code_of_a_mail_is_good_for_ten_minutes_and_its_link_for_fifteen() {
        let mail = attempt(Awaited::Mail);
        let after = |minutes| NOON + Duration::minutes(minutes);
        assert_eq!(mail.takes_answer(after(10) - Duration::SECOND), Ok(()));
        assert_eq!(mail.takes_answer(after(10)), Err(Over::Expired));
        assert_eq!(mail.takes_link(after(15) - Duration::SECOND), Ok(()));
        assert_eq!(mail.takes_link(after(15)), Err(Over::Expired));
    }

    #[test]
    fn five_wrong_answers_make_the_right_one_worthless() {
        for awaited in Awaited::ALL {
            let mut attempt = attempt(awaited);
            attempt.wrong = 4;
            assert_eq!(attempt.takes_answer(NOON), Ok(()));
            attempt.wrong = 5;
            assert_eq!(attempt.takes_answer(NOON), Err(Over::Void));
            attempt.used_at = Some(NOON);
            assert_eq!(attempt.takes_answer(NOON), Err(Over::Used));
        }
    }

    #[test]
    fn only_a_mail_has_a_link_and_it_works_once() {
        for awaited in Awaited::ALL {
            let fits = awaited == Awaited::Mail;
            assert_eq!(
                attempt(awaited).takes_link(NOON).is_ok(),
                fits,
                "{awaited:?}"
            );
        }
        let mut used = attempt(Awaited::Mail);
        used.used_at = Some(NOON);
        assert_eq!(used.takes_link(NOON), Err(Over::Used));
        let mut guessed_at = attempt(Awaited::Mail);
        guessed_at.wrong = 5;
        assert_eq!(guessed_at.takes_link(NOON), Ok(()));
    }

    /// Staff, second factor required, has one, has proved it, password over: what comes next.
    #[test]
    fn the_way_in_asks_for_everything_that_is_wanted_and_no_more() {
        use Awaited::{Enrolment, NewPassword, SecondFactor};
        let (y, n) = (true, false);
        let table = [
            (y, y, n, n, n, Some(Enrolment)),
            (y, y, n, n, y, Some(Enrolment)),
            (y, y, y, n, y, Some(SecondFactor)),
            (y, n, y, n, n, Some(SecondFactor)),
            (y, n, n, n, n, None),
            (y, n, n, n, y, Some(NewPassword)),
            (y, y, y, y, y, Some(NewPassword)),
            (y, y, y, y, n, None),
            (n, y, n, n, n, None),
            (n, y, y, n, n, Some(SecondFactor)),
            (n, y, n, n, y, Some(NewPassword)),
        ];
        for (is_staff, required, has, proved, over, next) in table {
            let standing = Standing {
                second: if proved {
                    Second::Proved
                } else {
                    Second::of(is_staff, required, has)
                },
                is_password_over: over,
            };
            assert_eq!(still_awaited(standing), next, "{standing:?}");
        }
    }

    #[test]
    fn a_step_is_taken_once_and_none_before_it() {
        assert!(is_fresh_step(7, None));
        assert!(is_fresh_step(8, Some(7)));
        assert!(!is_fresh_step(7, Some(7)));
        assert!(!is_fresh_step(6, Some(7)));
    }

    #[test]
    fn what_is_awaited_has_its_code() {
        for awaited in Awaited::ALL {
            assert_eq!(Awaited::of_code(awaited.code()), Some(awaited));
        }
        assert_eq!(Awaited::of_code("nothing"), None);
    }
}
