//! What is sent: a `CloudEvent` 1.0 in its structured form. Keys and a name, and the particulars for who asked for
//! them; whoever needs more asks the API, where rights are looked at again.

use domain::id::EventId;
use persistence::feed::FeedLine;
use serde::Serialize;
use time::OffsetDateTime;

use crate::view::{
    feed::{EventView, event_view},
    history::Detail,
};

/// The media type of a body.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";
/// Bytes of a body; receivers may refuse more. Particulars that do not fit stay here.
pub const BYTES_MAX: usize = 20_000;

#[derive(Serialize)]
struct CloudEvent<'a, T> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    name: &'a str,
    subject: &'a str,
    #[serde(with = "time::serde::rfc3339")]
    time: OffsetDateTime,
    datacontenttype: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<String>,
    data: T,
}

#[derive(Serialize)]
struct Data<'a> {
    project: &'a str,
    stage: Option<&'a str>,
    seq: i64,
    position: i64,
    #[serde(with = "time::serde::rfc3339")]
    happened_at: OffsetDateTime,
    is_late_entry: bool,
    is_internal: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a Detail>,
}

#[derive(Serialize)]
struct TestData<'a> {
    webhook: &'a str,
}

/// What stands as the source of every event.
pub fn source(public_url: &str) -> String {
    format!("{public_url}/api/v1")
}

/// The body of an event.
pub fn body(line: &FeedLine, is_full: bool, source: &str) -> Result<String, serde_json::Error> {
    let view = event_view(line, is_full);
    let full = write(&view, view.detail.as_ref(), source)?;
    if full.len() <= BYTES_MAX {
        return Ok(full);
    }
    write(&view, None, source)
}

fn write(
    view: &EventView,
    detail: Option<&Detail>,
    source: &str,
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&CloudEvent {
        specversion: "1.0",
        id: &view.id,
        source,
        name: view.name,
        subject: view.stage.as_deref().unwrap_or(&view.project),
        time: view.time,
        datacontenttype: "application/json",
        sequence: Some(view.position.to_string()),
        data: Data {
            project: &view.project,
            stage: view.stage.as_deref(),
            seq: view.seq,
            position: view.position,
            happened_at: view.happened_at,
            is_late_entry: view.is_late_entry,
            is_internal: view.is_internal,
            detail,
        },
    })
}

/// The name of a test.
pub const TESTED: &str = "gc.webhook.tested";

/// The body of a test.
pub fn test_body(
    id: EventId,
    webhook: &str,
    at: OffsetDateTime,
    source: &str,
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&CloudEvent {
        specversion: "1.0",
        id: &id.to_string(),
        source,
        name: TESTED,
        subject: webhook,
        time: at,
        datacontenttype: "application/json",
        sequence: None,
        data: TestData { webhook },
    })
}
