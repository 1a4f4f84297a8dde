//! A project, as investors and staff see it.

use super::{
    Rendered,
    answer::{self, Answer},
    explanation::{OwnerRow, owners},
    fact::{ShownLine, shown_lines},
    foreseen,
    frame::{Frame, Theme},
    progress::{self, Panel},
    stop, timeline,
    words::{Plain, Words},
};
use crate::view::{
    days::DayUnit,
    history::HistoryLine,
    ledger::LedgerView,
    page::ProjectPage as ShownPage,
    project::ProjectView,
    stage::{StageView, StopView},
};
use askama::{Template, filters::Safe};

#[derive(Template)]
#[template(path = "project.html")]
struct ProjectPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a ProjectView,
    answer: Answer,
    chart: Safe<String>,
    drift: Option<String>,
    changes: Vec<ShownLine>,
    lines: Vec<ShownLine>,
    history_count: usize,
    links_to_desk: bool,
    asked: Vec<&'a StageView>,
    ledger: &'a LedgerView,
    owners: Vec<OwnerRow>,
    works: Option<Panel<'a>>,
    tells_progress: bool,
}

/// Lines of the record on the project's page; more than that is a page of its own.
const HISTORY_LINES_MAX: usize = 40;

/// Changes of the plan on the project's page; the record has them all.
const CHANGES_MAX: usize = 5;

/// The page of a project.
pub fn project_page(frame: &Frame<'_>, page: &ShownPage) -> Rendered {
    let w = &frame.words();
    let (view, history) = (&page.project, &page.history);
    // Only those who may answer are asked; a guest with a query code is nobody we know.
    let asked = view
        .stages()
        .filter(|stage| page.may_answer && stop::waiting(stage).is_some());
    ProjectPage {
        f: frame,
        w,
        title: frame.title(&format!("{} · {}", view.name, view.code), false),
        view,
        answer: answer::of_project(w, view),
        chart: timeline::chart(w, view),
        drift: (view.schedule.as_ref())
            .and_then(|schedule| schedule.drift.as_ref())
            .map(|moved| foreseen::drift(w, moved)),
        changes: shown_lines(w, changes(history), true),
        lines: shown_lines(w, history.iter().take(HISTORY_LINES_MAX), true),
        history_count: history.len(),
        links_to_desk: !view.is_investors_view,
        asked: asked.collect(),
        ledger: &page.ledger,
        owners: owners(w, &page.ledger),
        works: page
            .progress
            .as_ref()
            .map(|works| progress::panel(w, works)),
        tells_progress: page.may_tell_progress,
    }
    .render()
}

/// The lines that say what moved the forecast, newest first.
fn changes(history: &[HistoryLine]) -> impl Iterator<Item = &HistoryLine> {
    let moved = history.iter().filter(|line| line.kind == "forecast_moved");
    moved.take(CHANGES_MAX)
}

#[derive(Template)]
#[template(path = "history.html")]
struct HistoryPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a ProjectView,
    lines: Vec<ShownLine>,
}

/// The whole record of a project, at `/p/{code}/history`.
pub fn history_page(frame: &Frame<'_>, page: &ShownPage) -> Rendered {
    let w = &frame.words();
    let (view, history) = (&page.project, &page.history);
    let heading = w.t("history-title");
    HistoryPage {
        f: frame,
        w,
        title: frame.title(&format!("{heading} · {}", view.code), false),
        view,
        lines: shown_lines(w, history, true),
    }
    .render()
}

impl Words<'_> {
    /// From when to when a clock stood, and what it cost.
    pub(super) fn stop(&self, stop: &StopView, unit: impl Plain<DayUnit>) -> String {
        let from = self.short(stop.stopped_on);
        let days = self.days(stop.days, unit.plain());
        let to = stop.resumed_on.or(stop.expected_on);
        let to = to.map(|on| self.short(on)).unwrap_or_default();
        let key = match (stop.resumed_on, stop.expected_on) {
            (Some(_), _) => "stop-ended",
            (None, Some(_)) => "stop-open-until",
            (None, None) => "stop-open",
        };
        let line = self.filled(key, &[("from", &from), ("to", &to), ("days", &days)]);
        match stop.consent {
            Some(consent) => format!("{line} · {}", self.code("consent", consent.code())),
            None => line,
        }
    }

    /// How much room a stage has before it moves the next milestone.
    pub(super) fn room(&self, days: impl Plain<u32>) -> String {
        self.count("schedule-float", days.plain())
    }

    /// How often a permit may still be renewed.
    pub(super) fn renewals(&self, left: impl Plain<u8>) -> String {
        self.count("validity-renewals", u32::from(left.plain()))
    }

    /// For how long a permit is good.
    pub(super) fn months(&self, months: impl Plain<u8>) -> String {
        self.count("validity-months", u32::from(months.plain()))
    }

    /// `3 / 5 已办结`.
    pub(super) fn done_of(&self, done: impl Plain<usize>, all: impl Plain<usize>) -> String {
        let (done, all) = (done.plain().to_string(), all.plain().to_string());
        self.filled("phase-count", &[("done", &done), ("all", &all)])
    }
}
