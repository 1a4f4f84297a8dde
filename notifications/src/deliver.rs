//! Delivery: merge, lease, write once, intend, send, settle.
//!
//! No transaction is open while a letter is on the wire. The state changes first, then the letter goes:
//! after a crash nobody has to guess what was promised, only whether one letter arrived, and that letter
//! carries the same Message-ID if it is sent once more.
//!
//! | question | file |
//! |---|---|
//! | How much may leave? | `limits` |
//! | Which letters are told in one? | `merge` |
//! | Which words and bytes is it, and is it still wanted? | `write` |
//! | What is committed before the first byte leaves? | `intent` |
//! | Who hears of a letter that did not reach its reader? | `loss` |

use domain::id::ZoneId;
use persistence::{
    Store, StoreError, Tx,
    outbox::{Cause, Letter as Queued, RenderedLetter, Settlement},
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use self::limits::Limits;
use self::{
    intent::{Intent, Refusal},
    write::Written,
};
use crate::mailer::{Mailer, Outcome, Phase, retry_delay};

mod intent;
mod limits;
mod loss;
mod merge;
mod write;

/// Letters that one worker holds at a time. Few, so that a crash delays few.
const LETTERS_PER_LEASE: i64 = 10;
/// How long a worker may hold letters. Longer than ten deliveries to a slow server take.
const LEASE: Duration = Duration::minutes(5);
/// How long a letter of unknown fate rests before it is sent once more.
const AMBIGUOUS_HOLD: Duration = Duration::minutes(15);
/// How often a letter of unknown fate is sent again.
const AMBIGUOUS_RESENDS_MAX: i32 = 1;
/// How long to leave the relay alone after it could not be used. One failure is enough: whatever hinders one
/// letter before it is looked at hinders all, and a minute of waiting harms none.
const RELAY_REST: Duration = Duration::minutes(1);
/// How long whoever asks for fewer letters gets none.
const THROTTLE_REST: Duration = Duration::minutes(10);
/// Definite refusals after which a letter is given up: with the delays of `retry_delay` about three days.
const ATTEMPTS_MAX: i32 = 24;
/// A letter that is this old is given up at the next refusal: RFC 5321, 4.5.4.1 asks for four or five days.
const GIVE_UP_AFTER: Duration = Duration::days(5);

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
    /// How much may leave.
    pub limits: Limits,
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
    /// What time it is.
    pub now: &'a dyn Fn() -> OffsetDateTime,
    /// How long the machine has been on, its sleep included; from any beginning.
    pub uptime: &'a dyn Fn() -> std::time::Duration,
}

/// What a delivery did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Letters the server took.
    pub sent: usize,
    /// Letters whose reason had gone.
    pub cancelled: usize,
    /// Letters for which a digest speaks.
    pub covered: usize,
    /// Letters that will be tried again.
    pub postponed: usize,
    /// Letters refused for good or given up; people must look.
    pub dead: usize,
    /// Letters of unknown fate.
    pub ambiguous: usize,
    /// True when the relay could not be used.
    pub is_relay_down: bool,
}

/// Sends every letter that is due.
pub async fn deliver(post: &Post<'_>) -> Result<Delivered, StoreError> {
    let mut delivered = Delivered::default();
    let (zone, at) = (post.zone, (post.now)());
    let relay = async |tx: &mut Tx| tx.relay_down(zone).await;
    let relay = post.store.read(relay).await?;
    if relay.as_ref().is_some_and(|relay| relay.rest_until > at) {
        delivered.is_relay_down = true;
        return Ok(delivered);
    }
    let mut was_down = relay.is_some();
    delivered.covered = merge::merge(post).await?;
    loop {
        let (worker, at) = (post.worker, (post.now)());
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
        for Written { queued, what } in write::write(post, leased).await? {
            let settlement = match what {
                Err(settlement) => settlement,
                Ok(_) if delivered.is_relay_down => Settlement::Retry {
                    at: (post.now)() + RELAY_REST,
                    reason: "the relay rests".to_owned(),
                    cause: Cause::Pace,
                },
                Ok(rendered) => match send(post, &queued, &rendered) {
                    Some(settlement) => settlement,
                    None => continue,
                },
            };
            delivered.count(&settlement);
            settle(post, queued, settlement, &mut was_down).await?;
        }
        if delivered.is_relay_down {
            return Ok(delivered);
        }
    }
}

impl Delivered {
    fn count(&mut self, settlement: &Settlement) {
        match settlement {
            Settlement::Sent { .. } => self.sent += 1,
            Settlement::Cancelled => self.cancelled += 1,
            Settlement::Retry { cause, .. } => {
                self.postponed += 1;
                self.is_relay_down |= *cause == Cause::Relay;
            }
            Settlement::Ambiguous { .. } | Settlement::Uncertain { .. } => self.ambiguous += 1,
            Settlement::Dead { .. } => self.dead += 1,
        }
    }
}

