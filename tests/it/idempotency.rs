//! Changes that are asked for again: one effect, and the same answer.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::{
    harness::{
        office::{Answer, Office, on_each_office, on_each_office_and_database},
        work::Project,
    },
    openapi::operations,
};

/// Requests that are cut off and tried again, on each database. The full number is asked for by an environment
/// variable: `IDEMPOTENCY_RETRIES=2000`.
const RETRIES: usize = 60;

fn retries() -> usize {
    let wished = std::env::var("IDEMPOTENCY_RETRIES").ok();
    wished.map_or(RETRIES, |wished| wished.parse().unwrap())
}

fn note(project: &Project, tag: &str, key: &str, text: &str) -> TestRequest {
    TestRequest::post()
        .uri(&format!("/api/v1/stages/{}/notes", project.stage("P01")))
        .insert_header(("If-Match", tag.to_owned()))
        .insert_header(("Idempotency-Key", format!("\"{key}\"")))
        .set_json(json!({ "text": text }))
}

/// P01 accepted by `officer`, and the tag to go on from.
async fn at_work(office: &Office) -> (Project, String) {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    let tag = project.tag();
    (project, tag)
}

/// How often a text is in the record of the project.
async fn times(office: &Office, project: &Project, text: &str) -> usize {
    let path = format!("/api/v1/projects/{}/events", project.id);
    let events = office.get("officer", &path).await.good();
    let lines = events["data"].as_array().unwrap().iter();
    lines.filter(|line| line.to_string().contains(text)).count()
}

fn same(first: &Answer, second: &Answer) {
    assert_eq!(first.status, second.status, "{}", second.text());
    assert_eq!(first.text(), second.text());
    for name in ["etag", "location", "content-type", "vary", "cache-control"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
}

#[test]
fn a_change_asked_for_again_is_done_once_and_answered_the_same() {
    on_each_office(async |office| {
        let (project, tag) = at_work(&office).await;
        let first = office
            .send("officer", note(&project, &tag, "k-1", "first word"))
            .await;
        assert_eq!(first.status, 200, "{}", first.text());
        assert_eq!(first.header("idempotency-replayed"), None);
        for _again in 0..3 {
            let again = office
                .send("officer", note(&project, &tag, "k-1", "first word"))
                .await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            same(&first, &again);
        }
        assert_eq!(times(&office, &project, "first word").await, 1);
        // Another body, version or wish under the same key is a mistake, and nothing happens.
        let other = note(&project, &tag, "k-1", "other word");
        let newer = note(&project, first.header("etag").unwrap(), "k-1", "first word");
        for request in [other, newer] {
            let answer = office.send("officer", request).await;
            assert_eq!(answer.failure(), (422, "idempotency.key_reused".into()));
        }
        // The key is the caller's own.
        let head = office
            .send("head", note(&project, &tag, "k-1", "other word"))
            .await;
        assert_eq!(head.failure(), (412, "conflict.version".into()));
        assert_eq!(times(&office, &project, "other word").await, 0);
    });
}

#[test]
fn a_secret_shown_once_is_shown_again_to_whoever_repeats_and_not_kept_in_clear() {
    on_each_office_and_database(async |office, database| {
        let admit = || {
            TestRequest::post()
                .uri("/api/v1/projects")
                .insert_header(("Idempotency-Key", "admit-1"))
                .set_json(json!({ "name": "海龙精密", "investor": "某公司" }))
        };
        let first = office.send("efficacy", admit()).await;
        let again = office.send("efficacy", admit()).await;
        assert_eq!(first.status, 201, "{}", first.text());
        same(&first, &again);
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("project").await, 1);
        let code = first.good()["query_code"].as_str().unwrap().to_owned();
        let hex = api::keys::hexadecimal(code.as_bytes());
        let sql = if database.is_sqlite() {
            "SELECT lower(hex(result) || hex(answer)) AS line FROM idempotency"
        } else {
            "SELECT encode(result, 'hex') || encode(answer, 'hex') AS line FROM idempotency"
        };
        let kept = back_door.lines(sql).await;
        assert_eq!(kept.len(), 1);
        assert!(kept[0].len() > 100 && !kept[0].contains(&hex));
    });
}

