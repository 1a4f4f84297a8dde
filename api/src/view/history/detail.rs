//! The particulars of a line of the record.

use domain::{
    clock::StopReason, code::CardNumber, event::Fact, ladder::Rung, schedule::ForecastCause,
    text::Prose,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::ChangeView;
use crate::view::{name::StageRef, progress::ProgressLine, schema};

/// The particulars of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(as = EventDetail)]
pub struct Detail {
    /// What somebody wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub text: Option<String>,
    /// What a forecast leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = StageRef)]
    pub target: Option<StageRef>,
    /// True while a forecast is that of the start of works.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool)]
    pub is_start_of_works: Option<bool>,
    /// Why a forecast moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::ForecastCause)]
    pub cause: Option<ForecastCause>,
    /// Why a clock stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::StopReason)]
    pub reason: Option<StopReason>,
    /// The promise, or the day from which a rung was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Date)]
    pub due_on: Option<Date>,
    /// The day before it moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Date)]
    pub old_on: Option<Date>,
    /// The day after it moved, or a supervisor's new date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Date)]
    pub new_on: Option<Date>,
    /// The expected day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Date)]
    pub expected_on: Option<Date>,
    /// Which rung.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::Rung)]
    pub rung: Option<Rung>,
    /// Who became responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub officer: Option<String>,
    /// From which system or file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub source: Option<String>,
    /// Days that were asked for, or by which a forecast moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u32)]
    pub days: Option<u32>,
    /// True for a yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool)]
    pub is_granted: Option<bool>,
    /// The version of the working calendar before it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u32)]
    pub from_version: Option<u32>,
    /// The version of the working calendar after it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u32)]
    pub to_version: Option<u32>,
    /// Finished after the promise; a rung that was only carried over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool)]
    pub is_late: Option<bool>,
    /// The number of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub card: Option<String>,
    /// What was planned or reported of the works.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ProgressLine)]
    pub progress: Option<ProgressLine>,
    /// What was put right about the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<ChangeView>)]
    pub changes: Option<Vec<ChangeView>>,
}

impl Detail {
    fn text(self, text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..self
        }
    }

    fn say(self, text: Option<&Prose>) -> Self {
        match text {
            Some(text) => self.text(text.as_str()),
            None => self,
        }
    }

    fn reason(self, reason: StopReason) -> Self {
        Self {
            reason: Some(reason),
            ..self
        }
    }

    fn days(self, days: u16) -> Self {
        Self {
            days: Some(days.into()),
            ..self
        }
    }

    fn old_date(self, old_on: Option<Date>) -> Self {
        Self { old_on, ..self }
    }

    fn granted(self, is_granted: bool) -> Self {
        Self {
            is_granted: Some(is_granted),
            ..self
        }
    }

    fn due(self, due_on: Option<Date>) -> Self {
        Self { due_on, ..self }
    }

    fn new_date(self, new_on: Option<Date>) -> Self {
        Self { new_on, ..self }
    }

    fn expected(self, expected_on: Option<Date>) -> Self {
        Self {
            expected_on,
            ..self
        }
    }

    fn rung(self, rung: Rung) -> Self {
        Self {
            rung: Some(rung),
            ..self
        }
    }

    fn card(self, number: Option<CardNumber>) -> Self {
        Self {
            card: number.map(|number| number.to_string()),
            ..self
        }
    }

    /// What somebody said about a card.
    fn of_card(number: CardNumber, text: &Prose) -> Self {
        let of_level = Self::default().rung(number.level().rung());
        of_level.card(Some(number)).text(text.as_str())
    }

    fn late(self, is_late: bool) -> Self {
        Self {
            is_late: Some(is_late),
            ..self
        }
    }
}

/// What a line says besides its kind; people are named by the caller.
#[expect(clippy::too_many_lines, reason = "one arm per kind, read like a table")]
pub(super) fn detail(fact: &Fact) -> Detail {
    let none = Detail::default();
    match fact {
        Fact::ProjectAdmitted { .. }
        | Fact::StageReady
        | Fact::StageAssigned { .. }
        | Fact::ExtensionLapsed
        | Fact::StewardAssigned { .. }
        | Fact::LeadAssigned { .. }
        | Fact::ProjectCorrected { .. }
        | Fact::MetadataChanged { .. }
        | Fact::ProjectClosed => none,
        Fact::ProjectImported { source, .. } => Detail {
            source: Some(source.clone()),
            ..none
        },
        Fact::StageAccepted { due_on, .. } => none.due(*due_on),
        Fact::ProgressNoted {
            text, expected_on, ..
        } => none.text(text.as_str()).expected(*expected_on),
        Fact::WorkRecorded { activity, due_on } => none.text(activity).due(*due_on),
        Fact::ClockStopped {
            reason,
            resumed_on,
            expected_on,
            text,
            ..
        } => none
            .reason(*reason)
            .text(text.as_str())
            .expected(*expected_on)
            .new_date(*resumed_on),
        Fact::ClockResumed { text, .. } | Fact::ProgressPlanned { reason: text, .. } => {
            none.say(text.as_ref())
        }
        Fact::ProgressReported { text, .. } => none.text(text.as_str()),
        Fact::StopAnswered { agrees, text } => none.say(text.as_ref()).granted(*agrees),
        Fact::ExtensionRequested {
            days,
            text,
            proposed_on,
            ..
        } => none
            .days(*days)
            .text(text.as_str())
            .new_date(Some(*proposed_on)),
        Fact::ExtensionDecided {
            is_granted,
            days,
            text,
        } => none.days(*days).say(text.as_ref()).granted(*is_granted),
        Fact::CalendarChanged { from, to, .. } => Detail {
            from_version: Some(*from),
            to_version: Some(*to),
            ..none
        },
        Fact::DeadlineMoved { old, new, .. } | Fact::StatutoryMoved { old, new } => {
            none.old_date(*old).new_date(*new)
        }
        Fact::ForecastMoved {
            is_start_of_works,
            old,
            new,
            working_days,
            cause,
            ..
        } => Detail {
            days: Some(*working_days),
            cause: Some(*cause),
            is_start_of_works: Some(*is_start_of_works),
            ..none.old_date(Some(*old)).new_date(Some(*new))
        },
        Fact::StopRevised { old, new, text } => {
            none.old_date(*old).new_date(Some(*new)).text(text.as_str())
        }
        Fact::StopReviewed { is_upheld, text } => none.granted(*is_upheld).text(text.as_str()),
        Fact::ValidityBegan { expires_on } => none.new_date(Some(*expires_on)),
        Fact::ValidityRenewed {
            old,
            new,
            number,
            text,
        } => none
            .old_date(Some(*old))
            .new_date(Some(*new))
            .days(u16::from(*number))
            .text(text.as_str()),
        Fact::DeadlineUnknown { cause } => none.text(cause),
        Fact::StageCompleted { result, is_late } => none.say(result.as_ref()).late(*is_late),
        Fact::RungFired {
            rung,
            due_on,
            is_carried,
            card,
            ..
        } => none
            .rung(*rung)
            .due(Some(*due_on))
            .late(*is_carried)
            .card(*card),
        Fact::CardExplained {
            number,
            text,
            alternative_on,
        } => Detail::of_card(*number, text).new_date(*alternative_on),
        Fact::CardAppealed { number, text }
        | Fact::CardWithdrawn { number, text }
        | Fact::CardAppealRejected { number, text } => Detail::of_card(*number, text),
        Fact::AlertAcknowledged {
            rung,
            instruction,
            new_date,
        } => none
            .rung(*rung)
            .text(instruction.as_str())
            .new_date(Some(*new_date)),
    }
}
