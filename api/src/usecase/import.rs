//! Units and people from a file: looked at first, then all rows or none.
//!
//! Every row names its unit or person by a key of its own (the code, the login), so the same file may come
//! twice, and a fuller one later changes only what is new. An empty cell changes nothing; nobody is removed by
//! being left out.

mod bring;
mod people;
mod units;
pub(super) mod work;

use std::collections::BTreeMap;

use domain::{
    access::{Actor, Permission},
    id::{ImportId, PersonId, ZoneId},
    refusal::Refusal,
    security::{SecurityAct, SecurityEvent},
};
use persistence::{Tx, directory::Directory, import::KeptImport};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use self::bring::{Brought, ROWS_AT_ONCE_MAX, When, Wish, bring, commit};
use super::directory::{Changing, require};
use crate::{
    app::App,
    error::AppError,
    ids::Ids,
    import::table::{self, Column, Row},
};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// One unit in each row.
    Units,
    /// One person in each row.
    People,
}

impl ImportKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Units, Self::People];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::People => "people",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn columns(self) -> &'static [Column] {
        match self {
            Self::Units => &units::COLUMNS,
            Self::People => &people::COLUMNS,
        }
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Nobody has looked at it yet: a job will.
    Pending,
    /// Every row can be taken; nothing was changed yet.
    Checked,
    /// Some rows cannot be taken; nothing was changed.
    Flawed,
    /// A job is taking the rows.
    Committing,
    /// A job broke off before every row was taken; what it has taken stays.
    Stopped,
    /// Every row was taken.
    Committed,
}

impl ImportState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Checked,
        Self::Flawed,
        Self::Committing,
        Self::Stopped,
        Self::Committed,
    ];

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Checked => "checked",
            Self::Flawed => "flawed",
            Self::Committing => "committing",
            Self::Stopped => "stopped",
            Self::Committed => "committed",
        }
    }
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// The row among those of the file, from 0.
    pub row: usize,
    /// Its line in the file; the head is 1.
    pub line: usize,
    /// The column.
    pub column: String,
    /// The stable code.
    pub code: String,
    /// Parameters of the sentence.
    pub arguments: BTreeMap<String, String>,
}

/// Errors that are kept and named; when there are more the file is another kind of file.
const ERRORS_NAMED_MAX: usize = 200;

/// What the rows of a file would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counts {
    /// Rows that add somebody or something.
    pub added: usize,
    /// Rows that change what is there.
    pub changed: usize,
    /// Rows that say what is so already.
    pub unchanged: usize,
}

/// A file as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its rows, as read.
    pub rows: Vec<Row>,
    /// What is wrong with them, as far as it is named.
    pub errors: Vec<RowError>,
    /// How much is wrong in all.
    pub error_count: usize,
    /// What the rows do.
    pub counts: Counts,
    /// True when some row says what a person is to the zone.
    pub has_roles: bool,
}

/// Collects what is wrong with the rows of a file.
struct Errors<'a> {
    row: usize,
    of: &'a Row,
    found: &'a mut Vec<RowError>,
}

impl Errors<'_> {
    fn note(&mut self, column: &str, code: &str, arguments: &[(&str, &str)]) {
        let arguments = arguments.iter();
        self.found.push(RowError {
            row: self.row,
            line: self.of.line,
            column: column.to_owned(),
            code: code.to_owned(),
            arguments: arguments
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        });
    }
}

/// The acts that the rows ask for, in their order.
enum Plan {
    Units(Vec<units::Planned>),
    People(Vec<people::Planned>),
}

/// What the rows would do to this directory, and what is wrong with them.
fn plan(kind: ImportKind, rows: Vec<Row>, directory: &Directory) -> (Plan, Document) {
    let (plan, errors, counts, has_roles) = match kind {
        ImportKind::Units => {
            let (plan, errors) = units::plan(&rows, directory);
            let counts = count(plan.iter().map(units::Planned::effect));
            (Plan::Units(plan), errors, counts, false)
        }
        ImportKind::People => {
            let (plan, errors) = people::plan(&rows, directory);
            let counts = count(plan.iter().map(people::Planned::effect));
            let has_roles = plan.iter().any(people::Planned::has_roles);
            (Plan::People(plan), errors, counts, has_roles)
        }
    };
    let document = Document {
        rows,
        error_count: errors.len(),
        errors: errors.into_iter().take(ERRORS_NAMED_MAX).collect(),
        counts,
        has_roles,
    };
    (plan, document)
}

/// What one row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Adds,
    Changes,
    Nothing,
}

fn count(effects: impl Iterator<Item = Effect>) -> Counts {
    let mut counts = Counts::default();
    for effect in effects {
        match effect {
            Effect::Adds => counts.added += 1,
            Effect::Changes => counts.changed += 1,
            Effect::Nothing => counts.unchanged += 1,
        }
    }
    counts
}

/// Where and by whom a file is let in.
#[derive(Clone)]
struct Letting {
    zone: ZoneId,
    at: OffsetDateTime,
    actor: Actor,
    ids: Ids,
}

