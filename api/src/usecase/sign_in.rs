//! The way in: each step proves something, and the last one opens a session.
//!
//! ```text
//! password ----------.
//! code or link of a --+-> second factor, if there is one --.
//! mail               |-> setting one up, if staff needs it -+-> new password, if it is too old -> session
//! ```
//!
//! What is under way is a row of its own; a browser carries a ticket for it. Every answer is judged while the
//! row is held, so that of answers at the same instant each is counted and one at most is taken.

mod second;

use domain::{
    access::Role,
    id::{AttemptId, PersonId},
    password::PasswordAge,
    security::{SecurityAct, SecurityEvent},
    sign_in::{Attempt, Awaited, Standing, still_awaited},
};
use notifications::proof;
use persistence::{Tx, credential::Credential, outbox::code_letter};
use time::{Duration, OffsetDateTime};

pub use self::second::{answer_second, enrol, offered_secret, prove, prove_second};
use super::{
    account, credential,
    guess::{self, Admitted},
    session::{self, Opened},
};
use crate::{app::App, config::Totp, error::AppError, throttle::Door, whence::Whence};

/// Letters of sign-ins that are queued at once.
const LETTERS_AT_ONCE: i64 = 100;
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
    let standing = Standing {
        has_proved_second: comer.has_proved_second,
        ..standing(tx, app, comer.person, now).await?
    };
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
        ..
    } = comer;
    if let Some(attempt) = attempt {
        let used = Attempt {
            used_at: Some(now),
            ..attempt
        };
        tx.save_attempt(zone, &used).await?;
    }
    let opened = session::open(tx, app, person, (whence, now)).await?;
    let password_ends_in = match age {
        PasswordAge::EndsSoon(days) if has_password => Some(days),
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
        is_staff: actor.is_staff(),
        is_second_factor_required: app.sign_in.totp == Totp::Required,
        has_second_factor: held.totp_secret.is_some(),
        has_proved_second: false,
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
    };
    tx.add_attempt(app.zone, &attempt).await?;
    Ok(attempt)
}

/// Begins a sign-in by mail. Whether there is such an account makes no difference to the answer: the worker
/// writes the letter, or none.
pub async fn by_mail(
    app: &App,
    mail: &str,
    next: &str,
    whence: &Whence,
) -> Result<Attempt, AppError> {
    let (zone, now) = (app.zone, app.now());
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.people_by_mail(zone, (mail, Role::Investor)).await)
        .await?;
    let person = found.first().copied();
    guess::admit(app, Door::mail(whence, mail, person)).await?;
    begin_mail(app, person, next, now).await
}

/// Begins a sign-in by mail for somebody who is signed in and has no password to prove it once more.
pub async fn by_mail_of(
    app: &App,
    person: PersonId,
    next: &str,
    whence: &Whence,
) -> Result<Attempt, AppError> {
    let door = Door::mail(whence, &person.to_string(), Some(person));
    guess::admit(app, door).await?;
    begin_mail(app, Some(person), next, app.now()).await
}

async fn begin_mail(
    app: &App,
    person: Option<PersonId>,
    next: &str,
    now: OffsetDateTime,
) -> Result<Attempt, AppError> {
    let zone = app.zone;
    let attempt = Attempt {
        id: AttemptId(app.ids.key(now)),
        person,
        awaited: Awaited::Mail,
        wrong: 0,
        created_at: now,
        used_at: None,
        next: next.to_owned(),
    };
    let kept = attempt.clone();
    app.store
        .write(async move |tx: &mut Tx| tx.add_attempt(zone, &kept).await)
        .await?;
    app.poke.poke();
    Ok(attempt)
}

/// Queues the letters of sign-ins by mail. For the worker.
pub async fn queue_letters(app: &App) -> Result<(), AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .write(async move |tx: &mut Tx| {
            let due = tx.attempts_to_write(zone, LETTERS_AT_ONCE).await?;
            let letters: Vec<_> = due
                .iter()
                .filter_map(|attempt| Some(code_letter(zone, attempt.id, attempt.person?, now)))
                .collect();
            tx.queue_letters(zone, &letters, now).await?;
            Ok::<_, AppError>(())
        })
        .await
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

/// Answers with the code of a mail.
pub async fn answer_code(
    app: &App,
    id: AttemptId,
    typed: &str,
    whence: &Whence,
) -> Result<Step, AppError> {
    let admitted = guess::admit(app, Door::mail_code(whence, id)).await?;
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    let (now, whence, app) = (app.now(), whence.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            let attempt = match held(tx, &app, (id, Awaited::Mail), now).await {
                Ok(attempt) => attempt,
                Err(over) => return Ok(Err(over)),
            };
            let code = proof::code(&app.postmark.message_key, id);
            let is_right = proof::is_equal(code.as_bytes(), typed.as_bytes());
            match attempt.person.filter(|_| is_right) {
                Some(person) => {
                    guess::forgive(tx, app.zone, &admitted, now).await?;
                    let comer = comer_of_mail(attempt, person, &whence);
                    go_on(tx, &app, comer, now).await.map(Ok)
                }
                None => {
                    miss(tx, &app, attempt, (&admitted, &whence, now)).await?;
                    // Kept, not taken back: a wrong answer counts.
                    Ok(Err(AppError::WrongCode))
                }
            }
        })
        .await?
}

fn comer_of_mail(attempt: Attempt, person: PersonId, whence: &Whence) -> Comer<'_> {
    Comer {
        person,
        next: attempt.next.clone(),
        attempt: Some(attempt),
        has_proved_second: false,
        whence,
    }
}

/// Whether a link may still be used. Looking changes nothing: programs that read mail look, too.
pub async fn look_at_link(app: &App, token: &str) -> Result<(), AppError> {
    let expired = || AppError::Over(domain::sign_in::Over::Expired);
    let id = proof::attempt_of(&app.postmark.message_key, token).ok_or_else(expired)?;
    let (zone, now) = (app.zone, app.now());
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.find_attempt(zone, id).await)
        .await?;
    found
        .ok_or_else(expired)?
        .takes_link(now)
        .map_err(AppError::Over)
}

/// Uses the link of a mail up.
pub async fn answer_link(app: &App, token: &str, whence: &Whence) -> Result<Step, AppError> {
    let expired = || AppError::Over(domain::sign_in::Over::Expired);
    let id = proof::attempt_of(&app.postmark.message_key, token).ok_or_else(expired)?;
    let (now, whence, app) = (app.now(), whence.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            let attempt = tx.attempt_to_answer(app.zone, id).await?;
            let attempt = attempt.ok_or_else(expired)?;
            attempt.takes_link(now).map_err(AppError::Over)?;
            let person = attempt.person.ok_or_else(expired)?;
            go_on(tx, &app, comer_of_mail(attempt, person, &whence), now).await
        })
        .await
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
                attempt: Some(attempt),
                has_proved_second: true,
                whence: &whence,
            };
            go_on(tx, &app, comer, now).await
        })
        .await
}
