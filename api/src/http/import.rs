//! Files of units and people over the API.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use domain::{access::Actor, id::ImportId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    access::{self, Allowed, ImportPeople},
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    import::table,
    usecase::{
        import::{self, Brought, ImportKind, When, Wish},
        job::{self, Asker},
    },
    view::{
        import::{ImportDetail, ImportView, import_detail, import_view},
        job::{JobView, job_view},
    },
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

/// Answers with the file as it is then, or with the job that the worker does.
async fn answer(
    app: &App,
    request: &HttpRequest,
    (asker, brought, is_new): (&Asker, Brought, bool),
) -> Result<HttpResponse, AppError> {
    match brought {
        Brought::Job(id) => {
            let kept = job::look(app, &asker.actor, id).await?;
            let (body, as_of) = (job_view(&kept), app.now());
            respond::accepted(
                request,
                &format!("/api/v1/jobs/{id}"),
                &Dated { body, as_of },
            )
        }
        Brought::File(id) => {
            let view = view(app, &asker.actor, id).await?;
            if is_new {
                respond::created(&format!("/api/v1/imports/{id}"), &view)
            } else {
                respond::ok(&view)
            }
        }
    }
}

fn when(request: &HttpRequest) -> When {
    if respond::wants_async(request) {
        When::Later
    } else {
        When::AtOnce
    }
}

/// Brings in a file of units or people: CSV, text with tabs, or the first sheet of a workbook (XLSX). Every error of
/// every row is named; a file with errors is kept and changes nothing. One that is to count at once and has errors is
/// refused and not kept. With `Prefer: respond-async`, and always from 201 rows on, the answer is a job.
#[utoipa::path(tag = "imports", operation_id = "createImport",
    params(ImportQuery, ("Prefer" = Option<String>, Header, description = "`respond-async`: answer 202 with a job (RFC 7240)")),
    request_body(content = String, content_type = "text/csv", description = "Units: `code,kind,name_zh,name_en`. People: `login,name,email,phone,language,unit,roles,deputy`. At most 5,000 rows and 1 MiB."),
    responses((status = 201, body = Dated<ImportDetail>), (status = 202, body = Dated<JobView>), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
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
    let wish = match query.dry_run {
        Some(false) => Wish::Commit,
        Some(true) | None => Wish::Check,
    };
    let bytes = whole(payload).await?;
    let asker = asker(&request, allowed).await?;
    let wanted = (kind, wish, when(&request));
    let brought = import::bring(&app, &asker, wanted, &bytes).await?;
    Ok(answer(&app, &request, (&asker, brought, true)).await?)
}

async fn asker(request: &HttpRequest, allowed: Allowed<ImportPeople>) -> Result<Asker, AppError> {
    Ok(Asker {
        actor: allowed.actor,
        token: access::token_of(request).await?,
    })
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
/// administrator who did not bring it. With `Prefer: respond-async`, and always from 201 rows on, the answer is a
/// job, which takes some rows at a time.
#[utoipa::path(tag = "imports", operation_id = "commitImport",
    params(("import" = String, Path, description = "`imp_...`"), ("Prefer" = Option<String>, Header, description = "`respond-async`: answer 202 with a job (RFC 7240)")),
    responses((status = 200, body = Dated<ImportDetail>), (status = 202, body = Dated<JobView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
#[post("/imports/{import}/commit")]
pub(crate) async fn commit_import(
    app: web::Data<App>,
    allowed: Allowed<ImportPeople>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = import_id(&path)?;
    let asker = asker(&request, allowed).await?;
    let brought = import::commit(&app, &asker, (id, when(&request))).await?;
    Ok(answer(&app, &request, (&asker, brought, false)).await?)
}
