//! Families of refresh tokens. Only hashes of tokens are kept.

use diesel::prelude::*;
use domain::{
    id::{FamilyId, PersonId, ZoneId},
    token::{Family, Presented},
};
use time::OffsetDateTime;

use crate::{
    connection::{run, run_locking},
    error::StoreError,
    schema::{refresh_token, token_family},
    store::Tx,
    types::{At, Key},
};

/// A family, and what is needed to make its next token.
#[derive(Debug, Clone)]
pub struct KeptFamily {
    /// Its key.
    pub id: FamilyId,
    /// Whose.
    pub person: PersonId,
    /// Random, in base64url; with the master key it gives the tokens of all generations.
    pub salt: String,
    /// What the rules look at.
    pub family: Family,
    /// The keyed hash of the client that signed in.
    pub client: String,
    /// When somebody signed in.
    pub created_at: OffsetDateTime,
    /// When a token of it was exchanged last.
    pub used_at: OffsetDateTime,
}

type Row = (Key, Key, String, i64, String, At, At, At, Option<At>);

fn family_of(row: Row) -> KeptFamily {
    let (id, person, salt, generation, client, created_at, used_at, ends_at, revoked_at) = row;
    KeptFamily {
        id: FamilyId(id.0),
        person: PersonId(person.0),
        salt,
        family: Family {
            generation,
            ends_at: ends_at.0,
            is_revoked: revoked_at.is_some(),
        },
        client,
        created_at: created_at.0,
        used_at: used_at.0,
    }
}

const COLUMNS: (
    token_family::id,
    token_family::person_id,
    token_family::salt,
    token_family::generation,
    token_family::client,
    token_family::created_at,
    token_family::used_at,
    token_family::ends_at,
    token_family::revoked_at,
) = (
    token_family::id,
    token_family::person_id,
    token_family::salt,
    token_family::generation,
    token_family::client,
    token_family::created_at,
    token_family::used_at,
    token_family::ends_at,
    token_family::revoked_at,
);

impl Tx {
    /// Keeps a new family with the hash of its first token.
    pub async fn add_token_family(
        &mut self,
        zone: ZoneId,
        new: &KeptFamily,
        token_hash: &str,
    ) -> Result<(), StoreError> {
        let row = (
            token_family::zone_id.eq(Key(zone.0)),
            token_family::id.eq(Key(new.id.0)),
            token_family::person_id.eq(Key(new.person.0)),
            token_family::salt.eq(&new.salt),
            token_family::generation.eq(new.family.generation),
            token_family::client.eq(&new.client),
            token_family::created_at.eq(At(new.created_at)),
            token_family::used_at.eq(At(new.used_at)),
            token_family::ends_at.eq(At(new.family.ends_at)),
        );
        let query = diesel::insert_into(token_family::table).values(row);
        run!(self, execute, query)?;
        self.add_refresh_token(zone, (new.id, new.family.generation), token_hash)
            .await
    }

    /// Keeps the hash of the token of a generation.
    async fn add_refresh_token(
        &mut self,
        zone: ZoneId,
        (family, generation): (FamilyId, i64),
        token_hash: &str,
    ) -> Result<(), StoreError> {
        let row = (
            refresh_token::zone_id.eq(Key(zone.0)),
            refresh_token::token_hash.eq(token_hash),
            refresh_token::family_id.eq(Key(family.0)),
            refresh_token::generation.eq(generation),
        );
        let query = diesel::insert_into(refresh_token::table).values(row);
        run!(self, execute, query)?;
        Ok(())
    }

    /// The family of a refresh token and what is known of the token, locked until the transaction ends, so
    /// that of many who present it at once each sees what the one before did.
    pub async fn refresh_token_to_exchange(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        client: &str,
    ) -> Result<Option<(KeptFamily, Presented)>, StoreError> {
        let query = refresh_token::table
            .find((Key(zone.0), token_hash))
            .select(refresh_token::family_id);
        let Some(family): Option<Key> = run!(self, get_result, query).optional()? else {
            return Ok(None);
        };
        let query = token_family::table
            .find((Key(zone.0), family))
            .select(COLUMNS);
        let row: Option<Row> = run_locking!(self, get_result, query).optional()?;
        // Read after the lock: before it, somebody may have been about to use the token.
        let query = refresh_token::table
            .find((Key(zone.0), token_hash))
            .select((
                refresh_token::generation,
                refresh_token::used_at,
                refresh_token::used_by,
            ));
        let token: Option<(i64, Option<At>, Option<String>)> =
            run!(self, get_result, query).optional()?;
        Ok(row.map(family_of).zip(token).map(|(family, token)| {
            let (generation, used_at, used_by) = token;
            let presented = Presented {
                generation,
                used_at: used_at.map(|at| at.0),
                is_same_client: used_by.as_deref() == Some(client),
            };
            (family, presented)
        }))
    }

