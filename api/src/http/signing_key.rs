//! The public keys of access tokens, for whoever checks one without asking us.

use actix_web::{HttpResponse, get, http::header, web};
use serde::Serialize;

use super::problem::ApiError;
use crate::{app::App, error::AppError, usecase::signing_key};

/// A set of keys (RFC 7517).
#[derive(Debug, Serialize)]
struct KeySet {
    keys: Vec<PublicKey>,
}

/// An Ed25519 key (RFC 8037).
#[derive(Debug, Serialize)]
struct PublicKey {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    kid: String,
    x: String,
}

/// The key that signs, the one that follows, and those before that still count.
#[get("/.well-known/jwks.json")]
pub(crate) async fn jwks(app: web::Data<App>) -> Result<HttpResponse, ApiError> {
    let kept = signing_key::keys(&app).await?;
    let keys = kept.into_iter().map(|key| PublicKey {
        kty: "OKP",
        crv: "Ed25519",
        alg: "EdDSA",
        purpose: "sig",
        kid: key.kid,
        x: key.public_key,
    });
    let set = KeySet {
        keys: keys.collect(),
    };
    let body = serde_json::to_vec(&set).map_err(|error| AppError::Broken {
        cause: error.to_string(),
    })?;
    // Shorter than the time for which a key that waits is published before it signs.
    Ok(HttpResponse::Ok()
        .content_type("application/jwk-set+json")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(body))
}
