//! A file of units or people, and what became of it.

use std::collections::BTreeMap;

use domain::text::Language;
use persistence::import::KeptImport;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::{
    usecase::import::{Counts, Document, RowError},
    web::refusal,
};

/// A file, as a job: it is done when every row was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportView {
    /// `imp_...`
    pub id: String,
    /// `units` or `people`.
    pub kind: String,
    /// `pending`, `checked`, `flawed`, `committing`, `stopped` or `committed`.
    pub state: String,
    /// Rows.
    pub total: i64,
    /// Rows that were looked at.
    pub done: i64,
    /// Who brought it.
    pub created_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Who let it count.
    pub committed_by: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub committed_at: Option<OffsetDateTime>,
}

/// A file with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportDetail {
    /// The file.
    #[serde(flatten)]
    pub file: ImportView,
    /// What its rows do.
    #[serde(flatten)]
    pub found: Found,
}

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Found {
    /// What its rows do.
    #[serde(flatten)]
    pub counts: Counts,
    /// True when some row says what a person is to the zone.
    pub has_roles: bool,
    /// How much is wrong in all.
    pub error_count: usize,
    /// What is wrong, at most two hundred of it.
    pub errors: Vec<RowProblem>,
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowProblem {
    /// Where among the rows of the file, as a JSON Pointer; the first row is 0.
    pub pointer: String,
    /// The line in the file; the head is 1.
    pub line: usize,
    /// The column.
    pub column: String,
    /// Stable.
    pub code: String,
    /// The sentence in every language, by BCP 47 tag.
    pub messages: BTreeMap<String, String>,
}

fn row_problem(error: &RowError) -> RowProblem {
    let arguments: Vec<(&str, String)> = error
        .arguments
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    let sentence = |language: Language| refusal::sentence_of(language, &error.code, &arguments);
    RowProblem {
        pointer: format!("/rows/{}/{}", error.row, error.column),
        line: error.line,
        column: error.column.clone(),
        code: error.code.clone(),
        messages: Language::ALL
            .into_iter()
            .map(|language| (language.tag().to_owned(), sentence(language)))
            .collect(),
    }
}

/// A file as listed.
pub fn import_view(kept: &KeptImport) -> ImportView {
    ImportView {
        id: kept.id.to_string(),
        kind: kept.kind.clone(),
        state: kept.state.clone(),
        total: kept.total,
        done: kept.done,
        created_by: kept.created_by.to_string(),
        created_at: kept.created_at,
        committed_by: kept.committed_by.map(|person| person.to_string()),
        committed_at: kept.committed_at,
    }
}

/// A file with what was found in it.
pub fn import_detail(kept: &KeptImport, document: &Document) -> ImportDetail {
    ImportDetail {
        file: import_view(kept),
        found: Found {
            counts: document.counts,
            has_roles: document.has_roles,
            error_count: document.error_count,
            errors: document.errors.iter().map(row_problem).collect(),
        },
    }
}
