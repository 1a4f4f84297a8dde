//! Rights: who may do what to whose things, asked over the API with every role.

use actix_web::test::TestRequest;
use api::usecase::signing_key;
use persistence::signing_key::KeyState;
use serde_json::{Value, json};
use time::macros::date;

use crate::{
    harness::{
        office::{Office, on_each_office},
        staff,
        work::Project,
    },
    openapi::{OPEN_TO_ALL, operations},
};

/// Who asks. `officer` answers for P01, in the unit of `colleague` and `head`; the power company has
/// another stage of the project; the commerce bureau has none.
const WHO: [&str; 15] = [
    "investor",
    "rival",
    "officer",
    "colleague",
    "head",
    "power-officer",
    "power-head",
    "stranger",
    "strange-head",
    "supervisor",
    "efficacy",
    "leader",
    "system",
    "security",
    "audit",
];

/// What each of them hears. A change is tried on a version that never was: whoever may make it hears 412,
/// and nothing happens.
const TABLE: [(&str, [u16; 15]); 95] = [
    //                      inv  riv  off  col  hea  pof  phe  str  sth  sup  eff  lea  sys  sec  aud
    (
        "createToken",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "getMe",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "listProjects",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "createProject",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403,
        ],
    ),
    (
        "getProject",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "listProjectEvents",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "getStage",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "acceptStage",
        [
            403, 403, 412, 412, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "noteProgress",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "stopClock",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "resumeClock",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "answerStop",
        [
            412, 404, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "reviseStop",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "reviewStop",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 412, 412, 403, 403, 403, 403,
        ],
    ),
    (
        "renewValidity",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "askExtension",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "decideExtension",
        [
            403, 403, 403, 403, 412, 403, 403, 403, 404, 403, 412, 412, 403, 403, 403,
        ],
    ),
    (
        "completeStage",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "assignStage",
        [
            403, 403, 403, 403, 412, 403, 403, 403, 404, 403, 412, 403, 403, 403, 403,
        ],
    ),
    (
        "explainClock",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "getStageLedger",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "getProjectLedger",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "evaluateClock",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "listAlerts",
        [
            403, 403, 403, 403, 200, 403, 200, 403, 200, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "getAlert",
        [
            403, 403, 403, 403, 200, 403, 404, 403, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "acknowledgeAlert",
        [
            403, 403, 403, 403, 412, 403, 403, 403, 404, 412, 412, 412, 403, 403, 403,
        ],
    ),
    (
        "getCalendar",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "listCalendarVersions",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "listCalendarProposals",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 200, 403, 403,
        ],
    ),
    (
        "createCalendarProposal",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 422, 403, 403,
        ],
    ),
    (
        "getCalendarProposal",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403, 404, 403, 403,
        ],
    ),
    (
        "listCalendarMoves",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403, 404, 403, 403,
        ],
    ),
    (
        "approveCalendarProposal",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403, 404, 403, 403,
        ],
    ),
    (
        "rejectCalendarProposal",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403, 404, 403, 403,
        ],
    ),
    (
        "getProgress",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "planProgress",
        [
            403, 403, 403, 403, 412, 403, 412, 403, 404, 403, 412, 403, 403, 403, 403,
        ],
    ),
    (
        "reportProgress",
        [
            403, 403, 412, 403, 412, 403, 412, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "listCards",
        [
            403, 403, 403, 403, 200, 403, 200, 403, 200, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "getCard",
        [
            200, 404, 200, 200, 200, 200, 200, 404, 404, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "explainCard",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "appealCard",
        [
            403, 403, 412, 403, 412, 403, 403, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "decideCard",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 412, 403, 403, 403, 403,
        ],
    ),
    // Only those who audit read what the administrators do.
    (
        "listSecurityEvents",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200,
        ],
    ),
    (
        "listEvents",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "listCalendarFeeds",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "createCalendarFeed",
        [
            422, 422, 422, 422, 422, 422, 422, 422, 422, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "revokeCalendarFeed",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403, 403, 403, 403, 403,
        ],
    ),
    (
        "listWebhooks",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403,
        ],
    ),
    (
        "createWebhook",
        [
            422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 403, 403,
        ],
    ),
    (
        "getWebhook",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "deleteWebhook",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "approveWebhook",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403, 403,
        ],
    ),
    (
        "pauseWebhook",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "resumeWebhook",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "rotateWebhookSecret",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "testWebhook",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "listDeliveries",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "redeliver",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 403,
        ],
    ),
    (
        "streamEvents",
        [
            400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 403, 403, 403,
        ],
    ),
    (
        "refreshToken",
        [
            401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401,
        ],
    ),
    (
        "revokeToken",
        [
            204, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204,
        ],
    ),
    (
        "listOwnTokens",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "createOwnToken",
        [
            422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422,
        ],
    ),
    (
        "deleteOwnToken",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404,
        ],
    ),
    (
        "listServiceTokens",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403,
        ],
    ),
    (
        "createServiceToken",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403,
        ],
    ),
    (
        "deleteServiceToken",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403,
        ],
    ),
    (
        "listUnits",
        [
            403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403,
        ],
    ),
    (
        "getUnit",
        [
            403, 403, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403,
        ],
    ),
    (
        "createUnit",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403,
        ],
    ),
    (
        "changeUnit",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 412, 403, 403,
        ],
    ),
    (
        "listPeople",
        [
            403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403,
        ],
    ),
    (
        "getPerson",
        [
            403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403,
        ],
    ),
    (
        "createPerson",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403,
        ],
    ),
    (
        "changePerson",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 412, 403, 403,
        ],
    ),
    (
        "createAbsence",
        [
            403, 403, 422, 403, 422, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403,
        ],
    ),
    (
        "endAbsence",
        [
            403, 403, 412, 403, 412, 403, 403, 403, 403, 403, 403, 403, 412, 403, 403,
        ],
    ),
    (
        "setDeputy",
        [
            403, 403, 412, 403, 412, 403, 403, 403, 403, 403, 403, 403, 412, 403, 403,
        ],
    ),
    (
        "listCompanies",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 403,
        ],
    ),
    (
        "getCompany",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 404, 404, 403, 403, 403,
        ],
    ),
    (
        "createCompany",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 403, 403, 403, 403,
        ],
    ),
    (
        "changeCompany",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403, 403, 403, 403,
        ],
    ),
    (
        "setSteward",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 412, 403, 403, 403, 403,
        ],
    ),
    (
        "setLead",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 412, 403, 403, 403, 403,
        ],
    ),
    (
        "createImport",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422, 422, 403,
        ],
    ),
    (
        "listImports",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200, 403,
        ],
    ),
    (
        "getImport",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 404, 403,
        ],
    ),
    (
        "commitImport",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 404, 404, 403,
        ],
    ),
    (
        "listMySessions",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "endMySession",
        [
            404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404,
        ],
    ),
    (
        "changeMyPassword",
        [
            422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422,
        ],
    ),
    (
        "endSessionsOfPerson",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 204, 403,
        ],
    ),
    (
        "resetSecondFactor",
        [
            403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403,
        ],
    ),
    (
        "listProblems",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
        ],
    ),
    (
        "listStages",
        [
            200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403, 403, 403,
        ],
    ),
];

