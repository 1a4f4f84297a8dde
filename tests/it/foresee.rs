//! What an act would do, before anybody does it; and what has moved the plan, afterwards.

use serde_json::{Value, json};
use time::macros::date;

use crate::harness::{
    html,
    office::{Answer, Office, on_each_office},
    work::Project,
};

/// P01 accepted on Monday 2 March: seven working days, due on the eleventh.
async fn running(office: &Office) -> Project {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    office.pass_to(date!(2026 - 03 - 04)).await;
    office.new_letters();
    project
}

async fn rehearse(office: &Office, project: &Project, act: &str, body: &Value) -> Answer {
    let act = format!("{act}?dry_run=true");
    office
        .try_act("officer", (project, "P01"), &act, body)
        .await
}

fn review(expected_on: &str) -> Value {
    json!({ "reason": "expert_review", "text": "送专家评审", "expected_on": expected_on })
}

/// The lines of the record about the plan, oldest first.
fn moves(seen: &Value) -> Vec<&Value> {
    let lines = seen["history"].as_array().unwrap().iter().rev();
    lines
        .filter(|line| line["kind"] == "forecast_moved")
        .collect()
}

#[test]
fn what_a_stop_would_do_is_said_before_and_is_what_it_does() {
    on_each_office(async |office| {
        let project = running(&office).await;
        let before = office.stage(&project, "P01").await;
        let body = review("2026-03-11");
        let foreseen = rehearse(&office, &project, "stops", &body).await.good();
        assert_eq!(foreseen["dry_run"], true);
        let due = json!({ "old_on": "2026-03-11", "new_on": null });
        assert_eq!(foreseen["due"], due);
        assert_eq!(foreseen["days_left"], 5);
        let forecast = &foreseen["forecast"];
        assert_eq!(forecast["working_days"], 5, "{forecast}");
        assert_eq!(forecast["is_start_of_works"], true);
        let others = foreseen["moved"].as_array().unwrap();
        assert!(others.iter().any(|moved| moved["stage"]["code"] == "C02"));
        // Nothing was kept, nobody was told, nobody's next act is in the way.
        assert_eq!(
            office.stage(&project, "P01").await["stage"],
            before["stage"]
        );
        office.turn().await;
        office.expect_letters(&[]);
        let path = (&project, "P01");
        let done = office.try_act("officer", path, "stops", &body).await.good();
        let line = moves(&done)[0];
        assert_eq!(line["old_on"], forecast["old_on"]);
        assert_eq!(line["new_on"], forecast["new_on"]);
        assert_eq!(
            (&line["cause"], &line["days"]),
            (&json!("stopped"), &json!(5))
        );
    });
}

#[test]
fn a_request_shows_what_it_would_move_and_who_must_decide() {
    on_each_office(async |office| {
        let project = running(&office).await;
        let wish = json!({ "days": 3, "reason": "coordination", "text": "需会商" });
        let foreseen = rehearse(&office, &project, "extension-request", &wish).await;
        let foreseen = foreseen.good();
        assert_eq!(foreseen["is_if_granted"], true);
        assert_eq!(foreseen["due"]["new_on"], "2026-03-16");
        assert_eq!(foreseen["forecast"]["working_days"], 3);
        let told = foreseen["told"].as_array().unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["extension"], Value::Null);
    });
}

#[test]
fn a_rehearsal_follows_the_rules_of_the_act() {
    on_each_office(async |office| {
        let project = running(&office).await;
        let refused = rehearse(&office, &project, "resumption", &json!({})).await;
        assert_eq!(refused.failure(), (409, "stage.clock.runs".to_owned()));
        let flawed = rehearse(&office, &project, "stops", &json!({})).await;
        assert_eq!(flawed.failure().0, 422);
        let path = format!("/api/v1/stages/{}/stops", project.stage("P01"));
        let asked = format!("{path}?dry_run=true");
        let body = review("2026-03-11");
        let foreign = office
            .post("investor", &asked, Some("\"v1-1\""), &body)
            .await;
        assert_eq!(
            foreign.failure().0,
            403,
            "an officer's act is not an investor's"
        );
        let stale = office
            .post("officer", &asked, Some("\"v1-1\""), &body)
            .await;
        assert_eq!(stale.failure(), (412, "conflict.version".to_owned()));
        for wish in ["dry_run=perhaps", "dry-run=true"] {
            let asked = format!("{path}?{wish}");
            let tag = project.tag();
            let misspelt = office.post("officer", &asked, Some(&tag), &body).await;
            assert_eq!(misspelt.failure(), (400, "request.malformed".to_owned()));
        }
        let seen = office.stage(&project, "P01").await;
        assert_eq!(
            seen["stage"]["state"], "running",
            "a misspelt wish does nothing"
        );
    });
}

#[test]
fn days_that_go_by_show_on_the_page_and_are_written_down_with_the_next_decision() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let said = office.project("efficacy", &project).await;
        assert_eq!(said["schedule"]["drift"], Value::Null);
        office.pass_to(date!(2026 - 03 - 05)).await;
        let seen = office.project("efficacy", &project).await;
        let drift = &seen["schedule"]["drift"];
        assert_eq!(drift["working_days"], 3, "{drift}");
        assert_eq!(drift["cause"], "not_accepted");
        assert_eq!(drift["old_on"], said["schedule"]["start_of_works_on"]);
        let accepted = office.accept(
            "officer",
            &project,
            drift["stage"]["code"].as_str().unwrap(),
        );
        let accepted = accepted.await;
        let [line] = moves(&accepted)[..] else {
            panic!("{}", accepted["history"]);
        };
        assert_eq!(
            (&line["cause"], &line["days"]),
            (&json!("not_accepted"), &json!(3))
        );
        let seen = office.project("efficacy", &project).await;
        assert_eq!(seen["schedule"]["drift"], Value::Null, "it is said now");
        let browser = office.browser();
        browser.sign_in("officer").await;
        let page = browser.get(&format!("/p/{}", project.code)).await;
        assert!(html::text(page.text()).contains("推迟 3 个工作日：等待受理"));
        office.new_letters();
    });
}

#[test]
fn a_form_shows_what_follows_keeps_what_was_typed_and_does_nothing_yet() {
    on_each_office(async |office| {
        let project = running(&office).await;
        let browser = office.browser();
        browser.sign_in("officer").await;
        let bench = format!("/desk/stages/{}", project.stage("P01"));
        let page = browser.get(&bench).await;
        let typed = [
            ("reason", "expert_review"),
            ("text", "送专家评审"),
            ("expected_on", "2026-03-11"),
        ];
        let asked = [&typed[..], &[("step", "preview")]].concat();
        let shown = browser
            .submit(&page, &format!("{bench}/stop"), &asked)
            .await;
        assert_eq!(shown.status, 200);
        let words = html::text(shown.text());
        for expected in [
            "提交后的变化",
            "停表期间无截止日，剩余 5 天",
            "推迟 5 个工作日",
        ] {
            assert!(words.contains(expected), "{expected}: {words}");
        }
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["state"], "running");
        // The same form, sent for good with what was typed before.
        let done = browser
            .submit(&shown, &format!("{bench}/stop"), &typed[..1])
            .await;
        assert_eq!(browser.follow(&done).await.status, 200);
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["stops"][0]["expected_on"], "2026-03-11");
        assert_eq!(seen["stage"]["stops"][0]["text"], "送专家评审");
    });
}
