//! Companies over the API.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use domain::id::CompanyId;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::{
    access::{Allowed, ManageCompanies, ReadCompanies},
    body::{self, ChangeCompanyBody, CompanyBody},
    problem::{ApiError, Problem},
    project::PageMark,
    respond::{self, Dated},
};
use crate::{app::App, error::AppError, usecase::company, view::directory::CompanyEntry};

/// Rows of a page if nothing is said, and at most.
const LIMIT_DEFAULT: i64 = 50;
const LIMIT_MAX: i64 = 200;

/// Which companies.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CompanyQuery {
    /// Rows of a page, 1 to 200; 50 if absent.
    pub limit: Option<i64>,
    /// `page.next` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize)]
struct CompanyPage {
    data: Vec<CompanyEntry>,
    page: PageMark,
}

fn company_id(path: &str) -> Result<CompanyId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

fn malformed(detail: &str) -> AppError {
    AppError::Malformed {
        detail: detail.to_owned(),
    }
}

/// Lists the companies of the zone by key.
#[utoipa::path(tag = "companies", operation_id = "listCompanies", params(CompanyQuery),
    responses((status = 200, body = Object), (status = 403, body = Problem)))]
#[get("/companies")]
pub(crate) async fn list_companies(
    app: web::Data<App>,
    allowed: Allowed<ReadCompanies>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = web::Query::<CompanyQuery>::from_query(request.query_string());
    let query = query.map_err(|error| malformed(&error.to_string()))?;
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(malformed("limit: 1 to 200").into());
    }
    let after = query.cursor.as_deref().map(str::parse).transpose();
    let after = after.map_err(|_malformed| malformed("cursor: not one of ours"))?;
    let mut data = company::list(&app, &allowed.actor, after, limit + 1).await?;
    let rows = usize::try_from(limit).unwrap_or_default();
    let has_more = data.len() > rows;
    data.truncate(rows);
    let next = data.last().filter(|_| has_more).map(|row| row.id.clone());
    let page = PageMark {
        next,
        prev: None,
        has_more,
        total: None,
    };
    Ok(respond::ok(&Dated {
        body: CompanyPage { data, page },
        as_of: app.now(),
    })?)
}

/// One company with its projects.
#[utoipa::path(tag = "companies", operation_id = "getCompany",
    params(("company" = String, Path, description = "`cmp_...`")),
    responses((status = 200, body = Object), (status = 404, body = Problem)))]
#[get("/companies/{company}")]
pub(crate) async fn get_company(
    app: web::Data<App>,
    allowed: Allowed<ReadCompanies>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (entry, edition) = company::look(&app, &allowed.actor, company_id(&path)?).await?;
    let as_of = app.now();
    Ok(respond::edition(edition, &Dated { body: entry, as_of })?)
}

/// Adds a company. A code whose check fails is taken only with `uscc_override`.
#[utoipa::path(tag = "companies", operation_id = "createCompany", request_body = CompanyBody,
    responses((status = 201, body = Object), (status = 403, body = Problem), (status = 422, body = Problem)))]
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
    responses((status = 200, body = Object), (status = 404, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem)))]
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
