//! The command line: what it prints, what it says, and how it ends.

use serde_json::{Value, json};
use time::Duration;

use super::process::{PASSWORD, Place};
use crate::harness::{
    store::{on_each_database, on_each_empty_database},
    zone::{MONDAY, SampleZone},
};

#[test]
fn migrating_twice_does_what_migrating_once_does() {
    on_each_empty_database(async |database| {
        let place = Place::at(database);
        let status = place.run(&["migrate", "--status"]);
        assert_eq!(status.exit, 3, "{}", status.err);
        assert!(status.out.starts_with("pending "), "{}", status.out);
        let first = place.run(&["migrate"]);
        assert!(
            first.err.contains("a new zone was founded"),
            "{}",
            first.err
        );
        assert_eq!(first.exit, 0);
        let second = place.run(&["migrate"]);
        assert_eq!(second.exit, 0);
        assert!(
            second.err.contains("0 migration(s) applied"),
            "{}",
            second.err
        );
        assert!(!second.err.contains("founded"), "{}", second.err);
        let status = place.run(&["migrate", "--status"]).good();
        assert!(!status.contains("pending"), "{status}");
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("zone").await, 1);
        let ended = Place::at(database).run(&["migrate", "--time-zone", "Mars/Olympus"]);
        assert!(ended.failed(2).contains("Mars/Olympus"));
    });
}

#[test]
fn a_person_is_added_once_and_holds_one_administration_at_most() {
    on_each_empty_database(async |database| {
        let place = Place::at(database);
        place.run(&["migrate"]).good();
        let added = place.add_user("chen", "officer", Some("natural-resources"));
        assert_eq!(added.exit, 0, "{}", added.err);
        assert!(added.err.contains("added per_"), "{}", added.err);
        let again = place.add_user("chen", "head", None);
        assert!(again.failed(4).contains("login"), "{again:?}");
        let both = place.run_with(
            &[
                "user",
                "add",
                "--login",
                "root",
                "--name",
                "x",
                "--role",
                "system_administrator",
                "--role",
                "audit_administrator",
            ],
            PASSWORD,
            &[],
        );
        assert!(both.failed(4).contains("exclude each other"), "{both:?}");
        for (role, unit, named) in [("king", None, "king"), ("officer", Some("moon"), "moon")] {
            let ended = place.add_user("wang", role, unit);
            assert!(ended.failed(2).contains(named), "{ended:?}");
        }
        let arguments = [
            "user", "add", "--login", "li", "--name", "x", "--role", "leader",
        ];
        for short in ["", "short"] {
            let ended = place.run_with(&arguments, short, &[]);
            assert!(
                ended.failed(2).contains("at least 12 characters"),
                "{ended:?}"
            );
        }
        let mut random = arguments.to_vec();
        random.push("--random-password");
        let password = place.run(&random).good();
        assert_eq!(password.trim().len(), 23, "{password}");
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("person").await, 2);
    });
}

