//! Zones with their settings, calendars and templates.

use std::sync::Arc;

use diesel::prelude::*;
use domain::{
    calendar::{CalendarRef, WorkCalendar},
    id::ZoneId,
    ladder::Ladder,
    office::{Office, Zone},
    template::Template,
    zone_time::ZoneTime,
};

use crate::{
    cache::ZoneText,
    connection::run,
    error::StoreError,
    prepared::change,
    schema::{calendar, counter, template, zone},
    store::Tx,
    types::Key,
};

/// A zone with what rules need of it.
#[derive(Debug, Clone)]
pub struct ZoneOffice {
    /// Names and contact.
    pub zone: Zone,
    /// Time, calendar and ladder.
    pub office: Office,
}

#[derive(Insertable)]
#[diesel(table_name = zone)]
struct NewZone<'a> {
    id: Key,
    body: String,
    calendar_name: &'a str,
    calendar_version: i32,
    ladder: String,
}

impl Tx {
    /// Founds a zone with its calendar and ladder.
    pub async fn add_zone(
        &mut self,
        zone: &Zone,
        calendar: &WorkCalendar,
        ladder: &Ladder,
    ) -> Result<(), StoreError> {
        let row = NewZone {
            id: Key(zone.id.0),
            body: serde_json::to_string(zone)?,
            calendar_name: &calendar.name,
            calendar_version: signed(calendar.version)?,
            ladder: serde_json::to_string(ladder)?,
        };
        run!(self, execute, diesel::insert_into(zone::table).values(&row))?;
        self.add_calendar(zone.id, calendar).await
    }

    /// The zones, in the order of their keys.
    pub async fn zones(&mut self) -> Result<Vec<Zone>, StoreError> {
        let query = zone::table.order(zone::id).select(zone::body);
        let bodies: Vec<String> = run!(self, load, query)?;
        bodies
            .iter()
            .map(|body| Ok(serde_json::from_str(body)?))
            .collect()
    }

    /// A zone with what rules need of it.
    pub async fn office(&mut self, id: ZoneId) -> Result<Arc<ZoneOffice>, StoreError> {
        let query = zone::table.find(Key(id.0)).select((
            zone::body,
            zone::calendar_name,
            zone::calendar_version,
            zone::ladder,
        ));
        let (body, name, version, ladder): (String, String, i32, String) =
            run!(self, get_result, query)?;
        let text = ZoneText {
            body,
            calendar: (name, version),
            ladder,
        };
        if let Some(known) = self.cache.office(id, &text) {
            return Ok(known);
        }
        let zone: Zone = serde_json::from_str(&text.body)?;
        let time = ZoneTime::named(&zone.time_zone).map_err(|error| StoreError::Corrupt {
            what: error.to_string(),
        })?;
        let calendar = self
            .calendar(id, &text.calendar.0, unsigned(text.calendar.1)?)
            .await?;
        let ladder = Arc::new(serde_json::from_str(&text.ladder)?);
        let office = ZoneOffice {
            office: Office {
                zone: id,
                time,
                calendar,
                ladder,
            },
            zone,
        };
        Ok(if self.has_published {
            Arc::new(office)
        } else {
            self.cache.keep_office(id, text, office)
        })
    }

    /// Publishes a version of a calendar.
    pub async fn add_calendar(
        &mut self,
        zone: ZoneId,
        new: &WorkCalendar,
    ) -> Result<(), StoreError> {
        let row = (
            calendar::zone_id.eq(Key(zone.0)),
            calendar::name.eq(&new.name),
            calendar::version.eq(signed(new.version)?),
            calendar::body.eq(serde_json::to_string(new)?),
        );
        run!(
            self,
            execute,
            diesel::insert_into(calendar::table).values(row)
        )?;
        self.has_published = true;
        Ok(())
    }

    /// Lets the zone count by another version of its calendar from now on. False when it does not count by `from`
    /// any more: somebody else was faster.
    pub async fn count_by(
        &mut self,
        zone: ZoneId,
        (from, to): (&CalendarRef, &CalendarRef),
    ) -> Result<bool, StoreError> {
        let values = (
            zone::calendar_name.eq(&to.name),
            zone::calendar_version.eq(signed(to.version)?),
        );
        let this = zone::id
            .eq(Key(zone.0))
            .and(zone::calendar_name.eq(&from.name))
            .and(zone::calendar_version.eq(signed(from.version)?));
        self.has_published = true;
        Ok(run!(self, execute, change(zone::table, this, values))? == 1)
    }

