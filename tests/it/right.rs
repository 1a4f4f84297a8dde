//! Rights: who may do what to whose things. One table, `right/table.csv`, says what everybody hears at every
//! address of the API and of the pages; the addresses are read from the description and from the handlers, so
//! one that misses its line fails.

mod field;
mod page;
mod request;

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{http::Method, test::TestRequest};
use api::usecase::signing_key;
use persistence::signing_key::KeyState;
use serde_json::json;
use time::macros::date;

use self::request::{Things, absent, existing, request};
use crate::{
    harness::{
        office::{Office, on_each_office},
        staff,
        store::on_each_database,
        work::Project,
    },
    openapi::{OPEN_TO_ALL, operations},
};

/// What everybody hears. A change is tried on a version that never was: whoever may make it hears 412, on a
/// page 422, and nothing happens.
///
/// `officer` answers for P01, in the unit of `colleague` and `head`; the power company has another stage of the
/// project; the commerce bureau has none. `nobody` has not signed in; `guest` has typed the project's query code,
/// which is of no use over the API.
struct Table {
    who: Vec<&'static str>,
    rows: BTreeMap<&'static str, Vec<&'static str>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut lines = include_str!("right/table.csv").lines();
    let cells = |line: &'static str| -> Vec<&'static str> { line.split(',').collect() };
    let who = cells(lines.next().unwrap())[1..].to_vec();
    let mut rows = BTreeMap::new();
    for line in lines {
        let cells = cells(line);
        assert_eq!(cells.len(), who.len() + 1, "{line}");
        assert!(
            rows.insert(cells[0], cells[1..].to_vec()).is_none(),
            "{line}"
        );
    }
    Table { who, rows }
});

/// The line of the API for everybody in turn, as the table writes it.
async fn heard(office: &Office, login: &str, request: TestRequest) -> String {
    let answer = match login {
        "guest" => return "-".to_owned(),
        "nobody" => office.call(request).await,
        login => office.send(login, request).await,
    };
    answer.status.to_string()
}

/// A project whose stage P01 is late, and the alert about it.
pub(crate) async fn late_project(office: &Office) -> (Project, String) {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    office.pass_to(date!(2026 - 03 - 12)).await;
    office.new_letters();
    let alerts = office.get("head", "/api/v1/alerts").await.good();
    let alert = alerts["data"][0]["id"].as_str().unwrap().to_owned();
    (project, alert)
}

/// The address of every page in the table, about this project where it is about one.
pub(crate) async fn pages(office: &Office, project: &Project, alert: &str) -> Vec<String> {
    let card = card_of(office, project).await;
    let pages = TABLE.rows.keys().filter(|what| what.starts_with("GET "));
    pages
        .map(|what| page::filled(what, project, (alert, &card)))
        .collect()
}

