//! Stages: rows, and lists for desk and board. What the sweep looks at is in `sweep`, lists page by page are in
//! `list`, columns that are new in `derive`.

mod derive;
mod list;
mod sweep;

use std::sync::Arc;

use diesel::prelude::*;
use domain::{
    id::{PersonId, ProjectId, UnitId, ZoneId},
    ladder,
    lamp::LampDays,
    office::Office,
    project::Project,
    stage::{Stage, StageState},
    template::Template,
};
use time::Date;

pub use self::{
    list::{StageFilter, StagePlace},
    sweep::SweptProject,
};
use crate::{
    connection::{Conn, run},
    error::StoreError,
    prepared::change,
    project::ProjectRow,
    schema::{project, stage},
    store::Tx,
    types::{At, Key},
};

#[derive(Insertable)]
#[diesel(table_name = stage, treat_none_as_default_value = false)]
pub(crate) struct StageRow {
    zone_id: Key,
    project_id: Key,
    ordinal: i32,
    id: Key,
    unit_id: Key,
    officer_id: Option<Key>,
    state: &'static str,
    due_on: Option<Date>,
    done_on: Option<Date>,
    next_check_at: Option<At>,
    body: String,
    blue_on: Option<Date>,
    yellow_on: Option<Date>,
    red_on: Option<Date>,
    phase: Option<String>,
}

impl StageRow {
    /// The row of a stage, with the instant at which the sweep must next look at it.
    pub(crate) fn of(
        office: &Office,
        project: ProjectId,
        stage: &Stage,
    ) -> Result<Self, StoreError> {
        // A calendar without an answer is in the record as such; the sweep has nothing to look at.
        let next_check_on =
            ladder::next_check_on(stage, &office.ladder, &office.calendar).unwrap_or_default();
        let lamp = LampDays::of(stage, &office.ladder, &office.calendar);
        Ok(Self {
            zone_id: Key(office.zone.0),
            project_id: Key(project.0),
            ordinal: stage.ordinal.into(),
            id: Key(stage.id.0),
            unit_id: Key(stage.unit.0),
            officer_id: stage.officer.map(|id| Key(id.0)),
            state: stage.state.code(),
            due_on: stage.deadline.ends_on(),
            done_on: stage.done_on,
            next_check_at: next_check_on.map(|day| At(office.time.start_of(day))),
            body: serde_json::to_string(stage)?,
            blue_on: lamp.blue_on,
            yellow_on: lamp.yellow_on,
            red_on: lamp.red_on,
            phase: Some(stage.phase.code().to_owned()),
        })
    }

    /// True when queries by unit, officer, state or day find the row where they found `old`.
    fn is_found_like(&self, (old, new): (&Stage, &Stage)) -> bool {
        self.unit_id.0 == old.unit.0
            && self.officer_id.map(|key| key.0) == old.officer.map(|id| id.0)
            && self.state == old.state.code()
            && self.due_on == old.deadline.ends_on()
            && self.done_on == old.done_on
            // What the days of the lamp follow from, but for the zone's ladder: where that is changed, they
            // follow with the next decision that moves a date.
            && new.deadline == old.deadline
            && new.extension.is_some() == old.extension.is_some()
    }
}

/// A stage in a list, with its project.
#[derive(Debug, Clone)]
pub struct StageAtWork {
    /// The project, with this one of its stages only.
    pub project: Project,
    /// The template version it started with.
    pub template: Arc<Template>,
    /// The project's version, for forms.
    pub version: i64,
    /// The stage.
    pub stage: Stage,
}

/// Which stages a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkScope {
    /// Those of one officer and those of the unit that nobody has taken.
    Officer(PersonId, Option<UnitId>),
    /// Those of one unit.
    Unit(UnitId),
    /// Those of the whole zone.
    Zone,
}

