//! Every kind of problem that the API answers with: the one list behind the pages of `/problems`, the list
//! of `/api/v1/problems`, the description of the API and the tests.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode};
use domain::{refusal::Refusal, text::Language};
use serde::Serialize;
use utoipa::ToSchema;

use super::{problem::ApiError, respond};
use crate::web::{
    refusal::key,
    text::{self, find, t},
};

/// Kinds of problem that are no refusal of a rule, with the status of each. A refusal is a 409.
const KINDS: [(&str, StatusCode); 47] = [
    ("request.malformed", StatusCode::BAD_REQUEST),
    ("request.too_large", StatusCode::PAYLOAD_TOO_LARGE),
    ("request.media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ("validation.failed", StatusCode::UNPROCESSABLE_ENTITY),
    ("project.not_admitted", StatusCode::UNPROCESSABLE_ENTITY),
    ("not_found", StatusCode::NOT_FOUND),
    ("auth.required", StatusCode::UNAUTHORIZED),
    ("auth.wrong_password", StatusCode::UNAUTHORIZED),
    ("access.denied", StatusCode::FORBIDDEN),
    ("form.expired", StatusCode::FORBIDDEN),
    ("conflict.version", StatusCode::PRECONDITION_FAILED),
    (
        "conflict.version_required",
        StatusCode::PRECONDITION_REQUIRED,
    ),
    ("rate.limited", StatusCode::TOO_MANY_REQUESTS),
    ("server.busy", StatusCode::SERVICE_UNAVAILABLE),
    ("internal", StatusCode::INTERNAL_SERVER_ERROR),
    ("idempotency.key_missing", StatusCode::BAD_REQUEST),
    ("idempotency.key_malformed", StatusCode::BAD_REQUEST),
    ("idempotency.key_reused", StatusCode::UNPROCESSABLE_ENTITY),
    (STILL_RUNNING, StatusCode::CONFLICT),
    ("idempotency.answer_lost", StatusCode::CONFLICT),
    ("query.unknown", StatusCode::BAD_REQUEST),
    ("query.repeated", StatusCode::BAD_REQUEST),
    ("query.value", StatusCode::BAD_REQUEST),
    ("cursor.malformed", StatusCode::BAD_REQUEST),
    ("cursor.foreign", StatusCode::BAD_REQUEST),
    ("request.not_acceptable", StatusCode::NOT_ACCEPTABLE),
    ("export.too_many", StatusCode::BAD_REQUEST),
    ("auth.wrong_code", StatusCode::UNAUTHORIZED),
    ("auth.attempt_expired", StatusCode::CONFLICT),
    ("auth.attempt_used", StatusCode::CONFLICT),
    ("auth.attempt_void", StatusCode::CONFLICT),
    ("auth.code_needed", StatusCode::UNAUTHORIZED),
    ("auth.password_over", StatusCode::FORBIDDEN),
    ("auth.enrolment_needed", StatusCode::FORBIDDEN),
    ("auth.proof_needed", StatusCode::FORBIDDEN),
    ("auth.own_account", StatusCode::CONFLICT),
    ("auth.sign_in_needed", StatusCode::FORBIDDEN),
    ("auth.refresh_refused", StatusCode::UNAUTHORIZED),
    ("auth.refresh_reused", StatusCode::UNAUTHORIZED),
    ("request.compressed", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ("request.too_slow", StatusCode::REQUEST_TIMEOUT),
    ("request.repeated_parameter", StatusCode::BAD_REQUEST),
    (
        "request.head_too_large",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    ),
    ("request.method", StatusCode::METHOD_NOT_ALLOWED),
    ("request.plain_http", StatusCode::FORBIDDEN),
    ("rate.quota_exceeded", StatusCode::TOO_MANY_REQUESTS),
    ("server.overloaded", StatusCode::SERVICE_UNAVAILABLE),
];

/// The one conflict that passes by itself.
const STILL_RUNNING: &str = "idempotency.running";

/// Codes of single fields; they stand in `errors` of `validation.failed`, and why an act is not allowed.
const FIELDS: [&str; 101] = [
    "validation.empty",
    "validation.too_long",
    "validation.many_lines",
    "validation.control_character",
    "validation.date",
    "validation.choice",
    "validation.days",
    "validation.month",
    "validation.percent",
    "stage.stop.none_allowed",
    "status.no_match",
    "template.unknown",
    "calendar.empty",
    "calendar.year_out_of_range",
    "calendar.missing_year",
    "calendar.misplaced_day",
    "calendar.idle_makeup",
    "calendar.nothing_worked",
    "calendar.local_conflict",
    "calendar.local_outside",
    "calendar.unchanged",
    "calendar.file.not_text",
    "calendar.file.too_many",
    "calendar.file.empty",
    "calendar.file.header",
    "calendar.file.row",
    "calendar.file.date",
    "calendar.file.kind",
    "calendar.file.doubled",
    "calendar.file.json",
    "calendar.file.not_national",
    "calendar.file.not_icalendar",
    "calendar.file.repeats",
    "calendar.file.not_all_day",
    "calendar.file.period",
    "calendar.file.summary",
    "calendar.file.not_days",
    "calendar.file.day_over",
    "calendar.file.idle_makeup",
    "calendar.file.year_dropped",
    "calendar.file.past_changed",
    "calendar.file.too_few",
    "calendar.file.other_year",
    "calendar.file.year_over",
    "calendar.file.year_far",
    "calendar.file.wrong_year",
    "calendar_feed.too_many",
    "webhook.url.malformed",
    "webhook.url.scheme",
    "webhook.url.userinfo",
    "webhook.url.host",
    "webhook.url.port",
    "webhook.url.address",
    "webhook.event_unknown",
    "webhook.too_many",
    "webhook.state",
    "token.no_scope",
    "token.scope_beyond_rights",
    "token.scope_needs_person",
    "token.no_role",
    "token.role_needs_person",
    "token.lifetime",
    "token.too_many",
    "project.patron_unfit",
    "project.metadata_key",
    "project.metadata_text",
    "project.metadata_full",
    "person.login_taken",
    "person.email_malformed",
    "unit.code_taken",
    "unit.code_malformed",
    "unit.closed",
    "deputy.self",
    "deputy.handles_no_stages",
    "absence.backwards",
    "absence.in_past",
    "absence.too_long",
    "company.uscc.length",
    "company.uscc.character",
    "company.uscc.check",
    "company.uscc.organisation_check",
    "company.number_taken",
    "company.number_twice",
    "company.country",
    "import.unreadable",
    "import.empty",
    "import.too_many_rows",
    "import.unknown_column",
    "import.column_twice",
    "import.missing_column",
    "import.row.duplicate",
    "import.row.unknown_unit",
    "import.row.unknown_role",
    "password.too_short",
    "password.too_long",
    "password.too_plain",
    "password.common",
    "password.name",
    "password.unchanged",
    "setup.token",
    "setup.login_taken",
];

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Stable; never changes with the language.
    pub code: &'static str,
    /// The HTTP status.
    pub status: StatusCode,
    /// True for the code of a single field, which stands inside another problem.
    pub is_of_field: bool,
}

/// Every kind, by its code.
static ALL: LazyLock<BTreeMap<&'static str, Kind>> = LazyLock::new(|| {
    let refusals = Refusal::CODES
        .iter()
        .map(|code| (*code, StatusCode::CONFLICT));
    let whole = KINDS
        .into_iter()
        .chain(refusals)
        .map(|(code, status)| Kind {
            code,
            status,
            is_of_field: false,
        });
    let fields = FIELDS.into_iter().map(|code| Kind {
        code,
        status: StatusCode::UNPROCESSABLE_ENTITY,
        is_of_field: true,
    });
    whole.chain(fields).map(|kind| (kind.code, kind)).collect()
});

