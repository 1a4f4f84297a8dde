//! How much may leave: for each recipient, each domain, and in all.

use domain::{id::PersonId, pace::Pace};
use persistence::outbox::{Letter as Queued, LetterMatter};
use time::Duration;

/// How much may leave, over all replicas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Letters to one person. Codes and warnings of sign-ins do not count: they are waited for.
    pub person: Pace,
    /// Letters to one domain.
    pub domain: Pace,
    /// Letters in all.
    pub relay: Pace,
}

impl Default for Limits {
    /// Six an hour to a person, where the strictest provider found takes ten (Tencent SES). Twenty a second to
    /// a domain and in all: what the same provider takes from one account.
    fn default() -> Self {
        Self {
            person: Pace::new(6, Duration::HOUR),
            domain: Pace::new(20 * 60, Duration::MINUTE),
            relay: Pace::new(20 * 60, Duration::MINUTE),
        }
    }
}

/// The name under which the letters to a person are counted.
pub(super) fn person_name(person: PersonId) -> String {
    format!("person:{person}")
}

impl Limits {
    /// None: for replays, in which years go by in a minute.
    pub fn none() -> Self {
        let any = Pace::new(u32::MAX, Duration::SECOND);
        Self {
            person: any,
            domain: any,
            relay: any,
        }
    }

    /// What a letter to `address` counts under.
    pub(super) fn places(&self, queued: &Queued, address: &str) -> Vec<(String, Pace)> {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let mut places = vec![
            (format!("domain:{}", domain.to_lowercase()), self.domain),
            ("relay".to_owned(), self.relay),
        ];
        if is_counted(queued.matter) {
            places.push((person_name(queued.person), self.person));
        }
        places
    }
}

fn is_counted(matter: LetterMatter) -> bool {
    match matter {
        LetterMatter::SignInCode(_) | LetterMatter::NewDevice(_) => false,
        LetterMatter::Escalation(_)
        | LetterMatter::Notice(_)
        | LetterMatter::CalendarChanged(_)
        | LetterMatter::WebhookStopped(_)
        | LetterMatter::Digest
        | LetterMatter::Undelivered(_) => true,
    }
}
