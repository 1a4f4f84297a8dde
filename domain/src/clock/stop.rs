//! Stops: typed intervals that do not count (停表).

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{id::PersonId, text::Prose};

/// A typed interval that does not count (停表). The days `d` with `stopped_on < d <= resumed_on` are taken
/// out, so a stop and a resume on the same day cost nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockStop {
    /// Why, from the closed list.
    pub reason: StopReason,
    /// The day of the stop; it still counts.
    pub stopped_on: Date,
    /// The day of the resume; it does not count. `None` while the clock stands.
    pub resumed_on: Option<Date>,
    /// When the clock is expected to run again.
    pub expected_on: Option<Date>,
    /// The day on which it was entered; `None` for stops of other systems.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_on: Option<Date>,
    /// What the investor says to a stop that puts the ball in its court.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// How often its expected end was put off.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revisions: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes what it may skip by reference"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl ClockStop {
    /// A stop as another system or a question has it: entered by nobody here, nobody asked.
    pub fn bare(reason: StopReason, stopped_on: Date, resumed_on: Option<Date>) -> Self {
        Self {
            reason,
            stopped_on,
            resumed_on,
            expected_on: None,
            recorded_on: None,
            consent: None,
            revisions: 0,
        }
    }

    /// True when it still waits for the investor's answer on `today`.
    pub fn waits_for_answer(&self, today: Date) -> bool {
        let consent = self.consent.as_ref();
        consent.is_some_and(|consent| consent.on(today) == ConsentState::Asked)
    }

    /// The day on which the investor objected, while nobody has looked into it.
    pub fn objected_on(&self) -> Option<Date> {
        match self.consent {
            Some(Consent::Refused { on, .. }) => Some(on),
            Some(
                Consent::Asked { .. }
                | Consent::Given { .. }
                | Consent::Upheld { .. }
                | Consent::Annulled { .. },
            )
            | None => None,
        }
    }

    /// True when the stop takes `day` out of the count.
    pub fn takes(&self, day: Date) -> bool {
        self.stopped_on < day && self.last_taken().is_none_or(|last| day <= last)
    }

    /// The last day that the stop takes out: the day of the resume belongs to the state before it.
    fn last_taken(&self) -> Option<Date> {
        if cfg!(sabotage = "resume_day_counts") {
            return self.resumed_on?.previous_day();
        }
        self.resumed_on
    }
}

/// What the investor says to a stop in its court. Nobody may put a delay on the investor unheard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum Consent {
    /// Asked. Silence after the last day is consent.
    Asked {
        /// The last day to object.
        until: Date,
    },
    /// Confirmed.
    Given {
        /// By whom.
        by: PersonId,
        /// On which day.
        on: Date,
    },
    /// Objected to: the stop stands, and is flagged until a supervisor has looked into it.
    Refused {
        /// By whom.
        by: PersonId,
        /// On which day.
        on: Date,
        /// Why.
        text: Prose,
    },
    /// Objected to, and found to be right.
    Upheld {
        /// By which supervisor.
        by: PersonId,
        /// On which day.
        on: Date,
    },
    /// Objected to, and found to be wrong: the stop takes no day out.
    Annulled {
        /// By which supervisor.
        by: PersonId,
        /// On which day.
        on: Date,
    },
}

impl Consent {
    /// The last day to object, while nobody has answered.
    pub fn asked_until(&self) -> Option<Date> {
        match self {
            Self::Asked { until } => Some(*until),
            Self::Given { .. }
            | Self::Refused { .. }
            | Self::Upheld { .. }
            | Self::Annulled { .. } => None,
        }
    }

    /// How it stands on `today`.
    pub fn on(&self, today: Date) -> ConsentState {
        match self {
            Self::Asked { until } if today <= *until => ConsentState::Asked,
            Self::Asked { .. } => ConsentState::Silent,
            Self::Given { .. } => ConsentState::Given,
            Self::Refused { .. } => ConsentState::Refused,
            Self::Upheld { .. } => ConsentState::Upheld,
            Self::Annulled { .. } => ConsentState::Annulled,
        }
    }
}

