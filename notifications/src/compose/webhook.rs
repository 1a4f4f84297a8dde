//! The letter about an address that is not sent to any more.

use domain::{
    id::{PersonId, WebhookId, ZoneId},
    webhook::WebhookState,
};
use persistence::{StoreError, Tx};
use time::OffsetDateTime;

use super::{Composed, reader, sender};
use crate::letter::{Letter, OneLine, WebhookLetter};

/// The letter to `person`; `None` when events are sent again, the address was taken away, or the reader has
/// left.
pub(super) async fn compose(
    tx: &mut Tx,
    zone: ZoneId,
    (hook, person): (WebhookId, PersonId),
    (public_url, at): (&str, OffsetDateTime),
) -> Result<Option<Composed>, StoreError> {
    let hook = match tx.webhook(zone, hook).await {
        Ok(hook) => hook,
        Err(StoreError::Absent) => return Ok(None),
        Err(error) => return Err(error),
    };
    let is_gone = match hook.state {
        WebhookState::Gone => true,
        WebhookState::Paused => false,
        WebhookState::Waiting | WebhookState::Active => return Ok(None),
    };
    let office = tx.office(zone).await?;
    let directory = tx.directory(zone).await?;
    let Some(reader) = reader(&directory, person) else {
        return Ok(None);
    };
    let letter = WebhookLetter {
        recipient: reader.name.as_str().into(),
        sender: sender(&office.zone),
        host: host(&hook.url),
        is_gone,
        stopped_on: office.office.time.day_of(hook.changed_at),
        url: format!("{public_url}/webhooks/{}", hook.id),
        today: office.office.time.day_of(at),
    };
    Ok(Some(Composed {
        letter: Letter::WebhookStopped(Box::new(letter)),
        reader,
        zone_name: office.zone.name.clone(),
    }))
}

/// The host alone: the rest of an address may hold a secret.
fn host(url: &str) -> OneLine {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default().into()
}
