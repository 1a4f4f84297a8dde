//! Refusals: every rule that says no, provoked over the API.

use std::collections::BTreeSet;

use domain::refusal::Refusal;
use serde_json::{Value, json};
use time::macros::date;

use crate::harness::{
    office::{Answer, Office, on_each_office},
    staff::person_id,
    work::Project,
};

/// Before the first stage is accepted: who | stage | act | body | code | words of the sentence.
const READY: &str = r#"
officer   | P01 | acceptance | {}                                          | stage.waits           | G02
chief     | G01 | notes      | {"text":"x"}                                | stage.not_accepted    |
recruiter | G01 | acceptance | {"on":"2026-03-03"}                         | date.in_future        | 2026-03-03
recruiter | G01 | acceptance | {"on":"2026-02-27"}                         | date.before_admission | 2026-02-27 2026-03-02
"#;
/// While it runs.
const RUNNING: &str = r#"
chief     | G01 | acceptance | {}                                          | stage.already_accepted | 2026-03-02
recruiter | G01 | resumption | {}                                          | stage.clock.runs       |
recruiter | G01 | stops      | {"reason":"supplement","text":"x"}          | stage.stop.reason_not_allowed | supplement
recruiter | G01 | notes      | {"text":"x","expected_on":"2026-03-01"}     | date.expected_in_past  | 2026-03-01
recruiter | G01 | completion | {"result":"x","on":"2026-03-01"}            | date.before_acceptance | 2026-03-01 2026-03-02
chief     | G01 | assignment | {"officer":"recruiter"}                     | stage.already_assigned |
supervisor | G01 | stop-review | {"is_upheld":true,"text":"x"}             | stage.stop.nothing_to_review |
chief     | G01 | assignment | {"officer":"officer"}                       | stage.foreign_officer  |
"#;
/// When it is finished.
const FINISHED: &str = r#"
recruiter | G01 | notes      | {"text":"x"}                                | stage.finished | 2026-03-02
chief     | G01 | assignment | {"officer":"chief"}                         | stage.finished | 2026-03-02
recruiter | G01 | renewal    | {"text":"x"}                                | stage.validity.nothing_to_renew |
"#;
/// While a clock stands since 5 March.
const STOPPED: &str = r#"
officer   | P01 | stops      | {"reason":"expert_review","text":"x"}       | stage.clock.stopped   | 2026-03-05
officer   | P01 | resumption | {"on":"2026-03-04"}                         | date.resume_before_stop | 2026-03-04 2026-03-05
officer   | P01 | completion | {"on":"2026-03-04","result":"x"}            | date.before_last_stop | 2026-03-04 2026-03-05
investor  | P01 | stop-answer | {"agrees":true}                            | stage.stop.nothing_to_answer |
officer   | P01 | extension-request | {"days":1,"reason":"other","text":"x"} | stage.clock.stopped | 2026-03-05
"#;
/// P01 runs again since 5 March, and is due on 11 March; U01 is stopped in the investor's court.
const RESUMED: &str = r#"
officer   | P01 | stops      | {"reason":"expert_review","text":"x","expected_on":"2026-09-01"} | stage.stop.beyond_cap | 2026-09-01
officer   | P01 | stops      | {"reason":"expert_review","text":"x","on":"2026-03-02"} | date.late_without_reason | 2026-03-02 2026-03-05
head      | P01 | extension-decision | {"is_granted":true}                 | stage.extension.none_asked |
officer   | P01 | extension-request | {"days":9,"reason":"other","text":"x"} | stage.extension.too_long | 9 5
investor  | U01 | stop-answer | {"agrees":false}                           | stage.stop.objection_without_reason |
"#;
/// Five of seven days are asked for by the head of the unit.
const ASKED: &str = r#"
officer   | P01 | extension-request | {"days":1,"reason":"other","text":"x"} | stage.extension.pending | 2026-03-06
head      | P01 | extension-decision | {"is_granted":true}                 | stage.extension.own |
leader    | P01 | extension-decision | {"is_granted":true}                 | stage.extension.not_the_approver |
efficacy  | P01 | extension-decision | {"is_granted":false}                | stage.extension.rejection_without_reason |
"#;
/// On the last day of P01, and the day after.
const LAST_DAY: &str = r#"
officer   | P01 | extension-request | {"days":1,"reason":"other","text":"x"} | stage.extension.locked | 2026-03-11
"#;
const OVER: &str = r#"
officer   | P01 | extension-request | {"days":1,"reason":"other","text":"x"} | stage.extension.too_late | 2026-03-11
"#;
/// In a project that is finished.
const CLOSED: &str = r"
archivist | CASE | acceptance | {}                                         | project.closed | 2026-03-12
";

/// Checks a refusal: status, code, and a sentence in each language that shows its parameters.
pub(crate) fn refused(answer: &Answer, code: &str, shown: &str) {
    assert_eq!(answer.failure(), (409, code.to_owned()));
    let problem = answer.json();
    let message = |tag: &str| problem["messages"][tag].as_str().unwrap().to_owned();
    let (chinese, english) = (message("zh-Hans"), message("en"));
    let has_han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(has_han(&chinese), "{code}: {chinese}");
    assert!(!has_han(&english), "{code}: {english}");
    for sentence in [&chinese, &english] {
        assert!(!sentence.contains('{'), "{code}: {sentence}");
        for word in shown.split_whitespace() {
            assert!(sentence.contains(word), "{code}: {word} in {sentence}");
        }
    }
    assert_eq!(
        problem["type"],
        format!("http://gc.example/problems/{code}")
    );
    assert_eq!(problem["retryable"], false);
}