/// How a consent stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    /// Not answered; there is time left.
    Asked,
    /// Not answered in time: consent by silence.
    Silent,
    /// Confirmed.
    Given,
    /// Objected to: the stop is flagged.
    Refused,
    /// A supervisor found the stop to be right.
    Upheld,
    /// A supervisor found the stop to be wrong; it takes no day out.
    Annulled,
}

impl ConsentState {
    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Silent => "silent",
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Upheld => "upheld",
            Self::Annulled => "annulled",
        }
    }
}

/// An interval in which the clock stood, stops that overlap taken as one: the days `d` with
/// `after < d <= until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// The day of the first stop; it still counts.
    pub after: Date,
    /// The day of the last resume; `None` while the clock stands.
    pub until: Option<Date>,
}

/// Stops that overlap or touch, taken as one; ascending.
pub fn pauses(stops: &[ClockStop]) -> Vec<Pause> {
    let pause = |stop: &ClockStop| Pause {
        after: stop.stopped_on,
        until: stop.last_taken(),
    };
    let mut all: Vec<Pause> = stops.iter().map(pause).collect();
    all.sort_by_key(|pause| pause.after);
    all.dedup_by(|later, earlier| {
        let is_one = earlier.until.is_none_or(|until| later.after <= until);
        if is_one {
            // An open one swallows all that follows.
            earlier.until = earlier
                .until
                .zip(later.until)
                .map(|(one, other)| one.max(other));
        }
        is_one
    });
    all
}

/// The closed list of reasons to stop a clock. Sources: Administrative Licensing Law, art. 32 and 45,
/// and the special-step tables of published service guides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// 补正
    Supplement,
    /// 专家评审
    ExpertReview,
    /// 技术评估、咨询评估
    TechnicalEvaluation,
    /// 公示、公告
    PublicNotice,
    /// 听证
    Hearing,
    /// 检验、检测、检疫、鉴定
    InspectionTesting,
    /// 招标、拍卖、挂牌
    BiddingAuction,
    /// 报上级审批
    HigherLevelApproval,
    /// 申请人申请中止
    ApplicantRequest,
    /// 诉讼、查封
    LegalProceedings,
    /// 不可抗力
    ForceMajeure,
}

impl StopReason {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::Supplement,
        Self::ExpertReview,
        Self::TechnicalEvaluation,
        Self::PublicNotice,
        Self::Hearing,
        Self::InspectionTesting,
        Self::BiddingAuction,
        Self::HigherLevelApproval,
        Self::ApplicantRequest,
        Self::LegalProceedings,
        Self::ForceMajeure,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Supplement => "supplement",
            Self::ExpertReview => "expert_review",
            Self::TechnicalEvaluation => "technical_evaluation",
            Self::PublicNotice => "public_notice",
            Self::Hearing => "hearing",
            Self::InspectionTesting => "inspection_testing",
            Self::BiddingAuction => "bidding_auction",
            Self::HigherLevelApproval => "higher_level_approval",
            Self::ApplicantRequest => "applicant_request",
            Self::LegalProceedings => "legal_proceedings",
            Self::ForceMajeure => "force_majeure",
        }
    }

    /// The reason of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// In whose court the ball lies while the clock stands for this reason.
    pub fn court(self) -> Court {
        match self {
            Self::Supplement | Self::ApplicantRequest => Court::Investor,
            Self::ExpertReview | Self::Hearing => Court::Government,
            Self::TechnicalEvaluation | Self::InspectionTesting | Self::HigherLevelApproval => {
                Court::ThirdParty
            }
            Self::PublicNotice | Self::BiddingAuction | Self::LegalProceedings => Court::Law,
            Self::ForceMajeure => Court::Nobody,
        }
    }
}

/// Whose turn it is (球在谁手里).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Court {
    /// A unit of the zone or an agency resident in it.
    Government,
    /// The investor.
    Investor,
    /// A period fixed by law.
    Law,
    /// An evaluator, a laboratory, a utility, a higher body.
    ThirdParty,
    /// Nobody can act.
    Nobody,
}

impl Court {
    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Government => "government",
            Self::Investor => "investor",
            Self::Law => "law",
            Self::ThirdParty => "third_party",
            Self::Nobody => "nobody",
        }
    }
}
