//! The answer to a list: envelope, links, and the entity tag of what it shows.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use super::{ListQuery, Page, PageMark, Side};
use crate::{
    app::App,
    error::{AppError, RequestFlaw},
    http::respond,
    usecase::look::{self, Thing},
    view::setting::Viewer,
};

/// Where the pages beside this one are (RFC 8288).
const LINK: HeaderName = header::LINK;

/// How rows are shown.
pub(in crate::http) struct Shown<'a> {
    /// What was asked.
    pub(in crate::http) query: &'a ListQuery,
    /// As of when.
    pub(in crate::http) as_of: OffsetDateTime,
}

/// Answers a list: 304 when the client has these rows already.
pub(in crate::http) fn answer<T: Serialize + ToSchema>(
    request: &HttpRequest,
    page: Page<T>,
    shown: &Shown<'_>,
) -> Result<HttpResponse, AppError> {
    answer_beside(request, page, shown, "")
}

/// Like [`answer`], with other members of the envelope: `,"name":value`, as JSON.
pub(in crate::http) fn answer_beside<T: Serialize + ToSchema>(
    request: &HttpRequest,
    page: Page<T>,
    shown: &Shown<'_>,
    beside: &str,
) -> Result<HttpResponse, AppError> {
    let Page { rows, mark } = page;
    let wanted = shown.query.fields::<T>()?;
    let data = match wanted {
        None => serde_json::to_vec(&rows),
        Some(wanted) => {
            let sparse = rows.iter().map(|row| sparse(row, &wanted));
            let sparse: Result<Vec<Value>, _> = sparse.collect();
            sparse.and_then(|rows| serde_json::to_vec(&rows))
        }
    };
    let data = data.map_err(|error| broken(&error))?;
    let mark_text = serde_json::to_vec(&mark).map_err(|error| broken(&error))?;
    let digest = Sha256::new()
        .chain_update(&data)
        .chain_update(&mark_text)
        .chain_update(beside)
        .finalize();
    let tag = respond::content_tag(&digest);
    if respond::is_known(request, &tag) {
        return Ok(respond::unchanged(&tag));
    }
    let as_of = shown
        .as_of
        .format(&Rfc3339)
        .map_err(|error| AppError::Broken {
            cause: error.to_string(),
        })?;
    let mut body = Vec::with_capacity(data.len() + mark_text.len() + 64);
    body.extend_from_slice(b"{\"data\":");
    body.extend_from_slice(&data);
    body.extend_from_slice(b",\"page\":");
    body.extend_from_slice(&mark_text);
    body.extend_from_slice(beside.as_bytes());
    body.extend_from_slice(format!(",\"as_of\":\"{as_of}\"}}").as_bytes());
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::ETAG, tag))
        .insert_header((LINK, links(shown.query, &mark)))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Accept, Authorization, Accept-Language"))
        .body(body))
}

fn broken(error: &serde_json::Error) -> AppError {
    AppError::Broken {
        cause: error.to_string(),
    }
}

fn sparse(row: &impl Serialize, wanted: &[&str]) -> Result<Value, serde_json::Error> {
    let mut row = serde_json::to_value(row)?;
    if let Value::Object(members) = &mut row {
        members.retain(|name, _| wanted.contains(&name.as_str()));
    }
    Ok(row)
}

fn links(query: &ListQuery, mark: &PageMark) -> String {
    let first = format!("<{}>; rel=\"first\"", query.address(None));
    let link = |cursor: &Option<String>, rel: &str| {
        cursor
            .as_deref()
            .map(|cursor| format!("<{}>; rel=\"{rel}\"", query.address(Some(cursor))))
    };
    let all = [
        Some(first),
        link(&mark.prev, "prev"),
        link(&mark.next, "next"),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    all.join(", ")
}

impl ListQuery {
    /// The members that are asked for of those that the description names; all if nothing is said.
    fn fields<T: ToSchema>(&self) -> Result<Option<Vec<&str>>, AppError> {
        let Some(text) = self.text("fields") else {
            return Ok(None);
        };
        let known = members::<T>();
        let names: Vec<&str> = text.split(',').map(str::trim).collect();
        if names
            .iter()
            .all(|name| known.iter().any(|known| known == name))
        {
            return Ok(Some(names));
        }
        let expected = known.join(", ");
        let name = "fields";
        Err(RequestFlaw::BadParameter { name, expected }.into())
    }
}

/// The members that a row can have.
fn members<T: ToSchema>() -> Vec<String> {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    let mut found = Vec::new();
    add_members(&T::schema(), &parts, &mut found);
    found
}

/// Adds the members of a schema and of those that it includes, which are among `parts`.
fn add_members(schema: &RefOr<Schema>, parts: &[(String, RefOr<Schema>)], found: &mut Vec<String>) {
    match schema {
        RefOr::T(Schema::Object(object)) => found.extend(object.properties.keys().cloned()),
        RefOr::T(Schema::AllOf(all)) => {
            for part in &all.items {
                add_members(part, parts, found);
            }
        }
        RefOr::Ref(to) => {
            let name = to.ref_location.rsplit('/').next();
            let part = parts.iter().find(|(of, _)| Some(of.as_str()) == name);
            if let Some((_, part)) = part {
                add_members(part, parts, found);
            }
        }
        // No row is anything else than an object.
        RefOr::T(_) => {}
    }
}

/// Which way a list goes whose rows are told apart by what `place` says of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Order {
    /// The least place first.
    Ascending,
    /// The greatest place first.
    Descending,
}

/// Answers a short list, all of whose rows are at hand: those of the page that is asked for.
pub(in crate::http) fn whole<T: Serialize + ToSchema>(
    app: &App,
    request: &HttpRequest,
    query: &ListQuery,
    (mut rows, order): (Vec<T>, Order),
    place: impl Fn(&T) -> String,
) -> Result<HttpResponse, AppError> {
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    rows.sort_by_key(&place);
    if order == Order::Descending {
        rows.reverse();
    }
    let from = query.place(&app.keys, |text| Some(text.to_owned()))?;
    let (side, limit) = (from.as_ref().map(|(side, _)| *side), query.limit()?);
    if let Some((side, mark)) = from {
        let is_wanted = |row: &T| match (side, order) {
            (Side::Behind, Order::Ascending) | (Side::Before, Order::Descending) => {
                place(row) > mark
            }
            (Side::Behind, Order::Descending) | (Side::Before, Order::Ascending) => {
                place(row) < mark
            }
        };
        rows.retain(is_wanted);
        if side == Side::Before {
            rows.reverse();
        }
    }
    let mut page = query.page(&app.keys, (side, limit), rows, place);
    page.mark.total = query.wants_count()?.then_some(total);
    let as_of = app.now();
    answer(request, page, &Shown { query, as_of })
}

/// 304, if the client has this edition of a thing: known before anything of it is read.
pub(in crate::http) async fn known(
    app: &App,
    request: &HttpRequest,
    thing: Thing,
    viewer: &Viewer,
) -> Result<Option<HttpResponse>, AppError> {
    if !request.headers().contains_key(header::IF_NONE_MATCH) {
        return Ok(None);
    }
    let edition = look::edition_of(app, thing, viewer).await?;
    let is_known = edition.is_known_to(request);
    Ok(is_known.then(|| respond::not_modified(edition)))
}
