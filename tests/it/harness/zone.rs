//! A sample zone: a few people of each role, a unit for each that the default template names, fixed
//! moments, and a project admitted from that template.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use domain::{
    access::Role,
    alert::Alert,
    calendar::china,
    code::ProjectCode,
    event::Author,
    id::{AlertId, PersonId, ProjectId, StageId, UnitId, ZoneId},
    ladder::{Ladder, Rung},
    moment::Moment,
    office::{Office, Person, Unit, Zone},
    project::{Accept, Admission, Project, Step},
    refusal::Refusal,
    stage::StageState,
    template::Template,
    text::{Bilingual, Language, Line},
    zone_time::ZoneTime,
};
use persistence::{
    Store, StoreError,
    project::{Held, Secrets},
};
use time::{Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

/// Monday morning in the zone, first working day of a week without holidays.
pub(crate) const MONDAY: OffsetDateTime = datetime!(2026-03-02 09:00 +8);

/// The morning `days` after [`MONDAY`].
pub(crate) fn morning(days: i64) -> OffsetDateTime {
    MONDAY + Duration::days(days)
}

/// The default template, as shipped.
pub(crate) static TEMPLATE: LazyLock<Arc<Template>> = LazyLock::new(|| {
    let text = include_str!("../../../api/data/templates/key-industrial.json");
    Arc::new(serde_json::from_str(text).unwrap())
});

/// A founded zone and who is who in it.
#[derive(Debug, Clone)]
pub(crate) struct SampleZone {
    /// The zone.
    pub(crate) id: ZoneId,
    /// What rules need of it.
    pub(crate) office: Office,
    /// Its units, by the codes of the template.
    pub(crate) units: BTreeMap<String, UnitId>,
    /// 投资者, a contact of every sample project.
    pub(crate) investor: PersonId,
    /// 承办人 of the unit that has the first stage.
    pub(crate) officer: PersonId,
    /// 承办人 of the same unit.
    pub(crate) colleague: PersonId,
    /// 单位负责人 of the same unit.
    pub(crate) head: PersonId,
    /// 督办人员
    pub(crate) supervisor: PersonId,
    /// 效能办
    pub(crate) efficacy_officer: PersonId,
    /// 分管领导
    pub(crate) leader: PersonId,
    /// 系统管理员
    pub(crate) administrator: PersonId,
}

/// A key that is the same in every run. The kind keeps keys of different nouns apart.
pub(crate) fn key(kind: u16, number: u32) -> Uuid {
    Uuid::from_u128(u128::from(kind) << 64 | u128::from(number))
}

impl SampleZone {
    /// Founds zone `number` with its units, people and template. People of different zones have the same
    /// keys, which no query may confuse.
    pub(crate) async fn found(store: &Store, number: u32) -> Self {
        let sample = Self::planned(number);
        let founded = sample.clone();
        let kept: Result<(), StoreError> = store
            .write(async move |tx| {
                let zone = founded.zone();
                let calendar = &founded.office.calendar;
                tx.add_zone(&zone, calendar, &founded.office.ladder).await?;
                for unit in founded.unit_rows() {
                    tx.add_unit(zone.id, &unit).await?;
                }
                for person in founded.people() {
                    tx.add_person(zone.id, &person, None).await?;
                }
                tx.add_template(zone.id, &TEMPLATE).await
            })
            .await;
        kept.unwrap();
        sample
    }

    fn planned(number: u32) -> Self {
        let id = ZoneId(key(1, number));
        let units = TEMPLATE.units.iter().zip(1..);
        Self {
            id,
            office: Office {
                zone: id,
                time: ZoneTime::named("Asia/Shanghai").unwrap(),
                calendar: Arc::new(china::mainland()),
                ladder: Arc::new(Ladder::default()),
            },
            units: units
                .map(|(unit, number)| (unit.code.clone(), UnitId(key(2, number))))
                .collect(),
            investor: PersonId(key(3, 1)),
            officer: PersonId(key(3, 2)),
            colleague: PersonId(key(3, 3)),
            head: PersonId(key(3, 4)),
            supervisor: PersonId(key(3, 5)),
            efficacy_officer: PersonId(key(3, 6)),
            leader: PersonId(key(3, 7)),
            administrator: PersonId(key(3, 8)),
        }
    }

    /// The zone as it is founded.
    pub(crate) fn zone(&self) -> Zone {
        Zone {
            id: self.id,
            name: Bilingual::of("样板开发区", "Sample Development Zone"),
            time_zone: "Asia/Shanghai".into(),
            code_prefix: "GC".into(),
            hotline: "0000-12345".into(),
        }
    }

    fn unit_rows(&self) -> Vec<Unit> {
        let row = |unit: &domain::template::TemplateUnit| Unit {
            id: self.units[&unit.code],
            code: unit.code.clone(),
            kind: unit.kind,
            name: unit.name.clone(),
            is_active: true,
        };
        TEMPLATE.units.iter().map(row).collect()
    }

    /// The unit that has the first stage, where officer, colleague and head work.
    pub(crate) fn first_unit(&self) -> UnitId {
        self.units[&TEMPLATE.stages[0].unit]
    }

    /// Everybody, as founded.
    pub(crate) fn people(&self) -> Vec<Person> {
        let unit = Some(self.first_unit());
        let efficacy_office = self.units.get("efficacy-office").copied();
        let person = |id: PersonId, login: &str, name: &str, role, unit| Person {
            id,
            login: login.into(),
            name: name.into(),
            email: Some(format!("{login}@zone.example")),
            phone: Some("0000-1001".into()),
            language: Language::Zh,
            unit,
            roles: BTreeSet::from([role]),
            is_active: true,
        };
        vec![
            person(self.investor, "investor", "投资人甲", Role::Investor, None),
            person(self.officer, "officer", "承办人乙", Role::Officer, unit),
            person(self.colleague, "colleague", "承办人丙", Role::Officer, unit),
            person(self.head, "head", "负责人丁", Role::Head, unit),
            person(
                self.supervisor,
                "supervisor",
                "督办戊",
                Role::Supervisor,
                None,
            ),
            person(
                self.efficacy_officer,
                "efficacy",
                "效能己",
                Role::EfficacyOffice,
                efficacy_office,
            ),
            person(self.leader, "leader", "领导庚", Role::Leader, None),
            person(
                self.administrator,
                "administrator",
                "管理员辛",
                Role::SystemAdministrator,
                None,
            ),
        ]
    }

    /// The moment of an instant in the zone.
    pub(crate) fn moment(&self, at: OffsetDateTime) -> Moment {
        self.office.moment(at)
    }

    /// What sample project `number` asks for, admitted on the day of `at`.
    pub(crate) fn admission(&self, number: u32, at: OffsetDateTime) -> Admission {
        Admission {
            id: ProjectId(key(4, number)),
            code: ProjectCode::new("GC", 2026, number).unwrap(),
            name: Line::parse(&format!("精密制造项目{number}")).unwrap(),
            investor: Line::parse("某精密机械有限公司").unwrap(),
            investment_yuan: Some(350_000_000),
            is_key: true,
            variant: TEMPLATE.variants[0].code.clone(),
            traits: BTreeSet::new(),
            steward: Some(self.efficacy_officer),
            contacts: BTreeSet::from([self.investor]),
            company: None,
            admitted_on: self.moment(at).today,
            units: self.units.clone(),
        }
    }

    /// The step that admits sample project `number` at `at`.
    pub(crate) fn admitted(&self, number: u32, at: OffsetDateTime) -> Step {
        let mut stage_number = number * 1_000;
        let new_stage = || {
            stage_number += 1;
            StageId(key(5, stage_number))
        };
        Project::admit(
            self.admission(number, at),
            &TEMPLATE,
            new_stage,
            Author::Person(self.efficacy_officer),
            (self.moment(at), &self.office),
        )
        .unwrap()
    }

    /// Admits sample project `number` on [`MONDAY`].
    pub(crate) async fn admit(&self, store: &Store, number: u32) -> ProjectId {
        self.admit_at(store, number, MONDAY).await
    }

    /// Admits sample project `number` at `at`.
    pub(crate) async fn admit_at(
        &self,
        store: &Store,
        number: u32,
        at: OffsetDateTime,
    ) -> ProjectId {
        let step = self.admitted(number, at);
        let id = step.project.id;
        let office = self.office.clone();
        let kept: Result<(), StoreError> = store
            .write(async move |tx| tx.add_project(&office, &step, Secrets::default(), at).await)
            .await;
        kept.unwrap();
        id
    }

    /// The project as it is kept.
    pub(crate) async fn held(&self, store: &Store, id: ProjectId) -> Held {
        let held: Result<Held, StoreError> =
            store.read(async |tx| tx.project(self.id, id).await).await;
        held.unwrap()
    }

    /// Loads, decides and saves as a use case does; gives the new version.
    pub(crate) async fn decide(
        &self,
        store: &Store,
        id: ProjectId,
        at: OffsetDateTime,
        decision: impl FnOnce(&Project, (Moment, &Office)) -> Result<Step, Refusal> + Send + 'static,
    ) -> Result<i64, Undone> {
        let office = self.office.clone();
        store
            .write(async move |tx| {
                let held = tx.project_to_decide(office.zone, id).await?;
                let moment = office.moment(at);
                let step = decision(&held.project, (moment, &office)).map_err(Undone::Refused)?;
                Ok(tx
                    .save_step(&office, &held, &step, moment.at)
                    .await?
                    .version)
            })
            .await
    }

    /// Accepts the stage at `ordinal` on the day of `at`.
    pub(crate) async fn accept(
        &self,
        store: &Store,
        id: ProjectId,
        ordinal: u16,
        at: OffsetDateTime,
    ) -> Result<i64, Undone> {
        let by = self.officer;
        self.decide(store, id, at, move |project, (now, office)| {
            let accept = Accept {
                on: now.today,
                officer: Some(by),
            };
            let stage = at_ordinal(project, ordinal);
            project.accept(stage, by, &accept, (now, office))
        })
        .await
    }

    /// An alert for a stage, with a key derived from its number.
    pub(crate) fn alert(&self, project: &Project, ordinal: u16, number: u32, rung: Rung) -> Alert {
        let at = morning(10);
        Alert {
            id: AlertId(key(6, number)),
            project: project.id,
            stage: at_ordinal(project, ordinal),
            rung,
            basis: 1,
            due_on: self.moment(at).today,
            fired_at: self.moment(at).at,
            is_carried: false,
            acknowledgement: None,
        }
    }
}

/// The key of the stage at `ordinal`.
pub(crate) fn at_ordinal(project: &Project, ordinal: u16) -> StageId {
    project.stages[usize::from(ordinal) - 1].id
}

/// The ordinals of the stages that may be accepted.
pub(crate) fn ready(project: &Project) -> Vec<u16> {
    let ready = project
        .stages
        .iter()
        .filter(|stage| stage.state == StageState::Ready);
    ready.map(|stage| stage.ordinal).collect()
}

/// Why a decision was not kept.
#[derive(Debug)]
pub(crate) enum Undone {
    /// A rule said no.
    Refused(Refusal),
    /// It could not be kept.
    #[expect(dead_code, reason = "read by whoever prints it")]
    Unkept(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Unkept(error)
    }
}
