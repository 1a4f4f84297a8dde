//! Who somebody is: passwords and query codes. The way in over pages is `sign_in`.

use domain::{
    access::Actor,
    code::{ProjectCode, QueryCode},
    id::{PersonId, ZoneId},
    security::{SecurityAct, SecurityEvent},
};
use persistence::{StoreError, Tx, person::Account};
use time::OffsetDateTime;

use super::{
    guess::{self, Admitted},
    session::{self, Opened},
};
use crate::{app::App, error::AppError, throttle::Door, whence::Whence};

/// Sixteen random bytes for a hash.
pub(super) fn salt(app: &App) -> [u8; 16] {
    let secret = app.ids.secret();
    std::array::from_fn(|at| secret.get(at).copied().unwrap_or_default())
}

/// Somebody whose password was right.
#[derive(Debug, Clone)]
pub struct Known {
    /// Who.
    pub person: PersonId,
    /// The try, to be taken back where it is acted upon.
    pub admitted: Admitted,
}

/// Whose login and password these are. Each try counts, and a refusal goes into the security record.
pub async fn check_password(
    app: &App,
    login: &str,
    password: &str,
    whence: &Whence,
) -> Result<Known, AppError> {
    let (zone, typed) = (app.zone, login.trim().to_owned());
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.find_account(zone, &typed).await)
        .await?;
    let active = found.filter(|account| account.person.is_active);
    let owner = active.as_ref().map(|account| account.person.id);
    let admitted = guess::admit(app, Door::sign_in(whence, login, owner)).await?;
    check_hash(app, active, password, (admitted, whence)).await
}

/// Whether a password is that of somebody who is known already.
pub async fn check_own_password(
    app: &App,
    person: PersonId,
    password: &str,
    whence: &Whence,
) -> Result<Known, AppError> {
    let zone = app.zone;
    let login = app
        .store
        .read(async |tx: &mut Tx| tx.person(zone, person).await)
        .await?
        .login;
    check_password(app, &login, password, whence).await
}

async fn check_hash(
    app: &App,
    active: Option<Account>,
    password: &str,
    (admitted, whence): (Admitted, &Whence),
) -> Result<Known, AppError> {
    let zone = app.zone;
    let (person, known) = match active {
        Some(account) => (Some(account.person.id), account.password_hash),
        None => (None, None),
    };
    let verdict = app
        .passwords
        .verify(password, known.clone(), salt(app))
        .await?;
    let Some(person) = person.filter(|_| verdict.is_right) else {
        refuse(app, person, (admitted, whence)).await?;
        return Err(AppError::WrongPassword);
    };
    if let Some(better) = verdict.better {
        app.store
            .write_beside(async move |tx: &mut Tx| {
                let hashes = (known.as_deref(), better.as_str());
                tx.replace_password_hash(zone, person, hashes).await
            })
            .await?;
    }
    Ok(Known { person, admitted })
}

/// Writes into the security record that a password was wrong, whether there is such an account or not.
async fn refuse(
    app: &App,
    person: Option<PersonId>,
    (admitted, whence): (Admitted, &Whence),
) -> Result<(), AppError> {
    let (zone, now) = (app.zone, app.now());
    let event = SecurityEvent::refused(SecurityAct::SignIn, None).from(&whence.address);
    let event = match person {
        Some(person) => event.on(person),
        None => event,
    };
    app.store
        .write_beside(async move |tx: &mut Tx| {
            guess::note_refused(tx, zone, (event, &admitted), now).await
        })
        .await?;
    Ok(())
}

/// Opens a session for whoever knows the query code of a project. The answer is the same whether the
/// project or the code is wrong.
pub async fn enter_query_code(
    app: &App,
    (code, query_code): (&str, &str),
    whence: &Whence,
) -> Result<Opened, AppError> {
    let admitted = guess::admit(app, Door::query_code(whence, code)).await?;
    let zone = app.zone;
    let (code, query) = (code.parse::<ProjectCode>(), query_code.parse::<QueryCode>());
    let (Ok(code), Ok(query)) = (code, query) else {
        return Err(AppError::Absent);
    };
    let hash = app.keys.query_hash(code.as_str(), &query);
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.find_project_by_query_hash(zone, &hash).await)
        .await?;
    // The hash is keyed and of both codes; that the project's is the one that was typed goes without saying,
    // unless the key is not what it was.
    let Some((project, _)) = found.filter(|(_, known)| known == code.as_str()) else {
        return Err(AppError::Absent);
    };
    guess::forgive_now(app, admitted).await?;
    session::open_guest(app, project, whence).await
}

/// The rights of a person at this moment, with those of absent colleagues for whom they stand in today; `None` for
/// one who has left.
pub async fn find_actor(app: &App, person: PersonId) -> Result<Option<Actor>, AppError> {
    let (zone, at) = (app.zone, app.now());
    let found = app
        .store
        .read(async |tx: &mut Tx| actor_now(tx, (zone, person), at).await)
        .await?;
    Ok(found)
}

/// The same inside a transaction.
pub(super) async fn actor_now(
    tx: &mut Tx,
    (zone, person): (ZoneId, PersonId),
    at: OffsetDateTime,
) -> Result<Option<Actor>, StoreError> {
    let Some(mut actor) = tx.find_actor(zone, person).await? else {
        return Ok(None);
    };
    let directory = tx.directory(zone).await?;
    if !directory.absences.is_empty() && actor.is_staff() {
        let today = tx.office(zone).await?.office.time.day_of(at);
        actor.stands_in_for = directory.roster(today).stands_in_for(person);
    }
    Ok(Some(actor))
}
