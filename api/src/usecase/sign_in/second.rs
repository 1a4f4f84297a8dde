//! The second factor on the way in: an authenticator's code, a recovery code, or a new authenticator.

use domain::{
    id::{AttemptId, PersonId},
    security::{SecurityAct, SecurityEvent},
    sign_in::{Awaited, still_awaited},
};
use persistence::{Tx, credential::Credential};
use time::OffsetDateTime;

use super::{Comer, Step, go_on, held, miss, standing};
use crate::{
    app::App,
    error::AppError,
    throttle::Door,
    totp::Secret,
    usecase::{account, credential, guess, session},
    whence::Whence,
};

/// Answers with a code of the authenticator, or a recovery code.
pub async fn answer_second(
    app: &App,
    (id, person): (AttemptId, PersonId),
    typed: &str,
    whence: &Whence,
) -> Result<Step, AppError> {
    let admitted = guess::admit(app, Door::second_factor(whence, person)).await?;
    let (now, whence, typed) = (app.now(), whence.clone(), typed.to_owned());
    let app = app.clone();
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            let attempt = match held(tx, &app, (id, Awaited::SecondFactor), now).await {
                Ok(attempt) if attempt.person == Some(person) => attempt,
                Ok(_) => return Ok(Err(AppError::Unknown)),
                Err(over) => return Ok(Err(over)),
            };
            if !is_second(tx, &app, person, (&typed, &whence, now)).await? {
                miss(tx, &app, attempt, (&admitted, &whence, now)).await?;
                return Ok(Err(AppError::WrongCode));
            }
            guess::forgive(tx, app.zone, &admitted, now).await?;
            let comer = Comer {
                person,
                next: attempt.next.clone(),
                vouched_at: attempt.vouched_at,
                attempt: Some(attempt),
                has_proved_second: true,
                whence: &whence,
            };
            go_on(tx, &app, comer, now).await.map(Ok)
        })
        .await?
}

/// Whether a second factor is proved by what was typed, outside a sign-in: before a change of credentials, or
/// for a token. Nothing is asked of those who have none.
pub async fn prove_second(
    app: &App,
    person: PersonId,
    typed: &str,
    whence: &Whence,
) -> Result<(), AppError> {
    let zone = app.zone;
    let known = app
        .store
        .read(async |tx: &mut Tx| tx.credential(zone, person).await)
        .await?;
    if known.totp_secret.is_none() {
        return Ok(());
    }
    if typed.trim().is_empty() {
        return Err(AppError::CodeNeeded);
    }
    let admitted = guess::admit(app, Door::second_factor(whence, person)).await?;
    let (now, whence, typed) = (app.now(), whence.clone(), typed.to_owned());
    let app = app.clone();
    app.store
        .clone()
        .write_beside(async move |tx: &mut Tx| {
            if is_second(tx, &app, person, (&typed, &whence, now)).await? {
                guess::forgive(tx, zone, &admitted, now).await?;
                return Ok(Ok(()));
            }
            let event = SecurityEvent::refused(SecurityAct::SignIn, None)
                .on(person)
                .from(&whence.address)
                .with("step", Awaited::SecondFactor.code());
            guess::note_refused(tx, zone, (event, &admitted), now).await?;
            Ok::<_, AppError>(Err(AppError::WrongCode))
        })
        .await?
}

/// Whose login, password and second factor these are: everything that a page would ask for, at once. What only
/// a page can do, setting up an authenticator and changing a password that is too old, is asked for by name.
pub async fn prove(
    app: &App,
    (login, password, otp): (&str, &str, &str),
    whence: &Whence,
) -> Result<PersonId, AppError> {
    let known = account::check_password(app, login, password, whence).await?;
    let (zone, now, person) = (app.zone, app.now(), known.person);
    guess::forgive_now(app, known.admitted).await?;
    let standing = app
        .store
        .read(async |tx: &mut Tx| standing(tx, app, person, now).await)
        .await?;
    match still_awaited(standing) {
        Some(Awaited::Enrolment) => return Err(AppError::EnrolmentNeeded),
        Some(Awaited::SecondFactor) => prove_second(app, person, otp, whence).await?,
        Some(Awaited::NewPassword | Awaited::Mail | Awaited::Provider | Awaited::ProviderLink)
        | None => {}
    }
    if standing.is_password_over {
        return Err(AppError::PasswordOver);
    }
    let event = SecurityEvent::done(SecurityAct::SignIn, Some(person)).from(&whence.address);
    app.store
        .write(async move |tx: &mut Tx| tx.add_security_event(zone, &event, now).await)
        .await?;
    Ok(person)
}

