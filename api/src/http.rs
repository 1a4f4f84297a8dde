//! The JSON API under `/api/v1`, health, and the frame of every answer.
//!
//! A handler is short: rights in its type, body parsed at the edge, one use case, one view. Nothing here
//! reads the store or counts days.

pub mod access;
pub mod alert;
pub mod audit;
pub mod auth;
pub mod body;
pub mod calendar;
pub mod calendar_feed;
pub mod card;
pub mod catalogue;
pub mod change;
pub mod client;
pub mod clock;
pub mod company;
pub mod correction;
pub mod deputy;
pub mod document;
pub mod dump;
pub mod export;
pub mod feed;
pub mod frame;
pub mod gate;
pub mod health;
pub mod idempotency;
pub mod import;
pub mod job;
pub mod letter;
pub mod list;
pub mod me;
pub mod patron;
pub mod person;
pub mod problem;
pub mod progress;
pub mod project;
pub mod projects;
pub mod respond;
pub mod routes;
pub mod signing_key;
pub mod stage;
pub mod stages;
pub mod stream;
pub mod token;
pub mod trace;
pub mod unit;
pub mod webhook;
pub mod witness;
