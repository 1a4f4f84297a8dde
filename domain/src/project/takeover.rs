//! Takeover: cases that another system has kept, with its own dates and its own disorder.
//!
//! What another system says is recorded as it stands, even where its order is impossible: a case may
//! end before it starts, or be worked on after its end. Nothing is refused, nothing is mended.

mod mark;

use alloc::{collections::BTreeSet, string::String, vec, vec::Vec};

use time::{Date, OffsetDateTime};

pub use self::mark::{Mark, Recorded};
use self::mark::{Told, end_stops};
use super::{Draft, Project, Step, TemplateRef};
use crate::{
    clock::{Clock, Court},
    code::ProjectCode,
    event::{Author, Event, Fact},
    id::{PersonId, ProjectId, StageId, UnitId},
    limit::Limit,
    metadata::Metadata,
    moment::Moment,
    office::{HappenedOn, Office},
    stage::{Deadline, Stage, StageState, Terms},
    template::Phase,
    text::{Line, Prose},
};

/// A case of another system as it began.
#[derive(Debug, Clone)]
pub struct Takeover {
    /// The keys the project and its one stage get.
    pub ids: (ProjectId, StageId),
    /// The zone's next number.
    pub code: ProjectCode,
    /// What it is called.
    pub name: Line,
    /// For whom it was handled, as far as the other system says.
    pub investor: Line,
    /// The template of taken-over cases.
    pub template: TemplateRef,
    /// The code of its one stage.
    pub stage_code: String,
    /// Which system or file, and the key there.
    pub origin: Origin,
    /// The responsible unit.
    pub unit: UnitId,
    /// The responsible officer.
    pub officer: Option<PersonId>,
    /// When it began.
    pub started_at: OffsetDateTime,
    /// The last day, as given from outside.
    pub deadline_on: Option<Date>,
    /// The planned end.
    pub expected_on: Option<Date>,
    /// Working days without a sign of work after which the officer is asked.
    pub silence_days: Option<u16>,
}

/// Which system or file a case comes from, and its key there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The system or file.
    pub source: String,
    /// The key.
    pub external_id: String,
}

/// One piece of work that another system recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// By whom, if known.
    pub author: Option<PersonId>,
    /// When.
    pub at: OffsetDateTime,
    /// What it was called there.
    pub activity: Line,
    /// The last day on which it was to be done, if it had one of its own.
    pub due_on: Option<Date>,
    /// What it does to the clock.
    pub mark: Option<Mark>,
    /// How much of it stands in the record already.
    pub recorded: Recorded,
}

/// What another system says has happened since the last time it was asked.
#[derive(Debug, Clone, Default)]
pub struct TakenOver {
    /// Work, in time order. If any of it marks something new, then with it all that ever marked
    /// something: the clock is told anew from all marks.
    pub work: Vec<WorkItem>,
    /// When the case ended, if it has.
    pub ended_at: Option<OffsetDateTime>,
}

/// A step, and which work its lines tell of.
#[derive(Debug)]
#[must_use = "a step that is not saved did not happen"]
pub struct TakeoverStep {
    /// What changed.
    pub step: Step,
    /// For each line of the step, the place of the work it tells of; `None` for what follows from it.
    pub work: Vec<Option<usize>>,
}

impl Project {
    /// Takes over a case as it began: one stage, accepted on the day it started, due on a fixed date.
    pub fn take_over(takeover: Takeover, (now, office): (Moment, &Office)) -> Step {
        let started_on = office.time.day_of(takeover.started_at);
        let mut stage = Stage {
            id: takeover.ids.1,
            ordinal: 1,
            code: takeover.stage_code,
            phase: Phase::Approval,
            unit: takeover.unit,
            court: Court::Government,
            officer: takeover.officer,
            terms: Terms {
                promised: takeover.deadline_on.map(|on| Limit::FixedDate { on }),
                silence_days: takeover.silence_days,
                ..Terms::default()
            },
            after: Vec::new(),
            state: StageState::Running,
            clock: Some(Clock::started(started_on)),
            deadline: Deadline::default(),
            touched_on: None,
            touches: 0,
            expected_on: takeover.expected_on,
            hold: None,
            done_on: None,
            ready_on: None,
            extension: None,
            extension_requests: 0,
            validity: None,
        };
        stage.touch(started_on);
        let _first_reckoning = stage.reckon(now.today, &office.calendar);
        let stage_id = stage.id;
        let accepted = Fact::StageAccepted {
            due_on: stage.deadline.due_on,
            statutory_due_on: None,
        };
        let project = Project {
            id: takeover.ids.0,
            code: takeover.code,
            name: takeover.name,
            investor: takeover.investor,
            investment_yuan: None,
            is_key: false,
            template: takeover.template,
            traits: BTreeSet::new(),
            steward: None,
            contacts: BTreeSet::new(),
            lead: None,
            company: None,
            admitted_on: started_on,
            closed_on: None,
            forecast: None,
            progress: None,
            metadata: Metadata::default(),
            stages: vec![stage],
        };
        let Origin {
            source,
            external_id,
        } = takeover.origin;
        let mut draft = Draft::new(&project, Author::Import, now, office);
        draft.record_at(
            None,
            takeover.started_at,
            Fact::ProjectImported {
                source,
                external_id,
            },
        );
        draft.record_at(Some(stage_id), takeover.started_at, accepted);
        draft.finish()
    }

