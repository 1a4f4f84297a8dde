//! The data that the benchmarks run on: one zone with 100,000 projects of twelve open stages each, made by
//! the product's own rules and kept by its own store.
//!
//! Kept in `target/bench-data` and made anew when [`VERSION`] changes or the days in it are too old.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
};

use api::{clock::Clock, usecase::zone::KEY_INDUSTRIAL};
use domain::{
    access::Role,
    calendar::china,
    code::ProjectCode,
    event::Author,
    id::{PersonId, ProjectId, StageId, UnitId, ZoneId},
    ladder::Ladder,
    moment::Moment,
    office::{Office, Person, Unit, Zone},
    project::{Accept, Admission, Project, Step},
    template::Template,
    text::{Bilingual, Language, Line},
    zone_time::ZoneTime,
};
use persistence::{Store, Tx, connection::Target, migrate, project::Secrets};
use serde_json::{Value, json};
use time::{Date, Duration, OffsetDateTime, macros::time};
use uuid::Uuid;

/// Counts up with every change of what is made.
const VERSION: u32 = 1;
/// Days after which the data is made anew: no stage may fall due while a server is being measured.
const AGE_DAYS_MAX: i64 = 10;
/// Projects.
pub(crate) const PROJECTS: u32 = 100_000;
/// Stages of a project; all are open.
pub(crate) const STAGES: u32 = 12;
/// Stages that fall due on each of [`Seed::due_on`].
pub(crate) const DUE: u32 = PROJECTS / 10;
/// Officers of each unit.
const OFFICERS: u32 = 20;
/// Projects kept in one transaction.
const PROJECTS_PER_TURN: usize = 200;
/// The promise of the first stage in working days; each later stage has two more.
const PROMISE_DAYS: u16 = 40;

/// The zone of the data.
pub(crate) const ZONE: ZoneId = ZoneId(Uuid::from_u128(0x0190_0000_0000_7001_8000_0000_0000_0001));

/// A key that is the same in every run; keys of one kind sort by number.
fn key(kind: u8, number: u32) -> Uuid {
    let high = 0x0190_0000_0000_7000 | u64::from(kind);
    Uuid::from_u64_pair(high, 0x8000_0000_0000_0000 | u64::from(number))
}

/// A count as an index.
pub(crate) fn size(count: u32) -> usize {
    usize::try_from(count).unwrap()
}

/// The key of project `number`, counted from 0.
pub(crate) fn project_id(number: u32) -> ProjectId {
    ProjectId(key(4, number))
}

/// The key of a stage, `place` counted from 0.
pub(crate) fn stage_id(project: u32, place: u32) -> StageId {
    StageId(key(5, project * STAGES + place))
}

/// The code of project `number`.
pub(crate) fn project_code(number: u32, year: i32) -> ProjectCode {
    ProjectCode::new("GC", year, number + 1).unwrap()
}

/// What is known of the data without asking it.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    /// The day on which it was made; the last day on which anything happened in it.
    pub(crate) today: Date,
    /// The people, by unit and as the zone's own.
    pub(crate) people: Vec<Person>,
    template: Arc<Template>,
    office: Office,
    units: BTreeMap<String, UnitId>,
}

impl Seed {
    /// The data as it is made on `today`.
    fn planned(today: Date) -> Self {
        let template = Arc::new(template());
        let units: BTreeMap<String, UnitId> = template
            .units
            .iter()
            .zip(1..)
            .map(|(unit, number)| (unit.code.clone(), UnitId(key(2, number))))
            .collect();
        let office = Office {
            zone: ZONE,
            time: ZoneTime::named("Asia/Shanghai").unwrap(),
            calendar: Arc::new(china::mainland()),
            ladder: Arc::new(Ladder::default()),
        };
        let people = people(&units);
        Self {
            today,
            people,
            template,
            office,
            units,
        }
    }

    /// An instant of the day on which the data was made.
    pub(crate) fn now(&self) -> OffsetDateTime {
        Self::morning(self.today)
    }

    fn morning(day: Date) -> OffsetDateTime {
        day.with_time(time!(01:00)).assume_utc()
    }

    /// The mornings of days on each of which [`DUE`] stages fall due that have never been due before.
    /// After the seventh the first of them are due again.
    pub(crate) fn due_mornings(&self) -> Vec<OffsetDateTime> {
        let calendar = &self.office.calendar;
        let days = (0..7).map(|turn| calendar.working_day_after(self.accepted_on(turn), 32));
        days.map(|day| Self::morning(day.unwrap().on)).collect()
    }

    /// The day on which the first stage of every tenth project, beginning with `turn`, was accepted.
    fn accepted_on(&self, turn: u32) -> Date {
        let back = u16::try_from(20 - turn).unwrap();
        let days = self.office.calendar.working_day_before(self.today, back);
        days.unwrap().on
    }

    /// A workday of next month, within the limits of all stages.
    pub(crate) fn some_workday_ahead(&self) -> Date {
        let calendar = &self.office.calendar;
        let day = calendar.working_day_after(self.today, 15);
        day.unwrap().on
    }

