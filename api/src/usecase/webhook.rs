//! Addresses to which events are sent: ask for one, approve it, hold it back, change its secret, send again.
//!
//! Whoever asks for an address is its owner: events go there with the owner's rights, which are read again for
//! each. A system administrator, who has no such rights, says whether anything may go there at all.

use std::collections::BTreeMap;

use domain::{
    access::{Actor, Permission, Reach},
    id::{DeliveryId, PersonId, WebhookId},
    security::{Outcome, SecurityAct, SecurityEvent},
    webhook::WebhookState,
};
use persistence::{Tx, webhook::Webhook};
use time::Duration;

use super::feed;
use crate::{
    app::App,
    error::{AppError, FieldFlaw},
    view::webhook::{DeliveryView, WebhookView, delivery_view, webhook_view},
    webhook::{deliver, signature::Secret},
};

/// Addresses of one person.
pub const WEBHOOKS_MAX: usize = 10;
/// Addresses and deliveries that a list shows.
const LISTED_MAX: i64 = 200;
/// For how long the secret before signs beside the new one: time enough to change it at the receiver.
const OLD_SECRET_GOOD: Duration = Duration::hours(24);

/// An address that somebody asks for; its parts were checked at the edge.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Where events go.
    pub url: String,
    /// Filters by name.
    pub events: Vec<String>,
    /// True for the particulars too.
    pub is_full: bool,
}

/// What is done to the state of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Somebody asked, and events may go there.
    Approve,
    /// Nothing is sent for the time being.
    Pause,
    /// Events are sent again, from where they stopped.
    Resume,
}

impl Change {
    /// Every change.
    pub const ALL: [Self; 3] = [Self::Approve, Self::Pause, Self::Resume];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Approve => "approval",
            Self::Pause => "pause",
            Self::Resume => "resumption",
        }
    }

    /// The change of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.code() == code)
    }

    /// What the actor must be allowed to do.
    pub fn permission(self) -> Permission {
        match self {
            Self::Approve => Permission::ApproveWebhook,
            Self::Pause | Self::Resume => Permission::KeepWebhook,
        }
    }

    /// The state afterwards; `None` where it makes no sense.
    fn after(self, state: WebhookState) -> Option<WebhookState> {
        match (self, state) {
            (Self::Approve, WebhookState::Waiting)
            | (Self::Resume, WebhookState::Paused | WebhookState::Gone) => {
                Some(WebhookState::Active)
            }
            (Self::Pause, WebhookState::Active) => Some(WebhookState::Paused),
            (Self::Approve, WebhookState::Active | WebhookState::Paused | WebhookState::Gone)
            | (Self::Resume, WebhookState::Waiting | WebhookState::Active)
            | (Self::Pause, WebhookState::Waiting | WebhookState::Paused | WebhookState::Gone) => {
                None
            }
        }
    }
}

/// True when the address is the actor's, or the actor looks after all.
fn is_within(actor: &Actor, owner: PersonId) -> bool {
    match actor.reach(Permission::KeepWebhook) {
        Some(Reach::Zone) => true,
        Some(Reach::Own | Reach::Unit) => owner == actor.person,
        None => false,
    }
}

fn require_within(actor: &Actor, hook: Webhook) -> Result<Webhook, AppError> {
    if is_within(actor, hook.owner) {
        Ok(hook)
    } else {
        Err(AppError::Absent)
    }
}

/// The addresses that the actor looks after.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<WebhookView>, AppError> {
    let (zone, now) = (app.zone, app.now());
    let sees_all = actor.reach(Permission::KeepWebhook) == Some(Reach::Zone);
    let owner = (!sees_all).then_some(actor.person);
    app.store
        .read(async |tx: &mut Tx| {
            let directory = tx.directory(zone).await?;
            let hooks = tx.webhooks(zone, owner, LISTED_MAX).await?;
            let view = |hook: &Webhook| webhook_view(hook, directory.people.get(&hook.owner), now);
            Ok(hooks.iter().map(view).collect())
        })
        .await
}

