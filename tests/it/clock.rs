//! Why a date is what it is, and whose the days were: API, pages, calculator.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use time::macros::date;

use crate::harness::office::on_each_office;

#[test]
fn a_deadline_explains_itself_day_by_day() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let path = format!("/api/v1/stages/{}/clock/explanation", project.stage("P01"));
        let before = office.get("officer", &path).await.good();
        assert_eq!(
            before["data"],
            Value::Null,
            "nothing counts before acceptance"
        );
        office.accept("officer", &project, "P01").await;
        let explained = office.get("investor", &path).await.good()["data"].clone();
        assert_eq!(explained["due_on"], "2026-03-11");
        assert_eq!(explained["calendar"]["name"], "cn-mainland");
        let days = explained["days"].as_array().unwrap();
        let told: Vec<(&str, &str, &Value)> = days
            .iter()
            .map(|day| {
                (
                    day["on"].as_str().unwrap(),
                    day["why"].as_str().unwrap(),
                    &day["number"],
                )
            })
            .collect();
        assert_eq!(told[0], ("2026-03-02", "day_zero", &Value::Null));
        assert_eq!(told[5], ("2026-03-07", "weekend", &Value::Null));
        assert_eq!(told[9], ("2026-03-11", "workday", &json!(7)));
        assert_eq!(told.len(), 10);
        let counted = days.iter().filter(|day| day["number"].is_number());
        assert_eq!(counted.count(), 7, "as many as the limit has");
        assert_eq!(office.get("rival", &path).await.status, 404);
        office.new_letters();
    });
}

#[test]
fn every_day_has_one_owner_and_the_sums_are_the_elapsed_days() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("power-officer", &project, "U01").await;
        let wish = json!({ "reason": "applicant_request", "text": "等待业主设计", "expected_on": "2026-04-01" });
        office
            .try_act("power-officer", (&project, "U01"), "stops", &wish)
            .await
            .good();
        office.pass_to(date!(2026 - 03 - 11)).await;
        office.new_letters();
        let path = format!("/api/v1/stages/{}/ledger", project.stage("U01"));
        let ledger = office.get("investor", &path).await.good()["data"].clone();
        assert_eq!(ledger["elapsed_days"], 9);
        let totals = ledger["totals"].as_array().unwrap();
        let owners: Vec<(&str, u64)> = totals
            .iter()
            .map(|total| {
                (
                    total["owner"].as_str().unwrap(),
                    total["days"].as_u64().unwrap(),
                )
            })
            .collect();
        assert_eq!(owners, [("investor", 7), ("holiday", 2)]);
        let path = format!("/api/v1/projects/{}/ledger", project.code);
        let whole = office.get("investor", &path).await.good()["data"].clone();
        let totals = whole["totals"].as_array().unwrap();
        let sum: u64 = totals
            .iter()
            .map(|total| total["days"].as_u64().unwrap())
            .sum();
        assert_eq!(sum, 9);
        assert_eq!(whole["elapsed_days"], 9);
        let waiting = format!("/api/v1/stages/{}/ledger", project.stage("C06"));
        let waiting = office.get("investor", &waiting).await.good();
        assert_eq!(waiting["data"], Value::Null);
    });
}

/// Questions of somebody who is not signed in.
fn asked(questions: &Value) -> TestRequest {
    TestRequest::post()
        .uri("/api/v1/clock/evaluations")
        .set_json(questions)
}

#[test]
fn questions_need_neither_a_project_nor_an_account() {
    on_each_office(async |office| {
        let browser = office.browser();
        let address = "/calculator?on=2026-02-12&days=5&unit=working_day";
        let page = browser.get(address).await;
        assert_eq!(page.status, 200);
        assert!(
            page.text().contains("datetime=\"2026-02-26\""),
            "{}",
            page.text()
        );
        let page = browser
            .get("/calculator?on=&days=4000&unit=working_day")
            .await;
        assert_eq!(page.status, 422);
        let page = browser.get("/calculator").await;
        assert_eq!(page.status, 200);
        let questions = json!({ "data": [
            { "id": 1, "kind": "due", "accepted_on": "2026-02-12", "limit": 5, "unit": "working_day" },
            { "id": "b", "kind": "before", "expires_on": "2026-03-09", "limit": 5 },
        ]});
        let answer = office.call(asked(&questions)).await;
        let answers = answer.good()["data"].clone();
        assert_eq!(
            answers[0],
            json!({ "id": 1, "due_on": "2026-02-26", "days_left": null, "provisional": false })
        );
        assert_eq!(answers[1]["on"], "2026-03-02");
        let wrong = json!({ "data": [{ "id": 1, "kind": "due", "accepted_on": "2026-02-12", "limit": 5, "unit": "working_day",
            "stops": [{ "stopped_on": "2026-02-13", "resumed_on": null }, { "stopped_on": "2026-02-14", "resumed_on": null }] }]});
        let answer = office.call(asked(&wrong)).await;
        assert_eq!(answer.failure(), (400, "request.malformed".into()));
    });
}

#[test]
fn an_investor_answers_a_stop_on_a_page() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("power-officer", &project, "U01").await;
        let wish = json!({ "reason": "applicant_request", "text": "等待业主设计" });
        office
            .try_act("power-officer", (&project, "U01"), "stops", &wish)
            .await
            .good();
        let browser = office.browser();
        browser.sign_in("investor").await;
        let path = format!("/p/{}/stages/{}/stop", project.code, project.stage("U01"));
        let own = browser.get(&format!("/p/{}", project.code)).await;
        assert!(own.text().contains(&path), "the project's page leads there");
        let page = browser.get(&path).await;
        let answer = browser.submit(&page, &path, &[("agrees", "no")]).await;
        assert_eq!(answer.status, 422, "an objection needs a reason");
        let fields = [("agrees", "no"), ("text", "我方没有提出申请")];
        let answer = browser.submit(&answer, &path, &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let seen = office.stage(&project, "U01").await;
        assert_eq!(seen["stage"]["stops"][0]["consent"], "refused");
        office.new_letters();
    });
}
