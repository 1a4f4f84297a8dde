//! `calendar show` and `calendar import`.

use api::clock::Clock;
use domain::calendar::china;
use serde_json::Value;
use time::{Date, Duration};

use super::process::Place;
use crate::harness::store::on_each_empty_database;

/// A working day some weeks ahead: the program reads the real clock.
fn working_day_ahead() -> Date {
    let mainland = china::mainland();
    let soon = Clock::system().now().date() + Duration::days(21);
    let mut days = std::iter::successors(Some(soon), |day| day.next_day());
    days.find(|day| mainland.is_working(*day)).unwrap()
}

#[test]
fn a_calendar_is_shown_and_an_import_proposes_without_changing_anything() {
    on_each_empty_database(async |database| {
        let place = Place::at(database);
        place.run(&["migrate"]).good();
        let added = place.add_user("root", "system_administrator", None);
        assert_eq!(added.exit, 0, "{}", added.err);
        let shown = place.run(&["calendar", "show"]).good();
        let calendar: Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(calendar["version"], 1);
        let years = calendar["years"].as_array().unwrap();
        assert!(years.iter().any(|year| year["year"] == 2026));
        let text = format!("date,kind,name\n{},off,展会\n", working_day_ahead());
        let file = place.file("own.csv", &text);
        let import = ["calendar", "import", "--by", "root", "--kind", "local"];
        let ended =
            place.run(&[&import[..], &["--note", "展会停办", file.to_str().unwrap()]].concat());
        assert!(ended.err.contains("nothing has changed"), "{}", ended.err);
        let id = ended.good();
        assert!(id.starts_with("cpr_") && id.ends_with('\n'), "{id}");
        assert_eq!(place.run(&["calendar", "show"]).good(), shown);
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("calendar_proposal").await, 1);
        assert_eq!(back_door.count("calendar").await, 1);
    });
}

#[test]
fn an_import_that_cannot_be_taken_names_what_is_wrong() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    for (login, role) in [("root", "system_administrator"), ("clerk", "officer")] {
        let added = place.add_user(login, role, None);
        assert_eq!(added.exit, 0, "{}", added.err);
    }
    let day = working_day_ahead();
    let good = place.file("good.csv", &format!("date,kind,name\n{day},off,x\n"));
    let no_day = place.file("bad.csv", "date,kind,name\n2026-13-31,off,x\n");
    let no_json = place.file("bad.json", "{");
    let absent = place.folder.path().join("absent.csv");
    let local = ["--kind", "local"];
    for (by, more, file, exit, named) in [
        ("nobody", &local[..], &good, 2, "nobody"),
        ("clerk", &local, &good, 4, "right"),
        ("root", &local, &absent, 2, "absent.csv"),
        ("root", &local, &no_day, 2, "2026-13-31"),
        ("root", &[], &no_json, 2, "JSON"),
        (
            "root",
            &["--kind", "local", "--year", "2027"],
            &good,
            2,
            "--year",
        ),
        ("root", &["--kind", "lunar"], &good, 2, "lunar"),
    ] {
        let start = ["calendar", "import", "--by", by];
        let ended = place.run(&[&start[..], more, &[file.to_str().unwrap()]].concat());
        assert!(ended.failed(exit).contains(named), "{named}: {ended:?}");
    }
}