/// The key of the one card of P01.
async fn card_of(office: &Office, project: &Project) -> String {
    let seen = office.stage(project, "P01").await;
    let cards = seen["stage"]["cards"].as_array().unwrap();
    assert_eq!(cards.len(), 1, "{cards:?}");
    cards[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn every_role_may_do_what_the_table_says_and_no_more() {
    on_each_office(async |office| {
        let (project, alert) = late_project(&office).await;
        let card = card_of(&office, &project).await;
        let near = request::near(&project, &alert, &card);
        let before = office.project("supervisor", &project).await;
        let mut deviations = Vec::new();
        for operation in &operations(&office).await {
            let mut found = Vec::new();
            for login in &TABLE.who {
                found.push(heard(&office, login, request(operation, &near, login)).await);
            }
            let expected = TABLE.rows.get(operation.id.as_str());
            if expected.is_none_or(|expected| *expected != found) {
                deviations.push(format!("{},{}", operation.id, found.join(",")));
            }
            // With a foreign token and with a broken one nobody gets anywhere.
            if OPEN_TO_ALL.contains(&operation.id.as_str()) {
                continue;
            }
            for bearer in [
                "",
                "Bearer",
                "Bearer x.y.z",
                "Basic b2ZmaWNlcjp4",
                &stolen(&office).await,
            ] {
                let request = request(operation, &near, "officer");
                let request = request.insert_header(("Authorization", bearer.to_owned()));
                let answer = office.call(request).await;
                assert_eq!(
                    answer.failure(),
                    (401, "auth.required".into()),
                    "{}",
                    operation.id
                );
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            }
        }
        assert!(
            deviations.is_empty(),
            "not as in the table:\n{}",
            deviations.join("\n")
        );
        assert_eq!(office.project("supervisor", &project).await, before);
    });
}

#[test]
fn the_table_has_no_line_that_nothing_answers() {
    on_each_office(async |office| {
        let operations = operations(&office).await;
        let routes = page::routes();
        let is_known = |what: &str| {
            operations.iter().any(|operation| operation.id == what)
                || routes.iter().any(|route| page::is_of(route, what))
        };
        let strange: Vec<_> = TABLE.rows.keys().filter(|what| !is_known(what)).collect();
        assert!(strange.is_empty(), "{strange:?}");
    });
}

/// What is in another zone and what was never made are one and the same to everybody: absent, or refused
/// before anybody looks.
#[test]
fn what_is_in_another_zone_does_not_exist() {
    on_each_database(async |database| {
        let office = Office::open(database).await;
        let neighbour = Office::neighbour(database).await;
        let foreign = existing(&neighbour).await;
        let about_something: Vec<_> = operations(&office)
            .await
            .into_iter()
            .filter(|operation| operation.path.contains('{'))
            .collect();
        let mut deviations = Vec::new();
        for operation in &about_something {
            let near = &TABLE.rows[operation.id.as_str()];
            for (login, near) in TABLE.who.iter().zip(near) {
                if matches!(*login, "nobody" | "guest") {
                    continue;
                }
                let ask = async |things: &Things| {
                    let request = request(operation, things, login);
                    office.send(login, request).await
                };
                let (absent, foreign) = (ask(&absent()).await, ask(&foreign).await);
                let heard = (absent.status, foreign.status);
                // Whoever may do nothing of the kind is refused first, whatever it is about; and what is the
                // edition of no person and no unit is that of an absent one neither.
                let expected = match *near {
                    "403" => [(404, 404), (403, 403)].contains(&heard),
                    "412" => [(404, 404), (412, 412)].contains(&heard),
                    _ => heard == (404, 404),
                };
                if !expected || absent.failure() != foreign.failure() {
                    deviations.push(format!("{} {login}: {heard:?}", operation.id));
                }
            }
        }
        assert!(deviations.is_empty(), "{}", deviations.join("\n"));
        // Their own zone knows them.
        for (login, operation) in [("supervisor", "getStage"), ("system", "getPerson")] {
            let of = about_something.iter().find(|known| known.id == operation);
            let request = request(of.unwrap(), &foreign, login);
            assert_eq!(neighbour.send(login, request).await.status, 200);
        }
    });
}

#[test]
fn a_method_that_an_address_does_not_have_is_refused_with_those_it_has() {
    on_each_office(async |office| {
        let (project, alert) = late_project(&office).await;
        let card = card_of(&office, &project).await;
        let near = request::near(&project, &alert, &card);
        let mut addresses: BTreeMap<String, Vec<Method>> = BTreeMap::new();
        for operation in operations(&office).await {
            let method = operation.method.to_uppercase().parse().unwrap();
            let path = request::filled(&operation, &near);
            addresses.entry(path).or_default().push(method);
        }
        let mut asked = 0;
        for (path, described) in addresses {
            let methods = [
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
                Method::OPTIONS,
                Method::TRACE,
            ];
            for method in methods {
                if described.contains(&method) {
                    continue;
                }
                let request = || TestRequest::default().method(method.clone()).uri(&path);
                let known = office.send("system", request()).await;
                let stranger = office.call(request()).await;
                for answer in [known, stranger] {
                    assert_eq!(answer.status, 405, "{method} {path}");
                    let allowed: Vec<Method> = answer
                        .header("allow")
                        .unwrap()
                        .split(", ")
                        .map(|method| method.parse().unwrap())
                        .collect();
                    // What no address of ours has is refused before its address is looked at.
                    let is_taken = ![Method::OPTIONS, Method::TRACE].contains(&method);
                    for method in &described {
                        assert!(allowed.contains(method), "{path}: {allowed:?}");
                    }
                    assert_eq!(allowed.len() == described.len(), is_taken, "{path}");
                    asked += 1;
                }
            }
        }
        assert!(asked > 800, "{asked}");
    });
}

/// A token of another deployment, which has other keys.
async fn stolen(office: &Office) -> String {
    let tokens = api::token::Tokens::new(&api::keys::Keys::new([8; 32]), "http://gc.example");
    let tokens = tokens.unwrap();
    let (ids, now) = (&office.app.ids, office.app.now());
    let key = signing_key::new_key(&tokens, ids, KeyState::Current, now).unwrap();
    tokens.take_keys(&[key], now);
    // The office's own tokens are made the same way and are good.
    let own = office.token("officer").await;
    let read = office.app.tokens.read(&own, now);
    let api::token::Read::Good(bearer) = read else {
        panic!("{read:?}");
    };
    format!(
        "Bearer {}",
        tokens.issue(bearer, ids.key(now), now).unwrap()
    )
}

#[test]
fn a_token_ends_after_ten_minutes_and_with_its_owner() {
    on_each_office(async |office| {
        let token = office.token("officer").await;
        let me = async || {
            let request = TestRequest::get().uri("/api/v1/me");
            let request = request.insert_header(("Authorization", format!("Bearer {token}")));
            office.call(request).await.status
        };
        assert_eq!(me().await, 200);
        let start = office.app.now();
        office.app.clock.set(start + time::Duration::seconds(604));
        assert_eq!(
            me().await,
            200,
            "five seconds are given for clocks that differ"
        );
        office.app.clock.set(start + time::Duration::seconds(605));
        assert_eq!(me().await, 401);
        office.app.clock.set(start - time::Duration::seconds(6));
        assert_eq!(me().await, 401, "a token from the future");
    });
}

#[test]
fn somebody_who_has_left_has_no_rights_at_once() {
    crate::harness::office::on_each_office_and_database(async |office, database| {
        let browser = office.browser();
        browser.sign_in("officer").await;
        assert_eq!(browser.get("/desk").await.status, 200);
        assert_eq!(office.get("officer", "/api/v1/me").await.status, 200);
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE person SET is_active = false WHERE login = 'officer'")
            .await;
        assert_eq!(office.get("officer", "/api/v1/me").await.status, 401);
        assert_eq!(browser.get("/desk").await.status, 303);
        let body = json!({ "login": "officer", "password": staff::PASSWORD });
        let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
        assert_eq!(
            office.call(request).await.failure(),
            (401, "auth.wrong_password".into())
        );
    });
}
