//! What of a project is put right after its admission, and what other systems keep with it.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::person::flaws;
use crate::harness::{
    office::{Answer, Office, on_each_office},
    staff::{name_of, person_id},
    work::Project,
};

const MERGE_PATCH: &str = "application/merge-patch+json";

fn patch(project: &Project, query: &str, tag: &str, body: &Value) -> TestRequest {
    TestRequest::patch()
        .uri(&format!("/api/v1/projects/{}{query}", project.id))
        .insert_header(("If-Match", tag.to_owned()))
        .set_json(body)
        .insert_header(("Content-Type", MERGE_PATCH))
}

impl Office {
    async fn seen(&self, login: &str, project: &Project) -> Answer {
        let path = format!("/api/v1/projects/{}", project.id);
        self.get(login, &path).await
    }

    async fn tag_of(&self, project: &Project) -> String {
        let seen = self.seen("efficacy", project).await;
        seen.header("etag").unwrap().to_owned()
    }

    async fn correct(&self, project: &Project, body: Value) -> Answer {
        let tag = self.tag_of(project).await;
        self.send("efficacy", patch(project, "", &tag, &body)).await
    }

    async fn lines(&self, login: &str, project: &Project, kind: &str) -> Vec<Value> {
        let path = format!("/api/v1/projects/{}/events", project.id);
        let events = self.get(login, &path).await.good();
        let lines = events["data"].as_array().unwrap().iter();
        lines.filter(|line| line["kind"] == kind).cloned().collect()
    }
}

#[test]
fn what_is_wrong_about_a_project_is_put_right_and_the_record_says_what_stood_there() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let wish = json!({ "name": "海龙精密四期", "investment_yuan": 120_000_000, "is_key": false,
            "contacts": [person_id("rival")] });
        let before = office.seen("efficacy", &project).await.good();
        let done = office.correct(&project, wish).await;
        assert!(done.header("etag").unwrap().starts_with("\"v2-"));
        let seen = done.good();
        assert_eq!(seen["outcome"], "done");
        assert_eq!(seen["name"], "海龙精密四期");
        assert_eq!(seen["investor"], before["investor"]);
        let list = office.get("efficacy", "/api/v1/projects").await.good();
        assert_eq!(list["data"][0]["name"], "海龙精密四期");
        // Whoever speaks for the investor now reads the project and the line; whoever did before does not.
        assert_eq!(office.seen("investor", &project).await.status, 404);
        let lines = office.lines("rival", &project, "project_corrected").await;
        assert_eq!(lines.len(), 1);
        let changed = |field: &str| {
            let mut changes = lines[0]["changes"].as_array().unwrap().iter();
            let change = changes.find(|change| change["field"] == field).unwrap();
            (change["old"].clone(), change["new"].clone())
        };
        assert_eq!(
            changed("name"),
            (json!("海龙精密三期"), json!("海龙精密四期"))
        );
        assert_eq!(changed("investment_yuan").1, json!("120000000"));
        assert_eq!(changed("contacts").1, json!(name_of("rival")));
        let browser = office.browser();
        browser.sign_in("rival").await;
        let page = browser
            .get(&format!("/p/{}/history", project.code))
            .await
            .text()
            .to_owned();
        let page = if page.contains("更正项目信息") {
            page
        } else {
            browser
                .get(&format!("/p/{}", project.code))
                .await
                .text()
                .to_owned()
        };
        assert!(page.contains("海龙精密三期 → 海龙精密四期"), "{page}");
        // As wished already: no line, no other version.
        let again = office.correct(&project, json!({ "is_key": false })).await;
        assert!(again.header("etag").unwrap().starts_with("\"v2-"));
    });
}

