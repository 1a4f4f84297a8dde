//! Checkpoints: a signed root over the heads of all records, so that a cut tail, an exchanged record or an
//! older copy of the database is found by whoever has kept one.
//!
//! Each checkpoint keeps only the heads that are new in it; all of them in order give its tree. Every chain
//! has one slot of the tree, taken when it is first sealed. `docs/audit-format.md` has the bytes.

mod rows;
mod tree;

use std::{collections::BTreeMap, fmt::Write as _};

use domain::id::ZoneId;
use time::OffsetDateTime;

pub use self::{rows::Unsealed, tree::Tree};
use crate::{
    chain::{ChainId, Hash, leaf_hash, message_hash},
    error::StoreError,
    store::Tx,
    types::At,
};

/// What stands before the first checkpoint.
pub const NO_CHECKPOINT: Hash = [0; 32];

/// A signed root over the heads of all records of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The zone.
    pub zone: ZoneId,
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// When it was made, in whole microseconds.
    pub made_at: OffsetDateTime,
    /// How many records it covers.
    pub heads: i64,
    /// How many lines these have together.
    pub entries: i64,
    /// The root of the tree.
    pub root: Vec<u8>,
    /// The hash of the message of the checkpoint before; 32 zero bytes for none.
    pub previous: Vec<u8>,
    /// The first eight bytes of the hash of the public key.
    pub key_id: Vec<u8>,
    /// Ed25519 over the message.
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// What is signed.
    pub fn message(&self) -> String {
        format!(
            "green-channel checkpoint {}\nzone {}\nnumber {}\nmade {}\nheads {}\nentries {}\nroot {}\n\
             previous {}\nkey {}\n",
            crate::chain::VERSION,
            self.zone.0.simple(),
            self.number,
            At(self.made_at).unix_micros(),
            self.heads,
            self.entries,
            hexadecimal(&self.root),
            hexadecimal(&self.previous),
            hexadecimal(&self.key_id),
        )
    }

    /// The hash of the message, which the next checkpoint repeats.
    pub fn digest(&self) -> Hash {
        message_hash(self.message().as_bytes())
    }
}

/// Bytes in hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _text_takes_everything = write!(text, "{byte:02x}");
        text
    })
}

/// A head that is new in a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The checkpoint.
    pub number: i64,
    /// The slot of its chain in the tree, from 0.
    pub slot: i64,
    /// The chain.
    pub chain: ChainId,
    /// The number of its last line.
    pub seq: i64,
    /// The hash of that line.
    pub hash: Vec<u8>,
    /// True when no later checkpoint has a newer head of the chain.
    pub is_last: bool,
}

/// Why a leaf cannot follow upon the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafFlaw {
    /// A new chain whose slot is not the next one, or a known one in another slot.
    Slot,
    /// A head that is not behind the one before.
    Backwards,
}

/// The heads under a checkpoint, and their tree.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    tree: Tree,
    known: BTreeMap<ChainId, (usize, i64)>,
    entries: i64,
}

impl Heads {
    /// How many there are.
    pub fn count(&self) -> i64 {
        i64::try_from(self.tree.len()).unwrap_or(i64::MAX)
    }

    /// How many lines they stand for.
    pub fn entries(&self) -> i64 {
        self.entries
    }

    /// The root over them.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// Where a chain is sealed; 0 for one that is not.
    pub fn sealed(&self, chain: ChainId) -> i64 {
        self.known.get(&chain).map_or(0, |(_, seq)| *seq)
    }

    /// The slot of a chain: its own, or the next.
    pub fn slot_of(&self, chain: ChainId) -> i64 {
        let slot = self
            .known
            .get(&chain)
            .map_or(self.tree.len(), |(slot, _)| *slot);
        i64::try_from(slot).unwrap_or(i64::MAX)
    }

    /// Goes on to a newer head of a chain.
    pub fn advance(&mut self, zone: ZoneId, leaf: &Leaf) -> Result<(), LeafFlaw> {
        let next = self.tree.len();
        let slot = usize::try_from(leaf.slot).map_err(|_negative| LeafFlaw::Slot)?;
        let (expected, sealed) = *self.known.get(&leaf.chain).unwrap_or(&(next, 0));
        if slot != expected {
            return Err(LeafFlaw::Slot);
        }
        if leaf.seq <= sealed {
            return Err(LeafFlaw::Backwards);
        }
        let hash = leaf_hash((zone, leaf.chain), leaf.seq, &leaf.hash);
        if !self.tree.set(slot, hash) {
            return Err(LeafFlaw::Slot);
        }
        self.known.insert(leaf.chain, (slot, leaf.seq));
        self.entries = self.entries.saturating_add(leaf.seq - sealed);
        Ok(())
    }
}

impl Tx {
    /// The heads under the last checkpoint, and its number; read as a whole.
    pub async fn sealed_heads(&mut self, zone: ZoneId) -> Result<(i64, Heads), StoreError> {
        let number = self
            .last_checkpoint(zone)
            .await?
            .map_or(0, |last| last.number);
        let mut heads = Heads::default();
        for leaf in self.last_leaves(zone).await? {
            let broken = |flaw| StoreError::Corrupt {
                what: format!(
                    "checkpoint: the head of {} does not fit: {flaw:?}",
                    leaf.chain
                ),
            };
            heads.advance(zone, &leaf).map_err(broken)?;
        }
        Ok((number, heads))
    }
}
