//! What a client does that progenitor makes from the description: sign in, read, change, be refused.

use std::env;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

progenitor::generate_api!(spec = "api.json", interface = Builder, tags = Merged);

type Failed = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let said: Vec<String> = env::args().skip(1).collect();
    let [address, login, password, stage] = said.as_slice() else {
        return Err("round_trip ADDRESS LOGIN PASSWORD STAGE".into());
    };
    let root = format!("{address}/api/v1");
    let body = types::TokenBody {
        login: login.clone(),
        password: password.clone(),
        otp: None,
    };
    let token = Client::new(&root);
    let token = token.create_token().body(body).send().await.map_err(shown)?;

    let mut headers = HeaderMap::new();
    let bearer = format!("Bearer {}", token.access_token);
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&bearer)?);
    let http = reqwest::Client::builder().default_headers(headers).build()?;
    let client = Client::new_with_client(&root, http);

    let page = client.list_projects().limit(2).send().await.map_err(shown)?;
    let first = page.data.first().ok_or("no project")?;
    let project = client.get_project().project(&first.code).send().await.map_err(shown)?;

    let body = types::NoteBody {
        expected_on: None,
        is_internal: None,
        text: Some("a client tries".to_owned()),
    };
    let refused = client
        .note_progress()
        .stage(stage)
        .if_match("\"v0-0-2026-01-01\"")
        .body(body.clone())
        .send()
        .await;
    let Err(Error::ErrorResponse(refused)) = refused else {
        return Err("not refused".into());
    };
    let code = refused.into_inner().code.to_string();
    if code != "conflict.version" {
        return Err(code.into());
    }

    let read = client.get_stage().stage(stage).send().await.map_err(shown)?;
    let edition = read.headers().get("ETag").ok_or("no edition")?.to_str()?;
    let acted = client
        .note_progress()
        .stage(stage)
        .dry_run(true)
        .if_match(edition)
        .body(body)
        .send()
        .await
        .map_err(shown)?;
    // What a generator calls the two answers is its own business; what they say is not.
    let outcome = serde_json::to_value(acted.into_inner())?;
    if outcome["outcome"] != "rehearsed" {
        return Err(outcome.to_string().into());
    }
    println!(
        "rust: {} projects, {} is {} until {:?}, a rehearsal moves {}, {code} is understood",
        page.data.len(),
        first.code,
        project.lamp.to_string(),
        project.expected_on,
        outcome["moved"].as_array().map_or(0, Vec::len)
    );
    Ok(())
}

fn shown<E: std::fmt::Debug>(error: E) -> Failed {
    format!("{error:?}").into()
}
