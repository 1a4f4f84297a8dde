//! The steps of a sign-in: each shows a form while it waits and judges what is sent.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use domain::{
    id::PersonId,
    sign_in::{Attempt, Awaited, Over},
};

use super::{
    account::{follow, own_page},
    form::{Posted, Sent, refused, refused_status},
    visit::{Visit, see_other},
};
use crate::{
    error::AppError,
    totp,
    usecase::{
        credential, look, session,
        sign_in::{self, Step},
    },
    web::{
        form::{Form, Mistake},
        frame::Done,
        sign_in::{Asked, Offered, StepKind, enrol_page, step_page},
    },
};

/// The sign-in that this browser is in the middle of, if it waits for this.
pub(super) async fn waiting(visit: &Visit, awaited: Awaited) -> Result<Option<Attempt>, AppError> {
    let Some(ticket) = visit.ticket() else {
        return Ok(None);
    };
    let found = sign_in::find(&visit.app, &ticket).await?;
    Ok(found.filter(|attempt| attempt.awaited == awaited))
}

/// The page of a step, or the first page where nothing is under way.
async fn show(visit: &Visit, awaited: Awaited, kind: StepKind) -> Result<HttpResponse, AppError> {
    match waiting(visit, awaited).await? {
        Some(_) => draw(visit, StatusCode::OK, &Form::default(), kind).await,
        None => Ok(see_other("/auth/sign-in").finish()),
    }
}

pub(super) async fn draw(
    visit: &Visit,
    status: StatusCode,
    form: &Form,
    kind: StepKind,
) -> Result<HttpResponse, AppError> {
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page_with(status, &surroundings, |frame| {
            step_page(frame, form, kind, "")
        })
        .await
}

/// The form of a step, and who is on the way.
async fn read(
    visit: &Visit,
    posted: Posted,
    awaited: Awaited,
) -> Result<(Sent, Attempt), AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let attempt = waiting(visit, awaited).await?;
    Ok((sent, attempt.ok_or(AppError::Over(Over::Expired))?))
}

/// Goes on, or shows the form again with what is wrong. A step that is over leads back to the first page.
async fn judge(
    visit: &Visit,
    (sent, step): (&Sent, Result<Step, AppError>),
    kind: StepKind,
) -> Result<HttpResponse, AppError> {
    match step {
        Ok(step) => follow(visit, step).await,
        Err(error @ AppError::Over(_)) => over(visit, error).await,
        Err(error) => {
            let status = refused_status(&error);
            let form = refused(sent.typed(), error)?;
            draw(visit, status, &form, kind).await
        }
    }
}

pub(super) async fn over(visit: &Visit, error: AppError) -> Result<HttpResponse, AppError> {
    let form = refused(Form::default(), error)?;
    super::account::draw(visit, StatusCode::UNPROCESSABLE_ENTITY, &form, Asked::Name).await
}

fn person(attempt: &Attempt) -> Result<PersonId, AppError> {
    attempt.person.ok_or(AppError::Over(Over::Expired))
}

#[get("/auth/code")]
pub(super) async fn show_code(visit: Visit) -> HttpResponse {
    let answer = show(&visit, Awaited::Mail, StepKind::Code).await;
    visit.answer(answer).await
}

#[post("/auth/code")]
pub(super) async fn send_code(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = code(&visit, posted).await;
    visit.answer(answer).await
}

async fn code(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let (sent, attempt) = match read(visit, posted, Awaited::Mail).await {
        Err(error @ AppError::Over(_)) => return over(visit, error).await,
        read => read?,
    };
    let whence = visit.whence();
    let step = sign_in::answer_code(&visit.app, attempt.id, sent.text("otp"), &whence).await;
    judge(visit, (&sent, step), StepKind::Code).await
}

#[get("/auth/link/{token}")]
pub(super) async fn show_link(visit: Visit, path: web::Path<String>) -> HttpResponse {
    let answer = draw_link(&visit, &path).await;
    visit.answer(answer).await
}

async fn draw_link(visit: &Visit, token: &str) -> Result<HttpResponse, AppError> {
    if let Err(error) = sign_in::look_at_link(&visit.app, token).await {
        return over(visit, error).await;
    }
    let surroundings = look::surroundings(&visit.app).await?;
    visit
        .page(&surroundings, |frame| {
            step_page(frame, &Form::default(), StepKind::Link, token)
        })
        .await
}

#[post("/auth/link")]
pub(super) async fn send_link(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = link(&visit, posted).await;
    visit.answer(answer).await
}

async fn link(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let whence = visit.whence();
    let step = sign_in::answer_link(&visit.app, sent.text("token"), &whence).await;
    judge(visit, (&sent, step), StepKind::Link).await
}

#[get("/auth/totp")]
pub(super) async fn show_totp(visit: Visit) -> HttpResponse {
    let answer = show(&visit, Awaited::SecondFactor, StepKind::Totp).await;
    visit.answer(answer).await
}

#[post("/auth/totp")]
pub(super) async fn send_totp(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = totp_code(&visit, posted).await;
    visit.answer(answer).await
}

async fn totp_code(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let (sent, attempt) = match read(visit, posted, Awaited::SecondFactor).await {
        Err(error @ AppError::Over(_)) => return over(visit, error).await,
        read => read?,
    };
    let (who, whence) = ((attempt.id, person(&attempt)?), visit.whence());
    let step = sign_in::answer_second(&visit.app, who, sent.text("otp"), &whence).await;
    judge(visit, (&sent, step), StepKind::Totp).await
}

#[get("/auth/password")]
pub(super) async fn show_password(visit: Visit) -> HttpResponse {
    let answer = show(&visit, Awaited::NewPassword, StepKind::Password).await;
    visit.answer(answer).await
}

