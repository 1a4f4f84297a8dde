//! Stages of many projects, page by page, by the day on which they are due.

use diesel::{
    dsl::{count_star, sql},
    expression::SqlLiteral,
    prelude::*,
    sql_types::Date as SqlDate,
};
use domain::{
    id::{PersonId, ProjectId, StageId, UnitId, ZoneId},
    lamp::Lamp,
    stage::{Stage, StageState},
    template::Phase,
};
use time::{Date, macros::date};

use super::StageAtWork;
use crate::{
    connection::Conn,
    error::StoreError,
    project::ProjectRow,
    schema::{project, project_contact, stage},
    store::Tx,
    types::Key,
};

/// Which stages a list shows. All that is said must hold.
#[derive(Debug, Clone, Default)]
pub struct StageFilter {
    /// Only those of projects of an investor's contact or a steward.
    pub of_person: Option<PersonId>,
    /// Only those of projects in which one of the units has a stage; all if there is none.
    pub of_units: std::collections::BTreeSet<UnitId>,
    /// Only those of one project.
    pub project: Option<ProjectId>,
    /// Only those of this unit.
    pub unit: Option<UnitId>,
    /// Only those of this officer.
    pub officer: Option<PersonId>,
    /// The lamp that they show on a day.
    pub lamp: Option<(Lamp, Date)>,
    /// Only those of this phase.
    pub phase: Option<Phase>,
    /// Only those that are so far.
    pub state: Option<StageState>,
    /// Only those that are due before this day.
    pub due_before: Option<Date>,
    /// True for the last due first; otherwise those without a date come last.
    pub is_descending: bool,
    /// Behind this row of an earlier page, in that order.
    pub after: Option<StagePlace>,
}

/// Where a stage stands in a list: the day on which it is due, and its key.
pub type StagePlace = (Date, StageId);

/// Stands behind every day that is one.
const NO_DAY: Date = date!(9999 - 12 - 31);

/// The column by which lists are sorted, as its index has it.
fn due() -> SqlLiteral<SqlDate> {
    sql::<SqlDate>("coalesce(stage.due_on, '9999-12-31')")
}

impl StageAtWork {
    /// Where it stands in a list.
    pub fn place(&self) -> StagePlace {
        (
            self.stage.deadline.ends_on().unwrap_or(NO_DAY),
            self.stage.id,
        )
    }
}

macro_rules! shining {
    ($query:expr, $lamp:expr, $today:expr) => {{
        let today = $today;
        let in_state = |state: StageState| stage::state.eq(state.code());
        let is_late = || stage::done_on.gt(stage::due_on).assume_not_null();
        // Absent days lie behind every other.
        let is_ahead = |day: SqlLiteral<SqlDate>| day.gt(today);
        let (blue, yellow, red) = (
            || sql::<SqlDate>("coalesce(stage.blue_on, '9999-12-31')"),
            || sql::<SqlDate>("coalesce(stage.yellow_on, '9999-12-31')"),
            || sql::<SqlDate>("coalesce(stage.red_on, '9999-12-31')"),
        );
        match $lamp {
            Lamp::Red => $query.filter(stage::red_on.le(today)),
            Lamp::Yellow => $query
                .filter(stage::yellow_on.le(today))
                .filter(is_ahead(red())),
            Lamp::Blue => $query
                .filter(stage::blue_on.le(today))
                .filter(is_ahead(yellow()))
                .filter(is_ahead(red())),
            Lamp::Green => $query
                .filter(in_state(StageState::Running))
                .filter(is_ahead(blue()))
                .filter(is_ahead(yellow()))
                .filter(is_ahead(red())),
            Lamp::Paused => $query.filter(in_state(StageState::Stopped)),
            Lamp::NotStarted => {
                let states = [StageState::Waiting, StageState::Ready].map(StageState::code);
                $query.filter(stage::state.eq_any(states))
            }
            Lamp::DoneLate => $query.filter(in_state(StageState::Done)).filter(is_late()),
            Lamp::Done => $query
                .filter(in_state(StageState::Done))
                .filter(stage::due_on.is_null().or(diesel::dsl::not(is_late()))),
        }
    }};
}

