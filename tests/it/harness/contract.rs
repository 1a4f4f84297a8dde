//! Holds every answer of the API that a test gets to the description: no status, header or property that it
//! does not name, and none missing that it promises.

use serde_json::{Map, Value};
use time::{
    Date, OffsetDateTime,
    format_description::well_known::{Iso8601, Rfc3339},
};

use super::office::Answer;

/// Headers that the description must name where they occur; others are the frame of every answer.
const HEADERS: [&str; 8] = [
    "etag",
    "link",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "request-id",
    "retry-after",
    "www-authenticate",
];

/// Panics with everything in `answer` that the description does not say.
pub(crate) fn check(method: &str, path: &str, answer: &Answer) {
    let Some(operation) = operation(method, path) else {
        return;
    };
    let flaws = flaws(operation, answer);
    let id = &operation["operationId"];
    assert!(
        flaws.is_empty(),
        "{id} {}: not as openapi.yaml says: {flaws:#?}\n{}",
        answer.status,
        answer.text()
    );
}

/// What in `answer` is not as `operation` says.
fn flaws(operation: &'static Value, answer: &Answer) -> Vec<String> {
    let Some(described) = operation["responses"].get(answer.status.to_string()) else {
        return vec![format!("status {}", answer.status)];
    };
    let described = resolved(described);
    let known = described["headers"].as_object();
    let is_named = |name: &str| {
        known.is_some_and(|known| known.keys().any(|key| key.eq_ignore_ascii_case(name)))
    };
    let mut flaws: Vec<String> = HEADERS
        .into_iter()
        .filter(|name| answer.header(name).is_some() && !is_named(name))
        .map(|name| format!("header {name}"))
        .collect();
    if answer.text().is_empty() {
        return flaws;
    }
    let said = answer.header("content-type").unwrap_or_default();
    let media_type = said.split(';').next().unwrap_or_default();
    match described["content"].get(media_type) {
        None => flaws.push(format!("content type {media_type}")),
        Some(content) if media_type == "application/json" || media_type.ends_with("+json") => {
            compare(&content["schema"], &answer.json(), "", &mut flaws);
        }
        Some(_) => {}
    }
    flaws
}

fn document() -> &'static Value {
    api::http::document::described()
}

/// The operation at an address; one without parameters goes before one with.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let root = document()["servers"][0]["url"].as_str()?;
    let path = path.strip_prefix(root)?;
    let fits = |template: &str| {
        let (mut wanted, mut given) = (template.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(wanted), Some(given)) if wanted == given => {}
                (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
                (_, _) => return false,
            }
        }
    };
    let paths = document()["paths"].as_object()?.iter();
    let mut found: Vec<_> = paths
        .filter(|(template, methods)| fits(template) && methods.get(method).is_some())
        .collect();
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.first().map(|(_, methods)| &methods[method])
}

/// What a reference leads to.
fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(place) => {
            let found = document().pointer(place.trim_start_matches('#'));
            resolved(found.unwrap_or_else(|| panic!("{place} leads nowhere")))
        }
        None => value,
    }
}

/// Adds to `flaws` what is wrong with the value at `place`.
fn compare(schema: &'static Value, value: &Value, place: &str, flaws: &mut Vec<String>) {
    let schema = resolved(schema);
    let fits = |schema: &'static Value| {
        let mut flaws = Vec::new();
        compare(schema, value, place, &mut flaws);
        flaws
    };
    if let Some(property) = schema["discriminator"]["propertyName"].as_str() {
        let code = value[property].as_str().unwrap_or_default();
        let place_of = schema["discriminator"]["mapping"][code].as_str();
        let Some(found) = place_of.and_then(|at| document().pointer(at.trim_start_matches('#')))
        else {
            flaws.push(format!("{place}/{property}: {code}"));
            return;
        };
        flaws.extend(fits(found));
        return;
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let tried: Vec<_> = any.iter().map(fits).collect();
        if tried.iter().all(|tried| !tried.is_empty()) {
            flaws.extend(tried.into_iter().flatten());
        }
        return;
    }
    if !has_type(schema, value) {
        flaws.push(format!("{place}: {value} is no {}", schema["type"]));
        return;
    }
    match value {
        Value::Object(object) => compare_object(schema, object, place, flaws),
        Value::Array(items) => {
            for (item, number) in items.iter().zip(0..) {
                compare(&schema["items"], item, &format!("{place}/{number}"), flaws);
            }
        }
        Value::String(text) => {
            if !is_of_format(schema, text) {
                flaws.push(format!("{place}: {text:?} is no {}", schema["format"]));
            }
            let codes = schema["x-extensible-enum"]
                .as_array()
                .or(schema["enum"].as_array());
            if codes.is_some_and(|codes| !codes.contains(value)) {
                flaws.push(format!("{place}: the code {text} is not described"));
            }
        }
        Value::Number(number) => {
            let bound = |key: &str| schema[key].as_f64();
            let number = number.as_f64().unwrap();
            if bound("minimum").is_some_and(|least| number < least)
                || bound("maximum").is_some_and(|most| number > most)
            {
                flaws.push(format!("{place}: {number} is out of range"));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn compare_object(
    schema: &'static Value,
    object: &Map<String, Value>,
    place: &str,
    flaws: &mut Vec<String>,
) {
    let required = schema["required"].as_array().into_iter().flatten();
    for name in required.filter_map(Value::as_str) {
        if !object.contains_key(name) {
            flaws.push(format!("{place}/{name}: missing"));
        }
    }
    for (name, value) in object {
        let place = format!("{place}/{name}");
        if let Some(property) = schema["properties"].get(name) {
            compare(property, value, &place, flaws);
        } else if schema["additionalProperties"].is_object() {
            compare(&schema["additionalProperties"], value, &place, flaws);
        } else {
            flaws.push(format!("{place}: not described"));
        }
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("type {other}: teach the test"),
    };
    match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}

fn is_of_format(schema: &Value, text: &str) -> bool {
    match schema["format"].as_str() {
        Some("date") => Date::parse(text, &Iso8601::DATE).is_ok(),
        Some("date-time") => OffsetDateTime::parse(text, &Rfc3339).is_ok(),
        _ => true,
    }
}

#[test]
fn an_answer_that_is_not_as_described_is_found() {
    let answer =
        |status, body: &str| Answer::of(status, &[("content-type", "application/json")], body);
    let list = operation("get", "/api/v1/projects").unwrap();
    let good = r#"{"data":[],"page":{"next":null,"prev":null,"has_more":false},"as_of":"2026-03-02T09:00:00+08:00"}"#;
    assert_eq!(flaws(list, &answer(200, good)), Vec::<String>::new());
    for (from, to, flaw) in [
        ("has_more", "more", "/page/has_more: missing"),
        ("\"data\"", "\"rows\":[],\"data\"", "/rows: not described"),
        ("false", "0", "/page/has_more: 0 is no \"boolean\""),
        ("T09:00", " at nine", "/as_of"),
        ("[]", "[{}]", "/data/0/id: missing"),
    ] {
        let found = flaws(list, &answer(200, &good.replace(from, to)));
        assert!(
            found.iter().any(|found| found.starts_with(flaw)),
            "{found:?}"
        );
    }
    assert_eq!(flaws(list, &answer(418, "")), ["status 418"]);
    let answer = Answer::of(
        200,
        &[("location", "x"), ("content-type", "text/plain")],
        "x",
    );
    assert_eq!(
        flaws(list, &answer),
        ["header location", "content type text/plain"]
    );
}
