//! The bytes are read back by another library: what went in must come out, and nothing else.

use mail_parser::{Address as Parsed, HeaderValue as Value, MessageParser, MimeHeaders};
use proptest::prelude::*;
use time::macros::datetime;

use super::*;

fn letter() -> Rendered {
    Rendered {
        subject: "【督办·超期 2 个工作日】GC-2026-0038 建设用地规划许可 — 黄牌 10月19日前处理"
            .to_owned(),
        text: "王敏，您收到此信。\n.\n签收：https://gc.example.gov.cn/a/8fK2\n".to_owned(),
        html: "<p>王敏，您收到此信。</p>\n.\n".to_owned(),
    }
}

fn envelope() -> Envelope {
    Envelope {
        from_name: "示例经济开发区".to_owned(),
        from_address: "noreply@gc.example.gov.cn".to_owned(),
        to_name: "王敏".to_owned(),
        to_address: "wang.min@example.gov.cn".to_owned(),
        message_id: message_id(b"secret", "v1:stage:1:2:wang", "gc.example.gov.cn"),
        date: datetime!(2026-10-16 08:31:07 +8),
        thread_root: Some("<gc.stage.stg_01J8@gc.example.gov.cn>".to_owned()),
        list_id: Some("<project.GC-2026-0038.gc.example.gov.cn>".to_owned()),
        reply_to: None,
    }
}

fn header_names(bytes: &[u8]) -> Vec<String> {
    let parsed = MessageParser::default().parse(bytes).unwrap();
    parsed
        .headers()
        .iter()
        .map(|header| header.name().to_owned())
        .collect()
}

fn only_mailbox(parsed: Option<&Parsed<'_>>) -> (String, String) {
    let addresses: Vec<_> = parsed.unwrap().iter().collect();
    assert_eq!(addresses.len(), 1, "{addresses:?}");
    (
        addresses[0].name().unwrap_or_default().to_owned(),
        addresses[0].address().unwrap_or_default().to_owned(),
    )
}

#[test]
fn a_letter_comes_out_as_it_went_in() {
    let bytes = build(&letter(), &envelope()).unwrap();
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(parsed.subject().unwrap(), letter().subject);
    assert_eq!(
        only_mailbox(parsed.from()),
        ("示例经济开发区".into(), "noreply@gc.example.gov.cn".into())
    );
    assert_eq!(
        only_mailbox(parsed.to()),
        ("王敏".into(), "wang.min@example.gov.cn".into())
    );
    assert_eq!(parsed.date().unwrap().to_rfc3339(), "2026-10-16T00:31:07Z");
    assert_eq!(
        parsed.body_text(0).unwrap(),
        letter().text.replace('\n', "\r\n")
    );
    assert_eq!(
        parsed.body_html(0).unwrap(),
        letter().html.replace('\n', "\r\n")
    );
    let kinds: Vec<_> = parsed
        .parts
        .iter()
        .map(|part| part.content_type().unwrap().subtype().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["alternative", "plain", "html"]);
    let root = "gc.stage.stg_01J8@gc.example.gov.cn";
    assert_eq!(parsed.in_reply_to().as_text(), Some(root));
    assert_eq!(parsed.references().as_text(), Some(root));
    for (name, want) in [
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "DR, OOF, AutoReply"),
    ] {
        assert_eq!(parsed.header(name), Some(&Value::Text(want.into())));
    }
    assert!(parsed.header("Precedence").is_none());
    let raw = String::from_utf8(bytes).unwrap();
    assert!(raw.contains("\r\nList-Id: <project.GC-2026-0038.gc.example.gov.cn>\r\n"));
    assert_eq!(raw.matches("Content-Transfer-Encoding: base64").count(), 2);
    assert!(raw.lines().all(|line| line.len() <= 78), "{raw}");
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let first = build(&letter(), &envelope()).unwrap();
    assert_eq!(first, build(&letter(), &envelope()).unwrap());
    let mut other = envelope();
    other.message_id = message_id(b"secret", "v1:stage:1:3:wang", "gc.example.gov.cn");
    assert_ne!(first, build(&letter(), &other).unwrap());
}

