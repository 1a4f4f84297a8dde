//! The same question to the domain and to the model.

use std::fmt::{Debug, Display};

use domain::{
    calendar::WorkCalendar,
    clock::Reading,
    ladder::Ladder,
    lamp::Lamp,
    ledger::Ledger,
    stage::{Deadline, Stage},
};

use crate::{
    border::{self, date, day},
    desk::{Calendar, Day},
    history::Random,
    model::{self, answer, count, is_removed, lines},
};

/// A calendar in both forms.
pub(crate) struct Both {
    pub(crate) domain: WorkCalendar,
    pub(crate) model: Calendar,
}

/// What the two did not agree upon.
pub(crate) type Difference = String;

/// An answer of the domain beside that of the model. Words are made only where they differ: there are
/// hundreds of millions of comparisons.
pub(crate) fn same<T: PartialEq + Debug>(
    what: impl Display,
    domain: &T,
    model: &T,
) -> Result<(), Difference> {
    if domain == model {
        return Ok(());
    }
    Err(format!(
        "{what}: the domain says {domain:?}, the model {model:?}"
    ))
}

/// A stage as it is known on `today`, in both forms, under both calendars.
pub(crate) struct Case<'a> {
    known: &'a model::Stage,
    stage: Stage,
    today: Day,
    calendar: &'a Both,
}

impl<'a> Case<'a> {
    pub(crate) fn new(known: &'a model::Stage, today: Day, calendar: &'a Both) -> Self {
        Self {
            stage: border::stage(known, today),
            known,
            today,
            calendar,
        }
    }

    /// The same with the stage as acts have made it.
    pub(crate) fn of_stage(
        known: &'a model::Stage,
        stage: Stage,
        today: Day,
        calendar: &'a Both,
    ) -> Self {
        Self {
            known,
            stage,
            today,
            calendar,
        }
    }

    /// The lamp upon which both agree, as they do upon everything else.
    pub(crate) fn compare(&mut self, random: &mut Random) -> Result<model::Lamp, Difference> {
        if self.known.accepted_on.is_some() {
            self.compare_clock(random)?;
        }
        let ladder = Ladder::default();
        let lamp = Lamp::of(
            &self.stage,
            &ladder,
            &self.calendar.domain,
            date(self.today),
        );
        let naive = self.known.lamp(&self.calendar.model, self.today);
        same("lamp", &border::lamp(lamp), &naive)?;
        self.compare_ledger()?;
        Ok(naive)
    }

    pub(crate) fn compare_clock(&mut self, random: &mut Random) -> Result<(), Difference> {
        let promise = self.compare_limit(self.stage.promise(), self.known.promise())?;
        let law = self.compare_limit(self.stage.law(), self.known.law())?;
        let due_on = |reading: Option<Reading>| reading.and_then(Reading::due).map(|due| due.on);
        self.stage.deadline = Deadline {
            version: 1,
            due_on: due_on(promise),
            statutory_due_on: due_on(law),
            ..Deadline::default()
        };
        // The longest answer: half of the time is enough.
        if random.one_in(2) {
            self.compare_explanation(random)?;
        }
        self.compare_counts(random)
    }

    fn compare_limit(
        &self,
        ours: Option<domain::limit::Limit>,
        naive: Option<model::Limit>,
    ) -> Result<Option<Reading>, Difference> {
        same("limit", &ours, &naive.map(border::limit))?;
        let (Some(clock), Some(accepted_on), Some(ours), Some(naive)) =
            (&self.stage.clock, self.known.accepted_on, ours, naive)
        else {
            return Ok(None);
        };
        let reading = clock.read(ours, &self.calendar.domain);
        let reading = reading.map_err(|error| format!("{naive:?}: {error}"))?;
        let expected = answer(&self.calendar.model, accepted_on, &self.known.stops, naive);
        same(
            format_args!("{naive:?}"),
            &border::answer(reading),
            &expected,
        )?;
        Ok(Some(reading))
    }

