//! Cards: issued once with a number, explained in time, appealed against, withdrawn; the miss stays.

use serde_json::{Value, json};
use time::macros::{date, datetime};

use crate::harness::{
    html,
    office::{Answer, Office, on_each_office},
    work::Project,
};

/// Every card that somebody oversees, the newest first.
async fn cards(office: &Office, login: &str, state: &str) -> Vec<Value> {
    let path = format!("/api/v1/cards?state={state}");
    let list = office.get(login, &path).await.good();
    list["data"].as_array().unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn numbers(cards: &[Value]) -> Vec<&str> {
    cards.iter().map(|card| text(&card["number"])).collect()
}

/// The key of the card of a rung.
async fn card(office: &Office, rung: &str) -> String {
    let all = cards(office, "efficacy", "all").await;
    let found = all.iter().find(|card| card["rung"] == rung);
    text(&found.unwrap_or_else(|| panic!("no {rung} card: {all:#?}"))["id"]).to_owned()
}

async fn see(office: &Office, login: &str, card: &str) -> Value {
    let path = format!("/api/v1/cards/{card}");
    office.get(login, &path).await.good()["card"].clone()
}

/// Tries an act upon a card, based on its latest edition.
async fn act(office: &Office, login: &str, (card, act): (&str, &str), body: Value) -> Answer {
    let path = format!("/api/v1/cards/{card}");
    let seen = office.get("efficacy", &path).await;
    let tag = seen.header("etag").unwrap().to_owned();
    office
        .post(login, &format!("{path}/{act}"), Some(&tag), &body)
        .await
}

fn why() -> Value {
    json!({ "text": "专家意见迟到" })
}

fn with_date(on: &str) -> Value {
    json!({ "text": "专家意见迟到", "alternative_on": on })
}

fn verdict(code: &str) -> Value {
    json!({ "verdict": code, "text": "情况属实" })
}

fn code(answer: &Answer) -> String {
    answer.failure().1
}

/// G01 accepted on Monday, 2 March: two working days, missed on Thursday the fifth.
async fn late(office: &Office) -> Project {
    let project = office.admit("海龙精密三期").await;
    office.accept("recruiter", &project, "G01").await;
    office.pass_to(date!(2026 - 03 - 05)).await;
    project
}

/// The kinds of letters that cards make.
const NEWS: [&str; 3] = ["card_appealed", "card_withdrawn", "card_appeal_rejected"];

#[test]
fn each_level_issues_one_card_with_the_next_number() {
    on_each_office(async |office| {
        let first = late(&office).await;
        let yellow = cards(&office, "efficacy", "all").await;
        assert_eq!(numbers(&yellow), ["Y-2026-0001"]);
        assert_eq!(yellow[0]["issued_on"], "2026-03-05");
        assert_eq!(yellow[0]["explain_by"], "2026-03-06");
        assert_eq!(yellow[0]["correct_by"], "2026-03-09");
        assert_eq!(yellow[0]["project"]["code"], first.code.as_str());
        for _again in 0..3 {
            office.turn().await;
        }
        assert_eq!(cards(&office, "efficacy", "all").await.len(), 1);
        // Two more are late on one day: consecutive numbers, none twice.
        for name in ["二号", "三号"] {
            let project = office.admit(name).await;
            office.accept("recruiter", &project, "G01").await;
        }
        office.pass_to(date!(2026 - 03 - 10)).await;
        let all = cards(&office, "efficacy", "all").await;
        let mut found = numbers(&all);
        found.sort_unstable();
        assert_eq!(
            found,
            ["R-2026-0001", "Y-2026-0001", "Y-2026-0002", "Y-2026-0003"]
        );
        // The record and the letters name them.
        let seen = office.stage(&first, "G01").await;
        let fired: Vec<&Value> = seen["history"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["kind"] == "rung_fired" && !line["card"].is_null())
            .collect();
        assert_eq!(fired[0]["card"], "R-2026-0001");
        assert_eq!(fired[1]["card"], "Y-2026-0001");
        let letters = office.new_letters();
        let told = |kind: &str, number: &str| {
            let about = letters.iter().filter(|letter| letter.kind == kind);
            about.filter(|letter| letter.text.contains(number)).count()
        };
        assert_eq!(told("yellow", "Y-2026-0001"), 3);
        assert_eq!(told("red", "R-2026-0001"), 5);
        let officers = letters
            .iter()
            .find(|letter| letter.listed() == ("recruiter", "red"));
        let red = &officers.unwrap().text;
        assert!(
            red.contains("3月11日前在系统中就 R-2026-0001 说明原因"),
            "{red}"
        );
    });
}

#[test]
fn a_card_is_explained_within_one_working_day_whatever_lies_between() {
    on_each_office(async |office| {
        office.pass_to(date!(2026 - 03 - 31)).await;
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        // Friday; Saturday to Monday are the Qingming holiday.
        office.pass_to(date!(2026 - 04 - 03)).await;
        office.new_letters();
        let card = card(&office, "yellow").await;
        let seen = see(&office, "chief", &card).await;
        assert_eq!(seen["issued_on"], "2026-04-03");
        assert_eq!(seen["explain_by"], "2026-04-07");
        office.pass_to(date!(2026 - 04 - 07)).await;
        assert_eq!(
            see(&office, "chief", &card).await["is_explained_late"],
            false
        );
        office.pass_to(date!(2026 - 04 - 08)).await;
        assert_eq!(
            see(&office, "chief", &card).await["is_explained_late"],
            true
        );
        office.new_letters();
    });
}

#[test]
fn the_reason_of_a_yellow_card_stays_in_the_office_and_is_given_once() {
    on_each_office(async |office| {
        let project = late(&office).await;
        office.new_letters();
        let card = card(&office, "yellow").await;
        let of = (card.as_str(), "explanation");
        let told = act(&office, "recruiter", of, why()).await.good();
        assert_eq!(told["card"]["explanation"]["text"], "专家意见迟到");
        assert_eq!(told["card"]["state"], "open");
        let again = act(&office, "chief", of, why()).await;
        assert_eq!(code(&again), "card.already_explained");
        let public = see(&office, "investor", &card).await;
        assert_eq!(public["number"], "Y-2026-0001");
        for hidden in ["explanation", "appeal", "explain_by", "correct_by"] {
            assert!(public[hidden].is_null(), "{hidden}: {public}");
        }
        let page = office.project("investor", &project).await.to_string();
        assert!(page.contains("Y-2026-0001") && !page.contains("专家意见迟到"));
    });
}

#[test]
fn a_red_card_is_explained_in_public_and_with_another_date() {
    on_each_office(async |office| {
        let project = late(&office).await;
        office.pass_to(date!(2026 - 03 - 10)).await;
        office.new_letters();
        let card = card(&office, "red").await;
        let of = (card.as_str(), "explanation");
        let bare = act(&office, "recruiter", of, why()).await;
        assert_eq!(bare.failure(), (409, "card.alternative_missing".into()));
        let past = act(&office, "recruiter", of, with_date("2026-03-09")).await;
        assert_eq!(code(&past), "date.expected_in_past");
        let seen = act(&office, "recruiter", of, with_date("2026-03-20"))
            .await
            .good();
        assert_eq!(seen["stage"]["expected_on"], "2026-03-20");
        assert_eq!(seen["stage"]["lamp"], "red", "the miss stays");
        let public = see(&office, "investor", &card).await;
        assert_eq!(public["explanation"]["text"], "专家意见迟到");
        assert_eq!(public["explanation"]["alternative_on"], "2026-03-20");
        let browser = office.browser();
        browser.sign_in("investor").await;
        let page = browser.get(&format!("/p/{}", project.code)).await;
        let shown = html::text(page.text());
        for words in [
            "红牌 R-2026-0001",
            "黄牌 Y-2026-0001",
            "专家意见迟到",
            "预计 3月20日",
        ] {
            assert!(shown.contains(words), "{words} in {shown}");
        }
    });
}

#[test]
fn a_withdrawn_card_is_shown_as_such_and_the_miss_stays() {
    on_each_office(async |office| {
        let project = late(&office).await;
        office.new_letters();
        let card = card(&office, "yellow").await;
        let waiting = office.get("supervisor", "/api/v1/alerts").await.good();
        assert_eq!(waiting["data"].as_array().unwrap().len(), 1);
        let early = act(&office, "efficacy", (&card, "decision"), verdict("reject")).await;
        assert_eq!(code(&early), "card.no_appeal");
        act(&office, "recruiter", (&card, "appeal"), why())
            .await
            .good();
        let again = act(&office, "chief", (&card, "appeal"), why()).await;
        assert_eq!(code(&again), "card.already_appealed");
        assert_eq!(see(&office, "investor", &card).await["state"], "open");
        assert_eq!(cards(&office, "efficacy", "appealed").await.len(), 1);
        office.turn().await;
        let letters = office.expect_kinds(&NEWS, &[("efficacy", "card_appealed")]);
        assert!(
            letters[0].text.contains("Y-2026-0001") && letters[0].text.contains("专家意见迟到")
        );
        assert!(letters[0].text.contains(&format!("/cards/{card}")));
        let back = act(
            &office,
            "efficacy",
            (&card, "decision"),
            verdict("withdraw"),
        )
        .await;
        let back = back.good();
        assert_eq!(back["card"]["state"], "withdrawn");
        office.turn().await;
        office.expect_kinds(&NEWS, &[("recruiter", "card_withdrawn")]);
        // No card, nothing to answer; late all the same.
        let seen = office.stage(&project, "G01").await;
        assert_eq!(seen["stage"]["rung"], Value::Null);
        assert_eq!(seen["stage"]["lamp"], "yellow");
        let waiting = office.get("supervisor", "/api/v1/alerts").await.good();
        assert_eq!(waiting["data"], json!([]));
        let public = see(&office, "investor", &card).await;
        assert_eq!(public["withdrawal"]["text"], "情况属实");
        for (login, what, body) in [
            ("recruiter", "explanation", why()),
            ("recruiter", "appeal", why()),
            ("efficacy", "decision", verdict("withdraw")),
        ] {
            let answer = act(&office, login, (&card, what), body).await;
            assert_eq!(answer.failure(), (409, "card.withdrawn".into()), "{what}");
        }
        // The ladder goes on.
        office.pass_to(date!(2026 - 03 - 10)).await;
        assert_eq!(office.stage(&project, "G01").await["stage"]["rung"], "red");
        assert_eq!(cards(&office, "efficacy", "withdrawn").await.len(), 1);
        office.new_letters();
    });
}

#[test]
fn a_rejected_appeal_leaves_the_card_in_force() {
    on_each_office(async |office| {
        let project = late(&office).await;
        let card = card(&office, "yellow").await;
        act(&office, "chief", (&card, "appeal"), why()).await.good();
        office.new_letters();
        let no = act(&office, "efficacy", (&card, "decision"), verdict("reject")).await;
        assert_eq!(no.good()["card"]["state"], "open");
        office.turn().await;
        let told = ["chief", "recruiter"].map(|who| (who, "card_appeal_rejected"));
        office.expect_kinds(&NEWS, &told);
        assert_eq!(
            office.stage(&project, "G01").await["stage"]["rung"],
            "yellow"
        );
        // Finished late, it keeps its card.
        office.complete("recruiter", &project, "G01").await;
        let seen = office.stage(&project, "G01").await;
        assert_eq!(seen["stage"]["lamp"], "done_late");
        assert_eq!(seen["stage"]["cards"][0]["state"], "open");
        assert_eq!(seen["stage"]["rung"], "yellow");
    });
}

#[test]
fn letters_of_a_card_that_was_taken_back_in_time_do_not_go_out() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        office.pass_to(date!(2026 - 03 - 04)).await;
        office.new_letters();
        // The sweep finds it at night; letters wait for the morning.
        office.app.clock.set(datetime!(2026-03-05 01:00 +8));
        office.turn().await;
        office.expect_letters(&[]);
        let card = card(&office, "yellow").await;
        act(
            &office,
            "efficacy",
            (&card, "decision"),
            verdict("withdraw"),
        )
        .await
        .good();
        office.app.clock.set(datetime!(2026-03-05 09:00 +8));
        office.turn().await;
        office.expect_letters(&[("recruiter", "card_withdrawn")]);
    });
}

