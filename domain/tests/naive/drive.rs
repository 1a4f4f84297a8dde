//! A project is driven through its acts, and after each of them the domain and the clerk are asked the same.

use std::collections::BTreeMap;

use domain::{
    event::Fact,
    lamp::Lamp,
    ledger::Ledger,
    office::Office,
    project::{Project, Step},
    stage::Stage,
    template::Template,
};
use time::Date;

use crate::{
    border::{self, date, day},
    choose::Next,
    compare::{Both, Case, Difference, same},
    counter,
    desk::{Calendar, Day},
    history::Random,
    model,
    record::{Act, Record, Terms},
    sheet::{Sheet, State, Told},
    verdict::{No, is_late, objections},
};

/// A calendar on both sides of the counter.
pub(crate) struct World {
    pub(crate) office: Office,
    pub(crate) both: Both,
}

/// A template on both sides of the counter.
pub(crate) struct Plan {
    pub(crate) clerk: Vec<Terms>,
    pub(crate) domain: Template,
}

/// What was met on the way.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) taken: BTreeMap<&'static str, u64>,
    pub(crate) refused: BTreeMap<No, u64>,
    pub(crate) states: BTreeMap<State, u64>,
    pub(crate) lamps: BTreeMap<model::Lamp, u64>,
    /// How often another calendar moved a date.
    pub(crate) replanned: u64,
}

/// A project on both sides of the counter.
pub(crate) struct Drive<'a> {
    worlds: &'a [World],
    /// The calendar that counts, by its place.
    calendar: usize,
    project: Project,
    pub(crate) record: Record,
}

impl<'a> Drive<'a> {
    pub(crate) fn start(
        worlds: &'a [World],
        plan: &Plan,
        (admitted_on, calendar): (Day, usize),
    ) -> Self {
        Self {
            worlds,
            calendar,
            project: counter::admit(&plan.domain, admitted_on, &worlds[calendar].office),
            record: Record::open(admitted_on, &plan.clerk),
        }
    }

    /// One entry of a history.
    pub(crate) fn enter(
        &mut self,
        (today, next): (Day, Next),
        seen: &mut Seen,
    ) -> Result<(), Difference> {
        match next {
            Next::Act(place, act) => {
                self.act(today, (place, act), seen)?;
                self.compare_papers()?;
                if let Some(sheet) = self.record.sheets.get(place) {
                    self.look(today, (place, sheet), seen)?;
                }
            }
            Next::Calendar(calendar) => {
                self.change(today, calendar, seen)?;
                self.compare_papers()?;
            }
            Next::Look => {
                for sheet in self.record.sheets.iter().enumerate() {
                    self.look(today, sheet, seen)?;
                }
                self.compare_project(today)?;
            }
        }
        Ok(())
    }

