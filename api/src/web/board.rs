//! The supervisor's board.

use askama::Template;
use domain::ladder::Rung;

use super::{
    Rendered, calendar,
    frame::{Frame, Theme},
    progress,
    words::Words,
};
use crate::view::{
    board::BoardView,
    days::{Certainty, DayUnit},
    progress::BehindRow,
};

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a BoardView,
    tone: &'static str,
    headline: String,
    summary: String,
    alarm: Option<String>,
    behind: Vec<BehindLine<'a>>,
}

/// A project whose works are behind, with why.
struct BehindLine<'a> {
    row: &'a BehindRow,
    reasons: Vec<String>,
}

/// The board.
pub fn board_page(frame: &Frame<'_>, view: &BoardView) -> Rendered {
    let w = &frame.words();
    let open: usize = view.lamps.iter().map(|count| count.count).sum();
    let late = view.overdue.len();
    let headline = match (view.waiting.len(), late) {
        (0, 0) => w.t("board-calm"),
        (0, late) => w.count("board-head-overdue", late),
        (waiting, _) => w.count("board-head-waiting", waiting),
    };
    let behind = |row| BehindLine {
        row,
        reasons: progress::reasons(w, &row.summary),
    };
    let (open, late) = (open.to_string(), late.to_string());
    BoardPage {
        f: frame,
        w,
        title: frame.title(&w.t("board-title"), false),
        view,
        tone: view.lamps.first().map_or("done", |count| count.lamp.code()),
        headline,
        summary: w.filled("board-summary", &[("open", &open), ("late", &late)]),
        alarm: view
            .coverage
            .as_ref()
            .and_then(|coverage| calendar::alarm(w, coverage)),
        behind: view.behind.iter().map(behind).collect(),
    }
    .render()
}
