//! Browsers that people have signed in with.

use diesel::prelude::*;
use domain::id::{DeviceId, PersonId, ZoneId};
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    prepared::change,
    schema::device,
    store::Tx,
    types::{At, Key},
};

/// A browser that somebody has signed in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Key.
    pub id: DeviceId,
    /// The browser and the machine, in a few words.
    pub name: String,
    /// The address it was first seen at.
    pub address: String,
    /// When it was first seen.
    pub created_at: OffsetDateTime,
    /// When somebody last signed in with it.
    pub last_used_at: OffsetDateTime,
}

type Row = (Key, String, String, At, At);

fn read((id, name, address, created_at, last_used_at): Row) -> Device {
    Device {
        id: DeviceId(id.0),
        name,
        address,
        created_at: created_at.0,
        last_used_at: last_used_at.0,
    }
}

const COLUMNS: (
    device::id,
    device::name,
    device::address,
    device::created_at,
    device::last_used_at,
) = (
    device::id,
    device::name,
    device::address,
    device::created_at,
    device::last_used_at,
);

impl Tx {
    /// Adds a browser of a person, under the hash of its token.
    pub async fn add_device(
        &mut self,
        zone: ZoneId,
        (person, token_hash): (PersonId, &str),
        new: &Device,
    ) -> Result<(), StoreError> {
        let row = (
            device::zone_id.eq(Key(zone.0)),
            device::person_id.eq(Key(person.0)),
            device::token_hash.eq(token_hash),
            device::id.eq(Key(new.id.0)),
            device::name.eq(&new.name),
            device::address.eq(&new.address),
            device::created_at.eq(At(new.created_at)),
            device::last_used_at.eq(At(new.last_used_at)),
        );
        let query = diesel::insert_into(device::table).values(row);
        run!(self, execute, query)?;
        Ok(())
    }

    /// The browser of a token, if the person has signed in with it before.
    pub async fn find_device(
        &mut self,
        zone: ZoneId,
        person: PersonId,
        token_hash: &str,
    ) -> Result<Option<Device>, StoreError> {
        let query = device::table
            .find((Key(zone.0), Key(person.0), token_hash))
            .select(COLUMNS);
        let row: Option<Row> = run!(self, get_result, query).optional()?;
        Ok(row.map(read))
    }

    /// The browsers of a person, the one used last first.
    pub async fn devices_of(
        &mut self,
        zone: ZoneId,
        person: PersonId,
    ) -> Result<Vec<Device>, StoreError> {
        let query = device::table
            .filter(device::zone_id.eq(Key(zone.0)))
            .filter(device::person_id.eq(Key(person.0)))
            .order((device::last_used_at.desc(), device::id.desc()))
            .select(COLUMNS);
        let rows: Vec<Row> = run!(self, load, query)?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// Notes that somebody has signed in with a browser again.
    pub async fn note_device_use(
        &mut self,
        zone: ZoneId,
        (person, token_hash): (PersonId, &str),
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let at = device::zone_id
            .eq(Key(zone.0))
            .and(device::person_id.eq(Key(person.0)))
            .and(device::token_hash.eq(token_hash.to_owned()));
        let values = (device::last_used_at.eq(At(now)),);
        run!(self, execute, change(device::table, at, values))?;
        Ok(())
    }

    /// Forgets browsers that nobody has signed in with since `before`; gives how many.
    pub async fn prune_devices(
        &mut self,
        zone: ZoneId,
        before: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let query = diesel::delete(
            device::table
                .filter(device::zone_id.eq(Key(zone.0)))
                .filter(device::last_used_at.le(At(before))),
        );
        Ok(run!(self, execute, query)?)
    }
}
