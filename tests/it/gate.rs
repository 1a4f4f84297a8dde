//! The gate: proxies, forms of requests, quotas, and how much is done at once.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    time::{Duration as Patience, Instant},
};

use actix_web::{http::Method, test::TestRequest};
use api::gate::GateSettings;
use serde_json::json;
use time::Duration;

use crate::harness::{
    office::{Answer, Office, on_each_office},
    staff,
    store::on_each_database,
};

fn proxied() -> GateSettings {
    GateSettings {
        trusted_proxies: vec!["192.0.2.7".parse().unwrap()],
        ..GateSettings::default()
    }
}

async fn call(office: &Office, request: TestRequest, headers: &[(&str, &str)]) -> Answer {
    let headers = headers.iter();
    let request = headers.fold(request, |request, &(name, value)| {
        request.insert_header((name.to_owned(), value.to_owned()))
    });
    office.call(request).await
}

#[test]
fn under_https_the_api_answers_only_what_came_over_it() {
    on_each_database(async |database| {
        let office = Office::open_at(database, proxied(), "https://gc.example").await;
        let path = || TestRequest::get().uri("/api/v1/openapi.json");
        for headers in [
            &[][..],
            &[("X-Forwarded-Proto", "http")],
            &[("X-Forwarded-For", "203.0.113.1")],
            &[("X-Forwarded-Proto", "https, http")],
            &[("Forwarded", "proto=https")],
        ] {
            let answer = call(&office, path(), headers).await;
            assert_eq!(
                answer.failure(),
                (403, "request.plain_http".into()),
                "{headers:?}"
            );
        }
        let good = call(&office, path(), &[("X-Forwarded-Proto", "https")]).await;
        assert_eq!(good.status, 200);
        assert_eq!(
            good.header("strict-transport-security"),
            Some("max-age=31536000")
        );
        let home = call(&office, TestRequest::get().uri("/"), &[]).await;
        assert!(home.header("strict-transport-security").is_some());
        assert_eq!(home.header("referrer-policy"), Some("same-origin"));
        for secret in ["/auth/sign-in", "/s/x", "/a/x"] {
            let page = call(&office, TestRequest::get().uri(secret), &[]).await;
            assert_eq!(
                page.header("referrer-policy"),
                Some("no-referrer"),
                "{secret}"
            );
        }
    });
    on_each_office(async |office| {
        let home = call(&office, TestRequest::get().uri("/"), &[]).await;
        assert_eq!(
            home.header("strict-transport-security"),
            None,
            "http stays http"
        );
    });
}

