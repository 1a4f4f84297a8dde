//! Time tells nothing: what does not exist takes as long as what is wrong.
//!
//! Known and unknown are asked in turns and compared by ranks (Mann and Whitney, two-sided), so that whatever
//! else the machine does hits both alike. Even equal times differ "significantly" once in a hundred tries; a leak
//! does so every time. So what looks different is looked at twice more, with samples of its own.

use std::time::Instant;

use actix_web::test::TestRequest;
use api::{
    config::{PasswordCost, SignIn},
    password::hash_password,
};
use persistence::{StoreError, Tx};
use serde_json::json;

use crate::harness::{
    office::{Office, easy, on_each_office},
    staff,
    store::on_each_database,
};

/// Samples of either kind; `TIMING_SAMPLES` asks for more.
const SAMPLES: usize = 300;
/// The same where each costs two hashes of full strength.
const SAMPLES_HASHED: usize = 30;
/// Below this the times differ.
const P_MIN: f64 = 0.01;
/// Equal times fail all of them once in a million runs.
const LOOKS: usize = 3;
/// Pairs that are asked before any counts: caches fill, and the database plans its queries.
const PAIRS_TO_WARM: usize = 20;
const WRONG: &str = "not the right one";

fn samples(usual: usize) -> usize {
    let asked = std::env::var("TIMING_SAMPLES");
    asked.map_or(usual, |count| count.parse().unwrap())
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
        let same = all[at..]
            .iter()
            .take_while(|one| one.0 == all[at].0)
            .count();
        let rank = at as f64 + f64::midpoint(same as f64, 1.0);
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
    let factors = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = factors
        .iter()
        .fold(0.0, |sum: f64, factor| (sum + factor) * t);
    sum * (-x * x).exp()
}

#[test]
fn the_measure_sees_what_differs_and_nothing_else() {
    assert!((two_sided(1.959_964) - 0.05).abs() < 1e-5);
    // 1 to 9 against 4 to 12: U is 18 of 81, with 6 ties; z = 22 / 11.29.
    let (low, high): (Vec<u128>, Vec<u128>) = ((1..=9).collect(), (4..=12).collect());
    let p = p_value(&low, &high);
    assert!((p - 0.0513).abs() < 0.0005, "{p}");
    assert!(p_value(&low, &low) > 0.9);
    // A hundredth more time is seen in samples of this size even where a tenth is noise.
    let noisy = |add: u128| -> Vec<u128> {
        (0..2_000_u128)
            .map(|at| 10_000 + at * 7_919 % 1_000 + add)
            .collect()
    };
    assert!(p_value(&noisy(0), &noisy(0)) > 0.9);
    assert!(p_value(&noisy(0), &noisy(100)) < P_MIN);
}

/// A question and the status that it is answered with, whether what it is about exists or not.
type Question<'a> = (&'a dyn Fn(bool) -> TestRequest, u16);

/// Asks in pairs and compares how long the answers took.
struct Watch<'a> {
    office: &'a Office,
    /// Networks that have asked. Each asks once, so that no throttle answers instead.
    networks: usize,
}

