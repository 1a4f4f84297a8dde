//! The project's time line as SVG: outline for the promise, solid for what happened, hatched for stops,
//! pale for what is expected, a line for today. Shapes carry classes, never styles.

use std::fmt::Write as _;

use askama::filters::{Html, Safe, escape};
use time::{Date, Duration, Month};

use super::{dates, words::Words};
use crate::view::{project::ProjectView, stage::StageView};

const WIDTH: i64 = 1040;
const LABELS: i64 = 250;
const HEAD: i64 = 34;
const ROW: i64 = 30;
/// Half the width of today's label.
const NEAR_EDGE: i64 = 60;
/// Characters of a label, counted as widths of a Chinese one.
const LABEL_WIDTH_MAX: usize = 17;

/// The drawing; the same facts stand in a table below it.
pub(super) fn chart(w: &Words<'_>, view: &ProjectView) -> Safe<String> {
    let stages: Vec<&StageView> = view.stages().collect();
    let Some(scale) = Scale::of(w.today, &stages) else {
        return Safe(String::new());
    };
    let rows = i64::try_from(stages.len()).unwrap_or_default();
    let height = HEAD + rows * ROW + 8;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{}\">",
        text(&w.t("timeline-title"))
    );
    months(&mut svg, w, &scale, height);
    for (stage, row) in stages.iter().zip(0_i64..) {
        draw(&mut svg, w, &scale, stage, HEAD + row * ROW);
    }
    let today = scale.x(w.today);
    let (anchor, label) = match today {
        far if far > WIDTH - NEAR_EDGE => ("end", WIDTH),
        near if near < LABELS + NEAR_EDGE => ("start", LABELS),
        middle => ("middle", middle),
    };
    put(
        &mut svg,
        &format!(
            "<path class=\"line-today\" d=\"M{today} {}V{height}\"/><text class=\"chart-today\" x=\"{label}\" \
             y=\"12\" text-anchor=\"{anchor}\">{}</text></svg>",
            HEAD - 14,
            text(&w.with("timeline-today", "date", w.short(w.today)))
        ),
    );
    Safe(svg)
}

/// Days to places.
struct Scale {
    first: Date,
    days: i64,
}

impl Scale {
    fn of(today: Date, stages: &[&StageView]) -> Option<Self> {
        let known = stages.iter().flat_map(|stage| {
            [
                stage.started_on,
                stage.first_promised_on,
                stage.last_promised_on,
                stage.actual_on,
                stage.outlook.map(|outlook| outlook.start_on),
                stage.outlook.map(|outlook| outlook.end_on),
            ]
        });
        let days: Vec<Date> = known.flatten().chain([today]).collect();
        let first = days.iter().min()?.checked_sub(Duration::days(3))?;
        let last = days.iter().max()?.checked_add(Duration::days(5))?;
        Some(Self {
            first,
            days: (last - first).whole_days().max(1),
        })
    }

    fn last(&self) -> Date {
        self.first
            .checked_add(Duration::days(self.days))
            .unwrap_or(self.first)
    }

    fn x(&self, day: Date) -> i64 {
        LABELS + (day - self.first).whole_days() * (WIDTH - LABELS) / self.days
    }
}

/// A line and a name for each month; every second or third name where months are narrow.
fn months(svg: &mut String, w: &Words<'_>, scale: &Scale, height: i64) {
    let each = scale.days / 330 + 1;
    let mut first = scale.first.replace_day(1).ok();
    let mut number = 0;
    while let Some(month) = first.filter(|month| *month <= scale.last()) {
        if month > scale.first {
            let x = scale.x(month);
            put(
                svg,
                &format!(
                    "<path class=\"chart-month\" d=\"M{x} {}V{height}\"/>",
                    HEAD - 12
                ),
            );
            let is_near_today = (x - scale.x(w.today)).abs() < NEAR_EDGE + 40;
            if number % each == 0 && !is_near_today {
                let name = month_name(w, month);
                put(
                    svg,
                    &format!(
                        "<text class=\"chart-text\" x=\"{}\" y=\"12\">{name}</text>",
                        x + 3
                    ),
                );
            }
        }
        number += 1;
        first = next_month(month);
    }
}

