//! `clock evaluate`, in the terminal and over the API, against thousands of answers that others computed.

use std::{fs, io::Write as _, path::PathBuf};

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::process::Place;
use crate::harness::office::on_each_office;

/// The folder with the answers, or nothing; then the test says so, past the capture of its output.
fn answers() -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/calendar"
    ));
    if folder.is_dir() {
        return Some(folder);
    }
    let mut stderr = std::io::stderr();
    let _closed = writeln!(
        stderr,
        "\nskipped: {} is not here: the 3,500 answers of others were not compared\n",
        folder.display()
    );
    None
}

/// Questions of one request to the API: a body of 256 KB holds them with their stops.
const QUESTIONS_PER_REQUEST: usize = 500;

/// Asks every question of the command and of the API, and compares every answer.
fn compare(questions: &[Value], expected: &[Value]) {
    assert_eq!(questions.len(), expected.len());
    let input: Vec<String> = questions.iter().map(ToString::to_string).collect();
    let printed = Place::sqlite()
        .run_with(&["clock", "evaluate"], &input.join("\n"), &[])
        .good();
    let found: Vec<Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    differ_in_nothing(questions, expected, &found);
    on_each_office(async |office| {
        let mut found: Vec<Value> = Vec::new();
        for some in questions.chunks(QUESTIONS_PER_REQUEST) {
            let request = TestRequest::post()
                .uri("/api/v1/clock/evaluations")
                .set_json(json!({ "data": some }));
            let answer = office.call(request).await.good();
            found.extend(answer["data"].as_array().unwrap().iter().cloned());
        }
        differ_in_nothing(questions, expected, &found);
    });
}

fn differ_in_nothing(questions: &[Value], expected: &[Value], found: &[Value]) {
    let differences: Vec<String> = questions
        .iter()
        .zip(expected)
        .zip(found)
        .filter(|((_, expected), found)| expected != found)
        .map(|((question, expected), found)| format!("{question}: {found}, not {expected}"))
        .collect();
    assert_eq!(found.len(), expected.len());
    assert!(
        differences.is_empty(),
        "{} differences: {:#?}",
        differences.len(),
        &differences[..differences.len().min(5)]
    );
}

