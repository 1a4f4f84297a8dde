//! Bodies of requests, parsed at the edge: every flaw of a body at once.

use std::pin::Pin;

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, dev::Payload, error::PayloadError,
    http::StatusCode, web::Bytes,
};
use domain::{
    clock::StopReason,
    event::Visibility,
    extension::ExtensionReason,
    id::PersonId,
    project::{Accept, Acknowledge, Complete, Note},
    text::{Line, Prose},
};
use serde::Deserialize;
use time::{Date, format_description::well_known::Iso8601};
use utoipa::ToSchema;

pub use self::{
    admit::AdmitBody,
    card::{AppealCardBody, DecideCardBody, ExplainCardBody, VERDICTS},
    clock::{
        AnswerStopBody, DecideExtensionBody, ExtensionBody, RenewBody, ResumeBody, ReviewStopBody,
        ReviseStopBody, StopBody,
    },
    company::{ChangeCompanyBody, CompanyBody},
    correction::ChangeProjectBody,
    directory::{
        AbsenceBody, ChangePersonBody, ChangeUnitBody, DeputyBody, PatronBody, PersonBody, UnitBody,
    },
    progress::{PlanBody, ReportBody},
    token::{PersonalTokenBody, RefreshBody, RevokeBody, ServiceTokenBody},
    webhook::WebhookBody,
};
use super::problem::ApiError;
use crate::error::{AppError, FieldFlaw, GateFlaw};

mod admit;
mod card;
mod clock;
mod company;
mod correction;
mod directory;
mod progress;
mod token;
mod webhook;

/// Collects the flaws of a body.
#[derive(Debug, Default)]
pub struct Flaws(Vec<FieldFlaw>);

impl Flaws {
    /// A day of the form `2026-03-02`.
    pub fn date(&mut self, field: &'static str, typed: Option<&str>) -> Option<Date> {
        let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
        match Date::parse(typed, &Iso8601::DATE) {
            Ok(day) if (1900..=2200).contains(&day.year()) => Some(day),
            Ok(_) | Err(_) => self.note(FieldFlaw::of(field, "validation.date")),
        }
    }

    /// A day that must be there.
    pub fn required_date(&mut self, field: &'static str, typed: Option<&str>) -> Option<Date> {
        let is_missing = typed.is_none_or(|typed| typed.trim().is_empty());
        if is_missing {
            return self.note(FieldFlaw::of(field, "validation.empty"));
        }
        self.date(field, typed)
    }

    /// A text that must be there.
    pub fn prose(&mut self, field: &'static str, typed: Option<&str>) -> Option<Prose> {
        match Prose::parse(typed.unwrap_or_default()) {
            Ok(text) => Some(text),
            Err(flaw) => self.note(FieldFlaw::text(field, flaw)),
        }
    }

    /// A text that may be absent.
    pub fn optional_prose(&mut self, field: &'static str, typed: Option<&str>) -> Option<Prose> {
        let typed = typed.filter(|typed| !typed.trim().is_empty())?;
        self.prose(field, Some(typed))
    }

    /// A name that must be there.
    pub fn line(&mut self, field: &'static str, typed: Option<&str>) -> Option<Line> {
        match Line::parse(typed.unwrap_or_default()) {
            Ok(line) => Some(line),
            Err(flaw) => self.note(FieldFlaw::text(field, flaw)),
        }
    }

    /// The key of a person.
    pub fn person(&mut self, field: &'static str, typed: Option<&str>) -> Option<PersonId> {
        match typed.unwrap_or_default().trim().parse() {
            Ok(id) => Some(id),
            Err(_malformed) => self.note(FieldFlaw::of(field, "validation.choice")),
        }
    }

    /// A key, or anything else with one form only.
    pub fn parsed<T: std::str::FromStr>(&mut self, field: &'static str, typed: &str) -> Option<T> {
        match typed.trim().parse() {
            Ok(value) => Some(value),
            Err(_malformed) => self.note(FieldFlaw::of(field, "validation.choice")),
        }
    }

    /// One of the reasons to stop a clock.
    pub fn reason(&mut self, field: &'static str, typed: Option<&str>) -> Option<StopReason> {
        let found = StopReason::of_code(typed.unwrap_or_default().trim());
        match found {
            Some(reason) => Some(reason),
            None => self.note(FieldFlaw::of(field, "validation.choice")),
        }
    }

    /// One of the reasons to ask for more time.
    pub fn extension_reason(
        &mut self,
        field: &'static str,
        typed: Option<&str>,
    ) -> Option<ExtensionReason> {
        let found = ExtensionReason::of_code(typed.unwrap_or_default().trim());
        match found {
            Some(reason) => Some(reason),
            None => self.note(FieldFlaw::of(field, "validation.choice")),
        }
    }

    /// A value that must be there.
    pub fn required<T>(&mut self, field: &'static str, sent: Option<T>) -> Option<T> {
        if sent.is_none() {
            return self.note(FieldFlaw::of(field, "validation.empty"));
        }
        sent
    }

    /// Adds a flaw.
    pub fn note<T>(&mut self, flaw: FieldFlaw) -> Option<T> {
        self.0.push(flaw);
        None
    }

    /// The value if there was no flaw, else all flaws.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, AppError> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(AppError::Flawed(self.0)),
        }
    }
}

/// The bytes of a body. One that is too long is refused in our own form.
#[derive(Debug)]
pub struct Sent(Bytes);

impl std::ops::Deref for Sent {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl FromRequest for Sent {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_taken = is_taken(request);
        let read = whole(request, payload);
        Box::pin(async move {
            if !is_taken {
                return Err(AppError::WrongMedia.into());
            }
            Ok(Self(read.await?))
        })
    }
}