/// A proposal that was never made: whoever may know of proposals hears 404.
const NO_PROPOSAL: &str = "cpr_0000000000003G000000000004";

/// An operation of the API, ready to be called on P01 of `project`, its alert and its card.
fn request(
    operation: &str,
    project: &Project,
    (alert, card): (&str, &str),
    login: &str,
) -> TestRequest {
    let stage = project.stage("P01");
    let path = |path: &str| format!("/api/v1{path}");
    let get = |address: String| TestRequest::get().uri(&path(&address));
    let post = |address: String, body: Value| {
        TestRequest::post()
            .uri(&path(&address))
            .insert_header(("If-Match", "\"v0\""))
            .set_json(body)
    };
    let act = |name: &str, body: Value| post(format!("/stages/{stage}/{name}"), body);
    let text = || json!({ "text": "x" });
    match operation {
        "createToken" => post(
            "/auth/token".into(),
            json!({ "login": login, "password": staff::PASSWORD }),
        ),
        "getMe" => get("/me".into()),
        "listProblems" => get("/problems".into()),
        "listProjects" => get("/projects".into()),
        "createProject" => post("/projects".into(), json!({})),
        "getProject" => get(format!("/projects/{}", project.code)),
        "listProjectEvents" => get(format!("/projects/{}/events", project.id)),
        "getStage" => get(format!("/stages/{stage}")),
        "acceptStage" => act("acceptance", json!({})),
        "noteProgress" => act("notes", text()),
        "stopClock" => act("stops", json!({ "reason": "expert_review", "text": "x" })),
        "resumeClock" => act("resumption", json!({})),
        "answerStop" => act("stop-answer", json!({ "agrees": true })),
        "reviseStop" => act(
            "stop-revision",
            json!({ "expected_on": "2030-01-02", "text": "x" }),
        ),
        "reviewStop" => act("stop-review", json!({ "is_upheld": true, "text": "x" })),
        "renewValidity" => act("renewal", json!({ "text": "x" })),
        "askExtension" => act(
            "extension-request",
            json!({ "days": 1, "reason": "other", "text": "x" }),
        ),
        "decideExtension" => act("extension-decision", json!({ "is_granted": true })),
        "completeStage" => act("completion", json!({ "result": "x" })),
        "assignStage" => act(
            "assignment",
            json!({ "officer": staff::person_id("colleague") }),
        ),
        "explainClock" => get(format!("/stages/{stage}/clock/explanation")),
        "getStageLedger" => get(format!("/stages/{stage}/ledger")),
        "getProjectLedger" => get(format!("/projects/{}/ledger", project.code)),
        "evaluateClock" => post("/clock/evaluations".into(), json!({ "data": [] })),
        "listAlerts" => get("/alerts".into()),
        "getAlert" => get(format!("/alerts/{alert}")),
        "acknowledgeAlert" => post(
            format!("/alerts/{alert}/acknowledgement"),
            json!({ "instruction": "x", "new_date": "2026-04-01" }),
        ),
        "getCalendar" => get("/calendar".into()),
        "listCalendarVersions" => get("/calendar/versions".into()),
        "listCalendarProposals" => get("/calendar/proposals".into()),
        "createCalendarProposal" => post("/calendar/proposals".into(), json!({ "years": {} })),
        "getCalendarProposal" => get(format!("/calendar/proposals/{NO_PROPOSAL}")),
        "listCalendarMoves" => get(format!("/calendar/proposals/{NO_PROPOSAL}/moves")),
        "approveCalendarProposal" => post(
            format!("/calendar/proposals/{NO_PROPOSAL}/approval"),
            json!({}),
        ),
        "rejectCalendarProposal" => post(
            format!("/calendar/proposals/{NO_PROPOSAL}/rejection"),
            json!({}),
        ),
        other => works(other, project, card),
    }
}

