//! Sessions of pages: signed-in people, and guests with a query code. Only hashes of tokens are kept.

use diesel::prelude::*;
use domain::id::{PersonId, ProjectId, SessionId, ZoneId};
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    prepared::change,
    schema::session,
    store::Tx,
    types::{At, Key},
};

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionOf {
    /// Somebody who signed in.
    Person(PersonId),
    /// Somebody who knew the query code of one project.
    Guest(ProjectId),
}

/// A session. Debug shows no secret of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it in lists; opens nothing.
    pub id: SessionId,
    /// Whose.
    pub of: SessionOf,
    /// The value that forms of this session carry.
    pub csrf: String,
    /// The browser and the machine, in a few words.
    pub device: String,
    /// The address it was opened from.
    pub address: String,
    /// When it was opened.
    pub created_at: OffsetDateTime,
    /// The last use that was noted.
    pub last_used_at: OffsetDateTime,
    /// When it ends unless it is used.
    pub idle_until: OffsetDateTime,
    /// When it ends in any case.
    pub expires_at: OffsetDateTime,
    /// When somebody last proved to be its person.
    pub proved_at: OffsetDateTime,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("of", &self.of)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = session, treat_none_as_default_value = false)]
struct SessionRow {
    zone_id: Key,
    token_hash: String,
    id: Key,
    person_id: Option<Key>,
    project_id: Option<Key>,
    csrf: String,
    device: String,
    address: String,
    created_at: At,
    last_used_at: At,
    idle_until: At,
    expires_at: At,
    proved_at: At,
}

impl SessionRow {
    fn of(zone: ZoneId, token_hash: &str, new: &Session) -> Self {
        let (person, project) = match new.of {
            SessionOf::Person(id) => (Some(Key(id.0)), None),
            SessionOf::Guest(id) => (None, Some(Key(id.0))),
        };
        Self {
            zone_id: Key(zone.0),
            token_hash: token_hash.to_owned(),
            id: Key(new.id.0),
            person_id: person,
            project_id: project,
            csrf: new.csrf.clone(),
            device: new.device.clone(),
            address: new.address.clone(),
            created_at: At(new.created_at),
            last_used_at: At(new.last_used_at),
            idle_until: At(new.idle_until),
            expires_at: At(new.expires_at),
            proved_at: At(new.proved_at),
        }
    }

    fn read(self) -> Option<Session> {
        let of = match (self.person_id, self.project_id) {
            (Some(key), _) => SessionOf::Person(PersonId(key.0)),
            (None, Some(key)) => SessionOf::Guest(ProjectId(key.0)),
            (None, None) => return None,
        };
        Some(Session {
            id: SessionId(self.id.0),
            of,
            csrf: self.csrf,
            device: self.device,
            address: self.address,
            created_at: self.created_at.0,
            last_used_at: self.last_used_at.0,
            idle_until: self.idle_until.0,
            expires_at: self.expires_at.0,
            proved_at: self.proved_at.0,
        })
    }
}

impl Tx {
    /// Keeps a session under the hash of its token.
    pub async fn add_session(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        new: &Session,
    ) -> Result<(), StoreError> {
        let row = SessionRow::of(zone, token_hash, new);
        run!(
            self,
            execute,
            diesel::insert_into(session::table).values(&row)
        )?;
        Ok(())
    }

    /// The session of a token that has not ended.
    pub async fn find_session(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        now: OffsetDateTime,
    ) -> Result<Option<Session>, StoreError> {
        let query = session::table
            .find((Key(zone.0), token_hash))
            .filter(session::expires_at.gt(At(now)))
            .filter(session::idle_until.gt(At(now)));
        let row: Option<SessionRow> = run!(self, get_result, query).optional()?;
        Ok(row.and_then(SessionRow::read))
    }

    /// Notes a use: the session lives until `idle_until` at least. One that has ended stays so.
    pub async fn note_session_use(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        (now, idle_until): (OffsetDateTime, OffsetDateTime),
    ) -> Result<(), StoreError> {
        let at = session::zone_id
            .eq(Key(zone.0))
            .and(session::token_hash.eq(token_hash.to_owned()))
            .and(session::idle_until.gt(At(now)));
        let values = (
            session::last_used_at.eq(At(now)),
            session::idle_until.eq(At(idle_until)),
        );
        run!(self, execute, change(session::table, at, values))?;
        Ok(())
    }

    /// Ends a session.
    pub async fn end_session(&mut self, zone: ZoneId, token_hash: &str) -> Result<(), StoreError> {
        let query = diesel::delete(session::table.find((Key(zone.0), token_hash)));
        run!(self, execute, query)?;
        Ok(())
    }

    /// The sessions of a person that have not ended, the one used last first.
    pub async fn sessions_of(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        now: OffsetDateTime,
    ) -> Result<Vec<Session>, StoreError> {
        let query = session::table
            .filter(session::zone_id.eq(Key(zone.0)))
            .filter(session::person_id.eq(Key(person.0)))
            .filter(session::expires_at.gt(At(now)))
            .filter(session::idle_until.gt(At(now)))
            .order((session::last_used_at.desc(), session::id.desc()));
        let rows: Vec<SessionRow> = run!(self, load, query)?;
        Ok(rows.into_iter().filter_map(SessionRow::read).collect())
    }

    /// Ends one session of a person. False when the person has no such session.
    pub async fn end_session_of(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        id: SessionId,
    ) -> Result<bool, StoreError> {
        let query = diesel::delete(
            session::table
                .filter(session::zone_id.eq(Key(zone.0)))
                .filter(session::person_id.eq(Key(person.0)))
                .filter(session::id.eq(Key(id.0))),
        );
        Ok(run!(self, execute, query)? == 1)
    }

    /// Ends every session of a person except `keep`; gives how many. Whoever disables a person, changes
    /// what the person may do, or how the person proves to be who it is, calls this in the same write.
    pub async fn end_sessions_of(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        keep: Option<SessionId>,
    ) -> Result<usize, StoreError> {
        // No session has the key nil.
        let keep = Key(keep.map_or(uuid::Uuid::nil(), |id| id.0));
        let query = diesel::delete(
            session::table
                .filter(session::zone_id.eq(Key(zone.0)))
                .filter(session::person_id.eq(Key(person.0)))
                .filter(session::id.ne(keep)),
        );
        Ok(run!(self, execute, query)?)
    }

    /// Removes sessions that have ended; gives how many.
    pub async fn prune_sessions(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let is_over = session::expires_at
            .le(At(now))
            .or(session::idle_until.le(At(now)));
        let query = diesel::delete(
            session::table
                .filter(session::zone_id.eq(Key(zone.0)))
                .filter(is_over),
        );
        Ok(run!(self, execute, query)?)
    }
}
