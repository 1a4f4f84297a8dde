//! What somebody must be told; no wording.

use serde::{Deserialize, Serialize};

use crate::id::{PersonId, StageId};

/// A decision's message to one person. The sweep's own letters come from alerts, not from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Who must be told.
    pub to: PersonId,
    /// About which stage.
    pub stage: StageId,
    /// What.
    pub matter: Matter,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// The stage is now the recipient's.
    Assigned,
}
