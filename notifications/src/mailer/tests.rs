//! Each phase and each outcome against a relay that says what a test tells it to say.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use lettre::transport::smtp::{client::SmtpConnection, extension::ClientId};
use time::Duration as Span;

use super::*;

mod relay;

use relay::{Answer, Relay, Script};

const FROM: &str = "noreply@gc.example.gov.cn";
const TO: &str = "wang.min@example.gov.cn";
/// What a case changes in the settings.
type Adapt<'a> = &'a dyn Fn(&mut SmtpSettings);
/// Lines that begin with a dot are the ones that can go wrong.
const LETTER: &[u8] =
    b"Message-ID: <1@gc.example.gov.cn>\r\nSubject: x\r\n\r\n.\r\n..\r\nA line.\r\n.last\r\n";

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
        extra_root_pem: None,
        login: None,
        hello_name: "worker.gc.example.gov.cn".to_owned(),
        timeouts: Timeouts::default(),
    }
}

fn mailer(settings: SmtpSettings) -> Mailer {
    Mailer::Smtp(Box::new(Smtp::new(settings).unwrap()))
}

/// Sends one letter to a relay with this script: outcome, calls of intent, what the relay heard.
fn send(script: Script) -> (Outcome, u32, Vec<String>) {
    send_with(script, |_settings| {}, LETTER)
}

fn send_with(
    script: Script,
    adapt: impl FnOnce(&mut SmtpSettings),
    bytes: &[u8],
) -> (Outcome, u32, Vec<String>) {
    let relay = Relay::start(script);
    let mut settings = settings(relay.port);
    adapt(&mut settings);
    let mut intents = 0;
    let outcome = mailer(settings).send(FROM, TO, bytes, &mut || {
        intents += 1;
        true
    });
    (outcome, intents, relay.heard())
}

fn retry(reason: &str, at_phase: Phase) -> Outcome {
    Outcome::Retry {
        reason: reason.to_owned(),
        at_phase,
        is_throttled: false,
    }
}

#[test]
fn a_letter_arrives_as_it_left() {
    let (outcome, intents, heard) = send(Script::default());
    assert_eq!(
        outcome,
        Outcome::Accepted {
            reply: "250 2.0.0 queued as 7F3A".to_owned()
        }
    );
    assert_eq!(intents, 1);
    assert_eq!(
        heard,
        [
            "EHLO worker.gc.example.gov.cn",
            "MAIL FROM:<noreply@gc.example.gov.cn>",
            "RCPT TO:<wang.min@example.gov.cn>",
            "DATA",
            std::str::from_utf8(LETTER).unwrap(),
            "QUIT",
        ]
    );
}

#[test]
fn intent_is_asked_after_everything_that_can_fail_and_before_the_first_byte() {
    let relay = Relay::start(Script::default());
    let mailer = mailer(settings(relay.port));
    let mut heard_before = Vec::new();
    let outcome = mailer.send(FROM, TO, LETTER, &mut || {
        heard_before = relay.heard_so_far();
        false
    });
    assert_eq!(outcome, Outcome::Aborted);
    assert_eq!(heard_before.last().unwrap(), "DATA");
    assert_eq!(relay.heard(), heard_before, "not one byte more");
}

