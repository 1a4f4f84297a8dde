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
    /// A clock stopped in the investor's court: it may object.
    StopToAnswer,
    /// The investor objects to a stop.
    StopObjected,
    /// A supervisor has looked into a stop that the investor objects to.
    StopReviewed,
    /// More time is asked for, and the recipient must decide.
    ExtensionAsked,
    /// A request for more time was decided.
    ExtensionDecided,
    /// Somebody asks for a card to be taken back, and the recipient may decide.
    CardAppealed,
    /// A card was taken back, or an appeal against it rejected.
    CardDecided,
}

impl Matter {
    /// Every matter.
    pub const ALL: [Self; 8] = [
        Self::Assigned,
        Self::StopToAnswer,
        Self::StopObjected,
        Self::StopReviewed,
        Self::ExtensionAsked,
        Self::ExtensionDecided,
        Self::CardAppealed,
        Self::CardDecided,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::StopToAnswer => "stop_to_answer",
            Self::StopObjected => "stop_objected",
            Self::StopReviewed => "stop_reviewed",
            Self::ExtensionAsked => "extension_asked",
            Self::ExtensionDecided => "extension_decided",
            Self::CardAppealed => "card_appealed",
            Self::CardDecided => "card_decided",
        }
    }

    /// The matter of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|matter| matter.code() == code)
    }
}