impl Tx {
    /// Keeps a stage that was `old` until now and is `new`.
    pub(crate) async fn save_stage(
        &mut self,
        (old, new): (&Stage, &Stage),
        row: &StageRow,
    ) -> Result<(), StoreError> {
        let this = stage::zone_id
            .eq(row.zone_id)
            .and(stage::project_id.eq(row.project_id))
            .and(stage::ordinal.eq(row.ordinal));
        let document = (
            stage::next_check_at.eq(row.next_check_at),
            stage::body.eq(&row.body),
        );
        // SQLite writes the index of every column that is set, even to what it is.
        if row.is_found_like((old, new)) {
            run!(self, execute, change(stage::table, this, document))?;
            return Ok(());
        }
        let found = (
            stage::unit_id.eq(row.unit_id),
            stage::officer_id.eq(row.officer_id),
            stage::state.eq(row.state),
            stage::due_on.eq(row.due_on),
            stage::done_on.eq(row.done_on),
            stage::blue_on.eq(row.blue_on),
            stage::yellow_on.eq(row.yellow_on),
            stage::red_on.eq(row.red_on),
        );
        run!(self, execute, change(stage::table, this, (found, document)))?;
        Ok(())
    }

    /// Open stages in `scope`, and those finished on or after `done_since`; by due day, those without one
    /// last.
    pub async fn work(
        &mut self,
        zone: ZoneId,
        scope: WorkScope,
        done_since: Option<Date>,
        limit: i64,
    ) -> Result<Vec<StageAtWork>, StoreError> {
        let open =
            [StageState::Ready, StageState::Running, StageState::Stopped].map(StageState::code);
        macro_rules! page {
            ($backend:ty) => {{
                let mut query = stage::table
                    .inner_join(
                        project::table.on(project::zone_id
                            .eq(stage::zone_id)
                            .and(project::id.eq(stage::project_id))),
                    )
                    .filter(stage::zone_id.eq(Key(zone.0)))
                    .select((ProjectRow::as_select(), stage::body))
                    .order((
                        stage::due_on.is_null().asc(),
                        stage::due_on.asc(),
                        project::code.asc(),
                        stage::ordinal.asc(),
                    ))
                    .limit(limit)
                    .into_boxed::<$backend>();
                query = match done_since {
                    Some(day) => query.filter(
                        stage::state
                            .eq_any(open)
                            .or(stage::done_on.ge(day).assume_not_null()),
                    ),
                    None => query.filter(stage::state.eq_any(open)),
                };
                match scope {
                    WorkScope::Zone => {}
                    WorkScope::Unit(unit) => query = query.filter(stage::unit_id.eq(Key(unit.0))),
                    WorkScope::Officer(person, Some(unit)) => {
                        query = query.filter(
                            stage::officer_id.eq(Key(person.0)).assume_not_null().or(
                                stage::officer_id
                                    .is_null()
                                    .and(stage::unit_id.eq(Key(unit.0))),
                            ),
                        );
                    }
                    WorkScope::Officer(person, None) => {
                        query = query.filter(stage::officer_id.eq(Key(person.0)));
                    }
                }
                query
            }};
        }
        let rows: Vec<(ProjectRow, String)> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(page!(diesel::sqlite::Sqlite), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(page!(diesel::pg::Pg), conn).await?
            }
        };
        let mut work = Vec::with_capacity(rows.len());
        for (row, body) in rows {
            let stage: Stage = serde_json::from_str(&body)?;
            let version = row.version();
            let project = row.with_stages(vec![stage.clone()])?;
            let of = &project.template;
            let template = self.template(zone, &of.code, of.version).await?;
            work.push(StageAtWork {
                project,
                template,
                version,
                stage,
            });
        }
        Ok(work)
    }

    /// How many stages of `scope` are ready or running: what the menu counts.
    pub async fn count_work(&mut self, zone: ZoneId, scope: WorkScope) -> Result<i64, StoreError> {
        let waiting = [StageState::Ready, StageState::Running].map(StageState::code);
        macro_rules! count {
            ($backend:ty) => {{
                let query = stage::table
                    .filter(
                        stage::zone_id
                            .eq(Key(zone.0))
                            .and(stage::state.eq_any(waiting)),
                    )
                    .select(diesel::dsl::count_star())
                    .into_boxed::<$backend>();
                match scope {
                    WorkScope::Zone => query,
                    WorkScope::Unit(unit) => query.filter(stage::unit_id.eq(Key(unit.0))),
                    WorkScope::Officer(person, Some(unit)) => query.filter(
                        stage::officer_id
                            .eq(Key(person.0))
                            .assume_not_null()
                            .or(stage::officer_id
                                .is_null()
                                .and(stage::unit_id.eq(Key(unit.0)))),
                    ),
                    WorkScope::Officer(person, None) => {
                        query.filter(stage::officer_id.eq(Key(person.0)))
                    }
                }
            }};
        }
        Ok(match &mut self.conn {
            Conn::Sqlite(conn) => {
                diesel::RunQueryDsl::get_result(count!(diesel::sqlite::Sqlite), conn)?
            }
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::get_result(count!(diesel::pg::Pg), conn).await?
            }
        })
    }

    /// Projects under way, stages finished since a day, and how many of those after their promise.
    pub async fn figures(&mut self, zone: ZoneId, since: Date) -> Result<[i64; 3], StoreError> {
        let open = project::table
            .filter(
                project::zone_id
                    .eq(Key(zone.0))
                    .and(project::closed_on.is_null()),
            )
            .count();
        let done = || {
            stage::table
                .filter(stage::zone_id.eq(Key(zone.0)))
                .filter(stage::state.eq(StageState::Done.code()))
                .filter(stage::done_on.ge(since))
        };
        let all = done().count();
        let late = done().filter(stage::done_on.gt(stage::due_on)).count();
        Ok([
            run!(self, get_result, open)?,
            run!(self, get_result, all)?,
            run!(self, get_result, late)?,
        ])
    }

    /// How many stages are open, overdue on `today` and stopped: the figures of a morning.
    pub async fn open_and_overdue(
        &mut self,
        zone: ZoneId,
        today: Date,
    ) -> Result<(i64, i64), StoreError> {
        let open =
            [StageState::Ready, StageState::Running, StageState::Stopped].map(StageState::code);
        let all = stage::table
            .filter(
                stage::zone_id
                    .eq(Key(zone.0))
                    .and(stage::state.eq_any(open)),
            )
            .count();
        let overdue = stage::table
            .filter(stage::zone_id.eq(Key(zone.0)))
            .filter(stage::state.eq(StageState::Running.code()))
            .filter(stage::due_on.lt(today))
            .count();
        Ok((
            run!(self, get_result, all)?,
            run!(self, get_result, overdue)?,
        ))
    }

    /// The source keys of taken-over cases that are open and overdue on `today`, sorted.
    pub async fn overdue_sources(
        &mut self,
        zone: ZoneId,
        today: Date,
    ) -> Result<Vec<String>, StoreError> {
        let query = stage::table
            .inner_join(
                project::table.on(project::zone_id
                    .eq(stage::zone_id)
                    .and(project::id.eq(stage::project_id))),
            )
            .filter(stage::zone_id.eq(Key(zone.0)))
            .filter(stage::state.eq(StageState::Running.code()))
            .filter(stage::due_on.lt(today))
            .filter(project::source_key.is_not_null())
            .order(project::source_key)
            .select(project::source_key);
        let keys: Vec<Option<String>> = run!(self, load, query)?;
        Ok(keys.into_iter().flatten().collect())
    }

    /// The source keys of taken-over cases that were finished after their due day, sorted, and how many
    /// were finished at all.
    pub async fn closed_late_sources(
        &mut self,
        zone: ZoneId,
    ) -> Result<(i64, Vec<String>), StoreError> {
        let query = project::table
            .inner_join(
                stage::table.on(project::zone_id
                    .eq(stage::zone_id)
                    .and(project::id.eq(stage::project_id))),
            )
            .filter(project::zone_id.eq(Key(zone.0)))
            .filter(project::closed_on.is_not_null())
            .filter(project::source_key.is_not_null())
            .order(project::source_key)
            .select((project::source_key, stage::body));
        let rows: Vec<(Option<String>, String)> = run!(self, load, query)?;
        let closed = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let mut late = Vec::new();
        for (key, body) in rows {
            let stage: Stage = serde_json::from_str(&body)?;
            late.extend(key.filter(|_| stage.is_done_late()));
        }
        Ok((closed, late))
    }
}
