//! A stage transition: rights, rules, state, record and outbox, durable when it is answered.

use std::cell::Cell;

use api::{
    app::App,
    usecase::stage::{Act, act},
};
use divan::{Bencher, counter::ItemsCount};
use domain::{
    access::{Actor, Role},
    event::Visibility,
    id::StageId,
    project::Note,
    text::Prose,
};
use futures_util::future::join_all;

use crate::{
    place::{Database, Raw, databases, runtime},
    seed::{PROJECTS, ZONE, project_id, size, stage_id},
};

/// Projects of these clients; those of the sweep's benchmarks come before them.
const FIRST: u32 = PROJECTS / 2;
/// Those of the floors: nothing else reads what they leave behind.
const FIRST_OF_FLOOR: u32 = FIRST + 1_000;

/// What each client knows: its stage, who it is, and the version it saw last.
struct Client {
    stage: StageId,
    actor: Actor,
    version: Cell<i64>,
}

impl Client {
    fn new(database: Database, app: &App, number: u32) -> Self {
        let (seed, project) = (database.seed(), FIRST + number);
        let held = app
            .store
            .read(async |tx| tx.project_version(ZONE, project_id(project)).await);
        let held: Result<(i64, i64), persistence::StoreError> = runtime().block_on(held);
        Self {
            stage: stage_id(project, 1),
            actor: Actor::new(seed.officer(project, 1), [Role::Officer].into(), None),
            version: Cell::new(held.unwrap().0),
        }
    }

    async fn note(&self, app: &App) {
        let note = Act::Note(Note {
            text: Prose::parse("资料已收齐，现场踏勘完成。").unwrap(),
            visibility: Visibility::Public,
            expected_on: None,
        });
        let decided = act(
            app,
            self.actor.clone(),
            self.stage,
            self.version.get(),
            note,
        )
        .await;
        self.version.set(decided.unwrap().edition.version);
    }
}

#[divan::bench(args = databases(), max_time = 3)]
fn transition_1_client(bencher: Bencher<'_, '_>, database: Database) {
    transitions(bencher, database, 1);
}

#[divan::bench(args = databases(), max_time = 3)]
fn transition_16_clients(bencher: Bencher<'_, '_>, database: Database) {
    transitions(bencher, database, 16);
}

#[divan::bench(args = databases(), max_time = 3)]
fn transition_64_clients(bencher: Bencher<'_, '_>, database: Database) {
    transitions(bencher, database, 64);
}

fn transitions(bencher: Bencher<'_, '_>, database: Database, clients: u32) {
    let (app, runtime) = (database.app_on_copy(), runtime());
    let clients: Vec<Client> = (0..clients)
        .map(|number| Client::new(database, &app, number))
        .collect();
    bencher
        .counter(ItemsCount::new(clients.len()))
        .bench_local(|| {
            runtime.block_on(join_all(clients.iter().map(|client| client.note(&app))));
        });
}

/// The floor of one client: the statements that change something, in one transaction.
#[divan::bench(args = databases(), max_time = 3)]
fn floor_1_a_transaction(bencher: Bencher<'_, '_>, database: Database) {
    floor(bencher, database, 1);
}

/// The floor of many clients: 64 times these statements in one transaction.
#[divan::bench(args = databases(), max_time = 3)]
fn floor_64_a_transaction(bencher: Bencher<'_, '_>, database: Database) {
    floor(bencher, database, 64);
}

fn floor(bencher: Bencher<'_, '_>, database: Database, transitions: u32) {
    let mut raw = database.raw_on_copy();
    let is_sqlite = matches!(raw, Raw::Sqlite(_));
    let turn = Cell::new(0_u32);
    let documents: Vec<[String; 2]> = (FIRST_OF_FLOOR..FIRST_OF_FLOOR + transitions)
        .map(|project| [2, 3].map(|touches| database.seed().document(project, 1, touches)))
        .collect();
    let script = |turn: u32| {
        let changes = (FIRST_OF_FLOOR..)
            .zip(&documents)
            .map(|(project, of)| change(is_sqlite, project, &of[size(turn % 2)]));
        let begin = if is_sqlite {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN"
        };
        format!("{begin};{}COMMIT;", changes.collect::<String>())
    };
    bencher
        .counter(ItemsCount::new(size(transitions)))
        .with_inputs(|| {
            turn.set(turn.get() + 1);
            script(turn.get())
        })
        .bench_local_values(|sql| raw.run(&sql));
}

/// What a note changes, as text.
fn change(is_sqlite: bool, project: u32, body: &str) -> String {
    let bytes = |key: uuid::Uuid| {
        if is_sqlite {
            format!("x'{}'", key.simple())
        } else {
            format!("'{key}'::uuid")
        }
    };
    let hash = if is_sqlite {
        "randomblob(32)"
    } else {
        "sha256('x')"
    };
    let (at, yes, no) = if is_sqlite {
        ("1780000000000000", "1", "0")
    } else {
        ("now()", "true", "false")
    };
    // So far away that no sweep looks at it.
    let next = if is_sqlite {
        "4000000000000000"
    } else {
        "'2096-10-02'"
    };
    let (zone, id, stage) = (
        bytes(ZONE.0),
        bytes(project_id(project).0),
        bytes(stage_id(project, 1).0),
    );
    let mine = format!("zone_id = {zone} AND project_id = {id}");
    format!(
        "UPDATE project SET closed_on = NULL, done_count = 0, version = version + 1, \
         chain_seq = chain_seq + 1, chain_hash = {hash}, updated_at = {at} \
         WHERE zone_id = {zone} AND id = {id} AND version > 0;\n\
         UPDATE stage SET state = 'running', next_check_at = {next}, body = '{body}' WHERE {mine} AND ordinal = 2;\n\
         INSERT INTO event (zone_id, project_id, seq, stage_id, kind, is_public, author, happened_at, \
         recorded_at, is_late_entry, fact, source_key, hash) SELECT {zone}, {id}, max(seq) + 1, {stage}, \
         'progress_noted', {yes}, '{{\"person\":\"01900000-0000-7003-8000-000000000042\"}}', {at}, {at}, \
         {no}, '{{\"progress_noted\":{{\"text\":\"资料已收齐，现场踏勘完成。\",\"visibility\":\"public\",\
         \"expected_on\":null}}}}', NULL, {hash} FROM event WHERE {mine};\n"
    )
}
