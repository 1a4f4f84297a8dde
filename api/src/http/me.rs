//! The own account over the API, and ending the sessions of others.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, put, web};
use domain::id::{PersonId, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    access::{Allowed, EndSessions, ResetSecondFactor, SignedIn},
    auth::NO_COOKIE,
    body,
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::{
        credential::{self, PasswordChange, Reset},
        session::{self, Ending},
    },
    view::security::SessionRow,
    whence::Whence,
};

/// Lists where the caller is signed in on pages, the session opened last first.
#[utoipa::path(tag = "auth", operation_id = "listMySessions", params(ListParams),
    responses((status = 200, body = Dated<PageOf<SessionRow>>), (status = 401, body = Problem)))]
#[get("/me/sessions")]
pub(crate) async fn list_my_sessions(
    app: web::Data<App>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let SignedIn(actor) = signed_in;
    let query = ListQuery::read(&request, "sessions", &[])?;
    let sessions = session::of(&app, actor.person).await?;
    let rows = sessions
        .iter()
        .map(|session| SessionRow::of(session, None))
        .collect();
    let rows = (rows, Order::Descending);
    Ok(list::whole(&app, &request, &query, rows, |row| {
        row.id.clone()
    })?)
}

/// Ends one of the caller's sessions.
#[utoipa::path(tag = "auth", operation_id = "endMySession",
    params(("session" = String, Path, description = "Key of the session")),
    responses((status = 204, description = "Ended"), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
#[delete("/me/sessions/{session}")]
pub(crate) async fn end_my_session(
    app: web::Data<App>,
    signed_in: SignedIn,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let SignedIn(actor) = signed_in;
    let id: SessionId = path.parse().map_err(|_malformed| AppError::Absent)?;
    let whence = Whence::of(&request, NO_COOKIE);
    let of = (actor.person, actor.person);
    session::end(&app, of, Ending::One(id), &whence).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The password until now and the one from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The password until now.
    pub current_password: String,
    /// The one from now on: 12 to 128 characters.
    pub new_password: String,
    /// A code of the authenticator or a recovery code, from those who have one.
    #[serde(default)]
    pub otp: Option<String>,
}

/// Changes the caller's password; every sign-in on pages and over the API ends.
#[utoipa::path(tag = "auth", operation_id = "changeMyPassword", request_body = PasswordBody,
    responses((status = 204, description = "Changed"), (status = 401, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
#[put("/me/password")]
pub(crate) async fn change_my_password(
    app: web::Data<App>,
    signed_in: SignedIn,
    request: HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let SignedIn(actor) = signed_in;
    let asked: PasswordBody = body::read(&bytes)?;
    let whence = Whence::of(&request, NO_COOKIE);
    let change = PasswordChange {
        current: &asked.current_password,
        new: &asked.new_password,
        otp: Some(asked.otp.as_deref().unwrap_or_default()),
    };
    credential::change_password(&app, actor.person, change, (None, &whence)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn person(path: &str) -> Result<PersonId, AppError> {
    path.parse().map_err(|_malformed| AppError::Absent)
}

/// Ends every sign-in of a person, on pages and over the API.
#[utoipa::path(tag = "auth", operation_id = "endSessionsOfPerson",
    params(("person" = String, Path, description = "Key of the person")),
    responses((status = 204, description = "Ended"), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
#[delete("/people/{person}/sessions")]
pub(crate) async fn end_sessions_of_person(
    app: web::Data<App>,
    allowed: Allowed<EndSessions>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let of = (allowed.actor.person, person(&path)?);
    let whence = Whence::of(&request, NO_COOKIE);
    session::end(&app, of, Ending::AllBut(None), &whence).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How far taking an authenticator away has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResetAnswer {
    /// `asked`: another security administrator must do the same within a day. `done`: it is gone, and every
    /// session with it.
    pub state: &'static str,
}

/// Takes somebody's authenticator away: the first security administrator asks, the second agrees.
#[utoipa::path(tag = "auth", operation_id = "resetSecondFactor",
    params(("person" = String, Path, description = "Key of the person")),
    responses((status = 200, body = ResetAnswer), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
#[post("/people/{person}/second-factor-reset")]
pub(crate) async fn reset_second_factor(
    app: web::Data<App>,
    allowed: Allowed<ResetSecondFactor>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let of = (allowed.actor.person, person(&path)?);
    let whence = Whence::of(&request, NO_COOKIE);
    let reset = credential::reset_second_factor(&app, of, &whence).await?;
    let state = match reset {
        Reset::Asked => "asked",
        Reset::Done => "done",
    };
    Ok(respond::ok(&ResetAnswer { state })?)
}
