//! The description of the API as people read it: operations by resource, schemas, examples.

use serde_json::{Map, Value, json};

/// The operations of one resource.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its tag.
    pub name: String,
    /// What it is about.
    pub says: String,
    /// Its operations, by address.
    pub operations: Vec<Operation>,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its stable name.
    pub id: String,
    /// In capitals.
    pub method: String,
    /// Its address, with parameters in braces.
    pub path: String,
    /// What it does.
    pub says: String,
    /// True when nobody need sign in.
    pub is_open: bool,
    /// True when it will go away.
    pub is_deprecated: bool,
    /// What goes into address and headers.
    pub parameters: Vec<Parameter>,
    /// What may be sent, one for each media type.
    pub bodies: Vec<Content>,
    /// What comes back when it goes well.
    pub answers: Vec<Answer>,
    /// How it may fail: status and name.
    pub failures: Vec<(String, String)>,
    /// An example of its body, for the command line.
    pub sample: Option<String>,
}

/// What goes into the address or a header.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `path`, `query` or `header`.
    pub place: String,
    /// True when it must be there.
    pub is_required: bool,
    /// What it is.
    pub says: String,
}

/// A body of some media type.
#[derive(Debug, Clone)]
pub struct Content {
    /// The media type.
    pub media_type: String,
    /// What it is.
    pub kind: Kind,
}

/// What comes back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: String,
    /// What it means.
    pub says: String,
    /// The headers it may have.
    pub headers: Vec<String>,
    /// Its body.
    pub content: Option<Content>,
    /// An example of its body.
    pub sample: Option<String>,
}

/// What a value is, in words, and the schema that says more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// `string`, `integer or null`, `list of StageRef`.
    pub words: String,
    /// The name of a schema.
    pub schema: Option<String>,
}

/// A named schema.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Its name.
    pub name: String,
    /// What it is.
    pub says: String,
    /// What it has.
    pub properties: Vec<Property>,
    /// The codes that it may be; there may be more one day.
    pub codes: Vec<String>,
    /// One of these.
    pub choices: Vec<String>,
    /// What it is, where it has no properties.
    pub kind: Kind,
}

/// One property of a schema.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// True when it is always there.
    pub is_required: bool,
    /// What it is.
    pub kind: Kind,
    /// What it means.
    pub says: String,
}

/// How deep an example goes; below that it is cut off.
const SAMPLE_DEPTH: usize = 6;

/// The operations of `document`, by resource in the order of its tags.
pub fn groups(document: &Value) -> Vec<Group> {
    let tags = list(document.get("tags"));
    let group = |tag: &Value| {
        let name = text(tag, "name");
        let operations = operations(document).filter(|(_, _, operation)| {
            list(operation.get("tags")).any(|tag| tag.as_str() == Some(&name))
        });
        Group {
            operations: operations
                .map(|(path, method, operation)| described(document, (path, method), operation))
                .collect(),
            says: text(tag, "description"),
            name,
        }
    };
    tags.map(group).collect()
}

/// The named schemas of `document`.
pub fn schemas(document: &Value) -> Vec<Schema> {
    let named = object(document.pointer("/components/schemas"));
    named
        .map(|(name, schema)| Schema {
            name: name.clone(),
            says: text(schema, "description"),
            properties: properties(schema),
            codes: codes(schema),
            choices: list(schema.get("oneOf")).filter_map(named_schema).collect(),
            kind: kind(schema),
        })
        .collect()
}

fn properties(schema: &Value) -> Vec<Property> {
    let required: Vec<&Value> = list(schema.get("required")).collect();
    let all = object(schema.get("properties"));
    all.map(|(name, property)| Property {
        name: name.clone(),
        is_required: required.iter().any(|one| one.as_str() == Some(name)),
        kind: kind(property),
        says: text(property, "description"),
    })
    .collect()
}

fn codes(schema: &Value) -> Vec<String> {
    let codes = schema.get("x-extensible-enum").or(schema.get("enum"));
    list(codes)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Every operation with address and method.
fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    object(document.get("paths")).flat_map(|(path, methods)| {
        object(Some(methods)).map(move |(method, operation)| (path, method, operation))
    })
}

