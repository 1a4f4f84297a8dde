//! The two doors: [`Store::read`] and [`Store::write`].

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, TransactionManager as _,
    pooled_connection::deadpool::{Object, Pool},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    cache::Cache,
    connection::{self, Conn, Target},
    error::StoreError,
    idempotency::Once,
    prepared::Plain,
    writer::Writer,
};

/// Where everything is kept: SQLite or PostgreSQL behind the same two doors. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    cache: Arc<Cache>,
    backend: Backend,
}

enum Backend {
    /// Readers are taken by whoever asks and put back; one thread writes.
    Sqlite {
        readers: Mutex<Vec<Tx>>,
        writer: Writer,
    },
    /// `_io` drives the connections and ends with the store.
    Postgres {
        pool: Pool<AsyncPgConnection>,
        _io: IoThread,
    },
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.inner.target).finish()
    }
}

/// Through which door a transaction came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Read,
    Write,
}

impl Door {
    fn postgres(self) -> &'static str {
        match self {
            // One snapshot for all queries: the parts of an aggregate are read one after the other.
            Self::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            // Versions, unique keys and row locks decide, so each query may see the newest rows.
            Self::Write => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }
}

/// A connection of the pool with a transaction on it. Unless it is given back after its end, it is closed:
/// whoever asked may be gone in the middle of it, and a transaction that waits in the pool holds its locks.
struct Lent(Option<Tx>);

impl Lent {
    fn give_back(mut self) {
        self.0 = None;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(Tx {
            conn: Conn::Postgres(conn),
            ..
        }) = self.0.take()
        {
            let _closed = Object::take(*conn);
        }
    }
}

/// One open transaction. Its methods stand with their aggregates, one file each.
pub struct Tx {
    pub(crate) conn: Conn,
    pub(crate) cache: Arc<Cache>,
    /// True once the transaction has changed something that the cache knows, and may yet take it back:
    /// from then on nothing that it reads may be remembered beyond it.
    pub(crate) has_published: bool,
}

impl Store {
    /// Opens the database of a URL. Creates an SQLite file that does not exist; makes no tables.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, connection::open_sqlite_writer)
    }

    /// Like [`Store::open`], for a database that is thrown away afterwards: on SQLite no commit waits for
    /// the disk, and a power cut may leave nothing of use.
    pub fn open_scratch(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, connection::open_sqlite_scratch_writer)
    }

    fn open_with(
        url: &str,
        open_writer: fn(&str) -> Result<diesel::SqliteConnection, StoreError>,
    ) -> Result<Self, StoreError> {
        let target = Target::parse(url)?;
        let cache = Arc::new(Cache::default());
        let backend = match &target {
            Target::Sqlite(path) => Backend::Sqlite {
                writer: Writer::start(open_writer(path)?, cache.clone())?,
                readers: Mutex::new(Vec::new()),
            },
            Target::Postgres(url) => {
                let io = IoThread::start()?;
                Backend::Postgres {
                    pool: connection::postgres_pool(url, io.handle.clone())?,
                    _io: io,
                }
            }
        };
        Ok(Self {
            inner: Arc::new(Inner {
                target,
                cache,
                backend,
            }),
        })
    }

    /// Which database this is.
    pub fn target(&self) -> &Target {
        &self.inner.target
    }

    /// Runs `work` on one snapshot, on a connection that cannot write: whatever is committed beside it,
    /// all that it reads belongs together.
    ///
    /// Inside, await nothing but the transaction's own methods.
    pub async fn read<T, E: From<StoreError>>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        match &self.inner.backend {
            Backend::Sqlite { readers, .. } => {
                let idle = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let mut tx = match idle {
                    Some(tx) => tx,
                    None => self.open_reader()?,
                };
                tx.execute("BEGIN").await?;
                let answer = work(&mut tx).await;
                tx.execute("ROLLBACK").await?;
                readers
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(tx);
                answer
            }
            Backend::Postgres { pool, .. } => self.on_postgres(pool, Door::Read, work).await,
        }
    }

    /// Runs `work` in one write transaction: all of it is kept, or nothing.
    ///
    /// The answer comes only after the commit is durable. On SQLite the work runs on the one writer
    /// thread, which commits what waits in groups. Inside, await nothing but the transaction's own
    /// methods.
    ///
    /// Inside a request that bears a key (see [`crate::idempotency`]) the first write keeps a receipt of it: the
    /// same request cannot be carried out twice, whoever writes.
    pub async fn write<T, E>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if Once::is_again() {
            return Err(StoreError::Repeated.into());
        }
        let Some(receipt) = Once::take() else {
            return self.write_beside(work).await;
        };
        let kept = receipt.clone();
        let outcome = self
            .write_beside(async move |tx: &mut Tx| {
                tx.add_receipt(&kept).await?;
                work(tx).await
            })
            .await;
        Once::settle(receipt, outcome.is_ok());
        outcome
    }

    /// Like [`Store::write`], for work whose result must outlive a lost answer: inside a request that bears a
    /// key, the result is kept with the effect, and a request that comes again gets it without the work being
    /// done again.
    pub async fn write_once<T, E>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if let Some(result) = Once::result() {
            return serde_json::from_slice(&result).map_err(|error| E::from(error.into()));
        }
        let Some(receipt) = Once::take() else {
            return self.write_beside(work).await;
        };
        let kept = receipt.clone();
        let outcome = self
            .write_beside(async move |tx: &mut Tx| {
                tx.add_receipt(&kept).await?;
                let result = work(tx).await?;
                let bytes = serde_json::to_vec(&result).map_err(StoreError::from)?;
                tx.keep_result(&kept, &bytes).await?;
                Ok(result)
            })
            .await;
        Once::settle(receipt, outcome.is_ok());
        outcome
    }

    /// Like [`Store::write`], for what a request does on its way and does not ask for, such as counting a guess: it
    /// leaves no receipt, so that a refusal that follows can be decided anew.
    pub async fn write_beside<T, E>(
        &self,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.inner.backend {
            Backend::Sqlite { writer, .. } => writer.run(work).await,
            Backend::Postgres { pool, .. } => self.on_postgres(pool, Door::Write, work).await,
        }
    }

    fn open_reader(&self) -> Result<Tx, StoreError> {
        let Target::Sqlite(path) = &self.inner.target else {
            return Err(StoreError::Open {
                reason: "not an SQLite database".into(),
            });
        };
        let conn = connection::open_sqlite_reader(path)?;
        Ok(Tx {
            conn: Conn::Sqlite(conn),
            cache: self.inner.cache.clone(),
            has_published: false,
        })
    }

    async fn on_postgres<T, E: From<StoreError>>(
        &self,
        pool: &Pool<AsyncPgConnection>,
        door: Door,
        work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut lent = Lent(Some(self.postgres_tx(pool).await?));
        let Lent(Some(tx)) = &mut lent else {
            return Err(E::from(StoreError::Absent));
        };
        tx.begin(door).await?;
        let answer = work(tx).await;
        let ended = match (door, &answer) {
            (Door::Write, Ok(_)) => tx.commit().await,
            (Door::Read, _) | (Door::Write, Err(_)) => tx.roll_back().await,
        };
        match ended {
            Ok(()) => lent.give_back(),
            Err(error) if answer.is_ok() => return Err(error.into()),
            // What went wrong first says more; the connection is closed.
            Err(_) => {}
        }
        answer
    }

    async fn postgres_tx(&self, pool: &Pool<AsyncPgConnection>) -> Result<Tx, StoreError> {
        let conn = pool.get().await.map_err(|error| StoreError::Open {
            reason: error.to_string(),
        })?;
        Ok(Tx {
            conn: Conn::Postgres(Box::new(conn)),
            cache: self.inner.cache.clone(),
            has_published: false,
        })
    }
}

