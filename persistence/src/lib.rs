//! Keeping: one store over SQLite and PostgreSQL.
//!
//! | question | file |
//! |---|---|
//! | Which database? How is it opened? | [`connection`] |
//! | How is something read or written? | [`store`] |
//! | Why are SQLite's writes fast and durable? | `writer` |
//! | Which statements stay prepared? | `prepared` |
//! | What tables are there? | `migrations/`, `schema`, [`migrate`] |
//! | Where is *noun* kept? | the file of that name |
//! | What is the hash of a line, and of all lines? | [`chain`], [`checkpoint`] |
//! | What leaves the house in a full export? | [`dump`] |
//!
//! Every query is written once and runs natively on both databases. A write is a closure: what it does
//! is kept as a whole when it returns `Ok`, or not at all. State, record and outbox go together.
//!
//! # Why is it so?
//!
//! *Why one writer thread?* (2026-11) SQLite has one writer anyway. A queue in front of it is fair and lets
//! waiting writes share a trip to the disk; a pool of writers sleeps in the busy handler.
//!
//! *Why are stages kept as documents beside a few columns?* (2026-11) The columns are what queries look
//! for. The document is the domain's own value, so there is no second description of it to drift.
//!
//! # Deliberately absent
//!
//! Rules, clock reads, random keys, HTTP, and sentences for people.

mod cache;
mod prepared;
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "each table! names the column types of both databases"
    )
)]
mod schema;
mod types;
mod writer;

pub mod alert;
pub mod api_token;
pub mod calendar;
pub mod calendar_feed;
pub mod card;
pub mod chain;
pub mod checkpoint;
pub mod company;
pub mod connection;
pub mod credential;
pub mod deputy;
pub mod device;
pub mod directory;
pub mod dump;
pub mod error;
pub mod event;
pub mod feed;
pub mod guess;
pub mod idempotency;
pub mod import;
pub mod job;
pub mod migrate;
pub mod outage;
pub mod outbox;
pub mod person;
pub mod project;
pub mod pseudonym;
pub mod quota;
pub mod security;
pub mod session;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod signing_key;
pub mod stage;
pub mod store;
pub mod token_family;
pub mod unit;
pub mod webhook;
pub mod zone;

pub use error::StoreError;
pub use store::{Store, Tx};
