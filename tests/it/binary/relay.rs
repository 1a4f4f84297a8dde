//! A real relay, not ours: aiosmtpd takes a letter over SMTP, and Python's `email` reads it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::process::{Place, Server, until};
use crate::harness::{html, store::Database, store::on_each_empty_database};

/// Listens on a free port, prints it, then one line of JSON for each letter.
const RELAY: &str = r#"
import asyncio, email, json, sys
from email.policy import default
from aiosmtpd.smtp import SMTP

class Handler:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=default)
        text = letter.get_body(("plain",))
        html = letter.get_body(("html",))
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "hello": session.host_name,
            "options": envelope.mail_options, "subject": letter["subject"],
            "defects": [str(d) for part in letter.walk() for d in part.defects],
            "headers": [[name, str(value)] for name, value in letter.items()],
            "text": text.get_content(), "html": html.get_content(),
            "type": letter.get_content_type(), "charsets": [text.get_content_charset(), html.get_content_charset()],
            "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
        }), flush=True)
        return "250 taken"

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), enable_SMTPUTF8=False), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"#;

struct Relay {
    child: Child,
    port: String,
    letters: mpsc::Receiver<Value>,
}

impl Relay {
    /// Starts the relay, or says loudly that there is none.
    fn start() -> Option<Self> {
        let probe = Command::new("python3")
            .args(["-c", "import aiosmtpd.smtp"])
            .stderr(Stdio::null())
            .status();
        if !probe.is_ok_and(|status| status.success()) {
            let mut stderr = std::io::stderr();
            let _closed = writeln!(
                stderr,
                "\nskipped: aiosmtpd is not installed for python3: no letter went through a real relay\n"
            );
            return None;
        }
        let mut child = Command::new("python3")
            .args(["-c", RELAY])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap();
        let (arrived, letters) = mpsc::channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _nobody_waits = arrived.send(serde_json::from_str(&line).unwrap());
            }
        });
        Some(Self {
            child,
            port,
            letters,
        })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
        let _ended_before = self.child.wait();
    }
}

#[test]
fn an_escalation_arrives_whole_through_a_real_relay() {
    on_each_empty_database(async |database| {
        let Some(relay) = Relay::start() else { return };
        let place = Place::at(database);
        place
            .run(&["migrate", "--zone-name-zh", "海龙经济开发区"])
            .good();
        place.add_user("efficacy", "efficacy_office", Some("efficacy-office"));
        place.add_user("officer", "officer", Some("investment-promotion"));
        let server = place.serve(&[
            ("GREEN_CHANNEL__MAIL__TRANSPORT", "smtp"),
            ("GREEN_CHANNEL__MAIL__HOST", "127.0.0.1"),
            ("GREEN_CHANNEL__MAIL__PORT", &relay.port),
            ("GREEN_CHANNEL__MAIL__SECURITY", "plain"),
            (
                "GREEN_CHANNEL__MAIL__FROM",
                "green-channel@gc.example.gov.cn",
            ),
            ("GREEN_CHANNEL__SERVER__PUBLIC_URL", "http://localhost:8077"),
        ]);
        let code = stall(&server);
        let letters = letters(&relay, database).await;
        for letter in &letters {
            check(letter, &code);
        }
        let subjects: Vec<&str> = letters
            .iter()
            .map(|letter| letter["subject"].as_str().unwrap())
            .collect();
        for word in ["请更新", "领导督办"] {
            assert!(
                subjects.iter().any(|subject| subject.contains(word)),
                "{subjects:?}"
            );
        }
        let ids: std::collections::BTreeSet<String> = letters
            .iter()
            .map(|letter| header(letter, "Message-ID").unwrap())
            .collect();
        assert_eq!(ids.len(), letters.len(), "each letter went out once");
        assert_eq!(server.terminate(), 0);
        assert!(relay.letters.try_recv().is_err(), "a letter too many");
    });
}

/// A stage that was accepted long ago and never finished; gives the code of its project once all rungs
/// have fired.
fn stall(server: &Server) -> String {
    let efficacy = server.client("efficacy");
    let body = json!({
        "name": "海龙精密（三期）", "investor": "海龙精密有限公司", "admitted_on": "2026-01-05",
        "is_key": true,
    });
    let project = efficacy
        .send("POST /api/v1/projects", &[], Some(&body))
        .good();
    let code = project["code"].as_str().unwrap().to_owned();
    let officer = server.client("officer");
    let seen = officer.get(&format!("/api/v1/projects/{code}"));
    let stage = seen.good()["phases"][0]["stages"][0]["id"].clone();
    let line = format!("POST /api/v1/stages/{}/acceptance", stage.as_str().unwrap());
    let tag = seen.header("etag").unwrap();
    let body = json!({ "on": "2026-01-06" });
    officer
        .send(&line, &[("If-Match", tag)], Some(&body))
        .good();
    until("the sweep", || {
        let alerts = efficacy.get("/api/v1/alerts").good();
        let mut rungs = alerts["data"].as_array().unwrap().iter();
        rungs
            .any(|alert| alert["rung"] == "leadership")
            .then_some(())
    });
    code
}

