//! Due dates for calendar programs, and the page on which one makes and ends their addresses.

use askama::Template;
use domain::calendar_feed::Entry;

use super::{
    Rendered,
    form::{ErrorLine, Form, error_lines},
    frame::{Frame, Theme},
    ics::Ics,
    words::Words,
};
use crate::{
    usecase::calendar_feed::Dates,
    view::calendar_feed::{CalendarFeedView, DueView},
};

/// Who writes the calendar (RFC 5545, 3.7.3).
const PRODID: &str = "-//Green Channel//Due dates//EN";
/// How often a program should fetch. Many fetch when they like.
const REFRESH: &str = "PT4H";
/// The day before at nine: fifteen hours before the day begins.
const ALARM: &str = "-PT15H";

/// The calendar of an address, as it is sent. `address` is where it was fetched.
pub fn calendar_file(dates: &Dates, public_url: &str, address: &str) -> String {
    let w = Words {
        language: dates.language,
        time: &dates.surroundings.zone.office.time,
        today: dates.surroundings.now.today,
    };
    let mut ics = Ics::default();
    let zone = w.name(&dates.surroundings.zone().name);
    let holes = [("name", dates.name.as_str()), ("zone", zone)];
    let name = w.filled("feed-calendar-name", &holes);
    ics.line("BEGIN", "VCALENDAR");
    ics.line("VERSION", "2.0");
    ics.line("PRODID", PRODID);
    ics.line("CALSCALE", "GREGORIAN");
    ics.line("METHOD", "PUBLISH");
    ics.text("NAME", &name);
    ics.text("X-WR-CALNAME", &name);
    ics.line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    ics.line("X-PUBLISHED-TTL", REFRESH);
    ics.line("SOURCE;VALUE=URI", address);
    for entry in &dates.renewal.entries {
        write_entry(
            &mut ics,
            entry,
            dates.due.get(&entry.stage),
            (&w, public_url),
        );
    }
    ics.line("END", "VCALENDAR");
    ics.finish()
}

fn write_entry(
    ics: &mut Ics,
    entry: &Entry,
    due: Option<&DueView>,
    (w, public_url): (&Words<'_>, &str),
) {
    let host = public_url.rsplit('/').next().unwrap_or(public_url);
    ics.line("BEGIN", "VEVENT");
    ics.line("UID", &format!("{}@{host}", entry.stage));
    ics.number("SEQUENCE", entry.sequence);
    ics.instant("DTSTAMP", entry.changed_at);
    ics.instant("LAST-MODIFIED", entry.changed_at);
    ics.day("DTSTART", entry.due_on);
    // The end is the first day that does not belong to it.
    if let Some(after) = entry.due_on.next_day() {
        ics.day("DTEND", after);
    }
    ics.line("TRANSP", "TRANSPARENT");
    if let Some(due) = due.filter(|_| !entry.is_cancelled) {
        let name = w.name(&due.name);
        let holes = [("stage", name), ("code", due.project_code.as_str())];
        let summary = w.filled("feed-due", &holes);
        let url = format!("{public_url}{}", due.path);
        ics.line("STATUS", "CONFIRMED");
        ics.text("SUMMARY", &summary);
        let about = format!("{}\n{url}", due.project_name);
        ics.text("DESCRIPTION", &about);
        ics.text("CATEGORIES", &w.code("phase", due.phase.code()));
        ics.line("URL", &url);
        ics.line("BEGIN", "VALARM");
        ics.line("ACTION", "DISPLAY");
        ics.text("DESCRIPTION", &summary);
        ics.line("TRIGGER", ALARM);
        ics.line("END", "VALARM");
    } else {
        // Whoever may not see the stage any more hears that the date is gone, and nothing else of it.
        ics.line("STATUS", "CANCELLED");
        ics.text("SUMMARY", &w.t("feed-cancelled"));
    }
    ics.line("END", "VEVENT");
}

#[derive(Template)]
#[template(path = "calendar_feed.html")]
struct CalendarFeedPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    feeds: &'a [CalendarFeedView],
    added: Option<&'a str>,
    form: &'a Form,
    errors: Vec<ErrorLine>,
}

/// The page of somebody's addresses; `added` is one that was just made, which is shown this once.
pub fn calendar_feed_page(
    frame: &Frame<'_>,
    feeds: &[CalendarFeedView],
    added: Option<&str>,
    form: &Form,
) -> Rendered {
    let w = &frame.words();
    CalendarFeedPage {
        f: frame,
        w,
        title: frame.title(&w.t("feed-title"), form.is_refused()),
        feeds,
        added,
        form,
        errors: error_lines(w, form, "feed"),
    }
    .render()
}
