//! From a proposal to moved dates: the preview, the second person, the worker's turns, the record and the letters.

use api::usecase::calendar::replan::{Pace, advance};
use domain::id::ProjectId;
use serde_json::{Value, json};
use time::{Date, macros::date};

use super::FRIDAY;
use crate::harness::{
    html,
    office::{Office, on_each_office, on_each_office_and_database},
    staff,
    work::Project,
};

/// Three projects: in two of them P01 of `officer` runs, in the third a stage of `recruiter`.
async fn running(office: &Office) -> [Project; 3] {
    let first = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &first, "P01").await;
    let second = office.admit_to_planning("新材料产业园").await;
    office.accept("officer", &second, "P01").await;
    let third = office.admit("光伏组件").await;
    office.accept("recruiter", &third, "G01").await;
    office.turn().await;
    office.new_letters();
    [first, second, third]
}

async fn due(office: &Office, project: &Project, stage: &str) -> Value {
    office.stage(project, stage).await["stage"]["promised_on"].clone()
}

fn row(project: &Project, stage: &str, old: &str, new: &str) -> [String; 5] {
    [&project.code, stage, old, new, "1"].map(str::to_owned)
}

/// The kinds of the newest lines about the calendar in a project's record, oldest first.
async fn calendar_lines(office: &Office, project: &Project) -> Vec<String> {
    let path = format!("/api/v1/projects/{}/events", project.id);
    let record = office.get("efficacy", &path).await.good();
    let lines = record["data"].as_array().unwrap().iter().rev();
    let kinds = lines.map(|line| line["kind"].as_str().unwrap().to_owned());
    let about = ["calendar_changed", "deadline_moved", "statutory_moved"];
    kinds
        .filter(|kind| about.contains(&kind.as_str()))
        .collect()
}

#[test]
fn a_holiday_is_previewed_approved_by_another_and_moves_exactly_what_was_shown() {
    on_each_office(async |office| {
        let [first, second, third] = running(&office).await;
        let before = due(&office, &first, "P01").await;
        let id = office.propose_holiday("system", FRIDAY).await;
        // Before the preview is done nobody can approve, and nothing has changed.
        let early = office.decide("efficacy", &id, "approval").await;
        assert_eq!(early.failure(), (409, "calendar.not_previewed".into()));
        office.turn().await;
        let seen = office.proposal(&id).await;
        assert_eq!(seen["state"], "previewed");
        assert_eq!(seen["days"][0]["on"], "2026-03-06");
        assert_eq!(seen["days"][0]["is"], "holiday");
        assert_eq!(seen["days"].as_array().unwrap().len(), 1);
        let preview = office.moves(&id, "preview").await;
        assert_eq!(
            preview,
            [
                row(&first, "P01", before.as_str().unwrap(), "2026-03-12"),
                row(&second, "P01", before.as_str().unwrap(), "2026-03-12"),
            ]
        );
        assert_eq!(due(&office, &first, "P01").await, before);
        let own = office.decide("system", &id, "approval").await;
        assert_eq!(own.failure(), (409, "calendar.own_proposal".into()));
        let approved = office.decide("efficacy", &id, "approval").await.good();
        assert_eq!(approved["state"], "approved");
        // The zone counts by it at once; the worker moves what was planned before.
        assert_eq!(office.present().await.version, 2);
        let turn = office.turn().await;
        assert_eq!((turn.planned.projects, turn.planned.moved), (3, 2));
        let seen = office.proposal(&id).await;
        assert_eq!(seen["state"], "applied");
        assert_eq!((&seen["previewed"], &seen["moved"]), (&2.into(), &2.into()));
        assert_eq!(office.moves(&id, "applied").await, preview);
        for project in [&first, &second] {
            assert_eq!(due(&office, project, "P01").await, "2026-03-12");
            let lines = calendar_lines(&office, project).await;
            assert_eq!(lines[..2], ["calendar_changed", "deadline_moved"]);
        }
        assert!(calendar_lines(&office, &third).await.is_empty());
        // Officer, steward and investor of the two projects, each by one letter with the own dates only.
        let letters = office.expect_letters(&[
            ("officer", "calendar_changed"),
            ("steward", "calendar_changed"),
            ("investor", "calendar_changed"),
        ]);
        for letter in &letters {
            for project in [&first, &second] {
                assert!(letter.text.contains(&project.code), "{}", letter.text);
            }
            assert!(!letter.text.contains(&third.code), "{}", letter.text);
            assert!(letter.text.contains("3月11日 → 3月12日，推后 1 个工作日"));
        }
        // Nothing twice.
        office.turn().await;
        office.pass_working_days(1).await;
        office.expect_letters(&[("recruiter", "remind")]);
        let again = office.decide("efficacy", &id, "approval").await;
        assert_eq!(again.failure(), (409, "calendar.decided".into()));
    });
}