/// The bytes of a merge patch. Plain JSON is refused: `null` means something here.
#[derive(Debug)]
pub struct MergePatch(Sent);

impl std::ops::Deref for MergePatch {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl FromRequest for MergePatch {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let said = request.content_type().trim();
        if !said.eq_ignore_ascii_case(MERGE_PATCH) {
            return Box::pin(async { Err(AppError::WrongMedia.into()) });
        }
        let sent = Sent::from_request(request, payload);
        Box::pin(async move { Ok(Self(sent.await?)) })
    }
}

/// RFC 7396.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// The media types that some operation takes. A body that does not say what it is is read all the same.
const MEDIA_TYPES: [&str; 4] = ["application/json", MERGE_PATCH, "text/csv", "text/calendar"];

fn is_taken(request: &HttpRequest) -> bool {
    let said = request.content_type().trim();
    said.is_empty() || MEDIA_TYPES.contains(&said.to_ascii_lowercase().as_str())
}

/// All bytes of a body, unless they are too many.
pub(crate) fn whole(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<Bytes, AppError>> + use<> {
    let read = Bytes::from_request(request, payload);
    async move {
        read.await.map_err(|error| {
            if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE {
                AppError::TooLarge
            } else if is_too_slow(&error) {
                GateFlaw::TooSlow.into()
            } else {
                AppError::Malformed {
                    detail: error.to_string(),
                }
            }
        })
    }
}

/// True when the gate gave up waiting.
fn is_too_slow(error: &actix_web::Error) -> bool {
    matches!(error.as_error::<PayloadError>(), Some(PayloadError::Io(cause))
        if cause.kind() == std::io::ErrorKind::TimedOut)
}

/// A note that may be absent: one line, or nothing.
pub fn note(typed: Option<&str>) -> Result<String, AppError> {
    let Some(typed) = typed.filter(|typed| !typed.trim().is_empty()) else {
        return Ok(String::new());
    };
    let mut flaws = Flaws::default();
    let line = flaws.line("note", Some(typed));
    Ok(flaws.finish(line)?.as_str().to_owned())
}

/// Reads a JSON body. Unknown members are refused: a typing error must not be taken for silence.
pub fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, AppError> {
    // A list would be taken for the members of an object in their order.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(AppError::Malformed {
            detail: "not an object".to_owned(),
        });
    }
    serde_json::from_slice(bytes).map_err(|error| AppError::Malformed {
        detail: error.to_string(),
    })
}

/// 受理.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// Day 0 of the clock; today if absent.
    #[schema(example = "2026-03-02", format = Date)]
    pub on: Option<String>,
}

impl AcceptBody {
    /// The act; `officer` becomes responsible if nobody is.
    pub fn parse(&self, today: Date, officer: Option<PersonId>) -> Result<Accept, AppError> {
        let mut flaws = Flaws::default();
        let on = flaws.date("on", self.on.as_deref()).unwrap_or(today);
        flaws.finish(Some(Accept { on, officer }))
    }
}

/// A sign of work.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// What was done.
    pub text: Option<String>,
    /// True keeps the note from the investor.
    #[serde(default)]
    pub is_internal: bool,
    /// When the officer expects to be done.
    #[schema(example = "2026-03-20", format = Date)]
    pub expected_on: Option<String>,
}

impl NoteBody {
    /// The act.
    pub fn parse(&self) -> Result<Note, AppError> {
        let mut flaws = Flaws::default();
        let text = flaws.prose("text", self.text.as_deref());
        let expected_on = flaws.date("expected_on", self.expected_on.as_deref());
        let visibility = if self.is_internal {
            Visibility::Internal
        } else {
            Visibility::Public
        };
        flaws.finish(text.map(|text| Note {
            text,
            visibility,
            expected_on,
        }))
    }
}

/// 办结.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteBody {
    /// The day it was finished; today if absent.
    #[schema(example = "2026-03-20", format = Date)]
    pub on: Option<String>,
    /// With which result.
    pub result: Option<String>,
}

impl CompleteBody {
    /// The act.
    pub fn parse(&self, today: Date) -> Result<Complete, AppError> {
        let mut flaws = Flaws::default();
        let on = flaws.date("on", self.on.as_deref()).unwrap_or(today);
        let result = flaws.prose("result", self.result.as_deref());
        flaws.finish(result.map(|result| Complete { on, result }))
    }
}

/// Somebody becomes responsible.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// Who; must work in the unit of the stage.
    #[schema(example = "per_01J0000000000000000000000")]
    pub officer: Option<String>,
}

impl AssignBody {
    /// The officer.
    pub fn parse(&self) -> Result<PersonId, AppError> {
        let mut flaws = Flaws::default();
        let officer = flaws.person("officer", self.officer.as_deref());
        flaws.finish(officer)
    }
}

/// 签收: never a bare "seen".
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeBody {
    /// What is to be done.
    pub instruction: Option<String>,
    /// By when.
    #[schema(example = "2026-03-25", format = Date)]
    pub new_date: Option<String>,
}

impl AcknowledgeBody {
    /// The act.
    pub fn parse(&self) -> Result<Acknowledge, AppError> {
        let mut flaws = Flaws::default();
        let instruction = flaws.prose("instruction", self.instruction.as_deref());
        let new_date = flaws.required_date("new_date", self.new_date.as_deref());
        let said = instruction.zip(new_date);
        flaws.finish(said.map(|(instruction, new_date)| Acknowledge {
            instruction,
            new_date,
        }))
    }
}
