//! A project and everything that may happen to it. Each act is one method: value in, [`Step`] out.

mod act;
mod admission;
mod carding;
mod correcting;
mod extending;
mod foreseeing;
mod oversight;
mod progressing;
mod renewing;
mod replan;
mod reviewing;
mod stewarding;
mod stopping;
mod takeover;

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use serde::{Deserialize, Serialize};
use time::Date;

pub use self::{
    act::{Accept, Complete, Note},
    admission::{Admission, AdmissionFlaw},
    carding::{AppealCard, CardVerdict, DecideCard, ExplainCard},
    correcting::{Corrected, Correction, MetadataChange},
    extending::{AskExtension, DecideExtension},
    oversight::Acknowledge,
    progressing::{PlanProgress, ReportProgress},
    renewing::Renew,
    replan::{CalendarStep, Moved},
    reviewing::{ReviewStop, ReviseStop},
    stewarding::Patron,
    stopping::{AnswerStop, Resume, StopClock},
    takeover::{Mark, Origin, Recorded, TakenOver, Takeover, TakeoverStep, WorkItem},
};
use crate::{
    alert::Acknowledgement,
    card::Card,
    clock::Court,
    code::ProjectCode,
    event::{Author, Event, Fact},
    id::{CompanyId, PersonId, ProjectId, StageId, UnitId},
    metadata::Metadata,
    moment::Moment,
    notice::{Matter, Notice},
    office::{HappenedOn, Office},
    progress::Progress,
    refusal::Refusal,
    schedule::Forecast,
    stage::{Stage, StageState},
    text::Line,
};

/// One investment project, from admission to production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Key.
    pub id: ProjectId,
    /// The zone's own number for it.
    pub code: ProjectCode,
    /// What it is called.
    pub name: Line,
    /// The company that invests.
    pub investor: Line,
    /// Planned investment in yuan.
    pub investment_yuan: Option<u64>,
    /// True for a key project (重点项目).
    pub is_key: bool,
    /// The template, version and variant it started with.
    pub template: TemplateRef,
    /// The facts that chose its stages.
    pub traits: BTreeSet<String>,
    /// The investor's one contact in the zone (项目专员).
    pub steward: Option<PersonId>,
    /// People of the investor with an account.
    pub contacts: BTreeSet<PersonId>,
    /// The official who leads it (牵头领导).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<PersonId>,
    /// The company that invests, if the zone keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyId>,
    /// The day it entered the green channel.
    pub admitted_on: Date,
    /// The day its last stage was finished.
    pub closed_on: Option<Date>,
    /// How far works are, once somebody has planned them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// When its next target is reached, as it was said at the last decision; what days that went by
    /// without one make of it is not in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// What other systems keep with it.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    pub metadata: Metadata,
    /// In the order of their ordinals.
    pub stages: Vec<Stage>,
}

/// Which template, version and variant a project started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateRef {
    /// The template's code.
    pub code: String,
    /// Its version.
    pub version: u32,
    /// The variant's code.
    pub variant: String,
}

/// What one decision changed. Whoever saves it saves all three parts, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a step that is not saved did not happen"]
pub struct Step {
    /// The project after the decision.
    pub project: Project,
    /// Lines for the record, in order.
    pub events: Vec<Event>,
    /// Who must be told.
    pub notices: Vec<Notice>,
    /// Set when the decision answers an alert.
    pub acknowledgement: Option<Acknowledgement>,
    /// The card as it is afterwards, when the decision changes one.
    pub card: Option<Card>,
}

/// Whose turn it is in a stage, since when and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The stage.
    pub stage: StageId,
    /// Its place in the project.
    pub ordinal: u16,
    /// Who must act.
    pub court: Court,
    /// The responsible unit.
    pub unit: UnitId,
    /// The responsible officer.
    pub officer: Option<PersonId>,
    /// Since when the stage is in this state.
    pub since: Option<Date>,
    /// Until when, if there is a date: the promise, or a law that ends sooner.
    pub due_on: Option<Date>,
}

impl Project {
    /// The stage of this key.
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The stage at this place.
    pub fn stage_at(&self, ordinal: u16) -> Option<&Stage> {
        let at = usize::from(ordinal).checked_sub(1)?;
        // Places count from 1 without a gap; see `is_consistent`.
        self.stages.get(at).filter(|stage| stage.ordinal == ordinal)
    }

    /// Whose turn it is, the most urgent first: running and stopped stages by date, then those that wait
    /// for acceptance.
    pub fn turns(&self) -> Vec<Turn> {
        let mut open: Vec<&Stage> = self.stages.iter().filter(|stage| stage.is_open()).collect();
        open.sort_by_key(|stage| {
            let rank = u8::from(stage.state == StageState::Ready);
            (
                rank,
                stage.deadline.ends_on().unwrap_or(Date::MAX),
                stage.ordinal,
            )
        });
        let turn = |stage: &Stage| Turn {
            stage: stage.id,
            ordinal: stage.ordinal,
            court: stage.turn(),
            unit: stage.unit,
            officer: stage.officer,
            since: match &stage.clock {
                Some(clock) => Some(clock.since()),
                None => stage.touched_on,
            },
            due_on: stage.deadline.ends_on(),
        };
        open.into_iter().map(turn).collect()
    }

