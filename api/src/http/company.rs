//! Companies over the API.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::id::CompanyId;

use super::{
    access::{Allowed, ManageCompanies, ReadCompanies},
    body::{self, ChangeCompanyBody, CompanyBody},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{app::App, error::AppError, usecase::company, view::directory::CompanyEntry};

fn company_id(path: &str) -> Result<CompanyId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Lists the companies of the zone by key.
#[utoipa::path(tag = "companies", operation_id = "listCompanies", params(ListParams),
    responses((status = 200, body = Dated<PageOf<CompanyEntry>>), (status = 403, body = Problem)))]
#[get("/companies")]
pub(crate) async fn list_companies(
    app: web::Data<App>,
    allowed: Allowed<ReadCompanies>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "companies", &[])?;
    let rows = company::list(&app, &allowed.actor).await?;
    let rows = (rows, Order::Ascending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// One company with its projects.
#[utoipa::path(tag = "companies", operation_id = "getCompany",
    params(("company" = String, Path, description = "`cmp_...`")),
    responses((status = 200, body = Dated<CompanyEntry>), (status = 404, body = Problem)))]
#[get("/companies/{company}")]
pub(crate) async fn get_company(
    app: web::Data<App>,
    allowed: Allowed<ReadCompanies>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (entry, edition) = company::look(&app, &allowed.actor, company_id(&path)?).await?;
    if edition.is_known_to(&request) {
        return Ok(respond::not_modified(edition));
    }
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body: entry, as_of })?)
}

/// Adds a company. A code whose check fails is taken only with `uscc_override`.
#[utoipa::path(tag = "companies", operation_id = "createCompany", request_body = CompanyBody,
    responses((status = 201, body = Dated<CompanyEntry>), (status = 403, body = Problem), (status = 422, body = Problem)))]
#[post("/companies")]
pub(crate) async fn create_company(
    app: web::Data<App>,
    allowed: Allowed<ManageCompanies>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let new = body::read::<CompanyBody>(&bytes)?.parse()?;
    let id = company::add(&app, &allowed.actor, new).await?;
    let (entry, _) = company::look(&app, &allowed.actor, id).await?;
    let as_of = app.now();
    let dated = Dated { body: entry, as_of };
    Ok(respond::created(
        &format!("/api/v1/companies/{id}"),
        &dated,
    )?)
}

/// Changes a company. Contacts of its projects stay who they are.
#[utoipa::path(tag = "companies", operation_id = "changeCompany",
    request_body(content = ChangeCompanyBody, content_type = "application/merge-patch+json"),
    params(("company" = String, Path, description = "`cmp_...`"), ("If-Match" = String, Header, description = "The ETag of the company")),
    responses((status = 200, body = Dated<CompanyEntry>), (status = 404, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
#[patch("/companies/{company}")]
pub(crate) async fn change_company(
    app: web::Data<App>,
    allowed: Allowed<ManageCompanies>,
    request: HttpRequest,
    path: web::Path<String>,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let id = company_id(&path)?;
    let based_on = respond::based_on(&request)?;
    let wish = body::read::<ChangeCompanyBody>(&bytes)?.parse()?;
    company::change(&app, &allowed.actor, (id, based_on), wish).await?;
    let (entry, edition) = company::look(&app, &allowed.actor, id).await?;
    if respond::wants_minimal(&request) {
        return Ok(respond::changed(edition));
    }
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body: entry, as_of })?)
}
