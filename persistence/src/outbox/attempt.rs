//! Each try at a letter: written down before the first byte leaves, and again when its end is known.

use diesel::prelude::*;
use domain::id::{LetterId, ZoneId};
use time::OffsetDateTime;

use super::Letter;
use crate::{
    connection::run,
    error::StoreError,
    prepared::change,
    schema::mail_attempt as attempt,
    store::Tx,
    types::{At, Key},
};

/// One try at a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The fence of the lease under which it was made.
    pub fence: i64,
    /// When the letter was about to leave.
    pub intended_at: OffsetDateTime,
    /// When its end was known; `None` for a worker that has not come back.
    pub ended_at: Option<OffsetDateTime>,
    /// What became of it: the code of the state that it left the letter in.
    pub outcome: Option<String>,
    /// What the relay said, or what failed.
    pub reply: Option<String>,
}

type Row = (i64, At, Option<At>, Option<String>, Option<String>);

impl Tx {
    pub(super) async fn open_attempt(
        &mut self,
        zone: ZoneId,
        letter: &Letter,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let values = (
            attempt::zone_id.eq(Key(zone.0)),
            attempt::letter_id.eq(Key(letter.id.0)),
            attempt::fence.eq(letter.fence),
            attempt::intended_at.eq(At(now)),
        );
        run!(
            self,
            execute,
            diesel::insert_into(attempt::table).values(values)
        )?;
        Ok(())
    }

    /// Ends the try that is open, if there is one: that of this lease, or that of a worker that died.
    pub(super) async fn close_attempt(
        &mut self,
        zone: ZoneId,
        letter: &Letter,
        (outcome, reply): (&str, Option<&String>),
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let at = attempt::zone_id
            .eq(Key(zone.0))
            .and(attempt::letter_id.eq(Key(letter.id.0)))
            .and(attempt::ended_at.is_null());
        let values = (
            attempt::ended_at.eq(Some(At(now))),
            attempt::outcome.eq(Some(outcome.to_owned())),
            attempt::reply.eq(reply.cloned()),
        );
        run!(self, execute, change(attempt::table, at, values))?;
        Ok(())
    }

    /// The tries at a letter, the first one first.
    pub async fn attempts_at(
        &mut self,
        zone: ZoneId,
        letter: LetterId,
    ) -> Result<Vec<Attempt>, StoreError> {
        let query = attempt::table
            .filter(attempt::zone_id.eq(Key(zone.0)))
            .filter(attempt::letter_id.eq(Key(letter.0)))
            .order(attempt::fence)
            .select((
                attempt::fence,
                attempt::intended_at,
                attempt::ended_at,
                attempt::outcome,
                attempt::reply,
            ));
        let rows: Vec<Row> = run!(self, load, query)?;
        let read = |(fence, intended_at, ended_at, outcome, reply): Row| Attempt {
            fence,
            intended_at: intended_at.0,
            ended_at: ended_at.map(|at| at.0),
            outcome,
            reply,
        };
        Ok(rows.into_iter().map(read).collect())
    }
}
