//! A construction permit dies three months after its issue unless works start.

use serde_json::{Value, json};
use time::{Date, macros::date};

use crate::harness::{
    office::{Answer, Office, on_each_office},
    work::Project,
};

/// The permit is issued on Monday 2 March: good until Tuesday 2 June.
async fn issued(office: &Office) -> Project {
    let project = office.admit_to_planning("海龙精密三期").await;
    let way = [
        ("officer", "P01"),
        ("officer", "P02"),
        ("builder", "C02"),
        ("builder", "C05"),
        ("builder", "C06"),
    ];
    for (login, stage) in way {
        office.accept(login, &project, stage).await;
        office.complete(login, &project, stage).await;
    }
    office.turn().await;
    office.new_letters();
    project
}

async fn renew(office: &Office, project: &Project) -> Answer {
    let text = json!({ "text": "地质条件变化，推迟进场" });
    office
        .try_act("builder", (project, "C06"), "renewal", &text)
        .await
}

async fn validity(office: &Office, project: &Project) -> Value {
    let seen = office.stage(project, "M1").await;
    seen["stage"]["validity"].clone()
}

/// Nobody works in the unit of the investor: the steward hears.
const TOLD: [(&str, &str); 1] = [("steward", "expiring")];

async fn pass(office: &Office, day: Date) {
    office.pass_to(day).await;
}

#[test]
fn it_is_watched_from_its_issue_and_told_ten_working_days_before_it_dies() {
    on_each_office(async |office| {
        let project = issued(&office).await;
        let known = validity(&office, &project).await;
        assert_eq!(known["expires_on"], "2026-06-02");
        assert_eq!(
            (&known["renewals_left"], &known["is_over"]),
            (&json!(2), &json!(false))
        );
        // Ten working days before Tuesday 2 June: Tuesday 19 May.
        pass(&office, date!(2026 - 05 - 18)).await;
        office.expect_kinds(&["expiring"], &[]);
        pass(&office, date!(2026 - 05 - 19)).await;
        office.expect_kinds(&["expiring"], &TOLD);
        pass(&office, date!(2026 - 06 - 03)).await;
        office.expect_kinds(&["expiring"], &[]);
        assert_eq!(validity(&office, &project).await["is_over"], true);
        let void = renew(&office, &project).await;
        assert_eq!(void.failure(), (409, "stage.validity.over".to_owned()));
    });
}

#[test]
fn it_is_renewed_twice_and_watched_anew_each_time() {
    on_each_office(async |office| {
        let project = issued(&office).await;
        pass(&office, date!(2026 - 05 - 19)).await;
        office.expect_kinds(&["expiring"], &TOLD);
        renew(&office, &project).await.good();
        assert_eq!(
            validity(&office, &project).await["expires_on"],
            "2026-09-02"
        );
        pass(&office, date!(2026 - 08 - 18)).await;
        office.expect_kinds(&["expiring"], &[]);
        pass(&office, date!(2026 - 08 - 19)).await;
        office.expect_kinds(&["expiring"], &TOLD);
        renew(&office, &project).await.good();
        assert_eq!(
            validity(&office, &project).await["expires_on"],
            "2026-12-02"
        );
        let third = renew(&office, &project).await;
        assert_eq!(third.failure(), (409, "stage.validity.used_up".to_owned()));
        let path = format!("/api/v1/projects/{}/events", project.code);
        let lines = office.get("investor", &path).await.good();
        let lines = lines["data"].as_array().unwrap().iter();
        let renewed = lines.filter(|line| line["kind"] == "validity_renewed");
        assert_eq!(renewed.count(), 2, "the investor reads of both");
        office.new_letters();
    });
}
