//! What the work of another system does to the clock.
//!
//! The clock is not moved step by step: it is told anew from all marks that are known, in the order of
//! their time. So it does not matter in how many files, or in which order, they came.
//!
//! Two stops in a row, such as two letters that ask for the same: both are kept, and the first ends on the
//! day on which the second begins. Nothing then stands for ever because of a letter that a newer one
//! replaced, and the days taken out are those of one stop over both.

use alloc::vec::Vec;

use time::{Date, OffsetDateTime};

use crate::{
    clock::{Clock, ClockStop, StopReason},
    office::Office,
    stage::{Stage, StageState},
};

use super::WorkItem;

/// What a piece of work does to the clock of its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The case is accepted: its day is day 0. The first one counts.
    Accepts,
    /// The clock stands from then on.
    Stops(StopReason),
    /// The clock runs again. Where it does not stand this is work and nothing else.
    Resumes,
    /// The case is finished, if nothing else says when. The first one counts.
    Finishes,
}

/// How much of a piece of work stands in the record already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Recorded {
    /// Nothing.
    #[default]
    Nothing,
    /// That it was done.
    Work,
    /// That it was done, and what it did to the clock.
    WorkAndMark,
}

/// What all marks of a case come to.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Day 0, if a mark says so.
    pub(super) accepted_on: Option<Date>,
    /// The stops, in order; at most the last is open.
    pub(super) stops: Vec<ClockStop>,
    /// The first finish.
    pub(super) finished_at: Option<OffsetDateTime>,
    /// For each piece of work: true when it did something to the clock.
    pub(super) is_effective: Vec<bool>,
}

impl Told {
    /// Goes through `work`, which is in the order of time.
    pub(super) fn of(work: &[WorkItem], office: &Office) -> Self {
        let mut told = Self::default();
        for item in work {
            let on = office.time.day_of(item.at);
            let is_effective = item.mark.is_some_and(|mark| told.take(mark, (item.at, on)));
            told.is_effective.push(is_effective);
        }
        told
    }

    fn take(&mut self, mark: Mark, (at, on): (OffsetDateTime, Date)) -> bool {
        let open = self
            .stops
            .last_mut()
            .filter(|stop| stop.resumed_on.is_none());
        match (mark, open) {
            (Mark::Accepts, _) => {
                let is_first = self.accepted_on.is_none();
                self.accepted_on = self.accepted_on.or(Some(on));
                is_first
            }
            (Mark::Stops(reason), open) => {
                if let Some(replaced) = open {
                    replaced.resumed_on = Some(on);
                }
                self.stops.push(ClockStop::bare(reason, on, None));
                true
            }
            (Mark::Resumes, Some(open)) => {
                open.resumed_on = Some(on);
                true
            }
            (Mark::Resumes, None) => false,
            (Mark::Finishes, _) => {
                let is_first = self.finished_at.is_none();
                self.finished_at = self.finished_at.or(Some(at));
                is_first
            }
        }
    }

    /// Sets the clock of a stage accordingly; true when day 0 moved. Stops that were entered here stay.
    pub(super) fn set(&self, held: &mut Stage) -> bool {
        let Some(clock) = &mut held.clock else {
            return false;
        };
        let accepted_on = self.accepted_on.unwrap_or(clock.accepted_on);
        let is_moved = accepted_on != clock.accepted_on;
        clock.accepted_on = accepted_on;
        clock.stops.retain(|stop| stop.recorded_on.is_some());
        clock.stops.extend(self.stops.iter().cloned());
        if let Some(done_on) = held.done_on {
            end_stops(clock, done_on);
        }
        let stands = clock.open_stop().is_some();
        held.state = match held.state {
            StageState::Running | StageState::Stopped if stands => StageState::Stopped,
            StageState::Running | StageState::Stopped => StageState::Running,
            StageState::Waiting | StageState::Ready | StageState::Done => held.state,
        };
        is_moved
    }
}

/// Ends open stops; one that began after `on` ends on its own day.
pub(super) fn end_stops(clock: &mut Clock, on: Date) {
    let stops = clock.stops.iter_mut();
    for stop in stops.filter(|stop| stop.resumed_on.is_none()) {
        stop.resumed_on = Some(on.max(stop.stopped_on));
    }
}
