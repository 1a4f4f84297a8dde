//! The record that proves itself: checkpoints, where they are kept, and that nothing can be changed unseen.

mod checkpoint;
mod tamper;
