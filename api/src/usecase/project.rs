//! Admission of a project, and finding one.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    access::{Actor, Permission},
    code::{ProjectCode, QueryCode},
    event::Author,
    id::{CompanyId, PersonId, ProjectId, StageId, ZoneId},
    project::{Admission, Project},
    text::Line,
};
use persistence::{StoreError, Tx, project::Secrets};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    ids::Ids,
    keys::Keys,
};

/// What somebody wants to admit.
#[derive(Debug, Clone)]
pub struct Admit {
    /// The template's code; its newest version is taken.
    pub template: String,
    /// The variant of the template.
    pub variant: String,
    /// The facts that choose the stages.
    pub traits: BTreeSet<String>,
    /// What the project is called.
    pub name: Line,
    /// The company that invests.
    pub investor: Line,
    /// Planned investment in yuan.
    pub investment_yuan: Option<u64>,
    /// True for a key project.
    pub is_key: bool,
    /// The investor's one contact in the zone.
    pub steward: Option<PersonId>,
    /// People of the investor with an account.
    pub contacts: BTreeSet<PersonId>,
    /// The company that invests; those who speak for it become contacts too.
    pub company: Option<CompanyId>,
    /// The day it enters the green channel; today if not said.
    pub admitted_on: Option<Date>,
}

/// A newly admitted project.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Admitted {
    /// Key.
    pub id: ProjectId,
    /// The zone's number for it.
    pub code: ProjectCode,
    /// The secret for the investor, shown once.
    #[serde(with = "query_code_in_clear")]
    pub query_code: QueryCode,
}

/// A query code as its digits, for what is sealed before it is kept; nothing else may write it down.
mod query_code_in_clear {
    use domain::code::QueryCode;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(code: &QueryCode, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(code.digits())
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<QueryCode, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Admits a project for `actor`.
pub async fn admit(app: &App, actor: Actor, admit: Admit) -> Result<Admitted, AppError> {
    if !actor.may(Permission::AdmitProject) {
        return Err(AppError::Forbidden(Permission::AdmitProject));
    }
    let admitter = Admitter {
        zone: app.zone,
        ids: app.ids.clone(),
        keys: app.keys.clone(),
    };
    let (at, author) = (app.now(), Author::Person(actor.person));
    app.store
        .write_once(async move |tx| admitter.admit(tx, admit, author, at).await)
        .await
}

/// What admitting needs besides the wish.
#[derive(Debug, Clone)]
pub struct Admitter {
    /// Where.
    pub zone: ZoneId,
    /// New keys.
    pub ids: Ids,
    /// For the hash of the query code.
    pub keys: Keys,
}

impl Admitter {
    /// Admits a project inside a transaction.
    pub async fn admit(
        &self,
        tx: &mut Tx,
        mut admit: Admit,
        author: Author,
        at: OffsetDateTime,
    ) -> Result<Admitted, AppError> {
        let zone = tx.office(self.zone).await?;
        let now = zone.office.moment(at);
        let template = tx
            .newest_template(self.zone, &admit.template)
            .await
            .map_err(|error| {
                if matches!(error, StoreError::Absent) {
                    AppError::Flawed(vec![FieldFlaw::of("template", "template.unknown")])
                } else {
                    error.into()
                }
            })?;
        self.add_company_contacts(tx, &mut admit).await?;
        self.require_people(tx, &admit).await?;
        let code = self
            .next_code(tx, &zone.zone.code_prefix, now.today)
            .await?;
        let query_code = self.ids.query_code();
        let units: BTreeMap<_, _> = tx
            .units(self.zone)
            .await?
            .into_values()
            .filter(|unit| unit.is_active)
            .map(|unit| (unit.code, unit.id))
            .collect();
        let admission = Admission {
            id: ProjectId(self.ids.key(at)),
            code: code.clone(),
            name: admit.name,
            investor: admit.investor,
            investment_yuan: admit.investment_yuan,
            is_key: admit.is_key,
            variant: admit.variant,
            traits: admit.traits,
            steward: admit.steward,
            contacts: admit.contacts,
            company: admit.company,
            admitted_on: admit.admitted_on.unwrap_or(now.today),
            units,
        };
        let new_stage = || StageId(self.ids.key(at));
        let step = Project::admit(admission, &template, new_stage, author, (now, &zone.office))?;
        let secrets = Secrets {
            query_hash: Some(self.keys.query_hash(code.as_str(), &query_code)),
            source_key: None,
        };
        tx.add_project(&zone.office, &step, secrets, now.at).await?;
        Ok(Admitted {
            id: step.project.id,
            code,
            query_code,
        })
    }

    /// Those who speak for the company speak for each of its projects.
    async fn add_company_contacts(&self, tx: &mut Tx, admit: &mut Admit) -> Result<(), AppError> {
        let Some(company) = admit.company else {
            return Ok(());
        };
        let company = tx.company(self.zone, company).await.map_err(|error| {
            if matches!(error, StoreError::Absent) {
                AppError::Flawed(vec![FieldFlaw::of("company", "validation.choice")])
            } else {
                error.into()
            }
        })?;
        for contact in company.contacts {
            // Somebody who has left speaks for nobody any more.
            if tx.find_actor(self.zone, contact).await?.is_some() {
                admit.contacts.insert(contact);
            }
        }
        Ok(())
    }

    /// Refuses people whom the zone does not know, or who have left.
    async fn require_people(&self, tx: &mut Tx, admit: &Admit) -> Result<(), AppError> {
        let mut flaws = Vec::new();
        let steward = admit.steward.map(|id| ("steward", id));
        let contacts = admit.contacts.iter().map(|id| ("contacts", *id));
        for (field, id) in steward.into_iter().chain(contacts) {
            if tx.find_actor(self.zone, id).await?.is_none() {
                flaws.push(FieldFlaw::of(field, "validation.choice"));
            }
        }
        if flaws.is_empty() {
            Ok(())
        } else {
            Err(AppError::Flawed(flaws))
        }
    }

    /// The zone's next number in the year of `today`.
    pub async fn next_code(
        &self,
        tx: &mut Tx,
        prefix: &str,
        today: Date,
    ) -> Result<ProjectCode, AppError> {
        next_code(tx, self.zone, prefix, today).await
    }
}

/// The next number of `zone` in the year of `today`.
pub async fn next_code(
    tx: &mut Tx,
    zone: ZoneId,
    prefix: &str,
    today: Date,
) -> Result<ProjectCode, AppError> {
    let number = tx
        .next_number(zone, &format!("project:{}", today.year()))
        .await?;
    let broken = || AppError::Broken {
        cause: format!("no project code for number {number}"),
    };
    let number = u32::try_from(number).map_err(|_too_large| broken())?;
    ProjectCode::new(prefix, today.year(), number).map_err(|_malformed| broken())
}

/// A project named by key or by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectName {
    /// `prj_...`
    Id(ProjectId),
    /// `GC-2026-0042`
    Code(ProjectCode),
}

impl std::str::FromStr for ProjectName {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        // What is neither cannot exist.
        text.parse()
            .map(Self::Code)
            .map_err(|_malformed| AppError::Absent)
    }
}

impl ProjectName {
    /// The key.
    pub async fn resolve(&self, tx: &mut Tx, zone: ZoneId) -> Result<ProjectId, StoreError> {
        match self {
            Self::Id(id) => Ok(*id),
            Self::Code(code) => {
                let found = tx.find_project_by_code(zone, code).await?;
                found.map(|(id, _)| id).ok_or(StoreError::Absent)
            }
        }
    }
}
