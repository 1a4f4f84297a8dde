//! Deputies and absences over the API.

use actix_web::{HttpRequest, HttpResponse, delete, post, put, web};

use super::{
    access::{Allowed, ReportAbsence},
    body::{self, AbsenceBody, DeputyBody},
    person::{answer, person_id},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{deputy, person},
    view::directory::PersonEntry,
};

/// Enters days on which somebody is away: oneself, or somebody of the own unit. Letters go to whoever stands in
/// as well, who may do on these days what the officer may.
#[utoipa::path(tag = "directory", operation_id = "createAbsence", request_body = AbsenceBody,
    params(("person" = String, Path, description = "`per_...`")),
    responses((status = 201, body = Dated<PersonEntry>), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/people/{person}/absences")]
pub(crate) async fn create_absence(
    app: web::Data<App>,
    allowed: Allowed<ReportAbsence>,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let id = person_id(&path)?;
    let new = body::read::<AbsenceBody>(&bytes)?.parse()?;
    let absence = deputy::report(&app, allowed.actor.clone(), id, new).await?;
    let (entry, _) = person::look(&app, &allowed.actor, id).await?;
    let location = format!("/api/v1/people/{id}/absences/{absence}");
    let as_of = app.now();
    let dated = Dated { body: entry, as_of };
    Ok(respond::created(&location, &dated)?)
}

/// Somebody is there again, or does not go at all.
#[utoipa::path(tag = "directory", operation_id = "endAbsence",
    params(("person" = String, Path, description = "`per_...`"), ("absence" = String, Path, description = "`abs_...`"), ("If-Match" = String, Header, description = "The ETag of the person")),
    responses((status = 200, body = Dated<PersonEntry>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[delete("/people/{person}/absences/{absence}")]
pub(crate) async fn end_absence(
    app: web::Data<App>,
    allowed: Allowed<ReportAbsence>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (person, absence) = path.into_inner();
    let id = person_id(&person)?;
    let absence = absence.parse().map_err(|_malformed| AppError::Absent)?;
    let based_on = respond::based_on(&request)?;
    deputy::end(&app, allowed.actor.clone(), (id, based_on), absence).await?;
    answer(&app, (&request, &allowed.actor), id).await
}

/// Names the deputy of a person, or nobody.
#[utoipa::path(tag = "directory", operation_id = "setDeputy", request_body = DeputyBody,
    params(("person" = String, Path, description = "`per_...`"), ("If-Match" = String, Header, description = "The ETag of the person")),
    responses((status = 200, body = Dated<PersonEntry>), (status = 404, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[put("/people/{person}/deputy")]
pub(crate) async fn set_deputy(
    app: web::Data<App>,
    allowed: Allowed<ReportAbsence>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let id = person_id(&path)?;
    let based_on = respond::based_on(&request)?;
    let named = body::read::<DeputyBody>(&bytes)?.parse()?;
    deputy::name_deputy(&app, allowed.actor.clone(), (id, based_on), named).await?;
    answer(&app, (&request, &allowed.actor), id).await
}
