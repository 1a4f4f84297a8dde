//! Webhooks over the API.

use actix_web::{HttpRequest, HttpResponse, delete, get, http::StatusCode, post, web};
use domain::id::{DeliveryId, WebhookId};

use super::{
    access::{Allowed, ApproveWebhook, KeepWebhook},
    body::{self, WebhookBody},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::webhook::{self, Change},
    view::webhook::{DeliveryView, WebhookView},
};

fn webhook_id(path: &str) -> Result<WebhookId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Lists the addresses to which the caller has events sent; a system administrator sees all.
#[utoipa::path(tag = "webhooks", operation_id = "listWebhooks", params(ListParams),
    responses((status = 200, body = Dated<PageOf<WebhookView>>), (status = 403, body = Problem)))]
#[get("/webhooks")]
pub(crate) async fn list_webhooks(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "webhooks", &[])?;
    let rows = webhook::list(&app, &allowed.actor).await?;
    let rows = (rows, Order::Ascending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// Asks for events to be sent to an address, with the caller's own rights, which are read again for each event.
/// Nothing is sent before a system administrator approves. The secret is said this once.
#[utoipa::path(tag = "webhooks", operation_id = "createWebhook", request_body = WebhookBody,
    responses((status = 201, body = WebhookView), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/webhooks")]
pub(crate) async fn create_webhook(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let wish = body::read::<WebhookBody>(&bytes)?.parse(app.webhooks.allowed())?;
    let added = webhook::add(&app, &allowed.actor, wish).await?;
    Ok(respond::created(
        &format!("/api/v1/webhooks/{}", added.id),
        &added,
    )?)
}

/// One address.
#[utoipa::path(tag = "webhooks", operation_id = "getWebhook",
    params(("webhook" = String, Path, description = "`whk_...`")),
    responses((status = 200, body = WebhookView), (status = 404, body = Problem)))]
#[get("/webhooks/{webhook}")]
pub(crate) async fn get_webhook(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let seen = webhook::see(&app, &allowed.actor, webhook_id(&path)?).await?;
    Ok(respond::content(&request, &seen, None)?)
}

/// Takes an address away, with all that was or will be sent to it.
#[utoipa::path(tag = "webhooks", operation_id = "deleteWebhook",
    params(("webhook" = String, Path, description = "`whk_...`")),
    responses((status = 204), (status = 404, body = Problem)))]
#[delete("/webhooks/{webhook}")]
pub(crate) async fn delete_webhook(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    webhook::remove(&app, &allowed.actor, webhook_id(&path)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says that events may be sent to an address that somebody asks for.
#[utoipa::path(tag = "webhooks", operation_id = "approveWebhook",
    params(("webhook" = String, Path, description = "`whk_...`")),
    responses((status = 200, body = WebhookView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/webhooks/{webhook}/approval")]
pub(crate) async fn approve_webhook(
    app: web::Data<App>,
    allowed: Allowed<ApproveWebhook>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = webhook_id(&path)?;
    let seen = webhook::change(&app, &allowed.actor, id, Change::Approve).await?;
    Ok(respond::ok(&seen)?)
}

/// Holds events back for the time being. None is lost.
#[utoipa::path(tag = "webhooks", operation_id = "pauseWebhook",
    params(("webhook" = String, Path, description = "`whk_...`")),
    responses((status = 200, body = WebhookView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/webhooks/{webhook}/pause")]
pub(crate) async fn pause_webhook(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = webhook_id(&path)?;
    let seen = webhook::change(&app, &allowed.actor, id, Change::Pause).await?;
    Ok(respond::ok(&seen)?)
}

/// Lets events go on from where they stopped.
#[utoipa::path(tag = "webhooks", operation_id = "resumeWebhook",
    params(("webhook" = String, Path, description = "`whk_...`")),
    responses((status = 200, body = WebhookView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/webhooks/{webhook}/resumption")]
pub(crate) async fn resume_webhook(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = webhook_id(&path)?;
    let seen = webhook::change(&app, &allowed.actor, id, Change::Resume).await?;
    Ok(respond::ok(&seen)?)
}

/// Gives an address another secret. For a day the one before signs too.
#[utoipa::path(tag = "webhooks", operation_id = "rotateWebhookSecret",
    params(("webhook" = String, Path, description = "`whk_...`")),
    responses((status = 200, body = WebhookView), (status = 404, body = Problem)))]
#[post("/webhooks/{webhook}/secret")]
pub(crate) async fn rotate_webhook_secret(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let seen = webhook::rotate(&app, &allowed.actor, webhook_id(&path)?).await?;
    Ok(respond::ok(&seen)?)
}

fn accepted(delivery: &DeliveryView) -> Result<HttpResponse, ApiError> {
    let mut response = respond::ok(delivery)?;
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

/// Sends a test event to an active address.
#[utoipa::path(tag = "webhooks", operation_id = "testWebhook",
    params(("webhook" = String, Path, description = "`whk_...`")),
    responses((status = 202, body = DeliveryView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[post("/webhooks/{webhook}/test")]
pub(crate) async fn test_webhook(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    accepted(&webhook::test(&app, &allowed.actor, webhook_id(&path)?).await?)
}

/// What was sent to an address in the last thirty days, the newest first.
#[utoipa::path(tag = "webhooks", operation_id = "listDeliveries",
    params(("webhook" = String, Path, description = "`whk_...`"), ListParams),
    responses((status = 200, body = Dated<PageOf<DeliveryView>>), (status = 404, body = Problem)))]
#[get("/webhooks/{webhook}/deliveries")]
pub(crate) async fn list_deliveries(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "deliveries", &[])?;
    let rows = webhook::deliveries(&app, &allowed.actor, webhook_id(&path)?).await?;
    let rows = (rows, Order::Descending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// Sends something again, under its own key and with its own bytes.
#[utoipa::path(tag = "webhooks", operation_id = "redeliver",
    params(("delivery" = String, Path, description = "`dlv_...`")),
    responses((status = 202, body = DeliveryView), (status = 404, body = Problem)))]
#[post("/deliveries/{delivery}/redelivery")]
pub(crate) async fn redeliver(
    app: web::Data<App>,
    allowed: Allowed<KeepWebhook>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id: DeliveryId = path.parse().map_err(|_malformed| AppError::Absent)?;
    accepted(&webhook::send_again(&app, &allowed.actor, id).await?)
}
