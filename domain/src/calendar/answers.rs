//! Questions that others have answered, with packages that we did not write. They lie outside the
//! project, in `../shared/data/calendar`; where that is absent, the tests say so and pass.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;
use time::{Date, macros::format_description};

use super::{WorkCalendar, china};
use crate::{
    clock::{Clock, ClockStop, Reading, StopReason},
    limit::Limit,
};

fn text(file: &str) -> Option<String> {
    let shared = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    if !shared.exists() {
        eprintln!("skipped: ../shared is absent, {file} was not compared");
        return None;
    }
    Some(fs::read_to_string(shared.join("data/calendar").join(file)).unwrap())
}

fn day(text: &str) -> Date {
    Date::parse(text, format_description!("[year]-[month]-[day]")).unwrap()
}

/// The rows of a table after its head, as cells.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
}

fn assert_same(questions: usize, expected: usize, differences: &[String]) {
    assert!(differences.is_empty(), "{differences:#?}");
    assert_eq!(questions, expected, "the file holds other questions");
}

#[test]
fn due_days_and_counts_agree_with_2500_answers() {
    let Some(table) = text("workday-oracle.csv") else {
        return;
    };
    let calendar = china::mainland();
    let mut questions = 0;
    let mut differences = Vec::new();
    for row in rows(&table) {
        let (start, cell) = (day(row[2]), |at: usize| row[at].parse::<u32>().unwrap());
        let agrees = match row[1] {
            "due" => {
                let count = row[3].parse().unwrap();
                let limit = Limit::WorkingDays { value: count };
                let due = Clock::started(start).read(limit, &calendar).unwrap().due();
                let walked = calendar.working_day_after(start, count).unwrap();
                due == Some(walked) && walked.on == day(row[5])
            }
            "count" => {
                let end = day(row[4]);
                calendar.working_days_within(start, end) == cell(6)
                    && calendar.working_days_after(start, end) == cell(7)
            }
            other => panic!("unknown kind of question: {other}"),
        };
        questions += 1;
        if !agrees {
            differences.push(row.join(","));
        }
    }
    assert_same(questions, 2_500, &differences);
}

#[test]
fn days_before_an_expiry_agree_with_500_answers() {
    let Some(table) = text("back-oracle.csv") else {
        return;
    };
    let calendar = china::mainland();
    let mut questions = 0;
    let mut differences = Vec::new();
    for row in rows(&table) {
        let count = row[2].parse().unwrap();
        let answer = calendar.working_day_before(day(row[1]), count).unwrap();
        questions += 1;
        if answer.on != day(row[3]) {
            differences.push(row.join(","));
        }
    }
    assert_same(questions, 500, &differences);
}

#[test]
fn clocks_with_stops_agree_with_500_answers() {
    let Some(lines) = text("pause-oracle.jsonl") else {
        return;
    };
    let calendar = china::mainland();
    let mut questions = 0;
    let mut differences = Vec::new();
    for line in lines.lines() {
        let question: Value = serde_json::from_str(line).unwrap();
        let stops = question["pauses"].as_array().unwrap().iter().map(|pause| {
            let resumed = pause["resumed"].as_str();
            let stopped_on = day(pause["stopped"].as_str().unwrap());
            ClockStop::bare(StopReason::Supplement, stopped_on, resumed.map(day))
        });
        let clock = Clock {
            stops: stops.collect(),
            ..Clock::started(day(question["start"].as_str().unwrap()))
        };
        let value = u16::try_from(question["n"].as_u64().unwrap()).unwrap();
        let reading = clock.read(Limit::WorkingDays { value }, &calendar).unwrap();
        let expected_left = question["left"].as_u64();
        let agrees = match reading {
            Reading::Due(due) => Some(due.on) == question["due"].as_str().map(day),
            Reading::Stopped { days_left, .. } => {
                question["due"].is_null() && Some(u64::from(days_left)) == expected_left
            }
        };
        questions += 1;
        if !agrees {
            differences.push(format!("{line} but {reading:?}"));
        }
    }
    assert_same(questions, 500, &differences);
}

#[test]
fn every_day_of_every_notice_is_worked_or_not_as_published() {
    let Some(document) = text("cn-workdays.json") else {
        return;
    };
    let document: Value = serde_json::from_str(&document).unwrap();
    let calendar = china::mainland();
    let mut years = 0;
    for year in 2007..=2027 {
        let notice = &document[year.to_string()];
        let is_out = !notice["status"]
            .as_str()
            .unwrap()
            .starts_with("not_published");
        let first = Date::from_ordinal_date(year, 1).unwrap();
        assert_eq!(calendar.is_published(first), is_out, "{year}");
        years += usize::from(is_out);
        compare_year(year, notice, &calendar);
    }
    assert_eq!(years, 20);
}

fn compare_year(year: i32, notice: &Value, calendar: &WorkCalendar) {
    let days = |list: &Value, key: Option<&str>| -> BTreeSet<Date> {
        let entry = |item: &Value| day(key.map_or(item, |key| &item[key]).as_str().unwrap());
        list.as_array().unwrap().iter().map(entry).collect()
    };
    let off = days(&notice["holidays"], Some("date"));
    let made_up = days(&notice["makeup_workdays"], None);
    let first = Date::from_ordinal_date(year, 1).unwrap();
    for day in core::iter::successors(Some(first), |day| day.next_day()) {
        if day.year() != year {
            break;
        }
        let is_week = day.weekday().number_from_monday() <= 5;
        let is_worked = made_up.contains(&day) || (is_week && !off.contains(&day));
        assert_eq!(calendar.is_working(day), is_worked, "{day}");
    }
}
