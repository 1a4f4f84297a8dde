//! Lines of the security record with their hashes, and lists of them.

use diesel::prelude::*;
use domain::{
    id::{PersonId, ZoneId},
    security::{Outcome, SecurityAct},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{CHAIN, RecordedSecurityEvent, SecurityRow};
use crate::{
    connection::{Conn, run},
    error::StoreError,
    event::ChainHead,
    schema::{chain_head, security_event},
    store::Tx,
    types::{At, Key},
};

/// A line as its columns have it, whatever they say.
pub struct SecurityLine {
    row: SecurityRow,
}

impl std::fmt::Debug for SecurityLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SecurityLine").field(&self.row.seq).finish()
    }
}

impl SecurityLine {
    /// Its number and hash, as kept.
    pub fn head(&self) -> ChainHead {
        ChainHead {
            seq: self.row.seq,
            hash: self.row.hash.clone(),
        }
    }

    /// True when it is the line that was appended after `head`.
    pub fn continues(&self, head: &ChainHead) -> bool {
        self.row.seq == head.seq + 1
            // The hash takes an empty text for none; the columns never hold one.
            && self.row.object.as_deref() != Some("")
            && self.row.address.as_deref() != Some("")
            && self.row.hash == self.row.digest(&head.hash)
    }

    /// Act, outcome and detail, as the texts that are hashed.
    pub fn texts(&self) -> (&str, &str, &str) {
        (&self.row.act, &self.row.outcome, &self.row.detail)
    }

    /// Who did it.
    pub fn actor(&self) -> Option<Uuid> {
        self.row.actor_id.map(|key| key.0)
    }

    /// To what, and from where.
    pub fn object_and_address(&self) -> (Option<&str>, Option<&str>) {
        (self.row.object.as_deref(), self.row.address.as_deref())
    }

    /// When it was recorded, in microseconds since 1970.
    pub fn recorded_micros(&self) -> i128 {
        self.row.recorded_at.unix_micros()
    }

    /// What it says, in words of the program.
    pub fn read(self) -> Result<RecordedSecurityEvent, StoreError> {
        self.row.read()
    }
}

/// Which lines a list shows; everything that is said must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecurityFilter {
    /// Of this act.
    pub act: Option<SecurityAct>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// Done by this person.
    pub actor: Option<PersonId>,
    /// Done to this thing or person, as printed.
    pub object: Option<String>,
    /// Recorded at this instant or later.
    pub from: Option<OffsetDateTime>,
    /// Recorded before this instant.
    pub until: Option<OffsetDateTime>,
    /// With a lower number.
    pub before: Option<i64>,
    /// With a higher number; the lowest then come first.
    pub after: Option<i64>,
}

/// What a filter says, but for the numbers.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        let (mut query, filter) = ($query, $filter);
        if let Some(act) = filter.act {
            query = query.filter(security_event::act.eq(act.code()));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(security_event::outcome.eq(outcome.code()));
        }
        if let Some(actor) = filter.actor {
            query = query.filter(security_event::actor_id.eq(Key(actor.0)));
        }
        if let Some(object) = &filter.object {
            query = query.filter(security_event::object.eq(object));
        }
        if let Some(from) = filter.from {
            query = query.filter(security_event::recorded_at.ge(At(from)));
        }
        if let Some(until) = filter.until {
            query = query.filter(security_event::recorded_at.lt(At(until)));
        }
        query
    }};
}

impl Tx {
    /// Where the security record stands.
    pub async fn security_head(&mut self, zone: ZoneId) -> Result<ChainHead, StoreError> {
        let query = chain_head::table
            .find((Key(zone.0), CHAIN))
            .select((chain_head::seq, chain_head::hash));
        let head: Option<(i64, Vec<u8>)> = run!(self, get_result, query).optional()?;
        Ok(head.map_or_else(ChainHead::empty, |(seq, hash)| ChainHead { seq, hash }))
    }

    /// Lines after number `after`, in order; what stands at numbers that no line can have comes with the
    /// first.
    pub async fn security_lines(
        &mut self,
        zone: ZoneId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<SecurityLine>, StoreError> {
        let from = if after == 0 { i64::MIN } else { after };
        let query = security_event::table
            .filter(security_event::zone_id.eq(Key(zone.0)))
            .filter(security_event::seq.gt(from))
            .order(security_event::seq)
            .limit(limit);
        let rows: Vec<SecurityRow> = run!(self, load, query)?;
        Ok(rows.into_iter().map(|row| SecurityLine { row }).collect())
    }

    /// The lines that a filter wants, newest first; those after a number oldest first.
    pub async fn security_list(
        &mut self,
        zone: ZoneId,
        filter: &SecurityFilter,
        limit: i64,
    ) -> Result<Vec<RecordedSecurityEvent>, StoreError> {
        macro_rules! page {
            ($backend:ty) => {{
                let query = security_event::table
                    .filter(security_event::zone_id.eq(Key(zone.0)))
                    .limit(limit)
                    .into_boxed::<$backend>();
                let mut query = filtered!(query, filter);
                if let Some(before) = filter.before {
                    query = query.filter(security_event::seq.lt(before));
                }
                match filter.after {
                    Some(after) => query
                        .filter(security_event::seq.gt(after))
                        .order(security_event::seq.asc()),
                    None => query.order(security_event::seq.desc()),
                }
            }};
        }
        let rows: Vec<SecurityRow> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(page!(diesel::sqlite::Sqlite), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(page!(diesel::pg::Pg), conn).await?
            }
        };
        rows.into_iter().map(SecurityRow::read).collect()
    }

    /// How many lines a filter wants, whatever it says of numbers.
    pub async fn security_count(
        &mut self,
        zone: ZoneId,
        filter: &SecurityFilter,
    ) -> Result<i64, StoreError> {
        macro_rules! count {
            ($backend:ty) => {{
                let query = security_event::table
                    .filter(security_event::zone_id.eq(Key(zone.0)))
                    .select(diesel::dsl::count_star())
                    .into_boxed::<$backend>();
                filtered!(query, filter)
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
}
