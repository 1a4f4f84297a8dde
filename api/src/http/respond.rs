//! Answers: JSON with ETag, and the version a change is based on.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use utoipa::ToSchema;

use crate::error::AppError;

/// What a client has, and what it wants to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Counts up with every decision; a change is based on it.
    pub version: i64,
    /// The number of the last line of the record: the sweep writes lines without deciding.
    pub line: i64,
    /// Lamps and days left change at midnight without anybody doing anything.
    pub today: Date,
}

impl Edition {
    /// The entity tag.
    pub fn etag(self) -> String {
        format!("\"v{}-{}-{}\"", self.version, self.line, self.today)
    }

    /// True when the client has this edition already.
    pub fn is_known_to(self, request: &HttpRequest) -> bool {
        is_known(request, &self.etag())
    }
}

/// The version that a change is based on, from `If-Match: "v17..."`. What stands behind the version is
/// for caches; a decision depends on the version alone.
pub fn based_on(request: &HttpRequest) -> Result<i64, AppError> {
    let tag = request
        .headers()
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .ok_or(AppError::VersionRequired)?;
    let digits = tag
        .trim()
        .strip_prefix("\"v")
        .and_then(|rest| rest.strip_suffix('"'));
    digits
        .and_then(|digits| digits.split('-').next())
        .and_then(|version| version.parse().ok())
        .ok_or_else(|| AppError::Malformed {
            detail: "If-Match: not one of our entity tags".into(),
        })
}

/// An answer of the API with the instant it is as of.
#[derive(Debug, Serialize, ToSchema)]
pub struct Dated<T> {
    /// The answer.
    #[serde(flatten)]
    pub body: T,
    /// As of when, RFC 3339.
    #[serde(with = "time::serde::rfc3339")]
    pub as_of: OffsetDateTime,
}

/// 200 with a body.
pub fn ok(body: &impl Serialize) -> Result<HttpResponse, AppError> {
    json(HttpResponse::Ok(), body)
}

/// 201 with the address of what was made.
pub fn created(location: &str, body: &impl Serialize) -> Result<HttpResponse, AppError> {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, location.to_owned()));
    json(response, body)
}

/// A body that has an edition.
pub fn edition(edition: Edition, body: &impl Serialize) -> Result<HttpResponse, AppError> {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::ETAG, edition.etag()));
    json(response, body)
}

/// 304: the client has it.
pub fn not_modified(edition: Edition) -> HttpResponse {
    HttpResponse::NotModified()
        .insert_header((header::ETAG, edition.etag()))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .finish()
}

/// True when the client wants to hear only that its change was made (RFC 7240, `return=minimal`).
pub fn wants_minimal(request: &HttpRequest) -> bool {
    prefers(request, MINIMAL)
}

/// True when the client does not want to wait for long work (RFC 7240, `respond-async`).
pub fn wants_async(request: &HttpRequest) -> bool {
    prefers(request, ASYNC)
}

fn prefers(request: &HttpRequest, wish: &str) -> bool {
    let preferences = request.headers().get_all(PREFER);
    preferences
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|preference| {
            let named = preference.split(';').next().unwrap_or_default();
            named.trim().eq_ignore_ascii_case(wish)
        })
}

/// True when the client wants to hear what would follow, without doing it: `?dry_run=true`.
pub fn is_dry_run(request: &HttpRequest) -> Result<bool, AppError> {
    let query = web::Query::<Wishes>::from_query(request.query_string());
    let wishes = query.map_err(|error| AppError::Malformed {
        detail: format!("query: {error}"),
    })?;
    Ok(wishes.dry_run)
}

/// What the address of an act may ask for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wishes {
    #[serde(default)]
    dry_run: bool,
}

/// 204: the change was made, and this is the edition now.
pub fn changed(edition: Edition) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((header::ETAG, edition.etag()))
        .insert_header((APPLIED, MINIMAL))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .finish()
}

/// 202 with the address of the work that the worker will do; with the wish, if the client had it.
pub fn accepted(
    request: &HttpRequest,
    location: &str,
    body: &impl Serialize,
) -> Result<HttpResponse, AppError> {
    let mut response = HttpResponse::Accepted();
    response.insert_header((header::LOCATION, location.to_owned()));
    if wants_async(request) {
        response.insert_header((APPLIED, ASYNC));
    }
    json(response, body)
}

/// The header with which a client says how it wants to be answered, and the wishes we know.
pub const PREFER: &str = "Prefer";
const MINIMAL: &str = "return=minimal";
const ASYNC: &str = "respond-async";
/// Says which wish was fulfilled.
const APPLIED: &str = "Preference-Applied";

fn json(
    mut response: actix_web::HttpResponseBuilder,
    body: &impl Serialize,
) -> Result<HttpResponse, AppError> {
    let bytes = serde_json::to_vec(body).map_err(|error| AppError::Broken {
        cause: error.to_string(),
    })?;
    Ok(response
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Authorization, Accept-Language"))
        .body(bytes))
}

/// The entity tag of what has no edition: of its very content.
pub fn content_tag(digest: &[u8]) -> String {
    /// Bytes that tell contents apart; whoever made two alike would deceive only themselves.
    const TAG_BYTES: usize = 16;
    let head = digest.get(..TAG_BYTES).unwrap_or(digest);
    format!("\"c{}\"", crate::keys::hexadecimal(head))
}

/// True when the client has what bears `tag`.
pub fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let given = request.headers().get_all(header::IF_NONE_MATCH);
    given
        .filter_map(|value| value.to_str().ok())
        .flat_map(|tags| tags.split(','))
        // Weak comparison: a proxy that packs answers weakens their tags (RFC 9110, 13.1.2).
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == "*" || known == tag)
}

/// 304: the client has what bears `tag`.
pub fn unchanged(tag: &str) -> HttpResponse {
    HttpResponse::NotModified()
        .insert_header((header::ETAG, tag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Accept, Authorization, Accept-Language"))
        .finish()
}

/// A body that a change may be based on, but that shows more than its version; or 304 when the client has it. The
/// tag bears the version first, then what tells contents apart.
pub fn version(
    request: &HttpRequest,
    version: i64,
    body: &impl Serialize,
    as_of: Option<OffsetDateTime>,
) -> Result<HttpResponse, AppError> {
    use sha2::{Digest as _, Sha256};
    let bytes = serde_json::to_vec(body).map_err(|error| AppError::Broken {
        cause: error.to_string(),
    })?;
    let content = content_tag(&Sha256::digest(&bytes));
    let tag = format!("\"v{version}-{}\"", content.trim_matches('"'));
    tagged(request, tag, body, as_of)
}

/// A body without an edition, or 304 when the client has it. What says only as of when it is does not count.
pub fn content(
    request: &HttpRequest,
    body: &impl Serialize,
    as_of: Option<OffsetDateTime>,
) -> Result<HttpResponse, AppError> {
    use sha2::{Digest as _, Sha256};
    let bytes = serde_json::to_vec(body).map_err(|error| AppError::Broken {
        cause: error.to_string(),
    })?;
    tagged(request, content_tag(&Sha256::digest(&bytes)), body, as_of)
}

fn tagged(
    request: &HttpRequest,
    tag: String,
    body: &impl Serialize,
    as_of: Option<OffsetDateTime>,
) -> Result<HttpResponse, AppError> {
    if request.method().is_safe() && is_known(request, &tag) {
        return Ok(unchanged(&tag));
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((header::ETAG, tag));
    match as_of {
        Some(as_of) => json(response, &Dated { body, as_of }),
        None => json(response, body),
    }
}
