//! Letters: the facts of one, and its subject, text and HTML in the reader's language.
//!
//! A letter is data until it is rendered: the outbox keeps the facts, the worker renders them once. The
//! sentences live in `templates/`, a file per language; `wording` only says dates, days and sums.
//!
//! Order of every letter: why you get it, what to do (with the link), what happens otherwise, the facts.
//! The text part is written, not derived from the HTML; a test holds the two to the same words.

use std::fmt;

use domain::{
    code::{CardNumber, ProjectCode},
    ladder::{Audience, Rung},
    limit::Limit,
    text::{Bilingual, Language},
};
use serde::{Deserialize, Serialize};
use time::Date;

mod account;
mod calendar;
mod line;
mod news;
mod page;
mod post;
#[cfg(test)]
mod tests;
mod webhook;
mod wording;

pub use self::{
    account::{AccountLetter, AccountNews},
    calendar::{CalendarLetter, MovedDate},
    line::OneLine,
    news::News,
    post::{DigestLetter, UndeliveredLetter},
    webhook::WebhookLetter,
};

/// A letter as the outbox keeps it: facts for one reader, no wording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// A rung of the ladder fired.
    Escalation(Box<EscalationLetter>),
    /// A stage is now the reader's.
    Assigned(Box<AssignedLetter>),
    /// A stop, an extension or a card of a stage needs its reader, or was decided.
    News(Box<NewsLetter>),
    /// The zone's working calendar has moved dates of the reader's.
    CalendarChanged(Box<CalendarLetter>),
    /// Nothing is sent to an address of the reader's any more.
    WebhookStopped(Box<WebhookLetter>),
    /// Something about the reader's account.
    Account(Box<AccountLetter>),
    /// Several matters told in one.
    Digest(Box<DigestLetter>),
    /// A letter to somebody else did not reach its reader.
    Undelivered(Box<UndeliveredLetter>),
}

/// A rung of the ladder fired: what one reader is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscalationLetter {
    /// The reader.
    pub recipient: OneLine,
    /// Why the reader is told.
    pub audience: Audience,
    /// Which rung.
    pub rung: Rung,
    /// How many rungs the ladder has above silence: 4.
    pub rung_count: u8,
    /// Who writes.
    pub sender: Sender,
    /// Of which project.
    pub project: ProjectFacts,
    /// Of which stage.
    pub stage: StageFacts,
    /// Its dates.
    pub promise: PromiseFacts,
    /// The day of the letter; every count is as of its end.
    pub today: Date,
    /// Working days without a sign of work.
    pub silence_days: Option<u32>,
    /// The last day on which a missed promise can be put right before the red card.
    pub correction_on: Option<Date>,
    /// How often and how long the clock stood.
    pub stops: StopFacts,
    /// The last thing that happened.
    pub last_event: Option<LastEvent>,
    /// Who was told before, oldest first.
    pub told: Vec<Told>,
    /// What happens if nothing happens; `None` where the ladder ends.
    pub next: Option<NextRung>,
    /// The page on which this reader may acknowledge; `None` for a reader who may not.
    pub acknowledge_url: Option<String>,
    /// The day on which this letter was due, if an outage of ours held it up.
    #[serde(default)]
    pub held_up_since: Option<Date>,
    /// The card that was issued with it.
    #[serde(default)]
    pub card: Option<CardFacts>,
}

/// A card as the letter that brings it shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFacts {
    /// Its number.
    pub number: CardNumber,
    /// The last day to give the reason; `None` once it was given.
    pub explain_by: Option<Date>,
    /// True when the reason comes with another date for the investor.
    pub needs_alternative: bool,
}

/// A stage is now the reader's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignedLetter {
    /// The reader, from now on responsible.
    pub recipient: OneLine,
    /// Who assigned it, if a person did.
    pub assigned_by: Option<OneLine>,
    /// Who writes.
    pub sender: Sender,
    /// Of which project.
    pub project: ProjectFacts,
    /// Which stage.
    pub stage: StageFacts,
    /// Its dates.
    pub promise: PromiseFacts,
    /// The day of the letter.
    pub today: Date,
}

