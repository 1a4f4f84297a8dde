//! Connections: which database a URL means, and how each is opened.

use std::time::{Duration, Instant};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig,
        deadpool::{Object, Pool},
    },
};
use futures_util::FutureExt as _;

use crate::error::StoreError;

/// Runs one query on whichever database the connection belongs to. The query is written once and
/// compiled natively for each; on SQLite it runs in place and the future is ready at its first poll.
macro_rules! run {
    ($conn:expr, $method:ident, $query:expr) => {
        match &mut $conn.conn {
            $crate::connection::Conn::Sqlite(conn) => diesel::RunQueryDsl::$method($query, conn),
            $crate::connection::Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::$method($query, conn).await
            }
        }
    };
}
pub(crate) use run;

/// Like `run!`, for rows that nobody else may change until this transaction ends. PostgreSQL is told to
/// lock them; SQLite has one writer.
macro_rules! run_locking {
    ($conn:expr, $method:ident, $query:expr) => {
        match &mut $conn.conn {
            $crate::connection::Conn::Sqlite(conn) => diesel::RunQueryDsl::$method($query, conn),
            $crate::connection::Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::$method($query.for_update(), conn).await
            }
        }
    };
}
pub(crate) use run_locking;

/// One connection of either database.
pub(crate) enum Conn {
    Sqlite(SqliteConnection),
    Postgres(Box<Object<AsyncPgConnection>>),
}

/// Which database a URL means. Chosen by scheme, because a misspelt URL must not create an empty file.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// `sqlite://PATH`
    Sqlite(String),
    /// `postgres://...` or `postgresql://...`
    Postgres(String),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{path}"),
            // The URL may hold a password.
            Self::Postgres(_) => f.write_str("postgres://***"),
        }
    }
}

impl Target {
    /// Reads a database URL.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        match url.split_once("://") {
            Some(("sqlite", "")) => Err(StoreError::Url {
                reason: "sqlite:// needs a path, for example sqlite://data.sqlite".into(),
            }),
            Some(("sqlite", path)) => Ok(Self::Sqlite(path.to_owned())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(url.to_owned())),
            Some((scheme, _)) => Err(StoreError::Url {
                reason: format!(
                    "unknown scheme {scheme:?}; use sqlite://PATH or postgres://USER@HOST/NAME"
                ),
            }),
            None => Err(StoreError::Url {
                reason: "no scheme; use sqlite://PATH or postgres://USER@HOST/NAME".into(),
            }),
        }
    }
}

/// Page cache of one SQLite connection in KiB. More gave no speed in measurements, only memory.
const SQLITE_CACHE_KIB: u32 = 4_096;
/// How long SQLite waits for another process that writes to the same file.
const SQLITE_BUSY_MS: u32 = 5_000;

/// How long a program waits for others that open or migrate the same file: a step may rewrite a large table.
const SQLITE_MIGRATION_WAIT: Duration = Duration::from_mins(1);
/// Between two looks whether the file has become free.
const SQLITE_LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Opens the one connection that writes.
pub(crate) fn open_sqlite_writer(path: &str) -> Result<SqliteConnection, StoreError> {
    let mut conn = establish_sqlite(path)?;
    // WAL lets readers go on while one writes; FULL keeps an acknowledged commit through a power cut.
    enter_wal(&mut conn)?;
    sqlite_pragma(
        &mut conn,
        "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    )?;
    Ok(conn)
}

/// Of programs that open a new file at once, SQLite turns all but one away without letting them wait: each
/// reads the file and wants it alone, so that a wait might never end.
#[expect(
    clippy::disallowed_methods,
    reason = "there is nobody to wake the one who waits for another program"
)]
fn enter_wal(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    let give_up = Instant::now() + SQLITE_MIGRATION_WAIT;
    loop {
        match conn.batch_execute("PRAGMA journal_mode=WAL;") {
            Ok(()) => return Ok(()),
            Err(error) if is_locked(&error) && Instant::now() < give_up => {
                std::thread::sleep(SQLITE_LOOK_AGAIN);
            }
            Err(error) => {
                return Err(StoreError::Open {
                    reason: error.to_string(),
                });
            }
        }
    }
}

