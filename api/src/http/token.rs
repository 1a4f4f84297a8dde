//! Tokens: exchanging, revoking, and those that people make for scripts and programs.

use actix_web::{HttpRequest, HttpResponse, delete, get, http::header, post, web};
use domain::{id::TokenId, token::TokenKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    access::{Allowed, InPerson, ManageTokens, in_person},
    auth::TokenAnswer,
    body::{self, PersonalTokenBody, RefreshBody, RevokeBody, ServiceTokenBody},
    client::Client,
    list::{self, ListParams, ListQuery, Order, PageOf},
    problem::{ApiError, Problem},
    respond::{self, Dated},
};
use crate::{
    app::App,
    error::AppError,
    usecase::token::{self, Made, Revoke},
    view::token::TokenView,
};

/// Keeps an answer with a secret out of every cache (RFC 6749, section 5.1).
pub(super) fn unkept(mut response: HttpResponse) -> HttpResponse {
    let never = header::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

/// Exchanges a refresh token for the next one and a new access token.
#[utoipa::path(tag = "auth", operation_id = "refreshToken", request_body = RefreshBody, security(()),
    responses((status = 200, body = TokenAnswer), (status = 401, body = Problem), (status = 429, body = Problem)))]
#[post("/auth/refresh")]
pub(crate) async fn refresh_token(
    app: web::Data<App>,
    request: HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let sent: RefreshBody = body::read(&bytes)?;
    let client = Client::of(&request);
    let granted = token::refresh(&app, sent.refresh_token.trim(), &client).await?;
    Ok(unkept(respond::ok(&TokenAnswer::of(granted, app.now()))?))
}

/// Ends whatever a token stands for. The answer is the same for a token that nobody knows (RFC 7009).
#[utoipa::path(tag = "auth", operation_id = "revokeToken", request_body = RevokeBody, security(()),
    responses((status = 204), (status = 429, body = Problem)))]
#[post("/auth/revoke")]
pub(crate) async fn revoke_token(
    app: web::Data<App>,
    request: HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let sent: RevokeBody = body::read(&bytes)?;
    token::revoke_text(&app, sent.token.trim(), &Client::of(&request)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A token that was made. The secret is shown once and never again.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeToken {
    /// The token.
    #[serde(flatten)]
    pub token: TokenView,
    /// For the header `Authorization: Bearer`.
    pub secret: String,
}

fn made(path: &str, made: Made) -> Result<HttpResponse, ApiError> {
    let location = format!("/api/v1{path}/{}", made.token.id);
    let answer = MadeToken {
        token: TokenView::from(&made.token),
        secret: made.secret,
    };
    Ok(unkept(respond::created(&location, &answer)?))
}

fn place(row: &TokenView) -> String {
    row.id.clone()
}

/// Lists your own sign-ins over the API and your personal tokens.
#[utoipa::path(tag = "auth", operation_id = "listOwnTokens", params(ListParams),
    responses((status = 200, body = Dated<PageOf<TokenView>>)))]
#[get("/me/tokens")]
pub(crate) async fn list_own_tokens(
    app: web::Data<App>,
    InPerson(actor): InPerson,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "own_tokens", &[])?;
    let (families, tokens) = token::own(&app, actor.person).await?;
    let data = families.iter().map(TokenView::from);
    let rows = data.chain(tokens.iter().map(TokenView::from)).collect();
    Ok(list::whole(
        &app,
        &request,
        &query,
        (rows, Order::Ascending),
        place,
    )?)
}

/// Makes a personal token.
#[utoipa::path(tag = "auth", operation_id = "createOwnToken", request_body = PersonalTokenBody,
    responses((status = 201, body = MadeToken)))]
#[post("/me/tokens")]
pub(crate) async fn create_own_token(
    app: web::Data<App>,
    InPerson(actor): InPerson,
    request: HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let wish = body::read::<PersonalTokenBody>(&bytes)?.parse()?;
    let client = Client::of(&request);
    let done = token::make(&app, (&actor, TokenKind::Personal), wish, &client).await?;
    made("/me/tokens", done)
}

/// Revokes one of your sign-ins or personal tokens.
#[utoipa::path(tag = "auth", operation_id = "deleteOwnToken", params(("id" = String, Path)),
    responses((status = 204)))]
#[delete("/me/tokens/{id}")]
pub(crate) async fn delete_own_token(
    app: web::Data<App>,
    InPerson(actor): InPerson,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let what = match (id.parse(), id.parse()) {
        (Ok(family), _) => Revoke::Family(family, actor.person),
        (_, Ok(token)) => Revoke::Token(token, Some(actor.person)),
        _ => return Err(AppError::Absent.into()),
    };
    end(&app, &actor, what, &request).await
}

async fn end(
    app: &App,
    actor: &domain::access::Actor,
    what: Revoke,
    request: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    if token::revoke(app, actor.person, what, &Client::of(request)).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(AppError::Absent.into())
    }
}

/// Lists the tokens of programs.
#[utoipa::path(tag = "auth", operation_id = "listServiceTokens", params(ListParams),
    responses((status = 200, body = Dated<PageOf<TokenView>>), (status = 403, body = Problem)))]
#[get("/tokens")]
pub(crate) async fn list_tokens(
    app: web::Data<App>,
    _allowed: Allowed<ManageTokens>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let query = ListQuery::read(&request, "service_tokens", &[])?;
    let tokens = token::of_programs(&app).await?;
    let rows = tokens.iter().map(TokenView::from).collect();
    Ok(list::whole(
        &app,
        &request,
        &query,
        (rows, Order::Ascending),
        place,
    )?)
}

/// Makes a token for a program.
#[utoipa::path(tag = "auth", operation_id = "createServiceToken", request_body = ServiceTokenBody,
    responses((status = 201, body = MadeToken)))]
#[post("/tokens")]
pub(crate) async fn create_service_token(
    app: web::Data<App>,
    allowed: Allowed<ManageTokens>,
    request: HttpRequest,
    bytes: body::Sent,
) -> Result<HttpResponse, ApiError> {
    let actor = in_person(allowed.actor)?;
    let wish = body::read::<ServiceTokenBody>(&bytes)?.parse()?;
    let client = Client::of(&request);
    let done = token::make(&app, (&actor, TokenKind::Service), wish, &client).await?;
    made("/tokens", done)
}

/// Revokes the token of a program.
#[utoipa::path(tag = "auth", operation_id = "deleteServiceToken", params(("id" = String, Path)),
    responses((status = 204)))]
#[delete("/tokens/{id}")]
pub(crate) async fn delete_token(
    app: web::Data<App>,
    allowed: Allowed<ManageTokens>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let actor = in_person(allowed.actor)?;
    let token: TokenId = id.parse().map_err(|_malformed| AppError::Absent)?;
    end(&app, &actor, Revoke::Token(token, None), &request).await
}
