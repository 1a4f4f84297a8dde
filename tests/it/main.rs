//! Acceptance tests: the product through its doors, on both databases, under a fixed clock; and the checks
//! that keep the house tidy.
//!
//! One binary, one module for each noun. `harness` opens databases and founds a sample zone; `keeping` is
//! the contract of `persistence`, which every caller leans on.
//!
//! `cfg(test)` stands on every module although this file is a test already: clippy grants tests their
//! freedoms by it.

#[cfg(test)]
mod account;
#[cfg(test)]
mod alert;
#[cfg(test)]
mod arrows;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod binary;
#[cfg(test)]
mod board;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod calendar_feed;
#[cfg(test)]
mod card;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod company;
#[cfg(test)]
mod correction;
#[cfg(test)]
mod deputy;
#[cfg(test)]
mod docs;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod extension;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod foresee;
#[cfg(test)]
mod form;
#[cfg(test)]
mod frame;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod health;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod import;
#[cfg(test)]
mod investor;
#[cfg(test)]
mod job;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod letter;
#[cfg(test)]
mod list;
#[cfg(test)]
mod oidc;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod page;
#[cfg(test)]
mod patron;
#[cfg(test)]
mod permit;
#[cfg(test)]
mod person;
#[cfg(test)]
mod portfolio;
#[cfg(test)]
mod post;
#[cfg(test)]
mod progress;
#[cfg(test)]
mod project;
#[cfg(test)]
mod race;
#[cfg(test)]
mod refusal;
#[cfg(test)]
mod right;
#[cfg(test)]
mod schedule;
#[cfg(test)]
mod security;
#[cfg(test)]
mod session;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod stop;
#[cfg(test)]
mod stream;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod timing;
#[cfg(test)]
mod token;
#[cfg(test)]
mod webhook;
