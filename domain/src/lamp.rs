//! The lamp of a stage: what colour its clock shows.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    calendar::WorkCalendar,
    ladder::{self, Ladder, Rung, RungDay},
    stage::{Stage, StageState},
};

/// What a clock shows. Ordered from calm to grave, so that the lamp of a project is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    /// Waits for others or for acceptance.
    NotStarted,
    /// Finished in time.
    Done,
    /// Finished after the promise; never green.
    DoneLate,
    /// In time.
    Green,
    /// The clock stands.
    Paused,
    /// Due soon.
    Blue,
    /// The promise is missed.
    Yellow,
    /// The correction limit or the statute is missed.
    Red,
}

impl Lamp {
    /// Every lamp, calm to grave.
    pub const ALL: [Self; 8] = [
        Self::NotStarted,
        Self::Done,
        Self::DoneLate,
        Self::Green,
        Self::Paused,
        Self::Blue,
        Self::Yellow,
        Self::Red,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Done => "done",
            Self::DoneLate => "done_late",
            Self::Green => "green",
            Self::Paused => "paused",
            Self::Blue => "blue",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }

    /// The lamp of `stage` on `today`. A hold by a supervisor changes who is told, never the colour.
    pub fn of(stage: &Stage, ladder: &Ladder, calendar: &WorkCalendar, today: Date) -> Self {
        match stage.state {
            StageState::Waiting | StageState::Ready => Self::NotStarted,
            StageState::Stopped => Self::Paused,
            StageState::Done if stage.is_done_late() => Self::DoneLate,
            StageState::Done => Self::Done,
            StageState::Running => {
                let shown = match ladder::deadline_days(stage, ladder, calendar, |_, on| on) {
                    Ok(days) => Self::of_rungs(&days, today),
                    // The alarm about the calendar rises elsewhere; a miss that is known stays a miss.
                    Err(_no_answer) => Self::of_dates(stage, today),
                };
                // More time asked for in time protects until it is decided.
                if stage.extension.is_some() {
                    shown.min(Self::Blue)
                } else {
                    shown
                }
            }
        }
    }

    fn of_rungs(days: &[RungDay], today: Date) -> Self {
        let reached = days.iter().filter(|day| day.on <= today);
        match reached.map(|day| day.rung).max() {
            Some(Rung::Red | Rung::Leadership) => Self::Red,
            Some(Rung::Yellow) => Self::Yellow,
            Some(Rung::Remind) => Self::Blue,
            Some(
                Rung::Silence
                | Rung::StopExpired
                | Rung::StopObjected
                | Rung::DecisionLate
                | Rung::Expiring,
            )
            | None => Self::Green,
        }
    }

    fn of_dates(stage: &Stage, today: Date) -> Self {
        let is_past = |day: Option<Date>| day.is_some_and(|day| day < today);
        if is_past(stage.deadline.statutory_due_on) {
            Self::Red
        } else if is_past(stage.deadline.due_on) {
            Self::Yellow
        } else {
            Self::Green
        }
    }
}

#[cfg(test)]
mod tests;
