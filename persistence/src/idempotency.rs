//! Requests that are carried out once, however often they arrive.
//!
//! Whoever serves a request that bears a key runs it inside [`Once::serve`]. The first write that the request
//! makes then keeps a [`Receipt`] in its own transaction, before anything else: receipt and effect are there
//! together or not at all, whatever is cut off and when. A second run of the same request, at the same time
//! or on another machine, finds the receipt and does nothing.
//!
//! The answer is made after the commit and kept beside the receipt when it is known. Should it be lost in
//! between, what [`Store::write_once`](crate::Store::write_once) gave is in the receipt, and the answer is made
//! from it again.
//!
//! Results and answers may hold what is shown only once; they are sealed by whoever serves, with a key that the
//! database does not have.

use std::{cell::RefCell, fmt, sync::Arc};

use diesel::{OptionalExtension as _, prelude::*};
use domain::id::ZoneId;
use time::OffsetDateTime;

use crate::{
    connection::run,
    error::StoreError,
    prepared::change,
    schema::idempotency,
    store::Tx,
    types::{At, Key},
};

/// A SHA-256 or HMAC-SHA-256.
pub type Hash = [u8; 32];

/// Makes bytes unreadable to whoever has the database alone.
pub type Seal = Arc<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;

/// Under what a request is kept.
#[derive(Clone)]
pub struct Receipt {
    /// Where.
    pub zone: ZoneId,
    /// The keyed hash of caller, method, path and the client's key.
    pub key: Hash,
    /// The hash of what the request asks for.
    pub fingerprint: Hash,
    /// When it arrived.
    pub at: OffsetDateTime,
    /// Seals its result.
    pub seal: Seal,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt").finish_non_exhaustive()
    }
}

/// What is kept of a request that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedOut {
    /// The hash of what it asked for.
    pub fingerprint: Vec<u8>,
    /// What the write gave, sealed; absent where the write keeps none.
    pub result: Option<Vec<u8>>,
    /// The answer, sealed; absent if it was lost.
    pub answer: Option<Vec<u8>>,
}

/// The receipt of the request that runs now.
#[derive(Debug)]
pub struct Once(State);

#[derive(Debug)]
enum State {
    /// Nothing was written yet.
    Open(Receipt),
    /// A write is under way, or was made without keeping anything.
    Writing,
    /// The receipt is kept with its effect.
    Kept,
    /// It was carried out before, with this result; nothing may be written again.
    Before(Option<Vec<u8>>),
}

tokio::task_local! {
    static ONCE: RefCell<Once>;
}

impl Once {
    /// Serves a request that was not carried out yet; says whether it has kept its receipt.
    pub async fn serve<F: Future>(receipt: Receipt, work: F) -> (F::Output, bool) {
        let once = RefCell::new(Self(State::Open(receipt)));
        let work = async {
            let output = work.await;
            let is_kept = ONCE.with(|once| matches!(once.borrow().0, State::Kept));
            (output, is_kept)
        };
        ONCE.scope(once, work).await
    }

    /// Answers a request again that was carried out before with `result`: its first write gives that instead of
    /// being done.
    pub async fn answer_again<F: Future>(result: Option<Vec<u8>>, work: F) -> F::Output {
        let once = RefCell::new(Self(State::Before(result)));
        ONCE.scope(once, work).await
    }

    /// The receipt that the next write must keep.
    pub(crate) fn take() -> Option<Receipt> {
        let take = |once: &RefCell<Self>| {
            let mut once = once.borrow_mut();
            match std::mem::replace(&mut once.0, State::Writing) {
                State::Open(receipt) => Some(receipt),
                other @ (State::Writing | State::Kept | State::Before(_)) => {
                    once.0 = other;
                    None
                }
            }
        };
        ONCE.try_with(take).ok().flatten()
    }

