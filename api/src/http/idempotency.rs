//! Changes that may be asked for again: `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! One wrap around the API, so that no handler can forget it. The receipt of a request is kept by the first
//! write that it makes, in the same transaction (`persistence::idempotency`); the answer is kept beside it
//! before it is sent. Only what had an effect is kept: a refusal changed nothing and is decided anew.

mod answer;

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::{Bytes, BytesMut, Data},
};
use futures_util::StreamExt as _;
use persistence::{
    Tx,
    idempotency::{CarriedOut, Hash, Once, Receipt},
};
use sha2::{Digest as _, Sha256};

use self::answer::{Answer, Cipher};
use super::{
    access::{self, language},
    problem::ApiError,
};
use crate::{
    app::App,
    error::{AppError, RequestFlaw},
};

/// The client's key.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Characters of a key: seven times those of a UUID.
const KEY_CHARACTERS_MAX: usize = 255;
/// Bytes of a body that are read to compare it with an earlier one. What a handler takes may be less.
const BODY_BYTES_MAX: usize = 64 * 1_024 * 1_024;
/// How long a request is known by its key.
pub const KEPT: time::Duration = time::Duration::hours(72);

/// How bearer tokens begin that belong to programs: they repeat by themselves, so they must bear a key.
const PROGRAMS: [&str; 2] = ["gc_pat_", "gc_svc_"];
/// What changes nothing, and hands out what must not be kept: no key is needed, and none is looked at.
const BESIDE: [&str; 2] = ["/api/v1/auth/", "/api/v1/clock/evaluations"];

/// Requests with a key that this process carries out now.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashSet<Hash>>);

/// One of them; it ends when this is dropped.
struct RunningOne<'a>(&'a Running, Hash);

impl Running {
    /// `None` while the same request runs.
    fn enter(&self, key: Hash) -> Option<RunningOne<'_>> {
        let is_first = self.locked().insert(key);
        is_first.then_some(RunningOne(self, key))
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashSet<Hash>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RunningOne<'_> {
    fn drop(&mut self) {
        self.0.locked().remove(&self.1);
    }
}

/// A request that bears a key.
struct Asked {
    key: Hash,
    fingerprint: Hash,
    cipher: Cipher,
}

/// Carries a change out once, and answers the same when it is asked for again.
pub(crate) async fn once<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asked = match Asked::read(&mut request).await {
        Ok(Some(asked)) => asked,
        Ok(None) => return Ok(next.call(request).await?.map_into_boxed_body()),
        Err(error) => return Ok(refused(request, error)),
    };
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let Some(_running) = app.running.enter(asked.key) else {
        return Ok(refused(request, RequestFlaw::StillRunning.into()));
    };
    let (zone, key) = (app.zone, asked.key);
    let kept = app
        .store
        .read(async move |tx: &mut Tx| tx.find_carried_out(zone, &key).await)
        .await;
    match kept {
        Ok(Some(kept)) => again(&app, &asked, kept, (request, next)).await,
        Ok(None) => {
            let (response, is_kept) = Once::serve(asked.receipt(&app), next.call(request)).await;
            let response = response?.map_into_boxed_body();
            if is_kept && response.status().is_success() {
                keep(&app, &asked, response).await
            } else {
                Ok(response)
            }
        }
        Err(error) => Ok(refused(request, error.into())),
    }
}

fn refused(request: ServiceRequest, error: AppError) -> ServiceResponse<BoxBody> {
    let error = ApiError::new(error, language(request.request()));
    // With its error, so that the frame of the API can say it again.
    request.error_response(error)
}

/// Answers a request that was carried out before.
async fn again<B: MessageBody + 'static>(
    app: &App,
    asked: &Asked,
    kept: CarriedOut,
    (request, next): (ServiceRequest, Next<B>),
) -> Result<ServiceResponse<BoxBody>, Error> {
    if kept.fingerprint != asked.fingerprint {
        return Ok(refused(request, RequestFlaw::KeyReused.into()));
    }
    if let Some(answer) = kept.answer.and_then(|sealed| asked.cipher.open(&sealed)) {
        let mut response = match Answer::read(&answer) {
            Some(answer) => answer.response(),
            None => return Ok(refused(request, RequestFlaw::AnswerLost.into())),
        };
        mark(&mut response);
        return Ok(request.into_response(response));
    }
    // It was cut off between its commit and its answer: the handler makes the answer from what was kept.
    let Some(result) = kept.result.and_then(|sealed| asked.cipher.open(&sealed)) else {
        return Ok(refused(request, RequestFlaw::AnswerLost.into()));
    };
    let response = Once::answer_again(Some(result), next.call(request)).await?;
    let response = response.map_into_boxed_body();
    if !response.status().is_success() {
        return Ok(response);
    }
    let mut response = keep(app, asked, response).await?;
    mark(response.response_mut());
    Ok(response)
}

