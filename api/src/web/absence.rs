//! When somebody is away, and who stands in: one's own page.

use askama::Template;
use domain::deputy::AbsenceReason;

use super::{
    Rendered,
    directory::colleague_choices,
    form::{Choice, ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::directory::PersonEntry;

#[derive(Template)]
#[template(path = "absence.html")]
struct AbsencePage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    person: &'a PersonEntry,
    headline: String,
    standing_in: &'a [String],
    fields: Vec<Field>,
    deputy: Field,
    errors: Vec<ErrorLine>,
}

/// The absences of `person`, who looks; `standing_in` are the names of those for whom they stand in today.
pub fn absence_page(
    frame: &Frame<'_>,
    person: &PersonEntry,
    (colleagues, standing_in): (&[PersonEntry], &[String]),
    form: &Form,
) -> Rendered {
    let w = &frame.words();
    let reasons = AbsenceReason::ALL.map(|reason| Choice {
        value: reason.code().to_owned(),
        label: w.code("absence-reason", reason.code()),
    });
    let day = |name| {
        let kind = FieldKind::Day {
            min: w.iso(frame.now.today),
            max: String::new(),
        };
        Field::new(w, form, ("absence", name), "", kind)
    };
    let people = || FieldKind::List(colleague_choices(w, person, colleagues));
    let substitute = Field::new(w, form, ("absence", "substitute"), "", people()).optional();
    let reason = FieldKind::Radios(reasons.into());
    let fields = vec![
        day("from_on"),
        day("until_on"),
        Field::new(w, form, ("absence", "reason"), "", reason),
        substitute,
    ];
    let named = person.deputy.as_ref();
    let named = named.map_or("", |deputy| deputy.id.as_str());
    let deputy = Field::new(w, form, ("absence", "deputy"), named, people()).optional();
    let headline = match (person.is_away, &person.stand_in) {
        (false, _) => w.t("absence-here"),
        (true, Some(_)) => w.t("absence-covered"),
        (true, None) => w.t("absence-uncovered"),
    };
    AbsencePage {
        f: frame,
        w,
        title: frame.title(&w.t("absence-title"), form.is_refused()),
        person,
        headline,
        standing_in,
        fields,
        deputy,
        errors: error_lines(w, form, "absence"),
    }
    .render()
}
