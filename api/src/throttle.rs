//! Doors at which one may guess: passwords, codes and query codes. The counting is done by
//! [`usecase::guess`](crate::usecase::guess), in the database, so that replicas share it.

use domain::{
    guess::GuessLimit,
    id::{AttemptId, PersonId},
};

use crate::whence::Whence;

/// What is guessed at, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// What is guessed at.
    pub(crate) thing: String,
    /// Whose it is, where it is somebody's. For a browser that this person has signed in with before, the door
    /// is one of its own: strangers cannot shut it.
    pub(crate) owner: Option<PersonId>,
    /// From where.
    pub(crate) whence: Whence,
    /// One more door that counts tries from everywhere.
    pub(crate) anywhere: Option<GuessLimit>,
}

impl Door {
    /// A sign-in for a login, which may be nobody's.
    pub fn sign_in(whence: &Whence, login: &str, owner: Option<PersonId>) -> Self {
        Self {
            thing: format!("login:{}", login.trim()),
            owner,
            whence: whence.clone(),
            anywhere: None,
        }
    }

    /// A query code for a project.
    pub fn query_code(whence: &Whence, code: &str) -> Self {
        Self {
            thing: format!("code:{}", code.trim().to_uppercase()),
            owner: None,
            whence: whence.clone(),
            anywhere: None,
        }
    }

    /// A letter to a mail address, which may be nobody's.
    pub fn mail(whence: &Whence, mail: &str, owner: Option<PersonId>) -> Self {
        Self {
            thing: format!("mail:{}", mail.trim().to_lowercase()),
            owner,
            whence: whence.clone(),
            anywhere: None,
        }
    }

    /// A code of a letter.
    pub fn mail_code(whence: &Whence, attempt: AttemptId) -> Self {
        Self {
            thing: format!("mail-code:{attempt}"),
            owner: None,
            whence: whence.clone(),
            anywhere: None,
        }
    }

    /// A code of somebody's authenticator, or a recovery code. Only who has proved something comes here.
    pub fn second_factor(whence: &Whence, owner: PersonId) -> Self {
        Self {
            thing: format!("second:{owner}"),
            owner: Some(owner),
            whence: whence.clone(),
            anywhere: Some(GuessLimit::SECOND_FACTOR),
        }
    }

    /// An answer of the identity provider. Nobody can guess one; counted is how often an address brings a wrong one.
    pub fn provider(whence: &Whence, attempt: AttemptId) -> Self {
        Self {
            thing: format!("provider:{attempt}"),
            owner: None,
            whence: whence.clone(),
            anywhere: None,
        }
    }

    /// A setup token.
    pub fn setup(whence: &Whence) -> Self {
        Self {
            thing: "setup".to_owned(),
            owner: None,
            whence: whence.clone(),
            anywhere: None,
        }
    }
}
