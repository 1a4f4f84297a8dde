//! Delivery: lease, write once, intend, send, settle.
//!
//! No transaction is open while a letter is on the wire. The state changes first, then the letter goes:
//! after a crash nobody has to guess what was promised, only whether one letter arrived, and that letter
//! carries the same Message-ID if it is sent once more.

use domain::{id::ZoneId, text::Language};
use persistence::{
    Store, StoreError,
    outbox::{Letter as Queued, LetterMatter, LetterState, RenderedLetter, Settlement},
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    compose::{self, Composed},
    letter,
    mailer::{Mailer, Outcome, retry_delay},
    mime::{self, Envelope},
};

/// Letters that one worker holds at a time. Few, so that a crash delays few.
const LETTERS_PER_LEASE: i64 = 10;
/// How long a worker may hold letters. Longer than ten deliveries to a slow server take.
const LEASE: Duration = Duration::minutes(5);
/// How long a letter may be on the wire: longer than the wait for the reply to its last line.
const SENDING_LEASE: Duration = Duration::minutes(15);
/// How long a letter of unknown fate rests before it is sent once more.
const AMBIGUOUS_HOLD: Duration = Duration::minutes(15);
/// How often a letter of unknown fate is sent again.
const AMBIGUOUS_RESENDS_MAX: i32 = 1;
/// How long to leave the relay alone after it could not be reached.
const RELAY_REST: Duration = Duration::minutes(1);
/// Definite refusals after which a letter is given up: with the delays of `retry_delay` about three days.
const ATTEMPTS_MAX: i32 = 24;

/// What every letter of a zone has in common.
#[derive(Debug, Clone)]
pub struct Postmark {
    /// Where the pages are, without a trailing slash; every link in a letter begins with it.
    pub public_url: String,
    /// The sender's address.
    pub from_address: String,
    /// The part of a Message-ID behind the at sign.
    pub message_domain: String,
    /// Keeps strangers from guessing Message-IDs.
    pub message_key: Vec<u8>,
}

/// What delivery needs: where letters lie, how they go out, and who is working.
pub struct Post<'a> {
    /// Where letters lie.
    pub store: &'a Store,
    /// Whose.
    pub zone: ZoneId,
    /// How they go out.
    pub mailer: &'a Mailer,
    /// What they have in common.
    pub postmark: &'a Postmark,
    /// Fresh for every start of the process, so that a lease is never mistaken for one's own.
    pub worker: Uuid,
}

/// What a delivery did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Letters the server took.
    pub sent: usize,
    /// Letters whose reason had gone.
    pub cancelled: usize,
    /// Letters that will be tried again.
    pub postponed: usize,
    /// Letters refused for good or given up; people must look.
    pub dead: usize,
    /// Letters of unknown fate.
    pub ambiguous: usize,
    /// True when the relay could not be reached.
    pub is_relay_down: bool,
}

/// Sends every letter that is due. `now` is asked again for every letter, because sending takes time.
pub async fn deliver(
    post: &Post<'_>,
    now: &dyn Fn() -> OffsetDateTime,
) -> Result<Delivered, StoreError> {
    let mut delivered = Delivered::default();
    loop {
        let (zone, worker, at) = (post.zone, post.worker, now());
        let leased = post
            .store
            .write(async move |tx| {
                tx.lease_letters(zone, worker, (at, LEASE), LETTERS_PER_LEASE)
                    .await
            })
            .await?;
        if leased.is_empty() {
            return Ok(delivered);
        }
        for queued in leased {
            let settlement = if delivered.is_relay_down {
                Some(rest(
                    "the relay could not be reached for the letter before",
                    now(),
                ))
            } else {
                dispatch(post, &queued, now).await?
            };
            let Some(settlement) = settlement else {
                continue;
            };
            delivered.count(&settlement);
            let at = now();
            let is_ours = post
                .store
                .write(async move |tx| tx.settle(zone, &queued, &settlement, at).await)
                .await?;
            if !is_ours {
                tracing::warn!("a letter was settled by another worker");
            }
        }
        if delivered.is_relay_down {
            return Ok(delivered);
        }
    }
}

impl Delivered {
    fn count(&mut self, settlement: &Settlement) {
        match settlement {
            Settlement::Sent => self.sent += 1,
            Settlement::Cancelled => self.cancelled += 1,
            Settlement::Retry { counts, .. } => {
                self.postponed += 1;
                self.is_relay_down |= !counts;
            }
            Settlement::Ambiguous { .. } | Settlement::Uncertain { .. } => self.ambiguous += 1,
            Settlement::Dead { .. } => self.dead += 1,
        }
    }
}

fn rest(reason: &str, at: OffsetDateTime) -> Settlement {
    Settlement::Retry {
        at: at + RELAY_REST,
        reason: reason.to_owned(),
        counts: false,
    }
}

fn unknown_fate(queued: &Queued, reason: String, at: OffsetDateTime) -> Settlement {
    if queued.ambiguous < AMBIGUOUS_RESENDS_MAX {
        Settlement::Ambiguous {
            at: at + AMBIGUOUS_HOLD,
            reason,
        }
    } else {
        Settlement::Uncertain { reason }
    }
}

