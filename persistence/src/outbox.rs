//! The outbox: letters to send. What a worker does with one is in `delivery`, looking at them in
//! `list`.
//!
//! ```text
//! pending -> sending (intent committed) -> sent
//!    |          |-> pending   definite refusal: later again
//!    |          |-> dead      permanent refusal, or given up
//!    |          `-> ambiguous no answer was read: once more after a while, then uncertain
//!    `-> cancelled            no longer stalled when it was to be written
//! ```
//!
//! A worker leases a letter before it touches it. A lease that ends gives the letter back; the fence keeps a late worker from settling what is not its
//! own any more. Bytes are rendered once and sent again as they are.

mod delivery;
mod list;
mod make;
mod webhook;

use diesel::prelude::*;
use domain::{
    id::{
        AlertId, AttemptId, DeviceId, LetterId, PersonId, ProjectId, ProposalId, StageId,
        WebhookId, ZoneId,
    },
    notice::Matter,
    office::Office,
    project::Step,
};
use time::OffsetDateTime;

pub use self::{
    delivery::Settlement,
    make::{alert_letter, calendar_letter, code_letter, device_letter, letter_id},
    webhook::webhook_letter,
};
use crate::{
    error::StoreError,
    prepared::insert_each,
    schema::outbox,
    store::Tx,
    types::{At, Key},
};

/// What a letter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterMatter {
    /// A rung fired.
    Escalation(AlertId),
    /// A decision's message.
    Notice(Matter),
    /// The zone's working calendar has moved dates of the reader's.
    CalendarChanged(ProposalId),
    /// Nothing is sent to an address of the reader's any more.
    WebhookStopped(WebhookId),
    /// Somebody signs in by mail.
    SignInCode(AttemptId),
    /// Somebody has signed in with a browser for the first time.
    NewDevice(DeviceId),
}

/// How far a letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterState {
    /// Waits for its time or for a worker.
    Pending,
    /// The worker was about to send the body.
    Sending,
    /// No answer to the body was read; it may have arrived.
    Ambiguous,
    /// The server took it.
    Sent,
    /// No longer needed when it was to be written.
    Cancelled,
    /// Refused for good, or given up.
    Dead,
    /// Ambiguous twice; people must look.
    Uncertain,
}

impl LetterState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Sending,
        Self::Ambiguous,
        Self::Sent,
        Self::Cancelled,
        Self::Dead,
        Self::Uncertain,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Ambiguous => "ambiguous",
            Self::Sent => "sent",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
            Self::Uncertain => "uncertain",
        }
    }

    fn of_code(code: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or_else(|| StoreError::Corrupt {
                what: format!("letter state {code:?}"),
            })
    }

    /// True when nothing more will happen to the letter by itself.
    pub fn is_settled(self) -> bool {
        matches!(
            self,
            Self::Sent | Self::Cancelled | Self::Dead | Self::Uncertain
        )
    }
}

/// A letter to queue.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// The key it gets; derived, so that a repeated sweep proposes the same letter.
    pub id: LetterId,
    /// Unique in the zone: a second proposal under the same key is left alone.
    pub dedupe_key: String,
    /// What it is about.
    pub matter: LetterMatter,
    /// The project and the stage, if it is about one.
    pub about: Option<(ProjectId, StageId)>,
    /// To whom.
    pub person: PersonId,
    /// Not to be sent before.
    pub not_before: OffsetDateTime,
}

/// A letter in the outbox.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Key.
    pub id: LetterId,
    /// Unique in the zone.
    pub dedupe_key: String,
    /// What it is about.
    pub matter: LetterMatter,
    /// The project and the stage, if it is about one.
    pub about: Option<(ProjectId, StageId)>,
    /// To whom.
    pub person: PersonId,
    /// How far it is.
    pub state: LetterState,
    /// When it was queued.
    pub created_at: OffsetDateTime,
    /// When it was settled.
    pub settled_at: Option<OffsetDateTime>,
    /// Counts up with every lease.
    pub fence: i64,
    /// How often it was refused for now.
    pub attempts: i32,
    /// How often no answer was read.
    pub ambiguous: i32,
    /// What was rendered, once it was.
    pub rendered: Option<RenderedLetter>,
    /// The last refusal.
    pub last_error: Option<String>,
}

/// The bytes of a letter, rendered once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedLetter {
    /// Stable over every attempt.
    pub message_id: String,
    /// Where it goes.
    pub address: String,
    /// For lists; the bytes say the same.
    pub subject: String,
    /// The whole message.
    pub bytes: Vec<u8>,
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct LetterRow {
    zone_id: Key,
    id: Key,
    dedupe_key: String,
    matter: String,
    project_id: Option<Key>,
    stage_id: Option<Key>,
    alert_id: Option<Key>,
    person_id: Key,
    state: String,
    not_before: At,
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
}

const SIGN_IN_CODE: &str = "sign_in_code";
const NEW_DEVICE: &str = "new_device";
const ESCALATION: &str = "escalation";
const CALENDAR_CHANGED: &str = "calendar_changed";
const WEBHOOK_STOPPED: &str = "webhook_stopped";

