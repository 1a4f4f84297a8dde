//! Checkpoints in time, and where they go.