/// One letter; `None` when the lease was lost before a byte of it went out.
async fn dispatch(
    post: &Post<'_>,
    queued: &Queued,
    now: &dyn Fn() -> OffsetDateTime,
) -> Result<Option<Settlement>, StoreError> {
    if queued.state == LetterState::Sending {
        let reason = "the worker stopped while sending".to_owned();
        return Ok(Some(unknown_fate(queued, reason, now())));
    }
    let (zone, at, postmark) = (post.zone, now(), post.postmark);
    let composed = post
        .store
        .read(async |tx: &mut persistence::Tx| {
            compose::compose(tx, zone, queued, (postmark, at)).await
        })
        .await?;
    let Some(composed) = composed else {
        return Ok(Some(Settlement::Cancelled));
    };
    let rendered = match &queued.rendered {
        Some(rendered) => rendered.clone(),
        None => match write(post, queued, &composed, at) {
            Ok(rendered) => {
                let (kept, letter) = (rendered.clone(), queued.clone());
                let is_ours = post
                    .store
                    .write(async move |tx| tx.keep_rendered(zone, &letter, &kept).await)
                    .await?;
                if !is_ours {
                    return Ok(None);
                }
                rendered
            }
            Err(reason) => return Ok(Some(Settlement::Dead { reason })),
        },
    };
    Ok(send(post, queued, &rendered, now))
}

/// Puts a letter into words and bytes.
fn write(
    post: &Post<'_>,
    queued: &Queued,
    composed: &Composed,
    at: OffsetDateTime,
) -> Result<RenderedLetter, String> {
    let reader = &composed.reader;
    let address = reader
        .email
        .clone()
        .ok_or("the reader has no mail address")?;
    let language: Language = reader.language;
    let words = letter::render(&composed.letter, language).map_err(|error| error.to_string())?;
    let postmark = post.postmark;
    let message_id = mime::message_id(
        &postmark.message_key,
        &queued.dedupe_key,
        &postmark.message_domain,
    );
    let domain = &postmark.message_domain;
    // Letters about one stage are one thread of one project's list.
    let (thread_root, list_id) = match queued.about {
        Some((project, stage)) => (
            Some(format!("<gc.stage.{stage}@{domain}>")),
            format!("<project.{project}.{domain}>"),
        ),
        None => match queued.matter {
            LetterMatter::SignInCode(_) | LetterMatter::NewDevice(_) => {
                (None, format!("<account.{domain}>"))
            }
            LetterMatter::WebhookStopped(_) => (None, format!("<webhook.{domain}>")),
            LetterMatter::Escalation(_)
            | LetterMatter::Notice(_)
            | LetterMatter::CalendarChanged(_) => (None, format!("<calendar.{domain}>")),
        },
    };
    let envelope = Envelope {
        from_name: composed.zone_name.get(language).to_owned(),
        from_address: postmark.from_address.clone(),
        to_name: reader.name.clone(),
        to_address: address.clone(),
        message_id: message_id.clone(),
        date: at,
        thread_root,
        list_id: Some(list_id),
        reply_to: None,
    };
    let bytes = mime::build(&words, &envelope).map_err(|error| error.to_string())?;
    Ok(RenderedLetter {
        message_id,
        address,
        subject: words.subject,
        bytes,
    })
}

fn send(
    post: &Post<'_>,
    queued: &Queued,
    rendered: &RenderedLetter,
    now: &dyn Fn() -> OffsetDateTime,
) -> Option<Settlement> {
    let mut intend = || {
        let (zone, letter, until) = (post.zone, queued.clone(), now() + SENDING_LEASE);
        let intent = post
            .store
            .write(async move |tx| tx.intend(zone, &letter, until).await);
        // The mailer talks on this thread; the store answers from its own.
        pollster::block_on(intent).unwrap_or_else(|error| {
            tracing::error!(%error, "the intent to send could not be recorded");
            false
        })
    };
    let from = &post.postmark.from_address;
    let outcome = post
        .mailer
        .send(from, &rendered.address, &rendered.bytes, &mut intend);
    let at = now();
    match outcome {
        Outcome::Accepted { .. } => Some(Settlement::Sent),
        Outcome::Retry {
            reason,
            is_throttled: false,
            ..
        } if queued.attempts + 1 >= ATTEMPTS_MAX => Some(Settlement::Dead {
            reason: format!("given up after {ATTEMPTS_MAX} attempts: {reason}"),
        }),
        Outcome::Retry {
            reason,
            is_throttled: false,
            ..
        } => Some(Settlement::Retry {
            at: at + retry_delay(u32::try_from(queued.attempts + 1).unwrap_or(u32::MAX)),
            reason,
            counts: true,
        }),
        Outcome::Refused { reason } => Some(Settlement::Dead { reason }),
        Outcome::RelayDown { reason }
        | Outcome::Retry {
            reason,
            is_throttled: true,
            ..
        } => Some(rest(&reason, at)),
        Outcome::Ambiguous { reason } => Some(unknown_fate(queued, reason, at)),
        Outcome::Aborted => None,
    }
}
