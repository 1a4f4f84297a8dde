//! Counting deadlines against a model that counts on its fingers.
//!
//! `model` and its `desk` calendar are written from the rule book and share nothing with the crate;
//! `history` makes up what may happen to a stage; `border` translates; `compare` asks both. `cargo test`
//! plays 200,000 histories; `NAIVE_HISTORIES=1000000` plays more, `NAIVE_SEED` others.
//!
//! `cfg(test)` stands on every module although this file is a test already: clippy grants tests their
//! freedoms by it.

#[cfg(test)]
mod border;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod forward_and_back;
#[cfg(test)]
mod history;
#[cfg(test)]
mod model;
#[cfg(test)]
mod play;
