//! Playing the past: every deed at its moment, and the sweep and the letters of every morning on which
//! something fell due.

mod card;

use std::sync::Arc;

use domain::{
    code::{ProjectCode, QueryCode},
    event::Author,
    id::{ProjectId, StageId, ZoneId},
    moment::Moment,
    office::{Office, Zone},
    project::{Accept, Acknowledge, Admission, Complete, Note, Project, Resume, Step, StopClock},
    refusal::Refusal,
    template::Template,
    text::{Line, Prose},
};
use persistence::{
    Tx,
    alert::alert_id,
    event::ChainHead,
    project::{Held, Secrets},
};
use time::OffsetDateTime;

use self::card::{answer_card, explained};
use super::{
    course::Plot,
    days::Days,
    people::{ADMITTER, Cast},
    script::{Dated, Deed},
    works::PLANNER,
};
use crate::{error::AppError, ids::Ids, keys::Keys, usecase::progress::Act};

/// One entry of the past.
#[derive(Debug)]
pub(super) enum Entry {
    /// A working morning: the sweep looks, the letters go.
    Morning,
    /// A project is admitted.
    Admission(usize),
    /// Several deeds for one project at the same moment.
    Deeds(usize, Vec<Dated>),
    /// The works of a project are planned, or reported.
    Works(usize, Act),
}

/// A project as the play has it.
#[derive(Debug)]
pub(super) struct Part {
    /// What happens to it.
    pub plot: Plot,
    /// Its number, if it has a fixed one.
    pub code: Option<ProjectCode>,
    /// Its query code, once admitted.
    pub query_code: Option<QueryCode>,
    held: Option<Held>,
}

impl Part {
    /// A project that is not admitted yet.
    pub(super) fn new(plot: Plot, code: Option<ProjectCode>) -> Self {
        Self {
            plot,
            code,
            query_code: None,
            held: None,
        }
    }
}

/// The play: who is in it, and what is still to come.
#[derive(Debug)]
pub(super) struct Play {
    /// Names and prefix of the zone.
    pub zone: Zone,
    /// Its time, calendar and ladder.
    pub office: Office,
    /// Working days around today.
    pub days: Days,
    /// The template of every project.
    pub template: Arc<Template>,
    /// Who is who.
    pub cast: Cast,
    /// New keys.
    pub ids: Ids,
    /// For the hashes of query codes.
    pub keys: Keys,
    /// The projects.
    pub parts: Vec<Part>,
    /// What is still to come, the last first.
    pub ahead: Vec<(OffsetDateTime, Entry)>,
}

impl Play {
    /// Plays until the sweep or the post has something to do; says when. `None` when the past is told.
    pub(super) async fn go_on(&mut self, tx: &mut Tx) -> Result<Option<OffsetDateTime>, AppError> {
        while let Some((at, entry)) = self.ahead.pop() {
            match entry {
                Entry::Morning => {
                    let due = tx.take_projects_to_check(self.zone.id, at, 1).await?;
                    if !due.is_empty() {
                        return Ok(Some(at));
                    }
                }
                Entry::Admission(index) => self.admit(tx, index, at).await?,
                Entry::Works(index, said) => self.tell(tx, index, said, at).await?,
                Entry::Deeds(index, deeds) => {
                    if self.perform(tx, index, &deeds, at).await? {
                        return Ok(Some(at));
                    }
                }
            }
        }
        Ok(None)
    }

    async fn admit(
        &mut self,
        tx: &mut Tx,
        index: usize,
        at: OffsetDateTime,
    ) -> Result<(), AppError> {
        let now = self.office.moment(at);
        let part = self.parts.get_mut(index).ok_or(AppError::Absent)?;
        let code = match &part.code {
            Some(code) => code.clone(),
            None => next_code(tx, &self.zone, now.today.year()).await?,
        };
        let plot = part.plot;
        let is_foreign = plot.traits.contains(&"foreign");
        let dice = super::dice::Dice::seeded(plot.investment);
        let admission = Admission {
            id: ProjectId(self.ids.key(at)),
            code: code.clone(),
            name: line(plot.name)?,
            investor: line(plot.investor)?,
            investment_yuan: Some(plot.investment * 10_000),
            is_key: plot.investment >= KEY_FROM,
            variant: plot.variant.to_owned(),
            traits: plot.traits.iter().map(ToString::to_string).collect(),
            steward: Some(self.cast.steward(is_foreign, dice)),
            company: None,
            contacts: plot
                .contact
                .iter()
                .map(|login| self.cast.person(login))
                .collect(),
            admitted_on: now.today,
            units: self.cast.units.clone(),
        };
        let new_stage = || StageId(self.ids.key(at));
        let author = Author::Person(self.cast.person(ADMITTER));
        let template = &self.template;
        let step = Project::admit(admission, template, new_stage, author, (now, &self.office))?;
        let query_code = self.ids.query_code();
        let secrets = Secrets {
            query_hash: Some(self.keys.query_hash(code.as_str(), &query_code)),
            source_key: None,
        };
        tx.add_project(&self.office, &step, secrets, at).await?;
        part.query_code = Some(query_code);
        part.code = Some(code);
        part.held = Some(Held {
            project: step.project,
            template: template.clone(),
            version: 1,
            chain: ChainHead::empty(),
            updated_at: at,
        });
        Ok(())
    }