impl Tx {
    /// Runs one statement that takes no values.
    pub(crate) async fn execute(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                diesel::RunQueryDsl::execute(Plain(sql), conn)?;
            }
            Conn::Postgres(conn) => {
                diesel_async::SimpleAsyncConnection::batch_execute(conn, sql).await?;
            }
        }
        Ok(())
    }

    /// Begins on PostgreSQL, through the manager that lets the pool tell an abandoned transaction.
    async fn begin(&mut self, door: Door) -> Result<(), StoreError> {
        match &mut self.conn {
            Conn::Sqlite(_) => self.execute("BEGIN").await,
            Conn::Postgres(conn) => Ok(AnsiTransactionManager::begin_transaction_sql(
                &mut ***conn,
                door.postgres(),
            )
            .await?),
        }
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        match &mut self.conn {
            Conn::Sqlite(_) => self.execute("COMMIT").await,
            Conn::Postgres(conn) => Ok(
                <AsyncPgConnection as AsyncConnection>::TransactionManager::commit_transaction(
                    &mut ***conn,
                )
                .await?,
            ),
        }
    }

    async fn roll_back(&mut self) -> Result<(), StoreError> {
        match &mut self.conn {
            Conn::Sqlite(_) => self.execute("ROLLBACK").await,
            Conn::Postgres(conn) => Ok(
                <AsyncPgConnection as AsyncConnection>::TransactionManager::rollback_transaction(
                    &mut ***conn,
                )
                .await?,
            ),
        }
    }
}

/// A run loop of its own for PostgreSQL's connections.
struct IoThread {
    handle: tokio::runtime::Handle,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

impl IoThread {
    fn start() -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::Open {
            reason: error.to_string(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serve = move || {
            let _stopped_or_dropped = runtime.block_on(stopped);
        };
        let _detached = thread::Builder::new()
            .name("postgres-io".into())
            .spawn(serve)
            .map_err(failed)?;
        Ok(Self {
            handle,
            stop: Some(stop),
        })
    }
}

impl Drop for IoThread {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _already_gone = stop.send(());
        }
    }
}
