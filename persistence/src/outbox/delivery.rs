//! Lease, intent, settlement: what a worker does with a letter.

use diesel::{dsl, prelude::*};
use domain::id::ZoneId;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Letter, LetterRow, LetterState, RenderedLetter};
use crate::{
    connection::{Conn, run},
    error::StoreError,
    prepared::change,
    schema::outbox,
    store::Tx,
    types::{At, Key},
};

/// Why a letter waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It was refused for now, which uses up one of its tries.
    Letter,
    /// The relay does not work, or wants fewer letters. No letter's try counts.
    Relay,
    /// As many as may leave have left.
    Pace,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The server took it.
    Sent {
        /// What the server said.
        reply: String,
    },
    /// No longer needed.
    Cancelled,
    /// Definitely not sent; again at this time.
    Retry {
        /// When.
        at: OffsetDateTime,
        /// What the server said.
        reason: String,
        /// Why.
        cause: Cause,
    },
    /// No answer was read; held until this time, then sent once more.
    Ambiguous {
        /// When.
        at: OffsetDateTime,
        /// What happened.
        reason: String,
    },
    /// Ambiguous for the second time.
    Uncertain {
        /// What happened.
        reason: String,
    },
    /// Refused for good.
    Dead {
        /// What the server said.
        reason: String,
    },
}

impl Settlement {
    /// True when people must look: the letter did not reach its reader, or nobody knows.
    pub fn is_loss(&self) -> bool {
        matches!(self, Self::Uncertain { .. } | Self::Dead { .. })
    }
}

impl Tx {
    /// Leases up to `limit` letters that are due, or whose lease has ended, in the order of their times. A letter whose worker died
    /// while sending comes back in the state `Sending`: nobody knows whether it went out.
    pub async fn lease_letters(
        &mut self,
        zone: ZoneId,
        owner: Uuid,
        (now, lease): (OffsetDateTime, Duration),
        limit: i64,
    ) -> Result<Vec<Letter>, StoreError> {
        let free = outbox::lease_until
            .is_null()
            .or(outbox::lease_until.lt(At(now)).assume_not_null());
        let due = || {
            outbox::table
                .filter(outbox::zone_id.eq(Key(zone.0)))
                .filter(outbox::settled_at.is_null())
                .filter(outbox::not_before.le(At(now)))
                .filter(free)
                .order((outbox::not_before, outbox::id))
                .select(outbox::id)
                .limit(limit)
        };
        let ids: Vec<Key> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(due(), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(due().for_update().skip_locked(), conn).await?
            }
        };
        let mut rows: Vec<LetterRow> = run!(
            self,
            load,
            diesel::update(
                outbox::table.filter(outbox::zone_id.eq(Key(zone.0)).and(outbox::id.eq_any(ids))),
            )
            .set((
                outbox::lease_owner.eq(Key(owner)),
                outbox::lease_until.eq(At(now + lease)),
                outbox::fence.eq(outbox::fence + 1),
            ))
            .returning(LetterRow::as_returning())
        )?;
        rows.sort_by_key(|row| (row.not_before, row.id));
        rows.into_iter().map(LetterRow::read).collect()
    }

    /// Keeps the rendered bytes of a leased letter. False when the lease was lost.
    pub async fn keep_rendered(
        &mut self,
        zone: ZoneId,
        letter: &Letter,
        rendered: &RenderedLetter,
    ) -> Result<bool, StoreError> {
        let values = (
            outbox::message_id.eq(&rendered.message_id),
            outbox::address.eq(&rendered.address),
            outbox::subject.eq(&rendered.subject),
            outbox::bytes.eq(&rendered.bytes),
        );
        let query = change(outbox::table, held(zone, letter), values);
        Ok(run!(self, execute, query)? == 1)
    }

    /// Records the intent to send just before the body goes out, and keeps the letter until `until`. False
    /// when the lease was lost: then not a byte may be sent.
    pub async fn intend(
        &mut self,
        zone: ZoneId,
        letter: &Letter,
        (now, until): (OffsetDateTime, OffsetDateTime),
    ) -> Result<bool, StoreError> {
        let values = (
            outbox::state.eq(LetterState::Sending.code()),
            outbox::lease_until.eq(At(until)),
        );
        let query = change(outbox::table, held(zone, letter), values);
        if run!(self, execute, query)? == 0 {
            return Ok(false);
        }
        self.open_attempt(zone, letter, now).await?;
        Ok(true)
    }

    /// Records what became of an attempt. False when another worker has the letter by now.
    pub async fn settle(
        &mut self,
        zone: ZoneId,
        letter: &Letter,
        settlement: &Settlement,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (state, again_at, said) = match settlement {
            Settlement::Sent { reply } => (LetterState::Sent, None, Some(reply)),
            Settlement::Cancelled => (LetterState::Cancelled, None, None),
            Settlement::Retry { at, reason, .. } => (LetterState::Pending, Some(*at), Some(reason)),
            Settlement::Ambiguous { at, reason } => {
                (LetterState::Ambiguous, Some(*at), Some(reason))
            }
            Settlement::Uncertain { reason } => (LetterState::Uncertain, None, Some(reason)),
            Settlement::Dead { reason } => (LetterState::Dead, None, Some(reason)),
        };
        let attempt = i32::from(matches!(
            settlement,
            Settlement::Retry {
                cause: Cause::Letter,
                ..
            }
        ));
        let unread = i32::from(matches!(
            settlement,
            Settlement::Ambiguous { .. } | Settlement::Uncertain { .. }
        ));
        let is_sent = state == LetterState::Sent;
        let values = (
            outbox::state.eq(state.code()),
            outbox::not_before.eq(At(again_at.unwrap_or(now))),
            outbox::settled_at.eq(state.is_settled().then_some(At(now))),
            outbox::lease_owner.eq(None::<Key>),
            outbox::lease_until.eq(None::<At>),
            outbox::attempts.eq(outbox::attempts + attempt),
            outbox::ambiguous.eq(outbox::ambiguous + unread),
            outbox::last_error.eq(said.filter(|_| !is_sent)),
        );
        let query = change(outbox::table, held(zone, letter), values);
        if run!(self, execute, query)? == 0 {
            return Ok(false);
        }
        self.close_attempt(zone, letter, (state.code(), said), now)
            .await?;
        Ok(true)
    }
}

/// The letter while it is held under the fence of its lease.
fn held(zone: ZoneId, letter: &Letter) -> Held {
    outbox::zone_id
        .eq(Key(zone.0))
        .and(outbox::id.eq(Key(letter.id.0)))
        .and(outbox::fence.eq(letter.fence))
        .and(outbox::settled_at.is_null())
}

type Held = dsl::And<
    dsl::And<
        dsl::And<dsl::Eq<outbox::zone_id, Key>, dsl::Eq<outbox::id, Key>>,
        dsl::Eq<outbox::fence, i64>,
    >,
    dsl::IsNull<outbox::settled_at>,
>;