    fn world(&self) -> &'a World {
        &self.worlds[self.calendar]
    }

    fn model(&self) -> &'a Calendar {
        &self.world().both.model
    }

    fn act(
        &mut self,
        today: Day,
        (place, act): (usize, Act),
        seen: &mut Seen,
    ) -> Result<(), Difference> {
        let at = (counter::moment(today), &self.world().office);
        let noes = objections(&self.record, (place, act), (today, self.model()));
        match counter::hand_in(&self.project, (place, act), at) {
            Ok(step) if noes.is_empty() => {
                let told = self.told();
                self.record.write((today, place, act), self.model());
                self.compare_lines(&step, &told)?;
                self.compare_mark(&step, act, today)?;
                self.project = step.project;
                *seen.taken.entry(name(act)).or_default() += 1;
                Ok(())
            }
            Ok(_) => Err(format!("the domain takes what the clerk refuses: {noes:?}")),
            Err(refusal) if noes.contains(&counter::why(&refusal)) => {
                *seen.refused.entry(counter::why(&refusal)).or_default() += 1;
                Ok(())
            }
            Err(refusal) => Err(format!(
                "the domain refuses with {refusal}, the clerk's reasons are {noes:?}"
            )),
        }
    }

    /// From today on the calendar at that place counts, and everything is planned anew.
    fn change(&mut self, today: Day, to: usize, seen: &mut Seen) -> Result<(), Difference> {
        let told = self.told();
        self.calendar = to;
        let model = self.model();
        let (mut moved, mut is_changed) = (Vec::new(), false);
        for (place, sheet) in self.record.sheets.iter_mut().enumerate() {
            if sheet.accepted_on.is_none() || sheet.done_on.is_some() {
                continue;
            }
            let old = sheet.dates;
            sheet.date(model);
            is_changed |= old != sheet.dates;
            if (old.due, old.law) != (sheet.dates.due, sheet.dates.law) {
                moved.push(counter::key(place));
            }
        }
        let world = self.world();
        let at = (counter::moment(today), &world.office);
        let preview = self.project.moves_under(&world.both.domain);
        let foreseen: Vec<_> = preview.iter().map(|stage| stage.stage).collect();
        same("stages that would move", &foreseen, &moved)?;
        let step = counter::replan(&self.project, at);
        same("planned anew", &step.is_some(), &is_changed)?;
        if let Some(step) = step {
            self.compare_lines(&step, &told)?;
            self.project = step.project;
            seen.replanned += u64::from(!moved.is_empty());
        }
        let again = counter::replan(&self.project, at);
        same("planned twice", &again.is_some(), &false)
    }

    fn told(&self) -> Vec<Told> {
        self.record.sheets.iter().map(|sheet| sheet.told).collect()
    }

    /// No date moves in silence, and none is said to move that stays.
    fn compare_lines(&self, step: &Step, before: &[Told]) -> Result<(), Difference> {
        for (place, (old, sheet)) in before.iter().zip(&self.record.sheets).enumerate() {
            let new = sheet.told;
            let expected = (old.times > 0 && old.times != new.times).then_some((
                old.last.map(date),
                new.last.map(date),
                new.times,
            ));
            let own = |event: &&domain::event::Event| event.stage == Some(counter::key(place));
            let mut found = None;
            for event in step.events.iter().filter(own) {
                if let Fact::DeadlineMoved { old, new, version } = &event.fact {
                    found = Some((*old, *new, *version));
                }
            }
            same("line about the date", &found, &expected)?;
        }
        Ok(())
    }

    /// What is entered more than one working day late is marked.
    fn compare_mark(&self, step: &Step, act: Act, today: Day) -> Result<(), Difference> {
        let (kind, on) = match act {
            Act::Accept { on } => ("stage_accepted", on),
            Act::Stop { from, .. } => ("clock_stopped", from),
            Act::Resume { on, .. } => ("clock_resumed", on),
            Act::Complete { on } => ("stage_completed", on),
            Act::Revise { .. }
            | Act::Answer { .. }
            | Act::Review { .. }
            | Act::Ask { .. }
            | Act::Decide { .. } => return Ok(()),
        };
        let mut lines = step.events.iter();
        let line = lines.find(|event| event.fact.kind() == kind);
        let mark = line.map(|event| event.is_late_entry);
        same(
            "entered late",
            &mark,
            &Some(is_late(on, (today, self.model()))),
        )
    }

    /// What is stored of each stage.
    fn compare_papers(&self) -> Result<(), Difference> {
        for (place, sheet) in self.record.sheets.iter().enumerate() {
            let stage = self.stage(place);
            compare_paper(stage, sheet).map_err(|difference| format!("S{place}: {difference}"))?;
        }
        self.compare_turns()?;
        same(
            "closed on",
            &self.project.closed_on.map(day),
            &self.record.closed_on(),
        )
    }

    /// Whose turn it is, since when and until when.
    fn compare_turns(&self) -> Result<(), Difference> {
        let turns = self.project.turns();
        for (place, sheet) in self.record.sheets.iter().enumerate() {
            let turn = turns.iter().find(|turn| turn.stage == counter::key(place));
            let found = turn.map(|turn| (turn.court, turn.since, turn.due_on));
            let naive = sheet.turn().map(|(court, since)| {
                (
                    border::court(court),
                    since.map(date),
                    sheet.dates.end().map(date),
                )
            });
            same(format_args!("S{place}: turn"), &found, &naive)?;
        }
        Ok(())
    }

    fn stage(&self, place: usize) -> &Stage {
        self.project.stage(counter::key(place)).unwrap()
    }

    /// What today makes of a stage.
    fn look(
        &self,
        today: Day,
        (place, sheet): (usize, &Sheet),
        seen: &mut Seen,
    ) -> Result<(), Difference> {
        let (world, stage) = (self.world(), self.stage(place));
        let known = sheet.known();
        let naive = match sheet.done_on {
            // What is finished keeps its dates, whatever became of the calendar.
            Some(done_on) if sheet.dates.end().is_some_and(|end| done_on > end) => {
                model::Lamp::DoneLate
            }
            Some(_) => model::Lamp::Done,
            None => known.lamp(&world.both.model, today),
        };
        let office = &world.office;
        let lamp = Lamp::of(stage, &office.ladder, &office.calendar, date(today));
        same(format_args!("S{place}: lamp"), &border::lamp(lamp), &naive)?;
        let mut case = Case::of_stage(&known, stage.clone(), today, &world.both);
        case.compare_ledger()?;
        let mut random = Random(u64::try_from(today).unwrap());
        if sheet.done_on.is_none() && random.one_in(4) {
            case.compare_clock(&mut random)?;
        }
        *seen.states.entry(sheet.state()).or_default() += 1;
        *seen.lamps.entry(naive).or_default() += 1;
        Ok(())
    }

    /// Of the project, too, each day belongs to one owner and none is left out.
    fn compare_project(&self, today: Day) -> Result<(), Difference> {
        let calendar = &self.world().both.domain;
        let ledger = Ledger::of_project(&self.project, date(today), calendar);
        let until = self.record.closed_on().unwrap_or(today);
        let mut last = self.record.admitted_on;
        for span in &ledger.spans {
            same("start of the project's span", &day(span.first), &(last + 1))?;
            last = day(span.last);
        }
        same("end of the project's ledger", &last, &until)?;
        let sum: u32 = ledger.totals().values().sum();
        let elapsed = u32::try_from(until - self.record.admitted_on).unwrap();
        same("days of the project", &sum, &elapsed)
    }
}