#[test]
fn before_the_letter_everything_is_the_relay() {
    // A port on which nobody listens any more.
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut never = || panic!("no relay, no intent");
    let outcome = mailer(settings(closed.port())).send(FROM, TO, LETTER, &mut never);
    assert!(matches!(outcome, Outcome::RelayDown { .. }), "{outcome:?}");

    let login = |settings: &mut SmtpSettings| {
        settings.login = Some(Login {
            user: "gc".to_owned(),
            password: domain::secret::Secret::new("secret".to_owned()),
        });
    };
    let plain = |_settings: &mut SmtpSettings| {};
    let start_tls = |settings: &mut SmtpSettings| settings.security = Security::StartTls;
    let cases: [(&str, Answer, Adapt<'_>); 9] = [
        ("greeting", Answer::Say("554 no service"), &plain),
        ("greeting", Answer::Say("421 4.3.2 busy"), &plain),
        ("greeting", Answer::Close, &plain),
        ("greeting", Answer::Say("HTTP/1.1 400 Bad Request"), &plain),
        ("EHLO", Answer::Say("550 go away"), &plain),
        ("EHLO", Answer::Say("250 relay.example"), &start_tls),
        (
            "STARTTLS",
            Answer::Say("454 4.7.0 TLS not available"),
            &start_tls,
        ),
        ("EHLO", Answer::Say("250 relay.example"), &login),
        (
            "AUTH",
            Answer::Say("535 5.7.8 authentication failed"),
            &login,
        ),
    ];
    for (step, answer, adapt) in cases {
        let (outcome, intents, heard) = send_with(Script::with(step, answer), adapt, LETTER);
        assert!(
            matches!(outcome, Outcome::RelayDown { .. }),
            "{step} {answer:?}: {outcome:?}"
        );
        assert_eq!(intents, 0);
        assert!(!heard.iter().any(|line| line.starts_with("MAIL")));
    }
}

#[test]
fn a_no_before_the_body_is_definite() {
    for (step, answer, want) in [
        (
            "MAIL",
            "451 4.3.0 later",
            retry("451 4.3.0 later", Phase::MailFrom),
        ),
        (
            "MAIL",
            "550 5.7.1 not your address",
            Outcome::RelayDown {
                reason: "550 5.7.1 not your address".to_owned(),
            },
        ),
        (
            "RCPT",
            "450 4.7.1 greylisted",
            retry("450 4.7.1 greylisted", Phase::RcptTo),
        ),
        (
            "RCPT",
            "550 5.1.1 User unknown",
            Outcome::Refused {
                reason: "550 5.1.1 User unknown".to_owned(),
            },
        ),
        (
            "RCPT",
            "550 Mail frequency limited",
            Outcome::Retry {
                reason: "550 Mail frequency limited".to_owned(),
                at_phase: Phase::RcptTo,
                is_throttled: true,
            },
        ),
        (
            "DATA",
            "451 4.3.0 disk",
            retry("451 4.3.0 disk", Phase::Data),
        ),
        (
            "RCPT",
            "421 4.3.2 shutting down",
            Outcome::RelayDown {
                reason: "421 4.3.2 shutting down".to_owned(),
            },
        ),
    ] {
        let (outcome, intents, heard) = send(Script::with(step, Answer::Say(answer)));
        assert_eq!(outcome, want);
        assert_eq!(intents, 0);
        assert_eq!(heard.last().unwrap(), "QUIT", "{step}");
    }
}

#[test]
fn a_connection_that_ends_before_the_body_has_sent_nothing() {
    for (step, phase) in [
        ("MAIL", Phase::MailFrom),
        ("RCPT", Phase::RcptTo),
        ("DATA", Phase::Data),
    ] {
        for answer in [
            Answer::Close,
            Answer::Say("not a reply"),
            Answer::Bytes(b"550 \xd3\xca\xcf\xe4\r\n"),
        ] {
            let (outcome, intents, _heard) = send(Script::with(step, answer));
            assert!(
                matches!(outcome, Outcome::Retry { at_phase, is_throttled: false, .. } if at_phase == phase),
                "{step} {answer:?}: {outcome:?}"
            );
            assert_eq!(intents, 0);
        }
    }
}

#[test]
fn an_answer_to_something_else_is_no_permission_to_send() {
    let (outcome, intents, _heard) = send(Script::with("DATA", Answer::Say("250 ok")));
    assert!(
        matches!(&outcome, Outcome::Retry { at_phase: Phase::Data, reason, .. } if reason.contains("250 ok")),
        "{outcome:?}"
    );
    assert_eq!(intents, 0);
}

#[test]
fn replies_that_came_before_the_handshake_are_found() {
    for (answer, is_fine) in [
        ("250 relay.example", true),
        ("250 relay.example\r\n250 forged", false),
        ("250 relay.example\r\n550 forged", false),
        ("250 relay.example\r\nforged", false),
    ] {
        let relay = Relay::start(Script::with("EHLO", Answer::Say(answer)));
        let mut connection = SmtpConnection::connect(
            ("127.0.0.1", relay.port),
            None,
            &ClientId::Domain("worker.example".to_owned()),
            None,
            None,
        )
        .unwrap();
        assert_eq!(
            smtp::refuse_early_replies(&mut connection).is_ok(),
            is_fine,
            "{answer:?}"
        );
        drop(connection);
        relay.heard();
    }
}

#[test]
fn after_the_final_dot_only_a_reply_can_tell() {
    for (answer, want) in [
        (
            "451 4.3.0 later",
            retry("451 4.3.0 later", Phase::FinalReply),
        ),
        (
            "554 5.7.1 spam",
            Outcome::Refused {
                reason: "554 5.7.1 spam".to_owned(),
            },
        ),
        (
            "554 too frequent",
            Outcome::Retry {
                reason: "554 too frequent".to_owned(),
                at_phase: Phase::FinalReply,
                is_throttled: true,
            },
        ),
    ] {
        let (outcome, intents, _heard) = send(Script::with("dot", Answer::Say(answer)));
        assert_eq!((outcome, intents), (want, 1));
    }
    let short = |settings: &mut SmtpSettings| {
        settings.timeouts.last_reply = Duration::from_millis(200);
    };
    let (outcome, ..) = send_with(Script::with("dot", Answer::Silence), short, LETTER);
    assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome:?}");
    for answer in [
        Answer::Close,
        Answer::Say("not a reply"),
        Answer::Say("354 go on"),
        Answer::Bytes(b"250 \xd3\xca\xbc\xfe\r\n"),
    ] {
        let (outcome, intents, heard) = send(Script::with("dot", answer));
        assert!(
            matches!(outcome, Outcome::Ambiguous { .. }),
            "{answer:?}: {outcome:?}"
        );
        assert_eq!(intents, 1);
        assert!(heard.contains(&std::str::from_utf8(LETTER).unwrap().to_owned()));
    }
}

