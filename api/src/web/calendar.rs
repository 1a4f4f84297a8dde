//! The working calendar, and one proposal with what it moves.

use askama::Template;

use super::{
    Rendered,
    form::{ErrorLine, Form, error_lines},
    frame::{Frame, Theme},
    words::{Plain, Words},
};
use crate::view::calendar::{
    CalendarView, ChangedDayView, Coverage, MoveView, ProposalPageView, ProposalView, VersionView,
    YearView,
};

/// What stands on the page of the calendar besides it, for those who may propose another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposing {
    /// The newest proposals.
    pub proposals: Vec<ProposalView>,
    /// The zone's own days from today on, as a file.
    pub local: String,
}

/// The moves that a page of a proposal shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moves {
    /// The rows.
    pub rows: Vec<MoveView>,
    /// True for what has moved, false for what would move.
    pub is_applied: bool,
    /// What stands in the address of the next page.
    pub next: Option<String>,
    /// True where this is not the first page.
    pub is_later: bool,
}

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a CalendarView,
    years: Vec<&'a YearView>,
    versions: &'a [VersionView],
    proposing: Option<&'a Proposing>,
    local: &'a str,
    form: &'a Form,
    errors: Vec<ErrorLine>,
    headline: String,
    alarm: Option<String>,
}

#[derive(Template)]
#[template(path = "proposal.html")]
struct ProposalPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a ProposalPageView,
    proposal: &'a ProposalView,
    moves: &'a Moves,
    errors: Vec<ErrorLine>,
    tone: &'static str,
    headline: String,
    shown_days: &'a [ChangedDayView],
    unshown_days: usize,
}

/// The calendar. Years that are over are left to the API.
pub fn calendar_page(
    frame: &Frame<'_>,
    view: &CalendarView,
    versions: &[VersionView],
    proposing: Option<&Proposing>,
    form: &Form,
) -> Rendered {
    let w = &frame.words();
    let headline = match view.coverage.covered_until {
        Some(on) => w.with("calendar-covered", "date", w.date(on)),
        None => w.t("calendar-uncovered"),
    };
    let this_year = frame.now.today.year();
    CalendarPage {
        f: frame,
        w,
        title: frame.title(&w.t("calendar-title"), form.is_refused()),
        view,
        years: view
            .years
            .iter()
            .filter(|year| year.year >= this_year)
            .collect(),
        versions,
        local: proposing.map_or("", |proposing| form.value_or("days", &proposing.local)),
        proposing,
        form,
        errors: error_lines(w, form, "calendar"),
        headline,
        alarm: alarm(w, &view.coverage),
    }
    .render()
}

/// That the published years end soon, or have ended; nothing while they reach far enough.
pub(super) fn alarm(w: &Words<'_>, coverage: &Coverage) -> Option<String> {
    if !coverage.is_coverage_ending {
        return None;
    }
    Some(match coverage.covered_until {
        Some(on) => w.with("calendar-alarm", "date", w.date(on)),
        None => w.t("calendar-alarm-over"),
    })
}

/// Days of a proposal that its page lists; a year has some forty.
const DAYS_SHOWN_MAX: usize = 120;

/// One proposal.
pub fn proposal_page(
    frame: &Frame<'_>,
    view: &ProposalPageView,
    moves: &Moves,
    form: &Form,
) -> Rendered {
    let w = &frame.words();
    let proposal = &view.proposal;
    let (done, total) = (
        proposal.progress.done.to_string(),
        proposal.progress.total.to_string(),
    );
    let progress = [("done", done.as_str()), ("total", total.as_str())];
    let (tone, headline) = match proposal.state {
        "previewing" => ("blue", w.filled("proposal-head-previewing", &progress)),
        "previewed" => (
            "blue",
            w.count("proposal-head-previewed", proposal.previewed),
        ),
        "approved" => ("blue", w.filled("proposal-head-approved", &progress)),
        "applied" => ("done", w.count("proposal-head-applied", proposal.moved)),
        "rejected" => ("not_started", w.t("proposal-head-rejected")),
        _ => ("not_started", w.t("proposal-head-stale")),
    };
    let shown = view.days.len().min(DAYS_SHOWN_MAX);
    ProposalPage {
        f: frame,
        w,
        title: frame.title(&w.t("proposal-title"), form.is_refused()),
        view,
        proposal,
        moves,
        errors: error_lines(w, form, "calendar"),
        tone,
        headline,
        shown_days: view.days.get(..shown).unwrap_or_default(),
        unshown_days: view.days.len() - shown,
    }
    .render()
}

impl Words<'_> {
    /// `+2`, `−1`: by how many working days.
    fn distance(&self, days: impl Plain<Option<i32>>) -> String {
        match days.plain() {
            Some(days) if days > 0 => self.count("move-later", days),
            Some(days) if days < 0 => self.count("move-earlier", days.unsigned_abs()),
            Some(_) | None => String::new(),
        }
    }
}
