//! Long work that somebody asks for and the worker does. A job belongs to whoever asked; what it may do is what they
//! may do when it runs.

mod advance;

use domain::{
    access::Actor,
    id::{ImportId, JobId, TokenId},
};
use persistence::{
    StoreError, Tx,
    job::{JobPage, KeptJob},
};
use time::{Duration, OffsetDateTime};

pub use self::advance::{Pace, Worked, advance};
use crate::{app::App, error::AppError};

/// How long a job that has ended can be asked about. What it did stays.
pub const KEPT: Duration = Duration::days(90);

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// A file is to be looked at.
    ImportCheck,
    /// A file is to count.
    ImportCommit,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::ImportCheck, Self::ImportCommit];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::ImportCheck => "import_check",
            Self::ImportCommit => "import_commit",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Nothing of it is done yet.
    Queued,
    /// Some of it is done.
    Running,
    /// All of it is done.
    Done,
    /// It broke off; `failure` says why.
    Failed,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Running, Self::Done, Self::Failed];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Ends `job` in this state.
    pub(super) fn close(self, job: &mut KeptJob, at: OffsetDateTime) {
        self.code().clone_into(&mut job.state);
        job.ended_at = Some(at);
    }
}

/// Who asks for long work, and with which token, if it is one that was made for a narrower purpose.
#[derive(Debug, Clone)]
pub struct Asker {
    /// Who.
    pub actor: Actor,
    /// The personal token, or that of a program.
    pub token: Option<TokenId>,
}

/// A new job, not kept yet.
pub(super) fn asked(app: &App, asker: &Asker, (kind, import): (JobKind, ImportId)) -> KeptJob {
    let at = app.now();
    KeptJob {
        id: JobId(app.ids.key(at)),
        kind: kind.code().to_owned(),
        state: JobState::Queued.code().to_owned(),
        import,
        owner: asker.actor.person,
        token: asker.token,
        done: 0,
        total: 0,
        attempts: 0,
        failure: None,
        flaws: 0,
        created_at: at,
        started_at: None,
        ended_at: None,
    }
}

/// A job of the actor's own; those of others do not exist.
pub async fn look(app: &App, actor: &Actor, id: JobId) -> Result<KeptJob, AppError> {
    let (zone, owner) = (app.zone, actor.person);
    let job = app
        .store
        .read(async |tx: &mut Tx| tx.job(zone, id).await)
        .await?;
    if job.owner == owner {
        Ok(job)
    } else {
        Err(AppError::Absent)
    }
}

/// A part of the actor's own jobs, and how many there are in all.
pub async fn list(
    app: &App,
    actor: &Actor,
    (page, limit): (JobPage, i64),
) -> Result<(Vec<KeptJob>, i64), AppError> {
    let (zone, owner) = (app.zone, actor.person);
    Ok(app
        .store
        .read(async |tx: &mut Tx| {
            let jobs = tx.jobs_of((zone, owner), page, limit).await?;
            let count = tx.count_jobs_of(zone, owner).await?;
            Ok::<_, StoreError>((jobs, count))
        })
        .await?)
}
