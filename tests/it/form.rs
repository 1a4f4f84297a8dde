//! Forms: the whole work without a line of JavaScript, and what a refused form gives back.

use serde_json::json;
use time::macros::date;

use crate::harness::{browser::form, html, office::on_each_office, staff};

#[test]
fn an_officer_works_with_forms_alone() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let browser = office.browser();
        let desk = browser.sign_in("officer").await;
        let bench = format!("/desk/stages/{}", project.stage("P01"));
        assert!(desk.text().contains(&bench), "{}", desk.text());
        let send = async |act: &str, fields: &[(&str, &str)]| {
            let page = browser.get(&bench).await;
            let answer = browser
                .submit(&page, &format!("{bench}/{act}"), fields)
                .await;
            let shown = browser.follow(&answer).await;
            assert_eq!(shown.status, 200);
            assert!(
                shown.text().contains("role=\"status\""),
                "{act} is not confirmed"
            );
            shown
        };
        send("accept", &[]).await;
        send("note", &[("text", "已送会签"), ("visibility", "public")]).await;
        send(
            "stop",
            &[("reason", "expert_review"), ("text", "送专家评审")],
        )
        .await;
        send("resume", &[]).await;
        let done = send("complete", &[("result", "予以许可")]).await;
        assert!(html::text(done.text()).contains("予以许可"));
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["state"], "done");
        let kinds: Vec<&str> = seen["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["kind"].as_str().unwrap())
            .collect();
        for kind in [
            "stage_accepted",
            "progress_noted",
            "clock_stopped",
            "clock_resumed",
            "stage_completed",
        ] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
    });
}

#[test]
fn a_form_that_is_too_large_is_answered_with_a_page_that_says_the_limit() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let note = format!("/desk/stages/{}/note", project.stage("P01"));
        let much = "x".repeat(300 * 1_024);
        for (language, title, limit) in [
            ("zh-Hans", "提交的内容过多", "最多提交 256 KB"),
            ("en", "That is too much for one form", "at most 256 KB"),
        ] {
            let browser = office.browser();
            browser.prefer(language);
            for (login, path) in [
                ("", "/status"),
                ("", "/auth/sign-in"),
                ("officer", &note),
                ("officer", "/auth/sign-out"),
            ] {
                if !login.is_empty() {
                    browser.sign_in(login).await;
                }
                let answer = browser.post(path, &[("text", &much)]).await;
                let place = format!("{path} in {language}");
                assert_eq!(answer.status, 413, "{place}");
                assert_eq!(answer.header("content-language"), Some(language), "{place}");
                let text = html::text(answer.text());
                assert!(
                    text.contains(title) && text.contains(limit),
                    "{place}: {text}"
                );
                assert!(!text.contains("xxx"), "{place}");
            }
        }
    });
}

#[test]
fn a_head_assigns_and_a_supervisor_answers_with_forms() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let head = office.browser();
        head.sign_in("head").await;
        let bench = format!("/desk/stages/{}", project.stage("P01"));
        let page = head.get(&bench).await;
        let officer = staff::person_id("officer");
        let answer = head
            .submit(&page, &format!("{bench}/assign"), &[("officer", &officer)])
            .await;
        assert_eq!(answer.status, 303);
        office.turn().await;
        office.expect_letters(&[("officer", "assigned")]);
        office.stage(&project, "P01").await;
        office.accept("officer", &project, "P01").await;
        office.pass_to(date!(2026 - 03 - 12)).await;
        office.new_letters();
        let supervisor = office.browser();
        let board = supervisor.sign_in("supervisor").await;
        let tags = html::tags(board.text());
        let alert = tags
            .iter()
            .filter_map(|tag| tag.get("href"))
            .find(|link| link.starts_with("/board/alerts/"));
        let alert = alert.unwrap().to_owned();
        let page = supervisor.get(&alert).await;
        let action = format!("{alert}/acknowledge");
        // A date that has gone by comes back, with what was typed.
        let typed = [("instruction", "请专人跟进"), ("new_date", "2026-03-11")];
        let refused = supervisor.submit(&page, &action, &typed).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        let kept = form(&refused, &action);
        for (name, value) in typed {
            assert!(
                kept.fields.contains(&(name.into(), value.into())),
                "{kept:?}"
            );
        }
        let answer = supervisor
            .submit(&refused, &action, &[("new_date", "2026-03-20")])
            .await;
        let page = supervisor.follow(&answer).await;
        assert!(html::text(page.text()).contains("请专人跟进"));
    });
}

/// What is typed into the form of which act, and which fields are then marked.
type Refused = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

