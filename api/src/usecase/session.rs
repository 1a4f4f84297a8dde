//! Sessions: opened, used, seen, ended.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    access::Actor,
    id::{DeviceId, PersonId, ProjectId, SessionId, ZoneId},
    security::{SecurityAct, SecurityEvent},
    session::{NOTED_EVERY, SESSIONS_MAX, SessionTerms},
};
use persistence::{
    StoreError, Tx,
    device::Device,
    outbox::device_letter,
    session::{Session, SessionOf},
};
use time::OffsetDateTime;

use crate::{app::App, error::AppError, whence::Whence};

/// A new session: what goes into the cookies, and when it ends.
#[derive(Clone)]
pub struct Opened {
    /// The secret for the cookie; kept nowhere else.
    pub token: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
    /// The secret of the browser's device cookie; none for a guest.
    pub device_token: Option<String>,
}

/// A secret for a cookie: 256 bits.
pub(super) fn secret(app: &App) -> String {
    URL_SAFE_NO_PAD.encode(app.ids.secret())
}

fn session(
    app: &App,
    of: SessionOf,
    (whence, terms): (&Whence, SessionTerms),
    now: OffsetDateTime,
) -> Session {
    let expires_at = now + terms.absolute;
    Session {
        id: SessionId(app.ids.key(now)),
        of,
        csrf: secret(app),
        device: whence.device.clone(),
        address: whence.address.clone(),
        created_at: now,
        last_used_at: now,
        idle_until: terms.idle_until(now, expires_at),
        expires_at,
        proved_at: now,
    }
}

/// Opens a session for whoever knew the query code of a project.
pub(super) async fn open_guest(
    app: &App,
    project: ProjectId,
    whence: &Whence,
) -> Result<Opened, AppError> {
    let (zone, now, token) = (app.zone, app.now(), secret(app));
    let terms = (whence, SessionTerms::GUEST);
    let session = session(app, SessionOf::Guest(project), terms, now);
    let (hash, expires_at) = (app.keys.session_hash(&token), session.expires_at);
    app.store
        .write(async move |tx: &mut Tx| tx.add_session(zone, &hash, &session).await)
        .await?;
    Ok(Opened {
        token,
        expires_at,
        device_token: None,
    })
}

/// Opens a session for a person who has proved enough, inside a write that holds the person's credential.
/// The oldest sessions give way; a browser that was not known is told of. `vouched_at` is since when the word of
/// the identity provider counts, where that is what the person came with.
pub(super) async fn open(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    (whence, now): (&Whence, OffsetDateTime),
    vouched_at: Option<OffsetDateTime>,
) -> Result<Opened, AppError> {
    let zone = app.zone;
    let actor = tx.find_actor(zone, person).await?;
    let actor = actor.ok_or(AppError::WrongPassword)?;
    let terms = SessionTerms::of(actor.is_staff());
    let known = tx.sessions_of(zone, person, now).await?;
    for oldest in known.iter().skip(SESSIONS_MAX - 1) {
        tx.end_session_of(zone, person, oldest.id).await?;
    }
    let token = secret(app);
    let session = Session {
        proved_at: vouched_at.unwrap_or(now),
        ..session(app, SessionOf::Person(person), (whence, terms), now)
    };
    let hash = app.keys.session_hash(&token);
    tx.add_session(zone, &hash, &session).await?;
    let device_token = remember_device(tx, app, person, (whence, now)).await?;
    let event = SecurityEvent::done(SecurityAct::SignIn, Some(person))
        .on(session.id)
        .from(&whence.address)
        .with("device", &whence.device);
    let event = match vouched_at {
        Some(_) => event.with("by", "provider"),
        None => event,
    };
    tx.add_security_event(zone, &event, now).await?;
    Ok(Opened {
        token,
        expires_at: session.expires_at,
        device_token: Some(device_token),
    })
}

/// Notes the browser; gives the secret of its cookie.
async fn remember_device(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    (whence, now): (&Whence, OffsetDateTime),
) -> Result<String, AppError> {
    let zone = app.zone;
    if let Some(token) = &whence.device_token {
        let hash = app.keys.device_hash(token);
        if tx.find_device(zone, person, &hash).await?.is_some() {
            tx.note_device_use(zone, (person, &hash), now).await?;
            return Ok(token.clone());
        }
    }
    // Somebody else's browser gets a secret of its own, so that nobody brings a known one along.
    let token = secret(app);
    let device = Device {
        id: DeviceId(app.ids.key(now)),
        name: whence.device.clone(),
        address: whence.address.clone(),
        created_at: now,
        last_used_at: now,
    };
    let is_first = tx.devices_of(zone, person).await?.is_empty();
    let hash = app.keys.device_hash(&token);
    tx.add_device(zone, (person, &hash), &device).await?;
    if app.sign_in.device_mail && !is_first {
        let letter = device_letter(zone, device.id, person, now);
        tx.queue_letters(zone, &[letter], now).await?;
    }
    Ok(token)
}

/// The session of a cookie.
pub async fn find(app: &App, token: &str) -> Result<Option<Session>, AppError> {
    let (zone, now, hash) = (app.zone, app.now(), app.keys.session_hash(token));
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.find_session(zone, &hash, now).await)
        .await?;
    Ok(found)
}

