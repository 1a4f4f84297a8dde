//! Several letters told in one: whoever has more waiting than may go gets a digest that speaks for all of them.
//!
//! So after a night, a storm or an outage each reader has one letter to read, and each event is told once.

use domain::id::{PersonId, ZoneId};
use persistence::{StoreError, Tx, outbox::digest_letter};
use time::OffsetDateTime;

use super::{
    Post,
    limits::{Limits, person_name},
};

/// Two letters at least make a digest.
const MERGED_MIN: i64 = 2;
/// Readers whose letters are merged in one transaction, so that requests get in between.
const READERS_PER_TURN: usize = 20;

/// Merges what waits for readers who have more than may go now; gives how many letters were merged.
pub(super) async fn merge(post: &Post<'_>) -> Result<usize, StoreError> {
    let (zone, at, limits) = (post.zone, (post.now)(), post.postmark.limits);
    let many = post
        .store
        .read(async |tx: &mut Tx| tx.readers_of_many(zone, at, MERGED_MIN).await)
        .await?;
    let mut merged = 0;
    for readers in many.chunks(READERS_PER_TURN) {
        let readers: Vec<PersonId> = readers.iter().map(|(person, _)| *person).collect();
        merged += post
            .store
            .write(async move |tx: &mut Tx| {
                let mut merged = 0;
                for person in readers {
                    merged += merge_of(tx, zone, (person, &limits), at).await?;
                }
                Ok::<_, StoreError>(merged)
            })
            .await?;
    }
    Ok(merged)
}

async fn merge_of(
    tx: &mut Tx,
    zone: ZoneId,
    (person, limits): (PersonId, &Limits),
    at: OffsetDateTime,
) -> Result<usize, StoreError> {
    let next_at = tx.next_place(zone, &person_name(person)).await?;
    let waiting = tx.letters_to_merge(zone, person, at).await?;
    let is_alone = limits.person.has_room_for(waiting.len(), next_at, at);
    let Some(first) = waiting.first().filter(|_| waiting.len() > 1 && !is_alone) else {
        return Ok(0);
    };
    let digest = digest_letter(zone, (person, *first), at);
    let id = digest.id;
    tx.queue_letters(zone, &[digest], at).await?;
    tx.cover_letters(zone, (id, &waiting), at).await?;
    Ok(waiting.len())
}
