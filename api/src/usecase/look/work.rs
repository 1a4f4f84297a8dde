//! What waits for somebody: the desk of an officer, the board of a supervisor.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    access::{Actor, Permission, Reach},
    card::CardState,
    id::StageId,
    ladder::Rung,
    template::Template,
};
use persistence::{
    Tx,
    card::{CardAtWork, CardFilter},
    stage::{StageAtWork, WorkScope},
};
use time::Duration;

use super::{Seen, Surroundings, card, progress::behind};
use crate::{
    app::App,
    error::AppError,
    usecase::count::{desk_scopes, overseen_unit},
    view::{
        board::BoardView,
        calendar::Coverage,
        desk::DeskView,
        row::{StageRow, stage_row},
        setting::Viewer,
    },
};

/// Stages that a desk or board shows. Above this an office needs filters, not a longer page.
const STAGES_SHOWN_MAX: i64 = 2_000;
/// Alerts that a board shows.
const ALERTS_SHOWN_MAX: i64 = 200;
/// Cards that a desk or a part of a board shows.
const CARDS_SHOWN_MAX: i64 = 100;
/// For how many days a desk shows what was finished.
const DONE_SHOWN: Duration = Duration::days(7);

/// What waits for an officer, or for the unit of a head.
pub async fn desk(app: &App, actor: &Actor) -> Result<Seen<DeskView>, AppError> {
    let scopes = desk_scopes(actor);
    let viewer = Viewer::Person(actor.clone());
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let today = surroundings.now.today;
            let done_since = today.checked_sub(DONE_SHOWN);
            let mut work: Vec<StageAtWork> = Vec::new();
            let mut cards = Vec::new();
            for scope in scopes {
                let found = tx
                    .work(app.zone, scope, done_since, STAGES_SHOWN_MAX)
                    .await?;
                let known: BTreeSet<StageId> = work.iter().map(|item| item.stage.id).collect();
                let new = found
                    .into_iter()
                    .filter(|item| !known.contains(&item.stage.id));
                work.extend(new);
                let filter = CardFilter::Unexplained(None);
                let asked = tx
                    .card_list(app.zone, scope, filter, CARDS_SHOWN_MAX)
                    .await?;
                let known: BTreeSet<_> =
                    cards.iter().map(|item: &CardAtWork| item.card.id).collect();
                let new = asked
                    .into_iter()
                    .filter(|item| !known.contains(&item.card.id));
                cards.extend(new);
            }
            let rows = rows(&work, &surroundings, &viewer);
            let mut view = crate::view::desk::desk_view(rows, today);
            view.cards = card::rows(&cards, &surroundings, &viewer);
            Ok(Seen::of_many(view, surroundings))
        })
        .await
}

/// What is overdue and which alerts wait for an answer, in the zone or in the unit of a head.
pub async fn board(app: &App, actor: &Actor) -> Result<Seen<BoardView>, AppError> {
    let unit = match actor.reach(Permission::ReadBoard) {
        Some(Reach::Zone) => None,
        Some(Reach::Unit | Reach::Own) => Some(overseen_unit(actor).ok_or(AppError::Absent)?),
        None => return Err(AppError::Forbidden(Permission::ReadBoard)),
    };
    let viewer = Viewer::Person(actor.clone());
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let scope = unit.map_or(WorkScope::Zone, WorkScope::Unit);
            let work = tx.work(app.zone, scope, None, STAGES_SHOWN_MAX).await?;
            let open = tx
                .open_alerts(app.zone, unit, Rung::Yellow, ALERTS_SHOWN_MAX)
                .await?;
            let mut alerts = Vec::with_capacity(open.len());
            for alert in open {
                let held = tx.project(app.zone, alert.project).await?;
                let templates = [held.template.clone()];
                let setting = surroundings.setting(&viewer, &templates);
                alerts.extend(crate::view::alert::alert_view(
                    &alert,
                    &held.project,
                    &setting,
                ));
            }
            let rows = rows(&work, &surroundings, &viewer);
            let mut view = crate::view::board::board_view(&rows, &alerts);
            let calendar = &surroundings.zone.office.calendar;
            view.behind = behind(tx, app, (unit, &viewer), &surroundings).await?;
            view.coverage = Some(Coverage::of(calendar, surroundings.now.today));
            let waits = CardFilter::Newest(Some(CardState::Appealed), None);
            let mut appeals = tx
                .card_list(app.zone, scope, waits, CARDS_SHOWN_MAX)
                .await?;
            appeals.reverse();
            view.appeals = card::rows(&appeals, &surroundings, &viewer);
            let late = CardFilter::Unexplained(Some(surroundings.now.today));
            let late = tx.card_list(app.zone, scope, late, CARDS_SHOWN_MAX).await?;
            view.unexplained = card::rows(&late, &surroundings, &viewer);
            Ok(Seen::of_many(view, surroundings))
        })
        .await
}

fn rows(work: &[StageAtWork], surroundings: &Surroundings, viewer: &Viewer) -> Vec<StageRow> {
    let templates: Vec<Arc<Template>> = work.iter().map(|item| item.template.clone()).collect();
    work.iter()
        .zip(&templates)
        .map(|(item, template)| {
            let setting = surroundings.setting(viewer, std::slice::from_ref(template));
            stage_row(&item.project, &item.stage, &setting)
        })
        .collect()
}
