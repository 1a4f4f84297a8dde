//! Alerts over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::id::AlertId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    access::{AcknowledgeAlert, Allowed, ReadBoard},
    body::{self, AcknowledgeBody},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{alert, look},
    view::{alert::AlertPageView, setting::Viewer},
};

fn alert_id(path: &str) -> Result<AlertId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Alerts.
#[derive(Serialize, ToSchema)]
struct AlertList {
    data: Vec<crate::view::alert::AlertView>,
}

/// Lists the alerts that wait for an answer, the gravest and oldest first.
#[utoipa::path(tag = "alerts", operation_id = "listAlerts",
    responses((status = 200, body = Dated<AlertList>), (status = 403, body = Problem)))]
#[get("/alerts")]
pub(crate) async fn list_alerts(
    app: web::Data<App>,
    allowed: Allowed<ReadBoard>,
) -> Result<HttpResponse, ApiError> {
    let data = look::board(&app, &allowed.actor).await?.view.waiting;
    Ok(respond::ok(&Dated {
        body: AlertList { data },
        as_of: app.now(),
    })?)
}

/// An alert with its stage.
#[utoipa::path(tag = "alerts", operation_id = "getAlert",
    params(("alert" = String, Path, description = "`alr_...`")),
    responses((status = 200, body = Dated<AlertPageView>), (status = 404, body = Problem)))]
#[get("/alerts/{alert}")]
pub(crate) async fn get_alert(
    app: web::Data<App>,
    allowed: Allowed<ReadBoard>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = alert_id(&path)?;
    let seen = look::alert(&app, id, &Viewer::Person(allowed.actor)).await?;
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
