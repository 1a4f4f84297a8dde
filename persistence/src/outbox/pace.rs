//! How much may leave: instants that all replicas share.

use diesel::prelude::*;
use domain::{id::ZoneId, pace::Pace};
use time::OffsetDateTime;

use crate::{
    connection::{run, run_locking},
    error::StoreError,
    prepared::change,
    schema::mail_pace as pace,
    store::Tx,
    types::{At, Key},
};

impl Tx {
    /// When the next letter may leave under `name`, as [`Pace`] reckons; `None` where none has left yet.
    pub async fn next_place(
        &mut self,
        zone: ZoneId,
        name: &str,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let query = pace::table.find((Key(zone.0), name)).select(pace::next_at);
        let found: Option<At> = run!(self, get_result, query).optional()?;
        Ok(found.map(|at| at.0))
    }

    /// Takes a place under each name at `now`, or under none of them; then the answer is when there will be
    /// one. Whoever else takes places under these names waits until this transaction ends.
    pub async fn take_places(
        &mut self,
        zone: ZoneId,
        places: &[(String, Pace)],
        now: OffsetDateTime,
    ) -> Result<Result<(), OffsetDateTime>, StoreError> {
        // In one order everywhere, so that two workers never wait for each other in a circle.
        let mut places: Vec<_> = places.iter().collect();
        places.sort_by(|one, other| one.0.cmp(&other.0));
        let mut taken = Vec::with_capacity(places.len());
        for (name, pace) in places {
            let held = self.place_to_take(zone, name, now).await?;
            match pace.take(Some(held), now) {
                Ok(next_at) => taken.push((name, next_at)),
                Err(opens_at) => return Ok(Err(opens_at)),
            }
        }
        for (name, next_at) in taken {
            let at = pace::zone_id
                .eq(Key(zone.0))
                .and(pace::name.eq(name.clone()));
            let values = (pace::next_at.eq(At(next_at)),);
            run!(self, execute, change(pace::table, at, values))?;
        }
        Ok(Ok(()))
    }

    async fn place_to_take(
        &mut self,
        zone: ZoneId,
        name: &str,
        now: OffsetDateTime,
    ) -> Result<OffsetDateTime, StoreError> {
        let values = (
            pace::zone_id.eq(Key(zone.0)),
            pace::name.eq(name),
            pace::next_at.eq(At(now)),
        );
        let query = diesel::insert_into(pace::table)
            .values(values)
            .on_conflict_do_nothing();
        run!(self, execute, query)?;
        let query = pace::table.find((Key(zone.0), name)).select(pace::next_at);
        let held: At = run_locking!(self, get_result, query)?;
        Ok(held.0)
    }

    /// Forgets what lies before `now`: it says no more than a row that is not there. Gives how many.
    pub async fn prune_paces(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let query = diesel::delete(
            pace::table
                .filter(pace::zone_id.eq(Key(zone.0)))
                .filter(pace::next_at.lt(At(now))),
        );
        Ok(run!(self, execute, query)?)
    }
}