    /// Somebody with this role.
    pub(crate) fn someone(&self, role: Role) -> &Person {
        let mut people = self.people.iter();
        people.find(|person| person.roles.contains(&role)).unwrap()
    }

    /// The officer responsible for a stage.
    pub(crate) fn officer(&self, project: u32, place: u32) -> PersonId {
        let definition = &self.template.stages[size(place)];
        let unit = self.units[&definition.unit];
        let mut officers = self
            .people
            .iter()
            .filter(|person| person.unit == Some(unit) && person.roles.contains(&Role::Officer));
        officers.nth(size(project % OFFICERS)).unwrap().id
    }

    /// The document of a stage, noted upon `touches` times.
    pub(crate) fn document(&self, project: u32, place: u32, touches: u32) -> String {
        let mut stage = self.project(project).0.project.stages.remove(size(place));
        stage.touches = touches;
        serde_json::to_string(&stage).unwrap()
    }

    /// Project `number` with twelve accepted stages, as one step.
    fn project(&self, number: u32) -> (Step, OffsetDateTime) {
        let calendar = &self.office.calendar;
        let admitted_on = calendar.working_day_before(self.today, 30).unwrap().on;
        let moment = |day: Date| {
            let at = Self::morning(day) + Duration::milliseconds(i64::from(number) * 20);
            Moment::new(at, &self.office.time)
        };
        let steward = self.someone(Role::EfficacyOffice).id;
        let admission = Admission {
            id: project_id(number),
            code: project_code(number, self.today.year()),
            name: Line::parse(&format!("精密制造与新材料产业园第{number}期项目")).unwrap(),
            investor: Line::parse(&format!("某精密机械（第{number}）有限公司")).unwrap(),
            investment_yuan: Some(350_000_000 + u64::from(number)),
            is_key: number.is_multiple_of(3),
            variant: self.template.variants[0].code.clone(),
            traits: BTreeSet::new(),
            steward: Some(steward),
            contacts: BTreeSet::from([self.someone(Role::Investor).id]),
            company: None,
            admitted_on,
            units: self.units.clone(),
        };
        let mut place = 0;
        let new_stage = || {
            place += 1;
            stage_id(number, place - 1)
        };
        let now = moment(admitted_on);
        let author = Author::Person(steward);
        let mut whole = Project::admit(
            admission,
            &self.template,
            new_stage,
            author,
            (now, &self.office),
        )
        .unwrap();
        for place in 0..STAGES {
            let on = if place == 0 {
                self.accepted_on(number % 10)
            } else {
                calendar
                    .working_day_before(self.today, 1 + u16::try_from(number % 3).unwrap())
                    .unwrap()
                    .on
            };
            let by = self.officer(number, place);
            let accept = Accept {
                on,
                officer: Some(by),
            };
            let stage = stage_id(number, place);
            let step = whole
                .project
                .accept(stage, by, &accept, (moment(on), &self.office))
                .unwrap();
            whole.events.extend(step.events);
            whole.project = step.project;
        }
        (whole, moment(self.today).at)
    }
}

/// Twelve stages of the default template with all their documents, without order, under promises that end
/// some weeks after the data is made.
fn template() -> Template {
    let mut all: Value = serde_json::from_str(KEY_INDUSTRIAL).unwrap();
    let chosen = all["stages"].as_array().unwrap().iter();
    let chosen: Vec<Value> = chosen
        .filter(|stage| !stage["stops"].as_array().is_none_or(Vec::is_empty))
        .take(size(STAGES))
        .cloned()
        .collect();
    all["code"] = json!("bench-twelve");
    all["variants"] = json!([{"code": "standard", "name": {"zh": "标准流程", "en": "Standard"}}]);
    all["stages"] = chosen.into_iter().zip(0_u16..).map(planned_stage).collect();
    serde_json::from_value(all).unwrap()
}

fn planned_stage((mut stage, place): (Value, u16)) -> Value {
    let limit = |days: u16| json!({"value": days, "unit": "working_day"});
    for (name, days) in [
        ("promised", PROMISE_DAYS + 2 * place),
        ("statutory", 2 * PROMISE_DAYS),
    ] {
        if stage[name].is_null() {
            stage[name] = json!({"citation": "示范园区默认值(待效能办核定)", "is_verified": false});
        }
        stage[name]["limit"] = limit(days);
    }
    stage["depends_on"] = json!([]);
    stage["applies"] = json!({});
    stage["silence_days"] = Value::Null;
    stage
}

fn people(units: &BTreeMap<String, UnitId>) -> Vec<Person> {
    let mut people = Vec::new();
    let mut add = |login: String, role: Role, unit: Option<UnitId>| {
        let number = u32::try_from(people.len()).unwrap();
        people.push(Person {
            id: PersonId(key(3, number)),
            name: format!("经办人{number}"),
            email: Some(format!("{login}@zone.example")),
            login,
            phone: Some("0000-1001".into()),
            language: Language::Zh,
            unit,
            roles: BTreeSet::from([role]),
            is_active: true,
        });
    };
    add("investor".into(), Role::Investor, None);
    add("leader".into(), Role::Leader, None);
    add("supervisor".into(), Role::Supervisor, None);
    let office = units.get("efficacy-office").copied();
    add("efficacy".into(), Role::EfficacyOffice, office);
    for (code, unit) in units {
        add(format!("{code}-head"), Role::Head, Some(*unit));
        for number in 0..OFFICERS {
            add(format!("{code}-{number}"), Role::Officer, Some(*unit));
        }
    }
    people
}

