//! Reading the security record, which is itself told to the record.

use domain::{
    access::Actor,
    access::Permission,
    security::{SecurityAct, SecurityEvent},
};
use persistence::{Tx, security::SecurityFilter};

use super::look::{self, Seen};
use crate::{
    app::App,
    audit::status,
    error::AppError,
    view::audit::{AuditLineView, AuditPageView, ChainView},
};

/// Lines that are read at once for a file.
pub const FILE_PAGE: i64 = 2_000;

fn require(actor: &Actor) -> Result<(), AppError> {
    if actor.may(Permission::ReadAudit) {
        Ok(())
    } else {
        Err(AppError::Forbidden(Permission::ReadAudit))
    }
}

/// A page of the lines that a filter wants, with the state of the chain.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: &SecurityFilter,
    limit: i64,
) -> Result<Seen<AuditPageView>, AppError> {
    let (mut lines, chain) = rows(app, actor, filter, limit.saturating_add(1)).await?;
    let shown = usize::try_from(limit).unwrap_or_default();
    let has_more = lines.len() > shown;
    lines.truncate(shown);
    let next = lines.last().filter(|_| has_more).map(|line| line.seq);
    Ok(Seen {
        version: 0,
        line: lines.first().map_or(0, |line| line.seq),
        view: AuditPageView { lines, next, chain },
        surroundings: look::surroundings(app).await?,
    })
}

/// Lines that a filter wants, and the state of the chain.
pub async fn rows(
    app: &App,
    actor: &Actor,
    filter: &SecurityFilter,
    limit: i64,
) -> Result<(Vec<AuditLineView>, ChainView), AppError> {
    require(actor)?;
    let chain = status::go_on(app).await?.into();
    Ok((lines(app, filter, limit).await?, chain))
}

/// How many lines a filter wants, whatever it says of numbers.
pub async fn count(app: &App, actor: &Actor, filter: &SecurityFilter) -> Result<i64, AppError> {
    require(actor)?;
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| Ok(tx.security_count(zone, filter).await?))
        .await
}

/// Lines that a filter wants, newest first.
pub async fn lines(
    app: &App,
    filter: &SecurityFilter,
    limit: i64,
) -> Result<Vec<AuditLineView>, AppError> {
    let zone = app.zone;
    let (lines, directory) = app
        .store
        .read(async |tx: &mut Tx| {
            let lines = tx.security_list(zone, filter, limit).await?;
            Ok::<_, AppError>((lines, tx.directory(zone).await?))
        })
        .await?;
    let lines = lines.into_iter();
    Ok(lines
        .map(|line| AuditLineView::of(line, &directory))
        .collect())
}

/// Tells the record that somebody takes it away, before they do.
pub async fn tell_export(
    app: &App,
    actor: &Actor,
    (address, wanted): (&str, &str),
) -> Result<(), AppError> {
    require(actor)?;
    let (zone, now) = (app.zone, app.now());
    let told = SecurityEvent::done(SecurityAct::AuditExported, Some(actor.person))
        .from(address)
        .with("filter", wanted);
    app.store
        .write(async move |tx: &mut Tx| tx.add_security_event(zone, &told, now).await)
        .await?;
    Ok(())
}
