//! The working calendar over the API: what it is, who proposes another, what that moves, who approves it.

use actix_web::{HttpRequest, HttpResponse, get, http::header, post, web};
use domain::{calendar::ProposalKind, id::ProposalId};
use persistence::calendar::Pass;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, ApproveCalendar, ProposeCalendar, SignedIn},
    body,
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

/// Rows of a page if nothing is said, and at most.
const LIMIT_DEFAULT: i64 = 100;
const LIMIT_MAX: i64 = 500;

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

/// Versions of the calendar.
#[derive(Serialize, ToSchema)]
struct VersionList {
    data: Vec<VersionView>,
}

/// Every version of the calendar, the newest first. A version never changes.
#[utoipa::path(tag = "calendar", operation_id = "listCalendarVersions",
    responses((status = 200, body = VersionList)))]
#[get("/calendar/versions")]
pub(crate) async fn list_calendar_versions(
    app: web::Data<App>,
    _whoever: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let data = look::versions(&app).await?;
    Ok(respond::content(&request, &VersionList { data }, None)?)
}

/// Proposals of other calendars.
#[derive(Serialize, ToSchema)]
struct ProposalList {
    data: Vec<ProposalView>,
}

/// The newest proposals.
#[utoipa::path(tag = "calendar", operation_id = "listCalendarProposals",
    responses((status = 200, body = ProposalList), (status = 403, body = Problem)))]
#[get("/calendar/proposals")]
pub(crate) async fn list_calendar_proposals(
    app: web::Data<App>,
    allowed: Allowed<ProposeCalendar>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let data = look::proposals(&app, &allowed.actor).await?;
    Ok(respond::content(&request, &ProposalList { data }, None)?)
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
    Ok(respond::content(&request, &seen.view, Some(app.now()))?)
}

/// Which moves.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MoveQuery {
    /// `preview` for what would move, `applied` for what has moved; `preview` if absent.
    pub pass: Option<String>,
    /// Rows of a page, 1 to 500; 100 if absent.
    pub limit: Option<i64>,
    /// `page.next` of the page before.
    pub cursor: Option<String>,
}

/// What a proposal moves.
#[derive(Serialize, ToSchema)]
struct MovePage {
    data: Vec<MoveView>,
    page: super::list::PageMark,
}

/// The stages that a proposal would move, or has moved: old date, new date, and by how many working days.
#[utoipa::path(tag = "calendar", operation_id = "listCalendarMoves",
    params(("proposal" = String, Path, description = "`cpr_...`"), MoveQuery),
    responses((status = 200, body = MovePage), (status = 404, body = Problem)))]
#[get("/calendar/proposals/{proposal}/moves")]
pub(crate) async fn list_calendar_moves(
    app: web::Data<App>,
    allowed: Allowed<ProposeCalendar>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let malformed = |detail: String| AppError::Malformed { detail };
    let id = proposal_id(&path)?;
    let query = web::Query::<MoveQuery>::from_query(request.query_string())
        .map_err(|error| malformed(error.to_string()))?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(malformed(format!("limit: 1 to {LIMIT_MAX}")).into());
    }
    let pass = match query.pass.as_deref() {
        None | Some("preview") => Pass::Preview,
        Some("applied") => Pass::Applied,
        Some(_) => return Err(malformed("pass: preview or applied".into()).into()),
    };
    let after = query.cursor.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_malformed| malformed("cursor: not one of ours".into()))?;
    let page = (after, limit + 1);
    let mut data = look::moves(&app, &allowed.actor, (id, pass), page).await?;
    let shown = usize::try_from(limit).unwrap_or_default();
    let has_more = data.len() > shown;
    data.truncate(shown);
    let next = data
        .last()
        .filter(|_| has_more)
        .map(|last| last.stage.id.clone());
    let page = MovePage {
        data,
        page: super::list::PageMark {
            next,
            prev: None,
            has_more,
            total: None,
        },
    };
    Ok(respond::content(&request, &page, None)?)
}

/// Approves a proposal: from now on the zone counts by it, and every open stage is planned anew. Not by whoever
/// proposed it.
#[utoipa::path(tag = "calendar", operation_id = "approveCalendarProposal",
    params(("proposal" = String, Path, description = "`cpr_...`")),
    responses((status = 200, body = ProposalPageView), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/calendar/proposals/{proposal}/approval")]
pub(crate) async fn approve_calendar_proposal(
    app: web::Data<App>,
    allowed: Allowed<ApproveCalendar>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = proposal_id(&path)?;
    calendar::approve(&app, allowed.actor.clone(), id).await?;
    let seen = look::proposal(&app, &allowed.actor, id).await?;
    Ok(respond::ok(&seen.view)?)
}

/// Rejects a proposal; nothing has changed. Not by whoever proposed it.
#[utoipa::path(tag = "calendar", operation_id = "rejectCalendarProposal",
    params(("proposal" = String, Path, description = "`cpr_...`")),
    responses((status = 200, body = ProposalPageView), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/calendar/proposals/{proposal}/rejection")]
pub(crate) async fn reject_calendar_proposal(
    app: web::Data<App>,
    allowed: Allowed<ApproveCalendar>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = proposal_id(&path)?;
    calendar::reject(&app, allowed.actor.clone(), id).await?;
    let seen = look::proposal(&app, &allowed.actor, id).await?;
    Ok(respond::ok(&seen.view)?)
}
