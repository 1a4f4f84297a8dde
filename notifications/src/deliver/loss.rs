//! A letter did not reach its reader, or may not have: somebody else is told, as long as there is somebody.

use domain::id::{PersonId, ZoneId};
use persistence::{
    StoreError, Tx,
    outbox::{Letter as Queued, LetterMatter, undelivered_letter},
};
use time::OffsetDateTime;

use crate::recipient::Staff;

/// Queues a letter about `lost` to whoever comes next; nothing where everybody has been told, or where it was
/// about a sign-in, which is nobody else's business.
pub(super) async fn tell(
    tx: &mut Tx,
    zone: ZoneId,
    lost: &Queued,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let root = match lost.matter {
        LetterMatter::SignInCode(_) | LetterMatter::NewDevice(_) => return Ok(()),
        LetterMatter::Undelivered(root) => tx.letter(zone, root).await?,
        LetterMatter::Escalation(_)
        | LetterMatter::Notice(_)
        | LetterMatter::CalendarChanged(_)
        | LetterMatter::WebhookStopped(_)
        | LetterMatter::Digest => lost.clone(),
    };
    let office = tx.office(zone).await?;
    let directory = tx.directory(zone).await?;
    let staff = Staff::of(&directory, office.office.time.day_of(at));
    let told = tx.told_of_loss(zone, root.id).await?;
    let unit = match root.about {
        Some((project, stage)) => {
            let held = tx.project(zone, project).await?;
            held.project.stage(stage).map(|stage| stage.unit)
        }
        None => None,
    };
    let unit = unit.or_else(|| directory.people.get(&root.person)?.unit);
    let next = staff
        .instead_of(root.person, unit)
        .into_iter()
        .find(|person: &PersonId| *person != root.person && !told.contains(person));
    if let Some(person) = next {
        let letter = undelivered_letter(zone, (&root, person), office.office.letter_time(at));
        tx.queue_letters(zone, &[letter], at).await?;
    }
    Ok(())
}
