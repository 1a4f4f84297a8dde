//! Why something could not be kept or found.

use std::fmt;

/// Why something could not be kept or found. Rules say no elsewhere; this is about keeping.
#[derive(Debug)]
pub enum StoreError {
    /// The database URL is of no known form.
    Url {
        /// What is wrong with it; the URL itself may hold a password and is not repeated.
        reason: String,
    },
    /// The database cannot be opened or reached.
    Open {
        /// What the database said.
        reason: String,
    },
    /// The database has no tables, or older ones than this program: run `migrate`.
    NotMigrated {
        /// The steps that are missing.
        pending: Vec<String>,
    },
    /// The database was used by a newer version of this program.
    Newer {
        /// The steps that this program does not know.
        unknown: Vec<String>,
    },
    /// There is no such thing, or it is not the asker's.
    Absent,
    /// Somebody else has changed it since it was read.
    Stale {
        /// The version that is kept now.
        current_version: i64,
    },
    /// Something unique exists already.
    Duplicate {
        /// Which constraint or column says so.
        what: String,
    },
    /// Too many writes wait; nothing was done.
    Busy,
    /// The request was carried out already, or is being carried out at this moment; nothing was done.
    Repeated,
    /// What is kept contradicts itself.
    Corrupt {
        /// What, without personal data.
        what: String,
    },
    /// The database failed.
    Broken {
        /// What the database said.
        reason: String,
    },
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url { reason } => write!(f, "database URL: {reason}"),
            Self::Open { reason } => write!(f, "cannot open the database: {reason}"),
            Self::NotMigrated { pending } => write!(
                f,
                "the database lacks {} migration(s), first {}: run `green-channel migrate`",
                pending.len(),
                pending.first().map_or("", String::as_str)
            ),
            Self::Newer { unknown } => write!(
                f,
                "the database was used by a newer version of this program (it has {})",
                unknown.join(", ")
            ),
            Self::Absent => f.write_str("not found"),
            Self::Stale { current_version } => {
                write!(
                    f,
                    "changed by somebody else; the version is now {current_version}"
                )
            }
            Self::Duplicate { what } => write!(f, "exists already: {what}"),
            Self::Busy => f.write_str("too many writes are waiting"),
            Self::Repeated => f.write_str("the request was carried out already"),
            Self::Corrupt { what } => write!(f, "the database contradicts itself: {what}"),
            Self::Broken { reason } => write!(f, "the database failed: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "diesel's list is open, and all the rest means that the database failed"
)]
impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match error {
            Error::NotFound => Self::Absent,
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => Self::Duplicate {
                what: info.constraint_name().unwrap_or(info.message()).to_owned(),
            },
            other => Self::Broken {
                reason: other.to_string(),
            },
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt {
            what: format!("a stored document: {error}"),
        }
    }
}
