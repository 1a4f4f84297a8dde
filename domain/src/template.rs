//! Templates: what must be done for a project, by whom, within which limits, after what.

mod check;
mod plan;

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use serde::{Deserialize, Serialize};

pub use self::{
    check::TemplateFlaw,
    plan::{PlanFlaw, PlannedStage},
};
use crate::{
    clock::{Court, StopReason},
    extension::ExtensionTerms,
    limit::Limit,
    text::Bilingual,
};

/// A versioned definition of stages. Immutable once published; a project keeps the version it started
/// with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Stable name, for example `key-industrial`.
    pub code: String,
    /// Counts up with every published change.
    pub version: u32,
    /// What people call it.
    pub name: Bilingual,
    /// The kinds of units that its stages name.
    pub units: Vec<TemplateUnit>,
    /// The traits of a project by which stages are chosen.
    pub traits: Vec<TraitDefinition>,
    /// Ready variants; the first is the default.
    pub variants: Vec<Variant>,
    /// In the order in which pages list them.
    pub stages: Vec<StageDefinition>,
}

/// The fixed spine of every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 立项
    Approval,
    /// 登记注册
    Registration,
    /// 筹建
    Preparation,
    /// 建设
    Construction,
    /// 竣工投产
    Completion,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 5] = [
        Self::Approval,
        Self::Registration,
        Self::Preparation,
        Self::Construction,
        Self::Completion,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Registration => "registration",
            Self::Preparation => "preparation",
            Self::Construction => "construction",
            Self::Completion => "completion",
        }
    }
}

/// A unit as a template names it; a zone maps it to its own unit by this code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateUnit {
    /// Stable name, for example `natural-resources`.
    pub code: String,
    /// What people call it.
    pub name: Bilingual,
    /// What kind of unit a zone should map it to.
    pub kind: crate::office::UnitKind,
}

/// A yes-or-no fact about a project that chooses stages, for example `foreign`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraitDefinition {
    /// Stable name.
    pub code: String,
    /// What people call it.
    pub name: Bilingual,
}

/// A ready way through the template: the stages whose dependencies or promises differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Stable name, for example `standard`.
    pub code: String,
    /// What people call it.
    pub name: Bilingual,
    /// What differs from the stages as listed.
    #[serde(default)]
    pub changes: Vec<StageChange>,
}

/// What a variant changes in one stage; what is absent stays as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageChange {
    /// The stage.
    pub stage: String,
    /// Replaces all dependencies.
    #[serde(default)]
    pub depends_on: Option<Vec<Dependency>>,
    /// Replaces the promise.
    #[serde(default)]
    pub promised: Option<LimitRule>,
}

/// One stage as the template defines it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageDefinition {
    /// Stable short name, for example `L06`.
    pub code: String,
    /// Where it stands on the spine.
    pub phase: Phase,
    /// What people call it.
    pub name: Bilingual,
    /// The responsible unit, by the code of [`TemplateUnit`].
    pub unit: String,
    /// Whose turn it is while the stage runs: a period fixed by law is nobody's delay.
    pub court: Court,
    /// What kind of act it is.
    pub handling: Handling,
    /// What it marks for the project, if anything.
    #[serde(default)]
    pub milestone: Option<Milestone>,
    /// The limit in law, if any.
    #[serde(default)]
    pub statutory: Option<LimitRule>,
    /// The limit promised to the public, if any; never longer than the statutory one.
    #[serde(default)]
    pub promised: Option<LimitRule>,
    /// Working days without a sign of work after which the officer is asked; `None` for never.
    #[serde(default)]
    pub silence_days: Option<u16>,
    /// What must come first.
    #[serde(default)]
    pub depends_on: Vec<Dependency>,
    /// Documents the investor hands in.
    #[serde(default)]
    pub materials: Vec<Bilingual>,
    /// Special steps whose time is left out of the limit, as the reasons for which the clock may stop.
    #[serde(default)]
    pub stops: Vec<AllowedStop>,
    /// How much more time may be granted, if any.
    #[serde(default)]
    pub extension: Option<ExtensionRule>,
    /// That it must be done while what another stage yields is valid.
    #[serde(default)]
    pub validity: Option<ValidityRule>,
    /// For which projects the stage is needed.
    #[serde(default)]
    pub applies: Condition,
}

/// That a stage must be done while what another yields is valid, with where that comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidityRule {
    /// The code of the stage whose result expires.
    pub of: String,
    /// Months for which an issue, and each renewal, is good.
    pub months: u8,
    /// Working days before the expiry on which people are told.
    pub remind_days: u16,
    /// How often it may be renewed.
    pub renewals_max: u8,
    /// The document that says so.
    pub citation: String,
    /// False until the efficacy office has checked the citation.
    pub is_verified: bool,
}

/// How much more time a stage may be granted, with where that comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionRule {
    /// The numbers.
    #[serde(flatten)]
    pub terms: ExtensionTerms,
    /// The document that says so.
    pub citation: String,
    /// False until the efficacy office has checked the citation.
    pub is_verified: bool,
}

/// What kind of act a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// 即办件: decided on the spot.
    Immediate,
    /// 承诺件: decided inside a promised limit.
    Promised,
    /// The investor's own act, or a milestone.
    Milestone,
}

/// A day that investors plan by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// 开工
    StartOfWorks,
    /// 投产
    Production,
}

/// A limit with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitRule {
    /// The limit.
    pub limit: Limit,
    /// The document that says so.
    pub citation: String,
    /// False until the efficacy office has checked the citation.
    pub is_verified: bool,
}

/// That one stage waits for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// The stage that must come first. If it does not apply to a project, what it waited for is
    /// waited for instead.
    pub on: String,
    /// Why it must.
    pub kind: DependencyKind,
}

/// Why one stage waits for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependencyKind {
    /// Law.
    Hard,
    /// Habit: does not hold the stage back.
    Soft,
    /// The stage needs the other's output.
    Document,
}

/// A reason for which the clock of a stage may stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedStop {
    /// The reason.
    pub reason: StopReason,
    /// The greatest number of working days, if there is one.
    #[serde(default)]
    pub cap_days: Option<u16>,
    /// The document that allows it.
    pub citation: String,
}

/// For which projects a stage is needed: all of `all`, one of `any` (if there are any), none of `none`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Traits that must all be there.
    #[serde(default)]
    pub all: Vec<String>,
    /// Traits of which one must be there.
    #[serde(default)]
    pub any: Vec<String>,
    /// Traits of which none may be there.
    #[serde(default)]
    pub none: Vec<String>,
}

impl Condition {
    /// True when a project with `traits` needs the stage.
    pub fn holds(&self, traits: &BTreeSet<String>) -> bool {
        self.all.iter().all(|code| traits.contains(code))
            && (self.any.is_empty() || self.any.iter().any(|code| traits.contains(code)))
            && !self.none.iter().any(|code| traits.contains(code))
    }

    /// Every trait the condition names.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.all.iter().chain(&self.any).chain(&self.none)
    }
}

impl Template {
    /// The definition of a stage.
    pub fn stage(&self, code: &str) -> Option<&StageDefinition> {
        self.stages.iter().find(|stage| stage.code == code)
    }

    /// The unit as the template names it.
    pub fn unit(&self, code: &str) -> Option<&TemplateUnit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// The variant of this code.
    pub fn variant(&self, code: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.code == code)
    }
}

#[cfg(test)]
mod tests;
