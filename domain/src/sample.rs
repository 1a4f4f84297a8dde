//! What the tests of this crate share: an office, a template, a project admitted on a Monday.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use std::sync::OnceLock;

use time::{Date, Duration, macros::date};
use uuid::Uuid;

use crate::{
    calendar::{DayOff, WorkCalendar, china},
    clock::{Court, StopReason},
    event::Author,
    extension::ExtensionTerms,
    id::{PersonId, ProjectId, StageId, UnitId, ZoneId},
    ladder::Ladder,
    limit::Limit,
    moment::Moment,
    office::{Office, UnitKind},
    project::{Accept, Admission, Project, Resume, StopClock},
    stage::Stage,
    template::{
        AllowedStop, Condition, Dependency, DependencyKind, ExtensionRule, Handling, LimitRule,
        Phase, StageDefinition, Template, TemplateUnit, TraitDefinition, Variant,
    },
    text::{Bilingual, Line, Prose},
    zone_time::ZoneTime,
};

/// The Monday on which the sample project is admitted.
pub(crate) const MONDAY: Date = date!(2026 - 03 - 02);
/// The officer who acts.
pub(crate) const OFFICER: PersonId = PersonId(Uuid::from_u128(1));
/// A colleague of the same unit.
pub(crate) const COLLEAGUE: PersonId = PersonId(Uuid::from_u128(2));
/// A supervisor.
pub(crate) const SUPERVISOR: PersonId = PersonId(Uuid::from_u128(3));
/// The one unit of the sample zone.
pub(crate) const UNIT: UnitId = UnitId(Uuid::from_u128(9));

pub(crate) fn office() -> Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(open_office).clone()
}

fn open_office() -> Office {
    Office {
        zone: ZoneId(Uuid::from_u128(0)),
        time: ZoneTime::named("Asia/Shanghai").unwrap(),
        calendar: Arc::new(china::mainland()),
        ladder: Arc::new(Ladder::default()),
    }
}

/// Ten in the morning of `day` in the zone.
pub(crate) fn morning(day: Date, office: &Office) -> Moment {
    office.moment(office.time.start_of(day) + Duration::hours(10))
}

/// A day of March 2026, which has no holiday.
pub(crate) fn march(day: u8) -> Date {
    Date::from_calendar_date(2026, time::Month::March, day).unwrap()
}

pub(crate) fn words() -> Prose {
    Prose::parse("materials checked").unwrap()
}

pub(crate) const fn working(value: u16) -> Limit {
    Limit::WorkingDays { value }
}

pub(crate) const fn calendar_days(value: u16) -> Limit {
    Limit::CalendarDays { value }
}

pub(crate) fn rule(limit: Limit) -> LimitRule {
    LimitRule {
        limit,
        citation: "Administrative Licensing Law, art. 42".into(),
        is_verified: true,
    }
}

pub(crate) fn wait(on: &str, kind: DependencyKind) -> Dependency {
    Dependency {
        on: on.into(),
        kind,
    }
}

/// A stage with promise and statute that waits for `after`.
pub(crate) fn definition(
    code: &str,
    (promised, statutory): (Option<Limit>, Option<Limit>),
    after: &[&str],
) -> StageDefinition {
    StageDefinition {
        code: code.into(),
        phase: Phase::Approval,
        name: Bilingual::of("环节", "Stage"),
        unit: "office".into(),
        court: Court::Government,
        handling: Handling::Promised,
        milestone: None,
        statutory: statutory.map(rule),
        promised: promised.map(rule),
        silence_days: Some(3),
        depends_on: after
            .iter()
            .map(|on| wait(on, DependencyKind::Hard))
            .collect(),
        materials: Vec::new(),
        stops: vec![AllowedStop {
            reason: StopReason::Supplement,
            cap_days: None,
            citation: "Administrative Licensing Law, art. 32".into(),
        }],
        extension: Some(ExtensionRule {
            terms: ExtensionTerms {
                days_max: 5,
                beyond_law_max: 0,
            },
            citation: "Administrative Licensing Law, art. 42".into(),
            is_verified: false,
        }),
        validity: None,
        applies: Condition::default(),
    }
}

