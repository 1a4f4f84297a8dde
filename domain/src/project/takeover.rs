//! Takeover: cases that another system has kept, with its own dates and its own disorder.
//!
//! What another system says is recorded as it stands, even where its order is impossible: a case may
//! end before it starts, or be worked on after its end. Nothing is refused, nothing is mended.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec,
    vec::Vec,
};

use time::{Date, OffsetDateTime};

use super::{Draft, Project, Step, TemplateRef, act::end_stop};
use crate::{
    clock::{Clock, Court},
    code::ProjectCode,
    event::{Author, Event, Fact},
    id::{PersonId, ProjectId, StageId, UnitId},
    limit::Limit,
    moment::Moment,
    office::{HappenedOn, Office},
    stage::{Deadline, Stage, StageState, Terms},
    template::Phase,
    text::Line,
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
    pub activity: String,
}

/// What another system says has happened since the last time it was asked.
#[derive(Debug, Clone, Default)]
pub struct TakenOver {
    /// Work, in time order.
    pub work: Vec<WorkItem>,
    /// When the case ended, if it has.
    pub ended_at: Option<OffsetDateTime>,
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
                statutory: None,
                silence_days: takeover.silence_days,
                stops: Vec::new(),
                stop_caps: BTreeMap::new(),
                milestone: None,
                extension: None,
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
            admitted_on: started_on,
            closed_on: None,
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
    pub fn record_takeover(&self, news: TakenOver, (now, office): (Moment, &Office)) -> Step {
        let mut draft = Draft::new(self, Author::Import, now, office);
        let stage_id = self.stages.first().map(|stage| stage.id);
        for WorkItem {
            author,
            at,
            activity,
        } in news.work
        {
            let on = office.time.day_of(at);
            for stage in draft
                .project
                .stages
                .iter_mut()
                .filter(|stage| stage.is_open())
            {
                stage.touch(on);
            }
            draft.author = author.map_or(Author::Import, Author::Person);
            draft.record_at(stage_id, at, Fact::WorkRecorded { activity });
        }
        draft.author = Author::Import;
        if let (Some(ended_at), None) = (news.ended_at, self.closed_on) {
            draft.end(ended_at);
        }
        draft.finish()
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

    /// Ends every stage that is not finished, and the project with them.
    fn end(&mut self, ended_at: OffsetDateTime) {
        let on = self.office.time.day_of(ended_at);
        let mut lines = Vec::new();
        let unfinished = self.project.stages.iter_mut();
        for stage in unfinished.filter(|stage| stage.state != StageState::Done) {
            end_stop(stage, on);
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
