//! Accounts, as a security administrator sees them.

use domain::id::PersonId;
use persistence::Tx;

use crate::{app::App, error::AppError, usecase::credential, view::security::AccountRow};

/// Every active person with sessions and second factor, by name.
pub async fn accounts(app: &App, asker: PersonId) -> Result<Vec<AccountRow>, AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let directory = tx.directory(zone).await?;
            let mut rows = Vec::new();
            for person in directory.people.values().filter(|person| person.is_active) {
                let held = tx.credential(zone, person.id).await?;
                rows.push(AccountRow {
                    id: person.id.to_string(),
                    name: person.name.clone(),
                    sessions: tx.sessions_of(zone, person.id, now).await?.len(),
                    has_authenticator: held.totp_secret.is_some(),
                    is_reset_asked: held.reset_asked.is_some_and(|(by, _)| by != asker),
                    is_connected: credential::is_connected(app, &held),
                    is_self: person.id == asker,
                });
            }
            rows.sort_by(|one, other| one.name.cmp(&other.name));
            Ok::<_, AppError>(rows)
        })
        .await
}
