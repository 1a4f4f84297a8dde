//! A stop in the investor's court: the page on which the investor answers it.

use askama::Template;

use super::{
    Rendered,
    form::{Choice, ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::{
    action::Action,
    stage::{StageView, StopView},
    workbench::WorkbenchView,
};

#[derive(Template)]
#[template(path = "stop.html")]
struct StopPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a WorkbenchView,
    asked: Option<Asked>,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
}

/// What the investor is asked, in words.
struct Asked {
    lead: String,
    until: String,
    text: Option<String>,
}

/// The page of a stop. Its form has the fields `agrees` (`yes` or `no`) and `text`.
pub fn stop_page(frame: &Frame<'_>, view: &WorkbenchView, form: &Form) -> Rendered {
    let w = &frame.words();
    let family = Action::AnswerStop.code();
    let choice = |code: &str| Choice {
        value: code.to_owned(),
        label: w.t(&format!("choice-{family}-{code}")),
    };
    let radios = FieldKind::Radios(vec![choice("yes"), choice("no")]);
    StopPage {
        f: frame,
        w,
        title: frame.title(&w.t("stop-page-title"), form.is_refused()),
        view,
        asked: waiting(&view.stage).map(|stop| asked(w, &view.stage, stop)),
        fields: vec![
            Field::new(w, form, (family, "agrees"), "", radios),
            Field::new(w, form, (family, "text"), "", FieldKind::Prose).optional(),
        ],
        errors: error_lines(w, form, family),
    }
    .render()
}

/// The stop that waits for the investor's answer.
pub(super) fn waiting(stage: &StageView) -> Option<&StopView> {
    stage.stops.iter().rev().find(|stop| {
        stop.consent
            .is_some_and(|consent| consent == domain::clock::ConsentState::Asked)
    })
}

fn asked(w: &Words<'_>, stage: &StageView, stop: &StopView) -> Asked {
    let (reason, from) = (w.stop_reason(stop.reason), w.date(stop.stopped_on));
    let holes = [
        ("stage", w.name(&stage.name)),
        ("reason", reason.as_str()),
        ("from", from.as_str()),
    ];
    let until = stop.consent_until.map(|on| w.date(on)).unwrap_or_default();
    Asked {
        lead: w.filled("stop-page-lead", &holes),
        until: w.with("stop-page-until", "until", until),
        text: stop.text.clone(),
    }
}
