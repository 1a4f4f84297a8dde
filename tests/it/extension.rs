//! More time: asked for before the last day, decided by somebody else, and protected while it waits.

use serde_json::{Value, json};
use time::macros::date;

use crate::harness::{
    office::{Office, on_each_office},
    work::Project,
};

async fn act(office: &Office, who: &str, of: &Project, act: &str, body: Value) -> Value {
    office.try_act(who, (of, "P01"), act, &body).await.good()
}

fn wish(days: u16) -> Value {
    json!({ "days": days, "reason": "coordination", "text": "需与交通部门会商" })
}

/// P01 accepted on Monday 2 March: seven working days, due on the eleventh.
async fn running(office: &Office) -> Project {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    office.pass_to(date!(2026 - 03 - 10)).await;
    office.new_letters();
    project
}

/// Whom a missed promise of P01 is told.
const YELLOW: [(&str, &str); 3] = [
    ("officer", "yellow"),
    ("head", "yellow"),
    ("steward", "yellow"),
];

#[test]
fn a_small_extension_is_for_the_head_and_moves_the_promise_when_granted() {
    on_each_office(async |office| {
        let project = running(&office).await;
        let asked = act(&office, "officer", &project, "extension-request", wish(3)).await;
        assert_eq!(asked["stage"]["extension"]["approver"], "head");
        assert_eq!(asked["stage"]["extension"]["proposed_on"], "2026-03-16");
        assert_eq!(
            asked["stage"]["promised_on"], "2026-03-11",
            "nothing moves yet"
        );
        office.turn().await;
        let kinds = ["extension_asked", "extension_granted", "yellow"];
        office.expect_kinds(&kinds, &[("head", "extension_asked")]);
        let yes = json!({ "is_granted": true });
        let granted = act(&office, "head", &project, "extension-decision", yes).await;
        assert_eq!(granted["stage"]["promised_on"], "2026-03-16");
        assert_eq!(
            granted["stage"]["first_promised_on"], "2026-03-11",
            "the first promise stays"
        );
        assert_eq!(granted["stage"]["extension"], Value::Null);
        office.pass_to(date!(2026 - 03 - 16)).await;
        office.expect_kinds(&kinds, &[("officer", "extension_granted")]);
        office.pass_to(date!(2026 - 03 - 17)).await;
        // The new date is missed like any other.
        office.expect_kinds(&["yellow"], &YELLOW);
    });
}

#[test]
fn a_pending_request_protects_and_its_rejection_brings_the_mark_back_at_once() {
    on_each_office(async |office| {
        let project = running(&office).await;
        act(&office, "officer", &project, "extension-request", wish(3)).await;
        office.pass_to(date!(2026 - 03 - 12)).await;
        let kinds = ["yellow", "decision_late"];
        // The promise is over, but asked for in time protects; that nobody decides is a miss of its own.
        let late = ["head", "efficacy", "supervisor", "leader"].map(|who| (who, "decision_late"));
        office.expect_kinds(&kinds, &late);
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["lamp"], "blue");
        let no = json!({ "is_granted": false, "text": "可按期办结" });
        let rejected = act(&office, "head", &project, "extension-decision", no).await;
        assert_eq!(rejected["stage"]["lamp"], "yellow");
        assert_eq!(rejected["stage"]["promised_on"], "2026-03-11");
        office.turn().await;
        office.expect_kinds(&kinds, &YELLOW);
        office.turn().await;
        office.expect_kinds(&kinds, &[]);
    });
}

#[test]
fn more_than_half_of_the_limit_is_for_the_efficacy_office() {
    on_each_office(async |office| {
        let project = running(&office).await;
        let asked = act(&office, "officer", &project, "extension-request", wish(4)).await;
        assert_eq!(asked["stage"]["extension"]["approver"], "efficacy_office");
        let yes = json!({ "is_granted": true });
        for who in ["head", "leader"] {
            let answer = office
                .try_act(who, (&project, "P01"), "extension-decision", &yes)
                .await;
            assert_eq!(
                answer.failure().1,
                "stage.extension.not_the_approver",
                "{who}"
            );
        }
        let granted = act(&office, "efficacy", &project, "extension-decision", yes).await;
        assert_eq!(granted["stage"]["promised_on"], "2026-03-17");
        // What was granted counts against the maximum of five days.
        let answer = office
            .try_act("officer", (&project, "P01"), "extension-request", &wish(2))
            .await;
        assert_eq!(answer.failure().1, "stage.extension.too_long");
    });
}

#[test]
fn a_request_lapses_with_the_finish() {
    on_each_office(async |office| {
        let project = running(&office).await;
        act(&office, "officer", &project, "extension-request", wish(3)).await;
        office.complete("officer", &project, "P01").await;
        let seen = office.stage(&project, "P01").await;
        assert_eq!(seen["stage"]["extension"], Value::Null);
        let lines = seen["history"].as_array().unwrap();
        assert!(lines.iter().any(|line| line["kind"] == "extension_lapsed"));
    });
}
