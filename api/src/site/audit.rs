//! The page of the security record, and taking it away as a file.

use actix_web::{HttpResponse, get, http::header, web};
use domain::{
    access::{Actor, Permission},
    security::SecurityAct,
};
use futures_util::stream;
use persistence::security::SecurityFilter;
use time::format_description::well_known::Rfc3339;

use super::visit::Visit;
use crate::{
    app::App,
    error::AppError,
    http::{audit::AuditQuery, witness},
    usecase::{
        audit::{self, FILE_PAGE},
        look,
    },
    view::audit::AuditLineView,
    web::audit::audit_page,
};

/// Lines of a page.
const LINES: i64 = 100;

#[get("/admin/audit")]
pub(super) async fn show_audit(visit: Visit) -> HttpResponse {
    let answer = draw_audit(&visit).await;
    visit.answer(answer).await
}

/// What was asked; the choices of language and theme stand beside it.
fn asked(visit: &Visit) -> AuditQuery {
    AuditQuery {
        act: visit.asked("act"),
        outcome: visit.asked("outcome"),
        actor: visit.asked("actor"),
        object: visit.asked("object"),
        from: visit.asked("from"),
        until: visit.asked("until"),
    }
}

async fn filter(visit: &Visit) -> Result<(Actor, AuditQuery, SecurityFilter), AppError> {
    let actor = visit.allowed(Permission::ReadAudit)?;
    let query = asked(visit);
    let surroundings = look::surroundings(&visit.app).await?;
    let time = &surroundings.zone.office.time;
    let mut filter = query.filter(|day| time.at_time(day, time::Time::MIDNIGHT))?;
    filter.before = visit.asked("cursor").and_then(|seq| seq.parse().ok());
    Ok((actor, query, filter))
}

async fn draw_audit(visit: &Visit) -> Result<HttpResponse, AppError> {
    let (actor, query, filter) = filter(visit).await?;
    let seen = audit::page(&visit.app, &actor, &filter, LINES).await?;
    let viewed = (SecurityAct::AuditViewed, Some(actor.person));
    witness::tell(&visit.app, visit.request(), viewed);
    visit
        .page(&seen.surroundings, |frame| {
            audit_page(frame, &seen.view, &query)
        })
        .await
}

#[get("/admin/audit/export")]
pub(super) async fn export_audit(visit: Visit) -> HttpResponse {
    let answer = write_file(&visit).await;
    visit.answer(answer).await
}

async fn write_file(visit: &Visit) -> Result<HttpResponse, AppError> {
    let (actor, _, filter) = filter(visit).await?;
    let address = witness::address(visit.request());
    let wanted = visit.request().query_string();
    audit::tell_export(&visit.app, &actor, (&address, wanted)).await?;
    let body = stream::unfold(Some((visit.app.clone(), filter, true)), |state| async {
        let (app, filter, is_first) = state?;
        Some(match page(&app, filter, is_first).await {
            Ok((bytes, next)) => (Ok(bytes), next.map(|filter| (app, filter, false))),
            Err(error) => (Err(error), None),
        })
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"security-record.csv\"",
        ))
        .streaming(body))
}

/// The next piece of the file, and what comes after it.
async fn page(
    app: &App,
    filter: SecurityFilter,
    is_first: bool,
) -> Result<(web::Bytes, Option<SecurityFilter>), actix_web::Error> {
    let broken = actix_web::error::ErrorInternalServerError::<String>;
    let lines = audit::lines(app, &filter, FILE_PAGE)
        .await
        .map_err(|error| broken(error.to_string()))?;
    let is_full = i64::try_from(lines.len()).is_ok_and(|count| count == FILE_PAGE);
    let before = lines.last().map(|line| line.seq).filter(|_| is_full);
    let bytes = rows(&lines, is_first).map_err(|error| broken(error.to_string()))?;
    let next = before.map(|seq| SecurityFilter {
        before: Some(seq),
        ..filter
    });
    Ok((bytes.into(), next))
}

fn rows(lines: &[AuditLineView], is_first: bool) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if is_first {
        writer.write_record([
            "number",
            "recorded_at",
            "act",
            "outcome",
            "actor",
            "actor_name",
            "object",
            "address",
            "detail",
        ])?;
    }
    for line in lines {
        let text = |value: &Option<String>| plain(value.as_deref().unwrap_or_default());
        let detail = serde_json::to_string(&line.detail).unwrap_or_default();
        writer.write_record([
            line.seq.to_string(),
            line.recorded_at.format(&Rfc3339).unwrap_or_default(),
            line.act.to_owned(),
            line.outcome.to_owned(),
            text(&line.actor),
            text(&line.actor_name),
            text(&line.object),
            text(&line.address),
            plain(&detail),
        ])?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// A cell that no spreadsheet takes for a formula.
fn plain(cell: &str) -> String {
    let first = cell
        .trim_start_matches([' ', '\u{a0}', '\u{feff}'])
        .chars()
        .next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            format!("'{cell}")
        }
        _ => cell.to_owned(),
    }
}
