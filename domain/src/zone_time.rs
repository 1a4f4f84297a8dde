//! Local days of a zone: which day an instant falls on, and when a day begins.

use alloc::string::{String, ToString};
use core::fmt;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use time::{Date, Month, OffsetDateTime, Time};

/// The local time of a development zone, by its IANA name.
///
/// The table of zones is part of the program; the machine's own settings have no say.
#[derive(Clone)]
pub struct ZoneTime {
    name: String,
    zone: TimeZone,
}

/// No zone of this name in the IANA table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownTimeZone {
    /// The name as given.
    pub name: String,
}

impl fmt::Display for UnknownTimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no time zone named {:?} in the IANA table", self.name)
    }
}

impl core::error::Error for UnknownTimeZone {}

impl fmt::Debug for ZoneTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZoneTime({})", self.name)
    }
}

impl PartialEq for ZoneTime {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl ZoneTime {
    /// Finds the zone, for example `Asia/Shanghai`.
    pub fn named(name: &str) -> Result<Self, UnknownTimeZone> {
        match TimeZoneDatabase::bundled().get(name) {
            Ok(zone) => Ok(Self {
                name: name.to_string(),
                zone,
            }),
            Err(_unlisted) => Err(UnknownTimeZone {
                name: name.to_string(),
            }),
        }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The local day on which `at` falls.
    pub fn day_of(&self, at: OffsetDateTime) -> Date {
        self.local(at).date()
    }

    /// `at` with the zone's offset at that instant.
    pub fn local(&self, at: OffsetDateTime) -> OffsetDateTime {
        let seconds = jiff::Timestamp::from_second(at.unix_timestamp())
            .map_or(0, |instant| self.zone.to_offset(instant).seconds());
        let offset = time::UtcOffset::from_whole_seconds(seconds).unwrap_or(time::UtcOffset::UTC);
        at.to_offset(offset)
    }

    /// The first instant of `day` in the zone, in UTC.
    pub fn start_of(&self, day: Date) -> OffsetDateTime {
        self.at_time(day, Time::MIDNIGHT)
    }

    /// The instant of `day` at `clock_time` in the zone, in UTC.
    ///
    /// A local time that the change to summer time skips is taken as if the clocks had not yet moved;
    /// one that occurs twice is its first occurrence.
    pub fn at_time(&self, day: Date, clock_time: Time) -> OffsetDateTime {
        let naive = OffsetDateTime::new_utc(day, clock_time);
        let civil = civil(day, clock_time);
        let seconds = civil
            .and_then(|civil| self.zone.to_ambiguous_timestamp(civil).compatible().ok())
            .map_or_else(|| naive.unix_timestamp(), jiff::Timestamp::as_second);
        OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(naive)
    }
}

fn civil(day: Date, clock_time: Time) -> Option<jiff::civil::DateTime> {
    let year = i16::try_from(day.year()).ok()?;
    let month = i8::try_from(month_number(day.month())).ok()?;
    let date = jiff::civil::Date::new(year, month, i8::try_from(day.day()).ok()?).ok()?;
    let hour = i8::try_from(clock_time.hour()).ok()?;
    let minute = i8::try_from(clock_time.minute()).ok()?;
    let second = i8::try_from(clock_time.second()).ok()?;
    Some(date.at(hour, minute, second, 0))
}

fn month_number(month: Month) -> u8 {
    u8::from(month)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_local_day_begins_at_local_midnight() {
        let shanghai = ZoneTime::named("Asia/Shanghai").unwrap();
        assert_eq!(
            shanghai.start_of(date!(2026 - 03 - 02)),
            datetime!(2026-03-01 16:00 UTC)
        );
        assert_eq!(
            shanghai.day_of(datetime!(2026-03-01 15:59:59 UTC)),
            date!(2026 - 03 - 01)
        );
        assert_eq!(
            shanghai.day_of(datetime!(2026-03-01 16:00 UTC)),
            date!(2026 - 03 - 02)
        );
    }

    #[test]
    fn summer_time_moves_the_start_of_the_day() {
        let amsterdam = ZoneTime::named("Europe/Amsterdam").unwrap();
        assert_eq!(
            amsterdam.start_of(date!(2011 - 03 - 27)),
            datetime!(2011-03-26 23:00 UTC)
        );
        assert_eq!(
            amsterdam.start_of(date!(2011 - 03 - 28)),
            datetime!(2011-03-27 22:00 UTC)
        );
        assert_eq!(
            amsterdam.day_of(datetime!(2011-03-27 22:00 UTC)),
            date!(2011 - 03 - 28)
        );
    }

    #[test]
    fn an_unknown_zone_is_named_in_the_error() {
        assert_eq!(
            ZoneTime::named("Asia/Shanghia").unwrap_err().name,
            "Asia/Shanghia"
        );
    }
}
