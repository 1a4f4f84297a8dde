//! What stands for somebody towards the API: families of refresh tokens, personal tokens, those of programs.

mod making;
mod revoking;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::Actor,
    id::{FamilyId, PersonId, TokenId, ZoneId},
    security::{SecurityAct, SecurityEvent},
    token::{Exchange, Family, TokenKind, exchange, family_end},
};
use persistence::{StoreError, Tx, api_token::ApiToken, token_family::KeptFamily};
use time::{Duration, OffsetDateTime};

pub use self::{
    making::{Made, MakeToken, make},
    revoking::{Revoke, revoke, revoke_text},
};
use super::{account, signing_key};
use crate::{
    app::App,
    error::{AppError, GateFlaw},
    http::client::Client,
    token::{
        Bearer,
        opaque::{self, REFRESH_PREFIX},
    },
};

/// What a sign-in over the API gives. Debug prints none of it.
pub struct Granted {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    /// When the family ends.
    pub ends_at: OffsetDateTime,
}

impl std::fmt::Debug for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Granted(***)")
    }
}

/// Families are kept for some time after their end, so that a refresh token of them is answered clearly.
const KEPT_AFTER_END: Duration = Duration::days(1);

/// Begins a family for somebody who has proved who they are.
pub async fn grant(app: &App, person: PersonId, client: &Client) -> Result<Granted, AppError> {
    let actor = account::find_actor(app, person).await?;
    let actor = actor.ok_or(AppError::WrongPassword)?;
    let (zone, now) = (app.zone, app.now());
    let salt = URL_SAFE_NO_PAD.encode(app.ids.secret());
    let refresh = refresh_text(app, &salt, 1);
    let hash = app.keys.token_hash(&refresh);
    let family = KeptFamily {
        id: FamilyId(app.ids.key(now)),
        person,
        salt,
        family: Family {
            generation: 1,
            ends_at: family_end(&actor, now),
            is_revoked: false,
        },
        client: app.keys.client_hash(&client.fingerprint()),
        created_at: now,
        used_at: now,
    };
    let bearer = Bearer {
        person,
        family: family.id,
    };
    let ends_at = family.family.ends_at;
    let event = SecurityEvent::done(SecurityAct::TokenGranted, Some(person))
        .on(family.id)
        .from(&client.address_text());
    app.store
        .write(async move |tx: &mut Tx| {
            tx.add_token_family(zone, &family, &hash).await?;
            tx.add_security_event(zone, &event, now).await
        })
        .await?;
    Ok(Granted {
        access: signing_key::issue(app, bearer).await?,
        refresh,
        ends_at,
    })
}

fn refresh_text(app: &App, salt: &str, generation: i64) -> String {
    opaque::write(REFRESH_PREFIX, app.keys.refresh_secret(salt, generation))
}

/// Exchanges a refresh token for the next one and a new access token.
pub async fn refresh(app: &App, token: &str, client: &Client) -> Result<Granted, AppError> {
    if !opaque::is_well_formed(REFRESH_PREFIX, token) {
        return Err(GateFlaw::RefreshRefused.into());
    }
    let (zone, now) = (app.zone, app.now());
    let hash = app.keys.token_hash(token);
    let (who, from) = (
        app.keys.client_hash(&client.fingerprint()),
        client.address_text(),
    );
    let inner = app.clone();
    let outcome = app
        .store
        .write(async move |tx: &mut Tx| {
            let found = tx.refresh_token_to_exchange(zone, &hash, &who).await?;
            let Some((kept, presented)) = found else {
                return Ok::<_, StoreError>(Err(GateFlaw::RefreshRefused));
            };
            let next = presented.generation.saturating_add(1);
            match exchange(&kept.family, &presented, now) {
                Exchange::Over => Ok(Err(GateFlaw::RefreshRefused)),
                Exchange::Again => Ok(Ok((kept, next))),
                Exchange::Next => {
                    let text = refresh_text(&inner, &kept.salt, next);
                    let next_hash = inner.keys.token_hash(&text);
                    let step = (kept.id, presented.generation);
                    let values = (who.as_str(), next_hash.as_str());
                    let is_done = tx.exchange_refresh_token(zone, step, values, now).await?;
                    // The family is locked, so nobody else can have been faster; and if, this is a theft.
                    if is_done {
                        Ok(Ok((kept, next)))
                    } else {
                        end_reused(tx, &inner, &kept, &from).await
                    }
                }
                Exchange::Reused => end_reused(tx, &inner, &kept, &from).await,
            }
        })
        .await?;
    let (kept, generation) = outcome?;
    let bearer = Bearer {
        person: kept.person,
        family: kept.id,
    };
    // Whoever has left, or was disabled, is not let in again.
    let actor = account::find_actor(app, kept.person).await?;
    actor.ok_or(GateFlaw::RefreshRefused)?;
    Ok(Granted {
        access: signing_key::issue(app, bearer).await?,
        refresh: refresh_text(app, &kept.salt, generation),
        ends_at: kept.family.ends_at,
    })
}

