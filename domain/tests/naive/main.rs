//! Counting deadlines against a model that counts on its fingers.
//!
//! `model` and its `desk` calendar are written from the rule book and share nothing with the crate; `border`
//! translates. Two properties ask both sides the same:
//!
//! * `play`: a stage as it may have become (`history`) reads the same on any day (`compare`).
//! * `acts`: a project is driven through what people hand in (`choose`), the impossible included. The clerk
//!   keeps a `record` of `sheet`s and gives a `verdict` beforehand, the domain gets the same over the
//!   `counter`, and after each act the two papers must agree (`drive`). What differs is told as the shortest
//!   history that still does.
//!
//! `cargo test` plays 200,000 and 20,000 histories; `NAIVE_HISTORIES=1000000` plays more, `NAIVE_SEED` others.
//!
//! `cfg(test)` stands on every module although this file is a test already: clippy grants tests their
//! freedoms by it.

#[cfg(test)]
mod acts;
#[cfg(test)]
mod border;
#[cfg(test)]
mod choose;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod counter;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod drive;
#[cfg(test)]
mod forward_and_back;
#[cfg(test)]
mod history;
#[cfg(test)]
mod model;
#[cfg(test)]
mod play;
#[cfg(test)]
mod record;
#[cfg(test)]
mod sheet;
#[cfg(test)]
mod verdict;
