//! Companies that invest: their numbers, their contacts, their projects.

use serde_json::{Value, json};

use super::person::flaws;
use crate::harness::{
    office::{Answer, Office, on_each_office},
    staff::{name_of, person_id},
};

impl Office {
    async fn add_company(&self, body: Value) -> Answer {
        self.post("efficacy", "/api/v1/companies", None, &body)
            .await
    }
}

#[test]
fn a_doubtful_code_is_kept_only_when_somebody_says_so() {
    on_each_office(async |office| {
        let good = json!({ "name": "厦门某某科技有限公司", "uscc": " 91350200-ma2yj1xr9g " });
        let made = office.add_company(good.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert_eq!(made.json()["uscc"], "91350200MA2YJ1XR9G");
        assert_eq!(made.json()["doubts"], json!([]));
        let again = office.add_company(good).await;
        assert_eq!(
            flaws(&again),
            [("/uscc".into(), "company.number_taken".into())]
        );

        let pilot = |is_sure: bool| json!({ "name": "早期试点企业", "uscc": "91350100M0001TGQXM", "uscc_override": is_sure });
        let doubted = office.add_company(pilot(false)).await;
        let codes: Vec<String> = flaws(&doubted).into_iter().map(|(_, code)| code).collect();
        assert!(codes.contains(&"company.uscc.check".into()), "{codes:?}");
        let kept = office.add_company(pilot(true)).await;
        assert_eq!(kept.status, 201, "{}", kept.text());
        assert_eq!(kept.json()["doubts"][0], "company.uscc.check");
        let check = async |body: Value, pointer: &str, code: &str| {
            let answer = office.add_company(body).await;
            assert_eq!(flaws(&answer), [(pointer.to_owned(), code.to_owned())]);
        };
        check(
            json!({ "name": "x", "uscc": "9135" }),
            "/uscc",
            "company.uscc.length",
        )
        .await;
        check(
            json!({ "name": "x", "uscc": "91350200MA2YJ1XR9O", "uscc_override": true }),
            "/uscc",
            "company.uscc.character",
        )
        .await;
        check(
            json!({ "name": "x", "foreign_number": "HRB 42" }),
            "/country",
            "company.country",
        )
        .await;
        let both = json!({ "name": "x", "uscc": "91350200776049653A", "foreign_number": "1", "country": "DE" });
        check(both, "/foreign_number", "company.number_twice").await;
        let abroad = json!({ "name": "Muster AG", "foreign_number": "HRB 42", "country": "de" });
        let abroad = office.add_company(abroad).await.good();
        assert_eq!(
            (&abroad["foreign_number"], &abroad["country"]),
            (&json!("HRB 42"), &json!("DE"))
        );
    });
}

#[test]
fn who_speaks_for_a_company_speaks_for_its_projects() {
    on_each_office(async |office| {
        let contacts = json!([person_id("rival"), person_id("investor")]);
        let made = office
            .add_company(json!({ "name": "某某公司", "contacts": contacts }))
            .await;
        let id = made.good()["id"].as_str().unwrap().to_owned();
        let project = office
            .admit_with("海龙精密三期", json!({ "company": id, "contacts": [] }))
            .await;
        for login in ["rival", "investor"] {
            let seen = office
                .get(login, &format!("/api/v1/projects/{}", project.id))
                .await
                .good();
            assert_eq!(seen["company"], json!(id), "{login}");
        }
        let seen = office
            .get("leader", &format!("/api/v1/companies/{id}"))
            .await;
        assert_eq!(seen.json()["projects"], json!([project.code]));
        let tag = seen.header("etag").unwrap().to_owned();
        let request = actix_web::test::TestRequest::patch()
            .uri(&format!("/api/v1/companies/{id}"))
            .insert_header(("If-Match", tag))
            .set_json(json!({ "contacts": [person_id("rival")], "uscc": "91350200776049653A" }));
        let changed = office.send("efficacy", request).await.good();
        assert_eq!(changed["contacts"][0]["name"], name_of("rival"));
        assert_eq!(changed["contacts"].as_array().unwrap().len(), 1);
        assert_eq!(changed["uscc"], "91350200776049653A");
        let unknown =
            json!({ "name": "x", "investor": "y", "company": "cmp_00000000000000000000000000" });
        let unknown = office
            .post("efficacy", "/api/v1/projects", None, &unknown)
            .await;
        assert_eq!(
            flaws(&unknown),
            [("/company".into(), "validation.choice".into())]
        );
    });
}