/// Provokes every refusal of a table, and adds its codes to `provoked`.
async fn provoke(
    office: &Office,
    project: &Project,
    table: &'static str,
    provoked: &mut BTreeSet<&'static str>,
) {
    for line in table.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [login, stage, act, body, code, shown] = cells.try_into().unwrap();
        let mut body: Value = serde_json::from_str(body).unwrap();
        if let Some(officer) = body["officer"].as_str() {
            body["officer"] = json!(person_id(officer));
        }
        let tag = project.tag();
        let answer = office.try_act(login, (project, stage), act, &body).await;
        refused(&answer, code, shown);
        assert_eq!(project.tag(), tag, "a refusal changes nothing");
        provoked.insert(code);
    }
}

/// Provoked where alerts, calendars, works, cards and permits are; `stage.unknown` cannot be reached, for a stage
/// that is not there is a 404, and no rule needs an officer yet.
const ELSEWHERE: [&str; 42] = [
    "alert.already_acknowledged",
    "alert.needs_review",
    "alert.outdated",
    // Provoked where permits are.
    "stage.validity.over",
    "stage.validity.used_up",
    "stage.extension.not_allowed",
    "calendar.decided",
    "calendar.not_previewed",
    "calendar.own_proposal",
    "calendar.stale",
    "stage.nobody_assigned",
    "stage.unknown",
    // Provoked where progress is.
    "progress.not_planned",
    "progress.plan.falls",
    "progress.plan.outside",
    "progress.plan.too_long",
    "progress.plan.unchanged",
    "progress.plan.unfinished",
    "progress.plan.without_reason",
    "progress.report.ahead",
    "progress.report.before_plan",
    "progress.report.out_of_line",
    "progress.report.reported",
    "card.withdrawn",
    "card.already_explained",
    "card.alternative_missing",
    "card.already_appealed",
    "card.no_appeal",
    "card.own",
    // Provoked where the organisation is.
    "project.already_entrusted",
    "unit.has_people",
    "unit.has_work",
    "person.has_work",
    "person.successor_unfit",
    "person.own_account",
    "person.administrations_exclude",
    "absence.overlaps",
    "absence.over",
    "import.flawed",
    "import.committed",
    "import.at_work",
    "import.has_roles",
];

#[test]
fn every_rule_says_no_with_a_stable_code_in_both_languages() {
    on_each_office(async |office| {
        let mut seen = BTreeSet::new();
        let project = office.admit("海龙精密三期").await;
        provoke(&office, &project, READY, &mut seen).await;
        office.accept("recruiter", &project, "G01").await;
        provoke(&office, &project, RUNNING, &mut seen).await;
        office.complete("recruiter", &project, "G01").await;
        provoke(&office, &project, FINISHED, &mut seen).await;
        office.accept("steward", &project, "G02").await;
        office.complete("steward", &project, "G02").await;
        office.accept("officer", &project, "P01").await;
        office.pass_to(date!(2026 - 03 - 05)).await;
        office.stop("officer", &project, "P01").await;
        provoke(&office, &project, STOPPED, &mut seen).await;
        let act = async |login, stage, act, body| {
            let done = office.try_act(login, (&project, stage), act, &body).await;
            done.good()
        };
        act("officer", "P01", "resumption", json!({})).await;
        act("power-officer", "U01", "acceptance", json!({})).await;
        let wish = json!({ "reason": "applicant_request", "text": "等待业主设计" });
        act("power-officer", "U01", "stops", wish).await;
        provoke(&office, &project, RESUMED, &mut seen).await;
        let wish = json!({ "days": 5, "reason": "coordination", "text": "会商" });
        act("head", "P01", "extension-request", wish).await;
        provoke(&office, &project, ASKED, &mut seen).await;
        let no = json!({ "is_granted": false, "text": "按原期限办理" });
        act("efficacy", "P01", "extension-decision", no).await;
        office.pass_to(date!(2026 - 03 - 11)).await;
        provoke(&office, &project, LAST_DAY, &mut seen).await;
        office.pass_to(date!(2026 - 03 - 12)).await;
        provoke(&office, &project, OVER, &mut seen).await;
        let more = json!({ "template": "imported-case" });
        let closed = office.admit_with("历史办件", more).await;
        office.accept("archivist", &closed, "CASE").await;
        office.complete("archivist", &closed, "CASE").await;
        provoke(&office, &closed, CLOSED, &mut seen).await;
        let missing = Refusal::CODES.iter().filter(|code| !seen.contains(**code));
        let missing: BTreeSet<&str> = missing.copied().collect();
        assert_eq!(missing, BTreeSet::from(ELSEWHERE));
        office.new_letters();
    });
}

#[test]
fn only_those_who_may_work_on_a_stage_become_responsible() {
    on_each_office(async |office| {
        let project = office.admit("海龙精密三期").await;
        // The efficacy office's own clerk cannot work on stages, though the unit is the right one.
        let body = json!({ "officer": person_id("efficacy") });
        let answer = office
            .try_act("efficacy", (&project, "G02"), "assignment", &body)
            .await;
        refused(&answer, "stage.foreign_officer", "");
        // Nor does a form make somebody from elsewhere responsible.
        let browser = office.browser();
        browser.sign_in("recruiter").await;
        let stage = project.stage("G01");
        let bench = browser.get(&format!("/desk/stages/{stage}")).await;
        let action = format!("/desk/stages/{stage}/accept");
        let stranger = person_id("stranger");
        let answer = browser
            .submit(&bench, &action, &[("officer", &stranger)])
            .await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        let seen = office.stage(&project, "G01").await;
        assert_eq!(seen["stage"]["state"], "ready");
    });
}
