//! `export`, as an administrator types it.

use super::process::Place;
use crate::harness::{store::on_each_database, zone::SampleZone};

#[test]
fn everything_is_written_to_a_new_file_of_its_owner_or_to_standard_output() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        zone.admit(&store, 1).await;
        let place = Place::at(database);
        let path = place.folder.path().join("all.ndjson");
        let file = path.to_str().unwrap();
        place.run(&["export", file]).good();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.lines().next().unwrap().contains("\"type\":\"dump\""));
        assert!(text.lines().last().unwrap().contains("sha256"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let again = place.run(&["export", file]);
        assert_eq!(again.exit, 2, "a file is never written over: {}", again.err);
        let out = place.run(&["export", "-"]).good();
        assert_eq!(out.lines().count(), text.lines().count());
        assert_eq!(place.run(&["export"]).exit, 2);
        let nowhere = place.run(&["export", "-", "--zone", "zon_55555555555555555555555555"]);
        assert!(nowhere.failed(2).contains("no zone"));
        let mut back_door = database.back_door().await;
        let told = "security_event WHERE act = 'zone.exported'";
        assert_eq!(back_door.count(told).await, 2);
    });
}
