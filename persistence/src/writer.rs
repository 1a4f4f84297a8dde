//! The one thread that writes to SQLite, in groups.
//!
//! A write waits for the disk once per commit. While one group works or is on its way to the disk, others
//! join it or gather for the next, so the cost of the disk is shared by whatever waits; a single write waits
//! for nobody.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Arc, mpsc},
    thread,
};

use diesel::SqliteConnection;
use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use crate::{cache::Cache, connection::Conn, error::StoreError, store::Tx};

/// Writes that may wait. Beyond that the machine is too slow for its load, and waiting helps nobody.
const QUEUE_MAX: usize = 4_096;
/// Writes that share one commit. More gave no speed in measurements, only longer waits.
const GROUP_MAX: usize = 64;

/// One write: does its work inside a savepoint, or hears why it cannot, and says how to answer once the
/// group is durable.
type Job = Box<dyn FnOnce(Result<&mut Tx, StoreError>) -> Done + Send>;
/// Whether the work is to be kept, and who waits for the answer.
struct Done {
    is_kept: bool,
    answer: Box<dyn FnOnce(Result<(), StoreError>) + Send>,
}

/// The way to the writing thread. The thread ends when this is dropped.
pub(crate) struct Writer {
    jobs: mpsc::SyncSender<Job>,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(conn: SqliteConnection, cache: Arc<Cache>) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::sync_channel::<Job>(QUEUE_MAX);
        let mut tx = Tx {
            conn: Conn::Sqlite(conn),
            cache,
            has_published: false,
        };
        let serve = move || {
            while let Ok(first) = queue.recv() {
                // What arrives while the group works joins it.
                let group = std::iter::once(first).chain(queue.try_iter());
                commit_group(&mut tx, group.take(GROUP_MAX));
            }
        };
        let _detached = thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(serve)
            .map_err(|error| StoreError::Open {
                reason: error.to_string(),
            })?;
        Ok(Self { jobs })
    }

    /// Runs `work` on the thread and waits until it is durable.
    pub(crate) async fn run<T, E>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, waiting) = oneshot::channel();
        let job: Job = Box::new(move |begun| {
            let outcome = begun.map_err(E::from).and_then(|tx| in_place(work, tx));
            Done {
                is_kept: outcome.is_ok(),
                answer: Box::new(move |committed| {
                    let outcome = committed.map_err(E::from).and(outcome);
                    let _asker_left = answer.send(outcome);
                }),
            }
        });
        self.jobs.try_send(job).map_err(|refused| match refused {
            mpsc::TrySendError::Full(_) => StoreError::Busy,
            mpsc::TrySendError::Disconnected(_) => writer_gone(),
        })?;
        waiting
            .await
            .unwrap_or_else(|_closed| Err(E::from(writer_gone())))
    }
}

fn writer_gone() -> StoreError {
    StoreError::Broken {
        reason: "the writing thread has ended".into(),
    }
}

/// Runs `work` to its end. SQLite works in place, so the future is ready at its first poll.
fn in_place<T, E: From<StoreError>>(
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    tx: &mut Tx,
) -> Result<T, E> {
    let broken = |reason: &str| {
        Err(E::from(StoreError::Broken {
            reason: reason.into(),
        }))
    };
    // A panic must cost one write, not the thread and with it every later write.
    match panic::catch_unwind(AssertUnwindSafe(|| work(tx).now_or_never())) {
        Ok(Some(outcome)) => outcome,
        Ok(None) => broken("a write waited for something else"),
        Err(_panic) => broken("a write panicked"),
    }
}

fn commit_group(tx: &mut Tx, group: impl Iterator<Item = Job>) {
    tx.has_published = false;
    let mut usable = now(tx, "BEGIN IMMEDIATE");
    let mut done = Vec::new();
    for job in group {
        done.push(match &usable {
            Ok(()) => {
                let (answer, ended) = in_savepoint(tx, job);
                usable = ended;
                answer
            }
            Err(error) => job(Err(broken(error))),
        });
    }
    let committed = usable.and_then(|()| now(tx, "COMMIT"));
    if let Err(error) = &committed {
        tracing::error!(reason = %error, writes = done.len(), "a group of writes was not kept");
        let _nothing_left_to_roll_back = now(tx, "ROLLBACK");
    }
    for Done { is_kept, answer } in done {
        // Work that was not kept has an answer of its own, whatever became of the group.
        match (&committed, is_kept) {
            (Err(error), true) => answer(Err(broken(error))),
            _ => answer(Ok(())),
        }
    }
}

/// Runs a job, and says whether the transaction around it still stands: SQLite itself ends it after some
/// errors, for example a full disk, and then nothing more may run as if it were part of the group.
fn in_savepoint(tx: &mut Tx, job: Job) -> (Done, Result<(), StoreError>) {
    if let Err(error) = now(tx, "SAVEPOINT job") {
        return (job(Err(broken(&error))), Err(error));
    }
    let done = job(Ok(tx));
    let ended = if done.is_kept {
        now(tx, "RELEASE job")
    } else {
        now(tx, "ROLLBACK TO job").and_then(|()| now(tx, "RELEASE job"))
    };
    (done, ended)
}

fn broken(error: &StoreError) -> StoreError {
    StoreError::Broken {
        reason: error.to_string(),
    }
}

fn now(tx: &mut Tx, sql: &str) -> Result<(), StoreError> {
    tx.execute(sql)
        .now_or_never()
        .unwrap_or_else(|| Err(writer_gone()))
}
