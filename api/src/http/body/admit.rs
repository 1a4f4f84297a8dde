//! The body of an admission.

use serde::Deserialize;
use utoipa::ToSchema;

use super::Flaws;
use crate::{
    error::AppError,
    usecase::{project::Admit, zone::KEY_INDUSTRIAL_CODE},
};

/// A project to admit.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdmitBody {
    /// What it is called.
    pub name: Option<String>,
    /// The company that invests.
    pub investor: Option<String>,
    /// Planned investment in yuan.
    pub investment_yuan: Option<u64>,
    /// True for a key project.
    #[serde(default)]
    pub is_key: bool,
    /// The template's code; `key-industrial` if absent.
    pub template: Option<String>,
    /// The variant; `standard` if absent.
    pub variant: Option<String>,
    /// The facts that choose the stages.
    #[serde(default)]
    pub traits: Vec<String>,
    /// The investor's one contact in the zone.
    pub steward: Option<String>,
    /// People of the investor with an account.
    #[serde(default)]
    pub contacts: Vec<String>,
    /// The company that invests, if the zone keeps it; those who speak for it become contacts too.
    #[schema(example = "cmp_01J0000000000000000000000")]
    pub company: Option<String>,
    /// The day it enters the green channel; today if absent.
    #[schema(example = "2026-03-02", format = Date)]
    pub admitted_on: Option<String>,
}

impl AdmitBody {
    /// The wish.
    pub fn parse(&self) -> Result<Admit, AppError> {
        let mut flaws = Flaws::default();
        let name = flaws.line("name", self.name.as_deref());
        let investor = flaws.line("investor", self.investor.as_deref());
        let steward = self
            .steward
            .as_deref()
            .and_then(|typed| flaws.person("steward", Some(typed)));
        let contacts = self
            .contacts
            .iter()
            .filter_map(|typed| flaws.person("contacts", Some(typed)))
            .collect();
        let admitted_on = flaws.date("admitted_on", self.admitted_on.as_deref());
        let company = self
            .company
            .as_deref()
            .and_then(|typed| flaws.parsed("company", typed));
        let admit = name.zip(investor).map(|(name, investor)| Admit {
            template: self
                .template
                .clone()
                .unwrap_or_else(|| KEY_INDUSTRIAL_CODE.to_owned()),
            variant: self.variant.clone().unwrap_or_else(|| STANDARD.to_owned()),
            traits: self.traits.iter().cloned().collect(),
            name,
            investor,
            investment_yuan: self.investment_yuan,
            is_key: self.is_key,
            steward,
            contacts,
            company,
            admitted_on,
        });
        flaws.finish(admit)
    }
}

/// The variant that every template has.
const STANDARD: &str = "standard";