/// Notes that a session is used, now and then. What fails here must not keep a page from being shown.
pub async fn note_use(app: &App, token: &str, (session, actor): (&mut Session, &Actor)) {
    let now = app.now();
    if now - session.last_used_at < NOTED_EVERY {
        return;
    }
    let (zone, hash) = (app.zone, app.keys.session_hash(token));
    let terms = SessionTerms::of(actor.is_staff());
    let until = terms.idle_until(now, session.expires_at);
    let noted = app
        .store
        .write(async move |tx: &mut Tx| tx.note_session_use(zone, &hash, (now, until)).await)
        .await;
    match noted {
        Ok(()) => (session.last_used_at, session.idle_until) = (now, until),
        Err(error) => tracing::warn!(%error, "the use of a session was not noted"),
    }
}

/// Puts a session under another secret, because something has been proved or changed. Its absolute end stays.
pub(super) async fn rotate(
    tx: &mut Tx,
    app: &App,
    (old, held): (&str, &Session),
    now: OffsetDateTime,
) -> Result<Opened, AppError> {
    let zone = app.zone;
    let token = secret(app);
    let old = app.keys.session_hash(old);
    // Gone means ended meanwhile: it does not come back under another name.
    if tx.find_session(zone, &old, now).await?.is_none() {
        return Err(AppError::Unknown);
    }
    tx.end_session(zone, &old).await?;
    let session = Session {
        id: SessionId(app.ids.key(now)),
        csrf: secret(app),
        last_used_at: now,
        proved_at: now,
        ..held.clone()
    };
    let hash = app.keys.session_hash(&token);
    tx.add_session(zone, &hash, &session).await?;
    Ok(Opened {
        token,
        expires_at: session.expires_at,
        device_token: None,
    })
}

/// Opens a new session for whoever had one, however old it is by now. For the demonstration, whose days are
/// longer than a session.
pub async fn renew(
    app: &App,
    held: Option<&Session>,
    whence: &Whence,
) -> Result<Option<Opened>, AppError> {
    let opened = match held.map(|session| session.of) {
        None => return Ok(None),
        Some(SessionOf::Guest(project)) => open_guest(app, project, whence).await?,
        Some(SessionOf::Person(person)) => enter(app, person, whence).await?,
    };
    Ok(Some(opened))
}

/// Opens a session for a person whom somebody else vouches for: the demonstration, where one becomes a person
/// by choosing it.
pub async fn enter(app: &App, person: PersonId, whence: &Whence) -> Result<Opened, AppError> {
    let (now, whence, app) = (app.now(), whence.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            tx.credential_to_change(app.zone, person).await?;
            open(tx, &app, person, (&whence, now), None).await
        })
        .await
}

/// The sessions of a person, the one used last first.
pub async fn of(app: &App, person: PersonId) -> Result<Vec<Session>, AppError> {
    let (zone, now) = (app.zone, app.now());
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.sessions_of(zone, person, now).await)
        .await?;
    Ok(found)
}

/// Ends the session of a cookie.
pub async fn sign_out(
    app: &App,
    (token, session): (&str, Option<&Session>),
    whence: &Whence,
) -> Result<(), AppError> {
    let (zone, now, hash) = (app.zone, app.now(), app.keys.session_hash(token));
    let person = match session.map(|session| (session.of, session.id)) {
        Some((SessionOf::Person(person), id)) => Some((person, id)),
        Some((SessionOf::Guest(_), _)) | None => None,
    };
    let address = whence.address.clone();
    app.store
        .write(async move |tx: &mut Tx| {
            tx.end_session(zone, &hash).await?;
            if let Some((person, id)) = person {
                let event = SecurityEvent::done(SecurityAct::SignOut, Some(person))
                    .on(id)
                    .from(&address);
                tx.add_security_event(zone, &event, now).await?;
            }
            Ok::<_, AppError>(())
        })
        .await
}

/// Which sessions of a person to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// This one.
    One(SessionId),
    /// All but this one, if there is one to keep; sign-ins over the API too.
    AllBut(Option<SessionId>),
}

/// Ends sessions of `person` because `actor` wants so; gives how many. One that is not the person's does not
/// exist.
pub async fn end(
    app: &App,
    (actor, person): (PersonId, PersonId),
    ending: Ending,
    whence: &Whence,
) -> Result<usize, AppError> {
    let (zone, now, address) = (app.zone, app.now(), whence.address.clone());
    app.store
        .write(async move |tx: &mut Tx| {
            tx.person(zone, person).await?;
            tx.credential_to_change(zone, person).await?;
            let ended = end_in(tx, (zone, person), ending, now).await?;
            let event = SecurityEvent::done(SecurityAct::SessionEnded, Some(actor))
                .on(person)
                .from(&address)
                .with("count", ended);
            tx.add_security_event(zone, &event, now).await?;
            Ok::<_, AppError>(ended)
        })
        .await
}

/// Ends all that a person has signed in to, on pages but for `keep` and over the API: whoever came in by a password
/// or a device that counts no more is outside. Personal tokens are made and revoked by name. Gives how many.
pub(super) async fn end_everywhere(
    tx: &mut Tx,
    (zone, person): (ZoneId, PersonId),
    keep: Option<SessionId>,
    now: OffsetDateTime,
) -> Result<usize, StoreError> {
    let sessions = tx.end_sessions_of(zone, person, keep).await?;
    let families = tx.revoke_token_families(zone, person, now).await?;
    Ok(sessions + families)
}

async fn end_in(
    tx: &mut Tx,
    (zone, person): (ZoneId, PersonId),
    ending: Ending,
    now: OffsetDateTime,
) -> Result<usize, AppError> {
    match ending {
        Ending::AllBut(keep) => Ok(end_everywhere(tx, (zone, person), keep, now).await?),
        Ending::One(id) if tx.end_session_of(zone, person, id).await? => Ok(1),
        Ending::One(_) => Err(AppError::Absent),
    }
}
