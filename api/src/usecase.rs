//! What people can do: load, decide, save. A few lines each, and the whole effect of an act.

pub mod account;
pub mod alert;
pub mod calendar;
pub mod card;
pub mod clock;
pub mod count;
pub mod credential;
pub mod guess;
pub mod look;
pub mod progress;
pub mod project;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod stage;
pub mod zone;
