//! Who may read a line.

use super::{Fact, Visibility};
use crate::ladder::Rung;

impl Fact {
    /// Who may read the line. Instructions between offices stay inside; that a card was issued, or taken
    /// back, does not.
    pub fn visibility(&self) -> Visibility {
        match self {
            Self::ProgressNoted { visibility, .. } => *visibility,
            Self::CardExplained { number, .. } if number.level().is_explained_in_public() => {
                Visibility::Public
            }
            Self::CardExplained { .. }
            | Self::MetadataChanged { .. }
            | Self::CardAppealed { .. }
            | Self::CardAppealRejected { .. }
            | Self::StageAssigned { .. }
            | Self::DeadlineUnknown { .. }
            | Self::AlertAcknowledged { .. }
            | Self::RungFired {
                rung: Rung::Silence | Rung::Remind,
                ..
            } => Visibility::Internal,
            Self::CardWithdrawn { .. }
            | Self::ProjectAdmitted { .. }
            | Self::ProjectImported { .. }
            | Self::StageReady
            | Self::StageAccepted { .. }
            | Self::WorkRecorded { .. }
            | Self::ClockStopped { .. }
            | Self::ClockResumed { .. }
            | Self::StopAnswered { .. }
            | Self::StopRevised { .. }
            | Self::StopReviewed { .. }
            | Self::ExtensionRequested { .. }
            | Self::ExtensionDecided { .. }
            | Self::ExtensionLapsed
            | Self::DeadlineMoved { .. }
            | Self::CalendarChanged { .. }
            | Self::StatutoryMoved { .. }
            | Self::ForecastMoved { .. }
            | Self::ValidityBegan { .. }
            | Self::ValidityRenewed { .. }
            | Self::StageCompleted { .. }
            | Self::RungFired { .. }
            | Self::ProjectClosed
            | Self::ProgressPlanned { .. }
            | Self::ProgressReported { .. }
            | Self::StewardAssigned { .. }
            | Self::ProjectCorrected { .. }
            | Self::LeadAssigned { .. } => Visibility::Public,
        }
    }
}
