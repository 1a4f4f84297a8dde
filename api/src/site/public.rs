//! What everybody may see: the front page, and a project with its query code.

use actix_web::{
    HttpResponse, get,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    post, web,
};

use super::{
    form::{Posted, Sent, refused_status},
    method,
    visit::{Visit, see_other},
};
use crate::{
    error::{AppError, GateFlaw},
    usecase::{account, look, project::ProjectName},
    view::{page::ProjectPage, setting::Viewer},
    web::{
        Rendered,
        form::{Form, Mistake},
        frame::Frame,
        home::home_page,
        project::{history_page, project_page},
    },
};

#[get("/")]
pub(super) async fn show_home(visit: Visit) -> HttpResponse {
    let answer = draw_start(&visit).await;
    let mut answer = visit.answer(answer).await;
    // RFC 8631: programs that begin here find the description of the API.
    let description = HeaderValue::from_static("</api/v1/openapi.json>; rel=\"service-desc\"");
    answer.headers_mut().append(header::LINK, description);
    answer
}

/// An investor who is signed in need not type a code.
async fn draw_start(visit: &Visit) -> Result<HttpResponse, AppError> {
    match visit.own_page().await? {
        Some(page) => Ok(see_other(&page).finish()),
        None => draw_home(visit, StatusCode::OK, &Form::default()).await,
    }
}

async fn draw_home(
    visit: &Visit,
    status: StatusCode,
    form: &Form,
) -> Result<HttpResponse, AppError> {
    let surroundings = look::surroundings(&visit.app).await?;
    let (_, figures) = visit.app.figures();
    visit
        .page_with(status, &surroundings, |frame| {
            home_page(frame, &figures, form)
        })
        .await
}

#[post("/status")]
pub(super) async fn enter_code(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = enter(&visit, posted).await;
    visit.answer(answer).await
}

async fn enter(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let (code, query_code) = (sent.text("code"), sent.text("query_code"));
    let opened = account::enter_query_code(&visit.app, (code, query_code), &visit.whence()).await;
    let status = opened
        .as_ref()
        .map_or_else(refused_status, |_opened| StatusCode::OK);
    let mistake = match opened {
        Ok(opened) => {
            let code: domain::code::ProjectCode =
                code.parse().map_err(|_checked_before| AppError::Absent)?;
            return Ok(visit.enter(&format!("/p/{code}"), opened));
        }
        Err(AppError::Absent) => Mistake::NO_MATCH,
        Err(AppError::TooManyTries { .. }) => Mistake::TOO_MANY_TRIES,
        Err(other) => return Err(other),
    };
    let form = sent.typed().with(Mistake::of(None, mistake));
    draw_home(visit, status, &form).await
}

#[get("/p/{project}")]
pub(super) async fn show_project(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_project(&visit, &path, project_page).await;
    visit.answer(answer).await
}

async fn draw_project(
    visit: &Visit,
    path: &str,
    draw: fn(&Frame<'_>, &ProjectPage) -> Rendered,
) -> Result<HttpResponse, AppError> {
    let name: ProjectName = path.parse()?;
    let viewer = visit.viewer();
    if viewer == Viewer::Guest && visit.guest_of().is_none() {
        // Nobody we know: whether the project exists is not said.
        return Ok(see_other("/").finish());
    }
    let seen = look::project_page(&visit.app, &name, &viewer, visit.guest_of()).await?;
    visit
        .page(&seen.surroundings, |frame| draw(frame, &seen.view))
        .await
}

#[get("/p/{project}/history")]
pub(super) async fn show_history(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_project(&visit, &path, history_page).await;
    visit.answer(answer).await
}

/// An address that leads nowhere.
pub(super) async fn nothing_here(visit: Visit) -> HttpResponse {
    let request = visit.request();
    let Some(allowed) = method::others(request.method(), request.path()) else {
        return visit.answer(Err(AppError::Absent)).await;
    };
    let value = HeaderValue::from_str(&allowed);
    let flaw = GateFlaw::Method { allowed };
    let mut response = visit.answer(Err(flaw.into())).await;
    if let Ok(value) = value {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
