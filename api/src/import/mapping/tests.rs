use std::io::BufReader;

use time::macros::{date, datetime};

use super::*;
use crate::import::xes::XesReader;

/// A log of one trace that says this.
fn logged(trace: &str) -> Case {
    let text = format!("<log>\n<trace>\n{trace}\n</trace>\n</log>");
    let mut reader = XesReader::new("log.xes", BufReader::new(text.as_bytes()));
    reader.next().unwrap().unwrap()
}

fn read(trace: &str) -> Result<ImportedCase, CaseFlaw> {
    Mapping::default().read(&logged(trace))
}

#[track_caller]
fn check_flaw(trace: &str, line: u64, words: &str) {
    let flaw = read(trace).unwrap_err();
    assert_eq!(flaw.line, line, "{flaw:?}");
    assert!(flaw.detail.contains(words), "{flaw:?}");
}

fn event(name: &str, at: &str, more: &str) -> String {
    format!(
        r#"<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="{at}"/>{more}</event>"#
    )
}

const NAME: &str = r#"<string key="concept:name" value="case-17"/>"#;

#[test]
fn the_receipt_logs_names_are_known() {
    let case = read(&format!(
        r#"{NAME}<string key="responsible" value="Resource21"/><string key="department" value="EMPTY"/>
<date key="startdate" value="2011-10-11T13:42:22.688+02:00"/>
<date key="deadline" value="2011-12-06T13:41:31.788+01:00"/>
<date key="enddate_planned" value="2011-12-05T13:41:31.788+01:00"/>
<date key="enddate" value="2011-10-12T08:26:25.398+02:00"/>
{}"#,
        event(
            "Confirmation of receipt",
            "2011-10-11T13:45:40.276+02:00",
            r#"<string key="org:resource" value="test"/><string key="concept:instance" value="task-1"/>"#
        )
    ))
    .unwrap();
    assert_eq!(case.external_id, "case-17");
    assert_eq!(case.responsible.unwrap().as_str(), "Resource21");
    assert_eq!(case.department.unwrap().as_str(), "EMPTY");
    assert_eq!(case.started_at, datetime!(2011-10-11 11:42:22.688 UTC));
    let deadline_at = datetime!(2011-12-06 12:41:31.788 UTC);
    assert_eq!(case.deadline_at, Some(deadline_at));
    let planned_end_at = datetime!(2011-12-05 12:41:31.788 UTC);
    assert_eq!(case.planned_end_at, Some(planned_end_at));
    assert_eq!(case.ended_at, Some(datetime!(2011-10-12 6:26:25.398 UTC)));
    let work = &case.work[0];
    assert_eq!(work.by.as_ref().unwrap().as_str(), "test");
    assert_eq!(work.key, "task-1");
}

#[test]
fn the_building_permit_logs_names_are_known() {
    let case = read(&format!(
        r#"{NAME}<string key="Responsible_actor" value="560458"/>
<date key="startDate" value="2012-03-21T00:00:00+01:00"/>
<date key="endDate" value="2013-09-30T00:00:00+02:00"/>"#
    ))
    .unwrap();
    assert_eq!(case.responsible.unwrap().as_str(), "560458");
    assert_eq!(case.department, None);
    assert_eq!(case.started_at, datetime!(2012-03-21 0:00 +1));
    assert_eq!(case.ended_at, Some(datetime!(2013-09-30 0:00 +2)));
    assert_eq!(case.deadline_at, None);
}

#[test]
fn a_case_without_a_start_began_with_its_first_event() {
    let later = event("b", "2012-03-22T00:00:00+01:00", "");
    let first = event("a", "2012-03-21T00:00:00+01:00", "");
    let case = read(&format!("{NAME}{later}{first}")).unwrap();
    assert_eq!(case.started_at, datetime!(2012-03-21 0:00 +1));
    assert_eq!(case.deadline_at, None, "no limit");
    assert_eq!(case.work[0].activity.as_str(), "a");
    check_flaw(NAME, 2, "its start is unknown");
}

#[test]
fn events_of_the_same_instant_keep_the_order_of_the_file() {
    let at = "2012-03-21T00:00:00+01:00";
    let trace = format!("{NAME}{}{}", event("z", at, ""), event("a", at, ""));
    let case = read(&trace).unwrap();
    let done: Vec<_> = case.work.iter().map(|it| it.activity.as_str()).collect();
    assert_eq!(done, ["z", "a"]);
}

#[test]
fn an_event_keeps_its_key_in_a_fuller_file() {
    let at = "2012-03-21T00:00:00+01:00";
    let (one, two) = (event("a", at, ""), event("b", at, ""));
    let sparse = read(&format!("{NAME}{two}")).unwrap();
    let full = read(&format!("{NAME}{one}{two}{one}")).unwrap();
    assert_eq!(full.work[1].key, sparse.work[0].key);
    let repeated = format!("{}#2", full.work[0].key);
    assert_eq!(full.work[2].key, repeated, "a true double counts twice");
    let offset = event("b", "2012-03-20T23:00:00Z", "");
    let moved = read(&format!("{NAME}{offset}")).unwrap();
    assert_eq!(moved.work[0].key, sparse.work[0].key, "the same instant");
}