#[test]
fn a_refusal_changed_nothing_and_is_decided_anew_under_the_same_key() {
    on_each_office(async |office| {
        let (project, tag) = at_work(&office).await;
        let resume = |tag: &str| {
            TestRequest::post()
                .uri(&format!(
                    "/api/v1/stages/{}/resumption",
                    project.stage("P01")
                ))
                .insert_header(("If-Match", tag.to_owned()))
                .insert_header(("Idempotency-Key", "r-1"))
                .set_json(json!({}))
        };
        let refused = office.send("officer", resume(&tag)).await;
        assert_eq!(refused.failure(), (409, "stage.clock.runs".into()));
        office.stop("officer", &project, "P01").await;
        let done = office.send("officer", resume(&project.tag())).await;
        assert_eq!(done.status, 200, "{}", done.text());
    });
}

#[test]
fn every_change_of_the_description_looks_at_its_key() {
    // What changes nothing or hands out what must not be kept.
    let beside = ["createToken", "evaluateClock"];
    on_each_office(async |office| {
        let mut changes = 0;
        for operation in operations(&office).await {
            let request = match operation.method.as_str() {
                "post" => TestRequest::post(),
                "put" => TestRequest::put(),
                "patch" => TestRequest::patch(),
                "delete" | "get" => continue,
                other => panic!("{other}: teach the test"),
            };
            if beside.contains(&operation.id.as_str()) || operation.path.contains("/auth/") {
                continue;
            }
            changes += 1;
            let parts = operation.path.split('/');
            let parts = parts.map(|part| if part.starts_with('{') { "x" } else { part });
            let request = request
                .uri(&parts.collect::<Vec<_>>().join("/"))
                .insert_header(("Idempotency-Key", "a b"));
            let answer = office.send("efficacy", request).await;
            let expected = (400, "idempotency.key_malformed".into());
            assert_eq!(answer.failure(), expected, "{operation:?}");
        }
        assert!(changes >= 20, "{changes}");
    });
}

/// Writes whose result is not kept, with the reason. Where a keyed request makes one and its answer is lost
/// behind the commit, whoever asks again hears that it was done (`idempotency.answer_lost`). The list may only
/// become shorter.
const WITHOUT_RESULT: [(&str, usize, &str); 15] = [
    (
        "audit.rs",
        1,
        "an export is read, not changed: its requests bear no key",
    ),
    ("calendar.rs", 1, "the worker removes old previews"),
    (
        "calendar/replan.rs",
        3,
        "the worker goes through the projects",
    ),
    (
        "credential.rs",
        3,
        "pages; and the password: whoever asks again proves with one that counts no more",
    ),
    (
        "job/advance.rs",
        2,
        "the worker goes through the rows of a job",
    ),
    ("session.rs", 5, "pages and DELETE, which bear no key"),
    ("setup.rs", 2, "the first administrators, on a page"),
    (
        "sign_in.rs",
        3,
        "pages and /auth/, which look at no key: no secret of a sign-in is kept",
    ),
    ("sign_in/mail.rs", 5, "pages"),
    ("sign_in/oidc.rs", 4, "pages"),
    ("sign_in/oidc/link.rs", 2, "pages"),
    ("sign_in/second.rs", 3, "pages and /auth/"),
    ("signing_key.rs", 3, "the worker and the command line"),
    (
        "token.rs",
        3,
        "/auth/, which looks at no key: no secret of a sign-in is kept",
    ),
    (
        "token/revoking.rs",
        1,
        "DELETE and /auth/, which bear no key",
    ),
];

/// The files whose acts people and programs ask for: what they write must outlive a lost answer.
#[test]
fn every_act_keeps_what_its_answer_is_made_from() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/api/src/usecase");
    let mut found = Vec::new();
    let (mut acts, mut folders) = (0, vec![std::path::PathBuf::from(folder)]);
    while let Some(place) = folders.pop() {
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(folder)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            acts += text.matches(".write_once(").count();
            let bare = text.matches(".write(").count();
            if bare > 0 {
                found.push((name, bare));
            }
        }
    }
    found.sort();
    let listed = WITHOUT_RESULT.iter();
    let listed: Vec<_> = listed
        .map(|(name, count, _)| ((*name).to_owned(), *count))
        .collect();
    assert_eq!(found, listed, "write_once for what a request asks for");
    assert!(acts >= 25, "{acts}");
}

