//! What a decision makes of the forecast, and what time made of it before.

use time::Date;

use super::{Draft, Step};
use crate::{
    event::Fact,
    id::StageId,
    schedule::{Forecast, ForecastCause, Schedule},
};

impl Draft<'_> {
    /// Ends a step that may move the forecast, and records how far and why: first what the days made of it
    /// that went by since it was last said, then what this step does to it.
    pub(super) fn finish_because(mut self, stage: Option<StageId>, cause: ForecastCause) -> Step {
        let (today, calendar) = (self.now.today, &self.office.calendar);
        let said = self.before.forecast;
        let new = Forecast::of(&self.project, today, calendar);
        self.project.forecast = new;
        let same_target = said
            .zip(new)
            .filter(|(said, new)| said.target == new.target);
        if let Some((said, new)) = same_target.filter(|(said, new)| said.on != new.on) {
            let drifted = self.drifted(said);
            if let Some((on, (held_up, why))) = drifted {
                self.record_forecast(Some(held_up), why, (said, on));
            }
            let from = drifted.map_or(said.on, |(on, _)| on);
            self.record_forecast(stage, cause, (Forecast { on: from, ..said }, new.on));
        }
        self.finish()
    }

    /// Where time alone has moved what was `said`, and who held it up.
    fn drifted(&self, said: Forecast) -> Option<(Date, (StageId, ForecastCause))> {
        let schedule = Schedule::of(self.before, self.now.today, &self.office.calendar);
        let seen = schedule.forecast(self.before)?;
        let is_moved = seen.target == said.target && seen.on != said.on;
        let held_up = schedule.holdup(self.before).filter(|_| is_moved)?;
        Some((seen.on, held_up))
    }

    fn record_forecast(
        &mut self,
        stage: Option<StageId>,
        cause: ForecastCause,
        (old, new): (Forecast, Date),
    ) {
        if old.on == new {
            return;
        }
        let (first, last) = (old.on.min(new), old.on.max(new));
        let fact = Fact::ForecastMoved {
            target: old.target,
            is_start_of_works: old.is_start_of_works,
            old: old.on,
            new,
            working_days: self.office.calendar.working_days_after(first, last),
            cause,
        };
        self.record(stage, self.now.today, fact);
    }
}
