//! Making personal tokens, and those of programs.

use std::collections::BTreeSet;

use domain::{
    access::{Actor, Role, Scopes},
    id::{PersonId, TokenId, UnitId},
    security::{SecurityAct, SecurityEvent},
    token::{PERSONAL_TOKENS_MAX, TokenKind, flaws},
};
use persistence::{Tx, api_token::ApiToken};
use time::Duration;

use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    http::client::Client,
    token::opaque,
};

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
    let now = app.now();
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
    let secret = keep(app, token, secret, client).await?;
    let (zone, hash) = (app.zone, app.keys.token_hash(&secret));
    let kept = app
        .store
        .read(async |tx: &mut Tx| tx.find_api_token(zone, &hash).await)
        .await?;
    let token = kept.ok_or(AppError::Absent)?;
    Ok(Made { token, secret })
}

/// Keeps a token under the hash of its secret, unless its owner has too many. Gives the secret that counts: that
/// of the first time where the same is asked for again.
async fn keep(
    app: &App,
    kept: ApiToken,
    secret: String,
    client: &Client,
) -> Result<String, AppError> {
    let (zone, now) = (app.zone, app.now());
    let hash = app.keys.token_hash(&secret);
    let days = (kept.expires_at - kept.created_at).whole_days();
    let event = SecurityEvent::done(SecurityAct::TokenMade, Some(kept.created_by))
        .on(kept.id)
        .from(&client.address_text())
        .with("kind", kept.kind.code())
        .with("days", days);
    app.store
        .write_once(async move |tx: &mut Tx| {
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
            Ok(secret)
        })
        .await
}
