//! Proposing another working calendar, and deciding about it. What follows a decision is in `replan`.

pub mod replan;

use domain::{
    access::{Actor, Permission},
    calendar::{CalendarRef, Proposal, ProposalKind, ProposalState},
    id::{ProposalId, ZoneId},
    moment::Moment,
    refusal::Refusal,
    security::{SecurityAct, SecurityEvent},
};
use persistence::{StoreError, Tx};
use time::{Duration, OffsetDateTime};

use crate::{
    app::App,
    error::{AppError, Change},
    import::calendar::{self, FileForm, Planned, Present},
};

/// What somebody proposes.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Years of the country, or the zone's own days.
    pub kind: ProposalKind,
    /// The bytes of a file.
    pub bytes: Vec<u8>,
    /// In which form they are.
    pub form: FileForm,
    /// The year that the file must be for, if that was said.
    pub year: Option<i32>,
    /// Why, for those whose dates move; may be empty.
    pub note: String,
}

/// Proposes a calendar for `actor`. What it would move is computed by the worker.
pub async fn propose(app: &App, actor: Actor, wish: Wish) -> Result<ProposalId, AppError> {
    let (zone, at) = (app.zone, app.now());
    let id = ProposalId(app.ids.key(at));
    app.store
        .write_once(async move |tx| {
            propose_in(tx, (zone, id), &actor, wish, at).await?;
            // A request that comes again has made another key; the first one counts.
            Ok::<_, AppError>(id)
        })
        .await
        .inspect(|_| app.poke.poke())
}

/// Proposes a calendar inside a transaction.
pub async fn propose_in(
    tx: &mut Tx,
    (zone, id): (ZoneId, ProposalId),
    actor: &Actor,
    wish: Wish,
    at: OffsetDateTime,
) -> Result<(), AppError> {
    if !actor.may(Permission::ProposeCalendar) {
        return Err(AppError::Forbidden(Permission::ProposeCalendar));
    }
    let content = calendar::read(&wish.bytes, wish.form).map_err(AppError::Flawed)?;
    let office = tx.office(zone).await?.office.clone();
    let present = &office.calendar;
    let national = match &present.base {
        Some(base) => tx.calendar(zone, &base.name, base.version).await?,
        None => present.clone(),
    };
    let kept = tx.calendars(zone).await?;
    let versions = kept.iter().filter(|kept| kept.name == national.name);
    let now = Moment::new(at, &office.time);
    let stands = Present {
        calendar: present,
        national: &national,
        newest_national: versions.map(|kept| kept.version).max().unwrap_or_default(),
        today: now.today,
    };
    let planned = match wish.kind {
        ProposalKind::National => calendar::national(content, wish.year, stands),
        ProposalKind::Local => calendar::local(content, stands),
    };
    let Planned {
        kind,
        calendar,
        national,
    } = planned.map_err(AppError::Flawed)?;
    let proposal = Proposal {
        id,
        kind,
        calendar,
        national,
        base: present.reference(),
        proposed_by: actor.person,
        state: ProposalState::Previewing,
    };
    let total = tx.count_open_projects(zone).await?;
    tx.add_proposal(zone, &proposal, (&wish.note, total), now.at)
        .await?;
    let told = SecurityEvent::done(SecurityAct::CalendarProposed, Some(actor.person)).on(id);
    let told = told.with("after", named(&proposal.calendar.reference()));
    tx.add_security_event(zone, &told, at).await?;
    Ok(())
}