    fn compare_explanation(&self, random: &mut Random) -> Result<(), Difference> {
        let limits = [self.known.promise(), self.known.law()];
        let (Some(clock), Some(accepted_on), Some(naive)) = (
            &self.stage.clock,
            self.known.accepted_on,
            limits[random.index(2)],
        ) else {
            return Ok(());
        };
        let today = date(self.today);
        let explanation = clock
            .explain(border::limit(naive), &self.calendar.domain, today)
            .map_err(|error| format!("no explanation: {error}"))?;
        let due = explanation.reading.due();
        let until = due.map_or(self.today, |due| day(due.on));
        let found: Vec<model::Line> = explanation.days.iter().map(border::line).collect();
        let stops = &self.known.stops;
        let expected = lines(&self.calendar.model, accepted_on, stops, (naive, until));
        if let Some(at) =
            (0..found.len().max(expected.len())).find(|&at| found.get(at) != expected.get(at))
        {
            same("explained day", &found.get(at), &expected.get(at))?;
        }
        let counted = found.iter().filter(|line| line.number.is_some()).count();
        match (due, border::limit(naive).days()) {
            (Some(_), Some(days)) => same("days explained", &counted, &usize::from(days)),
            _ => Ok(()),
        }
    }

    fn compare_counts(&self, random: &mut Random) -> Result<(), Difference> {
        let (Some(clock), Some(accepted_on)) = (&self.stage.clock, self.known.accepted_on) else {
            return Ok(());
        };
        let (ours, naive) = (&self.calendar.domain, &self.calendar.model);
        let removed = |on| is_removed(&self.known.stops, on);
        let end = self.today;
        same(
            "days used",
            &clock.counted_days_until(date(end), ours),
            &count(accepted_on, end, |on| naive.is_worked(on) && !removed(on)),
        )?;
        let worked = |after, until| ours.working_days_after(after, until);
        same(
            "worked days stopped",
            &clock.stopped_days_until(date(end), worked),
            &count(accepted_on, end, |on| naive.is_worked(on) && removed(on)),
        )?;
        let each = |after: time::Date, until: time::Date| {
            u32::try_from((until - after).whole_days()).unwrap_or(0)
        };
        same(
            "days stopped",
            &clock.stopped_days_until(date(end), each),
            &count(accepted_on, end, removed),
        )?;
        let some_day = accepted_on + random.between(-5, 60);
        same(
            "stopped",
            &clock.is_stopped_on(date(some_day)),
            &removed(some_day),
        )
    }

    pub(crate) fn compare_ledger(&self) -> Result<(), Difference> {
        let ledger = Ledger::of_stage(&self.stage, date(self.today), &self.calendar.domain);
        let after = match (self.known.ready_on, self.known.accepted_on) {
            (Some(ready_on), Some(accepted_on)) => Some(ready_on.min(accepted_on)),
            (ready_on, accepted_on) => ready_on.or(accepted_on),
        };
        same("a ledger", &ledger.is_some(), &after.is_some())?;
        let (Some(ledger), Some(after)) = (ledger, after) else {
            return Ok(());
        };
        let until = self.known.done_on.unwrap_or(self.today).max(after);
        let mut next = after + 1;
        let mut sums = [0_i32; 6];
        for span in &ledger.spans {
            same("start of a span", &day(span.first), &next)?;
            while next <= day(span.last) {
                let owner = self.known.owner(&self.calendar.model, next);
                same(
                    format_args!("owner of day {next}"),
                    &border::owner(span.owner),
                    &owner,
                )?;
                sums[place(owner)] += 1;
                next += 1;
            }
        }
        same("end of the ledger", &day(ledger.until), &until)?;
        same("days with an owner", &(next - 1), &until)?;
        let elapsed = i32::try_from(ledger.elapsed()).unwrap();
        same("elapsed", &elapsed, &(until - after))?;
        same("sum of owners", &sums.iter().sum(), &elapsed)?;
        let totals = ledger.totals();
        for (&owner, &days) in &totals {
            let naive = sums[place(border::owner(owner))];
            same("total", &i32::try_from(days).unwrap(), &naive)?;
        }
        let owners = sums.iter().filter(|days| **days > 0).count();
        same("owners", &totals.len(), &owners)
    }
}

fn place(owner: model::Owner) -> usize {
    match owner {
        model::Owner::Unit => 0,
        model::Owner::Investor => 1,
        model::Owner::Law => 2,
        model::Owner::ThirdParty => 3,
        model::Owner::Holiday => 4,
        model::Owner::Stop => 5,
    }
}
