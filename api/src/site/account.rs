//! Signing in and out.

use actix_web::{HttpResponse, get, http::StatusCode, post};

use super::{
    form::{Posted, Sent, refused, refused_status},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    throttle::Door,
    usecase::{account, look},
    web::{form::Form, sign_in::sign_in_page},
};

#[get("/auth/sign-in")]
pub(super) async fn show_sign_in(visit: Visit) -> HttpResponse {
    let next = visit.asked("next").unwrap_or_default();
    let form = Form::filled([("next".to_owned(), next)]);
    let answer = draw(&visit, StatusCode::OK, &form).await;
    visit.answer(answer).await
}

async fn draw(visit: &Visit, status: StatusCode, form: &Form) -> Result<HttpResponse, AppError> {
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status, &surroundings, |frame| sign_in_page(frame, form))
        .await
}

#[post("/auth/sign-in")]
pub(super) async fn send_sign_in(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = enter(&visit, posted).await;
    visit.answer(answer).await
}

async fn enter(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let (login, password) = (sent.text("login"), sent.text("password"));
    let door = Door::sign_in(visit.request(), login);
    let checked = match visit.app.throttle.admit(&door, visit.app.now()) {
        Ok(()) => account::check_password(&visit.app, login, password).await,
        Err(error) => Err(error),
    };
    match checked {
        Ok(person) => {
            visit.app.throttle.forgive(&door);
            let opened = account::sign_in(&visit.app, person).await?;
            let actor = account::find_actor(&visit.app, person)
                .await?
                .ok_or(AppError::Unknown)?;
            let next = own_page(sent.text("next"));
            Ok(visit.enter(next.unwrap_or_else(|| Visit::start_page(&actor)), opened))
        }
        Err(error) => {
            let status = refused_status(&error);
            let form = refused(sent.typed(), error)?;
            draw(visit, status, &form).await
        }
    }
}

/// A page of ours to go on to. An address elsewhere, which a stranger's link may carry, is none.
fn own_page(next: &str) -> Option<&str> {
    let is_path = next.starts_with('/') && !next.starts_with("//");
    (is_path && !next.contains(['\\', '\r', '\n', '\t'])).then_some(next)
}

#[post("/auth/sign-out")]
pub(super) async fn send_sign_out(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = leave(&visit, posted).await;
    visit.answer(answer).await
}

async fn leave(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    match visit.token() {
        Some(token) => {
            account::sign_out(&visit.app, token).await?;
            Ok(visit.leave("/?done=signed_out"))
        }
        None => Ok(see_other("/").finish()),
    }
}
