//! Which request is it? Every answer bears a `Request-Id`; a problem names the same one; so does its line in
//! the log. `traceparent` (W3C Trace Context) connects it with what the caller did.

use std::str::FromStr;

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use domain::id::PersonId;
use uuid::Uuid;

use crate::{app::App, keys::hexadecimal};

/// The answer's own name.
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// Where it belongs in what the caller does.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

tokio::task_local! {
    static CURRENT: Uuid;
}

/// The request that is served now.
pub fn current() -> Option<Uuid> {
    CURRENT.try_with(|id| *id).ok()
}

/// Who asks, as far as it is known by the end of a request.
#[derive(Debug, Clone, Copy)]
struct Caller(PersonId);

/// Remembers for the log who asks.
pub(super) fn name_caller(request: &HttpRequest, person: PersonId) {
    request.extensions_mut().insert(Caller(person));
}

/// The place of a request in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    trace: u128,
    parent: u64,
    flags: u8,
}

/// What cannot be read is taken for absent, as the standard asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoTraceParent;

impl FromStr for TraceParent {
    type Err = NoTraceParent;

    fn from_str(text: &str) -> Result<Self, NoTraceParent> {
        let mut parts = text.split('-');
        let mut next = |digits: usize| {
            let part = parts.next().unwrap_or_default();
            let is_sound = part.len() == digits
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
            let part = is_sound.then_some(part).ok_or(NoTraceParent)?;
            u128::from_str_radix(part, 16).map_err(|_not_digits| NoTraceParent)
        };
        let (version, trace, parent, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
        // Later versions may say more behind it; the first one may not.
        let has_more = parts.next().is_some();
        if version == 0xff || (version == 0 && has_more) || trace == 0 || parent == 0 {
            return Err(NoTraceParent);
        }
        let fits = |_too_large: std::num::TryFromIntError| NoTraceParent;
        Ok(Self {
            trace,
            parent: u64::try_from(parent).map_err(fits)?,
            flags: u8::try_from(flags).map_err(fits)?,
        })
    }
}

impl std::fmt::Display for TraceParent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.trace, self.parent, self.flags
        )
    }
}

impl TraceParent {
    /// Our own place: in the caller's trace if there is one, otherwise in a new one named like the request.
    fn of(asked: Option<Self>, id: Uuid) -> Self {
        let (high, low) = id.as_u64_pair();
        // The random half of the key; a place may not be nothing.
        let parent = (high ^ low).max(1);
        match asked {
            Some(asked) => Self { parent, ..asked },
            None => Self {
                trace: id.as_u128(),
                parent,
                // Whether it is recorded elsewhere is not ours to say.
                flags: 0,
            },
        }
    }
}

fn asked(request: &ServiceRequest) -> Option<TraceParent> {
    let mut given = request.headers().get_all(&TRACEPARENT);
    let only = given.next().filter(|_| given.next().is_none())?;
    only.to_str().ok()?.parse().ok()
}

/// Names the request, serves it, and writes its line in the log: no address, no query, no names.
pub async fn follow<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return next.call(request).await;
    };
    let begun = app.now();
    let id = app.ids.key(begun);
    let trace = TraceParent::of(asked(&request), id);
    let method = request.method().clone();
    let mut response = CURRENT.scope(id, next.call(request)).await?;
    let headers = response.headers_mut();
    if let (Ok(id), Ok(trace)) = (
        HeaderValue::from_str(&id.to_string()),
        HeaderValue::from_str(&trace.to_string()),
    ) {
        headers.insert(REQUEST_ID, id);
        headers.insert(TRACEPARENT, trace);
    }
    let request = response.request();
    let caller = request.extensions().get::<Caller>().copied();
    tracing::info!(
        target: "request",
        method = %method,
        route = request.match_pattern().as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        ms = u64::try_from((app.now() - begun).whole_milliseconds()).unwrap_or_default(),
        person = caller.map(|Caller(person)| person.to_string()),
        request_id = %id,
        trace = %hexadecimal(&trace.trace.to_be_bytes()),
        "request"
    );
    Ok(response)
}

#[cfg(test)]
mod tests;
