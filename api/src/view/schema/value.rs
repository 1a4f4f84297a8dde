//! Values of `domain` that are objects on the wire, told again for the description.

use utoipa::ToSchema;

/// Words in Chinese and English.
#[derive(Debug, ToSchema)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// [`domain::calendar::CalendarRef`]: a version of a calendar.
#[derive(Debug, ToSchema)]
pub struct CalendarRef {
    /// Its name.
    pub name: String,
    /// Counts up.
    pub version: u32,
}

/// [`domain::calendar::LocalDays`]: what a zone adds to the calendar of the country.
#[derive(Debug, ToSchema)]
pub struct LocalDays {
    /// Days off.
    pub days_off: Vec<DayOff>,
    /// Worked although they would be off.
    pub makeup_workdays: Vec<time::Date>,
}

/// [`domain::calendar::DayOff`]: a day off and its name.
#[derive(Debug, ToSchema)]
pub struct DayOff {
    /// The day.
    pub on: time::Date,
    /// What it is called.
    pub name: String,
}

/// [`domain::template::ValidityRule`]: how long the result of a stage is good.
#[derive(Debug, ToSchema)]
pub struct ValidityRule {
    /// What expires.
    pub of: String,
    /// Months that it is good for.
    pub months: u8,
    /// Working days before its end on which the officer is reminded.
    pub remind_days: u16,
    /// How often it may be renewed.
    pub renewals_max: u8,
    /// Where that stands.
    pub citation: String,
    /// True once somebody has compared it with the source.
    pub is_verified: bool,
}

/// [`domain::schedule::Outlook`]: when a stage is expected.
#[derive(Debug, ToSchema)]
pub struct Outlook {
    /// Its start.
    pub start_on: time::Date,
    /// Its end.
    pub end_on: time::Date,
    /// True while nobody can say more than "not before".
    pub is_earliest: bool,
}
