//! The curve of works as SVG: a line for the plan, one for what is done, one for today. Shapes carry classes,
//! never styles; the same facts stand in a table below it.

use std::fmt::Write as _;

use askama::filters::{Html, Safe, escape};
use domain::progress::{Month, Percent};
use time::Date;

use super::span;
use crate::{
    view::progress::{PlanView, ProgressView},
    web::words::Words,
};

/// Small, so that its letters can be read on a phone.
const WIDTH: i64 = 560;
const HEIGHT: i64 = 250;
const LEFT: i64 = 54;
const RIGHT: i64 = 14;
const TOP: i64 = 26;
const BOTTOM: i64 = 30;
/// Names of months that stand side by side without touching.
const NAMES_MAX: i64 = 6;
/// Half the width of today's label.
const NEAR_EDGE: i64 = 56;

/// The drawing.
pub(super) fn chart(w: &Words<'_>, view: &ProgressView) -> Safe<String> {
    let scale = Scale::of(span(view));
    let mut svg = format!(
        "<svg class=\"curve\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" \
         aria-labelledby=\"curve-title curve-desc\"><title id=\"curve-title\">{}</title><desc id=\"curve-desc\">{}</desc>",
        text(&w.t("progress-chart-title")),
        text(&description(w, view))
    );
    grid(&mut svg, w, &scale);
    if let Some(first) = &view.first_plan {
        line(&mut svg, "curve-first", &scale.points(&planned(first)));
    }
    line(&mut svg, "curve-plan", &scale.points(&planned(&view.plan)));
    done(&mut svg, &scale, view);
    today(&mut svg, w, &scale);
    svg.push_str("</svg>");
    Safe(svg)
}

/// What the drawing shows, for those who hear it.
fn description(w: &Words<'_>, view: &ProgressView) -> String {
    let (from, until) = (w.month(view.plan.from), w.month(view.plan.until));
    let plan = [("from", &*from), ("until", &*until)];
    let plan = w.filled("progress-chart-plan", &plan);
    format!("{plan} {}", super::headline(w, &view.summary))
}

/// Months and shares to places.
struct Scale {
    first: Month,
    months: i64,
}

impl Scale {
    fn of((first, last): (Month, Month)) -> Self {
        let months = i64::from(last.since(first)) + 1;
        Self { first, months }
    }

    /// The place of the end of a month.
    fn x(&self, month: Month) -> i64 {
        let ended = i64::from(month.since(self.first)) + 1;
        LEFT + ended * (WIDTH - LEFT - RIGHT) / self.months
    }

    /// The place of a day, if the drawing reaches so far.
    fn x_of_day(&self, day: Date) -> Option<i64> {
        let month = Month::of(day);
        let place = i64::from(month.since(self.first));
        let (day, days) = (i64::from(day.day()), i64::from(month.last_day().day()));
        (0..self.months)
            .contains(&place)
            .then(|| LEFT + (place * days + day) * (WIDTH - LEFT - RIGHT) / (self.months * days))
    }

    fn y(share: Percent) -> i64 {
        HEIGHT - BOTTOM - i64::from(share.points()) * (HEIGHT - BOTTOM - TOP) / 100
    }

    fn points(&self, shares: &[(Month, Percent)]) -> Vec<(i64, i64)> {
        let point = |(month, share): &(Month, Percent)| (self.x(*month), Self::y(*share));
        shares.iter().map(point).collect()
    }
}

/// A plan from the instant before works start.
fn planned(plan: &PlanView) -> Vec<(Month, Percent)> {
    let before = (plan.from.plus(-1), Percent::NONE);
    std::iter::once(before).chain(plan.months()).collect()
}

fn grid(svg: &mut String, w: &Words<'_>, scale: &Scale) {
    for points in [0, 25, 50, 75, 100] {
        let y = Scale::y(Percent::new(points).unwrap_or_default());
        put(
            svg,
            &format!(
                "<path class=\"chart-month\" d=\"M{LEFT} {y}H{}\"/>",
                WIDTH - RIGHT
            ),
        );
        if points % 50 == 0 {
            put(
                svg,
                &format!(
                    "<text class=\"chart-text\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{points}%</text>",
                    LEFT - 6,
                    y + 4
                ),
            );
        }
    }
    let each = (scale.months + NAMES_MAX - 1) / NAMES_MAX;
    let months = std::iter::successors(Some(scale.first), |month| Some(month.plus(1)));
    for (month, place) in months.zip(0..scale.months) {
        if place % each == 0 {
            let x = scale.x(month);
            let y = HEIGHT - BOTTOM;
            put(
                svg,
                &format!(
                    "<path class=\"chart-month\" d=\"M{x} {y}v5\"/><text class=\"chart-text\" x=\"{x}\" y=\"{}\" \
                     text-anchor=\"{}\">{}</text>",
                    HEIGHT - 8,
                    if x > WIDTH - RIGHT - NEAR_EDGE / 2 {
                        "end"
                    } else {
                        "middle"
                    },
                    text(&name(w, month, place == 0))
                ),
            );
        }
    }
}

/// A short name: the year stands at the first month and at each January.
fn name(w: &Words<'_>, month: Month, is_first: bool) -> String {
    if is_first || month.of_year() == 1 {
        return month.to_string();
    }
    if w.is_chinese() {
        format!("{}月", month.of_year())
    } else {
        crate::web::dates::month(month.first_day().month()).to_owned()
    }
}

/// What is done: from nothing before works were to start, a dot for each report.
fn done(svg: &mut String, scale: &Scale, view: &ProgressView) {
    let Some(first) = view.reports.first() else {
        return;
    };
    let start = view.plan.from.min(first.month).plus(-1);
    let reported = view
        .reports
        .iter()
        .map(|report| (report.month, report.share));
    let points: Vec<(Month, Percent)> = std::iter::once((start, Percent::NONE))
        .chain(reported)
        .collect();
    let points = scale.points(&points);
    line(svg, "curve-done", &points);
    for (x, y) in points.iter().skip(1) {
        put(
            svg,
            &format!("<circle class=\"curve-dot\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>"),
        );
    }
}

fn today(svg: &mut String, w: &Words<'_>, scale: &Scale) {
    let Some(x) = scale.x_of_day(w.today) else {
        return;
    };
    let anchor = match x {
        far if far > WIDTH - RIGHT - NEAR_EDGE => "end",
        near if near < LEFT + NEAR_EDGE => "start",
        _ => "middle",
    };
    let label = w.with("timeline-today", "date", w.short(w.today));
    put(
        svg,
        &format!(
            "<path class=\"line-today\" d=\"M{x} {}V{}\"/><text class=\"chart-today\" x=\"{x}\" y=\"13\" \
             text-anchor=\"{anchor}\">{}</text>",
            TOP - 8,
            HEIGHT - BOTTOM,
            text(&label)
        ),
    );
}

fn line(svg: &mut String, class: &str, points: &[(i64, i64)]) {
    put(svg, &format!("<path class=\"{class}\" d=\""));
    for ((x, y), letter) in points
        .iter()
        .zip(std::iter::once('M').chain(std::iter::repeat('L')))
    {
        let _written = write!(svg, "{letter}{x} {y}");
    }
    put(svg, "\"/>");
}

fn text(raw: &str) -> String {
    let Ok(safe) = escape(raw, Html);
    safe.to_string()
}

fn put(svg: &mut String, part: &str) {
    svg.push_str(part);
}
