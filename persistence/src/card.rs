//! Cards. One of each rung and stage that is not withdrawn: a unique index decides. Numbers come from the
//! zone's counter, as many as a turn of the sweep needs in one statement for each level.

mod list;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use diesel::prelude::*;
use domain::{
    card::{Appeal, Card, CardIssue, CardLevel, CardState, Explanation, Said},
    code::CardNumber,
    id::{AlertId, CardId, ProjectId, StageId, ZoneId},
    project::Project,
    stage::Stage,
    template::Template,
};
use serde::{Deserialize, Serialize};
use time::Date;

pub use self::list::CardFilter;
use crate::{
    connection::run,
    error::StoreError,
    prepared::{change, insert_each},
    schema::{card, counter},
    store::Tx,
    types::{Key, derived_key},
};

/// The parts of a card that no query looks for.
#[derive(Serialize, Deserialize)]
struct CardBody {
    correct_by: Option<Date>,
    explanation: Option<Explanation>,
    appeal: Option<Appeal>,
    withdrawal: Option<Said>,
}

#[derive(Queryable, Insertable, Selectable)]
#[diesel(table_name = card, treat_none_as_default_value = false)]
struct CardRow {
    zone_id: Key,
    id: Key,
    number: String,
    alert_id: Key,
    project_id: Key,
    stage_id: Key,
    rung: i32,
    issued_on: Date,
    explain_by: Date,
    is_explained: bool,
    state: String,
    body: String,
}

impl CardRow {
    fn of(zone: ZoneId, card: &Card) -> Result<Self, StoreError> {
        Ok(Self {
            zone_id: Key(zone.0),
            id: Key(card.id.0),
            number: card.number.to_string(),
            alert_id: Key(card.alert.0),
            project_id: Key(card.project.0),
            stage_id: Key(card.stage.0),
            rung: card.rung().number().into(),
            issued_on: card.issued_on,
            explain_by: card.explain_by,
            is_explained: card.explanation.is_some(),
            state: card.state().code().to_owned(),
            body: body(card)?,
        })
    }

    fn read(self) -> Result<Card, StoreError> {
        let body: CardBody = serde_json::from_str(&self.body)?;
        let number = self
            .number
            .parse()
            .map_err(|_malformed| corrupt("number"))?;
        Ok(Card {
            id: CardId(self.id.0),
            number,
            alert: AlertId(self.alert_id.0),
            project: ProjectId(self.project_id.0),
            stage: StageId(self.stage_id.0),
            issued_on: self.issued_on,
            explain_by: self.explain_by,
            correct_by: body.correct_by,
            explanation: body.explanation,
            appeal: body.appeal,
            withdrawal: body.withdrawal,
        })
    }
}

fn body(card: &Card) -> Result<String, StoreError> {
    Ok(serde_json::to_string(&CardBody {
        correct_by: card.correct_by,
        explanation: card.explanation.clone(),
        appeal: card.appeal.clone(),
        withdrawal: card.withdrawal.clone(),
    })?)
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt {
        what: format!("card: {what}"),
    }
}

/// The key of the card that an alert issues.
pub fn card_id(zone: ZoneId, alert: AlertId) -> CardId {
    CardId(derived_key(zone, &format!("card:{alert}")))
}

/// A card in a list, with its project and stage.
#[derive(Debug, Clone)]
pub struct CardAtWork {
    /// The card.
    pub card: Card,
    /// The project, with this one of its stages only.
    pub project: Project,
    /// The template version it started with.
    pub template: Arc<Template>,
    /// The stage.
    pub stage: Stage,
}

