//! The feed of the zone: what happened, for those who read on from a place.

use domain::{
    access::{Actor, Permission},
    id::ProjectId,
};
use persistence::{
    Tx,
    feed::{FeedPage, FeedScope},
};

use crate::{app::App, error::AppError};

/// Transactions of numbering that one look waits for. More are due only after a large import, and the
/// worker goes on with them.
const NUMBERINGS_MAX: usize = 20;

/// Gives places to lines that have none. Whoever looks sees what was done before, also when no worker runs.
pub async fn number(app: &App) -> Result<(), AppError> {
    let zone = app.zone;
    for _transaction in 0..NUMBERINGS_MAX {
        let is_due = async |tx: &mut Tx| tx.is_feed_due(zone).await;
        if !app.store.read(is_due).await? {
            return Ok(());
        }
        app.store
            .write_beside(async move |tx: &mut Tx| tx.number_feed(zone).await)
            .await?;
    }
    Ok(())
}

/// What somebody may read of the feed at this moment.
pub fn scope(actor: &Actor, project: Option<ProjectId>) -> Result<FeedScope, AppError> {
    let permission = Permission::ReadProject;
    let scope = FeedScope::of(actor).ok_or(AppError::Forbidden(permission))?;
    Ok(match project {
        Some(project) => scope.of_project(project),
        None => scope,
    })
}

/// Up to `limit` lines behind `after` that the actor may read.
pub async fn events(
    app: &App,
    actor: &Actor,
    project: Option<ProjectId>,
    (after, limit): (i64, i64),
) -> Result<FeedPage, AppError> {
    let (zone, scope) = (app.zone, scope(actor, project)?);
    // What cannot be numbered now is numbered later; what has its place can be read.
    if let Err(error) = number(app).await {
        tracing::warn!(%error, "the feed could not be numbered");
    }
    let page = app
        .store
        .read(async |tx: &mut Tx| tx.feed_after(zone, &scope, after, limit).await)
        .await?;
    Ok(page)
}
