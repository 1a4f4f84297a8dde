//! Forms as they come in.

use std::{collections::BTreeMap, convert::Infallible, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode, web::Bytes};
use domain::refusal::Refusal;

use crate::{
    error::{AppError, FieldFlaw},
    http::{body, problem},
    view::action::Reason,
    web::form::{Form, Mistake},
};

/// The bytes of a sent form, or why there are none. Taking them never fails, so that what went wrong is said
/// on a page and not by the framework.
pub(super) struct Posted(Result<Bytes, AppError>);

impl FromRequest for Posted {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Infallible>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = body::whole(request, payload);
        Box::pin(async move { Ok(Self(read.await)) })
    }
}

impl Posted {
    /// The bytes, or why there are none.
    pub(super) fn bytes(self) -> Result<Bytes, AppError> {
        self.0
    }
}

/// The fields of a sent form.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent(BTreeMap<String, String>);

impl Sent {
    /// Reads an urlencoded body.
    pub(super) fn read(posted: Posted) -> Result<Self, AppError> {
        Self::of(&posted.bytes()?)
    }

    /// Fields that were read elsewhere.
    pub(super) fn with(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }

    /// Reads the bytes of an urlencoded body.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, AppError> {
        let text = std::str::from_utf8(bytes).map_err(|error| AppError::Malformed {
            detail: error.to_string(),
        })?;
        let pairs =
            actix_web::web::Query::<Vec<(String, String)>>::from_query(text).map_err(|error| {
                AppError::Malformed {
                    detail: error.to_string(),
                }
            })?;
        Ok(Self(pairs.into_inner().into_iter().collect()))
    }

    /// A field; `None` if it is absent or empty.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.0
            .get(name)
            .filter(|value| !value.trim().is_empty())
            .cloned()
    }

    /// A field; empty if it is absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A choice between yes and no; `None` if neither was taken.
    pub(super) fn yes(&self, name: &str) -> Option<bool> {
        match self.text(name) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    /// The version that the form is based on.
    pub(super) fn version(&self) -> Result<i64, AppError> {
        self.text("version")
            .parse()
            .map_err(|_malformed| AppError::FormExpired)
    }

    /// The form as it was typed, without what is secret or technical.
    pub(super) fn typed(&self) -> Form {
        let technical = [
            "csrf",
            "version",
            "password",
            "step",
            "current_password",
            "new_password",
            "otp",
            "token",
        ];
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !technical.contains(&name.as_str()));
        Form::filled(kept.map(|(name, value)| (name.clone(), value.clone())))
    }
}

/// The form with what is wrong with it; an error that no form can mend is given back.
pub(super) fn refused(form: Form, error: AppError) -> Result<Form, AppError> {
    let mistakes = match &error {
        AppError::Flawed(flaws) => flaws.iter().map(mistake).collect(),
        AppError::Refused(refusal) => vec![Mistake::refusal(field_of(refusal), refusal)],
        AppError::Stale(_) => vec![Mistake::of(None, Mistake::CONFLICT)],
        AppError::WrongPassword => vec![Mistake::of(None, Mistake::WRONG_PASSWORD)],
        AppError::TooManyTries { .. } => vec![Mistake::of(None, Mistake::TOO_MANY_TRIES)],
        AppError::WrongCode | AppError::CodeNeeded => {
            vec![Mistake::of(Some("otp"), problem::code(&error))]
        }
        AppError::Over(_) | AppError::OwnAccount | AppError::Oidc(_) => {
            vec![Mistake::of(None, problem::code(&error))]
        }
        AppError::Malformed { .. }
        | AppError::TooLarge
        | AppError::WrongMedia
        | AppError::NotAdmitted(_)
        | AppError::Absent
        | AppError::Unknown
        | AppError::Forbidden(_)
        | AppError::VersionRequired
        | AppError::PasswordOver
        | AppError::EnrolmentNeeded
        | AppError::ProofNeeded
        | AppError::FormExpired
        | AppError::Busy
        | AppError::Broken { .. }
        | AppError::Panicked { .. }
        | AppError::Gate(_)
        | AppError::Unconventional(_) => return Err(error),
    };
    Ok(mistakes.into_iter().fold(form, Form::with))
}

