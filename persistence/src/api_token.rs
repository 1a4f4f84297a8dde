//! Tokens of people's own scripts, and of programs. Only hashes of tokens are kept.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::{
    access::{Role, Scopes},
    id::{PersonId, TokenId, UnitId, ZoneId},
    token::TokenKind,
};
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    schema::api_token,
    store::Tx,
    types::{At, Key},
};

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its key.
    pub id: TokenId,
    /// Whose rights it carries.
    pub kind: TokenKind,
    /// The owner of a personal token.
    pub person: Option<PersonId>,
    /// What people call it.
    pub name: String,
    /// The roles of a program.
    pub roles: BTreeSet<Role>,
    /// The unit of a program.
    pub unit: Option<UnitId>,
    /// What it may be used for.
    pub scopes: Scopes,
    /// The last characters of the secret, so that people can tell tokens apart.
    pub last_four: String,
    /// Who made it.
    pub created_by: PersonId,
    /// When.
    pub created_at: OffsetDateTime,
    /// When it ends.
    pub expires_at: OffsetDateTime,
    /// When it was revoked.
    pub revoked_at: Option<OffsetDateTime>,
}

impl ApiToken {
    /// True while it is good.
    pub fn is_good(&self, now: OffsetDateTime) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

#[derive(Queryable)]
struct Row {
    id: Key,
    kind: String,
    person_id: Option<Key>,
    name: String,
    roles: String,
    unit_id: Option<Key>,
    scopes: String,
    last_four: String,
    created_by: Key,
    created_at: At,
    expires_at: At,
    revoked_at: Option<At>,
}

const COLUMNS: (
    api_token::id,
    api_token::kind,
    api_token::person_id,
    api_token::name,
    api_token::roles,
    api_token::unit_id,
    api_token::scopes,
    api_token::last_four,
    api_token::created_by,
    api_token::created_at,
    api_token::expires_at,
    api_token::revoked_at,
) = (
    api_token::id,
    api_token::kind,
    api_token::person_id,
    api_token::name,
    api_token::roles,
    api_token::unit_id,
    api_token::scopes,
    api_token::last_four,
    api_token::created_by,
    api_token::created_at,
    api_token::expires_at,
    api_token::revoked_at,
);

fn token_of(row: Row) -> Result<ApiToken, StoreError> {
    let kind = TokenKind::of_code(&row.kind).ok_or_else(|| StoreError::Corrupt {
        what: format!("kind of a token {:?}", row.kind),
    })?;
    Ok(ApiToken {
        id: TokenId(row.id.0),
        kind,
        person: row.person_id.map(|key| PersonId(key.0)),
        name: row.name,
        roles: serde_json::from_str(&row.roles)?,
        unit: row.unit_id.map(|key| UnitId(key.0)),
        scopes: serde_json::from_str(&row.scopes)?,
        last_four: row.last_four,
        created_by: PersonId(row.created_by.0),
        created_at: row.created_at.0,
        expires_at: row.expires_at.0,
        revoked_at: row.revoked_at.map(|at| at.0),
    })
}

impl Tx {
    /// Keeps a token under the hash of its secret.
    pub async fn add_api_token(
        &mut self,
        zone: ZoneId,
        new: &ApiToken,
        token_hash: &str,
    ) -> Result<(), StoreError> {
        let row = (
            api_token::zone_id.eq(Key(zone.0)),
            api_token::id.eq(Key(new.id.0)),
            api_token::kind.eq(new.kind.code()),
            api_token::person_id.eq(new.person.map(|person| Key(person.0))),
            api_token::name.eq(&new.name),
            api_token::roles.eq(serde_json::to_string(&new.roles)?),
            api_token::unit_id.eq(new.unit.map(|unit| Key(unit.0))),
            api_token::scopes.eq(serde_json::to_string(&new.scopes)?),
            api_token::token_hash.eq(token_hash),
            api_token::last_four.eq(&new.last_four),
            api_token::created_by.eq(Key(new.created_by.0)),
            api_token::created_at.eq(At(new.created_at)),
            api_token::expires_at.eq(At(new.expires_at)),
        );
        run!(
            self,
            execute,
            diesel::insert_into(api_token::table).values(row)
        )?;
        Ok(())
    }

    /// The token of a secret, good or not.
    pub async fn find_api_token(
        &mut self,
        zone: ZoneId,
        token_hash: &str,
    ) -> Result<Option<ApiToken>, StoreError> {
        let query = api_token::table
            .filter(
                api_token::zone_id
                    .eq(Key(zone.0))
                    .and(api_token::token_hash.eq(token_hash)),
            )
            .select(COLUMNS);
        let row: Option<Row> = run!(self, get_result, query).optional()?;
        row.map(token_of).transpose()
    }

    /// A token by its key, good or not.
    pub async fn find_api_token_by_key(
        &mut self,
        zone: ZoneId,
        id: TokenId,
    ) -> Result<Option<ApiToken>, StoreError> {
        let query = api_token::table
            .find((Key(zone.0), Key(id.0)))
            .select(COLUMNS);
        let row: Option<Row> = run!(self, get_result, query).optional()?;
        row.map(token_of).transpose()
    }

    /// The tokens of one person, or with `None` those of programs, the newest first.
    pub async fn api_tokens(
        &mut self,
        zone: ZoneId,
        person: Option<PersonId>,
    ) -> Result<Vec<ApiToken>, StoreError> {
        let all = api_token::table
            .filter(api_token::zone_id.eq(Key(zone.0)))
            .order(api_token::id.desc())
            .select(COLUMNS);
        let rows: Vec<Row> = match person {
            Some(person) => {
                let own = all.filter(api_token::person_id.eq(Key(person.0)));
                run!(self, load, own)?
            }
            None => run!(self, load, all.filter(api_token::person_id.is_null()))?,
        };
        rows.into_iter().map(token_of).collect()
    }

    /// Revokes a token of one person, or with `None` of a program; false if there is none to revoke.
    pub async fn revoke_api_token(
        &mut self,
        zone: ZoneId,
        id: TokenId,
        person: Option<PersonId>,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let target = api_token::table
            .find((Key(zone.0), Key(id.0)))
            .filter(api_token::revoked_at.is_null());
        let end = api_token::revoked_at.eq(Some(At(now)));
        let revoked = if let Some(person) = person {
            let own = target.filter(api_token::person_id.eq(Key(person.0)));
            run!(self, execute, diesel::update(own).set(end))?
        } else {
            let programs = target.filter(api_token::person_id.is_null());
            run!(self, execute, diesel::update(programs).set(end))?
        };
        Ok(revoked == 1)
    }
}
