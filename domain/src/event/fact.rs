//! What happened: every kind of line.

use alloc::{string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use time::Date;

use super::Visibility;
use crate::{
    clock::StopReason,
    code::CardNumber,
    extension::{Approver, ExtensionReason},
    id::{PersonId, StageId},
    ladder::Rung,
    progress::{Month, Percent, ProgressPlan},
    project::{Corrected, MetadataChange},
    schedule::ForecastCause,
    text::Prose,
};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// The project entered the green channel.
    ProjectAdmitted {
        /// The template as `code@version/variant`.
        template: String,
    },
    /// The project was taken over from another system.
    ProjectImported {
        /// Which system or file.
        source: String,
        /// Its key there.
        external_id: String,
    },
    /// All that the stage waited for is done.
    StageReady,
    /// Day 0 of the clock.
    StageAccepted {
        /// The due day first known, if the stage has a limit: the promise first made.
        due_on: Option<Date>,
        /// The last day under the law, if it has one.
        statutory_due_on: Option<Date>,
    },
    /// Somebody became responsible.
    StageAssigned {
        /// Who.
        officer: PersonId,
    },
    /// A sign of work.
    ProgressNoted {
        /// What was done.
        text: Prose,
        /// Who may read it.
        visibility: Visibility,
        /// When the officer expects to be done.
        expected_on: Option<Date>,
    },
    /// Work done in another system.
    WorkRecorded {
        /// What it was called there.
        activity: String,
        /// The last day on which it was to be done, if it had one of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_on: Option<Date>,
    },
    /// The clock stands.
    ClockStopped {
        /// Why.
        reason: StopReason,
        /// The day of the resume, if it was entered when it was over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resumed_on: Option<Date>,
        /// Until when, as expected.
        expected_on: Option<Date>,
        /// What the investor is told.
        text: Prose,
        /// Why it was entered late.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_reason: Option<Prose>,
    },
    /// The clock runs again.
    ClockResumed {
        /// Why now.
        text: Option<Prose>,
        /// Why it was entered late.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        late_reason: Option<Prose>,
    },
    /// The investor answered a stop in its court.
    StopAnswered {
        /// True for yes.
        agrees: bool,
        /// In its own words.
        text: Option<Prose>,
    },
    /// The expected end of a stop was put off.
    StopRevised {
        /// Before.
        old: Option<Date>,
        /// After.
        new: Date,
        /// Why.
        text: Prose,
    },
    /// A supervisor looked into a stop that the investor objects to.
    StopReviewed {
        /// True when the stop stands; else it takes no day out.
        is_upheld: bool,
        /// Why.
        text: Prose,
    },
    /// More time is asked for.
    ExtensionRequested {
        /// Days, in the unit of the promise.
        days: u16,
        /// Why, from the closed list.
        reason: ExtensionReason,
        /// Why, in own words.
        text: Prose,
        /// The due day if it is granted.
        proposed_on: Date,
        /// Who must decide.
        approver: Approver,
        /// By when.
        decide_by: Date,
    },
    /// A request for more time was decided.
    ExtensionDecided {
        /// True for yes.
        is_granted: bool,
        /// Days, in the unit of the promise.
        days: u16,
        /// Why.
        text: Option<Prose>,
    },
    /// The stage was finished before its request was decided.
    ExtensionLapsed,
    /// The due day moved. The promise first made stays in the record.
    DeadlineMoved {
        /// Before; `None` when it was not known.
        old: Option<Date>,
        /// After.
        new: Option<Date>,
        /// The version from which on the new day counts.
        version: u32,
    },
    /// The zone's working calendar was changed, and with it something of this project.
    CalendarChanged {
        /// The name of the calendar that counts from now on.
        name: String,
        /// The version that counted before.
        from: u32,
        /// The version that counts now.
        to: u32,
    },
    /// The last day under the law moved.
    StatutoryMoved {
        /// Before; `None` when it was not known.
        old: Option<Date>,
        /// After.
        new: Option<Date>,
    },
    /// The forecast of the start of works, or of whatever comes next, is another one.
    ForecastMoved {
        /// The stage that everything leads to.
        target: StageId,
        /// True while that is the start of works.
        is_start_of_works: bool,
        /// Before.
        old: Date,
        /// After.
        new: Date,
        /// The working days between the two, whichever is later.
        working_days: u32,
        /// Why; the stage of the line is the one that caused it.
        cause: ForecastCause,
    },
    /// What this stage must use was issued, and expires.
    ValidityBegan {
        /// The last day.
        expires_on: Date,
    },
    /// It was renewed.
    ValidityRenewed {
        /// The last day before.
        old: Date,
        /// The last day after.
        new: Date,
        /// The how manieth renewal it is.
        number: u8,
        /// Why.
        text: Prose,
    },
    /// No deadline can be computed; the work goes on.
    DeadlineUnknown {
        /// Why, in a stable form.
        cause: String,
    },
    /// The stage is finished.
    StageCompleted {
        /// With which result; another system may give none.
        result: Option<Prose>,
        /// True when it was done after the promise.
        is_late: bool,
    },
    /// A rung fired.
    RungFired {
        /// Which.
        rung: Rung,
        /// Under which basis.
        basis: u32,
        /// The day from which it was due.
        due_on: Date,
        /// True when nobody was told because the rung had fired before the deadline moved.
        is_carried: bool,
        /// The number of the card that was issued with it, if one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card: Option<CardNumber>,
    },
    /// A supervisor answered an alert.
    AlertAcknowledged {
        /// Which rung.
        rung: Rung,
        /// What is to be done.
        instruction: Prose,
        /// By when.
        new_date: Date,
    },
    /// Every stage is finished.
    ProjectClosed,
    /// The works were planned, month by month.
    ProgressPlanned {
        /// What counts from now on.
        plan: ProgressPlan,
        /// What counted before; `None` for a first plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<ProgressPlan>,
        /// Why it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Prose>,
    },
    /// Somebody reported how far works are.
    ProgressReported {
        /// At the end of which month.
        month: Month,
        /// What is done.
        share: Percent,
        /// What was planned.
        planned: Percent,
        /// What stands, in own words.
        text: Prose,
        /// What an earlier report of the month said; `None` for a first one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        old: Option<Percent>,
        /// Why it was corrected.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Prose>,
    },
    /// The reason for a miss was given.
    CardExplained {
        /// Which card.
        number: CardNumber,
        /// Why.
        text: Prose,
        /// When the stage may be expected instead.
        alternative_on: Option<Date>,
    },
    /// Somebody asks for a card to be taken back.
    CardAppealed {
        /// Which card.
        number: CardNumber,
        /// Why.
        text: Prose,
    },
    /// The efficacy office took a card back.
    CardWithdrawn {
        /// Which card.
        number: CardNumber,
        /// Why.
        text: Prose,
    },
    /// The efficacy office said no to an appeal.
    CardAppealRejected {
        /// Which card.
        number: CardNumber,
        /// Why.
        text: Prose,
    },
    /// Somebody became the investor's one contact.
    StewardAssigned {
        /// Before.
        old: Option<PersonId>,
        /// After.
        new: PersonId,
    },
    /// What was wrong about the project was put right.
    ProjectCorrected {
        /// What, before and after.
        corrected: Vec<Corrected>,
    },
    /// Another system keeps something else with the project.
    MetadataChanged {
        /// What, before and after.
        metadata: Vec<MetadataChange>,
    },
    /// An official leads the project from now on.
    LeadAssigned {
        /// Before.
        old: Option<PersonId>,
        /// After.
        new: PersonId,
    },
}

