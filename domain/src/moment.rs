//! An instant and the office's day it falls on.

use time::{Date, OffsetDateTime};

use crate::zone_time::ZoneTime;

/// One instant and the zone's calendar day it falls on, read once per request.
///
/// Rules use `today`; the record keeps `at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The instant, in UTC, in whole microseconds: what both databases can keep.
    pub at: OffsetDateTime,
    /// The local day in the zone.
    pub today: Date,
}

impl Moment {
    /// The moment of `at` in the zone; fractions of a microsecond are cut off.
    pub fn new(at: OffsetDateTime, zone: &ZoneTime) -> Self {
        let at = at.to_offset(time::UtcOffset::UTC);
        let nanos = at.nanosecond();
        let at = at.replace_nanosecond(nanos - nanos % 1_000).unwrap_or(at);
        Self {
            at,
            today: zone.day_of(at),
        }
    }
}
