//! People over the API.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::{access::Actor, id::PersonId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    access::{Allowed, ManagePeople, ReadPeople, SignedIn},
    body::{self, ChangePersonBody, PersonBody},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::person::{self, PeopleFilter},
    view::directory::PersonEntry,
};

/// Which people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PeopleQuery {
    /// Only those of this unit, by a post there too.
    pub unit: Option<String>,
    /// False for those who have left, true for the others; all if absent.
    pub active: Option<bool>,
}

pub(super) fn person_id(path: &str) -> Result<PersonId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Lists the people of the zone by key. Mail addresses and telephone numbers are for administrators.
#[utoipa::path(tag = "directory", operation_id = "listPeople", params(PeopleQuery, ListParams),
    responses((status = 200, body = Dated<PageOf<PersonEntry>>), (status = 403, body = Problem)))]
#[get("/people")]
pub(crate) async fn list_people(
    app: web::Data<App>,
    allowed: Allowed<ReadPeople>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "people", &["unit", "active"])?;
    let filter = PeopleFilter {
        unit: query.key("unit", "unt")?,
        is_active: query.parsed("active", "true, false", |text| text.parse().ok())?,
        after: None,
    };
    let rows = person::list(&app, &allowed.actor, filter, usize::MAX).await?;
    let rows = (rows, Order::Ascending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

pub(super) async fn show(
    app: &App,
    (request, actor): (&HttpRequest, &Actor),
    id: PersonId,
) -> Result<HttpResponse, ApiError> {
    let (entry, edition) = person::look(app, actor, id).await?;
    if edition.is_known_to(request) {
        return Ok(respond::not_modified(edition));
    }
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body: entry, as_of })?)
}

/// The person as they are after a change, or their edition alone if that is preferred.
pub(super) async fn answer(
    app: &App,
    (request, actor): (&HttpRequest, &Actor),
    id: PersonId,
) -> Result<HttpResponse, ApiError> {
    let (entry, edition) = person::look(app, actor, id).await?;
    if respond::wants_minimal(request) {
        return Ok(respond::changed(edition));
    }
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body: entry, as_of })?)
}

/// One person: who stands in, and when they are away.
#[utoipa::path(tag = "directory", operation_id = "getPerson",
    params(("person" = String, Path, description = "`per_...`")),
    responses((status = 200, body = Dated<PersonEntry>), (status = 404, body = Problem)))]
#[get("/people/{person}")]
pub(crate) async fn get_person(
    app: web::Data<App>,
    allowed: Allowed<ReadPeople>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    show(&app, (&request, &allowed.actor), person_id(&path)?).await
}

/// Adds a person, who may do nothing until a security administrator says what.
#[utoipa::path(tag = "directory", operation_id = "createPerson", request_body = PersonBody,
    responses((status = 201, body = Dated<PersonEntry>), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/people")]
pub(crate) async fn create_person(
    app: web::Data<App>,
    allowed: Allowed<ManagePeople>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let new = body::read::<PersonBody>(&bytes)?.parse()?;
    let id = person::add(&app, &allowed.actor, new).await?;
    let (entry, _) = person::look(&app, &allowed.actor, id).await?;
    let as_of = app.now();
    let dated = Dated { body: entry, as_of };
    Ok(respond::created(&format!("/api/v1/people/{id}"), &dated)?)
}

/// Changes a person. Roles and posts are for security administrators, all else for system administrators. Whoever
/// closes an account says to whom open work goes.
#[utoipa::path(tag = "directory", operation_id = "changePerson",
    request_body(content = ChangePersonBody, content_type = "application/merge-patch+json"),
    params(("person" = String, Path, description = "`per_...`"), ("If-Match" = String, Header, description = "The ETag of the person")),
    responses((status = 200, body = Dated<PersonEntry>), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[patch("/people/{person}")]
pub(crate) async fn change_person(
    app: web::Data<App>,
    signed_in: SignedIn,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let SignedIn(actor) = signed_in;
    person::require_any_right(&actor)?;
    let id = person_id(&path)?;
    let based_on = respond::based_on(&request)?;
    let wish = body::read::<ChangePersonBody>(&bytes)?.parse()?;
    person::change(&app, &actor, (id, based_on), wish).await?;
    answer(&app, (&request, &actor), id).await
}
