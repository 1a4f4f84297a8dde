//! Signing in.

use askama::Template;

use super::{
    Rendered,
    form::{ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    fields: Vec<Field>,
    next: &'a str,
    errors: Vec<ErrorLine>,
}

/// The sign-in page. `form` has the fields `login`, `password`, of which the second is never shown
/// again, and `next`: where to go afterwards.
pub fn sign_in_page(frame: &Frame<'_>, form: &Form) -> Rendered {
    let w = &frame.words();
    let field = |name, kind| Field::new(w, form, ("account", name), "", kind);
    SignInPage {
        f: frame,
        w,
        title: frame.title(&w.t("sign-in-title"), form.is_refused()),
        fields: vec![
            field("login", FieldKind::Line("username")),
            field("password", FieldKind::Secret("current-password")),
        ],
        next: form.value("next"),
        errors: error_lines(w, form, "account"),
    }
    .render()
}
