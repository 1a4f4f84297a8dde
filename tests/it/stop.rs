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
            ("power-officer", "stop_objected"),
            ("steward", "stop_objected"),
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
