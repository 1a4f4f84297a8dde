//! Columns of stages that an earlier version of the program did not keep.

use diesel::prelude::*;
use domain::{
    id::{ProjectId, ZoneId},
    office::Office,
    stage::Stage,
};

use super::StageRow;
use crate::{
    connection::run, error::StoreError, prepared::change, schema::stage, store::Tx, types::Key,
};

impl Tx {
    /// True while stages lack what lists look for.
    pub async fn has_underived_stages(&mut self, zone: ZoneId) -> Result<bool, StoreError> {
        let query = stage::table
            .filter(stage::zone_id.eq(Key(zone.0)))
            .filter(stage::phase.is_null())
            .select(stage::ordinal)
            .limit(1);
        let found: Option<i32> = run!(self, get_result, query).optional()?;
        Ok(found.is_some())
    }

    /// Derives what lists look for, for up to `limit` stages that lack it; gives for how many.
    pub async fn derive_stages(
        &mut self,
        office: &Office,
        limit: i64,
    ) -> Result<usize, StoreError> {
        let query = stage::table
            .filter(stage::zone_id.eq(Key(office.zone.0)))
            .filter(stage::phase.is_null())
            .select((stage::project_id, stage::body))
            .limit(limit);
        let rows: Vec<(Key, String)> = run!(self, load, query)?;
        for (project, body) in &rows {
            let held: Stage = serde_json::from_str(body)?;
            let row = StageRow::of(office, ProjectId(project.0), &held)?;
            // Whoever has decided since has derived it, too.
            let this = stage::zone_id
                .eq(row.zone_id)
                .and(stage::project_id.eq(row.project_id))
                .and(stage::ordinal.eq(row.ordinal))
                .and(stage::phase.is_null());
            let values = (
                stage::phase.eq(row.phase),
                stage::blue_on.eq(row.blue_on),
                stage::yellow_on.eq(row.yellow_on),
                stage::red_on.eq(row.red_on),
            );
            run!(self, execute, change(stage::table, this, values))?;
        }
        Ok(rows.len())
    }
}