#[post("/auth/password")]
pub(super) async fn send_password(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = password(&visit, posted).await;
    visit.answer(answer).await
}

async fn password(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let (sent, attempt) = match read(visit, posted, Awaited::NewPassword).await {
        Err(error @ AppError::Over(_)) => return over(visit, error).await,
        read => read?,
    };
    let (new, whence) = (sent.text("new_password"), visit.whence());
    let step = sign_in::answer_password(&visit.app, attempt.id, new, &whence).await;
    judge(visit, (&sent, step), StepKind::Password).await
}

#[get("/auth/enrol")]
pub(super) async fn show_enrol(visit: Visit) -> HttpResponse {
    let answer = match waiting(&visit, Awaited::Enrolment).await {
        Ok(Some(attempt)) => draw_enrol(&visit, StatusCode::OK, (&attempt, &Form::default())).await,
        Ok(None) => Ok(see_other("/auth/sign-in").finish()),
        Err(error) => Err(error),
    };
    visit.answer(answer).await
}

async fn draw_enrol(
    visit: &Visit,
    status: StatusCode,
    (attempt, form): (&Attempt, &Form),
) -> Result<HttpResponse, AppError> {
    if let Err(over_now) = attempt.takes_answer(visit.app.now()) {
        return over(visit, AppError::Over(over_now)).await;
    }
    let surroundings = look::surroundings(&visit.app).await?;
    let secret = sign_in::offered_secret(&visit.app, attempt.id);
    let login = credential::own(&visit.app, person(attempt)?).await?.login;
    let issuer = surroundings.zone().name.get(visit.language());
    let qr = totp::qr_path(&secret.address(issuer, &login));
    let offered = Offered {
        qr: qr.ok_or_else(|| AppError::Broken {
            cause: "a QR code that is too long".into(),
        })?,
        typed_form: secret.typed_form(),
    };
    visit
        .page_with(status, &surroundings, |frame| {
            enrol_page(frame, form, offered)
        })
        .await
}

#[post("/auth/enrol")]
pub(super) async fn send_enrol(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = enrol(&visit, posted).await;
    visit.answer(answer).await
}

async fn enrol(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let (sent, attempt) = match read(visit, posted, Awaited::Enrolment).await {
        Err(error @ AppError::Over(_)) => return over(visit, error).await,
        read => read?,
    };
    let (who, whence) = ((attempt.id, person(&attempt)?), visit.whence());
    match sign_in::enrol(&visit.app, who, sent.text("otp"), &whence).await {
        Ok(step) => follow(visit, step).await,
        Err(error @ AppError::Over(_)) => over(visit, error).await,
        Err(error) => {
            let status = refused_status(&error);
            let form = refused(sent.typed(), error)?;
            draw_enrol(visit, status, (&attempt, &form)).await
        }
    }
}

#[get("/auth/confirm")]
pub(super) async fn show_confirm(visit: Visit) -> HttpResponse {
    let next = visit.asked("next").unwrap_or_default();
    let form = Form::filled([("next".to_owned(), next)]);
    let answer = match confirming(&visit).await {
        Ok((_, kind)) => draw(&visit, StatusCode::OK, &form, kind).await,
        Err(error) => Err(error),
    };
    visit.answer(answer).await
}

/// Who is asked once more, and for what.
pub(super) async fn confirming(visit: &Visit) -> Result<(PersonId, StepKind), AppError> {
    let person = visit.person()?;
    let own = credential::own(&visit.app, person).await?;
    let kind = StepKind::Confirm {
        by_password: own.has_password,
        by_authenticator: own.has_authenticator,
        by_provider: own.is_connected,
    };
    Ok((person, kind))
}

#[post("/auth/confirm")]
pub(super) async fn send_confirm(visit: Visit, posted: Posted) -> HttpResponse {
    let answer = confirm(&visit, posted).await;
    visit.answer(answer).await
}

async fn confirm(visit: &Visit, posted: Posted) -> Result<HttpResponse, AppError> {
    let sent = Sent::read(posted)?;
    visit.require_own_form(sent.text("csrf"))?;
    let (person, kind) = confirming(visit).await?;
    let (token, held) = visit.held()?;
    let (next, whence) = (
        own_page(sent.text("next")).unwrap_or("/me/security"),
        visit.whence(),
    );
    if let StepKind::Confirm {
        by_password: false,
        by_provider: false,
        ..
    } = kind
    {
        let attempt = sign_in::by_mail_of(&visit.app, person, next, &whence).await?;
        return Ok(visit.await_answer(&attempt));
    }
    let typed = (sent.text("password"), sent.text("otp"));
    match credential::confirm(&visit.app, person, typed, (token, held, &whence)).await {
        Ok(opened) => {
            let to = format!("{next}?done={}", Done::Confirmed.code());
            Ok(visit.enter(&to, opened))
        }
        Err(error) => {
            let status = refused_status(&error);
            let form = refused(sent.typed(), error)?;
            draw(visit, status, &form, kind).await
        }
    }
}

/// Ends other sessions of one's own: one by its key, or all of them.
pub(super) async fn end_own(
    visit: &Visit,
    person: PersonId,
    session: &str,
) -> Result<(), AppError> {
    let ending = if session.is_empty() {
        session::Ending::AllBut(visit.session().map(|held| held.id))
    } else {
        let id = session.parse().map_err(|_malformed| AppError::Absent)?;
        session::Ending::One(id)
    };
    session::end(&visit.app, (person, person), ending, &visit.whence()).await?;
    Ok(())
}

/// The mistake of a field that must be filled in.
pub(super) fn missing(form: Form, field: &'static str) -> Form {
    form.with(Mistake::of(Some(field), Mistake::MISSING))
}