#[test]
fn a_worker_that_dies_in_the_middle_is_continued_by_the_next() {
    on_each_office_and_database(async |office, database| {
        let projects = running(&office).await;
        let id = office.propose_holiday("system", FRIDAY).await;
        let one = Pace {
            projects: 1,
            batches: 1,
        };
        for done in 1..=3 {
            let planned = advance(&office.app, one).await.unwrap();
            assert!(planned.has_more && planned.projects == 1);
            let seen = office.proposal(&id).await;
            assert_eq!(seen["state"], "previewing");
            assert_eq!(seen["progress"]["done"], done);
            assert_eq!(seen["progress"]["total"], 3);
        }
        advance(&office.app, one).await.unwrap();
        assert_eq!(office.moves(&id, "preview").await.len(), 2);
        office.decide("efficacy", &id, "approval").await.good();
        // Projects go by their keys, so which of the two moves first is chance; one does while the other waits.
        loop {
            let planned = advance(&office.app, one).await.unwrap();
            assert_eq!(planned.projects, 1);
            if planned.moved > 0 {
                assert_eq!(planned.moved, 1);
                break;
            }
        }
        let mut dues = [
            due(&office, &projects[0], "P01").await.to_string(),
            due(&office, &projects[1], "P01").await.to_string(),
        ];
        dues.sort();
        assert_eq!(dues, ["\"2026-03-11\"", "\"2026-03-12\""]);
        // Nobody is told while the work is under way. Another process goes on, and nothing is done twice.
        office.new_letters();
        let store = database.store();
        let zone = office.app.zone;
        let second = office.app.clone();
        for _turn in 0..6 {
            advance(&second, one).await.unwrap();
        }
        let chain: Result<_, persistence::StoreError> = store
            .read(async |tx| {
                let id: ProjectId = projects[0].id.parse().unwrap();
                tx.verify_chain(zone, id).await
            })
            .await;
        chain.unwrap().unwrap();
        for project in &projects[..2] {
            assert_eq!(
                calendar_lines(&office, project).await[..2],
                ["calendar_changed", "deadline_moved"]
            );
            assert_eq!(due(&office, project, "P01").await, "2026-03-12");
        }
        assert_eq!(office.moves(&id, "applied").await.len(), 2);
        assert_eq!(office.proposal(&id).await["state"], "applied");
        office.turn().await;
        assert_eq!(office.new_letters().len(), 3);
    });
}

#[test]
fn several_workers_at_once_move_each_stage_once_and_tell_nobody_twice() {
    on_each_office_and_database(async |office, database| {
        running(&office).await;
        let id = office.propose_holiday("system", FRIDAY).await;
        office.turn().await;
        office.decide("efficacy", &id, "approval").await.good();
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let (app, mailer) = (office.app.clone(), office.mailer.clone());
                scope.spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .unwrap();
                    for _turn in 0..4 {
                        let turn = api::worker::turn(&app, &mailer, uuid::Uuid::from_u128(worker));
                        runtime.block_on(turn).unwrap();
                    }
                });
            }
        });
        assert_eq!(office.proposal(&id).await["state"], "applied");
        assert_eq!(office.moves(&id, "applied").await.len(), 2);
        assert_eq!(office.new_letters().len(), 3);
        let mut back_door = database.back_door().await;
        let moved =
            "SELECT CAST(count(*) AS TEXT) AS line FROM event WHERE kind = 'deadline_moved'";
        assert_eq!(back_door.lines(moved).await, ["2"]);
    });
}

