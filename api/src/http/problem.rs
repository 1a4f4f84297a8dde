//! Failures as the outside sees them: the only file that names status codes for failures.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use domain::text::Language;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    error::{AppError, FieldFlaw, GateFlaw},
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
    /// The quotas that are used up.
    #[serde(rename = "violated-policies", skip_serializing_if = "Vec::is_empty")]
    pub violated_policies: Vec<&'static str>,
}

/// The kind of problem that everybody has who limits requests (IANA's registry of problem types).
const QUOTA_EXCEEDED: &str = "https://iana.org/assignments/http-problem-types#quota-exceeded";

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
        AppError::Refused(_) => StatusCode::CONFLICT,
        AppError::Absent => StatusCode::NOT_FOUND,
        AppError::Unknown | AppError::WrongPassword => StatusCode::UNAUTHORIZED,
        AppError::Forbidden(_) | AppError::FormExpired => StatusCode::FORBIDDEN,
        AppError::Stale(_) => StatusCode::PRECONDITION_FAILED,
        AppError::VersionRequired => StatusCode::PRECONDITION_REQUIRED,
        AppError::TooManyTries { .. } => StatusCode::TOO_MANY_REQUESTS,
        AppError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        AppError::Gate(flaw) => flaw.status(),
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
        AppError::Forbidden(_) => "access.denied",
        AppError::Stale(_) => "conflict.version",
        AppError::VersionRequired => "conflict.version_required",
        AppError::FormExpired => "form.expired",
        AppError::TooManyTries { .. } => "rate.limited",
        AppError::Busy => "server.busy",
        AppError::Broken { .. } => "internal",
        AppError::Gate(flaw) => flaw.code(),
    }
}

fn arguments(error: &AppError) -> Vec<(&'static str, String)> {
    match error {
        AppError::Refused(refusal) => refusal.arguments(),
        AppError::NotAdmitted(flaw) => vec![("detail", flaw.to_string())],
        AppError::Malformed { detail } => vec![("detail", detail.clone())],
        AppError::Gate(flaw) => flaw.arguments(),
        AppError::TooLarge
        | AppError::Flawed(_)
        | AppError::Absent
        | AppError::Unknown
        | AppError::WrongPassword
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
        let gate = if let AppError::Gate(flaw) = error {
            Some(flaw)
        } else {
            None
        };
        let is_quota = matches!(gate, Some(GateFlaw::QuotaExceeded { .. }));
        let kind = if is_quota {
            QUOTA_EXCEEDED.to_owned()
        } else {
            format!("/problems/{code}")
        };
        let rfc3339 = time::format_description::well_known::Rfc3339;
        Self {
            kind,
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
            ) || gate.is_some_and(GateFlaw::is_retryable),
            violated_policies: gate.map_or_else(Vec::new, GateFlaw::violated_policies),
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
        if matches!(self.error, AppError::Unknown | AppError::WrongPassword) {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let AppError::TooManyTries { seconds } = &self.error {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let AppError::Gate(flaw) = &self.error
            && let Some(header) = flaw.header()
        {
            response.insert_header(header);
        }
        if matches!(self.error, AppError::Busy) {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        let problem = Problem::of(&self.error, self.language);
        response.body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}
