//! The record: whatever is changed, removed, moved or added from outside is found.

use domain::{
    event::{Fact, Visibility},
    id::{PersonId, ProjectId},
    ladder::Rung,
    project::{Note, Recorded, TakenOver, WorkItem},
    text::{Line, Prose},
};
use persistence::{
    Store, StoreError,
    event::{BrokenLink, RecordedEvent},
    project::Saved,
};
use time::macros::datetime;

use crate::harness::{
    store::{BackDoor, on_each_database, on_each_store},
    zone::{SampleZone, key, morning, ready},
};

async fn verify(store: &Store, zone: &SampleZone, id: ProjectId) -> Result<i64, BrokenLink> {
    let verified: Result<_, StoreError> = store
        .read(async |tx| tx.verify_chain(zone.id, id).await)
        .await;
    verified.unwrap()
}

async fn lines(store: &Store, zone: &SampleZone, id: ProjectId) -> Vec<RecordedEvent> {
    let lines: Result<_, StoreError> = store
        .read(async |tx| tx.events(zone.id, id, Visibility::Internal, 10_000).await)
        .await;
    lines.unwrap()
}

/// Notes progress on the stage at `ordinal`.
async fn note(store: &Store, zone: &SampleZone, id: ProjectId, (ordinal, day): (u16, i64)) {
    let by = zone.officer;
    let visibility = if day % 2 == 0 {
        Visibility::Public
    } else {
        Visibility::Internal
    };
    let note = Note {
        text: Prose::parse(&format!("第{day}天：“材料\\齐全”\n\tNo 'quotes' lost")).unwrap(),
        visibility,
        expected_on: None,
    };
    zone.decide(store, id, morning(day), move |project, now| {
        project.note(project.stages[usize::from(ordinal) - 1].id, by, note, now)
    })
    .await
    .unwrap();
}

/// A project with some thirty lines of many kinds, some under the key of another system.
async fn much_recorded(store: &Store, zone: &SampleZone, number: u32) -> ProjectId {
    let id = zone.admit(store, number).await;
    let ordinal = ready(&zone.held(store, id).await.project)[0];
    zone.accept(store, id, ordinal, morning(1)).await.unwrap();
    for day in 2..12 {
        note(store, zone, id, (ordinal, day)).await;
    }
    let held = zone.held(store, id).await;
    let rungs = [
        (ordinal, number * 10, Rung::Yellow),
        (ordinal, number * 10 + 1, Rung::Red),
    ];
    super::alert::fire(store, zone, &held, &rungs)
        .await
        .unwrap();
    take_over(store, zone, id).await;
    for day in 13..20 {
        note(store, zone, id, (ordinal, day)).await;
    }
    id
}

async fn take_over(store: &Store, zone: &SampleZone, id: ProjectId) {
    let held = zone.held(store, id).await;
    let work = (0..6_u8).map(|number| WorkItem {
        author: (number % 2 == 0).then(|| PersonId(key(3, 2))),
        // Before PostgreSQL's epoch, and finer than either database keeps.
        at: datetime!(1999-07-01 12:00:00.000_000_7 UTC) + time::Duration::hours(number.into()),
        activity: Line::parse(&format!("活动 {number}")).unwrap(),
        due_on: None,
        mark: None,
        recorded: Recorded::Nothing,
    });
    let news = TakenOver {
        work: work.collect(),
        ended_at: None,
    };
    let now = zone.moment(morning(12));
    let step = held.project.record_takeover(news, (now, &zone.office)).step;
    let keys: Vec<Option<String>> = (0..6)
        .map(|number| (number % 3 != 0).then(|| format!("source {number}")))
        .collect();
    let office = zone.office.clone();
    let kept: Result<Saved, StoreError> = store
        .write(async move |tx| tx.save_takeover(&office, &held, &step, &keys, now.at).await)
        .await;
    kept.unwrap();
}

#[test]
fn an_untouched_record_is_whole() {
    on_each_store(async |store, zone| {
        let id = much_recorded(&store, &zone, 1).await;
        let count = lines(&store, &zone, id).await.len();
        assert!(count > 25, "{count}");
        assert_eq!(
            verify(&store, &zone, id).await,
            Ok(i64::try_from(count).unwrap())
        );
    });
}

