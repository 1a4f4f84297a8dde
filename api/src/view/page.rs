//! What a page shows besides the thing itself.

use std::collections::BTreeMap;

use super::{
    action::Action, consequence::ConsequenceView, explanation::ExplanationView,
    history::HistoryLine, ledger::LedgerView, project::ProjectView, workbench::WorkbenchView,
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