/// A stop or an extension of a stage needs its reader, or was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewsLetter {
    /// The reader.
    pub recipient: OneLine,
    /// What has happened.
    pub news: News,
    /// In whose words, and which.
    pub said: Option<LastEvent>,
    /// Who writes.
    pub sender: Sender,
    /// Of which project.
    pub project: ProjectFacts,
    /// Of which stage; for an investor its address is that of the project's own page.
    pub stage: StageFacts,
    /// Its dates.
    pub promise: PromiseFacts,
    /// The day of the letter.
    pub today: Date,
}

/// Who writes, and whom to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The zone.
    pub zone: Bilingual,
    /// Its telephone number.
    pub hotline: OneLine,
}

/// The project as a letter shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectFacts {
    /// The number under which the zone keeps it.
    pub code: ProjectCode,
    /// Its name.
    pub name: OneLine,
    /// Who invests.
    pub investor: OneLine,
    /// Planned investment in yuan.
    pub investment_yuan: Option<u64>,
    /// True for a key project.
    pub is_key: bool,
}

/// The stage as a letter shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageFacts {
    /// Its name.
    pub name: Bilingual,
    /// The responsible unit.
    pub unit: Bilingual,
    /// The responsible officer, once there is one.
    pub officer: Option<Contact>,
    /// Its page, on the public address.
    pub url: String,
}

/// A person and a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The name.
    pub name: OneLine,
    /// The number.
    pub phone: Option<OneLine>,
}

/// The dates of a stage as a letter shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromiseFacts {
    /// The promised limit.
    pub limit: Option<Limit>,
    /// The last day of the promise.
    pub promised_on: Option<Date>,
    /// The last day under the law.
    pub statutory_on: Option<Date>,
    /// Where the stage stands against the promise.
    pub standing: Standing,
    /// True when a year without a published calendar is part of the count.
    pub is_provisional: bool,
}

/// Where a stage stands against its promise, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// No clock runs.
    NotRunning,
    /// So many are left; 0 on the last day.
    Left(u32),
    /// So many have passed since; 0 until the first working day after the last one has ended.
    Overdue(u32),
}

/// How often and how long the clock stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopFacts {
    /// How often.
    pub count: u32,
    /// For how many working days in all.
    pub working_days: u32,
}

/// The last thing that happened to a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LastEvent {
    /// On which day.
    pub on: Date,
    /// Who did or said it.
    pub who: OneLine,
    /// What; the letter shows the beginning of a long text.
    pub text: OneLine,
}

/// Somebody who was told before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// On which day.
    pub on: Date,
    /// Who.
    pub name: OneLine,
    /// Of which rung.
    pub rung: Rung,
}

/// The rung that follows if nothing happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextRung {
    /// Which.
    pub rung: Rung,
    /// Due from the first instant of this day.
    pub on: Date,
    /// Who will be told, by name or function.
    pub tells: Vec<OneLine>,
}

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line; in Chinese at most 40 characters wide.
    pub subject: String,
    /// The text part, lines ended by `\n`.
    pub text: String,
    /// The HTML part, lines ended by `\n`.
    pub html: String,
}

/// A template failed to write itself. No facts lead here; the type exists because nothing may panic.
#[derive(Debug)]
pub struct Unrendered(askama::Error);

impl fmt::Display for Unrendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a letter could not be rendered")
    }
}

impl std::error::Error for Unrendered {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The letter in `language`. The same facts give the same words, always.
pub fn render(letter: &Letter, language: Language) -> Result<Rendered, Unrendered> {
    match letter {
        Letter::Escalation(facts) => page::escalation(facts, language),
        Letter::Assigned(facts) => page::assigned(facts, language),
        Letter::News(facts) => page::news(facts, language),
        Letter::CalendarChanged(facts) => page::calendar(facts, language),
        Letter::WebhookStopped(facts) => page::webhook(facts, language),
        Letter::Account(facts) => page::account(facts, language),
        Letter::Digest(facts) => page::digest(facts, language),
        Letter::Undelivered(facts) => page::undelivered(facts, language),
    }
    .map_err(Unrendered)
}
