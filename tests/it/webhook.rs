//! Webhooks: asked for, approved, signed, delivered at least once, given up with a letter; and never to an
//! address behind the wall.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use actix_web::test::TestRequest;
use api::webhook::deliver::{self, Sent};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use crate::harness::office::{Answer, Office, on_each_office, on_each_office_and_database};

/// What a receiver got: names of headers in lower case.
#[derive(Debug, Clone)]
struct Got {
    head: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A partner that listens on this machine and answers as it is told.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Mutex<String>>,
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nthank";

fn status(code: u16) -> String {
    format!("HTTP/1.1 {code} X\r\ncontent-length: 4\r\n\r\nwhy?")
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!(
            "http://127.0.0.1:{}/in",
            listener.local_addr().unwrap().port()
        );
        let (got, answer) = (Arc::default(), Arc::new(Mutex::new(OK.to_owned())));
        let receiver = Self {
            url,
            got: Arc::clone(&got),
            answer: Arc::clone(&answer),
        };
        // Ends with the process: nothing else of the test waits for it.
        let _listens = thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&mut BufReader::new(stream.try_clone().unwrap()));
                got.lock().unwrap().push(request);
                let answer = answer.lock().unwrap().clone();
                let _gone = stream.write_all(answer.as_bytes());
            }
        });
        receiver
    }

    fn will_answer(&self, answer: &str) {
        answer.clone_into(&mut self.answer.lock().unwrap());
    }

    /// What has come since the last time a test asked.
    fn take(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }
}

