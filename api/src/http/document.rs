//! The description of the API, made from the handlers.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Object, PathItem, Ref, RefOr, Response, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    alert, auth, calendar, card, clock, problem, progress, project, respond::PREFER, stage, stages,
};

/// The API as OpenAPI 3.1.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Green Channel",
        description = "Deadline tracking for investment projects in development zones.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/api/v1")),
    paths(
        auth::create_token,
        auth::get_me,
        project::list_projects,
        project::create_project,
        project::get_project,
        project::list_project_events,
        stage::get_stage,
        stage::accept_stage,
        stage::note_progress,
        stage::stop_clock,
        stage::resume_clock,
        stage::answer_stop,
        stage::revise_stop,
        stage::review_stop,
        stage::renew_validity,
        stage::ask_extension,
        stage::decide_extension,
        stage::complete_stage,
        stage::assign_stage,
        clock::explain_clock,
        clock::get_stage_ledger,
        clock::get_project_ledger,
        clock::evaluate_clock,
        alert::list_alerts,
        alert::get_alert,
        alert::acknowledge_alert,
        calendar::get_calendar,
        calendar::list_calendar_versions,
        calendar::list_calendar_proposals,
        calendar::create_calendar_proposal,
        calendar::get_calendar_proposal,
        calendar::list_calendar_moves,
        calendar::approve_calendar_proposal,
        calendar::reject_calendar_proposal,
        progress::get_progress,
        progress::plan_progress,
        progress::report_progress,
        card::list_cards,
        card::get_card,
        card::explain_card,
        card::appeal_card,
        card::decide_card,
        stages::list_stages,
    ),
    components(schemas(problem::Problem, problem::FieldProblem)),
    tags(
        (name = "auth", description = "Access tokens"),
        (name = "projects", description = "Projects and their record"),
        (name = "stages", description = "Stages and the acts of officers"),
        (name = "clock", description = "Why a date is what it is, and whose the days were"),
        (name = "alerts", description = "Rungs that fired, and the answers of supervisors"),
        (name = "calendar", description = "Working days, and what another calendar would move"),
        (name = "progress", description = "How far works are against their plan"),
        (name = "cards", description = "Cards for missed promises: reasons, appeals, decisions")
    ),
    security(("bearer" = [])),
    modifiers(&Bearer, &Brief, &Repeatable, &Failures)
)]
pub struct ApiDocument;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// Every act upon something that exists may be answered with its new edition alone.
struct Brief;

impl Modify for Brief {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let operations = document.paths.paths.values_mut().flat_map(operations);
        for operation in operations.filter(|operation| is_based_on_edition(operation)) {
            let prefer = ParameterBuilder::new()
                .name(PREFER)
                .parameter_in(ParameterIn::Header)
                .description(Some(
                    "`return=minimal`: answer 204 with the new ETag and nothing else (RFC 7240)",
                ))
                .schema(Some(Object::with_type(Type::String)));
            let parameters = operation.parameters.get_or_insert_default();
            parameters.push(prefer.build().into());
            let answers = &mut operation.responses.responses;
            answers.insert("204".to_owned(), Response::new("").into());
        }
    }
}

fn is_based_on_edition(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| {
        matches!(parameter, RefOr::T(parameter)
            if parameter.name.eq_ignore_ascii_case(header::IF_MATCH.as_str()))
    })
}

/// Every change may be asked for again under a key; every read may be answered with "not modified".
struct Repeatable;

impl Modify for Repeatable {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let header = |name: &str, description: &str| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .description(Some(description))
                .schema(Some(Object::with_type(Type::String)))
                .build()
        };
        for (path, item) in &mut document.paths.paths {
            let is_beside = BESIDE.iter().any(|beside| path.starts_with(beside));
            let changes = [&mut item.post, &mut item.put, &mut item.patch];
            for operation in changes.into_iter().flatten().filter(|_| !is_beside) {
                let key = header(
                    "Idempotency-Key",
                    "A key of the client's own: the same request under the same key is carried out once, \
                     and answered the same for 72 hours",
                );
                operation.parameters.get_or_insert_default().push(key.into());
                for status in ["409", "422"] {
                    let answers = &mut operation.responses.responses;
                    answers
                        .entry(status.to_owned())
                        .or_insert_with(|| Response::new("").into());
                }
            }
            if let Some(operation) = &mut item.get {
                let known = header("If-None-Match", "The ETag of an earlier answer");
                operation.parameters.get_or_insert_default().push(known.into());
                let answers = &mut operation.responses.responses;
                answers
                    .entry("304".to_owned())
                    .or_insert_with(|| Response::new("").into());
            }
        }
    }
}

/// What changes nothing, or hands out what must not be kept.
const BESIDE: [&str; 2] = ["/auth/", "/clock/evaluations"];

/// The failures that an operation shares with all of its kind, so that no handler has to repeat them, and
/// the form that every failure has.
struct Failures;

/// The media type of a failure (RFC 9457).
const PROBLEM: &str = "application/problem+json";

impl Modify for Failures {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let operations = document.paths.paths.values_mut().flat_map(operations);
        for operation in operations {
            for status in shared_failures(operation) {
                let answers = &mut operation.responses.responses;
                answers
                    .entry(status.as_str().to_owned())
                    .or_insert_with(|| Response::new("").into());
            }
            for (status, answer) in &mut operation.responses.responses {
                if let RefOr::T(answer) = answer {
                    describe(status, answer);
                }
            }
        }
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.put, &mut path.patch]
        .into_iter()
        .flatten()
}

/// What may go wrong with any operation that looks like this one.
fn shared_failures(operation: &Operation) -> Vec<StatusCode> {
    let mut shared = vec![StatusCode::BAD_REQUEST, StatusCode::SERVICE_UNAVAILABLE];
    let parameters = || operation.parameters.iter().flatten();
    // Signing in names its own security: none.
    if operation.security.is_none() {
        shared.push(StatusCode::UNAUTHORIZED);
        if operation.request_body.is_some() || parameters().next().is_some() {
            shared.push(StatusCode::FORBIDDEN);
        }
    }
    if operation.request_body.is_some() {
        shared.extend([
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ]);
    }
    let is_in_path = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Path);
    if parameters().any(is_in_path) {
        shared.push(StatusCode::NOT_FOUND);
    }
    shared
}

/// Says what an answer with this status is. A failure has the form of a problem, whatever its status.
fn describe(status: &str, answer: &mut Response) {
    let status = StatusCode::from_bytes(status.as_bytes()).unwrap_or_default();
    if answer.description.is_empty() {
        answer.description = status.canonical_reason().unwrap_or_default().into();
    }
    if status.is_client_error() || status.is_server_error() {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        answer.content.clear();
        answer.content.insert(PROBLEM.to_owned(), problem.into());
    }
}

/// The description in YAML: the very bytes of the committed `openapi.yaml`.
pub fn yaml() -> Option<String> {
    ApiDocument::openapi().to_yaml().ok()
}

/// The description in JSON.
#[get("/openapi.json")]
pub(crate) async fn openapi_json() -> HttpResponse {
    match ApiDocument::openapi().to_json() {
        Ok(json) => HttpResponse::Ok()
            .content_type("application/json")
            .body(json),
        Err(_unwritable) => HttpResponse::InternalServerError().finish(),
    }
}
