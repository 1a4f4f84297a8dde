//! Changing what one proves to be who one is: password, authenticator, recovery codes.

use domain::{
    code::crockford,
    id::{AttemptId, PersonId},
    password::PasswordAge,
    security::{SecurityAct, SecurityEvent},
    sign_in::{Attempt, Awaited},
};
use persistence::{Tx, credential::Credential, session::Session};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{
    account::{self, Known},
    guess, session,
    session::Opened,
    sign_in,
};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    password,
    whence::Whence,
};

/// Recovery codes that one gets at a time.
const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code: 120 bits.
pub const RECOVERY_CHARACTERS: usize = 24;
/// How long a second administrator may take to agree to the loss of an authenticator.
const RESET_KEPT: Duration = Duration::hours(24);
/// What the product is called, in every language.
const PRODUCT: [&str; 2] = ["Green Channel", "绿色通道"];

/// A new password that is good enough: its hash, and the hash it replaces.
pub struct NewPassword {
    old: Option<String>,
    new: String,
}

/// Judges and hashes a new password of `person`.
pub(super) async fn new_password(
    app: &App,
    person: PersonId,
    typed: &str,
) -> Result<NewPassword, AppError> {
    let zone = app.zone;
    let (names, old) = app
        .store
        .read(async |tx: &mut Tx| {
            let names = names(tx, app, person).await?;
            let old = tx.password_hash(zone, person).await?;
            Ok::<_, AppError>((names, old))
        })
        .await?;
    let flaws = flaws(app, typed, &names);
    if !flaws.is_empty() {
        return Err(AppError::Flawed(flaws));
    }
    if let Some(known) = &old {
        let salt = account::salt(app);
        let verdict = app
            .passwords
            .verify(typed, Some(known.clone()), salt)
            .await?;
        if verdict.is_right {
            let same = FieldFlaw::of("new_password", "password.unchanged");
            return Err(AppError::Flawed(vec![same]));
        }
    }
    let new = app.passwords.hash(typed, account::salt(app)).await?;
    Ok(NewPassword { old, new })
}

/// What is wrong with a new password among these names.
pub(super) fn flaws(app: &App, typed: &str, names: &[String]) -> Vec<FieldFlaw> {
    let names = names.iter().map(String::as_str);
    let found = app
        .sign_in
        .rules()
        .flaws(&password::normalised(typed), names);
    let flaw = |flaw: domain::password::PasswordFlaw| FieldFlaw {
        field: "new_password",
        code: flaw.code().to_owned(),
        arguments: flaw.arguments(),
    };
    found.into_iter().map(flaw).collect()
}

/// The names around a person, which its password may not contain.
async fn names(tx: &mut Tx, app: &App, person: PersonId) -> Result<Vec<String>, AppError> {
    let person = tx.person(app.zone, person).await?;
    let mut names = names_around(tx, app).await?;
    let mailbox = person
        .email
        .as_deref()
        .and_then(|mail| mail.split_once('@'));
    names.extend(mailbox.map(|(mailbox, _)| mailbox.to_owned()));
    names.extend([person.login, person.name]);
    let directory = tx.directory(app.zone).await?;
    if let Some(unit) = person.unit.and_then(|unit| directory.units.get(&unit)) {
        names.extend([
            unit.code.clone(),
            unit.name.zh.to_string(),
            unit.name.en.to_string(),
        ]);
    }
    Ok(names)
}

/// The names of the zone and the product.
pub(super) async fn names_around(tx: &mut Tx, app: &App) -> Result<Vec<String>, AppError> {
    let office = tx.office(app.zone).await?;
    let zone = &office.zone.name;
    let mut names: Vec<String> = PRODUCT.iter().map(|name| (*name).to_owned()).collect();
    names.extend([zone.zh.to_string(), zone.en.to_string()]);
    Ok(names)
}

