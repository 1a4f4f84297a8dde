//! Cards over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::{access::Actor, card::CardState, id::CardId};
use persistence::card::CardFilter;
use serde::{Deserialize, Serialize};
use time::{Date, format_description::well_known::Iso8601};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{Allowed, AppealCard, DecideCard, ExplainCard, ReadBoard, ReadProject},
    body::{self, AppealCardBody, DecideCardBody, ExplainCardBody},
    problem::{ApiError, Problem},
    project::PageMark,
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        card::{self, CardAct},
        look,
    },
    view::{
        card::{CardPageView, CardRow},
        setting::Viewer,
    },
};

/// Rows of a page if nothing is said, and at most.
const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// Which cards.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CardQuery {
    /// `open` (it stands and no appeal waits), `appealed`, `withdrawn` or `all`; all if absent.
    pub state: Option<String>,
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` of the page before.
    pub cursor: Option<String>,
}

/// A page of cards.
#[derive(Serialize, ToSchema)]
struct CardPage {
    data: Vec<CardRow>,
    page: PageMark,
}

fn card_id(path: &str) -> Result<CardId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Lists the cards in the caller's reach, the newest first.
#[utoipa::path(tag = "cards", operation_id = "listCards", params(CardQuery),
    responses((status = 200, body = Dated<CardPage>), (status = 403, body = Problem)))]
#[get("/cards")]
pub(crate) async fn list_cards(
    app: web::Data<App>,
    allowed: Allowed<ReadBoard>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = web::Query::<CardQuery>::from_query(request.query_string())
        .map_err(|error| malformed(error.to_string()))?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(malformed(format!("limit: 1 to {LIMIT_MAX}")).into());
    }
    let filter = filter(&query)?;
    let mut data = look::cards(&app, &allowed.actor, filter, limit + 1).await?;
    let rows = usize::try_from(limit).unwrap_or_default();
    let has_more = data.len() > rows;
    data.truncate(rows);
    let next = data.last().filter(|_| has_more).map(cursor_after);
    let page = PageMark { next, has_more };
    Ok(respond::ok(&Dated {
        body: CardPage { data, page },
        as_of: app.now(),
    })?)
}

fn malformed(detail: String) -> AppError {
    AppError::Malformed { detail }
}

fn filter(query: &CardQuery) -> Result<CardFilter, AppError> {
    let state = match query.state.as_deref() {
        None | Some("all") => None,
        Some(code) => {
            let state = CardState::of_code(code);
            Some(state.ok_or_else(|| malformed("state: open, appealed, withdrawn or all".into()))?)
        }
    };
    let after = query.cursor.as_deref().map(|cursor| {
        let (on, id) = cursor.split_once('.')?;
        Some((Date::parse(on, &Iso8601::DATE).ok()?, id.parse().ok()?))
    });
    match after {
        Some(None) => Err(malformed("cursor: not one of ours".into())),
        Some(Some(after)) => Ok(CardFilter::Newest(state, Some(after))),
        None => Ok(CardFilter::Newest(state, None)),
    }
}

fn cursor_after(row: &CardRow) -> String {
    format!("{}.{}", row.card.issued_on, row.card.id)
}

async fn show(app: &App, id: CardId, actor: Actor) -> Result<HttpResponse, ApiError> {
    let seen = look::card(app, id, &Viewer::Person(actor)).await?;
    Ok(respond::edition(
        seen.edition(),
        &Dated {
            body: &seen.view,
            as_of: app.now(),
        },
    )?)
}

/// Does the act and answers with the card as it is then, or with its edition alone if that is preferred.
async fn act(
    app: &App,
    actor: Actor,
    request: &HttpRequest,
    (path, what): (&str, CardAct),
) -> Result<HttpResponse, ApiError> {
    let id = card_id(path)?;
    let based_on = respond::based_on(request)?;
    let decided = card::act(app, actor.clone(), id, based_on, what).await?;
    if respond::wants_minimal(request) {
        return Ok(respond::changed(decided.edition));
    }
    show(app, id, actor).await
}

/// A card with its stage and what may be done with it.
#[utoipa::path(tag = "cards", operation_id = "getCard",
    params(("card" = String, Path, description = "`crd_...`")),
    responses((status = 200, body = Dated<CardPageView>), (status = 404, body = Problem)))]
#[get("/cards/{card}")]
pub(crate) async fn get_card(
    app: web::Data<App>,
    allowed: Allowed<ReadProject>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    show(&app, card_id(&path)?, allowed.actor).await
}

/// Gives the reason for the miss, once. Of a red card the investor is told, with another date.
#[utoipa::path(tag = "cards", operation_id = "explainCard", request_body = ExplainCardBody,
    params(("card" = String, Path, description = "`crd_...`"), ("If-Match" = String, Header, description = "The ETag of the card, stage or project")),
    responses((status = 200, body = Dated<CardPageView>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/cards/{card}/explanation")]
pub(crate) async fn explain_card(
    app: web::Data<App>,
    allowed: Allowed<ExplainCard>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let what = body::read::<ExplainCardBody>(&bytes)?.parse()?;
    act(&app, allowed.actor, &request, (&path, what)).await
}

/// Asks the efficacy office to take the card back, once.
#[utoipa::path(tag = "cards", operation_id = "appealCard", request_body = AppealCardBody,
    params(("card" = String, Path, description = "`crd_...`"), ("If-Match" = String, Header, description = "The ETag of the card, stage or project")),
    responses((status = 200, body = Dated<CardPageView>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/cards/{card}/appeal")]
pub(crate) async fn appeal_card(
    app: web::Data<App>,
    allowed: Allowed<AppealCard>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let what = body::read::<AppealCardBody>(&bytes)?.parse()?;
    act(&app, allowed.actor, &request, (&path, what)).await
}

/// Takes the card back, or rejects the appeal against it.
#[utoipa::path(tag = "cards", operation_id = "decideCard", request_body = DecideCardBody,
    params(("card" = String, Path, description = "`crd_...`"), ("If-Match" = String, Header, description = "The ETag of the card, stage or project")),
    responses((status = 200, body = Dated<CardPageView>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/cards/{card}/decision")]
pub(crate) async fn decide_card(
    app: web::Data<App>,
    allowed: Allowed<DecideCard>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let what = body::read::<DecideCardBody>(&bytes)?.parse()?;
    act(&app, allowed.actor, &request, (&path, what)).await
}
