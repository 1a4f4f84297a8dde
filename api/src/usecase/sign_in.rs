//! The way in: each step proves something, and the last one opens a session.
//!
//! ```text
//! password ----------.
//! code or link of a --+-> second factor, if there is one --.
//! mail               |-> setting one up, if staff needs it -+-> new password, if it is too old -> session
//! identity provider -´   (neither, where the provider is trusted for it; and its password is no matter of ours)
//! ```
//!
//! What is under way is a row of its own; a browser carries a ticket for it. Every answer is judged while the
//! row is held, so that of answers at the same instant each is counted and one at most is taken.

mod mail;
mod oidc;
mod second;

use domain::{
    id::{AttemptId, PersonId},
    password::PasswordAge,
    security::{SecurityAct, SecurityEvent},
    sign_in::{Attempt, Awaited, Second, Standing, still_awaited},
};
use persistence::{Tx, credential::Credential};
use time::{Duration, OffsetDateTime};

pub use self::{
    mail::{answer_code, answer_link, by_mail, by_mail_of, look_at_link, queue_letters},
    oidc::{
        Answered, Purpose, Returned, answer_provider, begin_at_provider, begin_link, connect,
        unlink, way_out,
    },
    second::{answer_second, enrol, offered_secret, prove, prove_second},
};
use super::{
    account, credential,
    guess::{self, Admitted},
    session::{self, Opened},
};
use crate::{app::App, config::Totp, error::AppError, whence::Whence};

/// How long a sign-in that is over is kept: a form that comes late hears why.
const KEPT: Duration = Duration::days(1);
/// A browser that nobody has signed in with for so long is not known any more.
const DEVICE_KEPT: Duration = Duration::days(400);

/// What came of a step.
pub enum Step {
    /// Somebody is signed in.
    Entered(Box<Entered>),
    /// Something more is wanted.
    Awaiting(Attempt),
}

/// Somebody is signed in.
pub struct Entered {
    /// Who.
    pub person: PersonId,
    /// The session.
    pub opened: Opened,
    /// Where to go, a path of ours; may be empty.
    pub next: String,
    /// In how many days the password ends, when that is soon.
    pub password_ends_in: Option<i64>,
    /// New recovery codes, to be shown once.
    pub recovery_codes: Vec<String>,
}

/// Somebody on the way in, who has proved something.
struct Comer<'a> {
    person: PersonId,
    attempt: Option<Attempt>,
    has_proved_second: bool,
    whence: &'a Whence,
    next: String,
    /// When the identity provider saw it proved, where it was the provider that did.
    vouched_at: Option<OffsetDateTime>,
}

/// Signs in with login and password.
pub async fn with_password(
    app: &App,
    (login, password): (&str, &str),
    next: &str,
    whence: &Whence,
) -> Result<Step, AppError> {
    let known = account::check_password(app, login, password, whence).await?;
    let (now, whence, next, app) = (app.now(), whence.clone(), next.to_owned(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            guess::forgive(tx, app.zone, &known.admitted, now).await?;
            let comer = Comer {
                person: known.person,
                attempt: None,
                has_proved_second: false,
                whence: &whence,
                next,
                vouched_at: None,
            };
            go_on(tx, &app, comer, now).await
        })
        .await
}

/// Goes one step on, inside a write.
async fn go_on(
    tx: &mut Tx,
    app: &App,
    comer: Comer<'_>,
    now: OffsetDateTime,
) -> Result<Step, AppError> {
    let zone = app.zone;
    let held = tx.credential_to_change(zone, comer.person).await?;
    let mut standing = standing(tx, app, comer.person, now).await?;
    if comer.has_proved_second {
        standing.second = Second::Proved;
    }
    if comer.vouched_at.is_some() {
        // Nobody has typed the password, and the provider has rules for its own.
        standing.is_password_over = false;
    }
    let has_password = tx.password_hash(zone, comer.person).await?.is_some();
    let age = app.sign_in.rules().age(held.password_changed_at, now);
    if let Some(awaited) = still_awaited(standing) {
        return Ok(Step::Awaiting(wait(tx, app, comer, (awaited, now)).await?));
    }
    if has_password && held.password_changed_at.is_none() {
        // From before its age was known: it begins today.
        let dated = Credential {
            password_changed_at: Some(now),
            ..held
        };
        tx.save_credential(zone, comer.person, &dated).await?;
    }
    let Comer {
        person,
        attempt,
        whence,
        next,
        vouched_at,
        ..
    } = comer;
    if let Some(attempt) = attempt {
        let used = Attempt {
            used_at: Some(now),
            ..attempt
        };
        tx.save_attempt(zone, &used).await?;
    }
    let opened = session::open(tx, app, person, (whence, now), vouched_at).await?;
    let password_ends_in = match age {
        PasswordAge::EndsSoon(days) if has_password && vouched_at.is_none() => Some(days),
        PasswordAge::EndsSoon(_) | PasswordAge::Fresh | PasswordAge::Over => None,
    };
    Ok(Step::Entered(Box::new(Entered {
        person,
        opened,
        next,
        password_ends_in,
        recovery_codes: Vec::new(),
    })))
}

