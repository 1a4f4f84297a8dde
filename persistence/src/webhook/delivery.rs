//! What is sent to an address: leased, tried, settled. The same guards as for letters: a lease that ends gives
//! it back, and the fence keeps a worker that was too slow from settling what is not its own any more.

use diesel::prelude::*;
use domain::{
    id::{DeliveryId, WebhookId, ZoneId},
    webhook::{DeliveryState, WebhookState},
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    connection::{Conn, run},
    error::StoreError,
    schema::{delivery, webhook},
    store::Tx,
    types::{At, Key},
    zone::unsigned,
};

/// One event, or one test, for one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Key.
    pub id: DeliveryId,
    /// Where to.
    pub webhook: WebhookId,
    /// The key that the receiver sees, the same for every try.
    pub message_id: String,
    /// The name of the event.
    pub event: String,
    /// Its place in the feed; `None` for a test.
    pub position: Option<i64>,
    /// The bytes that are sent, the same for every try.
    pub body: String,
    /// How it stands.
    pub state: DeliveryState,
    /// When the next try is due.
    pub not_before: OffsetDateTime,
    /// When it was queued.
    pub created_at: OffsetDateTime,
    /// When nothing more would happen to it.
    pub settled_at: Option<OffsetDateTime>,
    /// How many tries failed since it was queued, or queued again by hand.
    pub attempts: u32,
    /// The last try.
    pub last: Option<Attempt>,
    /// The number of the lease.
    pub fence: i64,
}

/// How a try went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attempt {
    /// When; `None` for one that is not kept yet.
    pub at: Option<OffsetDateTime>,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// How long it took.
    pub duration: Duration,
    /// The beginning of the answer.
    pub answer: Option<String>,
    /// What went wrong before there was an answer, as a stable code.
    pub error: Option<String>,
}

/// Something to send.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// Key.
    pub id: DeliveryId,
    /// Where to.
    pub webhook: WebhookId,
    /// The key that the receiver sees.
    pub message_id: String,
    /// The name of the event.
    pub event: String,
    /// Its place in the feed; `None` for a test.
    pub position: Option<i64>,
    /// The bytes.
    pub body: String,
}

/// What becomes of a delivery after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Settled.
    Settled(DeliveryState),
    /// Again at this time.
    Again(OffsetDateTime),
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = delivery)]
struct Row {
    id: Key,
    webhook_id: Key,
    message_id: String,
    event: String,
    position: Option<i64>,
    body: String,
    state: String,
    not_before: At,
    created_at: At,
    settled_at: Option<At>,
    fence: i64,
    attempts: i32,
    tried_at: Option<At>,
    status: Option<i32>,
    duration_ms: Option<i64>,
    answer: Option<String>,
    last_error: Option<String>,
}

impl Row {
    fn read(self) -> Result<Delivery, StoreError> {
        let state = DeliveryState::of_code(&self.state).ok_or_else(|| StoreError::Corrupt {
            what: format!("delivery state {:?}", self.state),
        })?;
        let last = self.tried_at.map(|at| Attempt {
            at: Some(at.0),
            status: self.status.and_then(|status| u16::try_from(status).ok()),
            duration: Duration::milliseconds(self.duration_ms.unwrap_or_default()),
            answer: self.answer,
            error: self.last_error,
        });
        Ok(Delivery {
            id: DeliveryId(self.id.0),
            webhook: WebhookId(self.webhook_id.0),
            message_id: self.message_id,
            event: self.event,
            position: self.position,
            body: self.body,
            state,
            not_before: self.not_before.0,
            created_at: self.created_at.0,
            settled_at: self.settled_at.map(|at| at.0),
            attempts: unsigned(self.attempts)?,
            last,
            fence: self.fence,
        })
    }
}

impl Tx {
    /// Queues what is to be sent; an event that is queued for the address already is left alone.
    pub async fn queue_deliveries(
        &mut self,
        zone: ZoneId,
        new: &[NewDelivery],
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        for item in new {
            let row = (
                delivery::zone_id.eq(Key(zone.0)),
                delivery::id.eq(Key(item.id.0)),
                delivery::webhook_id.eq(Key(item.webhook.0)),
                delivery::message_id.eq(&item.message_id),
                delivery::event.eq(&item.event),
                delivery::position.eq(item.position),
                delivery::body.eq(&item.body),
                delivery::state.eq(DeliveryState::Pending.code()),
                delivery::not_before.eq(At(now)),
                delivery::created_at.eq(At(now)),
                delivery::fence.eq(0_i64),
                delivery::attempts.eq(0),
            );
            let query = diesel::insert_into(delivery::table)
                .values(row)
                .on_conflict_do_nothing();
            run!(self, execute, query)?;
        }
        Ok(())
    }

    /// Active addresses for which something is due.
    pub async fn webhooks_due(
        &mut self,
        zone: ZoneId,
        now: OffsetDateTime,
    ) -> Result<Vec<WebhookId>, StoreError> {
        let active = webhook::table
            .filter(webhook::zone_id.eq(Key(zone.0)))
            .filter(webhook::state.eq(WebhookState::Active.code()))
            .select(webhook::id);
        let free = delivery::lease_until
            .is_null()
            .or(delivery::lease_until.lt(At(now)).assume_not_null());
        let query = delivery::table
            .filter(delivery::zone_id.eq(Key(zone.0)))
            .filter(delivery::settled_at.is_null())
            .filter(delivery::not_before.le(At(now)))
            .filter(free)
            .filter(delivery::webhook_id.eq_any(active))
            .select(delivery::webhook_id)
            .distinct();
        let keys: Vec<Key> = run!(self, load, query)?;
        Ok(keys.into_iter().map(|key| WebhookId(key.0)).collect())
    }

