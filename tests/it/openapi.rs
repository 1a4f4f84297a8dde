//! The description of the API: committed as printed, and true in both directions.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use actix_web::test::TestRequest;
use serde_json::Value;

use crate::harness::office::{Office, on_each_office};

/// One operation of the description.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Operation {
    /// In lower case.
    pub(crate) method: String,
    /// Below the root of the server, with parameters in braces.
    pub(crate) path: String,
    /// Its stable name.
    pub(crate) id: String,
}

/// Every operation that the office describes.
pub(crate) async fn operations(office: &Office) -> Vec<Operation> {
    let request = TestRequest::get().uri("/api/v1/openapi.json");
    let document = office.call(request).await.good();
    let root = document["servers"][0]["url"].as_str().unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| Operation {
            method: method.clone(),
            path: format!("{root}{path}"),
            id: operation["operationId"].as_str().unwrap().to_owned(),
        })
    });
    operations.collect()
}

#[test]
fn the_committed_description_is_the_one_that_the_program_prints() {
    let committed = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.yaml"));
    let printed = api::http::document::yaml().unwrap();
    assert!(
        committed.unwrap() == printed,
        "openapi.yaml is old: cargo run -- openapi > openapi.yaml"
    );
}

#[test]
fn every_operation_of_the_description_is_served() {
    on_each_office(async |office| {
        let operations = operations(&office).await;
        assert!(operations.len() >= 16, "{operations:#?}");
        for operation in operations {
            let path = operation
                .path
                .split('/')
                .map(|part| if part.starts_with('{') { "x" } else { part });
            let path = path.collect::<Vec<_>>().join("/");
            let request = match operation.method.as_str() {
                "get" => TestRequest::get(),
                "post" => TestRequest::post()
                    .insert_header(("Content-Type", "application/json"))
                    .set_payload("{"),
                "put" => TestRequest::put().set_payload("{"),
                "delete" => TestRequest::delete(),
                "patch" => TestRequest::patch().set_payload("{"),
                other => panic!("{other}: teach the test"),
            };
            // A stranger is asked who they are before anything is looked for; only what is open to all
            // reads the body at once. An address that is not served is a 404 for everybody.
            let answer = office.call(request.uri(&path)).await;
            let expected = match (
                OPEN_TO_ALL.contains(&operation.id.as_str()),
                operation.method.as_str(),
            ) {
                (true, "get") => 200,
                (true, _) => 400,
                (false, _) => 401,
            };
            assert_eq!(answer.status, expected, "{operation:?}");
        }
    });
}

/// What strangers may ask for: a token, and what a calendar says.
pub(crate) const OPEN_TO_ALL: [&str; 5] = [
    "createToken",
    "evaluateClock",
    "listProblems",
    "refreshToken",
    "revokeToken",
];

/// The addresses that handlers name in the sources of the API, with their methods.
fn served() -> BTreeSet<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("api/src/http");
    let mut served = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for line in text.lines() {
            for method in ["get", "post", "put", "patch", "delete", "head"] {
                let path = line
                    .strip_prefix(&format!("#[{method}(\""))
                    .and_then(|rest| rest.strip_suffix("\")]"));
                if let Some(path) = path {
                    served.insert((method.to_owned(), path.to_owned()));
                }
            }
        }
    }
    served
}

#[test]
fn every_operation_that_is_served_is_in_the_description() {
    on_each_office(async |office| {
        let described: BTreeSet<(String, String)> = operations(&office)
            .await
            .into_iter()
            .map(|operation| {
                let path = operation.path.strip_prefix("/api/v1").unwrap();
                (operation.method, path.to_owned())
            })
            .collect();
        // Not part of the API: health, and the description itself.
        let beside = [
            "/livez",
            "/readyz",
            "/openapi.json",
            "/openapi.yaml",
            "/.well-known/jwks.json",
        ];
        let served: BTreeSet<_> = served()
            .into_iter()
            .filter(|(_, path)| !beside.contains(&path.as_str()))
            .collect();
        assert_eq!(served, described);
    });
}

#[test]
fn names_of_operations_are_unique_and_every_one_says_what_it_does() {
    on_each_office(async |office| {
        let request = TestRequest::get().uri("/api/v1/openapi.json");
        let document = office.call(request).await.good();
        assert_eq!(document["openapi"], "3.1.0");
        let mut count = BTreeMap::new();
        for operation in operations(&office).await {
            *count.entry(operation.id.clone()).or_insert(0) += 1;
            let path = operation.path.strip_prefix("/api/v1").unwrap();
            let described = &document["paths"][path][&operation.method];
            assert!(described["summary"].is_string(), "{operation:?}");
            let answers = described["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('2')),
                "{operation:?}"
            );
        }
        assert!(count.values().all(|count| *count == 1), "{count:?}");
    });
}

#[test]
fn every_answer_says_what_it_is_and_every_failure_has_the_form_of_a_problem() {
    on_each_office(async |office| {
        let request = TestRequest::get().uri("/api/v1/openapi.json");
        let document = office.call(request).await.good();
        for operation in operations(&office).await {
            let path = operation.path.strip_prefix("/api/v1").unwrap();
            let described = &document["paths"][path][&operation.method];
            let answers = described["responses"].as_object().unwrap();
            for (status, answer) in answers {
                let place = format!("{} {status}", operation.id);
                let answer = match answer["$ref"].as_str() {
                    Some(shared) => document.pointer(shared.trim_start_matches('#')).unwrap(),
                    None => answer,
                };
                let says = answer["description"].as_str();
                assert!(says.is_some_and(|says| !says.is_empty()), "{place}");
                let problem = &answer["content"]["application/problem+json"]["schema"]["$ref"];
                let is_failure = !status.starts_with(['2', '3']);
                assert_eq!(
                    problem == "#/components/schemas/Problem",
                    is_failure,
                    "{place}"
                );
            }
            let is_open = OPEN_TO_ALL.contains(&operation.id.as_str());
            assert!(is_open || answers.contains_key("401"), "{operation:?}");
            let parameters = described["parameters"].as_array().into_iter().flatten();
            for parameter in parameters {
                let name = parameter["name"].as_str().unwrap();
                let is_in_path = path.contains(&format!("{{{name}}}"));
                assert_eq!(
                    parameter["in"] == "path",
                    is_in_path,
                    "{operation:?} {name}"
                );
                if parameter["in"] == "query" {
                    assert_ne!(parameter["required"], true, "{operation:?} {name}");
                }
            }
        }
    });
}

