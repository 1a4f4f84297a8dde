//! Accounts: signing in and out, and guessing.

use actix_web::test::TestRequest;
use serde_json::json;

use crate::harness::{
    html,
    office::{Answer, Office, on_each_office},
    staff,
};

async fn token(office: &Office, login: &str, password: &str) -> Answer {
    let body = json!({ "login": login, "password": password });
    let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
    office.call(request).await
}

#[test]
fn a_wrong_password_and_an_unknown_account_are_answered_alike() {
    on_each_office(async |office| {
        let wrong = token(&office, "officer", "not the right one").await;
        let unknown = token(&office, "nobody", "not the right one").await;
        assert_eq!(wrong.failure(), (401, "auth.wrong_password".into()));
        let said = |answer: &Answer| {
            let mut problem = answer.json();
            problem["instance"].take();
            problem
        };
        assert_eq!(said(&wrong), said(&unknown));
        // The number of a request and what is left of the quota are never what two have in common.
        let heads = |answer: &Answer| {
            let mut headers = answer.headers.clone();
            headers
                .retain(|(name, _)| !["ratelimit", "request-id", "traceparent"].contains(&&**name));
            headers.sort();
            headers
        };
        assert_eq!(heads(&wrong), heads(&unknown));
        // Case counts in a login, blanks around it do not.
        assert_eq!(token(&office, "Officer", staff::PASSWORD).await.status, 401);
        assert_eq!(
            token(&office, " officer ", staff::PASSWORD).await.status,
            200
        );

        let page = async |login: &str| {
            let browser = office.browser();
            let door = browser.get("/auth/sign-in").await;
            let fields = [("login", login), ("password", "not the right one")];
            browser.submit(&door, "/auth/sign-in", &fields).await
        };
        let (wrong, unknown) = (page("officer").await, page("nobody").await);
        assert_eq!((wrong.status, unknown.status), (422, 422));
        assert_eq!(wrong.text().replace("officer", "nobody"), unknown.text());
        // What was typed is still there, the password is not.
        assert!(wrong.text().contains("value=\"officer\""));
        assert!(!wrong.text().contains("not the right one"));
        assert!(wrong.text().contains("role=\"alert\""));
    });
}

#[test]
fn after_five_wrong_passwords_the_sixth_try_waits() {
    on_each_office(async |office| {
        for _try in 0..5 {
            assert_eq!(
                token(&office, "officer", "not the right one").await.status,
                401
            );
        }
        let answer = token(&office, "officer", staff::PASSWORD).await;
        assert_eq!(answer.failure(), (429, "rate.limited".into()));
        assert_eq!(answer.header("retry-after"), Some("900"));
        assert_eq!(answer.json()["retryable"], true);
        // The door of another login is open, and this one opens again after a quarter of an hour.
        assert_eq!(token(&office, "head", staff::PASSWORD).await.status, 200);
        let later = office.app.now() + time::Duration::minutes(15);
        office.app.clock.set(later);
        assert_eq!(token(&office, "officer", staff::PASSWORD).await.status, 200);
        // Twenty guesses at this and that from one address are enough, too.
        for number in 0..20 {
            let answer = token(&office, &format!("nobody{number}"), "not the right one").await;
            assert_eq!(answer.status, 401, "{number}");
        }
        assert_eq!(token(&office, "officer", staff::PASSWORD).await.status, 429);
    });
}

#[test]
fn a_right_password_does_not_use_up_tries() {
    on_each_office(async |office| {
        for _time in 0..30 {
            assert_eq!(token(&office, "officer", staff::PASSWORD).await.status, 200);
        }
    });
}

#[test]
fn the_sixth_guess_at_a_query_code_is_stopped() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let guest = office.browser();
        for guess in ["AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC", "", "!"] {
            let page = guest.enter(&project.code, guess).await;
            assert_eq!(page.status, 422, "{guess}");
            assert!(
                html::text(page.text()).contains("不匹配")
                    || page.text().contains("role=\"alert\"")
            );
            // The code that was typed is still there; what was guessed at may be corrected.
            assert!(page.text().contains(&format!("value=\"{}\"", project.code)));
        }
        let page = guest.enter(&project.code, &project.query_code).await;
        assert_eq!(page.status, 429);
        assert!(page.text().contains("role=\"alert\""), "{}", page.text());
        let home = guest.get(&format!("/p/{}", project.code)).await;
        assert_eq!(home.status, 303);
        let later = office.app.now() + time::Duration::minutes(15);
        office.app.clock.set(later);
        assert_eq!(
            guest.enter(&project.code, &project.query_code).await.status,
            303
        );
    });
}

#[test]
fn an_unknown_project_and_a_wrong_query_code_are_answered_alike() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let guest = office.browser();
        let wrong = guest.enter(&project.code, "AAAA-AAAA").await;
        let unknown = guest.enter("GC-2026-9999", "AAAA-AAAA").await;
        assert_eq!(
            wrong.text().replace(&project.code, "GC-2026-9999"),
            unknown.text()
        );
        // The page of a project says nothing to somebody unknown, whether it exists or not.
        for code in [project.code.as_str(), "GC-2026-9999"] {
            let page = office.browser().get(&format!("/p/{code}")).await;
            assert_eq!((page.status, page.header("location")), (303, Some("/")));
        }
    });
}

#[test]
fn a_zone_has_no_account_that_nobody_made() {
    on_each_office(async |office| {
        let people = office.get("system", "/api/v1/people?limit=200").await;
        let people = people.good();
        let mut found: Vec<&str> = people["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|person| person["name"].as_str().unwrap())
            .collect();
        let mut made: Vec<&str> = staff::logins().map(staff::name_of).collect();
        found.sort_unstable();
        made.sort_unstable();
        assert_eq!(found, made);
    });
}

#[test]
fn signing_out_ends_the_session() {
    on_each_office(async |office| {
        let browser = office.browser();
        let desk = browser.sign_in("officer").await;
        let stolen = office.browser();
        // Somebody has copied the cookie before.
        let answer = browser.submit(&desk, "/auth/sign-out", &[]).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/?done=signed_out"))
        );
        assert_eq!(browser.get("/desk").await.status, 303);
        drop(stolen);
    });
}

#[test]
fn the_cookie_of_a_session_is_for_this_site_and_no_script() {
    on_each_office(async |office| {
        let browser = office.browser();
        let door = browser.get("/auth/sign-in").await;
        let fields = [("login", "officer"), ("password", staff::PASSWORD)];
        let answer = browser.submit(&door, "/auth/sign-in", &fields).await;
        let cookie = answer.header("set-cookie").unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Expires="] {
            assert!(cookie.contains(attribute), "{attribute} in {cookie}");
        }
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    });
}
