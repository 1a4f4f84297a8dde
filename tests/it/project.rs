//! A project from admission to the end of its stages: what each of those concerned sees and gets.

use serde_json::json;
use time::macros::date;

use crate::harness::{
    html,
    office::{Office, on_each_office},
    staff::{PASSWORD_HASH, name_of, person_id},
    work::{Project, stages_in},
};

#[test]
fn the_main_job() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        assert_eq!(project.code, "GC-2026-0001");
        let seen = office.project("recruiter", &project).await;
        assert_eq!(stages_in(&seen, "ready"), ["G01"]);

        // The first unit's officer finds it on the desk, accepts it and finishes it.
        let recruiter = office.browser();
        let desk = recruiter.sign_in("recruiter").await;
        assert!(desk.text().contains("绿色通道认定"), "{}", desk.text());
        let bench = office.accept("recruiter", &project, "G01").await;
        assert_eq!(bench["stage"]["state"], "running");
        assert_eq!(bench["stage"]["promised_on"], "2026-03-04");
        assert_eq!(bench["stage"]["officer"]["name"], name_of("recruiter"));
        office.pass_working_days(1).await;
        office.complete("recruiter", &project, "G01").await;
        office.expect_letters(&[("recruiter", "remind")]);
        let seen = office.project("steward", &project).await;
        assert_eq!(stages_in(&seen, "ready"), ["G02"]);
        office.accept("steward", &project, "G02").await;
        office.complete("steward", &project, "G02").await;

        // Four stages begin side by side.
        let seen = office.project("officer", &project).await;
        assert_eq!(stages_in(&seen, "ready"), ["A06", "P01", "U01", "U03"]);
        assert_eq!(seen["done_count"], 2);

        // The head gives P01 to an officer, who is told, works, waits for experts and finishes.
        office.assign("head", (&project, "P01"), "officer").await;
        office.turn().await;
        office.expect_letters(&[("officer", "assigned")]);
        let bench = office.accept("officer", &project, "P01").await;
        assert_eq!(bench["stage"]["promised_on"], "2026-03-12");
        let bench = office
            .note("officer", &project, "P01", "已收件，开始审查")
            .await;
        assert_eq!(bench["history"][0]["text"], "已收件，开始审查");
        let bench = office.stop("officer", &project, "P01").await;
        assert_eq!(bench["stage"]["lamp"], "paused");
        assert_eq!(bench["stage"]["promised_on"], json!(null));
        assert_eq!(bench["stage"]["last_promised_on"], "2026-03-12");
        office.pass_working_days(4).await;
        let bench = office.resume("officer", &project, "P01").await;
        // Four working days out of the count, and the promise first made stays in sight.
        assert_eq!(bench["stage"]["promised_on"], "2026-03-18");
        assert_eq!(bench["stage"]["first_promised_on"], "2026-03-12");
        let bench = office.complete("officer", &project, "P01").await;
        assert_eq!(bench["stage"]["lamp"], "done");
        let seen = office.project("officer", &project).await;
        let ready = stages_in(&seen, "ready");
        assert_eq!(ready, ["A06", "P02", "P03", "U01", "U03", "C02"]);
        office.new_letters();
    });
}

#[test]
fn the_investor_sees_it_with_project_code_and_query_code() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let guest = office.browser();
        // As people type codes: lower case, no hyphens, blanks around.
        let typed = format!(" {} ", project.code.to_lowercase());
        let opened = guest
            .enter(&typed, &project.query_code.replace('-', " ").to_lowercase())
            .await;
        let page = guest.follow(&opened).await;
        assert_eq!(page.status, 200);
        let text = html::text(page.text());
        for shown in [
            "海龙精密三期",
            &project.code,
            "3月11日",
            "自然资源和规划分局",
        ] {
            assert!(text.contains(shown), "{shown} in:\n{text}");
        }
        // Whose money it is, a code does not tell.
        assert!(!text.contains("某精密机械有限公司"));
        // A code opens its own project and no other.
        let other = office.admit("别人的项目").await;
        let page = guest.get(&format!("/p/{}", other.code)).await;
        assert_eq!(page.status, 404);
        assert!(!page.text().contains("别人的项目"));
        // Half an hour later one types it again.
        let later = office.app.now() + time::Duration::minutes(31);
        office.app.clock.set(later);
        let page = guest.get(&format!("/p/{}", project.code)).await;
        assert_eq!((page.status, page.header("location")), (303, Some("/")));
    });
}