#[test]
fn a_project_that_went_on_after_the_preview_is_planned_by_what_it_is_then() {
    on_each_office(async |office| {
        let [first, second, third] = running(&office).await;
        let id = office.propose_holiday("system", FRIDAY).await;
        office.turn().await;
        // One is finished meanwhile, another begins.
        office.complete("officer", &first, "P01").await;
        office.complete("recruiter", &third, "G01").await;
        office.accept("steward", &third, "G02").await;
        office.decide("efficacy", &id, "approval").await.good();
        office.turn().await;
        let seen = office.proposal(&id).await;
        assert_eq!(seen["previewed"], 2);
        let applied = office.moves(&id, "applied").await;
        assert_eq!(seen["moved"], applied.len());
        assert!(applied.contains(&row(&second, "P01", "2026-03-11", "2026-03-12")));
        assert!(
            applied.iter().all(|row| row[0] != first.code),
            "{applied:?}"
        );
        let browser = office.browser();
        browser.sign_in("efficacy").await;
        let page = browser.get(&format!("/calendar/proposals/{id}")).await;
        let text = html::text(page.text());
        if applied.len() != 2 {
            assert!(text.contains("其间项目仍在办理"), "{text}");
        }
        office.new_letters();
    });
}

#[test]
fn what_is_based_on_an_older_calendar_is_overtaken() {
    on_each_office(async |office| {
        running(&office).await;
        let slower = office
            .propose_holiday("system", date!(2026 - 03 - 12))
            .await;
        let faster = office.propose_holiday("efficacy", FRIDAY).await;
        // One after the other is previewed.
        office.turn().await;
        office.turn().await;
        assert_eq!(office.proposal(&slower).await["state"], "previewed");
        assert_eq!(office.proposal(&faster).await["state"], "previewed");
        office.decide("system", &faster, "approval").await.good();
        assert_eq!(office.proposal(&slower).await["state"], "stale");
        for decision in ["approval", "rejection"] {
            let late = office.decide("efficacy", &slower, decision).await;
            assert_eq!(late.failure(), (409, "calendar.stale".into()));
        }
        office.turn().await;
        assert!(office.present().await.is_working(date!(2026 - 03 - 12)));
        assert!(!office.present().await.is_working(FRIDAY));
        office.new_letters();
    });
}

#[test]
fn a_rejected_calendar_changes_nothing() {
    on_each_office(async |office| {
        let [first, ..] = running(&office).await;
        let before = office.present().await;
        let id = office.propose_holiday("efficacy", FRIDAY).await;
        let own = office.decide("efficacy", &id, "rejection").await;
        assert_eq!(own.failure(), (409, "calendar.own_proposal".into()));
        office.turn().await;
        let seen = office.decide("system", &id, "rejection").await.good();
        assert_eq!(seen["state"], "rejected");
        office.turn().await;
        assert_eq!(office.present().await, before);
        assert_eq!(due(&office, &first, "P01").await, "2026-03-11");
        let late = office.decide("system", &id, "approval").await;
        assert_eq!(late.failure(), (409, "calendar.decided".into()));
    });
}

