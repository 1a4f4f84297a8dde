//! The clock of a stage: acceptance, stops, and what follows from them.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    calendar::{CalendarError, CountedDay, WALK_DAYS_MAX, WalkedDay, WorkCalendar},
    limit::Limit,
};

/// When a stage was accepted and when its clock stood still. Everything else about time is derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Day 0.
    pub accepted_on: Date,
    /// In the order in which they were recorded; only the last may be open.
    pub stops: Vec<ClockStop>,
}

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

/// What a clock says under one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The clock runs, or the limit ended before the stop.
    Due(CountedDay),
    /// The clock stands: there is no due day, only days left.
    Stopped {
        /// Counted days of the limit that are not used up.
        days_left: u32,
        /// True when the days used so far touch a year without a published calendar.
        is_provisional: bool,
    },
}

impl Reading {
    /// The due day, `None` while the clock stands.
    pub fn due(self) -> Option<CountedDay> {
        match self {
            Self::Due(day) => Some(day),
            Self::Stopped { .. } => None,
        }
    }

    /// The days left, `None` while the clock runs.
    pub fn days_left(self) -> Option<u32> {
        match self {
            Self::Due(_) => None,
            Self::Stopped { days_left, .. } => Some(days_left),
        }
    }

    /// True when the answer may change once a missing year is published.
    pub fn is_provisional(self) -> bool {
        match self {
            Self::Due(day) => day.is_provisional,
            Self::Stopped { is_provisional, .. } => is_provisional,
        }
    }
}

impl Clock {
    /// A clock that starts on `accepted_on`.
    pub fn started(accepted_on: Date) -> Self {
        Self {
            accepted_on,
            stops: Vec::new(),
        }
    }

    /// The open stop, if the clock stands.
    pub fn open_stop(&self) -> Option<&ClockStop> {
        self.stops.iter().find(|stop| stop.resumed_on.is_none())
    }

    /// True when `day` is taken out of the count by a stop.
    pub fn is_stopped_on(&self, day: Date) -> bool {
        self.stops.iter().any(|stop| {
            stop.stopped_on < day && stop.resumed_on.is_none_or(|resumed| day <= resumed)
        })
    }

    /// The worked days after `start` that no stop takes out, as far as a walk goes.
    pub(crate) fn counted_days(
        &self,
        start: Date,
        calendar: &WorkCalendar,
    ) -> impl Iterator<Item = Date> {
        calendar
            .days(start, Date::next_day)
            .zip(0..WALK_DAYS_MAX)
            .map(|(day, _)| day)
            .filter(|day| day.is_working && !self.is_stopped_on(day.on))
            .map(|day| day.on)
    }

    /// The worked days after acceptance until `end` that no stop takes out.
    pub fn counted_days_until(&self, end: Date, calendar: &WorkCalendar) -> u32 {
        let worked = |after, until| calendar.working_days_after(after, until);
        worked(self.accepted_on, end).saturating_sub(self.stopped_days_until(end, worked))
    }

    /// The days until `end` that stops take out, as `count` counts the days `d` with `after < d <= until`.
    /// Stops follow one another, so no day is taken out twice.
    pub fn stopped_days_until(&self, end: Date, count: impl Fn(Date, Date) -> u32) -> u32 {
        let stops = self.stops.iter();
        let taken = stops.map(|stop| {
            let until = stop.resumed_on.map_or(end, |resumed| resumed.min(end));
            count(stop.stopped_on, until)
        });
        taken.sum()
    }

    /// The same days, from `end` backwards.
    pub(crate) fn counted_days_back(
        &self,
        end: Date,
        calendar: &WorkCalendar,
    ) -> impl Iterator<Item = Date> {
        let after_end = end.next_day().unwrap_or(end);
        calendar
            .days(after_end, Date::previous_day)
            .take_while(|day| day.on > self.accepted_on)
            .filter(|day| day.is_working && !self.is_stopped_on(day.on))
            .map(|day| day.on)
    }

    /// When `limit` is due.
    ///
    /// Stops do not move a fixed date. A stop on or after the due day changes nothing.
    pub fn read(&self, limit: Limit, calendar: &WorkCalendar) -> Result<Reading, CalendarError> {
        match limit {
            Limit::FixedDate { on } => Ok(Reading::Due(CountedDay {
                on,
                is_provisional: false,
            })),
            Limit::WorkingDays { value } => self.count(value, calendar, |day| day.is_working),
            Limit::CalendarDays { value } => match self.count(value, calendar, |_| true)? {
                Reading::Due(last) => {
                    let rolled = calendar.first_working_day_from(last.on)?;
                    let is_provisional = last.is_provisional || rolled.is_provisional;
                    Ok(Reading::Due(CountedDay {
                        on: rolled.on,
                        is_provisional,
                    }))
                }
                stopped @ Reading::Stopped { .. } => Ok(stopped),
            },
        }
    }

    /// Walks from acceptance, counting the days that `counts` and no stop takes out, until `limit` of
    /// them are found or only stopped days remain.
    fn count(
        &self,
        limit: u16,
        calendar: &WorkCalendar,
        counts: impl Fn(WalkedDay) -> bool,
    ) -> Result<Reading, CalendarError> {
        let stands_since = self.open_stop().map(|stop| stop.stopped_on);
        let mut day = self.accepted_on;
        let mut is_provisional = !calendar.is_published(day);
        let mut left = limit;
        let mut idle_days = 0_u32;
        let mut days = calendar.days(day, Date::next_day);
        while left > 0 {
            if stands_since.is_some_and(|since| day >= since) {
                return Ok(Reading::Stopped {
                    days_left: left.into(),
                    is_provisional,
                });
            }
            let walked = days.next().ok_or(CalendarError::OutOfRange)?;
            day = walked.on;
            is_provisional |= !walked.is_published;
            if counts(walked) && !self.is_stopped_on(day) {
                left -= 1;
                idle_days = 0;
            } else {
                idle_days += 1;
            }
            if idle_days > WALK_DAYS_MAX {
                return Err(CalendarError::NothingWorked {
                    from: self.accepted_on,
                });
            }
        }
        Ok(Reading::Due(CountedDay {
            on: day,
            is_provisional,
        }))
    }
}

#[cfg(test)]
mod tests;
