//! Bodies of what moves a clock: stops, resumes, extensions.

use domain::project::{AnswerStop, Renew, Resume, ReviewStop, ReviseStop, StopClock};
use serde::Deserialize;
use time::Date;
use utoipa::ToSchema;

use super::Flaws;
use crate::{
    error::AppError,
    usecase::stage::{ExtensionVerdict, ExtensionWish},
};

/// 停表.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopBody {
    /// One of the reasons that the stage allows.
    #[schema(example = "supplement")]
    pub reason: Option<String>,
    /// The day of the stop, which still counts; today if absent.
    #[schema(example = "2026-03-05", format = Date)]
    pub on: Option<String>,
    /// When the clock is expected to run again.
    #[schema(example = "2026-03-16", format = Date)]
    pub expected_on: Option<String>,
    /// What the investor is told.
    pub text: Option<String>,
    /// The day of the resume, for a stop that is entered when it is over.
    #[schema(example = "2026-03-16", format = Date)]
    pub resumed_on: Option<String>,
    /// Why it is entered more than one working day late.
    pub late_reason: Option<String>,
}

impl StopBody {
    /// The act.
    pub fn parse(&self, today: Date) -> Result<StopClock, AppError> {
        let mut flaws = Flaws::default();
        let reason = flaws.reason("reason", self.reason.as_deref());
        let on = flaws.date("on", self.on.as_deref()).unwrap_or(today);
        let expected_on = flaws.date("expected_on", self.expected_on.as_deref());
        let text = flaws.prose("text", self.text.as_deref());
        let resumed_on = flaws.date("resumed_on", self.resumed_on.as_deref());
        let late_reason = flaws.optional_prose("late_reason", self.late_reason.as_deref());
        let stop = reason.zip(text).map(|(reason, text)| StopClock {
            reason,
            on,
            resumed_on,
            expected_on,
            text,
            late_reason,
        });
        flaws.finish(stop)
    }
}

/// 恢复计时.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResumeBody {
    /// The day of the resume; the next day counts again. Today if absent.
    #[schema(example = "2026-03-16", format = Date)]
    pub on: Option<String>,
    /// Why now.
    pub text: Option<String>,
    /// Why it is entered more than one working day late.
    pub late_reason: Option<String>,
}

impl ResumeBody {
    /// The act.
    pub fn parse(&self, today: Date) -> Result<Resume, AppError> {
        let mut flaws = Flaws::default();
        let on = flaws.date("on", self.on.as_deref()).unwrap_or(today);
        let text = flaws.optional_prose("text", self.text.as_deref());
        let late_reason = flaws.optional_prose("late_reason", self.late_reason.as_deref());
        flaws.finish(Some(Resume {
            on,
            text,
            late_reason,
        }))
    }
}

/// What the investor says to a stop in its court.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerStopBody {
    /// True for yes.
    pub agrees: Option<bool>,
    /// In own words; an objection needs some.
    pub text: Option<String>,
}

impl AnswerStopBody {
    /// The act.
    pub fn parse(&self) -> Result<AnswerStop, AppError> {
        let mut flaws = Flaws::default();
        let agrees = flaws.required("agrees", self.agrees);
        let text = flaws.optional_prose("text", self.text.as_deref());
        flaws.finish(agrees.map(|agrees| AnswerStop { agrees, text }))
    }
}

/// A new date for the end of a stop.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviseStopBody {
    /// When the clock is expected to run again.
    #[schema(example = "2026-03-23", format = Date)]
    pub expected_on: Option<String>,
    /// Why; the investor is told.
    pub text: Option<String>,
}

impl ReviseStopBody {
    /// The act.
    pub fn parse(&self) -> Result<ReviseStop, AppError> {
        let mut flaws = Flaws::default();
        let given = flaws.required("expected_on", self.expected_on.as_deref());
        let expected_on = flaws.date("expected_on", given);
        let text = flaws.prose("text", self.text.as_deref());
        let revise = expected_on.zip(text);
        flaws.finish(revise.map(|(expected_on, text)| ReviseStop { expected_on, text }))
    }
}

/// What a supervisor says to a stop that the investor objects to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewStopBody {
    /// True when it stands.
    pub is_upheld: Option<bool>,
    /// Why; the investor is told.
    pub text: Option<String>,
}

impl ReviewStopBody {
    /// The act.
    pub fn parse(&self) -> Result<ReviewStop, AppError> {
        let mut flaws = Flaws::default();
        let is_upheld = flaws.required("is_upheld", self.is_upheld);
        let text = flaws.prose("text", self.text.as_deref());
        let review = is_upheld.zip(text);
        flaws.finish(review.map(|(is_upheld, text)| ReviewStop { is_upheld, text }))
    }
}

/// 证照延期.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewBody {
    /// The day of the renewal; today if absent.
    #[schema(example = "2026-08-31", format = Date)]
    pub on: Option<String>,
    /// Why; the investor is told.
    pub text: Option<String>,
}

impl RenewBody {
    /// The act.
    pub fn parse(&self, today: Date) -> Result<Renew, AppError> {
        let mut flaws = Flaws::default();
        let on = flaws.date("on", self.on.as_deref()).unwrap_or(today);
        let text = flaws.prose("text", self.text.as_deref());
        flaws.finish(text.map(|text| Renew { on, text }))
    }
}

/// 申请延期.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionBody {
    /// Days, in the unit of the promise.
    #[schema(example = 5)]
    pub days: Option<u16>,
    /// One of the closed list.
    #[schema(example = "coordination")]
    pub reason: Option<String>,
    /// Why, in own words; the investor is told.
    pub text: Option<String>,
}

impl ExtensionBody {
    /// The wish.
    pub fn parse(&self) -> Result<ExtensionWish, AppError> {
        let mut flaws = Flaws::default();
        let days = flaws.required("days", self.days);
        let reason = flaws.extension_reason("reason", self.reason.as_deref());
        let text = flaws.prose("text", self.text.as_deref());
        let wish = days.zip(reason).zip(text);
        flaws.finish(wish.map(|((days, reason), text)| ExtensionWish { days, reason, text }))
    }
}

/// 审批延期.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideExtensionBody {
    /// True grants it.
    pub is_granted: Option<bool>,
    /// Why; a rejection needs some.
    pub text: Option<String>,
}

impl DecideExtensionBody {
    /// The verdict.
    pub fn parse(&self) -> Result<ExtensionVerdict, AppError> {
        let mut flaws = Flaws::default();
        let is_granted = flaws.required("is_granted", self.is_granted);
        let text = flaws.optional_prose("text", self.text.as_deref());
        flaws.finish(is_granted.map(|is_granted| ExtensionVerdict { is_granted, text }))
    }
}
