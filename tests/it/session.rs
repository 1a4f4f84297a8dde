//! Sessions: when they end, how many there are, who sees and ends them.

use actix_web::test::TestRequest;
use persistence::Tx;
use serde_json::Value;
use time::Duration;

use crate::harness::{
    browser::Browser,
    html,
    office::{Office, on_each_office, on_each_office_and_database},
    staff,
};

/// Lets time pass without a turn of the worker.
pub(crate) fn pass(office: &Office, minutes: i64) {
    let later = office.app.now() + Duration::minutes(minutes);
    office.app.clock.set(later);
}

async fn is_in(browser: &Browser<'_>, page: &str) -> bool {
    browser.get(page).await.status == 200
}

async fn sessions(office: &Office, login: &str) -> Vec<Value> {
    let list = office.get(login, "/api/v1/me/sessions").await.good();
    list["data"].as_array().unwrap().clone()
}

#[test]
fn staff_is_signed_out_after_half_an_hour_without_use_and_twelve_hours_in_any_case() {
    on_each_office(async |office| {
        let idle = office.browser();
        idle.sign_in("officer").await;
        pass(&office, 29);
        assert!(is_in(&idle, "/desk").await);
        pass(&office, 29);
        assert!(is_in(&idle, "/desk").await, "a use counts from then on");
        pass(&office, 30);
        assert!(!is_in(&idle, "/desk").await);
        let busy = office.browser();
        busy.sign_in("officer").await;
        for _quarter in 0..47 {
            pass(&office, 15);
            assert!(is_in(&busy, "/desk").await);
        }
        pass(&office, 14);
        assert!(is_in(&busy, "/desk").await);
        pass(&office, 1);
        assert!(!is_in(&busy, "/desk").await);
    });
}

#[test]
fn an_investor_has_an_hour_and_a_day() {
    on_each_office(async |office| {
        let browser = office.browser();
        browser.sign_in("investor").await;
        pass(&office, 59);
        assert!(is_in(&browser, "/projects").await);
        pass(&office, 60);
        assert!(!is_in(&browser, "/projects").await);
        browser.sign_in("investor").await;
        for _hour in 0..31 {
            pass(&office, 45);
            assert!(is_in(&browser, "/projects").await);
        }
        pass(&office, 45);
        assert!(!is_in(&browser, "/projects").await);
    });
}

#[test]
fn of_six_devices_the_one_used_longest_ago_is_signed_out() {
    on_each_office(async |office| {
        let browsers: Vec<Browser<'_>> = (0..6).map(|_| office.browser()).collect();
        for browser in &browsers[..5] {
            browser.sign_in("officer").await;
            pass(&office, 2);
        }
        // The first one is used, so the second one is the oldest.
        assert!(is_in(&browsers[0], "/desk").await);
        pass(&office, 2);
        browsers[5].sign_in("officer").await;
        assert_eq!(sessions(&office, "officer").await.len(), 5);
        for (number, browser) in browsers.iter().enumerate() {
            assert_eq!(is_in(browser, "/desk").await, number != 1, "{number}");
        }
    });
}

#[test]
fn a_cookie_from_before_is_worth_nothing_after_signing_in() {
    on_each_office(async |office| {
        let browser = office.browser();
        browser.sign_in("officer").await;
        let planted = browser.cookie("gc").unwrap();
        browser.sign_in("officer").await;
        assert_ne!(browser.cookie("gc"), Some(planted.clone()));
        let thief = office.browser();
        thief.plant("gc", &planted);
        assert!(!is_in(&thief, "/desk").await);
        assert_eq!(sessions(&office, "officer").await.len(), 1);
    });
}

