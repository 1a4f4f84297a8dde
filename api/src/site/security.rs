//! The own account, and those of others for security administrators.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, get, http::StatusCode, post};
use domain::{access::Permission, id::PersonId, text::Line};

use super::{
    form::{Posted, Sent, refused, refused_status},
    sign_in::{end_own, missing},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    usecase::{
        credential::{self, PasswordChange, Reset},
        look, session,
        setup::{self, FirstPerson},
    },
    view::security::{SecurityView, SessionRow},
    web::{
        form::{Form, Mistake},
        frame::Done,
        security::{accounts_page, security_page},
        sign_in::{StepKind, step_page},
    },
};

#[get("/me/security")]
pub(super) async fn show_security(visit: Visit) -> HttpResponse {
    let answer = draw(&visit, StatusCode::OK, &Form::default()).await;
    visit.answer(answer).await
}

pub(super) async fn draw(
    visit: &Visit,
    status: StatusCode,
    form: &Form,
) -> Result<HttpResponse, AppError> {
    let person = visit.person()?;
    let own = credential::own(&visit.app, person).await?;
    let current = visit.session().map(|session| session.id);
    let sessions = session::of(&visit.app, person).await?;
    let view = SecurityView {
        sessions: sessions
            .iter()
            .map(|session| SessionRow::of(session, current))
            .collect(),
        has_password: own.has_password,
        age: own.age,
        has_authenticator: own.has_authenticator,
        recovery_codes: own.recovery_codes,
        is_connected: visit.staff().is_ok().then_some(own.is_connected),
    };
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status, &surroundings, |frame| {
            security_page(frame, &view, form)
        })
        .await
}

pub(super) fn done(page: &str, done: Done) -> HttpResponse {
    see_other(&format!("{page}?done={}", done.code())).finish()
}

#[post("/me/security/sessions")]
pub(super) async fn send_sessions(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = end_sessions(&visit, posted).await;
    visit.answer(answer).await
}

async fn end_sessions(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    end_own(visit, visit.person()?, sent.text("session")).await?;
    Ok(done("/me/security", Done::SessionsEnded))
}

#[post("/me/security/password")]
pub(super) async fn send_new_password(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = change_password(&visit, posted).await;
    visit.answer(answer).await
}

async fn change_password(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let person = visit.person()?;
    visit.require_recent()?;
    let (token, held) = visit.held()?;
    let change = PasswordChange {
        current: sent.text("current_password"),
        new: sent.text("new_password"),
        otp: None,
    };
    let at_hand = (Some((token, held)), &visit.whence());
    match credential::change_password(&visit.app, person, change, at_hand).await {
        Ok(opened) => {
            let to = format!("/me/security?done={}", Done::PasswordChanged.code());
            Ok(match opened {
                Some(opened) => visit.enter(&to, opened),
                None => see_other(&to).finish(),
            })
        }
        Err(error) => {
            let status = refused_status(&error);
            let form = refused(Form::default(), error)?;
            draw(visit, status, &form).await
        }
    }
}

#[post("/me/security/authenticator")]
pub(super) async fn send_authenticator(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = set_authenticator(&visit, posted).await;
    visit.answer(answer).await
}

async fn set_authenticator(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    let person = visit.person()?;
    visit.require_recent()?;
    let attempt = credential::begin_enrolment(&visit.app, person).await?;
    Ok(visit.await_answer(&attempt))
}

#[get("/admin/accounts")]
pub(super) async fn show_accounts(visit: Visit) -> HttpResponse {
    let answer = draw_accounts(&visit).await;
    visit.answer(answer).await
}

async fn draw_accounts(visit: &Visit) -> Result<HttpResponse, AppError> {
    let actor = visit.allowed(Permission::EndSessions)?;
    let rows = look::accounts(&visit.app, actor.person).await?;
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page(&surroundings, |frame| accounts_page(frame, &rows))
        .await
}

/// Whose account a form is about.
pub(super) fn whose(sent: &Sent) -> Result<PersonId, AppError> {
    sent.text("person")
        .parse()
        .map_err(|_malformed| AppError::Absent)
}

#[post("/admin/accounts/sessions")]
pub(super) async fn send_end_of(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = end_of(&visit, posted).await;
    visit.answer(answer).await
}

async fn end_of(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let actor = visit.allowed(Permission::EndSessions)?;
    let of = (actor.person, whose(&sent)?);
    session::end(
        &visit.app,
        of,
        session::Ending::AllBut(None),
        &visit.whence(),
    )
    .await?;
    Ok(done("/admin/accounts", Done::SessionsEnded))
}

#[post("/admin/accounts/second-factor")]
pub(super) async fn send_reset(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = reset(&visit, posted).await;
    visit.answer(answer).await
}

async fn reset(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let actor = visit.allowed(Permission::ResetSecondFactor)?;
    visit.require_recent()?;
    let of = (actor.person, whose(&sent)?);
    let reset = credential::reset_second_factor(&visit.app, of, &visit.whence()).await?;
    let said = match reset {
        Reset::Asked => Done::ResetAsked,
        Reset::Done => Done::ResetDone,
    };
    Ok(done("/admin/accounts", said))
}

#[get("/setup")]
pub(super) async fn show_setup(visit: Visit) -> HttpResponse {
    let answer = draw_setup(&visit, StatusCode::OK, &Form::default()).await;
    visit.answer(answer).await
}

async fn draw_setup(
    visit: &Visit,
    status: StatusCode,
    form: &Form,
) -> Result<HttpResponse, AppError> {
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status, &surroundings, |frame| {
            step_page(frame, form, StepKind::Setup, "")
        })
        .await
}

#[post("/setup")]
pub(super) async fn send_setup(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = set_up(&visit, posted).await;
    visit.answer(answer).await
}

async fn set_up(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let (form, first) = first_person(&sent);
    let Some(first) = first else {
        return draw_setup(visit, StatusCode::UNPROCESSABLE_ENTITY, &form).await;
    };
    let (language, whence) = (visit.language(), visit.whence());
    match setup::use_token(&visit.app, first, language, &whence).await {
        Ok(_) => {
            let to = format!("/auth/sign-in?with=password&done={}", Done::SetUp.code());
            Ok(see_other(&to).finish())
        }
        Err(error) => {
            let status = refused_status(&error);
            let form = refused(sent.typed(), error)?;
            draw_setup(visit, status, &form).await
        }
    }
}

/// What was typed on the setup page, with everything that is missing.
fn first_person(sent: &Sent) -> (Form, Option<FirstPerson>) {
    let mut form = sent.typed();
    let mut flawed = BTreeSet::new();
    for field in ["login", "name"] {
        if let Err(flaw) = Line::parse(sent.text(field)) {
            form = form.with(Mistake::flaw(field, flaw));
            flawed.insert(field);
        }
    }
    for field in ["token", "new_password"] {
        if sent.text(field).is_empty() {
            form = missing(form, field);
            flawed.insert(field);
        }
    }
    let first = FirstPerson {
        token: sent.text("token").to_owned(),
        login: sent.text("login").trim().to_owned(),
        name: sent.text("name").trim().to_owned(),
        email: sent.get("email").map(|mail| mail.trim().to_owned()),
        password: sent.text("new_password").to_owned(),
    };
    (form, flawed.is_empty().then_some(first))
}
