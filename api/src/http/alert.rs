//! Alerts over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::AlertId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    access::{AcknowledgeAlert, Allowed, ReadBoard},
    body::{self, AcknowledgeBody},
    list::{self, ListQuery, PageMark, Shown, Side},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        alert,
        look::{self, Thing},
    },
    view::{
        alert::{AlertPageView, AlertView},
        setting::Viewer,
    },
};

fn alert_id(path: &str) -> Result<AlertId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AlertQuery {
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` or `page.prev` of another page.
    pub cursor: Option<String>,
    /// True: `page.total` says how many there are in all.
    pub count: Option<bool>,
    /// Members of a row, with commas; all if absent.
    pub fields: Option<String>,
}

/// A page of alerts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertPage {
    /// The rows.
    pub data: Vec<AlertView>,
    /// Where the pages beside it begin.
    pub page: PageMark,
}

/// Lists the alerts that wait for an answer, the gravest and oldest first.
#[utoipa::path(tag = "alerts", operation_id = "listAlerts", params(AlertQuery),
    responses((status = 200, body = Dated<AlertPage>), (status = 403, body = Problem)))]
#[get("/alerts")]
pub(crate) async fn list_alerts(
    app: web::Data<App>,
    allowed: Allowed<ReadBoard>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "alerts", &[])?;
    let place = query.place(&app.keys, |text| Some(text.to_owned()))?;
    let limit = query.limit()?;
    // What waits for an answer is bounded and in an order of its own, so it is read whole.
    let waiting = look::board(&app, &allowed.actor).await?.view.waiting;
    let total = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let fits = usize::try_from(limit + 1).unwrap_or_default();
    let side = place.as_ref().map(|(side, _)| *side);
    let is_not = |alert: &AlertView| place.as_ref().is_some_and(|(_, id)| alert.id != *id);
    let rows: Vec<AlertView> = match side {
        None => waiting.into_iter().take(fits).collect(),
        // An alert that was answered meanwhile is not there any more: then the page is empty.
        Some(Side::Behind) => {
            let behind = waiting.into_iter().skip_while(is_not).skip(1);
            behind.take(fits).collect()
        }
        Some(Side::Before) => {
            let before = waiting.into_iter().rev().skip_while(is_not).skip(1);
            before.take(fits).collect()
        }
    };
    let mut page = query.page(&app.keys, (side, limit), rows, |alert| alert.id.clone());
    page.mark.total = query.wants_count()?.then_some(total);
    let shown = Shown {
        query: &query,
        as_of: app.now(),
    };
    Ok(list::answer(&request, page, &shown)?)
}

/// An alert with its stage.
#[utoipa::path(tag = "alerts", operation_id = "getAlert",
    params(("alert" = String, Path, description = "`alr_...`")),
    responses((status = 200, body = Dated<AlertPageView>), (status = 404, body = Problem)))]
#[get("/alerts/{alert}")]
pub(crate) async fn get_alert(
    app: web::Data<App>,
    allowed: Allowed<ReadBoard>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = alert_id(&path)?;
    let viewer = Viewer::Person(allowed.actor);
    if let Some(known) = list::known(&app, &request, Thing::Alert(id), &viewer).await? {
        return Ok(known);
    }
    let seen = look::alert(&app, id, &viewer).await?;
    Ok(respond::edition(
        seen.edition(),
        &Dated {
            body: &seen.view,
            as_of: app.now(),
        },
    )?)
}

/// Answers an alert with an instruction and a new date; until then no higher rung fires.
#[utoipa::path(tag = "alerts", operation_id = "acknowledgeAlert", request_body = AcknowledgeBody,
    params(("alert" = String, Path, description = "`alr_...`"), ("If-Match" = String, Header, description = "The ETag of the alert, stage or project")),
    responses((status = 200, body = Dated<AlertPageView>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[post("/alerts/{alert}/acknowledgement")]
pub(crate) async fn acknowledge_alert(
    app: web::Data<App>,
    allowed: Allowed<AcknowledgeAlert>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let id = alert_id(&path)?;
    let said = body::read::<AcknowledgeBody>(&bytes)?.parse()?;
    let based_on = respond::based_on(&request)?;
    let decided = alert::acknowledge(&app, allowed.actor.clone(), id, based_on, said).await?;
    if respond::wants_minimal(&request) {
        return Ok(respond::changed(decided.edition));
    }
    let seen = look::alert(&app, id, &Viewer::Person(allowed.actor)).await?;
    Ok(respond::edition(
        seen.edition(),
        &Dated {
            body: &seen.view,
            as_of: app.now(),
        },
    )?)
}
