//! Tokens: refresh tokens, personal tokens and those of programs, and the keys that sign access tokens.

mod forged;

use actix_web::test::TestRequest;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use time::Duration;

use crate::harness::{
    office::{Answer, Office, on_each_office, on_each_office_and_database},
    staff,
};

async fn post(office: &Office, path: &str, body: Value, agent: &str) -> Answer {
    let request = TestRequest::post().uri(path).set_json(body);
    office
        .call(request.insert_header(("User-Agent", agent.to_owned())))
        .await
}

async fn sign_in(office: &Office, login: &str) -> Value {
    let body = json!({ "login": login, "password": staff::PASSWORD });
    post(office, "/api/v1/auth/token", body, "ours")
        .await
        .good()
}

async fn refresh(office: &Office, token: &Value, agent: &str) -> Answer {
    let body = json!({ "refresh_token": token });
    post(office, "/api/v1/auth/refresh", body, agent).await
}

async fn me(office: &Office, token: &str) -> u16 {
    as_bearer(office, token, "/api/v1/me").await.status
}

async fn as_bearer(office: &Office, token: &str, path: &str) -> Answer {
    let bearer = ("Authorization", format!("Bearer {token}"));
    office
        .call(TestRequest::get().uri(path).insert_header(bearer))
        .await
}

fn access(answer: &Value) -> &str {
    answer["access_token"].as_str().unwrap()
}

#[test]
fn another_password_a_closed_account_and_an_administrator_end_what_was_signed_in_to() {
    on_each_office(async |office| {
        let is_over = async |before: &Value| {
            let answer = refresh(&office, &before["refresh_token"], "ours").await;
            assert_eq!(answer.failure(), (401, "auth.refresh_refused".into()));
        };
        let before = sign_in(&office, "officer").await;
        let new = "Tr4velling-otter-of-the-north";
        let body = json!({ "current_password": staff::PASSWORD, "new_password": new });
        let request = TestRequest::put().uri("/api/v1/me/password").set_json(body);
        let bearer = ("Authorization", format!("Bearer {}", access(&before)));
        let changed = office.call(request.insert_header(bearer)).await;
        assert_eq!(changed.status, 204);
        is_over(&before).await;

        let before = sign_in(&office, "colleague").await;
        let path = format!("/api/v1/people/{}", staff::person_id("colleague"));
        let request = TestRequest::delete().uri(&format!("{path}/sessions"));
        assert_eq!(office.send("security", request).await.status, 204);
        is_over(&before).await;

        // An account that is opened again brings nothing back.
        let before = sign_in(&office, "colleague").await;
        for is_active in [false, true] {
            let body = json!({ "is_active": is_active });
            office.patch("system", &path, body).await.good();
        }
        is_over(&before).await;
    });
}

#[test]
fn a_refresh_token_is_good_once_and_a_second_use_ends_its_sign_in_alone() {
    on_each_office(async |office| {
        let (first, other) = (
            sign_in(&office, "officer").await,
            sign_in(&office, "officer").await,
        );
        assert_eq!(first["refresh_expires_in"], 12 * 3_600);
        let second = refresh(&office, &first["refresh_token"], "ours").await;
        assert_eq!(second.header("cache-control"), Some("no-store"));
        let second = second.good();
        assert_ne!(second["refresh_token"], first["refresh_token"]);
        // The answer was lost: the same client gets the same one, for ten seconds.
        let again = refresh(&office, &first["refresh_token"], "ours")
            .await
            .good();
        assert_eq!(again["refresh_token"], second["refresh_token"]);
        let start = office.app.now();
        office.app.clock.set(start + Duration::seconds(10));
        let again = refresh(&office, &first["refresh_token"], "ours")
            .await
            .good();
        assert_eq!(again["refresh_token"], second["refresh_token"]);
        // Once the successor is used, the first one is somebody else's copy.
        let third = refresh(&office, &second["refresh_token"], "ours")
            .await
            .good();
        let stolen = refresh(&office, &first["refresh_token"], "ours").await;
        assert_eq!(stolen.failure(), (401, "auth.refresh_reused".into()));
        let over = refresh(&office, &third["refresh_token"], "ours").await;
        assert_eq!(over.failure(), (401, "auth.refresh_refused".into()));
        assert_eq!(
            me(&office, access(&third)).await,
            401,
            "its access tokens end at once"
        );
        assert_eq!(
            me(&office, access(&other)).await,
            200,
            "another sign-in goes on"
        );
        refresh(&office, &other["refresh_token"], "ours")
            .await
            .good();
    });
}

