//! Calendar subscriptions: what a calendar program hears that fetches again and again.

use actix_web::test::TestRequest;
use serde_json::json;
use time::macros::date;

use crate::harness::office::{Answer, Office, on_each_office, on_each_office_and_database};

/// Makes an address; gives its path and its key.
async fn subscribe(office: &Office, login: &str) -> (String, String) {
    let body = json!({ "name": "办公手机" });
    let answer = office.post(login, "/api/v1/me/feeds", None, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let made = answer.json();
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(
        answer.header("location"),
        Some(format!("/api/v1/me/feeds/{id}").as_str())
    );
    let url = made["url"].as_str().unwrap();
    let path = url.strip_prefix("http://gc.example").unwrap().to_owned();
    // 256 bits of base64 and the ending.
    assert_eq!(path.len(), "/cal/".len() + 43 + ".ics".len());
    (path, id)
}

async fn fetch(office: &Office, path: &str) -> Answer {
    office.call(TestRequest::get().uri(path)).await
}

/// The unfolded lines of a calendar.
async fn lines(office: &Office, path: &str) -> Vec<String> {
    let answer = fetch(office, path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let file = answer.text();
    assert!(file.ends_with("END:VCALENDAR\r\n"));
    assert!(
        file.split("\r\n")
            .all(|line| line.len() <= 75 && !line.contains('\n'))
    );
    file.replace("\r\n ", "")
        .lines()
        .map(str::to_owned)
        .collect()
}

/// What follows a name, in every event.
fn values<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
    let start = format!("{name}:");
    let found = lines.iter().filter_map(|line| line.strip_prefix(&start));
    found.collect()
}

#[test]
fn an_officer_hears_of_own_due_dates_as_whole_days_with_an_alarm_the_morning_before() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let (path, _) = subscribe(&office, "officer").await;
        let heard = lines(&office, &path).await;
        let due = office.stage(&project, "P01").await["stage"]["promised_on"].clone();
        assert_eq!(due, "2026-03-11");
        assert_eq!(values(&heard, "DTSTART;VALUE=DATE"), ["20260311"]);
        assert_eq!(values(&heard, "DTEND;VALUE=DATE"), ["20260312"]);
        let uid = format!("{}@gc.example", project.stage("P01"));
        assert_eq!(values(&heard, "UID"), [uid]);
        for (name, expected) in [
            ("SEQUENCE", "0"),
            ("STATUS", "CONFIRMED"),
            ("TRIGGER", "-PT15H"),
            ("DTSTAMP", "20260302T010000Z"),
            ("LAST-MODIFIED", "20260302T010000Z"),
            ("REFRESH-INTERVAL;VALUE=DURATION", "PT4H"),
            ("X-PUBLISHED-TTL", "PT4H"),
            ("NAME", "示例开发区绿色通道 · 办公手机"),
            ("X-WR-CALNAME", "示例开发区绿色通道 · 办公手机"),
            ("PRODID", "-//Green Channel//Due dates//EN"),
        ] {
            assert_eq!(values(&heard, name), [expected], "{name}");
        }
        let url = format!("http://gc.example/desk/stages/{}", project.stage("P01"));
        assert_eq!(values(&heard, "URL"), [url]);
        assert!(values(&heard, "SUMMARY")[0].contains(&project.code));
        assert_eq!(
            values(&heard, "SOURCE;VALUE=URI"),
            [format!("http://gc.example{path}")]
        );
        assert_eq!(values(&heard, "CATEGORIES").len(), 1);
        // A colleague has none of it, the head of the unit has it, the investor its own project's.
        for (login, expected) in [
            ("colleague", 0),
            ("head", 1),
            ("power-head", 0),
            ("investor", 1),
            ("rival", 0),
        ] {
            let (path, _) = subscribe(&office, login).await;
            let heard = lines(&office, &path).await;
            assert_eq!(values(&heard, "UID").len(), expected, "{login}");
        }
    });
}

#[test]
fn every_change_counts_up_and_what_is_gone_is_named_for_ninety_days() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let (path, _) = subscribe(&office, "officer").await;
        let state = async || {
            let heard = lines(&office, &path).await;
            let of = |name| values(&heard, name).concat();
            [of("SEQUENCE"), of("STATUS"), of("DTSTART;VALUE=DATE")]
        };
        assert_eq!(state().await, ["0", "CONFIRMED", "20260311"]);
        // The same bytes as long as nothing changes, on another day too; and nothing to send for who has them.
        let before = fetch(&office, &path).await;
        let tag = before.header("etag").unwrap().to_owned();
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.new_letters();
        assert_eq!(fetch(&office, &path).await.text(), before.text());
        let request = TestRequest::get()
            .uri(&path)
            .insert_header(("If-None-Match", tag.clone()));
        let known = office.call(request).await;
        assert_eq!((known.status, known.text()), (304, ""));
        assert_eq!(known.header("etag"), Some(tag.as_str()));
        // While the clock stands there is no due day; afterwards it is another one.
        office.stop("officer", &project, "P01").await;
        assert_eq!(state().await, ["1", "CANCELLED", "20260311"]);
        assert_eq!(state().await, ["1", "CANCELLED", "20260311"]);
        office.pass_to(date!(2026 - 03 - 09)).await;
        office.new_letters();
        office.resume("officer", &project, "P01").await;
        assert_eq!(state().await, ["2", "CONFIRMED", "20260313"]);
        office.complete("officer", &project, "P01").await;
        assert_eq!(state().await, ["3", "CANCELLED", "20260313"]);
        office
            .app
            .clock
            .set(office.app.now() + time::Duration::days(90));
        assert_eq!(state().await, ["3", "CANCELLED", "20260313"]);
        office
            .app
            .clock
            .set(office.app.now() + time::Duration::days(1));
        assert_eq!(state().await, ["", "", ""]);
        office.new_letters();
    });
}

