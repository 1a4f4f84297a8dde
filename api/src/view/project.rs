//! A project: whose turn, what, by when; then the evidence.

use std::collections::BTreeMap;

use domain::{
    access::{Actor, Permission},
    lamp::Lamp,
    project::Project,
    schedule::Schedule,
    stage::StageState,
    template::Phase,
    text::Bilingual,
};
use serde::Serialize;
use time::Date;
use utoipa::ToSchema;

use super::{
    alert::fired_rungs,
    detail::stage_detail,
    history::Past,
    name::PersonView,
    progress::{ProgressSummary, progress_summary},
    schedule::{ScheduleView, schedule_view},
    schema,
    setting::Setting,
    stage::{Beside, StageView, TurnView, stage_view},
};

/// One project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProjectView {
    /// `prj_...`
    pub id: String,
    /// The zone's own number.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// The company that invests; not for guests.
    pub investor: Option<String>,
    /// Planned investment in yuan; not for guests.
    pub investment_yuan: Option<u64>,
    /// True for a key project.
    pub is_key: bool,
    /// The template it started with.
    pub template: TemplateView,
    /// The day it entered the green channel.
    pub admitted_on: Date,
    /// When its last stage will be finished if promises are kept.
    pub expected_on: Option<Date>,
    /// True when something without a limit lies before that day: it may well be later.
    pub is_expected_earliest: bool,
    /// What everything leads to, and on what it depends.
    pub schedule: Option<ScheduleView>,
    /// The day its last stage was finished.
    pub actual_on: Option<Date>,
    /// The gravest lamp of what is not finished; of the whole when all is finished.
    #[schema(value_type = schema::Lamp)]
    pub lamp: Lamp,
    /// Whose turn it is: the most urgent.
    pub turn: Option<TurnView>,
    /// The other turns.
    pub other_turns: Vec<TurnView>,
    /// Finished stages.
    pub done_count: usize,
    /// All stages.
    pub stage_count: usize,
    /// The investor's one contact in the zone.
    pub steward: Option<PersonView>,
    /// The official who leads it.
    pub lead: Option<PersonView>,
    /// The company that invests, if the zone keeps it; not for guests.
    pub company: Option<String>,
    /// True when the one who looks belongs to the investor, or holds its query code.
    pub is_investors_view: bool,
    /// The stages, by phase.
    pub phases: Vec<PhaseView>,
    /// How far its works are, once somebody has planned them. Another lamp than that of the clocks.
    pub progress: Option<ProgressSummary>,
    /// What other systems keep with it, by key; for staff only.
    pub metadata: Option<BTreeMap<String, String>>,
}

/// How a project stands, without its stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StandingView {
    /// The gravest lamp of what is not finished; of the whole when all is finished.
    #[schema(value_type = schema::Lamp)]
    pub lamp: Lamp,
    /// Whose turn it is: the most urgent.
    pub turn: Option<TurnView>,
    /// How many other turns there are.
    pub other_turns_count: usize,
    /// When its last stage will be finished if promises are kept.
    pub expected_on: Option<Date>,
    /// True when something without a limit lies before that day: it may well be later.
    pub is_expected_earliest: bool,
    /// The day its last stage was finished.
    pub actual_on: Option<Date>,
}

impl StandingView {
    /// How the project of a view stands.
    pub fn of(view: &ProjectView) -> Self {
        Self {
            lamp: view.lamp,
            turn: view.turn.clone(),
            other_turns_count: view.other_turns.len(),
            expected_on: view.expected_on,
            is_expected_earliest: view.is_expected_earliest,
            actual_on: view.actual_on,
        }
    }
}

/// The template a project started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemplateView {
    /// Its code.
    pub code: String,
    /// Its version.
    pub version: u32,
    /// What people call it.
    #[schema(value_type = schema::Bilingual)]
    pub name: Bilingual,
    /// What people call the variant.
    #[schema(value_type = schema::Bilingual)]
    pub variant: Bilingual,
}

/// One phase with its stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhaseView {
    /// The phase.
    #[schema(value_type = schema::Phase)]
    pub phase: Phase,
    /// Finished stages.
    pub done_count: usize,
    /// The gravest lamp of what is not finished; of the whole when all is finished.
    #[schema(value_type = schema::Lamp)]
    pub lamp: Lamp,
    /// Its stages, in order.
    pub stages: Vec<StageView>,
}

impl PhaseView {
    /// True while something happens in it.
    pub fn is_current(&self) -> bool {
        self.stages.iter().any(|stage| stage.turn.is_some())
    }
}

impl ProjectView {
    /// Every stage, in the order of the phases.
    pub fn stages(&self) -> impl Iterator<Item = &StageView> {
        self.phases.iter().flat_map(|phase| &phase.stages)
    }

    /// The stage whose turn it is.
    pub fn stage_of<'a>(&'a self, turn: &TurnView) -> Option<&'a StageView> {
        self.stages().find(|stage| stage.id == turn.stage.id)
    }

    /// Adds to each stage the rules behind it and what the one who looks may do.
    pub fn add_details(&mut self, project: &Project, setting: &Setting<'_>) {
        let stages = self.phases.iter_mut().flat_map(|phase| &mut phase.stages);
        for view in stages {
            let mut held = project.stages.iter();
            let held = held.find(|stage| stage.ordinal == view.ordinal);
            view.detail = held.map(|stage| Box::new(stage_detail(project, stage, setting)));
        }
    }

    /// How many stages were finished after their promise.
    pub fn late_count(&self) -> usize {
        self.stages()
            .filter(|stage| stage.lamp == Lamp::DoneLate)
            .count()
    }
}

