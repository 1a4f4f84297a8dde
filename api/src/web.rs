//! Pages: values in, HTML out. No clock, no I/O, no rule.
//!
//! | question | file |
//! |---|---|
//! | What stands around every page? | [`frame`] |
//! | What would follow from an act? | `foreseen` |
//! | What did somebody type, and what is wrong with it? | [`form`] |
//! | The front page, signing in, errors | [`home`], [`sign_in`], [`problem`] |
//! | An investor's projects; a project; a stage's workbench | [`portfolio`], [`project`], [`stage`] |
//! | The desk, the board, an alert, a card | [`desk`], [`board`], [`alert`], [`card`] |
//! | How far works are | [`progress`] |
//! | The working calendar, a proposed one | [`calendar`] |
//! | The security record | [`audit`] |
//! | Subscriptions of calendar programs, and what they fetch | [`calendar_feed`], `ics` |
//! | Webhooks and their log | [`webhook`] |
//! | Units, people and their files; one's own absences | [`directory`], [`import`]; [`absence`] |
//! | The demo's letters | [`mail`] |
//! | The API, and its problems | [`docs`] |
//!
//! Every page is one function `page(&Frame, &View, ..) -> Rendered`; its markup is the file of the same
//! name under `templates/`.

pub mod absence;
pub mod alert;
mod answer;
pub mod audit;
pub mod board;
pub mod calculator;
pub mod calendar;
pub mod calendar_feed;
pub mod card;
mod dates;
pub mod desk;
pub mod directory;
pub mod docs;
pub mod explanation;
mod fact;
mod foreseen;
pub mod form;
pub mod frame;
pub mod home;
mod ics;
pub mod import;
pub mod letter;
pub mod mail;
pub mod portfolio;
pub mod problem;
pub mod progress;
pub mod project;
pub mod refusal;
pub mod security;
pub mod sign_in;
pub mod stage;
pub mod stop;
pub mod text;
mod timeline;
pub mod webhook;
pub mod words;

/// A page, or what askama could not write; a `String` takes everything, so this is for the types only.
pub type Rendered = Result<String, askama::Error>;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
