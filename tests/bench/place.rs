//! Where the benchmarks run: the databases, copies of them to write to, and the product opened on them.

use std::{fmt, fs, path::PathBuf, sync::LazyLock};

use api::{
    app::App,
    clock::Clock,
    gate::GateSettings,
    ids::Ids,
    keys::Keys,
    serve::{self, Parts},
    worker::Poke,
};
use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use persistence::Store;
use time::OffsetDateTime;
use tokio_postgres::{Client, NoTls};

use crate::{
    postgres::Cluster,
    read::Wander,
    seed::{self, Seed, ZONE, project_id, stage_id},
};

/// A database that a benchmark runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    /// Always.
    Sqlite,
    /// Where it is installed.
    Postgres,
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// The databases that are there.
pub(crate) fn databases() -> Vec<Database> {
    match *CLUSTER {
        Some(_) => vec![Database::Sqlite, Database::Postgres],
        None => vec![Database::Sqlite],
    }
}

static CLUSTER: LazyLock<Option<Cluster>> = LazyLock::new(Cluster::start);
static SQLITE: LazyLock<(Seed, PathBuf)> = LazyLock::new(seed::sqlite);
static POSTGRES: LazyLock<(Seed, String)> = LazyLock::new(|| {
    let url = cluster().url("seed");
    let seed = seed::made("postgres", &url, || recreate("seed", "template0"));
    (seed, url)
});
/// A copy of the file to write to, made once in a run.
static SQLITE_COPY: LazyLock<PathBuf> = LazyLock::new(|| {
    let copy = seed::folder().join("work.sqlite");
    for ending in ["-wal", "-shm"] {
        let _not_there = fs::remove_file(seed::folder().join(format!("work.sqlite{ending}")));
    }
    fs::copy(&SQLITE.1, &copy).unwrap();
    copy
});
static POSTGRES_COPY: LazyLock<String> = LazyLock::new(|| {
    LazyLock::force(&POSTGRES);
    recreate("work", "seed STRATEGY file_copy");
    cluster().url("work")
});

fn cluster() -> &'static Cluster {
    CLUSTER.as_ref().unwrap()
}

/// A run loop that waits in place.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn recreate(name: &str, template: &str) {
    let runtime = runtime();
    runtime.block_on(async {
        let client = connect(&cluster().url("postgres")).await;
        for sql in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} TEMPLATE {template}"),
        ] {
            client.batch_execute(&sql).await.unwrap();
        }
    });
}

/// A connection past the product.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let _runs_until_the_client_is_dropped = tokio::spawn(connection);
    client
}

impl Database {
    /// What the data is.
    pub(crate) fn seed(self) -> &'static Seed {
        match self {
            Self::Sqlite => &SQLITE.0,
            Self::Postgres => &POSTGRES.0,
        }
    }

    /// The URL of the data, to read.
    pub(crate) fn url(self) -> String {
        match self {
            Self::Sqlite => format!("sqlite://{}", SQLITE.1.display()),
            Self::Postgres => POSTGRES.1.clone(),
        }
    }

    /// The URL of a copy of the data, to write to. The same in the whole run.
    pub(crate) fn copy_url(self) -> String {
        match self {
            Self::Sqlite => format!("sqlite://{}", SQLITE_COPY.display()),
            Self::Postgres => POSTGRES_COPY.clone(),
        }
    }

    /// The product on the data.
    pub(crate) fn app(self) -> App {
        open(&self.url(), self.seed().now())
    }

    /// The product on the copy.
    pub(crate) fn app_on_copy(self) -> App {
        open(&self.copy_url(), self.seed().now())
    }

    /// A connection to the data past the product.
    pub(crate) fn raw(self) -> Raw {
        Raw::open(&self.url())
    }

    /// A connection to the copy past the product.
    pub(crate) fn raw_on_copy(self) -> Raw {
        Raw::open(&self.copy_url())
    }
}

/// The product on a database, at an instant.
pub(crate) fn open(url: &str, now: OffsetDateTime) -> App {
    let parts = Parts {
        zone: ZONE,
        clock: Clock::fixed(now),
        ids: Ids::Random,
        keys: Keys::new([7; 32]),
        public_url: "http://127.0.0.1".into(),
        from_address: "bench@zone.example".into(),
        limits: notifications::deliver::Limits::none(),
        allowed_networks: Vec::new(),
        sign_in: api::config::SignIn::without_factors(),
        oidc: None,
        demo: None,
        security_contact: None,
        gate: GateSettings {
            reads_per_minute: u32::MAX,
            writes_per_minute: u32::MAX,
            ..GateSettings::default()
        },
    };
    serve::assemble(Store::open(url).unwrap(), parts, Poke::default()).unwrap()
}

/// An access token of somebody who just signed in.
pub(crate) fn access_token(app: &App, person: domain::id::PersonId) -> String {
    let client = api::http::client::Client::default();
    let granting = api::usecase::token::grant(app, person, &client);
    runtime().block_on(granting).unwrap().access
}

/// A connection past the product, for floors.
pub(crate) enum Raw {
    /// With the product's settings for durability.
    Sqlite(SqliteConnection),
    /// With the run loop that drives it.
    Postgres(tokio::runtime::Runtime, Client),
}

impl Raw {
    fn open(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let mut conn = SqliteConnection::establish(path).unwrap();
            conn.batch_execute(
                "PRAGMA busy_timeout=5000; PRAGMA cache_size=-4096; PRAGMA synchronous=FULL; \
                 PRAGMA foreign_keys=ON;",
            )
            .unwrap();
            Self::Sqlite(conn)
        } else {
            let runtime = runtime();
            let client = runtime.block_on(connect(url));
            Self::Postgres(runtime, client)
        }
    }

    /// Runs statements that take no values.
    pub(crate) fn run(&mut self, sql: &str) {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql).unwrap(),
            Self::Postgres(runtime, client) => {
                runtime.block_on(client.batch_execute(sql)).unwrap();
            }
        }
    }
}

/// Makes the data and says where it is, one URL a line; puts keys of projects and of stages of one unit
/// beside it for whoever asks for them over HTTP.
pub(crate) fn print_urls() {
    use std::io::Write as _;
    for database in databases() {
        writeln!(std::io::stdout(), "{}", database.url()).unwrap();
    }
    let wander = Wander::new();
    let lines = |line: &dyn Fn() -> String| (0..KEYS).map(|_| line() + "\n").collect::<String>();
    let projects = lines(&|| project_id(wander.next()).to_string());
    let stages = lines(&|| stage_id(wander.next(), 1).to_string());
    fs::write(seed::folder().join("projects.txt"), projects).unwrap();
    fs::write(seed::folder().join("stages.txt"), stages).unwrap();
}

/// Keys of each kind for the load script.
const KEYS: u32 = 10_000;