fn rows(folder: &std::path::Path, file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let cells = |line: &str| line.split(',').map(ToOwned::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

#[test]
fn due_days_and_counts_agree_with_2500_answers_of_others() {
    let Some(folder) = answers() else { return };
    let (mut questions, mut expected) = (Vec::new(), Vec::new());
    for row in rows(&folder, "workday-oracle.csv") {
        let [id, kind, start, n, end, date, inclusive, after_start] = row.try_into().unwrap();
        let id: u32 = id.parse().unwrap();
        let number = |text: &str| text.parse::<u32>().unwrap();
        if kind == "count" {
            questions.push(json!({ "id": id, "kind": "count", "from": start, "to": end }));
            expected.push(json!({
                "id": id, "inclusive": number(&inclusive), "after_start": number(&after_start),
            }));
        } else {
            questions.push(json!({
                "id": id, "kind": "due", "accepted_on": start, "limit": number(&n), "unit": "working_day",
            }));
            expected.push(due(id, Some(&date), None));
        }
    }
    assert_eq!(questions.len(), 2_500);
    compare(&questions, &expected);
}

/// No question of the files reaches a year without a calendar.
fn due(id: u32, on: Option<&str>, left: Option<u64>) -> Value {
    json!({ "id": id, "due_on": on, "days_left": left, "provisional": false })
}

#[test]
fn stops_agree_with_500_answers_of_others() {
    let Some(folder) = answers() else { return };
    let text = fs::read_to_string(folder.join("pause-oracle.jsonl")).unwrap();
    let (mut questions, mut expected) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let stops = row["pauses"].as_array().unwrap().iter();
        let stops: Vec<Value> = stops
            .map(|stop| json!({ "stopped_on": stop["stopped"], "resumed_on": stop["resumed"] }))
            .collect();
        questions.push(json!({
            "id": row["id"], "kind": "due", "accepted_on": row["start"], "limit": row["n"],
            "unit": "working_day", "stops": stops,
        }));
        let id = u32::try_from(row["id"].as_u64().unwrap()).unwrap();
        expected.push(due(id, row["due"].as_str(), row["left"].as_u64()));
    }
    assert_eq!(questions.len(), 500);
    compare(&questions, &expected);
}

#[test]
fn last_days_before_an_expiry_agree_with_500_answers_of_others() {
    let Some(folder) = answers() else { return };
    let (mut questions, mut expected) = (Vec::new(), Vec::new());
    for row in rows(&folder, "back-oracle.csv") {
        let [id, expiry, n, date] = row.try_into().unwrap();
        let (id, n): (u32, u32) = (id.parse().unwrap(), n.parse().unwrap());
        questions.push(json!({ "id": id, "kind": "before", "expires_on": expiry, "limit": n }));
        expected.push(json!({ "id": id, "on": date }));
    }
    assert_eq!(questions.len(), 500);
    compare(&questions, &expected);
}

/// Accepted on, limit, unit, due on, stops and resumes: rules.md, 3.1.
const EXAMPLES: &str = "
2026-03-02  5 working_day  2026-03-09
2026-02-12  5 working_day  2026-02-26
2026-02-13  3 working_day  2026-02-25
2026-02-14  1 working_day  2026-02-24
2026-09-18  5 working_day  2026-09-24
2026-09-24  3 working_day  2026-09-30
2026-09-30  7 working_day  2026-10-15
2026-04-30  5 working_day  2026-05-11
2026-10-03  1 working_day  2026-10-08
2026-06-18  1 working_day  2026-06-22
2025-01-24  5 working_day  2025-02-07
2025-09-26 10 working_day  2025-10-16
2026-01-02 20 working_day  2026-01-29
2026-03-02 10 working_day  2026-03-25 2026-03-05 2026-03-16
2026-03-02 10 working_day  2026-03-16 2026-03-05 2026-03-05
2026-03-02  5 working_day  2026-03-09 2026-03-09 2026-03-11
2026-03-02  7 working_day  2026-03-18 2026-03-03 2026-03-06 2026-03-10 2026-03-12
2026-09-21  5 working_day  2026-10-15 2026-09-23 2026-10-12
2026-01-15 30 calendar_day 2026-02-14
2026-09-11 20 calendar_day 2026-10-08
";

#[test]
fn the_twenty_examples_of_the_rules_hold() {
    let (mut questions, mut expected) = (Vec::new(), Vec::new());
    for (id, line) in (1..).zip(EXAMPLES.trim().lines()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let stops: Vec<Value> = words[4..]
            .chunks(2)
            .map(|stop| json!({ "stopped_on": stop[0], "resumed_on": stop[1] }))
            .collect();
        let limit: u16 = words[1].parse().unwrap();
        questions.push(json!({
            "id": id, "kind": "due", "accepted_on": words[0], "limit": limit, "unit": words[2],
            "stops": stops,
        }));
        expected.push(due(id, Some(words[3]), None));
    }
    assert_eq!(questions.len(), 20);
    compare(&questions, &expected);
}

#[test]
fn a_question_that_is_none_is_named_by_its_line() {
    let good = r#"{"id":1,"kind":"count","from":"2026-01-01","to":"2026-02-01"}"#;
    for bad in [
        "{",
        "[]",
        r#"{"id":1}"#,
        r#"{"id":1,"kind":"dance"}"#,
        r#"{"id":1,"kind":"count","from":"2026-02-30","to":"2026-03-01"}"#,
        r#"{"id":1,"kind":"count","from":"2026-01-01","to":"2026-02-01","colour":"green"}"#,
        r#"{"id":1,"kind":"due","accepted_on":"2026-03-02","limit":-1,"unit":"working_day"}"#,
        r#"{"id":1,"kind":"due","accepted_on":"2026-03-02","limit":60000,"unit":"working_day"}"#,
        r#"{"id":1,"kind":"due","accepted_on":"2026-03-02","limit":5,"unit":"fortnight"}"#,
        r#"{"id":1,"kind":"due","accepted_on":"2026-03-02","limit":5,"unit":"working_day","stops":[{"stopped_on":"2026-03-01","resumed_on":null}]}"#,
        r#"{"id":1,"kind":"due","accepted_on":"2026-03-02","limit":5,"unit":"working_day","stops":[{"stopped_on":"2026-03-05","resumed_on":"2026-03-04"}]}"#,
        r#"{"id":1,"kind":"due","accepted_on":"2026-03-02","limit":5,"unit":"working_day","stops":[{"stopped_on":"2026-03-03","resumed_on":null},{"stopped_on":"2026-03-04","resumed_on":null}]}"#,
    ] {
        let input = format!("{good}\n\n{bad}\n{good}\n");
        let ended = Place::sqlite().run_with(&["clock", "evaluate"], &input, &[]);
        assert_eq!(ended.exit, 2, "{bad}: {}", ended.out);
        assert!(ended.err.contains("line 3"), "{bad}: {}", ended.err);
    }
}

#[test]
fn a_calendar_of_ones_own_is_taken_and_a_missing_year_is_provisional() {
    let place = Place::sqlite();
    let evaluate = |calendar: &Value, question: &Value| {
        let file = place.file("calendar.json", &calendar.to_string());
        let arguments = ["clock", "evaluate", "--calendar", file.to_str().unwrap()];
        place.run_with(&arguments, &question.to_string(), &[])
    };
    let year = |off: Value| json!({ "is_published": true, "days_off": off, "makeup_workdays": [], "sources": ["x"] });
    let calendar = json!({ "name": "own", "version": 1, "years": {
        "2026": year(json!([{ "on": "2026-03-03", "name": "市集" }])),
    } });
    let question = |accepted_on: &str| json!({ "id": 1, "kind": "due", "accepted_on": accepted_on, "limit": 2, "unit": "working_day" });
    let answer = |ended: String| serde_json::from_str::<Value>(&ended).unwrap();
    let found = answer(evaluate(&calendar, &question("2026-03-02")).good());
    assert_eq!(
        found,
        json!({ "id": 1, "due_on": "2026-03-05", "days_left": null, "provisional": false })
    );
    // Without the year 2027 plain weekends count, and the answer says so.
    let found = answer(evaluate(&calendar, &question("2026-12-31")).good());
    assert_eq!(
        found,
        json!({ "id": 1, "due_on": "2027-01-04", "days_left": null, "provisional": true })
    );

    let holey = json!({ "name": "own", "version": 1, "years": {
        "2024": year(json!([])), "2026": year(json!([])),
    } });
    let ended = evaluate(&holey, &question("2026-03-02"));
    assert!(
        ended.failed(2).contains("2025") && ended.err.contains("calendar.json"),
        "{}",
        ended.err
    );
    let ended = evaluate(&json!({ "name": "own" }), &question("2026-03-02"));
    assert!(ended.failed(2).contains("calendar.json"), "{}", ended.err);
}
