//! The sweep: 10,000 stages due among 1,200,000 open ones, beside one transaction of bare SQL that inserts
//! and updates the same.

use std::sync::atomic::{AtomicUsize, Ordering};

use divan::{Bencher, counter::ItemsCount};
use time::{Duration, OffsetDateTime};

use crate::{
    place::{Database, databases, runtime},
    read::micros,
    seed::{DUE, ZONE, size},
};

/// Sweeps of the product; each takes a morning of its own, so that each finds its stages untold.
const SWEEPS: u32 = 4;
/// Runs of the floor, on the mornings after.
const FLOORS: u32 = 3;

#[divan::bench(args = databases(), sample_count = SWEEPS, sample_size = 1)]
fn sweep_10_000_due(bencher: Bencher<'_, '_>, database: Database) {
    let (app, runtime) = (database.app_on_copy(), runtime());
    let mornings = database.seed().due_mornings();
    let turn = AtomicUsize::new(0);
    bencher.counter(ItemsCount::new(size(DUE))).bench_local(|| {
        let at = mornings[turn.fetch_add(1, Ordering::Relaxed)];
        let swept = runtime.block_on(notifications::sweep::sweep(&app.store, ZONE, at));
        assert_eq!(swept.unwrap().fired.len(), size(DUE), "fired at {at}");
    });
}

#[divan::bench(args = databases(), sample_count = FLOORS, sample_size = 1)]
fn floor_one_transaction(bencher: Bencher<'_, '_>, database: Database) {
    let mut raw = database.raw_on_copy();
    let mornings = database.seed().due_mornings();
    let turn = AtomicUsize::new(size(SWEEPS));
    bencher
        .counter(ItemsCount::new(size(DUE)))
        .with_inputs(|| {
            let at = mornings[turn.fetch_add(1, Ordering::Relaxed)];
            match database {
                Database::Sqlite => sqlite(at),
                Database::Postgres => postgres(at),
            }
        })
        .bench_local_values(|sql| raw.run(&sql));
}

/// What both scripts share; `{..}` is written differently.
const SCRIPT: &str = "
CREATE TEMP TABLE due AS SELECT project_id, ordinal, id, officer_id FROM stage
    WHERE zone_id = {zone} AND next_check_at > {before} AND next_check_at <= {at};
INSERT INTO alert SELECT {zone}, {key}, project_id, id, 1, 1, '2026-12-08', {at}, {no}, NULL FROM due;
INSERT INTO event SELECT {zone}, due.project_id, chain_seq + 1, due.id, 'rung_fired', {yes},
    '{\"by\":\"system\"}', {at}, {at}, {no},
    '{\"rung_fired\":{\"rung\":\"remind\",\"basis\":1,\"due_on\":\"2026-12-08\",\"is_carried\":false}}',
    NULL, {hash} FROM due JOIN project ON project.zone_id = {zone} AND project.id = due.project_id;
INSERT INTO outbox SELECT {zone}, {key}, {random} || ':' || {random}, 'escalation', project_id, id, {key},
    officer_id, 'pending', {at}, {at}, NULL, NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL FROM due;
UPDATE stage SET next_check_at = {next} FROM due WHERE stage.zone_id = {zone}
    AND stage.project_id = due.project_id AND stage.ordinal = due.ordinal;
UPDATE project SET chain_seq = chain_seq + 1, chain_hash = {hash} FROM due
    WHERE project.zone_id = {zone} AND project.id = due.project_id;
DROP TABLE due; COMMIT;";

fn sqlite(at: OffsetDateTime) -> String {
    let micros = |at| micros(at).to_string();
    let script = SCRIPT
        .replace("{zone}", &format!("x'{}'", ZONE.0.simple()))
        .replace("{before}", &micros(at - Duration::DAY))
        .replace("{at}", &micros(at))
        .replace("{next}", &micros(at + Duration::days(9)))
        .replace("{key}", "randomblob(16)")
        .replace("{hash}", "randomblob(32)")
        .replace("{random}", "hex(randomblob(16))")
        .replace("{yes}", "1")
        .replace("{no}", "0");
    format!("BEGIN IMMEDIATE;{script}")
}

fn postgres(at: OffsetDateTime) -> String {
    let instant = |at: OffsetDateTime| format!("'{at}'::timestamptz");
    let script = SCRIPT
        .replace("{zone}", &format!("'{}'::uuid", ZONE.0))
        .replace("{before}", &instant(at - Duration::DAY))
        .replace("{at}", &instant(at))
        .replace("{next}", &instant(at + Duration::days(9)))
        .replace("{key}", "gen_random_uuid()")
        .replace("{hash}", "sha256('x')")
        .replace("{random}", "gen_random_uuid()::text")
        .replace("{yes}", "true")
        .replace("{no}", "false");
    let script = script.replace("'2026-12-08', '", "'2026-12-08'::date, '");
    format!("BEGIN;{script}")
}
