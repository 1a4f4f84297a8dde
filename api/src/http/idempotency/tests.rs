use actix_web::test::TestRequest;

use super::*;
use crate::keys::Keys;

fn with(name: &str, value: &str) -> HttpRequest {
    let request = TestRequest::post().uri("/api/v1/projects");
    request
        .insert_header((name.to_owned(), value.to_owned()))
        .to_http_request()
}

#[test]
fn a_key_is_a_string_with_or_without_quotation_marks() {
    let read = |text: &str| key(&with("Idempotency-Key", text));
    assert_eq!(read("\"a-1\""), Ok(Some("a-1".into())));
    assert_eq!(read("a-1"), Ok(Some("a-1".into())));
    let longest = "x".repeat(KEY_CHARACTERS_MAX);
    assert_eq!(read(&longest), Ok(Some(longest.clone())));
    for bad in [
        "",
        "\"\"",
        "\"a",
        "a b",
        "a\"b",
        "a,b",
        &format!("{longest}x"),
    ] {
        assert_eq!(read(bad), Err(RequestFlaw::KeyMalformed), "{bad}");
    }
    let none = TestRequest::post().to_http_request();
    assert_eq!(key(&none), Ok(None));
    let twice = TestRequest::post()
        .append_header(("Idempotency-Key", "a"))
        .append_header(("Idempotency-Key", "a"))
        .to_http_request();
    assert_eq!(key(&twice), Err(RequestFlaw::KeyMalformed));
}

#[test]
fn programs_must_bear_a_key_and_people_need_not() {
    let must = |token: &str| must_bear_key(&with("Authorization", &format!("Bearer {token}")));
    assert!(must("gc_pat_x"));
    assert!(must("gc_svc_x"));
    assert!(!must("eyJhbGciOiJFZERTQSJ9.e30.x"));
    let rehearsal = TestRequest::post()
        .uri("/api/v1/stages/x/notes?dry_run=true")
        .insert_header(("Authorization", "Bearer gc_svc_x"));
    assert!(!must_bear_key(&rehearsal.to_http_request()));
}

#[test]
fn two_ways_to_write_the_same_are_the_same_request() {
    let request = with("If-Match", "\"v1\"");
    let of = |body: &str| fingerprint(&request, body.as_bytes());
    assert_eq!(of(r#"{"a":1,"b":2}"#), of("{ \"b\": 2,\n\"a\": 1 }"));
    assert_ne!(of(r#"{"a":1}"#), of(r#"{"a":2}"#));
    assert_ne!(of("date,kind"), of("date,kin"));
    let other = with("If-Match", "\"v2\"");
    assert_ne!(of("{}"), fingerprint(&other, b"{}"));
}

#[test]
fn what_is_sealed_opens_only_for_the_same_request_in_the_same_deployment() {
    let keys = Keys::new([7; 32]);
    let cipher = Cipher::of(&keys, "one");
    let sealed = cipher.seal(b"7K4P-9XQ2", &[1; 32]);
    assert!(!sealed.windows(4).any(|window| window == b"7K4P"));
    assert_eq!(cipher.open(&sealed).unwrap(), b"7K4P-9XQ2");
    assert_eq!(Cipher::of(&keys, "two").open(&sealed), None);
    assert_eq!(Cipher::of(&Keys::new([8; 32]), "one").open(&sealed), None);
    let mut torn = sealed.clone();
    torn.pop();
    assert_eq!(cipher.open(&torn), None);
    assert_eq!(cipher.open(&[]), None);
    assert_ne!(Cipher::name(&keys, "one"), Cipher::name(&keys, "two"));
}
