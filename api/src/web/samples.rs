//! A zone with its people and projects in every state, for looking at pages and for testing them.
//! All of it happens through the rules, so that the dates are those the product would show.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    access::Actor,
    alert::Alert,
    calendar::china,
    card::{Card, CardIssue},
    clock::StopReason,
    event::Visibility,
    id::{AlertId, CardId, PersonId, ProjectId, StageId, UnitId, ZoneId},
    ladder::{FiredRung, Ladder, due_rungs},
    moment::Moment,
    office::{Office, Person, Unit, Zone},
    project::{Accept, Admission, Complete, Note, Project, Resume, Step, StopClock},
    template::Template,
    text::{Bilingual, Line, Prose},
    zone_time::ZoneTime,
};
use time::{Date, OffsetDateTime, Time, macros::date};
use uuid::Uuid;

use crate::view::{
    history::RecordedEvent,
    row::{StageRow, stage_row},
    setting::{Setting, Viewer},
};

mod people;
mod template;

/// The day on which everybody looks.
pub(crate) const TODAY: Date = date!(2026 - 10 - 16);

/// The zone and what happened in it.
pub(crate) struct World {
    pub(crate) zone: Zone,
    pub(crate) office: Office,
    pub(crate) units: BTreeMap<UnitId, Unit>,
    pub(crate) people: BTreeMap<PersonId, Person>,
    pub(crate) templates: Vec<Arc<Template>>,
    pub(crate) cases: Vec<Case>,
}

/// A project with its record and its alerts.
pub(crate) struct Case {
    pub(crate) project: Project,
    pub(crate) records: Vec<RecordedEvent>,
    pub(crate) alerts: Vec<Alert>,
    pub(crate) cards: Vec<Card>,
}

pub(crate) const OFFICER: PersonId = PersonId(Uuid::from_u128(1));
pub(crate) const HEAD: PersonId = PersonId(Uuid::from_u128(2));
pub(crate) const SUPERVISOR: PersonId = PersonId(Uuid::from_u128(3));
pub(crate) const STEWARD: PersonId = PersonId(Uuid::from_u128(4));
pub(crate) const INVESTOR: PersonId = PersonId(Uuid::from_u128(5));
pub(in crate::web) const OTHERS: PersonId = PersonId(Uuid::from_u128(6));

pub(crate) fn world() -> World {
    let zone = ZoneId(Uuid::from_u128(1));
    let template = Arc::new(template::template());
    let units: BTreeMap<UnitId, Unit> = template
        .units
        .iter()
        .zip(1..)
        .map(|(unit, number)| {
            let id = UnitId(Uuid::from_u128(number));
            let unit = Unit {
                id,
                code: unit.code.clone(),
                kind: unit.kind,
                name: unit.name.clone(),
                is_active: true,
            };
            (id, unit)
        })
        .collect();
    let mut world = World {
        zone: Zone {
            id: zone,
            name: Bilingual::of("滨江经济技术开发区", "Binjiang Development Zone"),
            time_zone: "Asia/Shanghai".into(),
            code_prefix: "GC".into(),
            hotline: "0512-00001234".into(),
        },
        office: Office {
            zone,
            time: ZoneTime::named("Asia/Shanghai").unwrap(),
            calendar: Arc::new(china::mainland()),
            ladder: Arc::new(Ladder::default()),
        },
        people: people::people(&units),
        units,
        templates: vec![template],
        cases: Vec::new(),
    };
    for story in STORIES {
        let case = world.tell(story);
        world.cases.push(case);
    }
    world
}

