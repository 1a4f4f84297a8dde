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
    list::{self, ListQuery, PageMark, Shown, Side},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        card::{self, CardAct},
        look::{self, Thing},
    },
    view::{
        card::{CardPageView, CardRow},
        setting::Viewer,
    },
};

/// Which cards.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CardQuery {
    /// `open` (it stands and no appeal waits), `appealed`, `withdrawn` or `all`; all if absent.
    pub state: Option<String>,
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of another page.
    pub cursor: Option<String>,
    /// True: `page.total` says how many there are in all.
    pub count: Option<bool>,
    /// Members of a row, with commas; all if absent.
    pub fields: Option<String>,
}

/// A page of cards.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardPage {
    /// The rows.
    pub data: Vec<CardRow>,
    /// Where the pages beside it begin.
    pub page: PageMark,
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
    let query = ListQuery::read(&request, "cards", &["state"])?;
    let states = [CardState::Open, CardState::Appealed, CardState::Withdrawn];
    let state = query.parsed(
        "state",
        "open, appealed, withdrawn, all",
        |text| match text {
            "all" => Some(None),
            code => Some(Some(states.into_iter().find(|state| state.code() == code)?)),
        },
    )?;
    let place = query.place(&app.keys, place)?;
    let state = state.flatten();
    let filter = match place {
        Some((Side::Before, place)) => CardFilter::Newer(state, place),
        Some((Side::Behind, place)) => CardFilter::Newest(state, Some(place)),
        None => CardFilter::Newest(state, None),
    };
    let (side, limit) = (place.map(|(side, _)| side), query.limit()?);
    let rows = look::cards(&app, &allowed.actor, filter, limit + 1).await?;
    let mut page = query.page(&app.keys, (side, limit), rows, |row| {
        format!("{}.{}", row.card.issued_on, row.card.id)
    });
    if query.wants_count()? {
        page.mark.total = Some(look::card_count(&app, &allowed.actor, state).await?);
    }
    let shown = Shown {
        query: &query,
        as_of: app.now(),
    };
    Ok(list::answer(&request, page, &shown)?)
}

fn place(text: &str) -> Option<(Date, CardId)> {
    let (on, id) = text.split_once('.')?;
    Some((Date::parse(on, &Iso8601::DATE).ok()?, id.parse().ok()?))
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
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = card_id(&path)?;
    let viewer = Viewer::Person(allowed.actor.clone());
    if let Some(known) = list::known(&app, &request, Thing::Card(id), &viewer).await? {
        return Ok(known);
    }
    show(&app, id, allowed.actor).await
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
