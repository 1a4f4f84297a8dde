//! Ending what was given.

use domain::{
    id::{FamilyId, PersonId, TokenId},
    security::{SecurityAct, SecurityEvent},
    token::TokenKind,
};
use persistence::{StoreError, Tx};

use crate::{
    app::App,
    error::AppError,
    http::client::Client,
    token::{
        Bearer,
        opaque::{self, REFRESH_PREFIX},
    },
    usecase::signing_key,
};

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
