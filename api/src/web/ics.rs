//! iCalendar as RFC 5545 writes it: escaped, folded, nothing else. Written by hand because the library that was
//! tried reads the clock for every component and makes up keys, so that no two answers are the same.

use std::fmt::Write as _;

use time::{Date, OffsetDateTime, UtcOffset, macros::format_description};

/// Octets of a line without its end (RFC 5545, 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// A calendar as it is written.
#[derive(Debug, Default)]
pub(super) struct Ics(String);

impl Ics {
    /// A line whose value has no text that would need escaping.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut room = LINE_OCTETS_MAX;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            // A line break would let a value become a line of its own.
            if letter.is_control() {
                continue;
            }
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE_OCTETS_MAX - 1;
            }
            room -= letter.len_utf8();
            self.0.push(letter);
        }
        self.0.push_str("\r\n");
    }

    /// A line whose value is text (RFC 5545, 3.3.11).
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for letter in value.chars() {
            match letter {
                '\\' | ';' | ',' => {
                    escaped.push('\\');
                    escaped.push(letter);
                }
                '\n' => escaped.push_str("\\n"),
                other => escaped.push(other),
            }
        }
        self.line(name, &escaped);
    }

    /// A day.
    pub(super) fn day(&mut self, name: &str, on: Date) {
        let day = on
            .format(format_description!("[year][month][day]"))
            .unwrap_or_default();
        self.line(&format!("{name};VALUE=DATE"), &day);
    }

    /// An instant, in UTC.
    pub(super) fn instant(&mut self, name: &str, at: OffsetDateTime) {
        let at = at.to_offset(UtcOffset::UTC);
        let written = at
            .format(format_description!(
                "[year][month][day]T[hour][minute][second]Z"
            ))
            .unwrap_or_default();
        self.line(name, &written);
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str, value: u32) {
        let mut written = String::new();
        // A text takes whatever is written.
        let _never_fails = write!(written, "{value}");
        self.line(name, &written);
    }

    /// All that was written.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn a_long_line_is_folded_between_letters_and_nothing_is_lost() {
        let mut ics = Ics::default();
        let said = "环节到期；，".repeat(40);
        ics.text("SUMMARY", &said);
        let written = ics.finish();
        assert!(written.ends_with("\r\n"));
        for line in written.trim_end().split("\r\n") {
            assert!(line.len() <= LINE_OCTETS_MAX, "{line}");
        }
        assert_eq!(
            written.trim_end().replace("\r\n ", ""),
            format!("SUMMARY:{said}")
        );
    }

    #[test]
    fn no_text_becomes_a_line_of_its_own() {
        let mut ics = Ics::default();
        ics.text("SUMMARY", "a,b;c\\d\nEND:VEVENT\r\u{7}e");
        ics.day("DTSTART", date!(2026 - 03 - 09));
        ics.instant("DTSTAMP", datetime!(2026-03-09 09:00:01 +8));
        assert_eq!(
            ics.finish(),
            "SUMMARY:a\\,b\\;c\\\\d\\nEND:VEVENTe\r\nDTSTART;VALUE=DATE:20260309\r\nDTSTAMP:20260309T010001Z\r\n"
        );
    }
}
