//! What the sweep takes, looks at and moves on.

use diesel::prelude::*;
use domain::{
    id::{PersonId, ProjectId, ZoneId},
    stage::Stage,
};
use time::OffsetDateTime;

use crate::{
    connection::{Conn, run},
    error::StoreError,
    event::ChainHead,
    schema::{project, stage},
    store::Tx,
    types::{At, Key},
};

/// A project that the sweep has taken, with what recording and telling need of it.
#[derive(Debug, Clone)]
pub struct SweptProject {
    /// Key.
    pub id: ProjectId,
    /// Its one contact in the zone.
    pub steward: Option<PersonId>,
    /// Where its record stands.
    pub chain: ChainHead,
}

type Row = (Key, Option<Key>, i64, Vec<u8>);

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
                diesel_async::RunQueryDsl::load(
                    project::table
                        .filter(
                            project::zone_id
                                .eq(Key(zone.0))
                                .and(project::id.eq_any(ids)),
                        )
                        .select(columns)
                        .order(project::id)
                        .for_update()
                        .skip_locked(),
                    conn,
                )
                .await?
            }
        };
        Ok(rows
            .into_iter()
            .map(|(id, steward, seq, hash)| SweptProject {
                id: ProjectId(id.0),
                steward: steward.map(|key| PersonId(key.0)),
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
            .filter(stage::next_check_at.le(At(now)))
            .filter(stage::project_id.eq_any(keys))
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
        for &(project, ordinal, at) in checks {
            let query = diesel::update(stage::table.find((
                Key(zone.0),
                Key(project.0),
                i32::from(ordinal),
            )))
            .set(stage::next_check_at.eq(at.map(At)));
            run!(self, execute, query)?;
        }
        Ok(())
    }

    /// Moves the heads of chains before lines are appended, each from the number it was read at.
    pub(crate) async fn move_chain_heads(
        &mut self,
        zone: ZoneId,
        heads: &[(ProjectId, i64, ChainHead)],
    ) -> Result<(), StoreError> {
        for (id, from_seq, head) in heads {
            let query = diesel::update(
                project::table
                    .find((Key(zone.0), Key(id.0)))
                    .filter(project::chain_seq.eq(from_seq)),
            )
            .set((
                project::chain_seq.eq(head.seq),
                project::chain_hash.eq(&head.hash),
            ));
            if run!(self, execute, query)? != 1 {
                let (current_version, _) = self.project_version(zone, *id).await?;
                return Err(StoreError::Stale { current_version });
            }
        }
        Ok(())
    }
}