impl Watch<'_> {
    fn over(office: &Office) -> Watch<'_> {
        Watch {
            office,
            networks: 0,
        }
    }

    /// How long unknown and known take.
    async fn times(&mut self, count: usize, (question, status): Question<'_>) -> [Vec<u128>; 2] {
        let mut times = [Vec::new(), Vec::new()];
        for pair in 0..count + PAIRS_TO_WARM {
            // The first of a pair pays for what the second finds done; so each kind is first as often.
            let known_first = pair % 2 == 0;
            for is_known in [known_first, !known_first] {
                let (high, low) = (self.networks / 256, self.networks % 256);
                self.networks += 1;
                let asked = question(is_known);
                let address = format!("10.{high}.{low}.7");
                let began = Instant::now();
                let answer = self.office.call_from(&address, asked).await;
                let took = began.elapsed().as_nanos();
                assert_eq!(answer.status, status, "{}", answer.text());
                if pair >= PAIRS_TO_WARM {
                    times[usize::from(is_known)].push(took);
                }
            }
        }
        times
    }

    async fn expect_alike(&mut self, what: &str, count: usize, question: Question<'_>) {
        let mut seen = Vec::new();
        for _look in 0..LOOKS {
            let [unknown, known] = self.times(count, question).await;
            let p = p_value(&unknown, &known);
            seen.push(p);
            if p > P_MIN {
                eprintln!("{what}: p = {seen:.3?} over 2 x {count}");
                return;
            }
            let middle = |mut times: Vec<u128>| {
                times.sort_unstable();
                times[count / 2] / 1_000
            };
            let (unknown, known) = (middle(unknown), middle(known));
            eprintln!("{what}: {unknown} against {known} microseconds");
        }
        panic!("{what}: the times differ, p = {seen:?}");
    }
}

fn on_a_page(path: &str, fields: &[(&str, &str)]) -> TestRequest {
    TestRequest::post()
        .uri(path)
        .insert_header(("Sec-Fetch-Site", "same-origin"))
        .set_form(fields)
}

fn over_the_api(login: &str) -> TestRequest {
    let body = json!({ "login": login, "password": WRONG });
    TestRequest::post().uri("/api/v1/auth/token").set_json(body)
}

/// A login of this length that is somebody's, or nobody's.
fn login(is_known: bool) -> &'static str {
    if is_known { "officer" } else { "nobodyx" }
}

#[test]
fn an_unknown_project_takes_as_long_as_a_wrong_query_code() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let ask = |is_known| {
            let code = if is_known {
                &project.code
            } else {
                "GC-2026-9999"
            };
            on_a_page("/status", &[("code", code), ("query_code", "AAAA-AAAA")])
        };
        let mut watch = Watch::over(&office);
        watch
            .expect_alike("project codes", samples(SAMPLES), (&ask, 422))
            .await;
    });
}

#[test]
fn an_unknown_account_takes_as_long_as_a_wrong_password() {
    on_each_database(async |database| {
        let strong = SignIn {
            password_cost: PasswordCost::Standard,
            ..easy()
        };
        let office = Office::open_to(database, strong).await;
        strengthen(&office, "officer").await;
        let page = |is_known| {
            let fields = [("login", login(is_known)), ("password", WRONG)];
            on_a_page("/auth/sign-in", &fields)
        };
        let api = |is_known| over_the_api(login(is_known));
        let count = samples(SAMPLES_HASHED);
        let mut watch = Watch::over(&office);
        watch
            .expect_alike("accounts, by page", count, (&page, 422))
            .await;
        watch
            .expect_alike("accounts, over the API", count, (&api, 401))
            .await;
    });
}

/// Keeps a hash for `login` as the product makes one.
async fn strengthen(office: &Office, login: &str) {
    let hash = hash_password(staff::PASSWORD, [7; 16]).unwrap();
    let (zone, person) = (office.app.zone, staff::person_id(login).parse().unwrap());
    let kept: Result<(), StoreError> = office
        .app
        .store
        .write(async move |tx: &mut Tx| {
            let hashes = (Some(staff::PASSWORD_HASH), hash.as_str());
            tx.replace_password_hash(zone, person, hashes).await?;
            Ok(())
        })
        .await;
    kept.unwrap();
}

#[test]
fn an_unknown_mail_address_takes_as_long_as_an_investors() {
    on_each_office(async |office| {
        let ask = |is_known| {
            let mail = if is_known {
                "investor@zone.example"
            } else {
                "nobodyxx@zone.example"
            };
            on_a_page("/auth/sign-in", &[("login", mail)])
        };
        let mut watch = Watch::over(&office);
        watch
            .expect_alike("mail addresses", samples(SAMPLES), (&ask, 303))
            .await;
    });
}
