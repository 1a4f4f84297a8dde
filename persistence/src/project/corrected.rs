//! What was put right about a project and has a column of its own: its names and the people of its investor.

use diesel::prelude::*;
use domain::{id::ZoneId, project::Project};

use crate::{
    connection::run,
    error::StoreError,
    prepared::change,
    schema::{project, project_contact},
    store::Tx,
    types::Key,
};

impl Tx {
    /// Keeps names and contacts where a decision made them others: rarely, so that every other decision writes
    /// nothing for it.
    pub(super) async fn save_corrected(
        &mut self,
        zone: ZoneId,
        (old, new): (&Project, &Project),
    ) -> Result<(), StoreError> {
        if old.name != new.name || old.investor != new.investor {
            let this = project::zone_id
                .eq(Key(zone.0))
                .and(project::id.eq(Key(new.id.0)));
            let values = (
                project::name.eq(new.name.as_str()),
                project::investor.eq(new.investor.as_str()),
            );
            run!(self, execute, change(project::table, this, values))?;
        }
        for gone in old.contacts.difference(&new.contacts) {
            let this = project_contact::table
                .filter(project_contact::zone_id.eq(Key(zone.0)))
                .filter(project_contact::person_id.eq(Key(gone.0)))
                .filter(project_contact::project_id.eq(Key(new.id.0)));
            run!(self, execute, diesel::delete(this))?;
        }
        for come in new.contacts.difference(&old.contacts) {
            let row = (
                project_contact::zone_id.eq(Key(zone.0)),
                project_contact::person_id.eq(Key(come.0)),
                project_contact::project_id.eq(Key(new.id.0)),
            );
            run!(
                self,
                execute,
                diesel::insert_into(project_contact::table).values(row)
            )?;
        }
        Ok(())
    }
}
