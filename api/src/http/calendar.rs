//! The working calendar over the API: what it is, who proposes another, what that moves, who approves it.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use domain::{calendar::ProposalKind, id::ProposalId};
use persistence::calendar::Pass;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, ApproveCalendar, ProposeCalendar, SignedIn},
    body,
    list::{self, ListParams, ListQuery, Order, PageOf, Shown, Side},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    import::calendar::FileForm,
    usecase::{
        calendar::{self, Wish},
        look::calendar as look,
    },
    view::calendar::{CalendarView, MoveView, ProposalPageView, ProposalView, VersionView},
};

fn proposal_id(path: &str) -> Result<ProposalId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// The calendar that the zone counts by: its years with holidays and make-up workdays, how far it reaches, and from
/// which day on dates are provisional.
#[utoipa::path(tag = "calendar", operation_id = "getCalendar",
    responses((status = 200, body = Dated<CalendarView>)))]
#[get("/calendar")]
pub(crate) async fn get_calendar(
    app: web::Data<App>,
    _whoever: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let seen = look::calendar(&app).await?;
    Ok(respond::content(&request, &seen.view, Some(app.now()))?)
}

/// Every version of the calendar, the newest first. A version never changes.
#[utoipa::path(tag = "calendar", operation_id = "listCalendarVersions", params(ListParams),
    responses((status = 200, body = Dated<PageOf<VersionView>>)))]
#[get("/calendar/versions")]
pub(crate) async fn list_calendar_versions(
    app: web::Data<App>,
    _whoever: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "calendar_versions", &[])?;
    let rows = look::versions(&app).await?;
    // The oldest is the first for ever.
    let oldest_first = rows.iter().rev().map(|row| (row.name.clone(), row.version));
    let numbers: BTreeMap<_, _> = oldest_first.zip(1_usize..).collect();
    let place = |row: &VersionView| {
        let number = numbers.get(&(row.name.clone(), row.version));
        format!("{:010}", number.copied().unwrap_or_default())
    };
    let rows = (rows, Order::Descending);
    Ok(list::whole(&app, &request, &query, rows, place)?)
}

/// The newest hundred proposals, the newest first.
#[utoipa::path(tag = "calendar", operation_id = "listCalendarProposals", params(ListParams),
    responses((status = 200, body = Dated<PageOf<ProposalView>>), (status = 403, body = Problem)))]
#[get("/calendar/proposals")]
pub(crate) async fn list_calendar_proposals(
    app: web::Data<App>,
    allowed: Allowed<ProposeCalendar>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "calendar_proposals", &[])?;
    let rows = look::proposals(&app, &allowed.actor).await?;
    let rows = (rows, Order::Descending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// What is proposed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProposalQuery {
    /// `national` for years of the country, `local` for all of the zone's own days from today on; `national` if absent.
    pub kind: Option<String>,
    /// The year that the file must be for; taken from the file if absent.
    pub year: Option<i32>,
    /// Why, for those whose dates move.
    pub note: Option<String>,
}

/// A proposal that was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedAnswer {
    /// Key.
    #[schema(example = "cpr_01J0000000000000000000000")]
    pub id: String,
}

/// Proposes another calendar. Nothing changes: the worker computes which stages would move, and a second person
/// decides. The body is a calendar document or the year of `holiday-cn` (JSON), `date,kind,name` (CSV), or all-day
/// events (iCalendar).
#[utoipa::path(tag = "calendar", operation_id = "createCalendarProposal", params(ProposalQuery),
    request_body(content((Object = "application/json"), (String = "text/csv"), (String = "text/calendar"))),
    responses((status = 201, body = ProposedAnswer), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/calendar/proposals")]
pub(crate) async fn create_calendar_proposal(
    app: web::Data<App>,
    allowed: Allowed<ProposeCalendar>,
    request: HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let query = web::Query::<ProposalQuery>::from_query(request.query_string());
    let query = query.map_err(|error| AppError::Malformed {
        detail: error.to_string(),
    })?;
    let media_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let form = media_type
        .and_then(FileForm::of_media_type)
        .ok_or_else(|| AppError::Malformed {
            detail: "Content-Type: application/json, text/csv or text/calendar".into(),
        })?;
    let wish = Wish {
        kind: kind(query.kind.as_deref())?,
        bytes: bytes.to_vec(),
        form,
        year: query.year,
        note: body::note(query.note.as_deref())?,
    };
    let id = calendar::propose(&app, allowed.actor, wish).await?;
    let answer = ProposedAnswer { id: id.to_string() };
    let location = format!("/api/v1/calendar/proposals/{id}");
    Ok(respond::created(&location, &answer)?)
}

fn kind(asked: Option<&str>) -> Result<ProposalKind, AppError> {
    match asked {
        None => Ok(ProposalKind::National),
        Some(code) => ProposalKind::of_code(code)
            .ok_or_else(|| AppError::Flawed(vec![FieldFlaw::of("kind", "validation.choice")])),
    }
}

/// A proposal: its state, how far the worker is, the days that it makes different, and how many stages it moves.
#[utoipa::path(tag = "calendar", operation_id = "getCalendarProposal",
    params(("proposal" = String, Path, description = "`cpr_...`")),
    responses((status = 200, body = Dated<ProposalPageView>), (status = 404, body = Problem)))]
