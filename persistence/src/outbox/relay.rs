//! Whether the relay works, as all replicas know it.

use diesel::prelude::*;
use domain::id::ZoneId;
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    schema::mail_relay as relay,
    store::Tx,
    types::{At, Key},
};

/// A relay that does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayState {
    /// Failures in a row.
    pub failures: i32,
    /// When the first of them was.
    pub down_since: OffsetDateTime,
    /// Until when nobody tries.
    pub rest_until: OffsetDateTime,
    /// What it said last, or what failed.
    pub reason: String,
}

impl Tx {
    /// What is wrong with the relay; `None` while it works.
    pub async fn relay_down(&mut self, zone: ZoneId) -> Result<Option<RelayState>, StoreError> {
        let query = relay::table.find(Key(zone.0)).select((
            relay::failures,
            relay::down_since,
            relay::rest_until,
            relay::reason,
        ));
        let row: Option<(i32, At, At, String)> = run!(self, get_result, query).optional()?;
        Ok(
            row.map(|(failures, down_since, rest_until, reason)| RelayState {
                failures,
                down_since: down_since.0,
                rest_until: rest_until.0,
                reason,
            }),
        )
    }

    /// Keeps that the relay has failed once more, and that nobody shall try until `rest_until`.
    pub async fn relay_failed(
        &mut self,
        zone: ZoneId,
        reason: &str,
        (now, rest_until): (OffsetDateTime, OffsetDateTime),
    ) -> Result<(), StoreError> {
        let values = (
            relay::zone_id.eq(Key(zone.0)),
            relay::failures.eq(1),
            relay::down_since.eq(At(now)),
            relay::rest_until.eq(At(rest_until)),
            relay::reason.eq(reason),
        );
        let query = diesel::insert_into(relay::table)
            .values(values)
            .on_conflict(relay::zone_id)
            .do_update()
            .set((
                relay::failures.eq(relay::failures + 1),
                relay::rest_until.eq(At(rest_until)),
                relay::reason.eq(reason),
            ));
        run!(self, execute, query)?;
        Ok(())
    }

    /// Keeps that the relay works.
    pub async fn relay_works(&mut self, zone: ZoneId) -> Result<(), StoreError> {
        let query = diesel::delete(relay::table.find(Key(zone.0)));
        run!(self, execute, query)?;
        Ok(())
    }
}
