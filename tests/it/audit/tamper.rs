//! Two thousand ways to change a record from outside, each found by both verifiers; and no false alarm.
//!
//! `TAMPERINGS` in the environment says how many on each database; the usual number keeps the test short.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use api::{
    audit::{
        export::export,
        file::{self, CheckpointLine},
        verify::{Fault, KeptFlaw, Question, Report, verify},
    },
    keys::Keys,
};
use domain::{
    id::{PersonId, ProjectId},
    security::{SecurityAct, SecurityEvent},
};
use persistence::{
    StoreError, Tx,
    chain::{ChainId, entry_hash},
    checkpoint::Checkpoint,
    event::ChainLine,
};
use time::Duration;

use crate::harness::{
    office::{Office, on_each_office_and_database},
    store::{BackDoor, Database},
    zone::{MONDAY, key},
};

/// How many tamperings a usual run tries on each database.
const USUAL: usize = 120;
/// Dumps that lie on the disk at once, a few dozen kilobytes each.
const DUMPS_MAX: usize = 200;

/// Numbers without meaning, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
}

/// Three projects, a dozen security events, four checkpoints over all of it.
async fn seed(office: &Office) {
    for round in 0..4_i64 {
        if round < 3 {
            let project = office.admit(&format!("项目“{round}”")).await;
            office.accept("recruiter", &project, "G01").await;
            for text in ["第一次 'quoted'", "第二次\n\\", "第三次"] {
                office.note("recruiter", &project, "G01", text).await;
            }
        }
        for number in 0..4 {
            let person = PersonId(key(3, number));
            let event = match number % 2 {
                0 => SecurityEvent::done(SecurityAct::SignIn, Some(person)).from("192.0.2.7"),
                _ => SecurityEvent::refused(SecurityAct::SignIn, None)
                    .on(person)
                    .with("reason", "口令“错误”\n"),
            };
            let (zone, now) = (office.app.zone, office.app.now());
            let kept: Result<i64, StoreError> = office
                .app
                .store
                .write(async move |tx| tx.add_security_event(zone, &event, now).await)
                .await;
            kept.unwrap();
        }
        office
            .pass_to_instant(MONDAY + Duration::minutes(2 * (round + 1)))
            .await;
    }
    office.new_letters();
}

/// Everything both verifiers are asked with.
struct Asked<'a> {
    office: &'a Office,
    public_key: Vec<u8>,
    kept: Vec<Checkpoint>,
}

impl<'a> Asked<'a> {
    async fn of(office: &'a Office) -> Self {
        let zone = office.app.zone;
        let made: Result<_, StoreError> = office
            .app
            .store
            .read(async |tx: &mut Tx| tx.checkpoints_after(zone, 0, 1_000).await)
            .await;
        Self {
            office,
            public_key: office.app.audit.signer().public_key().to_vec(),
            kept: made.unwrap().into_iter().map(|(made, _)| made).collect(),
        }
    }

    async fn verify(&self, is_kept: bool) -> Result<Report, StoreError> {
        let question = Question {
            zone: self.office.app.zone,
            public_key: &self.public_key,
            kept: if is_kept { &self.kept } else { &[] },
        };
        verify(&self.office.app.store, question, &mut |_, _| {}).await
    }

    /// Writes a dump; false where the database is so broken that none can be written.
    async fn dump(&self, path: &Path) -> bool {
        let mut bytes = Vec::new();
        let of = (self.office.app.zone, self.public_key.as_slice());
        let now = self.office.app.now();
        let written = export(&self.office.app.store, of, now, &mut bytes, &mut |_, _| {}).await;
        std::fs::write(path, bytes).unwrap();
        written.is_ok()
    }

    /// What the second verifier says of each dump.
    fn second(&self, folder: &Path, dumps: &[PathBuf]) -> Vec<String> {
        let kept = folder.join("kept.jsonl");
        let lines = self.kept.iter().map(|checkpoint| {
            serde_json::to_string(&CheckpointLine::of(checkpoint)).unwrap() + "\n"
        });
        std::fs::write(&kept, lines.collect::<String>()).unwrap();
        let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/verify_audit.py");
        let output = Command::new("python3")
            .arg("-B")
            .arg(verifier)
            .args(["--public-key", &api::keys::hexadecimal(&self.public_key)])
            .arg("--checkpoints")
            .arg(&kept)
            .args(dumps)
            .output()
            .expect("the second verifier needs python3");
        let said = String::from_utf8(output.stdout).unwrap();
        let said: Vec<String> = said.lines().map(ToOwned::to_owned).collect();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.len(), dumps.len(), "{complaint}");
        said
    }
}

