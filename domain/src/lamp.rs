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
            StageState::Running => LampDays::of(stage, ladder, calendar).on(today),
        }
    }
}

/// The days from which on the lamp of a stage is blue, yellow and red if nothing more happens; all absent
/// unless its clock runs. Queries look for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LampDays {
    /// From here on it is due soon.
    pub blue_on: Option<Date>,
    /// From here on the promise is missed.
    pub yellow_on: Option<Date>,
    /// From here on the correction limit or the statute is missed.
    pub red_on: Option<Date>,
}

impl LampDays {
    /// The days of `stage`.
    pub fn of(stage: &Stage, ladder: &Ladder, calendar: &WorkCalendar) -> Self {
        if stage.state != StageState::Running {
            return Self::default();
        }
        let days = match ladder::deadline_days(stage, ladder, calendar, |_, on| on) {
            Ok(days) => Self::of_rungs(&days),
            // The alarm about the calendar rises elsewhere; a miss that is known stays a miss.
            Err(_no_answer) => Self::of_dates(stage),
        };
        if stage.extension.is_some() {
            days.protected()
        } else {
            days
        }
    }

    /// The lamp of a running stage with these days on `today`.
    pub fn on(self, today: Date) -> Lamp {
        let is_reached = |day: Option<Date>| day.is_some_and(|day| day <= today);
        if is_reached(self.red_on) {
            Lamp::Red
        } else if is_reached(self.yellow_on) {
            Lamp::Yellow
        } else if is_reached(self.blue_on) {
            Lamp::Blue
        } else {
            Lamp::Green
        }
    }

    fn of_rungs(days: &[RungDay]) -> Self {
        let first = |wanted: &[Rung]| {
            let of_rung = days.iter().filter(|day| wanted.contains(&day.rung));
            of_rung.map(|day| day.on).min()
        };
        Self {
            blue_on: first(&[Rung::Remind]),
            yellow_on: first(&[Rung::Yellow]),
            red_on: first(&[Rung::Red, Rung::Leadership]),
        }
    }

    fn of_dates(stage: &Stage) -> Self {
        let after = |day: Option<Date>| day.and_then(Date::next_day);
        Self {
            blue_on: None,
            yellow_on: after(stage.deadline.due_on),
            red_on: after(stage.deadline.statutory_due_on),
        }
    }

    /// More time asked for in time protects until it is decided: nothing graver than blue.
    fn protected(self) -> Self {
        let days = [self.blue_on, self.yellow_on, self.red_on];
        Self {
            blue_on: days.into_iter().flatten().min(),
            yellow_on: None,
            red_on: None,
        }
    }
}

#[cfg(test)]
mod tests;
