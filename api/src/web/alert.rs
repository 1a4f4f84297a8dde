//! One alert and its answer.

use askama::Template;
use domain::ladder::Rung;

use super::{
    Rendered,
    answer::{self, Answer, Reader},
    form::{ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::{alert::AlertPageView, days::DayUnit};

#[derive(Template)]
#[template(path = "alert.html")]
struct AlertPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a AlertPageView,
    answer: Answer,
    clock_unit: DayUnit,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
}

/// The page of an alert. `form` has the fields `instruction` and `new_date`.
pub fn alert_page(frame: &Frame<'_>, view: &AlertPageView, form: &Form) -> Rendered {
    let w = &frame.words();
    let heading = w.with("alert-title", "rung", w.rung(view.alert.rung));
    let day = FieldKind::Day {
        min: frame.now.today.to_string(),
        max: String::new(),
    };
    AlertPage {
        f: frame,
        w,
        title: frame.title(
            &format!("{heading} · {}", view.alert.project.code),
            form.is_refused(),
        ),
        view,
        answer: answer::of_stage(w, &view.stage, Reader::Staff),
        clock_unit: view.stage.day_unit(),
        fields: vec![
            Field::new(w, form, ("alert", "instruction"), "", FieldKind::Prose),
            Field::new(w, form, ("alert", "new_date"), "", day),
        ],
        errors: error_lines(w, form, "alert"),
    }
    .render()
}