/// All that is shown of `project` but its record.
pub fn project_view(project: &Project, past: Past<'_>, setting: &Setting<'_>) -> ProjectView {
    let schedule = Schedule::of(project, setting.now.today, &setting.office.calendar);
    let turns = project.turns();
    let views: Vec<StageView> = project
        .stages
        .iter()
        .map(|stage| {
            let fired = fired_rungs(past.alerts, stage.id);
            let beside = Beside {
                turn: turns.iter().find(|turn| turn.stage == stage.id),
                stops: past.stops,
                fired: &fired,
                cards: past.cards,
                schedule: &schedule,
            };
            stage_view(project, stage, beside, setting)
        })
        .collect();
    let turns = turns.iter().filter_map(|turn| {
        let view = views.iter().find(|view| view.ordinal == turn.ordinal)?;
        TurnView::of(view)
    });
    let mut turns = turns.collect::<Vec<TurnView>>().into_iter();
    let sees_company = sees_company(project, setting);
    ProjectView {
        id: project.id.to_string(),
        code: project.code.to_string(),
        name: project.name.to_string(),
        investor: sees_company.then(|| project.investor.to_string()),
        investment_yuan: project.investment_yuan.filter(|_| sees_company),
        is_key: project.is_key,
        template: template_view(project, setting),
        admitted_on: project.admitted_on,
        expected_on: schedule
            .outlooks()
            .map(|(_, stage)| stage.end_on)
            .max()
            .filter(|_| project.closed_on.is_none()),
        is_expected_earliest: schedule.outlooks().any(|(_, stage)| stage.is_earliest),
        schedule: schedule_view(project, &schedule, setting),
        actual_on: project.closed_on,
        lamp: worst_lamp(&views),
        turn: turns.next(),
        other_turns: turns.collect(),
        done_count: project.done_count(),
        stage_count: project.stages.len(),
        steward: project.steward.and_then(|id| setting.person(id, project)),
        lead: project.lead.and_then(|id| setting.person(id, project)),
        company: project
            .company
            .filter(|_| sees_company)
            .map(|id| id.to_string()),
        is_investors_view: !setting.viewer.sees_internal(project),
        phases: phases(views),
        progress: progress_summary(project, setting),
        metadata: metadata(project, setting),
    }
}

/// Guests see how far a project is, not whose money it is.
fn sees_company(project: &Project, setting: &Setting<'_>) -> bool {
    setting
        .viewer
        .actor()
        .is_some_and(|actor| actor.may_on_project(Permission::ReadProject, project))
}

/// What other systems keep is not the investor's, and nobody's outside.
fn metadata(project: &Project, setting: &Setting<'_>) -> Option<BTreeMap<String, String>> {
    let is_staff = setting.viewer.actor().is_some_and(Actor::is_staff);
    let entries = project.metadata.entries();
    (is_staff && sees_company(project, setting)).then(|| {
        entries
            .map(|(key, text)| (key.as_str().to_owned(), text.as_str().to_owned()))
            .collect()
    })
}

fn template_view(project: &Project, setting: &Setting<'_>) -> TemplateView {
    let of = &project.template;
    let template = setting.template(of);
    let variant = template.and_then(|template| template.variant(&of.variant));
    TemplateView {
        code: of.code.clone(),
        version: of.version,
        name: template.map_or_else(
            || Bilingual::of(&of.code, &of.code),
            |template| template.name.clone(),
        ),
        variant: variant.map_or_else(
            || Bilingual::of(&of.variant, &of.variant),
            |variant| variant.name.clone(),
        ),
    }
}

/// Stages are numbered through the phases, but a template may come back to an earlier phase.
fn phases(stages: Vec<StageView>) -> Vec<PhaseView> {
    let mut by_phase: Vec<(Phase, Vec<StageView>)> =
        Phase::ALL.map(|phase| (phase, Vec::new())).into();
    for stage in stages {
        if let Some((_, own)) = by_phase.iter_mut().find(|(phase, _)| *phase == stage.phase) {
            own.push(stage);
        }
    }
    by_phase.retain(|(_, own)| !own.is_empty());
    let view = |(phase, own): (Phase, Vec<StageView>)| PhaseView {
        phase,
        done_count: done_count(&own),
        lamp: worst_lamp(&own),
        stages: own,
    };
    by_phase.into_iter().map(view).collect()
}

fn done_count(stages: &[StageView]) -> usize {
    stages
        .iter()
        .filter(|stage| stage.state == StageState::Done)
        .count()
}

/// The gravest lamp of what is open; between two stages of a project that has begun, green.
fn worst_lamp(stages: &[StageView]) -> Lamp {
    let open = stages
        .iter()
        .filter(|stage| stage.state != StageState::Done)
        .map(|stage| stage.lamp)
        .max();
    match open {
        None => stages
            .iter()
            .map(|stage| stage.lamp)
            .max()
            .unwrap_or(Lamp::NotStarted),
        Some(Lamp::NotStarted) if done_count(stages) > 0 => Lamp::Green,
        Some(lamp) => lamp,
    }
}
