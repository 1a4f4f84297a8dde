//! How stops, extensions and cards are said.

use domain::{clock::StopReason, code::CardNumber, text::Language};

use super::{super::News, Say};

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates pass what they match by reference"
)]
impl Say {
    /// What the news of a letter is called in its head and subject.
    pub(in crate::letter) fn news(self, news: &News) -> &'static str {
        match (self.language, news) {
            (Language::Zh, News::StopToAnswer { .. }) => "停表请确认",
            (Language::Zh, News::StopObjected) => "停表有异议",
            (Language::Zh, News::StopExpired { .. }) => "停表超期",
            (Language::Zh, News::StopToReview { .. }) => "停表待复核",
            (Language::Zh, News::StopReviewed { is_upheld: true }) => "停表维持",
            (Language::Zh, News::StopReviewed { .. }) => "停表撤销",
            (Language::Zh, News::ExtensionAsked { .. }) => "延期待批",
            (
                Language::Zh,
                News::ExtensionDecided {
                    is_granted: true, ..
                },
            ) => "延期已准",
            (Language::Zh, News::ExtensionDecided { .. }) => "延期未准",
            (Language::Zh, News::DecisionLate { .. }) => "延期审批超时",
            (Language::Zh, News::Expiring { .. }) => "证照将失效",
            (Language::Zh, News::CardAppealed { .. }) => "申诉待核",
            (
                Language::Zh,
                News::CardDecided {
                    is_withdrawn: true, ..
                },
            ) => "牌已撤销",
            (Language::Zh, News::CardDecided { .. }) => "申诉未采纳",
            (Language::En, News::StopToAnswer { .. }) => "Please confirm a stop",
            (Language::En, News::StopObjected) => "Objection to a stop",
            (Language::En, News::StopExpired { .. }) => "Stop expired",
            (Language::En, News::StopToReview { .. }) => "Stop to review",
            (Language::En, News::StopReviewed { is_upheld: true }) => "Stop upheld",
            (Language::En, News::StopReviewed { .. }) => "Stop annulled",
            (Language::En, News::ExtensionAsked { .. }) => "Extension to decide",
            (
                Language::En,
                News::ExtensionDecided {
                    is_granted: true, ..
                },
            ) => "Extension granted",
            (Language::En, News::ExtensionDecided { .. }) => "Extension rejected",
            (Language::En, News::DecisionLate { .. }) => "Decision late",
            (Language::En, News::Expiring { .. }) => "Expires soon",
            (Language::En, News::CardAppealed { .. }) => "Appeal to decide",
            (
                Language::En,
                News::CardDecided {
                    is_withdrawn: true, ..
                },
            ) => "Card withdrawn",
            (Language::En, News::CardDecided { .. }) => "Appeal rejected",
        }
    }

    /// What a card is called with its number: `黄牌 Y-2026-0007`, `yellow card Y-2026-0007`.
    pub(in crate::letter) fn card(self, number: &CardNumber) -> String {
        format!("{} {number}", self.rung(&number.level().rung()))
    }

    /// Why a clock stands.
    pub(in crate::letter) fn stop_reason(self, reason: &StopReason) -> &'static str {
        match (self.language, reason) {
            (Language::Zh, StopReason::Supplement) => "补正材料",
            (Language::Zh, StopReason::ExpertReview) => "专家评审",
            (Language::Zh, StopReason::TechnicalEvaluation) => "技术评估",
            (Language::Zh, StopReason::PublicNotice) => "公示公告",
            (Language::Zh, StopReason::Hearing) => "听证",
            (Language::Zh, StopReason::InspectionTesting) => "检验检测",
            (Language::Zh, StopReason::BiddingAuction) => "招标拍卖挂牌",
            (Language::Zh, StopReason::HigherLevelApproval) => "报上级审批",
            (Language::Zh, StopReason::ApplicantRequest) => "申请人申请中止",
            (Language::Zh, StopReason::LegalProceedings) => "诉讼查封",
            (Language::Zh, StopReason::ForceMajeure) => "不可抗力",
            (Language::En, StopReason::Supplement) => "missing material",
            (Language::En, StopReason::ExpertReview) => "expert review",
            (Language::En, StopReason::TechnicalEvaluation) => "technical evaluation",
            (Language::En, StopReason::PublicNotice) => "public notice",
            (Language::En, StopReason::Hearing) => "hearing",
            (Language::En, StopReason::InspectionTesting) => "inspection or testing",
            (Language::En, StopReason::BiddingAuction) => "bidding or auction",
            (Language::En, StopReason::HigherLevelApproval) => "approval by a higher body",
            (Language::En, StopReason::ApplicantRequest) => "the applicant's request",
            (Language::En, StopReason::LegalProceedings) => "legal proceedings",
            (Language::En, StopReason::ForceMajeure) => "force majeure",
        }
    }
}
