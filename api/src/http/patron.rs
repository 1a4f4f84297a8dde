//! Steward and lead official of a project over the API.

use actix_web::{HttpRequest, HttpResponse, put, web};
use domain::{access::Actor, project::Patron};

use super::{
    access::{Allowed, AssignSteward},
    body::{self, PatronBody},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    usecase::{
        look::{self, Depth},
        patron,
        project::ProjectName,
    },
    view::{project::ProjectView, setting::Viewer},
};

async fn entrust(
    app: &App,
    actor: Actor,
    (request, path): (&HttpRequest, &str),
    (of, bytes): (Patron, &[u8]),
) -> Result<HttpResponse, ApiError> {
    let project: ProjectName = path.parse()?;
    let based_on = respond::based_on(request)?;
    let person = body::read::<PatronBody>(bytes)?.parse()?;
    let target = (project.clone(), based_on);
    let decided = patron::entrust(app, actor.clone(), target, (of, person)).await?;
    if respond::wants_minimal(request) {
        return Ok(respond::changed(decided.edition));
    }
    let seen = look::project(app, &project, &Viewer::Person(actor), Depth::Plain).await?;
    Ok(respond::edition(
        seen.edition(),
        &Dated {
            body: &seen.view,
            as_of: app.now(),
        },
    )?)
}

/// Makes somebody the investor's one contact in the zone (项目专员).
#[utoipa::path(tag = "projects", operation_id = "setSteward", request_body = PatronBody,
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`"), ("If-Match" = String, Header, description = "The ETag of the project")),
    responses((status = 200, body = Dated<ProjectView>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[put("/projects/{project}/steward")]
pub(crate) async fn set_steward(
    app: web::Data<App>,
    allowed: Allowed<AssignSteward>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let said = (Patron::Steward, &bytes[..]);
    entrust(&app, allowed.actor, (&request, &path), said).await
}

/// Makes somebody the official who leads the project (牵头领导), who hears of it when nothing else helped.
#[utoipa::path(tag = "projects", operation_id = "setLead", request_body = PatronBody,
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`"), ("If-Match" = String, Header, description = "The ETag of the project")),
    responses((status = 200, body = Dated<ProjectView>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[put("/projects/{project}/lead")]
pub(crate) async fn set_lead(
    app: web::Data<App>,
    allowed: Allowed<AssignSteward>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let said = (Patron::Lead, &bytes[..]);
    entrust(&app, allowed.actor, (&request, &path), said).await
}
