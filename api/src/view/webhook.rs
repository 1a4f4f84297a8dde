//! Addresses to which events are sent, and how it went.

use domain::{
    office::Person,
    webhook::{DeliveryState, WebhookState},
};
use persistence::webhook::{Delivery, Webhook};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::schema;

/// An address to which events are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookView {
    /// `whk_...`
    #[schema(example = "whk_01J0000000000000000000000")]
    pub id: String,
    /// Where events go.
    #[schema(example = "https://hooks.partner.example/green-channel")]
    pub url: String,
    /// Filters by name; none lets all through.
    pub events: Vec<String>,
    /// True when the particulars go along.
    pub is_full: bool,
    /// Whether events are sent.
    #[schema(value_type = schema::WebhookState)]
    pub state: &'static str,
    /// With whose rights events are read: `per_...`
    pub owner: String,
    /// That person's name.
    pub owner_name: Option<String>,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When its state, address or secret last changed.
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
    /// The secret that signs; said only when it is made or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "whsec_...")]
    pub secret: Option<String>,
    /// Until when the secret before signs too.
    #[serde(with = "time::serde::rfc3339::option")]
    pub old_secret_until: Option<OffsetDateTime>,
}

/// What an address looks like without its secret.
pub fn webhook_view(hook: &Webhook, owner: Option<&Person>, now: OffsetDateTime) -> WebhookView {
    let until = hook.old_secret.as_ref().map(|(_, until)| *until);
    WebhookView {
        id: hook.id.to_string(),
        url: hook.url.clone(),
        events: hook.events.clone(),
        is_full: hook.is_full,
        state: hook.state.code(),
        owner: hook.owner.to_string(),
        owner_name: owner.map(|owner| owner.name.clone()),
        created_at: hook.created_at,
        changed_at: hook.changed_at,
        secret: None,
        old_secret_until: until.filter(|until| now < *until),
    }
}

impl WebhookView {
    /// True while events are sent.
    pub fn is_active(&self) -> bool {
        self.state == WebhookState::Active.code()
    }

    /// True while somebody must say yes first.
    pub fn is_waiting(&self) -> bool {
        self.state == WebhookState::Waiting.code()
    }
}

/// One event, or one test, for one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeliveryView {
    /// `dlv_...`
    #[schema(example = "dlv_01J0000000000000000000000")]
    pub id: String,
    /// `whk_...`
    pub webhook: String,
    /// The key of the event, the same for every try: the header `webhook-id`.
    pub event_id: String,
    /// The name of the event.
    #[schema(example = "gc.stage.started")]
    pub event: String,
    /// How far it is.
    #[schema(value_type = schema::DeliveryState)]
    pub state: &'static str,
    /// How many tries failed.
    pub attempts: u32,
    /// When it was queued.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When the next try is due, while it is pending.
    #[serde(with = "time::serde::rfc3339::option")]
    pub next_at: Option<OffsetDateTime>,
    /// When it was last tried.
    #[serde(with = "time::serde::rfc3339::option")]
    pub tried_at: Option<OffsetDateTime>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// How long the last try took, in milliseconds.
    pub duration_ms: Option<i64>,
    /// The first kilobyte of the last answer.
    pub answer: Option<String>,
    /// What went wrong before there was an answer, for example `timeout`.
    pub error: Option<String>,
}

/// A delivery as people and programs see it.
pub fn delivery_view(delivery: &Delivery) -> DeliveryView {
    let last = delivery.last.as_ref();
    let millis = |took: time::Duration| i64::try_from(took.whole_milliseconds()).ok();
    let is_pending = delivery.state == DeliveryState::Pending;
    DeliveryView {
        id: delivery.id.to_string(),
        webhook: delivery.webhook.to_string(),
        event_id: delivery.message_id.clone(),
        event: delivery.event.clone(),
        state: delivery.state.code(),
        attempts: delivery.attempts,
        created_at: delivery.created_at,
        next_at: is_pending.then_some(delivery.not_before),
        tried_at: last.and_then(|last| last.at),
        status: last.and_then(|last| last.status),
        duration_ms: last.and_then(|last| millis(last.duration)),
        answer: last.and_then(|last| last.answer.clone()),
        error: last.and_then(|last| last.error.clone()),
    }
}
