//! Investors: they read how far their project is, and nothing that is meant for the office.

use serde_json::json;

use crate::{
    harness::{
        html,
        office::{Office, on_each_office},
        staff,
        work::Project,
    },
    right::late_project,
};

/// What only the office may read.
const CANARY: &str = "金丝雀-7731";
/// A date that a supervisor has set.
const NEW_DATE: &str = "2026-03-18";
/// What everybody may read who belongs to the project.
const PUBLIC: &str = "公开进展 8842";

/// A late project with an internal note, a public one, an instruction and a new officer.
async fn project_with_secrets(office: &Office) -> Project {
    let (project, alert) = late_project(office).await;
    let body = json!({ "text": format!("内部意见 {CANARY}"), "is_internal": true });
    office
        .try_act("officer", (&project, "P01"), "notes", &body)
        .await
        .good();
    office.note("officer", &project, "P01", PUBLIC).await;
    let body = json!({ "instruction": format!("要求 {CANARY}"), "new_date": NEW_DATE });
    let path = format!("/api/v1/alerts/{alert}/acknowledgement");
    let tag = project.tag();
    office.post("head", &path, Some(&tag), &body).await.good();
    office.stage(&project, "P01").await;
    office.assign("head", (&project, "P01"), "colleague").await;
    office.turn().await;
    office.new_letters();
    project
}

/// Nobody's telephone but the reader's own, and nothing internal.
fn check(login: &str, what: &str, body: &str) {
    let others = staff::logins().filter(|other| *other != login);
    let phones = others.map(staff::phone_of);
    for secret in phones.chain([CANARY.to_owned(), NEW_DATE.to_owned()]) {
        assert!(
            !body.contains(&secret),
            "{login} reads {secret} in {what}:\n{body}"
        );
    }
}

#[test]
fn over_the_api_they_read_no_internal_note_no_instruction_and_no_telephone() {
    on_each_office(async |office| {
        let project = project_with_secrets(&office).await;
        // The office itself reads all of it, so the search finds what it looks for.
        let mut seen = office.project("supervisor", &project).await.to_string();
        for path in [
            format!("/api/v1/projects/{}/events", project.code),
            format!("/api/v1/stages/{}", project.stage("P01")),
        ] {
            seen.push_str(office.get("supervisor", &path).await.text());
        }
        let phone = staff::phone_of("colleague");
        for secret in [CANARY, PUBLIC, NEW_DATE, &phone] {
            assert!(seen.contains(secret), "{secret}");
        }
        let paths = [
            format!("/api/v1/projects/{}", project.code),
            format!("/api/v1/projects/{}/events", project.code),
            format!("/api/v1/stages/{}", project.stage("P01")),
            "/api/v1/projects".to_owned(),
            "/api/v1/me".to_owned(),
        ];
        for (number, path) in paths.iter().enumerate() {
            let answer = office.get("investor", path).await;
            assert_eq!(answer.status, 200, "{path}");
            check("investor", path, answer.text());
            // What was written for them stands in the record and at its stage.
            let tells = [1, 2].contains(&number);
            assert_eq!(answer.text().contains(PUBLIC), tells, "{path}");
        }
    });
}

#[test]
fn on_pages_they_read_no_internal_note_no_instruction_and_no_telephone() {
    on_each_office(async |office| {
        let project = project_with_secrets(&office).await;
        let readers = [
            ("investor", "zh-Hans"),
            ("investor", "en"),
            ("", "zh-Hans"),
            ("", "en"),
        ];
        for (login, language) in readers {
            let browser = office.browser();
            browser.prefer(language);
            if login.is_empty() {
                browser.enter(&project.code, &project.query_code).await;
            } else {
                browser.sign_in(login).await;
            }
            let page = browser.get(&format!("/p/{}", project.code)).await;
            assert_eq!(page.status, 200);
            check(login, "the page", page.text());
            assert!(page.text().contains("海龙精密三期"));
            // A guest reads what happened, not what was written about it.
            let text = html::text(page.text());
            assert_eq!(text.contains(PUBLIC), !login.is_empty(), "{text}");
            // The desk is not theirs.
            let bench = format!("/desk/stages/{}", project.stage("P01"));
            let refused = browser.get(&bench).await;
            assert_eq!(refused.status, if login.is_empty() { 303 } else { 403 });
            check(login, "the refusal", refused.text());
        }
    });
}

#[test]
fn why_a_clock_stands_is_told_however_much_was_written_since() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        office.stop("officer", &project, "P01").await;
        // More than any page reads of the record.
        for line in 0..205 {
            let text = format!("第 {line} 次联系专家组");
            office.note("officer", &project, "P01", &text).await;
        }
        let seen = office.project("investor", &project).await;
        let phases = seen["phases"].as_array().unwrap().iter();
        let mut stages = phases.flat_map(|phase| phase["stages"].as_array().unwrap());
        let stage = stages.find(|stage| stage["code"] == "P01").unwrap();
        assert_eq!(stage["stops"][0]["text"], "送专家评审");
        let bench = office.stage(&project, "P01").await;
        assert_eq!(bench["stage"]["stops"][0]["text"], "送专家评审");
    });
}
