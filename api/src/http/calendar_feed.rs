//! Calendar subscriptions over the API.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    access::{Allowed, SubscribeCalendar},
    body::{self, Flaws},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App, error::AppError, usecase::calendar_feed, view::calendar_feed::CalendarFeedView,
};

/// A calendar subscription to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarFeedBody {
    /// What to call it.
    #[schema(example = "office phone")]
    pub name: Option<String>,
}

impl CalendarFeedBody {
    /// The name.
    pub fn parse(&self) -> Result<domain::text::Line, AppError> {
        let mut flaws = Flaws::default();
        let name = flaws.line("name", self.name.as_deref());
        flaws.finish(name)
    }
}

/// Lists the caller's calendar subscriptions, without their addresses, the oldest first.
#[utoipa::path(tag = "feeds", operation_id = "listCalendarFeeds", params(ListParams),
    responses((status = 200, body = Dated<PageOf<CalendarFeedView>>), (status = 403, body = Problem)))]
#[get("/me/feeds")]
pub(crate) async fn list_calendar_feeds(
    app: web::Data<App>,
    allowed: Allowed<SubscribeCalendar>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "feeds", &[])?;
    let rows = calendar_feed::list(&app, &allowed.actor).await?;
    let rows = (rows, Order::Ascending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// Makes an address under which a calendar program fetches the caller's due dates. It is said this once.
#[utoipa::path(tag = "feeds", operation_id = "createCalendarFeed", request_body = CalendarFeedBody,
    responses((status = 201, body = CalendarFeedView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/me/feeds")]
pub(crate) async fn create_calendar_feed(
    app: web::Data<App>,
    allowed: Allowed<SubscribeCalendar>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let name = body::read::<CalendarFeedBody>(&bytes)?.parse()?;
    let added = calendar_feed::add(&app, &allowed.actor, name).await?;
    Ok(respond::created(
        &format!("/api/v1/me/feeds/{}", added.id),
        &added,
    )?)
}

/// Ends an address at once.
#[utoipa::path(tag = "feeds", operation_id = "revokeCalendarFeed",
    params(("feed" = String, Path, description = "`cfd_...`")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
#[delete("/me/feeds/{feed}")]
pub(crate) async fn revoke_calendar_feed(
    app: web::Data<App>,
    allowed: Allowed<SubscribeCalendar>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    // What is not a key cannot exist.
    let id = path.parse().map_err(|_malformed| AppError::Absent)?;
    calendar_feed::revoke(&app, &allowed.actor, id).await?;
    Ok(HttpResponse::NoContent().finish())
}
