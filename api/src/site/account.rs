//! Signing in and out.

use actix_web::{HttpResponse, get, http::StatusCode, post};
use domain::sign_in::Attempt;

use super::{
    form::{Posted, Sent, refused, refused_status},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    usecase::{
        account, look, session,
        sign_in::{self, Entered, Step},
    },
    web::{
        form::{Form, Mistake},
        frame::Done,
        sign_in::{Asked, recovery_page, sign_in_page},
    },
};

#[get("/auth/sign-in")]
pub(super) async fn show_sign_in(visit: Visit) -> HttpResponse {
    let next = visit.asked("next").unwrap_or_default();
    let form = Form::filled([("next".to_owned(), next)]);
    let asked = match visit.asked("with").as_deref() {
        Some("password") => Asked::Password,
        Some(_) | None => Asked::Name,
    };
    let answer = draw(&visit, StatusCode::OK, &form, asked).await;
    visit.answer(answer).await
}

pub(super) async fn draw(
    visit: &Visit,
    status: StatusCode,
    form: &Form,
    asked: Asked,
) -> Result<HttpResponse, AppError> {
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status, &surroundings, |frame| {
            sign_in_page(frame, form, asked)
        })
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
    let next = own_page(sent.text("next")).unwrap_or_default();
    if login.trim().is_empty() {
        let form = sent
            .typed()
            .with(Mistake::of(Some("login"), Mistake::MISSING));
        return draw(visit, StatusCode::UNPROCESSABLE_ENTITY, &form, Asked::Name).await;
    }
    // What was typed decides, never what is known of it: the answer says nothing of the account.
    let whence = visit.whence();
    if password.is_empty() && !login.contains('@') {
        return draw(visit, StatusCode::OK, &sent.typed(), Asked::Password).await;
    }
    let (step, asked) = if password.is_empty() {
        let begun = sign_in::by_mail(&visit.app, login, next, &whence).await;
        (begun.map(Step::Awaiting), Asked::Name)
    } else {
        let both = (login, password);
        let proved = sign_in::with_password(&visit.app, both, next, &whence).await;
        (proved, Asked::Password)
    };
    match step {
        Ok(step) => follow(visit, step).await,
        Err(error) => {
            let status = refused_status(&error);
            let form = refused(sent.typed(), error)?;
            draw(visit, status, &form, asked).await
        }
    }
}

/// Goes where a step leads: on to the next one, or in.
pub(super) async fn follow(visit: &Visit, step: Step) -> Result<HttpResponse, AppError> {
    match step {
        Step::Awaiting(attempt) => Ok(await_answer(visit, &attempt)),
        Step::Entered(entered) => arrive(visit, *entered).await,
    }
}

pub(super) fn await_answer(visit: &Visit, attempt: &Attempt) -> HttpResponse {
    visit.await_answer(attempt)
}

async fn arrive(visit: &Visit, entered: Entered) -> Result<HttpResponse, AppError> {
    // Whoever was signed in with this browser before is not any more.
    if let Some(token) = visit.token() {
        let whence = visit.whence();
        session::sign_out(&visit.app, (token, visit.session()), &whence).await?;
    }
    let actor = account::find_actor(&visit.app, entered.person)
        .await?
        .ok_or(AppError::Unknown)?;
    let start = own_page(&entered.next).unwrap_or_else(|| Visit::start_page(&actor));
    if !entered.recovery_codes.is_empty() {
        let surroundings = look::surroundings(&visit.app).await?;
        let codes = &entered.recovery_codes;
        let mut response = visit
            .page(&surroundings, |frame| recovery_page(frame, codes, start))
            .await?;
        visit.carry_into(&mut response, entered.opened)?;
        return Ok(response);
    }
    let to = match entered.password_ends_in {
        Some(_) => format!("{start}?done={}", Done::PasswordEnds.code()),
        None => start.to_owned(),
    };
    Ok(visit.enter(&to, entered.opened))
}

/// A page of ours to go on to. An address elsewhere, which a stranger's link may carry, is none.
pub(super) fn own_page(next: &str) -> Option<&str> {
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
            let whence = visit.whence();
            session::sign_out(&visit.app, (token, visit.session()), &whence).await?;
            Ok(visit.leave("/?done=signed_out"))
        }
        None => Ok(see_other("/").finish()),
    }
}
