//! When a project's next target is reached, as it is said on one day; and why another day says otherwise.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use time::Date;

use super::{Outlook, Schedule};
use crate::{
    calendar::WorkCalendar, id::StageId, project::Project, stage::StageState, template::Milestone,
};

/// When the target of a schedule is reached (预计开工).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// The stage that everything leads to.
    pub target: StageId,
    /// True while that is the start of works.
    pub is_start_of_works: bool,
    /// The first day on which it may be reached.
    pub on: Date,
    /// True when something without a limit lies before that day: it may well be later.
    pub is_earliest: bool,
}

impl Forecast {
    /// The forecast of `project` as it looks on `today`; `None` when nothing lies ahead.
    pub fn of(project: &Project, today: Date, calendar: &WorkCalendar) -> Option<Self> {
        if project.closed_on.is_some() {
            return None;
        }
        Schedule::settled(project, today, calendar)
            .0
            .forecast(project)
    }
}

impl Schedule {
    /// When the target is reached: the day on which works may start, or else the last end.
    pub fn forecast(&self, project: &Project) -> Option<Forecast> {
        let (place, outlook) = self.target()?;
        let target = project.stage_at(place)?;
        let is_start_of_works = target.terms.milestone == Some(Milestone::StartOfWorks);
        Some(Forecast {
            target: target.id,
            is_start_of_works,
            // The start itself takes no time: it may happen on the day on which all before it is done.
            on: if is_start_of_works && target.expected_on.is_none() {
                outlook.start_on
            } else {
                outlook.end_on
            },
            is_earliest: outlook.is_earliest,
        })
    }

    /// The first open stage on the way to the target, and what it does while days go by.
    pub fn holdup(&self, project: &Project) -> Option<(StageId, ForecastCause)> {
        let way = self.critical_path().iter();
        let mut stages = way.filter_map(|place| project.stage_at(*place));
        let first = stages.find(|stage| stage.state != StageState::Done)?;
        let cause = match first.state {
            StageState::Stopped => ForecastCause::ClockStands,
            StageState::Waiting | StageState::Ready => ForecastCause::NotAccepted,
            StageState::Running | StageState::Done => ForecastCause::Overrun,
        };
        Some((first.id, cause))
    }

    /// The stages whose days are others in `after`, in order of their places.
    pub fn shifts(&self, after: &Self) -> Vec<StageShift> {
        let shift = |(place, old): (u16, Outlook)| {
            let new = after.outlook(place)?;
            let is_moved = (old.start_on, old.end_on) != (new.start_on, new.end_on);
            is_moved.then_some(StageShift { place, old, new })
        };
        self.outlooks().filter_map(shift).collect()
    }
}

/// A stage whose days are others in another schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageShift {
    /// Its place.
    pub place: u16,
    /// Its days before.
    pub old: Outlook,
    /// Its days after.
    pub new: Outlook,
}

/// Why a forecast is another one. The stage that it is about stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForecastCause {
    /// Days went by while the clock stood.
    ClockStands,
    /// Days went by while nobody accepted it.
    NotAccepted,
    /// It takes longer than promised.
    Overrun,
    /// It was accepted.
    Accepted,
    /// The officer expects another day.
    Expected,
    /// Its clock was stopped.
    Stopped,
    /// Its clock runs again.
    Resumed,
    /// It has more time.
    Extended,
    /// It was finished.
    Completed,
    /// The working calendar was changed.
    Calendar,
}

impl ForecastCause {
    /// Every cause.
    pub const ALL: [Self; 10] = [
        Self::ClockStands,
        Self::NotAccepted,
        Self::Overrun,
        Self::Accepted,
        Self::Expected,
        Self::Stopped,
        Self::Resumed,
        Self::Extended,
        Self::Completed,
        Self::Calendar,
    ];

    /// The stable code, as stored and sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::ClockStands => "clock_stands",
            Self::NotAccepted => "not_accepted",
            Self::Overrun => "overrun",
            Self::Accepted => "accepted",
            Self::Expected => "expected",
            Self::Stopped => "stopped",
            Self::Resumed => "resumed",
            Self::Extended => "extended",
            Self::Completed => "completed",
            Self::Calendar => "calendar",
        }
    }
}
