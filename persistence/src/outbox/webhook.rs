//! The letter to the owner of an address that is not sent to any more.

use domain::id::{PersonId, WebhookId, ZoneId};
use time::OffsetDateTime;

use super::{LetterMatter, NewLetter, WEBHOOK_STOPPED, letter_id};

/// The letter to the owner of an address that was given up at `at`. Key: address and instant.
pub fn webhook_letter(
    zone: ZoneId,
    (hook, at): (WebhookId, OffsetDateTime),
    owner: PersonId,
    not_before: OffsetDateTime,
) -> NewLetter {
    let dedupe_key = format!("v1:{WEBHOOK_STOPPED}:{hook}:{}", at.unix_timestamp_nanos());
    NewLetter {
        id: letter_id(zone, &dedupe_key),
        dedupe_key,
        matter: LetterMatter::WebhookStopped(hook),
        about: None,
        person: owner,
        not_before,
    }
}