#[test]
fn only_those_whom_it_concerns_act_upon_the_latest_edition() {
    on_each_office(async |office| {
        let project = late(&office).await;
        office.new_letters();
        let card = card(&office, "yellow").await;
        for (login, what, status) in [
            ("officer", "explanation", 403),
            ("stranger", "explanation", 404),
            ("strange-head", "appeal", 404),
            ("leader", "decision", 403),
            ("chief", "decision", 403),
        ] {
            let body = if what == "decision" {
                verdict("withdraw")
            } else {
                why()
            };
            let answer = act(&office, login, (&card, what), body).await;
            assert_eq!(answer.status, status, "{login} {what}: {}", answer.text());
        }
        let path = format!("/api/v1/cards/{card}");
        let tag = office
            .get("chief", &path)
            .await
            .header("etag")
            .unwrap()
            .to_owned();
        office.note("recruiter", &project, "G01", "已送会签").await;
        let stale = format!("{path}/explanation");
        let answer = office.post("chief", &stale, Some(&tag), &why()).await;
        assert_eq!(answer.failure(), (412, "conflict.version".into()));
        // Whoever answers for the stage decides upon no card of it, whatever else the person is.
        let g02 = office.stage(&project, "G02").await;
        assert_eq!(g02["stage"]["cards"], json!([]));
        assert_eq!(
            office.get("head", &path).await.status,
            200,
            "a unit of the project"
        );
        assert!(
            cards(&office, "head", "all").await.is_empty(),
            "another unit's card"
        );
        let strange = office.get("efficacy", "/api/v1/cards?state=lost").await;
        assert_eq!(strange.failure().0, 400);
        let none = office.get("efficacy", "/api/v1/cards/crd_0").await;
        assert_eq!(none.failure().0, 404);
    });
}

