//! What operations share, so that no handler has to repeat it: how they may fail, and the headers of their
//! answers.

use actix_web::http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::shape::SCHEMAS;
use crate::http::respond::PREFER;

/// The media type of a failure (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Failures that any operation may answer with.
const ALWAYS: [StatusCode; 4] = [
    StatusCode::BAD_REQUEST,
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::SERVICE_UNAVAILABLE,
];
/// Failures of an operation that takes a body.
const WITH_BODY: [StatusCode; 4] = [
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::UNPROCESSABLE_ENTITY,
];
/// Failures of an act upon something that has editions.
const UPON_EDITION: [StatusCode; 3] = [
    StatusCode::CONFLICT,
    StatusCode::PRECONDITION_FAILED,
    StatusCode::PRECONDITION_REQUIRED,
];

/// Headers by the name of their component, with what they say and an example.
const HEADERS: [(&str, &str, &str); 8] = [
    (
        "Request-Id",
        "Names this request; the log and `instance` of a problem say the same.",
        "019aa2b4-7c11-7d31-9c5e-0f4c1f6e2a90",
    ),
    (
        "RateLimit",
        "What is left of the quota, and the seconds until it is full again.",
        "\"default\";r=598;t=41",
    ),
    (
        "RateLimit-Policy",
        "The quota: requests and the seconds that they are for.",
        "\"default\";q=600;w=60",
    ),
    (
        "Retry-After",
        "Seconds after which the same request may go through.",
        "1",
    ),
    (
        "ETag",
        "The edition; goes into `If-Match` of a change.",
        "\"v7-12-2026-03-02\"",
    ),
    (
        "Location",
        "The address of what was made.",
        "/api/v1/projects/prj_01J0000000000000000000000",
    ),
    (
        "Link",
        "The pages before and after this one (RFC 8288).",
        "</api/v1/projects?cursor=x>; rel=\"next\"",
    ),
    ("WWW-Authenticate", "How to sign in.", "Bearer"),
];

/// Adds to every operation what it shares with others.
pub(super) fn complete(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let methods = paths.into_iter().flat_map(Map::values_mut);
    let operations = methods.filter_map(Value::as_object_mut).flatten();
    for (method, operation) in operations {
        complete_operation(method, operation);
    }
    let headers: Map<String, Value> = HEADERS
        .into_iter()
        .map(|(name, says, example)| {
            let header =
                json!({ "description": says, "schema": { "type": "string" }, "example": example });
            (name.to_owned(), header)
        })
        .collect();
    let failures: Map<String, Value> = FAILURES
        .into_iter()
        .map(|status| (name(status), failure(status)))
        .collect();
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.insert("headers".to_owned(), Value::Object(headers));
        components.insert("responses".to_owned(), Value::Object(failures));
    }
}

/// Every failure that has a description of its own.
const FAILURES: [StatusCode; 15] = [
    StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::NOT_ACCEPTABLE,
    StatusCode::BAD_REQUEST,
    StatusCode::UNAUTHORIZED,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::CONFLICT,
    StatusCode::PRECONDITION_FAILED,
    StatusCode::PAYLOAD_TOO_LARGE,
    StatusCode::UNSUPPORTED_MEDIA_TYPE,
    StatusCode::UNPROCESSABLE_ENTITY,
    StatusCode::PRECONDITION_REQUIRED,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::SERVICE_UNAVAILABLE,
];

/// The name of a failure among the shared answers: `NotFound`.
fn name(status: StatusCode) -> String {
    status
        .canonical_reason()
        .unwrap_or_default()
        .replace(' ', "")
}

fn failure(status: StatusCode) -> Value {
    let mut headers = Map::new();
    for name in ["Request-Id", "RateLimit", "RateLimit-Policy"] {
        add_header(&mut headers, name);
    }
    if status == StatusCode::UNAUTHORIZED {
        add_header(&mut headers, "WWW-Authenticate");
    }
    if matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        add_header(&mut headers, "Retry-After");
    }
    let problem = json!({ "schema": { "$ref": format!("{SCHEMAS}Problem") } });
    json!({
        "description": status.canonical_reason(),
        "headers": headers,
        "content": { PROBLEM: problem },
    })
}

fn add_header(headers: &mut Map<String, Value>, name: &str) {
    let shared = json!({ "$ref": format!("#/components/headers/{name}") });
    headers.insert(name.to_owned(), shared);
}

/// The first sentence names the operation, all of them describe it.
fn say(operation: &mut Value) {
    let text = |key: &str| {
        operation
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let said: Vec<String> = ["summary", "description"]
        .into_iter()
        .filter_map(text)
        .collect();
    let says = said.join(" ");
    let first = says.split_once(". ").map_or(&*says, |(first, _)| first);
    let first = first.trim_end_matches('.').to_owned();
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("summary".to_owned(), first.into());
        operation.insert("description".to_owned(), says.into());
    }
}