fn read(stream: &mut impl std::io::BufRead) -> Got {
    let mut lines = Vec::new();
    for line in stream.by_ref().lines() {
        let line = line.unwrap();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        })
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.unwrap().1.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    Got {
        head: lines[0].clone(),
        headers,
        body: String::from_utf8(body).unwrap(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn ask(office: &Office, login: &str, body: &Value) -> Answer {
    office.post(login, "/api/v1/webhooks", None, body).await
}

/// Does something to an address.
async fn act(office: &Office, login: &str, id: &str, what: &str) -> Answer {
    let path = format!("/api/v1/webhooks/{id}/{what}");
    office.post(login, &path, None, &json!({})).await
}

/// An approved address of `login`'s: its key and its secret.
async fn approved(office: &Office, login: &str, body: Value) -> (String, String) {
    let answer = ask(office, login, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made = answer.json();
    let id = text(&made["id"]).to_owned();
    assert_eq!(made["state"], "waiting");
    assert_eq!(
        act(office, "system", &id, "approval").await.good()["state"],
        "active"
    );
    (id, text(&made["secret"]).to_owned())
}

async fn turn(office: &Office) -> Sent {
    deliver::turn(&office.app, Uuid::from_u128(99))
        .await
        .unwrap()
}

async fn deliveries(office: &Office, id: &str) -> Vec<Value> {
    let path = format!("/api/v1/webhooks/{id}/deliveries");
    let list = office.get("system", &path).await.good();
    list["data"].as_array().unwrap().clone()
}

async fn state(office: &Office, id: &str) -> String {
    let seen = office
        .get("system", &format!("/api/v1/webhooks/{id}"))
        .await
        .good();
    text(&seen["state"]).to_owned()
}

/// HMAC-SHA256 by its definition (RFC 2104), with another library than the product's.
fn signature(secret: &str, got: &Got) -> String {
    use sha2::{Digest as _, Sha256};
    let key = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    assert_eq!(key.len(), 32);
    let padded = |with: u8| {
        let mut block = [with; 64];
        for (byte, of_key) in block.iter_mut().zip(&key) {
            *byte ^= of_key;
        }
        block
    };
    let said = format!(
        "{}.{}.{}",
        got.header("webhook-id"),
        got.header("webhook-timestamp"),
        got.body
    );
    let inner = Sha256::new()
        .chain_update(padded(0x36))
        .chain_update(said)
        .finalize();
    let outer = Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize();
    format!("v1,{}", STANDARD.encode(outer))
}

/// The same key as in the log, nothing twice, and a line for each of two in the log of what was sent.
async fn is_sent_once_and_logged(
    office: &Office,
    receiver: &Receiver,
    (id, event): (&str, &Value),
) {
    let log = office.get("leader", "/api/v1/events").await.good();
    let logged = log["data"].as_array().unwrap().iter();
    let logged: Vec<&Value> = logged
        .filter(|line| line["type"] == "gc.stage.started")
        .collect();
    assert_eq!(logged[0]["id"], *event);
    for _again in 0..3 {
        assert_eq!(turn(office).await.tried, 0);
    }
    assert_eq!(receiver.take().len(), 0);
    let sent = deliveries(office, id).await;
    assert_eq!(sent.len(), 2);
    for delivery in &sent {
        assert_eq!(
            (&delivery["state"], &delivery["status"]),
            (&json!("delivered"), &json!(200))
        );
        assert_eq!(
            (&delivery["answer"], &delivery["attempts"]),
            (&json!("thank"), &json!(0))
        );
    }
}

#[test]
fn an_approved_address_gets_each_event_once_signed_and_thin() {
    on_each_office(async |office| {
        let receiver = Receiver::start();
        let project = office.admit("海龙精密三期").await;
        let wish = json!({ "url": receiver.url, "events": ["gc.stage.*"] });
        let answer = ask(&office, "leader", &wish).await.good();
        let (id, secret) = (
            text(&answer["id"]).to_owned(),
            text(&answer["secret"]).to_owned(),
        );
        turn(&office).await;
        assert_eq!(receiver.take().len(), 0, "nobody has approved it");
        assert_eq!(
            act(&office, "leader", &id, "approval").await.failure().0,
            403
        );
        act(&office, "system", &id, "approval").await.good();
        turn(&office).await;
        assert_eq!(
            receiver.take().len(),
            0,
            "what was before was not asked for"
        );
        office.accept("recruiter", &project, "G01").await;
        assert_eq!(turn(&office).await.taken, 2);
        let mut got = receiver.take();
        got.sort_by_key(|got| text(&got.json()["type"]).to_owned());
        let names: Vec<Value> = got.iter().map(|got| got.json()["type"].clone()).collect();
        assert_eq!(names, ["gc.stage.handed_over", "gc.stage.started"]);
        let started = &got[1];
        assert_eq!(started.head, "POST /in HTTP/1.1");
        assert_eq!(
            started.header("content-type"),
            "application/cloudevents+json"
        );
        let event = started.json();
        for (member, expected) in [
            ("specversion", "1.0"),
            ("source", "http://gc.example/api/v1"),
            ("subject", project.stage("G01")),
            ("time", "2026-03-02T01:00:00Z"),
            ("datacontenttype", "application/json"),
            ("id", started.header("webhook-id")),
        ] {
            assert_eq!(event[member], expected, "{member}");
        }
        assert_eq!(event["data"]["project"], project.id.as_str());
        assert!(event["data"]["detail"].is_null());
        assert!(!started.body.contains("海龙"));
        assert_eq!(
            started.header("webhook-timestamp"),
            office.app.now().unix_timestamp().to_string()
        );
        assert_eq!(
            started.header("webhook-signature"),
            signature(&secret, started)
        );
        is_sent_once_and_logged(&office, &receiver, (&id, &event["id"])).await;
    });
}

#[test]
fn particulars_are_sent_to_who_asks_for_them_and_fit() {
    on_each_office(async |office| {
        let receiver = Receiver::start();
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let wish = json!({ "url": receiver.url, "include": "full", "events": ["gc.stage.noted"] });
        approved(&office, "efficacy", wish).await;
        for words in ["短", &"长".repeat(4_000)] {
            office.note("recruiter", &project, "G01", words).await;
        }
        turn(&office).await;
        let got = receiver.take();
        assert_eq!(got.len(), 2);
        for got in got {
            assert!(got.body.len() < 20_000);
            let said = got.json()["data"]["detail"]["text"].clone();
            assert_eq!(
                said.as_str().unwrap().chars().next(),
                Some(if got.body.len() < 5_000 { '短' } else { '长' })
            );
        }
    });
}

#[test]
fn rights_are_read_again_for_each_event_and_each_try() {
    on_each_office_and_database(async |office, database| {
        let receiver = Receiver::start();
        let project = office.admit_to_planning("海龙精密三期").await;
        let other = office.admit_with("二号", json!({ "contacts": [] })).await;
        let events = ["gc.stage.started", "gc.stage.handed_over", "gc.stage.noted"];
        let wish = json!({ "url": receiver.url, "events": events });
        let (id, _) = approved(&office, "investor", wish).await;
        office.accept("officer", &project, "P01").await;
        office.accept("recruiter", &other, "G01").await;
        turn(&office).await;
        let got = receiver.take();
        let names: Vec<Value> = got.iter().map(|got| got.json()["type"].clone()).collect();
        assert_eq!(
            names,
            ["gc.stage.started"],
            "its own project, and nothing internal"
        );
        // One fails; before it is tried again the investor is no contact any more.
        receiver.will_answer(&status(500));
        office.note("officer", &project, "P01", "已会签").await;
        turn(&office).await;
        assert_eq!(receiver.take().len(), 1);
        receiver.will_answer(OK);
        let mut back_door = database.back_door().await;
        back_door.run("DELETE FROM project_contact").await;
        office
            .app
            .clock
            .set(office.app.now() + Duration::minutes(1));
        office.note("officer", &project, "P01", "再次会签").await;
        turn(&office).await;
        assert_eq!(receiver.take().len(), 0);
        let mut states: Vec<Value> = deliveries(&office, &id)
            .await
            .iter()
            .map(|sent| sent["state"].clone())
            .collect();
        states.sort_unstable_by_key(ToString::to_string);
        assert_eq!(states, ["delivered", "withheld"]);
        // Who has left gets nothing, and the address waits for somebody to look at it.
        back_door
            .run("UPDATE person SET is_active = false WHERE login = 'investor'")
            .await;
        office.note("officer", &project, "P01", "三次会签").await;
        turn(&office).await;
        assert_eq!(state(&office, &id).await, "paused");
        assert_eq!(receiver.take().len(), 0);
    });
}

/// One event fails each time it is tried: not a moment early, under one key and with the same bytes.
async fn fail_ten_times(office: &Office, receiver: &Receiver, secret: &str) -> Vec<Got> {
    let (mut tries, mut waited) = (Vec::new(), Vec::new());
    let pauses = [
        0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ];
    for pause in pauses {
        let before = office.app.now();
        // Not a moment early, and at most a tenth late.
        office.app.clock.set(
            before + Duration::seconds(pause) - Duration::seconds(1).min(Duration::seconds(pause)),
        );
        let early = turn(office).await.tried;
        assert_eq!(early, usize::from(pause == 0), "{pause}");
        let late = Duration::seconds((pause * 11 + 9) / 10);
        office.app.clock.set(before + late);
        turn(office).await;
        waited.push(pause);
        let got = receiver.take();
        assert_eq!(got.len(), 1, "after {waited:?}");
        assert_eq!(
            got[0].header("webhook-signature"),
            signature(secret, &got[0])
        );
        tries.extend(got);
    }
    // Each try under the same key and with the same bytes, signed anew.
    for again in &tries[1..] {
        assert_eq!(again.header("webhook-id"), tries[0].header("webhook-id"));
        assert_eq!(again.body, tries[0].body);
        assert_ne!(
            again.header("webhook-timestamp"),
            tries[0].header("webhook-timestamp")
        );
    }
    tries
}

#[test]
fn what_fails_is_tried_ten_times_then_the_address_is_paused_and_its_owner_told() {
    on_each_office(async |office| {
        let receiver = Receiver::start();
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let wish = json!({ "url": receiver.url, "events": ["gc.stage.noted"] });
        let (id, secret) = approved(&office, "leader", wish).await;
        receiver.will_answer(&status(503));
        office
            .note("recruiter", &project, "G01", "材料已核对")
            .await;
        let tries = fail_ten_times(&office, &receiver, &secret).await;
        assert_eq!(state(&office, &id).await, "paused");
        let sent = deliveries(&office, &id).await;
        assert_eq!(
            (&sent[0]["state"], &sent[0]["attempts"]),
            (&json!("failed"), &json!(10))
        );
        assert_eq!(
            (&sent[0]["status"], &sent[0]["answer"]),
            (&json!(503), &json!("why?"))
        );
        office.app.clock.set(office.app.now() + Duration::days(3));
        office.note("recruiter", &project, "G01", "暂停期间").await;
        office.turn().await;
        let letters = office.new_letters();
        let told = letters
            .iter()
            .filter(|letter| letter.kind == "webhook_stopped");
        let told: Vec<&str> = told.map(|letter| letter.to.as_str()).collect();
        assert_eq!(told, ["leader"]);
        // Let go on: what happened meanwhile is sent, and what failed when it is asked for.
        receiver.will_answer(OK);
        turn(&office).await;
        assert_eq!(receiver.take().len(), 0);
        act(&office, "leader", &id, "resumption").await.good();
        turn(&office).await;
        assert_eq!(receiver.take().len(), 1);
        let failed = format!("/api/v1/deliveries/{}/redelivery", text(&sent[0]["id"]));
        assert_eq!(
            office
                .post("leader", &failed, None, &json!({}))
                .await
                .status,
            202
        );
        turn(&office).await;
        let got = receiver.take();
        assert_eq!(got.len(), 1);
        assert_eq!(got[0].header("webhook-id"), tries[0].header("webhook-id"));
        assert_eq!(got[0].body, tries[0].body);
    });
}

#[test]
fn a_receiver_that_is_gone_is_left_alone_at_once_and_a_redirect_is_not_followed() {
    on_each_office(async |office| {
        let (receiver, elsewhere) = (Receiver::start(), Receiver::start());
        let (id, _) = approved(&office, "leader", json!({ "url": receiver.url })).await;
        let redirect = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
            elsewhere.url
        );
        receiver.will_answer(&redirect);
        assert_eq!(act(&office, "leader", &id, "test").await.status, 202);
        turn(&office).await;
        assert_eq!((receiver.take().len(), elsewhere.take().len()), (1, 0));
        let sent = deliveries(&office, &id).await;
        assert_eq!(sent[0]["state"], "pending");
        assert_eq!(sent[0]["event"], "gc.webhook.tested");
        receiver.will_answer(&status(410));
        office.app.clock.set(office.app.now() + Duration::MINUTE);
        turn(&office).await;
        assert_eq!(state(&office, &id).await, "gone");
        assert_eq!(deliveries(&office, &id).await[0]["state"], "failed");
        assert_eq!(act(&office, "leader", &id, "test").await.failure().0, 422);
        office.turn().await;
        office.expect_letters(&[("leader", "webhook_stopped")]);
    });
}

#[test]
fn during_a_change_of_secret_both_sign() {
    on_each_office_and_database(async |office, database| {
        let receiver = Receiver::start();
        let (id, old) = approved(&office, "leader", json!({ "url": receiver.url })).await;
        let changed = act(&office, "leader", &id, "secret").await.good();
        let new = text(&changed["secret"]).to_owned();
        assert_ne!(new, old);
        let test = async || {
            act(&office, "leader", &id, "test").await;
            turn(&office).await;
            receiver.take().pop().unwrap()
        };
        let got = test().await;
        let both = format!("{} {}", signature(&new, &got), signature(&old, &got));
        assert_eq!(got.header("webhook-signature"), both);
        office.app.clock.set(office.app.now() + Duration::hours(24));
        let got = test().await;
        assert_eq!(got.header("webhook-signature"), signature(&new, &got));
        // Neither stands anywhere in the database, and no answer says one again.
        let mut back_door = database.back_door().await;
        let kept = if database.is_sqlite() {
            "SELECT hex(secret) || hex(old_secret) AS line FROM webhook"
        } else {
            "SELECT upper(encode(secret, 'hex') || encode(old_secret, 'hex')) AS line FROM webhook"
        };
        let kept = back_door.lines(kept).await.concat();
        for secret in [&old, &new] {
            let bytes = STANDARD
                .decode(secret.strip_prefix("whsec_").unwrap())
                .unwrap();
            let digits = api::keys::hexadecimal(&bytes).to_uppercase();
            assert!(!kept.contains(&digits));
        }
        let list = office.get("leader", "/api/v1/webhooks").await;
        assert!(!list.text().contains("whsec_"));
        let acts = back_door
            .lines("SELECT act AS line FROM security_event WHERE act LIKE 'webhook%' ORDER BY seq")
            .await;
        assert_eq!(
            acts,
            [
                "webhook.added",
                "webhook.approved",
                "webhook.secret_changed"
            ]
        );
    });
}

#[test]
fn nothing_is_sent_behind_the_wall() {
    on_each_office_and_database(async |office, database| {
        // Through the front door.
        for (url, code) in [
            ("https://127.0.0.2/", "webhook.url.address"),
            ("https://10.0.0.1/", "webhook.url.address"),
            (
                "http://169.254.169.254/latest/meta-data",
                "webhook.url.address",
            ),
            ("https://[::1]/", "webhook.url.address"),
            ("https://0x7f.1/", "webhook.url.host"),
            ("https://2130706434/", "webhook.url.host"),
            ("ftp://a.example/", "webhook.url.scheme"),
            ("https://x@a.example/", "webhook.url.userinfo"),
            ("", "validation.empty"),
        ] {
            let answer = ask(&office, "leader", &json!({ "url": url })).await;
            assert_eq!(answer.failure().0, 422, "{url}");
            assert_eq!(answer.json()["errors"][0]["code"], code, "{url}");
        }
        let unknown = json!({ "url": "https://a.example/", "events": ["gc.stage.begun"] });
        let answer = ask(&office, "leader", &unknown).await;
        assert_eq!(answer.json()["errors"][0]["code"], "webhook.event_unknown");
        // A name that leads inside, and an address that somebody slipped into the database.
        let (id, _) = approved(
            &office,
            "leader",
            json!({ "url": "https://localhost.localdomain/" }),
        )
        .await;
        let mut back_door = database.back_door().await;
        for url in [
            "http://127.0.0.2:9/",
            "https://[::1]:443/",
            "https://10.0.0.1/",
        ] {
            back_door
                .run(&format!("UPDATE webhook SET url = '{url}'"))
                .await;
            act(&office, "leader", &id, "test").await;
            turn(&office).await;
            let sent = deliveries(&office, &id).await;
            assert_eq!(sent[0]["error"], "address_refused", "{url}");
            assert!(sent[0]["status"].is_null());
            back_door.run("DELETE FROM delivery").await;
        }
    });
}

#[test]
fn an_address_is_its_owners_and_the_system_administrators() {
    on_each_office(async |office| {
        let receiver = Receiver::start();
        let (id, _) = approved(&office, "investor", json!({ "url": receiver.url })).await;
        let path = format!("/api/v1/webhooks/{id}");
        for (login, expected) in [
            ("investor", 200),
            ("rival", 404),
            ("leader", 404),
            ("system", 200),
            ("security", 403),
        ] {
            assert_eq!(office.get(login, &path).await.status, expected, "{login}");
        }
        for (login, expected) in [("rival", 0), ("investor", 1), ("system", 1)] {
            let list = office.get(login, "/api/v1/webhooks").await.good();
            assert_eq!(list["data"].as_array().unwrap().len(), expected, "{login}");
        }
        assert_eq!(act(&office, "rival", &id, "pause").await.failure().0, 404);
        assert_eq!(
            act(&office, "investor", &id, "pause").await.good()["state"],
            "paused"
        );
        assert_eq!(
            act(&office, "investor", &id, "pause").await.failure(),
            (422, "validation.failed".into())
        );
        assert_eq!(
            act(&office, "system", &id, "resumption").await.good()["state"],
            "active"
        );
        let delete = async |login: &str| {
            office
                .send(login, TestRequest::delete().uri(&path))
                .await
                .status
        };
        assert_eq!(delete("rival").await, 404);
        act(&office, "investor", &id, "test").await;
        assert_eq!(delete("investor").await, 204);
        assert_eq!(delete("investor").await, 404);
        turn(&office).await;
        assert_eq!(receiver.take().len(), 0);
    });
}

#[test]
fn two_workers_send_nothing_twice_and_a_dead_one_holds_nothing_up() {
    on_each_office_and_database(async |office, database| {
        let receiver = Receiver::start();
        let (id, _) = approved(&office, "leader", json!({ "url": receiver.url })).await;
        for _test in 0..6 {
            act(&office, "leader", &id, "test").await;
        }
        let one = deliver::turn(&office.app, Uuid::from_u128(1));
        let two = deliver::turn(&office.app, Uuid::from_u128(2));
        let (one, two) = tokio::join!(one, two);
        assert_eq!(one.unwrap().taken + two.unwrap().taken, 6);
        let mut keys: Vec<String> = receiver
            .take()
            .iter()
            .map(|got| got.header("webhook-id").to_owned())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 6);
        // Leased by a worker that is gone: nobody touches it until its lease has ended, then it is sent.
        act(&office, "leader", &id, "test").await;
        let mut back_door = database.back_door().await;
        let until = if database.is_sqlite() {
            let until = office.app.now() + Duration::MINUTE;
            (until.unix_timestamp_nanos() / 1_000).to_string()
        } else {
            "'2026-03-02 09:01:00+08'".to_owned()
        };
        back_door
            .run(&format!(
                "UPDATE delivery SET fence = 1, lease_until = {until} WHERE settled_at IS NULL"
            ))
            .await;
        assert_eq!(turn(&office).await.tried, 0);
        office
            .app
            .clock
            .set(office.app.now() + Duration::seconds(61));
        assert_eq!(turn(&office).await.taken, 1);
    });
}
