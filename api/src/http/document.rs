//! The description of the API, made from the handlers.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, get, http::header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{
    alert, audit, auth, calendar, calendar_feed, card, catalogue, clock, company, correction,
    deputy, dump, feed, import, job, letter, me, patron, person, problem, progress, project,
    projects, respond, stage, stages, stream, token, unit, webhook,
};

mod answers;
mod older;
mod shape;

/// The API as OpenAPI 3.1.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Green Channel",
        description = "Deadline tracking for investment projects in development zones.",
        contact(name = "The development zone that runs this deployment"),
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/api/v1")),
    paths(
        auth::create_token,
        auth::get_me,
        projects::list_projects,
        project::create_project,
        project::get_project,
        project::list_project_events,
        stages::get_stage,
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
        catalogue::list_problems,
        audit::list_security_events,
        feed::list_events,
        stream::stream_events,
        calendar_feed::list_calendar_feeds,
        calendar_feed::create_calendar_feed,
        calendar_feed::revoke_calendar_feed,
        letter::list_lost_letters,
        letter::get_letter,
        letter::note_letter,
        letter::resend_letter,
        webhook::list_webhooks,
        webhook::create_webhook,
        webhook::get_webhook,
        webhook::delete_webhook,
        webhook::approve_webhook,
        webhook::pause_webhook,
        webhook::resume_webhook,
        webhook::rotate_webhook_secret,
        webhook::test_webhook,
        webhook::list_deliveries,
        webhook::redeliver,
        token::refresh_token,
        token::revoke_token,
        token::list_own_tokens,
        token::create_own_token,
        token::delete_own_token,
        token::list_tokens,
        token::create_service_token,
        token::delete_token,
        unit::list_units,
        unit::get_unit,
        unit::create_unit,
        unit::change_unit,
        person::list_people,
        person::get_person,
        person::create_person,
        person::change_person,
        deputy::create_absence,
        deputy::end_absence,
        deputy::set_deputy,
        company::list_companies,
        company::get_company,
        company::create_company,
        company::change_company,
        patron::set_steward,
        patron::set_lead,
        correction::change_project,
        import::create_import,
        import::list_imports,
        import::get_import,
        import::commit_import,
        job::list_jobs,
        job::get_job,
        dump::export_zone,
        me::list_my_sessions,
        me::end_my_session,
        me::change_my_password,
        me::end_sessions_of_person,
        me::reset_second_factor,
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
        (name = "cards", description = "Cards for missed promises: reasons, appeals, decisions"),
        (name = "problems", description = "How a request may fail"),
        (name = "audit", description = "The security record"),
        (name = "events", description = "Everything that happened, in one order: log and stream"),
        (name = "feeds", description = "Due dates for calendar programs"),
        (name = "letters", description = "Letters that did not reach their readers"),
        (name = "webhooks", description = "Events sent to an address: Standard Webhooks around CloudEvents"),
        (name = "directory", description = "Units, people, who is away and who stands in"),
        (name = "companies", description = "Companies that invest"),
        (name = "imports", description = "Units and people from a file"),
        (name = "jobs", description = "Long work that the worker does"),
        (name = "export", description = "All that the zone has")
    ),
    security(("bearer" = [])),
    modifiers(&Bearer)
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

/// The description, complete.
static DESCRIBED: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(ApiDocument::openapi()).unwrap_or_default();
    answers::complete(&mut document);
    shape::shape(&mut document);
    document
});

/// The description as a value.
pub fn described() -> &'static Value {
    &DESCRIBED
}

/// The description in the order in which people read it.
#[derive(Serialize)]
struct Ordered<'a> {
    openapi: &'a Value,
    info: &'a Value,
    servers: &'a Value,
    tags: &'a Value,
    security: &'a Value,
    paths: &'a Value,
    components: &'a Value,
}

impl<'a> Ordered<'a> {
    fn of(document: &'a Value) -> Option<Self> {
        Some(Self {
            openapi: document.get("openapi")?,
            info: document.get("info")?,
            servers: document.get("servers")?,
            tags: document.get("tags")?,
            security: document.get("security")?,
            paths: document.get("paths")?,
            components: document.get("components")?,
        })
    }
}

/// The description in YAML: the very bytes of the committed `openapi.yaml`.
pub fn yaml() -> Option<String> {
    let text = yaml_serde::to_string(&Ordered::of(described())?).ok()?;
    Some(text.lines().map(|line| quoted(line) + "\n").collect())
}

/// Words that readers of YAML 1.1 take for yes and no.
const SWITCHES: [&str; 6] = ["on", "off", "yes", "no", "y", "n"];

/// The line with a name quoted that older readers would take for a switch.
fn quoted(line: &str) -> String {
    let text = line.trim_start();
    let indent = line.strip_suffix(text).unwrap_or_default();
    let (dash, text) = match text.strip_prefix("- ") {
        Some(rest) => ("- ", rest),
        None => ("", text),
    };
    let (name, rest) = text.split_once(':').map_or((text, ""), |(name, _)| {
        (name, text.get(name.len()..).unwrap_or_default())
    });
    if SWITCHES.contains(&name) {
        format!("{indent}{dash}'{name}'{rest}")
    } else {
        line.to_owned()
    }
}

/// The description in JSON: the very bytes that are served.
pub fn json() -> Option<String> {
    serde_json::to_string_pretty(&Ordered::of(described())?).ok()
}

/// The description for generators of clients that know only `OpenAPI` 3.0: the same operations and schemas in
/// JSON, in the older words.
pub fn json_for_3_0() -> Option<String> {
    let older = older::for_3_0(described());
    serde_json::to_string_pretty(&Ordered::of(&older)?).ok()
}

/// A description as it is served. It changes with the program alone, so it is written once.
struct Served {
    text: String,
    etag: String,
}

impl Served {
    fn of(text: Option<String>) -> Option<Self> {
        let text = text?;
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&text)));
        Some(Self { text, etag })
    }

    fn answer(&'static self, request: &HttpRequest, media_type: &str) -> HttpResponse {
        let is_known = respond::is_known(request, &self.etag);
        let mut response = if is_known {
            HttpResponse::NotModified()
        } else {
            HttpResponse::Ok()
        };
        response.insert_header((header::ETAG, self.etag.as_str()));
        response.insert_header((header::CACHE_CONTROL, "public, no-cache"));
        if is_known {
            return response.finish();
        }
        response.content_type(media_type).body(self.text.as_str())
    }
}

static JSON: LazyLock<Option<Served>> = LazyLock::new(|| Served::of(json()));
static YAML: LazyLock<Option<Served>> = LazyLock::new(|| Served::of(yaml()));

/// A client that has the description is told so.
fn served(
    request: &HttpRequest,
    media_type: &str,
    kept: &'static LazyLock<Option<Served>>,
) -> HttpResponse {
    kept.as_ref().map_or_else(
        || HttpResponse::InternalServerError().finish(),
        |kept| kept.answer(request, media_type),
    )
}

/// The description in JSON.
#[get("/openapi.json")]
pub(crate) async fn openapi_json(request: HttpRequest) -> HttpResponse {
    served(&request, "application/json", &JSON)
}

/// The description in YAML.
#[get("/openapi.yaml")]
pub(crate) async fn openapi_yaml(request: HttpRequest) -> HttpResponse {
    // RFC 9512.
    served(&request, "application/yaml", &YAML)
}