/// One act on one stage.
#[derive(Clone, Copy)]
enum Act {
    Accept,
    Note(&'static str, Option<Date>),
    Inside(&'static str),
    Stop(StopReason, Option<Date>, &'static str),
    Resume,
    Complete(&'static str),
}

/// A project and its acts, in the order of their days.
struct Story {
    number: u32,
    name: &'static str,
    investor: &'static str,
    yuan: u64,
    is_key: bool,
    admitted_on: Date,
    acts: &'static [(Date, &'static str, Act)],
}

mod stories;
use stories::STORIES;

impl World {
    fn moment(&self, on: Date, hour: u8) -> Moment {
        let clock = Time::from_hms(hour, 14, 0).unwrap();
        self.office.moment(self.office.time.at_time(on, clock))
    }

    pub(crate) fn now(&self) -> Moment {
        self.moment(TODAY, 14)
    }

    fn tell(&self, story: &Story) -> Case {
        let mut number = u128::from(story.number) * 1_000;
        let admission = Admission {
            id: ProjectId(Uuid::from_u128(number)),
            code: domain::code::ProjectCode::new("GC", 2026, story.number).unwrap(),
            name: Line::parse(story.name).unwrap(),
            investor: Line::parse(story.investor).unwrap(),
            investment_yuan: Some(story.yuan),
            is_key: story.is_key,
            variant: "standard".into(),
            traits: [].into(),
            steward: Some(STEWARD),
            contacts: [INVESTOR].into(),
            company: None,
            admitted_on: story.admitted_on,
            units: self
                .units
                .values()
                .map(|unit| (unit.code.clone(), unit.id))
                .collect(),
        };
        let now = self.moment(story.admitted_on, 9);
        let new_stage = || {
            number += 1;
            StageId(Uuid::from_u128(number))
        };
        let author = domain::event::Author::Person(STEWARD);
        let step = Project::admit(
            admission,
            &self.templates[0],
            new_stage,
            author,
            (now, &self.office),
        )
        .unwrap();
        let mut case = Case {
            project: step.project.clone(),
            records: Vec::new(),
            alerts: Vec::new(),
            cards: Vec::new(),
        };
        case.keep(step, now.at);
        let mut swept = story.admitted_on;
        for (on, code, act) in story.acts {
            self.sweep(&mut case, swept, *on);
            swept = *on;
            let now = self.moment(*on, 10);
            let stage = case
                .project
                .stages
                .iter()
                .find(|stage| stage.code == *code)
                .unwrap()
                .id;
            let step = self.act(&case.project, stage, *act, now);
            case.keep(step, now.at);
        }
        self.sweep(&mut case, swept, TODAY);
        case
    }

    fn act(&self, project: &Project, stage: StageId, act: Act, now: Moment) -> Step {
        let on = now.today;
        let when = (now, &self.office);
        let unit = project.stage(stage).unwrap().unit;
        let by = self
            .people
            .values()
            .find(|person| person.unit == Some(unit))
            .map_or(OTHERS, |person| person.id);
        let text = |text: &str| Prose::parse(text).unwrap();
        match act {
            Act::Accept => project.accept(
                stage,
                by,
                &Accept {
                    on,
                    officer: Some(by),
                },
                when,
            ),
            Act::Note(said, expected_on) => {
                let note = noted(said, Visibility::Public, expected_on);
                project.note(stage, by, note, when)
            }
            Act::Inside(said) => {
                project.note(stage, by, noted(said, Visibility::Internal, None), when)
            }
            Act::Stop(reason, expected_on, said) => project.stop(
                stage,
                by,
                StopClock {
                    reason,
                    on,
                    resumed_on: None,
                    expected_on,
                    text: text(said),
                    late_reason: None,
                },
                when,
            ),
            Act::Resume => project.resume(
                stage,
                by,
                Resume {
                    on,
                    text: None,
                    late_reason: None,
                },
                when,
            ),
            Act::Complete(said) => project.complete(
                stage,
                by,
                Complete {
                    on,
                    result: text(said),
                },
                when,
            ),
        }
        .unwrap()
    }

    /// What the sweep would have found from the day after `from` to `to`.
    fn sweep(&self, case: &mut Case, from: Date, to: Date) {
        for day in std::iter::successors(from.next_day(), |day| day.next_day())
            .take_while(|day| *day <= to)
        {
            for stage in &case.project.stages {
                let fired: Vec<FiredRung> = crate::view::alert::fired_rungs(&case.alerts, stage.id);
                let due = due_rungs(
                    stage,
                    &self.office.ladder,
                    &self.office.calendar,
                    day,
                    &fired,
                )
                .unwrap();
                for rung in due.fire {
                    let number = u128::from(case.next_line());
                    let key = Uuid::from_u128(case.project.id.0.as_u128() * 100 + number);
                    let alert = Alert {
                        id: AlertId(key),
                        project: case.project.id,
                        stage: stage.id,
                        rung: rung.rung,
                        basis: rung.basis,
                        due_on: rung.on,
                        fired_at: self.moment(day, 8).at,
                        is_carried: false,
                        acknowledgement: None,
                    };
                    let of = (CardId(key), &self.office);
                    let card = CardIssue::of(&alert, stage, of, day)
                        .map(|issue| issue.numbered(u32::try_from(number).unwrap()));
                    case.alerts.push(alert);
                    case.records.push(RecordedEvent {
                        seq: case.next_line(),
                        recorded_at: self.moment(day, 8).at,
                        event: domain::event::Event {
                            stage: Some(stage.id),
                            author: domain::event::Author::System,
                            happened_at: self.moment(day, 8).at,
                            is_late_entry: false,
                            fact: domain::event::Fact::RungFired {
                                rung: rung.rung,
                                basis: rung.basis,
                                due_on: rung.on,
                                is_carried: false,
                                card: card.as_ref().map(|card| card.number),
                            },
                        },
                    });
                    case.cards.extend(card);
                }
            }
        }
    }

    pub(crate) fn setting<'a>(&'a self, viewer: &'a Viewer) -> Setting<'a> {
        Setting {
            zone: &self.zone,
            office: &self.office,
            units: &self.units,
            people: &self.people,
            templates: &self.templates,
            now: self.now(),
            viewer,
        }
    }

    pub(crate) fn viewer(&self, person: PersonId) -> Viewer {
        let person = &self.people[&person];
        Viewer::Person(Actor::new(person.id, person.roles.clone(), person.unit))
    }

    pub(crate) fn rows(&self, setting: &Setting<'_>) -> Vec<StageRow> {
        self.cases
            .iter()
            .flat_map(|case| {
                case.project
                    .stages
                    .iter()
                    .map(|stage| stage_row(&case.project, stage, setting))
            })
            .collect()
    }
}

impl Case {
    fn next_line(&self) -> u64 {
        u64::try_from(self.records.len()).unwrap() + 1
    }

    fn keep(&mut self, step: Step, at: OffsetDateTime) {
        self.project = step.project;
        for event in step.events {
            let seq = self.next_line();
            self.records.push(RecordedEvent {
                seq,
                event,
                recorded_at: at,
            });
        }
    }
}

fn noted(said: &str, visibility: Visibility, expected_on: Option<Date>) -> Note {
    Note {
        text: Prose::parse(said).unwrap(),
        visibility,
        expected_on,
    }
}
