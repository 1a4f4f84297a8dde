//! Small logs written here. What is refused is in `refusals`, files on disk are in `files`.

mod files;
mod refusals;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use time::OffsetDateTime;
use time::macros::datetime;

use super::{Case, Value, XesError, XesReader};

/// Line 1 the root, line 2 the case with its name, line 3 what is given.
fn trace_with(inner: &str) -> String {
    let name = r#"<string key="concept:name" value="A-1"/>"#;
    format!("<log>\n<trace>{name}\n{inner}</trace></log>")
}

fn read(xml: impl AsRef<[u8]>) -> Result<Vec<Case>, XesError> {
    XesReader::new("log.xes", xml.as_ref()).collect()
}

/// The one case of a log with this inside its trace.
fn case_with(inner: &str) -> Case {
    let mut cases = read(trace_with(inner)).expect("a good log");
    assert_eq!(cases.len(), 1);
    cases.remove(0)
}

#[track_caller]
fn check_refused(xml: impl AsRef<[u8]>, code: &str, line: Option<u64>) -> XesError {
    let error = read(xml).expect_err(code);
    assert_eq!((error.kind.code(), error.line), (code, line), "{error}");
    error
}

#[track_caller]
fn check_value_refused(element: &str, code: &str, message: &str) {
    let error = check_refused(trace_with(element), code, Some(3));
    assert_eq!(error.to_string(), format!("log.xes, line 3: {message}"));
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

#[test]
fn a_log_gives_its_cases_with_their_events_lines_and_types() {
    let xml = r#"<?xml version="1.0" encoding="utf-8"?>
<!-- by hand -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="concept:name" value="UNKNOWN"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <int key="total" value="many"><int key="nested" value="7"/></int>
  <trace>
    <string key="concept:name" value="立项-1"/>
    <event>
      <string key="concept:name" value="受理"/>
      <date key="time:timestamp" value="2011-10-11T13:45:40.276+02:00"/>
      <int key="copies" value=" -3 "/>
      <float key="fee" value="1.5E2"/>
      <boolean key="online" value="true"/>
      <id key="identity:id" value="00f1"/>
    </event>
    <event/>
    <date key="deadline" value="2011-12-06T00:00:00Z"/>
  </trace>
  <event><string key="concept:name" value="of no case"/></event>
</log>
<!-- end -->
"#;
    let cases = read(xml).expect("a good log");
    let [case] = cases.as_slice() else {
        panic!("one case")
    };
    assert_eq!((case.name.as_str(), case.line), ("立项-1", 8));
    let deadline = datetime!(2011-12-06 00:00 UTC);
    assert_eq!(case.attributes.moment("deadline"), Some(deadline));
    let [event, bare] = case.events.as_slice() else {
        panic!("two events")
    };
    assert_eq!((event.line, bare.line), (10, 18));
    assert_eq!(bare.attributes.iter().count(), 0);
    let accepted = datetime!(2011-10-11 13:45:40.276 +2);
    let expected = [
        ("concept:name", Value::Text("受理".to_owned())),
        ("copies", Value::Whole(-3)),
        ("fee", Value::Number(150.0)),
        ("identity:id", Value::Id("00f1".to_owned())),
        ("online", Value::Truth(true)),
        ("time:timestamp", Value::Moment(accepted)),
    ];
    assert!(
        event
            .attributes
            .iter()
            .eq(expected.iter().map(|(key, value)| (*key, value)))
    );
    assert_eq!(event.attributes.text("identity:id"), Some("00f1"));
    assert_eq!(event.attributes.text("copies"), None);
    assert_eq!(event.attributes.moment("concept:name"), None);
}

#[test]
fn prefixes_byte_order_mark_and_windows_lines_change_nothing() {
    let xml = "\u{feff}<x:log xmlns:x=\"http://www.xes-standard.org/\">\r\n<x:trace\r\n>\r\n\
               <x:string key='concept:name' value='A-1'/></x:trace\r\n ></x:log>";
    let cases = read(xml).expect("a good log");
    assert_eq!(cases[0].name, "A-1");
    assert_eq!(cases[0].line, 2);
    assert!(read("\n<log/>\n").expect("a good log").is_empty());
}

#[test]
fn nested_attributes_lists_and_containers_are_skipped_and_the_last_key_wins() {
    let case = case_with(
        r#"<string key="a" value="first"/>
        <string key="a" value="last"><date key="b" value="none"/><list key="c"/></string>
        <list key="d"><values><string key="e" value="1"/></values></list>
        <container key="f"><int key="g" value="x"/></container>
        <event><list key="h"><string key="i" value="1"/></list><int key="j" value="1"/></event>"#,
    );
    let keys: Vec<_> = case.attributes.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["a", "concept:name"]);
    assert_eq!(case.attributes.text("a"), Some("last"));
    assert_eq!(case.events[0].attributes.iter().count(), 1);
}

