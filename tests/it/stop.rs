//! Stops: in whose court, until when, entered late; what the investor says and who hears of it.

use serde_json::{Value, json};
use time::macros::date;

use crate::harness::{
    office::{Office, on_each_office},
    work::Project,
};

async fn act(
    office: &Office,
    who: &str,
    (of, stage): (&Project, &str),
    act: &str,
    body: Value,
) -> Value {
    office.try_act(who, (of, stage), act, &body).await.good()
}

#[test]
fn a_stop_in_the_investors_court_is_told_and_silence_is_consent() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("power-officer", &project, "U01").await;
        office.turn().await;
        office.new_letters();
        let wish = json!({ "reason": "applicant_request", "text": "等待业主设计", "expected_on": "2026-03-16" });
        let stopped = act(&office, "power-officer", (&project, "U01"), "stops", wish).await;
        assert_eq!(stopped["stage"]["stops"][0]["consent"], "asked");
        assert_eq!(stopped["stage"]["turn"]["party"], "investor");
        office.turn().await;
        office.expect_letters(&[("investor", "stop_to_answer")]);
        office.pass_to(date!(2026 - 03 - 04)).await;
        let seen = office.stage(&project, "U01").await;
        assert_eq!(seen["stage"]["stops"][0]["consent"], "silent");
        let late = json!({ "agrees": false, "text": "不同意" });
        let answer = office
            .try_act("investor", (&project, "U01"), "stop-answer", &late)
            .await;
        assert_eq!(answer.failure().1, "stage.stop.nothing_to_answer");
    });
}

#[test]
fn an_objection_flags_the_stop_and_is_told() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("power-officer", &project, "U01").await;
        let wish = json!({ "reason": "applicant_request", "text": "等待业主设计" });
        act(&office, "power-officer", (&project, "U01"), "stops", wish).await;
        office.turn().await;
        office.new_letters();
        let no = json!({ "agrees": false, "text": "我方没有提出申请" });
        let answered = act(&office, "investor", (&project, "U01"), "stop-answer", no).await;
        assert_eq!(answered["stage"]["stops"][0]["consent"], "refused");
        assert_eq!(answered["history"][0]["kind"], "stop_answered");
        office.turn().await;
        let expected = [
            ("efficacy", "stop_to_review"),
            ("power-head", "stop_to_review"),
            ("power-officer", "stop_objected"),
            ("steward", "stop_objected"),
            ("supervisor", "stop_to_review"),
        ];
        office.expect_letters(&expected);
        // The rival is not asked, and hears that there is no such stage.
        let yes = json!({ "agrees": true });
        let answer = office
            .try_act("rival", (&project, "U01"), "stop-answer", &yes)
            .await;
        assert_eq!(answer.status, 404);
    });
}

#[test]
fn a_stop_that_outlasts_its_date_is_told_once() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let wish =
            json!({ "reason": "expert_review", "text": "送审", "expected_on": "2026-03-05" });
        act(&office, "officer", (&project, "P01"), "stops", wish).await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.new_letters();
        office.pass_to(date!(2026 - 03 - 06)).await;
        let expected = [("head", "stop_expired"), ("officer", "stop_expired")];
        office.expect_kinds(&["stop_expired"], &expected);
        office.pass_to(date!(2026 - 03 - 20)).await;
        office.expect_kinds(&["stop_expired"], &[]);
        // Nothing else rings while the clock stands.
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["lamp"], "paused");
    });
}

#[test]
fn a_stop_entered_late_says_why_and_moves_what_follows() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        office.pass_to(date!(2026 - 03 - 10)).await;
        // Seven working days from Monday the second: the eleventh. Two stops that overlap take out the
        // fourth, the fifth and the sixth, once.
        for (from, until) in [("2026-03-03", "2026-03-05"), ("2026-03-04", "2026-03-06")] {
            let over = json!({
                "reason": "expert_review", "text": "专家评审", "on": from, "resumed_on": until,
                "late_reason": "评审期间系统停机",
            });
            act(&office, "officer", (&project, "P01"), "stops", over).await;
        }
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["state"], "running");
        assert_eq!(seen["stage"]["promised_on"], "2026-03-16");
        assert_eq!(seen["stage"]["first_promised_on"], "2026-03-11");
        let lines = seen["history"].as_array().unwrap();
        let late = lines.iter().filter(|line| line["kind"] == "clock_stopped");
        assert!(late.clone().all(|line| line["is_late_entry"] == true));
        assert_eq!(late.count(), 2);
        office.new_letters();
    });
}

