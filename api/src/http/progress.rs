//! The progress of works over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use domain::access::Actor;

use super::{
    access::{Allowed, PlanProgress, ReadProject, ReportProgress},
    body::{self, PlanBody, ReportBody},
    list::known,
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        look::{self, Seen, Thing},
        progress::{self, Act},
        project::ProjectName,
    },
    view::{page::ProgressPage, setting::Viewer},
};

fn show(app: &App, seen: &Seen<ProgressPage>) -> Result<HttpResponse, AppError> {
    respond::edition(
        seen.edition(),
        &Dated {
            body: &seen.view,
            as_of: app.now(),
        },
    )
}

/// Does the act and answers with the works as they are then, or with the project's edition alone if that is
/// preferred.
async fn act(
    app: &App,
    actor: Actor,
    request: &HttpRequest,
    (path, what): (&str, Act),
) -> Result<HttpResponse, ApiError> {
    let name: ProjectName = path.parse()?;
    let based_on = respond::based_on(request)?;
    let decided = progress::act(app, actor.clone(), name, based_on, what).await?;
    if respond::wants_minimal(request) {
        return Ok(respond::changed(decided.edition));
    }
    let name = ProjectName::Id(decided.project);
    let seen = look::progress(app, &name, &Viewer::Person(actor), None).await?;
    Ok(show(app, &seen)?)
}

/// How far the works of a project are: lamp, reasons, plan and reports; `progress` is null without a plan.
#[utoipa::path(tag = "progress", operation_id = "getProgress",
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`")),
    responses((status = 200, body = Dated<ProgressPage>), (status = 404, body = Problem)))]
#[get("/projects/{project}/progress")]
pub(crate) async fn get_progress(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let name: ProjectName = path.parse()?;
    let viewer = Viewer::Person(allowed.actor);
    let thing = Thing::Project(name.clone());
    if let Some(known) = known(&app, &request, thing, &viewer).await? {
        return Ok(known);
    }
    let seen = look::progress(&app, &name, &viewer, None).await?;
    Ok(show(&app, &seen)?)
}

/// Plans the works of a project month by month. Another plan needs a reason; the first one stays visible.
#[utoipa::path(tag = "progress", operation_id = "planProgress", request_body = PlanBody,
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`"), ("If-Match" = String, Header, description = "The ETag of the project")),
    responses((status = 200, body = Dated<ProgressPage>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[put("/projects/{project}/progress/plan")]
pub(crate) async fn plan_progress(
    app: web::Data<App>,
    allowed: Allowed<PlanProgress>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let plan = body::read::<PlanBody>(&bytes)?.parse()?;
    act(&app, allowed.actor, &request, (&path, Act::Plan(plan))).await
}

/// Reports what is done at the end of a month, or corrects an earlier report with a reason.
#[utoipa::path(tag = "progress", operation_id = "reportProgress", request_body = ReportBody,
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`"), ("If-Match" = String, Header, description = "The ETag of the project")),
    responses((status = 200, body = Dated<ProgressPage>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/projects/{project}/progress/reports")]
pub(crate) async fn report_progress(
    app: web::Data<App>,
    allowed: Allowed<ReportProgress>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let report = body::read::<ReportBody>(&bytes)?.parse()?;
    act(&app, allowed.actor, &request, (&path, Act::Report(report))).await
}
