//! Letters as their readers get them.

use mail_parser::{ContentType, MessageParser, MimeHeaders as _};
use notifications::mailer::KeptLetter;

use super::staff;

/// One letter that left the office.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// The login of the reader.
    pub(crate) to: String,
    /// What it is about: `assigned`, `calendar_changed`, `silence`, `remind`, `yellow`, `red` or `leadership`.
    pub(crate) kind: &'static str,
    /// The subject, decoded.
    pub(crate) subject: String,
    /// The part for reading as text.
    pub(crate) text: String,
    /// The part for reading as a page.
    pub(crate) html: String,
    /// Every header, as sent.
    pub(crate) headers: String,
}

/// What each kind says in its subject, Chinese and English.
const KINDS: [(&str, [&str; 2]); 26] = [
    ("digest", ["【汇总】", "[Digest]"]),
    ("undelivered", ["【未送达】", "[Not delivered]"]),
    ("assigned", ["【转入】", "[Assigned]"]),
    (
        "stop_to_answer",
        ["【停表请确认】", "[Please confirm a stop]"],
    ),
    ("stop_objected", ["【停表有异议】", "[Objection to a stop]"]),
    ("stop_expired", ["【停表超期】", "[Stop expired]"]),
    ("extension_asked", ["【延期待批】", "[Extension to decide]"]),
    ("extension_granted", ["【延期已准】", "[Extension granted]"]),
    (
        "extension_rejected",
        ["【延期未准】", "[Extension rejected]"],
    ),
    ("decision_late", ["【延期审批超时】", "[Decision late]"]),
    ("stop_to_review", ["【停表待复核】", "[Stop to review]"]),
    ("stop_upheld", ["【停表维持】", "[Stop upheld]"]),
    ("stop_annulled", ["【停表撤销】", "[Stop annulled]"]),
    ("expiring", ["【证照将失效】", "[Expires soon]"]),
    ("calendar_changed", ["【日历】", "[Calendar]"]),
    ("webhook_stopped", ["【推送】", "[Webhook]"]),
    ("card_appealed", ["【申诉待核】", "[Appeal to decide]"]),
    ("card_withdrawn", ["【牌已撤销】", "[Card withdrawn]"]),
    (
        "card_appeal_rejected",
        ["【申诉未采纳】", "[Appeal rejected]"],
    ),
    ("silence", ["【请更新】", "[Please update]"]),
    ("remind", ["【临期】", "[Due soon]"]),
    ("yellow", ["黄牌", "yellow card"]),
    ("red", ["红牌", "red card"]),
    ("leadership", ["领导督办", "leadership supervision"]),
    ("sign_in_code", ["【登录】", "[Sign-in]"]),
    ("new_device", ["【安全】", "[Security]"]),
];

impl Letter {
    /// Reads a letter as a mail program does.
    pub(crate) fn read(kept: &KeptLetter) -> Self {
        let message = MessageParser::default().parse(&kept.bytes).unwrap();
        assert_eq!(
            message.content_type().map(ContentType::ctype),
            Some("multipart")
        );
        let subject = message.subject().unwrap().to_owned();
        let kind = KINDS
            .iter()
            .find(|(_, words)| words.iter().any(|words| subject.contains(words)))
            .unwrap_or_else(|| panic!("a letter of no kind: {subject}"))
            .0;
        let to = staff::logins()
            .find(|login| staff::address_of(login) == kept.to)
            .unwrap_or_else(|| panic!("a letter to a stranger: {}", kept.to));
        let end = kept
            .bytes
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        Self {
            to: to.to_owned(),
            kind,
            subject,
            text: message.body_text(0).unwrap().into_owned(),
            html: message.body_html(0).unwrap().into_owned(),
            headers: String::from_utf8(kept.bytes[..end].to_vec()).unwrap(),
        }
    }

    /// Reader and kind, as tests list them.
    pub(crate) fn listed(&self) -> (&str, &str) {
        (&self.to, self.kind)
    }
}
