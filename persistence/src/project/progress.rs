//! The progress of works: kept in the project's document, found by the days on which it falls behind.

use diesel::prelude::*;
use domain::{
    id::{ProjectId, UnitId, ZoneId},
    office::Office,
    progress::ProgressDays,
    project::Project,
};
use time::Date;

use crate::{
    connection::{Conn, run},
    error::StoreError,
    prepared::change,
    schema::{project, stage},
    store::Tx,
    types::Key,
};

fn days(office: &Office, project: &Project) -> ProgressDays {
    ProgressDays::of(project, &office.ladder.progress, &office.calendar)
}

impl Tx {
    /// Keeps the days that follow from the plan and the reports of works, where a decision changed them.
    pub(super) async fn save_progress(
        &mut self,
        office: &Office,
        (old, new): (&Project, &Project),
    ) -> Result<(), StoreError> {
        let found = days(office, new);
        if days(office, old) == found {
            return Ok(());
        }
        let this = project::zone_id
            .eq(Key(office.zone.0))
            .and(project::id.eq(Key(new.id.0)));
        let values = (
            project::progress_yellow_on.eq(found.yellow_on),
            project::progress_red_on.eq(found.red_on),
        );
        run!(self, execute, change(project::table, this, values))?;
        Ok(())
    }

    /// Sets the days from which on the works of a project are behind, where another calendar makes them others.
    pub async fn set_progress_days(
        &mut self,
        zone: ZoneId,
        id: ProjectId,
        days: ProgressDays,
    ) -> Result<(), StoreError> {
        let this = project::zone_id
            .eq(Key(zone.0))
            .and(project::id.eq(Key(id.0)));
        let values = (
            project::progress_yellow_on.eq(days.yellow_on),
            project::progress_red_on.eq(days.red_on),
        );
        run!(self, execute, change(project::table, this, values))?;
        Ok(())
    }

    /// Up to `limit` projects whose works are behind on `today`: those that are red first, and of each colour
    /// those that have shown it longest. With a unit only those in which it has a stage.
    pub async fn projects_behind(
        &mut self,
        zone: ZoneId,
        (unit, today): (Option<UnitId>, Date),
        limit: i64,
    ) -> Result<Vec<ProjectId>, StoreError> {
        let zone_key = Key(zone.0);
        // Written once as a macro body because a boxed query belongs to one database.
        macro_rules! behind {
            ($backend:ty, $is_red:expr, $limit:expr) => {{
                let mut query = project::table
                    .filter(project::zone_id.eq(zone_key))
                    .select(project::id)
                    .limit($limit)
                    .into_boxed::<$backend>();
                query = if $is_red {
                    query
                        .filter(project::progress_red_on.le(today))
                        .order((project::progress_red_on, project::id))
                } else {
                    let is_red = project::progress_red_on.assume_not_null().le(today);
                    let is_not_red = project::progress_red_on
                        .is_null()
                        .or(diesel::dsl::not(is_red));
                    query
                        .filter(project::progress_yellow_on.le(today))
                        .filter(is_not_red)
                        .order((project::progress_yellow_on, project::id))
                };
                if let Some(unit) = unit {
                    let theirs = stage::table
                        .filter(stage::zone_id.eq(zone_key))
                        .filter(stage::unit_id.eq(Key(unit.0)))
                        .select(stage::project_id);
                    query = query.filter(project::id.eq_any(theirs));
                }
                query
            }};
        }
        let mut found: Vec<Key> = Vec::new();
        for is_red in [true, false] {
            let room = limit - i64::try_from(found.len()).unwrap_or(limit);
            let more: Vec<Key> = match &mut self.conn {
                Conn::Sqlite(conn) => {
                    let query = behind!(diesel::sqlite::Sqlite, is_red, room);
                    diesel::RunQueryDsl::load(query, conn)?
                }
                Conn::Postgres(conn) => {
                    let query = behind!(diesel::pg::Pg, is_red, room);
                    diesel_async::RunQueryDsl::load(query, conn).await?
                }
            };
            found.extend(more);
        }
        Ok(found.into_iter().map(|key| ProjectId(key.0)).collect())
    }
}