/// Lets a request run for so many turns and drops it, as if the client had gone.
async fn cut_after(turns: usize, call: impl Future<Output = Answer>) -> Option<Answer> {
    let mut call = pin!(call);
    for _turn in 0..turns {
        let polled = poll_fn(|context| Poll::Ready(call.as_mut().poll(context)));
        if let Poll::Ready(answer) = polled.await {
            return Some(answer);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[test]
fn a_request_that_is_cut_anywhere_and_tried_again_has_one_effect_and_one_answer() {
    static CUTS: AtomicUsize = AtomicUsize::new(0);
    on_each_office(async |office| {
        let (project, mut tag) = at_work(&office).await;
        let mut replayed = 0;
        for number in 0..retries() {
            let (key, text) = (format!("cut-{number}"), format!("word-{number:05}-"));
            let request = || note(&project, &tag, &key, &text);
            // From before the first statement to long after the answer.
            for turns in [1 << (number % 15), 1 << ((number + 7) % 15)] {
                if cut_after(turns, office.send("officer", request()))
                    .await
                    .is_none()
                {
                    CUTS.fetch_add(1, Ordering::Relaxed);
                }
            }
            let mut answer = office.send("officer", request()).await;
            // A commit that was cut may still be on its way: the next try hears its answer.
            while answer.status == 409 {
                assert_eq!(answer.failure().1, "idempotency.running");
                answer = office.send("officer", request()).await;
            }
            assert_eq!(answer.status, 200, "{number}: {}", answer.text());
            replayed += usize::from(answer.header("idempotency-replayed").is_some());
            same(&answer, &office.send("officer", request()).await);
            assert_eq!(times(&office, &project, &text).await, 1, "{text}");
            answer.header("etag").unwrap().clone_into(&mut tag);
        }
        assert!(replayed > retries() / 10, "{replayed} of {}", retries());
        assert!(CUTS.swap(0, Ordering::Relaxed) > retries() / 10);
    });
}

#[test]
fn an_answer_lost_behind_its_commit_is_made_again_from_what_was_kept() {
    on_each_office_and_database(async |office, database| {
        let (project, tag) = at_work(&office).await;
        let first = office
            .send("officer", note(&project, &tag, "lost", "word"))
            .await;
        let mut back_door = database.back_door().await;
        back_door.run("UPDATE idempotency SET answer = NULL").await;
        let again = office
            .send("officer", note(&project, &tag, "lost", "word"))
            .await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        same(&first, &again);
        assert_eq!(times(&office, &project, "word").await, 1);
        // Without that it says so, and still does nothing.
        back_door
            .run("UPDATE idempotency SET answer = NULL, result = NULL")
            .await;
        let lost = office
            .send("officer", note(&project, &tag, "lost", "word"))
            .await;
        assert_eq!(lost.failure(), (409, "idempotency.answer_lost".into()));
        assert_eq!(times(&office, &project, "word").await, 1);
    });
}

#[test]
fn what_is_added_to_the_directory_keeps_its_key_when_the_answer_is_lost() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        let absence = format!(
            "/people/{}/absences",
            crate::harness::staff::person_id("officer")
        );
        let unit =
            json!({ "code": "new-one", "kind": "department", "name_zh": "新局", "name_en": "New" });
        let person = json!({ "login": "new.one", "name": "新人", "language": "zh-Hans" });
        let away = json!({ "from_on": "2026-03-09", "until_on": "2026-03-10", "reason": "leave" });
        for (login, path, body) in [
            ("system", "/units", unit),
            ("system", "/people", person),
            ("efficacy", "/companies", json!({ "name": "某某公司" })),
            ("officer", absence.as_str(), away),
        ] {
            let request = || {
                TestRequest::post()
                    .uri(&format!("/api/v1{path}"))
                    .insert_header(("Idempotency-Key", format!("\"added-{}\"", path.len())))
                    .set_json(&body)
            };
            let first = office.send(login, request()).await;
            assert_eq!(first.status, 201, "{path} {}", first.text());
            back_door.run("UPDATE idempotency SET answer = NULL").await;
            let again = office.send(login, request()).await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
            same(&first, &again);
        }
    });
}