#[test]
fn rights_are_those_of_the_moment_and_what_is_lost_is_not_told() {
    on_each_office_and_database(async |office, database| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let (investors, _) = subscribe(&office, "investor").await;
        let (officers, _) = subscribe(&office, "officer").await;
        assert!(
            fetch(&office, &investors)
                .await
                .text()
                .contains("海龙精密三期")
        );
        lines(&office, &officers).await;
        let mut back_door = database.back_door().await;
        back_door.run("DELETE FROM project_contact").await;
        let heard = lines(&office, &investors).await;
        assert_eq!(values(&heard, "STATUS"), ["CANCELLED"]);
        let said = heard.join("\n");
        assert!(
            !said.contains("海龙") && !said.contains(&project.code),
            "{said}"
        );
        // Who has left hears nothing any more, and nobody can tell the address from one that never was.
        back_door
            .run("UPDATE person SET is_active = false WHERE login = 'officer'")
            .await;
        assert_eq!(fetch(&office, &officers).await.status, 404);
        office.new_letters();
    });
}

#[test]
fn an_address_is_a_secret_that_its_owner_alone_can_end() {
    on_each_office_and_database(async |office, database| {
        let (path, id) = subscribe(&office, "officer").await;
        let answer = fetch(&office, &path).await;
        for (name, expected) in [
            ("content-type", "text/calendar; charset=utf-8"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "private, no-cache"),
            ("x-robots-tag", "noindex"),
        ] {
            assert_eq!(answer.header(name), Some(expected), "{name}");
        }
        let token = path
            .strip_prefix("/cal/")
            .unwrap()
            .strip_suffix(".ics")
            .unwrap();
        let mut back_door = database.back_door().await;
        let kept = back_door
            .lines("SELECT token_hash AS line FROM calendar_feed")
            .await;
        assert!(!kept.concat().contains(token));
        let list = office.get("officer", "/api/v1/me/feeds").await;
        assert!(!list.text().contains(token));
        assert_eq!(list.good()["data"][0]["fetched_at"], "2026-03-02T01:00:00Z");
        assert_eq!(
            office.get("head", "/api/v1/me/feeds").await.good()["data"],
            json!([])
        );
        let revoke = async |login: &str| {
            let request = TestRequest::delete().uri(&format!("/api/v1/me/feeds/{id}"));
            office.send(login, request).await.status
        };
        assert_eq!(revoke("head").await, 404);
        assert_eq!(fetch(&office, &path).await.status, 200);
        assert_eq!(revoke("officer").await, 204);
        assert_eq!(fetch(&office, &path).await.status, 410);
        assert_eq!(revoke("officer").await, 404);
        for path in ["/cal/x.ics", "/cal/.ics", &path.replace("/cal/", "/cal/A")] {
            assert_eq!(fetch(&office, path).await.status, 404, "{path}");
        }
        let acts = back_door
            .lines("SELECT act AS line FROM security_event WHERE act LIKE 'calendar_feed%' ORDER BY seq")
            .await;
        assert_eq!(acts, ["calendar_feed.added", "calendar_feed.revoked"]);
    });
}

#[test]
fn nobody_has_more_than_ten_and_a_name_must_be_given() {
    on_each_office(async |office| {
        for _each in 0..10 {
            subscribe(&office, "officer").await;
        }
        let try_one = async |name: &str| {
            let body = json!({ "name": name });
            let answer = office
                .post("officer", "/api/v1/me/feeds", None, &body)
                .await;
            assert_eq!(answer.failure(), (422, "validation.failed".into()));
            answer.json()["errors"][0]["code"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(try_one("手机").await, "calendar_feed.too_many");
        assert_eq!(try_one(" ").await, "validation.empty");
    });
}

#[test]
fn the_page_makes_an_address_shows_it_once_and_ends_it() {
    on_each_office(async |office| {
        let browser = office.browser();
        browser.sign_in("officer").await;
        let page = browser.get("/me/feeds").await;
        assert_eq!(page.status, 200);
        let refused = browser.submit(&page, "/me/feeds", &[("name", "")]).await;
        assert_eq!(refused.status, 422);
        let made = browser
            .submit(&page, "/me/feeds", &[("name", "办公手机")])
            .await;
        assert_eq!(made.status, 200);
        let marker = "value=\"http://gc.example";
        let path = made
            .text()
            .split(marker)
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        assert_eq!(fetch(&office, path).await.status, 200);
        let again = browser.get("/me/feeds").await;
        assert!(!again.text().contains(path) && again.text().contains("办公手机"));
        let action = again.text().split("action=\"/me/feeds/").nth(1).unwrap();
        let action = format!("/me/feeds/{}", action.split('"').next().unwrap());
        assert_eq!(browser.submit(&again, &action, &[]).await.status, 303);
        assert_eq!(fetch(&office, path).await.status, 410);
    });
}
