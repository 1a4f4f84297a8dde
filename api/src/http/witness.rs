//! What is seen of every request: refusals are counted for the security record, and a panic of a handler is
//! answered like any other fault of ours, while the server lives on.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    pin::pin,
};

use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::Data,
};
use domain::{id::PersonId, security::SecurityAct};

use super::{client::Client, problem::ApiError, trace};
use crate::{app::App, audit::refusals::Refused, error::AppError};

/// From which network address a request comes.
pub fn address(request: &HttpRequest) -> String {
    Client::of(request).address_text()
}

thread_local! {
    /// True while a request is worked on here, whose panic is told once, by [`watch`].
    static IS_WATCHED: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic of this thread happened.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Lets panics speak through the log, and without what they were about: a message may hold anything.
pub fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        if IS_WATCHED.get() {
            PLACE.set(Some(place));
        } else {
            tracing::error!(%place, "a panic");
        }
    }));
}

/// Watches a request from its beginning to its answer.
pub async fn watch<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let app = request.app_data::<Data<App>>().cloned();
    match caught(next.call(request)).await {
        Some(answer) => {
            if let (Ok(answer), Some(app)) = (&answer, app) {
                note(&app, answer);
            }
            answer
        }
        None => Err(panicked(app.as_ref().map(Data::get_ref)).into()),
    }
}

/// What came of the work; `None` when it panicked.
async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    std::future::poll_fn(move |context| {
        IS_WATCHED.set(true);
        let polled = panic::catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        IS_WATCHED.set(false);
        match polled {
            Ok(polled) => polled.map(Some),
            Err(_panic) => std::task::Poll::Ready(None),
        }
    })
    .await
}

fn panicked(app: Option<&App>) -> ApiError {
    let id = trace::current().or_else(|| app.map(|app| app.ids.key(app.now())));
    let number = id.unwrap_or_default().to_string();
    let place = PLACE.take().unwrap_or_default();
    tracing::error!(%number, %place, "a request panicked");
    AppError::Panicked { number }.into()
}

/// What the security record is told of an answer.
fn note<B>(app: &App, answer: &ServiceResponse<B>) {
    let request = answer.request();
    let actor = trace::caller(request);
    let act = match answer.status() {
        StatusCode::FORBIDDEN => SecurityAct::AccessDenied,
        // Strangers and what is no address of ours are not worth a line.
        StatusCode::NOT_FOUND if actor.is_some() && request.match_pattern().is_some() => {
            SecurityAct::AccessHidden
        }
        StatusCode::TOO_MANY_REQUESTS => SecurityAct::QuotaHit,
        _ => return,
    };
    tell(app, request, (act, actor));
}

/// Counts one act of a request.
pub fn tell(app: &App, request: &HttpRequest, (act, actor): (SecurityAct, Option<PersonId>)) {
    let pattern = request.match_pattern().unwrap_or_default();
    let refused = Refused {
        act,
        actor,
        address: address(request),
        route: format!("{} {pattern}", request.method()),
        path: request.path().to_owned(),
    };
    app.audit.refusals.note(refused, app.now());
}
