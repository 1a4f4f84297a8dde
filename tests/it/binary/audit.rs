//! `audit verify`, `audit export` and `audit key`, as an auditor types them.

use std::process::Command;

use super::process::Place;
use crate::harness::{store::on_each_database, zone::SampleZone};

#[test]
fn an_auditor_checks_a_database_by_command_and_hears_what_does_not_hold() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        zone.admit(&store, 1).await;
        let place = Place::at(database);
        let verified = place.run(&["audit", "verify"]);
        assert_eq!(
            (verified.exit, verified.out.as_str()),
            (0, ""),
            "{}",
            verified.err
        );
        assert!(verified.err.contains("2 record(s)"), "{}", verified.err);
        let key = place.run(&["audit", "key"]).good();
        assert_eq!(key.trim().len(), 64);
        let dump = place.folder.path().join("dump.jsonl");
        let dump = dump.to_str().unwrap();
        place.run(&["audit", "export", "--output", dump]).good();
        let again = place.run(&["audit", "export", "--output", dump]);
        assert_eq!(again.exit, 2, "a file is never written over: {}", again.err);
        let second = Command::new("python3")
            .arg("-B")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/verify_audit.py"))
            .args(["--public-key", key.trim(), dump])
            .output()
            .expect("the second verifier needs python3");
        let said = String::from_utf8(second.stdout).unwrap();
        assert!(said.starts_with("whole: 2 chains"), "{said}");
        assert_eq!(
            place.run(&["audit", "verify", "--public-key", "zz"]).exit,
            2
        );
        let no_file = place.run(&["audit", "verify", "--checkpoints", "/no/such/file"]);
        assert!(no_file.failed(2).contains("/no/such/file"));
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE event SET fact = fact || ' ' WHERE seq = 2")
            .await;
        let found = place.run(&["audit", "verify"]);
        assert_eq!(found.exit, 3, "{}", found.err);
        assert!(
            found.out.contains("line 2 is not what was recorded"),
            "{}",
            found.out
        );
    });
}
