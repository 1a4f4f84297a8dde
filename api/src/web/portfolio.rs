//! The projects of an investor.

use askama::Template;

use super::{
    Rendered,
    answer::{self, Answer},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::{portfolio::PortfolioView, project::ProjectView};

#[derive(Template)]
#[template(path = "portfolio.html")]
struct PortfolioPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    tone: &'static str,
    headline: String,
    rows: Vec<Row<'a>>,
}

/// A project with its answer.
struct Row<'a> {
    project: &'a ProjectView,
    answer: Answer,
}

/// The list, at `/projects`; the answer of the first stands above it.
pub fn portfolio_page(frame: &Frame<'_>, view: &PortfolioView) -> Rendered {
    let w = &frame.words();
    let row = |project| Row {
        project,
        answer: answer::of_project(w, project),
    };
    let rows: Vec<Row<'_>> = view.projects.iter().map(row).collect();
    let (key, number) = match (view.yours_count(), view.late_count(), view.open_count()) {
        (0, 0, 0) if rows.is_empty() => ("portfolio-none", 0),
        (0, 0, 0) => ("portfolio-finished", rows.len()),
        (0, 0, open) => ("portfolio-calm", open),
        (0, late, _) => ("portfolio-late", late),
        (yours, _, _) => ("portfolio-yours", yours),
    };
    PortfolioPage {
        f: frame,
        w,
        title: frame.title(&w.t("portfolio-title"), false),
        tone: rows.first().map_or("not_started", |row| row.answer.tone),
        headline: w.count(key, number),
        rows,
    }
    .render()
}
