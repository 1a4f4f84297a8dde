//! The gate before every handler: is there room, is the request of a form that we take, and has whoever asks
//! not asked too much?

use std::{
    collections::BTreeSet,
    pin::Pin,
    sync::LazyLock,
    task::{Context, Poll},
};

use actix_web::{
    Error, HttpMessage as _,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::PayloadError,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::{Bytes, Data},
};
use futures_util::Stream;
use utoipa::OpenApi as _;

use super::{
    access::{self, Known},
    client::Client,
    document::ApiDocument,
    problem::{self, ApiError},
};
use crate::{
    app::App,
    error::{AppError, GateFlaw},
    meter::Door,
    quota::{self, Policy, Standing, WINDOW_SECONDS},
};

/// Bytes of an address with its parameters.
const ADDRESS_BYTES_MAX: usize = 8 * 1_024;
/// Bytes of all headers together.
const HEADERS_BYTES_MAX: usize = 32 * 1_024;
/// Headers of a request; the library takes no more than 96 anyway.
const HEADERS_MAX: usize = 100;
/// How long browsers remember that this host is reached over HTTPS only: a year.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Lets a request through, or answers it.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let door = Door::of_path(request.path());
    let path = request.path().to_owned();
    let mut response = pass(&app, door, request, next).await?;
    dress(&app, &path, response.headers_mut());
    app.gate.meter.count(door, response.status().as_u16());
    Ok(response)
}