#[test]
fn what_other_systems_keep_is_for_the_office_alone() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let wish = json!({ "metadata": { "erp.id": "4711", "land": "G-12" } });
        let seen = office.correct(&project, wish).await.good();
        assert_eq!(
            seen["metadata"],
            json!({ "erp.id": "4711", "land": "G-12" })
        );
        let wish = json!({ "metadata": { "land": null, "erp.id": "4712" } });
        office.correct(&project, wish).await.good();
        let read =
            async |login: &str| office.seen(login, &project).await.good()["metadata"].clone();
        assert_eq!(read("supervisor").await, json!({ "erp.id": "4712" }));
        assert_eq!(read("investor").await, Value::Null);
        for (login, count) in [("supervisor", 2), ("investor", 0)] {
            let lines = office.lines(login, &project, "metadata_changed").await;
            assert_eq!(lines.len(), count, "{login}");
        }
        // A token that may read the project reads them.
        let new = json!({ "name": "数据仓库", "scopes": ["read_project"], "days": 30 });
        let made = office
            .post("supervisor", "/api/v1/me/tokens", None, &new)
            .await
            .good();
        let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
        let asked = TestRequest::get()
            .uri(&format!("/api/v1/projects/{}", project.id))
            .insert_header(("Authorization", bearer));
        assert_eq!(
            office.call(asked).await.good()["metadata"]["erp.id"],
            "4712"
        );
        let seen = office.correct(&project, json!({ "metadata": null })).await;
        assert_eq!(seen.good()["metadata"], json!({}));
    });
}

#[test]
fn every_flaw_of_a_correction_is_named_and_nothing_is_kept() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let before = office.seen("efficacy", &project).await.good();
        let long = "长".repeat(501);
        let wish = json!({ "name": null, "is_key": null, "contacts": ["x"],
            "metadata": { "a b": "x", "k": long, "e": " " } });
        let refused = office.correct(&project, wish).await;
        let code = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
        assert_eq!(
            flaws(&refused),
            [
                code("/name", "validation.empty"),
                code("/is_key", "validation.empty"),
                code("/contacts", "validation.choice"),
                code("/metadata", "project.metadata_key"),
                code("/metadata", "project.metadata_text"),
                code("/metadata", "project.metadata_text"),
            ]
        );
        let entries: serde_json::Map<_, _> = (0..21)
            .map(|number| (format!("k{number}"), json!("x")))
            .collect();
        let refused = office
            .correct(&project, json!({ "metadata": entries }))
            .await;
        assert_eq!(
            flaws(&refused),
            [code("/metadata", "project.metadata_full")]
        );
        for (wish, failure) in [
            (json!({ "code": "GC-2026-9999" }), 400),
            (json!([]), 400),
            (json!({ "metadata": { "k": 1 } }), 400),
            (
                json!({ "contacts": ["per_55555555555555555555555555"] }),
                422,
            ),
        ] {
            assert_eq!(office.correct(&project, wish).await.failure().0, failure);
        }
        let after = office.seen("efficacy", &project).await.good();
        assert_eq!(after["name"], before["name"]);
        assert_eq!(after["metadata"], json!({}));
    });
}

#[test]
fn a_correction_is_a_merge_patch_of_a_version_that_was_seen() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let tag = office.tag_of(&project).await;
        let body = json!({ "name": "四期" });
        let plain =
            patch(&project, "", &tag, &body).insert_header(("Content-Type", "application/json"));
        let plain = office.send("efficacy", plain).await;
        assert_eq!(plain.failure(), (415, "request.media_type".into()));
        let blind = TestRequest::patch()
            .uri(&format!("/api/v1/projects/{}", project.id))
            .set_json(&body)
            .insert_header(("Content-Type", MERGE_PATCH));
        assert_eq!(office.send("efficacy", blind).await.failure().0, 428);
        let stale = patch(&project, "", "\"v0\"", &body);
        assert_eq!(
            office.send("efficacy", stale).await.failure(),
            (412, "conflict.version".into())
        );
        // What would change, without doing it.
        let rehearsal = patch(&project, "?dry_run=true", &tag, &body);
        let foreseen = office.send("efficacy", rehearsal).await.good();
        assert_eq!(foreseen["outcome"], "rehearsed");
        assert_eq!(
            foreseen["changes"],
            json!([{ "field": "name", "old": "海龙精密三期", "new": "四期" }])
        );
        assert_eq!(office.tag_of(&project).await, tag);
        // Asked for twice it is done once.
        let once = || patch(&project, "", &tag, &body).insert_header(("Idempotency-Key", "name-1"));
        let first = office.send("efficacy", once()).await;
        let again = office.send("efficacy", once()).await;
        assert_eq!(first.status, 200, "{}", first.text());
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(first.text(), again.text());
        let lines = office
            .lines("supervisor", &project, "project_corrected")
            .await;
        assert_eq!(lines.len(), 1);
    });
}