#[test]
fn a_person_is_connected_with_a_subject_of_the_provider_that_the_configuration_names() {
    on_each_empty_database(async |database| {
        let place = Place::at(database);
        place.run(&["migrate"]).good();
        for login in ["chen", "wang"] {
            let added = place.add_user(login, "officer", Some("natural-resources"));
            assert_eq!(added.exit, 0, "{}", added.err);
        }
        assert_eq!(place.add_user("gast", "investor", None).exit, 0);
        let issuer = ("GREEN_CHANNEL__OIDC__ISSUER", "https://id.example");
        let client = ("GREEN_CHANNEL__OIDC__CLIENT_ID", "green-channel");
        let connect = |login: &str, subject: &str, set: &[(&str, &str)]| {
            let words = ["user", "connect", "--login", login, "--subject", subject];
            place.run_with(&words, "", set)
        };
        let none = connect("chen", "4711", &[]);
        assert!(none.failed(2).contains("oidc.issuer"), "{none:?}");
        let half = connect("chen", "4711", &[issuer]);
        let said = half.failed(2);
        assert!(
            said.contains("oidc.client_id") && said.contains("缺少"),
            "{said}"
        );
        let whole = [issuer, client];
        assert!(
            connect("nobody", "4711", &whole)
                .failed(2)
                .contains("nobody")
        );
        assert!(connect("chen", " ", &whole).failed(2).contains("--subject"));
        assert!(
            connect("gast", "4711", &whole)
                .failed(4)
                .contains("works here")
        );
        assert_eq!(connect("chen", "4711", &whole).exit, 0);
        assert_eq!(
            connect("chen", "4711", &whole).exit,
            0,
            "said again, it stays so"
        );
        assert!(
            connect("wang", "4711", &whole)
                .failed(4)
                .contains("somebody else")
        );
        let mut back_door = database.back_door().await;
        let kept = "SELECT oidc_issuer || ' ' || oidc_subject AS line FROM credential WHERE oidc_subject IS NOT NULL";
        assert_eq!(back_door.lines(kept).await, ["https://id.example 4711"]);
    });
}

#[test]
fn a_project_that_cannot_be_added_is_refused_with_the_flag_at_fault() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    let add = |more: &[&str]| {
        let mut arguments = vec!["project", "add", "--investor", "某公司"];
        arguments.extend(more);
        place.run(&arguments)
    };
    let printed = add(&["--name", "海龙精密"]).good();
    assert!(printed.starts_with("GC-20"), "{printed}");
    for (more, named) in [
        (&["--name", " "][..], "--name"),
        (&["--name", "x", "--steward", "nobody"], "--steward"),
        (&["--name", "x", "--variant", "none"], "none"),
        (&["--name", "x", "--trait", "none"], "none"),
        (&["--name", "x", "--template", "none"], "template"),
    ] {
        let ended = add(more);
        assert!(ended.failed(2).contains(named), "{named}: {ended:?}");
    }
}

fn template() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/api/data/templates/key-industrial.json"
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A change that spoils a template, and the words that name the flaw.
type Spoiled = (fn(&mut Value), &'static [&'static str]);

const FLAWS: [Spoiled; 4] = [
    (
        |template| {
            template["stages"][0]["depends_on"] = json!([{ "on": "G02", "kind": "hard" }]);
        },
        &["wait for each other", "G01", "G02"],
    ),
    (
        |template| template["stages"][1]["unit"] = json!("ministry-of-magic"),
        &["G02", "ministry-of-magic"],
    ),
    (
        // The fourth stage has a statute of twenty working days.
        |template| template["stages"][3]["promised"]["limit"]["value"] = json!(21),
        &["A01b", "the promise ends after the statutory limit"],
    ),
    (
        |template| template["stages"][5]["name"]["en"] = json!(""),
        &["A02", "English text is missing"],
    ),
];

#[test]
fn a_template_is_judged_as_a_whole_and_every_flaw_is_named() {
    let place = Place::sqlite();
    let validate = |template: &Value| {
        let file = place.file("template.json", &template.to_string());
        place.run(&["template", "validate", file.to_str().unwrap()])
    };
    let sound = validate(&template());
    assert_eq!(sound.exit, 0, "{}", sound.err);
    assert!(sound.err.contains("is sound (56 stages)"), "{}", sound.err);
    let mut all = template();
    for (change, named) in FLAWS {
        let mut one = template();
        change(&mut one);
        let ended = validate(&one);
        for word in named {
            assert!(ended.failed(2).contains(word), "{word}: {}", ended.err);
        }
        change(&mut all);
    }
    let ended = validate(&all);
    for word in FLAWS.iter().flat_map(|(_, named)| *named) {
        assert!(ended.failed(2).contains(word), "{word}: {}", ended.err);
    }
    assert!(
        ended.err.lines().all(|line| line.contains("template.json")),
        "{}",
        ended.err
    );

    let file = place.file("broken.json", "{\n  \"code\": \"x\",\n  oops\n}");
    let ended = place.run(&["template", "validate", file.to_str().unwrap()]);
    assert!(
        ended.failed(2).contains("broken.json") && ended.err.contains("line 3"),
        "{}",
        ended.err
    );
    let ended = place.run(&["template", "validate", "absent.json"]);
    assert!(ended.failed(2).contains("absent.json"));
}