/// A has promise and statute; B waits for A, in calendar days; C waits for both and has one day; D has no
/// limit; E must be done at once; F has only a statute.
pub(crate) fn template() -> Template {
    Template {
        code: "sample".into(),
        version: 1,
        name: Bilingual::of("样例", "Sample"),
        units: vec![TemplateUnit {
            code: "office".into(),
            name: Bilingual::of("办公室", "Office"),
            kind: UnitKind::Department,
        }],
        traits: vec![TraitDefinition {
            code: "foreign".into(),
            name: Bilingual::of("外资", "Foreign"),
        }],
        variants: vec![Variant {
            code: "standard".into(),
            name: Bilingual::of("标准", "Standard"),
            changes: Vec::new(),
        }],
        stages: vec![
            definition("A", (Some(working(5)), Some(working(20))), &[]),
            definition(
                "B",
                (Some(calendar_days(10)), Some(calendar_days(60))),
                &["A"],
            ),
            definition("C", (Some(working(1)), None), &["A", "B"]),
            definition("D", (None, None), &[]),
            definition("E", (Some(working(0)), None), &["D"]),
            definition("F", (None, Some(calendar_days(30))), &["D"]),
        ],
    }
}

pub(crate) fn admission(admitted_on: Date) -> Admission {
    Admission {
        id: ProjectId(Uuid::from_u128(100)),
        code: "GC-2026-0001".parse().unwrap(),
        name: Line::parse("精密制造").unwrap(),
        investor: Line::parse("某某公司").unwrap(),
        investment_yuan: None,
        is_key: true,
        variant: "standard".into(),
        traits: BTreeSet::new(),
        steward: None,
        contacts: BTreeSet::new(),
        company: None,
        admitted_on,
        units: BTreeMap::from([("office".into(), UNIT)]),
    }
}

pub(crate) fn admit(template: &Template, office: &Office) -> Project {
    let mut keys = (200..).map(|bits| StageId(Uuid::from_u128(bits)));
    let now = morning(MONDAY, office);
    let author = Author::Person(OFFICER);
    let new_stage = || keys.next().unwrap();
    let step = Project::admit(
        admission(MONDAY),
        template,
        new_stage,
        author,
        (now, office),
    );
    step.unwrap().project
}

/// The sample project on the day of its admission.
pub(crate) fn admitted(office: &Office) -> Project {
    admit(&template(), office)
}

/// A project of one stage with these limits, accepted on `on`.
pub(crate) fn accepted(limits: (Option<Limit>, Option<Limit>), on: Date) -> Project {
    let office = office();
    let mut template = template();
    template.stages = vec![definition("A", limits, &[])];
    let project = admit(&template, &office);
    accept(&project, "A", on)
}

pub(crate) fn id(project: &Project, code: &str) -> StageId {
    stage(project, code).id
}

pub(crate) fn stage<'a>(project: &'a Project, code: &str) -> &'a Stage {
    project
        .stages
        .iter()
        .find(|stage| stage.code == code)
        .unwrap()
}

/// Accepts the stage on `on`, recorded the same day.
pub(crate) fn accept(project: &Project, code: &str, on: Date) -> Project {
    let office = office();
    let act = Accept {
        on,
        officer: Some(OFFICER),
    };
    let at = (morning(on, &office), &office);
    project
        .accept(id(project, code), OFFICER, &act, at)
        .unwrap()
        .project
}

pub(crate) fn supplement(on: Date) -> StopClock {
    StopClock {
        reason: StopReason::Supplement,
        on,
        resumed_on: None,
        expected_on: None,
        text: words(),
        late_reason: Some(words()),
    }
}

pub(crate) fn resumed(on: Date) -> Resume {
    Resume {
        on,
        text: None,
        late_reason: Some(words()),
    }
}

/// Stops the clock on one day and lets it run on another, each recorded on `today`.
pub(crate) fn stop_and_resume(project: &Project, (from, to): (Date, Date), today: Date) -> Project {
    let office = office();
    let at = (morning(today, &office), &office);
    let stage = id(project, "A");
    let stopped = project
        .stop(stage, OFFICER, supplement(from), at)
        .unwrap()
        .project;
    stopped
        .resume(stage, OFFICER, resumed(to), at)
        .unwrap()
        .project
}

/// A calendar in which no day is worked.
pub(crate) fn idle_calendar() -> WorkCalendar {
    let mut calendar = WorkCalendar::plain_weekends("idle", 2020, 2120);
    for (&number, year) in &mut calendar.years {
        let first = Date::from_ordinal_date(number, 1).unwrap();
        year.days_off = core::iter::successors(Some(first), |day| day.next_day())
            .take_while(|day| day.year() == number)
            .map(|on| DayOff {
                on,
                name: "closed".into(),
            })
            .collect();
    }
    calendar
}
