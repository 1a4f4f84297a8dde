//! Steward and lead official of a project.

use actix_web::test::TestRequest;
use serde_json::json;

use super::person::flaws;
use crate::harness::{
    office::{Answer, Office, on_each_office},
    staff::{name_of, person_id},
    work::Project,
};

impl Office {
    async fn entrust(&self, project: &Project, of: &str, to: &str) -> Answer {
        let path = format!("/api/v1/projects/{}", project.id);
        let tag = self
            .get("efficacy", &path)
            .await
            .header("etag")
            .unwrap()
            .to_owned();
        let request = TestRequest::put()
            .uri(&format!("{path}/{of}"))
            .insert_header(("If-Match", tag))
            .set_json(json!({ "person": person_id(to) }));
        self.send("efficacy", request).await
    }
}

#[test]
fn a_project_gets_another_steward_and_a_lead_and_the_record_says_so() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let seen = office
            .entrust(&project, "steward", "colleague")
            .await
            .good();
        assert_eq!(seen["steward"]["name"], name_of("colleague"));
        let seen = office.entrust(&project, "lead", "leader").await.good();
        assert_eq!(seen["lead"]["name"], name_of("leader"));
        let again = office.entrust(&project, "lead", "leader").await;
        assert_eq!(again.failure(), (409, "project.already_entrusted".into()));
        for (of, unfit, pointer) in [
            ("lead", "officer", "/lead"),
            ("steward", "investor", "/steward"),
        ] {
            let refused = office.entrust(&project, of, unfit).await;
            assert_eq!(
                flaws(&refused),
                [(pointer.to_owned(), "project.patron_unfit".to_owned())]
            );
        }
        let events = office
            .get(
                "supervisor",
                &format!("/api/v1/projects/{}/events", project.id),
            )
            .await
            .good();
        let kinds: Vec<&str> = events["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["kind"].as_str().unwrap())
            .collect();
        assert!(
            kinds.contains(&"steward_assigned") && kinds.contains(&"lead_assigned"),
            "{kinds:?}"
        );
        let browser = office.browser();
        browser.sign_in("investor").await;
        let page = browser.get(&format!("/p/{}", project.code)).await;
        assert!(page.text().contains("牵头领导"), "{}", page.text());
        // The old steward is nobody to the project any more.
        let path = format!("/api/v1/projects/{}", project.id);
        assert_eq!(office.get("colleague", &path).await.status, 200);
    });
}

#[test]
fn the_lead_official_hears_of_the_leadership_rung() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        // A head of another unit leads it; the leaders hear as ever.
        office
            .entrust(&project, "lead", "strange-head")
            .await
            .good();
        let mut told = Vec::new();
        for _day in 0..12 {
            office.pass_working_days(1).await;
            let letters = office.new_letters().into_iter();
            let top = letters.filter(|letter| letter.kind == "leadership");
            told.extend(top.map(|letter| letter.to));
        }
        assert!(
            told.contains(&"strange-head".into()) && told.contains(&"leader".into()),
            "{told:?}"
        );
    });
}
