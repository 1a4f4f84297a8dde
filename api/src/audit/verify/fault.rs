//! What does not hold, and how an auditor hears of it.

use persistence::chain::ChainId;

/// One thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// This line is not the one that was recorded, or is missing, or too many.
    Line {
        /// The record.
        chain: ChainId,
        /// The line.
        seq: i64,
    },
    /// The record is whole in itself, but not the one that a checkpoint has covered: it was cut off or written
    /// anew.
    Sealed {
        /// The record.
        chain: ChainId,
        /// The line that the checkpoint has covered.
        seq: i64,
        /// The checkpoint.
        number: i64,
    },
    /// The project is said to be under another checkpoint than it is.
    SealMark {
        /// The record.
        chain: ChainId,
    },
    /// This checkpoint does not hold.
    Checkpoint {
        /// Its number.
        number: i64,
        /// Why not.
        flaw: CheckpointFlaw,
    },
    /// A checkpoint that was kept outside is not in the database.
    Kept {
        /// Its number.
        number: i64,
        /// Why not.
        flaw: KeptFlaw,
    },
}

/// Why a checkpoint does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointFlaw {
    /// It is missing, or stands where none should.
    Number,
    /// It does not follow upon the one before.
    Previous,
    /// Nobody with the key has signed it.
    Signature,
    /// Its heads are not those that were signed.
    Root,
    /// What is said to be the last head of a record is another one.
    Last,
}

/// Why a checkpoint that was kept outside does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptFlaw {
    /// Nobody with the key has signed it.
    Signature,
    /// The database has none of that number: it was set back.
    Missing,
    /// The database has another one.
    Different,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line { chain, seq } => write!(f, "{chain}: line {seq} is not what was recorded"),
            Self::Sealed { chain, seq, number } => write!(
                f,
                "{chain}: line {seq} is not the one that checkpoint {number} covers; the record was cut off or written anew"
            ),
            Self::SealMark { chain } => {
                write!(f, "{chain}: the mark of its last checkpoint is wrong")
            }
            Self::Checkpoint { number, flaw } => {
                let why = match flaw {
                    CheckpointFlaw::Number => "is missing or out of place",
                    CheckpointFlaw::Previous => "does not follow upon the one before",
                    CheckpointFlaw::Signature => "is not signed with the key",
                    CheckpointFlaw::Root => "has other heads than those that were signed",
                    CheckpointFlaw::Last => "has heads that are wrongly marked as the last",
                };
                write!(f, "checkpoint {number} {why}")
            }
            Self::Kept { number, flaw } => {
                let why = match flaw {
                    KeptFlaw::Signature => "is not signed with the key",
                    KeptFlaw::Missing => "is missing from the database: it was set back",
                    KeptFlaw::Different => "is another one in the database",
                };
                write!(f, "checkpoint {number} of the file {why}")
            }
        }
    }
}