type Outcome = Result<(KeptFamily, i64), GateFlaw>;

async fn end_reused(
    tx: &mut Tx,
    app: &App,
    kept: &KeptFamily,
    from: &str,
) -> Result<Outcome, StoreError> {
    let (zone, now) = (app.zone, app.now());
    tx.revoke_token_family(zone, kept.id, now).await?;
    let event = SecurityEvent::refused(SecurityAct::TokenReused, Some(kept.person))
        .on(kept.id)
        .from(from);
    tx.add_security_event(zone, &event, now).await?;
    Ok(Err(GateFlaw::RefreshReused))
}

/// Who stands behind an access token at this moment; `None` when the person has left or the sign-in was
/// revoked.
pub async fn actor_of_access(app: &App, bearer: Bearer) -> Result<Option<Actor>, AppError> {
    let (zone, now) = (app.zone, app.now());
    Ok(app
        .store
        .read(async |tx: &mut Tx| {
            let kept = tx.find_token_family(zone, bearer.family).await?;
            let is_good = kept.is_some_and(|kept| {
                kept.person == bearer.person && !kept.family.is_revoked && now < kept.family.ends_at
            });
            if !is_good {
                return Ok(None);
            }
            account::actor_now(tx, (zone, bearer.person), now).await
        })
        .await?)
}

/// Who stands behind a personal token or one of a program at this moment, and the key of the token.
pub async fn actor_of_token(app: &App, text: &str) -> Result<Option<(Actor, TokenId)>, AppError> {
    let is_ours = |kind: &TokenKind| opaque::is_well_formed(kind.prefix(), text);
    let Some(kind) = TokenKind::ALL.into_iter().find(is_ours) else {
        return Ok(None);
    };
    let (zone, now, hash) = (app.zone, app.now(), app.keys.token_hash(text));
    Ok(app
        .store
        .read(async |tx: &mut Tx| {
            let found = tx.find_api_token(zone, &hash).await?;
            let Some(token) = found.filter(|token| token.kind == kind) else {
                return Ok::<_, StoreError>(None);
            };
            let id = token.id;
            let actor = actor_of(tx, (zone, token), now).await?;
            Ok(actor.map(|actor| (actor, id)))
        })
        .await?)
}

/// Who stands behind a token of this key at this moment: for what was asked for with it before.
pub(super) async fn actor_of_key(
    tx: &mut Tx,
    (zone, id): (ZoneId, TokenId),
    now: OffsetDateTime,
) -> Result<Option<Actor>, StoreError> {
    match tx.find_api_token_by_key(zone, id).await? {
        Some(token) => actor_of(tx, (zone, token), now).await,
        None => Ok(None),
    }
}

async fn actor_of(
    tx: &mut Tx,
    (zone, token): (ZoneId, ApiToken),
    now: OffsetDateTime,
) -> Result<Option<Actor>, StoreError> {
    if !token.is_good(now) {
        return Ok(None);
    }
    let actor = match token.person {
        Some(person) => account::actor_now(tx, (zone, person), now).await?,
        None => Some(program(&token)),
    };
    Ok(actor.map(|actor| Actor {
        scopes: Some(token.scopes),
        ..actor
    }))
}

/// When whoever holds an access token proved who they are.
pub async fn proved_at(app: &App, bearer: Bearer) -> Result<Option<OffsetDateTime>, AppError> {
    let zone = app.zone;
    let kept = app
        .store
        .read(async |tx: &mut Tx| tx.find_token_family(zone, bearer.family).await)
        .await?;
    Ok(kept.map(|kept| kept.created_at))
}

/// A program as somebody who acts: the record names it by the key of its token.
fn program(token: &ApiToken) -> Actor {
    Actor::new(PersonId(token.id.0), token.roles.clone(), token.unit)
}

/// The families and personal tokens of somebody.
pub async fn own(
    app: &App,
    person: PersonId,
) -> Result<(Vec<KeptFamily>, Vec<ApiToken>), AppError> {
    let (zone, now) = (app.zone, app.now());
    Ok(app
        .store
        .read(async |tx: &mut Tx| {
            let families = tx.token_families(zone, person, now).await?;
            let tokens = tx.api_tokens(zone, Some(person)).await?;
            Ok::<_, StoreError>((families, tokens))
        })
        .await?)
}

/// The tokens of programs.
pub async fn of_programs(app: &App) -> Result<Vec<ApiToken>, AppError> {
    let zone = app.zone;
    Ok(app
        .store
        .read(async |tx: &mut Tx| tx.api_tokens(zone, None).await)
        .await?)
}

/// What the worker does: keys, and families that ended long ago.
pub async fn turn(app: &App) -> Result<(), AppError> {
    signing_key::turn(app).await?;
    let (zone, ended) = (app.zone, app.now() - KEPT_AFTER_END);
    app.store
        .write(async move |tx: &mut Tx| tx.prune_token_families(zone, ended).await)
        .await?;
    crate::quota::prune(app).await
}
