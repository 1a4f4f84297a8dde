//! Signing in and out, and the query code.

use domain::{
    access::Actor,
    code::{ProjectCode, QueryCode},
    id::PersonId,
};
use persistence::session::{Session, SessionOf};
use time::{Duration, OffsetDateTime};

use crate::{app::App, error::AppError};

/// How long a signed-in session lasts: a working day.
const SESSION: Duration = Duration::hours(8);
/// How long a query code opens its project.
const GUEST_SESSION: Duration = Duration::minutes(30);

/// A new session: what goes into the cookie, and when it ends.
#[derive(Clone)]
pub struct Opened {
    /// The secret for the cookie; kept nowhere else.
    pub token: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// Whose login and password these are.
pub async fn check_password(app: &App, login: &str, password: &str) -> Result<PersonId, AppError> {
    let (zone, login) = (app.zone, login.trim().to_owned());
    let found = app
        .store
        .read(async |tx: &mut persistence::Tx| tx.find_account(zone, &login).await)
        .await?;
    let active = found.filter(|account| account.person.is_active);
    let (person, hash) = match active {
        Some(account) => (Some(account.person.id), account.password_hash),
        None => (None, None),
    };
    let is_right = app.passwords.verify(password, hash).await;
    person.filter(|_| is_right).ok_or(AppError::WrongPassword)
}

/// Opens a session for a person.
pub async fn sign_in(app: &App, person: PersonId) -> Result<Opened, AppError> {
    open(app, SessionOf::Person(person), SESSION).await
}

/// Opens a session for whoever knows the query code of a project. The answer is the same whether the
/// project or the code is wrong.
pub async fn enter_query_code(app: &App, code: &str, query_code: &str) -> Result<Opened, AppError> {
    let zone = app.zone;
    let (code, query) = (code.parse::<ProjectCode>(), query_code.parse::<QueryCode>());
    let (Ok(code), Ok(query)) = (code, query) else {
        return Err(AppError::Absent);
    };
    let found = app
        .store
        .read(async |tx: &mut persistence::Tx| tx.find_project_by_code(zone, &code).await)
        .await?;
    // Hashed in either case, so that an unknown project takes as long as a wrong code.
    let hash = app.keys.query_hash(code.as_str(), &query);
    match found {
        Some((project, Some(known))) if is_equal(known.as_bytes(), hash.as_bytes()) => {
            open(app, SessionOf::Guest(project), GUEST_SESSION).await
        }
        _ => Err(AppError::Absent),
    }
}

fn is_equal(left: &[u8], right: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left, right).is_ok()
}

async fn open(app: &App, of: SessionOf, lifetime: Duration) -> Result<Opened, AppError> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let (zone, now) = (app.zone, app.now());
    let token = URL_SAFE_NO_PAD.encode(app.ids.secret());
    let csrf = URL_SAFE_NO_PAD.encode(app.ids.secret());
    let (hash, expires_at) = (app.keys.session_hash(&token), now + lifetime);
    let session = Session {
        of,
        csrf,
        expires_at,
    };
    app.store
        .write(async move |tx| tx.add_session(zone, &hash, &session, now).await)
        .await?;
    Ok(Opened { token, expires_at })
}

/// The session of a cookie.
pub async fn find_session(app: &App, token: &str) -> Result<Option<Session>, AppError> {
    let (zone, now, hash) = (app.zone, app.now(), app.keys.session_hash(token));
    let found = app
        .store
        .read(async |tx: &mut persistence::Tx| tx.find_session(zone, &hash, now).await)
        .await?;
    Ok(found)
}

/// Opens a new session for whoever had one, however old it is by now.
pub async fn renew(app: &App, session: Option<&Session>) -> Result<Option<Opened>, AppError> {
    let Some(session) = session else {
        return Ok(None);
    };
    let lifetime = match session.of {
        SessionOf::Person(_) => SESSION,
        SessionOf::Guest(_) => GUEST_SESSION,
    };
    open(app, session.of, lifetime).await.map(Some)
}

/// Ends the session of a cookie.
pub async fn sign_out(app: &App, token: &str) -> Result<(), AppError> {
    let (zone, hash) = (app.zone, app.keys.session_hash(token));
    app.store
        .write(async move |tx| tx.end_session(zone, &hash).await)
        .await?;
    Ok(())
}

/// The rights of a person at this moment, with those of absent colleagues for whom they stand in today; `None` for
/// one who has left.
pub async fn find_actor(app: &App, person: PersonId) -> Result<Option<Actor>, AppError> {
    let (zone, at) = (app.zone, app.now());
    let found = app
        .store
        .read(async |tx: &mut persistence::Tx| {
            let Some(mut actor) = tx.find_actor(zone, person).await? else {
                return Ok(None);
            };
            let directory = tx.directory(zone).await?;
            if !directory.absences.is_empty() && actor.is_staff() {
                let today = tx.office(zone).await?.office.time.day_of(at);
                actor.stands_in_for = directory.roster(today).stands_in_for(person);
            }
            Ok::<_, persistence::StoreError>(Some(actor))
        })
        .await?;
    Ok(found)
}