/// Five wrong passwords from one address close the door to it; who may say which address it is?
#[test]
fn only_a_trusted_proxy_says_who_guesses() {
    for (gate, sixth) in [(GateSettings::default(), 429), (proxied(), 401)] {
        on_each_database(async |database| {
            let office = Office::open_with(database, gate.clone()).await;
            let guess = async |number: u8| {
                let from = format!("203.0.{number}.113");
                let body = json!({ "login": "officer", "password": "not the right one" });
                let request = TestRequest::post().uri("/api/v1/auth/token").set_json(body);
                call(&office, request, &[("X-Forwarded-For", &from)])
                    .await
                    .status
            };
            for number in 1..6 {
                assert_eq!(guess(number).await, 401);
            }
            assert_eq!(guess(6).await, sixth);
        });
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one case after the other, read like a table"
)]
fn a_request_of_a_form_that_nobody_needs_is_refused() {
    on_each_office(async |office| {
        let get = |path: &str| TestRequest::get().uri(path);
        let trace = Method::from_bytes(b"TRACE").unwrap();
        for method in [
            trace,
            Method::OPTIONS,
            Method::CONNECT,
            Method::from_bytes(b"PROPFIND").unwrap(),
        ] {
            for path in ["/", "/api/v1/projects", "/livez"] {
                let answer = call(
                    &office,
                    TestRequest::default().method(method.clone()).uri(path),
                    &[],
                )
                .await;
                assert_eq!(
                    answer.failure(),
                    (405, "request.method".into()),
                    "{method} {path}"
                );
                assert!(answer.header("allow").is_some());
            }
        }
        let answer = call(&office, TestRequest::put().uri("/api/v1/me"), &[]).await;
        assert_eq!(
            (answer.failure().0, answer.header("allow")),
            (405, Some("GET"))
        );
        let repeated = ["limit=1&limit=2", "limit=1&l%69mit=2", "a&a"];
        for query in repeated {
            let answer = call(&office, get(&format!("/api/v1/projects?{query}")), &[]).await;
            assert_eq!(
                answer.failure(),
                (400, "request.repeated_parameter".into()),
                "{query}"
            );
        }
        let long = format!("/api/v1/projects?q={}", "a".repeat(8 * 1_024));
        assert_eq!(
            call(&office, get(&long), &[]).await.failure().1,
            "request.head_too_large"
        );
        let many = "a".repeat(33 * 1_024);
        let answer = call(&office, get("/"), &[("X-Odd", &many)]).await;
        assert_eq!(answer.failure(), (431, "request.head_too_large".into()));
        let page = "http://gc.example/problems/request.head_too_large";
        assert_eq!(answer.json()["type"], page);
        let post = || {
            TestRequest::post()
                .uri("/api/v1/auth/token")
                .set_payload("{}")
        };
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "text/json",
            "application/jsonp",
        ] {
            let answer = call(&office, post(), &[("Content-Type", kind)]).await;
            assert_eq!(
                answer.failure(),
                (415, "request.media_type".into()),
                "{kind}"
            );
        }
        for kind in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/merge-patch+json",
        ] {
            let answer = call(&office, post(), &[("Content-Type", kind)]).await;
            assert_eq!(
                answer.failure(),
                (400, "request.malformed".into()),
                "{kind}"
            );
        }
        for coding in ["gzip", "br", "deflate", "identity, gzip"] {
            let headers = [
                ("Content-Type", "application/json"),
                ("Content-Encoding", coding),
            ];
            let answer = call(&office, post(), &headers).await;
            assert_eq!(
                answer.failure(),
                (415, "request.compressed".into()),
                "{coding}"
            );
        }
        // A session of pages is none of the API: it takes no cookies.
        let browser = office.browser();
        browser.sign_in("officer").await;
        assert_eq!(browser.get("/desk").await.status, 200);
        assert_eq!(
            browser.get("/api/v1/me").await.failure(),
            (401, "auth.required".into())
        );
        // Of two tokens nobody could say which counts.
        let bearer = format!("Bearer {}", office.token("officer").await);
        let twice = get("/api/v1/me").append_header(("Authorization", bearer.clone()));
        let twice = twice.append_header(("Authorization", bearer));
        assert_eq!(office.call(twice).await.failure().0, 401);
    });
}

fn small() -> GateSettings {
    GateSettings {
        reads_per_minute: 20,
        writes_per_minute: 10,
        sign_ins_per_minute: 30,
        ..GateSettings::default()
    }
}

#[test]
fn a_quota_is_told_used_up_and_new_with_the_next_minute() {
    on_each_database(async |database| {
        let office = Office::open_with(database, small()).await;
        let me = || office.get("officer", "/api/v1/me");
        let first = me().await;
        assert_eq!(first.header("ratelimit-policy"), Some("\"read\";q=20;w=60"));
        assert_eq!(first.header("ratelimit"), Some("\"read\";r=19;t=60"));
        for _read in 1..20 {
            assert_eq!(me().await.status, 200);
        }
        let over = me().await;
        assert_eq!(over.failure(), (429, "rate.quota_exceeded".into()));
        assert_eq!(over.header("retry-after"), Some("60"));
        assert_eq!(over.header("ratelimit"), Some("\"read\";r=0;t=60"));
        let problem = over.json();
        let kind = "https://iana.org/assignments/http-problem-types#quota-exceeded";
        assert_eq!(problem["type"], kind);
        assert_eq!(problem["violated-policies"], json!(["read"]));
        assert_eq!(problem["retryable"], true);
        // What is refused does not prolong it; another person, and changes, have their own.
        assert_eq!(office.get("head", "/api/v1/me").await.status, 200);
        let evaluate = || async {
            let body = json!({ "data": [] });
            office
                .post("officer", "/api/v1/clock/evaluations", None, &body)
                .await
        };
        assert_eq!(
            evaluate().await.header("ratelimit"),
            Some("\"write\";r=9;t=60")
        );
        let start = office.app.now();
        office.app.clock.set(start + Duration::seconds(59));
        let over = me().await;
        assert_eq!((over.status, over.header("retry-after")), (429, Some("1")));
        office.app.clock.set(start + Duration::seconds(60));
        assert_eq!(me().await.status, 200);
        // A stranger is known by the address alone.
        let strange = || office.call(TestRequest::get().uri("/api/v1/openapi.json"));
        for _read in 0..20 {
            assert_eq!(strange().await.status, 200);
        }
        assert_eq!(strange().await.status, 429);
        assert_eq!(me().await.status, 200);
    });
}

