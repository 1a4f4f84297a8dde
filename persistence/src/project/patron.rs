//! Who looks after a project: its steward and its lead official.

use diesel::prelude::*;
use domain::{id::ZoneId, project::Project};

use crate::{
    connection::run, error::StoreError, prepared::change, schema::project, store::Tx, types::Key,
};

impl Tx {
    /// Keeps the steward and the lead official where a decision made it somebody else: rarely, so that every
    /// other decision writes no index for it.
    pub(super) async fn save_patrons(
        &mut self,
        zone: ZoneId,
        (old, new): (&Project, &Project),
    ) -> Result<(), StoreError> {
        if old.steward == new.steward && old.lead == new.lead {
            return Ok(());
        }
        let this = project::zone_id
            .eq(Key(zone.0))
            .and(project::id.eq(Key(new.id.0)));
        let values = (
            project::steward_id.eq(new.steward.map(|id| Key(id.0))),
            project::lead_id.eq(new.lead.map(|id| Key(id.0))),
        );
        run!(self, execute, change(project::table, this, values))?;
        Ok(())
    }
}
