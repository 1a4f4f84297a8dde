//! Letters that are told in one.

use diesel::{dsl, prelude::*};
use domain::id::{LetterId, PersonId, ZoneId};
use time::OffsetDateTime;

use super::{Letter, LetterRow, LetterState};
use crate::{
    connection::{Conn, run},
    error::StoreError,
    schema::outbox,
    store::Tx,
    types::{At, Key},
};

/// Letters that may be told together: about a stage and in nobody's place, never tried, due, and in nobody's
/// hands.
#[diesel::dsl::auto_type(no_type_alias)]
fn waiting(zone: Key, now: At, pending: &'static str) -> _ {
    outbox::zone_id
        .eq(zone)
        .and(outbox::settled_at.is_null())
        .and(outbox::state.eq(pending))
        .and(outbox::not_before.le(now))
        .and(outbox::stage_id.is_not_null())
        .and(outbox::instead_of.is_null())
        .and(outbox::bytes.is_null())
        .and(
            outbox::lease_until
                .is_null()
                .or(outbox::lease_until.lt(now).assume_not_null()),
        )
}

impl Tx {
    /// Who has at least `least` letters waiting that may be told together, and how many.
    pub async fn readers_of_many(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
        least: i64,
    ) -> Result<Vec<(PersonId, i64)>, StoreError> {
        let query = outbox::table
            .filter(waiting(Key(zone.0), At(now), LetterState::Pending.code()))
            .group_by(outbox::person_id)
            .having(dsl::count_star().ge(least))
            .order(outbox::person_id)
            .select((outbox::person_id, dsl::count_star()));
        let rows: Vec<(Key, i64)> = run!(self, load, query)?;
        let read = |(person, count): (Key, i64)| (PersonId(person.0), count);
        Ok(rows.into_iter().map(read).collect())
    }

    /// The letters of `person` that may be told together, the oldest first, held until the transaction ends.
    /// Those that another worker holds are left out.
    pub async fn letters_to_merge(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        now: OffsetDateTime,
    ) -> Result<Vec<LetterId>, StoreError> {
        let due = || {
            outbox::table
                .filter(waiting(Key(zone.0), At(now), LetterState::Pending.code()))
                .filter(outbox::person_id.eq(Key(person.0)))
                .order((outbox::created_at, outbox::id))
                .select(outbox::id)
        };
        let ids: Vec<Key> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(due(), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(due().for_update().skip_locked(), conn).await?
            }
        };
        Ok(ids.into_iter().map(|key| LetterId(key.0)).collect())
    }

    /// Lets the letter `digest` speak for `letters`, which are then settled.
    pub async fn cover_letters(
        &mut self,
        zone: ZoneId,
        (digest, letters): (LetterId, &[LetterId]),
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        for chunk in letters.chunks(KEYS_PER_STATEMENT) {
            let keys: Vec<Key> = chunk.iter().map(|id| Key(id.0)).collect();
            let covered = outbox::table
                .filter(outbox::zone_id.eq(Key(zone.0)))
                .filter(outbox::id.eq_any(keys));
            let query = diesel::update(covered).set((
                outbox::state.eq(LetterState::Covered.code()),
                outbox::covered_by.eq(Some(Key(digest.0))),
                outbox::settled_at.eq(Some(At(now))),
            ));
            run!(self, execute, query)?;
        }
        Ok(())
    }

    /// The letters for which `digest` speaks, the oldest first.
    pub async fn covered_letters(
        &mut self,
        zone: ZoneId,
        digest: LetterId,
    ) -> Result<Vec<Letter>, StoreError> {
        let query = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .filter(outbox::covered_by.eq(Key(digest.0)).assume_not_null())
            .order((outbox::created_at, outbox::id));
        let rows: Vec<LetterRow> = run!(self, load, query)?;
        rows.into_iter().map(LetterRow::read).collect()
    }
}

/// SQLite takes no more than 32,766 values in a statement.
const KEYS_PER_STATEMENT: usize = 5_000;