    /// Every kept calendar, the newest first.
    pub async fn calendars(&mut self, zone: ZoneId) -> Result<Vec<CalendarRef>, StoreError> {
        let query = calendar::table
            .filter(calendar::zone_id.eq(Key(zone.0)))
            .order((calendar::version.desc(), calendar::name))
            .select((calendar::name, calendar::version));
        let rows: Vec<(String, i32)> = run!(self, load, query)?;
        rows.into_iter()
            .map(|(name, version)| {
                let version = unsigned(version)?;
                Ok(CalendarRef { name, version })
            })
            .collect()
    }

    /// A version of a calendar.
    pub async fn calendar(
        &mut self,
        zone: ZoneId,
        name: &str,
        version: u32,
    ) -> Result<Arc<WorkCalendar>, StoreError> {
        let key = (zone, name.to_owned(), version);
        if let Some(known) = self.cache.calendar(&key) {
            return Ok(known);
        }
        let query = calendar::table
            .find((Key(zone.0), name, signed(version)?))
            .select(calendar::body);
        let body: String = run!(self, get_result, query)?;
        let calendar = serde_json::from_str(&body)?;
        Ok(if self.has_published {
            Arc::new(calendar)
        } else {
            self.cache.keep_calendar(key, calendar)
        })
    }

    /// Publishes a version of a template.
    pub async fn add_template(&mut self, zone: ZoneId, new: &Template) -> Result<(), StoreError> {
        let row = (
            template::zone_id.eq(Key(zone.0)),
            template::code.eq(&new.code),
            template::version.eq(signed(new.version)?),
            template::body.eq(serde_json::to_string(new)?),
        );
        run!(
            self,
            execute,
            diesel::insert_into(template::table).values(row)
        )?;
        self.has_published = true;
        Ok(())
    }

    /// A version of a template.
    pub async fn template(
        &mut self,
        zone: ZoneId,
        code: &str,
        version: u32,
    ) -> Result<Arc<Template>, StoreError> {
        let key = (zone, code.to_owned(), version);
        if let Some(known) = self.cache.template(&key) {
            return Ok(known);
        }
        let query = template::table
            .find((Key(zone.0), code, signed(version)?))
            .select(template::body);
        let body: String = run!(self, get_result, query)?;
        let template = serde_json::from_str(&body)?;
        Ok(if self.has_published {
            Arc::new(template)
        } else {
            self.cache.keep_template(key, template)
        })
    }

    /// The newest version of a template.
    pub async fn newest_template(
        &mut self,
        zone: ZoneId,
        code: &str,
    ) -> Result<Arc<Template>, StoreError> {
        let query = template::table
            .filter(
                template::zone_id
                    .eq(Key(zone.0))
                    .and(template::code.eq(code)),
            )
            .select(diesel::dsl::max(template::version));
        let newest: Option<i32> = run!(self, get_result, query)?;
        self.template(zone, code, unsigned(newest.ok_or(StoreError::Absent)?)?)
            .await
    }

    /// The number of the last count, 0 before the first.
    pub async fn number(&mut self, zone: ZoneId, name: &str) -> Result<i64, StoreError> {
        let query = counter::table
            .find((Key(zone.0), name))
            .select(counter::value);
        let known: Option<i64> = run!(self, get_result, query).optional()?;
        Ok(known.unwrap_or_default())
    }

    /// Raises a count to `value`; one that is farther stays.
    pub async fn raise_number(
        &mut self,
        zone: ZoneId,
        name: &str,
        value: i64,
    ) -> Result<(), StoreError> {
        let raised = value - self.number(zone, name).await?;
        let query = diesel::insert_into(counter::table)
            .values((
                counter::zone_id.eq(Key(zone.0)),
                counter::name.eq(name),
                counter::value.eq(value),
            ))
            .on_conflict((counter::zone_id, counter::name))
            .do_update()
            .set(counter::value.eq(counter::value + raised.max(0)));
        run!(self, execute, query)?;
        Ok(())
    }

    /// Counts up and gives the new number, 1 at first.
    pub async fn next_number(&mut self, zone: ZoneId, name: &str) -> Result<i64, StoreError> {
        let query = diesel::insert_into(counter::table)
            .values((
                counter::zone_id.eq(Key(zone.0)),
                counter::name.eq(name),
                counter::value.eq(1_i64),
            ))
            .on_conflict((counter::zone_id, counter::name))
            .do_update()
            .set(counter::value.eq(counter::value + 1))
            .returning(counter::value);
        Ok(run!(self, get_result, query)?)
    }
}

/// A version number as the column has it.
pub(crate) fn signed(number: u32) -> Result<i32, StoreError> {
    i32::try_from(number).map_err(|_too_large| StoreError::Corrupt {
        what: format!("number {number}"),
    })
}

/// A version number from its column.
pub(crate) fn unsigned(number: i32) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_negative| StoreError::Corrupt {
        what: format!("number {number}"),
    })
}