    /// Leases up to `limit` deliveries that are due at an address, or whose lease has ended.
    pub async fn lease_deliveries(
        &mut self,
        zone: ZoneId,
        (owner, hook): (Uuid, WebhookId),
        (now, lease): (OffsetDateTime, Duration),
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let free = delivery::lease_until
            .is_null()
            .or(delivery::lease_until.lt(At(now)).assume_not_null());
        let due = || {
            delivery::table
                .filter(delivery::zone_id.eq(Key(zone.0)))
                .filter(delivery::settled_at.is_null())
                .filter(delivery::not_before.le(At(now)))
                .filter(free)
                .filter(delivery::webhook_id.eq(Key(hook.0)))
                .order((delivery::not_before, delivery::id))
                .select(delivery::id)
                .limit(limit)
        };
        let ids: Vec<Key> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(due(), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(due().for_update().skip_locked(), conn).await?
            }
        };
        let these = delivery::table
            .filter(delivery::zone_id.eq(Key(zone.0)))
            .filter(delivery::id.eq_any(ids));
        let mut rows: Vec<Row> = run!(
            self,
            load,
            diesel::update(these)
                .set((
                    delivery::lease_owner.eq(Key(owner)),
                    delivery::lease_until.eq(At(now + lease)),
                    delivery::fence.eq(delivery::fence + 1),
                ))
                .returning(Row::as_returning())
        )?;
        rows.sort_by_key(|row| (row.not_before, row.id));
        rows.into_iter().map(Row::read).collect()
    }

    /// Records how a try went and what follows. False when another worker has the delivery by now.
    pub async fn settle_delivery(
        &mut self,
        zone: ZoneId,
        held: &Delivery,
        attempt: Option<&Attempt>,
        (outcome, now): (Outcome, OffsetDateTime),
    ) -> Result<bool, StoreError> {
        let (state, again_at) = match outcome {
            Outcome::Settled(state) => (state, None),
            Outcome::Again(at) => (DeliveryState::Pending, Some(at)),
        };
        let failed = i32::from(attempt.is_some() && state != DeliveryState::Delivered);
        let this = delivery::table
            .find((Key(zone.0), Key(held.id.0)))
            .filter(delivery::fence.eq(held.fence))
            .filter(delivery::settled_at.is_null());
        let millis = |attempt: &Attempt| i64::try_from(attempt.duration.whole_milliseconds()).ok();
        let query = diesel::update(this).set((
            delivery::state.eq(state.code()),
            delivery::not_before.eq(At(again_at.unwrap_or(now))),
            delivery::settled_at.eq(again_at.is_none().then_some(At(now))),
            delivery::lease_owner.eq(None::<Key>),
            delivery::lease_until.eq(None::<At>),
            delivery::attempts.eq(delivery::attempts + failed),
            delivery::tried_at.eq(attempt.map(|_tried| At(now))),
            delivery::status.eq(attempt.and_then(|tried| tried.status).map(i32::from)),
            delivery::duration_ms.eq(attempt.and_then(millis)),
            delivery::answer.eq(attempt.and_then(|tried| tried.answer.clone())),
            delivery::last_error.eq(attempt.and_then(|tried| tried.error.clone())),
        ));
        Ok(run!(self, execute, query)? == 1)
    }

    /// Queues a delivery again from its first try, under its own key and with its own bytes.
    pub async fn queue_again(
        &mut self,
        zone: ZoneId,
        id: DeliveryId,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let this = delivery::table.find((Key(zone.0), Key(id.0)));
        let query = diesel::update(this).set((
            delivery::state.eq(DeliveryState::Pending.code()),
            delivery::not_before.eq(At(now)),
            delivery::settled_at.eq(None::<At>),
            delivery::lease_owner.eq(None::<Key>),
            delivery::lease_until.eq(None::<At>),
            // Whoever has it now must not settle what was queued again.
            delivery::fence.eq(delivery::fence + 1),
            delivery::attempts.eq(0),
        ));
        run!(self, execute, query)?;
        Ok(())
    }

    /// A delivery by key.
    pub async fn delivery(&mut self, zone: ZoneId, id: DeliveryId) -> Result<Delivery, StoreError> {
        let row: Row = run!(
            self,
            get_result,
            delivery::table
                .find((Key(zone.0), Key(id.0)))
                .select(Row::as_select())
        )?;
        row.read()
    }

    /// What was sent to an address, the newest first.
    pub async fn deliveries(
        &mut self,
        zone: ZoneId,
        hook: WebhookId,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows: Vec<Row> = run!(
            self,
            load,
            delivery::table
                .filter(delivery::zone_id.eq(Key(zone.0)))
                .filter(delivery::webhook_id.eq(Key(hook.0)))
                .order((delivery::created_at.desc(), delivery::id.desc()))
                .limit(limit)
                .select(Row::as_select())
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Takes away all that was or will be sent to an address.
    pub(super) async fn remove_deliveries(
        &mut self,
        zone: ZoneId,
        hook: WebhookId,
    ) -> Result<(), StoreError> {
        let sent = delivery::table
            .filter(delivery::zone_id.eq(Key(zone.0)))
            .filter(delivery::webhook_id.eq(Key(hook.0)));
        run!(self, execute, diesel::delete(sent))?;
        Ok(())
    }

    /// Forgets what was settled before a day long ago; gives how much.
    pub async fn prune_deliveries(
        &mut self,
        zone: ZoneId,
        before: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        let old = delivery::table
            .filter(delivery::zone_id.eq(Key(zone.0)))
            .filter(delivery::settled_at.lt(At(before)));
        Ok(run!(self, execute, diesel::delete(old))?)
    }
}
