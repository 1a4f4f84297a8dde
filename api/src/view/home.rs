//! The front page.

use serde::Serialize;

/// What the front page tells everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct HomeView {
    /// Projects under way.
    pub open_projects: usize,
    /// Stages finished in the last 90 days.
    pub done_stages: usize,
    /// How many of those in time, in percent; `None` while there are too few to say.
    pub on_time_percent: Option<u8>,
}
