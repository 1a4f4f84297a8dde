//! What an event is called outside: the names that subscribers filter by. They never change.

use super::Fact;
use crate::ladder::Rung;

/// Every name, sorted.
pub const NAMES: [&str; 48] = [
    "gc.calendar.changed",
    "gc.card.appeal_rejected",
    "gc.card.appealed",
    "gc.card.explained",
    "gc.card.withdrawn",
    "gc.deadline.moved",
    "gc.deadline.statutory_moved",
    "gc.deadline.unknown",
    "gc.extension.lapsed",
    "gc.extension.rejected",
    "gc.extension.requested",
    "gc.extension.undecided",
    "gc.forecast.moved",
    "gc.progress.planned",
    "gc.progress.reported",
    "gc.project.accepted",
    "gc.project.closed",
    "gc.project.corrected",
    "gc.project.imported",
    "gc.project.lead_assigned",
    "gc.project.metadata_changed",
    "gc.project.steward_assigned",
    "gc.stage.acknowledged",
    "gc.stage.completed",
    "gc.stage.due_soon",
    "gc.stage.escalated",
    "gc.stage.extended",
    "gc.stage.handed_over",
    "gc.stage.noted",
    "gc.stage.overdue",
    "gc.stage.paused",
    "gc.stage.ready",
    "gc.stage.resumed",
    "gc.stage.rung_carried",
    "gc.stage.silent",
    "gc.stage.started",
    "gc.stage.worked",
    "gc.stop.annulled",
    "gc.stop.consented",
    "gc.stop.expired",
    "gc.stop.objected",
    "gc.stop.objection_open",
    "gc.stop.revised",
    "gc.stop.upheld",
    "gc.validity.began",
    "gc.validity.expiring",
    "gc.validity.renewed",
    "gc.webhook.tested",
];

impl Fact {
    /// The name under which the outside hears of it, one of [`NAMES`].
    pub fn name(&self) -> &'static str {
        match self {
            Self::ProjectAdmitted { .. } => "gc.project.accepted",
            Self::ProjectImported { .. } => "gc.project.imported",
            Self::StageReady => "gc.stage.ready",
            Self::StageAccepted { .. } => "gc.stage.started",
            Self::StageAssigned { .. } => "gc.stage.handed_over",
            Self::ProgressNoted { .. } => "gc.stage.noted",
            Self::WorkRecorded { .. } => "gc.stage.worked",
            Self::ClockStopped { .. } => "gc.stage.paused",
            Self::ClockResumed { .. } => "gc.stage.resumed",
            Self::StopAnswered { agrees: true, .. } => "gc.stop.consented",
            Self::StopAnswered { agrees: false, .. } => "gc.stop.objected",
            Self::StopRevised { .. } => "gc.stop.revised",
            Self::StopReviewed {
                is_upheld: true, ..
            } => "gc.stop.upheld",
            Self::StopReviewed {
                is_upheld: false, ..
            } => "gc.stop.annulled",
            Self::ExtensionRequested { .. } => "gc.extension.requested",
            Self::ExtensionDecided {
                is_granted: true, ..
            } => "gc.stage.extended",
            Self::ExtensionDecided {
                is_granted: false, ..
            } => "gc.extension.rejected",
            Self::ExtensionLapsed => "gc.extension.lapsed",
            Self::DeadlineMoved { .. } => "gc.deadline.moved",
            Self::CalendarChanged { .. } => "gc.calendar.changed",
            Self::StatutoryMoved { .. } => "gc.deadline.statutory_moved",
            Self::ForecastMoved { .. } => "gc.forecast.moved",
            Self::ValidityBegan { .. } => "gc.validity.began",
            Self::ValidityRenewed { .. } => "gc.validity.renewed",
            Self::DeadlineUnknown { .. } => "gc.deadline.unknown",
            Self::StageCompleted { .. } => "gc.stage.completed",
            Self::RungFired {
                is_carried: true, ..
            } => "gc.stage.rung_carried",
            Self::RungFired {
                is_carried: false,
                rung,
                ..
            } => rung_name(*rung),
            Self::AlertAcknowledged { .. } => "gc.stage.acknowledged",
            Self::StewardAssigned { .. } => "gc.project.steward_assigned",
            Self::LeadAssigned { .. } => "gc.project.lead_assigned",
            Self::ProjectClosed => "gc.project.closed",
            Self::ProjectCorrected { .. } => "gc.project.corrected",
            Self::MetadataChanged { .. } => "gc.project.metadata_changed",
            Self::ProgressPlanned { .. } => "gc.progress.planned",
            Self::ProgressReported { .. } => "gc.progress.reported",
            Self::CardExplained { .. } => "gc.card.explained",
            Self::CardAppealed { .. } => "gc.card.appealed",
            Self::CardWithdrawn { .. } => "gc.card.withdrawn",
            Self::CardAppealRejected { .. } => "gc.card.appeal_rejected",
        }
    }
}

fn rung_name(rung: Rung) -> &'static str {
    match rung {
        Rung::Silence => "gc.stage.silent",
        Rung::Remind => "gc.stage.due_soon",
        Rung::Yellow => "gc.stage.overdue",
        Rung::StopExpired => "gc.stop.expired",
        Rung::StopObjected => "gc.stop.objection_open",
        Rung::DecisionLate => "gc.extension.undecided",
        Rung::Expiring => "gc.validity.expiring",
        Rung::Red | Rung::Leadership => "gc.stage.escalated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_table_is_listed_once_and_in_order() {
        let source = include_str!("name.rs");
        let (list, table) = source.split_once("impl Fact {").unwrap();
        let (table, _) = table.split_once("#[cfg(test)]").unwrap();
        let named = |text: &'static str| text.split('"').filter(|piece| piece.starts_with("gc."));
        let mut in_table: Vec<&str> = named(table).collect();
        in_table.push("gc.webhook.tested");
        in_table.sort_unstable();
        assert!(in_table.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(named(list).collect::<Vec<_>>(), NAMES);
        assert_eq!(in_table, NAMES);
    }

    #[test]
    fn a_fact_has_the_name_that_partners_know() {
        assert_eq!(Fact::ProjectClosed.name(), "gc.project.closed");
        assert_eq!(rung_name(Rung::Remind), "gc.stage.due_soon");
        let stopped = Fact::ExtensionDecided {
            is_granted: true,
            days: 3,
            text: None,
        };
        assert_eq!(stopped.name(), "gc.stage.extended");
    }
}