/// The record as it is, and how its database writes values.
struct Scene {
    is_sqlite: bool,
    zone: String,
    lines: BTreeMap<ProjectId, Vec<ChainLine>>,
    security: usize,
    checkpoints: usize,
    slots: usize,
}

impl Scene {
    async fn of(asked: &Asked<'_>, back_door: &mut BackDoor) -> Self {
        let zone = asked.office.app.zone;
        let page: Result<_, StoreError> = asked
            .office
            .app
            .store
            .read(async |tx: &mut Tx| tx.line_page(zone, None, 100).await)
            .await;
        let mut lines: BTreeMap<ProjectId, Vec<ChainLine>> = BTreeMap::new();
        for line in page.unwrap().lines {
            lines.entry(line.project()).or_default().push(line);
        }
        let count = async |back_door: &mut BackDoor, table: &str| {
            usize::try_from(back_door.count(table).await).unwrap()
        };
        Self {
            is_sqlite: matches!(back_door, BackDoor::Sqlite(_)),
            zone: back_door.key(zone.0),
            slots: lines.len() + 1,
            lines,
            security: count(back_door, "security_event").await,
            checkpoints: count(back_door, "checkpoint").await,
        }
    }

    fn blob(&self, bytes: &[u8]) -> String {
        let hex = api::keys::hexadecimal(bytes);
        if self.is_sqlite {
            format!("x'{hex}'")
        } else {
            format!(r"'\x{hex}'::bytea")
        }
    }

    fn key(&self, id: ProjectId) -> String {
        if self.is_sqlite {
            format!("x'{}'", id.0.simple())
        } else {
            format!("'{}'::uuid", id.0)
        }
    }

    fn later(&self, column: &str) -> String {
        if self.is_sqlite {
            format!("{column} = {column} + 1")
        } else {
            format!("{column} = {column} + interval '1 microsecond'")
        }
    }

    /// The first byte of a hash or signature turned around.
    fn flipped(&self, column: &str) -> String {
        let rest = if self.is_sqlite {
            format!("substr({column}, 2)")
        } else {
            format!("substring({column} from 2)")
        };
        let first = |byte: &[u8]| self.blob(byte);
        let head = if self.is_sqlite {
            format!("substr({column}, 1, 1)")
        } else {
            format!("substring({column} for 1)")
        };
        // On SQLite the pieces of a blob put together are text.
        let (open, close) = if self.is_sqlite {
            ("CAST(", " AS BLOB)")
        } else {
            ("", "")
        };
        format!(
            "{column} = {open}(CASE WHEN {head} = {} THEN {} ELSE {} END) || {rest}{close}",
            first(&[7]),
            first(&[8]),
            first(&[7])
        )
    }

    fn project(&self, dice: &mut Dice) -> ProjectId {
        let ids: Vec<ProjectId> = self.lines.keys().copied().collect();
        *dice.one(&ids)
    }

    /// A random tampering: what it is, and how.
    fn tampering(&self, dice: &mut Dice) -> (String, String) {
        match dice.roll(10) {
            0 | 1 => self.on_event(dice),
            2 => self.on_security(dice),
            3 | 4 => self.on_checkpoint(dice),
            5 => self.on_leaf(dice),
            6 => self.on_head(dice),
            _ => self.rewritten(dice),
        }
    }

    fn on_event(&self, dice: &mut Dice) -> (String, String) {
        let project = self.project(dice);
        let count = self.lines[&project].len();
        let mine = format!(
            "zone_id = {} AND project_id = {}",
            self.zone,
            self.key(project)
        );
        let changes = [
            "stage_id = NULL".into(),
            format!("stage_id = {}", self.key(ProjectId(key(9, 9)))),
            "kind = kind || 'x'".into(),
            "is_public = NOT is_public".into(),
            "author = author || ' '".into(),
            self.later("happened_at"),
            self.later("recorded_at"),
            "is_late_entry = NOT is_late_entry".into(),
            "fact = fact || ' '".into(),
            "source_key = ''".into(),
            "source_key = 'x'".into(),
            self.flipped("hash"),
        ];
        let copied = "stage_id, kind, is_public, author, happened_at, recorded_at, is_late_entry, fact, \
                      source_key, hash";
        let of = ("event", mine.as_str(), "seq", count);
        rows(
            dice,
            of,
            &changes,
            &format!("zone_id, project_id, {{}}, {copied}"),
        )
    }

