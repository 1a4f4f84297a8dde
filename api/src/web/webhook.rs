//! Addresses to which events are sent: the list with the form that asks for one, and one with its log.

use askama::Template;

use super::{
    Rendered,
    form::{ErrorLine, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::webhook::{DeliveryView, WebhookView};

#[derive(Template)]
#[template(path = "webhook_list.html")]
struct WebhookListPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    hooks: &'a [WebhookView],
    form: &'a Form,
    errors: Vec<ErrorLine>,
}

/// The list.
pub fn webhook_list_page(frame: &Frame<'_>, hooks: &[WebhookView], form: &Form) -> Rendered {
    let w = &frame.words();
    WebhookListPage {
        f: frame,
        w,
        title: frame.title(&w.t("webhook-title"), form.is_refused()),
        hooks,
        form,
        errors: error_lines(w, form, "webhook"),
    }
    .render()
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct WebhookPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    hook: &'a WebhookView,
    deliveries: &'a [DeliveryView],
    secret: Option<&'a str>,
    may_approve: bool,
    errors: Vec<ErrorLine>,
}

/// One address; `secret` is one that was just made, which is shown this once.
pub fn webhook_page(
    frame: &Frame<'_>,
    (hook, deliveries): (&WebhookView, &[DeliveryView]),
    secret: Option<&str>,
    may_approve: bool,
    form: &Form,
) -> Rendered {
    let w = &frame.words();
    WebhookPage {
        f: frame,
        w,
        title: frame.title(&w.t("webhook-title"), form.is_refused()),
        hook,
        deliveries,
        secret,
        may_approve,
        errors: error_lines(w, form, "webhook"),
    }
    .render()
}