/// Approves a proposal for `actor`: from now on the zone counts by it, and the worker plans every stage anew.
///
/// The worker has previewed what moves; whoever approves has seen it.
pub async fn approve(
    app: &App,
    actor: Actor,
    (id, based_on): (ProposalId, i64),
) -> Result<(), AppError> {
    let (zone, at) = (app.zone, app.now());
    require(&actor)?;
    app.store
        .write_once(async move |tx| {
            let office = tx.office(zone).await?.office.clone();
            let proposal = tx.proposal_to_decide(zone, id).await?;
            require_version(tx, zone, &proposal, based_on).await?;
            let present = office.calendar.reference();
            proposal.may_approve(actor.person, &present)?;
            // Another proposal may be approved at this very moment: the zone's row lets one of them in.
            let next = proposal.calendar.reference();
            if !tx.count_by(zone, (&present, &next)).await? {
                return Err(Refusal::ProposalStale.into());
            }
            if let Some(national) = &proposal.national {
                tx.add_calendar(zone, national).await?;
            }
            tx.add_calendar(zone, &proposal.calendar).await?;
            tx.overtake_proposals(zone, id).await?;
            let total = tx.count_open_projects(zone).await?;
            let decided = (ProposalState::Approved, total);
            let by = (actor.person, office.moment(at).at);
            tx.decide_proposal(zone, id, decided, by).await?;
            let told = SecurityEvent::done(SecurityAct::CalendarApproved, Some(actor.person))
                .on(id)
                .with("before", named(&present))
                .with("after", named(&next));
            tx.add_security_event(zone, &told, at).await?;
            Ok::<_, AppError>(())
        })
        .await?;
    app.poke.poke();
    Ok(())
}

/// Rejects a proposal for `actor`; nothing has changed.
pub async fn reject(
    app: &App,
    actor: Actor,
    (id, based_on): (ProposalId, i64),
) -> Result<(), AppError> {
    let (zone, at) = (app.zone, app.now());
    require(&actor)?;
    app.store
        .write_once(async move |tx| {
            let office = tx.office(zone).await?.office.clone();
            let proposal = tx.proposal_to_decide(zone, id).await?;
            require_version(tx, zone, &proposal, based_on).await?;
            proposal.may_reject(actor.person)?;
            let decided = (ProposalState::Rejected, 0);
            let by = (actor.person, office.moment(at).at);
            tx.decide_proposal(zone, id, decided, by).await?;
            let told = SecurityEvent::done(SecurityAct::CalendarRejected, Some(actor.person));
            tx.add_security_event(zone, &told.on(id), at).await?;
            Ok::<_, AppError>(())
        })
        .await
}

/// Refuses a decision about a proposal that has gone on since it was looked at.
async fn require_version(
    tx: &mut Tx,
    zone: ZoneId,
    proposal: &Proposal,
    based_on: i64,
) -> Result<(), AppError> {
    let version = proposal.state.steps();
    if version == based_on {
        return Ok(());
    }
    let header = tx.proposal_header(zone, proposal.id).await?;
    let by = match header.decided_by {
        Some(id) => Some(tx.person(zone, id).await?.name),
        None => None,
    };
    Err(AppError::Stale(Change {
        version,
        by,
        at: header.decided_at.unwrap_or(header.proposed_at),
    }))
}

/// A version of a calendar as the security record names it.
fn named(calendar: &CalendarRef) -> String {
    format!("{} {}", calendar.name, calendar.version)
}

/// How long the preview of a proposal is kept that was decided upon or overtaken: a quarter, in which somebody may
/// still ask what was shown to whoever decided.
pub const PREVIEW_KEPT: Duration = Duration::days(90);

/// Removes an old preview, if there is one: one in each turn of the worker, so that no turn is long.
pub async fn prune_previews(app: &App) -> Result<usize, StoreError> {
    let (zone, before) = (app.zone, app.now() - PREVIEW_KEPT);
    let old = app
        .store
        .read(async |tx: &mut Tx| tx.find_old_preview(zone, before).await)
        .await?;
    match old {
        Some(id) => {
            app.store
                .write(async move |tx: &mut Tx| tx.remove_preview(zone, id).await)
                .await
        }
        None => Ok(0),
    }
}

fn require(actor: &Actor) -> Result<(), AppError> {
    if actor.may(Permission::ApproveCalendar) {
        Ok(())
    } else {
        Err(AppError::Forbidden(Permission::ApproveCalendar))
    }
}
