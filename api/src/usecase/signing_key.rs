//! The keys that sign access tokens: made on first use, read again every few seconds, replaced every quarter.

use domain::{
    id::PersonId,
    security::{SecurityAct, SecurityEvent},
    token::{is_previous_good, is_rotation_due},
};
use persistence::{
    StoreError, Tx,
    signing_key::{KeyState, SigningKey},
};
use time::OffsetDateTime;

use crate::{
    app::App,
    error::AppError,
    ids::Ids,
    token::{Bearer, KID_CHARACTERS, Read, TokenError, Tokens},
};

/// Every key, the oldest first. Makes the first two where there are none.
pub async fn keys(app: &App) -> Result<Vec<SigningKey>, AppError> {
    let zone = app.zone;
    let kept = app
        .store
        .read(async |tx: &mut Tx| tx.signing_keys(zone).await)
        .await?;
    if kept.is_empty() {
        begin(app).await?;
        return Ok(app
            .store
            .read(async |tx: &mut Tx| tx.signing_keys(zone).await)
            .await?);
    }
    Ok(kept)
}

/// A new key.
pub fn new_key(
    tokens: &Tokens,
    ids: &Ids,
    state: KeyState,
    now: OffsetDateTime,
) -> Result<SigningKey, AppError> {
    let mut kid = crate::keys::hexadecimal(&ids.secret());
    kid.truncate(*KID_CHARACTERS.end());
    let public_key = tokens.public_key(&kid).ok_or_else(|| AppError::Broken {
        cause: "no key pair follows from the master key".into(),
    })?;
    Ok(SigningKey {
        kid,
        public_key,
        state,
        made_at: now,
        since: now,
    })
}

async fn begin(app: &App) -> Result<(), AppError> {
    let (zone, now) = (app.zone, app.now());
    let current = new_key(&app.tokens, &app.ids, KeyState::Current, now)?;
    let next = new_key(&app.tokens, &app.ids, KeyState::Next, now)?;
    let made = app
        .store
        .write(async move |tx: &mut Tx| {
            tx.add_signing_key(zone, &current).await?;
            tx.add_signing_key(zone, &next).await
        })
        .await;
    match made {
        // Another process was faster; its keys are as good.
        Ok(()) | Err(StoreError::Duplicate { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn read_ring(app: &App) -> Result<(), AppError> {
    let kept = keys(app).await?;
    app.tokens.take_keys(&kept, app.now());
    Ok(())
}

/// An access token for `bearer`.
pub async fn issue(app: &App, bearer: Bearer) -> Result<String, AppError> {
    let now = app.now();
    if app.tokens.is_ring_old(now) {
        read_ring(app).await?;
    }
    app.tokens
        .issue(bearer, app.ids.key(now), now)
        .map_err(|error| AppError::Broken {
            cause: match error {
                TokenError::NoKey => {
                    "no key signs access tokens: is it the right master key?".into()
                }
                TokenError::Unsigned(cause) => cause,
            },
        })
}

/// Whose access token it is; `None` for anything that is not a good one of ours.
pub async fn read(app: &App, token: &str) -> Result<Option<Bearer>, AppError> {
    let now = app.now();
    if app.tokens.is_ring_old(now) {
        read_ring(app).await?;
    }
    let mut read = app.tokens.read(token, now);
    if read == Read::StrangeKey && app.tokens.may_ask_again(now) {
        read_ring(app).await?;
        read = app.tokens.read(token, now);
    }
    match read {
        Read::Good(bearer) => Ok(Some(bearer)),
        Read::Bad | Read::StrangeKey => Ok(None),
    }
}

/// What the worker does: replaces a key that has signed for a quarter, and removes those that count for
/// nothing any more. Of several processes that come to it at once, one does it.
pub async fn turn(app: &App) -> Result<(), AppError> {
    let now = app.now();
    let kept = keys(app).await?;
    let is_due =
        |key: &&SigningKey| key.state == KeyState::Current && is_rotation_due(key.since, now);
    if let Some(current) = kept.iter().find(is_due) {
        rotate_from(app, &current.kid, None).await?;
    }
    for key in &kept {
        if key.state == KeyState::Previous && !is_previous_good(key.since, now) {
            remove(app, &key.kid, None).await?;
        }
    }
    Ok(())
}

/// Replaces the key that signs; gives the names of the one before and of the one that signs now.
pub async fn rotate(app: &App, by: Option<PersonId>) -> Result<(String, String), AppError> {
    let kept = keys(app).await?;
    let named = |state| kept.iter().find(|key| key.state == state);
    let (Some(current), Some(next)) = (named(KeyState::Current), named(KeyState::Next)) else {
        return Err(AppError::Absent);
    };
    if !rotate_from(app, &current.kid, by).await? {
        return Err(AppError::Busy);
    }
    Ok((current.kid.clone(), next.kid.clone()))
}

async fn rotate_from(app: &App, kid: &str, by: Option<PersonId>) -> Result<bool, AppError> {
    let (zone, now, kid) = (app.zone, app.now(), kid.to_owned());
    let new = new_key(&app.tokens, &app.ids, KeyState::Next, now)?;
    let rotated: Result<bool, StoreError> = app
        .store
        .write(async move |tx: &mut Tx| {
            let is_done = tx.rotate_signing_keys(zone, &kid, &new, now).await?;
            if is_done {
                let event = SecurityEvent::done(SecurityAct::SigningKeyRotated, by).on(&kid);
                tx.add_security_event(zone, &event, now).await?;
            }
            Ok(is_done)
        })
        .await;
    match rotated {
        Ok(is_done) => Ok(is_done),
        // Two began on one snapshot; the index let one of them pass.
        Err(StoreError::Duplicate { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Removes a key that was replaced, and with it every token that it signed; false if there is no such key.
/// Every process knows of it within seconds.
pub async fn remove(app: &App, kid: &str, by: Option<PersonId>) -> Result<bool, AppError> {
    let (zone, now, kid) = (app.zone, app.now(), kid.to_owned());
    Ok(app
        .store
        .write(async move |tx: &mut Tx| {
            let is_done = tx.remove_signing_key(zone, &kid).await?;
            if is_done {
                let event = SecurityEvent::done(SecurityAct::SigningKeyRemoved, by).on(&kid);
                tx.add_security_event(zone, &event, now).await?;
            }
            Ok::<_, StoreError>(is_done)
        })
        .await?)
}
