//! Long work, and how far it is.

use std::collections::BTreeMap;

use domain::text::Language;
use persistence::job::KeptJob;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::{usecase::job::JobState, web::refusal};

/// Long work that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JobView {
    /// `job_...`
    pub id: String,
    /// `import_check` or `import_commit`.
    pub kind: String,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
    /// Steps that are done.
    pub done: i64,
    /// Steps in all: the rows, and after them each deputy that a row names. 0 until the worker has looked at it.
    pub total: i64,
    /// Where what is wrong with the rows stands, if anything is.
    pub errors_url: Option<String>,
    /// Where what was done stands, when it is done.
    pub result_url: Option<String>,
    /// Why it broke off.
    pub failure: Option<JobFailure>,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When the worker took it up.
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<OffsetDateTime>,
}

/// Why a job broke off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JobFailure {
    /// Stable; one of those that a problem may have.
    pub code: String,
    /// The sentence in every language, by BCP 47 tag.
    pub messages: BTreeMap<String, String>,
}

fn failure(job: &KeptJob) -> Option<JobFailure> {
    let code = job.failure.as_deref()?;
    // The one sentence with a number in it.
    let arguments = [("errors", job.flaws.to_string())];
    let sentence = |language: Language| refusal::sentence_of(language, code, &arguments);
    Some(JobFailure {
        code: code.to_owned(),
        messages: Language::ALL
            .into_iter()
            .map(|language| (language.tag().to_owned(), sentence(language)))
            .collect(),
    })
}

/// A job as it stands.
pub fn job_view(job: &KeptJob) -> JobView {
    let file = format!("/api/v1/imports/{}", job.import);
    let is_done = job.state == JobState::Done.code();
    JobView {
        id: job.id.to_string(),
        kind: job.kind.clone(),
        state: job.state.clone(),
        done: job.done,
        total: job.total,
        errors_url: (job.flaws > 0).then(|| file.clone()),
        result_url: is_done.then_some(file),
        failure: failure(job),
        created_at: job.created_at,
        started_at: job.started_at,
        ended_at: job.ended_at,
    }
}
