//! Letters that leave into memory, each counted once.

use std::collections::HashSet;

use domain::id::ZoneId;
use notifications::{
    deliver::{self, Delivered, Limits, Post, Postmark},
    mailer::{Mailer, Memory},
};
use persistence::{Store, StoreError};
use uuid::Uuid;

use super::{founding::MAIL_DOMAIN, play::ReplayError};
use crate::clock::Clock;

/// The post office of a replay.
pub struct PostOffice {
    zone: ZoneId,
    mailer: Mailer,
    memory: Memory,
    postmark: Postmark,
    worker: Uuid,
    /// The Message-IDs so far. They are hashes of 26 digits: a million letters take 100 MB.
    seen: HashSet<String>,
}

impl PostOffice {
    /// Opens.
    pub fn new(zone: ZoneId, worker: Uuid) -> Self {
        let memory = Memory::default();
        Self {
            zone,
            mailer: Mailer::Memory(memory.clone()),
            memory,
            postmark: Postmark {
                public_url: format!("https://{MAIL_DOMAIN}"),
                from_address: format!("green-channel@{MAIL_DOMAIN}"),
                message_domain: MAIL_DOMAIN.to_owned(),
                message_key: b"replay".to_vec(),
                limits: Limits::none(),
            },
            worker,
            seen: HashSet::new(),
        }
    }

    /// Delivers what is due and says how many letters left; every letter must leave at once, with one
    /// Message-ID that no other letter has.
    pub async fn deliver(&mut self, store: &Store, clock: &Clock) -> Result<usize, ReplayError> {
        let post = Post {
            store,
            zone: self.zone,
            mailer: &self.mailer,
            postmark: &self.postmark,
            worker: self.worker,
            now: &|| clock.now(),
            uptime: &|| clock.uptime(),
        };
        let delivered = deliver::deliver(&post).await;
        let delivered = delivered.map_err(|error: StoreError| ReplayError::Kept(error.into()))?;
        let letters = self.memory.take();
        let expected = Delivered {
            sent: letters.len(),
            ..Delivered::default()
        };
        if delivered != expected {
            return Err(ReplayError::Proof(format!(
                "{} letter(s) left, and the delivery says {delivered:?}",
                letters.len()
            )));
        }
        for letter in letters {
            match message_ids(&letter.bytes).as_slice() {
                [id] if self.seen.insert(id.clone()) => {}
                ids => {
                    return Err(ReplayError::Proof(format!(
                        "a letter has the Message-IDs {ids:?}, or another letter had one before"
                    )));
                }
            }
        }
        Ok(delivered.sent)
    }

    /// How many letters left so far.
    pub fn mails(&self) -> usize {
        self.seen.len()
    }
}

/// What stands behind every `Message-ID:` in the head of a letter.
fn message_ids(letter: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(letter);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.eq_ignore_ascii_case("Message-ID"))
        .map(|(_, id)| id.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_are_read_from_the_head_only() {
        let letter = b"From: a@b\r\nMessage-ID: <1@b>\r\nSubject: x\r\n\r\nMessage-ID: <2@b>\r\n";
        assert_eq!(message_ids(letter), ["<1@b>"]);
        assert_eq!(
            message_ids(b"message-id:<1@b>\r\nMessage-ID: <2@b>").len(),
            2
        );
        assert!(message_ids(b"").is_empty());
    }
}