#[test]
fn the_zones_own_day_wins_and_stays_when_the_country_changes() {
    on_each_office(async |office| {
        let [first, ..] = running(&office).await;
        let file = format!("date,kind,name\n{FRIDAY},off,博览会\n2026-03-14,work,\n");
        let id = office
            .propose("system", "?kind=local&note=x", ("text/csv", file))
            .await;
        office.turn().await;
        office.decide("efficacy", &id, "approval").await.good();
        office.turn().await;
        let own = office.present().await;
        assert_eq!((own.name.as_str(), own.version), ("zone", 2));
        assert_eq!(own.base.unwrap().version, 1);
        assert_eq!(due(&office, &first, "P01").await, "2026-03-12");
        // The country makes another day free; the zone's own day stays.
        let id = office
            .propose_holiday("efficacy", date!(2026 - 03 - 10))
            .await;
        office.turn().await;
        office.decide("system", &id, "approval").await.good();
        office.turn().await;
        let both = office.present().await;
        assert_eq!((both.name.as_str(), both.version), ("zone", 3));
        assert_eq!(both.base.as_ref().unwrap().version, 2);
        for (day, is_working) in [
            (FRIDAY, false),
            (date!(2026 - 03 - 10), false),
            (date!(2026 - 03 - 14), true),
        ] {
            assert_eq!(both.is_working(day), is_working, "{day}");
        }
        assert_eq!(due(&office, &first, "P01").await, "2026-03-13");
        let versions = office.get("officer", "/api/v1/calendar/versions").await;
        let versions = versions.good();
        let present: Vec<_> = versions["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|version| version["is_present"] == true)
            .collect();
        assert_eq!(present.len(), 1);
        assert_eq!(present[0]["version"], 3);
        // Taken back: an empty list.
        let empty = ("text/csv", "date,kind,name\n".to_owned());
        let id = office.propose("efficacy", "?kind=local", empty).await;
        office.turn().await;
        office.decide("system", &id, "approval").await.good();
        office.turn().await;
        assert!(office.present().await.is_working(FRIDAY));
        office.new_letters();
    });
}

#[test]
fn a_published_year_makes_provisional_dates_certain() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office
            .app
            .clock
            .set(time::macros::datetime!(2026-12-30 09:00 +8));
        office.accept("recruiter", &project, "G01").await;
        let seen = office.stage(&project, "G01").await;
        assert_eq!(seen["stage"]["promised_on"], "2027-01-01");
        assert_eq!(seen["stage"]["is_provisional"], true);
        let page = office.browser();
        let desk = page.sign_in("recruiter").await;
        assert!(html::text(desk.text()).contains("暂定"));
        let days = (1..=3).chain(10..=16);
        let lines = days.map(|day| format!("2027-01-{day:02},off,元旦\n"));
        let days = lines.collect::<Vec<_>>().concat();
        let file = format!("date,kind,name\n{days}");
        let id = office
            .propose("system", "?year=2027", ("text/csv", file))
            .await;
        office.turn().await;
        let shown = office.proposal(&id).await;
        assert_eq!(shown["years_published"], serde_json::json!([2027]));
        office.decide("efficacy", &id, "approval").await.good();
        office.turn().await;
        let seen = office.stage(&project, "G01").await;
        assert_eq!(seen["stage"]["promised_on"], "2027-01-04");
        assert_eq!(seen["stage"]["is_provisional"], false);
        office.new_letters();
    });
}

#[test]
fn an_alarm_rises_sixty_days_before_the_calendar_ends() {
    on_each_office(async |office| {
        let alarms = async |day: Date| {
            office.pass_to(day).await;
            let mut seen = Vec::new();
            for (login, path) in [("supervisor", "/board"), ("officer", "/calendar")] {
                let browser = office.browser();
                browser.sign_in(login).await;
                let page = browser.get(path).await;
                assert_eq!(page.status, 200);
                seen.push(html::text(page.text()).contains("之后没有日历"));
            }
            let health = office
                .call(actix_web::test::TestRequest::get().uri("/readyz"))
                .await;
            seen.push(health.json()["calendar"] == "ends soon");
            let api = office.get("officer", "/api/v1/calendar").await.good();
            assert_eq!(api["covered_until"], "2026-12-31");
            seen.push(api["is_coverage_ending"] == true);
            seen
        };
        assert_eq!(alarms(date!(2026 - 10 - 31)).await, [false; 4]);
        assert_eq!(alarms(date!(2026 - 11 - 01)).await, [true; 4]);
    });
}

