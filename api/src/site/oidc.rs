//! To the identity provider and back. Whoever is sent there goes by a link and never by a form: the policy of our
//! pages lets no form lead to another site.

use actix_web::{HttpResponse, get, post};
use domain::{
    access::Permission,
    sign_in::{Attempt, Awaited, Over},
};

use super::{
    account::{self, follow, own_page},
    form::{Posted, Sent, refused, refused_status},
    security,
    sign_in::{confirming, draw as draw_step, over, waiting},
    visit::Visit,
};
use crate::{
    error::AppError,
    usecase::sign_in::{self, Answered, Purpose, Returned},
    web::{
        form::Form,
        frame::Done,
        sign_in::{Asked, StepKind},
    },
};

#[get("/auth/oidc/start")]
pub(super) async fn start(visit: Visit) -> HttpResponse {
    let answer = begin(&visit, Purpose::SignIn).await;
    visit.answer(answer).await
}

#[get("/auth/oidc/confirm")]
pub(super) async fn start_confirming(visit: Visit) -> HttpResponse {
    let answer = match visit.person() {
        Ok(person) => begin(&visit, Purpose::Confirm(person)).await,
        Err(error) => Err(error),
    };
    visit.answer(answer).await
}

async fn begin(visit: &Visit, purpose: Purpose) -> Result<HttpResponse, AppError> {
    let next = visit.asked("next").unwrap_or_default();
    let next = own_page(&next).unwrap_or_default();
    match sign_in::begin_at_provider(&visit.app, purpose, next).await {
        Ok((attempt, address)) => Ok(visit.await_answer_at(&attempt, &address)),
        Err(error) => say(visit, error, purpose).await,
    }
}

/// Says what is wrong where the other ways are.
async fn say(visit: &Visit, error: AppError, purpose: Purpose) -> Result<HttpResponse, AppError> {
    let status = refused_status(&error);
    let form = refused(Form::default(), error)?;
    match purpose {
        Purpose::SignIn => account::draw(visit, status, &form, Asked::Password).await,
        Purpose::Confirm(_) => {
            let (_, kind) = confirming(visit).await?;
            draw_step(visit, status, &form, kind).await
        }
    }
}

#[post("/me/security/oidc")]
pub(super) async fn send_link(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = begin_link(&visit, posted).await;
    visit.answer(answer).await
}

async fn begin_link(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    let staff = visit.staff()?;
    visit.require_recent()?;
    let attempt = sign_in::begin_link(&visit.app, staff.person).await?;
    Ok(visit.await_answer(&attempt))
}

#[get("/auth/oidc/link")]
pub(super) async fn show_link(visit: Visit) -> HttpResponse {
    let answer = match linking(&visit).await {
        Ok(_) => {
            let form = Form::default();
            draw_step(
                &visit,
                actix_web::http::StatusCode::OK,
                &form,
                StepKind::Connect,
            )
            .await
        }
        Err(error) => Err(error),
    };
    visit.answer(answer).await
}

/// The connection that is under way in this browser.
async fn linking(visit: &Visit) -> Result<Attempt, AppError> {
    let person = visit.person()?;
    let found = waiting(visit, Awaited::ProviderLink).await?;
    let own = found.filter(|attempt| attempt.person == Some(person));
    own.ok_or(AppError::Absent)
}

#[get("/auth/oidc/leave")]
pub(super) async fn leave(visit: Visit) -> HttpResponse {
    let answer = go_to_link(&visit).await;
    visit.answer(answer).await
}

async fn go_to_link(visit: &Visit) -> Result<HttpResponse, AppError> {
    let attempt = linking(visit).await?;
    match sign_in::way_out(&visit.app, &attempt).await {
        Ok(address) => Ok(visit.await_answer_at(&attempt, &address)),
        Err(error) => say_own(visit, error).await,
    }
}

async fn say_own(visit: &Visit, error: AppError) -> Result<HttpResponse, AppError> {
    let status = refused_status(&error);
    let form = refused(Form::default(), error)?;
    security::draw(visit, status, &form).await
}

#[get("/auth/oidc/callback")]
pub(super) async fn come_back(visit: Visit) -> HttpResponse {
    let answer = take(&visit).await;
    visit.answer(answer).await
}

async fn take(visit: &Visit) -> Result<HttpResponse, AppError> {
    if visit.app.oidc.is_none() {
        return Err(AppError::Absent);
    }
    let under_way = match waiting(visit, Awaited::Provider).await? {
        Some(attempt) => Some(attempt),
        None => waiting(visit, Awaited::ProviderLink).await?,
    };
    // Another browser began this, or none.
    let Some(attempt) = under_way else {
        return over(visit, AppError::Over(Over::Expired)).await;
    };
    let (here, whence) = (visit.person().ok(), visit.whence());
    let who = (attempt.id, here);
    let answered = sign_in::answer_provider(&visit.app, who, returned(visit), &whence).await;
    match (answered, attempt.awaited, attempt.person) {
        (Ok(Answered::Step(step)), _, _) => follow(visit, step).await,
        (Ok(Answered::Linked), _, _) => {
            let to = format!("/me/security?done={}", Done::OidcLinked.code());
            Ok(visit.end_attempt(&to))
        }
        (Err(error), Awaited::ProviderLink, _) if here.is_some() => say_own(visit, error).await,
        (Err(error), Awaited::Provider, Some(person)) if here == Some(person) => {
            say(visit, error, Purpose::Confirm(person)).await
        }
        (Err(error), _, _) => say(visit, error, Purpose::SignIn).await,
    }
}

/// What the address of the return says.
fn returned(visit: &Visit) -> Returned {
    Returned {
        state: visit.asked("state").unwrap_or_default(),
        code: visit.asked("code"),
        issuer: visit.asked("iss"),
        error: visit.asked("error"),
    }
}

#[post("/me/security/oidc/end")]
pub(super) async fn send_end(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = end(&visit, posted).await;
    visit.answer(answer).await
}

async fn end(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    visit.require_own_form(Sent::read(posted)?.text("csrf"))?;
    let person = visit.person()?;
    visit.require_recent()?;
    match sign_in::unlink(&visit.app, (person, person), &visit.whence()).await {
        Ok(()) => Ok(security::done("/me/security", Done::OidcUnlinked)),
        Err(error) => say_own(visit, error).await,
    }
}

#[post("/admin/accounts/oidc")]
pub(super) async fn send_end_of(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = end_of(&visit, posted).await;
    visit.answer(answer).await
}

async fn end_of(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let actor = visit.allowed(Permission::EndSessions)?;
    visit.require_recent()?;
    let of = (actor.person, security::whose(&sent)?);
    sign_in::unlink(&visit.app, of, &visit.whence()).await?;
    Ok(security::done("/admin/accounts", Done::OidcUnlinked))
}