    /// The number of finished stages.
    pub fn done_count(&self) -> usize {
        self.stages
            .iter()
            .filter(|stage| stage.state == StageState::Done)
            .count()
    }

    /// True when the parts agree with each other; asserted again when a project is loaded.
    pub fn is_consistent(&self) -> bool {
        let places = self
            .stages
            .iter()
            .zip(1_u16..)
            .all(|(stage, place)| stage.ordinal == place);
        let stages = self.stages.iter().all(|stage| {
            let stands = stage
                .clock
                .as_ref()
                .is_some_and(|clock| clock.open_stop().is_some());
            match stage.state {
                StageState::Waiting | StageState::Ready => {
                    stage.clock.is_none() && stage.done_on.is_none()
                }
                StageState::Running => stage.clock.is_some() && !stands && stage.done_on.is_none(),
                StageState::Stopped => stands && stage.done_on.is_none(),
                StageState::Done => stage.done_on.is_some() && !stands,
            }
        });
        let closed = self.closed_on.is_some() == (self.done_count() == self.stages.len());
        places && stages && closed
    }
}

/// A step in the making: the changed project and the lines so far.
struct Draft<'a> {
    before: &'a Project,
    project: Project,
    events: Vec<Event>,
    notices: Vec<Notice>,
    author: Author,
    now: Moment,
    office: &'a Office,
}

impl<'a> Draft<'a> {
    fn new(project: &'a Project, author: Author, now: Moment, office: &'a Office) -> Self {
        Self {
            before: project,
            project: project.clone(),
            events: Vec::new(),
            notices: Vec::new(),
            author,
            now,
            office,
        }
    }

    /// Writes a line that happened on `on`.
    fn record(&mut self, stage: Option<StageId>, on: Date, fact: Fact) {
        let is_today = on == self.now.today;
        let happened_at = if is_today {
            self.now.at
        } else {
            self.office.time.start_of(on)
        };
        self.events.push(Event {
            stage,
            author: self.author,
            happened_at,
            is_late_entry: HappenedOn(on).is_late_entry(self.now.today, &self.office.calendar),
            fact,
        });
    }

    /// Changes the stage of this key.
    fn stage(&mut self, id: StageId) -> Result<&mut Stage, Refusal> {
        self.project
            .stages
            .iter_mut()
            .find(|stage| stage.id == id)
            .ok_or(Refusal::UnknownStage)
    }

    fn tell(&mut self, to: PersonId, stage: StageId, matter: Matter) {
        self.notices.push(Notice { to, stage, matter });
    }

    /// Tells everybody of the investor who has an account.
    fn tell_investor(&mut self, stage: StageId, matter: Matter) {
        for to in self.project.contacts.clone() {
            self.tell(to, stage, matter);
        }
    }

    /// Tells `officer` that the stage is now theirs.
    fn tell_assigned(&mut self, stage: StageId, officer: PersonId) {
        self.tell(officer, stage, Matter::Assigned);
    }

    /// Derives the stage's deadline anew and records what moved.
    fn reckon(&mut self, id: StageId) -> Result<(), Refusal> {
        let (today, office) = (self.now.today, self.office);
        if let Some(fact) = self.stage(id)?.reckon(today, &office.calendar) {
            self.record(Some(id), today, fact);
        }
        Ok(())
    }

    /// Lets every stage become ready whose predecessors are all done.
    fn release(&mut self, on: Date) {
        let done: BTreeSet<u16> = self
            .project
            .stages
            .iter()
            .filter(|stage| stage.state == StageState::Done)
            .map(|stage| stage.ordinal)
            .collect();
        let mut released = Vec::new();
        for stage in &mut self.project.stages {
            let is_free = stage.after.iter().all(|ordinal| done.contains(ordinal));
            if stage.state == StageState::Waiting && is_free {
                stage.state = StageState::Ready;
                stage.ready_on = Some(on);
                stage.touch(on);
                released.push(stage.id);
            }
        }
        for id in released {
            self.record(Some(id), on, Fact::StageReady);
        }
    }

    /// Closes the project when every stage is done, on the latest day on which one was finished: what is
    /// recorded last need not have happened last.
    fn close_if_done(&mut self) {
        if self.project.done_count() == self.project.stages.len() {
            let ends = self.project.stages.iter().filter_map(|stage| stage.done_on);
            let last_on = ends.max().unwrap_or(self.now.today);
            self.project.closed_on = Some(last_on);
            self.record(None, last_on, Fact::ProjectClosed);
        }
    }

    fn finish(self) -> Step {
        debug_assert!(
            self.project.is_consistent(),
            "a step left the project inconsistent"
        );
        Step {
            project: self.project,
            events: self.events,
            notices: self.notices,
            acknowledgement: None,
            card: None,
        }
    }
}

#[cfg(test)]
mod tests;
