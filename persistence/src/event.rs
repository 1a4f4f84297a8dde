//! The record: append-only, numbered, hash-chained per project.
//!
//! [`crate::chain`] says what a hash is made of. The fields of a line are, in this order: stage, kind, whether
//! it is public, author, happened, recorded, whether it is a late entry, fact, source key. Keys are their 16
//! bytes, truths one byte, instants microseconds since 1970 (rounded down) in eight big-endian bytes, texts
//! UTF-8; an absent value has length zero.
//!
//! The chain shows what was changed by somebody who cannot also rewrite every later line and the head in
//! `project`. Against somebody who can, [`crate::checkpoint`] keeps signed heads where that person cannot
//! reach.

mod lines;

use diesel::{dsl, prelude::*};
use domain::{
    event::{Author, Event, Fact, Visibility},
    id::{ProjectId, StageId, ZoneId},
};
use time::OffsetDateTime;

pub use self::lines::{ChainLine, LinePage};
use crate::{
    chain::{ChainId, entry_hash},
    connection::run,
    error::StoreError,
    feed::DueRow,
    prepared::insert_each,
    schema::event,
    store::Tx,
    types::{At, Key},
};

/// Where the chain of a project stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// The number of the last line; 0 for none.
    pub seq: i64,
    /// The hash of the last line; 32 zero bytes for none.
    pub hash: Vec<u8>,
}

impl ChainHead {
    /// The head of an empty chain.
    pub fn empty() -> Self {
        Self {
            seq: 0,
            hash: vec![0; 32],
        }
    }
}

/// A line of the record as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its number in the project, from 1.
    pub seq: i64,
    /// What it says.
    pub event: Event,
    /// When it was written.
    pub recorded_at: OffsetDateTime,
}

/// A line to append.
pub(crate) struct NewEvent<'a> {
    pub(crate) event: &'a Event,
    /// The key of the line in another system, which keeps an import from doubling it.
    pub(crate) source_key: Option<String>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = event, treat_none_as_default_value = false)]
pub(crate) struct EventRow {
    zone_id: Key,
    project_id: Key,
    seq: i64,
    stage_id: Option<Key>,
    kind: String,
    is_public: bool,
    author: String,
    happened_at: At,
    recorded_at: At,
    is_late_entry: bool,
    fact: String,
    source_key: Option<String>,
    hash: Vec<u8>,
}

impl EventRow {
    /// The row after `head`, and the new head.
    pub(crate) fn next(
        (zone, project): (ZoneId, ProjectId),
        head: &ChainHead,
        new: &NewEvent<'_>,
        recorded_at: OffsetDateTime,
    ) -> Result<(Self, ChainHead), StoreError> {
        let line = new.event;
        let mut row = Self {
            zone_id: Key(zone.0),
            project_id: Key(project.0),
            seq: head.seq + 1,
            stage_id: line.stage.map(|stage| Key(stage.0)),
            kind: line.fact.kind().to_owned(),
            is_public: line.fact.visibility() == Visibility::Public,
            author: serde_json::to_string(&line.author)?,
            happened_at: At(line.happened_at),
            recorded_at: At(recorded_at),
            is_late_entry: line.is_late_entry,
            fact: serde_json::to_string(&line.fact)?,
            // The hash takes an empty key for none; so does the column.
            source_key: new.source_key.clone().filter(|key| !key.is_empty()),
            hash: Vec::new(),
        };
        row.hash = row.digest(&head.hash);
        let head = ChainHead {
            seq: row.seq,
            hash: row.hash.clone(),
        };
        Ok((row, head))
    }

    fn digest(&self, previous: &[u8]) -> Vec<u8> {
        let happened = self.happened_at.unix_micros().to_be_bytes();
        let recorded = self.recorded_at.unix_micros().to_be_bytes();
        let stage = self.stage_id.map(|key| key.0);
        let fields = [
            stage.as_ref().map_or(&[][..], |key| key.as_bytes()),
            self.kind.as_bytes(),
            &[u8::from(self.is_public)],
            self.author.as_bytes(),
            happened.get(8..).unwrap_or_default(),
            recorded.get(8..).unwrap_or_default(),
            &[u8::from(self.is_late_entry)],
            self.fact.as_bytes(),
            self.source_key.as_deref().unwrap_or_default().as_bytes(),
        ];
        let chain = ChainId::Project(ProjectId(self.project_id.0));
        let zone = ZoneId(self.zone_id.0);
        entry_hash((zone, chain), self.seq, previous, &fields).to_vec()
    }

