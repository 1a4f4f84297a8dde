//! What changes of units, people and companies have in common: each waits for the other, is based on a version,
//! and leaves a line in the security record.

use domain::{
    access::{Actor, Permission},
    id::{PersonId, ZoneId},
    security::{SecurityAct, SecurityEvent},
};
use persistence::{StoreError, Tx};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    app::App,
    error::{AppError, Change, FieldFlaw},
    http::respond::Edition,
};

/// What was changed, by whom and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changing {
    pub(super) zone: ZoneId,
    /// Nobody at the command line.
    pub(super) by: Option<PersonId>,
    pub(super) at: OffsetDateTime,
}

/// Refuses an actor without a right anywhere.
pub(super) fn require(actor: &Actor, permission: Permission) -> Result<(), AppError> {
    if actor.may(permission) {
        Ok(())
    } else {
        Err(AppError::Forbidden(permission))
    }
}

/// Refuses a change that was prepared on an older version, and says who was faster. From here on nobody else
/// changes the directory until the transaction ends.
pub(super) async fn require_entry(
    tx: &mut Tx,
    zone: ZoneId,
    thing: Uuid,
    based_on: i64,
) -> Result<(), AppError> {
    tx.hold_directory(zone).await?;
    let entry = tx.entry(zone, thing).await?;
    if entry.version == based_on {
        return Ok(());
    }
    let by = match entry.by {
        Some(person) => Some(tx.person(zone, person).await?.name),
        None => None,
    };
    Err(AppError::Stale(Change {
        version: entry.version,
        by,
        at: entry.at.unwrap_or(OffsetDateTime::UNIX_EPOCH),
    }))
}

/// The edition of a unit, person or company. What is shown beside it changes with the directory.
pub(super) async fn edition(
    tx: &mut Tx,
    zone: ZoneId,
    thing: Uuid,
    at: OffsetDateTime,
) -> Result<Edition, StoreError> {
    Ok(Edition {
        version: tx.entry(zone, thing).await?.version,
        line: tx.directory_edition(zone).await?,
        today: tx.office(zone).await?.office.time.day_of(at),
    })
}

impl Changing {
    /// A change that `actor` makes at this moment.
    pub(super) fn now(app: &App, actor: &Actor) -> Self {
        Self {
            zone: app.zone,
            by: Some(actor.person),
            at: app.now(),
        }
    }

    /// Counts the change of `thing` and writes the line; last in its transaction.
    pub(super) async fn record(
        self,
        tx: &mut Tx,
        thing: Uuid,
        event: impl FnOnce(SecurityEvent) -> SecurityEvent,
        act: SecurityAct,
    ) -> Result<(), StoreError> {
        tx.count_change(self.zone, thing, (self.by, self.at))
            .await?;
        let event = event(SecurityEvent::done(act, self.by));
        tx.add_security_event(self.zone, &event, self.at).await?;
        Ok(())
    }
}

/// Something unique exists already: which field says so, by the name of the constraint.
pub(super) fn taken(
    error: StoreError,
    constraint: &str,
    field: &'static str,
    code: &str,
) -> AppError {
    if let StoreError::Duplicate { what } = &error
        && what.contains(constraint)
    {
        return AppError::Flawed(vec![FieldFlaw::of(field, code)]);
    }
    error.into()
}