/// An operation about the works of `project`.
fn works(operation: &str, project: &Project, card: &str) -> TestRequest {
    let path = |what: &str| format!("/api/v1/projects/{}/progress{what}", project.code);
    let on_no_version = ("If-Match", "\"v0\"");
    match operation {
        "getProgress" => TestRequest::get().uri(&path("")),
        "planProgress" => TestRequest::put()
            .uri(&path("/plan"))
            .insert_header(on_no_version)
            .set_json(json!({ "from": "2026-03", "shares": [100] })),
        "reportProgress" => TestRequest::post()
            .uri(&path("/reports"))
            .insert_header(on_no_version)
            .set_json(json!({ "month": "2026-03", "share": 1, "text": "x" })),
        "setSteward" | "setLead" => {
            let of = operation.trim_start_matches("set").to_lowercase();
            TestRequest::put()
                .uri(&format!("/api/v1/projects/{}/{of}", project.code))
                .insert_header(on_no_version)
                .set_json(json!({ "person": staff::person_id("leader") }))
        }
        other => card_request(other, card),
    }
}

/// An operation upon a card.
fn card_request(operation: &str, card: &str) -> TestRequest {
    let post = |act: &str, body: Value| {
        TestRequest::post()
            .uri(&format!("/api/v1/cards/{card}/{act}"))
            .insert_header(("If-Match", "\"v0\""))
            .set_json(body)
    };
    match operation {
        "listStages" => TestRequest::get().uri("/api/v1/stages"),
        "listCards" => TestRequest::get().uri("/api/v1/cards"),
        "getCard" => TestRequest::get().uri(&format!("/api/v1/cards/{card}")),
        "explainCard" => post("explanation", json!({ "text": "x" })),
        "appealCard" => post("appeal", json!({ "text": "x" })),
        "listSecurityEvents" => TestRequest::get().uri("/api/v1/audit"),
        "decideCard" => post("decision", json!({ "verdict": "withdraw", "text": "x" })),
        other => live_request(other),
    }
}