#[test]
fn a_lost_answer_is_given_again_to_the_same_client_and_in_time_only() {
    on_each_office(async |office| {
        let first = sign_in(&office, "officer").await;
        refresh(&office, &first["refresh_token"], "ours")
            .await
            .good();
        let stranger = refresh(&office, &first["refresh_token"], "theirs").await;
        assert_eq!(stranger.failure().1, "auth.refresh_reused");
        let first = sign_in(&office, "officer").await;
        refresh(&office, &first["refresh_token"], "ours")
            .await
            .good();
        let start = office.app.now();
        office.app.clock.set(start + Duration::seconds(11));
        let late = refresh(&office, &first["refresh_token"], "ours").await;
        assert_eq!(late.failure().1, "auth.refresh_reused");
    });
}

#[test]
fn of_many_uses_at_once_one_is_the_first_and_no_fork_comes_of_it() {
    on_each_office(async |office| {
        let first = sign_in(&office, "officer").await;
        let token = &first["refresh_token"];
        let answers = join_all((0..64).map(|_| refresh(&office, token, "ours"))).await;
        let successors: BTreeSet<String> = answers
            .iter()
            .map(|answer| answer.good()["refresh_token"].to_string())
            .collect();
        assert_eq!(successors.len(), 1);
        let first = sign_in(&office, "officer").await;
        let token = &first["refresh_token"];
        let agents: Vec<String> = (0..64).map(|number| format!("client {number}")).collect();
        let answers = join_all(agents.iter().map(|agent| refresh(&office, token, agent))).await;
        let good: Vec<&Answer> = answers
            .iter()
            .filter(|answer| answer.status == 200)
            .collect();
        assert_eq!(good.len(), 1);
        let refused = answers.iter().filter(|answer| answer.status == 401);
        assert_eq!(refused.count(), 63);
        // And what the one got counts for nothing any more: somebody has stolen it.
        let over = refresh(&office, &good[0].good()["refresh_token"], "client 0").await;
        assert_eq!(over.failure().1, "auth.refresh_refused");
    });
}

#[test]
fn a_sign_in_ends_by_itself_however_often_it_is_refreshed() {
    on_each_office(async |office| {
        for (login, hours) in [("officer", 12), ("investor", 168)] {
            let start = office.app.now();
            let mut held = sign_in(&office, login).await;
            for hour in 1..hours {
                office.app.clock.set(start + Duration::hours(hour));
                held = refresh(&office, &held["refresh_token"], "ours")
                    .await
                    .good();
            }
            office.app.clock.set(start + Duration::hours(hours));
            assert_eq!(me(&office, access(&held)).await, 401, "{login}");
            let over = refresh(&office, &held["refresh_token"], "ours").await;
            assert_eq!(
                over.failure(),
                (401, "auth.refresh_refused".into()),
                "{login}"
            );
        }
        for strange in ["", "x", "gc_rt_", "gc_pat_x"] {
            let answer = refresh(&office, &json!(strange), "ours").await;
            assert_eq!(
                answer.failure(),
                (401, "auth.refresh_refused".into()),
                "{strange}"
            );
            assert!(
                answer
                    .header("www-authenticate")
                    .unwrap()
                    .contains("invalid_token")
            );
        }
    });
}

