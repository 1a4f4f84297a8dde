//! Lines with their hashes, for whoever checks them or takes them elsewhere.

use diesel::prelude::*;
use domain::id::{ProjectId, ZoneId};
use uuid::Uuid;

use super::{ChainHead, EventRow};
use crate::{
    connection::run,
    error::StoreError,
    schema::{event, project_seal},
    store::Tx,
    types::Key,
};

/// A line as its columns have it, whatever they say.
pub struct ChainLine {
    row: EventRow,
}

impl std::fmt::Debug for ChainLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ChainLine").field(&self.row.seq).finish()
    }
}

impl ChainLine {
    /// The project in whose record it stands.
    pub fn project(&self) -> ProjectId {
        ProjectId(self.row.project_id.0)
    }

    /// Its number.
    pub fn seq(&self) -> i64 {
        self.row.seq
    }

    /// Its hash, as kept.
    pub fn hash(&self) -> &[u8] {
        &self.row.hash
    }

    /// True when it is the line that was appended after `head`.
    pub fn continues(&self, head: &ChainHead) -> bool {
        self.row.continues(head)
    }

    /// The stage, if it is about one.
    pub fn stage(&self) -> Option<Uuid> {
        self.row.stage_id.map(|key| key.0)
    }

    /// The kind of the fact, and whether the investor may read it.
    pub fn kind(&self) -> (&str, bool) {
        (&self.row.kind, self.row.is_public)
    }

    /// Author and fact, as the documents that are hashed.
    pub fn texts(&self) -> (&str, &str) {
        (&self.row.author, &self.row.fact)
    }

    /// When it happened and when it was recorded, in microseconds since 1970.
    pub fn instants(&self) -> (i128, i128) {
        (
            self.row.happened_at.unix_micros(),
            self.row.recorded_at.unix_micros(),
        )
    }

    /// True for a late entry.
    pub fn is_late_entry(&self) -> bool {
        self.row.is_late_entry
    }

    /// The key of the line in another system.
    pub fn source_key(&self) -> Option<&str> {
        self.row.source_key.as_deref()
    }
}

/// Some chains with all of their lines, by key.
#[derive(Debug)]
pub struct LinePage {
    /// Where each record is said to stand, and up to where it is sealed; by key.
    pub heads: Vec<(ProjectId, ChainHead, i64)>,
    /// The lines of these records by key and number. A line of a project that is not among the heads belongs
    /// to nothing.
    pub lines: Vec<ChainLine>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<ProjectId>,
}

impl Tx {
    /// The records of the projects after `after`, as many as `limit` projects, with every line between.
    pub async fn line_page(
        &mut self,
        zone: ZoneId,
        after: Option<ProjectId>,
        limit: i64,
    ) -> Result<LinePage, StoreError> {
        let from = Key(after.map_or(Uuid::nil(), |project| project.0));
        let query = project_seal::table
            .filter(project_seal::zone_id.eq(Key(zone.0)))
            .filter(project_seal::id.gt(from))
            .order(project_seal::id)
            .select((
                project_seal::id,
                project_seal::chain_seq,
                project_seal::chain_hash,
                project_seal::sealed_seq,
            ))
            .limit(limit);
        let rows: Vec<(Key, i64, Vec<u8>, i64)> = run!(self, load, query)?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
        let last = rows.last().map(|(id, ..)| *id).filter(|_| is_full);
        // The last page goes to the end, so that lines of no project are seen.
        let to = last.unwrap_or(Key(Uuid::max()));
        let query = event::table
            .filter(event::zone_id.eq(Key(zone.0)))
            .filter(event::project_id.gt(from).and(event::project_id.le(to)))
            .order((event::project_id, event::seq));
        let lines: Vec<EventRow> = run!(self, load, query)?;
        Ok(LinePage {
            heads: rows
                .into_iter()
                .map(|(id, seq, hash, sealed)| (ProjectId(id.0), ChainHead { seq, hash }, sealed))
                .collect(),
            lines: lines.into_iter().map(|row| ChainLine { row }).collect(),
            next: last.map(|key| ProjectId(key.0)),
        })
    }

    /// How many projects a zone has, for whoever waits.
    pub async fn chain_count(&mut self, zone: ZoneId) -> Result<u64, StoreError> {
        let query = project_seal::table
            .filter(project_seal::zone_id.eq(Key(zone.0)))
            .count();
        let count: i64 = run!(self, get_result, query)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}
