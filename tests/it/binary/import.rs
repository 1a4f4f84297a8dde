//! Cases of another system: taken over from an event log, and played day by day.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use super::process::Place;
use crate::harness::store::on_each_database;

const LOG: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <trace>
    <string key="concept:name" value="case-1"/>
    <string key="responsible" value="test"/>
    <string key="department" value="Permits"/>
    <date key="startdate" value="2026-03-02T09:00:00+08:00"/>
    <date key="deadline" value="2026-03-06T10:00:00+08:00"/>
    <event><string key="concept:name" value="Receive"/><string key="org:resource" value="TEST"/>
      <date key="time:timestamp" value="2026-03-02T09:30:00+08:00"/></event>
    <event><string key="concept:name" value="Check"/><string key="org:resource" value="test"/>
      <date key="time:timestamp" value="2026-03-03T11:00:00+08:00"/></event>
  </trace>
  <trace>
    <string key="concept:name" value="case-2"/>
    <date key="startdate" value="2026-03-02T09:00:00+08:00"/>
    <date key="deadline" value="2026-03-06T10:00:00+08:00"/>
    <date key="enddate" value="2026-03-09T10:00:00+08:00"/>
  </trace>
</log>
"#;

fn projects(place: &Place) -> String {
    // What the sweep would fire names every open case; finished ones are not among them.
    place
        .run(&["sweep", "--dry-run", "--at", "2026-04-30T09:00:00+08:00"])
        .good()
}

#[test]
fn an_import_can_be_repeated_and_adds_nothing_twice() {
    on_each_database(async |database| {
        let place = Place::at(database);
        place.run(&["migrate"]).good();
        let file = place.file("log.xes", LOG);
        let import = ["import", "xes", file.to_str().unwrap()];
        place.run(&import).good();
        let mut raw = database.back_door().await;
        let counts = ["project", "stage", "event", "person", "unit"];
        let mut before = Vec::new();
        for table in counts {
            before.push(raw.count(table).await);
        }
        let due = projects(&place);
        assert!(
            due.contains("yellow") && due.contains("leadership"),
            "{due}"
        );
        place.run(&import).good();
        for (table, known) in counts.iter().zip(before) {
            assert_eq!(raw.count(table).await, known, "{table}");
        }
        assert_eq!(raw.count("project").await, 2);
        assert_eq!(projects(&place), due);
    });
}

#[test]
fn a_broken_log_is_one_message_with_file_and_line_and_leaves_the_database_as_it_was() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    let nameless = LOG.replace("<string key=\"concept:name\" value=\"case-2\"/>", "");
    let cases = [
        ("truncated.xes", LOG[..LOG.len() - 60].to_owned()),
        ("nameless.xes", nameless),
        (
            "undated.xes",
            LOG.replace("2026-03-09T10:00:00+08:00", "the ninth of March"),
        ),
        ("twice.xes", LOG.replace("case-2", "case-1")),
        (
            "entity.xes",
            LOG.replace("<log ", "<!DOCTYPE log [<!ENTITY a \"b\">]>\n<log "),
        ),
        ("tags.xes", LOG.replace("</trace>", "</tracks>")),
        ("other.xes", "<html/>".to_owned()),
    ];
    for (name, text) in cases {
        let file = place.file(name, &text);
        let ended = place.run(&["import", "xes", file.to_str().unwrap()]);
        let said = ended.failed(2);
        assert!(said.contains(name), "{name}: {said}");
        assert!(
            said.lines()
                .filter(|line| line.contains("green-channel:"))
                .count()
                == 1,
            "{said}"
        );
        assert_eq!(projects(&place), "", "{name}");
    }
    let missing = place.run(&["import", "xes", "nowhere.xes"]);
    assert!(missing.failed(2).contains("nowhere.xes"));
}

#[test]
fn the_receipt_log_played_day_by_day_gives_the_published_figures() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let (log, truth) = (
        shared.join("logs/receipt.xes.gz"),
        shared.join("truth/receipt_days.json"),
    );
    if !log.exists() || !truth.exists() {
        eprintln!("skipped: ../shared/data is absent, so the receipt log was not played");
        return;
    }
    let place = Place::sqlite();
    let report = place.file("report.json", "");
    let report = report.to_str().unwrap();
    let zone = "Europe/Amsterdam";
    let played = [
        "replay",
        log.to_str().unwrap(),
        "--zone-time",
        zone,
        "--report",
        report,
    ];
    place.run_with(&played, "", &[("DATABASE_URL", "")]).good();
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let truth: Value = serde_json::from_slice(&std::fs::read(truth).unwrap()).unwrap();
    for figure in ["cases", "closed", "closed_late", "closed_late_cases"] {
        assert_eq!(report[figure], truth[figure], "{figure}");
    }
    let mornings: BTreeMap<&str, &Value> = report["mornings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|morning| (morning["day"].as_str().unwrap(), morning))
        .collect();
    let snapshots = truth["snapshots"].as_array().unwrap();
    assert_eq!(snapshots.len(), 16);
    for snapshot in snapshots {
        let morning = mornings[snapshot["day"].as_str().unwrap()];
        for figure in ["open", "overdue", "overdue_cases"] {
            assert_eq!(
                morning[figure], snapshot[figure],
                "{} {figure}",
                snapshot["day"]
            );
        }
    }
    let sum = |figure: &str| -> u64 {
        mornings
            .values()
            .map(|morning| morning[figure].as_u64().unwrap())
            .sum()
    };
    let rungs = report["alerts_by_rung"].as_object().unwrap();
    let alerts: u64 = rungs.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(
        (sum("escalated"), sum("mailed")),
        (alerts, report["mails"].as_u64().unwrap())
    );
}
