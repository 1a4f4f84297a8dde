//! One-time tokens with which a deployment gets its first administrators. Only hashes are kept.

use diesel::prelude::*;
use domain::{access::Role, id::ZoneId};
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    prepared::change,
    schema::setup_token,
    store::Tx,
    types::{At, Key},
};

impl Tx {
    /// Keeps a token that makes one person of `role`.
    pub async fn add_setup_token(
        &mut self,
        zone: ZoneId,
        (token_hash, role): (&str, Role),
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let row = (
            setup_token::zone_id.eq(Key(zone.0)),
            setup_token::token_hash.eq(token_hash),
            setup_token::role.eq(role.code()),
            setup_token::created_at.eq(At(now)),
        );
        let query = diesel::insert_into(setup_token::table).values(row);
        run!(self, execute, query)?;
        Ok(())
    }

    /// What a token made after `since` is good for, if nobody has used it.
    pub async fn find_setup_token(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        since: OffsetDateTime,
    ) -> Result<Option<Role>, StoreError> {
        let query = setup_token::table
            .find((Key(zone.0), token_hash))
            .filter(setup_token::used_at.is_null())
            .filter(setup_token::created_at.gt(At(since)))
            .select(setup_token::role);
        let code: Option<String> = run!(self, get_result, query).optional()?;
        Ok(code.and_then(|code| Role::of_code(&code)))
    }

    /// Uses a token up. False when it is used, too old or none of ours; of several at once one gets true.
    pub async fn use_setup_token(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
        (since, now): (OffsetDateTime, OffsetDateTime),
    ) -> Result<bool, StoreError> {
        let at = setup_token::zone_id
            .eq(Key(zone.0))
            .and(setup_token::token_hash.eq(token_hash.to_owned()))
            .and(setup_token::created_at.gt(At(since)))
            .and(setup_token::used_at.is_null());
        let values = (setup_token::used_at.eq(At(now)),);
        let query = change(setup_token::table, at, values);
        Ok(run!(self, execute, query)? == 1)
    }
}