impl LetterRow {
    fn of(zone: ZoneId, new: &NewLetter, now: OffsetDateTime) -> Self {
        let (matter, alert_id, proposal_id) = match new.matter {
            LetterMatter::Escalation(alert) => (ESCALATION, Some(Key(alert.0)), None),
            LetterMatter::Notice(matter) => (matter.code(), None, None),
            LetterMatter::CalendarChanged(proposal) => {
                (CALENDAR_CHANGED, None, Some(Key(proposal.0)))
            }
            LetterMatter::WebhookStopped(_) => (WEBHOOK_STOPPED, None, None),
            LetterMatter::SignInCode(_) => (SIGN_IN_CODE, None, None),
            LetterMatter::NewDevice(_) => (NEW_DEVICE, None, None),
        };
        let (attempt_id, device_id) = match new.matter {
            LetterMatter::SignInCode(attempt) => (Some(Key(attempt.0)), None),
            LetterMatter::NewDevice(device) => (None, Some(Key(device.0))),
            LetterMatter::Escalation(_)
            | LetterMatter::Notice(_)
            | LetterMatter::CalendarChanged(_)
            | LetterMatter::WebhookStopped(_) => (None, None),
        };
        Self {
            zone_id: Key(zone.0),
            id: Key(new.id.0),
            dedupe_key: new.dedupe_key.clone(),
            matter: matter.to_owned(),
            project_id: new.about.map(|(project, _)| Key(project.0)),
            stage_id: new.about.map(|(_, stage)| Key(stage.0)),
            alert_id,
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
            proposal_id,
            webhook_id: match new.matter {
                LetterMatter::WebhookStopped(hook) => Some(Key(hook.0)),
                LetterMatter::Escalation(_)
                | LetterMatter::Notice(_)
                | LetterMatter::CalendarChanged(_)
                | LetterMatter::SignInCode(_)
                | LetterMatter::NewDevice(_) => None,
            },
            attempt_id,
            device_id,
        }
    }

    fn read(self) -> Result<Letter, StoreError> {
        let of_sign_in = match (self.matter.as_str(), self.attempt_id, self.device_id) {
            (SIGN_IN_CODE, Some(attempt), _) => {
                Some(LetterMatter::SignInCode(AttemptId(attempt.0)))
            }
            (NEW_DEVICE, _, Some(device)) => Some(LetterMatter::NewDevice(DeviceId(device.0))),
            _ => None,
        };
        let matter = match (self.matter.as_str(), self.alert_id, self.proposal_id) {
            (SIGN_IN_CODE | NEW_DEVICE, ..) => of_sign_in.ok_or_else(|| StoreError::Corrupt {
                what: format!("a letter of the matter {:?} about nothing", self.matter),
            })?,
            (ESCALATION, Some(alert), _) => LetterMatter::Escalation(AlertId(alert.0)),
            (CALENDAR_CHANGED, _, Some(proposal)) => {
                LetterMatter::CalendarChanged(ProposalId(proposal.0))
            }
            (WEBHOOK_STOPPED, ..) => self
                .webhook_id
                .map(|hook| LetterMatter::WebhookStopped(WebhookId(hook.0)))
                .ok_or_else(|| StoreError::Corrupt {
                    what: "a letter about no webhook".to_owned(),
                })?,
            (other, ..) => {
                let matter = Matter::of_code(other).ok_or_else(|| StoreError::Corrupt {
                    what: format!("letter matter {other:?}"),
                })?;
                LetterMatter::Notice(matter)
            }
        };
        let rendered = match (self.message_id, self.address, self.subject, self.bytes) {
            (Some(message_id), Some(address), Some(subject), Some(bytes)) => Some(RenderedLetter {
                message_id,
                address,
                subject,
                bytes,
            }),
            _ => None,
        };
        Ok(Letter {
            id: LetterId(self.id.0),
            dedupe_key: self.dedupe_key,
            matter,
            about: self
                .project_id
                .zip(self.stage_id)
                .map(|(project, stage)| (ProjectId(project.0), StageId(stage.0))),
            person: PersonId(self.person_id.0),
            state: LetterState::of_code(&self.state)?,
            created_at: self.created_at.0,
            settled_at: self.settled_at.map(|at| at.0),
            fence: self.fence,
            attempts: self.attempts,
            ambiguous: self.ambiguous,
            rendered,
            last_error: self.last_error,
        })
    }
}

impl Tx {
    /// Queues letters; one whose key is queued already is left alone. Gives how many are new.
    pub async fn queue_letters(
        &mut self,
        zone: ZoneId,
        letters: &[NewLetter],
        now: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let mut rows: Vec<LetterRow> = letters
            .iter()
            .map(|letter| LetterRow::of(zone, letter, now))
            .collect();
        // Workers that queue the same letters wait for each other in the same order, never in a circle.
        rows.sort_by_key(|row| row.id);
        let queued: Vec<usize> = insert_each!(self, execute, &rows, values => {
            diesel::insert_into(outbox::table)
                .values(values)
                // Key and dedupe key say the same; whichever index another worker reached first decides.
                .on_conflict_do_nothing()
        });
        Ok(queued.iter().sum())
    }

    /// Queues the notices of a step, each once per project version and recipient: whoever is named, and whoever
    /// stands in for them today.
    pub(crate) async fn queue_notices(
        &mut self,
        office: &Office,
        step: &Step,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        if step.notices.is_empty() {
            return Ok(());
        }
        let directory = self.directory(office.zone).await?;
        let roster = directory.roster(office.time.day_of(now));
        let told = step.notices.iter().flat_map(|notice| {
            // Who is away hears of it too, and reads it afterwards.
            let people = roster.reached_by(notice.to);
            people.map(move |person| (notice, person))
        });
        let letters: Vec<NewLetter> = told
            .map(|(notice, to)| {
                let (stage, at) = (notice.stage, now.unix_timestamp_nanos());
                let dedupe_key = format!("v1:{}:{stage}:{to}:{at}", notice.matter.code());
                NewLetter {
                    id: letter_id(office.zone, &dedupe_key),
                    dedupe_key,
                    matter: LetterMatter::Notice(notice.matter),
                    about: Some((step.project.id, notice.stage)),
                    person: to,
                    not_before: office.letter_time(now),
                }
            })
            .collect();
        self.queue_letters(office.zone, &letters, now).await?;
        Ok(())
    }
}
