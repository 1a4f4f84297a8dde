//! Units over the API.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::{access::Actor, id::UnitId};

use super::{
    access::{Allowed, ManagePeople, ReadPeople},
    body::{self, ChangeUnitBody, UnitBody},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{app::App, error::AppError, usecase::unit, view::directory::UnitEntry};

fn unit_id(path: &str) -> Result<UnitId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Lists every unit of the zone by code, closed ones too.
#[utoipa::path(tag = "directory", operation_id = "listUnits", params(ListParams),
    responses((status = 200, body = Dated<PageOf<UnitEntry>>), (status = 403, body = Problem)))]
#[get("/units")]
pub(crate) async fn list_units(
    app: web::Data<App>,
    allowed: Allowed<ReadPeople>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "units", &[])?;
    let rows = unit::list(&app, &allowed.actor).await?;
    let rows = (rows, Order::Ascending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.code.clone()
    })?)
}

async fn show(
    app: &App,
    (request, actor): (&HttpRequest, &Actor),
    id: UnitId,
) -> Result<HttpResponse, ApiError> {
    let (entry, edition) = unit::look(app, actor, id).await?;
    if edition.is_known_to(request) {
        return Ok(respond::not_modified(edition));
    }
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body: entry, as_of })?)
}

/// One unit.
#[utoipa::path(tag = "directory", operation_id = "getUnit",
    params(("unit" = String, Path, description = "`unt_...`")),
    responses((status = 200, body = Dated<UnitEntry>), (status = 404, body = Problem)))]
#[get("/units/{unit}")]
pub(crate) async fn get_unit(
    app: web::Data<App>,
    allowed: Allowed<ReadPeople>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    show(&app, (&request, &allowed.actor), unit_id(&path)?).await
}

/// Adds a unit.
#[utoipa::path(tag = "directory", operation_id = "createUnit", request_body = UnitBody,
    responses((status = 201, body = Dated<UnitEntry>), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/units")]
pub(crate) async fn create_unit(
    app: web::Data<App>,
    allowed: Allowed<ManagePeople>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let new = body::read::<UnitBody>(&bytes)?.parse()?;
    let id = unit::add(&app, &allowed.actor, new).await?;
    let (entry, _) = unit::look(&app, &allowed.actor, id).await?;
    let as_of = app.now();
    let dated = Dated { body: entry, as_of };
    Ok(respond::created(&format!("/api/v1/units/{id}"), &dated)?)
}

/// Renames a unit, closes it or opens it again.
#[utoipa::path(tag = "directory", operation_id = "changeUnit",
    request_body(content = ChangeUnitBody, content_type = "application/merge-patch+json"),
    params(("unit" = String, Path, description = "`unt_...`"), ("If-Match" = String, Header, description = "The ETag of the unit")),
    responses((status = 200, body = Dated<UnitEntry>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[patch("/units/{unit}")]
pub(crate) async fn change_unit(
    app: web::Data<App>,
    allowed: Allowed<ManagePeople>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let id = unit_id(&path)?;
    let based_on = respond::based_on(&request)?;
    let wish = body::read::<ChangeUnitBody>(&bytes)?.parse()?;
    unit::change(&app, &allowed.actor, (id, based_on), wish).await?;
    if respond::wants_minimal(&request) {
        let (_, edition) = unit::look(&app, &allowed.actor, id).await?;
        return Ok(respond::changed(edition));
    }
    show(&app, (&request, &allowed.actor), id).await
}
