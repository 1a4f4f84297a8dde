//! One turn: give events their places, queue them for the addresses whose owners may read them, send what is
//! due. It takes no input but the time; it may run twice, late, or on several machines.

use domain::{
    access::Actor,
    id::{DeliveryId, EventId, WebhookId, ZoneId},
    webhook::{self as rule, DeliveryState, Verdict, WebhookState, any_matches, next_try},
};
use persistence::{
    StoreError, Tx,
    feed::FeedScope,
    webhook::{Attempt, Delivery, NewDelivery, Outcome, Webhook},
};
use time::{Duration, OffsetDateTime};

use super::{client::Answer, message, signature::Secret};
use crate::{app::App, error::AppError, usecase::feed};

/// Events that are queued for one address in one transaction.
const QUEUED_AT_ONCE: i64 = 200;
/// Deliveries of one address that are under way at once: one that is slow must not take the lanes of others.
const LANES_EACH: i64 = 4;
/// Addresses that are served at once; with the lanes of each, the threads of a turn.
const SERVED_AT_ONCE: usize = 8;
/// How long a delivery is held: longer than its timeout and the database together.
const LEASE: Duration = Duration::seconds(60);
/// For how long what was settled can be looked at and sent again.
const KEPT: Duration = Duration::days(30);

/// What a turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Deliveries that were tried.
    pub tried: usize,
    /// Those that the receiver took.
    pub taken: usize,
    /// True when more is due already.
    pub has_more: bool,
}

/// One turn of `worker`.
pub async fn turn(app: &App, worker: uuid::Uuid) -> Result<Sent, AppError> {
    feed::number(app).await?;
    queue(app).await?;
    let (zone, now) = (app.zone, app.now());
    let due = async |tx: &mut Tx| tx.webhooks_due(zone, now).await;
    let due: Vec<WebhookId> = app.store.read(due).await?;
    let mut sent = Sent::default();
    for hooks in due.chunks(SERVED_AT_ONCE) {
        let batch = serve(app, worker, hooks.to_vec()).await?;
        sent.tried += batch.tried;
        sent.taken += batch.taken;
        sent.has_more |= batch.has_more;
    }
    Ok(sent)
}

/// Forgets what was settled long ago.
pub async fn prune(app: &App) -> Result<(), StoreError> {
    let (zone, before) = (app.zone, app.now() - KEPT);
    app.store
        .write(async move |tx: &mut Tx| tx.prune_deliveries(zone, before).await)
        .await?;
    Ok(())
}

/// Queues new events for every active address.
async fn queue(app: &App) -> Result<(), AppError> {
    let zone = app.zone;
    let behind = async |tx: &mut Tx| tx.webhooks_behind(zone).await;
    let behind: Vec<WebhookId> = app.store.read(behind).await?;
    for hook in behind {
        while queue_for(app, hook).await? {}
    }
    Ok(())
}

/// Queues the next events for one address; true when there are more.
async fn queue_for(app: &App, id: WebhookId) -> Result<bool, AppError> {
    let (zone, now, ids) = (app.zone, app.now(), app.ids.clone());
    let source = message::source(&app.postmark.public_url);
    app.store
        .write(async move |tx: &mut Tx| {
            let mut hook = tx.webhook_to_change(zone, id).await?;
            if hook.state != WebhookState::Active {
                return Ok(false);
            }
            let owner = tx.find_actor(zone, hook.owner).await?;
            let Some(scope) = owner.as_ref().and_then(FeedScope::of) else {
                // Nobody reads for this address any more: it waits for somebody to look at it.
                hook.state = WebhookState::Paused;
                hook.changed_at = now;
                tx.save_webhook(zone, &hook).await?;
                return Ok(false);
            };
            let page = tx
                .feed_after(zone, &scope, hook.position, QUEUED_AT_ONCE)
                .await?;
            let mut new = Vec::new();
            for line in &page.lines {
                let name = line.line.event.fact.name();
                if any_matches(&hook.events, name) {
                    new.push(NewDelivery {
                        id: DeliveryId(ids.key(now)),
                        webhook: id,
                        message_id: line.id.to_string(),
                        event: name.to_owned(),
                        position: Some(line.position),
                        body: message::body(line, hook.is_full, &source)
                            .map_err(StoreError::from)?,
                    });
                }
            }
            tx.queue_deliveries(zone, &new, now).await?;
            hook.position = page.next;
            tx.save_webhook(zone, &hook).await?;
            Ok::<_, AppError>(page.has_more)
        })
        .await
}

