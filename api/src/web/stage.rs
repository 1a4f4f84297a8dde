//! The workbench of a stage: one form per act.

mod fields;

use askama::Template;
use domain::{ladder::Rung, refusal::Refusal};

use self::fields::fields;
use super::{
    Rendered,
    answer::{self, Answer, Reader, joined},
    explanation::{Explained, OwnerRow, explained, owners},
    fact::{ShownLine, shown_lines},
    foreseen::{Foreseen, foreseen},
    form::{ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    refusal,
    words::Words,
};
use crate::view::{
    action::{Action, AllowedAction, Reason},
    consequence::ConsequenceView,
    days::DayUnit,
    detail::StageDetail,
    ledger::LedgerView,
    page::StagePage as ShownPage,
    stage::StageView,
    workbench::WorkbenchView,
};

/// A form that comes back: refused, or to show what would follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentForm {
    /// The act it asks for.
    pub action: Action,
    /// What was typed, and what is wrong.
    pub form: Form,
    /// What would follow, if that was asked.
    pub foreseen: Option<ConsequenceView>,
}

#[derive(Template)]
#[template(path = "stage.html")]
struct StagePage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a WorkbenchView,
    answer: Answer,
    clock_unit: DayUnit,
    acts: Vec<Act>,
    denied: Vec<Denied>,
    lines: Vec<ShownLine>,
    errors: Vec<ErrorLine>,
    explained: Option<Explained>,
    ledger: Option<&'a LedgerView>,
    owners: Vec<OwnerRow>,
}

/// One act that is possible.
struct Act {
    code: &'static str,
    title: String,
    fields: Vec<Field>,
    consequence: String,
    foreseen: Option<Foreseen>,
    moves_dates: bool,
    is_open: bool,
}

/// One act that is not possible.
struct Denied {
    title: String,
    reason: String,
}

/// The workbench. What the form of each act sends, besides `version`, `csrf` and the `step` of its second button,
/// stands in `fields`.
pub fn stage_page(frame: &Frame<'_>, page: &ShownPage, sent: Option<&SentForm>) -> Rendered {
    let w = &frame.words();
    let view = &page.bench;
    let actions = &view.detail.allowed_actions;
    let first = actions.iter().find(|allowed| allowed.allowed);
    let opened = sent
        .map(|sent| sent.action)
        .or(first.map(|allowed| allowed.action));
    let is_sent = |allowed: &AllowedAction| sent.filter(|sent| sent.action == allowed.action);
    let is_shown = |allowed: &&AllowedAction| allowed.allowed || is_sent(allowed).is_some();
    let acts = actions
        .iter()
        .filter(is_shown)
        .map(|allowed| act(w, page, allowed, is_sent(allowed), opened));
    let denied = actions
        .iter()
        .filter(|allowed| !is_shown(allowed) && !is_beside_the_point(allowed))
        .map(|allowed| denied(w, &view.stage, allowed));
    let errors = sent.map(|sent| error_lines(w, &sent.form, sent.action.code()));
    StagePage {
        f: frame,
        w,
        title: frame.title(
            &format!("{} · {}", w.name(&view.stage.name), view.project.code),
            sent.is_some_and(|sent| sent.form.is_refused()),
        ),
        view,
        answer: answer::of_stage(w, &view.stage, Reader::Staff),
        clock_unit: view.stage.day_unit(),
        acts: acts.collect(),
        denied: denied.collect(),
        lines: shown_lines(w, &view.history, false),
        errors: errors.unwrap_or_default(),
        explained: page.explanation.as_ref().map(|view| explained(w, view)),
        ledger: page.ledger.as_ref(),
        owners: page
            .ledger
            .as_ref()
            .map(|view| owners(w, view))
            .unwrap_or_default(),
    }
    .render()
}

fn act(
    w: &Words<'_>,
    page: &ShownPage,
    allowed: &AllowedAction,
    sent: Option<&SentForm>,
    opened: Option<Action>,
) -> Act {
    let (action, view) = (allowed.action, &page.bench);
    let (blank, form) = (Form::default(), sent.map(|sent| &sent.form));
    let asked = sent.and_then(|sent| sent.foreseen.as_ref());
    let known = asked.or_else(|| page.foreseen.get(&action));
    Act {
        code: action.code(),
        title: w.code("action", action.code()),
        fields: fields(w, view, action, form.unwrap_or(&blank)),
        consequence: consequence(w, &view.detail, allowed),
        foreseen: known.map(|view| foreseen(w, view, asked.is_some())),
        moves_dates: action.moves_dates(),
        is_open: opened == Some(action),
    }
}

fn consequence(w: &Words<'_>, detail: &StageDetail, allowed: &AllowedAction) -> String {
    let after = allowed.consequence.as_ref();
    let due = after.and_then(|after| after.due_on).map(|on| w.date(on));
    let is_late = after.is_some_and(|after| after.is_late);
    match (allowed.action, due) {
        (Action::Accept, Some(due)) => w.with("then-accept", "date", due),
        (Action::Accept, None) => w.t("then-accept-bare"),
        (Action::Note, _) => w.t("then-note"),
        (Action::Stop, _) => w.t("then-stop"),
        (Action::Resume, Some(due)) => w.with("then-resume", "date", due),
        (Action::Resume, None) => w.t("then-resume-bare"),
        (Action::Complete, _) => {
            let how = if is_late {
                "then-complete-late"
            } else {
                "then-complete"
            };
            let mut line = w.t(how);
            if !detail.releases.is_empty() {
                let names = joined(w, detail.releases.iter().map(|other| w.name(&other.name)));
                line.push_str(&w.with("then-releases", "stages", names));
            }
            line
        }
        (Action::Assign, _) => w.t("then-assign"),
        (Action::AnswerStop, _) => w.t("then-answer_stop"),
        (Action::ReviseStop, _) => w.t("then-revise_stop"),
        (Action::ReviewStop, _) => w.t("then-review_stop"),
        (Action::Renew, _) => w.t("then-renew"),
        (Action::AskExtension, _) => w.t("then-ask_extension"),
        (Action::DecideExtension, Some(due)) => w.with("then-decide_extension", "date", due),
        (Action::DecideExtension, None) => w.t("then-decide_extension-bare"),
    }
}

/// Most stages issue nothing that expires, and most stops nobody objects to: that there is nothing to do
/// would be said on every page.
fn is_beside_the_point(allowed: &AllowedAction) -> bool {
    let beside = [Refusal::NothingToRenew, Refusal::NothingToReview];
    let reason = allowed.reason.as_ref();
    reason.is_some_and(|reason| beside.iter().any(|refusal| refusal.code() == reason.code))
}

fn denied(w: &Words<'_>, stage: &StageView, allowed: &AllowedAction) -> Denied {
    let mut reason = allowed
        .reason
        .clone()
        .unwrap_or_else(|| Reason::plain("other"));
    if reason.arguments.contains_key("stages") {
        // The rule knows codes; people know names.
        let names = joined(w, stage.waits_for.iter().map(|other| w.name(&other.name)));
        reason.arguments.insert("stages".to_owned(), names);
    }
    Denied {
        title: w.code("action", allowed.action.code()),
        reason: refusal::sentence(w, &reason),
    }
}
