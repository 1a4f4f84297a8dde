//! What of a thing somebody reads: every member of every answer, for everybody. The list is
//! `right/field.csv`; a member that somebody gets to see who did not before fails.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::{TABLE, card_of, late_project, request};
use crate::{
    harness::{
        office::{Office, on_each_office},
        work::Project,
    },
    openapi::operations,
};

/// Answers about projects, stages, alerts, cards and people.
const ANSWERS: [&str; 17] = [
    "explainClock",
    "getAlert",
    "getCard",
    "getMe",
    "getPerson",
    "getProgress",
    "getProject",
    "getProjectLedger",
    "getStage",
    "listAlerts",
    "listCards",
    "listEvents",
    "listPeople",
    "listProjectEvents",
    "listProjects",
    "listStages",
    "listUnits",
];

/// A late project with everything that is for the office alone: an internal note, a plain one, an instruction,
/// an explanation, a stop, an absence.
async fn whole_project(office: &Office) -> (Project, String, String) {
    let (project, alert) = late_project(office).await;
    let card = card_of(office, &project).await;
    let act = async |login: &str, path: String, body: Value| {
        let tag = office.stage(&project, "P01").await;
        assert!(tag.is_object());
        let answer = office
            .post(
                login,
                &format!("/api/v1{path}"),
                Some(&project.tag()),
                &body,
            )
            .await;
        assert!(answer.status < 300, "{path}: {}", answer.text());
    };
    let stage = format!("/stages/{}", project.stage("P01"));
    let internal = json!({ "text": "内部意见", "is_internal": true });
    act("officer", format!("{stage}/notes"), internal).await;
    let public = json!({ "text": "已送会签", "expected_on": "2026-03-20" });
    act("officer", format!("{stage}/notes"), public).await;
    let said = json!({ "instruction": "请今日会签", "new_date": "2026-03-18" });
    act("head", format!("/alerts/{alert}/acknowledgement"), said).await;
    let said = json!({ "text": "专家未到", "alternative_on": "2026-03-19" });
    act("officer", format!("/cards/{card}/explanation"), said).await;
    act(
        "officer",
        format!("{stage}/stops"),
        json!({ "reason": "expert_review", "text": "送专家评审" }),
    )
    .await;
    let plan = json!({ "from": "2026-03", "shares": [40, 100] });
    office.stage(&project, "P01").await;
    let request = TestRequest::put()
        .uri(&format!("/api/v1/projects/{}/progress/plan", project.code))
        .insert_header(("If-Match", project.tag()))
        .set_json(plan);
    assert_eq!(office.send("efficacy", request).await.status, 200);
    let away = json!({ "from_on": "2026-04-06", "until_on": "2026-04-07", "reason": "sick" });
    let person = crate::harness::staff::person_id("officer");
    act("officer", format!("/people/{person}/absences"), away).await;
    office.turn().await;
    office.new_letters();
    (project, alert, card)
}

/// The members of an answer that say something, each by its path; what stands in a list counts once.
fn members(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                members(value, &path, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                members(item, path, found);
            }
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(path.to_owned()),
    }
}

/// Who reads which member: `getStage,stage.officer.phone` with one letter for everybody in turn.
async fn readers(office: &Office) -> BTreeMap<String, String> {
    let (project, alert, card) = whole_project(office).await;
    let near = request::near(&project, &alert, &card);
    let operations = operations(office).await;
    let people: Vec<_> = TABLE.who[2..].to_vec();
    let mut readers: BTreeMap<String, String> = BTreeMap::new();
    for answer in ANSWERS {
        let operation = operations.iter().find(|operation| operation.id == answer);
        for (place, login) in people.iter().enumerate() {
            let request = request::request(operation.unwrap(), &near, login);
            let heard = office.send(login, request).await;
            let mut found = Vec::new();
            if heard.status == 200 {
                members(&heard.json(), "", &mut found);
            }
            for member in found {
                let line = readers
                    .entry(format!("{answer},{member}"))
                    .or_insert_with(|| ".".repeat(people.len()));
                line.replace_range(place..=place, "x");
            }
        }
    }
    readers
}

/// What no outsider may read, whatever the list says: it is about the people of the office and their work.
const FOR_THE_OFFICE: [&str; 5] = ["phone", "email", "login", "instruction", "absences"];

#[test]
fn everybody_reads_the_members_that_the_list_says_and_no_more() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/right/field.csv");
    on_each_office(async |office| {
        let people = TABLE.who[2..].join(" ");
        let mut text = format!("# {people}\n");
        for (member, who) in readers(&office).await {
            let name = member.rsplit(['.', ',']).next().unwrap();
            let is_own = member.starts_with("getMe,");
            if FOR_THE_OFFICE.contains(&name) && !is_own {
                assert!(who.starts_with(".."), "an outsider reads {member}");
            }
            writeln!(text, "{member},{who}").unwrap();
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, &text).unwrap();
            return;
        }
        let kept = fs::read_to_string(&path).unwrap();
        let lines = |one: &str, other: &str| -> Vec<String> {
            let other: Vec<&str> = other.lines().collect();
            let new = one.lines().filter(|line| !other.contains(line));
            new.map(str::to_owned).collect()
        };
        let (more, less) = (lines(&text, &kept), lines(&kept, &text));
        assert!(
            more.is_empty() && less.is_empty(),
            "not as listed (UPDATE_GOLDEN=1 writes the list anew; read what has changed):\nnow {more:#?}\nlisted {less:#?}"
        );
    });
}
