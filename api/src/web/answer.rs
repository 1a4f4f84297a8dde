//! The answer panel: whose turn, what, by when, and what then.

use domain::{clock::Court, ladder::Rung, lamp::Lamp, stage::StageState};
use time::Date;

use super::words::Words;
use crate::view::{
    days::{DayUnit, Remaining},
    project::ProjectView,
    stage::{StageView, StopView},
};

/// What the panel says.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// The colour of the panel: a lamp's code, or `yours`.
    pub(super) tone: &'static str,
    /// The lamp.
    pub(super) lamp: Lamp,
    /// Whose turn it is, as a sentence.
    pub(super) headline: String,
    /// What is to be done.
    pub(super) what: Option<String>,
    /// What the date means.
    pub(super) date_label: String,
    /// By when.
    pub(super) date: Option<Date>,
    /// What stands in its place where there is no date.
    pub(super) date_words: String,
    /// How far it is away.
    pub(super) note: Option<String>,
    /// What else one should know.
    pub(super) lines: Vec<String>,
    /// What the investor was asked for.
    pub(super) asked: Option<String>,
}

/// Who reads the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The investor: the panel says "you".
    Investor,
    /// Somebody of the office.
    Staff,
}

/// The panel of a project.
pub(super) fn of_project(w: &Words<'_>, view: &ProjectView) -> Answer {
    let reader = if view.is_investors_view {
        Reader::Investor
    } else {
        Reader::Staff
    };
    if let Some(actual_on) = view.actual_on {
        return finished(w, view, actual_on);
    }
    match view.turn.as_ref().and_then(|turn| view.stage_of(turn)) {
        Some(stage) => of_stage(w, stage, reader),
        None => waiting(w, view),
    }
}

/// The panel of one stage.
pub(super) fn of_stage(w: &Words<'_>, stage: &StageView, reader: Reader) -> Answer {
    let party = stage.turn.as_ref().map_or(Court::Nobody, |turn| turn.party);
    let is_yours = party == Court::Investor && reader == Reader::Investor;
    let blank = Answer {
        tone: if is_yours { "yours" } else { stage.lamp.code() },
        lamp: stage.lamp,
        headline: headline(w, stage, party, reader),
        what: Some(w.name(&stage.name).to_owned()),
        date_label: w.t("answer-promised"),
        date: stage.promised_on,
        date_words: w.t("answer-no-limit"),
        note: None,
        lines: Vec::new(),
        asked: None,
    };
    match stage.state {
        StageState::Waiting => Answer {
            date_label: w.t("answer-waits"),
            date_words: joined(w, stage.waits_for.iter().map(|other| w.name(&other.name))),
            date: None,
            ..blank
        },
        StageState::Ready => ready(w, stage, blank),
        StageState::Running => running(w, stage, reader, blank),
        StageState::Stopped => stopped(w, stage, blank),
        StageState::Done => Answer {
            date_label: w.t("answer-actual"),
            date: stage.actual_on,
            note: stage
                .last_promised_on
                .map(|on| w.with("answer-was-promised", "date", w.short(on))),
            ..blank
        },
    }
}

fn headline(w: &Words<'_>, stage: &StageView, party: Court, reader: Reader) -> String {
    let unit = w.name(&stage.unit.name);
    let is_late = matches!(stage.remaining, Some(Remaining::Over(_)));
    let key = match (stage.state, party) {
        (StageState::Waiting, _) => "turn-waiting",
        (StageState::Done, _) => "turn-done",
        (StageState::Running, Court::Government) if is_late => "turn-late",
        (StageState::Ready, Court::Government) => "turn-accept",
        (_, Court::Government) => "turn-unit",
        (_, Court::Investor) if reader == Reader::Investor => "turn-you",
        (_, Court::Investor) => "turn-investor",
        (_, Court::Law) => "turn-law",
        (_, Court::ThirdParty) => "turn-third_party",
        (_, Court::Nobody) => "turn-nobody",
    };
    w.with(key, "unit", unit)
}