    /// Says how the write with `receipt` ended. One that kept nothing may be followed by another.
    pub(crate) fn settle(receipt: Receipt, is_kept: bool) {
        let state = if is_kept {
            State::Kept
        } else {
            State::Open(receipt)
        };
        let _outside_of_a_request = ONCE.try_with(|once| once.borrow_mut().0 = state);
    }

    /// The result of the first run, once: what a second run would write instead is a matter of its own.
    pub(crate) fn result() -> Option<Vec<u8>> {
        let take = |once: &RefCell<Self>| match &mut once.borrow_mut().0 {
            State::Before(result) => result.take(),
            State::Open(_) | State::Writing | State::Kept => None,
        };
        ONCE.try_with(take).ok().flatten()
    }

    /// True while a request is answered again: whatever it would write was written.
    pub(crate) fn is_again() -> bool {
        let is_again = |once: &RefCell<Self>| matches!(once.borrow().0, State::Before(_));
        ONCE.try_with(is_again).unwrap_or_default()
    }
}

/// Fingerprint, result and answer as kept.
type KeptRow = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);

impl Tx {
    /// Keeps a receipt, unless there is one. Another transaction that keeps the same one is waited for.
    pub(crate) async fn add_receipt(&mut self, receipt: &Receipt) -> Result<(), StoreError> {
        let row = (
            idempotency::zone_id.eq(Key(receipt.zone.0)),
            idempotency::key_hash.eq(receipt.key.as_slice()),
            idempotency::fingerprint.eq(receipt.fingerprint.as_slice()),
            idempotency::created_at.eq(At(receipt.at)),
        );
        let query = diesel::insert_into(idempotency::table)
            .values(row)
            .on_conflict_do_nothing();
        match run!(self, execute, query)? {
            0 => Err(StoreError::Repeated),
            _ => Ok(()),
        }
    }

    /// Keeps what the write of a receipt gave.
    pub(crate) async fn keep_result(
        &mut self,
        receipt: &Receipt,
        result: &[u8],
    ) -> Result<(), StoreError> {
        let this = idempotency::zone_id
            .eq(Key(receipt.zone.0))
            .and(idempotency::key_hash.eq(receipt.key.as_slice()));
        let values = idempotency::result.eq(Some((receipt.seal)(result)));
        run!(self, execute, change(idempotency::table, this, values))?;
        Ok(())
    }

    /// What is kept of the request with this key, if it was carried out.
    pub async fn find_carried_out(
        &mut self,
        zone: ZoneId,
        key: &Hash,
    ) -> Result<Option<CarriedOut>, StoreError> {
        let query = idempotency::table
            .find((Key(zone.0), key.as_slice()))
            .select((
                idempotency::fingerprint,
                idempotency::result,
                idempotency::answer,
            ));
        let row: Option<KeptRow> = run!(self, get_result, query).optional()?;
        Ok(row.map(|(fingerprint, result, answer)| CarriedOut {
            fingerprint,
            result,
            answer,
        }))
    }

    /// Keeps the sealed answer to a request that was carried out, if none is kept: the first one stands.
    pub async fn keep_answer(
        &mut self,
        zone: ZoneId,
        key: &Hash,
        answer: Vec<u8>,
    ) -> Result<(), StoreError> {
        let this = idempotency::zone_id
            .eq(Key(zone.0))
            .and(idempotency::key_hash.eq(key.as_slice()))
            .and(idempotency::answer.is_null());
        let values = idempotency::answer.eq(Some(answer));
        run!(self, execute, change(idempotency::table, this, values))?;
        Ok(())
    }

    /// Forgets requests that arrived before an instant; gives how many.
    pub async fn prune_receipts(
        &mut self,
        zone: ZoneId,
        before: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let old = idempotency::zone_id
            .eq(Key(zone.0))
            .and(idempotency::created_at.lt(At(before)));
        let query = diesel::delete(idempotency::table.filter(old));
        Ok(run!(self, execute, query)?)
    }
}
