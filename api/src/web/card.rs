//! One card: what it asks, what was said to it, and the forms of the one who looks.

use askama::Template;

use super::{
    Rendered,
    answer::{self, Answer, Reader},
    form::{Choice, ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    refusal,
    words::Words,
};
use crate::{
    http::body::VERDICTS,
    view::{
        action::ACCESS_DENIED,
        card::{AllowedCardAction, CardAction, CardPageView, CardView, SaidView},
        days::DayUnit,
    },
};

/// The form upon a card that was refused, with the act it asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCardForm {
    /// The act.
    pub action: CardAction,
    /// What was typed, and what is wrong.
    pub form: Form,
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    heading: String,
    view: &'a CardPageView,
    answer: Answer,
    asked: Option<String>,
    acts: Vec<Act>,
    denied: Vec<Denied>,
    errors: Vec<ErrorLine>,
}

/// One act that is possible.
struct Act {
    code: &'static str,
    title: String,
    fields: Vec<Field>,
    consequence: String,
    is_open: bool,
}

/// One act that is not possible.
struct Denied {
    title: String,
    reason: String,
}

/// The page of a card. Fields of the forms, besides `version` and `csrf`:
///
/// * explain: `text`, `alternative_on` (optional for a yellow card)
/// * appeal: `text`
/// * decide: `verdict` (`withdraw` or `reject`), `text`
pub fn card_page(
    frame: &Frame<'_>,
    view: &CardPageView,
    refused: Option<&RefusedCardForm>,
) -> Rendered {
    let w = &frame.words();
    let heading = w.card(&view.card);
    let is_shown = |allowed: &&AllowedCardAction| {
        allowed.allowed || refused.is_some_and(|refused| refused.action == allowed.action)
    };
    let actions = &view.allowed_actions;
    let first = actions.iter().find(|allowed| allowed.allowed);
    let opened = refused
        .map(|refused| refused.action)
        .or(first.map(|allowed| allowed.action));
    let blank = Form::default();
    let acts = actions.iter().filter(is_shown).map(|allowed| {
        let action = allowed.action;
        let sent = refused.filter(|refused| refused.action == action);
        Act {
            code: action.code(),
            title: w.code("card-action", action.code()),
            fields: fields(
                w,
                view,
                action,
                sent.map_or(&blank, |refused| &refused.form),
            ),
            consequence: w.code("card-then", action.code()),
            is_open: opened == Some(action),
        }
    });
    // What is somebody else's to do is no news here; what a rule forbids is.
    let denied = actions.iter().filter(|allowed| !is_shown(allowed));
    let denied = denied.filter_map(|allowed| {
        let reason = allowed.reason.as_ref()?;
        (reason.code != ACCESS_DENIED).then(|| Denied {
            title: w.code("card-action", allowed.action.code()),
            reason: refusal::sentence(w, reason),
        })
    });
    let errors = refused.map(|refused| error_lines(w, &refused.form, refused.action.code()));
    CardPage {
        f: frame,
        w,
        title: frame.title(
            &format!("{heading} · {}", view.project.code),
            refused.is_some(),
        ),
        answer: answer::of_stage(w, &view.stage, Reader::Staff),
        asked: asked(w, view),
        acts: acts.collect(),
        denied: denied.collect(),
        errors: errors.unwrap_or_default(),
        heading,
        view,
    }
    .render()
}

/// Until when the reason is asked for, and how long that is.
fn asked(w: &Words<'_>, view: &CardPageView) -> Option<String> {
    let (until, left) = (view.card.explain_by?, view.remaining?);
    let (until, left) = (w.short(until), w.remaining(left, DayUnit::WorkingDay));
    let key = if view.needs_alternative {
        "card-asked-date"
    } else {
        "card-asked"
    };
    Some(w.filled(key, &[("date", &until), ("left", &left)]))
}

fn fields(w: &Words<'_>, view: &CardPageView, action: CardAction, form: &Form) -> Vec<Field> {
    let new = |name, kind| Field::new(w, form, (action.code(), name), "", kind);
    match action {
        CardAction::Explain => {
            let day = FieldKind::Day {
                min: w.today.to_string(),
                max: String::new(),
            };
            let mut fields = vec![new("text", FieldKind::Prose)];
            // What is finished is expected no more.
            if view.stage.actual_on.is_none() {
                let mut alternative = new("alternative_on", day);
                alternative.is_required = view.needs_alternative;
                fields.push(alternative);
            }
            fields
        }
        CardAction::Appeal => vec![new("text", FieldKind::Prose)],
        CardAction::Decide => {
            let is_pending =
                view.card.appeal.as_ref().is_some_and(|appeal| {
                    appeal.rejection.is_none() && view.card.withdrawal.is_none()
                });
            // Without an appeal there is nothing to reject.
            let offered = VERDICTS
                .iter()
                .filter(|(_, verdict)| is_pending || *verdict == WITHDRAW);
            let choices = offered.map(|(code, _)| Choice {
                value: (*code).to_owned(),
                label: w.code("card-verdict", code),
            });
            vec![
                new("verdict", FieldKind::Radios(choices.collect())),
                new("text", FieldKind::Prose),
            ]
        }
    }
}

const WITHDRAW: domain::project::CardVerdict = domain::project::CardVerdict::Withdraw;

impl Words<'_> {
    /// What a card is called: `黄牌 Y-2026-0007`.
    pub fn card(&self, card: &CardView) -> String {
        let rung = self.rung(card.rung);
        self.filled("card-name", &[("rung", &rung), ("number", &card.number)])
    }

    /// Who said something, and when.
    pub fn said(&self, said: &SaidView) -> String {
        let on = self.short(said.on);
        match &said.by {
            Some(by) => self.filled("card-said", &[("name", &by.name), ("date", &on)]),
            None => on,
        }
    }
}