#[test]
fn one_sees_and_ends_the_own_sessions_and_no_others() {
    on_each_office(async |office| {
        let (here, there) = (office.browser(), office.browser());
        here.sign_in("officer").await;
        there.sign_in("officer").await;
        let page = here.get("/me/security").await;
        let text = html::text(page.text());
        assert!(
            text.contains("本设备") && text.contains("192.0.2.7"),
            "{text}"
        );
        let stranger = office.browser();
        stranger.sign_in("head").await;
        let foreign = sessions(&office, "head").await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let answer = here
            .submit(&page, "/me/security/sessions", &[("session", &foreign)])
            .await;
        assert_eq!(answer.status, 404);
        assert!(is_in(&stranger, "/desk").await);
        let answer = here.submit(&page, "/me/security/sessions", &[]).await;
        assert_eq!(
            answer.header("location"),
            Some("/me/security?done=sessions_ended")
        );
        assert!(!is_in(&there, "/desk").await);
        assert!(is_in(&here, "/desk").await);
        // Over the API, too.
        there.sign_in("officer").await;
        let listed = sessions(&office, "officer").await;
        assert_eq!(listed.len(), 2);
        let id = listed[0]["id"].as_str().unwrap();
        let path = format!("/api/v1/me/sessions/{id}");
        let of_head = TestRequest::delete().uri(&path);
        assert_eq!(office.send("head", of_head).await.status, 404);
        let own = TestRequest::delete().uri(&path);
        assert_eq!(office.send("officer", own).await.status, 204);
        assert_eq!(sessions(&office, "officer").await.len(), 1);
    });
}

#[test]
fn what_ends_a_session_here_ends_it_on_every_replica_at_once() {
    on_each_office_and_database(async |office, database| {
        let twin = office.twin(database).await;
        let browser = office.browser();
        browser.sign_in("officer").await;
        let elsewhere = twin.browser();
        elsewhere.plant("gc", &browser.cookie("gc").unwrap());
        assert!(is_in(&elsewhere, "/desk").await);
        let path = format!("/api/v1/people/{}/sessions", staff::person_id("officer"));
        let request = TestRequest::delete().uri(&path);
        assert_eq!(office.send("security", request).await.status, 204);
        assert!(!is_in(&elsewhere, "/desk").await);
        assert!(!is_in(&browser, "/desk").await);
    });
}

#[test]
fn signing_out_forgets_what_the_browser_kept() {
    on_each_office(async |office| {
        let browser = office.browser();
        let desk = browser.sign_in("officer").await;
        let answer = browser.submit(&desk, "/auth/sign-out", &[]).await;
        assert_eq!(
            answer.header("clear-site-data"),
            Some("\"cache\", \"storage\"")
        );
        // Every page of somebody who is signed in has the button and says when the session ends.
        browser.sign_in("officer").await;
        for page in ["/desk", "/me/security", "/calculator"] {
            let shown = browser.get(page).await;
            assert!(shown.text().contains("action=\"/auth/sign-out\""), "{page}");
            assert!(shown.text().contains("不操作将于 09:30 退出登录"), "{page}");
        }
    });
}

#[test]
fn the_record_tells_who_came_and_went_and_names_nobody() {
    on_each_office_and_database(async |office, database| {
        let browser = office.browser();
        let desk = browser.sign_in("officer").await;
        browser.submit(&desk, "/auth/sign-out", &[]).await;
        let door = browser.get("/auth/sign-in").await;
        let wrong = [("login", "officer"), ("password", "not the right one")];
        for _try in 0..5 {
            browser.submit(&door, "/auth/sign-in", &wrong).await;
        }
        let zone = office.app.zone;
        let read = async |tx: &mut Tx| {
            let events = tx.security_events(zone, i64::MAX, 100).await?;
            Ok::<_, persistence::StoreError>((events, tx.verify_security_chain(zone).await?))
        };
        let (events, chain) = office.app.store.read(read).await.unwrap();
        let told: Vec<(&str, &str)> = events
            .iter()
            .rev()
            .map(|line| (line.event.act.code(), line.event.outcome.code()))
            .collect();
        let refused = ("sign_in", "refused");
        let expected = [
            ("sign_in", "done"),
            ("sign_out", "done"),
            refused,
            refused,
            refused,
            refused,
            refused,
            ("sign_in.locked", "refused"),
        ];
        assert_eq!(told, expected);
        assert_eq!(chain, Ok(8));
        let address = events
            .iter()
            .all(|line| line.event.address.as_deref() == Some("192.0.2.7"));
        assert!(address);
        let mut back_door = database.back_door().await;
        for (table, columns) in [
            ("security_event", "coalesce(object, '') || detail"),
            ("guess", "door"),
        ] {
            let lines = back_door
                .lines(&format!("SELECT {columns} AS line FROM {table}"))
                .await;
            for secret in ["officer", "承办人", "@", "192.0.2"] {
                assert!(lines.iter().all(|line| !line.contains(secret)), "{lines:?}");
            }
        }
    });
}