/// Where everything is kept between runs.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-data")
}

/// The data in an SQLite file, made now if there is none that is good.
pub(crate) fn sqlite() -> (Seed, PathBuf) {
    let path = folder().join("seed.sqlite");
    fs::create_dir_all(folder()).unwrap();
    let seed = made("sqlite", &format!("sqlite://{}", path.display()), || {
        for ending in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            let _not_there = fs::remove_file(name);
        }
    });
    (seed, path)
}

/// The data behind `url`; `clear` removes what was there if it must be made anew.
pub(crate) fn made(name: &str, url: &str, clear: impl FnOnce()) -> Seed {
    let mark = folder().join(format!("{name}.json"));
    let today = Clock::system().now().date();
    if let Some(made_on) = fs::read_to_string(&mark)
        .ok()
        .and_then(|text| read_mark(&text))
        && today - made_on < Duration::days(AGE_DAYS_MAX)
    {
        return Seed::planned(made_on);
    }
    let _not_there = fs::remove_file(&mark);
    clear();
    let seed = Seed::planned(today);
    fill(&seed, url);
    fs::write(
        &mark,
        json!({"version": VERSION, "made_on": today.to_julian_day()}).to_string(),
    )
    .unwrap();
    seed
}

fn read_mark(text: &str) -> Option<Date> {
    let mark: Value = serde_json::from_str(text).ok()?;
    let day = i32::try_from(mark["made_on"].as_i64()?).ok()?;
    Date::from_julian_day(day)
        .ok()
        .filter(|_| mark["version"] == VERSION)
}

/// Fewer projects in a fresh file of its own.
pub(crate) fn small_sqlite(projects: u32) -> (Seed, PathBuf) {
    let path = folder().join("small.sqlite");
    fs::create_dir_all(folder()).unwrap();
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        let _not_there = fs::remove_file(name);
    }
    let seed = Seed::planned(Clock::system().now().date());
    fill_with(&seed, &format!("sqlite://{}", path.display()), projects);
    (seed, path)
}

fn fill(seed: &Seed, url: &str) {
    fill_with(seed, url, PROJECTS);
}

/// Decides on one thread, keeps on another.
fn fill_with(seed: &Seed, url: &str, projects: u32) {
    migrate::up(&Target::parse(url).unwrap()).unwrap();
    let store = Store::open(url).unwrap();
    let (ready, waiting) = mpsc::sync_channel::<Vec<(Step, OffsetDateTime)>>(4);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(found_zone(&store, seed));
    thread::scope(|scope| {
        scope.spawn(move || {
            let numbers: Vec<u32> = (0..projects).collect();
            for turn in numbers.chunks(PROJECTS_PER_TURN) {
                let steps = turn.iter().map(|&number| seed.project(number)).collect();
                ready.send(steps).unwrap();
            }
        });
        for (turn, steps) in waiting.iter().enumerate() {
            let office = seed.office.clone();
            let kept = store.write(async move |tx: &mut Tx| {
                for (step, at) in &steps {
                    tx.add_project(&office, step, Secrets::default(), *at)
                        .await?;
                }
                Ok::<_, persistence::StoreError>(())
            });
            runtime.block_on(kept).unwrap();
            progress((turn + 1) * PROJECTS_PER_TURN);
        }
    });
}

fn progress(done: usize) {
    if done.is_multiple_of(5_000) {
        let mut stderr = std::io::stderr();
        let _closed = write!(stderr, "\rmaking the data: {done} of {PROJECTS} projects");
        let _closed = stderr.flush();
    }
}

async fn found_zone(store: &Store, seed: &Seed) {
    let seed = seed.clone();
    let kept: Result<(), persistence::StoreError> = store
        .write(async move |tx| {
            let zone = Zone {
                id: ZONE,
                name: Bilingual::of("样板开发区", "Sample Development Zone"),
                time_zone: "Asia/Shanghai".into(),
                code_prefix: "GC".into(),
                hotline: "0000-12345".into(),
            };
            tx.add_zone(&zone, &seed.office.calendar, &seed.office.ladder)
                .await?;
            for unit in &seed.template.units {
                let unit = Unit {
                    id: seed.units[&unit.code],
                    code: unit.code.clone(),
                    kind: unit.kind,
                    name: unit.name.clone(),
                    is_active: true,
                };
                tx.add_unit(ZONE, &unit).await?;
            }
            tx.add_template(ZONE, &seed.template).await?;
            for person in &seed.people {
                tx.add_person(ZONE, person, None).await?;
            }
            Ok(())
        })
        .await;
    kept.unwrap();
}