#[test]
fn a_list_of_cards_comes_page_by_page() {
    on_each_office(async |office| {
        for name in ["一号", "二号", "三号"] {
            let project = office.admit(name).await;
            office.accept("recruiter", &project, "G01").await;
        }
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.new_letters();
        let mut found = Vec::new();
        let mut path = "/api/v1/cards?limit=1".to_owned();
        loop {
            let list = office.get("efficacy", &path).await.good();
            let rows = list["data"].as_array().unwrap();
            found.extend(rows.iter().map(|card| text(&card["number"]).to_owned()));
            match list["page"]["next"].as_str() {
                Some(next) => path = format!("/api/v1/cards?limit=1&cursor={next}"),
                None => break,
            }
        }
        found.sort_unstable();
        assert_eq!(found, ["Y-2026-0001", "Y-2026-0002", "Y-2026-0003"]);
    });
}

#[test]
fn forms_alone_carry_a_card_from_its_issue_to_its_withdrawal() {
    on_each_office(async |office| {
        late(&office).await;
        office.pass_to(date!(2026 - 03 - 10)).await;
        office.new_letters();
        let card = card(&office, "red").await;
        let path = format!("/cards/{card}");
        let officer = office.browser();
        let desk = officer.sign_in("recruiter").await;
        assert!(desk.text().contains(&path), "{}", desk.text());
        let send = async |browser: &crate::harness::browser::Browser<'_>,
                          act: &str,
                          fields: &[(&str, &str)]| {
            let page = browser.get(&path).await;
            browser
                .submit(&page, &format!("{path}/{act}"), fields)
                .await
        };
        let refused = send(&officer, "explain", &[("text", "专家意见迟到")]).await;
        assert_eq!(refused.status, 422);
        let shown = html::text(refused.text());
        assert!(shown.contains("请给出新的办结日期"), "{shown}");
        let given = [("text", "专家意见迟到"), ("alternative_on", "2026-03-20")];
        let done = officer
            .follow(&send(&officer, "explain", &given).await)
            .await;
        assert!(html::text(done.text()).contains("原因已写入记录"));
        assert!(!officer.get("/desk").await.text().contains(&path));
        send(&officer, "appeal", &[("text", "材料当日才补齐")]).await;
        let clerk = office.browser();
        let board = clerk.sign_in("efficacy").await;
        assert!(
            html::text(board.text()).contains("待核定的申诉"),
            "{}",
            board.text()
        );
        assert!(
            html::text(board.text()).contains("逾期未说明原因"),
            "the yellow card"
        );
        let fields = [("verdict", "withdraw"), ("text", "情况属实")];
        let done = clerk.follow(&send(&clerk, "decide", &fields).await).await;
        let shown = html::text(done.text());
        assert!(
            shown.contains("决定已写入记录") && shown.contains("已撤销"),
            "{shown}"
        );
        office.new_letters();
    });
}
