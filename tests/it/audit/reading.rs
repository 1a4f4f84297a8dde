//! Who reads the security record, what it tells of refusals, and whether it says that it holds.

use actix_web::test::TestRequest;
use serde_json::Value;
use time::Duration;

use super::checkpoint::tell;
use crate::harness::{
    office::{Office, on_each_office, on_each_office_and_database},
    staff,
    zone::MONDAY,
};

async fn lines(office: &Office, query: &str) -> Vec<Value> {
    let path = format!("/api/v1/audit{query}");
    let page = office.get("audit", &path).await.good();
    page["data"].as_array().unwrap().clone()
}

#[test]
fn a_flood_of_refusals_is_one_line_for_each_person_and_minute() {
    on_each_office(async |office| {
        let project = office.admit("项目").await;
        let hidden = format!("/api/v1/projects/{}", project.id);
        for _time in 0..50 {
            assert_eq!(office.get("officer", "/api/v1/cards").await.status, 403);
            assert_eq!(office.get("rival", &hidden).await.status, 404);
            assert_eq!(
                office.get("rival", "/api/v1/no-such-place").await.status,
                404
            );
        }
        office.turn().await;
        let during = lines(&office, "?act=access.denied").await;
        assert_eq!(during.len(), 0, "the minute is not over");
        office.pass_to_instant(MONDAY + Duration::minutes(1)).await;
        let denied = lines(&office, "?act=access.denied").await;
        assert_eq!(denied.len(), 1, "{denied:#?}");
        assert_eq!(denied[0]["actor"], staff::person_id("officer"));
        assert_eq!(denied[0]["actor_name"], staff::name_of("officer"));
        assert_eq!(denied[0]["address"], "192.0.2.7");
        assert_eq!(denied[0]["outcome"], "refused");
        assert_eq!(denied[0]["detail"]["count"], "50");
        assert_eq!(denied[0]["detail"]["route"], "GET /api/v1/cards");
        let hidden = lines(&office, "?act=access.hidden").await;
        assert_eq!(hidden.len(), 1, "{hidden:#?}");
        assert_eq!(hidden[0]["detail"]["count"], "50");
        office.new_letters();
    });
}

#[test]
fn strangers_without_number_fill_no_more_than_two_hundred_lines_of_a_minute() {
    on_each_office(async |office| {
        let refusals = &office.app.audit.refusals;
        for number in 0..5_000 {
            let refused = api::audit::refusals::Refused {
                act: domain::security::SecurityAct::QuotaHit,
                actor: None,
                address: format!("198.51.{}.{}", number / 250, number % 250),
                route: "POST /auth/sign-in".into(),
                path: "/auth/sign-in".into(),
            };
            refusals.note(refused, MONDAY);
        }
        office.pass_to_instant(MONDAY + Duration::minutes(1)).await;
        let told = lines(&office, "?act=quota.hit&limit=200").await;
        assert_eq!(told.len(), 200);
        let page = office
            .get("audit", "/api/v1/audit?act=quota.hit&limit=200")
            .await
            .good();
        let rest = page["page"]["next"].as_str().unwrap();
        let older = lines(&office, &format!("?act=quota.hit&cursor={rest}")).await;
        assert_eq!(older.len(), 1);
        let others = told
            .iter()
            .chain(&older)
            .filter_map(|line| line["detail"]["others"].as_str());
        assert_eq!(others.collect::<Vec<_>>(), ["4800"]);
    });
}

#[test]
fn the_page_shows_who_what_when_from_where_and_that_the_record_holds() {
    on_each_office_and_database(async |office, database| {
        tell(&office, 3).await;
        office.turn().await;
        let browser = office.browser();
        browser.sign_in("audit").await;
        browser.prefer("en");
        let page = browser.get("/admin/audit").await;
        assert_eq!(page.status, 200);
        for words in ["Verified up to #", "Checkpoint 1", "Signed in"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let file = browser.get("/admin/audit/export?act=sign_in").await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        // The head, three that were told, and the auditor's own.
        assert_eq!(file.text().lines().count(), 5, "{}", file.text());
        let told = lines(&office, "?act=audit.exported").await;
        assert_eq!(told[0]["detail"]["filter"], "act=sign_in");
        assert_eq!(told[0]["actor"], staff::person_id("audit"));
        let day = lines(&office, "?from=2026-03-02&until=2026-03-02").await;
        assert!(day.len() >= 4, "{day:?}");
        assert!(lines(&office, "?from=2026-03-03").await.is_empty());
        for (flawed, code) in [
            ("?act=unheard", "request.malformed"),
            ("?from=soon", "request.malformed"),
            ("?limit=0", "query.value"),
            ("?colour=red", "query.unknown"),
            ("?cursor=17", "cursor.malformed"),
        ] {
            let path = format!("/api/v1/audit{flawed}");
            let answer = office.get("audit", &path).await;
            assert_eq!(answer.failure(), (400, code.into()), "{flawed}");
        }
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE security_event SET address = '203.0.113.9' WHERE seq = 2")
            .await;
        // An hour later the whole of it has been looked at again.
        office.pass_to_instant(MONDAY + Duration::minutes(61)).await;
        // The session has ended by then.
        browser.sign_in("audit").await;
        let page = browser.get("/admin/audit").await;
        assert!(page.text().contains("Line #2 is not"), "{}", page.text());
        for other in ["system", "security", "leader"] {
            let browser = office.browser();
            browser.sign_in(other).await;
            assert_eq!(browser.get("/admin/audit").await.status, 403, "{other}");
            assert_eq!(browser.get("/admin/audit/export").await.status, 403);
        }
        let request = TestRequest::get().uri("/admin/audit");
        assert_eq!(
            office.call(request).await.status,
            303,
            "a stranger signs in first"
        );
    });
}