    /// True when the line is the one that was appended after `head`.
    fn continues(&self, head: &ChainHead) -> bool {
        self.seq == head.seq + 1
            && self.source_key.as_deref() != Some("")
            && self.hash == self.digest(&head.hash)
    }

    fn read_all(rows: Vec<Self>) -> Result<Vec<RecordedEvent>, StoreError> {
        rows.into_iter().map(Self::read).collect()
    }

    /// What the feed of the zone needs to know of a new line.
    fn due(&self) -> DueRow {
        DueRow {
            zone_id: self.zone_id,
            project_id: self.project_id,
            seq: self.seq,
            recorded_at: self.recorded_at,
        }
    }

    pub(crate) fn project(&self) -> ProjectId {
        ProjectId(self.project_id.0)
    }

    pub(crate) fn read(self) -> Result<RecordedEvent, StoreError> {
        let author: Author = serde_json::from_str(&self.author)?;
        let fact: Fact = serde_json::from_str(&self.fact)?;
        Ok(RecordedEvent {
            seq: self.seq,
            event: Event {
                stage: self.stage_id.map(|key| StageId(key.0)),
                author,
                happened_at: self.happened_at.0,
                is_late_entry: self.is_late_entry,
                fact,
            },
            recorded_at: self.recorded_at.0,
        })
    }
}

/// The record of a project, from its end.
#[dsl::auto_type(no_type_alias)]
fn newest_first(zone: Key, project: Key) -> _ {
    event::table
        .filter(event::zone_id.eq(zone).and(event::project_id.eq(project)))
        .order(event::seq.desc())
}

/// Public lines, or all. A value that is bound, so that the statement stays the same and prepared.
fn shown_to(visibility: Visibility) -> dsl::GtEq<event::is_public, bool> {
    let is_public_only = visibility == Visibility::Public;
    event::is_public.ge(is_public_only)
}

impl Tx {
    /// Appends rows that continue their chains.
    pub(crate) async fn append_events(&mut self, rows: &[EventRow]) -> Result<(), StoreError> {
        insert_each!(self, execute, rows, values => diesel::insert_into(event::table).values(values));
        let due: Vec<DueRow> = rows.iter().map(EventRow::due).collect();
        self.append_to_feed(&due).await
    }

    /// The last `limit` lines of a project, newest first; only public ones for outsiders.
    pub async fn events(
        &mut self,
        zone: ZoneId,
        project: ProjectId,
        visibility: Visibility,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let query = newest_first(Key(zone.0), Key(project.0))
            .filter(shown_to(visibility))
            .limit(limit);
        EventRow::read_all(run!(self, load, query)?)
    }

    /// The last `limit` lines about one stage, newest first; only public ones for outsiders.
    pub async fn events_of_stage(
        &mut self,
        zone: ZoneId,
        (project, stage): (ProjectId, StageId),
        visibility: Visibility,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let query = newest_first(Key(zone.0), Key(project.0))
            .filter(event::stage_id.eq(Key(stage.0)))
            .filter(shown_to(visibility))
            .limit(limit);
        EventRow::read_all(run!(self, load, query)?)
    }

    /// The lines of one kind of fact, newest first.
    pub async fn events_of_kind(
        &mut self,
        zone: ZoneId,
        project: ProjectId,
        kind: &str,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let query = newest_first(Key(zone.0), Key(project.0)).filter(event::kind.eq(kind));
        EventRow::read_all(run!(self, load, query)?)
    }

    /// Which of the source keys of a project are in the record.
    pub async fn known_source_keys(
        &mut self,
        zone: ZoneId,
        project: ProjectId,
    ) -> Result<std::collections::BTreeSet<String>, StoreError> {
        let query = event::table
            .filter(
                event::zone_id
                    .eq(Key(zone.0))
                    .and(event::project_id.eq(Key(project.0))),
            )
            .filter(event::source_key.is_not_null())
            .select(event::source_key);
        let keys: Vec<Option<String>> = run!(self, load, query)?;
        Ok(keys.into_iter().flatten().collect())
    }

