//! The full export: whole, on one snapshot, without secrets, and for few.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use actix_web::test::TestRequest;
use api::dump;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    harness::{
        office::{Office, on_each_office, on_each_office_and_database},
        staff,
        store::Database,
    },
    right::late_project,
};

/// What a reader has of a dump whose end is sound.
struct Read {
    head: Value,
    lines: Vec<Value>,
}

/// Reads a dump as `docs/export.md` says; an error says why it is not whole.
fn read(bytes: &[u8]) -> Result<Read, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let body = text.strip_suffix('\n').ok_or("no end of line")?;
    let (before, last) = body.rsplit_once('\n').ok_or("one line")?;
    let end: Value = serde_json::from_str(last).map_err(|error| error.to_string())?;
    if end["type"] != "end" {
        return Err("no end".into());
    }
    let hashed = &bytes[..=before.len()];
    let digest = api::keys::hexadecimal(&Sha256::digest(hashed));
    if end["sha256"] != json!(digest) {
        return Err("another hash".into());
    }
    let mut lines: Vec<Value> = before
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(end["lines"], lines.len());
    let head = lines.remove(0);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for line in &lines {
        *counts.entry(line["type"].as_str().unwrap()).or_default() += 1;
    }
    assert_eq!(end["counts"], json!(counts));
    Ok(Read { head, lines })
}

impl Read {
    fn of(&self, kind: &str) -> Vec<&Value> {
        self.lines
            .iter()
            .filter(|line| line["type"] == kind)
            .collect()
    }
}

async fn exported(office: &Office) -> Vec<u8> {
    let answer = office.get("efficacy", "/api/v1/export").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    answer.bytes().to_vec()
}

/// Every kind with the table that it comes from.
const TABLES: [(&str, &str); 20] = [
    ("zone", "zone"),
    ("calendar", "calendar"),
    ("template", "template"),
    ("unit", "unit"),
    ("person", "person"),
    ("role", "person_role"),
    ("post", "post"),
    ("deputy", "deputy"),
    ("absence", "absence"),
    ("company", "company"),
    ("company_contact", "company_contact"),
    ("project", "project"),
    ("project_contact", "project_contact"),
    ("stage", "stage"),
    ("event", "event"),
    ("alert", "alert"),
    ("card", "card"),
    ("calendar_proposal", "calendar_proposal"),
    ("import", "import"),
    ("job", "job"),
];

#[test]
fn the_full_export_has_every_row_and_no_secret() {
    on_each_office_and_database(async |office, database| {
        let (project, _) = late_project(&office).await;
        let rows = (0..1_100).map(|number| format!("new-{number},department,新局,New\n"));
        let text = "code,kind,name_zh,name_en\n".to_owned() + &rows.collect::<String>();
        let file = TestRequest::post()
            .uri("/api/v1/imports?kind=units&dry_run=false")
            .insert_header(("Content-Type", "text/csv"))
            .set_payload(text);
        office.send("system", file).await.good();
        while office.turn().await.worked.has_more {}
        for number in 0..20 {
            office.admit(&format!("第{number}期")).await;
        }
        office.new_letters();
        let bytes = exported(&office).await;
        let dump = read(&bytes).unwrap();
        assert_eq!(
            (&dump.head["type"], &dump.head["schema_version"]),
            (&json!("dump"), &json!(1))
        );
        let mut back_door = database.back_door().await;
        let mut paged = 0;
        for (kind, table) in TABLES {
            let (found, kept) = (dump.of(kind), back_door.count(table).await);
            assert_eq!(u64::try_from(found.len()).unwrap(), kept, "{kind}");
            let different: std::collections::BTreeSet<String> =
                found.iter().map(ToString::to_string).collect();
            assert_eq!(different.len(), found.len(), "{kind}: a row twice");
            paged += usize::from(found.len() > 500);
        }
        assert!(paged >= 2, "by key and by project");
        assert_eq!(
            dump.lines.len(),
            TABLES
                .iter()
                .map(|(kind, _)| dump.of(kind).len())
                .sum::<usize>()
        );
        let late = dump.of("project");
        let late = late
            .iter()
            .find(|line| line["code"] == json!(project.code))
            .unwrap();
        let stages = dump.of("stage");
        let own = stages
            .iter()
            .filter(|stage| stage["project_id"] == late["id"]);
        assert!(own.count() > 10);
        let text = String::from_utf8(bytes).unwrap();
        let mut secrets = back_door
            .lines("SELECT query_hash AS line FROM project WHERE query_hash IS NOT NULL")
            .await;
        secrets.extend(
            back_door
                .lines("SELECT token_hash AS line FROM refresh_token")
                .await,
        );
        secrets.push(staff::PASSWORD_HASH.to_owned());
        assert!(secrets.len() > 2);
        for secret in secrets {
            assert!(!text.contains(&secret), "{secret}");
        }
        for word in ["password", "query_hash", "secret", "token"] {
            assert!(!text.contains(&format!("\"{word}")), "{word}");
        }
    });
}