#[test]
fn an_address_of_the_api_that_leads_nowhere_is_a_problem_too() {
    on_each_office(async |office| {
        for path in ["/api/v1", "/api/v1/nothing", "/api/v1/projects/x/y/z"] {
            let answer = office.call(TestRequest::get().uri(path)).await;
            assert_eq!(answer.failure(), (404, "not_found".into()), "{path}");
        }
        let answer = office
            .call(TestRequest::delete().uri("/api/v1/projects"))
            .await;
        assert_eq!(answer.failure(), (405, "request.method".into()));
        assert_eq!(answer.header("allow"), Some("GET, POST"));
        // What is not a key, or the key of something else, cannot exist.
        for thing in ["stages", "alerts", "projects"] {
            for id in [
                "x",
                "stg_",
                "per_0000000000003G000000000004",
                "%00",
                "stg_0000000000003G000000000004",
            ] {
                let login = if thing == "alerts" {
                    "supervisor"
                } else {
                    "officer"
                };
                let answer = office.get(login, &format!("/api/v1/{thing}/{id}")).await;
                assert_eq!(answer.failure(), (404, "not_found".into()), "{thing} {id}");
            }
        }
    });
}

/// Every schema in the document with the place where it stands.
fn schemas<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(object) => {
            found.push((place.to_owned(), value));
            for (key, value) in object {
                schemas(value, &format!("{place}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                schemas(value, &format!("{place}/{number}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_answer_has_a_schema_that_generators_of_clients_understand() {
    let document = api::http::document::described();
    let mut found = Vec::new();
    schemas(document, "", &mut found);
    let (mut flaws, mut loose) = (Vec::new(), BTreeSet::new());
    for (place, value) in &found {
        let is_json = place.ends_with("/content/application~1json")
            || place.ends_with("/content/application/json");
        if is_json && place.contains("/responses/") && value["schema"]["$ref"].is_null() {
            let operation = place.split("/responses/").next().unwrap();
            let (path, method) = operation.rsplit_once('/').unwrap();
            let path = path.strip_prefix("/paths/").unwrap();
            let id = document["paths"][path][method]["operationId"].as_str();
            loose.insert(id.unwrap());
        }
        if value.get("oneOf").is_some() && value["discriminator"]["mapping"].is_null() {
            flaws.push(format!("{place}: oneOf without a discriminator"));
        }
        if value["nullable"].is_boolean() {
            flaws.push(format!("{place}: nullable is of OpenAPI 3.0"));
        }
        if value["prefixItems"].is_array() {
            flaws.push(format!("{place}: a tuple"));
        }
        if value["enum"]
            .as_array()
            .is_some_and(|codes| codes.len() > 1)
            && !place.contains("/schemas/Question")
        {
            flaws.push(format!("{place}: a closed list of codes"));
        }
        if let Some(reference) = value["$ref"].as_str() {
            let target = document.pointer(reference.trim_start_matches('#'));
            assert!(target.is_some(), "{place}: {reference}");
        }
    }
    assert_eq!(flaws, Vec::<String>::new());
    assert!(loose.is_empty(), "{loose:?}");
}

#[test]
fn every_failure_that_an_operation_may_have_is_described() {
    let document = api::http::document::described();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let answers = operation["responses"].as_object().unwrap();
            let parameters = operation["parameters"].as_array();
            let has = |name: &str, place: &str| {
                let mut all = parameters.into_iter().flatten();
                all.any(|one| (name.is_empty() || one["name"] == name) && one["in"] == place)
            };
            let mut wanted = vec!["400", "429", "503"];
            if operation["requestBody"].is_object() {
                wanted.extend(["413", "415", "422"]);
            }
            if has("", "path") {
                wanted.push("404");
            }
            if has("If-Match", "header") {
                wanted.extend(["204", "409", "412", "428"]);
            }
            for status in wanted {
                assert!(answers.contains_key(status), "{method} {path} {status}");
            }
            let tags = operation["tags"].as_array().unwrap();
            assert_eq!(tags.len(), 1, "{method} {path}");
            let is_declared = |tag: &Value| {
                let all = document["tags"].as_array().unwrap();
                all.iter().any(|one| one["name"] == *tag)
            };
            assert!(is_declared(&tags[0]), "{method} {path}");
        }
    }
}

#[test]
fn the_description_is_sent_once_to_whoever_keeps_it() {
    on_each_office(async |office| {
        for (path, printed) in [
            ("/api/v1/openapi.json", api::http::document::json()),
            ("/api/v1/openapi.yaml", api::http::document::yaml()),
        ] {
            let answer = office.call(TestRequest::get().uri(path)).await;
            assert_eq!(answer.text(), printed.unwrap());
            let etag = answer.header("etag").unwrap().to_owned();
            let again = TestRequest::get().uri(path);
            let again = again.insert_header(("If-None-Match", format!("\"x\", {etag}")));
            let answer = office.call(again).await;
            assert_eq!((answer.status, answer.text()), (304, ""), "{path}");
        }
    });
}
