//! Why a file was not taken over.

use std::fmt;

use persistence::StoreError;

use super::{mapping::CaseFlaw, xes::XesError};
use crate::{cli::Failure, error::AppError};

/// Why a file was not taken over.
#[derive(Debug)]
pub enum ImportError {
    /// The file is no sound log.
    Log(XesError),
    /// A case in it cannot be taken over.
    Case {
        /// The file.
        file: String,
        /// Where and why.
        flaw: CaseFlaw,
    },
    /// The file is something that cannot be read twice.
    Unsuitable {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// Between the two readings the file has changed. What was stored stays; the next import goes on.
    Changed {
        /// The file.
        file: String,
    },
    /// It could not be stored.
    Kept(AppError),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => write!(f, "{error}"),
            Self::Case { file, flaw } => write!(f, "{file}, line {}: {}", flaw.line, flaw.detail),
            Self::Unsuitable { file, reason } => write!(f, "{file}: {reason}"),
            Self::Changed { file } => write!(
                f,
                "{file}: the file changed while it was read; import it again"
            ),
            Self::Kept(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Log(error) => Some(error),
            Self::Kept(error) => Some(error),
            Self::Case { .. } | Self::Unsuitable { .. } | Self::Changed { .. } => None,
        }
    }
}

impl From<XesError> for ImportError {
    fn from(error: XesError) -> Self {
        Self::Log(error)
    }
}

impl From<AppError> for ImportError {
    fn from(error: AppError) -> Self {
        Self::Kept(error)
    }
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Kept(error.into())
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Log(_) | ImportError::Case { .. } | ImportError::Unsuitable { .. } => {
                Self::usage(error)
            }
            ImportError::Changed { .. } => Self::failed(error),
            ImportError::Kept(error) => error.into(),
        }
    }
}
