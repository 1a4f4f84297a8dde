//! What people can do: load, decide, save. A few lines each, and the whole effect of an act.

pub mod account;
pub mod alert;
pub mod audit;
pub mod calendar;
pub mod calendar_feed;
pub mod card;
pub mod clock;
pub mod company;
pub mod count;
pub mod deputy;
mod directory;
pub mod feed;
pub mod import;
pub mod look;
pub mod patron;
pub mod person;
pub mod progress;
pub mod project;
pub mod signing_key;
pub mod stage;
pub mod token;
pub mod unit;
pub mod webhook;
pub mod zone;