fn compare_paper(stage: &Stage, sheet: &Sheet) -> Result<(), Difference> {
    let days = |day: Option<Date>| day.map(border::day);
    same("state", &counter::state(stage.state), &sheet.state())?;
    same("ready on", &days(stage.ready_on), &sheet.ready_on)?;
    same("done on", &days(stage.done_on), &sheet.done_on)?;
    let (found, naive) = (&stage.deadline, sheet.dates);
    same("due", &days(found.due_on), &naive.due)?;
    same("due by law", &days(found.statutory_due_on), &naive.law)?;
    same("days left", &found.days_left, &naive.left)?;
    same("provisional", &found.is_provisional, &naive.is_unsure)?;
    same("unknown", &found.is_unknown, &false)?;
    let told = sheet.told;
    same("first promise", &days(found.first_due_on), &told.first)?;
    same("last date told", &days(found.last_due_on), &told.last)?;
    same("version", &found.version, &told.times)?;
    let clock = stage.clock.as_ref();
    same(
        "accepted on",
        &clock.map(|clock| border::day(clock.accepted_on)),
        &sheet.accepted_on,
    )?;
    let open = clock.and_then(|clock| clock.open_stop());
    same(
        "expected on",
        &open.map(|stop| days(stop.expected_on)),
        &sheet.open_stop().map(|line| line.expected),
    )?;
    let request = stage.extension.as_ref();
    let request = request.map(|request| {
        let dates = [request.due_on, request.proposed_on, request.decide_by];
        (
            u32::from(request.days),
            counter::rank(request.approver),
            dates.map(border::day),
        )
    });
    let asked = sheet.asked.map(|asked| {
        let dates = [asked.due, asked.proposed, asked.decide_by];
        (asked.days, asked.must, dates)
    });
    same("request for more time", &request, &asked)
}

/// The kinds of acts, in the order of [`Act`].
pub(crate) const KINDS: [&str; 9] = [
    "accept", "stop", "resume", "revise", "answer", "review", "ask", "decide", "complete",
];

fn name(act: Act) -> &'static str {
    let place = match act {
        Act::Accept { .. } => 0,
        Act::Stop { .. } => 1,
        Act::Resume { .. } => 2,
        Act::Revise { .. } => 3,
        Act::Answer { .. } => 4,
        Act::Review { .. } => 5,
        Act::Ask { .. } => 6,
        Act::Decide { .. } => 7,
        Act::Complete { .. } => 8,
    };
    KINDS[place]
}
