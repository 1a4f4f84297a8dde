//! Where checkpoints and security events go besides the database. Each outlet is brought up to what the
//! database has with every turn of the worker, whoever made it; so nothing is lost when a process dies
//! between a commit and an outlet, and every replica's file has every checkpoint.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use domain::{id::ZoneId, security::Outcome};
use persistence::{StoreError, Tx, checkpoint::Checkpoint};

use super::{
    file::{CheckpointFile, CheckpointLine},
    syslog::Syslog,
};
use crate::app::App;

/// Checkpoints that are read at once.
const PAGE: i64 = 500;
/// The counter of the last checkpoint that went to syslog.
const SYSLOG_MARK: &str = "audit:syslog:checkpoint";

/// The counter of the last security event that went there.
const SYSLOG_EVENTS: &str = "audit:syslog:security";

/// Where checkpoints and security events go.
#[derive(Debug, Default)]
pub struct Outlets {
    file: Option<CheckpointFile>,
    syslog: Option<Syslog>,
    /// How far the file is, once it was looked at; see [`Reached`].
    reached: Mutex<Option<Reached>>,
}

/// How far the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    /// It has the same checkpoints as the database up to this number.
    Number(i64),
    /// It has another one than the database; nothing is added any more.
    Forked,
}

impl Outlets {
    /// A file, a syslog, both, or none.
    pub fn new(file: Option<PathBuf>, syslog: Option<Syslog>) -> Self {
        Self {
            file: file.map(|path| CheckpointFile::new(&path)),
            syslog,
            reached: Mutex::default(),
        }
    }

    fn reached(&self) -> Option<Reached> {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self, reached: Reached) {
        *self.reached.lock().unwrap_or_else(PoisonError::into_inner) = Some(reached);
    }
}

/// Brings every outlet up to what the database has. A failure of one is logged and tried again with the next
/// turn.
pub async fn publish(app: &App) -> Result<(), StoreError> {
    let Some(outlets) = app.audit.outlets.get() else {
        return Ok(());
    };
    if let Some(file) = &outlets.file {
        write_file(app, outlets, file).await?;
    }
    if let Some(syslog) = &outlets.syslog {
        send_checkpoints(app, syslog).await?;
        send_events(app, syslog).await?;
    }
    Ok(())
}

async fn write_file(app: &App, outlets: &Outlets, file: &CheckpointFile) -> Result<(), StoreError> {
    let path = file.path().display();
    let from = match outlets.reached() {
        Some(Reached::Forked) => return Ok(()),
        Some(Reached::Number(number)) => number,
        None => match file.last(app.zone) {
            Err(error) => {
                tracing::error!(%path, %error, "the file of checkpoints cannot be read");
                return Ok(());
            }
            Ok(None) => 0,
            Ok(Some(last)) if kept_as(app, &last).await? => last.number,
            Ok(Some(last)) => {
                outlets.reach(Reached::Forked);
                tracing::error!(
                    %path, number = last.number,
                    "the database has not the checkpoint that the file has: it was set back or changed; \
                     run `green-channel audit verify --checkpoints`"
                );
                return Ok(());
            }
        },
    };
    let mut reached = from;
    loop {
        let new = after(app, reached).await?;
        let Some(last) = new.last() else {
            break;
        };
        let number = last.number;
        if let Err(error) = file.add(&new) {
            tracing::error!(%path, %error, "the file of checkpoints cannot be written");
            break;
        }
        reached = number;
    }
    outlets.reach(Reached::Number(reached));
    Ok(())
}

/// True when the database has this very checkpoint.
async fn kept_as(app: &App, checkpoint: &Checkpoint) -> Result<bool, StoreError> {
    let zone = app.zone;
    let before = checkpoint.number.saturating_sub(1);
    let kept = app
        .store
        .read(async |tx: &mut Tx| tx.checkpoints_after(zone, before, 1).await)
        .await?;
    Ok(kept.first().is_some_and(|(kept, _)| kept == checkpoint))
}

async fn after(app: &App, number: i64) -> Result<Vec<Checkpoint>, StoreError> {
    let zone = app.zone;
    let new = app
        .store
        .read(async |tx: &mut Tx| tx.checkpoints_after(zone, number, PAGE).await)
        .await?;
    Ok(new.into_iter().map(|(checkpoint, _)| checkpoint).collect())
}

async fn send_checkpoints(app: &App, syslog: &Syslog) -> Result<(), StoreError> {
    let zone = app.zone;
    let sent = app
        .store
        .read(async |tx: &mut Tx| tx.number(zone, SYSLOG_MARK).await)
        .await?;
    let mut reached = sent;
    for checkpoint in after(app, sent).await? {
        let line = serde_json::to_string(&CheckpointLine::of(&checkpoint))?;
        if let Err(error) = syslog.send("checkpoint", false, checkpoint.made_at, &line) {
            tracing::error!(%error, "syslog takes no checkpoint");
            break;
        }
        reached = checkpoint.number;
    }
    mark(app, zone, (SYSLOG_MARK, sent), reached).await
}

async fn send_events(app: &App, syslog: &Syslog) -> Result<(), StoreError> {
    let zone = app.zone;
    let (sent, lines) = app
        .store
        .read(async |tx: &mut Tx| {
            let sent = tx.number(zone, SYSLOG_EVENTS).await?;
            Ok::<_, StoreError>((sent, tx.security_lines(zone, sent, PAGE).await?))
        })
        .await?;
    let mut reached = sent;
    for line in lines {
        let seq = line.head().seq;
        let text = super::export::security_entry(&line).to_string();
        let told = line.read()?;
        let is_warning = told.event.outcome == Outcome::Refused;
        if let Err(error) = syslog.send("security", is_warning, told.recorded_at, &text) {
            tracing::error!(%error, "syslog takes no security event");
            break;
        }
        reached = seq;
    }
    mark(app, zone, (SYSLOG_EVENTS, sent), reached).await
}

/// Notes how far an outlet is. Of two processes the farther counts.
async fn mark(
    app: &App,
    zone: ZoneId,
    (name, from): (&'static str, i64),
    to: i64,
) -> Result<(), StoreError> {
    if to <= from {
        return Ok(());
    }
    app.store
        .write(async move |tx: &mut Tx| tx.raise_number(zone, name, to).await)
        .await
}