/// Every kind of problem, by code.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    ALL.values()
}

/// The kind of this code.
pub fn kind(code: &str) -> Option<&'static Kind> {
    ALL.get(code)
}

/// Problems after which the same request may go through later.
pub fn is_retryable(code: &str, status: StatusCode) -> bool {
    code == STILL_RUNNING
        || matches!(
            status,
            StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::INTERNAL_SERVER_ERROR
        )
}

/// The catalogue's key of a kind's name: `stage.waits` is `kind-stage-waits`.
pub fn name_key(code: &str) -> String {
    format!("kind-{}", code.replace('.', "-"))
}

/// The kind in a few words, which never change with the case.
pub fn title(language: Language, code: &str) -> String {
    find(language, &name_key(code), &[]).unwrap_or_else(|| t(language, "kind-field", &[]))
}

impl Kind {
    /// The kind in a few words; a field is named by its sentence.
    pub fn name(self, language: Language) -> String {
        if self.is_of_field {
            self.sentence(language)
        } else {
            title(language, self.code)
        }
    }

    /// The sentence of a case, with the names of its parameters where their values will stand.
    pub fn sentence(self, language: Language) -> String {
        let holes = text::holes(&key(self.code));
        let holes: Vec<_> = holes
            .iter()
            .map(|hole| (hole.as_str(), format!("<{hole}>").into()))
            .collect();
        find(language, &key(self.code), &holes).unwrap_or_default()
    }

    /// What to do about it.
    pub fn remedy(self, language: Language) -> String {
        t(language, &format!("remedy-{}", self.status.as_str()), &[])
    }
}

/// The kinds of problem.
#[derive(Serialize, ToSchema)]
struct ProblemKinds {
    data: Vec<ProblemKind>,
}

/// A kind of problem.
#[derive(Serialize, ToSchema)]
struct ProblemKind {
    /// Stable; never changes with the language.
    #[schema(example = "stage.clock.stopped")]
    code: &'static str,
    /// The page about it.
    #[serde(rename = "type")]
    #[schema(example = "https://gc.example.gov.cn/problems/stage.clock.stopped")]
    page: String,
    /// The HTTP status that it comes with.
    #[schema(example = 409)]
    status: u16,
    /// True for the code of a single field, which stands in `errors` of another problem.
    is_of_field: bool,
    /// True when the same request may go through later.
    retryable: bool,
    /// The kind in words, by BCP 47 tag.
    titles: BTreeMap<String, String>,
    /// The sentence of a case, by BCP 47 tag; parameters stand in angle brackets.
    messages: BTreeMap<String, String>,
    /// What to do about it, by BCP 47 tag.
    remedies: BTreeMap<String, String>,
}

fn in_every_language(say: impl Fn(Language) -> String) -> BTreeMap<String, String> {
    let said = Language::ALL.map(|language| (language.tag().to_owned(), say(language)));
    said.into()
}

/// Every kind of problem that the API may answer with: status, titles, messages, and what to do.
#[utoipa::path(tag = "problems", operation_id = "listProblems", security(()),
    responses((status = 200, body = ProblemKinds)))]
#[get("/problems")]
pub(crate) async fn list_problems(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let data = kinds().map(|kind| ProblemKind {
        code: kind.code,
        page: super::problem::page_of(&request, kind.code),
        status: kind.status.as_u16(),
        is_of_field: kind.is_of_field,
        retryable: is_retryable(kind.code, kind.status),
        titles: in_every_language(|language| title(language, kind.code)),
        messages: in_every_language(|language| kind.sentence(language)),
        remedies: in_every_language(|language| kind.remedy(language)),
    });
    let body = ProblemKinds {
        data: data.collect(),
    };
    Ok(respond::ok(&body)?)
}
