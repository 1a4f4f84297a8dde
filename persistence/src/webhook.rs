//! Addresses to which events are sent. What is sent to one, and how it went, is in `delivery`.

mod delivery;

use diesel::prelude::*;
use domain::{
    id::{PersonId, WebhookId, ZoneId},
    webhook::WebhookState,
};
use time::OffsetDateTime;

pub use self::delivery::{Attempt, Delivery, NewDelivery, Outcome};
use crate::{
    connection::{Conn, run, run_locking},
    error::StoreError,
    schema::webhook,
    store::Tx,
    types::{At, Key},
};

/// An address to which events are sent. Secrets are sealed; only who has the keys can open them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Key.
    pub id: WebhookId,
    /// With whose rights events are read.
    pub owner: PersonId,
    /// Where they go.
    pub url: String,
    /// Filters by name; none lets all through.
    pub events: Vec<String>,
    /// True when the particulars go along, not the keys alone.
    pub is_full: bool,
    /// How it stands.
    pub state: WebhookState,
    /// The sealed secret that signs.
    pub secret: Vec<u8>,
    /// The sealed secret before, and until when it signs too.
    pub old_secret: Option<(Vec<u8>, OffsetDateTime)>,
    /// The place in the feed up to which events were queued.
    pub position: i64,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// When its state, address or secret last changed.
    pub changed_at: OffsetDateTime,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = webhook, treat_none_as_null = true)]
struct WebhookRow {
    zone_id: Key,
    id: Key,
    owner_id: Key,
    url: String,
    events: String,
    is_full: bool,
    state: String,
    secret: Vec<u8>,
    old_secret: Option<Vec<u8>>,
    old_until: Option<At>,
    position: i64,
    created_at: At,
    changed_at: At,
}

impl WebhookRow {
    fn of(zone: ZoneId, hook: &Webhook) -> Result<Self, StoreError> {
        let (old_secret, old_until) = hook.old_secret.clone().unzip();
        Ok(Self {
            zone_id: Key(zone.0),
            id: Key(hook.id.0),
            owner_id: Key(hook.owner.0),
            url: hook.url.clone(),
            events: serde_json::to_string(&hook.events)?,
            is_full: hook.is_full,
            state: hook.state.code().to_owned(),
            secret: hook.secret.clone(),
            old_secret,
            old_until: old_until.map(At),
            position: hook.position,
            created_at: At(hook.created_at),
            changed_at: At(hook.changed_at),
        })
    }

    fn read(self) -> Result<Webhook, StoreError> {
        let state = WebhookState::of_code(&self.state).ok_or_else(|| StoreError::Corrupt {
            what: format!("webhook state {:?}", self.state),
        })?;
        Ok(Webhook {
            id: WebhookId(self.id.0),
            owner: PersonId(self.owner_id.0),
            url: self.url,
            events: serde_json::from_str(&self.events)?,
            is_full: self.is_full,
            state,
            secret: self.secret,
            old_secret: self.old_secret.zip(self.old_until.map(|at| at.0)),
            position: self.position,
            created_at: self.created_at.0,
            changed_at: self.changed_at.0,
        })
    }
}

impl Tx {
    /// Keeps a new address.
    pub async fn add_webhook(&mut self, zone: ZoneId, new: &Webhook) -> Result<(), StoreError> {
        let row = WebhookRow::of(zone, new)?;
        run!(
            self,
            execute,
            diesel::insert_into(webhook::table).values(&row)
        )?;
        Ok(())
    }

    /// The addresses of one person, or of all; the oldest first.
    pub async fn webhooks(
        &mut self,
        zone: ZoneId,
        owner: Option<PersonId>,
        limit: i64,
    ) -> Result<Vec<Webhook>, StoreError> {
        macro_rules! list {
            ($backend:ty) => {{
                let query = webhook::table
                    .filter(webhook::zone_id.eq(Key(zone.0)))
                    .order((webhook::created_at, webhook::id))
                    .limit(limit)
                    .select(WebhookRow::as_select())
                    .into_boxed::<$backend>();
                match owner {
                    Some(owner) => query.filter(webhook::owner_id.eq(Key(owner.0))),
                    None => query,
                }
            }};
        }
        let rows: Vec<WebhookRow> = match &mut self.conn {
            Conn::Sqlite(conn) => diesel::RunQueryDsl::load(list!(diesel::sqlite::Sqlite), conn)?,
            Conn::Postgres(conn) => {
                diesel_async::RunQueryDsl::load(list!(diesel::pg::Pg), conn).await?
            }
        };
        rows.into_iter().map(WebhookRow::read).collect()
    }

    /// Active addresses for which the feed has gone on since they were last looked at.
    pub async fn webhooks_behind(&mut self, zone: ZoneId) -> Result<Vec<WebhookId>, StoreError> {
        let head = self.feed_head(zone).await?;
        let query = webhook::table
            .filter(webhook::zone_id.eq(Key(zone.0)))
            .filter(webhook::state.eq(WebhookState::Active.code()))
            .filter(webhook::position.lt(head))
            .order(webhook::id)
            .select(webhook::id);
        let keys: Vec<Key> = run!(self, load, query)?;
        Ok(keys.into_iter().map(|key| WebhookId(key.0)).collect())
    }

    /// An address by key.
    pub async fn webhook(&mut self, zone: ZoneId, id: WebhookId) -> Result<Webhook, StoreError> {
        let row: WebhookRow = run!(
            self,
            get_result,
            webhook::table
                .find((Key(zone.0), Key(id.0)))
                .select(WebhookRow::as_select())
        )?;
        row.read()
    }

    /// An address by key, to change: nobody else changes it until this transaction ends.
    pub async fn webhook_to_change(
        &mut self,
        zone: ZoneId,
        id: WebhookId,
    ) -> Result<Webhook, StoreError> {
        let row: WebhookRow = run_locking!(
            self,
            get_result,
            webhook::table
                .find((Key(zone.0), Key(id.0)))
                .select(WebhookRow::as_select())
        )?;
        row.read()
    }

    /// Keeps a changed address that this transaction holds.
    pub async fn save_webhook(&mut self, zone: ZoneId, hook: &Webhook) -> Result<(), StoreError> {
        let row = WebhookRow::of(zone, hook)?;
        let this = webhook::table.find((Key(zone.0), Key(hook.id.0)));
        run!(self, execute, diesel::update(this).set(&row))?;
        Ok(())
    }

    /// Takes an address away with all that was or will be sent to it.
    pub async fn remove_webhook(&mut self, zone: ZoneId, id: WebhookId) -> Result<(), StoreError> {
        self.remove_deliveries(zone, id).await?;
        let this = webhook::table.find((Key(zone.0), Key(id.0)));
        run!(self, execute, diesel::delete(this))?;
        Ok(())
    }
}