#[test]
fn a_decision_about_a_calendar_is_based_on_what_was_seen() {
    on_each_office(async |office| {
        running(&office).await;
        let id = office.propose_holiday("system", FRIDAY).await;
        let path = format!("/api/v1/calendar/proposals/{id}");
        let tag = async || {
            let seen = office.get("efficacy", &path).await;
            seen.header("etag").unwrap().to_owned()
        };
        let early = tag().await;
        office.turn().await;
        for decision in ["approval", "rejection"] {
            let act = format!("{path}/{decision}");
            let send = async |tag: Option<&str>| {
                let answer = office.post("efficacy", &act, tag, &json!({})).await;
                answer.failure()
            };
            assert_eq!(send(None).await.0, 428);
            assert_eq!(
                send(Some(&early)).await,
                (412, "conflict.version".to_owned())
            );
        }
        let seen = tag().await;
        assert!(early.starts_with("\"v1-") && seen.starts_with("\"v2-"));
        let act = format!("{path}/approval");
        let approved = office.post("efficacy", &act, Some(&seen), &json!({})).await;
        assert!(approved.header("etag").unwrap().starts_with("\"v3-"));
        // Somebody else was faster: it is said who.
        let late = office.post("efficacy", &act, Some(&seen), &json!({})).await;
        assert_eq!(late.failure(), (412, "conflict.version".to_owned()));
        assert_eq!(late.json()["changed_by"], staff::name_of("efficacy"));
        office.turn().await;
        office.new_letters();
    });
}

#[test]
fn the_pages_show_propose_preview_and_approve() {
    on_each_office(async |office| {
        let [first, ..] = running(&office).await;
        let visitor = office.browser();
        visitor.sign_in("officer").await;
        let page = visitor.get("/calendar").await;
        let text = html::text(page.text());
        assert!(text.contains("国庆节") && !page.text().contains("/calendar/proposals\""));
        let refused = office.browser();
        refused.sign_in("investor").await;
        assert_eq!(refused.get("/calendar").await.status, 403);
        let author = office.browser();
        author.sign_in("system").await;
        let page = author.get("/calendar").await;
        let fields = [(
            "days",
            "date,kind,name\n2026-03-06,off,博览会\n2026-03-06,off,又一次\nx,y,z\n",
        )];
        let bad = [("kind", "local"), ("days", fields[0].1)];
        let answer = author.submit(&page, "/calendar/proposals", &bad).await;
        assert_eq!(answer.status, 422);
        let text = html::text(answer.text());
        assert!(
            text.contains("第 4 行：“x”不是") && text.contains("又一次"),
            "{text}"
        );
        let good = [
            ("kind", "local"),
            ("days", "date,kind,name\n2026-03-06,off,博览会\n"),
            ("note", "博览会"),
        ];
        let answer = author.submit(&page, "/calendar/proposals", &good).await;
        let page = author.follow(&answer).await;
        assert!(html::text(page.text()).contains("须由另一人决定"));
        office.turn().await;
        let other = office.browser();
        other.sign_in("efficacy").await;
        let list = other.get("/calendar").await;
        let at = list.text().find("/calendar/proposals/cpr_").unwrap();
        let path = list.text()[at..].split('"').next().unwrap().to_owned();
        let page = other.get(&path).await;
        let text = html::text(page.text());
        for shown in [
            &first.code,
            "2 个环节",
            "3月11日",
            "3月12日",
            "推后 1 个工作日",
            "博览会",
        ] {
            assert!(text.contains(shown), "{shown} in\n{text}");
        }
        let answer = other.submit(&page, &format!("{path}/approve"), &[]).await;
        let page = other.follow(&answer).await;
        assert!(html::text(page.text()).contains("已批准"));
        office.turn().await;
        let page = other.get(&path).await;
        assert!(html::text(page.text()).contains("已生效"));
        assert_eq!(office.letters_to("officer").len(), 1);
        assert!(office.letters_to("officer")[0].text.contains("（博览会）"));
        assert_eq!(staff::name_of("system"), "系统寅");
        office.new_letters();
    });
}