#[test]
fn whoever_is_disabled_or_revokes_is_out_at_once_in_every_process() {
    on_each_office_and_database(async |office, database| {
        let other = office.beside(database).await;
        let held = sign_in(&office, "officer").await;
        assert_eq!(
            me(&other, access(&held)).await,
            200,
            "one database, one deployment"
        );
        let body = json!({ "token": held["refresh_token"] });
        let answer = post(&office, "/api/v1/auth/revoke", body, "ours").await;
        assert_eq!((answer.status, answer.text()), (204, ""));
        assert_eq!(me(&other, access(&held)).await, 401);
        assert_eq!(me(&office, access(&held)).await, 401);
        let unknown = json!({ "token": "gc_rt_nobody" });
        assert_eq!(
            post(&office, "/api/v1/auth/revoke", unknown, "ours")
                .await
                .status,
            204
        );

        let held = sign_in(&office, "officer").await;
        let made = make_own(&office, "officer", &["read_project"]).await.good();
        let pat = made["secret"].as_str().unwrap();
        assert_eq!(
            (me(&other, access(&held)).await, me(&other, pat).await),
            (200, 200)
        );
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE person SET is_active = false WHERE login = 'officer'")
            .await;
        for process in [&office, &other] {
            assert_eq!(
                (me(process, access(&held)).await, me(process, pat).await),
                (401, 401)
            );
            let answer = refresh(process, &held["refresh_token"], "ours").await;
            assert_eq!(answer.failure(), (401, "auth.refresh_refused".into()));
        }
    });
}

async fn make_own(office: &Office, login: &str, scopes: &[&str]) -> Answer {
    let body = json!({ "name": "夜间导出", "scopes": scopes, "days": 90 });
    office.post(login, "/api/v1/me/tokens", None, &body).await
}

async fn make_service(office: &Office, login: &str, body: Value) -> Answer {
    office.post(login, "/api/v1/tokens", None, &body).await
}

#[test]
fn a_personal_token_may_do_what_its_scopes_say_and_its_owner_may() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.new_letters();
        let answer = make_own(&office, "recruiter", &["read_project"]).await;
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (201, Some("no-store"))
        );
        let made = answer.good();
        let secret = made["secret"].as_str().unwrap();
        assert!(
            secret.starts_with("gc_pat_") && secret.len() == 65,
            "{secret}"
        );
        assert_eq!(
            made["last_four"],
            secret[secret.len() - 10..secret.len() - 6]
        );
        let path = format!("/api/v1/projects/{}", project.code);
        let seen = as_bearer(&office, secret, &path).await.good();
        assert_eq!(
            seen["project"]["code"].as_str().or(seen["code"].as_str()),
            Some(project.code.as_str())
        );
        // A right that is not among the scopes is none, although the person has it.
        let note = TestRequest::post()
            .uri(&format!(
                "/api/v1/stages/{}/acceptance",
                project.stage("G01")
            ))
            .insert_header(("If-Match", "\"v0\""))
            .insert_header(("Idempotency-Key", "once"))
            .insert_header(("Authorization", format!("Bearer {secret}")))
            .set_json(json!({}));
        assert_eq!(
            office.call(note).await.failure(),
            (403, "access.denied".into())
        );
        // It makes no other tokens and sees none.
        let list = as_bearer(&office, secret, "/api/v1/me/tokens").await;
        assert_eq!(list.failure(), (403, "auth.sign_in_needed".into()));
        let id = made["id"].as_str().unwrap();
        let list = office.get("recruiter", "/api/v1/me/tokens").await;
        assert!(!list.text().contains(secret), "the secret is shown once");
        let list = list.good();
        let kinds: Vec<&Value> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["kind"])
            .collect();
        assert_eq!(kinds, ["sign_in", "personal"]);
        // Nobody else's, and revoked at once.
        let address = format!("/api/v1/me/tokens/{id}");
        let delete = |login| office.send(login, TestRequest::delete().uri(&address));
        assert_eq!(delete("officer").await.status, 404);
        assert_eq!(delete("recruiter").await.status, 204);
        assert_eq!(me(&office, secret).await, 401);
        assert_eq!(delete("recruiter").await.status, 404);
        // And it ends by itself.
        let made = make_own(&office, "recruiter", &["read_project"])
            .await
            .good();
        let secret = made["secret"].as_str().unwrap();
        let start = office.app.now();
        office
            .app
            .clock
            .set(start + Duration::days(90) - Duration::SECOND);
        assert_eq!(me(&office, secret).await, 200);
        office.app.clock.set(start + Duration::days(90));
        assert_eq!(me(&office, secret).await, 401);
    });
}

