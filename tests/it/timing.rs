//! Time tells nothing: an unknown account and an unknown project take as long as a wrong secret.
//!
//! Known and unknown are asked in turns and compared by ranks (Mann and Whitney, two-sided), so that whatever
//! else the machine does hits both alike. Even equal times differ "significantly" once in a hundred tries; a leak
//! does so every time. So what looks different is looked at twice more, with samples of its own.

use std::time::Instant;

use actix_web::test::TestRequest;
use serde_json::json;
use time::{Duration, macros::date};

use crate::harness::{
    office::{Office, on_each_office},
    staff,
};

/// Samples of either kind; `TIMING_SAMPLES` asks for more.
const SAMPLES: usize = 300;
/// Below this the times differ.
const P_MIN: f64 = 0.01;
const LOOKS: usize = 3;

fn samples() -> usize {
    let asked = std::env::var("TIMING_SAMPLES");
    asked.map_or(SAMPLES, |count| count.parse().unwrap())
}

/// The probability of ranks at least as uneven if both samples come from one distribution.
#[expect(
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "counts of samples are small"
)]
fn p_value(left: &[u128], right: &[u128]) -> f64 {
    let mut all: Vec<(u128, bool)> = left.iter().map(|time| (*time, true)).collect();
    all.extend(right.iter().map(|time| (*time, false)));
    all.sort_unstable();
    let (mut rank_sum, mut ties, mut at) = (0.0, 0.0, 0);
    while at < all.len() {
        let same = all[at..].iter().take_while(|one| one.0 == all[at].0).count();
        let rank = at as f64 + (same as f64 + 1.0) / 2.0;
        let lefts = all[at..at + same].iter().filter(|one| one.1).count();
        rank_sum += rank * lefts as f64;
        ties += (same as f64).powi(3) - same as f64;
        at += same;
    }
    let (n, m) = (left.len() as f64, right.len() as f64);
    let total = n + m;
    let u = rank_sum - n * (n + 1.0) / 2.0;
    let variance = n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    let z = ((u - n * m / 2.0).abs() - 0.5).max(0.0) / variance.sqrt();
    two_sided(z)
}

/// The probability of at least `z` standard deviations from the middle, by Abramowitz and Stegun 7.1.26; the
/// error is below a millionth.
fn two_sided(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    sum * (-x * x).exp()
}

#[test]
fn the_measure_sees_what_differs_and_nothing_else() {
    assert!((two_sided(1.959_964) - 0.05).abs() < 1e-5);
    // 1 to 9 against 4 to 12: U = 18 of 81, two-sided 0.0517 with correction for continuity and ties.
    let (low, high): (Vec<u128>, Vec<u128>) = ((1..=9).collect(), (4..=12).collect());
    assert!((p_value(&low, &high) - 0.0511).abs() < 0.002, "{}", p_value(&low, &high));
    assert!(p_value(&low, &low) > 0.9);
    // A hundredth more time is seen in samples of this size even where a tenth is noise.
    let noisy = |add: u128| -> Vec<u128> {
        (0..2_000_u128).map(|at| 10_000 + at * 7_919 % 1_000 + add).collect()
    };
    assert!(p_value(&noisy(0), &noisy(0)) > 0.9);
    assert!(p_value(&noisy(0), &noisy(100)) < P_MIN);
}

/// How long each of two requests takes, asked in turns. Between tries a day goes by, so that no throttle
/// answers instead.
async fn times(
    office: &Office,
    count: usize,
    request: &dyn Fn(bool, usize) -> TestRequest,
) -> [Vec<u128>; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for number in 0..count {
        // The first of a pair pays for cold caches; so each kind is first as often as the other.
        let known_first = number % 2 == 0;
        for is_known in [known_first, !known_first] {
            office.app.clock.set(office.app.now() + Duration::hours(24));
            let asked = request(is_known, number);
            let began = Instant::now();
            let answer = office.call(asked).await;
            let took = began.elapsed().as_nanos();
            assert!((400..500).contains(&answer.status), "{}", answer.text());
            assert_ne!(answer.status, 429);
            times[usize::from(is_known)].push(took);
        }
    }
    times
}

async fn expect_alike(what: &str, office: &Office, request: &dyn Fn(bool, usize) -> TestRequest) {
    let mut seen = Vec::new();
    for _look in 0..LOOKS {
        let [unknown, known] = times(office, samples(), request).await;
        let p = p_value(&unknown, &known);
        seen.push(p);
        if p > P_MIN {
            eprintln!("{what}: p = {p:.3} over 2 x {} samples", samples());
            return;
        }
    }
    panic!("{what}: the times differ, p = {seen:?}");
}

#[test]
fn an_unknown_project_takes_as_long_as_a_wrong_query_code() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.pass_to(date!(2026 - 03 - 03)).await;
        office.new_letters();
        let (code, unknown) = (project.code.clone(), "GC-2026-9999".to_owned());
        expect_alike("project codes", &office, &|is_known, _number| {
            let code = if is_known { &code } else { &unknown };
            TestRequest::post()
                .uri("/status")
                .insert_header(("Sec-Fetch-Site", "same-origin"))
                .set_form([("csrf", ""), ("code", code.as_str()), ("query_code", "2345-6789")])
        })
        .await;
    });
}

#[test]
fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    on_each_office(async |office| {
        // The accounts of tests have cheap hashes; this one has the real one.
        expect_alike("accounts", &office, &|is_known, number| {
            let login = if is_known { "expensive".to_owned() } else { format!("nobody-{number}") };
            let body = json!({ "login": login, "password": "not the right one" });
            TestRequest::post().uri("/api/v1/auth/token").set_json(body)
        })
        .await;
        let _everybody = staff::PASSWORD;
    });
}
