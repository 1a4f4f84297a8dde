//! Units.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{
    id::{UnitId, ZoneId},
    office::{Unit, UnitKind},
    text::Bilingual,
};

use crate::{
    connection::run,
    error::StoreError,
    schema::{person, stage, unit},
    store::Tx,
    types::Key,
};

#[derive(Queryable, Insertable)]
#[diesel(table_name = unit)]
struct UnitRow {
    zone_id: Key,
    id: Key,
    code: String,
    kind: String,
    name_zh: String,
    name_en: String,
    is_active: bool,
}

impl UnitRow {
    fn of(zone: ZoneId, unit: &Unit) -> Self {
        Self {
            zone_id: Key(zone.0),
            id: Key(unit.id.0),
            code: unit.code.clone(),
            kind: unit.kind.code().to_owned(),
            name_zh: unit.name.zh.to_string(),
            name_en: unit.name.en.to_string(),
            is_active: unit.is_active,
        }
    }

    fn read(self) -> Result<Unit, StoreError> {
        let kind = UnitKind::of_code(&self.kind).ok_or_else(|| StoreError::Corrupt {
            what: format!("unit kind {:?}", self.kind),
        })?;
        Ok(Unit {
            id: UnitId(self.id.0),
            code: self.code,
            kind,
            name: Bilingual::of(&self.name_zh, &self.name_en),
            is_active: self.is_active,
        })
    }
}

impl Tx {
    /// Adds a unit. Its code is its own in the zone.
    pub async fn add_unit(&mut self, zone: ZoneId, new: &Unit) -> Result<(), StoreError> {
        let row = UnitRow::of(zone, new);
        run!(self, execute, diesel::insert_into(unit::table).values(&row))?;
        self.count_directory(zone).await
    }

    /// Keeps what was changed of a unit; its key and code stay.
    pub async fn save_unit(&mut self, zone: ZoneId, unit: &Unit) -> Result<(), StoreError> {
        let row = UnitRow::of(zone, unit);
        let change = diesel::update(unit::table.find((row.zone_id, row.id))).set((
            unit::kind.eq(row.kind),
            unit::name_zh.eq(row.name_zh),
            unit::name_en.eq(row.name_en),
            unit::is_active.eq(row.is_active),
        ));
        match run!(self, execute, change)? {
            1 => self.count_directory(zone).await,
            _ => Err(StoreError::Absent),
        }
    }

    /// Every unit of a zone, closed ones too.
    pub async fn units(&mut self, zone: ZoneId) -> Result<BTreeMap<UnitId, Unit>, StoreError> {
        let query = unit::table.filter(unit::zone_id.eq(Key(zone.0)));
        let rows: Vec<UnitRow> = run!(self, load, query)?;
        rows.into_iter()
            .map(|row| row.read().map(|unit| (unit.id, unit)))
            .collect()
    }

    /// How many stages of a unit are not finished.
    pub async fn open_stages_of_unit(
        &mut self,
        zone: ZoneId,
        unit: UnitId,
    ) -> Result<i64, StoreError> {
        let query = stage::table
            .filter(stage::zone_id.eq(Key(zone.0)))
            .filter(stage::unit_id.eq(Key(unit.0)))
            .filter(stage::done_on.is_null())
            .count();
        Ok(run!(self, get_result, query)?)
    }

    /// How many people who have not left work in a unit.
    pub async fn people_of_unit(&mut self, zone: ZoneId, unit: UnitId) -> Result<i64, StoreError> {
        let query = person::table
            .filter(person::zone_id.eq(Key(zone.0)))
            .filter(person::unit_id.eq(Key(unit.0)))
            .filter(person::is_active)
            .count();
        Ok(run!(self, get_result, query)?)
    }
}
