//! How every operation of the API is asked: its path filled with keys, its body as whoever may would send it.

use std::collections::BTreeMap;

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use time::{Date, macros::date};

use crate::{
    harness::{office::Office, staff, work::Project},
    openapi::Operation,
    right::{card_of, late_project},
};

/// What a request is about: the key that stands for each parameter of a path.
pub(super) type Things = BTreeMap<&'static str, String>;

/// Every parameter of a path, with the letters that its keys begin with.
const KINDS: [(&str, &str); 17] = [
    ("absence", "abs"),
    ("account", "per"),
    ("alert", "alr"),
    ("card", "crd"),
    ("company", "cmp"),
    ("delivery", "dlv"),
    ("feed", "cfd"),
    ("id", "tok"),
    ("import", "imp"),
    ("job", "job"),
    ("letter", "ltr"),
    ("person", "per"),
    ("project", "prj"),
    ("proposal", "cpr"),
    ("session", "ses"),
    ("stage", "stg"),
    ("unit", "unt"),
];

/// A working day that may become a holiday.
const FRIDAY_AHEAD: Date = date!(2026 - 03 - 27);

/// Keys that were never given to anything.
pub(super) fn absent() -> Things {
    let kinds = KINDS.iter().chain(&[("webhook", "whk")]);
    kinds
        .map(|(name, letters)| (*name, format!("{letters}_55555555555555555555555555")))
        .collect()
}

/// A project, its late stage P01, the alert and the card about it, its officer, and an account of its own for
/// what befalls accounts; of everything else there is none.
pub(super) fn near(project: &Project, alert: &str, card: &str) -> Things {
    let mut things = absent();
    things.extend([
        ("account", staff::person_id("builder")),
        ("alert", alert.to_owned()),
        ("card", card.to_owned()),
        ("person", staff::person_id("officer")),
        ("project", project.code.clone()),
        ("stage", project.stage("P01").to_owned()),
    ]);
    things
}

