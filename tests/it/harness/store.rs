//! One test, two databases: SQLite in a fresh file always, PostgreSQL in a fresh database where there is
//! one.

use std::{
    hash::{BuildHasher as _, Hasher as _},
    path::{Path, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection,
    connection::SimpleConnection as _, sql_types::Text,
};
use persistence::{Store, connection::Target, migrate};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use super::{
    postgres::{self, Server},
    zone::SampleZone,
};

/// Runs `test` on each database with a founded zone.
pub(crate) fn on_each_store(mut test: impl AsyncFnMut(Store, SampleZone)) {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        test(store, zone).await;
    });
}

/// Runs `test` on each database with tables and nothing in them.
pub(crate) fn on_each_database(test: impl AsyncFnMut(&Database)) {
    on_each(Tables::Current, test);
}

/// Runs `test` on each database without tables.
pub(crate) fn on_each_empty_database(test: impl AsyncFnMut(&Database)) {
    on_each(Tables::None, test);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tables {
    None,
    Current,
}

fn on_each(tables: Tables, mut test: impl AsyncFnMut(&Database)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    {
        let database = Database::sqlite(tables);
        let _which = NamedOnFailure("SQLite");
        runtime.block_on(test(&database));
    }
    if let Some(server) = postgres::server() {
        let database = Database::postgres(server, tables);
        let _which = NamedOnFailure("PostgreSQL");
        runtime.block_on(test(&database));
    }
}

/// Memory, where there is a folder of it: every write waits for its disk, and a test's may forget. Small
/// files only; a container may have no more than 64 MB.
fn quick_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let is_usable = TempDir::new_in(memory).is_ok();
    if is_usable {
        memory.into()
    } else {
        std::env::temp_dir()
    }
}

struct NamedOnFailure(&'static str);

impl Drop for NamedOnFailure {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("failed on {}", self.0);
        }
    }
}

/// A database of one test, gone when it is dropped.
pub(crate) struct Database {
    url: String,
    place: Place,
}

enum Place {
    File {
        path: PathBuf,
        _folder: TempDir,
    },
    Server {
        server: &'static Server,
        name: String,
    },
}

impl Database {
    fn sqlite(tables: Tables) -> Self {
        let folder = TempDir::with_prefix_in("gc-lite-", quick_folder()).unwrap();
        let path = folder.path().join("test.sqlite");
        if tables == Tables::Current {
            std::fs::write(&path, &*EMPTY_SQLITE).unwrap();
        }
        Self {
            url: format!("sqlite://{}", path.display()),
            place: Place::File {
                path,
                _folder: folder,
            },
        }
    }

    fn postgres(server: &'static Server, tables: Tables) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}_{number}", *RUN);
        let database = Self {
            url: server.url(&name),
            place: Place::Server { server, name },
        };
        database.fill(tables);
        database
    }

    fn fill(&self, tables: Tables) {
        let Place::Server { server, name } = &self.place else {
            return;
        };
        match tables {
            Tables::None => create_postgres(server, name, "template0"),
            Tables::Current if server.is_ours() => create_postgres(server, name, &EMPTY_POSTGRES),
            // A template would stay behind on somebody else's server.
            Tables::Current => {
                create_postgres(server, name, "template0");
                migrate::up(&self.target()).unwrap();
            }
        }
    }

    /// The URL as a user would configure it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Which database this is, parsed.
    pub(crate) fn target(&self) -> Target {
        Target::parse(&self.url).unwrap()
    }

    /// True for SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::File { .. })
    }

    /// Opens the product's store on it.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.url).unwrap()
    }

    /// Another way in, past the product.
    pub(crate) async fn back_door(&self) -> BackDoor {
        match &self.place {
            Place::File { path, .. } => {
                let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                conn.batch_execute("PRAGMA busy_timeout=5000; PRAGMA synchronous=OFF;")
                    .unwrap();
                BackDoor::Sqlite(conn)
            }
            Place::Server { .. } => BackDoor::Postgres(connect(&self.url).await),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server { server, name } = &self.place {
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            on_server(server, sql);
        }
    }
}

/// Raw SQL, for what a test breaks or looks at behind the product's back.
pub(crate) enum BackDoor {
    /// A connection to the file.
    Sqlite(SqliteConnection),
    /// A connection to the server.
    Postgres(Client),
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    line: String,
}

impl BackDoor {
    /// Runs statements.
    pub(crate) async fn run(&mut self, sql: &str) {
        self.try_run(sql).await.unwrap_or_else(|error| {
            panic!("{sql}: {error}");
        });
    }