    fn on_security(&self, dice: &mut Dice) -> (String, String) {
        let mine = format!("zone_id = {}", self.zone);
        let changes = [
            "act = 'sign_out'".into(),
            "outcome = CASE WHEN outcome = 'done' THEN 'refused' ELSE 'done' END".into(),
            format!("actor_id = {}", self.key(ProjectId(key(9, 9)))),
            "object = coalesce(object, '') || 'x'".into(),
            "address = coalesce(address, '') || '1'".into(),
            "address = ''".into(),
            "detail = detail || ' '".into(),
            self.later("recorded_at"),
            self.flipped("hash"),
        ];
        let copied = "act, outcome, actor_id, object, address, detail, recorded_at, hash";
        let of = ("security_event", mine.as_str(), "seq", self.security);
        rows(dice, of, &changes, &format!("zone_id, {{}}, {copied}"))
    }

    fn on_checkpoint(&self, dice: &mut Dice) -> (String, String) {
        let mine = format!("zone_id = {}", self.zone);
        let stranger = Keys::new([8; 32]);
        let stranger = api::audit::Audit::new(&stranger).unwrap();
        let foreign = api::audit::key_id(stranger.signer().public_key());
        let changes = [
            self.later("made_at"),
            "heads = heads + 1".into(),
            "entries = entries - 1".into(),
            self.flipped("root"),
            self.flipped("previous"),
            format!("key_id = {}", self.blob(&foreign)),
            self.flipped("signature"),
            format!("signature = {}", self.blob(&[0; 64])),
            format!("signature = {}", self.blob(&[])),
        ];
        let number = dice.roll(self.checkpoints) + 1;
        let change = dice.one(&changes);
        (
            format!("checkpoint {number}: {change}"),
            format!("UPDATE checkpoint SET {change} WHERE {mine} AND number = {number}"),
        )
    }

    fn on_leaf(&self, dice: &mut Dice) -> (String, String) {
        let mine = format!("zone_id = {}", self.zone);
        let number = dice.roll(self.checkpoints) + 1;
        let this = format!(
            "{mine} AND number = {number} AND seq = (SELECT max(seq) FROM checkpoint_leaf WHERE {mine} AND number = {number})"
        );
        let changes = [
            "UPDATE checkpoint_leaf SET seq = seq - 1 WHERE {this}".into(),
            "UPDATE checkpoint_leaf SET slot = slot + 10 WHERE {this}".into(),
            format!(
                "UPDATE checkpoint_leaf SET chain_of = {} WHERE {{this}}",
                self.key(ProjectId(key(9, 9)))
            ),
            "UPDATE checkpoint_leaf SET chain_kind = 3 - chain_kind WHERE {this}".into(),
            "UPDATE checkpoint_leaf SET is_last = NOT is_last WHERE {this}".into(),
            format!(
                "UPDATE checkpoint_leaf SET {} WHERE {{this}}",
                self.flipped("hash")
            ),
            "DELETE FROM checkpoint_leaf WHERE {this}".into(),
        ];
        let sql = dice.one(&changes).replace("{this}", &this);
        (format!("leaf of {number}"), sql)
    }

    fn on_head(&self, dice: &mut Dice) -> (String, String) {
        let project = self.project(dice);
        let of = format!("zone_id = {} AND id = {}", self.zone, self.key(project));
        let changes = [
            format!("UPDATE project SET chain_seq = chain_seq - 1 WHERE {of}"),
            format!(
                "UPDATE project SET chain_seq = 0, chain_hash = {} WHERE {of}",
                self.blob(&[0; 32])
            ),
            format!(
                "UPDATE project SET {} WHERE {of}",
                self.flipped("chain_hash")
            ),
            format!("UPDATE project SET sealed_seq = sealed_seq + 1 WHERE {of}"),
            format!("UPDATE project SET sealed_seq = 0 WHERE {of}"),
            "UPDATE chain_head SET seq = seq + 1".into(),
            format!("UPDATE chain_head SET {}", self.flipped("hash")),
            "DELETE FROM chain_head".into(),
        ];
        let sql = dice.one(&changes).clone();
        ("head".into(), sql)
    }