#[test]
fn what_the_client_has_already_costs_nothing() {
    on_each_database(async |database| {
        let office = Office::open_with(database, small()).await;
        let project = office.admit("海龙精密三期").await;
        office.new_letters();
        let path = format!("/api/v1/projects/{}", project.code);
        let seen = office.get("investor", &path).await;
        let tag = seen.header("etag").unwrap().to_owned();
        assert_eq!(seen.header("ratelimit"), Some("\"read\";r=19;t=60"));
        for _again in 0..60 {
            let request = TestRequest::get()
                .uri(&path)
                .insert_header(("If-None-Match", tag.clone()));
            let answer = office.send("investor", request).await;
            assert_eq!(answer.status, 304);
            assert_eq!(answer.header("ratelimit"), Some("\"read\";r=19;t=60"));
        }
    });
}

#[test]
fn processes_share_a_quota_up_to_one_batch_of_each_besides_the_first() {
    on_each_database(async |database| {
        let office = Office::open_with(
            database,
            GateSettings {
                reads_per_minute: 100,
                ..small()
            },
        )
        .await;
        let other = office.beside(database).await;
        let mut good = [0, 0];
        for _round in 0..150 {
            for (at, process) in [&office, &other].into_iter().enumerate() {
                let answer = process.get("officer", "/api/v1/me").await;
                good[at] += u32::from(answer.status == 200);
            }
        }
        let all = good[0] + good[1];
        assert!((100..=110).contains(&all), "{good:?}");
        // One writes after the other has used it all up: one batch, and it knows.
        let start = office.app.now();
        office.app.clock.set(start + Duration::minutes(1));
        for _read in 0..100 {
            assert_eq!(office.get("officer", "/api/v1/me").await.status, 200);
        }
        let mut late = 0;
        while other.get("officer", "/api/v1/me").await.status == 200 {
            late += 1;
        }
        assert!(late <= 10, "{late}");
        // What is over is swept away.
        let mut back_door = database.back_door().await;
        assert!(back_door.count("quota_use").await > 0);
        office.app.clock.set(start + Duration::minutes(4));
        office.turn().await;
        assert_eq!(back_door.count("quota_use").await, 0);
    });
}

#[test]
fn when_there_is_too_much_at_once_the_rest_hears_so_and_health_answers() {
    on_each_database(async |database| {
        let gate = GateSettings {
            at_once: 2,
            waiting: 0,
            ..GateSettings::default()
        };
        let office = Office::open_with(database, gate).await;
        let get = |path: &'static str| office.call(TestRequest::get().uri(path));
        let admission = &office.app.gate.admission;
        let first = admission.admit_now().unwrap();
        assert_eq!(get("/api/v1/openapi.json").await.status, 200);
        let second = admission.admit_now().unwrap();
        for path in ["/api/v1/openapi.json", "/", "/auth/sign-in"] {
            let answer = get(path).await;
            assert_eq!(
                answer.failure(),
                (503, "server.overloaded".into()),
                "{path}"
            );
            assert_eq!(answer.header("retry-after"), Some("1"));
            assert_eq!(answer.json()["retryable"], true);
        }
        assert_eq!(
            (get("/livez").await.status, get("/readyz").await.status),
            (200, 200)
        );
        let figures = office.app.gate.meter.text(admission);
        assert!(figures.contains("green_channel_shed_total 3"), "{figures}");
        assert!(
            figures.contains("requests_total{door=\"health\",status=\"2xx\"} 2"),
            "{figures}"
        );
        drop(first);
        assert_eq!(get("/api/v1/openapi.json").await.status, 200);
        drop(second);
        assert_eq!(admission.free(), 2, "every place is given back");
    });
}