impl Letting {
    fn now(app: &App, actor: &Actor) -> Self {
        Self {
            zone: app.zone,
            at: app.now(),
            actor: actor.clone(),
            ids: app.ids.clone(),
        }
    }

    fn changing(&self) -> Changing {
        Changing {
            zone: self.zone,
            by: Some(self.actor.person),
            at: self.at,
        }
    }
}

/// Takes all rows of a file, or none: they are looked at once more.
async fn commit_in(tx: &mut Tx, letting: &Letting, mut kept: KeptImport) -> Result<(), AppError> {
    let zone = letting.zone;
    tx.hold_directory(zone).await?;
    let kind = ImportKind::of_code(&kept.kind).ok_or(AppError::Absent)?;
    let read: Document = read(&kept.body)?;
    let directory = tx.directory(zone).await?;
    let (plan, document) = plan(kind, read.rows, &directory);
    require_commit(&letting.actor, &kept, &document)?;
    apply(tx, letting.changing(), &letting.ids, plan).await?;
    kept.body = written(&document)?;
    note_committed(tx, letting, (kept, &document)).await
}

/// Keeps that every row of a file was taken, and tells it to the security record.
async fn note_committed(
    tx: &mut Tx,
    letting: &Letting,
    (mut kept, document): (KeptImport, &Document),
) -> Result<(), AppError> {
    let by = Some(letting.actor.person);
    ImportState::Committed.code().clone_into(&mut kept.state);
    kept.done = kept.total;
    kept.committed_by = by;
    kept.committed_at = Some(letting.at);
    tx.save_import(letting.zone, &kept).await?;
    let event = committed(by, document).on(kept.id);
    tx.add_security_event(letting.zone, &event, letting.at)
        .await?;
    Ok(())
}

fn require_commit(actor: &Actor, kept: &KeptImport, document: &Document) -> Result<(), AppError> {
    if document.error_count > 0 {
        let errors = document.error_count;
        return Err(Refusal::ImportFlawed { errors }.into());
    }
    if !document.has_roles {
        return require(actor, Permission::ManagePeople);
    }
    if actor.may(Permission::ManageRoles) && kept.created_by != actor.person {
        Ok(())
    } else {
        Err(Refusal::ImportHasRoles.into())
    }
}

fn committed(by: Option<PersonId>, document: &Document) -> SecurityEvent {
    SecurityEvent::done(SecurityAct::ImportCommitted, by)
        .with("added", document.counts.added)
        .with("changed", document.counts.changed)
}

async fn apply(tx: &mut Tx, changing: Changing, ids: &Ids, plan: Plan) -> Result<(), AppError> {
    match plan {
        Plan::Units(planned) => units::apply(tx, changing, ids, planned).await,
        Plan::People(planned) => people::apply(tx, changing, ids, planned).await,
    }
}

/// What a file does at the command line, where nobody is signed in: looked at, and taken if that is wished and
/// nothing is wrong.
pub async fn bring_in(
    store: &persistence::Store,
    zone: ZoneId,
    (ids, at): (Ids, OffsetDateTime),
    (kind, bytes, is_commit): (ImportKind, &[u8], bool),
) -> Result<Document, AppError> {
    let rows = table::read(bytes, kind.columns()).map_err(AppError::Flawed)?;
    store
        .write_once(async move |tx: &mut Tx| {
            tx.hold_directory(zone).await?;
            let directory = tx.directory(zone).await?;
            let (plan, document) = plan(kind, rows, &directory);
            if is_commit && document.error_count == 0 {
                let by = None;
                apply(tx, Changing { zone, by, at }, &ids, plan).await?;
                tx.add_security_event(zone, &committed(by, &document), at)
                    .await?;
            }
            Ok(document)
        })
        .await
}

/// A file with what became of it.
pub async fn look(
    app: &App,
    actor: &Actor,
    id: ImportId,
) -> Result<(KeptImport, Document), AppError> {
    require(actor, Permission::ImportPeople)?;
    let zone = app.zone;
    let kept = app
        .store
        .read(async |tx: &mut Tx| tx.import(zone, id).await)
        .await?;
    let document = read(&kept.body)?;
    Ok((kept, document))
}

/// The latest files.
pub async fn list(app: &App, actor: &Actor, limit: i64) -> Result<Vec<KeptImport>, AppError> {
    require(actor, Permission::ImportPeople)?;
    let zone = app.zone;
    Ok(app
        .store
        .read(async |tx: &mut Tx| tx.imports(zone, limit).await)
        .await?)
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn broken(error: &serde_json::Error) -> AppError {
    AppError::Broken {
        cause: format!("the document of an import: {error}"),
    }
}

fn written(document: &Document) -> Result<String, AppError> {
    serde_json::to_string(document).map_err(|error| broken(&error))
}

fn read(body: &str) -> Result<Document, AppError> {
    serde_json::from_str(body).map_err(|error| broken(&error))
}
