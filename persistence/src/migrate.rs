//! Two trees of migrations, one per database, embedded in the program.

use diesel::{
    connection::SimpleConnection as _, migration::MigrationSource, pg::Pg, sqlite::Sqlite,
};
use diesel_async::{AsyncPgConnection, async_connection_wrapper::AsyncConnectionWrapper};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::{
    connection::{self, Target},
    error::StoreError,
};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// What the database has and lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    /// Steps that are done, in order.
    pub applied: Vec<String>,
    /// Steps of this program that are not done.
    pub pending: Vec<String>,
    /// Steps that a newer program has done.
    pub unknown: Vec<String>,
}

impl Schema {
    /// Refuses a database that lacks steps or has been used by a newer program.
    pub fn require_current(&self) -> Result<(), StoreError> {
        if !self.unknown.is_empty() {
            return Err(StoreError::Newer {
                unknown: self.unknown.clone(),
            });
        }
        if !self.pending.is_empty() {
            return Err(StoreError::NotMigrated {
                pending: self.pending.clone(),
            });
        }
        Ok(())
    }
}

/// What to do with the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Look,
    Up,
    DownOne,
}

/// What the database of `target` has and lacks. Blocks; call it outside a run loop.
pub fn look(target: &Target) -> Result<Schema, StoreError> {
    visit(target, Wish::Look)
}

/// Runs every missing step. Blocks; call it outside a run loop.
pub fn up(target: &Target) -> Result<Schema, StoreError> {
    visit(target, Wish::Up)
}

/// Takes the last step back. For tests of the steps themselves. Blocks.
pub fn down_one(target: &Target) -> Result<Schema, StoreError> {
    visit(target, Wish::DownOne)
}

/// Several replicas may start at once: they take turns, as SQLite's write transaction makes them. The lock
/// ends with the connection; its number means nothing.
const POSTGRES_TURN: &str = "SELECT pg_advisory_lock(8250111226)";

fn visit(target: &Target, wish: Wish) -> Result<Schema, StoreError> {
    match target {
        Target::Sqlite(path) => {
            let mut conn = connection::open_sqlite_migrator(path)?;
            conn.immediate_transaction(|conn| fulfil::<Sqlite, _>(conn, || SQLITE, wish))
        }
        Target::Postgres(url) => {
            let url = url.clone();
            // The harness waits by blocking, which a run loop's own thread may not do.
            let thread = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(1)
                    .enable_all()
                    .build()
                    .map_err(|error| StoreError::Open {
                        reason: error.to_string(),
                    })?;
                let conn = runtime
                    .block_on(connection::connect_postgres(&url))
                    .map_err(|error| StoreError::Open {
                        reason: error.to_string(),
                    })?;
                let _in_runtime = runtime.enter();
                let mut conn: AsyncConnectionWrapper<AsyncPgConnection> = conn.into();
                conn.batch_execute(POSTGRES_TURN)?;
                fulfil::<Pg, _>(&mut conn, || POSTGRES, wish)
            });
            thread.join().unwrap_or_else(|_panic| {
                Err(StoreError::Broken {
                    reason: "the migration thread panicked".into(),
                })
            })
        }
    }
}

fn fulfil<B: diesel::backend::Backend, C: MigrationHarness<B>>(
    conn: &mut C,
    tree: fn() -> EmbeddedMigrations,
    wish: Wish,
) -> Result<Schema, StoreError>
where
    EmbeddedMigrations: MigrationSource<B>,
{
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Broken {
        reason: format!("migration: {error}"),
    };
    match wish {
        Wish::Look => {}
        Wish::Up => {
            let _versions = conn.run_pending_migrations(tree()).map_err(failed)?;
        }
        Wish::DownOne => {
            let _version = conn.revert_last_migration(tree()).map_err(failed)?;
        }
    }
    let known: Vec<String> = MigrationSource::<B>::migrations(&tree())
        .map_err(failed)?
        .iter()
        .map(|step| step.name().version().to_string())
        .collect();
    let mut applied: Vec<String> = conn
        .applied_migrations()
        .map_err(failed)?
        .iter()
        .map(ToString::to_string)
        .collect();
    applied.sort();
    Ok(Schema {
        pending: known
            .iter()
            .filter(|step| !applied.contains(step))
            .cloned()
            .collect(),
        unknown: applied
            .iter()
            .filter(|step| !known.contains(step))
            .cloned()
            .collect(),
        applied,
    })
}

/// The names of the steps of each tree, SQLite first. For the test that keeps them equal.
pub fn step_names() -> Result<(Vec<String>, Vec<String>), StoreError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Broken {
        reason: error.to_string(),
    };
    let sqlite = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(failed)?;
    let postgres = MigrationSource::<Pg>::migrations(&POSTGRES).map_err(failed)?;
    Ok((
        sqlite.iter().map(|step| step.name().to_string()).collect(),
        postgres
            .iter()
            .map(|step| step.name().to_string())
            .collect(),
    ))
}
