//! The calculator: filed on a day, due when?

use askama::Template;
use domain::limit::LIMIT_DAYS_MAX;

use super::{
    Rendered,
    explanation::{Explained, explained},
    form::{Choice, ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::explanation::ExplanationView;

#[derive(Template)]
#[template(path = "calculator.html")]
struct CalculatorPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
    explained: Option<Explained>,
}

/// A limit that people know: the general one of the licensing law.
const DAYS_PROPOSED: &str = "20";

/// The calculator. Its form is sent by GET and has the fields `on`, `days` and `unit`.
pub fn calculator_page(
    frame: &Frame<'_>,
    form: &Form,
    answer: Option<&ExplanationView>,
) -> Rendered {
    let w = &frame.words();
    let today = w.today.to_string();
    let new =
        |name, proposal: &str, kind| Field::new(w, form, ("calculator", name), proposal, kind);
    let choice = |code: &str| Choice {
        value: code.to_owned(),
        label: w.code("unit", code),
    };
    let any_day = FieldKind::Day {
        min: String::new(),
        max: String::new(),
    };
    let units = FieldKind::Radios(vec![choice("working_day"), choice("calendar_day")]);
    debug_assert!(
        DAYS_PROPOSED
            .parse::<u16>()
            .is_ok_and(|days| days <= LIMIT_DAYS_MAX)
    );
    CalculatorPage {
        f: frame,
        w,
        title: frame.title(&w.t("calculator-title"), form.is_refused()),
        fields: vec![
            new("on", &today, any_day),
            new("days", DAYS_PROPOSED, FieldKind::Line("off")),
            new("unit", "working_day", units),
        ],
        errors: error_lines(w, form, "calculator"),
        explained: answer.map(|view| explained(w, view)),
    }
    .render()
}
