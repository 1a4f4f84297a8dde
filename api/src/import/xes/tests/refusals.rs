//! One flaw each: its code, its line, and the nearest log that passes.

use std::io::{self, BufReader, Read};

use super::super::limits::{
    ATTRIBUTES_MAX, CASE_BYTES_MAX, DEPTH_MAX, EVENTS_PER_CASE_MAX, MARKUP_BYTES_MAX,
    VALUE_BYTES_MAX,
};
use super::super::{XesErrorKind, XesReader};
use super::{case_with, check_refused, check_value_refused, gzipped, trace_with};

#[test]
fn a_date_that_is_none_is_refused_with_its_value() {
    for value in [
        "",
        "soon",
        "2023-02-29T12:00:00Z",
        "2024-02-29X12:00:00Z",
        "1717243200",
    ] {
        check_value_refused(
            &format!(r#"<date key="d" value="{value}"/>"#),
            "import.xes.bad_date",
            &format!("\"{value}\" in \"d\" is no date"),
        );
    }
    for value in [
        "2024-02-29T12:00:00",
        "2024-02-29T12:00:00.5",
        "2024-02-29 12:00:00",
        "2024-02-29",
    ] {
        check_value_refused(
            &format!(r#"<date key="d" value="{value}"/>"#),
            "import.xes.date_without_offset",
            &format!("the date \"{value}\" in \"d\" does not state its offset from UTC"),
        );
    }
}

#[test]
fn an_attribute_needs_key_and_value() {
    check_value_refused(
        "<string value='x'/>",
        "import.xes.attribute_without_key",
        "<string> has no key",
    );
    check_value_refused(
        "<x:date x:key='d' key=' ' value='x'/>",
        "import.xes.attribute_without_key",
        "<date> has no key",
    );
    check_value_refused(
        "<event><id key='d'></id></event>",
        "import.xes.attribute_without_value",
        "the attribute \"d\" has no value",
    );
}

#[test]
fn a_case_needs_a_name_of_its_own() {
    for name in ["", r#"<string key="concept:name" value=" "/>"#] {
        let xml = format!("<log>\n\n<trace>{name}\n<event/>\n</trace></log>");
        check_refused(xml, "import.xes.case_without_name", Some(3));
    }
    let one = r#"<trace><string key="concept:name" value="A-1"/></trace>"#;
    let error = check_refused(
        format!("<log>\n{one}\n{}\n{one}</log>", one.replace("A-1", "a-1")),
        "import.xes.duplicate_case",
        Some(4),
    );
    assert!(
        error
            .to_string()
            .ends_with("the case \"A-1\" is in the file already, on line 2")
    );
}

#[test]
fn after_an_error_the_iterator_has_ended() {
    let one = r#"<trace><string key="concept:name" value="A-1"/></trace>"#;
    let xml = format!("<log>{one}<trace/>{}</log>", one.replace("A-1", "A-2"));
    let mut reader = XesReader::new("log.xes", xml.as_bytes());
    assert!(matches!(reader.next(), Some(Ok(case)) if case.name == "A-1"));
    assert!(matches!(reader.next(), Some(Err(_))));
    assert!(reader.next().is_none());
    assert!(reader.next().is_none());
}

#[test]
fn what_is_no_log_is_told_apart() {
    check_refused("", "import.xes.empty", None);
    check_refused(" \r\n\t", "import.xes.empty", None);
    check_refused(
        "<?xml version='1.0'?><!-- - -->\n",
        "import.xes.empty",
        None,
    );
    check_refused("case,activity\n1,<a>", "import.xes.not_xml", Some(1));
    check_refused("\n {\"log\":1}", "import.xes.not_xml", Some(2));
    check_refused(b"PK\x03\x04<log>", "import.xes.not_xml", Some(1));
    check_refused(gzipped(b"<log/>"), "import.xes.not_xml", Some(1));
    check_refused("\n<logs><trace/></logs>", "import.xes.not_a_log", Some(2));
    check_refused("<trace/>", "import.xes.not_a_log", Some(1));
    for xml in [
        "<log>\n<Trace/></log>",
        "<log>\n<trace><log/></trace></log>",
    ] {
        check_refused(xml, "import.xes.unexpected_element", Some(2));
    }
    let error = check_refused(
        trace_with("<event><x:trace></x:trace></event>"),
        "import.xes.unexpected_element",
        Some(3),
    );
    assert!(
        error
            .to_string()
            .ends_with("<x:trace> has no place in <event>")
    );
}

#[test]
fn broken_xml_is_told_with_its_line() {
    let error = check_refused(
        "<log>\n<trace>\n</log>",
        "import.xes.mismatched_tag",
        Some(3),
    );
    assert!(
        error
            .to_string()
            .ends_with("</log> stands where <trace>, which begins on line 2, must end")
    );
    for end in [
        "",
        "<",
        "<event",
        "<event key='",
        "<!-- ",
        "<![CDATA[ ",
        "<?pi ",
    ] {
        let error = check_refused(
            trace_with(end).replace("</trace></log>", ""),
            "import.xes.premature_end",
            Some(3),
        );
        assert!(
            error
                .to_string()
                .ends_with("inside <trace>, which begins on line 2"),
            "{error}"
        );
    }
    check_refused("<log", "import.xes.premature_end", Some(1));
    for xml in [
        "<log/>\n<log/>",
        "<log/>\nmore",
        "<log/>\n<![CDATA[more]]>",
        "<log/>\n&amp;",
        "<log/>\n</log>",
        "<log>\n&amp </log>",
        "<log>\n<trace><string key='a' key='b' value=''/></trace></log>",
        "<log>\n<trace><string key=a value=''/></trace></log>",
        "<log>\n<trace><string key='a' value='&amp'/></trace></log>",
        "<log>\n<trace><string key='a' value='&#xD800;'/></trace></log>",
        "<log>\n<trace><string key='a' value='\u{1}'/></trace></log>",
        "<log>\n<trace><string key='a' value='&#1;'/></trace></log>",
        "<log>\n<!ENTITY a 'b'></log>",
    ] {
        check_refused(xml, "import.xes.malformed", Some(2));
    }
}

#[test]
fn document_types_and_foreign_entities_are_refused() {
    for doctype in [
        "<!DOCTYPE log [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>",
        "<!DOCTYPE log SYSTEM \"file:///etc/passwd\">",
        "<!doctype log>",
        "<!DOCTYPE log [<!ENTITY a \"",
    ] {
        let xml = format!("<?xml version='1.0'?>\n{doctype}\n<log/>");
        check_refused(xml, "import.xes.doctype", Some(2));
    }
    for reference in [
        "<string key='a' value='&b;'/>",
        "<string key='&b;' value=''/>",
        "&b;",
    ] {
        let message = "the entity &b; is not defined";
        check_value_refused(reference, "import.xes.unknown_entity", message);
    }
}

#[test]
fn only_utf_8_is_read() {
    let error = check_refused(
        "<?xml version='1.0' encoding='ISO-8859-1'?><log/>",
        "import.xes.encoding",
        Some(1),
    );
    assert!(error.to_string().contains("ISO-8859-1"));
    let utf_16: Vec<u8> = "\u{feff}<log/>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    check_refused(&utf_16, "import.xes.encoding", Some(1));
    check_refused(&utf_16[2..], "import.xes.encoding", Some(1));
    let latin = [
        b"<log>\n<string value='caf\xe9'/></log>".as_slice(),
        b"\n<log>\xe9</log>",
    ];
    for xml in latin {
        check_refused(xml, "import.xes.not_utf8", Some(2));
    }
}

#[test]
fn every_limit_holds_and_the_value_before_it_passes() {
    let value_of = |bytes| format!(r#"<string key="k" value="{}"/>"#, "x".repeat(bytes));
    let longest = case_with(&value_of(VALUE_BYTES_MAX));
    assert_eq!(
        longest.attributes.text("k").map(str::len),
        Some(VALUE_BYTES_MAX)
    );
    let too_long = trace_with(&value_of(VALUE_BYTES_MAX + 1));
    let error = check_refused(too_long, "import.xes.value_too_long", Some(3));
    assert!(matches!(error.kind, XesErrorKind::ValueTooLong { key, .. } if key == "k"));
    let long_key = format!("<int key='{}' value='1'/>", "k".repeat(VALUE_BYTES_MAX + 1));
    let error = check_refused(trace_with(&long_key), "import.xes.value_too_long", Some(3));
    assert!(error.to_string().len() < 200, "an error fits a line");

    let attributes = |count| {
        let each = (1..count).map(|n| format!("<int key='{n}' value='1'/>"));
        each.collect::<Vec<_>>().concat()
    };
    let widest = attributes(ATTRIBUTES_MAX);
    assert_eq!(case_with(&widest).attributes.iter().count(), ATTRIBUTES_MAX);
    let wider = attributes(ATTRIBUTES_MAX + 1);
    check_refused(
        trace_with(&wider),
        "import.xes.too_many_attributes",
        Some(3),
    );

    let deepest = DEPTH_MAX - 2;
    let nested = |depth| format!("{}{}", "<list>".repeat(depth), "</list>".repeat(depth));
    case_with(&nested(deepest));
    check_refused(
        trace_with(&nested(deepest + 1)),
        "import.xes.too_deep",
        Some(3),
    );

    let events = "<event/>".repeat(EVENTS_PER_CASE_MAX);
    assert_eq!(case_with(&events).events.len(), EVENTS_PER_CASE_MAX);
    let more = trace_with(&format!("{events}<event/>"));
    check_refused(more, "import.xes.too_many_events", Some(2));
}

#[test]
fn what_never_ends_is_cut_off() {
    for beginning in [
        "<log>\n<string key='a",
        "<log>\n<!--",
        "\n<log>",
        "<log>\n<",
        "<log>\n&",
    ] {
        let bytes = BufReader::new(beginning.as_bytes().chain(io::repeat(b'x')));
        let mut reader = XesReader::new("log.xes", bytes);
        let error = reader.next().expect("an item").expect_err("no end");
        assert_eq!(
            (error.kind.code(), error.line),
            ("import.xes.markup_too_long", Some(2))
        );
        assert!(reader.bytes_read() < 2 * MARKUP_BYTES_MAX);
    }
    let comment = format!("<!--{}-->", "x".repeat(1_000_000));
    let comments = usize::try_from(CASE_BYTES_MAX).expect("a size") / comment.len();
    let event = |comments| format!("<event>{}<list/></event>", comment.repeat(comments));
    case_with(&event(comments));
    let longer = trace_with(&event(comments + 1));
    check_refused(longer, "import.xes.case_too_long", Some(2));
}
