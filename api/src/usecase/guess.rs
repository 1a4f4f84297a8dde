//! Counting guesses: before an answer is looked at, and back when it was right.

use domain::{
    guess::{GuessCount, GuessLimit},
    id::ZoneId,
    security::{SecurityAct, SecurityEvent},
};
use persistence::{StoreError, Tx};
use time::OffsetDateTime;

use crate::{app::App, error::AppError, throttle::Door};

/// A try that was admitted and counted.
#[derive(Debug, Clone)]
pub struct Admitted {
    doors: Vec<Counted>,
    /// True when the next try finds a door shut.
    pub is_last: bool,
}

#[derive(Debug, Clone)]
struct Counted {
    name: String,
    limit: GuessLimit,
    /// Others use it, too: success gives back one try and no more.
    is_shared: bool,
}

/// Counts a try, or refuses it and says when the next one may come.
pub async fn admit(app: &App, door: Door) -> Result<Admitted, AppError> {
    let (zone, now) = (app.zone, app.now());
    let device = door.whence.device_token.as_deref();
    let device = device.map(|token| app.keys.device_hash(token));
    let app = app.clone();
    app.store
        .clone()
        .write_beside(async move |tx: &mut Tx| {
            let known = match (door.owner, &device) {
                (Some(owner), Some(hash)) => tx.find_device(zone, owner, hash).await?,
                (None, Some(_)) | (_, None) => None,
            };
            let own = known.map(|device| device.id.to_string());
            let doors = doors(&app, &door, own.as_deref());
            count(tx, zone, doors, now).await
        })
        .await
}

/// The doors of a try, in the order of their names.
fn doors(app: &App, door: &Door, own: Option<&str>) -> Vec<Counted> {
    let Door { thing, whence, .. } = door;
    let (from, by) = match own {
        Some(device) => (format!("device:{device}"), format!("device:{device}")),
        None => (whence.network(), format!("address:{}", whence.address)),
    };
    let counted = |name: String, limit, is_shared| Counted {
        name: app.keys.door_hash(&name),
        limit,
        is_shared,
    };
    let mut doors = vec![
        counted(format!("{thing}|{from}"), GuessLimit::THING, false),
        counted(by, GuessLimit::ADDRESS, true),
    ];
    if let Some(limit) = door.anywhere {
        doors.push(counted(format!("{thing}|anywhere"), limit, true));
    }
    doors.sort_by(|one, other| one.name.cmp(&other.name));
    doors
}

async fn count(
    tx: &mut Tx,
    zone: ZoneId,
    doors: Vec<Counted>,
    now: OffsetDateTime,
) -> Result<Admitted, AppError> {
    let mut is_last = false;
    for door in &doors {
        let held = tx.guess_to_count(zone, &door.name, now).await?;
        let counted = held.admit(door.limit, now);
        // What was counted at another door is taken back with the transaction.
        let counted = counted.map_err(|shut| AppError::TooManyTries {
            seconds: (shut.until - now).whole_seconds().max(1),
        })?;
        is_last |= counted.is_full(door.limit);
        tx.save_guess(zone, &door.name, counted).await?;
    }
    Ok(Admitted { doors, is_last })
}

/// Takes back a try that was right, in the write that acts upon it.
pub async fn forgive(
    tx: &mut Tx,
    zone: ZoneId,
    admitted: &Admitted,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    for door in &admitted.doors {
        let held = tx.guess_to_count(zone, &door.name, now).await?;
        let count = if door.is_shared {
            GuessCount::given_back(held)
        } else {
            held.forgiven()
        };
        tx.save_guess(zone, &door.name, count).await?;
    }
    Ok(())
}

/// The same, where nothing else is written.
pub async fn forgive_now(app: &App, admitted: Admitted) -> Result<(), AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .write_beside(async move |tx: &mut Tx| forgive(tx, zone, &admitted, now).await)
        .await?;
    Ok(())
}

/// Writes into the security record that somebody was refused, and that a door is shut if it is.
pub async fn note_refused(
    tx: &mut Tx,
    zone: ZoneId,
    (event, admitted): (SecurityEvent, &Admitted),
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    if admitted.is_last {
        let locked = SecurityEvent {
            act: SecurityAct::SignInLocked,
            ..event.clone()
        };
        tx.add_security_event(zone, &event, now).await?;
        tx.add_security_event(zone, &locked, now).await?;
    } else {
        tx.add_security_event(zone, &event, now).await?;
    }
    Ok(())
}
