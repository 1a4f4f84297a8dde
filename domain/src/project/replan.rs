//! Planning anew: what another working calendar makes of a project's dates.

use alloc::{string::String, vec::Vec};

use time::Date;

use super::{Draft, Project, Step};
use crate::{
    calendar::WorkCalendar,
    event::{Author, Fact},
    id::StageId,
    moment::Moment,
    office::Office,
    schedule::ForecastCause,
    stage::Stage,
};

/// From which version of the zone's calendar to which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarStep {
    /// The name of the calendar that counts from now on.
    pub name: String,
    /// The version that counted before.
    pub from: u32,
    /// The version that counts now.
    pub to: u32,
}

/// A stage whose dates are others under another calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The stage.
    pub stage: StageId,
    /// Its due day before; none when it was not known.
    pub old: Option<Date>,
    /// Its due day after; none when it cannot be computed.
    pub new: Option<Date>,
    /// Its last day under the law before.
    pub old_statutory: Option<Date>,
    /// Its last day under the law after.
    pub new_statutory: Option<Date>,
}

impl Moved {
    fn of(before: &Stage, after: &Stage) -> Option<Self> {
        let (old, new) = (&before.deadline, &after.deadline);
        let moved = Self {
            stage: before.id,
            old: old.due_on,
            new: new.due_on,
            old_statutory: old.statutory_due_on,
            new_statutory: new.statutory_due_on,
        };
        let is_moved = moved.old != moved.new || moved.old_statutory != moved.new_statutory;
        is_moved.then_some(moved)
    }
}

impl Project {
    /// The stages whose dates would be others under `calendar`, in the order of their ordinals. Nothing is
    /// changed.
    pub fn moves_under(&self, calendar: &WorkCalendar) -> Vec<Moved> {
        self.stages
            .iter()
            .filter(|stage| stage.is_clocked())
            .filter_map(|stage| {
                let mut planned = stage.clone();
                planned.reckon(Date::MIN, calendar);
                Moved::of(stage, &planned)
            })
            .collect()
    }

    /// The stages whose dates are others in `after`, which is this project at a later time.
    pub fn moves_to(&self, after: &Self) -> Vec<Moved> {
        let pairs = self.stages.iter().zip(&after.stages);
        pairs
            .filter_map(|(before, after)| Moved::of(before, after))
            .collect()
    }

    /// Plans every open stage whose clock was started anew under the office's calendar, which is another one
    /// since `change`; `None` when that changes nothing. A finished stage keeps its dates for ever.
    ///
    /// Planning twice changes nothing the second time.
    pub fn replan(
        &self,
        by: Author,
        change: &CalendarStep,
        (now, office): (Moment, &Office),
    ) -> Option<Step> {
        let mut draft = Draft::new(self, by, now, office);
        let mut facts: Vec<(StageId, Fact)> = Vec::new();
        let mut is_changed = false;
        let stages = draft.project.stages.iter_mut().zip(&self.stages);
        for (stage, before) in stages.filter(|(stage, _)| stage.is_clocked()) {
            let told = stage.reckon(now.today, &office.calendar);
            if stage == before {
                // Unknown before and after: nothing new to tell.
                continue;
            }
            is_changed = true;
            facts.extend(told.map(|fact| (stage.id, fact)));
            let (old, new) = (
                before.deadline.statutory_due_on,
                stage.deadline.statutory_due_on,
            );
            if old != new && !stage.deadline.is_unknown {
                facts.push((stage.id, Fact::StatutoryMoved { old, new }));
            }
        }
        if !is_changed {
            return None;
        }
        let changed = Fact::CalendarChanged {
            name: change.name.clone(),
            from: change.from,
            to: change.to,
        };
        draft.record(None, now.today, changed);
        for (stage, fact) in facts {
            draft.record(Some(stage), now.today, fact);
        }
        Some(draft.finish_because(None, ForecastCause::Calendar))
    }
}

impl Stage {
    /// True while its clock was started and it is not finished: its dates follow the calendar.
    fn is_clocked(&self) -> bool {
        self.is_open() && self.clock.is_some()
    }
}