    /// Says something of the works of a project: the efficacy office plans, the steward reports.
    async fn tell(
        &mut self,
        tx: &mut Tx,
        index: usize,
        said: Act,
        at: OffsetDateTime,
    ) -> Result<(), AppError> {
        let now = self.office.moment(at);
        let part = self.parts.get_mut(index).ok_or(AppError::Absent)?;
        let held = part.held.as_mut().ok_or(AppError::Absent)?;
        let by = match said {
            Act::Plan(_) => self.cast.person(PLANNER),
            Act::Report(_) => held.project.steward.ok_or(AppError::Absent)?,
        };
        let step = said.decide(&held.project, by, (now, &self.office))?;
        held.chain = tx.chain_head(self.zone.id, held.project.id).await?;
        held.version = tx.save_step(&self.office, held, &step, at).await?.version;
        held.project = step.project;
        held.updated_at = at;
        Ok(())
    }

    /// Does several things to one project at one moment; true when somebody must be told.
    async fn perform(
        &mut self,
        tx: &mut Tx,
        index: usize,
        deeds: &[Dated],
        at: OffsetDateTime,
    ) -> Result<bool, AppError> {
        let now = self.office.moment(at);
        let zone = self.zone.id;
        let part = self.parts.get_mut(index).ok_or(AppError::Absent)?;
        let held = part.held.as_mut().ok_or(AppError::Absent)?;
        let mut whole = Step {
            project: held.project.clone(),
            events: Vec::new(),
            notices: Vec::new(),
            acknowledgement: None,
            card: None,
        };
        for dated in deeds {
            if let Some(step) =
                explained(tx, zone, (&whole.project, dated), (now, &self.office)).await?
            {
                whole.project = step.project;
                whole.events.extend(step.events);
                whole.card = step.card;
            }
            let task = (&whole.project, dated);
            let step = decide(tx, zone, task, &self.days, (now, &self.office)).await?;
            whole.project = step.project;
            whole.events.extend(step.events);
            whole.notices.extend(step.notices);
            // Two cards are never decided upon at the same hour.
            whole.card = step.card.or(whole.card);
        }
        // The sweep writes lines too, so the end of the record is read anew.
        held.chain = tx.chain_head(zone, held.project.id).await?;
        held.version = tx.save_step(&self.office, held, &whole, at).await?.version;
        held.project = whole.project;
        held.updated_at = at;
        Ok(!whole.notices.is_empty())
    }
}

/// Investment from which a project is a key project, in ten thousand yuan.
const KEY_FROM: u64 = 30_000;

/// The zone's next number in a year.
pub(super) async fn next_code(
    tx: &mut Tx,
    zone: &Zone,
    year: i32,
) -> Result<ProjectCode, AppError> {
    let number = tx.next_number(zone.id, &format!("project:{year}")).await?;
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    ProjectCode::new(&zone.code_prefix, year, number).map_err(|error| broken(&error))
}

fn broken(cause: &dyn std::fmt::Display) -> AppError {
    AppError::Broken {
        cause: format!("demonstration: {cause}"),
    }
}

fn line(text: &str) -> Result<Line, AppError> {
    Line::parse(text).map_err(|flaw| broken(&flaw.code()))
}

fn prose(text: &str) -> Result<Prose, AppError> {
    Prose::parse(text).map_err(|flaw| broken(&flaw.code()))
}

/// One deed, as its author decides it.
async fn decide(
    tx: &mut Tx,
    zone: ZoneId,
    (project, dated): (&Project, &Dated),
    days: &Days,
    at: (Moment, &Office),
) -> Result<Step, AppError> {
    let place = usize::from(dated.place).saturating_sub(1);
    let stage = project.stages.get(place).ok_or(AppError::Absent)?;
    let by = dated.by.or(stage.officer).ok_or(Refusal::NobodyAssigned)?;
    let (id, on) = (stage.id, at.0.today);
    let step = match dated.deed {
        Deed::Accept => {
            let officer = Some(by);
            project.accept(id, by, &Accept { on, officer }, at)?
        }
        Deed::Note(text, visibility, expected) => {
            let note = Note {
                text: prose(text)?,
                visibility,
                expected_on: expected.map(|ago| days.on(ago)),
            };
            project.note(id, by, note, at)?
        }
        Deed::Stop(reason, expected, text) => {
            let stop = StopClock {
                reason,
                on,
                resumed_on: None,
                expected_on: Some(days.on(expected)),
                text: prose(text)?,
                late_reason: None,
            };
            project.stop(id, by, stop, at)?
        }
        Deed::Resume(text) => {
            let text = Some(prose(text)?);
            project.resume(
                id,
                by,
                Resume {
                    on,
                    text,
                    late_reason: None,
                },
                at,
            )?
        }
        Deed::Complete(result) => {
            let result = prose(result)?;
            project.complete(id, by, Complete { on, result }, at)?
        }
        Deed::Assign(officer) => project.assign(id, by, officer, at)?,
        Deed::Acknowledge(rung, instruction, new_date) => {
            let key = alert_id(zone, id, rung, stage.deadline.version);
            let alert = tx.alert(zone, key).await?;
            let said = Acknowledge {
                instruction: prose(instruction)?,
                new_date: days.on(new_date),
            };
            let step = project.acknowledge(&alert, by, said, at)?;
            if let Some(said) = &step.acknowledgement {
                tx.acknowledge_alert(zone, key, said).await?;
            }
            step
        }
        Deed::Explain(..) | Deed::Appeal(..) => {
            let card = (project, id, by);
            answer_card(tx, zone, (card, &dated.deed), days, at).await?
        }
    };
    Ok(step)
}