/// SQLite's words for a file that somebody else holds; diesel keeps no code for them.
fn is_locked(error: &diesel::result::Error) -> bool {
    matches!(error, diesel::result::Error::DatabaseError(_, info)
        if info.message() == "database is locked")
}

/// Like [`open_sqlite_writer`], and waits its turn among programs that migrate.
pub(crate) fn open_sqlite_migrator(path: &str) -> Result<SqliteConnection, StoreError> {
    let mut conn = open_sqlite_writer(path)?;
    let wait = SQLITE_MIGRATION_WAIT.as_millis();
    sqlite_pragma(&mut conn, &format!("PRAGMA busy_timeout={wait};"))?;
    Ok(conn)
}

/// Like [`open_sqlite_writer`], for a database that nobody needs after a power cut.
pub(crate) fn open_sqlite_scratch_writer(path: &str) -> Result<SqliteConnection, StoreError> {
    let mut conn = open_sqlite_writer(path)?;
    sqlite_pragma(&mut conn, "PRAGMA synchronous=OFF;")?;
    Ok(conn)
}

/// Opens a connection that cannot write.
pub(crate) fn open_sqlite_reader(path: &str) -> Result<SqliteConnection, StoreError> {
    let mut conn = establish_sqlite(path)?;
    sqlite_pragma(&mut conn, "PRAGMA query_only=ON;")?;
    Ok(conn)
}

fn establish_sqlite(path: &str) -> Result<SqliteConnection, StoreError> {
    let mut conn = SqliteConnection::establish(path).map_err(|error| StoreError::Open {
        reason: format!("{path}: {error}"),
    })?;
    let common = format!(
        "PRAGMA busy_timeout={SQLITE_BUSY_MS}; PRAGMA cache_size=-{SQLITE_CACHE_KIB}; \
         PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
    );
    sqlite_pragma(&mut conn, &common)?;
    Ok(conn)
}

fn sqlite_pragma(conn: &mut SqliteConnection, sql: &str) -> Result<(), StoreError> {
    conn.batch_execute(sql).map_err(|error| StoreError::Open {
        reason: error.to_string(),
    })
}

/// Connections to PostgreSQL of one process. Few: the database works best with about as many as it has
/// cores, and a request holds one only while it asks.
const POSTGRES_CONNECTIONS_MAX: usize = 16;

/// A pool whose connections live on `io`, so that no web worker's run loop has to drive another's.
pub(crate) fn postgres_pool(
    url: &str,
    io: tokio::runtime::Handle,
) -> Result<Pool<AsyncPgConnection>, StoreError> {
    let mut config = ManagerConfig::default();
    config.recycling_method = diesel_async::pooled_connection::RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |url| {
        let (url, io) = (url.to_owned(), io.clone());
        async move {
            let connecting = io.spawn(async move { connect_postgres(&url).await });
            connecting.await.unwrap_or_else(|error| {
                Err(diesel::ConnectionError::BadConnection(error.to_string()))
            })
        }
        .boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    Pool::builder(manager)
        .max_size(POSTGRES_CONNECTIONS_MAX)
        .build()
        .map_err(|error| StoreError::Open {
            reason: error.to_string(),
        })
}

/// Connects with TLS where the server asks for it, by the public certificate authorities.
pub(crate) async fn connect_postgres(url: &str) -> diesel::ConnectionResult<AsyncPgConnection> {
    let bad =
        |error: &dyn std::fmt::Display| diesel::ConnectionError::BadConnection(error.to_string());
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
    let (client, connection) = tokio_postgres::connect(url, connector)
        .await
        .map_err(|error| bad(&detailed(&error)))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// tokio-postgres says only "db error"; the cause says which.
fn detailed(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
