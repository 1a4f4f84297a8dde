//! The description of the API, made from the handlers.

use actix_web::{HttpResponse, get};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{alert, auth, problem, project, stage};

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
        stage::complete_stage,
        stage::assign_stage,
        alert::list_alerts,
        alert::get_alert,
        alert::acknowledge_alert,
    ),
    components(schemas(problem::Problem, problem::FieldProblem)),
    tags(
        (name = "auth", description = "Access tokens"),
        (name = "projects", description = "Projects and their record"),
        (name = "stages", description = "Stages and the acts of officers"),
        (name = "alerts", description = "Rungs that fired, and the answers of supervisors")
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
