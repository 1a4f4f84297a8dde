//! Every piece of news.

use domain::{card::CardLevel, clock::StopReason, code::CardNumber};
use time::macros::date;

use crate::letter::News;

/// Every piece of news under the name of its golden files.
pub(in crate::letter) const NEWS: [(&str, News); 14] = [
    (
        "stop_to_answer",
        News::StopToAnswer {
            reason: StopReason::Supplement,
            stopped_on: date!(2026 - 10 - 13),
            until: date!(2026 - 10 - 15),
        },
    ),
    ("stop_objected", News::StopObjected),
    (
        "stop_expired",
        News::StopExpired {
            reason: StopReason::ExpertReview,
            stopped_on: date!(2026 - 09 - 21),
            expected_on: date!(2026 - 10 - 13),
        },
    ),
    (
        "extension_asked",
        News::ExtensionAsked {
            days: 5,
            due_on: date!(2026 - 10 - 16),
            proposed_on: date!(2026 - 10 - 23),
            decide_by: date!(2026 - 10 - 15),
        },
    ),
    (
        "extension_granted",
        News::ExtensionDecided {
            is_granted: true,
            days: 5,
        },
    ),
    (
        "extension_rejected",
        News::ExtensionDecided {
            is_granted: false,
            days: 1,
        },
    ),
    (
        "stop_to_review",
        News::StopToReview {
            reason: StopReason::Supplement,
            stopped_on: date!(2026 - 10 - 9),
        },
    ),
    ("stop_upheld", News::StopReviewed { is_upheld: true }),
    ("stop_annulled", News::StopReviewed { is_upheld: false }),
    (
        "expiring",
        News::Expiring {
            issued_on: date!(2026 - 08 - 20),
            expires_on: date!(2026 - 11 - 20),
            renewals_left: 2,
        },
    ),
    (
        "decision_late",
        News::DecisionLate {
            decide_by: date!(2026 - 10 - 13),
            proposed_on: date!(2026 - 10 - 23),
        },
    ),
    (
        "card_appealed",
        News::CardAppealed {
            number: CardNumber::new(CardLevel::Yellow, 2026, 7),
            issued_on: date!(2026 - 10 - 14),
        },
    ),
    (
        "card_withdrawn",
        News::CardDecided {
            number: CardNumber::new(CardLevel::Yellow, 2026, 7),
            is_withdrawn: true,
        },
    ),
    (
        "card_appeal_rejected",
        News::CardDecided {
            number: CardNumber::new(CardLevel::Red, 2026, 3),
            is_withdrawn: false,
        },
    ),
];
