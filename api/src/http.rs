//! The JSON API under `/api/v1`, health, and the frame of every answer.
//!
//! A handler is short: rights in its type, body parsed at the edge, one use case, one view. Nothing here
//! reads the store or counts days.

pub mod access;
pub mod alert;
pub mod auth;
pub mod body;
pub mod calendar;
pub mod card;
pub mod catalogue;
pub mod change;
pub mod clock;
pub mod document;
pub mod export;
pub mod frame;
pub mod health;
pub mod idempotency;
pub mod list;
pub mod problem;
pub mod progress;
pub mod project;
pub mod respond;
pub mod routes;
pub mod stage;
pub mod stages;
pub mod trace;
