//! Access tokens for API clients.

use actix_web::{HttpResponse, get, post, web};
use domain::secret::{Pii, Secret};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{
    access::SignedIn,
    body,
    client::Client,
    problem::{ApiError, Problem},
    respond,
    token::unkept,
};
use crate::{
    app::App,
    token::LIFETIME_SECONDS,
    usecase::{
        sign_in,
        token::{self, Granted},
    },
    whence::Whence,
};

/// Login and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenBody {
    /// As typed at sign-in; case counts.
    #[schema(value_type = String)]
    pub login: Pii<String>,
    /// The password.
    #[schema(value_type = String)]
    pub password: Secret<String>,
    /// A code of the authenticator or a recovery code, from those who have one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub otp: Option<Secret<String>>,
}

/// The API takes no cookies.
pub(super) const NO_COOKIE: &str = "";

/// An access token.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// For the header `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until it ends.
    pub expires_in: i64,
    /// For `/auth/refresh`, once; the answer brings the next one.
    pub refresh_token: String,
    /// Seconds until no refresh token of this sign-in counts any more.
    pub refresh_expires_in: i64,
}

impl TokenAnswer {
    /// What a sign-in or an exchange gave at `now`.
    pub fn of(granted: Granted, now: OffsetDateTime) -> Self {
        Self {
            access_token: granted.access,
            token_type: "Bearer",
            expires_in: LIFETIME_SECONDS,
            refresh_token: granted.refresh,
            refresh_expires_in: (granted.ends_at - now).whole_seconds(),
        }
    }
}

/// Exchanges login and password for an access token.
#[utoipa::path(tag = "auth", operation_id = "createToken", request_body = TokenBody, security(()),
    responses((status = 200, body = TokenAnswer), (status = 401, body = Problem), (status = 403, body = Problem), (status = 429, body = Problem)))]
#[post("/auth/token")]
pub(crate) async fn create_token(
    app: web::Data<App>,
    request: actix_web::HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let asked: TokenBody = body::read(&bytes)?;
    let whence = Whence::of(&request, NO_COOKIE);
    let otp = asked.otp.as_ref().map_or("", |otp| otp.expose());
    let proof = (
        asked.login.expose().as_str(),
        asked.password.expose().as_str(),
        otp,
    );
    let person = sign_in::prove(&app, proof, &whence).await?;
    let granted = token::grant(&app, person, &Client::of(&request)).await?;
    Ok(unkept(respond::ok(&TokenAnswer::of(granted, app.now()))?))
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