/// What bears no key: it changes nothing, or hands out what must not be kept.
const WITHOUT_KEY: [&str; 2] = ["createToken", "evaluateClock"];

/// Every change may be asked for again under a key; every read may be answered with "not modified".
fn repeatable(method: &str, operation: &mut Value) {
    let id = operation.get("operationId").and_then(Value::as_str);
    let has_key = !WITHOUT_KEY.contains(&id.unwrap_or_default());
    let (name, says) = match method {
        "post" | "put" | "patch" if has_key => (
            "Idempotency-Key",
            "A key of the client's own: under the same key the same request is carried out once, and answered \
             the same for 72 hours",
        ),
        "get" => ("If-None-Match", "The ETag of an earlier answer"),
        _ => return,
    };
    let Some(members) = operation.as_object_mut() else {
        return;
    };
    let header = json!({
        "name": name,
        "in": "header",
        "required": false,
        "description": says,
        "schema": { "type": "string" },
    });
    let parameters = members.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(header);
    }
    let answers = members.get_mut("responses").and_then(Value::as_object_mut);
    if let Some(answers) = answers {
        let statuses: &[&str] = match method {
            "get" => &["304"],
            _ => &["409", "413", "422"],
        };
        for status in statuses {
            answers.insert((*status).to_owned(), json!({ "description": "" }));
        }
    }
}

fn complete_operation(method: &str, operation: &mut Value) {
    say(operation);
    repeatable(method, operation);
    if upon_edition(operation) {
        let prefer = json!({
            "name": PREFER,
            "in": "header",
            "required": false,
            "description": "`return=minimal`: answer 204 with the new ETag and nothing else (RFC 7240)",
            "schema": { "type": "string" },
        });
        if let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        {
            parameters.push(prefer);
        }
        if let Some(answers) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        {
            answers.insert("204".to_owned(), json!({ "description": "" }));
        }
    }
    let failures = failures(operation);
    let is_paged =
        parameters(operation).any(|parameter| parameter.get("name") == Some(&json!("cursor")));
    let Some(answers) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for status in failures {
        answers.insert(status.as_str().to_owned(), Value::Null);
    }
    for (status, answer) in answers.iter_mut() {
        let status = StatusCode::from_bytes(status.as_bytes()).unwrap_or_default();
        if status.is_client_error() || status.is_server_error() {
            *answer = json!({ "$ref": format!("#/components/responses/{}", name(status)) });
        } else {
            complete_answer((method, status, is_paged), answer);
        }
    }
}

/// Every act upon something that exists says which edition of it it is based on.
fn upon_edition(operation: &Value) -> bool {
    parameters(operation).any(|parameter| {
        let name = parameter.get("name").and_then(Value::as_str);
        let name = name.unwrap_or_default();
        name.eq_ignore_ascii_case(header::IF_MATCH.as_str())
    })
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters.into_iter().flatten()
}

/// How an operation that looks like this one may fail.
fn failures(operation: &Value) -> Vec<StatusCode> {
    let mut failures = ALWAYS.to_vec();
    let has_body = operation.get("requestBody").is_some();
    // What is open to all names its own security: none.
    if operation.get("security").is_none() {
        failures.push(StatusCode::UNAUTHORIZED);
        if has_body || parameters(operation).next().is_some() {
            failures.push(StatusCode::FORBIDDEN);
        }
    }
    if has_body {
        failures.extend(WITH_BODY);
    }
    if parameters(operation).any(|parameter| parameter.get("in") == Some(&json!("path"))) {
        failures.push(StatusCode::NOT_FOUND);
    }
    if upon_edition(operation) {
        failures.extend(UPON_EDITION);
    }
    failures
}

fn complete_answer((method, status, is_paged): (&str, StatusCode, bool), answer: &mut Value) {
    let Some(answer) = answer.as_object_mut() else {
        return;
    };
    let is_said = answer.get("description").is_some_and(|said| said != "");
    if !is_said {
        let says = json!(status.canonical_reason().unwrap_or_default());
        answer.insert("description".to_owned(), says);
    }
    let headers = answer.get("headers").and_then(Value::as_object);
    let mut headers = headers.cloned().unwrap_or_default();
    for name in ["Request-Id", "RateLimit", "RateLimit-Policy"] {
        add_header(&mut headers, name);
    }
    if matches!(status, StatusCode::CREATED | StatusCode::ACCEPTED) {
        add_header(&mut headers, "Location");
    } else {
        add_header(&mut headers, "ETag");
    }
    if is_paged && method == "get" {
        add_header(&mut headers, "Link");
    }
    answer.insert("headers".to_owned(), Value::Object(headers));
}
