//! Letters that did not reach their readers, or may not have: people must look.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::id::{LetterId, PersonId, ZoneId};
use time::OffsetDateTime;

use super::{Letter, LetterRow, LetterState};
use crate::{
    connection::run,
    error::StoreError,
    schema::outbox,
    store::Tx,
    types::{At, Key},
};

impl Tx {
    /// Letters that were lost and of which nobody has taken note, the newest first.
    pub async fn lost_letters(
        &mut self,
        zone: ZoneId,
        limit: i64,
    ) -> Result<Vec<Letter>, StoreError> {
        let query = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .filter(outbox::state.eq_any(LetterState::LOST.map(LetterState::code)))
            .filter(outbox::heeded_at.is_null())
            .order((outbox::settled_at.desc(), outbox::id))
            .limit(limit);
        let rows: Vec<LetterRow> = run!(self, load, query)?;
        rows.into_iter().map(LetterRow::read).collect()
    }

    /// Keeps that `person` has taken note of a lost letter. [`StoreError::Stale`] when it is not lost, or
    /// somebody has taken note before.
    pub async fn heed_letter(
        &mut self,
        zone: ZoneId,
        (letter, person): (LetterId, PersonId),
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let query = diesel::update(
            outbox::table
                .filter(outbox::zone_id.eq(Key(zone.0)))
                .filter(outbox::id.eq(Key(letter.0)))
                .filter(outbox::state.eq_any(LetterState::LOST.map(LetterState::code)))
                .filter(outbox::heeded_at.is_null()),
        )
        .set((
            outbox::heeded_by.eq(Some(Key(person.0))),
            outbox::heeded_at.eq(Some(At(now))),
        ));
        let rows = run!(self, execute, query)?;
        self.changed(zone, letter, rows).await
    }

    /// Queues a lost letter once more, as `person` wants: its tries begin anew. One that was refused gets words
    /// and address anew; one that may have arrived goes out as it was, so that its reader sees one letter.
    /// [`StoreError::Stale`] when it is not lost.
    pub async fn resend_letter(
        &mut self,
        zone: ZoneId,
        (letter, person): (LetterId, PersonId),
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let at = |state: LetterState| {
            outbox::table
                .filter(outbox::zone_id.eq(Key(zone.0)))
                .filter(outbox::id.eq(Key(letter.0)))
                .filter(outbox::state.eq(state.code()))
        };
        let anew = (
            outbox::state.eq(LetterState::Pending.code()),
            outbox::settled_at.eq(None::<At>),
            outbox::not_before.eq(At(now)),
            outbox::attempts.eq(0),
            outbox::ambiguous.eq(0),
            outbox::heeded_by.eq(Some(Key(person.0))),
            outbox::heeded_at.eq(Some(At(now))),
        );
        let unwritten = (
            outbox::address.eq(None::<String>),
            outbox::bytes.eq(None::<Vec<u8>>),
        );
        let refused = diesel::update(at(LetterState::Dead)).set((anew, unwritten));
        let mut rows = run!(self, execute, refused)?;
        if rows == 0 {
            let unsure = diesel::update(at(LetterState::Uncertain)).set(anew);
            rows = run!(self, execute, unsure)?;
        }
        self.changed(zone, letter, rows).await
    }

    /// Who has been told that a letter was lost.
    pub async fn told_of_loss(
        &mut self,
        zone: ZoneId,
        lost: LetterId,
    ) -> Result<BTreeSet<PersonId>, StoreError> {
        let query = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .filter(outbox::instead_of.eq(Key(lost.0)).assume_not_null())
            .select(outbox::person_id);
        let keys: Vec<Key> = run!(self, load, query)?;
        Ok(keys.into_iter().map(|key| PersonId(key.0)).collect())
    }

    async fn changed(
        &mut self,
        zone: ZoneId,
        letter: LetterId,
        rows: usize,
    ) -> Result<(), StoreError> {
        if rows == 1 {
            return Ok(());
        }
        // Absent, or no longer lost.
        self.letter(zone, letter).await?;
        Err(StoreError::Stale { current_version: 1 })
    }
}
