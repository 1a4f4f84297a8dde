//! How much of a quota every process has used up. Each writes rows of its own.

use diesel::prelude::*;
use domain::id::ZoneId;
use uuid::Uuid;

use crate::{connection::run, error::StoreError, schema::quota_use, store::Tx, types::Key};

/// Whose use of what, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaKey {
    /// Which quota.
    pub policy: &'static str,
    /// Whose; a key or a hash, never an address in clear.
    pub subject: String,
    /// The number of the window since 1970.
    pub window: i64,
}

impl Tx {
    /// Says how much this process has used so far, and hears how much all others have.
    pub async fn share_quota_use(
        &mut self,
        zone: ZoneId,
        key: &QuotaKey,
        (process, used): (Uuid, i64),
    ) -> Result<i64, StoreError> {
        let row = (
            quota_use::zone_id.eq(Key(zone.0)),
            quota_use::policy.eq(key.policy),
            quota_use::subject.eq(&key.subject),
            quota_use::time_window.eq(key.window),
            quota_use::process_id.eq(Key(process)),
            quota_use::used.eq(used),
        );
        let query = diesel::insert_into(quota_use::table)
            .values(row)
            .on_conflict((
                quota_use::zone_id,
                quota_use::policy,
                quota_use::subject,
                quota_use::time_window,
                quota_use::process_id,
            ))
            .do_update()
            .set(quota_use::used.eq(used));
        run!(self, execute, query)?;
        let query = quota_use::table
            .filter(
                quota_use::zone_id
                    .eq(Key(zone.0))
                    .and(quota_use::policy.eq(key.policy))
                    .and(quota_use::subject.eq(&key.subject))
                    .and(quota_use::time_window.eq(key.window))
                    .and(quota_use::process_id.ne(Key(process))),
            )
            .select(quota_use::used);
        let others: Vec<i64> = run!(self, load, query)?;
        Ok(others.into_iter().sum())
    }

    /// Removes what was used before `window`; gives how many rows.
    pub async fn prune_quota_use(
        &mut self,
        zone: ZoneId,
        window: i64,
    ) -> Result<usize, StoreError> {
        let old = quota_use::zone_id
            .eq(Key(zone.0))
            .and(quota_use::time_window.lt(window));
        let query = diesel::delete(quota_use::table.filter(old));
        Ok(run!(self, execute, query)?)
    }
}
