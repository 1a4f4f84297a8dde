//! The one place that turns values into words: dates, days, lamps, names.

use askama::filters::{Html, Safe, escape};
use domain::{
    access::Role,
    clock::{Court, StopReason},
    ladder::Rung,
    lamp::Lamp,
    limit::Limit,
    stage::StageState,
    template::Phase,
    text::{Bilingual, Language},
    zone_time::ZoneTime,
};
use fluent_bundle::FluentValue;
use time::{Date, OffsetDateTime};

use super::{dates, text::t};
use crate::view::{
    days::{DayUnit, Remaining},
    stage::ExtensionView,
};

/// A language, a zone's time and a day: enough to say anything.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The language of the page.
    pub language: Language,
    /// The zone's local time.
    pub time: &'a ZoneTime,
    /// Today, so that this year's dates need no year.
    pub today: Date,
}

/// A small value, or a reference to it: templates pass references, code passes values.
pub trait Plain<T> {
    /// The value itself.
    fn plain(self) -> T;
}

impl<T: Copy> Plain<T> for T {
    fn plain(self) -> T {
        self
    }
}

impl<T: Copy> Plain<T> for &T {
    fn plain(self) -> T {
        *self
    }
}

impl<T: Copy> Plain<T> for &&T {
    fn plain(self) -> T {
        **self
    }
}

