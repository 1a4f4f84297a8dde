//! Long work over the API.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::id::JobId;
use persistence::job::JobPage;

use super::{
    access::SignedIn,
    list::{self, ListParams, ListQuery, PageOf, Shown, Side},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::job,
    view::job::{JobView, job_view},
};

/// Lists one's own jobs, the newest first.
#[utoipa::path(tag = "jobs", operation_id = "listJobs", params(ListParams),
    responses((status = 200, body = Dated<PageOf<JobView>>)))]
#[get("/jobs")]
pub(crate) async fn list_jobs(
    app: web::Data<App>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "jobs", &[])?;
    let place = query.place(&app.keys, |text| text.parse::<JobId>().ok())?;
    let limit = query.limit()?;
    let side = place.as_ref().map(|(side, _)| *side);
    let page = match place {
        None => JobPage::Newest,
        Some((Side::Behind, id)) => JobPage::Behind(id),
        Some((Side::Before, id)) => JobPage::Before(id),
    };
    let (jobs, count) = job::list(&app, &signed_in.0, (page, limit + 1)).await?;
    let rows: Vec<JobView> = jobs.iter().map(job_view).collect();
    let mut page = query.page(&app.keys, (side, limit), rows, |row| row.id.clone());
    page.mark.total = query.wants_count()?.then_some(count);
    let shown = Shown {
        query: &query,
        as_of: app.now(),
    };
    Ok(list::answer(&request, page, &shown)?)
}

/// One's own job: how far it is, and where its result stands.
#[utoipa::path(tag = "jobs", operation_id = "getJob",
    params(("job" = String, Path, description = "`job_...`")),
    responses((status = 200, body = Dated<JobView>), (status = 404, body = Problem)))]
#[get("/jobs/{job}")]
pub(crate) async fn get_job(
    app: web::Data<App>,
    signed_in: SignedIn,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    // What is not a key cannot exist.
    let id: JobId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let kept = job::look(&app, &signed_in.0, id).await?;
    Ok(respond::content(
        &request,
        &job_view(&kept),
        Some(app.now()),
    )?)
}
