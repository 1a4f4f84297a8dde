//! Lists of projects, page by page.

use diesel::prelude::*;
use domain::id::{PersonId, ProjectId, ZoneId};
use time::{Date, OffsetDateTime};

use crate::{
    connection::Conn,
    error::StoreError,
    schema::{project, project_contact, stage},
    store::Tx,
    types::{At, Key},
};

/// One row of the list of projects.
#[derive(Debug, Clone)]
pub struct ProjectHeader {
    /// Key.
    pub id: ProjectId,
    /// The zone's number.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// The company that invests.
    pub investor: String,
    /// The day it entered the green channel.
    pub admitted_on: Date,
    /// The day its last stage was finished.
    pub closed_on: Option<Date>,
    /// How many stages it has.
    pub stage_count: i32,
    /// How many of them are finished.
    pub done_count: i32,
    /// Counts up with every decision.
    pub version: i64,
    /// When it was last decided upon.
    pub updated_at: OffsetDateTime,
}

type HeaderRow = (
    Key,
    String,
    String,
    String,
    Date,
    Option<Date>,
    i32,
    i32,
    i64,
    At,
);

/// Which projects a list shows.
#[derive(Debug, Clone, Default)]
pub struct ProjectFilter {
    /// Only those of an investor's contact or a steward.
    pub of_person: Option<PersonId>,
    /// Only those in which one of the units has a stage; all if there is none.
    pub of_units: std::collections::BTreeSet<domain::id::UnitId>,
    /// Only those that are not finished.
    pub is_open: Option<bool>,
    /// After this row of an earlier page.
    pub after: Option<(OffsetDateTime, ProjectId)>,
}

impl Tx {
    /// A page of projects, last decided first.
    pub async fn project_list(
        &mut self,
        zone: ZoneId,
        filter: &ProjectFilter,
        limit: i64,
    ) -> Result<Vec<ProjectHeader>, StoreError> {
        let columns = (
            project::id,
            project::code,
            project::name,
            project::investor,
            project::admitted_on,
            project::closed_on,
            project::stage_count,
            project::done_count,
            project::version,
            project::updated_at,
        );
        let zone_key = Key(zone.0);
        // Written once as a macro body because a boxed query belongs to one database.
        macro_rules! page {
            ($backend:ty) => {{
                let mut query = project::table
                    .filter(project::zone_id.eq(zone_key))
                    .order((project::updated_at.desc(), project::id.desc()))
                    .select(columns)
                    .limit(limit)
                    .into_boxed::<$backend>();
                if let Some((at, id)) = filter.after {
                    query = query
                        .filter(project::updated_at.le(At(at)))
                        .filter(project::updated_at.lt(At(at)).or(project::id.lt(Key(id.0))));
                }
                if let Some(person) = filter.of_person {
                    let mine = project_contact::table
                        .filter(project_contact::zone_id.eq(zone_key))
                        .filter(project_contact::person_id.eq(Key(person.0)))
                        .select(project_contact::project_id);
                    query = query.filter(
                        project::id
                            .eq_any(mine)
                            .or(project::steward_id.eq(Key(person.0)).assume_not_null()),
                    );
                }
                if !filter.of_units.is_empty() {
                    let units = filter.of_units.iter().map(|unit| Key(unit.0));
                    let theirs = stage::table
                        .filter(stage::zone_id.eq(zone_key))
                        .filter(stage::unit_id.eq_any(units.collect::<Vec<_>>()))
                        .select(stage::project_id);
                    query = query.filter(project::id.eq_any(theirs));
                }
                match filter.is_open {
                    Some(true) => query = query.filter(project::closed_on.is_null()),
                    Some(false) => query = query.filter(project::closed_on.is_not_null()),
                    None => {}
                }
                query
            }};
        }
        let rows: Vec<HeaderRow> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(page!(diesel::sqlite::Sqlite), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(page!(diesel::pg::Pg), conn).await?
            }
        };
        Ok(rows.into_iter().map(header).collect())
    }
}

fn header(row: HeaderRow) -> ProjectHeader {
    let (id, code, name, investor, admitted_on, closed_on, stage_count, done_count, version, at) =
        row;
    ProjectHeader {
        id: ProjectId(id.0),
        code,
        name,
        investor,
        admitted_on,
        closed_on,
        stage_count,
        done_count,
        version,
        updated_at: at.0,
    }
}
