//! Files: three forms of the same year, and everything that can be wrong with one, with its code in both languages.

use domain::calendar::china;
use serde_json::{Value, json};

use super::year_2026;
use crate::harness::office::{Answer, Office, on_each_office};

/// The national year with one more day off, in each form.
fn forms() -> [(&'static str, String); 4] {
    let year = year_2026(&[(super::FRIDAY, "临时放假")]);
    let days = year["days"].as_array().unwrap();
    let line = |day: &Value| {
        let kind = if day["isOffDay"] == true {
            "off"
        } else {
            "work"
        };
        let (date, name) = (day["date"].as_str().unwrap(), day["name"].as_str().unwrap());
        format!("{date},{kind},{name}\r\n")
    };
    let csv: String = days.iter().map(line).collect();
    let event = |day: &Value| {
        let mark = if day["isOffDay"] == true {
            "休"
        } else {
            "班"
        };
        let date = day["date"].as_str().unwrap().replace('-', "");
        let name = day["name"].as_str().unwrap();
        // Folded as RFC 5545 folds, with an end that is no part of the event.
        let end: u32 = date.parse::<u32>().unwrap() + 1;
        let end = if date.ends_with("31") || date == "20260228" || date == "20260430" {
            String::new()
        } else {
            format!("DTEND;VALUE=DATE:{end}\r\n")
        };
        format!(
            "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{date}\r\n{end}SUMMARY:{name}\r\n （{mark}）\r\nEND:VEVENT\r\n"
        )
    };
    let events: String = days.iter().map(event).collect();
    let mut whole = china::mainland();
    let plan = whole.years.get_mut(&2026).unwrap();
    plan.days_off.push(domain::calendar::DayOff {
        on: super::FRIDAY,
        name: "临时放假".into(),
    });
    plan.days_off.sort_by_key(|off| off.on);
    [
        ("application/json", year.to_string()),
        (
            "text/csv; charset=utf-8",
            format!("\u{feff}date,kind,name\r\n{csv}"),
        ),
        (
            "text/calendar",
            format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"),
        ),
        ("application/json", serde_json::to_string(&whole).unwrap()),
    ]
}

#[test]
fn every_form_of_a_file_gives_the_same_calendar() {
    on_each_office(async |office| {
        let mut found = Vec::new();
        for (media_type, body) in forms() {
            let id = office.propose("system", "", (media_type, body)).await;
            let zone = office.app.zone;
            let key = id.parse().unwrap();
            let proposal: Result<_, persistence::StoreError> = office
                .app
                .store
                .read(async |tx| tx.proposal(zone, key).await)
                .await;
            let mut calendar = proposal.unwrap().calendar;
            for plan in calendar.years.values_mut() {
                plan.sources.clear();
            }
            found.push(calendar);
        }
        assert!(!found[0].is_working(super::FRIDAY));
        let named = found[0].years[&2026].day_off(super::FRIDAY).unwrap();
        assert_eq!(named.name, "临时放假");
        for other in &found[1..] {
            assert_eq!(other, &found[0]);
        }
        assert_eq!(found[0].version, 2);
    });
}

/// The codes of the flaws of an answer, with a sentence in each language for each.
fn flaws(answer: &Answer) -> Vec<String> {
    assert_eq!(
        answer.failure(),
        (422, "validation.failed".into()),
        "{}",
        answer.text()
    );
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap();
    assert!(!errors.is_empty());
    let has_han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    errors
        .iter()
        .map(|error| {
            let message = |tag: &str| error["messages"][tag].as_str().unwrap().to_owned();
            let (chinese, english) = (message("zh-Hans"), message("en"));
            assert!(has_han(&chinese) && !chinese.contains('{'), "{chinese}");
            // A summary that cannot be read, and the words that could be, stand in the sentence as they are.
            let quotes = error["code"] == "calendar.file.summary";
            assert!(quotes || !has_han(&english), "{english}");
            assert!(!english.contains('{'), "{english}");
            error["code"].as_str().unwrap().to_owned()
        })
        .collect()
}

async fn refused(office: &Office, query: &str, file: (&str, &str), expected: &[&str]) {
    let (media_type, body) = file;
    let answer = office
        .try_propose("system", query, (media_type, body))
        .await;
    assert_eq!(flaws(&answer), expected, "{body}");
}

const CSV: &str = "text/csv";
const ICS: &str = "text/calendar";
const JSON: &str = "application/json";

fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

#[test]
fn what_is_wrong_with_a_file_is_said_line_by_line_and_nothing_is_kept() {
    on_each_office(async |office| {
        let head = "date,kind,name\n";
        for (body, codes) in [
            ("", &["calendar.file.header"][..]),
            ("day,what\n2026-10-01,off,x\n", &["calendar.file.header"]),
            (head, &["calendar.file.empty"]),
            (
                "date,kind,name\n2026-13-01,off,x\n2026-10-01,maybe,x\n2026-10-02,off,x\n2026-10-02,work,x\n",
                &[
                    "calendar.file.date",
                    "calendar.file.kind",
                    "calendar.file.doubled",
                ],
            ),
            (
                "date,kind,name\n2026-10-01,off,x\n2024-10-01,off,x\n2026-10-05,work,x\n",
                &["calendar.file.wrong_year", "calendar.file.idle_makeup"],
            ),
            (
                "date,kind,name\n2026-10-01,off,x\n",
                &["calendar.file.too_few"],
            ),
            (
                "date,kind,name\n2025-10-01,off,x\n",
                &["calendar.file.year_over"],
            ),
            (
                "date,kind,name\n2031-10-01,off,x\n",
                &["calendar.file.year_far"],
            ),
        ] {
            refused(&office, "", (CSV, body), codes).await;
        }
    });
}

#[test]
fn what_is_wrong_with_json_or_icalendar_is_said_too_and_nothing_is_kept() {
    on_each_office(async |office| {
        // The file of another year than the one that was meant.
        let year = year_2026(&[]).to_string();
        refused(
            &office,
            "?year=2027",
            (JSON, &year),
            &["calendar.file.other_year"],
        )
        .await;
        refused(&office, "", (JSON, &year), &["calendar.unchanged"]).await;
        refused(
            &office,
            "",
            (JSON, "{\"days\": 3}"),
            &["calendar.file.json"],
        )
        .await;
        refused(&office, "", (JSON, "[1"), &["calendar.file.json"]).await;
        for (lines, code) in [
            (
                "DTSTART:20261001T080000\nSUMMARY:国庆节 休",
                "calendar.file.not_all_day",
            ),
            ("SUMMARY:国庆节 休", "calendar.file.not_all_day"),
            (
                "DTSTART;VALUE=DATE:20261001\nSUMMARY:国庆节",
                "calendar.file.summary",
            ),
            (
                "DTSTART;VALUE=DATE:20261001\nDTEND;VALUE=DATE:20261001\nSUMMARY:休",
                "calendar.file.period",
            ),
            (
                "DTSTART;VALUE=DATE:20261001\nRRULE:FREQ=YEARLY\nSUMMARY:休",
                "calendar.file.repeats",
            ),
        ] {
            refused(&office, "", (ICS, &event(lines)), &[code]).await;
        }
        refused(
            &office,
            "",
            (ICS, "hello"),
            &["calendar.file.not_icalendar"],
        )
        .await;
        let latin = (
            "text/csv",
            b"date,kind,name\n2026-10-01,off,\xb9\xfa\n".to_vec(),
        );
        let answer = office.try_propose("system", "", latin).await;
        assert_eq!(flaws(&answer), ["calendar.file.not_text"]);
        let answer = office.try_propose("system", "", ("text/plain", "x")).await;
        assert_eq!(answer.failure(), (415, "request.media_type".into()));
        let head = "date,kind,name\n";
        let answer = office.try_propose("system", "?kind=x", (CSV, head)).await;
        assert_eq!(flaws(&answer), ["validation.choice"]);
        let list = office.get("system", "/api/v1/calendar/proposals").await;
        assert_eq!(list.good()["data"], json!([]), "nothing is kept");
    });
}

fn whole(change: &dyn Fn(&mut domain::calendar::WorkCalendar)) -> String {
    let mut calendar = china::mainland();
    change(&mut calendar);
    serde_json::to_string(&calendar).unwrap()
}

#[test]
fn a_calendar_that_nobody_could_work_by_is_refused() {
    on_each_office(async |office| {
        let idle = whole(&|calendar| {
            let first = time::Date::from_ordinal_date(2027, 1).unwrap();
            let days = std::iter::successors(Some(first), |day| day.next_day());
            let plan = calendar.years.get_mut(&2027).unwrap();
            plan.days_off = days
                .take_while(|day| day.year() == 2027)
                .map(|on| domain::calendar::DayOff {
                    on,
                    name: "x".into(),
                })
                .collect();
        });
        refused(&office, "", (JSON, &idle), &["calendar.nothing_worked"]).await;
        let dropped = whole(&|calendar| {
            calendar.years.remove(&2027);
        });
        refused(
            &office,
            "",
            (JSON, &dropped),
            &["calendar.file.year_dropped"],
        )
        .await;
        let past = whole(&|calendar| {
            calendar.years.get_mut(&2020).unwrap().days_off.pop();
        });
        refused(&office, "", (JSON, &past), &["calendar.file.past_changed"]).await;
        let far = whole(&|calendar| {
            let plan = calendar.years[&2027].clone();
            calendar.years.insert(20_270, plan);
        });
        refused(&office, "", (JSON, &far), &["calendar.year_out_of_range"]).await;
        let gap = whole(&|calendar| {
            let plan = calendar.years[&2027].clone();
            calendar.years.insert(2029, plan);
        });
        refused(&office, "", (JSON, &gap), &["calendar.missing_year"]).await;
        let idle_day = whole(&|calendar| {
            let plan = calendar.years.get_mut(&2027).unwrap();
            plan.makeup_workdays
                .push(time::macros::date!(2027 - 03 - 01));
        });
        refused(&office, "", (JSON, &idle_day), &["calendar.idle_makeup"]).await;
        let misplaced = whole(&|calendar| {
            let plan = calendar.years.get_mut(&2027).unwrap();
            plan.makeup_workdays
                .push(time::macros::date!(2026 - 03 - 01));
        });
        refused(&office, "", (JSON, &misplaced), &["calendar.misplaced_day"]).await;
        refused(
            &office,
            "",
            (JSON, "{\"years\":{}}"),
            &["calendar.file.year_dropped"; 21],
        )
        .await;
        let local = "{\"years\":{},\"local\":{\"days_off\":[],\"makeup_workdays\":[]}}";
        refused(&office, "", (JSON, local), &["calendar.file.not_national"]).await;
    });
}

#[test]
fn days_of_the_zones_own_that_change_nothing_or_come_too_late_are_refused() {
    on_each_office(async |office| {
        let own = "?kind=local";
        let days = |lines: &str| format!("date,kind,name\n{lines}");
        for (lines, codes) in [
            ("2026-02-27,off,x\n", &["calendar.file.day_over"][..]),
            ("2026-03-05,work,x\n", &["calendar.file.idle_makeup"]),
            ("2031-03-05,off,x\n", &["calendar.local_outside"]),
        ] {
            refused(&office, own, (CSV, &days(lines)), codes).await;
        }
        refused(
            &office,
            own,
            (JSON, &whole(&|_| {})),
            &["calendar.file.not_days"],
        )
        .await;
        refused(&office, own, (CSV, &days("")), &["calendar.unchanged"]).await;
    });
}
