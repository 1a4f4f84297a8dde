//! The demo's letters.

use askama::Template;

use super::{
    Rendered,
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::mail::{MailListView, MailView};

#[derive(Template)]
#[template(path = "mail_list.html")]
struct MailListPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a MailListView,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a MailView,
}

/// The list of letters.
pub fn mail_list_page(frame: &Frame<'_>, view: &MailListView) -> Rendered {
    let w = &frame.words();
    MailListPage {
        f: frame,
        w,
        title: frame.title(&w.t("mail-title"), false),
        view,
    }
    .render()
}

/// One letter. Its HTML part is shown in a sandboxed frame from `/demo/mail/{id}/html`; that page must
/// allow `frame-src 'self'`, and the HTML part `frame-ancestors 'self'`.
pub fn mail_page(frame: &Frame<'_>, view: &MailView) -> Rendered {
    let w = &frame.words();
    let unwritten = w.t("mail-unwritten");
    let subject = view.row.subject.as_ref().unwrap_or(&unwritten);
    MailPage {
        f: frame,
        w,
        title: frame.title(subject, false),
        view,
    }
    .render()
}
