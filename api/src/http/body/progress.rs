//! Bodies of plans and reports of works.

use domain::{
    progress::{Month, Percent},
    project::{PlanProgress, ReportProgress},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Flaws;
use crate::error::{AppError, FieldFlaw};

/// 编制进度计划.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    /// The month in which works start.
    #[schema(example = "2026-04")]
    pub from: Option<String>,
    /// What is to be done at the end of that month and of each one after it, in percent of all works. Never
    /// falls, ends with 100; 1 to 120 months.
    #[schema(example = json!([5, 15, 40, 75, 100]))]
    pub shares: Option<Vec<i64>>,
    /// Why the plan changes; a first one needs none.
    pub reason: Option<String>,
}

impl PlanBody {
    /// The act.
    pub fn parse(&self) -> Result<PlanProgress, AppError> {
        let mut flaws = Flaws::default();
        let from = month(&mut flaws, "from", self.from.as_deref());
        let shares = flaws.required("shares", self.shares.as_ref());
        let shares = shares.and_then(|sent| {
            let shares: Option<Vec<Percent>> = sent.iter().map(|points| percent(*points)).collect();
            shares.or_else(|| flaws.note(FieldFlaw::of("shares", "validation.percent")))
        });
        let reason = flaws.optional_prose("reason", self.reason.as_deref());
        flaws.finish(from.zip(shares).map(|(from, shares)| PlanProgress {
            from,
            shares,
            reason,
        }))
    }
}

/// 填报进度.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBody {
    /// The current month or one that has ended.
    #[schema(example = "2026-04")]
    pub month: Option<String>,
    /// What is done at its end, in percent of all works.
    #[schema(example = 12)]
    pub share: Option<i64>,
    /// What stands, in own words; the investor may read it.
    pub text: Option<String>,
    /// Why an earlier report of the month is corrected; a first one needs none.
    pub reason: Option<String>,
}

impl ReportBody {
    /// The act.
    pub fn parse(&self) -> Result<ReportProgress, AppError> {
        let mut flaws = Flaws::default();
        let month = month(&mut flaws, "month", self.month.as_deref());
        let share = flaws.required("share", self.share).and_then(|points| {
            percent(points).or_else(|| flaws.note(FieldFlaw::of("share", "validation.percent")))
        });
        let text = flaws.prose("text", self.text.as_deref());
        let reason = flaws.optional_prose("reason", self.reason.as_deref());
        let said = month.zip(share).zip(text);
        flaws.finish(said.map(|((month, share), text)| ReportProgress {
            month,
            share,
            text,
            reason,
        }))
    }
}

fn month(flaws: &mut Flaws, field: &'static str, typed: Option<&str>) -> Option<Month> {
    let typed = typed.map(str::trim).filter(|typed| !typed.is_empty());
    match flaws.required(field, typed)?.parse() {
        Ok(month) => Some(month),
        Err(_malformed) => flaws.note(FieldFlaw::of(field, "validation.month")),
    }
}

fn percent(points: i64) -> Option<Percent> {
    u8::try_from(points).ok().and_then(Percent::new)
}
