//! The description in the words of `OpenAPI` 3.0, for generators of clients that know nothing newer.

use serde_json::{Value, json};

use super::shape::walk;

/// The same operations and schemas as 3.0 says them.
pub(super) fn for_3_0(document: &Value) -> Value {
    let mut older = document.clone();
    walk(&mut older, &mut in_older_words);
    if let Some(version) = older.get_mut("openapi") {
        *version = json!("3.0.3");
    }
    if let Some(license) = older
        .pointer_mut("/info/license")
        .and_then(Value::as_object_mut)
    {
        // `identifier` is of 3.1.
        license.remove("identifier");
    }
    older
}

fn in_older_words(value: &mut Value) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    if let Some(types) = object.get("type").and_then(Value::as_array) {
        let first = types.iter().find(|one| **one != "null").cloned();
        let is_nullable = types.iter().any(|one| one == "null");
        if let Some(first) = first {
            object.insert("type".to_owned(), first);
        }
        if is_nullable {
            object.insert("nullable".to_owned(), json!(true));
        }
    }
    let either = object.get("anyOf").and_then(Value::as_array).cloned();
    if let Some(mut either) = either {
        let count = either.len();
        either.retain(|one| one.get("type") != Some(&json!("null")));
        if either.len() < count {
            object.remove("anyOf");
            object.insert("allOf".to_owned(), Value::Array(either));
            object.insert("nullable".to_owned(), json!(true));
        }
    }
    // Examples of a schema are a list since 3.1; there was one before.
    let examples = object.get("examples").and_then(Value::as_array).cloned();
    if let Some(examples) = examples {
        object.remove("examples");
        if let Some(first) = examples.into_iter().next() {
            object.insert("example".to_owned(), first);
        }
    }
    // A reference had no neighbours.
    if object.contains_key("$ref") {
        object.retain(|key, _| key == "$ref");
    }
}