impl Words<'_> {
    /// The BCP 47 tag of the page.
    pub fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// True on a Chinese page.
    pub fn is_chinese(&self) -> bool {
        self.language == Language::Zh
    }

    /// A sentence without holes.
    pub fn t(&self, key: &str) -> String {
        t(self.language, key, &[])
    }

    /// A sentence with one hole.
    pub fn with(&self, key: &str, name: &str, value: impl AsRef<str>) -> String {
        t(self.language, key, &[(name, value.as_ref().into())])
    }

    /// A sentence with several holes.
    pub fn filled(&self, key: &str, holes: &[(&str, &str)]) -> String {
        let arguments: Vec<(&str, FluentValue<'_>)> = holes
            .iter()
            .map(|(name, value)| (*name, (*value).into()))
            .collect();
        t(self.language, key, &arguments)
    }

    /// A sentence with a number `$n`, so that English finds its plural.
    pub fn count<N>(&self, key: &str, n: N) -> String
    where
        N: Into<FluentValue<'static>>,
    {
        t(self.language, key, &[("n", n.into())])
    }

    /// A sentence of a code: `lamp-green`, `role-head`.
    pub fn code(&self, family: &str, code: &str) -> String {
        self.t(&format!("{family}-{code}"))
    }

    /// A name of the zone's own data.
    pub fn name<'n>(&self, name: &'n Bilingual) -> &'n str {
        name.get(self.language)
    }

    /// What people typed, marked as Chinese where an English page shows it.
    pub fn data(&self, text: impl AsRef<str>) -> Safe<String> {
        let Ok(shown) = escape(text.as_ref(), Html);
        if self.language == Language::En && has_han(text.as_ref()) {
            Safe(format!("<span lang=\"zh-Hans\">{shown}</span>"))
        } else {
            Safe(shown.to_string())
        }
    }

    /// The attribute that marks a whole element as Chinese where an English page shows Chinese data.
    pub fn mark(&self, text: impl AsRef<str>) -> Safe<&'static str> {
        let is_foreign = self.language == Language::En && has_han(text.as_ref());
        Safe(if is_foreign { " lang=\"zh-Hans\"" } else { "" })
    }

    /// `10月14日(周三)`, `Wed 14 Oct 2026`.
    pub fn date(&self, on: impl Plain<Date>) -> String {
        dates::with_weekday(self.language, on.plain(), self.today)
    }

    /// `10月14日`, `14 Oct`; with the year when it is another one.
    pub fn short(&self, on: impl Plain<Date>) -> String {
        dates::short(self.language, on.plain(), self.today)
    }

    /// `周三`, `Wed`.
    pub fn weekday(&self, on: impl Plain<Date>) -> &'static str {
        dates::weekday(self.language, on.plain().weekday())
    }

    /// `2026-10-14`, for `datetime` attributes and date fields.
    pub fn iso(&self, on: impl Plain<Date>) -> String {
        on.plain().to_string()
    }

    /// A `<time>` element with the short date.
    pub fn day(&self, on: impl Plain<Date>) -> Safe<String> {
        let on = on.plain();
        Safe(format!("<time datetime=\"{on}\">{}</time>", self.short(on)))
    }

    /// A `<time>` element with weekday.
    pub fn full_day(&self, on: impl Plain<Date>) -> Safe<String> {
        let on = on.plain();
        Safe(format!("<time datetime=\"{on}\">{}</time>", self.date(on)))
    }

    /// The short date, or a dash.
    pub fn day_or_dash(&self, on: impl Plain<Option<Date>>) -> Safe<String> {
        match on.plain() {
            Some(on) => self.day(on),
            None => Safe("–".to_owned()),
        }
    }

    /// The local time of an instant, with its day: `10月14日 14:32`.
    pub fn instant(&self, at: impl Plain<OffsetDateTime>) -> String {
        let local = self.time.local(at.plain());
        let day = dates::short(self.language, local.date(), self.today);
        format!("{day} {:02}:{:02}", local.hour(), local.minute())
    }

    /// The local clock time of an instant: `14:32`.
    pub fn clock_time(&self, at: impl Plain<OffsetDateTime>) -> String {
        let local = self.time.local(at.plain());
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// What a lamp means, in words.
    pub fn lamp(&self, lamp: impl Plain<Lamp>) -> String {
        self.code("lamp", lamp.plain().code())
    }

    /// A phase.
    pub fn phase(&self, phase: impl Plain<Phase>) -> String {
        self.code("phase", phase.plain().code())
    }

    /// How far a stage is.
    pub fn state(&self, state: impl Plain<StageState>) -> String {
        self.code("state", state.plain().code())
    }

    /// A rung of the ladder.
    pub fn rung(&self, rung: impl Plain<Rung>) -> String {
        self.code("rung", rung.plain().code())
    }

    /// A role.
    pub fn role(&self, role: impl Plain<Role>) -> String {
        self.code("role", role.plain().code())
    }

    /// A court.
    pub fn court(&self, court: impl Plain<Court>) -> String {
        self.code("court", court.plain().code())
    }

    /// A reason to stop a clock.
    pub fn stop_reason(&self, reason: impl Plain<StopReason>) -> String {
        self.code("stop", reason.plain().code())
    }

    /// `剩 2 个工作日`, `2 working days over`.
    pub fn remaining(&self, remaining: impl Plain<Remaining>, unit: impl Plain<DayUnit>) -> String {
        let is_calendar = unit.plain() == DayUnit::CalendarDay;
        match remaining.plain() {
            Remaining::Today => self.t("remaining-today"),
            Remaining::Left(0) => self.t("remaining-left-none"),
            Remaining::Left(days) if is_calendar => self.count("remaining-left-calendar", days),
            Remaining::Left(days) => self.count("remaining-left", days),
            Remaining::Over(0) => self.t("remaining-over-none"),
            Remaining::Over(days) if is_calendar => self.count("remaining-over-calendar", days),
            Remaining::Over(days) => self.count("remaining-over", days),
        }
    }

    /// `5 个工作日`.
    pub fn limit(&self, limit: impl Plain<Limit>) -> String {
        match limit.plain() {
            Limit::WorkingDays { value: 0 } | Limit::CalendarDays { value: 0 } => {
                self.t("limit-same-day")
            }
            Limit::WorkingDays { value } => self.count("days-working", value),
            Limit::CalendarDays { value } => self.count("days-calendar", value),
            Limit::FixedDate { on } => self.with("limit-fixed", "date", self.date(on)),
            Limit::BeforeExpiry { value, on } => {
                let (days, on) = (self.count("days-working", value), self.date(on));
                self.filled("limit-before", &[("days", &days), ("date", &on)])
            }
        }
    }

    /// `5 个工作日` for a number in a unit.
    pub fn days(&self, n: impl Plain<u32>, unit: impl Plain<DayUnit>) -> String {
        match unit.plain() {
            DayUnit::WorkingDay | DayUnit::FixedDate => self.count("days-working", n.plain()),
            DayUnit::CalendarDay => self.count("days-calendar", n.plain()),
        }
    }

    /// `5 个工作日` for a limit in a unit.
    pub fn days_of_limit(&self, limit: impl Plain<u16>, unit: impl Plain<DayUnit>) -> String {
        self.days(u32::from(limit.plain()), unit)
    }

    /// Since when a ledger has how many days.
    pub fn ledger_lead(&self, after: impl Plain<Date>, days: impl Plain<u32>) -> String {
        let after = self.short(after);
        let holes = [("after", after.into()), ("n", days.plain().into())];
        t(self.language, "ledger-lead", &holes)
    }

    /// More time that is asked for, in one sentence.
    pub fn extension(&self, request: &ExtensionView) -> String {
        let (days, due) = (request.days.to_string(), self.short(request.proposed_on));
        let (by, until) = (request.approver.code(), self.short(request.decide_by));
        let approver = self.code("approver", by);
        let holes = [
            ("days", days.as_str()),
            ("due", &due),
            ("approver", &approver),
            ("until", &until),
        ];
        self.filled("extension-asked", &holes)
    }

    /// `3.2 亿元`, `CNY 320 million`.
    pub fn yuan(&self, yuan: impl Plain<u64>) -> String {
        dates::yuan(self.language, yuan.plain())
    }
}

/// True when the text has a Chinese character.
pub fn has_han(text: &str) -> bool {
    text.chars()
        .any(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
}
