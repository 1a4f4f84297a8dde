//! Units and people: adding, changing, rights by security administrators, closing accounts.

use actix_web::test::TestRequest;
use domain::access::Role;
use serde_json::{Value, json};

use crate::harness::{
    office::{Answer, Office, on_each_office, on_each_office_and_database},
    staff::{name_of, person_id},
    work::Project,
};

impl Office {
    /// Changes something of the directory as `login`, based on what stands there.
    pub(crate) async fn patch(&self, login: &str, path: &str, body: Value) -> Answer {
        let seen = self.get("system", path).await;
        let tag = seen.header("etag").unwrap().to_owned();
        let request = TestRequest::patch().uri(path).set_json(body);
        self.send(login, request.insert_header(("If-Match", tag)))
            .await
    }

    /// The key of a unit.
    pub(crate) async fn unit_id(&self, code: &str) -> String {
        let units = self.get("system", "/api/v1/units").await.good();
        let mut units = units["data"].as_array().unwrap().iter();
        let unit = units.find(|unit| unit["code"] == code).unwrap();
        unit["id"].as_str().unwrap().to_owned()
    }
}

fn path_of(login: &str) -> String {
    format!("/api/v1/people/{}", person_id(login))
}

/// The codes of the flaws of an answer, by field.
pub(crate) fn flaws(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.failure(), (422, "validation.failed".into()));
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap().iter();
    let text = |error: &Value, member: &str| error[member].as_str().unwrap().to_owned();
    errors
        .map(|error| {
            for language in ["zh-Hans", "en"] {
                let sentence = error["messages"][language].as_str().unwrap();
                assert!(!sentence.contains("refusal-"), "{sentence}");
            }
            (text(error, "pointer"), text(error, "code"))
        })
        .collect()
}

fn flaw(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[test]
fn a_new_person_may_do_nothing_until_a_security_administrator_says_what() {
    on_each_office(async |office| {
        let unit = office.unit_id("natural-resources").await;
        let new = json!({ "login": "fresh", "name": "新人", "email": "fresh@zone.example", "unit": unit });
        let made = office.post("system", "/api/v1/people", None, &new).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let path = made.header("location").unwrap().to_owned();
        let person = made.json();
        assert_eq!(person["roles"], json!([]));
        assert_eq!(person["email"], "fresh@zone.example");
        let taken = office.post("system", "/api/v1/people", None, &new).await;
        assert_eq!(flaws(&taken), flaw("/login", "person.login_taken"));
        let wrong = json!({ "login": "x", "name": "", "email": "a@b@c", "unit": "unt_1" });
        let wrong = office.post("system", "/api/v1/people", None, &wrong).await;
        let fields: Vec<String> = flaws(&wrong).into_iter().map(|(at, _)| at).collect();
        assert_eq!(fields, ["/name", "/email", "/unit"]);

        // Who makes accounts does not say what they may do, and the other way round.
        let roles = json!({ "roles": ["officer"] });
        let refused = office.patch("system", &path, roles.clone()).await;
        assert_eq!(refused.failure(), (403, "access.denied".into()));
        let refused = office
            .patch("security", &path, json!({ "name": "别名" }))
            .await;
        assert_eq!(refused.failure(), (403, "access.denied".into()));
        let done = office.patch("security", &path, roles).await.good();
        assert_eq!(done["roles"], json!(["officer"]));
        assert_eq!(done["version"], 3);
        // Colleagues see who it is, and not how to reach them.
        let seen = office.get("colleague", &path).await.good();
        assert_eq!(
            (&seen["name"], &seen["email"], &seen["login"]),
            (&json!("新人"), &Value::Null, &Value::Null)
        );
        let seen = office.get("security", &path).await.good();
        assert_eq!(
            (&seen["login"], &seen["email"]),
            (&json!("fresh"), &Value::Null)
        );
    });
}

#[test]
fn a_change_based_on_what_is_over_is_refused_and_says_who_was_faster() {
    on_each_office(async |office| {
        let path = path_of("officer");
        let old = office.get("system", &path).await;
        let tag = old.header("etag").unwrap().to_owned();
        let renamed = office
            .patch("system", &path, json!({ "name": "改名" }))
            .await;
        assert_eq!(renamed.good()["name"], "改名");
        let again = TestRequest::patch()
            .uri(&path)
            .set_json(json!({ "name": "又改" }));
        let late = office
            .send("system", again.insert_header(("If-Match", tag.clone())))
            .await;
        assert_eq!(late.failure(), (412, "conflict.version".into()));
        assert_eq!(late.json()["changed_by"], name_of("system"));
        assert_eq!(late.json()["current_version"], 2);
        let bare = TestRequest::patch()
            .uri(&path)
            .set_json(json!({ "name": "又改" }));
        let bare = office.send("system", bare).await;
        assert_eq!(bare.failure(), (428, "conflict.version_required".into()));
        // What nobody changed is not sent again.
        let new = office.get("system", &path).await;
        let known = new.header("etag").unwrap().to_owned();
        assert_ne!(known, tag);
        let ask = TestRequest::get()
            .uri(&path)
            .insert_header(("If-None-Match", known));
        assert_eq!(office.send("system", ask).await.status, 304);
        // A merge patch takes away what is null, and leaves what is absent.
        let patched = office
            .patch("system", &path, json!({ "phone": null }))
            .await
            .good();
        assert_eq!(
            (&patched["phone"], &patched["name"]),
            (&Value::Null, &json!("改名"))
        );
    });
}

#[test]
fn no_person_holds_two_administrations_by_any_change() {
    on_each_office_and_database(async |office, database| {
        for (login, other) in [
            ("audit", "system_administrator"),
            ("system", "audit_administrator"),
        ] {
            let own = office.get("security", &path_of(login)).await.good()["roles"][0].clone();
            let both = json!({ "roles": [own, other] });
            let refused = office.patch("security", &path_of(login), both).await;
            assert_eq!(
                refused.failure(),
                (409, "person.administrations_exclude".into())
            );
        }
        // Nor past the product: the database has the last word.
        let mut back_door = database.back_door().await;
        let sql = "INSERT INTO person_role SELECT zone_id, id, 'audit_administrator' FROM person WHERE login = 'system'";
        back_door.try_run(sql).await.unwrap_err();
        // Nor by a post in another unit, which no administrator can be.
        let unit = office.unit_id("power").await;
        let post = json!({ "posts": [{ "unit": unit, "role": "audit_administrator" }] });
        let refused = office.patch("security", &path_of("system"), post).await;
        assert_eq!(flaws(&refused), flaw("/posts", "validation.choice"));
        let own = office
            .patch(
                "security",
                &path_of("security"),
                json!({ "roles": ["leader"] }),
            )
            .await;
        assert_eq!(own.failure(), (409, "person.own_account".into()));
    });
}

#[test]
fn a_post_in_another_unit_counts_there_and_is_seen_on_the_desk() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let stage = format!("/api/v1/stages/{}", project.stage("U01"));
        assert_eq!(office.get("stranger", &stage).await.status, 404);
        let unit = office.unit_id("power").await;
        let post = json!({ "posts": [{ "unit": unit, "role": "officer" }] });
        office
            .patch("security", &path_of("stranger"), post)
            .await
            .good();
        assert_eq!(office.get("stranger", &stage).await.status, 200);
        let browser = office.browser();
        let desk = browser.sign_in("stranger").await;
        assert!(desk.text().contains("海龙精密三期"), "{}", desk.text());
        // A foreign unit's other stages stay foreign.
        let other = office.get("stranger", "/api/v1/projects").await.good();
        assert_eq!(other["data"].as_array().unwrap().len(), 1);
        office
            .patch("security", &path_of("stranger"), json!({ "posts": [] }))
            .await
            .good();
        assert_eq!(office.get("stranger", &stage).await.status, 404);
    });
}

