//! Alerts: which rung tells whom, when, and what an answer to it does.

use serde_json::Value;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::harness::{
    html,
    office::{Office, on_each_office, on_each_office_and_database},
    staff,
};

/// 黄牌 of a stage in the unit of recruiter and chief.
const YELLOW: [(&str, &str); 3] = [
    ("recruiter", "yellow"),
    ("chief", "yellow"),
    ("steward", "yellow"),
];
/// 红牌 of the same.
const RED: [(&str, &str); 5] = [
    ("recruiter", "red"),
    ("chief", "red"),
    ("steward", "red"),
    ("efficacy", "red"),
    ("supervisor", "red"),
];

async fn alerts(office: &Office, login: &str) -> Vec<Value> {
    let list = office.get(login, "/api/v1/alerts").await.good();
    list["data"].as_array().unwrap().clone()
}

#[test]
fn a_stalled_stage_climbs_the_ladder_rung_by_rung() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        // Two working days are promised: until Wednesday, 4 March.
        office.accept("recruiter", &project, "G01").await;
        office.turn().await;
        office.expect_letters(&[]);
        office.pass_working_days(1).await;
        office.expect_letters(&[("recruiter", "remind")]);
        office.pass_working_days(1).await;
        office.expect_letters(&[]);
        office.pass_working_days(1).await;
        assert_eq!(office.today(), date!(2026 - 03 - 05));
        office.expect_letters(&YELLOW);
        // Three working days without a sign of work.
        office.pass_working_days(1).await;
        office.expect_letters(&[("recruiter", "silence")]);
        office.pass_working_days(1).await;
        office.expect_letters(&[]);
        // Three working days to correct it have gone by.
        office.pass_working_days(1).await;
        assert_eq!(office.today(), date!(2026 - 03 - 10));
        office.expect_letters(&RED);
        office.pass_working_days(4).await;
        office.expect_letters(&[]);
        office.pass_working_days(1).await;
        assert_eq!(office.today(), date!(2026 - 03 - 17));
        office.expect_letters(&[
            ("recruiter", "leadership"),
            ("chief", "leadership"),
            ("efficacy", "leadership"),
            ("supervisor", "leadership"),
            ("leader", "leadership"),
        ]);
        // Nothing twice, however long it lasts.
        office.pass_working_days(30).await;
        office.expect_letters(&[]);
    });
}

#[test]
fn a_stage_that_nobody_touches_reaches_its_officer() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        // Five working days of silence; U01 of the power company, which nobody has accepted, too.
        office.pass_to(date!(2026 - 03 - 09)).await;
        office.new_letters();
        office.pass_to(date!(2026 - 03 - 10)).await;
        office.expect_letters(&[("officer", "silence"), ("power-head", "silence")]);
    });
}

#[test]
fn a_sign_of_work_begins_the_silence_anew() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        office.pass_to(date!(2026 - 03 - 09)).await;
        office.note("officer", &project, "P01", "已送会签").await;
        office.new_letters();
        for day in [date!(2026 - 03 - 10), date!(2026 - 03 - 11)] {
            office.pass_to(day).await;
        }
        let letters = office.new_letters();
        assert!(
            letters.iter().all(|letter| letter.to != "officer"),
            "{letters:#?}"
        );
        // Silent again for five working days, meanwhile late.
        office.pass_to(date!(2026 - 03 - 17)).await;
        let mut kinds: Vec<_> = office
            .letters_to("officer")
            .into_iter()
            .map(|letter| letter.kind)
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["red", "remind", "silence"]);
        office.new_letters();
    });
}

#[test]
fn stopped_and_finished_stages_reach_nobody() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        office.stop("officer", &project, "P01").await;
        office.pass_working_days(40).await;
        // The other stages that became ready are silent; P01 and the two finished ones are not mentioned.
        let letters = office.new_letters();
        assert!(!letters.is_empty());
        for stage in ["G01", "G02", "P01"] {
            let name = office.stage(&project, stage).await["stage"]["name"].clone();
            let zh = name["zh"].as_str().unwrap();
            for letter in &letters {
                assert!(!letter.text.contains(zh), "{stage}: {letter:#?}");
            }
        }
        // Running again, it has all the days left that it had.
        let bench = office.resume("officer", &project, "P01").await;
        assert_eq!(bench["stage"]["lamp"], "green");
        office.pass_working_days(1).await;
        office.expect_letters(&[]);
    });
}

