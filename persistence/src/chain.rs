//! The bytes of a hash chain: what an entry's hash is made of, whichever chain it is in.
//!
//! `docs/audit-format.md` is the description for everybody else; whoever changes a byte here changes it
//! there, counts [`VERSION`] up, and keeps the older version verifiable.

use domain::id::{ProjectId, ZoneId};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// Stands before everything that is hashed as an entry or a leaf (RFC 6962, section 2.1).
const ENTRY: u8 = 0x00;
/// Stands before everything that is hashed as a node over two others (RFC 6962, section 2.1).
const NODE: u8 = 0x01;
/// The version of the format. Version 1 was that of the first drafts and covered neither zone nor kind.
pub const VERSION: u8 = 2;
/// SHA-256; another algorithm gets another number.
pub const ALGORITHM: u8 = 1;
/// What a leaf has where an entry has the kind of its chain, so that neither can be taken for the other.
const LEAF: u8 = 0x10;

/// A hash.
pub type Hash = [u8; 32];

/// Which chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainId {
    /// The record of a project.
    Project(ProjectId),
    /// The security record of the zone.
    Security,
}

impl ChainId {
    /// The number of its kind in hashes and tables.
    pub fn kind(self) -> u8 {
        match self {
            Self::Project(_) => 1,
            Self::Security => 2,
        }
    }

    /// The key of what the record is about; that of the zone for its security record.
    pub fn of(self, zone: ZoneId) -> Uuid {
        match self {
            Self::Project(project) => project.0,
            Self::Security => zone.0,
        }
    }

    /// The chain of a kind and a key; `None` for a kind that is not ours.
    pub fn read(kind: i64, zone: ZoneId, of: Uuid) -> Option<Self> {
        match kind {
            1 => Some(Self::Project(ProjectId(of))),
            2 if of == zone.0 => Some(Self::Security),
            _ => None,
        }
    }

    /// How files and people name it: `project:` and the key in hexadecimal digits, or `security`.
    pub fn name(self) -> String {
        match self {
            Self::Project(project) => format!("project:{}", project.0.simple()),
            Self::Security => "security".to_owned(),
        }
    }
}

impl std::fmt::Display for ChainId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Project(project) => project.fmt(f),
            Self::Security => f.write_str("security"),
        }
    }
}

fn begun(zone: ZoneId, chain: ChainId, kinds: &[u8]) -> Sha256 {
    let mut sha = Sha256::new();
    sha.update([ENTRY, VERSION, ALGORITHM]);
    sha.update(kinds);
    sha.update(zone.0.as_bytes());
    sha.update(chain.of(zone).as_bytes());
    sha
}

/// The hash of an entry: `0x00 ‖ version ‖ algorithm ‖ chain id ‖ seq ‖ previous ‖ fields`, where the chain
/// id is the kind, the zone and the thing, and each field stands behind its length in eight bytes.
pub fn entry_hash(
    (zone, chain): (ZoneId, ChainId),
    seq: i64,
    previous: &[u8],
    fields: &[&[u8]],
) -> Hash {
    let mut sha = begun(zone, chain, &[chain.kind()]);
    sha.update(seq.to_be_bytes());
    sha.update(previous);
    for field in fields {
        sha.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        sha.update(field);
    }
    sha.finalize().into()
}

/// The hash of a leaf of the tree over all heads.
pub fn leaf_hash((zone, chain): (ZoneId, ChainId), seq: i64, head: &[u8]) -> Hash {
    let mut sha = begun(zone, chain, &[LEAF, chain.kind()]);
    sha.update(seq.to_be_bytes());
    sha.update(head);
    sha.finalize().into()
}

/// The hash of a node over two others.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let sha = Sha256::new()
        .chain_update([NODE])
        .chain_update(left)
        .chain_update(right);
    sha.finalize().into()
}

/// The hash of nothing: the root of a tree without leaves (RFC 6962, section 2.1).
pub fn empty_root() -> Hash {
    Sha256::new().finalize().into()
}

/// The hash of a message, for what is neither entry nor tree.
pub fn message_hash(message: &[u8]) -> Hash {
    Sha256::new().chain_update(message).finalize().into()
}
