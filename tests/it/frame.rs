//! What every answer carries: cookies, types, and what others may do with it.

use actix_web::test::TestRequest;
use api::gate::GateSettings;

use crate::{
    harness::{
        browser::Browser,
        html::{self, Tag},
        office::{Answer, Office, on_each_office},
        staff,
        store::on_each_database,
    },
    right,
};

/// Every `Set-Cookie` of an answer.
fn cookies(answer: &Answer) -> Vec<String> {
    let headers = answer.headers.iter();
    headers
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, line)| line.clone())
        .collect()
}

#[test]
fn over_https_every_cookie_is_for_this_host_alone_and_no_script_reads_a_secret() {
    on_each_database(async |database| {
        let gate = GateSettings {
            trusted_proxies: vec!["192.0.2.7".parse().unwrap()],
            ..GateSettings::default()
        };
        let office = Office::open_at(database, gate, "https://gc.example").await;
        let sign_in = |login: &str, password: &str| {
            TestRequest::post()
                .uri("/auth/sign-in")
                .insert_header(("Sec-Fetch-Site", "same-origin"))
                .insert_header(("X-Forwarded-Proto", "https"))
                .set_form([("login", login), ("password", password)])
        };
        let entered = office.call(sign_in("officer", staff::PASSWORD)).await;
        let begun = office.call(sign_in("investor@zone.example", "")).await;
        let chosen = TestRequest::get().uri("/?lang=en&theme=dark");
        let chosen = office.call(chosen).await;
        let mut names = Vec::new();
        for line in [&entered, &begun, &chosen].into_iter().flat_map(cookies) {
            for attribute in ["; Path=/", "; Secure", "; SameSite=Lax"] {
                assert!(line.contains(attribute), "{attribute} in {line}");
            }
            assert!(!line.contains("Domain"), "{line}");
            let name = line.split('=').next().unwrap().to_owned();
            // The choices of language and colours are no secret, and a page may read them.
            let is_choice = ["lang", "theme"].contains(&name.as_str());
            assert_eq!(line.contains("; HttpOnly"), !is_choice, "{line}");
            assert_eq!(name.starts_with("__Host-"), !is_choice, "{line}");
            names.push(name);
        }
        names.sort();
        let expected = [
            "__Host-gc",
            "__Host-gc-device",
            "__Host-gc-ticket",
            "lang",
            "theme",
        ];
        assert_eq!(names, expected);
        office.new_letters();
    });
}

#[test]
fn no_other_site_is_allowed_anything() {
    on_each_office(async |office| {
        for path in ["/", "/api/v1/me", "/api/v1/openapi.json", "/auth/sign-in"] {
            for origin in ["https://evil.example", "null", "http://gc.example"] {
                let get = TestRequest::get().uri(path);
                let ask = TestRequest::default()
                    .method(actix_web::http::Method::OPTIONS)
                    .uri(path)
                    .insert_header(("Access-Control-Request-Method", "POST"));
                for request in [get, ask] {
                    let answer = office.call(request.insert_header(("Origin", origin))).await;
                    let allowed = answer
                        .headers
                        .iter()
                        .find(|(name, _)| name.starts_with("access-control-"));
                    assert_eq!(allowed, None, "{path} for {origin}");
                }
            }
        }
    });
}

/// The pages that a browser or a proxy may keep: the same for everybody.
fn is_public(path: &str) -> bool {
    path.starts_with("/static/") || path.starts_with("/.well-known/") || path.starts_with("/cal/")
}

#[test]
fn every_page_says_what_it_is_and_what_is_personal_is_kept_by_nobody() {
    on_each_office(async |office| {
        let (project, alert) = right::late_project(&office).await;
        for login in ["investor", "officer", "supervisor", "system", "audit"] {
            let browser = office.browser();
            browser.sign_in(login).await;
            for path in right::pages(&office, &project, &alert).await {
                let answer = browser.get(&path).await;
                let place = format!("{path} for {login}: {}", answer.status);
                let kind = answer.header("content-type");
                assert_eq!(kind.is_none(), answer.bytes().is_empty(), "{place}");
                let kind = kind.unwrap_or_default();
                let is_text = kind.starts_with("text/");
                assert!(
                    !is_text || kind.ends_with("; charset=utf-8"),
                    "{place}: {kind}"
                );
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
                let kept = answer.header("cache-control").unwrap_or_default();
                assert!(
                    kept.contains("no-store") || is_public(&path) || answer.bytes().is_empty(),
                    "{place}: {kept:?}"
                );
            }
        }
        asset(&office.browser()).await;
    });
}

/// Styles and script are for everybody, and are what they say.
async fn asset(browser: &Browser<'_>) {
    let home = browser.get("/").await;
    for (extension, kind) in [("css", "text/css"), ("js", "text/javascript")] {
        let links = home.text().split('"');
        let path = links
            .into_iter()
            .find(|link| link.starts_with("/static/") && link.ends_with(extension))
            .unwrap();
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200);
        let said = answer.header("content-type").unwrap();
        assert_eq!(said, format!("{kind}; charset=utf-8"));
    }
}

#[test]
fn an_address_is_decoded_once() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let once = format!("/api/v1/projects/{}", project.code.replace('-', "%2D"));
        assert_eq!(office.get("efficacy", &once).await.status, 200);
        let twice = once.replace("%2D", "%252D");
        assert_eq!(office.get("efficacy", &twice).await.status, 404);
        let browser = office.browser();
        browser.sign_in("supervisor").await;
        for (path, status) in [(&once, 200), (&twice, 404)] {
            let page = path.replace("/api/v1/projects/", "/p/");
            assert_eq!(browser.get(&page).await.status, status, "{page}");
        }
        // Nothing is found by climbing, however it is written.
        for path in [
            "/static/../Cargo.toml",
            "/static/%2e%2e/Cargo.toml",
            "/static/%2e%2e%2fCargo.toml",
            "/static/%252e%252e%252fCargo.toml",
            "/static/..%5c..%5cCargo.toml",
            "/static/",
            "/.git/config",
            "/.env",
            // The figures are served at an address of their own, or not at all.
            "/metrics",
        ] {
            assert_eq!(
                office.call(TestRequest::get().uri(path)).await.status,
                404,
                "{path}"
            );
        }
    });
}

/// The fields of a page that hold a password: kind and what a password manager takes them for.
fn password_fields(page: &Answer) -> Vec<(String, String)> {
    let inputs = html::tags(page.text()).into_iter().filter(|tag| {
        tag.name == "input" && tag.get("name").unwrap_or_default().contains("password")
    });
    let value = |tag: &Tag, name: &str| tag.get(name).unwrap_or_default().to_owned();
    inputs
        .map(|tag| (value(&tag, "type"), value(&tag, "autocomplete")))
        .collect()
}

#[test]
fn a_password_is_hidden_may_be_pasted_and_is_known_to_password_managers() {
    on_each_office(async |office| {
        let browser = office.browser();
        let hidden = |what: &str| ("password".to_owned(), what.to_owned());
        let door = browser.get("/auth/sign-in?with=password").await;
        assert_eq!(password_fields(&door), [hidden("current-password")]);
        browser.sign_in("officer").await;
        let own = browser.get("/me/security").await;
        let expected = [hidden("current-password"), hidden("new-password")];
        assert_eq!(password_fields(&own), expected);
        // The only script there is hears of no pasting.
        let script = include_str!("../../api/static/app.js");
        assert!(!script.contains("paste") && !script.contains("clipboard"));
    });
}
