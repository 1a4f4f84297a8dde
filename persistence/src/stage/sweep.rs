//! What the sweep takes, looks at and moves on.

use std::collections::BTreeSet;

use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Binary, Integer, Nullable},
};
use domain::{
    id::{PersonId, ProjectId, ZoneId},
    stage::Stage,
};
use time::OffsetDateTime;

use crate::{
    connection::{Conn, run},
    error::StoreError,
    event::ChainHead,
    prepared::change,
    schema::{project, stage},
    store::Tx,
    types::{At, Key, Ts, Uid},
};

/// A project that the sweep has taken, with what recording and telling need of it.
#[derive(Debug, Clone)]
pub struct SweptProject {
    /// Key.
    pub id: ProjectId,
    /// Its one contact in the zone.
    pub steward: Option<PersonId>,
    /// The official who leads it.
    pub lead: Option<PersonId>,
    /// Where its record stands.
    pub chain: ChainHead,
}

type Row = (Key, Option<Key>, Option<Key>, i64, Vec<u8>);

impl Tx {
    /// Takes up to `limit` projects that have a stage to look at by `now`. On PostgreSQL they are locked
    /// until this transaction ends, and those that another sweep holds are left to it.
    pub async fn take_projects_to_check(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
        limit: i64,
    ) -> Result<Vec<SweptProject>, StoreError> {
        let columns = (
            project::id,
            project::steward_id,
            project::lead_id,
            project::chain_seq,
            project::chain_hash,
        );
        let due = || {
            stage::table
                .filter(
                    stage::zone_id
                        .eq(Key(zone.0))
                        .and(stage::next_check_at.le(At(now))),
                )
                .order(stage::next_check_at)
                .select(stage::project_id)
                .limit(limit)
        };
        let mut ids: Vec<Key> = run!(self, load, due())?;
        ids.sort_unstable();
        ids.dedup();
        let rows: Vec<Row> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(
                project::table
                    .filter(
                        project::zone_id
                            .eq(Key(zone.0))
                            .and(project::id.eq_any(ids)),
                    )
                    .select(columns),
                conn,
            )?,
            Conn::Postgres(conn) => {
                let found = project::table
                    .filter(
                        project::zone_id
                            .eq(Key(zone.0))
                            .and(project::id.eq_any(&ids)),
                    )
                    .select(columns)
                    .order(project::id)
                    .for_update()
                    .skip_locked();
                let mut rows: Vec<Row> = diesel_async::RunQueryDsl::load(found, conn).await?;
                // Between finding and locking, another sweep may have finished with some of them.
                let still_due = due().filter(stage::project_id.eq_any(&ids));
                let still_due: Vec<Key> = diesel_async::RunQueryDsl::load(still_due, conn).await?;
                let still_due: BTreeSet<Key> = still_due.into_iter().collect();
                rows.retain(|(id, ..)| still_due.contains(id));
                rows
            }
        };
        Ok(rows
            .into_iter()
            .map(|(id, steward, lead, seq, hash)| SweptProject {
                id: ProjectId(id.0),
                steward: steward.map(|key| PersonId(key.0)),
                lead: lead.map(|key| PersonId(key.0)),
                chain: ChainHead { seq, hash },
            })
            .collect())
    }

    /// The stages of taken projects that must be looked at by `now`.
    pub async fn stages_to_check(
        &mut self,
        zone: ZoneId,
        projects: &[SweptProject],
        now: OffsetDateTime,
    ) -> Result<Vec<(ProjectId, Stage)>, StoreError> {
        let keys: Vec<Key> = projects.iter().map(|project| Key(project.id.0)).collect();
        let query = stage::table
            .filter(stage::zone_id.eq(Key(zone.0)))
            .filter(stage::project_id.eq_any(keys))
            // A comparison that no index answers: by that of `next_check_at`, each turn would read all that
            // is due instead of the few stages of its projects.
            .filter(stage::next_check_at.le(At(now)).eq(true))
            .select((stage::project_id, stage::body));
        let rows: Vec<(Key, String)> = run!(self, load, query)?;
        rows.into_iter()
            .map(|(key, body)| Ok((ProjectId(key.0), serde_json::from_str(&body)?)))
            .collect()
    }

    /// Every stage that must be looked at by `now`, without taking it.
    pub async fn all_stages_to_check(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
    ) -> Result<Vec<(ProjectId, Stage)>, StoreError> {
        let query = stage::table
            .filter(
                stage::zone_id
                    .eq(Key(zone.0))
                    .and(stage::next_check_at.le(At(now))),
            )
            .order((stage::next_check_at, stage::id))
            .select((stage::project_id, stage::body));
        let rows: Vec<(Key, String)> = run!(self, load, query)?;
        rows.into_iter()
            .map(|(key, body)| Ok((ProjectId(key.0), serde_json::from_str(&body)?)))
            .collect()
    }

    /// Moves the next look at stages, each by project and ordinal.
    pub async fn set_next_checks(
        &mut self,
        zone: ZoneId,
        checks: &[(ProjectId, u16, Option<OffsetDateTime>)],
    ) -> Result<(), StoreError> {
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                for &(project, ordinal, at) in checks {
                    let this = stage::zone_id
                        .eq(Key(zone.0))
                        .and(stage::project_id.eq(Key(project.0)))
                        .and(stage::ordinal.eq(i32::from(ordinal)));
                    let values = stage::next_check_at.eq(at.map(At));
                    let query = change(stage::table, this, values);
                    diesel::RunQueryDsl::execute(query, conn)?;
                }
            }
            Conn::Postgres(conn) => {
                let projects: Vec<Key> = checks.iter().map(|check| Key(check.0.0)).collect();
                let ordinals: Vec<i32> = checks.iter().map(|check| check.1.into()).collect();
                let instants: Vec<Option<At>> =
                    checks.iter().map(|check| check.2.map(At)).collect();
                let query = diesel::sql_query(SET_NEXT_CHECKS)
                    .bind::<Uid, _>(Key(zone.0))
                    .bind::<Array<Uid>, _>(projects)
                    .bind::<Array<Integer>, _>(ordinals)
                    .bind::<Array<Nullable<Ts>>, _>(instants);
                diesel_async::RunQueryDsl::execute(query, conn).await?;
            }
        }
        Ok(())
    }

    /// Moves the heads of chains before lines are appended, each from the number it was read at.
    pub(crate) async fn move_chain_heads(
        &mut self,
        zone: ZoneId,
        heads: &[(ProjectId, i64, ChainHead)],
    ) -> Result<(), StoreError> {
        let moved = match &mut self.conn {
            Conn::Sqlite(conn) => {
                let mut moved = 0;
                for (id, from_seq, head) in heads {
                    let this = project::zone_id
                        .eq(Key(zone.0))
                        .and(project::id.eq(Key(id.0)))
                        .and(project::chain_seq.eq(from_seq));
                    let values = (
                        project::chain_seq.eq(head.seq),
                        project::chain_hash.eq(&head.hash),
                    );
                    let query = change(project::table, this, values);
                    moved += diesel::RunQueryDsl::execute(query, conn)?;
                }
                moved
            }
            Conn::Postgres(conn) => {
                let ids: Vec<Key> = heads.iter().map(|(id, ..)| Key(id.0)).collect();
                let from: Vec<i64> = heads.iter().map(|(_, from_seq, _)| *from_seq).collect();
                let seqs: Vec<i64> = heads.iter().map(|(.., head)| head.seq).collect();
                let hashes: Vec<&[u8]> = heads.iter().map(|(.., head)| &*head.hash).collect();
                let query = diesel::sql_query(MOVE_CHAIN_HEADS)
                    .bind::<Uid, _>(Key(zone.0))
                    .bind::<Array<Uid>, _>(ids)
                    .bind::<Array<BigInt>, _>(from)
                    .bind::<Array<BigInt>, _>(seqs)
                    .bind::<Array<Binary>, _>(hashes);
                diesel_async::RunQueryDsl::execute(query, conn).await?
            }
        };
        if moved == heads.len() {
            return Ok(());
        }
        for (id, _, head) in heads {
            if self.chain_head(zone, *id).await? != *head {
                let (current_version, _) = self.project_version(zone, *id).await?;
                return Err(StoreError::Stale { current_version });
            }
        }
        Err(StoreError::Broken {
            reason: "a record stands where it was to be moved, but was not moved".into(),
        })
    }
}

// PostgreSQL changes many rows in one statement, because each is a trip; SQLite runs in place, and one
// prepared statement a row costs it no more.

const SET_NEXT_CHECKS: &str = "\
    UPDATE stage SET next_check_at = new.next_check_at \
    FROM unnest($2, $3, $4) AS new (project_id, ordinal, next_check_at) \
    WHERE stage.zone_id = $1 AND stage.project_id = new.project_id AND stage.ordinal = new.ordinal";

const MOVE_CHAIN_HEADS: &str = "\
    UPDATE project SET chain_seq = new.seq, chain_hash = new.hash \
    FROM unnest($2, $3, $4, $5) AS new (id, from_seq, seq, hash) \
    WHERE project.zone_id = $1 AND project.id = new.id AND project.chain_seq = new.from_seq";