async fn pass(
    app: &Data<App>,
    door: Door,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Err(flaw) = is_sound(&request) {
        return Ok(refuse(request, flaw));
    }
    if door == Door::Health {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let Some(_admitted) = app.gate.admission.admit().await else {
        app.gate.meter.count_shed();
        return Ok(refuse(request, GateFlaw::Overloaded));
    };
    let payload = request.take_payload();
    request.set_payload(patient(payload, app.gate.settings.body_timeout));
    if door != Door::Api {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let counted = match api_flaw(app, &request) {
        Some(flaw) => Err(flaw),
        None => count(app, &request).await,
    };
    let (standing, subject) = match counted {
        Ok(counted) => counted,
        Err(flaw) => return Ok(refuse(request, flaw)),
    };
    if standing.is_exceeded {
        app.gate.meter.count_over_quota();
        let flaw = GateFlaw::QuotaExceeded {
            policy: standing.policy.name(),
            seconds: standing.seconds,
        };
        let mut response = refuse(request, flaw);
        tell(standing, response.headers_mut());
        return Ok(response);
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    let mut standing = standing;
    if response.status() == StatusCode::NOT_MODIFIED {
        quota::give_back(app, standing.policy, &subject);
        standing.left = standing.left.saturating_add(1).min(standing.quota);
    }
    tell(standing, response.headers_mut());
    Ok(response)
}

fn refuse(request: ServiceRequest, flaw: GateFlaw) -> ServiceResponse<BoxBody> {
    let language = access::language(request.request());
    let error = ApiError::new(AppError::Gate(flaw), language);
    let response = problem::said(request.request(), &error);
    request.into_response(response)
}

/// Is the head of a request of a form that any address takes?
fn is_sound(request: &ServiceRequest) -> Result<(), GateFlaw> {
    let taken = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    if !taken.contains(request.method()) {
        let allowed = taken.map(|method| method.to_string()).join(", ");
        return Err(GateFlaw::Method { allowed });
    }
    let headers = request.headers();
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    let address = request
        .uri()
        .path_and_query()
        .map_or(0, |whole| whole.as_str().len());
    if address > ADDRESS_BYTES_MAX || bytes > HEADERS_BYTES_MAX || headers.len() > HEADERS_MAX {
        return Err(GateFlaw::HeadTooLarge);
    }
    // What unpacks to something a thousand times as large is a weapon, and nobody needs it here.
    let mut codings = headers.get_all(header::CONTENT_ENCODING);
    if codings.any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(GateFlaw::Compressed);
    }
    Ok(())
}

/// What the API does not take besides.
fn api_flaw(app: &App, request: &ServiceRequest) -> Option<GateFlaw> {
    let is_secret = app.postmark.public_url.starts_with("https://");
    if is_secret && !Client::of(request.request()).is_https {
        return Some(GateFlaw::PlainHttp);
    }
    let mut names = BTreeSet::new();
    let pairs = request
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty());
    for pair in pairs {
        let name = pair.split('=').next().unwrap_or_default();
        let name = plain(name);
        if !names.insert(name.clone()) {
            return Some(GateFlaw::RepeatedParameter { name });
        }
    }
    other_methods(request.method(), request.path()).map(|allowed| GateFlaw::Method { allowed })
}

/// A name as the handlers will read it, however it is written.
fn plain(name: &str) -> String {
    let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(name);
    let first = pairs
        .ok()
        .and_then(|pairs| pairs.into_inner().into_iter().next());
    first.map_or_else(|| name.to_owned(), |(name, _)| name)
}

/// Every address of the API with its methods, as described.
static ADDRESSES: LazyLock<Vec<(Vec<String>, Vec<Method>)>> = LazyLock::new(|| {
    let paths = ApiDocument::openapi().paths.paths;
    let mut addresses: Vec<_> = paths
        .into_iter()
        .map(|(path, item)| {
            let methods = [
                (item.get.is_some(), Method::GET),
                (item.put.is_some(), Method::PUT),
                (item.post.is_some(), Method::POST),
                (item.delete.is_some(), Method::DELETE),
                (item.patch.is_some(), Method::PATCH),
                (item.head.is_some(), Method::HEAD),
            ];
            let methods = methods.into_iter().filter(|(is_there, _)| *is_there);
            let parts = path.split('/').map(ToOwned::to_owned).collect();
            (parts, methods.map(|(_, method)| method).collect())
        })
        .collect();
    addresses.push((
        vec![String::new(), "openapi.json".to_owned()],
        vec![Method::GET],
    ));
    addresses
});

/// The methods that an address of the API takes, if it exists and this is none of them.
fn other_methods(method: &Method, path: &str) -> Option<String> {
    let parts: Vec<&str> = path.strip_prefix("/api/v1")?.split('/').collect();
    let is_same = |known: &[String]| {
        let fits = |(known, part): (&String, &&str)| known.starts_with('{') || known == part;
        known.len() == parts.len() && known.iter().zip(&parts).all(fits)
    };
    let found = ADDRESSES.iter().filter(|(known, _)| is_same(known));
    let methods: Vec<&Method> = found.flat_map(|(_, methods)| methods).collect();
    let is_strange = !methods.is_empty() && !methods.contains(&method);
    let names = methods.iter().map(|method| method.as_str());
    is_strange.then(|| names.collect::<Vec<_>>().join(", "))
}

/// Counts the request for whoever asks: a person, a program, or an address that is nobody yet.
async fn count(app: &App, request: &ServiceRequest) -> Result<(Standing, String), GateFlaw> {
    let known = access::identify(request.request()).await;
    let policy = Policy::of(request.method(), request.path());
    let by_address = || {
        let client = Client::of(request.request());
        format!("adr_{}", app.keys.client_hash(&client.address_text()))
    };
    let subject = match &known {
        Ok(Known::Person(actor)) if policy != Policy::SignIn => actor.person.to_string(),
        Ok(Known::Token(_, token)) if policy != Policy::SignIn => token.to_string(),
        Ok(Known::Person(_) | Known::Token(..) | Known::Nobody) | Err(_) => by_address(),
    };
    if let Ok(known) = known {
        request.extensions_mut().insert(known);
    }
    Ok((quota::count(app, policy, &subject).await, subject))
}

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Says how the quota stands (draft-ietf-httpapi-ratelimit-headers-11).
fn tell(standing: Standing, headers: &mut HeaderMap) {
    let name = standing.policy.name();
    let policy = format!("\"{name}\";q={};w={WINDOW_SECONDS}", standing.quota);
    let limit = format!("\"{name}\";r={};t={}", standing.left, standing.seconds);
    for (header, value) in [(POLICY, policy), (LIMIT, limit)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
}

/// Headers that depend on where this is, and on the address.
fn dress(app: &App, path: &str, headers: &mut HeaderMap) {
    if app.postmark.public_url.starts_with("https://") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
    // Addresses that are secrets themselves must not be told to where a link leads.
    let is_secret = ["/s/", "/a/", "/auth/"]
        .iter()
        .any(|start| path.starts_with(start));
    if is_secret {
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        );
    }
}

/// A body whose parts each come in time.
fn patient(payload: Payload, patience: std::time::Duration) -> Payload {
    if matches!(payload, Payload::None) {
        return payload;
    }
    let body = Patient {
        payload,
        patience,
        deadline: None,
    };
    Payload::Stream {
        payload: Box::pin(body),
    }
}

type Deadline = Pin<Box<tokio::time::Timeout<std::future::Pending<()>>>>;

struct Patient {
    payload: Payload,
    patience: std::time::Duration,
    /// Runs while a part is waited for.
    deadline: Option<Deadline>,
}

impl Stream for Patient {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.payload).poll_next(context);
        if polled.is_ready() {
            this.deadline = None;
            return polled;
        }
        let patience = this.patience;
        let deadline = this.deadline.get_or_insert_with(|| {
            Box::pin(tokio::time::timeout(patience, std::future::pending()))
        });
        match deadline.as_mut().poll(context) {
            Poll::Ready(_) => {
                let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
                Poll::Ready(Some(Err(PayloadError::Io(late))))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}
