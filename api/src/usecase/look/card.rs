//! Cards: one, and lists of them.

use domain::{
    access::{Actor, Permission, Reach},
    card::CardState,
    id::CardId,
};
use persistence::{
    Tx,
    card::{CardAtWork, CardFilter},
    stage::WorkScope,
};

use super::{Read, Seen, Surroundings, Wanted, may_see};
use crate::{
    app::App,
    error::AppError,
    usecase::count::overseen_unit,
    view::{
        card::{CardPageView, CardRow, card_page_view, card_row},
        setting::Viewer,
    },
};

/// A page of the cards that the actor oversees.
pub async fn cards(
    app: &App,
    actor: &Actor,
    filter: CardFilter,
    limit: i64,
) -> Result<Vec<CardRow>, AppError> {
    let scope = board_scope(actor)?;
    let viewer = Viewer::Person(actor.clone());
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let found = tx.card_list(app.zone, scope, filter, limit).await?;
            Ok(rows(&found, &surroundings, &viewer))
        })
        .await
}

/// How many cards of this state, or of all, are in reach of the actor.
pub async fn card_count(
    app: &App,
    actor: &Actor,
    state: Option<CardState>,
) -> Result<i64, AppError> {
    let (zone, scope) = (app.zone, board_scope(actor)?);
    app.store
        .read(async |tx: &mut Tx| Ok(tx.card_count(zone, scope, state).await?))
        .await
}

fn board_scope(actor: &Actor) -> Result<WorkScope, AppError> {
    match actor.reach(Permission::ReadBoard) {
        Some(Reach::Zone) => Ok(WorkScope::Zone),
        Some(Reach::Unit | Reach::Own) => Ok(WorkScope::Unit(
            overseen_unit(actor).ok_or(AppError::Absent)?,
        )),
        None => Err(AppError::Forbidden(Permission::ReadBoard)),
    }
}

/// A card with its stage, for whoever may see the project.
pub async fn card(app: &App, id: CardId, viewer: &Viewer) -> Result<Seen<CardPageView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let card = tx.card(app.zone, id).await?;
            let held = tx.project(app.zone, card.project).await?;
            if !may_see(viewer, None, &held) {
                return Err(AppError::Absent);
            }
            let surroundings = Surroundings::read(tx, app).await?;
            let read = Read::of(tx, app, (viewer, &held), Wanted::Nothing).await?;
            let templates = [held.template.clone()];
            let setting = surroundings.setting(viewer, &templates);
            let version = u64::try_from(held.version).unwrap_or_default();
            let view = card_page_view(&card, &held.project, read.past(), version, &setting);
            let view = view.ok_or(AppError::Absent)?;
            Ok(Seen::of(&held, view, surroundings))
        })
        .await
}

/// The cards of a list, as `viewer` may see them.
pub(super) fn rows(
    found: &[CardAtWork],
    surroundings: &Surroundings,
    viewer: &Viewer,
) -> Vec<CardRow> {
    let row = |item: &CardAtWork| {
        let setting = surroundings.setting(viewer, std::slice::from_ref(&item.template));
        card_row(&item.card, &item.project, &item.stage, &setting)
    };
    found.iter().map(row).collect()
}
