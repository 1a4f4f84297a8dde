//! The pages about the API, the catalogue of problems, and what programs find by themselves.

use actix_web::test::TestRequest;
use api::http::catalogue;
use serde_json::Value;

use crate::{
    harness::office::{Office, on_each_office},
    openapi::operations,
};

async fn page(office: &Office, path: &str, language: &str) -> (u16, String) {
    let request = TestRequest::get().uri(path);
    let request = request.insert_header(("Accept-Language", language));
    let answer = office.call(request).await;
    (answer.status, answer.text().to_owned())
}

#[test]
fn every_operation_and_every_schema_can_be_read_in_both_languages() {
    on_each_office(async |office| {
        let document = api::http::document::described();
        for (language, title) in [("zh-Hans", "接口文档"), ("en", "API")] {
            let (status, overview) = page(&office, "/api/docs", language).await;
            assert_eq!(status, 200);
            assert!(
                overview.contains(&format!("<h1>{title}</h1>")),
                "{language}"
            );
            for tag in document["tags"].as_array().unwrap() {
                let tag = tag["name"].as_str().unwrap();
                let (status, group) = page(&office, &format!("/api/docs/{tag}"), language).await;
                assert_eq!(status, 200, "{tag}");
                assert!(
                    group.contains(&format!("Accept-Language: {language}")),
                    "{tag}"
                );
            }
            for operation in operations(&office).await {
                assert!(overview.contains(&operation.id), "{operation:?}");
            }
            let (_, schemas) = page(&office, "/api/docs/schemas", language).await;
            for name in document["components"]["schemas"]
                .as_object()
                .unwrap()
                .keys()
            {
                assert!(schemas.contains(&format!("<h2 id=\"{name}\">")), "{name}");
            }
            let (status, changes) = page(&office, "/api/docs/changes", language).await;
            assert_eq!(status, 200);
            assert!(changes.contains("Sunset"));
        }
        let (status, _) = page(&office, "/api/docs/nothing", "en").await;
        assert_eq!(status, 404);
    });
}

#[test]
fn every_problem_has_a_page_in_both_languages() {
    on_each_office(async |office| {
        let kinds: Vec<_> = catalogue::kinds().collect();
        assert!(kinds.len() > 100);
        for kind in kinds {
            let path = format!("/problems/{}", kind.code);
            let (status, chinese) = page(&office, &path, "zh-Hans").await;
            assert_eq!(status, 200, "{path}");
            let (_, english) = page(&office, &path, "en").await;
            assert!(
                chinese.contains("怎么办") && english.contains("What to do"),
                "{path}"
            );
            assert!(
                !chinese.contains(">kind-") && !chinese.contains(">remedy-"),
                "{path}"
            );
            assert!(
                english.contains(kind.code) && english.contains("urn:uuid:"),
                "{path}"
            );
        }
        let (_, list) = page(&office, "/problems", "en").await;
        assert!(list.contains("/problems/stage.clock.stopped"));
        let (status, _) = page(&office, "/problems/no.such.code", "en").await;
        assert_eq!(status, 404);
    });
}

#[test]
fn the_list_of_problems_names_every_code_with_its_status_and_words() {
    on_each_office(async |office| {
        let request = TestRequest::get().uri("/api/v1/problems");
        let listed = office.call(request).await.good();
        let listed = listed["data"].as_array().unwrap();
        let codes: Vec<_> = listed
            .iter()
            .map(|kind| kind["code"].as_str().unwrap())
            .collect();
        let known: Vec<_> = catalogue::kinds().map(|kind| kind.code).collect();
        assert_eq!(codes, known);
        let stopped = listed
            .iter()
            .find(|kind| kind["code"] == "stage.clock.stopped");
        let stopped = stopped.unwrap();
        assert_eq!(stopped["status"], 409);
        assert_eq!(
            stopped["type"],
            "http://gc.example/problems/stage.clock.stopped"
        );
        assert_eq!(stopped["titles"]["zh-Hans"], "计时已暂停");
        assert_eq!(
            stopped["messages"]["en"],
            "The clock has been stopped since <stopped_on>."
        );
        assert_eq!(stopped["retryable"], false);
    });
}

