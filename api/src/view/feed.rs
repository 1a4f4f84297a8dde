//! Events as programs see them: keys and a name, and the particulars on request.

use domain::event::Visibility;
use persistence::feed::FeedLine;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::history::{Detail, particulars};

/// An event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EventView {
    /// The same wherever it is told: in the log, in the stream, at a webhook.
    #[schema(example = "evt_01J0000000000000000000000")]
    pub id: String,
    /// Its place in the feed of the zone; read on behind it with `after`.
    pub position: i64,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(example = "gc.stage.started")]
    pub name: &'static str,
    /// When it was recorded.
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
    /// When it is said to have happened.
    #[serde(with = "time::serde::rfc3339")]
    pub happened_at: OffsetDateTime,
    /// True when it was recorded more than a working day late (补录).
    pub is_late_entry: bool,
    /// True for what staff alone may read.
    pub is_internal: bool,
    /// The project.
    #[schema(example = "prj_01J0000000000000000000000")]
    pub project: String,
    /// The stage, if it is about one.
    #[schema(example = "stg_01J0000000000000000000000")]
    pub stage: Option<String>,
    /// Its number in the record of the project.
    pub seq: i64,
    /// The particulars, with `include=full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Detail, required = false)]
    pub detail: Option<Detail>,
}

/// A line of the feed as programs see it, with its particulars if `is_full`.
pub fn event_view(found: &FeedLine, is_full: bool) -> EventView {
    let event = &found.line.event;
    EventView {
        id: found.id.to_string(),
        position: found.position,
        name: event.fact.name(),
        time: found.line.recorded_at,
        happened_at: event.happened_at,
        is_late_entry: event.is_late_entry,
        is_internal: event.fact.visibility() == Visibility::Internal,
        project: found.project.to_string(),
        stage: event.stage.map(|stage| stage.to_string()),
        seq: found.line.seq,
        detail: is_full.then(|| particulars(&event.fact)),
    }
}
