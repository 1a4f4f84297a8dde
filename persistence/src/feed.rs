//! The feed of the zone: every line of every record, in one order, for whoever reads on from a place.
//!
//! A place must never be given to a line behind which a reader has read already. If the writing transaction
//! took it, a later place could be seen before an earlier one is committed, or every writer would wait for one
//! row. So a write only notes that its lines are due (`feed_due`, keys of its own, nobody waits), and whoever
//! looks gives the places afterwards: one transaction at a time, which holds the zone's counter, numbers what is
//! committed by then. A reader sees either all places up to some number or none of what follows; the next
//! places are given only after those are committed. A unique key decides that no line gets two.
//!
//! Lines of one project stand in the order of their record; between projects, in that of their recording, as far
//! as they were numbered together.

use std::collections::BTreeMap;

use diesel::{
    dsl::{exists, not},
    prelude::*,
    sql_types::Bool,
};
use domain::{
    access::{Actor, Permission, Reach},
    id::{EventId, ProjectId, ZoneId},
};
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    event::{EventRow, RecordedEvent},
    prepared::insert_each,
    schema::{counter, event, feed, feed_due, project, project_contact, stage},
    store::Tx,
    types::{At, Key, derived_key},
};

/// The counter of places.
const FEED: &str = "feed";
/// Lines that are numbered in one transaction: it holds the counter, and should be short.
const NUMBERED_AT_ONCE: i64 = 1_000;
/// Places that one look goes through at most, however few of their lines the reader may see: a look costs no
/// more than this, and says where the next goes on.
pub const LOOKED_THROUGH_MAX: i64 = 10_000;

/// A line that has no place yet.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = feed_due)]
pub(crate) struct DueRow {
    pub(crate) zone_id: Key,
    pub(crate) project_id: Key,
    pub(crate) seq: i64,
    pub(crate) recorded_at: At,
}

#[derive(Insertable)]
#[diesel(table_name = feed)]
struct FeedRow {
    zone_id: Key,
    position: i64,
    project_id: Key,
    seq: i64,
}

/// A line of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLine {
    /// Its place, from 1; places have no gaps.
    pub position: i64,
    /// The key of the line, the same wherever it is told.
    pub id: EventId,
    /// Whose record it stands in.
    pub project: ProjectId,
    /// The line.
    pub line: RecordedEvent,
}

/// The key of a line: what it stands for, so that it needs no column.
pub fn event_id(zone: ZoneId, project: ProjectId, seq: i64) -> EventId {
    EventId(derived_key(zone, &format!("event:{project}:{seq}")))
}

/// Which projects somebody reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Among {
    person: Key,
    unit: Key,
    everything: bool,
}

impl Among {
    /// The same borders as [`Actor::may_on_project`].
    fn of(actor: &Actor, permission: Permission) -> Option<Self> {
        let nobody = Key(uuid::Uuid::nil());
        let unit = actor.unit.map_or(nobody, |unit| Key(unit.0));
        let (unit, everything) = match actor.reach(permission)? {
            Reach::Own => (nobody, false),
            Reach::Unit => (unit, false),
            Reach::Zone => (nobody, true),
        };
        Some(Self {
            person: Key(actor.person.0),
            unit,
            everything,
        })
    }

    fn nothing() -> Self {
        let nobody = Key(uuid::Uuid::nil());
        Self {
            person: nobody,
            unit: nobody,
            everything: false,
        }
    }
}

/// What somebody may read of the feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedScope {
    read: Among,
    internal: Among,
    project: Option<ProjectId>,
}

impl FeedScope {
    /// What the actor may read at this moment; `None` for nothing at all.
    pub fn of(actor: &Actor) -> Option<Self> {
        Some(Self {
            read: Among::of(actor, Permission::ReadProject)?,
            internal: Among::of(actor, Permission::ReadInternal).unwrap_or_else(Among::nothing),
            project: None,
        })
    }

