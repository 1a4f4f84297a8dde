//! What somebody typed, and what is wrong with it: a refused form comes back filled.

use std::collections::BTreeMap;

use domain::{refusal::Refusal, text::Flaw};

use super::{refusal, text, words::Words};
use crate::view::action::Reason;

/// The typed values of one form and its mistakes. Empty for a form that nobody has sent yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    values: BTreeMap<String, String>,
    mistakes: Vec<Mistake>,
}

/// What is wrong with one field, or with the whole form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The field's name; `None` for the form as a whole.
    pub field: Option<&'static str>,
    /// Why, as a code with parameters.
    pub reason: Reason,
}

impl Mistake {
    /// Nothing was typed or chosen.
    pub const MISSING: &'static str = "validation.empty";
    /// Not a date of the form `2026-10-14`.
    pub const NOT_A_DATE: &'static str = "validation.date";
    /// Not one of the offered choices.
    pub const NOT_OFFERED: &'static str = "validation.choice";
    /// Somebody else has changed the stage since the form was opened.
    pub const CONFLICT: &'static str = "conflict.version";
    /// Project code and query code do not belong together.
    pub const NO_MATCH: &'static str = "status.no_match";
    /// Login and password do not belong together.
    pub const WRONG_PASSWORD: &'static str = "auth.wrong_password";
    /// Too many tries.
    pub const TOO_MANY_TRIES: &'static str = "rate.limited";
    /// The form is too old, or came from another site.
    pub const FORM_EXPIRED: &'static str = "form.expired";

    /// A mistake with a code of this type's constants.
    pub fn of(field: Option<&'static str>, code: &str) -> Self {
        Self {
            field,
            reason: Reason::plain(code),
        }
    }

    /// A text that cannot be taken.
    pub fn flaw(field: &'static str, flaw: Flaw) -> Self {
        let mut reason = Reason::plain(flaw.code());
        if let Flaw::TooLong { max } = flaw {
            reason.arguments.insert("max".to_owned(), max.to_string());
        }
        Self {
            field: Some(field),
            reason,
        }
    }

    /// A rule said no; `field` is the field it is about, if there is one.
    pub fn refusal(field: Option<&'static str>, refusal: &Refusal) -> Self {
        Self {
            field,
            reason: Reason::from(refusal),
        }
    }
}

impl Form {
    /// A form with typed or proposed values.
    pub fn filled(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            values: values.into_iter().collect(),
            mistakes: Vec::new(),
        }
    }

    /// The same form with one more mistake.
    #[must_use]
    pub fn with(mut self, mistake: Mistake) -> Self {
        self.mistakes.push(mistake);
        self
    }

    /// What was typed into a field.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// What was typed into a field, or `proposal` while nothing was sent.
    pub fn value_or<'a>(&'a self, field: &str, proposal: &'a str) -> &'a str {
        self.values.get(field).map_or(proposal, String::as_str)
    }

    /// Every mistake, in the order of the fields.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// What is wrong with a field.
    pub fn mistake(&self, field: &str) -> Option<&Mistake> {
        self.mistakes
            .iter()
            .find(|mistake| mistake.field == Some(field))
    }

    /// True when something is wrong.
    pub fn is_refused(&self) -> bool {
        !self.mistakes.is_empty()
    }
}

/// One field, ready to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Unique on the page.
    pub id: String,
    /// As sent.
    pub name: &'static str,
    /// What it asks for.
    pub label: String,
    /// How to answer.
    pub hint: Option<String>,
    /// What was typed, or a proposal.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// True when it must be filled in.
    pub is_required: bool,
    /// How it is drawn.
    pub kind: FieldKind,
}

/// How a field is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// One line; the text is the value of `autocomplete`.
    Line(&'static str),
    /// A secret; the text is the value of `autocomplete`.
    Secret(&'static str),
    /// Several lines.
    Prose,
    /// A day between two others.
    Day {
        /// The first day, `2026-10-14`, or empty.
        min: String,
        /// The last day, or empty.
        max: String,
    },
    /// One of several, in a list.
    List(Vec<Choice>),
    /// One of a few, side by side.
    Radios(Vec<Choice>),
}

/// One of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As sent.
    pub value: String,
    /// As shown.
    pub label: String,
}

impl Field {
    /// A field of the form `family`; label and hint stand in the catalogue under `field-family-name` and
    /// `hint-family-name`, the hint only if there is one.
    pub fn new(
        w: &Words<'_>,
        form: &Form,
        (family, name): (&'static str, &'static str),
        proposal: &str,
        kind: FieldKind,
    ) -> Self {
        let mistake = form.mistake(name);
        Self {
            id: format!("{family}-{name}"),
            name,
            label: w.t(&format!("field-{family}-{name}")),
            hint: text::find(w.language, &format!("hint-{family}-{name}"), &[]),
            value: match kind {
                FieldKind::Secret(_) => String::new(),
                FieldKind::Line(_)
                | FieldKind::Prose
                | FieldKind::Day { .. }
                | FieldKind::List(_)
                | FieldKind::Radios(_) => form.value_or(name, proposal).to_owned(),
            },
            error: mistake.map(|mistake| mistake_words(w, family, mistake)),
            is_required: true,
            kind,
        }
    }

    /// The same field, which may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_required = false;
        self
    }

    /// True for the choice that is taken.
    pub fn is_taken(&self, choice: &Choice) -> bool {
        self.value == choice.value
    }

    /// The ids of hint and error, for `aria-describedby`.
    pub fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }
}

/// One line of the error summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLine {
    /// The field's id; `None` for the form as a whole.
    pub field: Option<String>,
    /// What is wrong, in the same words as at the field.
    pub text: String,
}

/// The error summary of a form of `family`.
pub fn error_lines(w: &Words<'_>, form: &Form, family: &str) -> Vec<ErrorLine> {
    let line = |mistake: &Mistake| ErrorLine {
        field: mistake.field.map(|name| format!("{family}-{name}")),
        text: mistake_words(w, family, mistake),
    };
    form.mistakes().iter().map(line).collect()
}

/// What is wrong; a flaw of one value names its field, so that the summary can be read alone.
fn mistake_words(w: &Words<'_>, family: &str, mistake: &Mistake) -> String {
    let text = refusal::sentence(w, &mistake.reason);
    match mistake.field {
        Some(name) if mistake.reason.code.starts_with("validation.") => {
            let label = w.t(&format!("field-{family}-{name}"));
            w.filled("form-field-error", &[("label", &label), ("text", &text)])
        }
        Some(_) | None => text,
    }
}
