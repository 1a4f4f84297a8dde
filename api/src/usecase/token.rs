//! What stands for somebody towards the API: families of refresh tokens, personal tokens, those of programs.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::{Actor, Role, Scopes},
    id::{FamilyId, PersonId, TokenId, UnitId},
    security::{SecurityAct, SecurityEvent},
    token::{Exchange, Family, PERSONAL_TOKENS_MAX, TokenKind, exchange, family_end, flaws},
};
use persistence::{StoreError, Tx, api_token::ApiToken, token_family::KeptFamily};
use time::{Duration, OffsetDateTime};

use super::{account, signing_key};
use crate::{
    app::App,
    error::{AppError, FieldFlaw, GateFlaw},
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
            tx.find_actor(zone, bearer.person).await
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
            let Some(token) = found.filter(|token| token.kind == kind && token.is_good(now)) else {
                return Ok::<_, StoreError>(None);
            };
            let actor = match token.person {
                Some(person) => tx.find_actor(zone, person).await?,
                None => Some(program(&token)),
            };
            let scoped = actor.map(|actor| Actor {
                scopes: Some(token.scopes),
                ..actor
            });
            Ok(scoped.map(|actor| (actor, token.id)))
        })
        .await?)
}

/// A program as somebody who acts: the record names it by the key of its token.
fn program(token: &ApiToken) -> Actor {
    Actor::new(PersonId(token.id.0), token.roles.clone(), token.unit)
}

/// What somebody wants to make.
#[derive(Debug, Clone)]
pub struct MakeToken {
    /// What people call it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Scopes,
    /// How many days it is good.
    pub days: u16,
    /// The roles of a program.
    pub roles: BTreeSet<Role>,
    /// The unit of a program.
    pub unit: Option<UnitId>,
}

/// A token that was made, with its secret, which nobody can read again.
pub struct Made {
    /// What is kept.
    pub token: ApiToken,
    /// The secret.
    pub secret: String,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

/// Makes a personal token for `actor`, or a token of a program.
pub async fn make(
    app: &App,
    (actor, kind): (&Actor, TokenKind),
    wish: MakeToken,
    client: &Client,
) -> Result<Made, AppError> {
    let (zone, now) = (app.zone, app.now());
    let id = TokenId(app.ids.key(now));
    let owner = match kind {
        TokenKind::Personal => actor.clone(),
        TokenKind::Service => Actor::new(PersonId(id.0), wish.roles.clone(), wish.unit),
    };
    let found = flaws(kind, &owner, &wish.scopes, wish.days);
    if !found.is_empty() {
        let named = found.into_iter();
        let named = named.map(|flaw| FieldFlaw::of(flaw.field(), flaw.code()));
        return Err(AppError::Flawed(named.collect()));
    }
    let secret = opaque::write(kind.prefix(), app.ids.secret());
    let hash = app.keys.token_hash(&secret);
    let token = ApiToken {
        id,
        kind,
        person: (kind == TokenKind::Personal).then_some(actor.person),
        name: wish.name,
        roles: wish.roles,
        unit: wish.unit,
        scopes: wish.scopes,
        last_four: opaque::last_four(&secret),
        created_by: actor.person,
        created_at: now,
        expires_at: now.saturating_add(Duration::days(wish.days.into())),
        revoked_at: None,
    };
    let event = SecurityEvent::done(SecurityAct::TokenMade, Some(actor.person))
        .on(id)
        .from(&client.address_text())
        .with("kind", kind.code())
        .with("days", wish.days);
    let kept = token.clone();
    app.store
        .write(async move |tx: &mut Tx| {
            if let Some(person) = kept.person {
                let others = tx.api_tokens(zone, Some(person)).await?;
                let good = others.iter().filter(|token| token.is_good(now)).count();
                if good >= PERSONAL_TOKENS_MAX {
                    let flaw = FieldFlaw::of("name", "token.too_many");
                    return Err(AppError::Flawed(vec![flaw]));
                }
            }
            if let Some(unit) = kept.unit
                && !tx.units(zone).await?.contains_key(&unit)
            {
                let flaw = FieldFlaw::of("unit", "validation.choice");
                return Err(AppError::Flawed(vec![flaw]));
            }
            tx.add_api_token(zone, &kept, &hash).await?;
            tx.add_security_event(zone, &event, now).await?;
            Ok(())
        })
        .await?;
    Ok(Made { token, secret })
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

/// What is to be revoked.
#[derive(Debug, Clone, Copy)]
pub enum Revoke {
    /// A family of somebody.
    Family(FamilyId, PersonId),
    /// A personal token of somebody, or with `None` a token of a program.
    Token(TokenId, Option<PersonId>),
}

/// Revokes something; false if there is nothing to revoke.
pub async fn revoke(
    app: &App,
    by: PersonId,
    what: Revoke,
    client: &Client,
) -> Result<bool, AppError> {
    let (zone, now) = (app.zone, app.now());
    let event =
        SecurityEvent::done(SecurityAct::TokenRevoked, Some(by)).from(&client.address_text());
    Ok(app
        .store
        .write(async move |tx: &mut Tx| {
            let (is_done, event) = match what {
                Revoke::Family(id, person) => {
                    let kept = tx.find_token_family(zone, id).await?;
                    let is_own = kept.is_some_and(|kept| kept.person == person);
                    let is_done = is_own && tx.revoke_token_family(zone, id, now).await?;
                    (is_done, event.on(id))
                }
                Revoke::Token(id, person) => (
                    tx.revoke_api_token(zone, id, person, now).await?,
                    event.on(id),
                ),
            };
            if is_done {
                tx.add_security_event(zone, &event, now).await?;
            }
            Ok::<_, StoreError>(is_done)
        })
        .await?)
}

/// Revokes whatever a secret belongs to. Whoever has it may end it; an unknown one is none.
pub async fn revoke_text(app: &App, text: &str, client: &Client) -> Result<(), AppError> {
    let (zone, hash) = (app.zone, app.keys.token_hash(text));
    if opaque::is_well_formed(REFRESH_PREFIX, text) {
        let found = app
            .store
            .read(async |tx: &mut Tx| tx.find_refresh_token_family(zone, &hash).await)
            .await?;
        if let Some(kept) = found {
            revoke(
                app,
                kept.person,
                Revoke::Family(kept.id, kept.person),
                client,
            )
            .await?;
        }
        return Ok(());
    }
    if TokenKind::ALL
        .iter()
        .any(|kind| opaque::is_well_formed(kind.prefix(), text))
    {
        let found = app
            .store
            .read(async |tx: &mut Tx| tx.find_api_token(zone, &hash).await)
            .await?;
        if let Some(token) = found {
            let by = token.person.unwrap_or(PersonId(token.id.0));
            revoke(app, by, Revoke::Token(token.id, token.person), client).await?;
        }
        return Ok(());
    }
    if let Some(Bearer { person, family }) = signing_key::read(app, text).await? {
        revoke(app, person, Revoke::Family(family, person), client).await?;
    }
    Ok(())
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