/// Records what became of a letter, with what follows from it: somebody else is told of a loss, and all
/// replicas know whether the relay works.
async fn settle(
    post: &Post<'_>,
    queued: Queued,
    settlement: Settlement,
    was_down: &mut bool,
) -> Result<(), StoreError> {
    let (zone, at) = (post.zone, (post.now)());
    let relay = match &settlement {
        Settlement::Retry {
            cause: Cause::Relay,
            reason,
            at: rest_until,
        } => Some(Err((reason.clone(), *rest_until))),
        Settlement::Sent { .. } if *was_down => Some(Ok(())),
        Settlement::Sent { .. }
        | Settlement::Cancelled
        | Settlement::Retry { .. }
        | Settlement::Ambiguous { .. }
        | Settlement::Uncertain { .. }
        | Settlement::Dead { .. } => None,
    };
    *was_down = match relay {
        Some(Err(_)) => true,
        Some(Ok(())) => false,
        None => *was_down,
    };
    let is_ours = post
        .store
        .write(async move |tx| {
            if !tx.settle(zone, &queued, &settlement, at).await? {
                return Ok(false);
            }
            if settlement.is_loss() {
                loss::tell(tx, zone, &queued, at).await?;
            }
            match relay {
                Some(Err((reason, rest_until))) => {
                    tx.relay_failed(zone, &reason, (at, rest_until)).await?;
                }
                Some(Ok(())) => tx.relay_works(zone).await?,
                None => {}
            }
            Ok::<_, StoreError>(true)
        })
        .await?;
    if !is_ours {
        tracing::warn!("a letter was settled by another worker");
    }
    Ok(())
}

fn rest(reason: &str, at: OffsetDateTime) -> Settlement {
    Settlement::Retry {
        at: at + RELAY_REST,
        reason: reason.to_owned(),
        cause: Cause::Relay,
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

/// Sends a letter; `None` when its lease was lost before a byte of it went out, or when what became of it is
/// recorded already.
fn send(post: &Post<'_>, queued: &Queued, rendered: &RenderedLetter) -> Option<Settlement> {
    let mut intent = Intent::new(post, queued, &rendered.address);
    let from = &post.postmark.from_address;
    let outcome = post
        .mailer
        .send(from, &rendered.address, &rendered.bytes, &mut || {
            intent.commit()
        });
    let at = (post.now)();
    Some(match outcome {
        Outcome::Accepted { reply } => Settlement::Sent { reply },
        Outcome::Retry {
            reason,
            is_throttled: false,
            ..
        } => refused_for_now(queued, reason, at),
        Outcome::Retry {
            reason,
            at_phase: Phase::MailFrom,
            is_throttled: true,
        }
        | Outcome::RelayDown { reason } => rest(&reason, at),
        Outcome::Retry {
            reason,
            is_throttled: true,
            ..
        } => throttled(queued, reason, at),
        Outcome::Refused { reason } => Settlement::Dead { reason },
        Outcome::Ambiguous { reason } => unknown_fate(queued, reason, at),
        Outcome::Aborted => match intent.refusal {
            Some(Refusal::Slept) => Settlement::Retry {
                at,
                reason: "the machine slept before the first byte left".to_owned(),
                cause: Cause::Pace,
            },
            Some(Refusal::Settled | Refusal::NotOurs) | None => return None,
        },
    })
}

fn refused_for_now(queued: &Queued, reason: String, at: OffsetDateTime) -> Settlement {
    let attempts = queued.attempts + 1;
    if attempts >= ATTEMPTS_MAX || at - queued.created_at >= GIVE_UP_AFTER {
        return Settlement::Dead {
            reason: format!("given up after {attempts} attempts: {reason}"),
        };
    }
    let delay = retry_delay(u32::try_from(attempts).unwrap_or(u32::MAX));
    Settlement::Retry {
        at: at + spread(queued, delay),
        reason,
        cause: Cause::Letter,
    }
}

/// A mailbox is full, or its domain wants fewer letters: not this letter's fault, unless it goes on for days.
fn throttled(queued: &Queued, reason: String, at: OffsetDateTime) -> Settlement {
    if at - queued.created_at >= GIVE_UP_AFTER {
        return Settlement::Dead {
            reason: format!(
                "given up after {} days: {reason}",
                GIVE_UP_AFTER.whole_days()
            ),
        };
    }
    Settlement::Retry {
        at: at + spread(queued, THROTTLE_REST),
        reason,
        cause: Cause::Pace,
    }
}

/// A fifth more or less, so that what failed together does not come back together. Told by the letter's key:
/// delivery has no dice.
fn spread(queued: &Queued, delay: Duration) -> Duration {
    const PERCENT: u128 = 41;
    let turn = u128::try_from(queued.attempts).unwrap_or_default();
    let share = (queued.id.0.as_u128().wrapping_add(turn.wrapping_mul(7_919))) % PERCENT;
    delay * (80 + u32::try_from(share).unwrap_or_default()) / 100_u32
}