#[test]
fn what_is_shown_once_keeps_its_key_when_the_answer_is_lost() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        let keyed = |path: &str, key: &str, body: &Value| {
            TestRequest::post()
                .uri(&format!("/api/v1{path}"))
                .insert_header(("Idempotency-Key", format!("\"{key}\"")))
                .set_json(body)
        };
        let token = json!({ "name": "夜间导出", "scopes": ["read_project"], "days": 90 });
        let program = json!({ "name": "仓库", "scopes": ["read_project"], "days": 90, "roles": ["supervisor"] });
        let hook = json!({ "url": "http://127.0.0.1:9/in", "events": ["gc.stage.*"] });
        let mut hooks = Vec::new();
        for (login, path, body, secret) in [
            ("officer", "/me/tokens", token, "secret"),
            ("security", "/tokens", program, "secret"),
            ("officer", "/me/feeds", json!({ "name": "手机" }), "url"),
            ("officer", "/webhooks", hook, "secret"),
        ] {
            let request = || keyed(path, &path.replace('/', "-"), &body);
            let first = office.send(login, request()).await;
            assert_eq!(first.status, 201, "{path} {}", first.text());
            assert!(first.json()[secret].is_string(), "{path}");
            back_door.run("UPDATE idempotency SET answer = NULL").await;
            let again = office.send(login, request()).await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
            same(&first, &again);
            if path == "/webhooks" {
                hooks.push(first.json()["id"].as_str().unwrap().to_owned());
            }
        }
        for (login, act) in [
            ("system", "approval"),
            ("officer", "secret"),
            ("officer", "test"),
            ("officer", "pause"),
            ("officer", "resumption"),
        ] {
            let path = format!("/webhooks/{}/{act}", hooks[0]);
            let request = || keyed(&path, act, &json!({}));
            let first = office.send(login, request()).await;
            assert!(first.status < 300, "{act} {}", first.text());
            back_door.run("UPDATE idempotency SET answer = NULL").await;
            let again = office.send(login, request()).await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{act}");
            same(&first, &again);
        }
        assert_eq!(back_door.count("delivery").await, 1, "one test");
        assert_eq!(back_door.count("webhook").await, 1);
    });
}

#[test]
fn a_refused_password_leaves_no_receipt() {
    on_each_office(async |office| {
        let change = || {
            TestRequest::put()
                .uri("/api/v1/me/password")
                .insert_header(("Idempotency-Key", "pw-1"))
                .set_json(json!({ "current_password": "not this one", "new_password": "x" }))
        };
        for _again in 0..2 {
            let refused = office.send("officer", change()).await;
            assert_eq!(refused.failure().0, 401, "{}", refused.text());
        }
    });
}

#[test]
fn a_request_is_known_by_its_key_for_three_days() {
    on_each_office_and_database(async |office, database| {
        let (project, tag) = at_work(&office).await;
        let start = office.app.now();
        let first = note(&project, &tag, "old", "word");
        assert_eq!(office.send("officer", first).await.status, 200);
        let mut back_door = database.back_door().await;
        office
            .pass_to_instant(start + time::Duration::hours(72))
            .await;
        assert_eq!(back_door.count("idempotency").await, 1);
        office
            .pass_to_instant(start + time::Duration::hours(72) + time::Duration::seconds(1))
            .await;
        assert_eq!(back_door.count("idempotency").await, 0);
        let again = office
            .send("officer", note(&project, &tag, "old", "word"))
            .await;
        assert_eq!(again.failure(), (412, "conflict.version".into()));
        office.new_letters();
    });
}

fn id_of(value: &Value) -> String {
    value["instance"].as_str().unwrap().replace("urn:uuid:", "")
}

#[test]
fn every_answer_names_its_request_and_goes_on_with_the_callers_trace() {
    on_each_office(async |office| {
        for path in ["/livez", "/", "/api/v1/me", "/nowhere"] {
            let answer = office.call(TestRequest::get().uri(path)).await;
            let id = answer.header("request-id").unwrap();
            let id: uuid::Uuid = id.parse().unwrap();
            assert_eq!(id.get_version_num(), 7, "{path}");
            assert!(answer.header("traceparent").is_some(), "{path}");
        }
        let failed = office.call(TestRequest::get().uri("/api/v1/me")).await;
        assert_eq!(id_of(&failed.json()), failed.header("request-id").unwrap());
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let asked = |value: String| {
            TestRequest::get()
                .uri("/livez")
                .insert_header(("traceparent", value))
        };
        let answer = office
            .call(asked(format!("00-{trace}-00f067aa0ba902b7-01")))
            .await;
        let ours = answer.header("traceparent").unwrap();
        assert!(
            ours.starts_with(&format!("00-{trace}-")) && ours.ends_with("-01"),
            "{ours}"
        );
        assert!(!ours.contains("00f067aa0ba902b7"), "{ours}");
        let broken = office.call(asked(format!("00-{trace}-x-01"))).await;
        assert_eq!(broken.status, 200);
        assert!(!broken.header("traceparent").unwrap().contains(trace));
    });
}
