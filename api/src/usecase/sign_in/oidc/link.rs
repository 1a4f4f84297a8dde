//! Which account of the identity provider is whose here: laid down by the person, undone by the person or a
//! security administrator.
//!
//! No administrator connects somebody else's account over the pages: it would be enough to become that person.
//! Whoever runs the machine may, for accounts that have no other way in yet; the record says so.

use domain::{
    access::Actor,
    id::{PersonId, ZoneId},
    security::{SecurityAct, SecurityEvent},
    sign_in::{Attempt, Awaited, Over},
};
use persistence::{Store, StoreError, Tx, credential::Credential};
use time::OffsetDateTime;

use super::{attempt, keep, provider};
use crate::{
    app::App,
    error::{AppError, OidcFlaw},
    oidc::Trouble,
    whence::Whence,
};

/// Begins to connect the own account of somebody who is signed in and has just proved who it is. The browser goes
/// on only when the person says so on a page of ours: a form must not lead to another site.
pub async fn begin_link(app: &App, person: PersonId) -> Result<Attempt, AppError> {
    provider(app)?;
    let attempt = attempt(app, Some(person), Awaited::ProviderLink, "/me/security");
    keep(app, &attempt).await?;
    Ok(attempt)
}

/// Connects the account of a login with a subject, for the command line.
pub async fn connect(
    store: &Store,
    zone: ZoneId,
    (login, subject): (&str, (String, String)),
    now: OffsetDateTime,
) -> Result<PersonId, AppError> {
    let login = login.trim().to_owned();
    store
        .write(async move |tx: &mut Tx| {
            let account = tx.find_account(zone, &login).await?;
            let person = account.ok_or(AppError::Absent)?.person.id;
            let event = SecurityEvent::done(SecurityAct::OidcLinked, None)
                .on(person)
                .with("by", "command line");
            let linked = link(tx, zone, (person, subject), (event, now)).await?;
            linked.map_err(|trouble| AppError::Oidc(trouble.flaw))?;
            Ok(person)
        })
        .await
}

/// Connects a person with a subject as `event` tells it, or says why not.
async fn link(
    tx: &mut Tx,
    zone: ZoneId,
    (person, subject): (PersonId, (String, String)),
    (event, now): (SecurityEvent, OffsetDateTime),
) -> Result<Result<(), Trouble>, AppError> {
    let actor = tx.find_actor(zone, person).await?;
    actor.filter(Actor::is_staff).ok_or(AppError::Unknown)?;
    let held = tx.credential_to_change(zone, person).await?;
    let whose = (subject.0.as_str(), subject.1.as_str());
    let owner = tx.find_person_by_subject(zone, whose).await?;
    if owner.is_some_and(|owner| owner != person) {
        return Ok(Err(Trouble {
            flaw: OidcFlaw::Taken,
            why: "taken",
        }));
    }
    let linked = Credential {
        oidc: Some(subject),
        ..held
    };
    match tx.save_credential(zone, person, &linked).await {
        // Somebody was faster; the index has the last word, and takes the transaction with it.
        Err(StoreError::Duplicate { .. }) => return Err(AppError::Oidc(OidcFlaw::Taken)),
        saved => saved?,
    }
    tx.add_security_event(zone, &event, now).await?;
    Ok(Ok(()))
}

/// Connects whoever went to the provider from here with whom it saw there.
pub(super) async fn link_own(
    tx: &mut Tx,
    app: &App,
    (person, subject): (Option<PersonId>, (String, String)),
    (whence, now): (&Whence, OffsetDateTime),
) -> Result<Result<(), Trouble>, AppError> {
    let person = person.ok_or(AppError::Over(Over::Expired))?;
    let event = SecurityEvent::done(SecurityAct::OidcLinked, Some(person))
        .on(person)
        .from(&whence.address);
    link(tx, app.zone, (person, subject), (event, now)).await
}

/// Undoes it: `person` signs in at the provider no more. Nobody locks the own account that way; an administrator
/// may, for then somebody else has the account of the provider.
pub async fn unlink(
    app: &App,
    (actor, person): (PersonId, PersonId),
    whence: &Whence,
) -> Result<(), AppError> {
    let (zone, now, address) = (app.zone, app.now(), whence.address.clone());
    app.store
        .write(async move |tx: &mut Tx| {
            tx.person(zone, person).await?;
            let held = tx.credential_to_change(zone, person).await?;
            if held.oidc.is_none() {
                return Err(AppError::Absent);
            }
            let has_password = tx.password_hash(zone, person).await?.is_some();
            if actor == person && !has_password {
                return Err(AppError::Oidc(OidcFlaw::OnlyWay));
            }
            let unlinked = Credential { oidc: None, ..held };
            tx.save_credential(zone, person, &unlinked).await?;
            let event = SecurityEvent::done(SecurityAct::OidcUnlinked, Some(actor))
                .on(person)
                .from(&address);
            tx.add_security_event(zone, &event, now).await?;
            Ok(())
        })
        .await
}