#[test]
fn a_rehearsed_sweep_prints_what_would_fire_and_keeps_nothing() {
    on_each_database(async |database| {
        let store = database.store();
        let zone = SampleZone::found(&store, 1).await;
        let project = zone.admit(&store, 1).await;
        zone.accept(&store, project, 1, MONDAY).await.unwrap();
        let place = Place::at(database);
        let mut back_door = database.back_door().await;
        // Promised until Wednesday, 4 March; on the 6th it is also silent.
        let at = "2026-03-06T09:00:00+08:00";
        let rehearsal = place.run(&["sweep", "--dry-run", "--at", at]).good();
        let rungs = |out: &str| {
            let lines = out
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap());
            let mut rungs: Vec<String> = lines
                .map(|line| {
                    assert_eq!(line["project"], project.to_string());
                    format!(
                        "{} {}",
                        line["rung"].as_str().unwrap(),
                        line["due_on"].as_str().unwrap()
                    )
                })
                .collect();
            rungs.sort();
            rungs
        };
        let expected = [
            "remind 2026-03-03",
            "silence 2026-03-06",
            "yellow 2026-03-05",
        ];
        assert_eq!(rungs(&rehearsal), expected);
        for table in ["alert", "outbox"] {
            assert_eq!(back_door.count(table).await, 0, "{table}");
        }
        assert_eq!(
            place.run(&["sweep", "--dry-run", "--at", at]).good(),
            rehearsal
        );
        assert_eq!(rungs(&place.run(&["sweep", "--at", at]).good()), expected);
        assert_eq!(back_door.count("alert").await, 3);
        let letters = back_door.count("outbox").await;
        assert!(letters >= 4, "{letters}");
        let again = place.run(&["sweep", "--at", at]);
        assert!(
            again.err.contains("0 alert(s) fired, 0 letter(s) queued"),
            "{}",
            again.err
        );
        assert_eq!(again.out, "");
        assert_eq!(back_door.count("outbox").await, letters);
        let earlier = MONDAY + Duration::days(1);
        assert_eq!(
            place
                .run(&["sweep", "--dry-run", "--at", &earlier.date().to_string()])
                .exit,
            2
        );
    });
}

#[test]
fn the_description_of_the_api_is_printed_as_committed() {
    let place = Place::sqlite();
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml");
    assert!(place.run(&["openapi"]).good() == std::fs::read_to_string(committed).unwrap());
}

#[test]
fn wrong_usage_ends_with_two_and_help_with_zero() {
    let place = Place::sqlite();
    for arguments in [
        &[][..],
        &["dance"],
        &["serve", "--colour"],
        &["user", "add"],
        &["sweep", "--at", "soon"],
    ] {
        assert_eq!(place.run(arguments).exit, 2, "{arguments:?}");
    }
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["serve", "--help"],
        &["clock", "evaluate", "--help"],
    ] {
        let help = place.run(arguments);
        assert_eq!((help.exit, help.err.as_str()), (0, ""), "{arguments:?}");
        assert!(!help.out.is_empty());
    }
    // A command that only works on the database asks for no mail settings.
    let url = place.url().to_owned();
    let file = place.file("gc.toml", &format!("[database]\nurl = \"{url}\"\n"));
    let ended = place.run(&["migrate", "--config", file.to_str().unwrap()]);
    assert_eq!(ended.exit, 0, "{}", ended.err);
}
