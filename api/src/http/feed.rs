//! The event log over the API.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::id::ProjectId;
use persistence::feed::{FeedLine, FeedPage};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, ReadProject},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::feed,
    view::feed::{EventView, event_view},
};

/// Rows of a page if nothing is said, and at most.
const LIMIT_DEFAULT: i64 = 100;
const LIMIT_MAX: i64 = 500;

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// `page.next` of the answer before, or the place of an event; from the beginning if absent.
    pub after: Option<i64>,
    /// Events of a page, 1 to 500; 100 if absent.
    pub limit: Option<i64>,
    /// Only those of this project: `prj_...`
    pub project: Option<String>,
    /// `full` adds the particulars of each event.
    pub include: Option<String>,
}

/// Where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventMark {
    /// For `after` of the next request, now or later: all up to here has been looked through.
    pub next: i64,
    /// True when there is more behind it already. A page may be short or empty and still have more.
    pub has_more: bool,
}

/// A part of the event log.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventLogPage {
    /// In the order of the feed.
    pub data: Vec<EventView>,
    /// Where to go on.
    pub page: EventMark,
}

fn malformed(detail: impl Into<String>) -> AppError {
    AppError::Malformed {
        detail: detail.into(),
    }
}

/// Everything that happened in the caller's reach, in one order, for whoever reads on from a place.
///
/// No event is ever given a place before one that could be read already: who reads on from `page.next` misses
/// nothing and hears nothing twice.
#[utoipa::path(tag = "events", operation_id = "listEvents", params(EventQuery),
    responses((status = 200, body = Dated<EventLogPage>), (status = 403, body = Problem)))]
#[get("/events")]
pub(crate) async fn list_events(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = web::Query::<EventQuery>::from_query(request.query_string())
        .map_err(|error| malformed(error.to_string()))?;
    let (after, limit) = (
        query.after.unwrap_or_default(),
        query.limit.unwrap_or(LIMIT_DEFAULT),
    );
    if after < 0 {
        return Err(malformed("after: 0 or the place of an event").into());
    }
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(malformed(format!("limit: 1 to {LIMIT_MAX}")).into());
    }
    let is_full = match query.include.as_deref() {
        None => false,
        Some("full") => true,
        Some(_other) => return Err(malformed("include: full, or nothing").into()),
    };
    let project: Option<ProjectId> = match query.project.as_deref().map(str::parse) {
        None => None,
        Some(Ok(project)) => Some(project),
        Some(Err(_malformed)) => return Err(malformed("project: prj_...").into()),
    };
    let found = feed::events(&app, &allowed.actor, project, (after, limit)).await?;
    let page = page(&found, is_full);
    Ok(respond::content(&request, &page, Some(app.now()))?)
}

fn page(found: &FeedPage, is_full: bool) -> EventLogPage {
    let view = |line: &FeedLine| event_view(line, is_full);
    EventLogPage {
        data: found.lines.iter().map(view).collect(),
        page: EventMark {
            next: found.next,
            has_more: found.has_more,
        },
    }
}