/// Whether `typed` is a fresh code of the authenticator or an unused recovery code; it is used up by this.
async fn is_second(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    (typed, whence, now): (&str, &Whence, OffsetDateTime),
) -> Result<bool, AppError> {
    let zone = app.zone;
    let held = tx.credential_to_change(zone, person).await?;
    let Some(sealed) = &held.totp_secret else {
        return Ok(false);
    };
    let bare: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    if bare.len() == credential::RECOVERY_CHARACTERS {
        let hash = app.keys.recovery_hash(person, &bare.to_ascii_uppercase());
        let is_used = tx.use_recovery_code(zone, (person, &hash), now).await?;
        if is_used {
            let event = SecurityEvent::done(SecurityAct::RecoveryCodeUsed, Some(person))
                .on(person)
                .from(&whence.address);
            tx.add_security_event(zone, &event, now).await?;
        }
        return Ok(is_used);
    }
    let secret = Secret::open(sealed, &app.keys, person).ok_or_else(unreadable)?;
    let Some(step) = secret.fresh_step(&bare, now, held.totp_step) else {
        return Ok(false);
    };
    let taken = Credential {
        totp_step: Some(step),
        ..held
    };
    tx.save_credential(zone, person, &taken).await?;
    Ok(true)
}

fn unreadable() -> AppError {
    AppError::Broken {
        cause: "the secret of an authenticator cannot be read: another master key?".into(),
    }
}

/// The secret that an attempt offers to a new authenticator.
pub fn offered_secret(app: &App, id: AttemptId) -> Secret {
    Secret::of(app.keys.enrolment_secret(id))
}

/// Sets an authenticator up with its first code, and goes on. Everything else that is open for the person ends.
pub async fn enrol(
    app: &App,
    (id, person): (AttemptId, PersonId),
    typed: &str,
    whence: &Whence,
) -> Result<Step, AppError> {
    let admitted = guess::admit(app, Door::second_factor(whence, person)).await?;
    let bare: String = typed.chars().filter(char::is_ascii_digit).collect();
    let (now, whence, app) = (app.now(), whence.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            let zone = app.zone;
            let attempt = match held(tx, &app, (id, Awaited::Enrolment), now).await {
                Ok(attempt) if attempt.person == Some(person) => attempt,
                Ok(_) => return Ok(Err(AppError::Unknown)),
                Err(over) => return Ok(Err(over)),
            };
            let secret = offered_secret(&app, id);
            let Some(step) = secret.fresh_step(&bare, now, None) else {
                miss(tx, &app, attempt, (&admitted, &whence, now)).await?;
                return Ok(Err(AppError::WrongCode));
            };
            guess::forgive(tx, zone, &admitted, now).await?;
            let known = tx.credential_to_change(zone, person).await?;
            let sealed = secret.seal(&app.keys, &app.ids, person);
            let set = Credential {
                totp_secret: Some(sealed.ok_or_else(unreadable)?),
                totp_step: Some(step),
                reset_asked: None,
                ..known
            };
            tx.save_credential(zone, person, &set).await?;
            let codes = credential::new_recovery_codes(tx, &app, person).await?;
            session::end_everywhere(tx, (zone, person), None, now).await?;
            tx.end_attempts_of(zone, person, now).await?;
            let event = SecurityEvent::done(SecurityAct::SecondFactorSet, Some(person))
                .on(person)
                .from(&whence.address);
            tx.add_security_event(zone, &event, now).await?;
            let comer = Comer {
                person,
                next: attempt.next.clone(),
                vouched_at: attempt.vouched_at,
                attempt: Some(attempt),
                has_proved_second: true,
                whence: &whence,
            };
            let mut step = go_on(tx, &app, comer, now).await?;
            if let Step::Entered(entered) = &mut step {
                entered.recovery_codes = codes;
            }
            Ok::<_, AppError>(Ok(step))
        })
        .await?
}
