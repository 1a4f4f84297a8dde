use time::macros::date;

use super::*;

fn days(text: &str, form: FileForm) -> Vec<Day> {
    match read(text.as_bytes(), form) {
        Ok(Content::Days(read)) => read.days,
        other => panic!("{other:?}"),
    }
}

fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

#[test]
fn the_end_of_an_event_is_no_part_of_it() {
    let text =
        event("DTSTART;VALUE=DATE:20261001\r\nDTEND;VALUE=DATE:20261004\r\nSUMMARY:国庆节 休");
    let read = days(&text, FileForm::ICalendar);
    let found: Vec<Date> = read.iter().map(|day| day.on).collect();
    assert_eq!(
        found,
        [
            date!(2026 - 10 - 01),
            date!(2026 - 10 - 02),
            date!(2026 - 10 - 03)
        ]
    );
    assert!(
        read.iter()
            .all(|day| day.name == "国庆节" && day.kind == Kind::Off && day.line == 3)
    );
}

#[test]
fn the_summary_says_off_or_worked_in_both_languages() {
    for (summary, kind, name) in [
        ("国庆节（休）", Kind::Off, "国庆节"),
        ("国庆节（班）", Kind::Work, "国庆节"),
        ("春节 补班", Kind::Work, "春节"),
        ("Workers' Day holiday", Kind::Off, "Workers' Day"),
        (
            "Make-up workday (National Day holiday)",
            Kind::Work,
            "National Day",
        ),
        ("Work", Kind::Work, "Work"),
        ("Day off\\, bridge", Kind::Off, "Day bridge"),
    ] {
        let text = event(&format!("DTSTART;VALUE=DATE:20261001\r\nSUMMARY:{summary}"));
        let read = days(&text, FileForm::ICalendar);
        assert_eq!((read[0].kind, read[0].name.as_str()), (kind, name));
    }
}

#[test]
fn folded_lines_are_put_together_and_lines_are_counted_as_they_stand() {
    let text = event("SUMMARY:国\r\n 庆\r\n\t节 休\r\nDTSTART;VALUE=DATE:20261001");
    let read = days(&text, FileForm::ICalendar);
    assert_eq!((read[0].name.as_str(), read[0].line), ("国庆节", 6));
}

#[test]
fn spreadsheets_may_write_dates_their_way() {
    for typed in ["2026-10-01", "2026/10/1", "20261001", " 2026-10-1 "] {
        assert_eq!(parse_day(typed), Some(date!(2026 - 10 - 01)), "{typed}");
    }
    for typed in ["", "2026-02-30", "26-10-01", "2026-10", "2026-10-01-1", "x"] {
        assert_eq!(parse_day(typed), None, "{typed}");
    }
}

#[test]
fn a_form_is_known_by_name_or_by_its_beginning() {
    for (name, bytes, form) in [
        ("2026.json", &b""[..], FileForm::Json),
        ("a.ICS", b"", FileForm::ICalendar),
        ("days.csv", b"{", FileForm::Csv),
        ("days", b" {\"year\"", FileForm::Json),
        ("days", b"\xef\xbb\xbfBEGIN:VCALENDAR", FileForm::ICalendar),
        ("days", b"date,kind", FileForm::Csv),
    ] {
        assert_eq!(FileForm::guess(name, bytes), form, "{name}");
    }
}
