//! Keys that sign access tokens: one that signs, one that waits, and those that still count for a while.

use diesel::prelude::*;
use domain::id::ZoneId;
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    schema::signing_key,
    store::Tx,
    types::{At, Key},
};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyState {
    /// Published, so that everybody knows it before it signs.
    Next,
    /// Signs.
    Current,
    /// Signed what may still be around.
    Previous,
}

impl KeyState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Next, Self::Current, Self::Previous];

    /// The stable code, as stored and printed.
    pub fn code(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Previous => "previous",
        }
    }
}

/// A key. Its private half follows from the master key and `kid`, and is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name in the head of a token: lower-case letters and digits, made at random.
    pub kid: String,
    /// The public half in base64url.
    pub public_key: String,
    /// What it is for.
    pub state: KeyState,
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// Since when it is in its state.
    pub since: OffsetDateTime,
}

type Row = (String, String, String, At, At);

fn key_of((kid, public_key, state, made_at, since): Row) -> Result<SigningKey, StoreError> {
    let known = KeyState::ALL
        .into_iter()
        .find(|known| known.code() == state);
    let state = known.ok_or_else(|| StoreError::Corrupt {
        what: format!("state of a key {state:?}"),
    })?;
    Ok(SigningKey {
        kid,
        public_key,
        state,
        made_at: made_at.0,
        since: since.0,
    })
}

impl Tx {
    /// Every key of a zone, the oldest first.
    pub async fn signing_keys(&mut self, zone: ZoneId) -> Result<Vec<SigningKey>, StoreError> {
        let query = signing_key::table
            .filter(signing_key::zone_id.eq(Key(zone.0)))
            .order((signing_key::made_at, signing_key::kid))
            .select((
                signing_key::kid,
                signing_key::public_key,
                signing_key::state,
                signing_key::made_at,
                signing_key::since,
            ));
        let rows: Vec<Row> = run!(self, load, query)?;
        rows.into_iter().map(key_of).collect()
    }

    /// Adds a key. A second one that signs, or waits, is refused by the database as a duplicate.
    pub async fn add_signing_key(
        &mut self,
        zone: ZoneId,
        new: &SigningKey,
    ) -> Result<(), StoreError> {
        let row = (
            signing_key::zone_id.eq(Key(zone.0)),
            signing_key::kid.eq(&new.kid),
            signing_key::public_key.eq(&new.public_key),
            signing_key::state.eq(new.state.code()),
            signing_key::made_at.eq(At(new.made_at)),
            signing_key::since.eq(At(new.since)),
        );
        let query = diesel::insert_into(signing_key::table).values(row);
        run!(self, execute, query)?;
        Ok(())
    }

    /// The key that waits takes over from `current`, and `new` waits; false if `current` does not sign any
    /// more: somebody else was faster, and nothing changes.
    pub async fn rotate_signing_keys(
        &mut self,
        zone: ZoneId,
        current: &str,
        new: &SigningKey,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let keys = self.signing_keys(zone).await?;
        let waiting = keys.iter().find(|key| key.state == KeyState::Next);
        let states = (KeyState::Current, KeyState::Previous);
        if !self.pass_key_on(zone, current, states, now).await? {
            return Ok(false);
        }
        let waiting = waiting.ok_or_else(|| StoreError::Corrupt {
            what: "no signing key waits".into(),
        })?;
        let states = (KeyState::Next, KeyState::Current);
        // Whoever passed the first one on holds the other: nobody else gets here.
        self.pass_key_on(zone, &waiting.kid, states, now).await?;
        self.add_signing_key(zone, new).await?;
        Ok(true)
    }

    /// Moves a key from state `from` to state `to`; false if it is in another state by now.
    async fn pass_key_on(
        &mut self,
        zone: ZoneId,
        kid: &str,
        (from, to): (KeyState, KeyState),
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let target = signing_key::table
            .find((Key(zone.0), kid))
            .filter(signing_key::state.eq(from.code()));
        let values = (
            signing_key::state.eq(to.code()),
            signing_key::since.eq(At(now)),
        );
        let changed = run!(self, execute, diesel::update(target).set(values))?;
        Ok(changed == 1)
    }

    /// Removes a key that does not sign and does not wait; false if there is no such key.
    pub async fn remove_signing_key(
        &mut self,
        zone: ZoneId,
        kid: &str,
    ) -> Result<bool, StoreError> {
        let target = signing_key::table
            .find((Key(zone.0), kid))
            .filter(signing_key::state.eq(KeyState::Previous.code()));
        Ok(run!(self, execute, diesel::delete(target))? == 1)
    }
}
