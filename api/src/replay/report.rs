//! What a replay says.

use std::collections::BTreeMap;

use serde::Serialize;
use time::Date;

/// What came of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Cases that were taken over.
    pub cases: u64,
    /// Cases that have ended.
    pub closed: i64,
    /// Cases that have ended after the last day.
    pub closed_late: usize,
    /// Their names in the log, sorted.
    pub closed_late_cases: Vec<String>,
    /// Every calendar day of the log.
    pub mornings: Vec<MorningFigures>,
    /// How many alerts there were of each rung.
    pub alerts_by_rung: BTreeMap<&'static str, i64>,
    /// Letters that left.
    pub mails: usize,
}

/// How things stood on one morning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MorningFigures {
    /// The day.
    pub day: Date,
    /// Open cases.
    pub open: i64,
    /// Open cases whose last day is over.
    pub overdue: i64,
    /// Their names in the log, sorted.
    pub overdue_cases: Vec<String>,
    /// Alerts that fired.
    pub escalated: usize,
    /// Letters that left.
    pub mailed: usize,
}