/// P01 is at `officer`, and the project has its steward.
async fn busy(office: &Office) -> Project {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    project
}

#[test]
fn open_work_goes_to_somebody_before_an_account_is_closed() {
    on_each_office(async |office| {
        let project = busy(&office).await;
        let close = |to: Option<&str>| match to {
            None => json!({ "is_active": false }),
            Some(login) => json!({ "is_active": false, "hand_over_to": person_id(login) }),
        };
        let path = path_of("officer");
        let refused = office.patch("system", &path, close(None)).await;
        assert_eq!(refused.failure(), (409, "person.has_work".into()));
        assert!(
            refused.json()["detail"]
                .as_str()
                .unwrap()
                .contains("1 个环节")
        );
        for unfit in ["power-officer", "investor", "officer"] {
            let refused = office.patch("system", &path, close(Some(unfit))).await;
            assert_eq!(refused.status, 409, "{unfit}");
        }
        let refused = office
            .patch("system", &path, close(Some("power-officer")))
            .await;
        assert_eq!(refused.failure(), (409, "person.successor_unfit".into()));
        let closed = office
            .patch("system", &path, close(Some("colleague")))
            .await
            .good();
        assert_eq!(closed["is_active"], false);
        assert_eq!(office.get("officer", "/api/v1/me").await.status, 401);
        let stage = office.stage(&project, "P01").await;
        assert_eq!(stage["stage"]["officer"]["name"], name_of("colleague"));
        office.turn().await;
        let letters = office.new_letters();
        assert!(
            letters
                .iter()
                .any(|letter| letter.to == "colleague" && letter.kind == "assigned")
        );
        // A steward leaves: the project gets another, and the record says so.
        let refused = office
            .patch("system", &path_of("steward"), close(None))
            .await;
        assert_eq!(refused.failure(), (409, "person.has_work".into()));
        let done = office
            .patch("system", &path_of("steward"), close(Some("efficacy")))
            .await;
        done.good();
        let seen = office.project("supervisor", &project).await;
        assert_eq!(seen["steward"]["name"], name_of("efficacy"));
        let opened = office
            .patch("system", &path, json!({ "is_active": true }))
            .await
            .good();
        assert_eq!(opened["is_active"], true);
        office.new_letters();
    });
}

