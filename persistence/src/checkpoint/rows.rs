//! Checkpoints and leaves in their tables.

use diesel::prelude::*;
use domain::id::{ProjectId, ZoneId};

use super::{Checkpoint, Leaf};
use crate::{
    chain::ChainId,
    connection::{Conn, run},
    error::StoreError,
    event::ChainHead,
    prepared::{change, insert_each},
    schema::{checkpoint, checkpoint_leaf, project_seal},
    store::Tx,
    types::{At, Key},
};

#[derive(Queryable, Insertable)]
#[diesel(table_name = checkpoint)]
struct CheckpointRow {
    zone_id: Key,
    number: i64,
    made_at: At,
    heads: i64,
    entries: i64,
    root: Vec<u8>,
    previous: Vec<u8>,
    key_id: Vec<u8>,
    signature: Vec<u8>,
}

impl CheckpointRow {
    fn read(self) -> Checkpoint {
        Checkpoint {
            zone: ZoneId(self.zone_id.0),
            number: self.number,
            made_at: self.made_at.0,
            heads: self.heads,
            entries: self.entries,
            root: self.root,
            previous: self.previous,
            key_id: self.key_id,
            signature: self.signature,
        }
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = checkpoint_leaf)]
struct LeafRow {
    zone_id: Key,
    number: i64,
    slot: i64,
    chain_kind: i32,
    chain_of: Key,
    seq: i64,
    hash: Vec<u8>,
    is_last: bool,
}

impl LeafRow {
    fn of(zone: ZoneId, leaf: &Leaf) -> Self {
        Self {
            zone_id: Key(zone.0),
            number: leaf.number,
            slot: leaf.slot,
            chain_kind: leaf.chain.kind().into(),
            chain_of: Key(leaf.chain.of(zone)),
            seq: leaf.seq,
            hash: leaf.hash.clone(),
            is_last: leaf.is_last,
        }
    }

    fn read(self) -> Result<Leaf, StoreError> {
        let zone = ZoneId(self.zone_id.0);
        let chain = ChainId::read(self.chain_kind.into(), zone, self.chain_of.0);
        Ok(Leaf {
            number: self.number,
            slot: self.slot,
            chain: chain.ok_or_else(|| StoreError::Corrupt {
                what: format!(
                    "checkpoint {}: a chain of kind {}",
                    self.number, self.chain_kind
                ),
            })?,
            seq: self.seq,
            hash: self.hash,
            is_last: self.is_last,
        })
    }
}

/// Records that have lines after their last checkpoint.
#[derive(Debug, Clone, Default)]
pub struct Unsealed {
    /// Where each stands, and up to where it is sealed; by key.
    pub heads: Vec<(ProjectId, ChainHead, i64)>,
}

impl Unsealed {
    /// How many lines these are.
    pub fn entries(&self) -> i64 {
        let new =
            |(_, head, sealed): &(ProjectId, ChainHead, i64)| head.seq.saturating_sub(*sealed);
        self.heads.iter().map(new).sum()
    }
}

impl Tx {
    /// The records of projects with lines after their last checkpoint, at most `limit`.
    pub async fn unsealed(&mut self, zone: ZoneId, limit: i64) -> Result<Unsealed, StoreError> {
        self.unsealed_by(zone, limit, false).await
    }

    /// The same, held until this transaction ends. A record that somebody else holds is left for the next
    /// checkpoint, so that sealing never waits for work, nor work for long.
    pub async fn unsealed_to_seal(
        &mut self,
        zone: ZoneId,
        limit: i64,
    ) -> Result<Unsealed, StoreError> {
        self.unsealed_by(zone, limit, true).await
    }