#[test]
fn the_message_id_is_stable_and_secret() {
    let id = message_id(b"secret", "v1:a:1:2:b", "gc.example.gov.cn");
    // Computed once with another program: sha256("secretv1:a:1:2:b"), first 16 octets.
    assert_eq!(id, "<5jbdq3ytgdz4rnsk94k8pe2h74@gc.example.gov.cn>");
    assert_ne!(id, message_id(b"other", "v1:a:1:2:b", "gc.example.gov.cn"));
    assert_ne!(id, message_id(b"secret", "v1:a:1:2:c", "gc.example.gov.cn"));
}

#[test]
fn what_cannot_be_an_address_or_an_identifier_is_refused() {
    for bad in [
        "",
        "wang",
        "wang@",
        "a@b.cn\r\nBcc: c@d.cn",
        "a@b.cn, c@d.cn",
        "王敏@example.cn",
        "<a@b.cn>",
        "a b@c.cn",
    ] {
        let broken = Envelope {
            to_address: bad.to_owned(),
            ..envelope()
        };
        assert!(build(&letter(), &broken).is_err(), "{bad:?}");
    }
    for bad in [
        "",
        "<>",
        "a@b",
        "<a b@c>",
        "<a@b>\r\nX: y",
        "<a@b\r\n>",
        "<王@b>",
        "<a><b>",
    ] {
        let broken = Envelope {
            message_id: bad.to_owned(),
            ..envelope()
        };
        assert!(build(&letter(), &broken).is_err(), "{bad:?}");
        let broken = Envelope {
            list_id: Some(bad.to_owned()),
            ..envelope()
        };
        assert!(build(&letter(), &broken).is_err(), "{bad:?}");
    }
    let early = Envelope {
        date: datetime!(1969-12-31 23:59:59 UTC),
        ..envelope()
    };
    assert!(matches!(build(&letter(), &early), Err(Unsendable::Date)));
}

#[test]
fn what_looks_encoded_is_not_decoded() {
    let mut letter = letter();
    // An encoded "Bcc: a@b.cn" on a line of its own.
    letter.subject = "=?utf-8?b?DQpCY2M6IGFAYi5jbg==?=".to_owned();
    let bytes = build(&letter, &envelope()).unwrap();
    let parsed = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(
        parsed.subject().unwrap(),
        "= ?utf-8?b?DQpCY2M6IGFAYi5jbg== ?="
    );
}

#[test]
fn a_bare_line_end_is_found() {
    for (bytes, want) in [
        (&b""[..], false),
        (b"a\r\nb\r\n", false),
        (b"\r\n\r\n", false),
        (b"a\nb", true),
        (b"a\rb", true),
        (b"a\r", true),
        (b"\n", true),
        (b"a\r\r\n", true),
        (b"a\r\n\n", true),
    ] {
        assert_eq!(has_bare_line_end(bytes), want, "{bytes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in names, subject and bodies: the same headers, one recipient, the same words.
    #[test]
    fn nothing_in_a_name_or_subject_becomes_a_header(
        from_name in hostile(), to_name in hostile(), subject in hostile(), text in hostile(),
    ) {
        let letter = Rendered { subject, text: text.clone(), html: text.clone() };
        let envelope = Envelope { from_name, to_name, ..envelope() };
        let bytes = build(&letter, &envelope).unwrap();
        prop_assert!(!has_bare_line_end(&bytes));
        prop_assert!(bytes.is_ascii());
        prop_assert_eq!(header_names(&bytes), header_names(&build(&self::letter(), &self::envelope()).unwrap()));
        let parsed = MessageParser::default().parse(&bytes).unwrap();
        prop_assert_eq!(parsed.subject().unwrap_or_default(), header_text(&letter.subject));
        let (name, address) = only_mailbox(parsed.to());
        prop_assert_eq!(address, envelope.to_address);
        prop_assert_eq!(name, header_text(&envelope.to_name));
        let want = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        prop_assert_eq!(parsed.body_text(0).unwrap_or_default(), want);
    }
}

/// Texts of the pieces with which headers are forged, and of anything else.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\r\n".to_owned()),
        Just("\n".to_owned()),
        Just("\r".to_owned()),
        Just("\0".to_owned()),
        Just("\u{85}".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("Bcc: evil@example.org".to_owned()),
        Just("\r\n.\r\n".to_owned()),
        Just("=?utf-8?b?".to_owned()),
        Just("?=".to_owned()),
        Just("<evil@example.org>".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just(",".to_owned()),
        Just("(".to_owned()),
        "[a-zA-Z0-9 ]{1,12}",
        "[一-龥]{1,12}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}