/// A subscription that was never made: whoever may have one hears 404.
const NO_FEED: &str = "cfd_0000000000003G000000000004";

/// An operation that lets others hear of what happens.
fn live_request(operation: &str) -> TestRequest {
    let get = |path: &str| TestRequest::get().uri(&format!("/api/v1{path}"));
    let post = |path: &str| {
        TestRequest::post()
            .uri(&format!("/api/v1{path}"))
            .set_json(json!({}))
    };
    let delete = |path: &str| TestRequest::delete().uri(&format!("/api/v1{path}"));
    match operation {
        "listEvents" => get("/events"),
        "listCalendarFeeds" => get("/me/feeds"),
        "createCalendarFeed" => post("/me/feeds"),
        "revokeCalendarFeed" => delete(&format!("/me/feeds/{NO_FEED}")),
        // A topic that makes no sense: a stream that is opened does not end by itself.
        "streamEvents" => get("/events/stream?topic=x"),
        other => webhook_request(other),
    }
}

/// An address and a delivery that were never made: whoever may have one hears 404.
const NO_WEBHOOK: &str = "/webhooks/whk_0000000000003G000000000004";
const NO_DELIVERY: &str = "dlv_0000000000003G000000000004";

fn webhook_request(operation: &str) -> TestRequest {
    let path = |path: &str| format!("/api/v1{path}");
    let post = |address: &str| TestRequest::post().uri(&path(address)).set_json(json!({}));
    let act = |what: &str| post(&format!("{NO_WEBHOOK}/{what}"));
    match operation {
        "listWebhooks" => TestRequest::get().uri(&path("/webhooks")),
        "createWebhook" => post("/webhooks"),
        "getWebhook" => TestRequest::get().uri(&path(NO_WEBHOOK)),
        "deleteWebhook" => TestRequest::delete().uri(&path(NO_WEBHOOK)),
        "approveWebhook" => act("approval"),
        "pauseWebhook" => act("pause"),
        "resumeWebhook" => act("resumption"),
        "rotateWebhookSecret" => act("secret"),
        "testWebhook" => act("test"),
        "listDeliveries" => TestRequest::get().uri(&path(&format!("{NO_WEBHOOK}/deliveries"))),
        "redeliver" => post(&format!("/deliveries/{NO_DELIVERY}/redelivery")),
        other => token_request(other),
    }
}

/// An operation upon tokens: none exists, and none is made.
fn token_request(operation: &str) -> TestRequest {
    let post = |path: &str, body: Value| {
        TestRequest::post()
            .uri(&format!("/api/v1{path}"))
            .set_json(body)
    };
    let delete = |path: &str| TestRequest::delete().uri(&format!("/api/v1{path}/{NO_TOKEN}"));
    match operation {
        "refreshToken" => post("/auth/refresh", json!({ "refresh_token": "gc_rt_x" })),
        "revokeToken" => post("/auth/revoke", json!({ "token": "gc_rt_x" })),
        "listOwnTokens" => TestRequest::get().uri("/api/v1/me/tokens"),
        "createOwnToken" => post("/me/tokens", json!({})),
        "deleteOwnToken" => delete("/me/tokens"),
        "listServiceTokens" => TestRequest::get().uri("/api/v1/tokens"),
        "createServiceToken" => post("/tokens", json!({})),
        "deleteServiceToken" => delete("/tokens"),
        other => directory_request(other),
    }
}

