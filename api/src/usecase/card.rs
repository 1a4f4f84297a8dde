//! The acts upon a card: give the reason, appeal, decide.

use domain::{
    access::{Actor, Permission, Role},
    card::Card,
    id::{CardId, PersonId, ZoneId},
    moment::Moment,
    office::Office,
    project::{AppealCard, CardVerdict, DecideCard, ExplainCard, Project, Step},
    refusal::Refusal,
    text::Prose,
};
use persistence::Tx;

use super::stage::{Decided, held_for, require_version};
use crate::{app::App, error::AppError};

/// What somebody wants to do with a card.
#[derive(Debug, Clone)]
pub enum CardAct {
    /// The reason for the miss.
    Explain(ExplainCard),
    /// Please take it back, and why.
    Appeal(Prose),
    /// The decision of the efficacy office, and why.
    Decide(CardVerdict, Prose),
}

impl CardAct {
    /// What the actor must be allowed to do.
    pub fn permission(&self) -> Permission {
        match self {
            Self::Explain(_) => Permission::ExplainCard,
            Self::Appeal(_) => Permission::AppealCard,
            Self::Decide(..) => Permission::DecideCard,
        }
    }

    fn decide(
        self,
        (project, card): (&Project, &Card),
        by: PersonId,
        deciders: Vec<PersonId>,
        at: (Moment, &Office),
    ) -> Result<Step, Refusal> {
        match self {
            Self::Explain(explain) => project.explain_card(card, by, explain, at),
            Self::Appeal(text) => project.appeal_card(card, by, AppealCard { text, deciders }, at),
            Self::Decide(verdict, text) => {
                project.decide_card(card, by, DecideCard { verdict, text }, at)
            }
        }
    }
}

/// Does `act` upon a card for `actor`, based on version `based_on` of the project.
pub async fn act(
    app: &App,
    actor: Actor,
    card: CardId,
    based_on: i64,
    act: CardAct,
) -> Result<Decided, AppError> {
    let (zone, at) = (app.zone, app.now());
    let decided = app
        .store
        .write_once(async move |tx| {
            let office = tx.office(zone).await?.office.clone();
            let stage = tx.card(zone, card).await?.stage;
            let held = held_for(tx, (zone, stage), &actor, act.permission()).await?;
            require_version(tx, zone, &held, based_on).await?;
            // Read again: the project is ours now, so nobody can have decided in between.
            let card = tx.card(zone, card).await?;
            let deciders = deciders(tx, zone).await?;
            let now = office.moment(at);
            let of = (&held.project, &card);
            let step = act.decide(of, actor.person, deciders, (now, &office))?;
            let saved = tx.save_step(&office, &held, &step, now.at).await?;
            Ok::<_, AppError>(Decided::of(held.project.id, saved, now.today))
        })
        .await?;
    app.poke.poke();
    Ok(decided)
}

/// Who decides upon appeals.
pub(crate) async fn deciders(tx: &mut Tx, zone: ZoneId) -> Result<Vec<PersonId>, AppError> {
    let directory = tx.directory(zone).await?;
    let office = directory
        .people
        .values()
        .filter(|person| person.is_active && person.roles.contains(&Role::EfficacyOffice));
    Ok(office.map(|person| person.id).collect())
}
