//! What a schedule costs. `cargo bench -p domain --bench schedule`
//!
//! Each decision that may move a date makes one forecast, two where it has moved; each page of a project makes a
//! schedule.

#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot be set up has nothing to measure"
)]

use std::{collections::BTreeMap, sync::Arc};

use divan::black_box;
use domain::{
    calendar::china,
    event::Author,
    id::{PersonId, ProjectId, StageId, UnitId, ZoneId},
    ladder::Ladder,
    office::Office,
    project::{Admission, Project},
    schedule::{Forecast, Schedule},
    template::Template,
    text::Line,
    zone_time::ZoneTime,
};
use time::{
    Date,
    macros::{date, datetime},
};
use uuid::Uuid;

const TODAY: Date = date!(2026 - 03 - 02);
/// The template that projects of this product start with.
const TEMPLATE: &str = include_str!("../../api/data/templates/key-industrial.json");
/// A domestic company on land that is listed, with a building that needs a fire design review.
const TRAITS: [&str; 4] = ["filing", "listing_land", "new_company", "special_building"];

fn main() {
    divan::main();
}

fn office() -> Office {
    Office {
        zone: ZoneId(Uuid::nil()),
        time: ZoneTime::named("Asia/Shanghai").expect("a known time zone"),
        calendar: Arc::new(china::mainland()),
        ladder: Arc::new(Ladder::default()),
    }
}

fn project(office: &Office) -> Project {
    let template: Template = serde_json::from_str(TEMPLATE).expect("the template reads");
    let units = template.units.iter().map(|unit| unit.code.clone());
    let admission = Admission {
        id: ProjectId(Uuid::nil()),
        code: "GC-2026-0001".parse().expect("a code"),
        name: Line::parse("海龙精密三期").expect("a name"),
        investor: Line::parse("某精密机械有限公司").expect("a name"),
        investment_yuan: None,
        is_key: true,
        variant: "standard".into(),
        traits: TRAITS.map(Into::into).into(),
        steward: None,
        contacts: [].into(),
        company: None,
        admitted_on: TODAY,
        units: units
            .map(|code| (code, UnitId(Uuid::nil())))
            .collect::<BTreeMap<_, _>>(),
    };
    let mut keys = (1..).map(|bits| StageId(Uuid::from_u128(bits)));
    let author = Author::Person(PersonId(Uuid::nil()));
    let now = office.moment(datetime!(2026-03-02 02:00 UTC));
    let new_stage = || keys.next().unwrap_or(StageId(Uuid::nil()));
    let step = Project::admit(admission, &template, new_stage, author, (now, office));
    step.expect("an admission").project
}

#[divan::bench]
fn forecast(bencher: divan::Bencher<'_, '_>) {
    let office = office();
    let project = project(&office);
    bencher.bench(|| Forecast::of(black_box(&project), TODAY, &office.calendar));
}

#[divan::bench]
fn schedule_with_path_and_floats(bencher: divan::Bencher<'_, '_>) {
    let office = office();
    let project = project(&office);
    bencher.bench(|| Schedule::of(black_box(&project), TODAY, &office.calendar));
}
