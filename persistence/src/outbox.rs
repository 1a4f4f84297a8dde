//! The outbox: letters to send.
//!
//! ```text
//! pending -> sending (intent committed) -> sent
//!    |          |-> pending   definite refusal: later again
//!    |          |-> dead      permanent refusal, or given up
//!    |          `-> ambiguous no answer was read: once more after a while, then uncertain
//!    |-> covered              another letter, a digest, speaks for it
//!    `-> cancelled            no longer stalled when it was to be written
//! ```
//!
//! | question | file |
//! |---|---|
//! | What does a worker do with a letter? | `delivery`, each try in `attempt` |
//! | How much may leave, is the relay up? | `pace`, `relay` |
//! | Which letters are told in one? | `merge` |
//! | Which were lost, and who has taken note? | `lost` |
//! | What lies there? | `list` |
//!
//! A worker leases a letter before it touches it. A lease that ends gives the letter back; the fence keeps a
//! late worker from settling what is not its own any more. Bytes are rendered once and sent again as they are.

mod attempt;
mod delivery;
mod list;
mod lost;
mod make;
mod merge;
mod pace;
mod relay;
mod row;
mod webhook;

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

use self::row::{CALENDAR_CHANGED, LetterRow, NEW_DEVICE, SIGN_IN_CODE, WEBHOOK_STOPPED};
pub use self::{
    attempt::Attempt,
    delivery::{Cause, Settlement},
    list::PostWatch,
    make::{
        alert_letter, calendar_letter, code_letter, device_letter, digest_letter, letter_id,
        undelivered_letter,
    },
    relay::RelayState,
    webhook::webhook_letter,
};
use crate::{error::StoreError, prepared::insert_each, schema::outbox, store::Tx};

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
    /// Several letters told in one.
    Digest,
    /// A letter to somebody else did not reach its reader.
    Undelivered(LetterId),
}

impl LetterMatter {
    /// The alert that it is about, if it is about one.
    pub fn alert(self) -> Option<AlertId> {
        match self {
            Self::Escalation(alert) => Some(alert),
            Self::Notice(_)
            | Self::CalendarChanged(_)
            | Self::WebhookStopped(_)
            | Self::SignInCode(_)
            | Self::NewDevice(_)
            | Self::Digest
            | Self::Undelivered(_) => None,
        }
    }
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
    /// Another letter speaks for it.
    Covered,
    /// Refused for good, or given up.
    Dead,
    /// Ambiguous twice; people must look.
    Uncertain,
}

impl LetterState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Sending,
        Self::Ambiguous,
        Self::Sent,
        Self::Cancelled,
        Self::Covered,
        Self::Dead,
        Self::Uncertain,
    ];

    /// Those of letters that did not reach their readers, or may not have.
    pub const LOST: [Self; 2] = [Self::Dead, Self::Uncertain];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Ambiguous => "ambiguous",
            Self::Sent => "sent",
            Self::Cancelled => "cancelled",
            Self::Covered => "covered",
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
            Self::Sent | Self::Cancelled | Self::Covered | Self::Dead | Self::Uncertain
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
    /// Not to be sent before.
    pub not_before: OffsetDateTime,
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
    /// The letter that speaks for it.
    pub covered_by: Option<LetterId>,
    /// Who has taken note that it was not delivered, and when.
    pub heeded: Option<(PersonId, OffsetDateTime)>,
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
