//! The first administrators: a one-time token printed by a command makes one account, once, within a day.

use std::collections::BTreeSet;

use domain::{
    access::Role,
    id::{PersonId, ZoneId},
    office::Person,
    security::{SecurityAct, SecurityEvent},
    text::Language,
};
use persistence::{Store, StoreError, Tx, credential::Credential};
use time::{Duration, OffsetDateTime};

use super::{account, credential, guess};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    ids::Ids,
    keys::Keys,
    throttle::Door,
    whence::Whence,
};

/// How long a token is good.
const TOKEN_AGE_MAX: Duration = Duration::hours(24);
/// Letters of a token: 130 bits.
const TOKEN_CHARACTERS: usize = 26;

/// Makes a token for one person of `role`.
pub async fn make_token(
    store: &Store,
    zone: ZoneId,
    (keys, ids, role): (&Keys, &Ids, Role),
    now: OffsetDateTime,
) -> Result<String, StoreError> {
    let token: String = ids
        .secret()
        .iter()
        .take(TOKEN_CHARACTERS)
        .map(|octet| domain::code::crockford::letter(octet & 31))
        .collect();
    let hash = keys.setup_hash(&token);
    store
        .write(async move |tx: &mut Tx| tx.add_setup_token(zone, (&hash, role), now).await)
        .await?;
    Ok(token)
}

/// What somebody types to become the first administrator.
#[derive(Debug, Clone)]
pub struct FirstPerson {
    /// What the command printed.
    pub token: String,
    /// What the person will type to sign in.
    pub login: String,
    /// As printed on pages and letters.
    pub name: String,
    /// Where letters go.
    pub email: Option<String>,
    /// The password.
    pub password: String,
}

/// Makes the account that a token is good for. The token is used up with it.
pub async fn use_token(
    app: &App,
    first: FirstPerson,
    language: Language,
    whence: &Whence,
) -> Result<PersonId, AppError> {
    let admitted = guess::admit(app, Door::setup(whence)).await?;
    let (zone, now) = (app.zone, app.now());
    let bare: String = first
        .token
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let hash = app.keys.setup_hash(&bare.to_ascii_uppercase());
    let since = now - TOKEN_AGE_MAX;
    let token = hash.clone();
    let (found, mut names) = app
        .store
        .read(async |tx: &mut Tx| {
            let found = tx.find_setup_token(zone, &token, since).await?;
            Ok::<_, AppError>((found, credential::names_around(tx, app).await?))
        })
        .await?;
    let Some(role) = found else {
        let flaw = FieldFlaw::of("token", "setup.token");
        return Err(AppError::Flawed(vec![flaw]));
    };
    guess::forgive_now(app, admitted).await?;
    names.extend([first.login.clone(), first.name.clone()]);
    let flaws = credential::flaws(app, &first.password, &names);
    if !flaws.is_empty() {
        return Err(AppError::Flawed(flaws));
    }
    let password = app
        .passwords
        .hash(&first.password, account::salt(app))
        .await?;
    let person = Person {
        id: PersonId(app.ids.key(now)),
        login: first.login,
        name: first.name,
        email: first.email,
        phone: None,
        language,
        unit: None,
        roles: BTreeSet::from([role]),
        is_active: true,
    };
    keep(app, (person, password, role), (hash, since), whence).await
}

/// Keeps the account and uses the token up, or neither.
async fn keep(
    app: &App,
    (person, password, role): (Person, String, Role),
    (hash, since): (String, OffsetDateTime),
    whence: &Whence,
) -> Result<PersonId, AppError> {
    let (zone, now) = (app.zone, app.now());
    let id = person.id;
    let address = whence.address.clone();
    app.store
        .write(async move |tx: &mut Tx| {
            if !tx.use_setup_token(zone, &hash, (since, now)).await? {
                let flaw = FieldFlaw::of("token", "setup.token");
                return Err(AppError::Flawed(vec![flaw]));
            }
            match tx.add_person(zone, &person, Some(&password)).await {
                Err(StoreError::Duplicate { .. }) => {
                    let flaw = FieldFlaw::of("login", "setup.login_taken");
                    return Err(AppError::Flawed(vec![flaw]));
                }
                added => added?,
            }
            let held = tx.credential_to_change(zone, id).await?;
            let dated = Credential {
                password_changed_at: Some(now),
                ..held
            };
            tx.save_credential(zone, id, &dated).await?;
            let event = SecurityEvent::done(SecurityAct::SetupUsed, None)
                .on(id)
                .from(&address)
                .with("role", role.code());
            tx.add_security_event(zone, &event, now).await?;
            Ok(())
        })
        .await?;
    Ok(id)
}
