//! From a template to the stages of one project.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::fmt;

use super::{Dependency, DependencyKind, LimitRule, StageDefinition, Template};
use crate::validity::ValidityTerms;

/// One stage that a project needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStage<'a> {
    /// Its place in the project, from 1.
    pub ordinal: u16,
    /// Its definition.
    pub definition: &'a StageDefinition,
    /// The promise under the chosen variant.
    pub promised: Option<&'a LimitRule>,
    /// The places of the stages that must be done first.
    pub after: Vec<u16>,
    /// The validity within which it must be done; `None` also where nothing that expires is needed.
    pub validity: Option<ValidityTerms>,
}

/// Why no plan can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanFlaw {
    /// The template has no variant of this code.
    UnknownVariant {
        /// As asked.
        variant: String,
    },
    /// The template has no trait of this code.
    UnknownTrait {
        /// As asked.
        code: String,
    },
    /// No stage applies to a project with these traits.
    NoStage,
}

impl fmt::Display for PlanFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVariant { variant } => write!(f, "no variant {variant:?} in the template"),
            Self::UnknownTrait { code } => write!(f, "no trait {code:?} in the template"),
            Self::NoStage => f.write_str("no stage of the template applies to these traits"),
        }
    }
}

impl core::error::Error for PlanFlaw {}

impl Template {
    /// The stages that a project with `traits` needs under `variant`, in the template's order.
    ///
    /// A dependency on a stage that does not apply is replaced by what that stage waited for. Soft
    /// dependencies do not hold a stage back.
    pub fn plan(
        &self,
        variant: &str,
        traits: &BTreeSet<String>,
    ) -> Result<Vec<PlannedStage<'_>>, PlanFlaw> {
        let variant = self
            .variant(variant)
            .ok_or_else(|| PlanFlaw::UnknownVariant {
                variant: variant.into(),
            })?;
        if let Some(code) = traits
            .iter()
            .find(|code| self.traits.iter().all(|t| t.code != **code))
        {
            return Err(PlanFlaw::UnknownTrait { code: code.clone() });
        }
        let chosen: Vec<&StageDefinition> = self
            .stages
            .iter()
            .filter(|stage| stage.applies.holds(traits))
            .collect();
        if chosen.is_empty() {
            return Err(PlanFlaw::NoStage);
        }
        let places: BTreeMap<&str, u16> = chosen
            .iter()
            .zip(1..)
            .map(|(stage, place)| (stage.code.as_str(), place))
            .collect();
        let planned = chosen.iter().zip(1..).map(|(&definition, ordinal)| {
            let change = variant
                .changes
                .iter()
                .find(|change| change.stage == definition.code);
            PlannedStage {
                ordinal,
                definition,
                promised: change
                    .and_then(|change| change.promised.as_ref())
                    .or(definition.promised.as_ref()),
                after: self.places_before(&variant.code, &definition.code, &places),
                validity: definition.validity.as_ref().and_then(|rule| {
                    Some(ValidityTerms {
                        of: *places.get(rule.of.as_str())?,
                        months: rule.months,
                        remind_days: rule.remind_days,
                        renewals_max: rule.renewals_max,
                    })
                }),
            }
        });
        Ok(planned.collect())
    }

    /// The dependencies of `stage` under `variant`.
    pub(super) fn waits_of(&self, variant: &str, stage: &str) -> &[Dependency] {
        let change = self
            .variant(variant)
            .and_then(|variant| variant.changes.iter().find(|change| change.stage == stage))
            .and_then(|change| change.depends_on.as_deref());
        change
            .or_else(|| self.stage(stage).map(|stage| stage.depends_on.as_slice()))
            .unwrap_or(&[])
    }

    /// The places of the stages that `stage` waits for. Where one is absent, the places of those that it
    /// would wait for.
    fn places_before<'a>(
        &'a self,
        variant: &str,
        stage: &'a str,
        places: &BTreeMap<&str, u16>,
    ) -> Vec<u16> {
        let mut after = BTreeSet::new();
        // Nothing is looked at twice: the walk ends even in a template with a cycle, which `flaws` refuses.
        let mut seen = BTreeSet::new();
        let mut ahead = Vec::from([stage]);
        while let Some(stage) = ahead.pop() {
            for wait in self.waits_of(variant, stage) {
                if wait.kind == DependencyKind::Soft || !seen.insert(wait.on.as_str()) {
                    continue;
                }
                match places.get(wait.on.as_str()) {
                    Some(&place) => {
                        after.insert(place);
                    }
                    None => ahead.push(&wait.on),
                }
            }
        }
        after.into_iter().collect()
    }
}
