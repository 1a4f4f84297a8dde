//! Why a date is what it is, in words: on pages and in the terminal.

use std::fmt::Write as _;

use askama::filters::Safe;
use domain::text::Language;

use super::{dates, text::t, words::Words};
use crate::view::{
    explanation::{ExplanationView, Run},
    ledger::LedgerView,
};

/// One line of an explanation: days in a row with one reason.
pub(super) struct ExplainedRun {
    /// From when to when.
    pub(super) days: Safe<String>,
    /// Their numbers in the count, or nothing.
    pub(super) numbers: String,
    /// Why.
    pub(super) why: String,
    /// True when they count.
    pub(super) is_counted: bool,
}

/// An explanation, ready to draw.
pub(super) struct Explained {
    /// What follows, in one sentence.
    pub(super) summary: String,
    /// Under which calendar, and whether a year of it is not published.
    pub(super) under: String,
    /// Line by line.
    pub(super) runs: Vec<ExplainedRun>,
}

/// The explanation in the words of a page.
pub(super) fn explained(w: &Words<'_>, view: &ExplanationView) -> Explained {
    let runs = view.runs();
    let line = |run: &Run| {
        let days = if run.first == run.last {
            w.full_day(run.first).0
        } else {
            format!("{} – {}", w.full_day(run.first).0, w.full_day(run.last).0)
        };
        ExplainedRun {
            days: Safe(days),
            numbers: numbers(run),
            why: why(w.language, run),
            is_counted: run.numbers.is_some(),
        }
    };
    Explained {
        summary: summary(w, view),
        under: under(w.language, view),
        runs: runs.iter().map(line).collect(),
    }
}

/// The explanation for a terminal: a heading, a line for each run of days.
pub fn as_text(view: Option<&ExplanationView>, language: Language) -> String {
    let Some(view) = view else {
        return format!("{}\n", t(language, "explain-nothing", &[]));
    };
    let mut text = String::new();
    if let Some(stage) = &view.stage {
        let _never_fails = writeln!(text, "{} {}", stage.code, stage.name.get(language));
    }
    let due = view.due_on.map_or_else(
        || {
            t(
                language,
                "explain-no-date",
                &[("n", view.days_left.unwrap_or_default().into())],
            )
        },
        |due| t(language, "explain-due", &[("date", due.to_string().into())]),
    );
    let _never_fails = writeln!(text, "{due}\n{}", under(language, view));
    for run in view.runs() {
        let weekday = dates::weekday(language, run.first.weekday());
        let days = if run.first == run.last {
            format!("{} {weekday}", run.first)
        } else {
            let last = dates::weekday(language, run.last.weekday());
            format!("{} {weekday} .. {} {last}", run.first, run.last)
        };
        let (numbers, why) = (numbers(&run), why(language, &run));
        let _never_fails = writeln!(text, "{numbers:>9}  {days}  {why}");
    }
    text
}

/// `1–5`, `6`, or nothing.
fn numbers(run: &Run) -> String {
    match run.numbers {
        None => String::new(),
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => format!("{first}–{last}"),
    }
}

fn why(language: Language, run: &Run) -> String {
    match (&run.holiday, run.stop) {
        (Some(name), _) => t(
            language,
            "why-holiday-named",
            &[("name", name.as_str().into())],
        ),
        (None, Some(stop)) => {
            let reason = t(language, &format!("stop-{}", stop.code()), &[]);
            t(language, "why-stopped", &[("reason", reason.into())])
        }
        (None, None) => t(language, &format!("why-{}", run.why), &[]),
    }
}

fn summary(w: &Words<'_>, view: &ExplanationView) -> String {
    match (view.due_on, view.days_left) {
        (Some(due), _) => w.filled(
            "explain-summary",
            &[
                ("from", &w.date(view.accepted_on)),
                ("limit", &w.limit(view.limit)),
                ("due", &w.date(due)),
            ],
        ),
        (None, left) => w.count("explain-no-date", left.unwrap_or_default()),
    }
}

fn under(language: Language, view: &ExplanationView) -> String {
    let key = if view.is_provisional {
        "explain-under-provisional"
    } else {
        "explain-under"
    };
    let version = view.calendar.version.to_string();
    let holes = [
        ("name", view.calendar.name.as_str().into()),
        ("version", version.into()),
    ];
    t(language, key, &holes)
}

/// One owner of days, ready to draw.
pub(super) struct OwnerRow {
    /// Who, in words.
    pub(super) name: String,
    /// For the colour.
    pub(super) code: &'static str,
    /// How many days.
    pub(super) days: u32,
}

/// The owners of a ledger in words, most days first.
pub(super) fn owners(w: &Words<'_>, view: &LedgerView) -> Vec<OwnerRow> {
    let rows = view.totals.iter().map(|total| OwnerRow {
        name: match &total.unit {
            Some(unit) => w.name(&unit.name).to_owned(),
            None => w.code("owner", total.owner),
        },
        code: total.owner,
        days: total.days,
    });
    rows.collect()
}