/// Something of every kind that one may make over the API.
pub(super) async fn existing(office: &Office) -> Things {
    let (project, alert) = late_project(office).await;
    let card = card_of(office, &project).await;
    let mut things = near(&project, &alert, &card);
    things.insert("project", project.id.clone());
    let create = async |login: &str, path: &str, body: Value| {
        let path = format!("/api/v1{path}");
        let made = office.post(login, &path, None, &body).await;
        assert_eq!(made.status, 201, "{path}: {}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let new = json!({ "login": "fresh", "name": "新人" });
    let person = create("system", "/people", new).await;
    things.insert("account", person.clone());
    let new = json!({ "code": "fire-rescue", "kind": "resident_agency", "name_zh": "消防大队" });
    things.insert("unit", create("system", "/units", new).await);
    let new = json!({ "name": "厦门某某科技有限公司", "uscc": "91350200MA2YJ1XR9G" });
    things.insert("company", create("efficacy", "/companies", new).await);
    let new = json!({ "name": "手机" });
    things.insert("feed", create("officer", "/me/feeds", new).await);
    let new = json!({ "name": "夜间导出", "scopes": ["read_project"], "days": 90 });
    things.insert("id", create("officer", "/me/tokens", new).await);
    let new = json!({ "url": "http://127.0.0.1:9/in", "events": ["gc.stage.*"] });
    things.insert("webhook", create("officer", "/webhooks", new).await);
    let away = json!({ "from_on": "2026-04-06", "until_on": "2026-04-07", "reason": "leave" });
    let path = format!("/people/{person}/absences");
    let made = office
        .post("system", &format!("/api/v1{path}"), None, &away)
        .await
        .good();
    let absence = made["absences"][0]["id"].as_str().unwrap_or_default();
    things.insert("absence", absence.to_owned());
    things.insert("person", person);
    let proposal = office.propose_holiday("efficacy", FRIDAY_AHEAD).await;
    things.insert("proposal", proposal);
    let file = TestRequest::post()
        .uri("/api/v1/imports?kind=units")
        .insert_header(("Content-Type", "text/csv"))
        .set_payload("code,kind,name_zh,name_en\nmetro,public_utility,轨道公司,\n");
    let looked_at = office.send("system", file).await.good();
    things.insert("import", looked_at["id"].as_str().unwrap().to_owned());
    let file = TestRequest::post()
        .uri("/api/v1/imports?kind=units")
        .insert_header(("Content-Type", "text/csv"))
        .insert_header(("Prefer", "respond-async"))
        .set_payload("code,kind,name_zh,name_en\nmetro,public_utility,轨道公司,\n");
    let asked = office.send("system", file).await.good();
    things.insert("job", asked["id"].as_str().unwrap().to_owned());
    let browser = office.browser();
    browser.sign_in("officer").await;
    let sessions = office.get("officer", "/api/v1/me/sessions").await.good();
    let session = sessions["data"][0]["id"].as_str().unwrap();
    things.insert("session", session.to_owned());
    office.new_letters();
    things
}

/// The address of an operation about these things.
pub(super) fn filled(operation: &Operation, things: &Things) -> String {
    let befalls_an_account = ["endSessionsOfPerson", "resetSecondFactor"];
    let parts = operation.path.split('/').map(|part| {
        let name = part
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            None => part,
            Some("person") if befalls_an_account.contains(&operation.id.as_str()) => {
                &things["account"]
            }
            Some(name) => &things[name],
        }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// An operation of the API, ready to be called on `things`.
pub(super) fn request(operation: &Operation, things: &Things, login: &str) -> TestRequest {
    let path = filled(operation, things);
    let path = match operation.id.as_str() {
        "createImport" => format!("{path}?kind=units"),
        // A topic that makes no sense: a stream that is opened does not end by itself.
        "streamEvents" => format!("{path}?topic=x"),
        _ => path,
    };
    let request = match operation.method.as_str() {
        "get" => return TestRequest::get().uri(&path),
        "post" => TestRequest::post(),
        "put" => TestRequest::put(),
        "patch" => TestRequest::patch(),
        "delete" => TestRequest::delete(),
        other => panic!("{other}: teach the test"),
    };
    let request = request.uri(&path).insert_header(("If-Match", "\"v0\""));
    match operation.id.as_str() {
        "createImport" => request.set_payload("x"),
        _ if operation.method == "delete" => request,
        "changeProject" => request
            .set_json(json!({ "name": "x" }))
            .insert_header(("Content-Type", "application/merge-patch+json")),
        id => request.set_json(body(id, login)),
    }
}

/// A body that is good but for the version; for what would make something, one that is not.
fn body(operation: &str, login: &str) -> Value {
    match operation {
        "createToken" => json!({ "login": login, "password": staff::PASSWORD }),
        "refreshToken" => json!({ "refresh_token": "gc_rt_x" }),
        "revokeToken" => json!({ "token": "gc_rt_x" }),
        "changeMyPassword" => {
            json!({ "current_password": staff::PASSWORD, "new_password": "short" })
        }
        "evaluateClock" => json!({ "data": [] }),
        "createCalendarProposal" => json!({ "years": {} }),
        "createAbsence" => {
            json!({ "from_on": "2025-01-06", "until_on": "2025-01-07", "reason": "leave" })
        }
        "setDeputy" => json!({ "deputy": null }),
        "setSteward" | "setLead" => json!({ "person": staff::person_id("leader") }),
        "changeUnit" => json!({ "name_zh": "x" }),
        "changePerson" | "changeCompany" => json!({ "name": "x" }),
        "planProgress" => json!({ "from": "2026-03", "shares": [100] }),
        "reportProgress" => json!({ "month": "2026-03", "share": 1, "text": "x" }),
        "explainCard" | "appealCard" => json!({ "text": "x" }),
        "decideCard" => json!({ "verdict": "withdraw", "text": "x" }),
        "acknowledgeAlert" => json!({ "instruction": "x", "new_date": "2026-04-01" }),
        other => act(other),
    }
}

/// The body of an act upon a stage; every other operation has none, or hears what its own lacks.
fn act(operation: &str) -> Value {
    match operation {
        "noteProgress" | "renewValidity" => json!({ "text": "x" }),
        "stopClock" => json!({ "reason": "expert_review", "text": "x" }),
        "answerStop" => json!({ "agrees": true }),
        "reviseStop" => json!({ "expected_on": "2030-01-02", "text": "x" }),
        "reviewStop" => json!({ "is_upheld": true, "text": "x" }),
        "askExtension" => json!({ "days": 1, "reason": "other", "text": "x" }),
        "decideExtension" => json!({ "is_granted": true }),
        "completeStage" => json!({ "result": "x" }),
        "assignStage" => json!({ "officer": staff::person_id("colleague") }),
        _ => json!({}),
    }
}
