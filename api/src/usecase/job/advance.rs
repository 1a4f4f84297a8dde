//! The worker's part: a few batches of each open job, the oldest first.
//!
//! Each batch is one write that locks the job, goes on where it stands, and keeps the new place with what it did. A
//! killed process leaves nothing half done, and any worker goes on.

use domain::{
    access::{Actor, Permission},
    id::{JobId, ZoneId},
};
use persistence::{StoreError, Tx, job::KeptJob};
use time::OffsetDateTime;

use super::{JobKind, JobState};
use crate::{
    app::App,
    error::AppError,
    http::problem,
    usecase::{
        account,
        import::work::{self, Shift},
        token,
    },
};

/// How much is done at a time.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Steps of one batch: enough to be quick, few enough that requests get in between.
    pub steps: usize,
    /// Batches of one turn: then the sweep and the letters have their turn too.
    pub batches: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            steps: 50,
            batches: 20,
        }
    }
}

/// What a turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worked {
    /// Batches that were done.
    pub batches: usize,
    /// Jobs that came to an end, one way or the other.
    pub ended: usize,
    /// True when something is left for the next turn.
    pub has_more: bool,
}

/// Jobs that one turn looks at; each gets at least one batch, so that a long one does not keep the others waiting.
const JOBS_PER_TURN: i64 = 10;
/// How often in a row a batch may break off for no fault of the file's before the job is given up.
const ATTEMPTS_MAX: i32 = 5;

/// What became of one batch.
enum Batch {
    More,
    Ended,
    /// Another worker has ended it.
    Gone,
}

/// Goes on with what is asked for.
pub async fn advance(app: &App, pace: Pace) -> Result<Worked, StoreError> {
    let zone = app.zone;
    let mut worked = Worked::default();
    let jobs = app
        .store
        .read(async |tx: &mut Tx| tx.open_jobs(zone, JOBS_PER_TURN).await)
        .await?;
    let mut open: Vec<JobId> = jobs.into_iter().map(|job| job.id).collect();
    while !open.is_empty() && worked.batches < pace.batches {
        let mut still_open = Vec::new();
        for id in open {
            if worked.batches == pace.batches {
                still_open.push(id);
                continue;
            }
            worked.batches += 1;
            match batch(app, id, pace.steps).await {
                Ok(Batch::More) => still_open.push(id),
                Ok(Batch::Ended) => worked.ended += 1,
                Ok(Batch::Gone) => {}
                // It is tried again in the next turn, not at once.
                Err(error) => worked.ended += usize::from(settle(app, id, &error).await?),
            }
        }
        open = still_open;
    }
    worked.has_more = !open.is_empty();
    Ok(worked)
}

/// Does one batch, all of it or nothing.
async fn batch(app: &App, id: JobId, steps: usize) -> Result<Batch, AppError> {
    let (zone, at, ids) = (app.zone, app.now(), app.ids.clone());
    app.store
        .write(async move |tx: &mut Tx| {
            let mut job = tx.job_to_advance(zone, id).await?;
            if job.ended_at.is_some() {
                return Ok(Batch::Gone);
            }
            let kind = JobKind::of_code(&job.kind).ok_or(AppError::Absent)?;
            let actor = asker_now(tx, (zone, &job), at).await?;
            let actor = actor.ok_or(AppError::Forbidden(Permission::ImportPeople))?;
            JobState::Running.code().clone_into(&mut job.state);
            job.started_at.get_or_insert(at);
            job.attempts = 0;
            let shift = Shift {
                zone,
                at,
                ids,
                actor,
                steps,
            };
            work::advance(tx, shift, (&mut job, kind)).await?;
            tx.save_job(zone, &job).await?;
            Ok(match job.ended_at {
                Some(_) => Batch::Ended,
                None => Batch::More,
            })
        })
        .await
}

/// Whoever asked, with the rights of this moment; `None` when they have left, or their token has ended.
async fn asker_now(
    tx: &mut Tx,
    (zone, job): (ZoneId, &KeptJob),
    at: OffsetDateTime,
) -> Result<Option<Actor>, StoreError> {
    match job.token {
        Some(key) => token::actor_of_key(tx, (zone, key), at).await,
        None => account::actor_now(tx, (zone, job.owner), at).await,
    }
}

/// True for what may go well another time.
fn is_passing(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Busy
            | AppError::Broken { .. }
            | AppError::Panicked { .. }
            | AppError::Unconventional(_)
    )
}

/// Keeps that a batch broke off, and ends the job where trying again makes no sense; true when it has ended.
async fn settle(app: &App, id: JobId, error: &AppError) -> Result<bool, StoreError> {
    tracing::warn!(%error, job = %id, "a batch of a job broke off");
    let (zone, at) = (app.zone, app.now());
    let (is_passing, code) = (is_passing(error), problem::code(error).to_owned());
    let settled = app
        .store
        .write(async move |tx: &mut Tx| {
            let mut job = tx.job_to_advance(zone, id).await?;
            if job.ended_at.is_some() {
                return Ok::<_, AppError>(false);
            }
            job.attempts = job.attempts.saturating_add(1);
            let is_over = !is_passing || job.attempts >= ATTEMPTS_MAX;
            if is_over {
                job.failure = Some(code);
                job.started_at.get_or_insert(at);
                JobState::Failed.close(&mut job, at);
                work::stop(tx, (zone, &job)).await?;
            }
            tx.save_job(zone, &job).await?;
            Ok(is_over)
        })
        .await;
    settled.map_err(|error| StoreError::Broken {
        reason: error.to_string(),
    })
}