    /// Tamperings by somebody who knows the format and has everything but the key: the record is whole in
    /// itself afterwards.
    fn rewritten(&self, dice: &mut Dice) -> (String, String) {
        let project = self.project(dice);
        let lines: Vec<Forged> = self.lines[&project].iter().map(Forged::of).collect();
        let at = dice.roll(lines.len());
        match dice.roll(5) {
            0 => {
                let mut lines = lines;
                lines[at].fact.push(' ');
                (
                    format!("rewritten from line {}", at + 1),
                    self.replace(project, &lines),
                )
            }
            1 => {
                let mut lines = lines;
                lines.remove(at);
                (
                    format!("without line {}", at + 1),
                    self.replace(project, &lines),
                )
            }
            2 => {
                let lines = &lines[..at];
                (
                    format!("cut off behind line {at}"),
                    self.replace(project, lines),
                )
            }
            3 => {
                let other = self.lines.keys().find(|other| **other != project).unwrap();
                let lines: Vec<Forged> = self.lines[other].iter().map(Forged::of).collect();
                (
                    "another project's record".into(),
                    self.replace(project, &lines),
                )
            }
            _ => {
                let to = dice.roll(self.checkpoints);
                (format!("set back to checkpoint {to}"), self.set_back(to))
            }
        }
    }

    /// The record of a project anew, with hashes that fit, a head and marks that fit.
    fn replace(&self, project: ProjectId, lines: &[Forged]) -> String {
        let zone = domain::id::ZoneId(key(1, 1));
        let mine = format!(
            "zone_id = {} AND project_id = {}",
            self.zone,
            self.key(project)
        );
        let mut statements = vec![format!("DELETE FROM event WHERE {mine};")];
        let mut head = [0; 32];
        for (seq, line) in (1_i64..).zip(lines) {
            head = line.hash((zone, ChainId::Project(project)), seq, &head);
            let from = format!(
                "kept_event WHERE zone_id = {} AND project_id = {} AND seq = {}",
                self.zone,
                self.key(line.project),
                line.seq
            );
            let fact = line.fact.replace('\'', "''");
            statements.push(format!(
                "INSERT INTO event SELECT zone_id, {}, {seq}, stage_id, kind, is_public, author, happened_at, \
                 recorded_at, is_late_entry, '{fact}', source_key, {} FROM {from};",
                self.key(project),
                self.blob(&head)
            ));
        }
        statements.push(format!(
            "UPDATE project SET chain_seq = {}, chain_hash = {} WHERE zone_id = {} AND id = {};",
            lines.len(),
            self.blob(&head),
            self.zone,
            self.key(project)
        ));
        statements.concat()
    }

    /// Every table as it was at a checkpoint.
    fn set_back(&self, to: usize) -> String {
        let newest =
            "(SELECT max(o.number) FROM checkpoint_leaf o WHERE o.slot = checkpoint_leaf.slot)";
        let sealed = "coalesce((SELECT l.seq FROM checkpoint_leaf l WHERE l.chain_of = {of} AND l.is_last), 0)";
        let (of_project, of_event) = (
            sealed.replace("{of}", "project.id"),
            sealed.replace("{of}", "event.project_id"),
        );
        let of_security = sealed.replace("{of}", "security_event.zone_id");
        format!(
            "DELETE FROM checkpoint_leaf WHERE number > {to};
             DELETE FROM checkpoint WHERE number > {to};
             UPDATE checkpoint_leaf SET is_last = (number = {newest});
             DELETE FROM event WHERE seq > {of_event};
             DELETE FROM security_event WHERE seq > {of_security};
             UPDATE project SET sealed_seq = {of_project}, chain_seq = {of_project},
                chain_hash = coalesce((SELECT l.hash FROM checkpoint_leaf l WHERE l.chain_of = project.id AND l.is_last), {zero});
             UPDATE chain_head SET seq = coalesce((SELECT max(seq) FROM security_event), 0),
                hash = coalesce((SELECT l.hash FROM checkpoint_leaf l WHERE l.chain_kind = 2 AND l.is_last), {zero});",
            zero = self.blob(&[0; 32]),
        )
    }
}

/// A line in the hands of a forger.
struct Forged {
    project: ProjectId,
    seq: i64,
    fact: String,
    fields: [Vec<u8>; 9],
}

