//! Whose the days were.

use domain::{
    clock::StopReason,
    ledger::{Ledger, Owner},
    project::Project,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    name::{StageRef, UnitView},
    schema,
    setting::Setting,
};

/// Every calendar day from day 0 to the end or today, with its one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LedgerView {
    /// Day 0, which is not one of them.
    pub after: Date,
    /// The last day.
    pub until: Date,
    /// How many days: the sum of the totals.
    pub elapsed_days: u32,
    /// Days by owner, most first.
    pub totals: Vec<TotalView>,
    /// Days in a row with one owner, in order.
    pub spans: Vec<SpanView>,
}

/// The days of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TotalView {
    /// `unit`, `investor`, `law`, `third_party`, `holiday` or `stop`.
    #[schema(value_type = schema::DayOwner)]
    pub owner: &'static str,
    /// Which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = UnitView)]
    pub unit: Option<UnitView>,
    /// Days.
    pub days: u32,
}

/// Days in a row with one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SpanView {
    /// The first day.
    pub first_on: Date,
    /// The last day.
    pub last_on: Date,
    /// Days.
    pub days: u32,
    /// As in the totals.
    #[schema(value_type = schema::DayOwner)]
    pub owner: &'static str,
    /// Which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String)]
    pub unit: Option<String>,
    /// In which stage.
    pub stage: Option<StageRef>,
    /// Why the clock stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::StopReason)]
    pub stop: Option<StopReason>,
}

/// The ledger with names.
pub fn ledger_view(ledger: &Ledger, project: &Project, setting: &Setting<'_>) -> LedgerView {
    let unit = |owner: Owner| match owner {
        Owner::Unit(id) => Some(setting.unit(id)),
        Owner::Investor | Owner::Law | Owner::ThirdParty | Owner::Holiday | Owner::Stop => None,
    };
    let mut totals: Vec<TotalView> = ledger
        .totals()
        .into_iter()
        .map(|(owner, days)| TotalView {
            owner: owner.code(),
            unit: unit(owner),
            days,
        })
        .collect();
    totals.sort_by_key(|total| std::cmp::Reverse(total.days));
    let spans = ledger.spans.iter().map(|span| SpanView {
        first_on: span.first,
        last_on: span.last,
        days: span.days(),
        owner: span.owner.code(),
        unit: unit(span.owner).map(|unit| unit.code),
        stage: project
            .stage(span.stage)
            .map(|stage| setting.stage(project, stage)),
        stop: span.stop,
    });
    LedgerView {
        after: ledger.after,
        until: ledger.until,
        elapsed_days: ledger.elapsed(),
        totals,
        spans: spans.collect(),
    }
}