#[test]
fn a_task_that_is_logged_twice_has_two_keys() {
    let task = r#"<string key="concept:instance" value="task-1"/>"#;
    let odd = r#"<string key="concept:instance" value="task-1#2"/>"#;
    let started = event("a", "2012-03-21T00:00:00+01:00", task);
    let ended = event("a", "2012-03-22T00:00:00+01:00", task);
    let other = event("a", "2012-03-23T00:00:00+01:00", odd);
    let case = read(&format!("{NAME}{started}{ended}{other}")).unwrap();
    assert_eq!(case.work[0].key, "task-1");
    assert_eq!(case.work[1].key, "task-1#2");
    assert!(case.work[2].key.starts_with('~'), "never somebody else's");
}

#[test]
fn times_written_as_texts_are_times_and_blank_ones_are_none() {
    let case = read(&format!(
        r#"{NAME}<string key="startdate" value="2011-10-11T13:42:22+02:00"/><string key="enddate" value=" "/>"#
    ))
    .unwrap();
    assert_eq!(case.started_at, datetime!(2011-10-11 11:42:22 UTC));
    assert_eq!(case.ended_at, None);
    let soon = r#"<string key="deadline" value="soon"/>"#;
    let start = r#"<date key="startdate" value="2011-10-11T13:42:22+02:00"/>"#;
    check_flaw(
        &format!("{NAME}{start}{soon}"),
        2,
        "\"deadline\" is no date",
    );
}

#[test]
fn what_cannot_be_taken_over_is_named_with_its_line() {
    let start = r#"<date key="startdate" value="2011-10-11T13:42:22+02:00"/>"#;
    let case = format!("{NAME}{start}");
    let nameless = r#"<event><date key="time:timestamp" value="2011-10-11T13:42:22Z"/></event>"#;
    check_flaw(&format!("{case}\n{nameless}"), 4, "no concept:name");
    let timeless = r#"<event><string key="concept:name" value="a"/></event>"#;
    check_flaw(&format!("{case}\n\n{timeless}"), 5, "no time:timestamp");
    let long = "x".repeat(201);
    let wordy = event(&long, "2011-10-11T13:42:22Z", "");
    check_flaw(
        &format!("{case}\n{wordy}"),
        4,
        "\"concept:name\" is longer than 200 characters",
    );
    check_flaw(
        &format!(r#"<string key="concept:name" value="{long}"/>{start}"#),
        2,
        "the name of the case is longer",
    );
    let wide = r#"<string key="department" value="a&#10;b"/>"#;
    check_flaw(&format!("{case}{wide}"), 2, "more than one line");
    let early = r#"<date key="startdate" value="1500-01-01T00:00:00Z"/>"#;
    check_flaw(&format!("{NAME}{early}"), 2, "outside the years");
    let truth = r#"<boolean key="responsible" value="true"/>"#;
    check_flaw(&format!("{case}{truth}"), 2, "is not a text");
}

#[test]
fn a_deadline_that_never_comes_stays_inside_the_range_of_dates() {
    let start = r#"<date key="startdate" value="2011-10-11T13:42:22+02:00"/>"#;
    let never = r#"<date key="deadline" value="9999-12-31T23:59:59Z"/>"#;
    let case = read(&format!("{NAME}{start}{never}")).unwrap();
    for zone in ["Pacific/Kiritimati", "Asia/Shanghai", "Pacific/Pago_Pago"] {
        let time = domain::zone_time::ZoneTime::named(zone).unwrap();
        let day = time.day_of(case.deadline_at.unwrap());
        assert_eq!(day.year(), date!(9999 - 12 - 31).year(), "{zone}");
    }
}

#[test]
fn activities_mark_what_they_do_and_an_end_that_the_case_states_comes_first() {
    let mapping = document::parse(
        r#"{"finishes": ["Archive"], "stops": [{"activity": "Ask", "reason": "hearing"}],
            "event_deadline": ["due"]}"#,
    )
    .unwrap();
    let due = r#"<date key="due" value="2011-10-14T00:00:00+02:00"/>"#;
    let events = [("Ask", due), ("Asked", ""), ("Archive", "")]
        .map(|(name, more)| event(name, "2011-10-12T00:00:00+02:00", more))
        .concat();
    let case = mapping.read(&logged(&format!("{NAME}{events}"))).unwrap();
    let asked = Mark::Stops(domain::clock::StopReason::Hearing);
    let marks: Vec<Option<Mark>> = case.work.iter().map(|item| item.mark).collect();
    assert_eq!(marks, [Some(asked), None, Some(Mark::Finishes)]);
    let due_at = datetime!(2011-10-13 22:00 UTC);
    let due: Vec<_> = case.work.iter().map(|item| item.due_at).collect();
    assert_eq!(due, [Some(due_at), None, None]);
    assert!(case.has_end());
    let ended = r#"<date key="enddate" value="2011-10-20T00:00:00+02:00"/>"#;
    let case = mapping.read(&logged(&format!("{NAME}{ended}{events}")));
    let case = case.unwrap();
    let marks: Vec<Option<Mark>> = case.work.iter().map(|item| item.mark).collect();
    assert_eq!(marks, [Some(asked), None, None]);
    assert!(case.has_end());
}
