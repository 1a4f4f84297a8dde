//! The record that proves itself: checkpoints, where they are kept, that nothing can be changed unseen, who
//! reads it; and what never gets into a log.

mod canary;
mod checkpoint;
mod outlet;
mod panic;
mod reading;
mod tamper;
