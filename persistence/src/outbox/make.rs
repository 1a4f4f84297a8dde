//! Letters to queue, under keys that say what they are: the same reason makes the same letter on every machine.

use domain::{
    alert::Alert,
    id::{AttemptId, DeviceId, LetterId, PersonId, ProposalId, ZoneId},
};
use time::OffsetDateTime;

use super::{CALENDAR_CHANGED, Letter, LetterMatter, NEW_DEVICE, NewLetter, SIGN_IN_CODE};
use crate::types::derived_key;

/// The key of a letter from its dedupe key: the same proposal is the same letter on every machine.
pub fn letter_id(zone: ZoneId, dedupe_key: &str) -> LetterId {
    LetterId(derived_key(zone, dedupe_key))
}

/// The letter to `person` about an alert. Key: stage, basis, rung, recipient.
pub fn alert_letter(
    zone: ZoneId,
    alert: &Alert,
    person: PersonId,
    not_before: OffsetDateTime,
) -> NewLetter {
    let (stage, basis, rung) = (alert.stage, alert.basis, alert.rung.number());
    let dedupe_key = format!("v1:{stage}:{basis}:{rung}:{person}");
    NewLetter {
        id: letter_id(zone, &dedupe_key),
        dedupe_key,
        matter: LetterMatter::Escalation(alert.id),
        about: Some((alert.project, alert.stage)),
        person,
        not_before,
    }
}

/// The letter to `person` about the dates that a calendar has moved. Key: proposal, recipient.
pub fn calendar_letter(
    zone: ZoneId,
    proposal: ProposalId,
    person: PersonId,
    not_before: OffsetDateTime,
) -> NewLetter {
    let dedupe_key = format!("v1:{CALENDAR_CHANGED}:{proposal}:{person}");
    NewLetter {
        id: letter_id(zone, &dedupe_key),
        dedupe_key,
        matter: LetterMatter::CalendarChanged(proposal),
        about: None,
        person,
        not_before,
    }
}

/// The letter to `person` with the code of a sign-in. Key: the attempt.
pub fn code_letter(
    zone: ZoneId,
    attempt: AttemptId,
    person: PersonId,
    not_before: OffsetDateTime,
) -> NewLetter {
    let dedupe_key = format!("v1:{SIGN_IN_CODE}:{attempt}");
    account_letter(
        zone,
        dedupe_key,
        (LetterMatter::SignInCode(attempt), person),
        not_before,
    )
}

/// The letter to `person` about a browser that was not known. Key: the device.
pub fn device_letter(
    zone: ZoneId,
    device: DeviceId,
    person: PersonId,
    not_before: OffsetDateTime,
) -> NewLetter {
    let dedupe_key = format!("v1:{NEW_DEVICE}:{device}");
    account_letter(
        zone,
        dedupe_key,
        (LetterMatter::NewDevice(device), person),
        not_before,
    )
}

fn account_letter(
    zone: ZoneId,
    dedupe_key: String,
    (matter, person): (LetterMatter, PersonId),
    not_before: OffsetDateTime,
) -> NewLetter {
    NewLetter {
        id: letter_id(zone, &dedupe_key),
        dedupe_key,
        matter,
        about: None,
        person,
        not_before,
    }
}

/// The letter to `person` that speaks for several of theirs, of which `first` is the oldest. Key: that one.
pub fn digest_letter(
    zone: ZoneId,
    (person, first): (PersonId, LetterId),
    not_before: OffsetDateTime,
) -> NewLetter {
    account_letter(
        zone,
        format!("digest:{person}:{first}"),
        (LetterMatter::Digest, person),
        not_before,
    )
}

/// The letter to `person` about one that did not reach its reader. Key: the lost one, and the person.
pub fn undelivered_letter(
    zone: ZoneId,
    (lost, person): (&Letter, PersonId),
    not_before: OffsetDateTime,
) -> NewLetter {
    let dedupe_key = format!("{}:fb:{person}", lost.dedupe_key);
    NewLetter {
        about: lost.about,
        ..account_letter(
            zone,
            dedupe_key,
            (LetterMatter::Undelivered(lost.id), person),
            not_before,
        )
    }
}
