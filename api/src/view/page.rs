//! What a page shows besides the thing itself.

use std::collections::BTreeMap;

use domain::progress::Month;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    action::Action, consequence::ConsequenceView, explanation::ExplanationView,
    history::HistoryLine, ledger::LedgerView, name::ProjectRef, progress::ProgressView,
    project::ProjectView, schema, workbench::WorkbenchView,
};

/// A project with its record, for the pages that show both.
#[derive(Debug, Clone)]
pub struct ProjectPage {
    /// The project.
    pub project: ProjectView,
    /// What happened, newest first.
    pub history: Vec<HistoryLine>,
    /// Whose its days were.
    pub ledger: LedgerView,
    /// True when the one who looks answers for the investor.
    pub may_answer: bool,
    /// How far its works are, once somebody has planned them.
    pub progress: Option<ProgressView>,
    /// True when the one who looks may plan the works or report on them.
    pub may_tell_progress: bool,
}

/// The works of a project, with what the one who looks may say of them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProgressPage {
    /// The project.
    pub project: ProjectRef,
    /// For forms: counts up with every decision.
    pub version: i64,
    /// How far the works are; `None` without a plan.
    pub progress: Option<ProgressView>,
    /// True when the one who looks may plan them.
    pub may_plan: bool,
    /// True when the one who looks may report.
    pub may_report: bool,
    /// The months that may be reported or corrected, the newest first.
    #[schema(value_type = Vec<schema::Month>)]
    pub reportable: Vec<Month>,
}

/// The workbench of a stage with what only its page shows.
#[derive(Debug, Clone)]
pub struct StagePage {
    /// The workbench.
    pub bench: WorkbenchView,
    /// Why the stage is due when it is.
    pub explanation: Option<ExplanationView>,
    /// Whose its days were.
    pub ledger: Option<LedgerView>,
    /// What would follow from the acts that are possible today.
    pub foreseen: BTreeMap<Action, ConsequenceView>,
}
