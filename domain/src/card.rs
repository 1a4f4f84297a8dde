//! Cards (牌): what a missed promise costs its unit. A card has a number, asks for a reason, and may be
//! appealed against and withdrawn; the miss itself stays what it is.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    alert::Alert,
    calendar::{WorkCalendar, plus_days},
    code::CardNumber,
    id::{AlertId, CardId, PersonId, ProjectId, StageId},
    ladder::{self, Ladder, Rung},
    office::Office,
    stage::{Stage, StageState},
    text::Prose,
};

/// How grave a card is. The rungs of the ladder above the reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardLevel {
    /// 黄牌: the promise is missed.
    Yellow,
    /// 红牌: the correction limit or the statute is missed.
    Red,
    /// 两委督办: red is unsolved.
    Leadership,
}

impl CardLevel {
    /// Every level, lowest first.
    pub const ALL: [Self; 3] = [Self::Yellow, Self::Red, Self::Leadership];

    /// The letter before the year of a card's number.
    pub fn letter(self) -> char {
        match self {
            Self::Yellow => 'Y',
            Self::Red => 'R',
            Self::Leadership => 'L',
        }
    }

    /// The level of a letter.
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.letter() == letter)
    }

    /// The rung that issues it.
    pub fn rung(self) -> Rung {
        match self {
            Self::Yellow => Rung::Yellow,
            Self::Red => Rung::Red,
            Self::Leadership => Rung::Leadership,
        }
    }

    /// The level of a rung; `None` for rungs that issue no card.
    pub fn of_rung(rung: Rung) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.rung() == rung)
    }

    /// True where the reason and another date must be given to the investor too, not to the office alone.
    /// Rules, 3.4: "public reason and alternative date required".
    pub fn is_explained_in_public(self) -> bool {
        match self {
            Self::Yellow => false,
            Self::Red | Self::Leadership => true,
        }
    }
}

/// A card. One of each level and stage that is not withdrawn; finishing late keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Key.
    pub id: CardId,
    /// Level, year and running number.
    pub number: CardNumber,
    /// The alert with which it was issued.
    pub alert: AlertId,
    /// Of which project.
    pub project: ProjectId,
    /// Of which stage.
    pub stage: StageId,
    /// The day on which it was issued.
    pub issued_on: Date,
    /// The last day on which the reason is given in time.
    pub explain_by: Date,
    /// The last day of the correction limit; for yellow cards, where one is left.
    pub correct_by: Option<Date>,
    /// The reason, once it was given.
    pub explanation: Option<Explanation>,
    /// The appeal, if there was one.
    pub appeal: Option<Appeal>,
    /// Set when the efficacy office has taken it back.
    pub withdrawal: Option<Said>,
}

/// 说明原因: why the promise was missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// Who says so.
    pub by: PersonId,
    /// On which day.
    pub on: Date,
    /// Why.
    pub text: Prose,
    /// When the investor may expect the stage to be done instead.
    pub alternative_on: Option<Date>,
}

/// 申诉: why the card should be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// Who appeals.
    pub by: PersonId,
    /// On which day.
    pub on: Date,
    /// Why.
    pub text: Prose,
    /// Set when the efficacy office said no; where it said yes the card is withdrawn.
    pub rejection: Option<Said>,
}

/// What the efficacy office says: who, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Who.
    pub by: PersonId,
    /// On which day.
    pub on: Date,
    /// Why.
    pub text: Prose,
}

/// How a card stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// It stands, and no appeal waits.
    Open,
    /// It stands, and an appeal waits for its decision.
    Appealed,
    /// It was taken back.
    Withdrawn,
}