/// U01 stands at the investor's request, as the power company says; the investor says it asked for nothing.
async fn objected(office: &Office) -> Project {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("power-officer", &project, "U01").await;
    let wish = json!({ "reason": "applicant_request", "text": "等待业主设计" });
    act(office, "power-officer", (&project, "U01"), "stops", wish).await;
    let no = json!({ "agrees": false, "text": "我方没有提出申请" });
    act(office, "investor", (&project, "U01"), "stop-answer", no).await;
    office.pass_to(date!(2026 - 03 - 04)).await;
    office.new_letters();
    project
}

#[test]
fn an_annulled_stop_takes_no_day_out_and_everybody_concerned_hears_it() {
    on_each_office(async |office| {
        let project = objected(&office).await;
        let board = office.get("supervisor", "/api/v1/alerts").await.good();
        assert_eq!(board["data"][0]["rung"], "stop_objected", "{board}");
        let bare = json!({ "instruction": "已阅", "new_date": "2026-03-09" });
        let path = board["data"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/alerts/{path}/acknowledgement");
        let bare = office
            .post("supervisor", &path, Some(&project.tag()), &bare)
            .await;
        assert_eq!(
            bare.failure().1,
            "alert.needs_review",
            "seen is not looked into"
        );
        let wrong = json!({ "is_upheld": false, "text": "未见申请" });
        let own = office
            .try_act("power-head", (&project, "U01"), "stop-review", &wrong)
            .await;
        assert_eq!(own.failure().0, 403, "the unit does not judge its own stop");
        let before = office.stage(&project, "U01").await;
        let annulled = act(
            &office,
            "supervisor",
            (&project, "U01"),
            "stop-review",
            wrong,
        )
        .await;
        let stop = &annulled["stage"]["stops"][0];
        assert_eq!(
            (&stop["consent"], &stop["days"]),
            (&json!("annulled"), &json!(0))
        );
        assert_eq!(annulled["stage"]["state"], "running");
        let first = &before["stage"]["first_promised_on"];
        assert_eq!(
            &annulled["stage"]["promised_on"], first,
            "as if it had never stood"
        );
        office.turn().await;
        let told = [
            ("investor", "stop_annulled"),
            ("power-officer", "stop_annulled"),
        ];
        office.expect_letters(&told);
        let board = office.get("supervisor", "/api/v1/alerts").await.good();
        assert_eq!(board["data"], json!([]), "nothing is left to look into");
        let again = json!({ "is_upheld": true, "text": "再看一次" });
        let again = office
            .try_act("supervisor", (&project, "U01"), "stop-review", &again)
            .await;
        assert_eq!(again.failure().1, "stage.stop.nothing_to_review");
    });
}

#[test]
fn an_upheld_stop_stands() {
    on_each_office(async |office| {
        let project = objected(&office).await;
        let right = json!({ "is_upheld": true, "text": "申请书在卷" });
        let upheld = act(&office, "efficacy", (&project, "U01"), "stop-review", right).await;
        assert_eq!(upheld["stage"]["state"], "stopped");
        assert_eq!(upheld["stage"]["stops"][0]["consent"], "upheld");
        office.turn().await;
        let told = [
            ("investor", "stop_upheld"),
            ("power-officer", "stop_upheld"),
        ];
        office.expect_letters(&told);
    });
}

#[test]
fn the_end_of_a_stop_may_be_put_off_within_its_cap_and_is_watched_anew() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let revise = async |on: &str| {
            let body = json!({ "expected_on": on, "text": "专家改期" });
            let path = (&project, "P01");
            office
                .try_act("officer", path, "stop-revision", &body)
                .await
        };
        let runs = revise("2026-03-10").await;
        assert_eq!(runs.failure().1, "stage.clock.runs");
        let wish =
            json!({ "reason": "expert_review", "text": "送审", "expected_on": "2026-03-05" });
        act(&office, "officer", (&project, "P01"), "stops", wish).await;
        let past = revise("2026-03-02").await;
        assert_eq!(past.failure().1, "date.expected_in_past");
        let far = revise("2026-12-31").await;
        assert_eq!(far.failure().1, "stage.stop.beyond_cap");
        office.pass_to(date!(2026 - 03 - 06)).await;
        office.new_letters();
        let revised = revise("2026-03-10").await.good();
        assert_eq!(revised["stage"]["stops"][0]["expected_on"], "2026-03-10");
        let lines = revised["history"].as_array().unwrap().iter();
        let mut lines = lines.filter(|line| line["kind"] == "stop_revised");
        assert_eq!(lines.next().unwrap()["new_on"], "2026-03-10");
        office.pass_to(date!(2026 - 03 - 10)).await;
        office.expect_kinds(&["stop_expired"], &[]);
        office.pass_to(date!(2026 - 03 - 11)).await;
        let expected = [("head", "stop_expired"), ("officer", "stop_expired")];
        office.expect_kinds(&["stop_expired"], &expected);
    });
}