/// The status of a form that comes back.
pub(super) fn refused_status(error: &AppError) -> StatusCode {
    if let AppError::Oidc(flaw) = error {
        flaw.status()
    } else if matches!(error, AppError::TooManyTries { .. }) {
        StatusCode::TOO_MANY_REQUESTS
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn mistake(flaw: &FieldFlaw) -> Mistake {
    let mut reason = Reason::plain(&flaw.code);
    for (name, value) in &flaw.arguments {
        reason.arguments.insert((*name).to_owned(), value.clone());
    }
    Mistake {
        field: Some(flaw.field),
        reason,
    }
}

/// The field that a refusal is about.
fn field_of(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::InFuture { .. }
        | Refusal::BeforeAcceptance { .. }
        | Refusal::BeforeAdmission { .. }
        | Refusal::BeforeLastStop { .. }
        | Refusal::ResumeBeforeStop { .. } => Some("on"),
        Refusal::LateWithoutReason { .. } => Some("late_reason"),
        Refusal::ExpectedInPast { .. } | Refusal::StopBeyondCap { .. } => Some("expected_on"),
        Refusal::ExtensionTooLong { .. } => Some("days"),
        Refusal::ObjectionWithoutReason | Refusal::RejectionWithoutReason => Some("text"),
        Refusal::StopReasonNotAllowed { .. }
        | Refusal::PlanWithoutReason
        | Refusal::MonthReported { .. } => Some("reason"),
        Refusal::ForeignOfficer | Refusal::AlreadyAssigned => Some("officer"),
        Refusal::AlternativeMissing => Some("alternative_on"),
        Refusal::NoAppeal => Some("verdict"),
        Refusal::UnknownStage
        | Refusal::StageWaits { .. }
        | Refusal::AlreadyAccepted { .. }
        | Refusal::NotAccepted
        | Refusal::StageFinished { .. }
        | Refusal::ClockStopped { .. }
        | Refusal::ClockRuns
        | Refusal::AlreadyAcknowledged { .. }
        | Refusal::AlertOutdated
        | Refusal::NobodyAssigned
        | Refusal::NothingToAnswer
        | Refusal::NothingToReview
        | Refusal::NeedsReview
        | Refusal::NothingToRenew
        | Refusal::RenewalsUsedUp { .. }
        | Refusal::ValidityOver { .. }
        | Refusal::ExtensionNotAllowed
        | Refusal::ExtensionPending { .. }
        | Refusal::ExtensionTooLate { .. }
        | Refusal::ExtensionLocked { .. }
        | Refusal::NoExtensionAsked
        | Refusal::OwnExtension
        | Refusal::NotTheApprover { .. }
        | Refusal::OwnProposal
        | Refusal::NotPreviewed
        | Refusal::ProposalDecided { .. }
        | Refusal::ProposalStale
        | Refusal::CardWithdrawn { .. }
        | Refusal::CardExplained { .. }
        | Refusal::CardAppealed { .. }
        | Refusal::OwnCard
        | Refusal::ProjectClosed { .. }
        | Refusal::PlanUnchanged
        | Refusal::NotPlanned
        | Refusal::AlreadyEntrusted
        | Refusal::UnitHasPeople { .. }
        | Refusal::UnitHasWork { .. }
        | Refusal::OwnAccount
        | Refusal::AbsenceOver { .. }
        | Refusal::ImportFlawed { .. }
        | Refusal::ImportCommitted
        | Refusal::ImportAtWork
        | Refusal::ImportHasRoles => None,
        Refusal::PersonHasWork { .. } | Refusal::SuccessorUnfit => Some("hand_over_to"),
        Refusal::AdministrationsExclude => Some("roles"),
        Refusal::AbsenceOverlaps { .. } => Some("from_on"),
        Refusal::PlanTooLong { .. }
        | Refusal::PlanFalls { .. }
        | Refusal::PlanUnfinished { .. } => Some("shares"),
        Refusal::PlanOutside { .. } => Some("from"),
        Refusal::MonthAhead { .. } | Refusal::MonthBeforePlan { .. } => Some("month"),
        Refusal::ReportOutOfLine { .. } => Some("share"),
    }
}
