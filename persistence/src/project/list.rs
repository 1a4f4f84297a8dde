//! Lists of projects, page by page.

use diesel::{dsl::not, prelude::*};
use domain::{
    id::{PersonId, ProjectId, UnitId, ZoneId},
    lamp::Lamp,
    stage::StageState,
    template::Phase,
};
use time::{Date, OffsetDateTime};

use crate::{
    connection::Conn,
    error::StoreError,
    schema::{project, project_contact, stage},
    store::Tx,
    types::{At, Key},
};

diesel::define_sql_function! {
    /// Small letters.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

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

/// By what a list of projects is sorted; their keys decide between equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProjectOrder {
    /// When they were last decided upon.
    #[default]
    Updated,
    /// The day on which they entered the green channel.
    Admitted,
    /// The zone's number, byte by byte.
    Code,
}

/// Where in a list a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectPlace {
    /// Behind this row, by [`ProjectOrder::Updated`].
    Updated(OffsetDateTime, ProjectId),
    /// Behind this row, by [`ProjectOrder::Admitted`].
    Admitted(Date, ProjectId),
    /// Behind this row, by [`ProjectOrder::Code`].
    Code(String),
}

/// Which projects a list shows. All that is said must hold.
#[derive(Debug, Clone, Default)]
pub struct ProjectFilter {
    /// Only those of an investor's contact or a steward.
    pub of_person: Option<PersonId>,
    /// Only those in which one of the units has a stage; all if there is none.
    pub of_units: std::collections::BTreeSet<domain::id::UnitId>,
    /// Another unit that must have a stage in it: what is asked for, beside what may be seen.
    pub unit: Option<UnitId>,
    /// Only those that are not finished.
    pub is_open: Option<bool>,
    /// The lamp that they show on a day.
    pub lamp: Option<(Lamp, Date)>,
    /// Only those with an open stage in this phase.
    pub phase: Option<Phase>,
    /// Only those of this company.
    pub investor: Option<String>,
    /// Only those with a running stage that is due before this day.
    pub due_before: Option<Date>,
    /// Only those whose number or name contains this.
    pub text: Option<String>,
    /// By what they are sorted.
    pub order: ProjectOrder,
    /// True for the least first.
    pub is_ascending: bool,
    /// After this row of an earlier page, in that order.
    pub after: Option<ProjectPlace>,
}

/// The character before one that means itself in a pattern.
const ESCAPE: char = '\\';