impl Fact {
    /// The stable name of the kind, as stored and sent.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProjectAdmitted { .. } => "project_admitted",
            Self::ProjectImported { .. } => "project_imported",
            Self::StageReady => "stage_ready",
            Self::StageAccepted { .. } => "stage_accepted",
            Self::StageAssigned { .. } => "stage_assigned",
            Self::ProgressNoted { .. } => "progress_noted",
            Self::WorkRecorded { .. } => "work_recorded",
            Self::ClockStopped { .. } => "clock_stopped",
            Self::ClockResumed { .. } => "clock_resumed",
            Self::StopAnswered { .. } => "stop_answered",
            Self::StopRevised { .. } => "stop_revised",
            Self::StopReviewed { .. } => "stop_reviewed",
            Self::ExtensionRequested { .. } => "extension_requested",
            Self::ExtensionDecided { .. } => "extension_decided",
            Self::ExtensionLapsed => "extension_lapsed",
            Self::DeadlineMoved { .. } => "deadline_moved",
            Self::CalendarChanged { .. } => "calendar_changed",
            Self::StatutoryMoved { .. } => "statutory_moved",
            Self::ForecastMoved { .. } => "forecast_moved",
            Self::ValidityBegan { .. } => "validity_began",
            Self::ValidityRenewed { .. } => "validity_renewed",
            Self::DeadlineUnknown { .. } => "deadline_unknown",
            Self::StageCompleted { .. } => "stage_completed",
            Self::RungFired { .. } => "rung_fired",
            Self::AlertAcknowledged { .. } => "alert_acknowledged",
            Self::ProjectClosed => "project_closed",
            Self::ProgressPlanned { .. } => "progress_planned",
            Self::ProgressReported { .. } => "progress_reported",
            Self::CardExplained { .. } => "card_explained",
            Self::CardAppealed { .. } => "card_appealed",
            Self::CardWithdrawn { .. } => "card_withdrawn",
            Self::CardAppealRejected { .. } => "card_appeal_rejected",
            Self::StewardAssigned { .. } => "steward_assigned",
            Self::LeadAssigned { .. } => "lead_assigned",
            Self::ProjectCorrected { .. } => "project_corrected",
            Self::MetadataChanged { .. } => "metadata_changed",
        }
    }
}
