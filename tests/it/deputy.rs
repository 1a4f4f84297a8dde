//! Deputies and absences: who hears, who may, from which day to which.

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use time::macros::date;

use super::person::flaws;
use crate::harness::{
    office::{Answer, Office, on_each_office},
    staff::{name_of, person_id},
};

impl Office {
    async fn absent(&self, by: &str, who: &str, body: Value) -> Answer {
        let path = format!("/api/v1/people/{}/absences", person_id(who));
        self.post(by, &path, None, &body).await
    }

    async fn name_deputy(&self, by: &str, who: &str, deputy: Option<&str>) -> Answer {
        let path = format!("/api/v1/people/{}", person_id(who));
        let seen = self.get("system", &path).await;
        let tag = seen.header("etag").unwrap().to_owned();
        let body = json!({ "deputy": deputy.map(person_id) });
        let request = TestRequest::put()
            .uri(&format!("{path}/deputy"))
            .set_json(body);
        self.send(by, request.insert_header(("If-Match", tag)))
            .await
    }
}

fn days(from: &str, until: &str, substitute: Option<&str>) -> Value {
    json!({ "from_on": from, "until_on": until, "reason": "sick", "substitute": substitute.map(person_id) })
}

#[test]
fn letters_and_rights_go_to_the_stand_in_on_the_days_of_the_absence_only() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        office.turn().await;
        office.new_letters();
        office
            .name_deputy("officer", "officer", Some("colleague"))
            .await
            .good();
        let may = async |login: &str| {
            let done = office
                .try_act(
                    login,
                    (&project, "P01"),
                    "notes",
                    &json!({ "text": "代办" }),
                )
                .await;
            done.status
        };
        assert_eq!(may("colleague").await, 403, "the officer is there");
        let away = office
            .absent("officer", "officer", days("2026-03-03", "2026-03-11", None))
            .await;
        assert_eq!(away.status, 201, "{}", away.text());
        assert_eq!(may("colleague").await, 403, "the day before");
        office.pass_to(date!(2026 - 03 - 03)).await;
        assert_eq!(may("colleague").await, 200);
        let seen = office
            .get("head", &format!("/api/v1/people/{}", person_id("officer")))
            .await
            .good();
        assert_eq!(seen["stand_in"]["name"], name_of("colleague"));
        // On the desk of the stand-in stands what is the absent officer's.
        let browser = office.browser();
        let desk = browser.sign_in("colleague").await;
        assert!(desk.text().contains("海龙精密三期"));
        // The yellow card comes when the officer is back.
        office.new_letters();
        office.pass_to(date!(2026 - 03 - 12)).await;
        assert_eq!(may("colleague").await, 403, "the day after");
        let mut told: Vec<String> = office
            .new_letters()
            .into_iter()
            .filter(|letter| letter.kind == "yellow")
            .map(|letter| letter.to)
            .collect();
        told.sort();
        assert_eq!(told, ["head", "officer", "steward"], "the officer is back");
    });
}

#[test]
fn a_named_substitute_comes_before_the_deputy() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let named = office.name_deputy("officer", "officer", Some("colleague"));
        named.await.good();
        office.pass_to(date!(2026 - 03 - 12)).await;
        office.new_letters();
        // The red card comes while the officer is away.
        office
            .absent(
                "head",
                "officer",
                days("2026-03-16", "2026-03-31", Some("head")),
            )
            .await
            .good();
        office
            .absent(
                "colleague",
                "colleague",
                days("2026-03-16", "2026-03-16", None),
            )
            .await
            .good();
        office.pass_working_days(4).await;
        let red: Vec<String> = office
            .new_letters()
            .into_iter()
            .filter(|letter| letter.kind == "red")
            .map(|letter| letter.to)
            .collect();
        assert!(
            red.contains(&"officer".into()) && red.contains(&"head".into()),
            "{red:?}"
        );
        assert!(
            !red.contains(&"colleague".into()),
            "the named substitute comes first: {red:?}"
        );
    });
}

#[test]
fn a_letter_to_an_absent_officer_goes_to_the_stand_in_too() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.turn().await;
        office.new_letters();
        // Nobody stands in: the head hears besides the officer.
        office
            .absent(
                "recruiter",
                "recruiter",
                days("2026-03-02", "2026-03-03", None),
            )
            .await
            .good();
        office.pass_working_days(1).await;
        office.expect_letters(&[("recruiter", "remind"), ("chief", "remind")]);
        // Somebody of another unit stands in, and works on the stage.
        office
            .absent(
                "recruiter",
                "recruiter",
                days("2026-03-04", "2026-03-09", Some("steward")),
            )
            .await
            .good();
        office.pass_working_days(2).await;
        office.expect_letters(&[
            ("recruiter", "yellow"),
            ("chief", "yellow"),
            ("steward", "yellow"),
        ]);
        office.complete("steward", &project, "G01").await;
        office.new_letters();
    });
}

