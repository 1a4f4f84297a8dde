//! The way in by mail: a letter with a code and a link.

use domain::{
    access::Role,
    id::{AttemptId, PersonId, ZoneId},
    sign_in::{Attempt, Awaited, Over},
};
use notifications::proof;
use persistence::{StoreError, Tx, outbox::code_letter, sign_in::DueLetter};

use super::{Comer, Step, go_on, held, miss};
use crate::{app::App, error::AppError, throttle::Door, usecase::guess, whence::Whence};

/// Letters of sign-ins that are queued at once.
const LETTERS_AT_ONCE: i64 = 100;

/// Begins a sign-in by mail. Whether there is such an account makes no difference, neither to the answer nor
/// to its time: the worker looks for it, and writes the letter or none. Only a browser that somebody has
/// signed in with is looked at closer, as it has tries of its own.
pub async fn by_mail(
    app: &App,
    mail: &str,
    next: &str,
    whence: &Whence,
) -> Result<Attempt, AppError> {
    let owner = match whence.device_token {
        Some(_) => {
            let read = async |tx: &mut Tx| investor_of(tx, app.zone, mail).await;
            app.store.read(read).await?
        }
        None => None,
    };
    guess::admit(app, Door::mail(whence, mail, owner)).await?;
    let attempt = new_attempt(app, None, next);
    let (zone, kept, mail) = (app.zone, attempt.clone(), mail.to_owned());
    app.store
        .write(async move |tx: &mut Tx| tx.add_attempt_by_mail(zone, &kept, &mail).await)
        .await?;
    app.poke.poke();
    Ok(attempt)
}

/// The investor with this address; of several contacts with one address the one registered first.
async fn investor_of(
    tx: &mut Tx,
    zone: ZoneId,
    mail: &str,
) -> Result<Option<PersonId>, StoreError> {
    let found = tx.people_by_mail(zone, (mail, Role::Investor)).await?;
    Ok(found.first().copied())
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
    let attempt = new_attempt(app, Some(person), next);
    let (zone, kept) = (app.zone, attempt.clone());
    app.store
        .write(async move |tx: &mut Tx| tx.add_attempt(zone, &kept).await)
        .await?;
    app.poke.poke();
    Ok(attempt)
}

fn new_attempt(app: &App, person: Option<PersonId>, next: &str) -> Attempt {
    let now = app.now();
    Attempt {
        id: AttemptId(app.ids.key(now)),
        person,
        awaited: Awaited::Mail,
        wrong: 0,
        created_at: now,
        used_at: None,
        next: next.to_owned(),
        vouched_at: None,
    }
}

/// Queues the letters of sign-ins by mail. For the worker.
pub async fn queue_letters(app: &App) -> Result<(), AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .write(async move |tx: &mut Tx| {
            let due = tx.attempts_to_write(zone, LETTERS_AT_ONCE).await?;
            let mut letters = Vec::with_capacity(due.len());
            for DueLetter { attempt, mail } in due {
                let mut person = attempt.person;
                if let Some(mail) = mail {
                    person = investor_of(tx, zone, &mail).await?;
                    if let Some(found) = person {
                        tx.name_attempt(zone, (attempt.id, found)).await?;
                    }
                }
                letters.extend(person.map(|person| code_letter(zone, attempt.id, person, now)));
            }
            tx.queue_letters(zone, &letters, now).await?;
            Ok::<_, AppError>(())
        })
        .await
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
            let Some(person) = attempt.person.filter(|_| is_right) else {
                miss(tx, &app, attempt, (&admitted, &whence, now)).await?;
                // Kept, not taken back: a wrong answer counts.
                return Ok(Err(AppError::WrongCode));
            };
            guess::forgive(tx, app.zone, &admitted, now).await?;
            let comer = comer_of_mail(attempt, person, &whence);
            go_on(tx, &app, comer, now).await.map(Ok)
        })
        .await?
}

fn comer_of_mail(attempt: Attempt, person: PersonId, whence: &Whence) -> Comer<'_> {
    Comer {
        person,
        next: attempt.next.clone(),
        vouched_at: attempt.vouched_at,
        attempt: Some(attempt),
        has_proved_second: false,
        whence,
    }
}

/// Whether a link may still be used. Looking changes nothing: programs that read mail look, too.
pub async fn look_at_link(app: &App, token: &str) -> Result<(), AppError> {
    let expired = || AppError::Over(Over::Expired);
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
    let expired = || AppError::Over(Over::Expired);
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
