//! Who is who: the zone, its units, its people, and the settings that rules need.

use alloc::{collections::BTreeSet, string::String, sync::Arc};
use core::fmt;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::{
    access::Role,
    calendar::WorkCalendar,
    id::{PersonId, UnitId, ZoneId},
    ladder::Ladder,
    moment::Moment,
    secret::Pii,
    text::{Bilingual, Language},
    zone_time::ZoneTime,
};

/// What a rule needs to know of the zone: its time, its calendar and its ladder.
#[derive(Debug, Clone)]
pub struct Office {
    /// The zone.
    pub zone: ZoneId,
    /// Its local time.
    pub time: ZoneTime,
    /// Its working days.
    pub calendar: Arc<WorkCalendar>,
    /// Who is told at which point.
    pub ladder: Arc<Ladder>,
}

impl Office {
    /// The moment of an instant in this zone.
    pub fn moment(&self, at: OffsetDateTime) -> Moment {
        Moment::new(at, &self.time)
    }

    /// The first instant not before `at` at which the zone sends letters, by its ladder's window.
    pub fn letter_time(&self, at: OffsetDateTime) -> OffsetDateTime {
        let window = self.ladder.letters;
        let local = self.time.local(at);
        let is_letter_day = window.on_any_day || self.calendar.is_working(local.date());
        if is_letter_day && window.is_open_at(local.time()) {
            return at;
        }
        let next = if is_letter_day && local.time() < window.from {
            Some(local.date())
        } else if window.on_any_day {
            local.date().next_day()
        } else {
            // A calendar in which nothing is worked must not swallow letters.
            self.calendar
                .working_day_after(local.date(), 1)
                .ok()
                .map(|day| day.on)
        };
        next.map_or(at, |day| self.time.at_time(day, window.from))
    }
}

/// A development zone: the tenant and root of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Key.
    pub id: ZoneId,
    /// What people call it; the sender's name on letters.
    pub name: Bilingual,
    /// IANA name, for example `Asia/Shanghai`.
    pub time_zone: String,
    /// The letters before the year in project codes, for example `GC`.
    pub code_prefix: String,
    /// The telephone number that every page shows.
    pub hotline: String,
}

/// The five kinds of units. Founding opinion, part three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 直属部门
    Department,
    /// 派驻机构
    ResidentAgency,
    /// 公共服务单位
    PublicUtility,
    /// 效能办
    EfficacyOffice,
    /// 两委
    TwoCommittees,
    /// The investor's side: stages that the investor itself carries out.
    Investor,
}

impl UnitKind {
    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::ResidentAgency => "resident_agency",
            Self::PublicUtility => "public_utility",
            Self::EfficacyOffice => "efficacy_office",
            Self::TwoCommittees => "two_committees",
            Self::Investor => "investor",
        }
    }

    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Department,
        Self::ResidentAgency,
        Self::PublicUtility,
        Self::EfficacyOffice,
        Self::TwoCommittees,
        Self::Investor,
    ];

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A unit of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Key.
    pub id: UnitId,
    /// Stable name inside the zone; templates refer to it.
    pub code: String,
    /// What kind of unit it is.
    pub kind: UnitKind,
    /// What people call it.
    pub name: Bilingual,
    /// False for one that was closed; its history stays, and no new work comes to it.
    pub is_active: bool,
}

/// A person with an account or a mail address. Debug shows neither name nor address.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Key.
    pub id: PersonId,
    /// What the person types to sign in; unique in the zone, case counts.
    pub login: String,
    /// As printed on pages and letters.
    pub name: String,
    /// Where letters go.
    pub email: Option<String>,
    /// Office telephone number.
    pub phone: Option<String>,
    /// The language of letters and, until chosen otherwise, of pages.
    pub language: Language,
    /// Where the person works.
    pub unit: Option<UnitId>,
    /// What the person may do.
    pub roles: BTreeSet<Role>,
    /// False for people who left; their history stays.
    pub is_active: bool,
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("id", &self.id)
            .field("login", &Pii::new(&self.login))
            .field("name", &Pii::new(&self.name))
            .field("email", &self.email.as_ref().map(Pii::new))
            .field("phone", &self.phone.as_ref().map(Pii::new))
            .field("language", &self.language)
            .field("unit", &self.unit)
            .field("roles", &self.roles)
            .field("is_active", &self.is_active)
            .finish()
    }
}

/// A day on which something is claimed to have happened, checked against today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HappenedOn(pub Date);

impl HappenedOn {
    /// True when it was recorded more than one working day later: the record marks it 补录.
    pub fn is_late_entry(self, recorded_on: Date, calendar: &WorkCalendar) -> bool {
        // Two working days ahead is enough to know; a case of ten years ago must not cost ten years.
        calendar
            .working_day_after(self.0, 2)
            .is_ok_and(|second| second.on <= recorded_on)
    }
}

#[cfg(test)]
mod tests;
