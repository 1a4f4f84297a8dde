//! What the description looks like to generators of clients: flat objects, one form for "or null", and no
//! schema that nobody needs.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Where named schemas stand.
pub(super) const SCHEMAS: &str = "#/components/schemas/";

/// Properties that may be null and may be missing as well; every other property of an answer that may be
/// null is always there. Only schemas that are written by hand can be such.
const MAY_BE_MISSING: [(&str, &str); 3] = [
    ("Author", "name"),
    ("ClockAnswer", "due_on"),
    ("ClockAnswer", "days_left"),
];

/// Brings a description into shape.
pub(super) fn shape(document: &mut Value) {
    walk(document, &mut name_without_underscore);
    if let Some(schemas) = schemas(document) {
        let named = std::mem::take(schemas).into_iter();
        *schemas = named
            .map(|(name, schema)| (name.replace('_', ""), schema))
            .collect();
        let known = schemas.clone();
        for schema in schemas.values_mut() {
            *schema = flat(schema, &known);
        }
    }
    walk(document, &mut or_null);
    let asked = reachable(
        document,
        &operations(document, &|part| part == "requestBody"),
    );
    if let Some(schemas) = schemas(document) {
        for (name, schema) in schemas.iter_mut() {
            if !asked.contains(name) {
                say_what_is_there(name, schema);
            }
        }
    }
    let mut all = operations(document, &|_part| true);
    all.extend(document.pointer("/components/responses"));
    let needed = reachable(document, &all);
    if let Some(schemas) = schemas(document) {
        schemas.retain(|name, _| needed.contains(name));
    }
}

/// The named schemas.
fn schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

/// Calls `change` on every value, the outer ones first.
pub(super) fn walk(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    change(value);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
        Value::Object(object) => object.values_mut().for_each(|item| walk(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The generic `Dated<T>` is called `Dated_T` by utoipa; generators make odd names of that.
fn name_without_underscore(value: &mut Value) {
    if let Value::String(text) = value
        && let Some(name) = text.strip_prefix(SCHEMAS)
    {
        *text = format!("{SCHEMAS}{}", name.replace('_', ""));
    }
}

/// The schema with what it includes by `allOf` written out: a closed object says what it has.
fn flat(schema: &Value, known: &Map<String, Value>) -> Value {
    let Some(parts) = schema.get("allOf").and_then(Value::as_array) else {
        return schema.clone();
    };
    let mut properties = Map::new();
    let mut required = Vec::new();
    for part in parts {
        let target = target(part).and_then(|name| known.get(name));
        let part = flat(target.unwrap_or(part), known);
        let own = part.get("properties").and_then(Value::as_object);
        properties.extend(own.cloned().unwrap_or_default());
        let own = part.get("required").and_then(Value::as_array);
        required.extend(own.cloned().unwrap_or_default());
    }
    let mut flat = json!({ "type": "object", "required": required, "properties": properties });
    if let (Some(says), Some(flat)) = (schema.get("description"), flat.as_object_mut()) {
        flat.insert("description".to_owned(), says.clone());
    }
    flat
}

/// The name of the schema that `value` refers to.
pub(super) fn target(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

/// "This or null" is `anyOf`: a `oneOf` would want a discriminator.
fn or_null(value: &mut Value) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    let is_null = |item: &Value| item.get("type") == Some(&json!("null"));
    let items = object.get("oneOf").and_then(Value::as_array);
    let Some(items) = items.filter(|items| items.iter().any(is_null)) else {
        return;
    };
    let (nulls, mut others): (Vec<_>, Vec<_>) = items.iter().cloned().partition(is_null);
    others.extend(nulls);
    object.remove("oneOf");
    object.insert("anyOf".to_owned(), Value::Array(others));
}

/// True when null is one of the values.
pub(super) fn may_be_null(schema: &Value) -> bool {
    let is_null = |one: &Value| one == "null" || one.get("type") == Some(&json!("null"));
    ["type", "anyOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array())
        .any(|all| all.iter().any(is_null))
}

/// What may be null in an answer is there all the same; what may be left out is never null.
fn say_what_is_there(name: &str, schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    let properties = object.get("properties").and_then(Value::as_object);
    let nullable = properties.into_iter().flatten().filter(|(key, property)| {
        may_be_null(property) && !MAY_BE_MISSING.contains(&(name, key.as_str()))
    });
    let mut required: BTreeSet<String> = nullable.map(|(key, _)| key.clone()).collect();
    let said = object.get("required").and_then(Value::as_array);
    let said = said.into_iter().flatten().filter_map(Value::as_str);
    required.extend(said.map(str::to_owned));
    if !required.is_empty() {
        object.insert("required".to_owned(), json!(required));
    }
}

/// The parts of operations with one of the wanted names.
fn operations<'a>(document: &'a Value, is_wanted: &impl Fn(&str) -> bool) -> Vec<&'a Value> {
    let paths = document.get("paths").and_then(Value::as_object);
    let methods = paths.into_iter().flat_map(Map::values);
    let operations = methods.filter_map(Value::as_object).flat_map(Map::values);
    let parts = operations.filter_map(Value::as_object).flatten();
    parts
        .filter(|(part, _)| is_wanted(part))
        .map(|(_, value)| value)
        .collect()
}

/// The names of the schemas to which references from `starts` lead.
fn reachable(document: &Value, starts: &[&Value]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = starts.to_vec();
    while let Some(value) = open.pop() {
        if let Some(name) = target(value)
            && found.insert(name.to_owned())
        {
            open.extend(document.pointer(&format!("/components/schemas/{name}")));
        }
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(object) => open.extend(object.values()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}
