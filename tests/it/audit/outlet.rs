//! Where checkpoints and security events go besides the database.

use std::{net::UdpSocket, path::Path};

use api::{
    audit::{
        file,
        outlet::Outlets,
        syslog::{Receiver, Syslog},
    },
    clock::Clock,
    ids::Ids,
    serve,
    worker::{self, Poke},
};
use domain::security::{SecurityAct, SecurityEvent};
use persistence::{StoreError, checkpoint::Checkpoint};
use serde_json::Value;
use time::Duration;
use uuid::Uuid;

use super::checkpoint::tell;
use crate::harness::{
    office::{Office, on_each_office, on_each_office_and_database, parts},
    zone::MONDAY,
};

/// Another process over the same database, with outlets of its own.
fn restarted(office: &Office, outlets: Outlets) -> api::app::App {
    let parts = parts(Ids::counted(), Clock::fixed(office.app.now()));
    let app = serve::assemble(office.app.store.clone(), parts, Poke::default()).unwrap();
    app.audit.send_to(outlets);
    app
}

async fn turn_at(office: &Office, app: &api::app::App, minutes: i64) {
    tell(office, 1).await;
    app.clock.set(MONDAY + Duration::minutes(minutes));
    worker::turn(app, &office.mailer, Uuid::from_u128(98))
        .await
        .unwrap();
}

fn numbers(path: &Path) -> Vec<i64> {
    let kept: Vec<Checkpoint> = file::read(path).unwrap();
    kept.into_iter().map(|kept| kept.number).collect()
}

#[test]
fn the_file_has_every_checkpoint_once_whoever_made_it_and_survives_a_crash_in_a_line() {
    on_each_office(async |office| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoints.jsonl");
        let outlets = || Outlets::new(Some(path.clone()), None);
        let first = restarted(&office, outlets());
        turn_at(&office, &first, 0).await;
        turn_at(&office, &first, 2).await;
        assert_eq!(numbers(&path), [1, 2]);
        // Made by a process without a file.
        turn_at(&office, &restarted(&office, Outlets::default()), 4).await;
        // Half a line, as a crash leaves it.
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend_from_slice(b"{\"zone\":\"0");
        std::fs::write(&path, bytes).unwrap();
        let half = std::fs::read_to_string(&path).unwrap();
        assert_eq!(numbers(&path), [1, 2]);
        let again = restarted(&office, outlets());
        turn_at(&office, &again, 6).await;
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&half), "what was written is never changed");
        let whole = text.lines().filter(|line| line.ends_with('}'));
        assert_eq!(whole.count(), 4);
    });
}

#[test]
fn a_database_that_was_set_back_gets_no_more_lines_into_the_file() {
    on_each_office_and_database(async |office, database| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoints.jsonl");
        let outlets = || Outlets::new(Some(path.clone()), None);
        let app = restarted(&office, outlets());
        turn_at(&office, &app, 0).await;
        turn_at(&office, &app, 2).await;
        let mut back_door = database.back_door().await;
        back_door
            .run(
                "DELETE FROM checkpoint_leaf WHERE number = 2; DELETE FROM checkpoint WHERE number = 2; \
                 UPDATE checkpoint_leaf SET is_last = (1 = 1);",
            )
            .await;
        turn_at(&office, &restarted(&office, outlets()), 4).await;
        turn_at(&office, &restarted(&office, outlets()), 6).await;
        assert_eq!(numbers(&path), [1, 2], "the file keeps what it knows");
    });
}

#[test]
fn syslog_gets_each_checkpoint_and_each_security_event_in_a_form_that_others_read() {
    on_each_office(async |office| {
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        receiver
            .set_read_timeout(Some(std::time::Duration::from_millis(300)))
            .unwrap();
        let address = format!("udp://{}", receiver.local_addr().unwrap());
        let syslog = Syslog::new(Receiver::parse(&address).unwrap(), "审计 host-1");
        let app = restarted(&office, Outlets::new(None, Some(syslog)));
        let (zone, now) = (office.app.zone, office.app.now());
        let kept: Result<i64, StoreError> = office
            .app
            .store
            .write(async move |tx| {
                let told = SecurityEvent::refused(SecurityAct::SignIn, None)
                    .with("reason", "口令“错误”\n<14>1 forged");
                tx.add_security_event(zone, &told, now).await
            })
            .await;
        kept.unwrap();
        turn_at(&office, &app, 0).await;
        turn_at(&office, &app, 2).await;
        let mut heard = Vec::new();
        let mut datagram = vec![0; 65_536];
        while let Ok(length) = receiver.recv(&mut datagram) {
            heard.push(String::from_utf8(datagram[..length].to_vec()).unwrap());
        }
        let parsed: Vec<_> = heard
            .iter()
            .map(|line| syslog_loose::parse_message(line, syslog_loose::Variant::RFC5424))
            .collect();
        let kinds: Vec<_> = parsed
            .iter()
            .map(|message| message.msgid.unwrap())
            .collect();
        assert_eq!(
            kinds,
            [
                "checkpoint",
                "security",
                "security",
                "checkpoint",
                "security"
            ],
            "{heard:#?}"
        );
        for (message, line) in parsed.iter().zip(&heard) {
            assert!(line.is_ascii() && !line.contains('\n'), "{line}");
            assert_eq!(message.appname, Some("green-channel"));
            assert_eq!(message.hostname, Some("host-1"));
            assert_eq!(
                message.facility,
                Some(syslog_loose::SyslogFacility::LOG_AUDIT)
            );
            assert!(message.timestamp.is_some());
            let said: Value = serde_json::from_str(message.msg).unwrap();
            assert!(said.is_object());
        }
        let refused: Value = serde_json::from_str(parsed[1].msg).unwrap();
        assert!(refused["detail"].as_str().unwrap().contains("口令“错误”"));
        assert_eq!(
            parsed[1].severity,
            Some(syslog_loose::SyslogSeverity::SEV_WARNING)
        );
        assert_eq!(
            parsed[2].severity,
            Some(syslog_loose::SyslogSeverity::SEV_NOTICE)
        );
    });
}