/// One address that the actor looks after.
pub async fn see(app: &App, actor: &Actor, id: WebhookId) -> Result<WebhookView, AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let hook = require_within(actor, tx.webhook(zone, id).await?)?;
            let directory = tx.directory(zone).await?;
            Ok(webhook_view(&hook, directory.people.get(&hook.owner), now))
        })
        .await
}

/// What was sent to an address, the newest first.
pub async fn deliveries(
    app: &App,
    actor: &Actor,
    id: WebhookId,
) -> Result<Vec<DeliveryView>, AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            require_within(actor, tx.webhook(zone, id).await?)?;
            let found = tx.deliveries(zone, id, LISTED_MAX).await?;
            Ok(found.iter().map(delivery_view).collect())
        })
        .await
}

fn broken(what: &str) -> AppError {
    AppError::Broken { cause: what.into() }
}

/// Asks for an address. Its secret is said this once; nothing is sent before a system administrator says yes.
pub async fn add(app: &App, actor: &Actor, wish: Wish) -> Result<WebhookView, AppError> {
    let (zone, now) = (app.zone, app.now());
    let (id, secret) = (WebhookId(app.ids.key(now)), Secret::new(&app.ids));
    let sealed = secret
        .seal(&app.keys, &app.ids, (zone, id))
        .ok_or_else(|| broken("a secret could not be sealed"))?;
    let mut hook = Webhook {
        id,
        owner: actor.person,
        url: wish.url,
        events: wish.events,
        is_full: wish.is_full,
        state: WebhookState::Waiting,
        secret: sealed,
        old_secret: None,
        position: 0,
        created_at: now,
        changed_at: now,
    };
    let printed = secret.printed();
    let (id, secret) = app
        .store
        .write_once(async move |tx: &mut Tx| {
            let known = tx.webhooks(zone, Some(hook.owner), LISTED_MAX).await?;
            if known.len() >= WEBHOOKS_MAX {
                return Err(flaw("url", "webhook.too_many"));
            }
            hook.position = tx.feed_head(zone).await?;
            tx.add_webhook(zone, &hook).await?;
            let event = told(SecurityAct::WebhookAdded, hook.owner, &hook, "asked");
            tx.add_security_event(zone, &event, now).await?;
            Ok((id, printed))
        })
        .await?;
    Ok(WebhookView {
        secret: Some(secret),
        ..see(app, actor, id).await?
    })
}

fn flaw(field: &'static str, code: &str) -> AppError {
    AppError::Flawed(vec![FieldFlaw::of(field, code)])
}

/// What the security record hears. Of an address only its key: the rest may hold a secret of the receiver's.
fn told(act: SecurityAct, by: PersonId, hook: &Webhook, what: &str) -> SecurityEvent {
    SecurityEvent {
        act,
        outcome: Outcome::Done,
        actor: Some(by),
        object: Some(hook.id.to_string()),
        address: None,
        detail: BTreeMap::from([("change".to_owned(), what.to_owned())]),
    }
}

/// Approves an address, holds it back or lets it go on.
pub async fn change(
    app: &App,
    actor: &Actor,
    id: WebhookId,
    change: Change,
) -> Result<WebhookView, AppError> {
    let (zone, now, by) = (app.zone, app.now(), actor.clone());
    if change == Change::Approve {
        // What happened before must have its place, or it would get one behind the place from which on
        // events are sent.
        feed::number(app).await?;
    }
    app.store
        .write_once(async move |tx: &mut Tx| {
            let mut hook = require_within(&by, tx.webhook_to_change(zone, id).await?)?;
            let Some(state) = change.after(hook.state) else {
                return Err(flaw("state", "webhook.state"));
            };
            if change == Change::Approve {
                // Events begin with the approval: what happened before was not asked for.
                hook.position = tx.feed_head(zone).await?;
            }
            hook.state = state;
            hook.changed_at = now;
            tx.save_webhook(zone, &hook).await?;
            let act = match change {
                Change::Approve => SecurityAct::WebhookApproved,
                Change::Pause | Change::Resume => SecurityAct::WebhookChanged,
            };
            let event = told(act, by.person, &hook, change.code());
            tx.add_security_event(zone, &event, now).await?;
            Ok::<_, AppError>(())
        })
        .await?;
    app.poke.poke();
    see(app, actor, id).await
}

