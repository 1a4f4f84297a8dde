//! Access tokens for API clients.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    access::SignedIn,
    body,
    problem::{ApiError, Problem},
    respond,
};
use crate::{app::App, error::AppError, throttle::Door, token::LIFETIME_SECONDS, usecase::account};

/// Login and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// As typed at sign-in; case counts.
    pub login: String,
    /// The password.
    pub password: String,
}

/// An access token.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// For the header `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until it ends.
    pub expires_in: i64,
}

/// Exchanges login and password for an access token.
#[utoipa::path(tag = "auth", operation_id = "createToken", request_body = TokenBody, security(()),
    responses((status = 200, body = TokenAnswer), (status = 401, body = Problem), (status = 429, body = Problem)))]
#[post("/auth/token")]
pub(crate) async fn create_token(
    app: web::Data<App>,
    request: actix_web::HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let asked: TokenBody = body::read(&bytes)?;
    let door = Door::sign_in(&request, &asked.login);
    app.throttle.admit(&door, app.now())?;
    let person = account::check_password(&app, &asked.login, &asked.password).await?;
    app.throttle.forgive(&door);
    let access_token = app
        .tokens
        .issue(person, app.now())
        .map_err(|error| AppError::Broken {
            cause: error.to_string(),
        })?;
    let answer = TokenAnswer {
        access_token,
        token_type: "Bearer",
        expires_in: LIFETIME_SECONDS,
    };
    Ok(respond::ok(&answer)?)
}

/// Who asks, by the rights of this moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeAnswer {
    /// Key.
    pub id: String,
    /// Roles.
    pub roles: Vec<&'static str>,
    /// The key of the unit.
    pub unit: Option<String>,
}

/// Says who asks.
#[utoipa::path(tag = "auth", operation_id = "getMe",
    responses((status = 200, body = MeAnswer), (status = 401, body = Problem)))]
#[get("/me")]
pub(crate) async fn get_me(
    signed_in: SignedIn,
    request: actix_web::HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let SignedIn(actor) = signed_in;
    let answer = MeAnswer {
        id: actor.person.to_string(),
        roles: actor.roles.iter().map(|role| role.code()).collect(),
        unit: actor.unit.map(|unit| unit.to_string()),
    };
    Ok(respond::content(&request, &answer, None)?)
}