#[test]
fn an_investor_with_an_account_starts_at_the_own_project() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let investor = office.browser();
        investor.sign_in("investor").await;
        let page = investor.follow(&investor.get("/").await).await;
        let text = html::text(page.text());
        assert!(text.contains("某精密机械有限公司"), "{text}");
        let rival = office.browser();
        rival.sign_in("rival").await;
        let page = rival.get(&format!("/p/{}", project.code)).await;
        assert_eq!(page.status, 404);
        assert!(!page.text().contains("海龙精密"));
    });
}

#[test]
fn a_project_is_worked_on_to_its_last_stage() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let mut rounds = 0;
        loop {
            let seen = office.project("efficacy", &project).await;
            let ready = stages_in(&seen, "ready");
            if ready.is_empty() {
                assert_eq!(seen["done_count"], seen["stage_count"]);
                assert_eq!(seen["actual_on"], "2026-03-02");
                break;
            }
            for stage in ready {
                finish_as_its_unit(&office, &project, &stage).await;
            }
            rounds += 1;
            assert!(rounds < 30, "it never ends");
        }
        // Nothing more happens to a finished project, and nobody is told anything.
        office.pass_working_days(20).await;
        office.expect_letters(&[]);
    });
}

/// Accepts and finishes a stage through a person of its unit, added where the office has none.
async fn finish_as_its_unit(office: &Office, project: &Project, stage: &str) {
    use domain::{access::Role, id::PersonId, office::Person, text::Language};
    let login = format!("worker-{stage}");
    let unit = office.stage(project, stage).await["stage"]["unit"]["id"].clone();
    let person = Person {
        id: PersonId(office.app.ids.key(office.app.now())),
        login: login.clone(),
        name: login.clone(),
        email: None,
        phone: None,
        language: Language::Zh,
        unit: Some(unit.as_str().unwrap().parse().unwrap()),
        roles: [Role::Officer].into(),
        is_active: true,
    };
    let zone = office.app.zone;
    let added: Result<(), persistence::StoreError> = office
        .app
        .store
        .write(async move |tx| {
            let hash = Some(PASSWORD_HASH);
            tx.add_person(zone, &person, hash).await
        })
        .await;
    added.unwrap();
    office.accept(&login, project, stage).await;
    office.complete(&login, project, stage).await;
}

#[test]
fn an_admission_that_cannot_be_is_refused_with_its_reason() {
    on_each_office(async |office| {
        let nobody = person_id("officer").replace('0', "1");
        let cases = [
            (json!({}), 422, "validation.failed"),
            (
                json!({ "name": "x", "investor": " " }),
                422,
                "validation.failed",
            ),
            (
                json!({ "name": "x", "investor": "y", "template": "none" }),
                422,
                "validation.failed",
            ),
            (
                json!({ "name": "x", "investor": "y", "variant": "none" }),
                422,
                "project.not_admitted",
            ),
            (
                json!({ "name": "x", "investor": "y", "traits": ["none"] }),
                422,
                "project.not_admitted",
            ),
            (
                json!({ "name": "x", "investor": "y", "admitted_on": "2026-03-03" }),
                422,
                "project.not_admitted",
            ),
            (
                json!({ "name": "x", "investor": "y", "admitted_on": "yesterday" }),
                422,
                "validation.failed",
            ),
            (
                json!({ "name": "x", "investor": "y", "steward": nobody }),
                422,
                "validation.failed",
            ),
            (
                json!({ "name": "x", "investor": "y", "contacts": [nobody] }),
                422,
                "validation.failed",
            ),
            (
                json!({ "name": "x", "investor": "y", "contacts": ["x"] }),
                422,
                "validation.failed",
            ),
            (
                json!({ "name": "x", "investor": "y", "colour": "green" }),
                400,
                "request.malformed",
            ),
            (
                json!({ "name": 7, "investor": "y" }),
                400,
                "request.malformed",
            ),
        ];
        for (body, status, code) in cases {
            let answer = office
                .post("efficacy", "/api/v1/projects", None, &body)
                .await;
            assert_eq!(answer.failure(), (status, code.to_owned()), "{body}");
        }
        let list = office.get("efficacy", "/api/v1/projects").await.good();
        assert_eq!(list["data"], json!([]));
    });
}

