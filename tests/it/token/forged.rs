//! Forged access tokens: every one is refused, although most are signed with the right key.

use std::path::PathBuf;

use api::keys::Keys;
use aws_lc_rs::{hmac, signature::Ed25519KeyPair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{access, key_names, me, sign_in};
use crate::harness::office::{Office, on_each_office};

fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read(token: &str, at: usize) -> Value {
    let text = token.split('.').nth(at).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// The key pair that the office signs with.
fn pair(kid: &str) -> Ed25519KeyPair {
    let (private, _) = Keys::new([7; 32]).token_pair(kid).unwrap();
    Ed25519KeyPair::from_seed_unchecked(&private[16..]).unwrap()
}

fn signed(pair: &Ed25519KeyPair, head: &str, claims: &str) -> String {
    let text = format!("{}.{}", part(head), part(claims));
    let signature = part(pair.sign(text.as_bytes()));
    format!("{text}.{signature}")
}

/// What is changed in the head: member and value; a value of null takes the member away.
fn heads(kid: &str) -> Vec<(&'static str, Value)> {
    let mut heads = Vec::new();
    let algorithms = [
        "none", "None", "NONE", "nOnE", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512",
        "PS256", "ES256", "ES384", "ES512", "ES256K", "eddsa", "EDDSA", "Ed25519", "Ed448", "",
        " EdDSA", "EdDSA ",
    ];
    heads.extend(algorithms.map(|name| ("alg", json!(name))));
    heads.extend([json!(null), json!(1), json!(["EdDSA"])].map(|value| ("alg", value)));
    let types = [
        "JWT",
        "at+JWT",
        "application/at+jwt",
        "",
        "rt+jwt",
        "at+jwt ",
    ];
    heads.extend(types.map(|name| ("typ", json!(name))));
    heads.push(("typ", json!(null)));
    let strange = [
        "",
        "short",
        "UPPERCASE0",
        "../../etc/passwd",
        "a' OR '1'='1",
        "https://evil.example/k",
        "0000000000000000000000000000000000",
        "kid with blank",
        "aaaaaaaa",
        "ключключ",
        "a\u{0}aaaaaaa",
    ];
    heads.extend(strange.map(|name| ("kid", json!(name))));
    heads.extend([json!(null), json!(7), json!([kid])].map(|value| ("kid", value)));
    heads.extend([
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("x")),
        ("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
    ]);
    heads
}

/// What is changed in the claims.
fn claims(now: i64) -> Vec<(&'static str, Value)> {
    let mut claims: Vec<(&str, Value)> = ["exp", "nbf", "iat", "iss", "aud", "sub", "sid", "jti"]
        .into_iter()
        .map(|name| (name, json!(null)))
        .collect();
    for name in ["exp", "nbf", "iat"] {
        claims.push((name, json!(now.to_string())));
        claims.push((name, json!(f64::from(i32::try_from(now).unwrap()) + 0.5)));
        claims.push((name, json!(now - 100_000)));
        claims.push((name, json!(now + 100_000)));
        claims.push((name, json!(i64::MAX)));
        claims.push((name, json!(-1)));
        claims.push((name, json!([now])));
    }
    claims.extend([
        ("iss", json!("http://evil.example")),
        ("iss", json!("http://gc.example/")),
        ("iss", json!(["http://gc.example"])),
        ("aud", json!("another-api")),
        ("aud", json!(["green-channel-api", "another-api"])),
        ("aud", json!("")),
        ("sub", json!("officer")),
        ("sub", json!("prj_0000000000003G000000000004")),
        ("sub", json!("per_0000000000003G000000000004")),
        ("sub", json!(7)),
        ("sid", json!("tfm_0000000000003G000000000004")),
        ("sid", json!("x")),
        ("jti", json!("x")),
        ("jti", json!(1)),
    ]);
    claims
}

fn changed(document: &Value, (name, value): &(&str, Value)) -> String {
    let mut document = document.clone();
    let members = document.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(*name);
    } else {
        members.insert((*name).to_owned(), value.clone());
    }
    document.to_string()
}

/// Tokens whose form is broken, or that carry another signature.
#[expect(
    clippy::too_many_lines,
    reason = "one case after the other, read like a table"
)]
fn mutilated(good: &str, kid: &str) -> Vec<String> {
    let parts: Vec<&str> = good.split('.').collect();
    let [head, body, signature] = parts[..] else {
        panic!("{good}");
    };
    let (_, public) = Keys::new([7; 32]).token_pair(kid).unwrap();
    let with_public_key = |algorithm, name: &str| {
        let head = part(json!({ "alg": name, "typ": "at+jwt", "kid": kid }).to_string());
        let text = format!("{head}.{body}");
        let tag = hmac::sign(&hmac::Key::new(algorithm, &public), text.as_bytes());
        format!("{text}.{}", part(tag))
    };
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut flipped = raw.clone();
    flipped[10] ^= 1;
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    // The same signature written another way: S plus the order of the group.
    let mut malleable = raw.clone();
    let mut carry = 0_u16;
    for (byte, add) in malleable[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    let twice = |name: &str| {
        let head =
            format!("{{\"{name}\":\"x\",\"alg\":\"EdDSA\",\"typ\":\"at+jwt\",\"kid\":\"{kid}\"}}");
        signed(&pair(kid), &head, &read(good, 1).to_string())
    };
    vec![
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        format!("{head}..{signature}"),
        format!(".{body}.{signature}"),
        "..".to_owned(),
        ".".to_owned(),
        format!("{good}."),
        format!("{good}.{signature}"),
        format!("{head}.{body}.{signature}="),
        format!("{head}=.{body}.{signature}"),
        format!("{head}.{body}.{}", part(flipped)),
        format!("{head}.{body}.{}", part(malleable)),
        format!("{head}.{body}.{}", part([0; 64])),
        format!("{head}.{body}.{}", part(&raw[..63])),
        format!("{head}.{body}.{}", part([&raw[..], &[0]].concat())),
        format!(
            "{head}.{}.{signature}",
            part(read(good, 1).to_string().replace("per_", "per_0"))
        ),
        with_public_key(hmac::HMAC_SHA256, "HS256"),
        with_public_key(hmac::HMAC_SHA256, "EdDSA"),
        with_public_key(hmac::HMAC_SHA512, "HS512"),
        signed(
            &Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap(),
            &read(good, 0).to_string(),
            &read(good, 1).to_string(),
        ),
        signed(
            &pair("selftest"),
            &read(good, 0).to_string(),
            &read(good, 1).to_string(),
        ),
        twice("alg"),
        twice("typ"),
        twice("kid"),
        signed(&pair(kid), "[]", "{}"),
        signed(&pair(kid), "null", "null"),
        signed(&pair(kid), &read(good, 0).to_string(), "[]"),
        signed(
            &pair(kid),
            &format!("{}{}", read(good, 0), " ".repeat(3_000)),
            &read(good, 1).to_string(),
        ),
        good.replace('.', ". "),
        good.to_uppercase(),
    ]
}

/// The key that the office signs with, and a good token.
async fn good(office: &Office) -> (String, String) {
    let token = access(&sign_in(office, "officer").await).to_owned();
    let kid = read(&token, 0)["kid"].as_str().unwrap().to_owned();
    assert!(key_names(office).await.contains(&kid));
    (kid, token)
}

#[test]
fn no_forged_token_passes() {
    on_each_office(async |office| {
        let (kid, token) = good(&office).await;
        let (head, body) = (read(&token, 0), read(&token, 1));
        let key = pair(&kid);
        // What these tests sign is good as long as nothing is changed.
        let own = signed(&key, &head.to_string(), &body.to_string());
        assert_eq!(
            (me(&office, &token).await, me(&office, &own).await),
            (200, 200)
        );
        let now = office.app.now().unix_timestamp();
        let mut forged = mutilated(&token, &kid);
        for change in heads(&kid) {
            forged.push(signed(&key, &changed(&head, &change), &body.to_string()));
        }
        for change in claims(now) {
            // Ten minutes are what a token has; a claim that says the same again changes nothing.
            forged.push(signed(&key, &head.to_string(), &changed(&body, &change)));
        }
        assert!(forged.len() >= 100, "{}", forged.len());
        for token in &forged {
            assert_eq!(me(&office, token).await, 401, "{token}");
        }
        assert_eq!(me(&office, &own).await, 200);
    });
}

/// Every text of a document that has the form of a token.
fn tokens_in(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::String(text) if text.split('.').count() == 3 && !text.contains(' ') => {
            found.push(text.clone());
        }
        Value::Array(values) => values.iter().for_each(|value| tokens_in(value, found)),
        Value::Object(members) => members.values().for_each(|value| tokens_in(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn no_token_of_the_standards_examples_passes() {
    let Some(folder) = std::env::var_os("TEST_JWT_FOLDER").map(PathBuf::from) else {
        eprintln!("\nskipped: no examples of the standards (TEST_JWT_FOLDER is not set)\n");
        return;
    };
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        tokens_in(&serde_json::from_str(&text).unwrap(), &mut found);
    }
    assert!(found.len() >= 10, "{found:#?}");
    on_each_office(async |office| {
        for token in &found {
            assert_eq!(me(&office, token).await, 401, "{token}");
        }
    });
}