fn described(document: &Value, (path, method): (&str, &str), operation: &Value) -> Operation {
    let (summary, more) = (text(operation, "summary"), text(operation, "description"));
    let (good, failures): (Vec<_>, Vec<_>) =
        object(operation.get("responses")).partition(|(status, _)| status.starts_with(['2', '3']));
    let bodies: Vec<_> = object(operation.pointer("/requestBody/content")).collect();
    let root = document.pointer("/servers/0/url").and_then(Value::as_str);
    Operation {
        id: text(operation, "operationId"),
        method: method.to_uppercase(),
        path: format!("{}{path}", root.unwrap_or_default()),
        says: format!("{summary} {more}").trim().to_owned(),
        is_open: operation.get("security").is_some(),
        is_deprecated: operation.get("deprecated") == Some(&json!(true)),
        parameters: list(operation.get("parameters")).map(parameter).collect(),
        sample: bodies
            .iter()
            .find(|(media_type, _)| *media_type == JSON)
            .and_then(|(_, content)| printed(document, content)),
        bodies: bodies.into_iter().map(content).collect(),
        answers: good
            .into_iter()
            .map(|good| answer(document, good))
            .collect(),
        failures: failures
            .into_iter()
            .map(|(status, shared)| {
                (
                    status.clone(),
                    text(resolved(document, shared), "description"),
                )
            })
            .collect(),
    }
}

const JSON: &str = "application/json";

fn parameter(parameter: &Value) -> Parameter {
    Parameter {
        name: text(parameter, "name"),
        place: text(parameter, "in"),
        is_required: parameter.get("required") == Some(&json!(true)),
        says: text(parameter, "description"),
    }
}

fn content((media_type, content): (&String, &Value)) -> Content {
    Content {
        media_type: media_type.clone(),
        kind: content.get("schema").map_or_else(|| kind(content), kind),
    }
}

fn answer(document: &Value, (status, answer): (&String, &Value)) -> Answer {
    let contents = object(answer.get("content")).next();
    Answer {
        status: status.clone(),
        says: text(answer, "description"),
        headers: object(answer.get("headers"))
            .map(|(name, _)| name.clone())
            .collect(),
        sample: contents.and_then(|(_, content)| printed(document, content)),
        content: contents.map(content),
    }
}

/// An example of a body, as it is sent.
fn printed(document: &Value, content: &Value) -> Option<String> {
    let sample = sample(document, content.get("schema")?, SAMPLE_DEPTH);
    serde_json::to_string_pretty(&sample).ok()
}

/// An example of what fits `schema`.
fn sample(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolved(document, schema);
    if let Some(example) = schema.get("example").or(schema.pointer("/examples/0")) {
        return example.clone();
    }
    if let Some(code) = codes(schema).into_iter().next() {
        return code.into();
    }
    let choice = ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|key| schema.get(key)?.get(0));
    if let Some(choice) = choice {
        return sample(document, choice, depth);
    }
    match kind(schema).words.split(' ').next().unwrap_or_default() {
        "object" if depth > 0 => {
            let all = object(schema.get("properties"));
            let sampled = all.map(|(name, property)| {
                (
                    name.clone(),
                    sample(document, property, depth.saturating_sub(1)),
                )
            });
            Value::Object(sampled.collect())
        }
        "list" if depth > 0 => match schema.get("items") {
            Some(items) => json!([sample(document, items, depth.saturating_sub(1))]),
            None => json!([]),
        },
        "object" => json!({}),
        "list" => json!([]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        "date" => json!("2026-03-02"),
        "date-time" => json!("2026-03-02T09:00:00+08:00"),
        "string" => json!("..."),
        _ => Value::Null,
    }
}

/// What a schema is, in words.
fn kind(schema: &Value) -> Kind {
    if let Some(name) = named_schema(schema) {
        return Kind {
            words: name.clone(),
            schema: Some(name),
        };
    }
    if let Some(first) = schema.pointer("/anyOf/0") {
        let first = kind(first);
        return Kind {
            words: format!("{} or null", first.words),
            ..first
        };
    }
    if let Some(items) = schema.get("items") {
        let item = kind(items);
        return Kind {
            words: format!("list of {}", item.words),
            ..item
        };
    }
    let names: Vec<&str> = match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => vec!["any"],
    };
    let format = schema.get("format").and_then(Value::as_str);
    let format = format.filter(|format| format.starts_with("date"));
    let worded = names.iter().map(|name| {
        if *name == "string" {
            format.unwrap_or(name)
        } else {
            name
        }
    });
    Kind {
        words: worded.collect::<Vec<_>>().join(" or "),
        schema: None,
    }
}

fn named_schema(schema: &Value) -> Option<String> {
    let reference = schema.get("$ref")?.as_str()?;
    Some(reference.rsplit('/').next()?.to_owned())
}

/// What a reference leads to.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let place = value.get("$ref").and_then(Value::as_str);
    let found = place.and_then(|place| document.pointer(place.trim_start_matches('#')));
    found.unwrap_or(value)
}

fn text(value: &Value, key: &str) -> String {
    let text = value.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn object(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}