#[test]
fn references_are_decoded_and_blanks_in_texts_are_kept() {
    let case = case_with(
        "<string key=\"a&amp;b\" value=\" &lt;&#24320;&#x53D1;&quot;&apos;&gt;\n&#10;\"/>&amp;",
    );
    assert_eq!(case.attributes.text("a&b"), Some(" <开发\"'> \n"));
}

#[test]
fn a_case_may_be_named_by_a_number() {
    let xml = r#"<log><trace><int key="concept:name" value="42"/></trace></log>"#;
    assert_eq!(read(xml).expect("a good log")[0].name, "42");
}

#[track_caller]
fn check_moment(written: &str, expected: OffsetDateTime) {
    let case = case_with(&format!(r#"<date key="d" value="{written}"/>"#));
    assert_eq!(case.attributes.moment("d"), Some(expected), "{written}");
}

#[test]
fn dates_are_read_in_every_spelling_that_names_an_offset() {
    let noon = datetime!(2024-02-29 12:00:00 +8);
    check_moment("2024-02-29T12:00:00+08:00", noon);
    check_moment("2024-02-29T12:00:00.000+08:00", noon);
    check_moment("2024-02-29T12:00:00.000000000+08:00", noon);
    check_moment(" 2024-02-29T12:00:00+08:00 ", noon);
    check_moment("2024-02-29 12:00:00+08:00", noon);
    check_moment("2024-02-29T12:00:00+0800", noon);
    check_moment("2024-02-29T12:00:00.000+0800", noon);
    check_moment("2024-02-29 12:00:00+0800", noon);
    check_moment("2024-02-29T12:00:00+08", noon);
    check_moment("2024-02-29T12:00+08:00", noon);
    check_moment("20240229T120000+0800", noon);
    check_moment("2024-02-29T04:00:00Z", noon);
    check_moment(
        "2024-02-29T04:00:00.5z",
        datetime!(2024-02-29 04:00:00.5 UTC),
    );
    check_moment(
        "2024-02-29T04:00:00,25Z",
        datetime!(2024-02-29 04:00:00.25 UTC),
    );
    check_moment(
        "2011-10-11T13:45:40.276+0200",
        datetime!(2011-10-11 13:45:40.276 +2),
    );
}

#[test]
fn numbers_and_truths_follow_xml_schema() {
    let case = case_with(
        r#"<float key="a" value="-INF"/><float key="b" value="NaN"/><float key="c" value=".5"/>
        <int key="d" value="+9223372036854775807"/><boolean key="e" value="0"/>"#,
    );
    assert_eq!(
        case.attributes.get("a"),
        Some(&Value::Number(f64::NEG_INFINITY))
    );
    assert!(matches!(case.attributes.get("b"), Some(Value::Number(number)) if number.is_nan()));
    assert_eq!(case.attributes.get("c"), Some(&Value::Number(0.5)));
    assert_eq!(case.attributes.get("d"), Some(&Value::Whole(i64::MAX)));
    assert_eq!(case.attributes.get("e"), Some(&Value::Truth(false)));
    for (element, value) in [
        ("int", "1.0"),
        ("int", ""),
        ("int", "9223372036854775808"),
        ("float", "1,5"),
        ("float", "infinity"),
        ("float", ""),
    ] {
        check_value_refused(
            &format!(r#"<{element} key="n" value="{value}"/>"#),
            "import.xes.bad_number",
            &format!("\"{value}\" in \"n\" is no number"),
        );
    }
    check_value_refused(
        r#"<boolean key="t" value="TRUE"/>"#,
        "import.xes.bad_boolean",
        "\"TRUE\" in \"t\" is neither true nor false",
    );
}
