//! Letters about an account: read when they are written, so that a code never goes out after its time.

use domain::{
    id::{AttemptId, DeviceId, PersonId, ZoneId},
    sign_in::{CODE_AGE_MAX, LINK_AGE_MAX},
};
use persistence::{StoreError, Tx};
use time::OffsetDateTime;

use super::{Composed, reader, sender};
use crate::{
    letter::{AccountLetter, AccountNews, Letter, OneLine},
    proof,
};

/// The letter with the code of a sign-in; `None` when the code would come too late.
pub(super) async fn sign_in(
    tx: &mut Tx,
    zone: ZoneId,
    (attempt, person): (AttemptId, PersonId),
    ((public_url, secret), at): ((&str, &[u8]), OffsetDateTime),
) -> Result<Option<Composed>, StoreError> {
    let held = tx.find_attempt(zone, attempt).await?;
    if held.is_none_or(|held| held.takes_answer(at).is_err()) {
        return Ok(None);
    }
    let news = AccountNews::SignIn {
        code: proof::code(secret, attempt).into(),
        code_minutes: CODE_AGE_MAX.whole_minutes(),
        link_minutes: LINK_AGE_MAX.whole_minutes(),
    };
    let token = proof::link_token(secret, attempt);
    let url = format!("{public_url}/auth/link/{token}");
    composed(tx, zone, (person, at), (news, url)).await
}

/// The letter about a browser that was not known; `None` when it is forgotten already.
pub(super) async fn new_device(
    tx: &mut Tx,
    zone: ZoneId,
    (device, person): (DeviceId, PersonId),
    (public_url, at): (&str, OffsetDateTime),
) -> Result<Option<Composed>, StoreError> {
    let devices = tx.devices_of(zone, person).await?;
    let Some(device) = devices.into_iter().find(|known| known.id == device) else {
        return Ok(None);
    };
    let local = tx.office(zone).await?.office.time.local(device.created_at);
    let news = AccountNews::NewDevice {
        device: OneLine::from(device.name),
        address: OneLine::from(device.address),
        clock: format!("{:02}:{:02}", local.hour(), local.minute()).into(),
        on: local.date(),
    };
    let url = format!("{public_url}/me/security");
    composed(tx, zone, (person, at), (news, url)).await
}

async fn composed(
    tx: &mut Tx,
    zone: ZoneId,
    (person, at): (PersonId, OffsetDateTime),
    (news, url): (AccountNews, String),
) -> Result<Option<Composed>, StoreError> {
    let office = tx.office(zone).await?;
    let directory = tx.directory(zone).await?;
    let Some(reader) = reader(&directory, person) else {
        return Ok(None);
    };
    let letter = AccountLetter {
        recipient: reader.name.as_str().into(),
        sender: sender(&office.zone),
        news,
        url,
        today: office.office.time.day_of(at),
    };
    Ok(Some(Composed {
        letter: Letter::Account(Box::new(letter)),
        reader,
        zone_name: office.zone.name.clone(),
    }))
}
