//! The page of calendar subscriptions, and the addresses that calendar programs fetch.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::Permission;
use sha2::{Digest as _, Sha256};

use super::{
    form::{Posted, Sent, refused},
    visit::{Visit, see_other},
};
use crate::{
    app::App,
    error::AppError,
    http::{calendar_feed::CalendarFeedBody, respond},
    usecase::{
        calendar_feed::{self as usecase, Fetched},
        look,
    },
    web::{
        calendar_feed::{calendar_feed_page, calendar_file},
        form::Form,
        frame::Done,
    },
};

#[get("/me/feeds")]
pub(super) async fn show_feeds(visit: Visit) -> HttpResponse {
    let answer = draw(&visit, None, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw(visit: &Visit, added: Option<&str>, form: &Form) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::SubscribeCalendar)?;
    let feeds = usecase::list(&visit.app, &actor).await?;
    let surroundings = look::surroundings(&visit.app).await?;
    let status = if form.is_refused() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    visit
        .page_with(status, &surroundings, |frame| {
            calendar_feed_page(frame, &feeds, added, form)
        })
        .await
}

#[post("/me/feeds")]
pub(super) async fn send_feed(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = make(&visit, posted).await;
    visit.answer(answer).await
}

async fn make(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::SubscribeCalendar)?;
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let name = sent.get("name");
    let tried = match (CalendarFeedBody { name }).parse() {
        Ok(name) => usecase::add(&visit.app, &actor, name).await,
        Err(error) => Err(error),
    };
    match tried {
        Ok(added) => draw(visit, added.url.as_deref(), &Form::default()).await,
        Err(error) => draw(visit, None, &refused(sent.typed(), error)?).await,
    }
}

#[post("/me/feeds/{feed}/revocation")]
pub(super) async fn send_revocation(
    visit: Visit,
    path: web::Path<String>,
    posted: Posted,
) -> HttpResponse {
    let answer = revoke(&visit, &path, posted).await;
    visit.answer(answer).await
}

async fn revoke(visit: &Visit, path: &str, posted: Posted) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::SubscribeCalendar)?;
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    let id = path.parse().map_err(|_malformed| AppError::Absent)?;
    usecase::revoke(&visit.app, &actor, id).await?;
    let done = Done::FeedRevoked.code();
    Ok(see_other(&format!("/me/feeds?done={done}")).finish())
}

/// The due dates of whoever has the address. No session: the address is the secret.
#[get("/cal/{token}.ics")]
pub(super) async fn fetch_feed(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> HttpResponse {
    let fetched = match usecase::fetch(&app, &path).await {
        Ok(fetched) => fetched,
        Err(AppError::Busy) => {
            let mut busy = bare(StatusCode::SERVICE_UNAVAILABLE);
            return busy.insert_header((header::RETRY_AFTER, "60")).finish();
        }
        Err(error) => {
            tracing::error!(%error, "a calendar could not be made");
            return bare(StatusCode::INTERNAL_SERVER_ERROR).finish();
        }
    };
    match fetched {
        Fetched::Unknown => bare(StatusCode::NOT_FOUND).finish(),
        Fetched::Revoked => bare(StatusCode::GONE).finish(),
        Fetched::Dates(dates) => {
            let url = &app.postmark.public_url;
            let address = format!("{url}/cal/{path}.ics");
            let file = calendar_file(&dates, url, &address);
            send_file(&request, file)
        }
    }
}

fn bare(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(("X-Robots-Tag", "noindex"))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"));
    response
}

fn send_file(request: &HttpRequest, file: String) -> HttpResponse {
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(&file)));
    let is_known = respond::is_known(request, &etag);
    let status = if is_known {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    };
    let mut response = bare(status);
    response.insert_header((header::ETAG, etag));
    if is_known {
        return response.finish();
    }
    response
        .content_type("text/calendar; charset=utf-8")
        .insert_header((
            header::CONTENT_DISPOSITION,
            "inline; filename=\"deadlines.ics\"",
        ))
        .body(file)
}
