//! The rungs by name and number.

use serde::{Deserialize, Serialize};

/// One rung of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// 5: a stop lasts longer than expected (停表超期). Beside the ladder, so below all of it.
    StopExpired,
    /// 8: the investor objects to a stop (停表有异议). Beside the ladder too.
    StopObjected,
    /// 6: a request for more time is not decided (延期未批). Beside the ladder too.
    DecisionLate,
    /// 7: what must be used expires soon (证照将失效). Beside the ladder too.
    Expiring,
    /// 0: no sign of work for as long as the template allows (请更新).
    Silence,
    /// 1: the promise ends soon (提醒).
    Remind,
    /// 2: the promise is missed (黄牌).
    Yellow,
    /// 3: the correction limit or the statute is missed (红牌).
    Red,
    /// 4: red is unsolved (两委督办).
    Leadership,
}

impl Rung {
    /// Every rung, lowest first.
    pub const ALL: [Self; 9] = [
        Self::StopExpired,
        Self::StopObjected,
        Self::DecisionLate,
        Self::Expiring,
        Self::Silence,
        Self::Remind,
        Self::Yellow,
        Self::Red,
        Self::Leadership,
    ];

    /// The ladder itself, lowest first, without what stands beside it.
    pub const LADDER: [Self; 5] = [
        Self::Silence,
        Self::Remind,
        Self::Yellow,
        Self::Red,
        Self::Leadership,
    ];

    /// The number under which it is kept; 0 to 4 are printed on letters.
    pub fn number(self) -> u8 {
        match self {
            Self::StopExpired => 5,
            Self::StopObjected => 8,
            Self::DecisionLate => 6,
            Self::Expiring => 7,
            Self::Silence => 0,
            Self::Remind => 1,
            Self::Yellow => 2,
            Self::Red => 3,
            Self::Leadership => 4,
        }
    }

    /// The rung of a number.
    pub fn of_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|rung| rung.number() == number)
    }

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::StopExpired => "stop_expired",
            Self::StopObjected => "stop_objected",
            Self::DecisionLate => "decision_late",
            Self::Expiring => "expiring",
            Self::Silence => "silence",
            Self::Remind => "remind",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Leadership => "leadership",
        }
    }
}