/// Opens the office, whatever day it is, and waits until every letter has left. What was queued before
/// the acceptance, because nobody had accepted, has lost its reason and is not sent.
async fn letters(relay: &Relay, database: &Database) -> Vec<Value> {
    let mut back_door = database.back_door().await;
    back_door
        .run("UPDATE outbox SET not_before = created_at")
        .await;
    let mut left = 1;
    for _look in 0..LOOKS_MAX {
        left = back_door.count("outbox WHERE settled_at IS NULL").await;
        if left == 0 {
            break;
        }
        thread::park_timeout(Duration::from_millis(100));
    }
    assert_eq!(left, 0, "letters that never left");
    let sent = back_door.count("outbox WHERE state = 'sent'").await;
    // Who hears of the highest rung needs none of the lower ones.
    assert!(sent >= 3, "{sent}");
    let arrived = (0..sent).map(|_letter| {
        let arrived = relay.letters.recv_timeout(Duration::from_secs(10));
        arrived.unwrap()
    });
    arrived.collect()
}

/// Looks at the outbox, a minute long.
const LOOKS_MAX: u32 = 600;

fn header(letter: &Value, name: &str) -> Option<String> {
    let headers = letter["headers"].as_array().unwrap();
    let mut found = headers
        .iter()
        .filter(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case(name));
    let value = found
        .next()
        .map(|pair| pair[1].as_str().unwrap().to_owned());
    assert!(found.next().is_none(), "{name} stands there twice");
    value
}

fn check(letter: &Value, code: &str) {
    assert_eq!(letter["from"], "green-channel@gc.example.gov.cn");
    assert_eq!(letter["defects"], json!([]), "{letter:#}");
    assert_eq!(
        (&letter["type"], &letter["charsets"]),
        (&json!("multipart/alternative"), &json!(["utf-8", "utf-8"]))
    );
    assert!(letter["longest"].as_u64().unwrap() <= 998);
    let subject = letter["subject"].as_str().unwrap();
    assert!(
        subject.contains(code) && subject.contains("绿色通道认定"),
        "{subject}"
    );
    let (text, page) = (
        letter["text"].as_str().unwrap(),
        letter["html"].as_str().unwrap(),
    );
    let shown = html::text(page);
    for said in [
        code,
        "海龙经济开发区",
        "海龙精密（三期）（重点项目）",
        "海龙精密有限公司",
        "投资促进局",
        "1月8日",
        "http://localhost:8077/desk/stages/stg_",
    ] {
        assert!(text.contains(said), "{said} in the text:\n{text}");
        assert!(shown.contains(said), "{said} in the page:\n{shown}");
    }
    let squeezed = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let shown = squeezed(&shown);
    for word in text.split(|c: char| c.is_whitespace() || "：:（）()".contains(c)) {
        assert!(
            word.contains("http") || shown.contains(word),
            "{word:?} is in the text alone"
        );
    }
    assert_eq!(
        header(letter, "Auto-Submitted").as_deref(),
        Some("auto-generated")
    );
    assert_eq!(
        header(letter, "X-Auto-Response-Suppress").as_deref(),
        Some("DR, OOF, AutoReply")
    );
    assert_eq!(header(letter, "Precedence"), None);
    let id = header(letter, "Message-ID").unwrap();
    assert!(
        id.starts_with('<') && id.ends_with("@gc.example.gov.cn>"),
        "{id}"
    );
    let root = header(letter, "References").unwrap();
    assert!(
        root.starts_with("<gc.stage.stg_") && root.ends_with("@gc.example.gov.cn>"),
        "{root}"
    );
    assert_eq!(header(letter, "In-Reply-To"), Some(root));
    assert!(header(letter, "List-Id").unwrap().starts_with("<project."));
    assert!(header(letter, "From").unwrap().contains("海龙经济开发区"));
    let to = letter["to"][0].as_str().unwrap();
    assert!(header(letter, "To").unwrap().contains(to));
    assert!(header(letter, "Date").is_some());
}