#[test]
fn lines_come_back_as_they_were_said_newest_first_and_outsiders_see_public_ones() {
    on_each_store(async |store, zone| {
        let step = zone.admitted(1, morning(0));
        let id = zone.admit(&store, 1).await;
        let mut said: Vec<_> = step.events;
        said.reverse();
        let kept = lines(&store, &zone, id).await;
        assert_eq!(
            kept.iter()
                .map(|line| line.event.clone())
                .collect::<Vec<_>>(),
            said
        );
        assert!(kept.iter().all(|line| line.recorded_at == morning(0)));
        let id = much_recorded(&store, &zone, 2).await;
        let all = lines(&store, &zone, id).await;
        assert!(all.is_sorted_by(|newer, older| newer.seq == older.seq + 1));
        let public: Result<Vec<RecordedEvent>, StoreError> = store
            .read(async |tx| tx.events(zone.id, id, Visibility::Public, 10_000).await)
            .await;
        let shown: Vec<_> = all
            .iter()
            .filter(|line| line.event.fact.visibility() == Visibility::Public)
            .cloned()
            .collect();
        assert!(shown.len() < all.len());
        assert_eq!(public.unwrap(), shown);
        let work = all
            .iter()
            .filter(|line| matches!(line.event.fact, Fact::WorkRecorded { .. }));
        assert_eq!(work.count(), 6);
        let keys: Result<_, StoreError> = store
            .read(async |tx| tx.known_source_keys(zone.id, id).await)
            .await;
        let expected = [1, 2, 4, 5].map(|number| format!("source {number}"));
        assert_eq!(keys.unwrap(), expected.into_iter().collect());
    });
}

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
}

/// Where a record is tampered with, as literals of its database.
struct Place {
    zone: String,
    project: String,
    other_zone: String,
    other_project: String,
    nobody: String,
    blob: fn(&str) -> String,
    later: fn(&str) -> String,
    is_sqlite: bool,
}

impl Place {
    fn new(
        back_door: &BackDoor,
        zones: (&SampleZone, &SampleZone),
        ids: (ProjectId, ProjectId),
    ) -> Self {
        let is_sqlite = matches!(back_door, BackDoor::Sqlite(_));
        Self {
            zone: back_door.key(zones.0.id.0),
            project: back_door.key(ids.0.0),
            other_zone: back_door.key(zones.1.id.0),
            other_project: back_door.key(ids.1.0),
            nobody: back_door.key(key(9, 9)),
            blob: if is_sqlite {
                |hex| format!("x'{hex}'")
            } else {
                |hex| format!(r"'\x{hex}'::bytea")
            },
            later: if is_sqlite {
                |column| format!("{column} + 1")
            } else {
                |column| format!("{column} + interval '1 microsecond'")
            },
            is_sqlite,
        }
    }

    fn line(&self, seq: usize) -> String {
        format!(
            "zone_id = {} AND project_id = {} AND seq = {seq}",
            self.zone, self.project
        )
    }

    /// Every way to change one column of one line; none leaves it as it is.
    fn changes(&self) -> Vec<String> {
        let flipped = (self.blob)(&"5a".repeat(32));
        let shorter = if self.is_sqlite {
            "substr(hash, 1, 31)"
        } else {
            "substring(hash for 31)"
        };
        [
            format!("zone_id = {}", self.other_zone),
            format!("project_id = {}", self.other_project),
            "seq = seq + 1000".into(),
            "seq = -seq".into(),
            format!(
                "stage_id = CASE WHEN stage_id IS NULL THEN {} END",
                self.nobody
            ),
            format!("stage_id = {}", self.nobody),
            "kind = 'project_closed'".into(),
            "kind = ''".into(),
            "is_public = NOT is_public".into(),
            r#"author = '{"by":"nobody"}'"#.into(),
            "author = author || ' '".into(),
            format!("happened_at = {}", (self.later)("happened_at")),
            format!("recorded_at = {}", (self.later)("recorded_at")),
            "is_late_entry = NOT is_late_entry".into(),
            "fact = fact || ' '".into(),
            r#"fact = '{"kind":"project_closed"}'"#.into(),
            "fact = ''".into(),
            "source_key = CASE WHEN source_key IS NULL THEN '' END".into(),
            "source_key = coalesce(source_key, '') || 'x'".into(),
            format!("hash = {flipped}"),
            format!("hash = {shorter}"),
            format!("hash = {}", (self.blob)("")),
        ]
        .into()
    }

