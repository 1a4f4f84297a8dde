//! The security record: append-only, numbered, one hash chain for the zone.
//!
//! Appended in the transaction of what it tells of. The row of the chain's head is what writers queue for,
//! so append last.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{
    id::{PersonId, ZoneId},
    security::{Outcome, SecurityAct, SecurityEvent},
};
use time::OffsetDateTime;

use crate::{
    chain,
    connection::run,
    error::StoreError,
    schema::{chain_head, security_event},
    store::Tx,
    types::{At, Key},
};

/// The name of the chain.
const CHAIN: &str = "security";

/// A line of the security record as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedSecurityEvent {
    /// Its number in the zone, from 1.
    pub seq: i64,
    /// What it says.
    pub event: SecurityEvent,
    /// When it was written.
    pub recorded_at: OffsetDateTime,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = security_event, treat_none_as_default_value = false)]
struct SecurityRow {
    zone_id: Key,
    seq: i64,
    act: String,
    outcome: String,
    actor_id: Option<Key>,
    object: Option<String>,
    address: Option<String>,
    detail: String,
    recorded_at: At,
    hash: Vec<u8>,
}

impl SecurityRow {
    fn digest(&self, previous: &[u8]) -> Vec<u8> {
        let recorded = self.recorded_at.unix_micros().to_be_bytes();
        let actor = self.actor_id.map(|key| key.0);
        let fields = [
            self.act.as_bytes(),
            self.outcome.as_bytes(),
            actor.as_ref().map_or(&[][..], |key| key.as_bytes()),
            self.object.as_deref().unwrap_or_default().as_bytes(),
            self.address.as_deref().unwrap_or_default().as_bytes(),
            self.detail.as_bytes(),
            recorded.get(8..).unwrap_or_default(),
        ];
        let zone = self.zone_id.0;
        chain::digest(
            &[zone.as_bytes(), CHAIN.as_bytes()].concat(),
            self.seq,
            previous,
            fields,
        )
    }

    fn read(self) -> Result<RecordedSecurityEvent, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt {
            what: format!("line {} of the security record: {what}", self.seq),
        };
        let detail: BTreeMap<String, String> = serde_json::from_str(&self.detail)?;
        Ok(RecordedSecurityEvent {
            seq: self.seq,
            event: SecurityEvent {
                act: SecurityAct::of_code(&self.act).ok_or_else(|| corrupt("act"))?,
                outcome: Outcome::of_code(&self.outcome).ok_or_else(|| corrupt("outcome"))?,
                actor: self.actor_id.map(|key| PersonId(key.0)),
                object: self.object,
                address: self.address,
                detail,
            },
            recorded_at: self.recorded_at.0,
        })
    }
}

impl Tx {
    /// Appends a line to the security record; gives its number.
    pub async fn add_security_event(
        &mut self,
        zone: ZoneId,
        event: &SecurityEvent,
        now: OffsetDateTime,
    ) -> Result<i64, StoreError> {
        let (seq, previous) = self.next_link(zone).await?;
        let mut row = SecurityRow {
            zone_id: Key(zone.0),
            seq,
            act: event.act.code().to_owned(),
            outcome: event.outcome.code().to_owned(),
            actor_id: event.actor.map(|person| Key(person.0)),
            // The hash takes an empty text for none; so do the columns.
            object: event.object.clone().filter(|text| !text.is_empty()),
            address: event.address.clone().filter(|text| !text.is_empty()),
            detail: serde_json::to_string(&event.detail)?,
            recorded_at: At(now),
            hash: Vec::new(),
        };
        row.hash = row.digest(&previous);
        let head = diesel::update(chain_head::table.find((row.zone_id, CHAIN)))
            .set(chain_head::hash.eq(&row.hash));
        run!(self, execute, head)?;
        let insert = diesel::insert_into(security_event::table).values(&row);
        run!(self, execute, insert)?;
        Ok(seq)
    }

    /// The number of the next line and the hash of the last one. Locks the head until the end of the
    /// transaction.
    async fn next_link(&mut self, zone: ZoneId) -> Result<(i64, Vec<u8>), StoreError> {
        let query = diesel::insert_into(chain_head::table)
            .values((
                chain_head::zone_id.eq(Key(zone.0)),
                chain_head::chain.eq(CHAIN),
                chain_head::seq.eq(1_i64),
                chain_head::hash.eq(vec![0_u8; 32]),
            ))
            .on_conflict((chain_head::zone_id, chain_head::chain))
            .do_update()
            .set(chain_head::seq.eq(chain_head::seq + 1))
            .returning((chain_head::seq, chain_head::hash));
        Ok(run!(self, get_result, query)?)
    }

    /// The last `limit` lines of the security record before number `before`, newest first.
    pub async fn security_events(
        &mut self,
        zone: ZoneId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<RecordedSecurityEvent>, StoreError> {
        let query = security_event::table
            .filter(
                security_event::zone_id
                    .eq(Key(zone.0))
                    .and(security_event::seq.lt(before)),
            )
            .order(security_event::seq.desc())
            .limit(limit);
        let rows: Vec<SecurityRow> = run!(self, load, query)?;
        rows.into_iter().map(SecurityRow::read).collect()
    }

    /// Checks the chain of the security record from its first line to its head: the number of its last
    /// line, or of the first that is wrong.
    pub async fn verify_security_chain(
        &mut self,
        zone: ZoneId,
    ) -> Result<Result<i64, crate::event::BrokenLink>, StoreError> {
        let head = chain_head::table
            .find((Key(zone.0), CHAIN))
            .select((chain_head::seq, chain_head::hash));
        let head: Option<(i64, Vec<u8>)> = run!(self, get_result, head).optional()?;
        let query = security_event::table
            .filter(security_event::zone_id.eq(Key(zone.0)))
            .order(security_event::seq.asc());
        let rows: Vec<SecurityRow> = run!(self, load, query)?;
        let mut expected = (0, vec![0_u8; 32]);
        for row in rows {
            let is_next = row.seq == expected.0 + 1;
            let is_canonical =
                row.object.as_deref() != Some("") && row.address.as_deref() != Some("");
            if !is_next || !is_canonical || row.hash != row.digest(&expected.1) {
                return Ok(Err(crate::event::BrokenLink {
                    seq: expected.0 + 1,
                }));
            }
            expected = (row.seq, row.hash);
        }
        let is_whole = head.unwrap_or((0, vec![0; 32])) == expected;
        Ok(if is_whole {
            Ok(expected.0)
        } else {
            Err(crate::event::BrokenLink {
                seq: expected.0 + 1,
            })
        })
    }
}