fn ready(w: &Words<'_>, stage: &StageView, blank: Answer) -> Answer {
    let promise = stage.promise;
    Answer {
        date: None,
        date_label: w.t("answer-after-acceptance"),
        date_words: promise.map_or_else(
            || w.t("answer-no-limit"),
            |promise| w.with("answer-within", "limit", w.limit(promise)),
        ),
        lines: vec![w.t("answer-clock-not-started")],
        ..blank
    }
}

fn running(w: &Words<'_>, stage: &StageView, reader: Reader, blank: Answer) -> Answer {
    let unit = stage
        .clock
        .as_ref()
        .map_or(DayUnit::WorkingDay, |clock| clock.unit);
    let mut lines = Vec::new();
    if stage.lamp == Lamp::Yellow || stage.lamp == Lamp::Red {
        if reader == Reader::Investor {
            lines.push(w.t("answer-sorry"));
        }
        if let Some(rung) = stage.rung {
            lines.push(w.t(card_key(rung)));
        }
    }
    if stage
        .turn
        .as_ref()
        .is_some_and(|turn| turn.party == Court::Law)
    {
        lines.push(w.t("answer-law"));
    }
    if let Some(on) = stage
        .expected_on
        .filter(|on| Some(*on) != stage.promised_on)
    {
        lines.push(w.with("answer-expected", "date", w.date(on)));
    }
    if stage
        .clock
        .as_ref()
        .is_some_and(|clock| clock.is_provisional)
    {
        lines.push(w.t("answer-provisional"));
    }
    Answer {
        note: stage
            .remaining
            .map(|remaining| w.remaining(remaining, unit)),
        date_words: if stage.is_deadline_unknown {
            w.t("answer-unknown")
        } else {
            blank.date_words
        },
        lines,
        ..blank
    }
}

fn card_key(rung: Rung) -> &'static str {
    match rung {
        Rung::StopExpired
        | Rung::StopObjected
        | Rung::DecisionLate
        | Rung::Expiring
        | Rung::Silence
        | Rung::Remind
        | Rung::Yellow => "answer-card-yellow",
        Rung::Red => "answer-card-red",
        Rung::Leadership => "answer-card-leadership",
    }
}

fn stopped(w: &Words<'_>, stage: &StageView, blank: Answer) -> Answer {
    let stop: Option<&StopView> = stage.stops.iter().find(|stop| stop.resumed_on.is_none());
    let clock = stage.clock.as_ref();
    let unit = clock.map_or(DayUnit::WorkingDay, |clock| clock.unit);
    let mut lines = Vec::new();
    if let Some(stop) = stop {
        let since = w.date(stop.stopped_on);
        let days = w.days(stop.days, unit);
        let reason = w.stop_reason(stop.reason);
        lines.push(w.filled(
            "answer-stopped",
            &[("reason", &reason), ("date", &since), ("days", &days)],
        ));
    }
    Answer {
        date_label: w.t("answer-resume"),
        date: stop.and_then(|stop| stop.expected_on),
        date_words: w.t("answer-resume-open"),
        note: clock
            .and_then(|clock| clock.left)
            .map(|left| w.with("answer-left-after", "days", w.days(left, unit))),
        asked: stop.and_then(|stop| stop.text.clone()),
        lines,
        ..blank
    }
}

fn finished(w: &Words<'_>, view: &ProjectView, actual_on: Date) -> Answer {
    let late = view.late_count();
    let all = w.count("answer-all-done", view.stage_count);
    let how = if late == 0 {
        w.t("answer-all-in-time")
    } else {
        w.count("answer-some-late", late)
    };
    Answer {
        tone: view.lamp.code(),
        lamp: view.lamp,
        headline: w.t("turn-finished"),
        what: Some(all),
        date_label: w.t("answer-actual"),
        date: Some(actual_on),
        date_words: String::new(),
        note: None,
        lines: vec![how],
        asked: None,
    }
}

fn waiting(w: &Words<'_>, view: &ProjectView) -> Answer {
    Answer {
        tone: view.lamp.code(),
        lamp: view.lamp,
        headline: w.t("turn-none"),
        what: None,
        date_label: w.t("answer-next"),
        date: None,
        date_words: w.t("answer-unknown"),
        note: None,
        lines: Vec::new(),
        asked: None,
    }
}

/// Names in a row.
pub(super) fn joined<'n>(w: &Words<'_>, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    names.join(&w.t("list-comma"))
}
