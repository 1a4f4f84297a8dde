//! What would follow from an act, in words.

use time::Date;

use super::{answer::joined, words::Words};
use crate::view::{
    consequence::{ConsequenceView, DateShift, StageMove},
    schedule::{Drift, ForecastShift},
};

/// Moved stages that are named; a long row of dates is not read.
const MOVES_NAMED_MAX: usize = 6;

/// What would follow, ready to draw.
pub(super) struct Foreseen {
    /// True for what was asked with the values of the form; else it is what follows today.
    pub(super) is_asked: bool,
    /// The heading.
    pub(super) title: String,
    /// What becomes of what.
    pub(super) lines: Vec<Line>,
}

/// One fact about what would follow.
pub(super) struct Line {
    pub(super) label: String,
    pub(super) values: Vec<String>,
}

/// What would follow, line by line: the date of the stage, the forecast, the other stages, the letters.
pub(super) fn foreseen(w: &Words<'_>, view: &ConsequenceView, is_asked: bool) -> Foreseen {
    let one = |key: &str, value: String| Line {
        label: w.t(key),
        values: vec![value],
    };
    let mut lines = vec![one("foreseen-due", due(w, view))];
    if view.statutory.is_moved() && view.statutory.new_on.is_some() {
        lines.push(one("foreseen-statute", shift(w, view.statutory)));
    }
    if let Some(forecast) = &view.forecast {
        lines.push(Line {
            label: forecast_label(w, forecast),
            values: vec![forecast_words(w, forecast)],
        });
    }
    if !view.releases.is_empty() {
        let names = view.releases.iter().map(|stage| w.name(&stage.name));
        lines.push(one("foreseen-releases", joined(w, names)));
    }
    if !view.moved.is_empty() {
        lines.push(Line {
            label: w.count("foreseen-moved", view.moved.len()),
            values: moved(w, &view.moved),
        });
    }
    let told = if view.told.is_empty() {
        w.t("foreseen-nobody")
    } else {
        joined(w, view.told.iter().map(|person| person.name.as_str()))
    };
    lines.push(one("foreseen-told", told));
    Foreseen {
        is_asked,
        title: w.t(if view.is_if_granted {
            "foreseen-if-granted"
        } else {
            "foreseen-title"
        }),
        lines,
    }
}

fn due(w: &Words<'_>, view: &ConsequenceView) -> String {
    match (view.due.new_on, view.days_left) {
        (None, Some(left)) => w.count("foreseen-stands", left),
        (None, None) => w.t("foreseen-no-date"),
        (Some(_), _) => shift(w, view.due),
    }
}

fn shift(w: &Words<'_>, days: DateShift) -> String {
    let text = |on: Option<Date>| on.map_or_else(|| w.t("foreseen-no-date"), |on| w.short(on));
    let (old, new) = (text(days.old_on), text(days.new_on));
    match days.old_on {
        None => new,
        Some(_) if !days.is_moved() => w.with("foreseen-same", "date", new),
        Some(_) => w.filled("foreseen-shift", &[("old", &old), ("new", &new)]),
    }
}

fn moved(w: &Words<'_>, moves: &[StageMove]) -> Vec<String> {
    let named = moves.iter().take(MOVES_NAMED_MAX).map(|moved| {
        let name = w.name(&moved.stage.name);
        let days = if moved.end.is_moved() {
            moved.end
        } else {
            moved.start
        };
        w.filled(
            "foreseen-stage",
            &[("stage", name), ("days", &shift(w, days))],
        )
    });
    let mut lines: Vec<String> = named.collect();
    if moves.len() > MOVES_NAMED_MAX {
        lines.push(w.count("foreseen-more", moves.len() - MOVES_NAMED_MAX));
    }
    lines
}

/// Of what a forecast speaks.
fn forecast_label(w: &Words<'_>, forecast: &ForecastShift) -> String {
    if forecast.is_start_of_works {
        w.t("schedule-works")
    } else {
        w.with("foreseen-target", "stage", w.name(&forecast.target.name))
    }
}

/// From when to when, and by how much.
fn forecast_words(w: &Words<'_>, forecast: &ForecastShift) -> String {
    let days = DateShift {
        old_on: forecast.old_on,
        new_on: Some(forecast.new_on),
    };
    let words = shift(w, days);
    if !forecast.is_moved() {
        return words;
    }
    let by = w.count(
        if forecast.working_days < 0 {
            "foreseen-earlier"
        } else {
            "foreseen-later"
        },
        forecast.working_days.unsigned_abs(),
    );
    w.filled("foreseen-by", &[("days", &words), ("by", &by)])
}

/// What days alone have made of a forecast: `预计可开工：6月9日 → 6月16日，推迟 5 个工作日（消防设计审查：停表中）`.
pub(super) fn drift(w: &Words<'_>, drift: &Drift) -> String {
    let holes = [
        ("what", forecast_label(w, &drift.shift)),
        ("days", forecast_words(w, &drift.shift)),
        ("stage", w.name(&drift.stage.name).to_owned()),
        ("cause", w.code("cause", drift.cause.code())),
    ];
    let holes = holes.each_ref().map(|(name, text)| (*name, text.as_str()));
    w.filled("forecast-drift", &holes)
}
