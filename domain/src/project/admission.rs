//! Admission: a project enters the green channel.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::fmt;

use time::Date;

use super::{Draft, Project, Step, TemplateRef};
use crate::{
    code::ProjectCode,
    event::{Author, Fact},
    id::{CompanyId, PersonId, ProjectId, StageId, UnitId},
    metadata::Metadata,
    moment::Moment,
    office::Office,
    schedule::ForecastCause,
    stage::Stage,
    template::{PlanFlaw, Template},
    text::Line,
};

/// What is needed to admit a project.
#[derive(Debug, Clone)]
pub struct Admission {
    /// The key it gets.
    pub id: ProjectId,
    /// The zone's next number.
    pub code: ProjectCode,
    /// What it is called.
    pub name: Line,
    /// The company that invests.
    pub investor: Line,
    /// Planned investment in yuan.
    pub investment_yuan: Option<u64>,
    /// True for a key project.
    pub is_key: bool,
    /// The variant of the template.
    pub variant: String,
    /// The facts that choose its stages.
    pub traits: BTreeSet<String>,
    /// The investor's one contact in the zone.
    pub steward: Option<PersonId>,
    /// People of the investor with an account.
    pub contacts: BTreeSet<PersonId>,
    /// The company that invests, if the zone keeps it.
    pub company: Option<CompanyId>,
    /// The day it enters the green channel; not in the future.
    pub admitted_on: Date,
    /// The zone's units by the codes that the template uses.
    pub units: BTreeMap<String, UnitId>,
}

/// Why a project cannot be admitted as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdmissionFlaw {
    /// The template makes no plan of it.
    Plan(PlanFlaw),
    /// The zone has no unit for a code that the template uses.
    UnmappedUnit {
        /// The code.
        unit: String,
    },
    /// A day in the future cannot have happened.
    InFuture {
        /// The day.
        on: Date,
    },
}

impl fmt::Display for AdmissionFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plan(flaw) => flaw.fmt(f),
            Self::UnmappedUnit { unit } => write!(f, "the zone has no unit {unit:?}"),
            Self::InFuture { on } => write!(f, "{on} lies in the future"),
        }
    }
}

impl core::error::Error for AdmissionFlaw {}

impl Project {
    /// Admits a project: its stages are planned, and those that wait for nothing become ready.
    ///
    /// `new_stage` gives the key of each stage.
    pub fn admit(
        admission: Admission,
        template: &Template,
        mut new_stage: impl FnMut() -> StageId,
        author: Author,
        (now, office): (Moment, &Office),
    ) -> Result<Step, AdmissionFlaw> {
        let on = admission.admitted_on;
        if on > now.today {
            return Err(AdmissionFlaw::InFuture { on });
        }
        let plan = template
            .plan(&admission.variant, &admission.traits)
            .map_err(AdmissionFlaw::Plan)?;
        let mut stages = Vec::with_capacity(plan.len());
        for planned in &plan {
            let unit = &planned.definition.unit;
            let unit = *admission
                .units
                .get(unit)
                .ok_or_else(|| AdmissionFlaw::UnmappedUnit { unit: unit.clone() })?;
            stages.push(Stage::planned(new_stage(), unit, planned));
        }
        let template = TemplateRef {
            code: template.code.clone(),
            version: template.version,
            variant: admission.variant,
        };
        let line = alloc::format!(
            "{}@{}/{}",
            template.code,
            template.version,
            template.variant
        );
        let project = Project {
            id: admission.id,
            code: admission.code,
            name: admission.name,
            investor: admission.investor,
            investment_yuan: admission.investment_yuan,
            is_key: admission.is_key,
            template,
            traits: admission.traits,
            steward: admission.steward,
            contacts: admission.contacts,
            lead: None,
            company: admission.company,
            admitted_on: on,
            closed_on: None,
            forecast: None,
            progress: None,
            metadata: Metadata::default(),
            stages,
        };
        let mut draft = Draft::new(&project, author, now, office);
        draft.record(None, on, Fact::ProjectAdmitted { template: line });
        draft.release(on);
        // Said for the first time, a forecast has not moved.
        Ok(draft.finish_because(None, ForecastCause::Accepted))
    }
}
