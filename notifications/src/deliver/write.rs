//! Words and bytes of letters, kept before anything is sent.

use domain::{id::ZoneId, text::Language};
use persistence::{
    StoreError, Tx,
    outbox::{Letter as Queued, LetterMatter, LetterState, RenderedLetter, Settlement},
};
use time::OffsetDateTime;

use super::{Post, Postmark, unknown_fate};
use crate::{
    compose::{self, Composed},
    letter,
    mime::{self, Envelope},
};

/// A leased letter: its bytes, or what is to be recorded instead.
pub(super) struct Written {
    pub(super) queued: Queued,
    pub(super) what: Result<RenderedLetter, Settlement>,
}

/// Puts leased letters into words and bytes, and keeps those of all of them in one commit. Letters whose lease
/// was lost are left out.
pub(super) async fn write(
    post: &Post<'_>,
    leased: Vec<Queued>,
) -> Result<Vec<Written>, StoreError> {
    let (zone, at, postmark) = (post.zone, (post.now)(), post.postmark);
    let mut written = post
        .store
        .read(async move |tx: &mut Tx| {
            let mut written = Vec::with_capacity(leased.len());
            for queued in &leased {
                let what = write_one(tx, zone, queued, (postmark, at)).await?;
                written.push(Written {
                    queued: queued.clone(),
                    what,
                });
            }
            Ok::<_, StoreError>(written)
        })
        .await?;
    let new: Vec<(Queued, RenderedLetter)> = written
        .iter()
        .filter(|letter| letter.queued.rendered.is_none())
        .filter_map(|letter| Some((letter.queued.clone(), letter.what.clone().ok()?)))
        .collect();
    if new.is_empty() {
        return Ok(written);
    }
    let lost = post
        .store
        .write(async move |tx: &mut Tx| {
            let mut lost = Vec::new();
            for (queued, rendered) in &new {
                if !tx.keep_rendered(zone, queued, rendered).await? {
                    lost.push(queued.id);
                }
            }
            Ok::<_, StoreError>(lost)
        })
        .await?;
    written.retain(|letter| !lost.contains(&letter.queued.id));
    Ok(written)
}

async fn write_one(
    tx: &mut Tx,
    zone: ZoneId,
    queued: &Queued,
    (postmark, at): (&Postmark, OffsetDateTime),
) -> Result<Result<RenderedLetter, Settlement>, StoreError> {
    if queued.state == LetterState::Sending {
        let reason = "the worker stopped while sending".to_owned();
        return Ok(Err(unknown_fate(queued, reason, at)));
    }
    let Some(composed) = compose::compose(tx, zone, queued, (postmark, at)).await? else {
        return Ok(Err(Settlement::Cancelled));
    };
    if let Some(rendered) = &queued.rendered {
        return Ok(Ok(rendered.clone()));
    }
    Ok(render(postmark, queued, &composed, at).map_err(|reason| Settlement::Dead { reason }))
}

/// Whether there is still a reason for a letter.
pub(super) async fn is_wanted(
    tx: &mut Tx,
    zone: ZoneId,
    queued: &Queued,
    (postmark, at): (&Postmark, OffsetDateTime),
) -> Result<bool, StoreError> {
    let composed = compose::compose(tx, zone, queued, (postmark, at)).await?;
    Ok(composed.is_some())
}

fn render(
    postmark: &Postmark,
    queued: &Queued,
    composed: &Composed,
    at: OffsetDateTime,
) -> Result<RenderedLetter, String> {
    let reader = &composed.reader;
    let address = reader
        .email
        .clone()
        .ok_or("the reader has no mail address")?;
    let language: Language = reader.language;
    let words = letter::render(&composed.letter, language).map_err(|error| error.to_string())?;
    let message_id = mime::message_id(
        &postmark.message_key,
        &queued.dedupe_key,
        &postmark.message_domain,
    );
    let (thread_root, list_id) = threads(postmark, queued);
    let envelope = Envelope {
        from_name: composed.zone_name.get(language).to_owned(),
        from_address: postmark.from_address.clone(),
        to_name: reader.name.clone(),
        to_address: address.clone(),
        message_id: message_id.clone(),
        date: at,
        thread_root,
        list_id: Some(list_id),
        reply_to: None,
    };
    let bytes = mime::build(&words, &envelope).map_err(|error| error.to_string())?;
    Ok(RenderedLetter {
        message_id,
        address,
        subject: words.subject,
        bytes,
    })
}

/// Letters about one stage are one thread of one project's list.
fn threads(postmark: &Postmark, queued: &Queued) -> (Option<String>, String) {
    let domain = &postmark.message_domain;
    if let Some((project, stage)) = queued.about {
        return (
            Some(format!("<gc.stage.{stage}@{domain}>")),
            format!("<project.{project}.{domain}>"),
        );
    }
    let list = match queued.matter {
        LetterMatter::SignInCode(_) | LetterMatter::NewDevice(_) => "account",
        LetterMatter::WebhookStopped(_) => "webhook",
        LetterMatter::Digest | LetterMatter::Undelivered(_) => "digest",
        LetterMatter::Escalation(_)
        | LetterMatter::Notice(_)
        | LetterMatter::CalendarChanged(_) => "calendar",
    };
    (None, format!("<{list}.{domain}>"))
}