/// How somebody stands before a second factor is proved.
async fn standing(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    now: OffsetDateTime,
) -> Result<Standing, AppError> {
    let zone = app.zone;
    let held = tx.credential(zone, person).await?;
    let actor = tx.find_actor(zone, person).await?;
    let actor = actor.ok_or(AppError::WrongPassword)?;
    let has_password = tx.password_hash(zone, person).await?.is_some();
    let age = app.sign_in.rules().age(held.password_changed_at, now);
    let is_over = age == PasswordAge::Over || held.must_change_password;
    Ok(Standing {
        second: Second::of(
            actor.is_staff(),
            app.sign_in.totp == Totp::Required,
            held.totp_secret.is_some(),
        ),
        is_password_over: has_password && is_over,
    })
}

/// Uses up what has been proved and begins to wait for what comes next, under another key: the ticket of the
/// step before is worth nothing any more.
async fn wait(
    tx: &mut Tx,
    app: &App,
    comer: Comer<'_>,
    (awaited, now): (Awaited, OffsetDateTime),
) -> Result<Attempt, AppError> {
    if let Some(attempt) = comer.attempt {
        let used = Attempt {
            used_at: Some(now),
            ..attempt
        };
        tx.save_attempt(app.zone, &used).await?;
    }
    let attempt = Attempt {
        id: AttemptId(app.ids.key(now)),
        person: Some(comer.person),
        awaited,
        wrong: 0,
        created_at: now,
        used_at: None,
        next: comer.next,
        vouched_at: comer.vouched_at,
    };
    tx.add_attempt(app.zone, &attempt).await?;
    Ok(attempt)
}

/// Forgets what nobody can use any more. For the worker.
pub async fn prune(app: &App) -> Result<(), AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .write(async move |tx: &mut Tx| {
            tx.prune_sessions(zone, now).await?;
            tx.prune_attempts(zone, now - KEPT).await?;
            tx.prune_guesses(zone, now - domain::guess::FORGOTTEN_AFTER)
                .await?;
            tx.prune_devices(zone, now - DEVICE_KEPT).await?;
            Ok::<_, AppError>(())
        })
        .await
}

/// A sign-in under way, if its ticket is good.
pub async fn find(app: &App, ticket: &str) -> Result<Option<Attempt>, AppError> {
    let Some(id) = app.keys.attempt_of(ticket) else {
        return Ok(None);
    };
    let zone = app.zone;
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.find_attempt(zone, id).await)
        .await?;
    Ok(found)
}

/// An attempt that still takes an answer of this kind, held until the end of the write.
async fn held(
    tx: &mut Tx,
    app: &App,
    (id, awaited): (AttemptId, Awaited),
    now: OffsetDateTime,
) -> Result<Attempt, AppError> {
    let found = tx.attempt_to_answer(app.zone, id).await?;
    let attempt = found.filter(|attempt| attempt.awaited == awaited);
    let attempt = attempt.ok_or(AppError::Over(domain::sign_in::Over::Expired))?;
    attempt.takes_answer(now).map_err(AppError::Over)?;
    Ok(attempt)
}

/// Counts a wrong answer.
async fn miss(
    tx: &mut Tx,
    app: &App,
    attempt: Attempt,
    (admitted, whence, now): (&Admitted, &Whence, OffsetDateTime),
) -> Result<(), AppError> {
    let event = SecurityEvent::refused(SecurityAct::SignIn, None)
        .from(&whence.address)
        .with("step", attempt.awaited.code());
    let event = match attempt.person {
        Some(person) => event.on(person),
        None => event,
    };
    let missed = Attempt {
        wrong: attempt.wrong + 1,
        ..attempt
    };
    tx.save_attempt(app.zone, &missed).await?;
    guess::note_refused(tx, app.zone, (event, admitted), now).await?;
    Ok(())
}

/// Puts a new password in the place of one that has become too old, and goes on.
pub async fn answer_password(
    app: &App,
    id: AttemptId,
    password: &str,
    whence: &Whence,
) -> Result<Step, AppError> {
    let zone = app.zone;
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.find_attempt(zone, id).await)
        .await?;
    let person = found
        .and_then(|attempt| attempt.person)
        .ok_or(AppError::Over(domain::sign_in::Over::Expired))?;
    let new = credential::new_password(app, person, password).await?;
    let (now, whence, app) = (app.now(), whence.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            let attempt = held(tx, &app, (id, Awaited::NewPassword), now).await?;
            tx.credential_to_change(app.zone, person).await?;
            credential::keep_password(tx, &app, (person, &new), (None, &whence, now)).await?;
            let comer = Comer {
                person,
                next: attempt.next.clone(),
                vouched_at: attempt.vouched_at,
                attempt: Some(attempt),
                has_proved_second: true,
                whence: &whence,
            };
            go_on(tx, &app, comer, now).await
        })
        .await
}