#[test]
fn what_cannot_be_an_absence_is_refused() {
    on_each_office(async |office| {
        let check = async |body: Value, pointer: &str, code: &str| {
            let answer = office.absent("officer", "officer", body).await;
            assert_eq!(flaws(&answer), [(pointer.to_owned(), code.to_owned())]);
        };
        check(
            days("2026-03-05", "2026-03-04", None),
            "/until_on",
            "absence.backwards",
        )
        .await;
        check(
            days("2026-02-02", "2026-02-27", None),
            "/until_on",
            "absence.in_past",
        )
        .await;
        check(
            days("2026-03-05", "2027-03-07", None),
            "/until_on",
            "absence.too_long",
        )
        .await;
        check(
            days("2026-03-05", "2026-03-06", Some("officer")),
            "/substitute",
            "deputy.self",
        )
        .await;
        let leader = days("2026-03-05", "2026-03-06", Some("leader"));
        check(leader, "/substitute", "deputy.handles_no_stages").await;
        let nobody =
            json!({ "from_on": "2026-03-05", "until_on": "2026-03-06", "reason": "tired" });
        check(nobody, "/reason", "validation.choice").await;
        office
            .absent("officer", "officer", days("2026-03-05", "2026-03-06", None))
            .await
            .good();
        let again = office
            .absent("officer", "officer", days("2026-03-06", "2026-03-09", None))
            .await;
        assert_eq!(again.failure(), (409, "absence.overlaps".into()));
        // What ails somebody is for them, their head and the administrator.
        let reason = async |login: &str| {
            let path = format!("/api/v1/people/{}", person_id("officer"));
            office.get(login, &path).await.good()["absences"][0]["reason"].clone()
        };
        for (login, expected) in [
            ("officer", json!("sick")),
            ("head", json!("sick")),
            ("colleague", Value::Null),
        ] {
            assert_eq!(reason(login).await, expected, "{login}");
        }
    });
}

#[test]
fn an_absence_is_ended_or_taken_back_and_never_rewritten() {
    on_each_office(async |office| {
        let path = format!("/api/v1/people/{}", person_id("officer"));
        let end = async |id: &str| {
            let seen = office.get("officer", &path).await;
            let tag = seen.header("etag").unwrap().to_owned();
            let request = TestRequest::delete().uri(&format!("{path}/absences/{id}"));
            office
                .send("officer", request.insert_header(("If-Match", tag)))
                .await
        };
        let enter = async |from: &str, until: &str| {
            let made = office
                .absent("officer", "officer", days(from, until, None))
                .await;
            let location = made.header("location").unwrap().to_owned();
            location.rsplit('/').next().unwrap().to_owned()
        };
        let later = enter("2026-03-09", "2026-03-10").await;
        assert_eq!(end(&later).await.good()["absences"], json!([]));
        let now = enter("2026-03-02", "2026-03-06").await;
        office.pass_to(date!(2026 - 03 - 04)).await;
        let ended = end(&now).await.good();
        assert_eq!(
            (&ended["is_away"], &ended["absences"]),
            (&json!(false), &json!([]))
        );
        let over = end(&now).await;
        assert_eq!(over.failure(), (409, "absence.over".into()));
        assert_eq!(end(&later).await.failure(), (404, "not_found".into()));
    });
}

#[test]
fn an_officer_enters_an_absence_on_the_page() {
    on_each_office(async |office| {
        let browser = office.browser();
        browser.sign_in("officer").await;
        let page = browser.get("/desk/absence").await;
        let typed = [
            ("from_on", "2026-03-02"),
            ("until_on", "2026-03-03"),
            ("reason", "leave"),
        ];
        let sent = browser.submit(&page, "/desk/absence", &typed).await;
        let page = browser.follow(&sent).await;
        assert!(page.text().contains("无人代理"), "{}", page.text());
        let colleague = person_id("colleague");
        let sent = browser
            .submit(
                &page,
                "/desk/absence/deputy/name",
                &[("deputy", &colleague)],
            )
            .await;
        let page = browser.follow(&sent).await;
        assert!(
            page.text().contains(name_of("colleague")),
            "{}",
            page.text()
        );
        let wrong = [
            ("from_on", "2026-03-09"),
            ("until_on", "2026-03-06"),
            ("reason", "leave"),
        ];
        let refused = browser.submit(&page, "/desk/absence", &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("不能早于第一天"));
    });
}
