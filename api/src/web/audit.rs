//! The security record: who, what, when, from where, and whether it holds.

use askama::Template;
use domain::security::SecurityAct;

use super::{
    Rendered,
    frame::{Frame, Theme},
    words::Words,
};
use crate::{
    http::audit::AuditQuery,
    view::audit::{AuditLineView, AuditPageView},
};

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a AuditPageView,
    acts: Vec<Choice>,
    outcomes: Vec<Choice>,
    query: &'a AuditQuery,
    status: String,
    covered: String,
    export_href: String,
    next_href: Option<String>,
}

/// One choice of a list.
struct Choice {
    value: &'static str,
    label: String,
    is_taken: bool,
}

/// The page of the security record, for what was asked.
pub fn audit_page(frame: &Frame<'_>, view: &AuditPageView, query: &AuditQuery) -> Rendered {
    let w = &frame.words();
    let chain = &view.chain;
    let status = match chain.wrong {
        Some(line) => w.with("audit-broken", "line", line.to_string()),
        None if chain.checked_to < chain.last => w.filled(
            "audit-checking",
            &[
                ("to", &chain.checked_to.to_string()),
                ("last", &chain.last.to_string()),
            ],
        ),
        None => w.with("audit-whole", "to", chain.checked_to.to_string()),
    };
    let covered = match (chain.checkpoint, chain.checkpoint_at) {
        (Some(number), Some(at)) => w.filled(
            "audit-covered",
            &[
                ("number", &number.to_string()),
                ("at", &instant(w, at)),
                ("to", &chain.covered_to.to_string()),
            ],
        ),
        _ => w.t("audit-uncovered"),
    };
    AuditPage {
        f: frame,
        w,
        title: frame.title(&w.t("audit-title"), false),
        view,
        acts: SecurityAct::ALL
            .map(|act| Choice {
                value: act.code(),
                label: act_words(w, act.code()),
                is_taken: query.act.as_deref() == Some(act.code()),
            })
            .into(),
        outcomes: ["done", "refused"]
            .map(|code| Choice {
                value: code,
                label: w.code("audit-outcome", code),
                is_taken: query.outcome.as_deref() == Some(code),
            })
            .into(),
        query,
        status,
        covered,
        export_href: format!("/admin/audit/export{}", address(query, None)),
        next_href: view
            .next
            .map(|seq| format!("/admin/audit{}", address(query, Some(seq)))),
    }
    .render()
}

/// What an act is called.
fn act_words(w: &Words<'_>, act: &str) -> String {
    w.code("act", &act.replace('.', "-"))
}

/// Day and time in the zone.
fn instant(w: &Words<'_>, at: time::OffsetDateTime) -> String {
    let local = w.time.local(at);
    let (hour, minute, second) = local.time().as_hms();
    format!("{} {hour:02}:{minute:02}:{second:02}", local.date())
}

impl AuditPage<'_> {
    fn act(&self, line: &AuditLineView) -> String {
        act_words(self.w, line.act)
    }

    fn at(&self, line: &AuditLineView) -> String {
        instant(self.w, line.recorded_at)
    }
}

/// The parameters of an address, with those that say something.
fn address(query: &AuditQuery, cursor: Option<i64>) -> String {
    let cursor = cursor.map(|seq| seq.to_string());
    let pairs = [
        ("act", &query.act),
        ("outcome", &query.outcome),
        ("actor", &query.actor),
        ("object", &query.object),
        ("from", &query.from),
        ("until", &query.until),
        ("cursor", &cursor),
    ];
    let said: Vec<(&str, &str)> = pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref().filter(|text| !text.is_empty())?)))
        .collect();
    let encoded: Vec<String> = said
        .into_iter()
        .map(|(name, value)| format!("{name}={}", escaped(value)))
        .collect();
    if encoded.is_empty() {
        String::new()
    } else {
        format!("?{}", encoded.join("&"))
    }
}

/// A value of a parameter (RFC 3986, section 2.3).
fn escaped(value: &str) -> String {
    use std::fmt::Write as _;
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            let _text_takes_everything = write!(text, "%{byte:02X}");
        }
        text
    })
}
