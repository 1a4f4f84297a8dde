//! Bringing a file in: small ones while the sender waits, others as a job.

use domain::{
    access::{Actor, Permission},
    id::{ImportId, JobId},
    refusal::Refusal,
};
use persistence::{Tx, directory::Directory, import::KeptImport};
use serde::{Deserialize, Serialize};

use super::{
    Document, ImportKind, ImportState, Letting, commit_in, plan, require_commit, whole, written,
};
use crate::{
    app::App,
    error::AppError,
    import::table::{self, Row},
    usecase::{
        directory::require,
        job::{self, Asker, JobKind},
    },
};

/// Rows up to which a file is dealt with while its sender waits: all of them in one write, which other writes wait
/// for about as long as people wait without wondering. A longer file is a job.
pub const ROWS_AT_ONCE_MAX: usize = 200;

/// What is wanted of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To be looked at; nothing is changed.
    Check,
    /// To count, if nothing is wrong with it.
    Commit,
}

/// When it is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// While the sender waits, unless the file is too long for that.
    AtOnce,
    /// Later, by the worker.
    Later,
}

/// What became of a file that was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Brought {
    /// It was dealt with.
    File(ImportId),
    /// The worker will deal with it.
    Job(JobId),
}

/// Brings a file in. One that cannot be read as a table is refused before anything is kept; one that is to count at
/// once and has flaws is refused, and nothing of it is kept.
pub async fn bring(
    app: &App,
    asker: &Asker,
    (kind, wish, when): (ImportKind, Wish, When),
    bytes: &[u8],
) -> Result<Brought, AppError> {
    require(&asker.actor, Permission::ImportPeople)?;
    let rows = table::read(bytes, kind.columns()).map_err(AppError::Flawed)?;
    let letting = Letting::now(app, &asker.actor);
    let id = ImportId(app.ids.key(letting.at));
    let is_at_once = when == When::AtOnce && rows.len() <= ROWS_AT_ONCE_MAX;
    let job = (!is_at_once).then(|| {
        let kind = match wish {
            Wish::Check => JobKind::ImportCheck,
            Wish::Commit => JobKind::ImportCommit,
        };
        job::asked(app, asker, (kind, id))
    });
    let brought = app
        .store
        .write_once(async move |tx: &mut Tx| {
            let zone = letting.zone;
            if let Some(job) = job {
                let kept = unread(&letting, (id, kind), rows)?;
                tx.add_import(zone, &kept).await?;
                tx.add_job(zone, &job).await?;
                return Ok::<_, AppError>(Brought::Job(job.id));
            }
            let directory = tx.directory(zone).await?;
            let kept = looked_at(&letting, (id, kind), (rows, &directory))?;
            tx.add_import(zone, &kept).await?;
            if wish == Wish::Commit {
                commit_in(tx, &letting, kept).await?;
            }
            Ok(Brought::File(id))
        })
        .await?;
    poke(app, brought);
    Ok(brought)
}

/// The worker is woken for a job.
fn poke(app: &App, brought: Brought) {
    match brought {
        Brought::Job(_) => app.poke.poke(),
        Brought::File(_) => {}
    }
}

/// A file that a job will look at.
fn unread(
    letting: &Letting,
    file: (ImportId, ImportKind),
    rows: Vec<Row>,
) -> Result<KeptImport, AppError> {
    let document = Document {
        rows,
        ..Document::default()
    };
    let kept = new(letting, file, (ImportState::Pending, &document))?;
    Ok(KeptImport { done: 0, ..kept })
}

/// A file whose rows have been looked at.
fn looked_at(
    letting: &Letting,
    (id, kind): (ImportId, ImportKind),
    (rows, directory): (Vec<Row>, &Directory),
) -> Result<KeptImport, AppError> {
    let (_, document) = plan(kind, rows, directory);
    let state = if document.error_count == 0 {
        ImportState::Checked
    } else {
        ImportState::Flawed
    };
    new(letting, (id, kind), (state, &document))
}

fn new(
    letting: &Letting,
    (id, kind): (ImportId, ImportKind),
    (state, document): (ImportState, &Document),
) -> Result<KeptImport, AppError> {
    let total = whole(document.rows.len());
    Ok(KeptImport {
        id,
        kind: kind.code().to_owned(),
        state: state.code().to_owned(),
        total,
        done: total,
        body: written(document)?,
        created_by: letting.actor.person,
        created_at: letting.at,
        committed_by: None,
        committed_at: None,
    })
}

/// Lets a file count: its rows are looked at once more, and then all of them are taken, or none. A long file is
/// taken by the worker, some rows at a time.
///
/// Whoever makes accounts does not say what they may do: a file with roles is let in by a security
/// administrator, and by another person than the one who brought it.
pub async fn commit(
    app: &App,
    asker: &Asker,
    (id, when): (ImportId, When),
) -> Result<Brought, AppError> {
    require(&asker.actor, Permission::ImportPeople)?;
    let letting = Letting::now(app, &asker.actor);
    let mut job = job::asked(app, asker, (JobKind::ImportCommit, id));
    let brought = app
        .store
        .write_once(async move |tx: &mut Tx| {
            let zone = letting.zone;
            let mut kept = tx.import_to_commit(zone, id).await?;
            require_idle(&kept)?;
            if when == When::AtOnce && kept.total <= whole(ROWS_AT_ONCE_MAX) {
                commit_in(tx, &letting, kept).await?;
                return Ok::<_, AppError>(Brought::File(id));
            }
            // What is wrong already is said now; the job looks again.
            require_commit(&letting.actor, &kept, &super::read(&kept.body)?)?;
            ImportState::Committing.code().clone_into(&mut kept.state);
            tx.save_import(zone, &kept).await?;
            job.total = kept.total;
            tx.add_job(zone, &job).await?;
            Ok(Brought::Job(job.id))
        })
        .await?;
    poke(app, brought);
    Ok(brought)
}

/// Refuses a file that was taken, or that a job is at work on.
fn require_idle(kept: &KeptImport) -> Result<(), Refusal> {
    match ImportState::of_code(&kept.state) {
        Some(ImportState::Committed) => Err(Refusal::ImportCommitted),
        Some(ImportState::Pending | ImportState::Committing) => Err(Refusal::ImportAtWork),
        Some(ImportState::Checked | ImportState::Flawed | ImportState::Stopped) | None => Ok(()),
    }
}

/// What the actor of a page asks for, who has no token.
impl From<Actor> for Asker {
    fn from(actor: Actor) -> Self {
        Self { actor, token: None }
    }
}