    /// The same, of one project only.
    #[must_use]
    pub fn of_project(self, project: ProjectId) -> Self {
        Self {
            project: Some(project),
            ..self
        }
    }
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPage {
    /// Lines that may be read, by place.
    pub lines: Vec<FeedLine>,
    /// The place behind which to go on: everything up to it has been looked through.
    pub next: i64,
    /// True when there is more behind it.
    pub has_more: bool,
}

/// True for lines of projects that `$among` reaches. Of one form for all, so that the statement stays prepared.
macro_rules! reaches {
    ($zone:expr, $among:expr) => {
        $among
            .everything
            .into_sql::<Bool>()
            .or(feed::project_id.eq_any(
                project_contact::table
                    .filter(project_contact::zone_id.eq($zone))
                    .filter(project_contact::person_id.eq($among.person))
                    .select(project_contact::project_id),
            ))
            .or(feed::project_id.eq_any(
                project::table
                    .filter(project::zone_id.eq($zone))
                    .filter(project::steward_id.eq($among.person))
                    .select(project::id),
            ))
            .or(feed::project_id.eq_any(
                stage::table
                    .filter(stage::zone_id.eq($zone))
                    .filter(stage::officer_id.eq($among.person))
                    .select(stage::project_id),
            ))
            .or(feed::project_id.eq_any(
                stage::table
                    .filter(stage::zone_id.eq($zone))
                    .filter(stage::unit_id.eq($among.unit))
                    .select(stage::project_id),
            ))
    };
}

impl Tx {
    /// Notes that lines are due.
    pub(crate) async fn append_to_feed(&mut self, rows: &[DueRow]) -> Result<(), StoreError> {
        insert_each!(self, execute, rows, values => diesel::insert_into(feed_due::table).values(values));
        Ok(())
    }

    /// True when lines have no place yet.
    pub async fn is_feed_due(&mut self, zone: ZoneId) -> Result<bool, StoreError> {
        let due = feed_due::table.filter(feed_due::zone_id.eq(Key(zone.0)));
        Ok(run!(self, get_result, diesel::select(exists(due)))?)
    }

    /// Gives places to lines that have none; gives how many. Less than it could means that all have theirs.
    pub async fn number_feed(&mut self, zone: ZoneId) -> Result<usize, StoreError> {
        let last = self.hold_feed(zone).await?;
        let query = feed_due::table
            .filter(feed_due::zone_id.eq(Key(zone.0)))
            .order((feed_due::project_id, feed_due::seq))
            .limit(NUMBERED_AT_ONCE);
        let due: Vec<DueRow> = run!(self, load, query)?;
        if due.is_empty() {
            return Ok(0);
        }
        let rows: Vec<FeedRow> = in_order(due)
            .into_iter()
            .zip(last + 1..)
            .map(|(due, position)| FeedRow {
                zone_id: due.zone_id,
                position,
                project_id: due.project_id,
                seq: due.seq,
            })
            .collect();
        let count = rows.len();
        insert_each!(self, execute, &rows, values => diesel::insert_into(feed::table).values(values));
        let numbered = feed::table
            .filter(feed::zone_id.eq(feed_due::zone_id))
            .filter(feed::project_id.eq(feed_due::project_id))
            .filter(feed::seq.eq(feed_due::seq));
        let done = feed_due::table
            .filter(feed_due::zone_id.eq(Key(zone.0)))
            .filter(exists(numbered));
        run!(self, execute, diesel::delete(done))?;
        let last = rows.last().map_or(last, |row| row.position);
        let this = counter::table.find((Key(zone.0), FEED));
        run!(
            self,
            execute,
            diesel::update(this).set(counter::value.eq(last))
        )?;
        Ok(count)
    }

    /// The last place that was given. Nobody else gives one until this transaction ends.
    async fn hold_feed(&mut self, zone: ZoneId) -> Result<i64, StoreError> {
        let query = diesel::insert_into(counter::table)
            .values((
                counter::zone_id.eq(Key(zone.0)),
                counter::name.eq(FEED),
                counter::value.eq(0_i64),
            ))
            .on_conflict((counter::zone_id, counter::name))
            .do_update()
            // To what it is: PostgreSQL holds a row that is written.
            .set(counter::value.eq(counter::value))
            .returning(counter::value);
        Ok(run!(self, get_result, query)?)
    }

    /// The last place that was given; 0 for none.
    pub async fn feed_head(&mut self, zone: ZoneId) -> Result<i64, StoreError> {
        self.number(zone, FEED).await
    }