#[test]
fn a_unit_is_added_renamed_and_closed_when_it_is_idle() {
    on_each_office(async |office| {
        let new =
            json!({ "code": "fire-rescue", "kind": "resident_agency", "name_zh": "消防大队" });
        let made = office.post("system", "/api/v1/units", None, &new).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let path = made.header("location").unwrap().to_owned();
        let taken = office.post("system", "/api/v1/units", None, &new).await;
        assert_eq!(flaws(&taken), flaw("/code", "unit.code_taken"));
        let wrong = json!({ "code": "Fire Rescue", "kind": "guild", "name_zh": "x" });
        let wrong = office.post("system", "/api/v1/units", None, &wrong).await;
        let codes: Vec<String> = flaws(&wrong).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["unit.code_malformed", "validation.choice"]);
        let renamed = office
            .patch("system", &path, json!({ "name_en": "Fire and Rescue" }))
            .await;
        assert_eq!(renamed.good()["name"]["en"], "Fire and Rescue");
        let closed = office
            .patch("system", &path, json!({ "is_active": false }))
            .await;
        assert_eq!(closed.good()["is_active"], false);
        // Nobody comes to a closed unit.
        let id = path.rsplit('/').next().unwrap().to_owned();
        let moved = office
            .patch("system", &path_of("stranger"), json!({ "unit": id }))
            .await;
        assert_eq!(flaws(&moved), flaw("/unit", "unit.closed"));

        let unit = office.unit_id("power").await;
        let path = format!("/api/v1/units/{unit}");
        let close = json!({ "is_active": false });
        let refused = office.patch("system", &path, close.clone()).await;
        assert_eq!(refused.failure(), (409, "unit.has_people".into()));
        office.admit("海龙精密三期").await;
        for login in ["power-officer", "power-head"] {
            office
                .patch("system", &path_of(login), json!({ "unit": null }))
                .await
                .good();
        }
        let refused = office.patch("system", &path, close).await;
        assert_eq!(refused.failure(), (409, "unit.has_work".into()));
    });
}

#[test]
fn administrators_work_on_pages() {
    on_each_office(async |office| {
        let browser = office.browser();
        browser.sign_in("system").await;
        let page = browser.get("/admin/people").await;
        assert!(page.text().contains(name_of("officer")), "{}", page.text());
        let typed = [
            ("login", "fresh"),
            ("name", "新人"),
            ("language", "zh-Hans"),
        ];
        let sent = browser.submit(&page, "/admin/people", &typed).await;
        let person = browser.follow(&sent).await;
        assert_eq!(person.status, 200);
        let again = browser.submit(&page, "/admin/people", &typed).await;
        assert_eq!(again.status, 422);
        assert!(
            again.text().contains("该登录名已被使用"),
            "{}",
            again.text()
        );
        let page = browser
            .get(&format!("/admin/people/{}", person_id("officer")))
            .await;
        let action = format!("/admin/people/{}/change", person_id("officer"));
        let sent = browser.submit(&page, &action, &[("name", "改名")]).await;
        assert!(browser.follow(&sent).await.text().contains("改名"));
        // The same page again is old by now, and what was typed stays.
        let late = browser.submit(&page, &action, &[("name", "又改")]).await;
        assert_eq!(late.status, 422);
        assert!(late.text().contains("又改"));
        let units = browser.get("/admin/units").await;
        let fields = [
            ("code", "fire"),
            ("name_zh", "消防大队"),
            ("kind", "resident_agency"),
        ];
        let sent = browser.submit(&units, "/admin/units", &fields).await;
        assert!(browser.follow(&sent).await.text().contains("消防大队"));

        let browser = office.browser();
        browser.sign_in("security").await;
        let page = browser
            .get(&format!("/admin/people/{}", person_id("officer")))
            .await;
        let action = format!("/admin/people/{}/roles", person_id("officer"));
        // A browser does not send a box that is not ticked.
        let roles: Vec<String> = Role::ALL.map(|role| format!("role_{}", role.code())).into();
        let ticked = |name: &String| ["role_officer", "role_head"].contains(&name.as_str());
        let boxes: Vec<(&str, &str)> = roles
            .iter()
            .map(|name| (name.as_str(), if ticked(name) { "yes" } else { "" }))
            .collect();
        let sent = browser.submit(&page, &action, &boxes).await;
        assert_eq!(browser.follow(&sent).await.status, 200);
        let seen = office.get("security", &path_of("officer")).await.good();
        assert!(
            seen["roles"].as_array().unwrap().contains(&json!("head")),
            "{seen}"
        );
        for login in ["officer", "efficacy", "audit", "investor"] {
            let browser = office.browser();
            browser.sign_in(login).await;
            for path in ["/admin/people", "/admin/units", "/admin/imports"] {
                assert_eq!(browser.get(path).await.status, 403, "{login} {path}");
            }
        }
    });
}
