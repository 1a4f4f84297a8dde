//! The last commit before the first byte: is the letter still ours, still wanted, and may it leave now?

use persistence::{
    StoreError, Tx,
    outbox::{Cause, Letter as Queued, Settlement},
};
use time::Duration;

use super::{Post, write::is_wanted};

/// How long a letter may be on the wire: longer than the wait for the reply to its last line.
const SENDING_LEASE: Duration = Duration::minutes(15);
/// A machine that took longer than this between commit and first byte has slept, and may be overtaken.
const SLEPT_MIN: std::time::Duration = std::time::Duration::from_secs(20);

/// Why a letter did not leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Another worker has it, or the store could not say.
    NotOurs,
    /// Not wanted any more, or as many as may leave have left: recorded already.
    Settled,
    /// The machine slept after the commit.
    Slept,
}

/// The intent to send one letter.
pub(super) struct Intent<'a> {
    post: &'a Post<'a>,
    queued: &'a Queued,
    address: &'a str,
    /// Why it did not leave, if it did not.
    pub(super) refusal: Option<Refusal>,
}

impl<'a> Intent<'a> {
    pub(super) fn new(post: &'a Post<'a>, queued: &'a Queued, address: &'a str) -> Self {
        Self {
            post,
            queued,
            address,
            refusal: None,
        }
    }

    /// Commits the intent. False when not a byte may leave; [`Intent::refusal`] then says why.
    pub(super) fn commit(&mut self) -> bool {
        let begun = (self.post.uptime)();
        // The mailer talks on this thread; the store answers from its own. Without a budget, because a task that
        // has spent its own is woken by its runtime only, and that waits here.
        let record = tokio::task::unconstrained(self.record());
        self.refusal = pollster::block_on(record).unwrap_or_else(|error| {
            tracing::error!(%error, "the intent to send could not be recorded");
            Some(Refusal::NotOurs)
        });
        let took = (self.post.uptime)().saturating_sub(begun);
        if self.refusal.is_none() && took > SLEPT_MIN {
            self.refusal = Some(Refusal::Slept);
        }
        self.refusal.is_none()
    }

    async fn record(&self) -> Result<Option<Refusal>, StoreError> {
        let (zone, queued, at) = (self.post.zone, self.queued.clone(), (self.post.now)());
        let postmark = self.post.postmark.clone();
        let places = postmark.limits.places(self.queued, self.address);
        self.post
            .store
            .write(async move |tx: &mut Tx| {
                let settlement = if !is_wanted(tx, zone, &queued, (&postmark, at)).await? {
                    Settlement::Cancelled
                } else if let Err(opens_at) = tx.take_places(zone, &places, at).await? {
                    Settlement::Retry {
                        at: opens_at,
                        reason: "as many letters as may leave have left".to_owned(),
                        cause: Cause::Pace,
                    }
                } else if tx.intend(zone, &queued, (at, at + SENDING_LEASE)).await? {
                    return Ok(None);
                } else {
                    // What was taken for a letter that is another worker's is taken for nothing.
                    return Err(StoreError::Stale { current_version: 0 });
                };
                let is_ours = tx.settle(zone, &queued, &settlement, at).await?;
                Ok(Some(if is_ours {
                    Refusal::Settled
                } else {
                    Refusal::NotOurs
                }))
            })
            .await
            .or_else(|error| {
                let is_lost = matches!(error, StoreError::Stale { .. });
                is_lost.then_some(Some(Refusal::NotOurs)).ok_or(error)
            })
    }
}