/// Keeps a new password inside a write that holds the credential. Every session but `keep` ends.
pub(super) async fn keep_password(
    tx: &mut Tx,
    app: &App,
    (person, new): (PersonId, &NewPassword),
    (keep, whence, now): (Option<&Session>, &Whence, OffsetDateTime),
) -> Result<(), AppError> {
    let zone = app.zone;
    let hashes = (new.old.as_deref(), new.new.as_str());
    if !tx.replace_password_hash(zone, person, hashes).await? {
        // Somebody has changed it meanwhile; whoever that was knows the new one.
        return Err(AppError::WrongPassword);
    }
    let held = tx.credential_to_change(zone, person).await?;
    let changed = Credential {
        password_changed_at: Some(now),
        must_change_password: false,
        ..held
    };
    tx.save_credential(zone, person, &changed).await?;
    let keep = keep.map(|session| session.id);
    session::end_everywhere(tx, (zone, person), keep, now).await?;
    let event = SecurityEvent::done(SecurityAct::PasswordChanged, Some(person))
        .on(person)
        .from(&whence.address);
    tx.add_security_event(zone, &event, now).await?;
    Ok(())
}

/// What somebody types to change the own password.
#[derive(Clone, Copy)]
pub struct PasswordChange<'a> {
    /// The password until now.
    pub current: &'a str,
    /// The one from now on.
    pub new: &'a str,
    /// A code of the authenticator, from those who have one.
    pub otp: Option<&'a str>,
}

/// Changes the own password; every other session ends, and the one at hand goes on under another secret.
/// `otp` of [`PasswordChange`] is asked where there is no fresh session to vouch for the second factor.
pub async fn change_password(
    app: &App,
    person: PersonId,
    change: PasswordChange<'_>,
    (at_hand, whence): (Option<(&str, &Session)>, &Whence),
) -> Result<Option<Opened>, AppError> {
    let Known { admitted, .. } =
        account::check_own_password(app, person, change.current, whence).await?;
    // Right is right, whatever is wrong with the new one.
    guess::forgive_now(app, admitted).await?;
    if let Some(otp) = change.otp {
        sign_in::prove_second(app, person, otp, whence).await?;
    }
    let new = new_password(app, person, change.new).await?;
    let at_hand = at_hand.map(|(token, session)| (token.to_owned(), session.clone()));
    let (now, whence, app) = (app.now(), whence.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| {
            tx.credential_to_change(app.zone, person).await?;
            let keep = at_hand.as_ref().map(|(_, session)| session);
            keep_password(tx, &app, (person, &new), (keep, &whence, now)).await?;
            tx.end_attempts_of(app.zone, person, now).await?;
            match &at_hand {
                Some((token, session)) => session::rotate(tx, &app, (token, session), now)
                    .await
                    .map(Some),
                None => Ok(None),
            }
        })
        .await
}

/// Proves once more who is at the keyboard: password, and second factor where there is one.
pub async fn confirm(
    app: &App,
    person: PersonId,
    (password, otp): (&str, &str),
    (token, held, whence): (&str, &Session, &Whence),
) -> Result<Opened, AppError> {
    let Known { admitted, .. } = account::check_own_password(app, person, password, whence).await?;
    guess::forgive_now(app, admitted).await?;
    sign_in::prove_second(app, person, otp, whence).await?;
    let (now, token, held, app) = (app.now(), token.to_owned(), held.clone(), app.clone());
    app.store
        .clone()
        .write(async move |tx: &mut Tx| session::rotate(tx, &app, (&token, &held), now).await)
        .await
}

/// Makes new recovery codes; those of before are worth nothing any more.
pub(super) async fn new_recovery_codes(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
) -> Result<Vec<String>, AppError> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(app)).collect();
    let hashes: Vec<String> = codes
        .iter()
        .map(|code| app.keys.recovery_hash(person, &code.replace('-', "")))
        .collect();
    tx.replace_recovery_codes(app.zone, person, &hashes).await?;
    Ok(codes)
}

