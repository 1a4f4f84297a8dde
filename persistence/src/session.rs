//! Sessions of pages: signed-in people, and guests with a query code. Only hashes of tokens are kept.

use diesel::prelude::*;
use domain::id::{PersonId, ProjectId, ZoneId};
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
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
#[derive(Clone)]
pub struct Session {
    /// Whose.
    pub of: SessionOf,
    /// The value that forms of this session carry.
    pub csrf: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("of", &self.of)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

type Row = (Option<Key>, Option<Key>, String, At);

impl Tx {
    /// Keeps a session under the hash of its token.
    pub async fn add_session(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        new: &Session,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let (person, project) = match new.of {
            SessionOf::Person(id) => (Some(Key(id.0)), None),
            SessionOf::Guest(id) => (None, Some(Key(id.0))),
        };
        let row = (
            session::zone_id.eq(Key(zone.0)),
            session::token_hash.eq(token_hash),
            session::person_id.eq(person),
            session::project_id.eq(project),
            session::csrf.eq(&new.csrf),
            session::created_at.eq(At(now)),
            session::expires_at.eq(At(new.expires_at)),
        );
        run!(
            self,
            execute,
            diesel::insert_into(session::table).values(row)
        )?;
        Ok(())
    }

    /// The session of a token that has not expired.
    pub async fn find_session(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        now: OffsetDateTime,
    ) -> Result<Option<Session>, StoreError> {
        let query = session::table
            .find((Key(zone.0), token_hash))
            .filter(session::expires_at.gt(At(now)))
            .select((
                session::person_id,
                session::project_id,
                session::csrf,
                session::expires_at,
            ));
        let row: Option<Row> = run!(self, get_result, query).optional()?;
        Ok(row.and_then(|(person, project, csrf, expires_at)| {
            let of = match (person, project) {
                (Some(key), _) => SessionOf::Person(PersonId(key.0)),
                (None, Some(key)) => SessionOf::Guest(ProjectId(key.0)),
                (None, None) => return None,
            };
            Some(Session {
                of,
                csrf,
                expires_at: expires_at.0,
            })
        }))
    }

    /// Ends a session.
    pub async fn end_session(&mut self, zone: ZoneId, token_hash: &str) -> Result<(), StoreError> {
        let query = diesel::delete(session::table.find((Key(zone.0), token_hash)));
        run!(self, execute, query)?;
        Ok(())
    }

    /// Removes sessions that have expired; gives how many.
    pub async fn prune_sessions(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let query = diesel::delete(
            session::table.filter(
                session::zone_id
                    .eq(Key(zone.0))
                    .and(session::expires_at.le(At(now))),
            ),
        );
        Ok(run!(self, execute, query)?)
    }
}
