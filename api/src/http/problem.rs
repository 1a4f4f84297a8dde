//! Failures as the outside sees them: the only file that names status codes for failures.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
    web::Data,
};
use domain::{sign_in::Over, text::Language};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use super::{access::language, catalogue, trace};
use crate::{
    app::App,
    error::{AppError, FieldFlaw, GateFlaw},
    view::schema,
    web::refusal,
};

mod example;

/// A failure as `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// A page about this kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "https://gc.example.gov.cn/problems/stage.clock.stopped")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    pub status: u16,
    /// This case in words.
    pub detail: String,
    /// Stable; never changes with the language.
    #[schema(value_type = ProblemCode)]
    pub code: String,
    /// This very case: `urn:uuid:` and the `Request-Id` of the answer, which the log says too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, example = "urn:uuid:019aa2b4-7c11-7d31-9c5e-0f4c1f6e2a90")]
    pub instance: Option<String>,
    /// The sentence in every language, by BCP 47 tag.
    pub messages: BTreeMap<String, String>,
    /// The fields that cannot be taken, all at once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// The version that is kept now, after a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64)]
    pub current_version: Option<i64>,
    /// Who was faster, after a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub changed_by: Option<String>,
    /// When, after a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
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
    #[schema(value_type = ProblemCode)]
    pub code: String,
    /// The sentence in every language, by BCP 47 tag.
    pub messages: BTreeMap<String, String>,
    /// What stands in the sentence, by name.
    pub params: BTreeMap<String, String>,
}

/// Every code that a problem or one of its fields may have.
#[derive(Debug)]
pub struct ProblemCode;

impl PartialSchema for ProblemCode {
    fn schema() -> RefOr<Schema> {
        let codes: Vec<_> = catalogue::kinds().map(|kind| kind.code.into()).collect();
        schema::open_codes(
            &codes,
            "Says what kind of problem it is; every code has a page.",
        )
    }
}

impl ToSchema for ProblemCode {}

/// The status of a failure.
pub fn status(error: &AppError) -> StatusCode {
    match error {
        AppError::Malformed { .. } => StatusCode::BAD_REQUEST,
        AppError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        AppError::WrongMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
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
        AppError::Broken { .. } | AppError::Panicked { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        AppError::Unconventional(flaw) => {
            StatusCode::from_u16(flaw.status()).unwrap_or(StatusCode::BAD_REQUEST)
        }
        AppError::Gate(flaw) => flaw.status(),
        AppError::Oidc(flaw) => flaw.status(),
    }
}

/// The stable code of a failure.
pub fn code(error: &AppError) -> &str {
    match error {
        AppError::Malformed { .. } => "request.malformed",
        AppError::TooLarge => "request.too_large",
        AppError::WrongMedia => "request.media_type",
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
        AppError::Broken { .. } | AppError::Panicked { .. } => "internal",
        AppError::Unconventional(flaw) => flaw.code(),
        AppError::Gate(flaw) => flaw.code(),
        AppError::Oidc(flaw) => flaw.code(),
    }
}

fn arguments(error: &AppError) -> Vec<(&'static str, String)> {
    match error {
        AppError::Refused(refusal) => refusal.arguments(),
        AppError::NotAdmitted(flaw) => vec![("detail", flaw.to_string())],
        AppError::Malformed { detail } => vec![("detail", detail.clone())],
        AppError::Unconventional(flaw) => flaw.arguments(),
        AppError::Gate(flaw) => flaw.arguments(),
        AppError::TooLarge
        | AppError::WrongMedia
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
        | AppError::Broken { .. }
        | AppError::Oidc(_)
        | AppError::Panicked { .. } => Vec::new(),
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

fn params(arguments: &[(&'static str, String)]) -> BTreeMap<String, String> {
    let named = arguments.iter();
    named
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn field_problem(flaw: &FieldFlaw) -> FieldProblem {
    FieldProblem {
        pointer: format!("/{}", flaw.field),
        code: flaw.code.clone(),
        messages: messages(&flaw.code, &flaw.arguments),
        params: params(&flaw.arguments),
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
        let number = if let AppError::Panicked { number } = error {
            Some(number.clone())
        } else {
            trace::current().map(|id| id.to_string())
        };
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
            title: catalogue::title(language, code),
            instance: number.map(|number| format!("urn:uuid:{number}")),
            status: status(error).as_u16(),
            detail,
            code: code.to_owned(),
            messages,
            errors,
            current_version: change.map(|change| change.version),
            changed_by: change.and_then(|change| change.by.clone()),
            changed_at: change.and_then(|change| change.at.format(&rfc3339).ok()),
            retryable: catalogue::is_retryable(code, status(error)),
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
        // The frame of the API says it again with what it knows of the request.
        self.answer(&Problem::of(&self.error, self.language))
    }
}

impl ApiError {
    fn answer(&self, problem: &Problem) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status_code() == StatusCode::UNAUTHORIZED {
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
        response.body(serde_json::to_vec(problem).unwrap_or_default())
    }
}

/// The page about the problems of a code.
pub fn page_of(request: &HttpRequest, code: &str) -> String {
    let app = request.app_data::<Data<App>>();
    let root = app.map_or("", |app| app.postmark.public_url.as_str());
    format!("{root}/problems/{code}")
}

/// Says every failure of the API in the language of whoever asks, with the number of the request and the
/// whole address of the page about it.
pub async fn tell<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answered = next.call(request).await?.map_into_boxed_body();
    let error = answered.response().error();
    let Some(error) = error.and_then(|error| error.as_error::<ApiError>()) else {
        return Ok(answered);
    };
    let asked = answered.request();
    Ok(ServiceResponse::new(asked.clone(), said(asked, error)))
}

/// A failure in the language of whoever asks, with the whole address of the page about it.
pub fn said(asked: &HttpRequest, error: &ApiError) -> HttpResponse {
    let mut problem = Problem::of(&error.error, language(asked));
    // A kind of somebody else's registry has its own address.
    if problem.kind.starts_with('/') {
        problem.kind = page_of(asked, &problem.code);
    }
    error.answer(&problem)
}