    /// A random tampering with a record of `count` lines: what it is, and how.
    fn tampering(&self, dice: &mut Dice, count: usize) -> (String, String) {
        let seq = dice.roll(count) + 1;
        let other = (seq + dice.roll(count - 1)) % count + 1;
        let mine = format!("zone_id = {} AND project_id = {}", self.zone, self.project);
        let (line, swapped) = (self.line(seq), self.line(other));
        let copy = |new_seq: usize| {
            format!(
                "INSERT INTO event SELECT zone_id, project_id, {new_seq}, stage_id, kind, is_public, \
                 author, happened_at, recorded_at, is_late_entry, fact, NULL, hash FROM event WHERE {line}"
            )
        };
        let changes = self.changes();
        match dice.roll(changes.len() + 9) {
            0 => ("delete".into(), format!("DELETE FROM event WHERE {line}")),
            1 => (
                "truncate".into(),
                format!("DELETE FROM event WHERE {mine} AND seq >= {seq}"),
            ),
            2 => (
                "behead".into(),
                format!("DELETE FROM event WHERE {mine} AND seq <= {seq}"),
            ),
            3 => (
                format!("swap with {other}"),
                format!(
                    "UPDATE event SET seq = -1 WHERE {line}; \
                     UPDATE event SET seq = {seq} WHERE {swapped}; \
                     UPDATE event SET seq = {other} WHERE {mine} AND seq = -1"
                ),
            ),
            4 => ("append a copy".into(), copy(count + 1)),
            5 => ("append a copy far off".into(), copy(count + 7)),
            6 => (
                "insert a copy".into(),
                format!(
                    "UPDATE event SET seq = -(seq + 1) WHERE {mine} AND seq > {seq}; \
                     UPDATE event SET seq = -seq WHERE {mine} AND seq < 0; {}",
                    copy(seq + 1)
                ),
            ),
            7 => (
                "close the gap".into(),
                format!(
                    "DELETE FROM event WHERE {line}; \
                     UPDATE event SET seq = -(seq - 1) WHERE {mine} AND seq > {seq}; \
                     UPDATE event SET seq = -seq WHERE {mine} AND seq < 0"
                ),
            ),
            8 => (
                "the head alone".into(),
                format!(
                    "UPDATE project SET chain_seq = {}, chain_hash = (SELECT hash FROM event WHERE {line}) \
                     WHERE zone_id = {} AND id = {}",
                    if seq == count { 0 } else { seq },
                    self.zone,
                    self.project
                ),
            ),
            change => {
                let change = &changes[change - 9];
                (
                    change.clone(),
                    format!("UPDATE event SET {change} WHERE {line}"),
                )
            }
        }
    }
}

const TAMPERINGS: usize = 400;

#[test]
fn any_tampering_with_any_column_of_any_line_is_found() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let other_zone = SampleZone::found(&store, 2).await;
        let id = much_recorded(&store, &zone, 1).await;
        let other = zone.admit(&store, 2).await;
        // The same project key in another zone, so that a line may be moved there.
        other_zone.admit(&store, 1).await;
        let count = lines(&store, &zone, id).await.len();
        let mut back_door = database.back_door().await;
        let place = Place::new(&back_door, (&zone, &other_zone), (id, other));
        back_door
            .run("CREATE TABLE kept AS SELECT * FROM event; CREATE TABLE heads AS SELECT * FROM project")
            .await;
        let (mut dice, mut done) = (Dice(20_261_122), 0);
        while done < TAMPERINGS {
            let (what, sql) = place.tampering(&mut dice, count);
            // The other zone and project have the first lines, and a key may stand there already.
            let is_possible = back_door.try_run(&sql).await.is_ok();
            if is_possible {
                done += 1;
                let whole = verify(&store, &zone, id).await.is_ok()
                    && verify(&store, &zone, other).await.is_ok()
                    && verify(&store, &other_zone, id).await.is_ok();
                assert!(!whole, "not found: {what}\n{sql}");
            }
            back_door.run(RESTORE).await;
        }
        assert_eq!(
            verify(&store, &zone, id).await,
            Ok(i64::try_from(count).unwrap())
        );
    });
}

const RESTORE: &str = "
    DELETE FROM event;
    INSERT INTO event SELECT * FROM kept;
    UPDATE project SET
        chain_seq = (SELECT chain_seq FROM heads
                     WHERE heads.zone_id = project.zone_id AND heads.id = project.id),
        chain_hash = (SELECT chain_hash FROM heads
                      WHERE heads.zone_id = project.zone_id AND heads.id = project.id);";

#[test]
fn the_first_wrong_line_is_named() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let id = much_recorded(&store, &zone, 1).await;
        let mut back_door = database.back_door().await;
        for (sql, seq) in [
            ("UPDATE event SET fact = fact || ' ' WHERE seq = 20", 20),
            (
                "UPDATE event SET is_public = NOT is_public WHERE seq = 7",
                7,
            ),
            ("DELETE FROM event WHERE seq = 3", 3),
            ("DELETE FROM event", 1),
        ] {
            back_door.run(sql).await;
            assert_eq!(
                verify(&store, &zone, id).await,
                Err(BrokenLink { seq }),
                "{sql}"
            );
        }
    });
}