    /// Exchanges the token of `generation` for the next one, whose hash is `next_hash`; false if the token
    /// was used before, and then nothing changes.
    pub async fn exchange_refresh_token(
        &mut self,
        zone: ZoneId,
        (family, generation): (FamilyId, i64),
        (client, next_hash): (&str, &str),
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let unused = refresh_token::table.filter(
            refresh_token::zone_id
                .eq(Key(zone.0))
                .and(refresh_token::family_id.eq(Key(family.0)))
                .and(refresh_token::generation.eq(generation))
                .and(refresh_token::used_at.is_null()),
        );
        let values = (
            refresh_token::used_at.eq(Some(At(now))),
            refresh_token::used_by.eq(Some(client)),
        );
        if run!(self, execute, diesel::update(unused).set(values))? != 1 {
            return Ok(false);
        }
        self.add_refresh_token(zone, (family, generation + 1), next_hash)
            .await?;
        let values = (
            token_family::generation.eq(generation + 1),
            token_family::used_at.eq(At(now)),
        );
        let target = token_family::table.find((Key(zone.0), Key(family.0)));
        run!(self, execute, diesel::update(target).set(values))?;
        Ok(true)
    }

    /// The family of a refresh token, used or not.
    pub async fn find_refresh_token_family(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
    ) -> Result<Option<KeptFamily>, StoreError> {
        let query = refresh_token::table
            .find((Key(zone.0), token_hash))
            .select(refresh_token::family_id);
        let family: Option<Key> = run!(self, get_result, query).optional()?;
        match family {
            Some(family) => self.find_token_family(zone, FamilyId(family.0)).await,
            None => Ok(None),
        }
    }

    /// A family by its key.
    pub async fn find_token_family(
        &mut self,
        zone: ZoneId,
        id: FamilyId,
    ) -> Result<Option<KeptFamily>, StoreError> {
        let query = token_family::table
            .find((Key(zone.0), Key(id.0)))
            .select(COLUMNS);
        let row: Option<Row> = run!(self, get_result, query).optional()?;
        Ok(row.map(family_of))
    }

    /// The families of a person that have not ended, the newest first.
    pub async fn token_families(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        now: OffsetDateTime,
    ) -> Result<Vec<KeptFamily>, StoreError> {
        let query = token_family::table
            .filter(
                token_family::zone_id
                    .eq(Key(zone.0))
                    .and(token_family::person_id.eq(Key(person.0)))
                    .and(token_family::revoked_at.is_null())
                    .and(token_family::ends_at.gt(At(now))),
            )
            .order(token_family::id.desc())
            .select(COLUMNS);
        let rows: Vec<Row> = run!(self, load, query)?;
        Ok(rows.into_iter().map(family_of).collect())
    }

    /// Revokes a family; false if it was revoked before.
    pub async fn revoke_token_family(
        &mut self,
        zone: ZoneId,
        id: FamilyId,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let target = token_family::table
            .find((Key(zone.0), Key(id.0)))
            .filter(token_family::revoked_at.is_null());
        let query = diesel::update(target).set(token_family::revoked_at.eq(Some(At(now))));
        Ok(run!(self, execute, query)? == 1)
    }

    /// Revokes every family of a person, for example with a new password; gives how many.
    pub async fn revoke_token_families(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        now: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let target = token_family::table.filter(
            token_family::zone_id
                .eq(Key(zone.0))
                .and(token_family::person_id.eq(Key(person.0)))
                .and(token_family::revoked_at.is_null()),
        );
        let query = diesel::update(target).set(token_family::revoked_at.eq(Some(At(now))));
        Ok(run!(self, execute, query)?)
    }

    /// Removes families that ended before `ended`, with their tokens; gives how many.
    pub async fn prune_token_families(
        &mut self,
        zone: ZoneId,
        ended: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let old = token_family::zone_id
            .eq(Key(zone.0))
            .and(token_family::ends_at.le(At(ended)));
        Ok(run!(
            self,
            execute,
            diesel::delete(token_family::table.filter(old))
        )?)
    }
}