fn mark(response: &mut HttpResponse) {
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
}

/// Keeps an answer before it is sent. An answer that cannot be kept is still the answer.
async fn keep(
    app: &App,
    asked: &Asked,
    response: ServiceResponse<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (request, response) = response.into_parts();
    let (answer, response) = Answer::of(response).await?;
    if let Some(bytes) = answer.written() {
        let (zone, key) = (app.zone, asked.key);
        let sealed = asked.cipher.seal(&bytes, &app.ids.secret());
        let kept = app
            .store
            .write(async move |tx: &mut Tx| tx.keep_answer(zone, &key, sealed).await)
            .await;
        if let Err(error) = kept {
            tracing::warn!(%error, "an answer could not be kept; it will be made again if asked for");
        }
    }
    Ok(ServiceResponse::new(request, response))
}

impl Asked {
    /// The key of a request; `None` where there is none and none is needed, or nobody we know asks.
    async fn read(request: &mut ServiceRequest) -> Result<Option<Self>, AppError> {
        let is_change = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
        if !is_change || BESIDE.iter().any(|path| request.path().starts_with(path)) {
            return Ok(None);
        }
        let Some(key) = key(request.request())? else {
            let must = must_bear_key(request.request());
            // Whom we do not know hears that first.
            if must && access::actor(request.request()).await.is_ok() {
                return Err(RequestFlaw::KeyMissing.into());
            }
            return Ok(None);
        };
        // Whom we do not know hears so from the handler, before the body is looked at.
        let Ok(actor) = access::actor(request.request()).await else {
            return Ok(None);
        };
        let body = taken(request).await?;
        let Some(app) = request.app_data::<Data<App>>() else {
            return Ok(None);
        };
        let text = format!(
            "{}\n{}\n{}\n{key}",
            actor.person,
            request.method(),
            request.path()
        );
        Ok(Some(Self {
            key: Cipher::name(&app.keys, &text),
            fingerprint: fingerprint(request.request(), &body),
            cipher: Cipher::of(&app.keys, &text),
        }))
    }

    fn receipt(&self, app: &App) -> Receipt {
        let (cipher, ids) = (self.cipher.clone(), app.ids.clone());
        Receipt {
            zone: app.zone,
            key: self.key,
            fingerprint: self.fingerprint,
            at: app.now(),
            seal: std::sync::Arc::new(move |bytes: &[u8]| cipher.seal(bytes, &ids.secret())),
        }
    }
}

/// The client's key: a string of RFC 9651, or its bare characters as many clients send them.
fn key(request: &HttpRequest) -> Result<Option<String>, RequestFlaw> {
    let mut given = request.headers().get_all(&IDEMPOTENCY_KEY);
    let Some(value) = given.next() else {
        return Ok(None);
    };
    let text = value
        .to_str()
        .map_err(|_not_ascii| RequestFlaw::KeyMalformed)?;
    let text = text.trim();
    let inner = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').unwrap_or_default(),
        None => text,
    };
    let is_sound = (1..=KEY_CHARACTERS_MAX).contains(&inner.len())
        && inner
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b',' | b';'));
    if given.next().is_some() || !is_sound {
        return Err(RequestFlaw::KeyMalformed);
    }
    Ok(Some(inner.to_owned()))
}

/// True for programs with a token of their own, unless they only ask what would follow.
fn must_bear_key(request: &HttpRequest) -> bool {
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let is_program = PROGRAMS.iter().any(|start| token.starts_with(start));
    is_program
        && !request
            .query_string()
            .split('&')
            .any(|pair| pair == "dry_run=true")
}

/// The whole body; the handler finds it where it was.
async fn taken(request: &mut ServiceRequest) -> Result<Bytes, AppError> {
    let mut payload = std::mem::replace(request.parts_mut().1, Payload::None);
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| AppError::Malformed {
            detail: error.to_string(),
        })?;
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(AppError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    let body = body.freeze();
    request.set_payload(Payload::from(body.clone()));
    Ok(body)
}

/// What a request asks for: body, version and wishes of the address. Two ways to write the same JSON are the
/// same request.
fn fingerprint(request: &HttpRequest, body: &[u8]) -> Hash {
    let canonical = serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|value| serde_json::to_vec(&value).ok());
    let header = |name: HeaderName| {
        let value = request.headers().get(name);
        value.map_or(&b""[..], HeaderValue::as_bytes)
    };
    let mut hash = Sha256::new();
    for part in [
        canonical.as_deref().unwrap_or(body),
        header(header::IF_MATCH),
        request.query_string().as_bytes(),
    ] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
