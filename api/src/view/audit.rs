//! The security record, for those who audit it.

use std::collections::BTreeMap;

use domain::id::PersonId;
use persistence::{person::Directory, security::RecordedSecurityEvent};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::schema;
use crate::audit::status::Status;

/// A line of the security record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditLineView {
    /// Its number.
    pub seq: i64,
    /// When it was recorded.
    #[serde(with = "time::serde::rfc3339")]
    pub recorded_at: OffsetDateTime,
    /// What happened, by its stable code.
    #[schema(value_type = schema::SecurityAct)]
    pub act: &'static str,
    /// `done` or `refused`.
    pub outcome: &'static str,
    /// Who did it, `per_...`; absent for a stranger or the system.
    pub actor: Option<String>,
    /// The name of that person, as it is now.
    pub actor_name: Option<String>,
    /// To what or whom, as a printed identifier.
    pub object: Option<String>,
    /// The name of that person, where it is one.
    pub object_name: Option<String>,
    /// From which network address.
    pub address: Option<String>,
    /// What else was told; `before` and `after` where something was changed.
    pub detail: BTreeMap<String, String>,
}

impl AuditLineView {
    /// A line with the names of its people.
    pub fn of(line: RecordedSecurityEvent, directory: &Directory) -> Self {
        let name = |id: PersonId| directory.people.get(&id).map(|person| person.name.clone());
        let event = line.event;
        let on_person = event
            .object
            .as_deref()
            .and_then(|object| object.parse().ok());
        Self {
            seq: line.seq,
            recorded_at: line.recorded_at,
            act: event.act.code(),
            outcome: event.outcome.code(),
            actor: event.actor.map(|actor| actor.to_string()),
            actor_name: event.actor.and_then(name),
            object_name: on_person.and_then(name),
            object: event.object,
            address: event.address,
            detail: event.detail,
        }
    }
}

/// How the chain of the security record stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChainView {
    /// Every line up to this one holds.
    pub checked_to: i64,
    /// The last line.
    pub last: i64,
    /// The first line that does not hold.
    pub wrong: Option<i64>,
    /// The number of the last checkpoint.
    pub checkpoint: Option<i64>,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339::option")]
    pub checkpoint_at: Option<OffsetDateTime>,
    /// The last line that a checkpoint covers.
    pub covered_to: i64,
}

impl From<Status> for ChainView {
    fn from(status: Status) -> Self {
        Self {
            checked_to: status.checked_to,
            last: status.last,
            wrong: status.wrong,
            checkpoint: status.checkpoint.map(|(number, ..)| number),
            checkpoint_at: status.checkpoint.map(|(_, at, _)| at),
            covered_to: status.checkpoint.map_or(0, |(.., covered)| covered),
        }
    }
}

/// A page of the security record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPageView {
    /// Newest first.
    pub lines: Vec<AuditLineView>,
    /// The number before which the next page begins; `None` on the last.
    pub next: Option<i64>,
    /// How the chain stands.
    pub chain: ChainView,
}
