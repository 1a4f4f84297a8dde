//! Companies that invest: adding and changing them.

use std::collections::BTreeSet;

use domain::{
    access::{Actor, Permission},
    company::{Company, Registration},
    id::{CompanyId, PersonId},
    security::{SecurityAct, SecurityEvent},
    text::Line,
};
use persistence::Tx;

use super::directory::{Changing, require, require_entry, taken};
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    http::respond::Edition,
    usecase::directory,
    view::directory::{CompanyEntry, company_entry},
};

/// A company to add.
#[derive(Debug, Clone)]
pub struct NewCompany {
    /// As registered.
    pub name: Line,
    /// Under which number.
    pub registration: Option<Registration>,
    /// Who speaks for it.
    pub contacts: BTreeSet<PersonId>,
}

/// What is to be another about a company. The inner `None` takes the number away.
#[derive(Debug, Clone, Default)]
pub struct CompanyPatch {
    /// Its name.
    pub name: Option<Line>,
    /// Its number.
    pub registration: Option<Option<Registration>>,
    /// Who speaks for it: all of them.
    pub contacts: Option<BTreeSet<PersonId>>,
}

/// Refuses a number whose check failed until somebody says that it is right all the same.
fn require_trust(registration: Option<&Registration>) -> Result<(), AppError> {
    match registration {
        Some(Registration::Uscc {
            code,
            is_overridden: false,
        }) => {
            let doubts = code.doubts().into_iter();
            let flaws: Vec<FieldFlaw> = doubts
                .map(|doubt| FieldFlaw::of("uscc", doubt.code()))
                .collect();
            if flaws.is_empty() {
                Ok(())
            } else {
                Err(AppError::Flawed(flaws))
            }
        }
        Some(Registration::Uscc { .. } | Registration::Foreign { .. }) | None => Ok(()),
    }
}

async fn require_contacts(
    tx: &mut Tx,
    changing: Changing,
    contacts: &BTreeSet<PersonId>,
) -> Result<(), AppError> {
    let directory = tx.directory(changing.zone).await?;
    let is_known = |id: &PersonId| {
        let known = directory.people.get(id);
        known.is_some_and(|person| person.is_active)
    };
    if contacts.iter().all(is_known) {
        Ok(())
    } else {
        let flaw = FieldFlaw::of("contacts", "validation.choice");
        Err(AppError::Flawed(vec![flaw]))
    }
}

/// What the security record says of a company: an overridden check, and which.
fn told(company: &Company, change: &'static str) -> impl FnOnce(SecurityEvent) -> SecurityEvent {
    let id = company.id;
    let doubts = company.registration.as_ref().map(Registration::doubts);
    let doubts = doubts.unwrap_or_default();
    move |event| {
        let event = event.on(id).with("change", change);
        if doubts.is_empty() {
            return event;
        }
        let codes: Vec<&str> = doubts.iter().map(|doubt| doubt.code()).collect();
        event.with("overridden", codes.join(" "))
    }
}

/// Adds a company.
pub async fn add(app: &App, actor: &Actor, new: NewCompany) -> Result<CompanyId, AppError> {
    require(actor, Permission::ManageCompanies)?;
    require_trust(new.registration.as_ref())?;
    let changing = Changing::now(app, actor);
    let at = changing.at;
    let company = Company {
        id: CompanyId(app.ids.key(at)),
        name: new.name,
        registration: new.registration,
        contacts: new.contacts,
    };
    app.store
        .write_once(async move |tx| {
            let id = company.id;
            require_contacts(tx, changing, &company.contacts).await?;
            tx.add_company(changing.zone, &company)
                .await
                .map_err(|error| taken(error, "company", "uscc", "company.number_taken"))?;
            let added = told(&company, "added");
            changing
                .record(tx, id.0, added, SecurityAct::CompanyChanged)
                .await?;
            Ok::<_, AppError>(id)
        })
        .await
}

/// Changes a company, based on a version of it.
pub async fn change(
    app: &App,
    actor: &Actor,
    (id, based_on): (CompanyId, i64),
    patch: CompanyPatch,
) -> Result<(), AppError> {
    require(actor, Permission::ManageCompanies)?;
    require_trust(patch.registration.as_ref().and_then(Option::as_ref))?;
    let changing = Changing::now(app, actor);
    app.store
        .write_once(async move |tx| {
            let before = tx.company(changing.zone, id).await?;
            require_entry(tx, changing.zone, id.0, based_on).await?;
            let after = Company {
                id,
                name: patch.name.unwrap_or_else(|| before.name.clone()),
                registration: patch
                    .registration
                    .unwrap_or_else(|| before.registration.clone()),
                contacts: patch.contacts.unwrap_or_else(|| before.contacts.clone()),
            };
            require_contacts(tx, changing, &after.contacts).await?;
            if after == before {
                return Ok(());
            }
            tx.save_company(changing.zone, &after)
                .await
                .map_err(|error| taken(error, "company", "uscc", "company.number_taken"))?;
            let changed = told(&after, "changed");
            changing
                .record(tx, id.0, changed, SecurityAct::CompanyChanged)
                .await?;
            Ok(())
        })
        .await
}

/// A page of companies, by key.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<CompanyEntry>, AppError> {
    require(actor, Permission::ReadCompanies)?;
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let directory = tx.directory(zone).await?;
            let entries = tx.entries(zone).await?;
            let found = tx.companies(zone).await?;
            let entry = |company: &Company| {
                let version = entries.get(&company.id.0).copied();
                company_entry(company, &directory, version)
            };
            Ok(found.iter().map(entry).collect())
        })
        .await
}

/// One company with its projects.
pub async fn look(
    app: &App,
    actor: &Actor,
    id: CompanyId,
) -> Result<(CompanyEntry, Edition), AppError> {
    require(actor, Permission::ReadCompanies)?;
    let (zone, at) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let company = tx.company(zone, id).await?;
            let edition = directory::edition(tx, zone, id.0, at).await?;
            let directory = tx.directory(zone).await?;
            let mut entry = company_entry(&company, &directory, Some(edition.version));
            let projects = tx.projects_of_company(zone, id).await?;
            entry.projects = projects.into_iter().map(|(_, code)| code).collect();
            Ok((entry, edition))
        })
        .await
}
