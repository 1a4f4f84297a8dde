//! Is the process alive, and can it work?

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use time::Duration;

use crate::app::App;

/// The process is alive. Never touches the database.
#[get("/livez")]
pub(crate) async fn livez() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// What `/readyz` found.
#[derive(Debug, Serialize)]
struct Readiness {
    is_ready: bool,
    database: &'static str,
    sweep: &'static str,
    /// No reason to stop working, but somebody must act.
    calendar: &'static str,
}

/// A sweep this much older than the time means that the worker has stopped.
const SWEEP_AGE_MAX: Duration = Duration::minutes(5);

/// The process can work: the database answers, and the sweep is not long ago.
#[get("/readyz")]
pub(crate) async fn readyz(app: web::Data<App>) -> HttpResponse {
    let zone = app.zone;
    let asked = app
        .store
        .read(async |tx: &mut persistence::Tx| tx.office(zone).await)
        .await;
    let database = if asked.is_ok() { "ok" } else { "failed" };
    let calendar = match &asked {
        Ok(zone) => {
            let today = zone.office.time.day_of(app.now());
            let calendar = &zone.office.calendar;
            match (
                calendar.covered_until(today),
                calendar.is_coverage_ending(today),
            ) {
                (None, _) => "this year is not published",
                (Some(_), true) => "ends soon",
                (Some(_), false) => "ok",
            }
        }
        Err(_) => "unknown",
    };
    let sweep = match app.poke.last_turn() {
        None => "not run yet",
        Some(at) if app.now() - at > SWEEP_AGE_MAX => "too long ago",
        Some(_) => "ok",
    };
    let is_ready = database == "ok" && sweep != "too long ago";
    let found = Readiness {
        is_ready,
        database,
        sweep,
        calendar,
    };
    let mut response = if is_ready {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response.json(found)
}