#[test]
fn a_token_is_refused_with_every_flaw_in_both_languages() {
    on_each_office(async |office| {
        let flaws = |answer: &Answer| -> Vec<String> {
            assert_eq!(answer.failure(), (422, "validation.failed".into()));
            let problem = answer.json();
            let errors = problem["errors"].as_array().unwrap();
            for error in errors {
                assert_ne!(error["messages"]["en"], error["messages"]["zh-Hans"]);
            }
            errors
                .iter()
                .map(|error| error["code"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(
            flaws(&make_own(&office, "officer", &[]).await),
            ["token.no_scope"]
        );
        assert_eq!(
            flaws(&make_own(&office, "officer", &["admit_project"]).await),
            ["token.scope_beyond_rights"]
        );
        assert_eq!(
            flaws(&make_own(&office, "efficacy", &["decide_card"]).await),
            ["token.scope_needs_person"]
        );
        assert_eq!(
            flaws(&make_own(&office, "officer", &["anything"]).await),
            ["validation.choice"]
        );
        let service = |roles: Value, days: u16| json!({ "name": "大屏", "scopes": ["read_project"], "roles": roles, "days": days });
        for (body, expected) in [
            (service(json!(["leader"]), 366), vec!["token.lifetime"]),
            (
                service(json!([]), 1),
                vec!["token.scope_beyond_rights", "token.no_role"],
            ),
            (
                service(json!(["investor"]), 1),
                vec!["token.role_needs_person"],
            ),
        ] {
            assert_eq!(
                flaws(&make_service(&office, "security", body).await),
                expected
            );
        }
        for _token in 0..20 {
            make_own(&office, "officer", &["read_project"]).await.good();
        }
        let one_more = make_own(&office, "officer", &["read_project"]).await;
        assert_eq!(flaws(&one_more), ["token.too_many"]);
    });
}

#[test]
fn a_program_is_let_in_by_the_security_administrator_and_by_nobody_else() {
    on_each_office(async |office| {
        let body = json!({ "name": "大屏", "scopes": ["read_project", "read_board"],
            "roles": ["supervisor"], "days": 365 });
        for login in ["system", "audit", "efficacy", "leader", "investor"] {
            let answer = make_service(&office, login, body.clone()).await;
            assert_eq!(answer.failure(), (403, "access.denied".into()), "{login}");
        }
        let made = make_service(&office, "security", body).await.good();
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with("gc_svc_"), "{secret}");
        for (path, status) in [
            ("/api/v1/projects", 200),
            ("/api/v1/cards", 200),
            ("/api/v1/tokens", 403),
            ("/api/v1/me", 200),
            ("/api/v1/me/tokens", 403),
            ("/api/v1/calendar/proposals", 403),
        ] {
            assert_eq!(
                as_bearer(&office, secret, path).await.status,
                status,
                "{path}"
            );
        }
        let id = made["id"].as_str().unwrap();
        let path = format!("/api/v1/tokens/{id}");
        let denied = office
            .send("system", TestRequest::delete().uri(&path))
            .await;
        assert_eq!(denied.status, 403);
        let done = office
            .send("security", TestRequest::delete().uri(&path))
            .await;
        assert_eq!(done.status, 204);
        assert_eq!(me(&office, secret).await, 401);
        let listed = office.get("security", "/api/v1/tokens").await.good();
        assert!(listed["data"][0]["revoked_at"].is_string(), "{listed}");
    });
}

async fn key_names(office: &Office) -> Vec<String> {
    let answer = office
        .call(TestRequest::get().uri("/.well-known/jwks.json"))
        .await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/jwk-set+json")
    );
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    for key in &keys {
        assert_eq!(
            (&key["kty"], &key["crv"]),
            (&json!("OKP"), &json!("Ed25519"))
        );
        assert!(key["d"].is_null(), "the private half stays here");
    }
    keys.iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn keys_rotate_each_quarter_by_themselves_and_an_old_one_ends() {
    on_each_office_and_database(async |office, database| {
        let other = office.beside(database).await;
        let before = sign_in(&office, "investor").await;
        let first = key_names(&office).await;
        assert_eq!(first.len(), 2, "one signs, one waits");
        assert_eq!(key_names(&other).await, first);
        let start = office.app.now();
        office
            .app
            .clock
            .set(start + Duration::days(90) - Duration::SECOND);
        office.turn().await;
        assert_eq!(key_names(&office).await, first);
        office.app.clock.set(start + Duration::days(90));
        let last = sign_in(&office, "officer").await;
        // Both processes find it due; one of them does it.
        office.turn().await;
        other.turn().await;
        let second = key_names(&office).await;
        assert_eq!(second.len(), 3);
        assert_eq!(me(&other, access(&before)).await, 401, "it ended long ago");
        assert_eq!(
            me(&other, access(&last)).await,
            200,
            "the key before still counts"
        );
        let new = sign_in(&other, "officer").await;
        assert_eq!(me(&office, access(&new)).await, 200);
        office
            .app
            .clock
            .set(start + Duration::days(90) + Duration::minutes(11));
        office.turn().await;
        let third = key_names(&other).await;
        assert_eq!(third.len(), 2);
        assert!(
            third.contains(&first[0]) != third.contains(&first[1]),
            "the one that waited"
        );
        // A key that is removed takes its tokens with it, in a process that has them in memory, too.
        let held = sign_in(&office, "officer").await;
        assert_eq!(me(&other, access(&held)).await, 200);
        let (gone, _) = api::usecase::signing_key::rotate(&office.app, None)
            .await
            .unwrap();
        api::usecase::signing_key::remove(&office.app, &gone, None)
            .await
            .unwrap();
        let now = office.app.now();
        office.app.clock.set(now + Duration::seconds(5));
        assert_eq!(me(&other, access(&held)).await, 401);
        assert_eq!(me(&office, access(&held)).await, 401);
        office.new_letters();
    });
}

#[test]
fn what_happens_to_tokens_is_in_the_security_record() {
    on_each_office_and_database(async |office, database| {
        let held = sign_in(&office, "officer").await;
        refresh(&office, &held["refresh_token"], "ours")
            .await
            .good();
        refresh(&office, &held["refresh_token"], "theirs").await;
        let made = make_own(&office, "officer", &["read_project"]).await.good();
        let body = json!({ "token": made["secret"] });
        post(&office, "/api/v1/auth/revoke", body, "ours").await;
        let mut back_door = database.back_door().await;
        let acts = back_door
            .lines("SELECT act AS line FROM security_event ORDER BY seq")
            .await;
        let about: Vec<&str> = acts
            .iter()
            .map(String::as_str)
            .filter(|act| act.starts_with("token."))
            .collect();
        assert_eq!(
            about,
            [
                "token.granted",
                "token.reused",
                "token.granted",
                "token.made",
                "token.revoked"
            ]
        );
    });
}
