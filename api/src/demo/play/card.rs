//! What is said to cards in the past that is played.

use domain::{
    card::Card,
    id::{PersonId, StageId, ZoneId},
    ladder::Rung,
    moment::Moment,
    office::Office,
    project::{AppealCard, ExplainCard, Project, Step},
};
use persistence::Tx;

use super::{Dated, Days, Deed, prose};
use crate::{error::AppError, usecase::card::deciders};

/// Whoever finishes a stage late and has not said why says it then.
pub(super) async fn explained(
    tx: &mut Tx,
    zone: ZoneId,
    (project, dated): (&Project, &Dated),
    at: (Moment, &Office),
) -> Result<Option<Step>, AppError> {
    let place = usize::from(dated.place).saturating_sub(1);
    let stage = project.stages.get(place).ok_or(AppError::Absent)?;
    let Some(by) = stage
        .officer
        .filter(|_| matches!(dated.deed, Deed::Complete(_)))
    else {
        return Ok(None);
    };
    let cards = tx.cards_of_project(zone, project.id).await?;
    let waits = |card: &&Card| card.stage == stage.id && card.is_unexplained();
    let Some(card) = cards.iter().find(waits) else {
        return Ok(None);
    };
    let explain = ExplainCard {
        text: prose(LATE_REASON)?,
        alternative_on: Some(at.0.today),
    };
    Ok(Some(project.explain_card(card, by, explain, at)?))
}

const LATE_REASON: &str = "会签环节意见反复，比预计多用了几天；现已全部回齐，今日办结。";

/// The card of a rung that a stage has.
async fn card(
    tx: &mut Tx,
    zone: ZoneId,
    (project, stage): (&Project, StageId),
    rung: Rung,
) -> Result<Card, AppError> {
    let cards = tx.cards_of_project(zone, project.id).await?;
    let mut of_rung = cards
        .into_iter()
        .filter(|card| card.stage == stage && card.rung() == rung);
    of_rung.next().ok_or(AppError::Absent)
}

/// What is said to a card.
pub(super) async fn answer_card(
    tx: &mut Tx,
    zone: ZoneId,
    ((project, stage, by), deed): ((&Project, StageId, PersonId), &Deed),
    days: &Days,
    at: (Moment, &Office),
) -> Result<Step, AppError> {
    let (Deed::Explain(rung, text, _) | Deed::Appeal(rung, text)) = deed else {
        return Err(AppError::Absent);
    };
    let card = card(tx, zone, (project, stage), *rung).await?;
    let text = prose(text)?;
    if let Deed::Explain(_, _, alternative) = deed {
        let alternative_on = alternative.map(|ago| days.on(ago));
        let explain = ExplainCard {
            text,
            alternative_on,
        };
        return Ok(project.explain_card(&card, by, explain, at)?);
    }
    let deciders = deciders(tx, zone).await?;
    Ok(project.appeal_card(&card, by, AppealCard { text, deciders }, at)?)
}