fn recovery_code(app: &App) -> String {
    let secret = app.ids.secret();
    let letters: Vec<char> = secret
        .iter()
        .take(RECOVERY_CHARACTERS)
        .map(|octet| crockford::letter(octet & 31))
        .collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

/// Begins to set up an authenticator for somebody who is signed in and has just proved who it is.
pub async fn begin_enrolment(app: &App, person: PersonId) -> Result<Attempt, AppError> {
    let (zone, now) = (app.zone, app.now());
    let attempt = Attempt {
        id: AttemptId(app.ids.key(now)),
        person: Some(person),
        awaited: Awaited::Enrolment,
        wrong: 0,
        created_at: now,
        used_at: None,
        next: "/me/security".to_owned(),
        vouched_at: None,
    };
    let kept = attempt.clone();
    app.store
        .write(async move |tx: &mut Tx| tx.add_attempt(zone, &kept).await)
        .await?;
    Ok(attempt)
}

/// What somebody sees of the own proofs.
#[derive(Debug, Clone)]
pub struct OwnCredential {
    /// What the person types to sign in.
    pub login: String,
    /// True for those who have a password.
    pub has_password: bool,
    /// How old it is against the rules.
    pub age: PasswordAge,
    /// True for those who have an authenticator.
    pub has_authenticator: bool,
    /// Recovery codes left.
    pub recovery_codes: i64,
    /// True for those who may sign in at the identity provider.
    pub is_connected: bool,
}

/// True for somebody who may sign in at the identity provider that there is now.
pub fn is_connected(app: &App, held: &Credential) -> bool {
    let issuer = app.oidc.as_ref().map(crate::oidc::Provider::issuer);
    let held = held.oidc.as_ref().map(|(issuer, _)| issuer.as_str());
    held.is_some() && held == issuer
}

/// What somebody sees of the own proofs.
pub async fn own(app: &App, person: PersonId) -> Result<OwnCredential, AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let held = tx.credential(zone, person).await?;
            Ok::<_, AppError>(OwnCredential {
                login: tx.person(zone, person).await?.login,
                has_password: tx.password_hash(zone, person).await?.is_some(),
                age: app.sign_in.rules().age(held.password_changed_at, now),
                has_authenticator: held.totp_secret.is_some(),
                recovery_codes: tx.count_recovery_codes(zone, person).await?,
                is_connected: is_connected(app, &held),
            })
        })
        .await
}

/// Whether an authenticator is gone, or waits for a second administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reset {
    /// It was asked for; somebody else must agree.
    Asked,
    /// It is gone, and every session with it.
    Done,
}

/// Takes somebody's authenticator away when two security administrators want it within a day: the first asks,
/// the second agrees. Nobody does it to the own account.
pub async fn reset_second_factor(
    app: &App,
    (administrator, person): (PersonId, PersonId),
    whence: &Whence,
) -> Result<Reset, AppError> {
    if administrator == person {
        return Err(AppError::OwnAccount);
    }
    let (zone, now, address) = (app.zone, app.now(), whence.address.clone());
    app.store
        .write_once(async move |tx: &mut Tx| {
            tx.person(zone, person).await?;
            let held = tx.credential_to_change(zone, person).await?;
            let asked = held
                .reset_asked
                .filter(|(_, at)| now - *at < RESET_KEPT)
                .map(|(by, _)| by);
            let (act, reset, changed) = match asked {
                Some(by) if by != administrator => {
                    let changed = Credential {
                        totp_secret: None,
                        totp_step: None,
                        reset_asked: None,
                        ..held
                    };
                    (SecurityAct::SecondFactorReset, Reset::Done, changed)
                }
                Some(_) | None => {
                    let changed = Credential {
                        reset_asked: Some((administrator, now)),
                        ..held
                    };
                    (SecurityAct::SecondFactorResetAsked, Reset::Asked, changed)
                }
            };
            tx.save_credential(zone, person, &changed).await?;
            if reset == Reset::Done {
                tx.replace_recovery_codes(zone, person, &[]).await?;
                session::end_everywhere(tx, (zone, person), None, now).await?;
                tx.end_attempts_of(zone, person, now).await?;
            }
            let event = SecurityEvent::done(act, Some(administrator))
                .on(person)
                .from(&address);
            tx.add_security_event(zone, &event, now).await?;
            Ok::<_, AppError>(reset)
        })
        .await
}
