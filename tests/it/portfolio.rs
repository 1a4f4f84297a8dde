//! An investor with an account: none, one or several projects.

use serde_json::json;
use time::macros::date;

use crate::harness::{
    html,
    office::{Office, on_each_office},
    work::Project,
};

/// What the investor must know of a project at a glance, in the order of the page.
fn at_a_glance(page: &str, shown: &[&str]) {
    let text = html::text(page);
    let mut rest = text.as_str();
    for words in shown {
        let at = rest.find(words);
        let at = at.unwrap_or_else(|| panic!("{words} is not, or not in its place, in:\n{text}"));
        rest = &rest[at + words.len()..];
    }
}

/// Three projects on the day after a promise was missed: one that waits to be accepted, one in time, and the
/// late one.
async fn three(office: &Office) -> [Project; 3] {
    let ready = office.admit("Northern Lights").await;
    let late = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &late, "P01").await;
    office.pass_to(date!(2026 - 03 - 12)).await;
    let running = office.admit_to_planning("临港冷链").await;
    office.accept("officer", &running, "P01").await;
    office.new_letters();
    [ready, running, late]
}

#[test]
fn several_projects_are_a_list_with_the_gravest_first() {
    on_each_office(async |office| {
        let projects = three(&office).await;
        let [ready, running, late] = &projects;
        let other = office
            .admit_with("别人的项目", json!({ "contacts": [] }))
            .await;
        let browser = office.browser();
        let page = browser.sign_in("investor").await;
        assert_eq!(page.status, 200);
        // Above the list what is gravest; then every project with its date, turn and lamp.
        #[rustfmt::skip]
        let expected = [
            "1 个项目超过承诺期限", "海龙精密三期", &late.code, "3月11日", "超 1 个工作日",
            "全部项目", "3",
            "3月11日", "海龙精密三期", &late.code, "自然资源和规划分局",
            "3月23日", "临港冷链", &running.code, "自然资源和规划分局",
            "Northern Lights", &ready.code, "投资促进局",
        ];
        at_a_glance(page.text(), &expected);
        assert!(!page.text().contains(&other.code));
        for project in &projects {
            let path = format!("/p/{}", project.code);
            assert!(page.text().contains(&format!("href=\"{path}\"")), "{path}");
            let shown = browser.get(&path).await;
            assert!(shown.text().contains("href=\"/projects\""), "{path}");
        }
        // The front page leads here too.
        let again = browser.follow(&browser.get("/").await).await;
        assert_eq!(html::text(again.text()), html::text(page.text()));
        browser.prefer("en");
        let page = browser.get("/projects").await;
        at_a_glance(page.text(), &["One project is late", "11 Mar"]);
    });
}

#[test]
fn one_project_is_shown_at_once_and_none_is_said() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        let investor = office.browser();
        let answer = investor.sign_in("investor").await;
        let own = format!("/p/{}", project.code);
        assert_eq!(answer.header("location"), Some(own.as_str()));
        assert_eq!(investor.follow(&answer).await.status, 200);
        let rival = office.browser();
        let page = rival.sign_in("rival").await;
        at_a_glance(page.text(), &["还没有登记在您名下的项目"]);
        assert!(!page.text().contains(&project.code));
        // Without a project of one's own, a code may still be typed in.
        assert_eq!(rival.get("/").await.status, 200);
    });
}

#[test]
fn the_list_is_for_investors_who_are_signed_in() {
    on_each_office(async |office| {
        let stranger = office.browser().get("/projects").await;
        let sign_in = Some("/auth/sign-in?next=/projects");
        assert_eq!(
            (stranger.status, stranger.header("location")),
            (303, sign_in)
        );
        for login in ["officer", "head", "supervisor", "leader", "system"] {
            let browser = office.browser();
            browser.sign_in(login).await;
            assert_eq!(browser.get("/projects").await.status, 403, "{login}");
        }
    });
}