macro_rules! wanted {
    ($backend:ty, $zone:expr, $filter:expr) => {{
        let (zone, filter): (Key, &StageFilter) = ($zone, $filter);
        let mut query = stage::table
            .inner_join(
                project::table.on(project::zone_id
                    .eq(stage::zone_id)
                    .and(project::id.eq(stage::project_id))),
            )
            .filter(stage::zone_id.eq(zone))
            .into_boxed::<$backend>();
        if let Some(person) = filter.of_person {
            let mine = project_contact::table
                .filter(project_contact::zone_id.eq(zone))
                .filter(project_contact::person_id.eq(Key(person.0)))
                .select(project_contact::project_id);
            query = query.filter(
                stage::project_id
                    .eq_any(mine)
                    .or(project::steward_id.eq(Key(person.0)).assume_not_null()),
            );
        }
        if !filter.of_units.is_empty() {
            let units: Vec<Key> = filter.of_units.iter().map(|unit| Key(unit.0)).collect();
            let other = diesel::alias!(stage as theirs);
            let theirs = other
                .filter(other.field(stage::zone_id).eq(zone))
                .filter(other.field(stage::unit_id).eq_any(units))
                .select(other.field(stage::project_id));
            query = query.filter(stage::project_id.eq_any(theirs));
        }
        if let Some(project) = filter.project {
            query = query.filter(stage::project_id.eq(Key(project.0)));
        }
        if let Some(unit) = filter.unit {
            query = query.filter(stage::unit_id.eq(Key(unit.0)));
        }
        if let Some(officer) = filter.officer {
            query = query.filter(stage::officer_id.eq(Key(officer.0)));
        }
        if let Some(phase) = filter.phase {
            query = query.filter(stage::phase.eq(phase.code()));
        }
        if let Some(state) = filter.state {
            query = query.filter(stage::state.eq(state.code()));
        }
        if let Some(day) = filter.due_before {
            query = query.filter(stage::due_on.lt(day));
        }
        match filter.lamp {
            Some((lamp, today)) => shining!(query, lamp, today),
            None => query,
        }
    }};
}

macro_rules! page {
    ($backend:ty, $zone:expr, $filter:expr, $limit:expr) => {{
        let query = wanted!($backend, $zone, $filter);
        let query = match ($filter.is_descending, $filter.after) {
            (false, None) => query.order((due().asc(), stage::id.asc())),
            (true, None) => query.order((due().desc(), stage::id.desc())),
            (false, Some((on, id))) => query
                .filter(due().ge(on))
                .filter(due().gt(on).or(stage::id.gt(Key(id.0))))
                .order((due().asc(), stage::id.asc())),
            (true, Some((on, id))) => query
                .filter(due().le(on))
                .filter(due().lt(on).or(stage::id.lt(Key(id.0))))
                .order((due().desc(), stage::id.desc())),
        };
        query
            .select((ProjectRow::as_select(), stage::body))
            .limit($limit)
    }};
}

impl Tx {
    /// A page of stages, by the day on which they are due.
    pub async fn stage_list(
        &mut self,
        zone: ZoneId,
        filter: &StageFilter,
        limit: i64,
    ) -> Result<Vec<StageAtWork>, StoreError> {
        let key = Key(zone.0);
        let rows: Vec<(ProjectRow, String)> = match &mut self.conn {
            Conn::Sqlite(conn) => {
                let query = page!(diesel::sqlite::Sqlite, key, filter, limit);
                diesel::RunQueryDsl::load(query, conn)?
            }
            Conn::Postgres(conn) => {
                let query = page!(diesel::pg::Pg, key, filter, limit);
                diesel_async::RunQueryDsl::load(query, conn).await?
            }
        };
        let mut found = Vec::with_capacity(rows.len());
        for (row, body) in rows {
            let stage: Stage = serde_json::from_str(&body)?;
            let version = row.version();
            let project = row.with_stages(vec![stage.clone()])?;
            let of = &project.template;
            let template = self.template(zone, &of.code, of.version).await?;
            found.push(StageAtWork {
                project,
                template,
                version,
                stage,
            });
        }
        Ok(found)
    }

    /// How many stages the filter wants, wherever the page begins.
    pub async fn stage_count(
        &mut self,
        zone: ZoneId,
        filter: &StageFilter,
    ) -> Result<i64, StoreError> {
        let key = Key(zone.0);
        Ok(match &mut self.conn {
            Conn::Sqlite(conn) => {
                let query = wanted!(diesel::sqlite::Sqlite, key, filter).select(count_star());
                diesel::RunQueryDsl::get_result(query, conn)?
            }
            Conn::Postgres(conn) => {
                let query = wanted!(diesel::pg::Pg, key, filter).select(count_star());
                diesel_async::RunQueryDsl::get_result(query, conn).await?
            }
        })
    }
}
