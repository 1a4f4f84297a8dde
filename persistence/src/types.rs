//! Column types that both databases have: keys and instants.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, Binary, SqlOrd, SqlType},
    sqlite::Sqlite,
};
use std::io::Write as _;
use time::{OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// `uuid` on PostgreSQL, a blob of 16 bytes on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(
    postgres_type(oid = 2950, array_oid = 2951),
    sqlite_type(name = "Binary")
)]
pub struct Uid;

/// `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(
    postgres_type(oid = 1184, array_oid = 1185),
    sqlite_type(name = "Long")
)]
pub struct Ts;

impl SqlOrd for Ts {}

/// A key in a [`Uid`] column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Uid)]
pub(crate) struct Key(pub(crate) Uuid);

/// An instant in a [`Ts`] column, in whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Ts)]
pub(crate) struct At(pub(crate) OffsetDateTime);

impl ToSql<Uid, Sqlite> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(&self.0.as_bytes()[..]);
        Ok(IsNull::No)
    }
}

impl ToSql<Uid, Pg> for Key {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Uid, Sqlite> for Key {
    fn from_sql(
        value: <Sqlite as diesel::backend::Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

impl FromSql<Uid, Pg> for Key {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(value.as_bytes())?))
    }
}

/// PostgreSQL counts microseconds from here.
const POSTGRES_EPOCH: OffsetDateTime = datetime!(2000-01-01 00:00 UTC);

impl At {
    /// Whole microseconds since 1970, rounded down: the same for both databases and for the record's hash,
    /// on either side of either epoch.
    pub(crate) fn unix_micros(self) -> i128 {
        self.0.unix_timestamp_nanos().div_euclid(1_000)
    }

    fn micros_since(self, epoch: OffsetDateTime) -> Result<i64, std::num::TryFromIntError> {
        i64::try_from(self.unix_micros() - Self(epoch).unix_micros())
    }
}

fn micros_after(epoch: OffsetDateTime, micros: i64) -> deserialize::Result<At> {
    let at = epoch.checked_add(time::Duration::microseconds(micros));
    Ok(At(at.ok_or("an instant outside the range of dates")?))
}

impl ToSql<Ts, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros_since(OffsetDateTime::UNIX_EPOCH)?);
        Ok(IsNull::No)
    }
}

impl ToSql<Ts, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.micros_since(POSTGRES_EPOCH)?.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Ts, Sqlite> for At {
    fn from_sql(
        value: <Sqlite as diesel::backend::Backend>::RawValue<'_>,
    ) -> deserialize::Result<Self> {
        micros_after(
            OffsetDateTime::UNIX_EPOCH,
            <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?,
        )
    }
}

impl FromSql<Ts, Pg> for At {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        micros_after(
            POSTGRES_EPOCH,
            i64::from_be_bytes(value.as_bytes().try_into()?),
        )
    }
}

/// A key made from what it stands for: the same thing gets the same key on every machine, without a
/// source of randomness.
pub(crate) fn derived_key(zone: domain::id::ZoneId, thing: &str) -> Uuid {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::new()
        .chain_update(zone.0.as_bytes())
        .chain_update(thing)
        .finalize();
    let bytes: [u8; 16] = std::array::from_fn(|at| digest.get(at).copied().unwrap_or_default());
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