    async fn unsealed_by(
        &mut self,
        zone: ZoneId,
        limit: i64,
        is_held: bool,
    ) -> Result<Unsealed, StoreError> {
        let query = project_seal::table
            .filter(project_seal::zone_id.eq(Key(zone.0)))
            .filter(project_seal::chain_seq.ne(project_seal::sealed_seq))
            .order(project_seal::id)
            .select((
                project_seal::id,
                project_seal::chain_seq,
                project_seal::chain_hash,
                project_seal::sealed_seq,
            ))
            .limit(limit);
        let rows: Vec<(Key, i64, Vec<u8>, i64)> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(query, conn)?,
            Conn::Postgres(conn) if is_held => {
                let held = query.for_update().skip_locked();
                diesel_async::RunQueryDsl::load(held, conn).await?
            }
            Conn::Postgres(conn) => diesel_async::RunQueryDsl::load(query, conn).await?,
        };
        let head = |(id, seq, hash, sealed): (Key, i64, Vec<u8>, i64)| {
            (ProjectId(id.0), ChainHead { seq, hash }, sealed)
        };
        Ok(Unsealed {
            heads: rows.into_iter().map(head).collect(),
        })
    }

    /// Keeps a checkpoint with its leaves. False when somebody else has made the one of this number; then
    /// nothing was changed.
    pub async fn add_checkpoint(
        &mut self,
        new: &Checkpoint,
        leaves: &[Leaf],
    ) -> Result<bool, StoreError> {
        let zone = new.zone;
        let row = CheckpointRow {
            zone_id: Key(zone.0),
            number: new.number,
            made_at: At(new.made_at),
            heads: new.heads,
            entries: new.entries,
            root: new.root.clone(),
            previous: new.previous.clone(),
            key_id: new.key_id.clone(),
            signature: new.signature.clone(),
        };
        let query = diesel::insert_into(checkpoint::table)
            .values(&row)
            .on_conflict_do_nothing();
        if run!(self, execute, query)? == 0 {
            return Ok(false);
        }
        for leaf in leaves {
            let last = checkpoint_leaf::zone_id
                .eq(Key(zone.0))
                .and(checkpoint_leaf::slot.eq(leaf.slot))
                .and(checkpoint_leaf::is_last.eq(true));
            let values = (checkpoint_leaf::is_last.eq(false),);
            run!(self, execute, change(checkpoint_leaf::table, last, values))?;
            if let ChainId::Project(project) = leaf.chain {
                let this = project_seal::zone_id
                    .eq(Key(zone.0))
                    .and(project_seal::id.eq(Key(project.0)));
                let values = (project_seal::sealed_seq.eq(leaf.seq),);
                run!(self, execute, change(project_seal::table, this, values))?;
            }
        }
        let rows: Vec<LeafRow> = leaves.iter().map(|leaf| LeafRow::of(zone, leaf)).collect();
        insert_each!(self, execute, &rows, values => diesel::insert_into(checkpoint_leaf::table).values(values));
        Ok(true)
    }

    /// The last checkpoint.
    pub async fn last_checkpoint(
        &mut self,
        zone: ZoneId,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let query = checkpoint::table
            .filter(checkpoint::zone_id.eq(Key(zone.0)))
            .order(checkpoint::number.desc())
            .limit(1);
        let row: Option<CheckpointRow> = run!(self, get_result, query).optional()?;
        Ok(row.map(CheckpointRow::read))
    }

    /// Checkpoints after a number, in order, each with its leaves by slot. `limit` counts checkpoints.
    pub async fn checkpoints_after(
        &mut self,
        zone: ZoneId,
        number: i64,
        limit: i64,
    ) -> Result<Vec<(Checkpoint, Vec<Leaf>)>, StoreError> {
        self.checkpoints_between(zone, (number, i64::MAX), limit)
            .await
    }

    /// Checkpoints after `number` up to `last`, which is there. A transaction that writes may see between its
    /// questions what others have added behind the last that it knows of; here it cannot.
    pub async fn checkpoints_up_to(
        &mut self,
        zone: ZoneId,
        (number, last): (i64, i64),
    ) -> Result<Vec<(Checkpoint, Vec<Leaf>)>, StoreError> {
        self.checkpoints_between(zone, (number, last), i64::MAX)
            .await
    }

    async fn checkpoints_between(
        &mut self,
        zone: ZoneId,
        (number, last): (i64, i64),
        limit: i64,
    ) -> Result<Vec<(Checkpoint, Vec<Leaf>)>, StoreError> {
        let query = checkpoint::table
            .filter(checkpoint::zone_id.eq(Key(zone.0)))
            .filter(checkpoint::number.gt(number))
            .filter(checkpoint::number.le(last))
            .order(checkpoint::number)
            .limit(limit);
        let rows: Vec<CheckpointRow> = run!(self, load, query)?;
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
        let to = rows
            .last()
            .filter(|_| is_full)
            .map_or(last, |row| row.number);
        let query = checkpoint_leaf::table
            .filter(checkpoint_leaf::zone_id.eq(Key(zone.0)))
            .filter(checkpoint_leaf::number.gt(number))
            .filter(checkpoint_leaf::number.le(to))
            .order((checkpoint_leaf::number, checkpoint_leaf::slot));
        let leaves: Vec<LeafRow> = run!(self, load, query)?;
        let mut leaves = leaves.into_iter().peekable();
        let mut pairs = Vec::with_capacity(rows.len());
        for row in rows {
            let mut own = Vec::new();
            while let Some(leaf) = leaves.next_if(|leaf| leaf.number <= row.number) {
                own.push(leaf.read()?);
            }
            pairs.push((row.read(), own));
        }
        match leaves.next() {
            None => Ok(pairs),
            Some(leaf) => Err(StoreError::Corrupt {
                what: format!("checkpoint {}: leaves without a checkpoint", leaf.number),
            }),
        }
    }

    /// The newest leaf of each chain, by slot.
    pub async fn last_leaves(&mut self, zone: ZoneId) -> Result<Vec<Leaf>, StoreError> {
        let query = checkpoint_leaf::table
            .filter(checkpoint_leaf::zone_id.eq(Key(zone.0)))
            .filter(checkpoint_leaf::is_last.eq(true))
            .order(checkpoint_leaf::slot);
        let rows: Vec<LeafRow> = run!(self, load, query)?;
        rows.into_iter().map(LeafRow::read).collect()
    }

    /// Up to which line a chain is sealed now; 0 for one that is not.
    pub async fn sealed_seq(&mut self, zone: ZoneId, chain: ChainId) -> Result<i64, StoreError> {
        let query = checkpoint_leaf::table
            .filter(checkpoint_leaf::zone_id.eq(Key(zone.0)))
            .filter(checkpoint_leaf::chain_kind.eq(i32::from(chain.kind())))
            .filter(checkpoint_leaf::chain_of.eq(Key(chain.of(zone))))
            .filter(checkpoint_leaf::is_last.eq(true))
            .select(checkpoint_leaf::seq);
        let known: Option<i64> = run!(self, get_result, query).optional()?;
        Ok(known.unwrap_or_default())
    }
}
