//! Looking at letters.

use diesel::prelude::*;
use domain::id::{AlertId, LetterId, ZoneId};
use time::OffsetDateTime;

use super::{Letter, LetterRow, LetterState, RelayState};
use crate::{
    connection::run,
    error::StoreError,
    schema::outbox,
    store::Tx,
    types::{At, Key},
};

/// How the post is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostWatch {
    /// Letters that were lost and of which nobody has taken note.
    pub lost: u64,
    /// What is wrong with the relay; `None` while it works.
    pub relay: Option<RelayState>,
}

impl Tx {
    /// Letters by state, for health and reports.
    pub async fn letters_by_state(
        &mut self,
        zone: ZoneId,
    ) -> Result<std::collections::BTreeMap<LetterState, i64>, StoreError> {
        let query = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .group_by(outbox::state)
            .select((outbox::state, diesel::dsl::count_star()));
        let rows: Vec<(String, i64)> = run!(self, load, query)?;
        rows.into_iter()
            .map(|(code, count)| Ok((LetterState::of_code(&code)?, count)))
            .collect()
    }

    /// Since when the letter that was due first has waited to go out; none where all that is due has gone.
    pub async fn oldest_due_letter(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let query = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .filter(outbox::settled_at.is_null())
            .filter(outbox::not_before.le(At(now)))
            .order(outbox::not_before)
            .select(outbox::not_before)
            .limit(1);
        let found: Option<At> = run!(self, get_result, query).optional()?;
        Ok(found.map(|at| at.0))
    }

    /// The newest letters.
    pub async fn letters(&mut self, zone: ZoneId, limit: i64) -> Result<Vec<Letter>, StoreError> {
        let query = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .order((outbox::created_at.desc(), outbox::id))
            .limit(limit);
        let rows: Vec<LetterRow> = run!(self, load, query)?;
        rows.into_iter().map(LetterRow::read).collect()
    }

    /// A letter by key.
    pub async fn letter(&mut self, zone: ZoneId, id: LetterId) -> Result<Letter, StoreError> {
        let query = outbox::table.find((Key(zone.0), Key(id.0)));
        let row: LetterRow = run!(self, get_result, query)?;
        row.read()
    }

    /// The letters about these alerts, oldest first: who was told of what.
    pub async fn letters_of_alerts(
        &mut self,
        zone: ZoneId,
        alerts: &[AlertId],
    ) -> Result<Vec<Letter>, StoreError> {
        let keys: Vec<Key> = alerts.iter().map(|id| Key(id.0)).collect();
        let query = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .filter(outbox::alert_id.eq_any(keys).assume_not_null())
            .order((outbox::created_at, outbox::id));
        let rows: Vec<LetterRow> = run!(self, load, query)?;
        rows.into_iter().map(LetterRow::read).collect()
    }

    /// How the post is, for alarms and figures.
    pub async fn post_watch(&mut self, zone: ZoneId) -> Result<PostWatch, StoreError> {
        let lost = outbox::table
            .filter(outbox::zone_id.eq(Key(zone.0)))
            .filter(outbox::state.eq_any(LetterState::LOST.map(LetterState::code)))
            .filter(outbox::heeded_at.is_null())
            .count();
        let lost: i64 = run!(self, get_result, lost)?;
        Ok(PostWatch {
            lost: u64::try_from(lost).unwrap_or_default(),
            relay: self.relay_down(zone).await?,
        })
    }
}
