//! Files of units and people over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::{access::Actor, id::ImportId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    access::{Allowed, ImportPeople},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    import::table,
    usecase::import::{self, ImportKind},
    view::import::{ImportDetail, ImportView, import_detail, import_view},
};

/// Files that a list shows.
const FILES_SHOWN: i64 = 50;

/// What a file holds, and whether it counts at once.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// `units` or `people`; must be said.
    pub kind: Option<String>,
    /// True if absent: the file is looked at and nothing is changed until it is committed.
    pub dry_run: Option<bool>,
}

fn import_id(path: &str) -> Result<ImportId, AppError> {
    // What is not a key cannot exist.
    path.parse().map_err(|_malformed| AppError::Absent)
}

async fn view(app: &App, actor: &Actor, id: ImportId) -> Result<Dated<ImportDetail>, AppError> {
    let (kept, document) = import::look(app, actor, id).await?;
    Ok(Dated {
        body: import_detail(&kept, &document),
        as_of: app.now(),
    })
}

/// Brings in a file of units or people: CSV, text with tabs, or the first sheet of a workbook (XLSX). Every error of
/// every row is named; a file with errors is kept and changes nothing.
#[utoipa::path(tag = "imports", operation_id = "createImport", params(ImportQuery),
    request_body(content = String, content_type = "text/csv", description = "Units: `code,kind,name_zh,name_en`. People: `login,name,email,phone,language,unit,roles,deputy`. At most 5,000 rows and 1 MiB."),
    responses((status = 201, body = Dated<ImportDetail>), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/imports")]
pub(crate) async fn create_import(
    app: web::Data<App>,
    allowed: Allowed<ImportPeople>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let query = web::Query::<ImportQuery>::from_query(request.query_string());
    let query = query.map_err(|error| AppError::Malformed {
        detail: format!("query: {error}"),
    })?;
    let kind = query.kind.as_deref().and_then(ImportKind::of_code);
    let kind = kind.ok_or_else(|| AppError::Malformed {
        detail: "kind: units or people".into(),
    })?;
    let bytes = whole(payload).await?;
    let id = import::check(&app, &allowed.actor, kind, &bytes).await?;
    if query.dry_run == Some(false) {
        import::commit(&app, allowed.actor.clone(), id).await?;
    }
    let view = view(&app, &allowed.actor, id).await?;
    Ok(respond::created(&format!("/api/v1/imports/{id}"), &view)?)
}

/// All bytes of a file, unless they are too many.
async fn whole(payload: web::Payload) -> Result<web::Bytes, AppError> {
    let read = payload.to_bytes_limited(table::BYTES_MAX).await;
    let read = read.map_err(|_too_long| AppError::TooLarge)?;
    read.map_err(|error| AppError::Malformed {
        detail: error.to_string(),
    })
}

/// Lists the latest fifty files, the newest first.
#[utoipa::path(tag = "imports", operation_id = "listImports", params(ListParams),
    responses((status = 200, body = Dated<PageOf<ImportView>>), (status = 403, body = Problem)))]
#[get("/imports")]
pub(crate) async fn list_imports(
    app: web::Data<App>,
    allowed: Allowed<ImportPeople>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "imports", &[])?;
    let kept = import::list(&app, &allowed.actor, FILES_SHOWN).await?;
    let rows = kept.iter().map(import_view).collect();
    let rows = (rows, Order::Descending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// One file: how far it is, and what is wrong with its rows.
#[utoipa::path(tag = "imports", operation_id = "getImport",
    params(("import" = String, Path, description = "`imp_...`")),
    responses((status = 200, body = Dated<ImportDetail>), (status = 404, body = Problem)))]
#[get("/imports/{import}")]
pub(crate) async fn get_import(
    app: web::Data<App>,
    allowed: Allowed<ImportPeople>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let Dated { body, as_of } = view(&app, &allowed.actor, import_id(&path)?).await?;
    Ok(respond::content(&request, &body, Some(as_of))?)
}

/// Lets a file count: all of its rows, or none. One that says what people are to the zone needs a security
/// administrator who did not bring it.
#[utoipa::path(tag = "imports", operation_id = "commitImport",
    params(("import" = String, Path, description = "`imp_...`")),
    responses((status = 200, body = Dated<ImportDetail>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/imports/{import}/commit")]
pub(crate) async fn commit_import(
    app: web::Data<App>,
    allowed: Allowed<ImportPeople>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = import_id(&path)?;
    import::commit(&app, allowed.actor.clone(), id).await?;
    let view = view(&app, &allowed.actor, id).await?;
    Ok(respond::ok(&view)?)
}
