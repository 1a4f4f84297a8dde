//! Lines of the record in words.

use time::Date;

use super::{progress, words::Words};
use crate::view::{
    history::{AuthorView, ChangeView, Detail, HistoryLine},
    name::StageRef,
};

/// One line of the record, ready to print.
#[derive(Debug, Clone)]
pub(super) struct ShownLine {
    /// The kind of fact.
    pub(super) kind: &'static str,
    /// The local day.
    pub(super) happened_on: Date,
    /// Day and, where the server knows it, clock time.
    pub(super) when: String,
    /// What happened, as a sentence.
    pub(super) title: String,
    /// About which stage.
    pub(super) stage: Option<StageRef>,
    /// By whom.
    pub(super) author: String,
    /// What somebody wrote.
    pub(super) text: Option<String>,
    /// 补录
    pub(super) is_late_entry: bool,
    /// When it was recorded.
    pub(super) recorded: String,
    /// For staff only.
    pub(super) is_internal: bool,
}

/// The lines in words. `names_stage` is false where the page is about one stage.
pub(super) fn shown_lines<'l>(
    w: &Words<'_>,
    lines: impl IntoIterator<Item = &'l HistoryLine>,
    names_stage: bool,
) -> Vec<ShownLine> {
    lines
        .into_iter()
        .map(|line| ShownLine {
            kind: line.kind,
            happened_on: line.happened_on,
            when: if is_whole_day(w, line) {
                w.short(line.happened_on)
            } else {
                w.instant(line.happened_at)
            },
            title: title(w, line),
            stage: line.stage.clone().filter(|_| names_stage),
            author: author(w, &line.author),
            text: line.detail.text.clone(),
            is_late_entry: line.is_late_entry,
            recorded: w.instant(line.recorded_at),
            is_internal: line.is_internal,
        })
        .collect()
}

/// A day typed afterwards has no clock time: it stands at local midnight.
fn is_whole_day(w: &Words<'_>, line: &HistoryLine) -> bool {
    w.time.start_of(line.happened_on) == line.happened_at
}

/// What happened, as a sentence.
pub(super) fn title(w: &Words<'_>, line: &HistoryLine) -> String {
    let detail = &line.detail;
    if let Some(of_works) = &detail.progress {
        return progress::line_words(w, of_works);
    }
    let date = |on: Option<Date>| on.map(|on| w.short(on)).unwrap_or_default();
    let rung = detail.rung.map(|rung| w.rung(rung)).unwrap_or_default();
    let reason = detail.reason.map(|reason| w.stop_reason(reason));
    let reason = reason.unwrap_or_default();
    let (due, old, new, expected) = (
        date(detail.due_on),
        date(detail.old_on),
        date(detail.new_on),
        date(detail.expected_on),
    );
    let days = detail.days.map(|days| days.to_string()).unwrap_or_default();
    let target = detail.target.as_ref().map(|stage| w.name(&stage.name));
    let cause = detail.cause.map(|cause| w.code("cause", cause.code()));
    let officer = detail.officer.as_deref().unwrap_or_default();
    let source = detail.source.as_deref().unwrap_or_default();
    let version = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
    let (from, to) = (version(detail.from_version), version(detail.to_version));
    let changes = changes(w, detail.changes.as_deref().unwrap_or_default());
    let holes = [
        ("from", from.as_str()),
        ("to", to.as_str()),
        ("due", due.as_str()),
        ("old", old.as_str()),
        ("new", new.as_str()),
        ("expected", expected.as_str()),
        ("rung", rung.as_str()),
        ("reason", reason.as_str()),
        ("target", target.unwrap_or_default()),
        ("cause", cause.as_deref().unwrap_or_default()),
        ("officer", officer),
        ("source", source),
        ("days", days.as_str()),
        ("card", detail.card.as_deref().unwrap_or_default()),
        ("changes", changes.as_str()),
    ];
    w.filled(&key(line), &holes)
}

/// The catalogue's key: the kind, and a variant where a particular changes the sentence.
fn key(line: &HistoryLine) -> String {
    let detail = &line.detail;
    let variant = match line.kind {
        "project_imported" if detail.source.is_none() => "-bare",
        "stage_accepted" if detail.due_on.is_none() => "-bare",
        "deadline_moved" | "statutory_moved" if detail.old_on.is_none() => "-first",
        "forecast_moved" => forecast_variant(detail),
        "clock_stopped" if detail.new_on.is_some() => "-over",
        "stop_answered" | "stop_reviewed" | "extension_decided"
            if detail.is_granted == Some(false) =>
        {
            "-no"
        }
        "clock_stopped" | "progress_noted" if detail.expected_on.is_some() => "-expected",
        "stage_completed" if detail.is_late == Some(true) => "-late",
        "rung_fired" if detail.is_late == Some(true) => "-carried",
        "rung_fired" if detail.card.is_some() => "-card",
        "project_corrected" if detail.changes.is_none() => "-bare",
        "card_explained" if detail.new_on.is_some() => "-date",
        _ => "",
    };
    format!("fact-{}{variant}", line.kind)
}

/// What was put right, one after the other.
fn changes(w: &Words<'_>, changes: &[ChangeView]) -> String {
    let words = |field: &str, value: Option<&str>| match (field, value) {
        (_, None) => w.t("corrected-none"),
        ("is_key", Some("true")) => w.t("corrected-yes"),
        ("is_key", Some(_)) => w.t("corrected-no"),
        (_, Some(value)) => value.to_owned(),
    };
    let line = |change: &ChangeView| {
        let field = match change.field.strip_prefix("metadata.") {
            Some(key) => key.to_owned(),
            None => w.code("corrected", &change.field),
        };
        let old = words(&change.field, change.old.as_deref());
        let new = words(&change.field, change.new.as_deref());
        let holes = [
            ("field", field.as_str()),
            ("old", old.as_str()),
            ("new", new.as_str()),
        ];
        w.filled("corrected-line", &holes)
    };
    changes.iter().map(line).collect::<Vec<_>>().join("; ")
}

fn forecast_variant(detail: &Detail) -> &'static str {
    let is_works = detail.is_start_of_works == Some(true);
    match (is_works, detail.new_on < detail.old_on) {
        (true, false) => "-works",
        (true, true) => "-works-earlier",
        (false, false) => "",
        (false, true) => "-earlier",
    }
}

fn author(w: &Words<'_>, author: &AuthorView) -> String {
    match author {
        AuthorView::Person(Some(name)) => name.clone(),
        AuthorView::Person(None) => w.t("author-person"),
        AuthorView::System => w.t("author-system"),
        AuthorView::Import => w.t("author-import"),
    }
}