/// An operation about units, people, companies and files: about `officer` where it is about a person.
fn directory_request(operation: &str) -> TestRequest {
    const NOTHING: &str = "00000000000000000000000000";
    let on_no_version = ("If-Match", "\"v0\"");
    let path = |path: &str| format!("/api/v1{path}");
    let get = |address: &str| TestRequest::get().uri(&path(address));
    let post = |address: &str| TestRequest::post().uri(&path(address));
    let officer = format!("/people/{}", staff::person_id("officer"));
    let absences = format!("{officer}/absences");
    match operation {
        "listUnits" => get("/units"),
        "getUnit" => get(&format!("/units/unt_{NOTHING}")),
        "createUnit" => post("/units").set_json(json!({})),
        "changeUnit" => TestRequest::patch()
            .uri(&path(&format!("/units/unt_{NOTHING}")))
            .insert_header(on_no_version)
            .set_json(json!({ "name_zh": "x" })),
        "listPeople" => get("/people"),
        "getPerson" => get(&officer),
        "createPerson" => post("/people").set_json(json!({})),
        "changePerson" => TestRequest::patch()
            .uri(&path(&officer))
            .insert_header(on_no_version)
            .set_json(json!({ "name": "x" })),
        "createAbsence" => post(&absences).set_json(json!({
            "from_on": "2025-01-06", "until_on": "2025-01-07", "reason": "leave"
        })),
        "endAbsence" => TestRequest::delete()
            .uri(&path(&format!("{absences}/abs_{NOTHING}")))
            .insert_header(on_no_version),
        "setDeputy" => TestRequest::put()
            .uri(&path(&format!("{officer}/deputy")))
            .insert_header(on_no_version)
            .set_json(json!({ "deputy": null })),
        "listCompanies" => get("/companies"),
        "getCompany" => get(&format!("/companies/cmp_{NOTHING}")),
        "createCompany" => post("/companies").set_json(json!({})),
        "changeCompany" => TestRequest::patch()
            .uri(&path(&format!("/companies/cmp_{NOTHING}")))
            .insert_header(on_no_version)
            .set_json(json!({ "name": "x" })),
        "createImport" => post("/imports?kind=units").set_payload("x"),
        "listImports" => get("/imports"),
        "getImport" => get(&format!("/imports/imp_{NOTHING}")),
        "commitImport" => post(&format!("/imports/imp_{NOTHING}/commit")),
        other => account_request(other),
    }
}

/// An operation upon an account: the caller's own, or that of `builder`.
fn account_request(operation: &str) -> TestRequest {
    let of_builder = |what: &str| format!("/api/v1/people/{}/{what}", staff::person_id("builder"));
    match operation {
        "listMySessions" => TestRequest::get().uri("/api/v1/me/sessions"),
        "endMySession" => {
            TestRequest::delete().uri("/api/v1/me/sessions/ses_0000000000003G000000000004")
        }
        "changeMyPassword" => TestRequest::put()
            .uri("/api/v1/me/password")
            .set_json(json!({ "current_password": staff::PASSWORD, "new_password": "short" })),
        "endSessionsOfPerson" => TestRequest::delete().uri(&of_builder("sessions")),
        "resetSecondFactor" => TestRequest::post().uri(&of_builder("second-factor-reset")),
        other => panic!("{other} has no line in the table"),
    }
}

/// A token that was never made.
const NO_TOKEN: &str = "tok_0000000000003G000000000004";

/// A project whose stage P01 is late, and the alert about it.
pub(crate) async fn late_project(office: &Office) -> (Project, String) {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    office.pass_to(date!(2026 - 03 - 12)).await;
    office.new_letters();
    let alerts = office.get("head", "/api/v1/alerts").await.good();
    let alert = alerts["data"][0]["id"].as_str().unwrap().to_owned();
    (project, alert)
}