    /// Up to `limit` lines behind `after` that `scope` may read.
    pub async fn feed_after(
        &mut self,
        zone: ZoneId,
        scope: &FeedScope,
        after: i64,
        limit: i64,
    ) -> Result<FeedPage, StoreError> {
        let head = self.feed_head(zone).await?;
        let until = head.min(after.saturating_add(LOOKED_THROUGH_MAX));
        let key = Key(zone.0);
        let any_project = scope.project.is_none();
        let project = scope.project.map_or(Key(uuid::Uuid::nil()), |id| Key(id.0));
        let query = feed::table
            .inner_join(
                event::table.on(event::zone_id
                    .eq(feed::zone_id)
                    .and(event::project_id.eq(feed::project_id))
                    .and(event::seq.eq(feed::seq))),
            )
            .filter(feed::zone_id.eq(key))
            .filter(feed::position.gt(after))
            .filter(feed::position.le(until))
            .filter(
                any_project
                    .into_sql::<Bool>()
                    .or(feed::project_id.eq(project)),
            )
            .filter(reaches!(key, scope.read))
            .filter(event::is_public.or(reaches!(key, scope.internal)))
            .order(feed::position)
            .limit(limit)
            .select((feed::position, event::all_columns));
        let rows: Vec<(i64, EventRow)> = run!(self, load, query)?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
        let lines: Vec<FeedLine> = rows
            .into_iter()
            .map(|(position, row)| feed_line(zone, position, row))
            .collect::<Result<_, _>>()?;
        let last = lines.last().map(|line| line.position);
        let next = last.filter(|_| is_full).unwrap_or(until.max(after));
        Ok(FeedPage {
            lines,
            next,
            has_more: next < head,
        })
    }

    /// The line at a place, if `scope` may read it.
    pub async fn feed_line(
        &mut self,
        zone: ZoneId,
        scope: &FeedScope,
        position: i64,
    ) -> Result<Option<FeedLine>, StoreError> {
        let page = self.feed_after(zone, scope, position - 1, 1).await?;
        let found = page.lines.into_iter().next();
        Ok(found.filter(|line| line.position == position))
    }

    /// The projects and stages that lines behind `after` are about, whoever may read them: enough to know
    /// whose pages are old.
    pub async fn feed_touched(
        &mut self,
        zone: ZoneId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<(i64, ProjectId)>, StoreError> {
        let query = feed::table
            .filter(feed::zone_id.eq(Key(zone.0)))
            .filter(feed::position.gt(after))
            .order(feed::position)
            .limit(limit)
            .select((feed::position, feed::project_id));
        let rows: Vec<(i64, Key)> = run!(self, load, query)?;
        Ok(rows
            .into_iter()
            .map(|(position, project)| (position, ProjectId(project.0)))
            .collect())
    }

    /// How many lines wait for a place, or have none although nothing waits: for tests and reports of faults.
    pub async fn feed_gaps(&mut self, zone: ZoneId) -> Result<i64, StoreError> {
        let placed = feed::table
            .filter(feed::zone_id.eq(event::zone_id))
            .filter(feed::project_id.eq(event::project_id))
            .filter(feed::seq.eq(event::seq));
        let query = event::table
            .filter(event::zone_id.eq(Key(zone.0)))
            .filter(not(exists(placed)))
            .count();
        Ok(run!(self, get_result, query)?)
    }
}

fn feed_line(zone: ZoneId, position: i64, row: EventRow) -> Result<FeedLine, StoreError> {
    let project = row.project();
    let line = row.read()?;
    Ok(FeedLine {
        position,
        id: event_id(zone, project, line.seq),
        project,
        line,
    })
}

/// By the time of recording, but those of one project in the order of its record, whatever the clocks of several
/// machines say. `due` is sorted by project and number.
fn in_order(due: Vec<DueRow>) -> Vec<DueRow> {
    let mut latest: BTreeMap<Key, OffsetDateTime> = BTreeMap::new();
    let mut timed: Vec<(OffsetDateTime, DueRow)> = due
        .into_iter()
        .map(|row| {
            let at = latest.entry(row.project_id).or_insert(row.recorded_at.0);
            *at = (*at).max(row.recorded_at.0);
            (*at, row)
        })
        .collect();
    // Stable: what was recorded at once stays sorted by project and number.
    timed.sort_by_key(|(at, _)| *at);
    timed.into_iter().map(|(_, row)| row).collect()
}