#[test]
fn a_list_is_read_page_by_page_without_gap_or_double() {
    on_each_office(async |office| {
        for number in 1..=7 {
            office.admit(&format!("项目{number}")).await;
            if number % 3 == 0 {
                let later = office.app.now() + time::Duration::seconds(1);
                office.app.clock.set(later);
            }
        }
        let mut seen = Vec::new();
        let mut path = "/api/v1/projects?limit=3".to_owned();
        loop {
            let page = office.get("supervisor", &path).await.good();
            for row in page["data"].as_array().unwrap() {
                seen.push(row["name"].as_str().unwrap().to_owned());
            }
            assert_eq!(page["page"]["has_more"], !page["page"]["next"].is_null());
            let Some(next) = page["page"]["next"].as_str() else {
                break;
            };
            path = format!("/api/v1/projects?limit=3&cursor={next}");
        }
        assert_eq!(seen.first().map(String::as_str), Some("项目7"));
        seen.sort();
        let all: Vec<String> = (1..=7).map(|number| format!("项目{number}")).collect();
        assert_eq!(seen, all);
        for (query, code) in [
            ("limit=0", "query.value"),
            ("limit=201", "query.value"),
            ("limit=x", "query.value"),
            ("state=lost", "query.value"),
            ("cursor=x", "cursor.malformed"),
            ("colour=green", "query.unknown"),
        ] {
            let answer = office
                .get("supervisor", &format!("/api/v1/projects?{query}"))
                .await;
            assert_eq!(answer.failure(), (400, code.into()), "{query}");
        }
        let closed = office
            .get("supervisor", "/api/v1/projects?state=closed")
            .await
            .good();
        assert_eq!(closed["data"], json!([]));
    });
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let path = format!("/api/v1/projects/{}", project.code);
        let first = office.get("supervisor", &path).await;
        let tag = first.header("etag").unwrap().to_owned();
        let again = async || {
            let request = actix_web::test::TestRequest::get().uri(&path);
            let request = request.insert_header(("If-None-Match", tag.as_str()));
            office.send("supervisor", request).await
        };
        let answer = again().await;
        assert_eq!((answer.status, answer.text()), (304, ""));
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
        office.accept("recruiter", &project, "G01").await;
        assert_eq!(again().await.status, 200);
        // Another day is another answer, though nobody did anything.
        let tag = office
            .get("supervisor", &path)
            .await
            .header("etag")
            .unwrap()
            .to_owned();
        office.pass_to(date!(2026 - 03 - 03)).await;
        let request = actix_web::test::TestRequest::get().uri(&path);
        let request = request.insert_header(("If-None-Match", tag));
        assert_eq!(office.send("supervisor", request).await.status, 200);
        // A stranger learns nothing from a tag.
        let request = actix_web::test::TestRequest::get().uri(&path);
        let request = request.insert_header(("If-None-Match", "*"));
        assert_eq!(office.send("stranger", request).await.status, 404);
        office.expect_letters(&[("recruiter", "remind")]);
    });
}