#[test]
fn a_worker_that_runs_five_times_tells_nobody_twice() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        for _again in 0..5 {
            let turn = office.turn().await;
            assert!(turn.swept.fired.is_empty(), "{turn:?}");
        }
        // The reminder fired as well, but a promise that is broken needs none.
        office.expect_letters(&YELLOW);
    });
}

#[test]
fn four_workers_at_once_tell_nobody_twice() {
    on_each_office_and_database(async |office, database| {
        for number in 0..5 {
            let project = office.admit(&format!("项目{number}")).await;
            office.accept("recruiter", &project, "G01").await;
        }
        office.app.clock.set(datetime!(2026-03-10 09:00 +8));
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let (app, mailer) = (office.app.clone(), office.mailer.clone());
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    for _turn in 0..3 {
                        let turn = api::worker::turn(&app, &mailer, Uuid::from_u128(worker));
                        runtime.block_on(turn).unwrap();
                    }
                });
            }
        });
        let letters = office.new_letters();
        // Per project: silence to the officer, red to five; who hears of red needs no reminder and no yellow.
        assert_eq!(letters.len(), 5 * (1 + 5));
        let ids = letters.iter().map(|letter| {
            let at = letter.headers.find("Message-ID:").unwrap();
            letter.headers[at..].lines().next().unwrap()
        });
        let ids: std::collections::BTreeSet<_> = ids.collect();
        assert_eq!(ids.len(), letters.len(), "a letter went out twice");
        let mut back_door = database.back_door().await;
        assert_eq!(back_door.count("alert").await, 5 * 4);
        assert_eq!(back_door.count("outbox").await, 50);
    });
}

#[test]
fn an_answered_alert_holds_the_higher_rungs_until_the_new_date() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.new_letters();
        let waiting = alerts(&office, "supervisor").await;
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0]["rung"], "yellow");
        assert_eq!(waiting[0]["project"]["code"], project.code.as_str());
        let alert = waiting[0]["id"].as_str().unwrap();
        let answer = office
            .acknowledge("supervisor", &project, alert, "2026-03-20")
            .await
            .good();
        let said = &answer["alert"]["acknowledgement"];
        assert_eq!(said["by"]["name"], staff::name_of("supervisor"));
        assert_eq!(said["new_date"], "2026-03-20");
        assert!(alerts(&office, "supervisor").await.is_empty());
        let again = office
            .acknowledge("chief", &project, alert, "2026-03-25")
            .await;
        assert_eq!(again.failure(), (409, "alert.already_acknowledged".into()));
        // Red would have come on 10 March and leadership on 17 March. The silence is not held.
        for _day in 0..11 {
            office.pass_working_days(1).await;
        }
        assert_eq!(office.today(), date!(2026 - 03 - 20));
        office.expect_letters(&[("recruiter", "silence")]);
        // The new date has gone by too: red, and five working days later leadership.
        office.pass_working_days(1).await;
        office.expect_letters(&RED);
        let waiting = alerts(&office, "chief").await;
        assert_eq!(waiting.len(), 1);
        assert_eq!(waiting[0]["rung"], "red");
        office.pass_to(date!(2026 - 03 - 30)).await;
        assert_eq!(office.new_letters().len(), 5);
    });
}

#[test]
fn a_finished_stage_leaves_nothing_to_answer() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.new_letters();
        let alert = alerts(&office, "supervisor").await[0]["id"].clone();
        let bench = office.complete("recruiter", &project, "G01").await;
        assert_eq!(bench["stage"]["lamp"], "done_late");
        assert!(alerts(&office, "supervisor").await.is_empty());
        let answer = office
            .acknowledge(
                "supervisor",
                &project,
                alert.as_str().unwrap(),
                "2026-03-20",
            )
            .await;
        assert_eq!(answer.failure(), (409, "alert.outdated".into()));
    });
}

#[test]
fn the_board_shows_what_is_overdue_and_who_was_told() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.new_letters();
        for login in ["supervisor", "chief", "leader", "efficacy"] {
            let browser = office.browser();
            let board = match login {
                "chief" => {
                    browser.sign_in(login).await;
                    browser.get("/board").await
                }
                _ => browser.sign_in(login).await,
            };
            assert_eq!(board.status, 200, "{login}");
            let text = html::text(board.text());
            for shown in [&project.code, "绿色通道认定", "黄牌", "招商丙"] {
                assert!(text.contains(shown), "{login}: {shown} in:\n{text}");
            }
        }
        // A head sees the own unit only.
        let head = office.browser();
        head.sign_in("head").await;
        let board = head.get("/board").await;
        assert_eq!(board.status, 200);
        assert!(!board.text().contains(&project.code));
    });
}
