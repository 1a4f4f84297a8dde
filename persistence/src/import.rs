//! Files of units or people that somebody brings in.

use diesel::prelude::*;
use domain::id::{ImportId, PersonId, ZoneId};
use time::OffsetDateTime;

use crate::{
    connection::{run, run_locking},
    error::StoreError,
    schema::import,
    store::Tx,
    types::{At, Key},
};

/// A file as it was read, and what became of it. What its rows say is the caller's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptImport {
    /// Key.
    pub id: ImportId,
    /// What it holds, as a stable code.
    pub kind: String,
    /// What became of it, as a stable code.
    pub state: String,
    /// Its rows.
    pub total: i64,
    /// Rows that were dealt with.
    pub done: i64,
    /// The rows as read, with their errors.
    pub body: String,
    /// Who brought it in.
    pub created_by: PersonId,
    /// When.
    pub created_at: OffsetDateTime,
    /// Who let it count.
    pub committed_by: Option<PersonId>,
    /// When.
    pub committed_at: Option<OffsetDateTime>,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = import, treat_none_as_default_value = false)]
struct ImportRow {
    zone_id: Key,
    id: Key,
    kind: String,
    state: String,
    total: i64,
    done: i64,
    body: String,
    created_by: Key,
    created_at: At,
    committed_by: Option<Key>,
    committed_at: Option<At>,
}

impl From<ImportRow> for KeptImport {
    fn from(row: ImportRow) -> Self {
        Self {
            id: ImportId(row.id.0),
            kind: row.kind,
            state: row.state,
            total: row.total,
            done: row.done,
            body: row.body,
            created_by: PersonId(row.created_by.0),
            created_at: row.created_at.0,
            committed_by: row.committed_by.map(|key| PersonId(key.0)),
            committed_at: row.committed_at.map(|at| at.0),
        }
    }
}

impl Tx {
    /// Keeps a file.
    pub async fn add_import(&mut self, zone: ZoneId, new: &KeptImport) -> Result<(), StoreError> {
        let row = ImportRow {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            kind: new.kind.clone(),
            state: new.state.clone(),
            total: new.total,
            done: new.done,
            body: new.body.clone(),
            created_by: Key(new.created_by.0),
            created_at: At(new.created_at),
            committed_by: new.committed_by.map(|person| Key(person.0)),
            committed_at: new.committed_at.map(At),
        };
        let insert = diesel::insert_into(import::table).values(&row);
        run!(self, execute, insert)?;
        Ok(())
    }

    /// A file by key.
    pub async fn import(&mut self, zone: ZoneId, id: ImportId) -> Result<KeptImport, StoreError> {
        let query = import::table.find((Key(zone.0), Key(id.0)));
        let row: ImportRow = run!(self, get_result, query)?;
        Ok(row.into())
    }

    /// A file by key, for whoever lets it count: nobody else does until this transaction ends.
    pub async fn import_to_commit(
        &mut self,
        zone: ZoneId,
        id: ImportId,
    ) -> Result<KeptImport, StoreError> {
        let query = import::table.find((Key(zone.0), Key(id.0)));
        let row: ImportRow = run_locking!(self, get_result, query)?;
        Ok(row.into())
    }

    /// Keeps what became of a file.
    pub async fn save_import(&mut self, zone: ZoneId, kept: &KeptImport) -> Result<(), StoreError> {
        let this = import::table.find((Key(zone.0), Key(kept.id.0)));
        let change = diesel::update(this).set((
            import::state.eq(&kept.state),
            import::done.eq(kept.done),
            import::body.eq(&kept.body),
            import::committed_by.eq(kept.committed_by.map(|person| Key(person.0))),
            import::committed_at.eq(kept.committed_at.map(At)),
        ));
        match run!(self, execute, change)? {
            1 => Ok(()),
            _ => Err(StoreError::Absent),
        }
    }

    /// The latest files, the newest first.
    pub async fn imports(
        &mut self,
        zone: ZoneId,
        limit: i64,
    ) -> Result<Vec<KeptImport>, StoreError> {
        let query = import::table
            .filter(import::zone_id.eq(Key(zone.0)))
            .order((import::created_at.desc(), import::id.desc()))
            .limit(limit);
        let rows: Vec<ImportRow> = run!(self, load, query)?;
        Ok(rows.into_iter().map(KeptImport::from).collect())
    }
}