fn month_name(w: &Words<'_>, month: Date) -> String {
    let is_first = month.month() == Month::January;
    match (w.is_chinese(), is_first) {
        (true, false) => format!("{}月", u8::from(month.month())),
        (true, true) => format!("{}年1月", month.year()),
        (false, false) => dates::month(month.month()).to_owned(),
        (false, true) => format!("Jan {}", month.year()),
    }
}

fn next_month(month: Date) -> Option<Date> {
    month
        .checked_add(Duration::days(32))
        .and_then(|later| later.replace_day(1).ok())
}

fn draw(svg: &mut String, w: &Words<'_>, scale: &Scale, stage: &StageView, top: i64) {
    let name = w.name(&stage.name);
    let middle = top + ROW / 2;
    put(
        svg,
        &format!(
            "<g><title>{}</title><path class=\"chart-row\" d=\"M0 {}H{WIDTH}\"/>\
             <text class=\"chart-text chart-name\" x=\"0\" y=\"{}\">{}</text>",
            text(&title(w, stage)),
            top + ROW,
            middle + 5,
            text(&shortened(name))
        ),
    );
    let started_on = stage.started_on;
    let until = stage.actual_on.unwrap_or(w.today);
    if let (Some(from), Some(to)) = (started_on, stage.first_promised_on) {
        bar(svg, scale, "bar-promise", (from, to), (middle - 9, 18));
    }
    if let Some(outlook) = stage.outlook.filter(|_| stage.actual_on.is_none()) {
        let from = started_on.map_or(outlook.start_on, |_| w.today);
        bar(
            svg,
            scale,
            "bar-forecast",
            (from, outlook.end_on),
            (middle - 5, 10),
        );
    }
    if let Some(from) = started_on {
        bar(svg, scale, "bar-actual", (from, until), (middle - 5, 10));
        if let Some(due) = stage
            .last_promised_on
            .filter(|due| *due < until && stage.promised_on.is_some())
        {
            bar(svg, scale, "bar-late", (due, until), (middle - 5, 10));
        }
    }
    for stop in &stage.stops {
        let to = stop.resumed_on.unwrap_or(until);
        hatch(svg, scale, (stop.stopped_on, to), middle);
    }
    put(svg, "</g>");
}

fn title(w: &Words<'_>, stage: &StageView) -> String {
    let mut title = format!("{} · {}", w.name(&stage.name), w.lamp(stage.lamp));
    for (key, on) in [
        ("col-started", stage.started_on),
        ("col-promised", stage.last_promised_on),
        ("col-actual", stage.actual_on),
    ] {
        if let Some(on) = on {
            let _written = write!(title, " · {} {}", w.t(key), w.short(on));
        }
    }
    title
}

fn bar(
    svg: &mut String,
    scale: &Scale,
    class: &str,
    (from, to): (Date, Date),
    (y, height): (i64, i64),
) {
    let x = scale.x(from);
    let width = (scale.x(to) - x).max(4);
    put(
        svg,
        &format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"3\"/>"
        ),
    );
}

fn hatch(svg: &mut String, scale: &Scale, (from, to): (Date, Date), middle: i64) {
    let (left, right) = (scale.x(from), scale.x(to).max(scale.x(from) + 6));
    let (top, bottom) = (middle - 5, middle + 5);
    put(
        svg,
        &format!(
            "<rect class=\"bar-stop-ground\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"10\" rx=\"3\"/>\
             <path class=\"bar-stop\" d=\"",
            right - left
        ),
    );
    let mut x = left + 2;
    while x + 6 <= right {
        put(svg, &format!("M{x} {bottom}L{} {top}", x + 6));
        x += 7;
    }
    put(svg, "\"/>");
}

/// The name, cut where the column ends; the whole name is in the title and in the table.
fn shortened(name: &str) -> String {
    let mut half_widths = 0;
    let mut cut = String::new();
    for letter in name.chars() {
        half_widths += if letter.is_ascii() { 1 } else { 2 };
        if half_widths > LABEL_WIDTH_MAX * 2 {
            cut.push('…');
            break;
        }
        cut.push(letter);
    }
    cut
}

fn text(raw: &str) -> String {
    let Ok(safe) = escape(raw, Html);
    safe.to_string()
}

fn put(svg: &mut String, part: &str) {
    svg.push_str(part);
}
