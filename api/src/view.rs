//! What people see, as values: built from domain values, rendered by [`crate::web`], sent as JSON.
//!
//! | question | file |
//! |---|---|
//! | Who looks, on which day, in which zone? | [`setting`] |
//! | What is it called, whose is it? | [`name`] |
//! | How many days are left? | [`days`] |
//! | What is known of a stage? | [`stage`]; for those who work on it also [`detail`], [`workbench`] |
//! | What may be done to it, and why not? | [`action`] |
//! | What would an act do? | [`consequence`] |
//! | Whose turn is it in a project, when will it end? | [`project`], [`schedule`] |
//! | How far are its works? | [`progress`] |
//! | What has an investor in the zone? | [`portfolio`] |
//! | Why is it due then? Whose were the days? | [`explanation`], [`ledger`] |
//! | What has happened? | [`history`] |
//! | What waits for an officer, for a supervisor? | [`row`], [`desk`], [`board`], [`alert`] |
//! | Which tokens has somebody? | [`token`] |
//! | Which days are worked, what would move? | [`calendar`] |
//! | What do programs hear: events, due dates? | [`feed`], [`calendar_feed`], [`webhook`] |
//! | Who is who; what is in a file of people? | [`directory`], [`import`] |
//! | The front page, the demo's letters; what a page has besides | [`home`], [`mail`]; [`page`] |
//! | What is on the wire, how does the API read? | [`schema`], [`docs`] |
//!
//! No sentence stands here: names are [`domain::text::Bilingual`], everything else is a code.

pub mod action;
pub mod alert;
pub mod audit;
pub mod board;
pub mod calendar;
pub mod calendar_feed;
pub mod card;
pub mod consequence;
pub mod days;
pub mod desk;
pub mod detail;
pub mod directory;
pub mod docs;
pub mod explanation;
pub mod feed;
pub mod history;
pub mod home;
pub mod import;
pub mod job;
pub mod ledger;
pub mod letter;
pub mod mail;
pub mod name;
pub mod page;
pub mod portfolio;
pub mod progress;
pub mod project;
pub mod row;
pub mod schedule;
pub mod schema;
pub mod security;
pub mod setting;
pub mod stage;
pub mod token;
pub mod webhook;
pub mod workbench;