/// A test for an address, to be queued.
pub fn test_delivery(app: &App, hook: WebhookId) -> Result<NewDelivery, AppError> {
    let now = app.now();
    let (id, event) = (DeliveryId(app.ids.key(now)), EventId(app.ids.key(now)));
    let source = message::source(&app.postmark.public_url);
    let body = message::test_body(event, &hook.to_string(), now, &source);
    Ok(NewDelivery {
        id,
        webhook: hook,
        message_id: event.to_string(),
        event: message::TESTED.to_owned(),
        position: None,
        body: body.map_err(StoreError::from)?,
    })
}

/// A delivery with all that sending it needs.
struct Job {
    delivery: Delivery,
    hook: Webhook,
    headers: Vec<(&'static str, String)>,
}

/// Sends what is due at some addresses, all at once.
async fn serve(app: &App, worker: uuid::Uuid, hooks: Vec<WebhookId>) -> Result<Sent, AppError> {
    let (zone, now) = (app.zone, app.now());
    let leased: Vec<Delivery> = app
        .store
        .write(async move |tx: &mut Tx| {
            let mut leased = Vec::new();
            for hook in hooks {
                let at = (now, LEASE);
                leased.extend(
                    tx.lease_deliveries(zone, (worker, hook), at, LANES_EACH)
                        .await?,
                );
            }
            Ok::<_, StoreError>(leased)
        })
        .await?;
    let mut sent = Sent {
        has_more: !leased.is_empty(),
        ..Sent::default()
    };
    let mut jobs = Vec::new();
    for delivery in leased {
        jobs.extend(prepare(app, delivery).await?);
    }
    sent.tried = jobs.len();
    for (job, answer, took) in post_all(app, jobs) {
        sent.taken += usize::from(settle(app, &job, answer, took).await?);
    }
    Ok(sent)
}

/// What sending needs, if the owner may still read the event; else it is withheld.
async fn prepare(app: &App, delivery: Delivery) -> Result<Option<Job>, AppError> {
    let (zone, now) = (app.zone, app.now());
    let (hook, may) = app
        .store
        .read(async |tx: &mut Tx| {
            let hook = tx.webhook(zone, delivery.webhook).await?;
            let owner = tx.find_actor(zone, hook.owner).await?;
            let may = may_read(tx, app, owner.as_ref(), delivery.position).await?;
            Ok::<_, StoreError>((hook, may))
        })
        .await?;
    if !may {
        let outcome = (Outcome::Settled(DeliveryState::Withheld), now);
        app.store
            .write(async move |tx: &mut Tx| {
                tx.settle_delivery(zone, &delivery, None, outcome).await
            })
            .await?;
        return Ok(None);
    }
    let headers = headers(app, &hook, &delivery).ok_or_else(|| AppError::Broken {
        cause: format!("the secret of {} cannot be opened", hook.id),
    })?;
    Ok(Some(Job {
        delivery,
        hook,
        headers,
    }))
}

async fn may_read(
    tx: &mut Tx,
    app: &App,
    owner: Option<&Actor>,
    position: Option<i64>,
) -> Result<bool, StoreError> {
    match (owner, position) {
        (None, _) => Ok(false),
        // A test says nothing of anybody.
        (Some(_), None) => Ok(true),
        (Some(owner), Some(position)) => match FeedScope::of(owner) {
            None => Ok(false),
            Some(scope) => Ok(tx.feed_line(app.zone, &scope, position).await?.is_some()),
        },
    }
}

/// The headers of Standard Webhooks; during a change of secret both sign.
fn headers(app: &App, hook: &Webhook, delivery: &Delivery) -> Option<Vec<(&'static str, String)>> {
    let (now, of) = (app.now(), (app.zone, hook.id));
    let timestamp = now.unix_timestamp();
    let mut signatures = Vec::new();
    let old = hook.old_secret.iter().filter(|(_, until)| now < *until);
    for kept in std::iter::once(&hook.secret).chain(old.map(|(kept, _)| kept)) {
        let secret = Secret::open(kept, &app.keys, of)?;
        signatures.push(secret.sign(&delivery.message_id, timestamp, &delivery.body));
    }
    Some(vec![
        ("content-type", message::MEDIA_TYPE.to_owned()),
        ("webhook-id", delivery.message_id.clone()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ])
}

/// Posts all at once, each on a thread of its own: a receiver may let us wait.
fn post_all(app: &App, jobs: Vec<Job>) -> Vec<(Job, Answer, Duration)> {
    std::thread::scope(|scope| {
        let post = |job: Job| {
            let client = &app.webhooks;
            scope.spawn(move || {
                let started = app.now();
                let answer = client.post(&job.hook.url, &job.headers, &job.delivery.body);
                (job, answer, app.now() - started)
            })
        };
        let threads: Vec<_> = jobs.into_iter().map(post).collect();
        // What panicked is not settled; its lease ends, and it is tried again.
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .collect()
    })
}

/// Records what a try brought; true when it was taken.
async fn settle(app: &App, job: &Job, answer: Answer, took: Duration) -> Result<bool, AppError> {
    let (zone, now) = (app.zone, app.now());
    let dice = app.ids.secret().first().copied().unwrap_or_default();
    let verdict = answer.status.map_or(Verdict::Again, rule::verdict);
    let failed = job.delivery.attempts.saturating_add(1);
    let (outcome, hook_state) = outcome(verdict, next_try(failed, now, dice));
    let attempt = Attempt {
        at: Some(now),
        status: answer.status,
        duration: took,
        answer: answer.body,
        error: answer.error.map(str::to_owned),
    };
    let (delivery, hook) = (job.delivery.clone(), job.hook.id);
    app.store
        .write(async move |tx: &mut Tx| {
            let settled = (outcome, now);
            let is_ours = tx
                .settle_delivery(zone, &delivery, Some(&attempt), settled)
                .await?;
            if let Some(state) = hook_state.filter(|_| is_ours) {
                give_up(tx, (zone, now), hook, state).await?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(verdict == Verdict::Taken)
}

/// What becomes of a delivery, and of its address.
fn outcome(verdict: Verdict, again: Option<OffsetDateTime>) -> (Outcome, Option<WebhookState>) {
    let failed = Outcome::Settled(DeliveryState::Failed);
    match (verdict, again) {
        (Verdict::Taken, _) => (Outcome::Settled(DeliveryState::Delivered), None),
        (Verdict::Gone, _) => (failed, Some(WebhookState::Gone)),
        (Verdict::Again, Some(at)) => (Outcome::Again(at), None),
        (Verdict::Again, None) => (failed, Some(WebhookState::Paused)),
    }
}

/// Sends nothing more to an address, and tells its owner.
async fn give_up(
    tx: &mut Tx,
    (zone, now): (ZoneId, OffsetDateTime),
    id: WebhookId,
    state: WebhookState,
) -> Result<(), StoreError> {
    let mut hook = tx.webhook_to_change(zone, id).await?;
    if hook.state != WebhookState::Active {
        return Ok(());
    }
    hook.state = state;
    hook.changed_at = now;
    tx.save_webhook(zone, &hook).await?;
    let office = tx.office(zone).await?;
    let letter = persistence::outbox::webhook_letter(
        zone,
        (hook.id, now),
        hook.owner,
        office.office.letter_time(now),
    );
    tx.queue_letters(zone, &[letter], now).await?;
    Ok(())
}
