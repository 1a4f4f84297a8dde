//! Who was refused what, counted by person and minute: the first is told with its address and path, the rest
//! of the minute as a number. So a flood of refusals fills a line and not the disk.
//!
//! Kept in memory until the minute is over. A process that dies loses the refusals of that minute.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use domain::{
    id::PersonId,
    security::{SecurityAct, SecurityEvent},
};
use persistence::{StoreError, Tx};
use time::OffsetDateTime;

use crate::app::App;

/// Lines of one minute; what comes from still others is counted together.
const LINES_PER_MINUTE: usize = 200;
/// Letters of a path that are kept.
const PATH_MAX: usize = 160;

/// One refusal, or one look at what is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is told.
    pub act: SecurityAct,
    /// Who; `None` for a stranger.
    pub actor: Option<PersonId>,
    /// From where.
    pub address: String,
    /// The method and the pattern of the path.
    pub route: String,
    /// The path itself.
    pub path: String,
}

type Who = (Option<PersonId>, Option<String>);
/// The minute since 1970, what, and who.
type Key = (i64, SecurityAct, Who);
/// How many, and the first of them; without it those of many together.
type Count = (u64, Option<Refused>);

/// What was refused in minutes that are not over.
#[derive(Debug, Default)]
pub struct Refusals {
    counts: Mutex<BTreeMap<Key, Count>>,
}

impl Refusals {
    /// Counts one.
    pub fn note(&self, refused: Refused, now: OffsetDateTime) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.unix_timestamp().div_euclid(60);
        // A person is one from every address; strangers are told apart by it.
        let address = refused
            .actor
            .is_none()
            .then(|| refused.address.clone())
            .filter(|address| !address.is_empty());
        let key = (minute, refused.act, (refused.actor, address));
        let of_minute = counts.keys().filter(|(at, ..)| *at == minute).count();
        if let Some((count, _)) = counts.get_mut(&key) {
            *count += 1;
        } else if of_minute < LINES_PER_MINUTE {
            counts.insert(key, (1, Some(refused)));
        } else {
            let others = (minute, refused.act, (None, None));
            counts.entry(others).or_insert((0, None)).0 += 1;
        }
    }

    /// Takes what belongs to minutes that are over.
    fn take(&self, now: OffsetDateTime) -> Vec<SecurityEvent> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.unix_timestamp().div_euclid(60);
        let over = counts.extract_if(.., |(at, ..), _| *at != minute);
        over.map(|((_, act, _), (count, first))| event(act, count, first))
            .collect()
    }
}

fn event(act: SecurityAct, count: u64, first: Option<Refused>) -> SecurityEvent {
    let Some(first) = first else {
        return SecurityEvent::refused(act, None).with("others", count);
    };
    let path: String = first.path.chars().take(PATH_MAX).collect();
    let told = if act == SecurityAct::AuditViewed {
        SecurityEvent::done(act, first.actor)
    } else {
        SecurityEvent::refused(act, first.actor)
    };
    told.from(&first.address)
        .with("route", first.route)
        .with("path", path)
        .with("count", count)
}

/// Records what was refused in minutes that are over.
pub async fn flush(app: &App) -> Result<(), StoreError> {
    let (zone, now) = (app.zone, app.now());
    let told = app.audit.refusals.take(now);
    if told.is_empty() {
        return Ok(());
    }
    app.store
        .write(async move |tx: &mut Tx| {
            for event in &told {
                tx.add_security_event(zone, event, now).await?;
            }
            Ok(())
        })
        .await
}