    /// Records what another system says has happened since.
    ///
    /// Work counts as a sign of work while the case is open. An end that is already recorded stays.
    pub fn record_takeover(
        &self,
        news: TakenOver,
        (now, office): (Moment, &Office),
    ) -> TakeoverStep {
        let mut draft = Draft::new(self, Author::Import, now, office);
        let told = Told::of(&news.work, office);
        let is_news =
            |item: &WorkItem| item.mark.is_some() && item.recorded != Recorded::WorkAndMark;
        let is_retold = news.work.iter().any(is_news);
        let (is_accepted_anew, moved) = if is_retold {
            draft.retell(&told)
        } else {
            (false, None)
        };
        let mut of_work = Vec::new();
        for (place, item) in news.work.into_iter().enumerate() {
            let is_effective = told.is_effective.get(place).copied().unwrap_or_default();
            draft.author = item.author.map_or(Author::Import, Author::Person);
            draft.record_work(&item);
            if is_effective && is_news(&item) {
                draft.record_mark(&item, is_accepted_anew);
            }
            of_work.resize(draft.events.len(), Some(place));
        }
        draft.author = Author::Import;
        if let Some(fact) = moved {
            draft.record(draft.only_stage(), now.today, fact);
        }
        let ended_at = news.ended_at.or(told.finished_at);
        if let (Some(ended_at), None) = (ended_at, self.closed_on) {
            draft.end(ended_at);
        }
        of_work.resize(draft.events.len(), None);
        TakeoverStep {
            step: draft.finish(),
            work: of_work,
        }
    }
}

impl Draft<'_> {
    /// Writes a line with the instant that another system gives.
    fn record_at(&mut self, stage: Option<StageId>, at: OffsetDateTime, fact: Fact) {
        let on = self.office.time.day_of(at);
        self.events.push(Event {
            stage,
            author: self.author,
            happened_at: at,
            is_late_entry: HappenedOn(on).is_late_entry(self.now.today, &self.office.calendar),
            fact,
        });
    }

    /// Sets the clock of the case to what all marks come to: whether day 0 moved, and what that did to the
    /// deadline.
    fn retell(&mut self, told: &Told) -> (bool, Option<Fact>) {
        let (today, office) = (self.now.today, self.office);
        self.project
            .stages
            .first_mut()
            .map_or((false, None), |stage| {
                let is_accepted_anew = told.set(stage);
                (is_accepted_anew, stage.reckon(today, &office.calendar))
            })
    }

    /// Writes that work was done, unless it is written, and counts it as a sign of work.
    fn record_work(&mut self, item: &WorkItem) {
        if item.recorded != Recorded::Nothing {
            return;
        }
        let on = self.office.time.day_of(item.at);
        let stages = self.project.stages.iter_mut();
        for stage in stages.filter(|stage| stage.is_open()) {
            stage.touch(on);
        }
        let fact = Fact::WorkRecorded {
            activity: item.activity.as_str().into(),
            due_on: item.due_on,
        };
        self.record_at(self.only_stage(), item.at, fact);
    }

    /// Writes what the work did to the clock. The end has lines of its own, and so has the first day 0.
    fn record_mark(&mut self, item: &WorkItem, is_accepted_anew: bool) {
        let text = || Prose::from(&item.activity);
        let fact = match item.mark {
            Some(Mark::Accepts) if is_accepted_anew => self.accepted(),
            Some(Mark::Stops(reason)) => Fact::ClockStopped {
                reason,
                resumed_on: None,
                expected_on: None,
                text: text(),
                late_reason: None,
            },
            Some(Mark::Resumes) => Fact::ClockResumed {
                text: Some(text()),
                late_reason: None,
            },
            Some(Mark::Accepts | Mark::Finishes) | None => return,
        };
        self.record_at(self.only_stage(), item.at, fact);
    }

    fn accepted(&self) -> Fact {
        let deadline = self.project.stages.first().map(|stage| &stage.deadline);
        Fact::StageAccepted {
            due_on: deadline.and_then(|it| it.due_on),
            statutory_due_on: deadline.and_then(|it| it.statutory_due_on),
        }
    }

    fn only_stage(&self) -> Option<StageId> {
        self.project.stages.first().map(|stage| stage.id)
    }

    /// Ends every stage that is not finished, and the project with them.
    fn end(&mut self, ended_at: OffsetDateTime) {
        let on = self.office.time.day_of(ended_at);
        let mut lines = Vec::new();
        let unfinished = self.project.stages.iter_mut();
        for stage in unfinished.filter(|stage| stage.state != StageState::Done) {
            if let Some(clock) = &mut stage.clock {
                end_stops(clock, on);
            }
            stage.state = StageState::Done;
            stage.done_on = Some(on);
            let is_late = stage.is_done_late();
            lines.push((
                stage.id,
                Fact::StageCompleted {
                    result: None,
                    is_late,
                },
            ));
        }
        for (id, fact) in lines {
            self.record_at(Some(id), ended_at, fact);
        }
        self.project.closed_on = Some(on);
        self.record_at(None, ended_at, Fact::ProjectClosed);
    }
}
