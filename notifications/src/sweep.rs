//! The sweep: which rungs are due and have no alert?
//!
//! It takes no input but the time, and may run twice, late, or on eight machines at once: the unique key
//! of the alert decides. It costs what is due, not what is open.

use std::collections::BTreeMap;

use domain::{
    alert::Alert,
    card::CardIssue,
    id::{ProjectId, StageId, ZoneId},
    ladder::{self, FiredRung, RungDay},
    office::Office,
    stage::Stage,
};
use persistence::{
    Store, StoreError, Tx,
    alert::{Firing, alert_id},
    card::card_id,
    outbox::{NewLetter, alert_letter},
    stage::SweptProject,
};
use time::OffsetDateTime;

use crate::recipient::{Responsible, Staff};

/// Stages looked at in one transaction: long enough to be fast, short enough that requests get in between.
const STAGES_PER_TURN: i64 = 500;

/// What a sweep did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Stages that were looked at.
    pub looked_at: usize,
    /// Alerts that fired.
    pub fired: Vec<Alert>,
    /// Rungs that were carried over to a moved deadline; nobody was told.
    pub carried: usize,
    /// Letters that were queued.
    pub queued: usize,
    /// Stages whose rungs the calendar cannot place; they are looked at again the next day.
    pub gaps: usize,
    /// Alerts of which nobody could be told, because the zone has neither responsible people nor an
    /// efficacy office.
    pub unheard: usize,
}

/// Finds every rung that is due at `at` and has not fired, keeps it as an alert and queues its letters.
pub async fn sweep(store: &Store, zone: ZoneId, at: OffsetDateTime) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    loop {
        let turn = store
            .write(async move |tx| turn(tx, zone, at).await)
            .await?;
        let is_last = turn.looked_at == 0;
        swept.looked_at += turn.looked_at;
        swept.fired.extend(turn.fired);
        swept.carried += turn.carried;
        swept.queued += turn.queued;
        swept.gaps += turn.gaps;
        swept.unheard += turn.unheard;
        if is_last {
            return Ok(swept);
        }
    }
}

/// What a sweep at `at` would fire, without keeping anything.
pub async fn preview(
    store: &Store,
    zone: ZoneId,
    at: OffsetDateTime,
) -> Result<Vec<Alert>, StoreError> {
    store
        .read(async move |tx| {
            let office = tx.office(zone).await?.office.clone();
            let mut found = Vec::new();
            for (project, stage) in tx.all_stages_to_check(zone, at).await? {
                let fired = tx
                    .fired_rungs(zone, &[stage.id])
                    .await?
                    .remove(&stage.id)
                    .unwrap_or_default();
                let decided = decide(&office, (project, &stage), &fired, at);
                found.extend(decided.firings.into_iter().map(|firing| firing.alert));
            }
            Ok(found
                .into_iter()
                .filter(|alert| !alert.is_carried)
                .collect())
        })
        .await
}

/// One transaction's worth.
async fn turn(tx: &mut Tx, zone: ZoneId, at: OffsetDateTime) -> Result<Swept, StoreError> {
    let projects = tx.take_projects_to_check(zone, at, STAGES_PER_TURN).await?;
    let mut swept = Swept::default();
    if projects.is_empty() {
        return Ok(swept);
    }
    let office = tx.office(zone).await?.office.clone();
    let stages = tx.stages_to_check(zone, &projects, at).await?;
    let ids: Vec<StageId> = stages.iter().map(|(_, stage)| stage.id).collect();
    let fired = tx.fired_rungs(zone, &ids).await?;
    let mut firings = Vec::new();
    let mut checks = Vec::with_capacity(stages.len());
    for (project, stage) in &stages {
        let known = fired.get(&stage.id).map_or(&[][..], Vec::as_slice);
        let decided = decide(&office, (*project, stage), known, at);
        swept.gaps += usize::from(decided.is_gap);
        firings.extend(decided.firings);
        checks.push((*project, stage.ordinal, decided.next_check_at));
    }
    let kept = tx.fire_alerts(zone, &projects, &firings, at).await?;
    let (carried, fired): (Vec<Alert>, Vec<Alert>) =
        kept.into_iter().partition(|alert| alert.is_carried);
    let letters = if fired.is_empty() {
        Vec::new()
    } else {
        let staff = Staff::of(&*tx.directory(zone).await?, office.time.day_of(at));
        let letters = address(&office, &staff, (&projects, &stages), &fired);
        swept.unheard = letters.iter().filter(|letters| letters.is_empty()).count();
        letters.into_iter().flatten().collect()
    };
    swept.queued = tx.queue_letters(zone, &letters, at).await?;
    tx.set_next_checks(zone, &checks).await?;
    swept.looked_at = stages.len();
    swept.carried = carried.len();
    swept.fired = fired;
    Ok(swept)
}

struct Decided {
    firings: Vec<Firing>,
    next_check_at: Option<OffsetDateTime>,
    is_gap: bool,
}

/// What is due for one stage, and when to look again.
fn decide(
    office: &Office,
    (project, stage): (ProjectId, &Stage),
    fired: &[FiredRung],
    at: OffsetDateTime,
) -> Decided {
    let today = office.time.day_of(at);
    let Ok(due) = ladder::due_rungs(stage, &office.ladder, &office.calendar, today, fired) else {
        let tomorrow = today.next_day().map(|day| office.time.start_of(day));
        return Decided {
            firings: Vec::new(),
            next_check_at: tomorrow,
            is_gap: true,
        };
    };
    let firing = |day: RungDay, is_carried| {
        let alert = Alert {
            id: alert_id(office.zone, stage.id, day.rung, day.basis),
            project,
            stage: stage.id,
            rung: day.rung,
            basis: day.basis,
            due_on: day.on,
            fired_at: at,
            is_carried,
            acknowledgement: None,
        };
        let card = card_id(office.zone, alert.id);
        Firing {
            card: CardIssue::of(&alert, stage, (card, office), today),
            alert,
        }
    };
    let fire = due.fire.into_iter().map(|day| firing(day, false));
    let carry = due.carry.into_iter().map(|day| firing(day, true));
    Decided {
        firings: fire.chain(carry).collect(),
        next_check_at: due.next_on.map(|day| office.time.start_of(day)),
        is_gap: false,
    }
}

/// The letters of each alert, in the order of the alerts.
fn address(
    office: &Office,
    staff: &Staff,
    (projects, stages): (&[SweptProject], &[(ProjectId, Stage)]),
    fired: &[Alert],
) -> Vec<Vec<NewLetter>> {
    let patrons: BTreeMap<ProjectId, _> = projects
        .iter()
        .map(|project| (project.id, (project.steward, project.lead)))
        .collect();
    let stages: BTreeMap<StageId, &Stage> =
        stages.iter().map(|(_, stage)| (stage.id, stage)).collect();
    let letters = fired.iter().map(|alert| {
        let Some(stage) = stages.get(&alert.stage) else {
            return Vec::new();
        };
        let patrons = patrons.get(&alert.project).copied();
        let (steward, lead) = patrons.unwrap_or_default();
        let of = Responsible {
            unit: stage.unit,
            officer: stage.officer,
            steward,
            lead,
        };
        let not_before = office.letter_time(alert.fired_at);
        let told = staff.told(&office.ladder, alert.rung, of);
        told.into_iter()
            .map(|(person, _)| alert_letter(office.zone, alert, person, not_before))
            .collect()
    });
    letters.collect()
}