const REFUSED: [Refused; 5] = [
    (
        "note",
        &[("text", " "), ("expected_on", "2026-02-30")],
        &["note-text", "note-expected_on"],
    ),
    (
        "note",
        &[
            ("text", "保留 <的> \"文字\""),
            ("expected_on", "2026-03-01"),
        ],
        &["note-expected_on"],
    ),
    (
        "stop",
        &[("reason", ""), ("text", "已送"), ("on", "2026-03-03")],
        &["stop-reason"],
    ),
    (
        "complete",
        &[("result", "已办结"), ("on", "2026-03-01")],
        &["complete-on"],
    ),
    (
        "complete",
        &[("result", ""), ("on", "x")],
        &["complete-on", "complete-result"],
    ),
];

#[test]
fn a_refused_form_comes_back_filled_with_a_summary_of_what_is_wrong() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let browser = office.browser();
        browser.sign_in("officer").await;
        let bench = format!("/desk/stages/{}", project.stage("P01"));
        for (act, typed, wrong) in REFUSED {
            let page = browser.get(&bench).await;
            let action = format!("{bench}/{act}");
            let refused = browser.submit(&page, &action, typed).await;
            assert_eq!(refused.status, 422, "{act} {typed:?}");
            let tags = html::tags(refused.text());
            let summary = tags
                .iter()
                .find(|tag| tag.get("id") == Some("errors"))
                .unwrap();
            assert_eq!(summary.get("role"), Some("alert"));
            for field in wrong {
                let link = format!("#{field}");
                assert!(
                    tags.iter().any(|tag| tag.get("href") == Some(&link)),
                    "{act}: {field}"
                );
                let marked = tags
                    .iter()
                    .find(|tag| tag.get("id") == Some(field))
                    .unwrap();
                assert_eq!(marked.get("aria-invalid"), Some("true"), "{marked:?}");
            }
            let kept = form(&refused, &action);
            for (name, value) in typed
                .iter()
                .filter(|(_, value)| !value.trim().is_empty() && *value != "x")
            {
                assert!(
                    kept.fields.contains(&((*name).into(), (*value).into())),
                    "{value} in {kept:?}"
                );
            }
            // The title tells, too: it is what is read out first.
            let title = tags.iter().find(|tag| tag.name == "title").unwrap();
            assert!(
                title.text.contains('：')
                    || title.text.starts_with('错')
                    || title.text.contains("有误"),
                "{}",
                title.text
            );
        }
        assert_eq!(office.stage(&project, "P01").await["version"], json!(6));
    });
}

#[test]
fn a_form_based_on_an_old_version_loses_nothing_that_was_typed() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let browser = office.browser();
        browser.sign_in("officer").await;
        let bench = format!("/desk/stages/{}", project.stage("P01"));
        let page = browser.get(&bench).await;
        office.note("head", &project, "P01", "负责人已过问").await;
        let action = format!("{bench}/note");
        let typed = [("text", "我写了很久的一段话"), ("visibility", "public")];
        let conflict = browser.submit(&page, &action, &typed).await;
        assert_eq!(conflict.status, 422);
        // The latest state is shown beside what was typed; sending again goes through.
        assert!(html::text(conflict.text()).contains("负责人已过问"));
        let answer = browser.submit(&conflict, &action, &[]).await;
        let page = browser.follow(&answer).await;
        assert!(html::text(page.text()).contains("我写了很久的一段话"));
    });
}

#[test]
fn a_form_from_elsewhere_is_refused() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        let browser = office.browser();
        browser.sign_in("officer").await;
        let bench = format!("/desk/stages/{}", project.stage("P01"));
        let action = format!("{bench}/accept");
        let sent = form(&browser.get(&bench).await, &action);
        let fields: Vec<(&str, &str)> = sent
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        for header in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
            ("Origin", "http://gc.example.evil.example"),
        ] {
            let answer = browser.post_with(&action, &fields, header).await;
            assert_eq!(answer.status, 403, "{header:?}");
        }
        for csrf in ["", "x"] {
            let wrong: Vec<_> = fields
                .iter()
                .map(|(name, value)| (*name, if *name == "csrf" { csrf } else { value }))
                .collect();
            assert_eq!(browser.post(&action, &wrong).await.status, 403, "{csrf:?}");
        }
        // Another person's value does not fit either.
        let other = office.browser();
        other.sign_in("colleague").await;
        assert_eq!(other.post(&action, &fields).await.status, 403);
        assert_eq!(
            office.stage(&project, "P01").await["stage"]["state"],
            "ready"
        );
        // Our own address goes through, with or without the newer header.
        let answer = browser
            .post_with(&action, &fields, ("Origin", "http://gc.example"))
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        // Signing in and out, and the query code, are forms as well.
        for path in ["/auth/sign-in", "/status", "/auth/sign-out"] {
            let header = ("Origin", "https://evil.example");
            assert_eq!(
                office
                    .browser()
                    .post_with(path, &[("csrf", "")], header)
                    .await
                    .status,
                403,
                "{path}"
            );
        }
    });
}
