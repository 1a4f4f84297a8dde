//! The contract of the store, one file for each file of `persistence`.

mod alert;
mod card;
mod event;
mod migrate;
mod outbox;
mod person;
mod project;
mod security;
mod session;
mod stage;
mod store;
