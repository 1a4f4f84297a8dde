//! The schedule: start of works and the way to it, for the two variants of the default template.

use serde_json::{Value, json};

use crate::harness::office::{Office, on_each_office};

/// A domestic company on land that is listed, with a building that needs a fire design review.
const TRAITS: [&str; 4] = ["filing", "listing_land", "new_company", "special_building"];

async fn scheduled(office: &Office, variant: &str) -> Value {
    let more = json!({ "variant": variant, "traits": TRAITS });
    let project = office.admit_with("海龙精密三期", more).await;
    office.accept("recruiter", &project, "G01").await;
    let seen = office.project("efficacy", &project).await;
    seen["schedule"].clone()
}

/// rules.md, §4.4: a project admitted on Monday 2 March 2026.
#[test]
fn both_ready_variants_start_works_on_the_day_in_the_rule_book() {
    on_each_office(async |office| {
        let expected = [
            (
                "standard",
                "2026-06-09",
                "G01 G02 A01a L01 L02 L03 L04 P01 C02 C03 C06 M1",
            ),
            (
                "start-on-land",
                "2026-05-08",
                "G01 G02 A01a L01 L02 L03 L04 L05 P02 C06 M1",
            ),
        ];
        for (variant, start_on, path) in expected {
            let schedule = scheduled(&office, variant).await;
            assert_eq!(
                schedule["start_of_works_on"], start_on,
                "{variant} {schedule}"
            );
            let codes = schedule["critical_path"].as_array().unwrap().iter();
            let codes: Vec<&str> = codes.map(|code| code.as_str().unwrap()).collect();
            assert_eq!(codes.join(" "), path, "{variant}");
            assert_eq!(schedule["target"]["code"], "M1");
        }
    });
}
