//! Long work that somebody asked for and the worker does.
//!
//! No worker owns a job. Each batch locks its row, goes on where `done` says and keeps the new `done` with what it
//! did: of two workers one does the batch and the other the next, and what a killed one had begun was never kept.

use diesel::prelude::*;
use domain::id::{ImportId, JobId, PersonId, TokenId, ZoneId};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    connection::{run, run_locking},
    error::StoreError,
    schema::job,
    store::Tx,
    types::{At, Key},
};

/// A piece of long work, and how far it is. What its codes mean is the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptJob {
    /// Key; later ones are greater.
    pub id: JobId,
    /// What is to be done, as a stable code.
    pub kind: String,
    /// How it stands, as a stable code.
    pub state: String,
    /// The file that it works on.
    pub import: ImportId,
    /// Who asked for it.
    pub owner: PersonId,
    /// The token that was used for asking, where it was one of a narrower purpose.
    pub token: Option<TokenId>,
    /// Steps that are done, from the first on.
    pub done: i64,
    /// Steps in all.
    pub total: i64,
    /// How often in a row a batch of it broke off.
    pub attempts: i32,
    /// Why it ended before its end, as a stable code.
    pub failure: Option<String>,
    /// How much is wrong with what it works on; the file names it.
    pub flaws: i64,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// When the worker took it up first.
    pub started_at: Option<OffsetDateTime>,
    /// When it ended, one way or the other.
    pub ended_at: Option<OffsetDateTime>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = job, treat_none_as_default_value = false)]
struct JobRow {
    zone_id: Key,
    id: Key,
    kind: String,
    state: String,
    import_id: Key,
    owner_id: Key,
    token_id: Option<Key>,
    done: i64,
    total: i64,
    attempts: i32,
    failure: Option<String>,
    flaws: i64,
    created_at: At,
    started_at: Option<At>,
    ended_at: Option<At>,
}

impl From<JobRow> for KeptJob {
    fn from(row: JobRow) -> Self {
        Self {
            id: JobId(row.id.0),
            kind: row.kind,
            state: row.state,
            import: ImportId(row.import_id.0),
            owner: PersonId(row.owner_id.0),
            token: row.token_id.map(|key| TokenId(key.0)),
            done: row.done,
            total: row.total,
            attempts: row.attempts,
            failure: row.failure,
            flaws: row.flaws,
            created_at: row.created_at.0,
            started_at: row.started_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
        }
    }
}

/// Which part of somebody's jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobPage {
    /// The newest first.
    Newest,
    /// Those older than this one, the newest first.
    Behind(JobId),
    /// Those newer than this one, the oldest first.
    Before(JobId),
}

impl Tx {
    /// Keeps new work. [`StoreError::Duplicate`] while another job works on the same file.
    pub async fn add_job(&mut self, zone: ZoneId, new: &KeptJob) -> Result<(), StoreError> {
        let row = JobRow {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            kind: new.kind.clone(),
            state: new.state.clone(),
            import_id: Key(new.import.0),
            owner_id: Key(new.owner.0),
            token_id: new.token.map(|token| Key(token.0)),
            done: new.done,
            total: new.total,
            attempts: new.attempts,
            failure: new.failure.clone(),
            flaws: new.flaws,
            created_at: At(new.created_at),
            started_at: new.started_at.map(At),
            ended_at: new.ended_at.map(At),
        };
        let insert = diesel::insert_into(job::table).values(&row);
        run!(self, execute, insert)?;
        Ok(())
    }

    /// A job by key.
    pub async fn job(&mut self, zone: ZoneId, id: JobId) -> Result<KeptJob, StoreError> {
        let query = job::table.find((Key(zone.0), Key(id.0)));
        let row: JobRow = run!(self, get_result, query)?;
        Ok(row.into())
    }

    /// A job by key, for whoever goes on with it: nobody else does until this transaction ends.
    pub async fn job_to_advance(&mut self, zone: ZoneId, id: JobId) -> Result<KeptJob, StoreError> {
        let query = job::table.find((Key(zone.0), Key(id.0)));
        let row: JobRow = run_locking!(self, get_result, query)?;
        Ok(row.into())
    }

    /// Jobs that have not ended, the oldest first.
    pub async fn open_jobs(
        &mut self,
        zone: ZoneId,
        limit: i64,
    ) -> Result<Vec<KeptJob>, StoreError> {
        let query = job::table
            .filter(job::zone_id.eq(Key(zone.0)).and(job::ended_at.is_null()))
            .order(job::id)
            .limit(limit);
        let rows: Vec<JobRow> = run!(self, load, query)?;
        Ok(rows.into_iter().map(KeptJob::from).collect())
    }

    /// A part of the jobs that somebody asked for.
    pub async fn jobs_of(
        &mut self,
        (zone, owner): (ZoneId, PersonId),
        page: JobPage,
        limit: i64,
    ) -> Result<Vec<KeptJob>, StoreError> {
        let own = job::zone_id
            .eq(Key(zone.0))
            .and(job::owner_id.eq(Key(owner.0)));
        let older_than = match page {
            JobPage::Newest => Uuid::max(),
            JobPage::Behind(id) => id.0,
            JobPage::Before(id) => {
                let newer = job::table
                    .filter(own.and(job::id.gt(Key(id.0))))
                    .order(job::id)
                    .limit(limit);
                let rows: Vec<JobRow> = run!(self, load, newer)?;
                return Ok(rows.into_iter().map(KeptJob::from).collect());
            }
        };
        let older = job::table
            .filter(own.and(job::id.lt(Key(older_than))))
            .order(job::id.desc())
            .limit(limit);
        let rows: Vec<JobRow> = run!(self, load, older)?;
        Ok(rows.into_iter().map(KeptJob::from).collect())
    }

    /// How many jobs somebody has asked for.
    pub async fn count_jobs_of(
        &mut self,
        zone: ZoneId,
        owner: PersonId,
    ) -> Result<i64, StoreError> {
        let own = job::zone_id
            .eq(Key(zone.0))
            .and(job::owner_id.eq(Key(owner.0)));
        let query = job::table.filter(own).count();
        Ok(run!(self, get_result, query)?)
    }

    /// Keeps how far a job is.
    pub async fn save_job(&mut self, zone: ZoneId, kept: &KeptJob) -> Result<(), StoreError> {
        let this = job::table.find((Key(zone.0), Key(kept.id.0)));
        let change = diesel::update(this).set((
            job::state.eq(&kept.state),
            job::done.eq(kept.done),
            job::total.eq(kept.total),
            job::attempts.eq(kept.attempts),
            job::failure.eq(&kept.failure),
            job::flaws.eq(kept.flaws),
            job::started_at.eq(kept.started_at.map(At)),
            job::ended_at.eq(kept.ended_at.map(At)),
        ));
        match run!(self, execute, change)? {
            1 => Ok(()),
            _ => Err(StoreError::Absent),
        }
    }

    /// Forgets jobs that ended before an instant; gives how many. What they did stays.
    pub async fn prune_jobs(
        &mut self,
        zone: ZoneId,
        before: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let old = job::zone_id
            .eq(Key(zone.0))
            .and(job::ended_at.lt(At(before)));
        let query = diesel::delete(job::table.filter(old));
        Ok(run!(self, execute, query)?)
    }
}
