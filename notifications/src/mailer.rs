//! Handing a letter's bytes on, and saying exactly what became of it.
//!
//! A letter can be sent twice for one reason only: nobody knows whether the relay took it. So the mailer
//! speaks SMTP step by step and knows at each failure whether the body's end had left: before it,
//! nothing was delivered; after it, only a reply can tell.

use std::sync::{Arc, Mutex, PoisonError};

use time::Duration;

pub use self::{
    folder::Folder,
    settings::{Login, Security, SmtpFlaw, SmtpSettings, Timeouts},
    smtp::Smtp,
    verdict::{Verdict, judge},
};
use crate::mime::{has_bare_line_end, parse_address};

mod folder;
mod settings;
mod smtp;
#[cfg(test)]
mod tests;
mod verdict;

/// Where letters go.
pub enum Mailer {
    /// To a relay.
    Smtp(Box<Smtp>),
    /// Into a directory, for demonstrations.
    Folder(Folder),
    /// Into memory, for tests and replays.
    Memory(Memory),
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The relay took it.
    Accepted {
        /// What the relay said, with its code.
        reply: String,
    },
    /// Not sent, and certainly so; a later attempt may work.
    Retry {
        /// What the relay said, or what failed.
        reason: String,
        /// How far it had come.
        at_phase: Phase,
        /// The relay or mailbox asks for fewer letters (rate or quota): its bucket is closed for a
        /// while, and the letter's attempt does not count.
        is_throttled: bool,
    },
    /// Not sent, and no later attempt will work: the letter is dead, its recipient needs a substitute.
    Refused {
        /// What the relay said, or what is wrong with the letter.
        reason: String,
    },
    /// Not sent because the relay cannot be used at all. No letter's attempt counts.
    RelayDown {
        /// What the relay said, or what failed.
        reason: String,
    },
    /// The whole letter left and no reply came: nobody knows.
    Ambiguous {
        /// What failed.
        reason: String,
    },
    /// `intent` said no; not one byte of the letter left.
    Aborted,
}

/// How far a letter has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Connecting, greeting, EHLO, and the handshake where TLS comes first.
    Connect,
    /// STARTTLS and the handshake after it.
    StartTls,
    /// Signing in.
    Auth,
    /// MAIL FROM: the relay looks at the sender.
    MailFrom,
    /// RCPT TO: the relay looks at the recipient.
    RcptTo,
    /// DATA, before any byte of the letter.
    Data,
    /// The letter itself, before its final dot.
    Body,
    /// The final dot has left.
    FinalReply,
}

impl Phase {
    /// The word for logs and for the record of attempts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::StartTls => "starttls",
            Self::Auth => "auth",
            Self::MailFrom => "mail_from",
            Self::RcptTo => "rcpt_to",
            Self::Data => "data",
            Self::Body => "body",
            Self::FinalReply => "final_reply",
        }
    }
}

impl Mailer {
    /// Sends one letter to one recipient.
    ///
    /// `intent` is called at most once, after everything that can fail safely and immediately before the
    /// first byte of the letter. `false` ends the connection there. A failure before it is never
    /// [`Outcome::Ambiguous`]. May block for as long as [`Timeouts`] allow; no transaction may be open.
    pub fn send(
        &self,
        envelope_from: &str,
        envelope_to: &str,
        bytes: &[u8],
        intent: &mut dyn FnMut() -> bool,
    ) -> Outcome {
        if has_bare_line_end(bytes) {
            return Outcome::Refused {
                reason: "the letter holds a bare CR or LF".to_owned(),
            };
        }
        let from = match parse_address("MAIL FROM", envelope_from) {
            Ok(address) => address,
            // The sender is configuration: wrong for every letter.
            Err(flaw) => {
                return Outcome::RelayDown {
                    reason: flaw.to_string(),
                };
            }
        };
        let to = match parse_address("RCPT TO", envelope_to) {
            Ok(address) => address,
            Err(flaw) => {
                return Outcome::Refused {
                    reason: flaw.to_string(),
                };
            }
        };
        match self {
            Self::Smtp(smtp) => smtp.send(from, to, bytes, intent),
            Self::Folder(folder) => folder.send(bytes, intent),
            Self::Memory(memory) => memory.send(envelope_from, envelope_to, bytes, intent),
        }
    }
}

/// How long to wait after the `attempt`-th failed attempt, counted from 1, before jitter.
///
/// RFC 5321, 4.5.4.1: early attempts close together, later ones hours apart.
pub fn retry_delay(attempt: u32) -> Duration {
    const MINUTES: [i64; 8] = [1, 2, 5, 10, 15, 30, 60, 120];
    const MINUTES_LATER: i64 = 240;
    let minutes = usize::try_from(attempt.saturating_sub(1))
        .ok()
        .and_then(|at| MINUTES.get(at))
        .unwrap_or(&MINUTES_LATER);
    Duration::minutes(*minutes)
}

/// Keeps letters instead of sending them. Clones share what they keep.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    letters: Arc<Mutex<Vec<KeptLetter>>>,
}

/// A letter in [`Memory`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLetter {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipient.
    pub to: String,
    /// What would have been sent.
    pub bytes: Vec<u8>,
}

impl Memory {
    /// The letters so far, in the order in which they came.
    pub fn letters(&self) -> Vec<KeptLetter> {
        self.letters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The letters so far, which are then no longer kept: a replay of years keeps one morning's.
    pub fn take(&self) -> Vec<KeptLetter> {
        std::mem::take(&mut *self.letters.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn send(
        &self,
        from: &str,
        to: &str,
        bytes: &[u8],
        intent: &mut dyn FnMut() -> bool,
    ) -> Outcome {
        if !intent() {
            return Outcome::Aborted;
        }
        let mut letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.push(KeptLetter {
            from: from.to_owned(),
            to: to.to_owned(),
            bytes: bytes.to_vec(),
        });
        Outcome::Accepted {
            reply: format!("kept as letter {}", letters.len()),
        }
    }
}