#[test]
fn a_problem_speaks_the_language_of_whoever_asks_and_has_a_number() {
    on_each_office(async |office| {
        let ask = |language: &'static str| {
            TestRequest::get()
                .uri("/api/v1/projects")
                .insert_header(("Accept-Language", language))
        };
        let chinese = office.call(ask("zh-Hans")).await;
        let english = office.call(ask("fr, en;q=0.8")).await;
        assert_eq!(chinese.json()["title"], "需要登录");
        assert_eq!(english.json()["title"], "Sign-in required");
        assert_eq!(english.json()["detail"], english.json()["messages"]["en"]);
        assert_eq!(
            english.json()["type"],
            "http://gc.example/problems/auth.required"
        );
        assert_ne!(chinese.json()["instance"], english.json()["instance"]);
        let number = english.header("request-id").unwrap();
        assert_eq!(english.json()["instance"], format!("urn:uuid:{number}"));
    });
}

#[test]
fn a_flaw_of_a_field_says_the_values_in_its_sentence() {
    on_each_office(async |office| {
        let body = serde_json::json!({ "name": "长".repeat(300) });
        let answer = office
            .post("efficacy", "/api/v1/projects", None, &body)
            .await;
        assert_eq!(answer.failure(), (422, "validation.failed".into()));
        let problem = answer.json();
        let errors = problem["errors"].as_array().unwrap().iter();
        let long = errors
            .clone()
            .find(|error| error["pointer"] == "/name")
            .unwrap();
        assert_eq!(long["code"], "validation.too_long");
        let max = long["params"]["max"].as_str().unwrap();
        assert!(long["messages"]["en"].as_str().unwrap().contains(max));
    });
}

#[test]
fn a_body_of_a_strange_kind_is_told_what_is_taken() {
    on_each_office(async |office| {
        for (media_type, status) in [
            ("application/x-www-form-urlencoded", 415),
            ("text/html", 415),
            ("application/json; charset=utf-8", 400),
            ("APPLICATION/JSON", 400),
        ] {
            let request = TestRequest::post()
                .uri("/api/v1/clock/evaluations")
                .insert_header(("Content-Type", media_type))
                .set_payload("{");
            let answer = office.call(request).await;
            assert_eq!(answer.failure().0, status, "{media_type}");
        }
    });
}

#[test]
fn programs_find_the_api_and_people_the_place_for_reports() {
    on_each_office(async |office| {
        let home = office.call(TestRequest::get().uri("/")).await;
        assert_eq!(
            home.header("link"),
            Some("</api/v1/openapi.json>; rel=\"service-desc\"")
        );
        let answer = office
            .call(TestRequest::get().uri("/.well-known/api-catalog"))
            .await;
        let kind = answer.header("content-type").unwrap();
        assert!(kind.starts_with("application/linkset+json"));
        let catalog: Value = answer.json();
        let link = &catalog["linkset"][0];
        assert_eq!(link["anchor"], "http://gc.example/api/v1");
        for kind in ["service-desc", "service-doc", "status"] {
            let href = link[kind][0]["href"].as_str().unwrap();
            let path = href.strip_prefix("http://gc.example").unwrap();
            let answer = office.call(TestRequest::get().uri(path)).await;
            assert_eq!(answer.status, 200, "{href}");
        }
        let answer = office
            .call(TestRequest::get().uri("/.well-known/security.txt"))
            .await;
        assert_eq!(
            answer.text(),
            "Contact: mailto:security@gc.example\nExpires: 2026-08-29T09:00:00+08:00\n\
             Preferred-Languages: zh-Hans, en\n\
             Canonical: http://gc.example/.well-known/security.txt\n"
        );
        let answer = office
            .call(TestRequest::get().uri("/.well-known/change-password"))
            .await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), Some("/me/security"));
    });
}