impl Forged {
    fn of(line: &ChainLine) -> Self {
        let (happened, recorded) = line.instants();
        let eight = |micros: i128| i64::try_from(micros).unwrap().to_be_bytes().to_vec();
        let (author, fact) = line.texts();
        let fields = [
            line.stage()
                .map_or(Vec::new(), |key| key.as_bytes().to_vec()),
            line.kind().0.into(),
            vec![u8::from(line.kind().1)],
            author.into(),
            eight(happened),
            eight(recorded),
            vec![u8::from(line.is_late_entry())],
            Vec::new(),
            line.source_key().unwrap_or_default().into(),
        ];
        Self {
            project: line.project(),
            seq: line.seq(),
            fact: fact.to_owned(),
            fields,
        }
    }

    fn hash(&self, chain: (domain::id::ZoneId, ChainId), seq: i64, previous: &[u8]) -> [u8; 32] {
        let mut fields: Vec<&[u8]> = self.fields.iter().map(Vec::as_slice).collect();
        fields[7] = self.fact.as_bytes();
        entry_hash(chain, seq, previous, &fields)
    }
}

/// A tampering with rows that are numbered from 1 to `count`. `{}` in `columns` is where the number stands.
fn rows(
    dice: &mut Dice,
    (table, mine, number, count): (&str, &str, &str, usize),
    changes: &[String],
    columns: &str,
) -> (String, String) {
    let this = dice.roll(count) + 1;
    let other = (this + dice.roll(count - 1)) % count + 1;
    let line = format!("{mine} AND {number} = {this}");
    let copy = |to: usize| {
        let columns = columns
            .replace("{}", &to.to_string())
            .replace("source_key", "NULL");
        format!("INSERT INTO {table} SELECT {columns} FROM {table} WHERE {line}")
    };
    let (what, sql) = match dice.roll(changes.len() + 8) {
        0 => ("delete", format!("DELETE FROM {table} WHERE {line}")),
        1 => (
            "truncate",
            format!("DELETE FROM {table} WHERE {mine} AND {number} >= {this}"),
        ),
        2 => (
            "behead",
            format!("DELETE FROM {table} WHERE {mine} AND {number} <= {this}"),
        ),
        3 => (
            "swap",
            format!(
                "UPDATE {table} SET {number} = -1 WHERE {line}; \
                 UPDATE {table} SET {number} = {this} WHERE {mine} AND {number} = {other}; \
                 UPDATE {table} SET {number} = {other} WHERE {mine} AND {number} = -1"
            ),
        ),
        4 => ("append", copy(count + 1)),
        5 => ("append far off", copy(count + 7)),
        6 => (
            "insert",
            format!(
                "UPDATE {table} SET {number} = -({number} + 1) WHERE {mine} AND {number} > {this}; \
                 UPDATE {table} SET {number} = -{number} WHERE {mine} AND {number} < 0; {}",
                copy(this + 1)
            ),
        ),
        7 => (
            "renumber",
            format!("UPDATE {table} SET {number} = {number} + 1000 WHERE {line}"),
        ),
        change => (
            changes[change - 8].as_str(),
            format!("UPDATE {table} SET {} WHERE {line}", changes[change - 8]),
        ),
    };
    (format!("{table} {this}: {what}"), sql)
}

const KEEP: &str = "
    CREATE TABLE kept_event AS SELECT * FROM event;
    CREATE TABLE kept_security_event AS SELECT * FROM security_event;
    CREATE TABLE kept_chain_head AS SELECT * FROM chain_head;
    CREATE TABLE kept_checkpoint AS SELECT * FROM checkpoint;
    CREATE TABLE kept_checkpoint_leaf AS SELECT * FROM checkpoint_leaf;
    CREATE TABLE kept_project AS SELECT * FROM project;";

const RESTORE: &str = "
    DELETE FROM event; DELETE FROM security_event; DELETE FROM chain_head;
    DELETE FROM checkpoint_leaf; DELETE FROM checkpoint;
    INSERT INTO event SELECT * FROM kept_event;
    INSERT INTO security_event SELECT * FROM kept_security_event;
    INSERT INTO chain_head SELECT * FROM kept_chain_head;
    INSERT INTO checkpoint SELECT * FROM kept_checkpoint;
    INSERT INTO checkpoint_leaf SELECT * FROM kept_checkpoint_leaf;
    UPDATE project SET
        chain_seq = (SELECT k.chain_seq FROM kept_project k WHERE k.id = project.id),
        chain_hash = (SELECT k.chain_hash FROM kept_project k WHERE k.id = project.id),
        sealed_seq = (SELECT k.sealed_seq FROM kept_project k WHERE k.id = project.id);";

