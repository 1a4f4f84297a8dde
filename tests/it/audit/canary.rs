//! What people type and who they are never gets into a log, at any level; and no answer tells of the inside.

use std::{
    io,
    sync::{Arc, Mutex},
};

use actix_web::test::TestRequest;
use serde_json::{Map, Value, json};
use tracing_subscriber::{Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::harness::{
    office::{Answer, Office, on_each_office},
    staff,
};

/// What stands in every field; nothing else in the program is written like this.
const CANARY: &str = "KanarienvogelQ7";
/// Words of the inside, which no failure tells.
const INSIDE: [&str; 9] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "sqlite",
    "postgres",
    ".rs:",
    "panicked",
    "target/debug",
    "stack backtrace",
];

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn described() -> Value {
    let json = api::http::document::json();
    serde_json::from_str(&json.unwrap()).unwrap()
}

/// A body in which every field of the schema holds the canary, as far as its type allows.
fn filled(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return filled(document, &document["components"]["schemas"][name]);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(first) = schema[choice]
            .as_array()
            .and_then(|of| of.iter().find(|schema| schema["type"] != "null"))
        {
            return filled(document, first);
        }
    }
    let is = |kind: &str| match &schema["type"] {
        Value::String(known) => known == kind,
        Value::Array(known) => known.iter().any(|known| known == kind),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    if is("object") || schema["properties"].is_object() {
        let fields = schema["properties"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let members: Map<String, Value> = fields
            .iter()
            .map(|(name, schema)| (name.clone(), filled(document, schema)))
            .collect();
        Value::Object(members)
    } else if is("array") {
        json!([filled(document, &schema["items"])])
    } else if is("integer") || is("number") {
        json!(7)
    } else if is("boolean") {
        json!(true)
    } else {
        json!(CANARY)
    }
}

fn check(answer: &Answer, place: &str) {
    if answer.status >= 400 {
        for word in INSIDE {
            assert!(
                !answer.text().contains(word),
                "{place}: {word}: {}",
                answer.text()
            );
        }
    }
}

/// Every write of the API with a canary in each field, by people of many roles.
async fn write_everywhere(office: &Office, stage: &str, project: &str) -> usize {
    let document = described();
    let mut sent = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            if body.is_null() {
                continue;
            }
            let whole = filled(&document, body);
            let path = format!("/api/v1{path}")
                .replace("{stage}", stage)
                .replace("{project}", project);
            let fields: Vec<String> = whole
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect();
            // All fields at once, and each one alone: what one field refuses must not hide the others.
            let mut bodies = vec![whole.clone()];
            bodies.extend(fields.iter().map(|name| json!({ name: whole[name] })));
            bodies.push(json!({ CANARY: CANARY }));
            bodies.push(json!(CANARY));
            for body in bodies {
                for login in ["officer", "efficacy", "system", "head"] {
                    let request = match method.as_str() {
                        "post" => TestRequest::post(),
                        "put" => TestRequest::put(),
                        "patch" => TestRequest::patch(),
                        other => panic!("{other} with a body"),
                    };
                    let request = request
                        .uri(&path)
                        .insert_header(("If-Match", "\"v1\""))
                        .insert_header(("X-Request-Id", CANARY))
                        .insert_header(("User-Agent", CANARY))
                        .set_json(&body);
                    let answer = office.send(login, request).await;
                    check(&answer, &path);
                    assert_ne!(answer.status, 500, "{path}: {}", answer.text());
                    sent += 1;
                }
            }
        }
    }
    sent
}

#[test]
fn no_canary_gets_into_a_log_at_any_level_and_no_failure_tells_of_the_inside() {
    let paper = Paper::default();
    let written = paper.clone();
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(move || written.clone())
        .with_filter(tracing_subscriber::filter::LevelFilter::TRACE);
    tracing_subscriber::registry().with(lines).init();
    on_each_office(async |office| {
        let name = format!("{CANARY}项目");
        let project = office.admit(&name).await;
        let stage = project.stage("G01").to_owned();
        office.accept("recruiter", &project, "G01").await;
        office.note("recruiter", &project, "G01", CANARY).await;
        let sent = write_everywhere(&office, &stage, &project.id).await;
        assert!(sent > 100, "{sent}");
        let browser = office.browser();
        let page = browser.get("/auth/sign-in").await;
        let fields = [("login", CANARY), ("password", CANARY)];
        let answer = browser.submit(&page, "/auth/sign-in", &fields).await;
        check(&answer, "sign in");
        let answer = browser.enter(CANARY, CANARY).await;
        check(&answer, "query code");
        let path = format!("/p/{CANARY}?{CANARY}={CANARY}");
        check(&browser.get(&path).await, &path);
        let request = TestRequest::get()
            .uri("/api/v1/me")
            .insert_header(("Authorization", format!("Bearer {CANARY}")));
        check(&office.call(request).await, "bearer");
        office.pass_to(time::macros::date!(2026 - 04 - 30)).await;
        let letters = office.new_letters();
        assert!(
            letters.iter().any(|letter| letter.text.contains(CANARY)),
            "letters carry it"
        );
        let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        tracing::trace!("the log is heard");
        for secret in [CANARY, staff::PASSWORD, "@zone.example", "0755-8642"] {
            let found = text.lines().find(|line| line.contains(secret));
            assert_eq!(found, None, "{secret} in the log");
        }
        let heard = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        assert!(heard.contains("the log is heard"));
    });
}
