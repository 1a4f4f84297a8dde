//! When sweeps ended well, and when none did: what fires afterwards fires late, and its letters say so.

use diesel::{dsl::max, prelude::*};
use domain::id::ZoneId;
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    schema::{outage, sweep_watch as watch},
    store::Tx,
    types::{At, Key},
};

impl Tx {
    /// When the last sweep ended well, on any replica; `None` before the first.
    pub async fn swept_at(&mut self, zone: ZoneId) -> Result<Option<OffsetDateTime>, StoreError> {
        let query = watch::table.find(Key(zone.0)).select(watch::swept_at);
        let found: Option<At> = run!(self, get_result, query).optional()?;
        Ok(found.map(|at| at.0))
    }

    /// Keeps that no sweep ended well from `began_at` to `ended_at`; one that goes on is kept as one.
    pub async fn note_outage(
        &mut self,
        zone: ZoneId,
        (began_at, ended_at): (OffsetDateTime, OffsetDateTime),
    ) -> Result<(), StoreError> {
        let values = (
            outage::zone_id.eq(Key(zone.0)),
            outage::began_at.eq(At(began_at)),
            outage::ended_at.eq(At(ended_at)),
        );
        let query = diesel::insert_into(outage::table)
            .values(values)
            .on_conflict((outage::zone_id, outage::began_at))
            .do_update()
            .set(outage::ended_at.eq(At(ended_at)));
        run!(self, execute, query)?;
        Ok(())
    }

    /// After a sweep that ended well.
    pub async fn note_sweep(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let values = (watch::zone_id.eq(Key(zone.0)), watch::swept_at.eq(At(now)));
        let query = diesel::insert_into(watch::table)
            .values(values)
            .on_conflict(watch::zone_id)
            .do_update()
            .set(watch::swept_at.eq(At(now)));
        run!(self, execute, query)?;
        Ok(())
    }

    /// When the last outage ended that covers the instant `at`; `None` if there was none.
    pub async fn outage_over(
        &mut self,
        zone: ZoneId,
        at: OffsetDateTime,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let query = outage::table
            .filter(outage::zone_id.eq(Key(zone.0)))
            .filter(outage::began_at.le(At(at)))
            .filter(outage::ended_at.gt(At(at)))
            .select(max(outage::ended_at));
        let found: Option<At> = run!(self, get_result, query)?;
        Ok(found.map(|at| at.0))
    }
}
