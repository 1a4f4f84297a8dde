//! Failures as the outside sees them: the only file that names status codes for failures.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use domain::{sign_in::Over, text::Language};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::{AppError, FieldFlaw},
    web::refusal,
};

/// A failure as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A page about this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "/problems/stage.clock.stopped")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    pub status: u16,
    /// This case in words.
    pub detail: String,
    /// Stable; never changes with the language.
    #[schema(example = "stage.clock.stopped")]
    pub code: String,
    /// The sentence in every language, by BCP 47 tag.
    pub messages: BTreeMap<String, String>,
    /// The fields that cannot be taken, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The version that is kept now, after a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
    /// Who was faster, after a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// When, after a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<String>,
    /// True when the same request may go through later.
    pub retryable: bool,
}

/// One field that cannot be taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where, as a JSON Pointer.
    #[schema(example = "/on")]
    pub pointer: String,
    /// Stable.
    pub code: String,
    /// The sentence in every language, by BCP 47 tag.
    pub messages: BTreeMap<String, String>,
}

/// The status of a failure.
pub fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::Malformed { .. } => StatusCode::BAD_REQUEST,
        AppError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        AppError::Flawed(_) | AppError::NotAdmitted(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::Absent => StatusCode::NOT_FOUND,
        AppError::Unknown
        | AppError::WrongPassword
        | AppError::WrongCode
        | AppError::CodeNeeded => StatusCode::UNAUTHORIZED,
        AppError::Forbidden(_)
        | AppError::FormExpired
        | AppError::PasswordOver
        | AppError::EnrolmentNeeded
        | AppError::ProofNeeded => StatusCode::FORBIDDEN,
        AppError::Refused(_) | AppError::Over(_) | AppError::OwnAccount => StatusCode::CONFLICT,
        AppError::Stale(_) => StatusCode::PRECONDITION_FAILED,
        AppError::VersionRequired => StatusCode::PRECONDITION_REQUIRED,
        AppError::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The stable code of a failure.
pub fn code(error: &AppError) -> &str {
    match error {
        AppError::Malformed { .. } => "request.malformed",
        AppError::TooLarge => "request.too_large",
        AppError::Flawed(_) => "validation.failed",
        AppError::Refused(refusal) => refusal.code(),
        AppError::NotAdmitted(_) => "project.not_admitted",
        AppError::Absent => "not_found",
        AppError::Unknown => "auth.required",
        AppError::WrongPassword => "auth.wrong_password",
        AppError::WrongCode => "auth.wrong_code",
        AppError::Over(Over::Expired) => "auth.attempt_expired",
        AppError::Over(Over::Used) => "auth.attempt_used",
        AppError::Over(Over::Void) => "auth.attempt_void",
        AppError::CodeNeeded => "auth.code_needed",
        AppError::PasswordOver => "auth.password_over",
        AppError::EnrolmentNeeded => "auth.enrolment_needed",
        AppError::ProofNeeded => "auth.proof_needed",
        AppError::OwnAccount => "auth.own_account",
        AppError::Forbidden(_) => "access.denied",
        AppError::Stale(_) => "conflict.version",
        AppError::VersionRequired => "conflict.version_required",
        AppError::FormExpired => "form.expired",
        AppError::TooManyTries { .. } => "rate.limited",
        AppError::Busy => "server.busy",
        AppError::Broken { .. } => "internal",
    }
}

fn arguments(error: &AppError) -> Vec<(&'static str, String)> {
    match error {
        AppError::Refused(refusal) => refusal.arguments(),
        AppError::NotAdmitted(flaw) => vec![("detail", flaw.to_string())],
        AppError::Malformed { detail } => vec![("detail", detail.clone())],
        AppError::TooLarge
        | AppError::Flawed(_)
        | AppError::Absent
        | AppError::Unknown
        | AppError::WrongPassword
        | AppError::WrongCode
        | AppError::Over(_)
        | AppError::CodeNeeded
        | AppError::PasswordOver
        | AppError::EnrolmentNeeded
        | AppError::ProofNeeded
        | AppError::OwnAccount
        | AppError::Forbidden(_)
        | AppError::Stale(_)
        | AppError::VersionRequired
        | AppError::FormExpired
        | AppError::TooManyTries { .. }
        | AppError::Busy
        | AppError::Broken { .. } => Vec::new(),
    }
}

/// The sentence of a code in every language.
fn messages(code: &str, arguments: &[(&'static str, String)]) -> BTreeMap<String, String> {
    Language::ALL
        .into_iter()
        .map(|language| {
            (
                language.tag().to_owned(),
                refusal::sentence_of(language, code, arguments),
            )
        })
        .collect()
}

fn field_problem(flaw: &FieldFlaw) -> FieldProblem {
    FieldProblem {
        pointer: format!("/{}", flaw.field),
        code: flaw.code.clone(),
        messages: messages(&flaw.code, &flaw.arguments),
    }
}

impl Problem {
    /// A failure in the words of `language`.
    pub fn of(error: &AppError, language: Language) -> Self {
        let code = code(error);
        let messages = messages(code, &arguments(error));
        let detail = messages.get(language.tag()).cloned().unwrap_or_default();
        let change = if let AppError::Stale(change) = error {
            Some(change)
        } else {
            None
        };
        let flaws = if let AppError::Flawed(flaws) = error {
            flaws.as_slice()
        } else {
            &[]
        };
        let errors = flaws.iter().map(field_problem).collect();
        let rfc3339 = time::format_description::well_known::Rfc3339;
        Self {
            kind: format!("/problems/{code}"),
            title: status(error)
                .canonical_reason()
                .unwrap_or_default()
                .to_owned(),
            status: status(error).as_u16(),
            detail,
            code: code.to_owned(),
            messages,
            errors,
            current_version: change.map(|change| change.version),
            changed_by: change.and_then(|change| change.by.clone()),
            changed_at: change.and_then(|change| change.at.format(&rfc3339).ok()),
            retryable: matches!(
                error,
                AppError::Busy | AppError::TooManyTries { .. } | AppError::Broken { .. }
            ),
        }
    }
}

/// A failure of the API: an [`AppError`] that answers with a [`Problem`].
#[derive(Debug)]
pub struct ApiError {
    error: AppError,
    language: Language,
}

impl ApiError {
    /// Says `error` in `language`.
    pub fn new(error: AppError, language: Language) -> Self {
        Self { error, language }
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        // Both languages are in the body; which stands first matters little.
        Self {
            error,
            language: Language::default(),
        }
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status(&self.error)
    }

    fn error_response(&self) -> HttpResponse {
        if let AppError::Broken { cause } = &self.error {
            tracing::error!(%cause, "a request failed");
        }
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status_code() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let AppError::TooManyTries { seconds } = &self.error {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if matches!(self.error, AppError::Busy) {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        let problem = Problem::of(&self.error, self.language);
        response.body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}
