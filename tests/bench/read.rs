//! Reads in process: from the store to the bytes of an answer, beside the bare statements.

use std::cell::Cell;

use api::{
    usecase::{
        look::{self, Depth},
        project::ProjectName,
    },
    view::setting::Viewer,
};
use diesel::prelude::*;
use divan::Bencher;
use domain::access::{Actor, Role};
use persistence::project::{ProjectFilter, ProjectPlace};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    place::{Database, Raw, databases, runtime},
    seed::{PROJECTS, Seed, ZONE, project_id},
};

diesel::table! {
    project (zone_id, id) {
        zone_id -> Binary,
        id -> Binary,
        code -> Text,
        name -> Text,
        investor -> Text,
        admitted_on -> Text,
        closed_on -> Nullable<Text>,
        stage_count -> Integer,
        done_count -> Integer,
        body -> Text,
        version -> BigInt,
        chain_hash -> Binary,
        updated_at -> BigInt,
    }
}

diesel::table! {
    stage (zone_id, project_id, ordinal) {
        zone_id -> Binary,
        project_id -> Binary,
        ordinal -> Integer,
        body -> Text,
    }
}

/// Gives numbers of projects all over the data, the same in every run.
pub(crate) struct Wander(Cell<u32>);

impl Wander {
    pub(crate) fn new() -> Self {
        Self(Cell::new(0))
    }

    pub(crate) fn next(&self) -> u32 {
        let number = (self.0.get() + 38_197) % PROJECTS;
        self.0.set(number);
        number
    }
}

/// Somebody who sees the whole zone.
pub(crate) fn actor(seed: &Seed) -> Actor {
    let person = seed.someone(Role::EfficacyOffice);
    Actor::new(person.id, person.roles.clone(), person.unit)
}

/// A project with its stages, record and alerts, as JSON.
#[divan::bench(args = databases())]
fn project_json(bencher: Bencher<'_, '_>, database: Database) {
    let (app, runtime, wander) = (database.app(), runtime(), Wander::new());
    let viewer = Viewer::Person(actor(database.seed()));
    bencher.bench_local(|| {
        let name = ProjectName::Id(project_id(wander.next()));
        let seen = runtime.block_on(look::project(&app, &name, &viewer, Depth::Plain));
        serde_json::to_vec(&seen.unwrap().view).unwrap()
    });
}

/// Its floor: the row of a project and the bodies of its stages.
#[divan::bench(args = databases())]
fn project_floor(bencher: Bencher<'_, '_>, database: Database) {
    let (mut raw, wander) = (database.raw(), Wander::new());
    let zone = ZONE.0;
    match &mut raw {
        Raw::Sqlite(conn) => bencher.bench_local(|| {
            let id = project_id(wander.next()).0;
            let row: (String, String, String, String, i64, Vec<u8>) = project::table
                .find((&zone.as_bytes()[..], &id.as_bytes()[..]))
                .select((
                    project::code,
                    project::name,
                    project::investor,
                    project::body,
                    project::version,
                    project::chain_hash,
                ))
                .get_result(conn)
                .unwrap();
            let stages: Vec<String> = stage::table
                .filter(stage::zone_id.eq(&zone.as_bytes()[..]))
                .filter(stage::project_id.eq(&id.as_bytes()[..]))
                .order(stage::ordinal)
                .select(stage::body)
                .load(conn)
                .unwrap();
            (row, stages)
        }),
        Raw::Postgres(runtime, client) => {
            let prepare = |sql| runtime.block_on(client.prepare(sql)).unwrap();
            let row = prepare(
                "SELECT code, name, investor, body, version, chain_hash FROM project \
                 WHERE zone_id = $1::text::uuid AND id = $2::text::uuid",
            );
            let stages = prepare(
                "SELECT body FROM stage WHERE zone_id = $1::text::uuid AND project_id = $2::text::uuid \
                 ORDER BY ordinal",
            );
            bencher.bench_local(|| {
                let keys = (text(zone), text(project_id(wander.next()).0));
                runtime.block_on(async {
                    let row = client.query_one(&row, &[&keys.0, &keys.1]).await.unwrap();
                    (
                        row,
                        client.query(&stages, &[&keys.0, &keys.1]).await.unwrap(),
                    )
                })
            });
        }
    }
}

fn text(key: Uuid) -> String {
    key.to_string()
}

/// Fifty projects of 100,000, from anywhere in the list.
#[divan::bench(args = databases())]
fn list_of_50(bencher: Bencher<'_, '_>, database: Database) {
    let (app, runtime, wander) = (database.app(), runtime(), Wander::new());
    let actor = actor(database.seed());
    let now = database.seed().now();
    let extent = look::Extent {
        limit: 51,
        is_counted: false,
    };
    bencher.bench_local(|| {
        let number = wander.next();
        let filter = ProjectFilter {
            after: Some(ProjectPlace::Updated(
                now + time::Duration::milliseconds(i64::from(number) * 20),
                project_id(number),
            )),
            ..ProjectFilter::default()
        };
        runtime
            .block_on(look::project_rows(&app, &actor, filter, extent))
            .unwrap()
    });
}

type ListRow = (
    Vec<u8>,
    String,
    String,
    String,
    String,
    Option<String>,
    i32,
    i32,
    i64,
    i64,
);

/// Its floor: the same statement.
#[divan::bench(args = databases())]
fn list_floor(bencher: Bencher<'_, '_>, database: Database) {
    let (mut raw, wander) = (database.raw(), Wander::new());
    let now = database.seed().now();
    let at = |number: u32| now + time::Duration::milliseconds(i64::from(number) * 20);
    match &mut raw {
        Raw::Sqlite(conn) => bencher.bench_local(|| {
            let number = wander.next();
            let (micros, id) = (micros(at(number)), project_id(number).0);
            let rows: Vec<ListRow> = project::table
                .filter(project::zone_id.eq(&ZONE.0.as_bytes()[..]))
                .filter(project::updated_at.le(micros))
                .filter(
                    project::updated_at
                        .lt(micros)
                        .or(project::id.lt(&id.as_bytes()[..])),
                )
                .order((project::updated_at.desc(), project::id.desc()))
                .select((
                    project::id,
                    project::code,
                    project::name,
                    project::investor,
                    project::admitted_on,
                    project::closed_on,
                    project::stage_count,
                    project::done_count,
                    project::version,
                    project::updated_at,
                ))
                .limit(51)
                .load(conn)
                .unwrap();
            rows
        }),
        Raw::Postgres(runtime, client) => {
            let page = runtime.block_on(client.prepare(
                "SELECT id, code, name, investor, admitted_on, closed_on, stage_count, done_count, version, \
                 updated_at FROM project WHERE zone_id = $1::text::uuid \
                 AND updated_at <= $2::text::timestamptz \
                 AND (updated_at < $2::text::timestamptz OR id < $3::text::uuid) \
                 ORDER BY updated_at DESC, id DESC LIMIT 51",
            ));
            let (page, zone) = (page.unwrap(), text(ZONE.0));
            bencher.bench_local(|| {
                let number = wander.next();
                let (at, id) = (at(number).to_string(), text(project_id(number).0));
                runtime
                    .block_on(client.query(&page, &[&zone, &at, &id]))
                    .unwrap()
            });
        }
    }
}

/// An instant as SQLite keeps it.
pub(crate) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap()
}