/// Takes an address away with all that was or will be sent to it.
pub async fn remove(app: &App, actor: &Actor, id: WebhookId) -> Result<(), AppError> {
    let (zone, now, by) = (app.zone, app.now(), actor.clone());
    app.store
        .write_once(async move |tx: &mut Tx| {
            let hook = require_within(&by, tx.webhook_to_change(zone, id).await?)?;
            tx.remove_webhook(zone, id).await?;
            let event = told(SecurityAct::WebhookChanged, by.person, &hook, "removal");
            tx.add_security_event(zone, &event, now).await?;
            Ok(())
        })
        .await
}

/// Gives an address another secret, which is said this once. For a day both sign.
pub async fn rotate(app: &App, actor: &Actor, id: WebhookId) -> Result<WebhookView, AppError> {
    let (zone, now, by) = (app.zone, app.now(), actor.clone());
    let secret = Secret::new(&app.ids);
    let sealed = secret
        .seal(&app.keys, &app.ids, (zone, id))
        .ok_or_else(|| broken("a secret could not be sealed"))?;
    let printed = secret.printed();
    let secret = app
        .store
        .write_once(async move |tx: &mut Tx| {
            let mut hook = require_within(&by, tx.webhook_to_change(zone, id).await?)?;
            let old = std::mem::replace(&mut hook.secret, sealed);
            hook.old_secret = Some((old, now + OLD_SECRET_GOOD));
            hook.changed_at = now;
            tx.save_webhook(zone, &hook).await?;
            let event = told(
                SecurityAct::WebhookSecretChanged,
                by.person,
                &hook,
                "secret",
            );
            tx.add_security_event(zone, &event, now).await?;
            Ok::<_, AppError>(printed)
        })
        .await?;
    Ok(WebhookView {
        secret: Some(secret),
        ..see(app, actor, id).await?
    })
}

/// Sends a test to an active address.
pub async fn test(app: &App, actor: &Actor, id: WebhookId) -> Result<DeliveryView, AppError> {
    let (zone, now, by) = (app.zone, app.now(), actor.clone());
    let test = deliver::test_delivery(app, id)?;
    let queued = app
        .store
        .write_once(async move |tx: &mut Tx| {
            let hook = require_within(&by, tx.webhook(zone, id).await?)?;
            if hook.state != WebhookState::Active {
                return Err(flaw("state", "webhook.state"));
            }
            let queued = test.id;
            tx.queue_deliveries(zone, &[test], now).await?;
            Ok(queued)
        })
        .await?;
    app.poke.poke();
    see_delivery(app, queued).await
}

async fn see_delivery(app: &App, id: DeliveryId) -> Result<DeliveryView, AppError> {
    let zone = app.zone;
    let found = app
        .store
        .read(async |tx: &mut Tx| tx.delivery(zone, id).await)
        .await?;
    Ok(delivery_view(&found))
}

/// Sends something again, under its own key and with its own bytes.
pub async fn send_again(
    app: &App,
    actor: &Actor,
    id: DeliveryId,
) -> Result<DeliveryView, AppError> {
    let (zone, now, by) = (app.zone, app.now(), actor.clone());
    app.store
        .write_once(async move |tx: &mut Tx| {
            let delivery = tx.delivery(zone, id).await?;
            let hook = tx.webhook_to_change(zone, delivery.webhook).await;
            require_within(&by, hook?)?;
            tx.queue_again(zone, id, now).await?;
            Ok::<_, AppError>(())
        })
        .await?;
    app.poke.poke();
    see_delivery(app, id).await
}
