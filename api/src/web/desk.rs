//! The officer's inbox.

use askama::Template;
use domain::ladder::Rung;

use super::{
    Rendered,
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::{
    days::{Certainty, DayUnit},
    desk::{DeskKind, DeskView},
    row::StageRow,
};

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a DeskView,
    tone: &'static str,
    headline: String,
    first: Option<&'a StageRow>,
}

/// The inbox.
pub fn desk_page(frame: &Frame<'_>, view: &DeskView) -> Rendered {
    let w = &frame.words();
    let count = |kind| view.count(kind);
    let (key, number) = match (
        count(DeskKind::Overdue),
        count(DeskKind::DueSoon),
        count(DeskKind::Ready),
    ) {
        (0, 0, 0) => ("desk-calm", 0),
        (0, 0, ready) => ("desk-head-ready", ready),
        (0, soon, _) => ("desk-head-due_soon", soon),
        (late, _, _) => ("desk-head-overdue", late),
    };
    let first = view
        .sections
        .iter()
        .filter(|section| section.kind != DeskKind::Stopped && section.kind != DeskKind::Done)
        .find_map(|section| section.rows.first());
    DeskPage {
        f: frame,
        w,
        title: frame.title(&w.t("desk-title"), false),
        view,
        tone: first.map_or("done", |row| row.lamp.code()),
        headline: w.count(key, number),
        first,
    }
    .render()
}
