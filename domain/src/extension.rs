//! Extensions (延期): asked for in time, decided by somebody else, never without a trace.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{access::Role, id::PersonId, limit::Limit, text::Prose};

/// An extension that was granted: the promise has so many more days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// Days, in the unit of the promise.
    pub days: u16,
    /// Why.
    pub reason: ExtensionReason,
    /// The day of the request.
    pub requested_on: Date,
    /// The day of the decision.
    pub granted_on: Date,
    /// Who granted it.
    pub granted_by: PersonId,
}

/// A request that waits for its decision. While it waits no card is issued for the date it asks to move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRequest {
    /// Days, in the unit of the promise.
    pub days: u16,
    /// Why, from the closed list.
    pub reason: ExtensionReason,
    /// Why, in the officer's own words; the investor is told.
    pub text: Prose,
    /// The due day as it was.
    pub due_on: Date,
    /// The due day if it is granted.
    pub proposed_on: Date,
    /// The day of the request.
    pub requested_on: Date,
    /// Who asks; never the one who decides.
    pub requested_by: PersonId,
    /// Who must decide.
    pub approver: Approver,
    /// The last day to decide.
    pub decide_by: Date,
}

/// Why more time is asked for. A closed list, so that it can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionReason {
    /// 情况复杂
    Complexity,
    /// 需多部门会商
    Coordination,
    /// 需现场核查
    SiteVisit,
    /// 请示上级
    HigherGuidance,
    /// 系统故障
    SystemFailure,
    /// 其他
    Other,
}

impl ExtensionReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::Complexity,
        Self::Coordination,
        Self::SiteVisit,
        Self::HigherGuidance,
        Self::SystemFailure,
        Self::Other,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Complexity => "complexity",
            Self::Coordination => "coordination",
            Self::SiteVisit => "site_visit",
            Self::HigherGuidance => "higher_guidance",
            Self::SystemFailure => "system_failure",
            Self::Other => "other",
        }
    }

    /// The reason of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Who decides upon an extension: the larger it is, the farther from the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approver {
    /// The head of the responsible unit. Administrative Licensing Law, art. 42.
    Head,
    /// The leader in charge.
    Leader,
    /// The efficacy office, beyond half of the limit.
    EfficacyOffice,
}

impl Approver {
    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Leader => "leader",
            Self::EfficacyOffice => "efficacy_office",
        }
    }

    /// True when `role` is the one that must decide.
    pub fn is(self, role: Role) -> bool {
        matches!(
            (self, role),
            (Self::Head, Role::Head)
                | (Self::Leader, Role::Leader)
                | (Self::EfficacyOffice, Role::EfficacyOffice)
        )
    }

    /// True when somebody with `role` may decide in this one's place. What must go to the efficacy office
    /// goes past nobody else.
    pub fn admits(self, role: Role) -> bool {
        match self {
            Self::Head => matches!(role, Role::Head | Role::Leader | Role::EfficacyOffice),
            Self::Leader => matches!(role, Role::Leader | Role::EfficacyOffice),
            Self::EfficacyOffice => role == Role::EfficacyOffice,
        }
    }
}

/// What a template allows for one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionTerms {
    /// The most days that all extensions of the stage may add to its promise.
    pub days_max: u16,
    /// How far the extended promise may go beyond the limit in law; 0 where the law knows no extension.
    #[serde(default)]
    pub beyond_law_max: u16,
}

/// The zone's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRules {
    /// The most days that the head of the unit may grant in all; more goes to the leader in charge.
    pub head_days_max: u16,
    /// Beyond this share of the original limit, in percent, the efficacy office decides.
    pub efficacy_percent: u16,
    /// Working days in which a request must be decided.
    pub decision_days: u16,
}

impl Default for ExtensionRules {
    /// Five days by the bureau's own leaders (a city environment bureau's rule), half of the limit
    /// (42 U.S.C. 4370m-2), one working day for the decision (the example zone's own).
    fn default() -> Self {
        Self {
            head_days_max: 5,
            efficacy_percent: 50,
            decision_days: 1,
        }
    }
}

impl ExtensionRules {
    /// Who decides when `days` are asked for on top of `granted`, under an original limit of `limit_days`.
    /// What a head asks for, no head grants.
    pub fn approver(
        self,
        (granted, days): (u16, u16),
        limit_days: u16,
        is_by_head: bool,
    ) -> Approver {
        let all = u32::from(granted) + u32::from(days);
        if all * 100 > u32::from(limit_days) * u32::from(self.efficacy_percent) {
            Approver::EfficacyOffice
        } else if is_by_head || all > u32::from(self.head_days_max) {
            Approver::Leader
        } else {
            Approver::Head
        }
    }
}

/// `limit` with so many days more; what hangs on a date has none to add to.
pub fn extended(limit: Limit, days: u16) -> Limit {
    match limit {
        Limit::WorkingDays { value } => Limit::WorkingDays {
            value: value.saturating_add(days),
        },
        Limit::CalendarDays { value } => Limit::CalendarDays {
            value: value.saturating_add(days),
        },
        Limit::FixedDate { .. } | Limit::BeforeExpiry { .. } => limit,
    }
}
