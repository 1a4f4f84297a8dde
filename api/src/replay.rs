//! Playing a log in time order: every morning the zone learns what happened the day before, sweeps and
//! delivers, with the real sweep, the real delivery and a virtual clock.
//!
//! ```text
//! cli -> play      morning by morning, and the checks
//!        morning   which part of which case is known from which morning on (no I/O)
//!        founding  a zone in which every rung has somebody to hear it
//!        post      letters that leave into memory, each counted once
//!        report    what came of it
//! ```
//!
//! Deliberately absent: a second implementation of anything. The replay only moves the clock and counts.

pub mod cli;
pub mod founding;
pub mod morning;
pub mod play;
pub mod post;
pub mod report;