/// The pattern of a text that contains `part`.
fn containing(part: &str) -> String {
    let mut pattern = String::from("%");
    for letter in part.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | ESCAPE) {
            pattern.push(ESCAPE);
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Projects of which a stage is `$such`.
macro_rules! with_stage {
    ($zone:expr, $such:expr) => {
        project::id.eq_any(
            stage::table
                .filter(stage::zone_id.eq($zone))
                .filter($such)
                .select(stage::project_id),
        )
    };
}

/// Those of `$query` that show a lamp: the gravest of what is not finished decides.
macro_rules! shining {
    ($query:expr, $zone:expr, $lamp:expr, $today:expr) => {{
        let (zone, today) = ($zone, $today);
        let red = || with_stage!(zone, stage::red_on.le(today));
        let yellow = || with_stage!(zone, stage::yellow_on.le(today));
        let blue = || with_stage!(zone, stage::blue_on.le(today));
        let in_state = |state: StageState| with_stage!(zone, stage::state.eq(state.code()));
        let late = || {
            let is_late = stage::done_on.gt(stage::due_on);
            with_stage!(zone, stage::state.eq(StageState::Done.code()).and(is_late))
        };
        let open = || project::closed_on.is_null();
        match $lamp {
            Lamp::Red => $query.filter(open()).filter(red()),
            Lamp::Yellow => $query.filter(open()).filter(yellow()).filter(not(red())),
            Lamp::Blue => $query
                .filter(open())
                .filter(blue())
                .filter(not(red()))
                .filter(not(yellow())),
            Lamp::Paused => $query
                .filter(open())
                .filter(in_state(StageState::Stopped))
                .filter(not(red()))
                .filter(not(yellow()))
                .filter(not(blue())),
            Lamp::Green => $query
                .filter(open())
                .filter(in_state(StageState::Running))
                .filter(not(in_state(StageState::Stopped)))
                .filter(not(red()))
                .filter(not(yellow()))
                .filter(not(blue())),
            Lamp::NotStarted => $query
                .filter(open())
                .filter(not(in_state(StageState::Stopped)))
                .filter(not(in_state(StageState::Running))),
            Lamp::DoneLate => $query.filter(not(open())).filter(late()),
            Lamp::Done => $query.filter(not(open())).filter(not(late())),
        }
    }};
}

/// Those of `$query` that the filter wants. Written once as a macro body because a boxed query belongs to one
/// database.
macro_rules! wanted {
    ($backend:ty, $zone:expr, $filter:expr) => {{
        let (zone, filter): (Key, &ProjectFilter) = ($zone, $filter);
        let mut query = project::table
            .filter(project::zone_id.eq(zone))
            .into_boxed::<$backend>();
        if let Some(person) = filter.of_person {
            let mine = project_contact::table
                .filter(project_contact::zone_id.eq(zone))
                .filter(project_contact::person_id.eq(Key(person.0)))
                .select(project_contact::project_id);
            query = query.filter(
                project::id
                    .eq_any(mine)
                    .or(project::steward_id.eq(Key(person.0)).assume_not_null()),
            );
        }
        if !filter.of_units.is_empty() {
            let units: Vec<Key> = filter.of_units.iter().map(|unit| Key(unit.0)).collect();
            query = query.filter(with_stage!(zone, stage::unit_id.eq_any(units)));
        }
        if let Some(unit) = filter.unit {
            query = query.filter(with_stage!(zone, stage::unit_id.eq(Key(unit.0))));
        }
        match filter.is_open {
            Some(true) => query = query.filter(project::closed_on.is_null()),
            Some(false) => query = query.filter(project::closed_on.is_not_null()),
            None => {}
        }
        if let Some((lamp, today)) = filter.lamp {
            query = shining!(query, zone, lamp, today);
        }
        if let Some(phase) = filter.phase {
            let open = stage::state.ne(StageState::Done.code());
            query = query.filter(with_stage!(zone, stage::phase.eq(phase.code()).and(open)));
        }
        if let Some(day) = filter.due_before {
            let running = stage::state.eq(StageState::Running.code());
            query = query.filter(with_stage!(zone, running.and(stage::due_on.lt(day))));
        }
        if let Some(investor) = &filter.investor {
            query = query.filter(project::investor.eq(investor.clone()));
        }
        if let Some(text) = &filter.text {
            let pattern = containing(text);
            let is_named = lower(project::name).like(pattern.clone()).escape(ESCAPE);
            let is_numbered = lower(project::code).like(pattern).escape(ESCAPE);
            query = query.filter(is_named.or(is_numbered));
        }
        query
    }};
}

/// `$query` sorted by one column and the key, from behind a row on.
macro_rules! sorted {
    ($query:expr, $column:expr, $is_ascending:expr, $after:expr) => {{
        let query = $query;
        match ($is_ascending, $after) {
            (true, None) => query.order(($column.asc(), project::id.asc())),
            (false, None) => query.order(($column.desc(), project::id.desc())),
            (true, Some((value, id))) => query
                .filter($column.ge(value.clone()))
                .filter($column.gt(value).or(project::id.gt(id)))
                .order(($column.asc(), project::id.asc())),
            (false, Some((value, id))) => query
                .filter($column.le(value.clone()))
                .filter($column.lt(value).or(project::id.lt(id)))
                .order(($column.desc(), project::id.desc())),
        }
    }};
}

macro_rules! page {
    ($backend:ty, $zone:expr, $filter:expr) => {{
        let filter: &ProjectFilter = $filter;
        let query = wanted!($backend, $zone, filter);
        let up = filter.is_ascending;
        // A place of another order is none of this list's; the door refuses it before.
        match (filter.order, filter.after.clone()) {
            (ProjectOrder::Updated, Some(ProjectPlace::Updated(at, id))) => {
                sorted!(query, project::updated_at, up, Some((At(at), Key(id.0))))
            }
            (ProjectOrder::Updated, _) => {
                sorted!(query, project::updated_at, up, None::<(At, Key)>)
            }
            (ProjectOrder::Admitted, Some(ProjectPlace::Admitted(on, id))) => {
                sorted!(query, project::admitted_on, up, Some((on, Key(id.0))))
            }
            (ProjectOrder::Admitted, _) => {
                sorted!(query, project::admitted_on, up, None::<(Date, Key)>)
            }
            (ProjectOrder::Code, Some(ProjectPlace::Code(code))) => {
                if up {
                    query
                        .filter(project::code.gt(code))
                        .order((project::code.asc(), project::id.asc()))
                } else {
                    query
                        .filter(project::code.lt(code))
                        .order((project::code.desc(), project::id.desc()))
                }
            }
            (ProjectOrder::Code, _) => sorted!(query, project::code, up, None::<(String, Key)>),
        }
    }};
}

impl Tx {
    /// A page of projects in the order of the filter; last decided first if it says nothing.
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
        let zone = Key(zone.0);
        let rows: Vec<HeaderRow> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(
                page!(diesel::sqlite::Sqlite, zone, filter)
                    .select(columns)
                    .limit(limit),
                conn,
            )?,
            Conn::Postgres(conn) => {
                let query = page!(diesel::pg::Pg, zone, filter);
                diesel_async::RunQueryDsl::load(query.select(columns).limit(limit), conn).await?
            }
        };
        Ok(rows.into_iter().map(header).collect())
    }

    /// How many projects the filter wants, wherever the page begins.
    pub async fn project_count(
        &mut self,
        zone: ZoneId,
        filter: &ProjectFilter,
    ) -> Result<i64, StoreError> {
        let zone = Key(zone.0);
        let count = diesel::dsl::count_star;
        Ok(match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::get_result(
                wanted!(diesel::sqlite::Sqlite, zone, filter).select(count()),
                conn,
            )?,
            Conn::Postgres(conn) => {
                let query = wanted!(diesel::pg::Pg, zone, filter).select(count());
                diesel_async::RunQueryDsl::get_result(query, conn).await?
            }
        })
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
