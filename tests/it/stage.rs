//! Stages over the API: changes based on the wrong version, and bodies that cannot be taken.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::harness::{office::on_each_office, staff};

#[test]
fn a_change_says_which_version_it_is_based_on() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let path = format!("/api/v1/stages/{}/acceptance", project.stage("G01"));
        let stale = project.tag();
        let accept =
            async |tag: Option<&str>| office.post("recruiter", &path, tag, &json!({})).await;
        let answer = accept(None).await;
        assert_eq!(answer.failure(), (428, "conflict.version_required".into()));
        for malformed in [
            "",
            "x",
            "\"x\"",
            "*",
            "\"v\"",
            "v1",
            "\"v1",
            "W/\"v1-1\"",
            "\"v1.5\"",
        ] {
            let answer = accept(Some(malformed)).await;
            assert_eq!(
                answer.failure(),
                (400, "request.malformed".into()),
                "{malformed}"
            );
        }
        let later = office.app.now() + time::Duration::minutes(1);
        office.app.clock.set(later);
        office.accept("chief", &project, "G01").await;
        let answer = accept(Some(&stale)).await;
        assert_eq!(answer.failure(), (412, "conflict.version".into()));
        let problem = answer.json();
        assert_eq!(problem["changed_by"], staff::name_of("chief"));
        assert_eq!(problem["changed_at"], "2026-03-02T01:01:00Z");
        assert_eq!(
            format!("\"v{}", problem["current_version"]),
            project.tag().split('-').next().unwrap()
        );
        let answer = accept(Some("\"v999\"")).await;
        assert_eq!(answer.status, 412);
    });
}

#[test]
fn of_two_officers_at_once_one_wins_and_the_other_hears_of_it() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let path = format!("/api/v1/stages/{}/acceptance", project.stage("G01"));
        let (tag, body) = (project.tag(), json!({}));
        // Both tokens first: signing in is not part of the race.
        office.token("chief").await;
        office.token("recruiter").await;
        let (one, other) = futures_util::future::join(
            office.post("recruiter", &path, Some(&tag), &body),
            office.post("chief", &path, Some(&tag), &body),
        )
        .await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        let bench = office.stage(&project, "G01").await;
        let accepted = bench["history"].as_array().unwrap().iter();
        let accepted = accepted.filter(|line| line["kind"] == "stage_accepted");
        assert_eq!(accepted.count(), 1);
    });
}

#[test]
fn a_body_that_cannot_be_read_is_a_problem_with_every_act() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let acts = [
            "acceptance",
            "notes",
            "stops",
            "resumption",
            "completion",
            "assignment",
        ];
        for act in acts {
            let answer = office
                .try_act(
                    "chief",
                    (&project, "G01"),
                    act,
                    &json!({ "colour": "green" }),
                )
                .await;
            assert_eq!(answer.failure(), (400, "request.malformed".into()), "{act}");
            let path = format!("/api/v1/stages/{}/{act}", project.stage("G01"));
            for body in ["", "null", "[]", "{", "{\"text\":\"\\ud800\"}"] {
                let request = TestRequest::post().uri(&path).set_payload(body);
                let request = request.insert_header(("If-Match", project.tag()));
                let answer = office.send("chief", request).await;
                assert_eq!(
                    answer.failure(),
                    (400, "request.malformed".into()),
                    "{act} {body}"
                );
            }
        }
    });
}

#[test]
fn a_body_that_cannot_be_taken_says_every_flaw_at_once() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let answer = office
            .try_act(
                "recruiter",
                (&project, "G01"),
                "stops",
                &json!({ "reason": "holiday", "on": "tomorrow" }),
            )
            .await;
        assert_eq!(answer.failure(), (422, "validation.failed".into()));
        let errors = answer.json()["errors"].clone();
        let pointers: Vec<&str> = errors
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(pointers, ["/reason", "/on", "/text"]);
        for error in errors.as_array().unwrap() {
            assert!(
                error["messages"]["zh-Hans"].is_string() && error["messages"]["en"].is_string()
            );
        }
        let long = "长".repeat(4_001);
        let answer = office
            .try_act(
                "recruiter",
                (&project, "G01"),
                "notes",
                &json!({ "text": long }),
            )
            .await;
        assert_eq!(answer.json()["errors"][0]["code"], "validation.too_long");
        // What is far too long is not even read, and says so like everything else.
        let huge = "x".repeat(300_000);
        let answer = office
            .try_act(
                "recruiter",
                (&project, "G01"),
                "notes",
                &json!({ "text": huge }),
            )
            .await;
        assert_eq!(answer.failure(), (413, "request.too_large".into()));
    });
}

#[test]
fn an_act_is_answered_briefly_to_those_who_prefer_it() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let stage = format!("/api/v1/stages/{}", project.stage("G01"));
        let note = async |tag: &str, preference: &str| {
            let request = TestRequest::post().uri(&format!("{stage}/notes"));
            let request = request
                .insert_header(("If-Match", tag))
                .insert_header(("Prefer", preference))
                .set_json(json!({ "text": "资料已收齐" }));
            office.send("recruiter", request).await
        };
        let brief = note(&project.tag(), "respond-async, Return=minimal; x=1").await;
        assert_eq!((brief.status, brief.text()), (204, ""));
        assert_eq!(brief.header("preference-applied"), Some("return=minimal"));
        // The tag is the one that a look gives, so the next act may be based on it.
        let seen = office.get("recruiter", &stage).await;
        assert_eq!(brief.header("etag"), seen.header("etag"));
        let full = note(brief.header("etag").unwrap(), "return=representation").await;
        assert_eq!(full.status, 200);
        assert_eq!(full.header("preference-applied"), None);
        assert_eq!(full.json()["history"][1]["kind"], "progress_noted");
        // A failure is told in full.
        let overtaken = note(brief.header("etag").unwrap(), "return=minimal").await;
        assert_eq!(overtaken.failure(), (412, "conflict.version".into()));
    });
}
