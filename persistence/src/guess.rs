//! Tries at doors, counted where every replica sees them.

use diesel::prelude::*;
use domain::{guess::GuessCount, id::ZoneId};
use time::OffsetDateTime;

use crate::{
    connection::{run, run_locking},
    error::StoreError,
    prepared::change,
    schema::guess,
    store::Tx,
    types::{At, Key},
    zone::{signed, unsigned},
};

type Row = (i32, At, At, i32);

impl Tx {
    /// The count of a door, held until the transaction ends: of tries at the same instant each sees the one
    /// before. `door` is a keyed hash. Take several doors in the order of their names.
    pub async fn guess_to_count(
        &mut self,
        zone: ZoneId,
        door: &str,
        now: OffsetDateTime,
    ) -> Result<GuessCount, StoreError> {
        let new = (
            guess::zone_id.eq(Key(zone.0)),
            guess::door.eq(door),
            guess::tries.eq(0),
            guess::since.eq(At(now)),
            guess::last_at.eq(At(now)),
            guess::locks.eq(0),
        );
        let query = diesel::insert_into(guess::table)
            .values(new)
            .on_conflict_do_nothing();
        run!(self, execute, query)?;
        let query = guess::table.find((Key(zone.0), door)).select((
            guess::tries,
            guess::since,
            guess::last_at,
            guess::locks,
        ));
        let (tries, since, last_at, locks): Row = run_locking!(self, get_result, query)?;
        Ok(GuessCount {
            tries: unsigned(tries)?,
            since: since.0,
            last_at: last_at.0,
            locks: unsigned(locks)?,
        })
    }

    /// Keeps the count of a door.
    pub async fn save_guess(
        &mut self,
        zone: ZoneId,
        door: &str,
        count: GuessCount,
    ) -> Result<(), StoreError> {
        let at = guess::zone_id
            .eq(Key(zone.0))
            .and(guess::door.eq(door.to_owned()));
        let values = (
            guess::tries.eq(signed(count.tries)?),
            guess::since.eq(At(count.since)),
            guess::last_at.eq(At(count.last_at)),
            guess::locks.eq(signed(count.locks)?),
        );
        run!(self, execute, change(guess::table, at, values))?;
        Ok(())
    }

    /// Forgets doors at which nobody has tried since `before`; gives how many.
    pub async fn prune_guesses(
        &mut self,
        zone: ZoneId,
        before: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let query = diesel::delete(
            guess::table
                .filter(guess::zone_id.eq(Key(zone.0)))
                .filter(guess::last_at.le(At(before))),
        );
        Ok(run!(self, execute, query)?)
    }
}
