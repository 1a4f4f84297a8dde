//! Letters that were lost: seeing them with every try, taking note, having them sent once more.

use domain::{
    access::{Actor, Permission},
    id::LetterId,
};
use persistence::{StoreError, Tx, outbox::PostWatch};

use crate::{
    app::App,
    error::AppError,
    view::letter::{LetterDetail, LetterView, letter_try, letter_view},
};

/// Letters that a list shows.
const LISTED_MAX: i64 = 200;

/// What is done about a lost letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Somebody has taken note and sees to it in another way.
    Note,
    /// It goes out once more.
    Resend,
}

/// Letters that were lost and of which nobody has taken note, the newest first, and how the post is.
pub async fn lost(app: &App) -> Result<(Vec<LetterView>, PostWatch), AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let directory = tx.directory(zone).await?;
            let letters = tx.lost_letters(zone, LISTED_MAX).await?;
            let views = letters
                .iter()
                .map(|letter| letter_view(letter, &directory))
                .collect();
            Ok((views, tx.post_watch(zone).await?))
        })
        .await
}

/// A letter that was lost once, with every try; others are nobody's business here.
pub async fn see(app: &App, id: LetterId) -> Result<LetterDetail, AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| detail(tx, zone, id).await)
        .await
}

async fn detail(
    tx: &mut Tx,
    zone: domain::id::ZoneId,
    id: LetterId,
) -> Result<LetterDetail, AppError> {
    let letter = tx.letter(zone, id).await?;
    let directory = tx.directory(zone).await?;
    let view = letter_view(&letter, &directory);
    if !view.is_lost() && view.noted_at.is_none() {
        return Err(AppError::Absent);
    }
    let tries = tx.attempts_at(zone, id).await?;
    Ok(LetterDetail {
        letter: view,
        tries: tries.into_iter().map(letter_try).collect(),
    })
}

/// Takes note of a lost letter, or has it sent once more. Nothing happens to one of which somebody has taken
/// note, or that is on its way again.
pub async fn care(
    app: &App,
    actor: &Actor,
    id: LetterId,
    care: Care,
) -> Result<LetterDetail, AppError> {
    debug_assert!(actor.may(Permission::KeepPost));
    let (zone, now, person) = (app.zone, app.now(), actor.person);
    app.store
        .write_once(async move |tx| {
            let before = detail(tx, zone, id).await?.letter;
            let tried = match care {
                Care::Note if before.noted_at.is_some() => Ok(()),
                Care::Note => tx.heed_letter(zone, (id, person), now).await,
                Care::Resend if !before.is_lost() => Ok(()),
                Care::Resend => tx.resend_letter(zone, (id, person), now).await,
            };
            match tried {
                // Somebody else was faster.
                Ok(()) | Err(StoreError::Stale { .. }) => Ok::<_, AppError>(()),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    if care == Care::Resend {
        app.poke.poke();
    }
    see(app, id).await
}