impl CardState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Appealed, Self::Withdrawn];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Appealed => "appealed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl Card {
    /// How grave it is.
    pub fn level(&self) -> CardLevel {
        self.number.level()
    }

    /// The rung that issued it.
    pub fn rung(&self) -> Rung {
        self.level().rung()
    }

    /// How it stands.
    pub fn state(&self) -> CardState {
        if self.withdrawal.is_some() {
            CardState::Withdrawn
        } else if self.pending_appeal().is_some() {
            CardState::Appealed
        } else {
            CardState::Open
        }
    }

    /// The appeal that waits for its decision.
    pub fn pending_appeal(&self) -> Option<&Appeal> {
        self.appeal
            .as_ref()
            .filter(|appeal| appeal.rejection.is_none() && self.withdrawal.is_none())
    }

    /// True while the reason is asked for: it was not given, and the card was not taken back.
    pub fn is_unexplained(&self) -> bool {
        self.explanation.is_none() && self.withdrawal.is_none()
    }

    /// True when the reason was given after its day, or is missing after it.
    pub fn is_explained_late(&self, today: Date) -> bool {
        let on = self.explanation.as_ref().map(|said| said.on);
        match on {
            Some(on) => on > self.explain_by,
            None => self.is_unexplained() && today > self.explain_by,
        }
    }

    /// True when another date must come with the reason: the investor waits, and is told.
    pub fn needs_alternative(&self, stage: &Stage) -> bool {
        self.level().is_explained_in_public() && stage.state != StageState::Done
    }
}

/// A card in the making: all but its number, which whoever keeps it gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardIssue {
    /// Key.
    pub id: CardId,
    /// How grave it is.
    pub level: CardLevel,
    /// The alert with which it is issued.
    pub alert: AlertId,
    /// Of which project.
    pub project: ProjectId,
    /// Of which stage.
    pub stage: StageId,
    /// The day on which it is issued.
    pub issued_on: Date,
    /// The last day on which the reason is given in time.
    pub explain_by: Date,
    /// The last day of the correction limit.
    pub correct_by: Option<Date>,
}

impl CardIssue {
    /// The card of an alert that fires today; `None` for a rung that issues none, and for one that is only
    /// carried over: its card was issued when it fired.
    pub fn of(
        alert: &Alert,
        stage: &Stage,
        (id, office): (CardId, &Office),
        today: Date,
    ) -> Option<Self> {
        let level = CardLevel::of_rung(alert.rung).filter(|_| !alert.is_carried)?;
        let (ladder, calendar) = (&office.ladder, &office.calendar);
        Some(Self {
            id,
            level,
            alert: alert.id,
            project: alert.project,
            stage: alert.stage,
            issued_on: today,
            explain_by: explain_by(today, ladder, calendar),
            correct_by: ladder::correction_by(stage, ladder, calendar)
                .filter(|day| level == CardLevel::Yellow && *day >= today),
        })
    }

    /// The card under a number.
    pub fn numbered(self, number: u32) -> Card {
        Card {
            id: self.id,
            number: CardNumber::new(self.level, self.issued_on.year(), number),
            alert: self.alert,
            project: self.project,
            stage: self.stage,
            issued_on: self.issued_on,
            explain_by: self.explain_by,
            correct_by: self.correct_by,
            explanation: None,
            appeal: None,
            withdrawal: None,
        }
    }
}

/// The last day to give the reason: so many working days after the issue. A calendar without an answer must
/// not hold the card back; the next day is the last one then.
fn explain_by(issued_on: Date, ladder: &Ladder, calendar: &WorkCalendar) -> Date {
    calendar
        .working_day_after(issued_on, ladder.explanation_days)
        .map(|day| day.on)
        .or_else(|_no_answer| plus_days(issued_on, 1))
        .unwrap_or(issued_on)
}

/// True when every card of this rung that the stage ever had was taken back: the rung fired, but it is not
/// held against anybody. A rung without a card stands: those that fired before there were cards have none.
pub fn is_taken_back(cards: &[Card], stage: StageId, rung: Rung) -> bool {
    let mut of_rung = cards
        .iter()
        .filter(|card| card.stage == stage && card.rung() == rung)
        .peekable();
    of_rung.peek().is_some() && of_rung.all(|card| card.withdrawal.is_some())
}

/// The cards of one stage, the newest and gravest first.
pub fn of_stage(cards: &[Card], stage: StageId) -> Vec<&Card> {
    let mut found: Vec<&Card> = cards.iter().filter(|card| card.stage == stage).collect();
    found.sort_by_key(|card| core::cmp::Reverse((card.issued_on, card.level(), card.number)));
    found
}

#[cfg(test)]
mod tests;