#[test]
fn a_body_that_does_not_get_through_was_not_sent() {
    // More than the sockets on both sides can hold: the relay leaves, so writing fails before the dot.
    let long = b"0123456789012345678901234567890123456789\r\n".repeat(800_000);
    let (outcome, intents, _heard) =
        send_with(Script::with("body", Answer::Close), |_settings| {}, &long);
    assert!(
        matches!(
            outcome,
            Outcome::Retry {
                at_phase: Phase::Body,
                ..
            }
        ),
        "{outcome:?}"
    );
    assert_eq!(intents, 1);
}

#[test]
fn what_is_wrong_with_the_letter_or_its_addresses_never_reaches_the_relay() {
    let memory = Memory::default();
    let mailer = Mailer::Memory(memory.clone());
    let mut never = || panic!("nothing to send, no intent");
    for (from, to, bytes, is_relay) in [
        (FROM, TO, &b"a\nb"[..], false),
        (FROM, TO, b"a\rb", false),
        (FROM, "nobody", LETTER, false),
        (FROM, "a@b.cn>\r\nRCPT TO:<c@d.cn", LETTER, false),
        (FROM, "王敏@example.cn", LETTER, false),
        ("nobody", TO, LETTER, true),
    ] {
        let outcome = mailer.send(from, to, bytes, &mut never);
        let is_as_wanted = match &outcome {
            Outcome::Refused { .. } => !is_relay,
            Outcome::RelayDown { .. } => is_relay,
            Outcome::Accepted { .. }
            | Outcome::Retry { .. }
            | Outcome::Ambiguous { .. }
            | Outcome::Aborted => false,
        };
        assert!(is_as_wanted, "{outcome:?}");
    }
    assert!(memory.letters().is_empty());
}

#[test]
fn memory_keeps_what_was_meant_to_be_sent() {
    let memory = Memory::default();
    let mailer = Mailer::Memory(memory.clone());
    assert_eq!(
        mailer.send(FROM, TO, LETTER, &mut || false),
        Outcome::Aborted
    );
    assert!(memory.letters().is_empty());
    mailer.send(FROM, TO, LETTER, &mut || true);
    assert_eq!(
        memory.letters(),
        [KeptLetter {
            from: FROM.to_owned(),
            to: TO.to_owned(),
            bytes: LETTER.to_vec()
        }]
    );
}

#[test]
fn attempts_move_apart() {
    let minutes: Vec<i64> = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, u32::MAX]
        .into_iter()
        .map(|attempt| retry_delay(attempt).whole_minutes())
        .collect();
    assert_eq!(minutes, [1, 1, 2, 5, 10, 15, 30, 60, 120, 240, 240, 240]);
    assert_eq!(retry_delay(3), Span::minutes(5));
}