#[test]
fn a_dump_that_was_cut_or_changed_is_noticed() {
    on_each_office(async |office| {
        let bytes = exported(&office).await;
        assert!(read(&bytes).is_ok());
        let last_line = bytes.len()
            - 1
            - bytes[..bytes.len() - 1]
                .iter()
                .rev()
                .position(|byte| *byte == b'\n')
                .unwrap();
        for end in [
            0,
            1,
            last_line / 2,
            last_line,
            last_line + 5,
            bytes.len() - 1,
        ] {
            assert!(read(&bytes[..end]).is_err(), "cut at {end}");
        }
        let mut changed = bytes.clone();
        let at = changed
            .windows(9)
            .position(|part| part == "示例开".as_bytes())
            .unwrap();
        changed[at..at + 9].copy_from_slice("样例开".as_bytes());
        assert_eq!(read(&changed).err().as_deref(), Some("another hash"));
    });
}

#[test]
fn few_may_take_everything_away_and_the_record_tells() {
    on_each_office(async |office| {
        for login in [
            "leader",
            "supervisor",
            "system",
            "security",
            "audit",
            "officer",
            "investor",
        ] {
            let answer = office.get(login, "/api/v1/export").await;
            assert_eq!(answer.failure(), (403, "access.denied".into()), "{login}");
        }
        // A token of a narrower purpose is not enough, whatever it says.
        let body = json!({ "name": "导出", "scopes": ["export_zone"], "days": 30 });
        let made = office
            .post("efficacy", "/api/v1/me/tokens", None, &body)
            .await
            .good();
        let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
        let request = TestRequest::get().uri("/api/v1/export");
        let answer = office
            .call(request.insert_header(("Authorization", bearer)))
            .await;
        assert_eq!(answer.failure(), (403, "auth.sign_in_needed".into()));
        // Nor is a sign-in of more than five minutes ago.
        let start = office.app.now();
        office.token("efficacy").await;
        office.app.clock.set(start + time::Duration::seconds(300));
        exported(&office).await;
        office.app.clock.set(start + time::Duration::seconds(301));
        let answer = office.get("efficacy", "/api/v1/export").await;
        assert_eq!(answer.failure(), (403, "auth.proof_needed".into()));
        office.forget_tokens();
        exported(&office).await;
        let unknown = office.get("efficacy", "/api/v1/export?since=1").await;
        assert_eq!(unknown.failure(), (400, "query.unknown".into()));
        let told = office
            .get("audit", "/api/v1/audit?act=zone.exported")
            .await
            .good();
        assert_eq!(told["data"].as_array().unwrap().len(), 2);
        assert_eq!(told["data"][0]["address"], "192.0.2.7");
    });
}

#[test]
fn one_export_of_a_process_runs_at_a_time() {
    on_each_office(async |office| {
        let running = office.app.dumps.enter().unwrap();
        let answer = office.get("efficacy", "/api/v1/export").await;
        assert_eq!(answer.failure(), (503, "server.busy".into()));
        drop(running);
        exported(&office).await;
    });
}

/// Somewhere to write to, where the world changes between the first line about a unit and the first about a project.
struct Meanwhile<'a> {
    text: Vec<u8>,
    database: &'a Database,
    is_done: bool,
}

impl Write for Meanwhile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        if !self.is_done && bytes.starts_with(b"{\"type\":\"unit\"") {
            self.is_done = true;
            let change = || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build();
                runtime.unwrap().block_on(async {
                    let mut back_door = self.database.back_door().await;
                    back_door.run("UPDATE project SET name = 'renamed'").await;
                });
            };
            std::thread::scope(|scope| scope.spawn(change).join().unwrap());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_is_changed_while_an_export_runs_is_not_in_it() {
    on_each_office_and_database(async |office, database| {
        office.admit("海龙精密三期").await;
        office.new_letters();
        let mut out = Meanwhile {
            text: Vec::new(),
            database,
            is_done: false,
        };
        let of = (office.app.zone, office.app.now());
        dump::write(&office.app.store, of, &mut out).await.unwrap();
        assert!(out.is_done);
        let dump = read(&out.text).unwrap();
        assert_eq!(dump.of("project")[0]["name"], "海龙精密三期");
        let next = exported(&office).await;
        assert_eq!(read(&next).unwrap().of("project")[0]["name"], "renamed");
    });
}
