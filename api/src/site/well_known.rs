//! What programs find without being told where (RFC 8615).

use actix_web::{HttpResponse, get, http::header, web};
use serde_json::json;
use time::{Duration, format_description::well_known::Rfc3339};

use super::visit::see_other;
use crate::app::App;

/// How long the address for reports of weaknesses is promised to be good. RFC 9116 advises less than a year.
const CONTACT_GOOD_FOR: Duration = Duration::days(180);

/// Where the API and its description are (RFC 9727).
#[get("/.well-known/api-catalog")]
pub(super) async fn show_api_catalog(app: web::Data<App>) -> HttpResponse {
    let root = &app.postmark.public_url;
    let linkset = json!({ "linkset": [{
        "anchor": format!("{root}/api/v1"),
        "service-desc": [
            { "href": format!("{root}/api/v1/openapi.json"), "type": "application/json" },
            { "href": format!("{root}/api/v1/openapi.yaml"), "type": "application/yaml" },
        ],
        "service-doc": [{ "href": format!("{root}/api/docs"), "type": "text/html" }],
        "status": [{ "href": format!("{root}/readyz"), "type": "application/json" }],
    }]});
    HttpResponse::Ok()
        .content_type(
            "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"",
        )
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(linkset.to_string())
}

/// Whom to tell of a weakness (RFC 9116), where somebody is named.
#[get("/.well-known/security.txt")]
pub(super) async fn show_security_contact(app: web::Data<App>) -> HttpResponse {
    let Some(contact) = &app.security_contact else {
        return HttpResponse::NotFound().finish();
    };
    let good_until = (app.now() + CONTACT_GOOD_FOR).replace_nanosecond(0);
    let good_until = good_until.ok().and_then(|at| at.format(&Rfc3339).ok());
    let root = &app.postmark.public_url;
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(format!(
            "Contact: {contact}\nExpires: {}\nPreferred-Languages: zh-Hans, en\n\
             Canonical: {root}/.well-known/security.txt\n",
            good_until.unwrap_or_default()
        ))
}

/// Where keepers of passwords send people (<https://w3c.github.io/webappsec-change-password-url/>).
#[get("/.well-known/change-password")]
pub(super) async fn show_change_password() -> HttpResponse {
    see_other(CHANGE_PASSWORD).finish()
}

/// Where a password is changed, after signing in.
const CHANGE_PASSWORD: &str = "/me/security";