    /// All that the record says of work and of the clock, oldest first, each line with its source key.
    pub async fn work_and_clock(
        &mut self,
        zone: ZoneId,
        project: ProjectId,
    ) -> Result<Vec<(Option<String>, RecordedEvent)>, StoreError> {
        let kinds = [
            "work_recorded",
            "stage_accepted",
            "clock_stopped",
            "clock_resumed",
        ];
        let query = newest_first(Key(zone.0), Key(project.0)).filter(event::kind.eq_any(kinds));
        let rows: Vec<EventRow> = run!(self, load, query)?;
        let line = |mut row: EventRow| Ok((row.source_key.take(), row.read()?));
        rows.into_iter().rev().map(line).collect()
    }

    /// Checks the chain of a project from its first line to its head; says the first line that is wrong.
    pub async fn verify_chain(
        &mut self,
        zone: ZoneId,
        project: ProjectId,
    ) -> Result<Result<i64, BrokenLink>, StoreError> {
        let head = self.chain_head(zone, project).await?;
        let query = event::table
            .filter(
                event::zone_id
                    .eq(Key(zone.0))
                    .and(event::project_id.eq(Key(project.0))),
            )
            .order(event::seq.asc());
        let rows: Vec<EventRow> = run!(self, load, query)?;
        let mut expected = ChainHead::empty();
        for row in rows {
            if !row.continues(&expected) {
                return Ok(Err(BrokenLink {
                    seq: expected.seq + 1,
                }));
            }
            expected = ChainHead {
                seq: row.seq,
                hash: row.hash,
            };
        }
        Ok(if expected == head {
            Ok(head.seq)
        } else {
            Err(BrokenLink {
                seq: expected.seq + 1,
            })
        })
    }
}

/// The rows of new lines after `head`, and the head after them.
pub(crate) fn chain<'a>(
    key: (ZoneId, ProjectId),
    head: &ChainHead,
    events: impl Iterator<Item = NewEvent<'a>>,
    recorded_at: OffsetDateTime,
) -> Result<(Vec<EventRow>, ChainHead), StoreError> {
    let mut head = head.clone();
    let mut rows = Vec::new();
    for event in events {
        let (row, next) = EventRow::next(key, &head, &event, recorded_at)?;
        rows.push(row);
        head = next;
    }
    Ok((rows, head))
}

/// The first line of a chain that was changed, removed, moved or added from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenLink {
    /// Its number.
    pub seq: i64,
}

impl Tx {
    /// Lines of a project behind a line (older, the newest of them first) or, where the second is true, ahead of
    /// it (newer, the oldest of them first); from the newest on where nothing is said.
    pub async fn events_beside(
        &mut self,
        zone: ZoneId,
        (project, visibility): (ProjectId, Visibility),
        beside: Option<(i64, bool)>,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let of_project = || {
            event::table
                .filter(event::zone_id.eq(Key(zone.0)))
                .filter(event::project_id.eq(Key(project.0)))
                .filter(shown_to(visibility))
                .limit(limit)
        };
        let rows = match beside {
            Some((seq, true)) => {
                let query = of_project()
                    .filter(event::seq.gt(seq))
                    .order(event::seq.asc());
                run!(self, load, query)?
            }
            Some((seq, false)) => {
                let query = of_project()
                    .filter(event::seq.lt(seq))
                    .order(event::seq.desc());
                run!(self, load, query)?
            }
            None => run!(self, load, of_project().order(event::seq.desc()))?,
        };
        EventRow::read_all(rows)
    }

    /// How many lines of a project there are for whom they are shown to.
    pub async fn event_count(
        &mut self,
        zone: ZoneId,
        (project, visibility): (ProjectId, Visibility),
    ) -> Result<i64, StoreError> {
        let query = event::table
            .filter(event::zone_id.eq(Key(zone.0)))
            .filter(event::project_id.eq(Key(project.0)))
            .filter(shown_to(visibility))
            .count();
        Ok(run!(self, get_result, query)?)
    }
}
