//! Many open projects at once, in the order of their keys: for work that goes through all of them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{
    id::{ProjectId, ZoneId},
    stage::Stage,
};

use super::{Held, ProjectRow};
use crate::{
    connection::{run, run_locking},
    error::StoreError,
    schema::{project, stage},
    store::Tx,
    types::Key,
};

macro_rules! open_after {
    ($zone:expr, $after:expr, $limit:expr) => {
        project::table
            .filter(
                project::zone_id
                    .eq(Key($zone.0))
                    .and(project::id.gt($after.map_or(Key(uuid::Uuid::nil()), |id| Key(id.0))))
                    .and(project::closed_on.is_null()),
            )
            .order(project::id)
            .limit($limit)
            .select(ProjectRow::as_select())
    };
}

impl Tx {
    /// Up to `limit` open projects behind `after`, to look at.
    pub async fn open_projects(
        &mut self,
        zone: ZoneId,
        after: Option<ProjectId>,
        limit: i64,
    ) -> Result<Vec<Held>, StoreError> {
        let rows: Vec<ProjectRow> = run!(self, load, open_after!(zone, after, limit))?;
        self.assemble_all(zone, rows).await
    }

    /// The same, to decide upon: nobody else decides until this transaction ends.
    pub async fn open_projects_to_decide(
        &mut self,
        zone: ZoneId,
        after: Option<ProjectId>,
        limit: i64,
    ) -> Result<Vec<Held>, StoreError> {
        let rows: Vec<ProjectRow> = run_locking!(self, load, open_after!(zone, after, limit))?;
        self.assemble_all(zone, rows).await
    }

    /// How many projects are open.
    pub async fn count_open_projects(&mut self, zone: ZoneId) -> Result<i64, StoreError> {
        let query = project::table
            .filter(
                project::zone_id
                    .eq(Key(zone.0))
                    .and(project::closed_on.is_null()),
            )
            .count();
        Ok(run!(self, get_result, query)?)
    }

    async fn assemble_all(
        &mut self,
        zone: ZoneId,
        rows: Vec<ProjectRow>,
    ) -> Result<Vec<Held>, StoreError> {
        let keys: Vec<Key> = rows.iter().map(|row| row.id).collect();
        let query = stage::table
            .filter(
                stage::zone_id
                    .eq(Key(zone.0))
                    .and(stage::project_id.eq_any(keys)),
            )
            .order((stage::project_id, stage::ordinal))
            .select((stage::project_id, stage::body));
        let bodies: Vec<(Key, String)> = run!(self, load, query)?;
        let mut stages: BTreeMap<Key, Vec<Stage>> = BTreeMap::new();
        for (project, body) in bodies {
            let stage = serde_json::from_str(&body)?;
            stages.entry(project).or_default().push(stage);
        }
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let of_row = stages.remove(&row.id).unwrap_or_default();
            all.push(self.held(zone, row, of_row).await?);
        }
        Ok(all)
    }
}