/// Serves the office on a socket until the test has asked what it wants.
fn on_socket(office: &Office, ask: impl FnOnce(SocketAddr)) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (app, (started, handle)) = (office.app.clone(), mpsc::channel());
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = api::serve::http_server(app, listener, 1).unwrap();
            started.send(server.handle()).unwrap();
            server.await.unwrap();
        });
    });
    let handle = handle.recv().unwrap();
    ask(address);
    let _stopping = handle.stop(false);
    drop(thread);
}

/// What the server says to these bytes, and how long it takes until it closes or has answered.
fn say(address: SocketAddr, bytes: &[u8]) -> (String, Patience) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Patience::from_secs(20)))
        .unwrap();
    let begun = Instant::now();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4_096];
    while let Ok(count) = stream.read(&mut buffer) {
        answer.extend(&buffer[..count]);
        if count == 0 || !answer.is_empty() {
            break;
        }
    }
    (
        String::from_utf8_lossy(&answer).into_owned(),
        begun.elapsed(),
    )
}

#[test]
fn who_sends_slowly_or_without_end_is_let_go() {
    on_each_database(async |database| {
        let gate = GateSettings {
            // Long enough for a machine that is busy with other tests.
            head_timeout: Patience::from_secs(2),
            body_timeout: Patience::from_secs(2),
            ..GateSettings::default()
        };
        let office = Office::open_with(database, gate).await;
        on_socket(&office, |address| {
            let post = "POST /api/v1/auth/token HTTP/1.1\r\nHost: gc\r\nContent-Type: application/json\r\n";
            let status = |bytes: &str| {
                let (answer, took) = say(address, bytes.as_bytes());
                assert!(took < Patience::from_secs(15), "{took:?} {bytes:.60}");
                answer.split(' ').nth(1).unwrap_or_default().to_owned()
            };
            assert_eq!(status("GET /livez HTTP/1.1\r\nHost: gc\r\n\r\n"), "200");
            assert_eq!(
                status("GET /livez HTTP/1.1\r\nHost: gc\r\nX-Never: "),
                "408"
            );
            assert_eq!(
                status(&format!("{post}Content-Length: 100\r\n\r\n{{\"login\":")),
                "408"
            );
            assert_eq!(
                status(&format!(
                    "{post}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"log\r\n"
                )),
                "408"
            );
            let quick = format!("{post}Content-Length: 2\r\n\r\n{{}}");
            assert_eq!(status(&quick), "400");
            // Two lengths, or a length that is none, are an attempt to hide a request in another.
            for hidden in [
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: +2\r\n",
                "Content-Length: 2, 2\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
            ] {
                assert_eq!(
                    status(&format!("{post}{hidden}\r\n{{}}")),
                    "400",
                    "{hidden}"
                );
            }
            assert_eq!(
                status(&format!(
                    "{post}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{{}}\r\n0\r\n\r\n"
                )),
                "400"
            );
            let many: String = (0..101).fold(String::new(), |head, number| {
                head + "X-" + &number.to_string() + ": a\r\n"
            });
            let refused = status(&format!("GET /livez HTTP/1.1\r\nHost: gc\r\n{many}\r\n"));
            assert!(["400", "431"].contains(&refused.as_str()), "{refused}");
            let long = "a".repeat(9 * 1_024);
            assert_eq!(
                status(&format!("GET /?{long} HTTP/1.1\r\nHost: gc\r\n\r\n")),
                "431"
            );
            let body = json!({ "login": "officer", "password": staff::PASSWORD }).to_string();
            let length = body.len();
            assert_eq!(
                status(&format!("{post}Content-Length: {length}\r\n\r\n{body}")),
                "200"
            );
        });
    });
}