/// The key of the one card of P01.
async fn card_of(office: &Office, project: &Project) -> String {
    let seen = office.stage(project, "P01").await;
    let cards = seen["stage"]["cards"].as_array().unwrap();
    assert_eq!(cards.len(), 1, "{cards:?}");
    cards[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn every_role_may_do_what_the_table_says_and_no_more() {
    on_each_office(async |office| {
        let (project, alert) = late_project(&office).await;
        let card = card_of(&office, &project).await;
        let before = office.project("supervisor", &project).await;
        let operations = operations(&office).await;
        for operation in &operations {
            let line = TABLE.iter().find(|(id, _)| *id == operation.id);
            let (_, expected) = line.unwrap_or_else(|| panic!("no line for {}", operation.id));
            let heard = |login| {
                let request = request(&operation.id, &project, (&alert, &card), login);
                async { office.send(login, request).await.status }
            };
            let mut found = Vec::new();
            for login in WHO {
                found.push(heard(login).await);
            }
            assert_eq!(found, expected, "{}: {WHO:?}", operation.id);
            // Without a token, with a foreign one and with a broken one nobody gets anywhere.
            if OPEN_TO_ALL.contains(&operation.id.as_str()) {
                continue;
            }
            for bearer in [
                "",
                "Bearer",
                "Bearer x.y.z",
                "Basic b2ZmaWNlcjp4",
                &stolen(&office).await,
            ] {
                let request = request(&operation.id, &project, (&alert, &card), "officer");
                let request = request.insert_header(("Authorization", bearer.to_owned()));
                let answer = office.call(request).await;
                assert_eq!(
                    answer.failure(),
                    (401, "auth.required".into()),
                    "{}",
                    operation.id
                );
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            }
        }
        assert_eq!(TABLE.len(), operations.len());
        assert_eq!(office.project("supervisor", &project).await, before);
    });
}

/// A token of another deployment, which has other keys.
async fn stolen(office: &Office) -> String {
    let tokens = api::token::Tokens::new(&api::keys::Keys::new([8; 32]), "http://gc.example");
    let tokens = tokens.unwrap();
    let (ids, now) = (&office.app.ids, office.app.now());
    let key = signing_key::new_key(&tokens, ids, KeyState::Current, now).unwrap();
    tokens.take_keys(&[key], now);
    // The office's own tokens are made the same way and are good.
    let own = office.token("officer").await;
    let read = office.app.tokens.read(&own, now);
    let api::token::Read::Good(bearer) = read else {
        panic!("{read:?}");
    };
    format!(
        "Bearer {}",
        tokens.issue(bearer, ids.key(now), now).unwrap()
    )
}

#[test]
fn a_token_ends_after_ten_minutes_and_with_its_owner() {
    on_each_office(async |office| {
        let token = office.token("officer").await;
        let me = async || {
            let request = TestRequest::get().uri("/api/v1/me");
            let request = request.insert_header(("Authorization", format!("Bearer {token}")));
            office.call(request).await.status
        };
        assert_eq!(me().await, 200);
        let start = office.app.now();
        office.app.clock.set(start + time::Duration::seconds(604));
        assert_eq!(
            me().await,
            200,
            "five seconds are given for clocks that differ"
        );
        office.app.clock.set(start + time::Duration::seconds(605));
        assert_eq!(me().await, 401);
        office.app.clock.set(start - time::Duration::seconds(6));
        assert_eq!(me().await, 401, "a token from the future");
    });
}

#[test]
fn somebody_who_has_left_has_no_rights_at_once() {
    crate::harness::office::on_each_office_and_database(async |office, database| {
        let browser = office.browser();
        browser.sign_in("officer").await;
        assert_eq!(browser.get("/desk").await.status, 200);
        assert_eq!(office.get("officer", "/api/v1/me").await.status, 200);
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE person SET is_active = false WHERE login = 'officer'")
            .await;
        assert_eq!(office.get("officer", "/api/v1/me").await.status, 401);
        assert_eq!(browser.get("/desk").await.status, 303);
        let body = json!({ "login": "officer", "password": staff::PASSWORD });
        let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
        assert_eq!(
            office.call(request).await.failure(),
            (401, "auth.wrong_password".into())
        );
    });
}

#[test]
fn pages_keep_to_the_same_rights() {
    on_each_office(async |office| {
        let (project, alert) = late_project(&office).await;
        let stage = format!("/desk/stages/{}", project.stage("P01"));
        let alert = format!("/board/alerts/{alert}");
        let home = format!("/p/{}", project.code);
        let card = format!("/cards/{}", card_of(&office, &project).await);
        //                     desk board stage alert project card
        let table = [
            ("investor", [403, 403, 403, 403, 200, 200]),
            ("rival", [403, 403, 403, 403, 404, 404]),
            ("officer", [200, 403, 200, 403, 200, 200]),
            ("head", [200, 200, 200, 200, 200, 200]),
            ("power-officer", [200, 403, 200, 403, 200, 200]),
            ("power-head", [200, 200, 200, 404, 200, 200]),
            ("stranger", [200, 403, 404, 403, 404, 404]),
            ("strange-head", [200, 200, 404, 404, 404, 404]),
            ("supervisor", [403, 200, 200, 200, 200, 200]),
            ("efficacy", [403, 200, 200, 200, 200, 200]),
            ("leader", [403, 200, 200, 200, 200, 200]),
            ("system", [403, 403, 403, 403, 404, 403]),
            ("audit", [403, 403, 403, 403, 404, 403]),
            ("", [303, 303, 303, 303, 303, 303]),
        ];
        for (login, expected) in table {
            let browser = office.browser();
            if !login.is_empty() {
                browser.sign_in(login).await;
            }
            let mut found = Vec::new();
            for path in ["/desk", "/board", &stage, &alert, &home, &card] {
                found.push(browser.get(path).await.status);
            }
            assert_eq!(found, expected, "{login}");
        }
    });
}
