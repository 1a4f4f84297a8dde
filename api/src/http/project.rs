//! Projects over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{AdmitProject, Allowed, ReadProject},
    body::{self, AdmitBody},
    list::{self, PageMark, Shown, Side, known},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    usecase::{
        look::{self, Depth, Thing},
        project::{self, ProjectName},
    },
    view::{history::HistoryLine, project::ProjectView, setting::Viewer},
};

/// What a project is shown with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProjectQuery {
    /// `stages.detail` adds the rules behind each stage and what the caller may do with it.
    pub expand: Option<String>,
}

/// A project with its stages, by key or code. A project that is not the caller's does not exist.
#[utoipa::path(tag = "projects", operation_id = "getProject",
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`"), ProjectQuery),
    responses((status = 200, body = Dated<ProjectView>), (status = 304), (status = 404, body = Problem)))]
#[get("/projects/{project}")]
pub(crate) async fn get_project(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let name: ProjectName = path.parse()?;
    let query = list::ListQuery::of_one(&request, &["expand"])?;
    let depth = query.parsed("expand", "stages.detail", |text| {
        (text == "stages.detail").then_some(Depth::Detailed)
    })?;
    let viewer = Viewer::Person(allowed.actor);
    let thing = Thing::Project(name.clone());
    if let Some(answer) = known(&app, &request, thing, &viewer).await? {
        return Ok(answer);
    }
    let seen = look::project(&app, &name, &viewer, depth.unwrap_or_default()).await?;
    Ok(respond::edition(
        seen.edition(),
        &Dated {
            body: &seen.view,
            as_of: app.now(),
        },
    )?)
}

/// A project that was admitted. The query code is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdmittedAnswer {
    /// Key.
    pub id: String,
    /// The zone's number.
    pub code: String,
    /// For the investor; it is not kept in clear.
    #[schema(example = "7K4P-9XQ2")]
    pub query_code: String,
}

/// Admits a project to the green channel.
#[utoipa::path(tag = "projects", operation_id = "createProject", request_body = AdmitBody,
    responses((status = 201, body = AdmittedAnswer), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/projects")]
pub(crate) async fn create_project(
    app: web::Data<App>,
    allowed: Allowed<AdmitProject>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let wish = body::read::<AdmitBody>(&bytes)?.parse()?;
    let admitted = project::admit(&app, allowed.actor, wish).await?;
    let answer = AdmittedAnswer {
        id: admitted.id.to_string(),
        code: admitted.code.to_string(),
        query_code: admitted.query_code.printed(),
    };
    Ok(respond::created(
        &format!("/api/v1/projects/{}", answer.id),
        &answer,
    )?)
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of another page.
    pub cursor: Option<String>,
    /// True: `page.total` says how many there are in all.
    pub count: Option<bool>,
    /// Members of a line, with commas; all if absent.
    pub fields: Option<String>,
}

/// The record of a project, last recorded first; internal lines for staff only.
#[utoipa::path(tag = "projects", operation_id = "listProjectEvents",
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`"), EventQuery),
    responses((status = 200, body = Dated<EventPage>), (status = 404, body = Problem)))]
#[get("/projects/{project}/events")]
pub(crate) async fn list_project_events(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let name: ProjectName = path.parse()?;
    let query = list::ListQuery::read(&request, "events", &[])?;
    let place = query.place(&app.keys, |text| text.parse::<i64>().ok())?;
    let beside = place.map(|(side, seq)| (seq, side == Side::Before));
    let limit = query.limit()?;
    let rows = look::event_rows(&app, (&name, &allowed.actor), beside, limit + 1).await?;
    let side = place.map(|(side, _)| side);
    let mut page = query.page(&app.keys, (side, limit), rows, |row| row.seq.to_string());
    if query.wants_count()? {
        page.mark.total = Some(look::event_count(&app, (&name, &allowed.actor)).await?);
    }
    let shown = Shown {
        query: &query,
        as_of: app.now(),
    };
    Ok(list::answer(&request, page, &shown)?)
}

/// A page of lines of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    /// The rows.
    pub data: Vec<HistoryLine>,
    /// Where the pages beside it begin.
    pub page: PageMark,
}
