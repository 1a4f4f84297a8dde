//! The front page: project code and query code.

use askama::Template;

use super::{
    Rendered,
    form::{ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::home::HomeView;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a HomeView,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
}

/// The front page. `form` has the fields `code` and `query_code`; it is sent to `POST /status`.
pub fn home_page(frame: &Frame<'_>, view: &HomeView, form: &Form) -> Rendered {
    let w = &frame.words();
    let field = |name| Field::new(w, form, ("status", name), "", FieldKind::Line("off"));
    HomePage {
        f: frame,
        w,
        title: frame.title(&w.t("home-title"), form.is_refused()),
        view,
        fields: vec![field("code"), field("query_code")],
        errors: error_lines(w, form, "status"),
    }
    .render()
}