#[get("/calendar/proposals/{proposal}")]
pub(crate) async fn get_calendar_proposal(
    app: web::Data<App>,
    allowed: Allowed<ProposeCalendar>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = proposal_id(&path)?;
    let seen = look::proposal(&app, &allowed.actor, id).await?;
    let version = seen.view.proposal.version;
    Ok(respond::version(
        &request,
        version,
        &seen.view,
        Some(app.now()),
    )?)
}

/// Which moves.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MoveQuery {
    /// `preview` for what would move, `applied` for what has moved; `preview` if absent.
    pub pass: Option<String>,
}

/// The stages that a proposal would move, or has moved: old date, new date, and by how many working days.
#[utoipa::path(tag = "calendar", operation_id = "listCalendarMoves",
    params(("proposal" = String, Path, description = "`cpr_...`"), MoveQuery, ListParams),
    responses((status = 200, body = Dated<PageOf<MoveView>>), (status = 404, body = Problem)))]
#[get("/calendar/proposals/{proposal}/moves")]
pub(crate) async fn list_calendar_moves(
    app: web::Data<App>,
    allowed: Allowed<ProposeCalendar>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = proposal_id(&path)?;
    let query = ListQuery::read(&request, "calendar_moves", &["pass"])?;
    let pass = query.parsed("pass", "preview, applied", |text| match text {
        "preview" => Some(Pass::Preview),
        "applied" => Some(Pass::Applied),
        _ => None,
    })?;
    let of = (id, pass.unwrap_or(Pass::Preview));
    let place = query.place(&app.keys, |text| text.parse().ok())?;
    let beside = place.map(|(side, stage)| (stage, side == Side::Before));
    let (side, limit) = (place.map(|(side, _)| side), query.limit()?);
    let rows = look::moves(&app, &allowed.actor, of, (beside, limit + 1)).await?;
    let mut page = query.page(&app.keys, (side, limit), rows, |row| row.stage.id.clone());
    if query.wants_count()? {
        page.mark.total = Some(look::move_count(&app, of).await?);
    }
    let as_of = app.now();
    let query = &query;
    Ok(list::answer(&request, page, &Shown { query, as_of })?)
}

/// Approves a proposal: from now on the zone counts by it, and every open stage is planned anew. Not by whoever
/// proposed it.
#[utoipa::path(tag = "calendar", operation_id = "approveCalendarProposal",
    params(("proposal" = String, Path, description = "`cpr_...`"), ("If-Match" = String, Header, description = "The ETag of the proposal")),
    responses((status = 200, body = ProposalPageView), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/calendar/proposals/{proposal}/approval")]
pub(crate) async fn approve_calendar_proposal(
    app: web::Data<App>,
    allowed: Allowed<ApproveCalendar>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let based_on = (proposal_id(&path)?, respond::based_on(&request)?);
    calendar::approve(&app, allowed.actor.clone(), based_on).await?;
    let seen = look::proposal(&app, &allowed.actor, based_on.0).await?;
    Ok(respond::version(
        &request,
        seen.view.proposal.version,
        &seen.view,
        None,
    )?)
}

/// Rejects a proposal; nothing has changed. Not by whoever proposed it.
#[utoipa::path(tag = "calendar", operation_id = "rejectCalendarProposal",
    params(("proposal" = String, Path, description = "`cpr_...`"), ("If-Match" = String, Header, description = "The ETag of the proposal")),
    responses((status = 200, body = ProposalPageView), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/calendar/proposals/{proposal}/rejection")]
pub(crate) async fn reject_calendar_proposal(
    app: web::Data<App>,
    allowed: Allowed<ApproveCalendar>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let based_on = (proposal_id(&path)?, respond::based_on(&request)?);
    calendar::reject(&app, allowed.actor.clone(), based_on).await?;
    let seen = look::proposal(&app, &allowed.actor, based_on.0).await?;
    Ok(respond::version(
        &request,
        seen.view.proposal.version,
        &seen.view,
        None,
    )?)
}