    /// Runs statements that the database may refuse.
    pub(crate) async fn try_run(&mut self, sql: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql).map_err(|error| error.to_string()),
            Self::Postgres(client) => client.batch_execute(sql).await.map_err(|error| {
                error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), ToString::to_string)
            }),
        }
    }

    /// What a query with one text column named `line` answers.
    pub(crate) async fn lines(&mut self, sql: &str) -> Vec<String> {
        match self {
            Self::Sqlite(conn) => {
                let rows: Vec<Row> = diesel::sql_query(sql).load(conn).unwrap();
                rows.into_iter().map(|row| row.line).collect()
            }
            Self::Postgres(client) => {
                let rows = client.query(sql, &[]).await.unwrap();
                rows.iter().map(|row| row.get("line")).collect()
            }
        }
    }

    /// How SQLite would go about a query.
    pub(crate) async fn plan(&mut self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Step {
            #[diesel(sql_type = Text)]
            detail: String,
        }
        match self {
            Self::Sqlite(conn) => {
                let query = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"));
                let steps: Vec<Step> = query.load(conn).unwrap();
                let steps = steps.into_iter().map(|step| step.detail);
                steps.collect::<Vec<_>>().join("; ")
            }
            Self::Postgres(client) => {
                client
                    .batch_execute("SET enable_seqscan = off; SET enable_sort = off")
                    .await
                    .unwrap();
                let rows = client.query(&format!("EXPLAIN {sql}"), &[]).await.unwrap();
                let steps = rows.iter().map(|row| row.get::<_, String>(0));
                steps.collect::<Vec<_>>().join("; ")
            }
        }
    }

    /// The number of rows of a table.
    pub(crate) async fn count(&mut self, table: &str) -> u64 {
        let sql = format!("SELECT CAST(count(*) AS TEXT) AS line FROM {table}");
        self.lines(&sql).await[0].parse().unwrap()
    }

    /// A key as a literal of this database.
    pub(crate) fn key(&self, key: Uuid) -> String {
        match self {
            Self::Sqlite(_) => format!("x'{}'", key.simple()),
            Self::Postgres(_) => format!("'{key}'::uuid"),
        }
    }

    /// Every object of the schema with its shape, sorted; the list of migrations left out.
    pub(crate) async fn schema(&mut self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => {
                "SELECT type || ' ' || name || ': ' || coalesce(sql, '') AS line FROM sqlite_master \
                 WHERE tbl_name <> '__diesel_schema_migrations' ORDER BY 1"
            }
            Self::Postgres(_) => POSTGRES_SCHEMA,
        };
        self.lines(sql).await
    }
}

const POSTGRES_SCHEMA: &str = "
SELECT line FROM (
    SELECT 'column ' || table_name || '.' || column_name || ' ' || ordinal_position || ' ' || udt_name
        || ' ' || is_nullable || ' ' || coalesce(column_default, '-')
        || ' ' || coalesce(collation_name, '-') AS line, table_name AS of_table
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid),
        conrelid::regclass::text
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'index ' || indexdef, tablename FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'type ' || typname, '-' FROM pg_type
    WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%diesel_schema_migrations'
    UNION ALL
    SELECT 'function ' || proname, '-' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
) AS everything
WHERE of_table <> '__diesel_schema_migrations' ORDER BY 1";

/// The bytes of a file with tables and nothing in them.
static EMPTY_SQLITE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let empty = Database::sqlite(Tables::None);
    migrate::up(&empty.target()).unwrap();
    let Place::File { path, .. } = &empty.place else {
        unreachable!("made as a file");
    };
    std::fs::read(path).unwrap()
});

/// The name of a PostgreSQL database with tables and nothing in them.
static EMPTY_POSTGRES: LazyLock<String> = LazyLock::new(|| {
    let server = postgres::server().expect("asked only where there is a server");
    let name = format!("{}_template", *RUN);
    create_postgres(server, &name, "template0");
    migrate::up(&Target::parse(&server.url(&name)).unwrap()).unwrap();
    name
});

/// A name of this run that no other has, should they share a server.
static RUN: LazyLock<String> = LazyLock::new(|| {
    let random = std::hash::RandomState::new().build_hasher().finish();
    format!("gc_{random:016x}")
});

fn create_postgres(server: &'static Server, name: &str, template: &str) {
    on_server(
        server,
        format!("CREATE DATABASE {name} TEMPLATE {template}"),
    );
}

/// Runs a statement in the server's entrance, on a thread of its own so that `Drop` may call it.
fn on_server(server: &'static Server, sql: String) {
    let done = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let client = connect(&server.entrance()).await;
            client.batch_execute(&sql).await.unwrap();
        });
    });
    done.join().unwrap();
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let _runs_until_the_client_is_dropped = tokio::spawn(connection);
    client
}
