//! What the form of each act asks for.

use domain::extension::ExtensionReason;

use crate::{
    view::{action::Action, detail::StageDetail, workbench::WorkbenchView},
    web::{
        form::{Choice, Field, FieldKind, Form},
        words::Words,
    },
};

/// The fields of an act's form, with what was typed or a proposal.
pub(super) fn fields(
    w: &Words<'_>,
    view: &WorkbenchView,
    action: Action,
    form: &Form,
) -> Vec<Field> {
    let today = w.today.to_string();
    let first = view
        .stage
        .started_on
        .unwrap_or(view.admitted_on)
        .to_string();
    let new =
        |name, proposal: &str, kind| Field::new(w, form, (action.code(), name), proposal, kind);
    let past = || FieldKind::Day {
        min: first.clone(),
        max: today.clone(),
    };
    let future = || FieldKind::Day {
        min: today.clone(),
        max: String::new(),
    };
    let officers = || officers(view);
    let prose = |name| new(name, "", FieldKind::Prose);
    match action {
        Action::Accept => {
            let mut fields = vec![new("on", &today, past())];
            if view.stage.officer.is_none() && !view.officers.is_empty() {
                fields.push(new("officer", "", officers()).optional());
            }
            fields
        }
        Action::Note => vec![
            prose("text"),
            new("visibility", "public", visibilities(w)),
            new("expected_on", "", future()).optional(),
        ],
        Action::Stop => vec![
            new("reason", "", reasons(w, &view.detail)),
            new("on", &today, past()),
            new("resumed_on", "", past()).optional(),
            new("expected_on", "", future()).optional(),
            prose("text"),
            prose("late_reason").optional(),
        ],
        Action::Resume => vec![
            new("on", &today, past()),
            prose("text").optional(),
            prose("late_reason").optional(),
        ],
        Action::AnswerStop => vec![
            new("agrees", "", yes_or_no(w, action)),
            prose("text").optional(),
        ],
        Action::DecideExtension => vec![
            new("is_granted", "", yes_or_no(w, action)),
            prose("text").optional(),
        ],
        Action::ReviseStop => vec![new("expected_on", "", future()), prose("text")],
        Action::ReviewStop => vec![new("is_upheld", "", yes_or_no(w, action)), prose("text")],
        Action::Renew => vec![new("on", &today, past()), prose("text")],
        Action::AskExtension => vec![
            new("days", "", FieldKind::Line("off")),
            new("reason", "", extension_reasons(w)),
            prose("text"),
        ],
        Action::Complete => vec![new("on", &today, past()), prose("result")],
        Action::Assign => vec![new("officer", "", officers())],
    }
}

fn officers(view: &WorkbenchView) -> FieldKind {
    let choices = view.officers.iter().map(|person| Choice {
        value: person.id.clone(),
        label: person.name.clone(),
    });
    FieldKind::List(choices.collect())
}

fn yes_or_no(w: &Words<'_>, action: Action) -> FieldKind {
    let choice = |code: &str| Choice {
        value: code.to_owned(),
        label: w.t(&format!("choice-{}-{code}", action.code())),
    };
    FieldKind::Radios(vec![choice("yes"), choice("no")])
}

fn extension_reasons(w: &Words<'_>) -> FieldKind {
    let choices = ExtensionReason::ALL.into_iter().map(|reason| Choice {
        value: reason.code().to_owned(),
        label: w.code("extension", reason.code()),
    });
    FieldKind::List(choices.collect())
}

fn visibilities(w: &Words<'_>) -> FieldKind {
    let choice = |code: &str| Choice {
        value: code.to_owned(),
        label: w.code("visibility", code),
    };
    FieldKind::Radios(vec![choice("public"), choice("internal")])
}

fn reasons(w: &Words<'_>, detail: &StageDetail) -> FieldKind {
    let choices = detail.allowed_stops.iter().map(|stop| Choice {
        value: stop.reason.code().to_owned(),
        label: format!("{} · {}", w.stop_reason(stop.reason), w.court(stop.party)),
    });
    FieldKind::List(choices.collect())
}