impl Tx {
    /// Keeps the cards of alerts that were kept just now and gives them with their numbers. A stage that has a
    /// card of that rung gets no second one.
    ///
    /// Whoever calls holds the projects, so that no card is taken back in between.
    pub(crate) async fn issue_cards(
        &mut self,
        zone: ZoneId,
        issues: Vec<CardIssue>,
    ) -> Result<Vec<Card>, StoreError> {
        if issues.is_empty() {
            return Ok(Vec::new());
        }
        let standing = self.standing_cards(zone, &issues).await?;
        let mut by_number: BTreeMap<(CardLevel, i32), Vec<CardIssue>> = BTreeMap::new();
        for issue in issues {
            if !standing.contains(&(Key(issue.stage.0), issue.level.rung().number().into())) {
                let year = issue.issued_on.year();
                by_number
                    .entry((issue.level, year))
                    .or_default()
                    .push(issue);
            }
        }
        let mut cards = Vec::new();
        // In the order of the levels, so that sweeps wait for each other's counters and never in a circle.
        for ((level, year), issues) in by_number {
            let first = self.take_numbers(zone, (level, year), issues.len()).await?;
            let numbers = first..;
            cards.extend(
                issues
                    .into_iter()
                    .zip(numbers)
                    .map(|(issue, number)| issue.numbered(number)),
            );
        }
        let rows: Vec<CardRow> = cards
            .iter()
            .map(|card| CardRow::of(zone, card))
            .collect::<Result<_, _>>()?;
        insert_each!(self, execute, &rows, values => diesel::insert_into(card::table).values(values));
        Ok(cards)
    }

    /// The stages and rungs of `issues` that have a card which was not taken back.
    async fn standing_cards(
        &mut self,
        zone: ZoneId,
        issues: &[CardIssue],
    ) -> Result<BTreeSet<(Key, i32)>, StoreError> {
        let stages: Vec<Key> = issues.iter().map(|issue| Key(issue.stage.0)).collect();
        let query = card::table
            .filter(card::zone_id.eq(Key(zone.0)))
            .filter(card::stage_id.eq_any(stages))
            .filter(card::state.ne(CardState::Withdrawn.code()))
            .select((card::stage_id, card::rung));
        let rows: Vec<(Key, i32)> = run!(self, load, query)?;
        Ok(rows.into_iter().collect())
    }

    /// Takes so many numbers at once and gives the first.
    async fn take_numbers(
        &mut self,
        zone: ZoneId,
        (level, year): (CardLevel, i32),
        count: usize,
    ) -> Result<u32, StoreError> {
        let count = i64::try_from(count).map_err(|_too_many| corrupt("too many at once"))?;
        let query = diesel::insert_into(counter::table)
            .values((
                counter::zone_id.eq(Key(zone.0)),
                counter::name.eq(format!("card:{}:{year}", level.letter())),
                counter::value.eq(count),
            ))
            .on_conflict((counter::zone_id, counter::name))
            .do_update()
            .set(counter::value.eq(counter::value + count))
            .returning(counter::value);
        let last: i64 = run!(self, get_result, query)?;
        u32::try_from(last - count + 1).map_err(|_out_of_range| corrupt("number out of range"))
    }

    /// Keeps what a decision made of a card.
    pub(crate) async fn save_card(&mut self, zone: ZoneId, card: &Card) -> Result<(), StoreError> {
        let this = card::zone_id
            .eq(Key(zone.0))
            .and(card::id.eq(Key(card.id.0)));
        let values = (
            card::is_explained.eq(card.explanation.is_some()),
            card::state.eq(card.state().code()),
            card::body.eq(body(card)?),
        );
        match run!(self, execute, change(card::table, this, values))? {
            1 => Ok(()),
            _ => Err(StoreError::Absent),
        }
    }

    /// A card by key.
    pub async fn card(&mut self, zone: ZoneId, id: CardId) -> Result<Card, StoreError> {
        let query = card::table.find((Key(zone.0), Key(id.0)));
        let row: CardRow = run!(self, get_result, query)?;
        row.read()
    }

    /// The cards of a project, the newest first.
    pub async fn cards_of_project(
        &mut self,
        zone: ZoneId,
        project: ProjectId,
    ) -> Result<Vec<Card>, StoreError> {
        let query = card::table
            .filter(card::zone_id.eq(Key(zone.0)))
            .filter(card::project_id.eq(Key(project.0)))
            .order((
                card::issued_on.desc(),
                card::rung.desc(),
                card::number.desc(),
            ));
        let rows: Vec<CardRow> = run!(self, load, query)?;
        rows.into_iter().map(CardRow::read).collect()
    }
}

/// The numbers of cards by the alerts that issued them.
pub(crate) fn numbers(cards: &[Card]) -> BTreeMap<AlertId, CardNumber> {
    cards.iter().map(|card| (card.alert, card.number)).collect()
}
