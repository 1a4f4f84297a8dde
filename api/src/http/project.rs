//! Projects over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use persistence::project::{ProjectFilter, ProjectHeader};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{AdmitProject, Allowed, ReadProject},
    body::{self, AdmitBody},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        look,
        project::{self, ProjectName},
    },
    view::{history::HistoryLine, project::ProjectView, setting::Viewer},
};

/// Rows of a page if nothing is said, and at most.
const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// Which projects.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// `open` or `closed`; both if absent.
    pub state: Option<String>,
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` of the page before.
    pub cursor: Option<String>,
}

/// One project in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectRow {
    /// Key.
    pub id: String,
    /// The zone's number.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// The company that invests.
    pub investor: String,
    /// The day it entered the green channel.
    pub admitted_on: String,
    /// The day its last stage was finished.
    pub closed_on: Option<String>,
    /// How many stages it has.
    pub stage_count: i32,
    /// How many of them are finished.
    pub done_count: i32,
    /// Counts up with every decision.
    pub version: i64,
    /// When it was last decided upon.
    #[serde(with = "time::serde::rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: OffsetDateTime,
}

/// A page of projects.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProjectPage {
    /// The rows.
    pub data: Vec<ProjectRow>,
    /// Where the next page begins.
    pub page: PageMark,
}

/// Where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageMark {
    /// For `cursor`; absent on the last page.
    pub next: Option<String>,
    /// True when there is a next page.
    pub has_more: bool,
}

/// Lists the projects that the caller may see, last decided first.
#[utoipa::path(tag = "projects", operation_id = "listProjects", params(ListQuery),
    responses((status = 200, body = Dated<ProjectPage>), (status = 401, body = Problem)))]
#[get("/projects")]
pub(crate) async fn list_projects(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = web::Query::<ListQuery>::from_query(request.query_string()).map_err(|error| {
        AppError::Malformed {
            detail: error.to_string(),
        }
    })?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(AppError::Malformed {
            detail: format!("limit: 1 to {LIMIT_MAX}"),
        }
        .into());
    }
    let filter = filter(&query)?;
    let mut rows = look::projects(&app, &allowed.actor, filter, limit + 1).await?;
    let has_more = rows.len() > usize::try_from(limit).unwrap_or_default();
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let next = rows.last().filter(|_| has_more).map(cursor_after);
    let data = rows.into_iter().map(row).collect();
    let page = ProjectPage {
        data,
        page: PageMark { next, has_more },
    };
    Ok(respond::ok(&Dated {
        body: page,
        as_of: app.now(),
    })?)
}

fn filter(query: &ListQuery) -> Result<ProjectFilter, AppError> {
    let malformed = |detail: &str| AppError::Malformed {
        detail: detail.to_owned(),
    };
    let is_open = match query.state.as_deref() {
        None => None,
        Some("open") => Some(true),
        Some("closed") => Some(false),
        Some(_) => return Err(malformed("state: open or closed")),
    };
    let after = query.cursor.as_deref().map(|cursor| {
        let (micros, id) = cursor.split_once('.')?;
        let nanos = i128::from(micros.parse::<i64>().ok()?) * 1_000;
        Some((
            OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?,
            id.parse().ok()?,
        ))
    });
    match after {
        Some(None) => Err(malformed("cursor: not one of ours")),
        after => Ok(ProjectFilter {
            is_open,
            after: after.flatten(),
            ..ProjectFilter::default()
        }),
    }
}

fn cursor_after(last: &ProjectHeader) -> String {
    format!(
        "{}.{}",
        last.updated_at.unix_timestamp_nanos() / 1_000,
        last.id
    )
}

fn row(header: ProjectHeader) -> ProjectRow {
    ProjectRow {
        id: header.id.to_string(),
        code: header.code,
        name: header.name,
        investor: header.investor,
        admitted_on: header.admitted_on.to_string(),
        closed_on: header.closed_on.map(|day| day.to_string()),
        stage_count: header.stage_count,
        done_count: header.done_count,
        version: header.version,
        updated_at: header.updated_at,
    }
}

/// A project with its stages, by key or code. A project that is not the caller's does not exist.
#[utoipa::path(tag = "projects", operation_id = "getProject",
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`")),
    responses((status = 200, body = Dated<ProjectView>), (status = 304), (status = 404, body = Problem)))]
#[get("/projects/{project}")]
pub(crate) async fn get_project(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let name: ProjectName = path.parse()?;
    let viewer = Viewer::Person(allowed.actor);
    if request
        .headers()
        .contains_key(actix_web::http::header::IF_NONE_MATCH)
    {
        let edition = look::edition(&app, &name, &viewer).await?;
        if edition.is_known_to(&request) {
            return Ok(respond::not_modified(edition));
        }
    }
    let seen = look::project(&app, &name, &viewer, None).await?;
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

/// The record of a project, newest first; internal lines for staff only.
#[utoipa::path(tag = "projects", operation_id = "listProjectEvents",
    params(("project" = String, Path, description = "`prj_...` or `GC-2026-0042`")),
    responses((status = 200, body = Dated<EventList>), (status = 404, body = Problem)))]
#[get("/projects/{project}/events")]
pub(crate) async fn list_project_events(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let name: ProjectName = path.parse()?;
    let viewer = Viewer::Person(allowed.actor);
    let seen = look::history(&app, &name, &viewer).await?;
    let edition = seen.edition();
    let list = EventList { data: seen.view };
    Ok(respond::edition(
        edition,
        &Dated {
            body: list,
            as_of: app.now(),
        },
    )?)
}

/// Lines of a record, the newest first.
#[derive(Serialize, ToSchema)]
struct EventList {
    data: Vec<HistoryLine>,
}