/// What each table says, to see whether a tampering has changed anything at all.
async fn content(back_door: &mut BackDoor) -> Vec<String> {
    const TABLES: [(&str, &str); 6] = [
        ("event", "kept_event"),
        ("security_event", "kept_security_event"),
        ("chain_head", "kept_chain_head"),
        ("checkpoint", "kept_checkpoint"),
        ("checkpoint_leaf", "kept_checkpoint_leaf"),
        ("project", "kept_project"),
    ];
    let mut changed = Vec::new();
    for (table, kept) in TABLES {
        for (one, other) in [(table, kept), (kept, table)] {
            let sql = format!(
                "SELECT CAST(count(*) AS TEXT) AS line FROM (SELECT * FROM {one} EXCEPT SELECT * FROM {other}) AS d"
            );
            changed.extend(back_door.lines(&sql).await);
        }
    }
    changed
}

async fn is_changed(back_door: &mut BackDoor) -> bool {
    content(back_door).await.iter().any(|count| count != "0")
}

fn wanted() -> usize {
    let said = std::env::var("TAMPERINGS").ok();
    said.map_or(USUAL, |count| {
        count.parse().expect("TAMPERINGS is a number")
    })
}

async fn tamper(office: &Office, database: &Database) {
    seed(office).await;
    let asked = Asked::of(office).await;
    let mut back_door = database.back_door().await;
    let scene = Scene::of(&asked, &mut back_door).await;
    assert_eq!((scene.checkpoints, scene.slots), (4, 4));
    back_door.run(KEEP).await;
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole.jsonl");
    assert!(asked.dump(&whole).await);
    let (mut dice, mut done, mut batch) = (Dice(20_261_123), 0, Vec::new());
    while done < wanted() {
        let (what, sql) = scene.tampering(&mut dice);
        let is_done = back_door.try_run(&sql).await.is_ok() && is_changed(&mut back_door).await;
        if is_done {
            done += 1;
            let found = asked.verify(true).await;
            let is_whole = found.as_ref().is_ok_and(|report| report.faults.is_empty());
            assert!(!is_whole, "not found: {what}\n{sql}");
            let dump = folder.path().join(format!("{done}.jsonl"));
            if asked.dump(&dump).await {
                batch.push((what, dump));
            }
        }
        back_door.run(RESTORE).await;
        if batch.len() == DUMPS_MAX {
            judge_batch(&asked, folder.path(), &mut batch);
        }
    }
    judge_batch(&asked, folder.path(), &mut batch);
    let report = asked.verify(true).await.unwrap();
    assert_eq!(
        (report.faults, report.checkpoints, report.chains),
        (vec![], 4, 4)
    );
    let said = asked.second(folder.path(), &[whole]);
    assert!(said[0].starts_with("whole: 4 chains"), "{said:?}");
}

/// The second verifier must find every one of them.
fn judge_batch(asked: &Asked<'_>, folder: &Path, batch: &mut Vec<(String, PathBuf)>) {
    let dumps: Vec<PathBuf> = batch.iter().map(|(_, dump)| dump.clone()).collect();
    let said = asked.second(folder, &dumps);
    for ((what, dump), said) in batch.drain(..).zip(said) {
        assert!(
            said.starts_with("wrong: "),
            "not found by the second: {what}: {said}"
        );
        std::fs::remove_file(dump).unwrap();
    }
}

#[test]
fn every_tampering_is_found_by_both_verifiers_and_an_untouched_record_is_whole() {
    on_each_office_and_database(async |office, database| tamper(&office, database).await);
}

#[test]
fn a_database_that_was_set_back_is_whole_in_itself_and_found_by_the_file() {
    on_each_office_and_database(async |office, database| {
        let office = &office;
        seed(office).await;
        let asked = Asked::of(office).await;
        let mut back_door = database.back_door().await;
        let scene = Scene::of(&asked, &mut back_door).await;
        back_door.run(KEEP).await;
        back_door.run(&scene.set_back(2)).await;
        assert_eq!(asked.verify(false).await.unwrap().faults, vec![]);
        let flaw = KeptFlaw::Missing;
        let expected = vec![Fault::Kept { number: 3, flaw }];
        assert_eq!(asked.verify(true).await.unwrap().faults, expected);
        let kept = &asked.kept[0];
        let line = serde_json::to_string(&CheckpointLine::of(kept)).unwrap();
        let read: CheckpointLine = serde_json::from_str(&line).unwrap();
        assert_eq!(read.read().as_ref(), Some(kept));
        assert_eq!(file::bytes("0A"), None);
    });
}
