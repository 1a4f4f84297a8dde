//! The working calendar, its versions, the proposals and what they move.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    access::Actor,
    calendar::{CalendarRef, ProposalState},
    id::{ProposalId, StageId},
    template::Template,
};
use persistence::{
    Tx,
    calendar::{Pass, ProposalHeader},
};

use super::{Seen, Surroundings};
use crate::{
    app::App,
    error::AppError,
    view::{
        calendar::{
            CalendarView, MoveView, ProposalPageView, ProposalView, VersionView, calendar_view,
            changed_days, move_view, proposal_view, years_published,
        },
        setting::Viewer,
    },
};

/// Proposals that a list shows, the newest first. A zone has a few in a year.
const PROPOSALS_SHOWN_MAX: i64 = 100;

/// The calendar that the zone counts by.
pub async fn calendar(app: &App) -> Result<Seen<CalendarView>, AppError> {
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let today = surroundings.now.today;
            let view = calendar_view(&surroundings.zone.office.calendar, today);
            Ok(Seen::of_many(view, surroundings))
        })
        .await
}

/// Every kept version, the newest first.
pub async fn versions(app: &App) -> Result<Vec<VersionView>, AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let present = tx.office(zone).await?.office.calendar.reference();
            let kept = tx.calendars(zone).await?;
            let proposals = tx.proposals(zone, PROPOSALS_SHOWN_MAX).await?;
            let views = kept.into_iter().map(|of| version(of, &present, &proposals));
            Ok(views.collect())
        })
        .await
}

fn version(of: CalendarRef, present: &CalendarRef, proposals: &[ProposalHeader]) -> VersionView {
    let made_by = proposals.iter().find(|proposal| {
        proposal.calendar == of
            && matches!(
                proposal.state,
                ProposalState::Approved | ProposalState::Applied
            )
    });
    VersionView {
        is_present: of == *present,
        proposal: made_by.map(|proposal| proposal.id.to_string()),
        note: made_by.map(|proposal| proposal.note.clone()),
        approved_at: made_by.and_then(|proposal| proposal.decided_at),
        name: of.name,
        version: of.version,
    }
}

/// The newest proposals as `actor` sees them.
pub async fn proposals(app: &App, actor: &Actor) -> Result<Vec<ProposalView>, AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let directory = tx.directory(zone).await?;
            let name_of = |id| directory.people.get(&id).map(|person| person.name.clone());
            let headers = tx.proposals(zone, PROPOSALS_SHOWN_MAX).await?;
            let views = headers
                .iter()
                .map(|header| proposal_view(header, actor, name_of));
            Ok(views.collect())
        })
        .await
}

/// One proposal with the days that it makes different.
pub async fn proposal(
    app: &App,
    actor: &Actor,
    id: ProposalId,
) -> Result<Seen<ProposalPageView>, AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            let header = tx.proposal_header(zone, id).await?;
            let proposed = tx.proposal(zone, id).await?.calendar;
            let of = &header.base;
            let base = tx.calendar(zone, &of.name, of.version).await?;
            let people = &surroundings.directory.people;
            let name_of = |id| people.get(&id).map(|person| person.name.clone());
            let view = ProposalPageView {
                proposal: proposal_view(&header, actor, name_of),
                days: changed_days(&base, &proposed),
                years_published: years_published(&base, &proposed),
            };
            Ok(Seen::of_many(view, surroundings))
        })
        .await
}

/// How many stages a proposal would move, or has moved.
pub async fn move_count(app: &App, of: (ProposalId, Pass)) -> Result<i64, AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| Ok(tx.move_count(zone, of).await?))
        .await
}

/// Up to `limit` stages that a proposal would move, or has moved, behind a stage, or before it where the second is
/// true.
pub async fn moves(
    app: &App,
    actor: &Actor,
    (id, pass): (ProposalId, Pass),
    (beside, limit): (Option<(StageId, bool)>, i64),
) -> Result<Vec<MoveView>, AppError> {
    let zone = app.zone;
    let viewer = Viewer::Person(actor.clone());
    app.store
        .read(async |tx: &mut Tx| {
            let surroundings = Surroundings::read(tx, app).await?;
            tx.proposal_header(zone, id).await?;
            let kept = tx.moves(zone, (id, pass), beside, limit).await?;
            let templates: BTreeMap<(String, u32), Arc<Template>> = kept
                .iter()
                .map(|kept| {
                    let template = &kept.template;
                    ((template.code.clone(), template.version), template.clone())
                })
                .collect();
            let templates: Vec<Arc<Template>> = templates.into_values().collect();
            let setting = surroundings.setting(&viewer, &templates);
            Ok(kept.iter().map(|kept| move_view(kept, &setting)).collect())
        })
        .await
}
