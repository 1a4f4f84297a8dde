//! A letter as a row.

use diesel::prelude::*;
use domain::{
    id::{
        AlertId, AttemptId, DeviceId, LetterId, PersonId, ProjectId, ProposalId, StageId,
        WebhookId, ZoneId,
    },
    notice::Matter,
};
use time::OffsetDateTime;

use super::{Letter, LetterMatter, LetterState, NewLetter, RenderedLetter};
use crate::{
    error::StoreError,
    schema::outbox,
    types::{At, Key},
};

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
pub(super) struct LetterRow {
    zone_id: Key,
    pub(super) id: Key,
    dedupe_key: String,
    matter: String,
    project_id: Option<Key>,
    stage_id: Option<Key>,
    alert_id: Option<Key>,
    person_id: Key,
    state: String,
    pub(super) not_before: At,
    created_at: At,
    settled_at: Option<At>,
    lease_owner: Option<Key>,
    lease_until: Option<At>,
    fence: i64,
    attempts: i32,
    ambiguous: i32,
    message_id: Option<String>,
    address: Option<String>,
    subject: Option<String>,
    bytes: Option<Vec<u8>>,
    last_error: Option<String>,
    proposal_id: Option<Key>,
    webhook_id: Option<Key>,
    attempt_id: Option<Key>,
    device_id: Option<Key>,
    covered_by: Option<Key>,
    instead_of: Option<Key>,
    heeded_by: Option<Key>,
    heeded_at: Option<At>,
}

pub(super) const SIGN_IN_CODE: &str = "sign_in_code";
pub(super) const NEW_DEVICE: &str = "new_device";
const ESCALATION: &str = "escalation";
pub(super) const CALENDAR_CHANGED: &str = "calendar_changed";
pub(super) const WEBHOOK_STOPPED: &str = "webhook_stopped";
const DIGEST: &str = "digest";
const UNDELIVERED: &str = "undelivered";

/// What a letter is about, as columns: its name, and the key of the thing.
#[derive(Default)]
struct MatterColumns {
    name: &'static str,
    alert: Option<Key>,
    proposal: Option<Key>,
    webhook: Option<Key>,
    attempt: Option<Key>,
    device: Option<Key>,
    lost: Option<Key>,
}

impl From<LetterMatter> for MatterColumns {
    fn from(matter: LetterMatter) -> Self {
        let named = |name| Self {
            name,
            ..Self::default()
        };
        match matter {
            LetterMatter::Escalation(alert) => Self {
                alert: Some(Key(alert.0)),
                ..named(ESCALATION)
            },
            LetterMatter::Notice(matter) => named(matter.code()),
            LetterMatter::CalendarChanged(proposal) => Self {
                proposal: Some(Key(proposal.0)),
                ..named(CALENDAR_CHANGED)
            },
            LetterMatter::WebhookStopped(hook) => Self {
                webhook: Some(Key(hook.0)),
                ..named(WEBHOOK_STOPPED)
            },
            LetterMatter::SignInCode(attempt) => Self {
                attempt: Some(Key(attempt.0)),
                ..named(SIGN_IN_CODE)
            },
            LetterMatter::NewDevice(device) => Self {
                device: Some(Key(device.0)),
                ..named(NEW_DEVICE)
            },
            LetterMatter::Digest => named(DIGEST),
            LetterMatter::Undelivered(lost) => Self {
                lost: Some(Key(lost.0)),
                ..named(UNDELIVERED)
            },
        }
    }
}

impl LetterRow {
    pub(super) fn of(zone: ZoneId, new: &NewLetter, now: OffsetDateTime) -> Self {
        let matter = MatterColumns::from(new.matter);
        Self {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            dedupe_key: new.dedupe_key.clone(),
            matter: matter.name.to_owned(),
            project_id: new.about.map(|(project, _)| Key(project.0)),
            stage_id: new.about.map(|(_, stage)| Key(stage.0)),
            alert_id: matter.alert,
            person_id: Key(new.person.0),
            state: LetterState::Pending.code().to_owned(),
            not_before: At(new.not_before),
            created_at: At(now),
            settled_at: None,
            lease_owner: None,
            lease_until: None,
            fence: 0,
            attempts: 0,
            ambiguous: 0,
            message_id: None,
            address: None,
            subject: None,
            bytes: None,
            last_error: None,
            proposal_id: matter.proposal,
            webhook_id: matter.webhook,
            attempt_id: matter.attempt,
            device_id: matter.device,
            covered_by: None,
            instead_of: matter.lost,
            heeded_by: None,
            heeded_at: None,
        }
    }

    fn matter(&self) -> Result<LetterMatter, StoreError> {
        let of = |key: Option<Key>| {
            key.map(|key| key.0).ok_or_else(|| StoreError::Corrupt {
                what: format!("a letter of the matter {:?} about nothing", self.matter),
            })
        };
        Ok(match self.matter.as_str() {
            ESCALATION => LetterMatter::Escalation(AlertId(of(self.alert_id)?)),
            CALENDAR_CHANGED => LetterMatter::CalendarChanged(ProposalId(of(self.proposal_id)?)),
            WEBHOOK_STOPPED => LetterMatter::WebhookStopped(WebhookId(of(self.webhook_id)?)),
            SIGN_IN_CODE => LetterMatter::SignInCode(AttemptId(of(self.attempt_id)?)),
            NEW_DEVICE => LetterMatter::NewDevice(DeviceId(of(self.device_id)?)),
            DIGEST => LetterMatter::Digest,
            UNDELIVERED => LetterMatter::Undelivered(LetterId(of(self.instead_of)?)),
            other => {
                let matter = Matter::of_code(other).ok_or_else(|| StoreError::Corrupt {
                    what: format!("letter matter {other:?}"),
                })?;
                LetterMatter::Notice(matter)
            }
        })
    }

    pub(super) fn read(self) -> Result<Letter, StoreError> {
        let matter = self.matter()?;
        let rendered = match (self.message_id, self.address, self.subject, self.bytes) {
            (Some(message_id), Some(address), Some(subject), Some(bytes)) => Some(RenderedLetter {
                message_id,
                address,
                subject,
                bytes,
            }),
            _ => None,
        };
        let about = self.project_id.zip(self.stage_id);
        let heeded = self.heeded_by.zip(self.heeded_at);
        Ok(Letter {
            id: LetterId(self.id.0),
            dedupe_key: self.dedupe_key,
            matter,
            about: about.map(|(project, stage)| (ProjectId(project.0), StageId(stage.0))),
            person: PersonId(self.person_id.0),
            state: LetterState::of_code(&self.state)?,
            not_before: self.not_before.0,
            created_at: self.created_at.0,
            settled_at: self.settled_at.map(|at| at.0),
            fence: self.fence,
            attempts: self.attempts,
            ambiguous: self.ambiguous,
            rendered,
            last_error: self.last_error,
            covered_by: self.covered_by.map(|key| LetterId(key.0)),
            heeded: heeded.map(|(by, at)| (PersonId(by.0), at.0)),
        })
    }
}
