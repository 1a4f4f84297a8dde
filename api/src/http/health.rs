//! Is the process alive, and can it work?
//!
//! Everybody hears whether it can; why not in detail, and since when, hears who asks the listener of the watchers.

use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::office::Office;
use persistence::{Tx, migrate};
use serde::Serialize;
use time::{Date, Duration, OffsetDateTime};

use crate::{app::App, error::AppError};

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
/// A letter that was due this long ago and has not gone: the relay takes none, and officers hear nothing.
const LETTER_AGE_MAX: Duration = Duration::minutes(15);

/// The process can work: the database answers, and the sweep is not long ago.
#[get("/readyz")]
pub(crate) async fn readyz(app: web::Data<App>) -> HttpResponse {
    in_short(&app).await
}

/// The same for the listener of the watchers, where `?verbose` says more.
pub(crate) async fn watched(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let pairs = request.query_string().split('&');
    let mut names = pairs.map(|pair| pair.split('=').next().unwrap_or_default());
    if names.any(|name| name == "verbose") {
        in_full(&app).await
    } else {
        in_short(&app).await
    }
}

async fn in_short(app: &App) -> HttpResponse {
    let zone = app.zone;
    let asked = app
        .store
        .read(async |tx: &mut Tx| tx.office(zone).await)
        .await;
    let database = if asked.is_ok() { "ok" } else { "failed" };
    let calendar = match &asked {
        Ok(zone) => calendar(&zone.office, app.now()).0,
        Err(_) => "unknown",
    };
    let sweep = sweep(app);
    let is_ready = database == "ok" && sweep != TOO_LONG_AGO;
    let found = Readiness {
        is_ready,
        database,
        sweep,
        calendar,
    };
    status(is_ready).json(found)
}

fn status(is_ready: bool) -> actix_web::HttpResponseBuilder {
    if is_ready {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    }
}

const TOO_LONG_AGO: &str = "too long ago";

fn sweep(app: &App) -> &'static str {
    match app.poke.last_turn() {
        None => "not run yet",
        Some(at) if app.now() - at > SWEEP_AGE_MAX => TOO_LONG_AGO,
        Some(_) => "ok",
    }
}

/// How the calendar stands, and up to which day it is published.
fn calendar(office: &Office, now: OffsetDateTime) -> (&'static str, Option<Date>) {
    let today = office.time.day_of(now);
    let calendar = &office.calendar;
    let until = calendar.covered_until(today);
    let said = match (until, calendar.is_coverage_ending(today)) {
        (None, _) => "this year is not published",
        (Some(_), true) => "ends soon",
        (Some(_), false) => "ok",
    };
    (said, until)
}

/// One thing that was looked at. What does not belong to it is absent.
#[derive(Debug, Default, Serialize)]
struct Check {
    /// `ok`, or what is wrong.
    status: &'static str,
    /// How long ago it last went well, or how long something has waited.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_seconds: Option<i64>,
    /// The last day that is published.
    #[serde(skip_serializing_if = "Option::is_none")]
    covered_until: Option<Date>,
    /// Steps of the program that the database lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pending: Option<Vec<String>>,
}

impl Check {
    fn of(status: &'static str, age: Option<Duration>) -> Self {
        Self {
            status,
            age_seconds: age.map(Duration::whole_seconds),
            ..Self::default()
        }
    }
}

/// What `/readyz?verbose` found.
#[derive(Debug, Serialize)]
struct Checks {
    is_ready: bool,
    #[serde(with = "time::serde::rfc3339")]
    as_of: OffsetDateTime,
    database: Check,
    migrations: Check,
    sweep: Check,
    mail: Check,
    calendar: Check,
    audit: Check,
}

async fn in_full(app: &App) -> HttpResponse {
    let now = app.now();
    let migrations = migrations(app).await;
    let sweep = Check::of(sweep(app), app.poke.last_turn().map(|at| now - at));
    let unknown = || Check::of("unknown", None);
    let (database, [mail, calendar, audit]) = match kept(app, now).await {
        Ok(checks) => (Check::of("ok", None), checks),
        Err(_) => (Check::of("failed", None), [unknown(), unknown(), unknown()]),
    };
    let is_ready =
        database.status == "ok" && migrations.status == "ok" && sweep.status != TOO_LONG_AGO;
    status(is_ready).json(Checks {
        is_ready,
        as_of: now,
        database,
        migrations,
        sweep,
        mail,
        calendar,
        audit,
    })
}

/// What the database says of letters, of the calendar and of checkpoints.
async fn kept(app: &App, now: OffsetDateTime) -> Result<[Check; 3], AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let office = tx.office(zone).await?;
            let waits = tx.oldest_due_letter(zone, now).await?.map(|at| now - at);
            let mail = match waits {
                Some(age) if age > LETTER_AGE_MAX => "letters wait",
                Some(_) | None => "ok",
            };
            let (said, covered_until) = calendar(&office.office, now);
            let calendar = Check {
                covered_until,
                ..Check::of(said, None)
            };
            // A checkpoint is made when records have moved; an old one alone is no fault.
            let sealed = tx.last_checkpoint(zone).await?;
            let audit = sealed.map_or_else(
                || Check::of("no checkpoint yet", None),
                |sealed| Check::of("ok", Some(now - sealed.made_at)),
            );
            Ok([Check::of(mail, waits), calendar, audit])
        })
        .await
}

/// Whether the tables are those of this program; asked on a connection of its own, which blocks.
async fn migrations(app: &App) -> Check {
    let target = app.store.target().clone();
    let looked = web::block(move || migrate::look(&target)).await;
    match looked {
        Ok(Ok(schema)) if schema.pending.is_empty() && schema.unknown.is_empty() => {
            Check::of("ok", None)
        }
        Ok(Ok(schema)) if schema.unknown.is_empty() => Check {
            pending: Some(schema.pending),
            ..Check::of("pending", None)
        },
        Ok(Ok(_)) => Check::of("newer than this program", None),
        Ok(Err(_)) | Err(_) => Check::of("unknown", None),
    }
}
