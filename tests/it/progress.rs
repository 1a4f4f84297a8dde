//! Progress of works: planned, reported month by month, shown with a lamp of its own, and gathered on the board.

use actix_web::{http::header, test::TestRequest};
use persistence::StoreError;
use serde_json::{Value, json};
use time::{Date, macros::date};

use crate::{
    harness::{
        html,
        office::{Answer, Office, on_each_office},
        staff::name_of,
        work::Project,
    },
    refusal::refused,
};

/// Works that start in March 2026 and end in June.
fn plan() -> Value {
    json!({ "from": "2026-03", "shares": [10, 40, 70, 100] })
}

fn report(month: &str, share: u8) -> Value {
    json!({ "month": month, "share": share, "text": "基础施工完成" })
}

impl Office {
    /// Tries to plan the works or to report on them, based on the newest edition.
    async fn tell(&self, login: &str, project: &Project, (what, body): (&str, &Value)) -> Answer {
        let path = format!("/api/v1/projects/{}/progress/{what}", project.code);
        let seen = self.get("efficacy", &progress_path(project)).await;
        let request = match what {
            "plan" => TestRequest::put(),
            _ => TestRequest::post(),
        };
        let request = request.uri(&path).set_json(body);
        let tag = seen.header("etag").unwrap().to_owned();
        let request = request.insert_header((header::IF_MATCH, tag));
        self.send(login, request).await
    }

    async fn plan(&self, project: &Project, body: &Value) -> Value {
        self.tell("efficacy", project, ("plan", body)).await.good()
    }

    async fn report(&self, project: &Project, body: &Value) -> Value {
        let answer = self.tell("steward", project, ("reports", body)).await;
        answer.good()
    }

    /// The lamp with the codes of its reasons, as the investor reads it.
    async fn works(&self, project: &Project) -> (String, Vec<String>) {
        let seen = self.project("investor", project).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let reasons = seen["progress"]["reasons"].as_array().unwrap().iter();
        let reasons = reasons.map(|reason| text(&reason["code"]));
        (text(&seen["progress"]["lamp"]), reasons.collect())
    }

    /// A project whose template knows no start of works, so that only reports count.
    async fn admit_case(&self, name: &str) -> Project {
        self.admit_with(name, json!({ "template": "imported-case" }))
            .await
    }
}

fn progress_path(project: &Project) -> String {
    format!("/api/v1/projects/{}/progress", project.id)
}

fn lamp(code: &str, reasons: &[&str]) -> (String, Vec<String>) {
    let reasons = reasons.iter().map(|reason| (*reason).to_owned());
    (code.to_owned(), reasons.collect())
}

#[test]
fn a_plan_and_a_report_are_kept_and_read_by_everybody_of_the_project() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        assert_eq!(
            office.project("investor", &project).await["progress"],
            Value::Null
        );
        let bare = office.get("investor", &progress_path(&project)).await;
        assert_eq!(bare.good()["progress"], Value::Null);
        office.plan(&project, &plan()).await;
        let told = office.report(&project, &report("2026-03", 8)).await;
        let works = &told["progress"];
        assert_eq!(works["lamp"], "green");
        assert_eq!(works["plan"]["until"], "2026-06");
        assert_eq!(works["plan"]["shares"], json!([10, 40, 70, 100]));
        assert_eq!(works["reports"][0]["share"], 8);
        assert_eq!(works["reports"][0]["planned"], 10);
        // The investor reads it with the name, but not the telephone number.
        let seen = office.project("investor", &project).await;
        let newest = &seen["progress"]["newest"];
        assert_eq!(newest["text"], "基础施工完成");
        assert_eq!(newest["by"]["name"], name_of("steward"));
        assert_eq!(newest["by"]["phone"], Value::Null);
        let path = format!("/api/v1/projects/{}/events", project.id);
        let record = office.get("investor", &path).await.good();
        let kinds: Vec<&str> = record["data"].as_array().unwrap()[..2]
            .iter()
            .map(|line| line["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["progress_reported", "progress_planned"]);
        office.new_letters();
    });
}

#[test]
fn another_plan_says_old_and_new_and_the_first_stays() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        office.plan(&project, &plan()).await;
        let slower =
            json!({ "from": "2026-03", "shares": [10, 30, 60, 80, 100], "reason": "汛期停工" });
        let told = office.plan(&project, &slower).await;
        assert_eq!(told["progress"]["plan"]["until"], "2026-07");
        assert_eq!(told["progress"]["first_plan"]["until"], "2026-06");
        let path = format!("/api/v1/projects/{}/events", project.id);
        let record = office.get("investor", &path).await.good();
        let line = &record["data"][0];
        assert_eq!(line["text"], "汛期停工");
        assert_eq!(
            line["progress"]["planned"],
            json!({
                "months": { "from": "2026-03", "until": "2026-07" },
                "old_months": { "from": "2026-03", "until": "2026-06" },
                "change": { "month": "2026-04", "old": 40, "new": 30 },
            })
        );
        office.new_letters();
    });
}

#[test]
fn the_lamp_follows_start_share_and_reports() {
    on_each_office(async |office| {
        // The works of a project that waits for its permits do not start.
        let waiting = office.admit("光伏组件").await;
        office.plan(&waiting, &plan()).await;
        let built = office.admit_case("海龙精密三期").await;
        office.plan(&built, &plan()).await;
        assert_eq!(office.works(&waiting).await, lamp("green", &[]));
        office.pass_to(date!(2026 - 04 - 01)).await;
        assert_eq!(
            office.works(&waiting).await,
            lamp("yellow", &["not_started"])
        );
        assert_eq!(office.works(&built).await, lamp("green", &[]));
        // Five working days of grace, a holiday between them.
        office.pass_to(date!(2026 - 04 - 08)).await;
        assert_eq!(office.works(&built).await, lamp("green", &[]));
        office.pass_to(date!(2026 - 04 - 09)).await;
        assert_eq!(office.works(&built).await, lamp("yellow", &["unreported"]));
        office.report(&built, &report("2026-03", 10)).await;
        assert_eq!(office.works(&built).await, lamp("green", &[]));
        office.report(&built, &report("2026-04", 20)).await;
        assert_eq!(office.works(&built).await, lamp("green", &[]));
        office.pass_to(date!(2026 - 05 - 06)).await;
        assert_eq!(office.works(&built).await, lamp("yellow", &["behind"]));
        office.pass_to(date!(2026 - 06 - 01)).await;
        assert_eq!(office.works(&waiting).await, lamp("red", &["not_started"]));
        office.new_letters();
    });
}

#[test]
fn the_board_shows_what_is_behind_worst_first() {
    on_each_office(async |office| {
        let waiting = office.admit_to_planning("光伏组件").await;
        office.plan(&waiting, &plan()).await;
        let slow = office.admit_case("海龙精密三期").await;
        office.plan(&slow, &plan()).await;
        let fine = office.admit_case("新材料产业园").await;
        office.plan(&fine, &plan()).await;
        office.pass_to(date!(2026 - 05 - 06)).await;
        office.report(&slow, &report("2026-04", 5)).await;
        office.report(&fine, &report("2026-04", 45)).await;
        let supervisor = office.browser();
        supervisor.sign_in("supervisor").await;
        let page = supervisor.get("/board").await;
        let place = |project: &Project| {
            let table = page.text().split("id=\"behind-h\"").nth(1).unwrap();
            let table = table.split("</table>").next().unwrap();
            table.find(&format!("/p/{}\"", project.code))
        };
        assert!(place(&slow).unwrap() < place(&waiting).unwrap());
        assert_eq!(place(&fine), None);
        let text = html::text(page.text());
        assert!(text.contains("2026年4月底计划 40%，实际 5%，落后 35 个百分点"));
        assert!(text.contains("计划2026年3月开工，已过 2 个月仍未开工"));
        // A head sees those in which the unit has a stage.
        for (login, sees) in [("head", true), ("strange-head", false)] {
            let browser = office.browser();
            browser.sign_in(login).await;
            let page = browser.get("/board").await;
            let shown = page.text().contains("id=\"behind-h\"");
            assert_eq!(shown, sees, "{login}");
            assert!(!page.text().contains(&slow.code), "{login}");
        }
        office.new_letters();
    });
}

/// The projects that a query finds behind on `today`.
async fn found_behind(office: &Office, today: Date) -> Vec<String> {
    let zone = office.app.zone;
    let found: Result<_, StoreError> = office
        .app
        .store
        .read(async |tx| tx.projects_behind(zone, (None, today), 10).await)
        .await;
    found.unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn another_calendar_moves_the_days_to_report_in() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        office.plan(&project, &plan()).await;
        let ninth = date!(2026 - 04 - 09);
        let expected = vec![project.id.clone()];
        assert_eq!(found_behind(&office, date!(2026 - 04 - 08)).await, [""; 0]);
        assert_eq!(found_behind(&office, ninth).await, expected);
        let id = office
            .propose_holiday("system", date!(2026 - 04 - 08))
            .await;
        office.turn().await;
        office.decide("efficacy", &id, "approval").await.good();
        office.turn().await;
        assert_eq!(found_behind(&office, ninth).await, [""; 0]);
        assert_eq!(found_behind(&office, date!(2026 - 04 - 10)).await, expected);
        office.new_letters();
    });
}

/// What | body | code | words of the sentence. The plan counts, March and April are reported with 10 and 40,
/// and it is 6 May.
const REFUSED: &str = r#"
plan    | {"from":"2026-03","shares":[]}                                    | progress.plan.too_long     | 0 120
plan    | {"from":"2026-03","shares":[50,40,100]}                           | progress.plan.falls        | 2026-04 40 50
plan    | {"from":"2026-03","shares":[50,90]}                               | progress.plan.unfinished   | 90
plan    | {"from":"2026-02","shares":[100]}                                 | progress.plan.outside      | 2026-02 2026-03 2036-05
plan    | {"from":"2026-03","shares":[10,40,70,100],"reason":"x"}           | progress.plan.unchanged    |
plan    | {"from":"2026-03","shares":[10,40,100]}                           | progress.plan.without_reason |
reports | {"month":"2026-06","share":60,"text":"x"}                         | progress.report.ahead      | 2026-06 2026-05
reports | {"month":"2026-02","share":0,"text":"x"}                          | progress.report.before_plan | 2026-02 2026-03
reports | {"month":"2026-04","share":30,"text":"x"}                         | progress.report.reported   | 2026-04
reports | {"month":"2026-03","share":41,"text":"x","reason":"x"}            | progress.report.out_of_line | 41 0 40
"#;

#[test]
fn every_rule_of_progress_says_no_in_both_languages_and_changes_nothing() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        office.pass_to(date!(2026 - 05 - 06)).await;
        let early = office
            .tell("steward", &project, ("reports", &report("2026-04", 1)))
            .await;
        refused(&early, "progress.not_planned", "");
        office.plan(&project, &plan()).await;
        office.report(&project, &report("2026-03", 10)).await;
        office.report(&project, &report("2026-04", 40)).await;
        let before = office.get("efficacy", &progress_path(&project)).await;
        for line in REFUSED.lines().filter(|line| !line.is_empty()) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [what, body, code, shown] = cells.try_into().unwrap();
            let login = if what == "plan" {
                "efficacy"
            } else {
                "steward"
            };
            let body = serde_json::from_str(body).unwrap();
            let answer = office.tell(login, &project, (what, &body)).await;
            refused(&answer, code, shown);
        }
        let after = office.get("efficacy", &progress_path(&project)).await;
        assert_eq!(before.json(), after.json());
        office.new_letters();
    });
}

#[test]
fn flaws_of_a_body_are_named_all_at_once() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        let flaws = async |login, what, body: Value| -> Vec<String> {
            let answer = office.tell(login, &project, (what, &body)).await;
            assert_eq!(answer.status, 422, "{}", answer.text());
            let told = answer.json();
            let flaws = told["errors"].as_array().unwrap().iter();
            let flaw = |flaw: &Value| {
                let text = |name: &str| flaw[name].as_str().unwrap().to_owned();
                format!("{} {}", text("pointer"), text("code"))
            };
            flaws.map(flaw).collect()
        };
        assert_eq!(
            flaws("efficacy", "plan", json!({})).await,
            ["/from validation.empty", "/shares validation.empty"]
        );
        assert_eq!(
            flaws(
                "efficacy",
                "plan",
                json!({ "from": "2026-3", "shares": [101] })
            )
            .await,
            ["/from validation.month", "/shares validation.percent"]
        );
        assert_eq!(
            flaws("steward", "reports", json!({ "month": "x", "share": -1 })).await,
            [
                "/month validation.month",
                "/share validation.percent",
                "/text validation.empty"
            ]
        );
        office.new_letters();
    });
}

#[test]
fn of_two_at_once_one_wins_and_the_other_hears_who_was_faster() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        let seen = office.get("efficacy", &progress_path(&project)).await;
        let tag = seen.header("etag").unwrap().to_owned();
        let put = || {
            let path = format!("{}/plan", progress_path(&project));
            let request = TestRequest::put().uri(&path).set_json(plan());
            request.insert_header((header::IF_MATCH, tag.clone()))
        };
        assert_eq!(office.send("efficacy", put()).await.status, 200);
        let late = office.send("efficacy", put()).await;
        assert_eq!(late.failure(), (412, "conflict.version".into()));
        let path = format!("{}/plan", progress_path(&project));
        let bare = TestRequest::put().uri(&path).set_json(plan());
        assert_eq!(office.send("efficacy", bare).await.status, 428);
        office.new_letters();
    });
}

#[test]
fn staff_plan_and_report_on_a_page_and_a_refused_form_comes_back_filled() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        let path = format!("/projects/{}/progress", project.code);
        let planner = office.browser();
        planner.sign_in("efficacy").await;
        let page = planner.get(&path).await;
        assert!(page.text().contains("尚未编制进度计划"));
        let action = format!("{path}/plan_progress");
        let falling = [("from", "2026-03"), ("shares", "10 40 30 100")];
        let answer = planner.submit(&page, &action, &falling).await;
        assert_eq!(answer.status, 422);
        let text = html::text(answer.text());
        assert!(text.contains("2026年5月的 30% 低于上月的 40%"), "{text}");
        assert!(answer.text().contains("10 40 30 100"));
        // Numbers may be typed as people type them.
        let typed = [("from", "2026-03"), ("shares", "10%，40、70;\n100")];
        let answer = planner.submit(&answer, &action, &typed).await;
        let page = planner.follow(&answer).await;
        assert!(html::text(page.text()).contains("进度计划已保存"));
        assert!(page.text().contains("<svg class=\"curve\""));
        // The efficacy office plans; it does not report.
        assert!(!page.text().contains("/report_progress"));
        let steward = office.browser();
        steward.sign_in("steward").await;
        let page = steward.get(&path).await;
        assert!(!page.text().contains("/plan_progress"));
        let action = format!("{path}/report_progress");
        let fields = [
            ("month", "2026-03"),
            ("share", "12 %"),
            ("text", "桩基完成"),
        ];
        let answer = steward.submit(&page, &action, &fields).await;
        let page = steward.follow(&answer).await;
        assert!(html::text(page.text()).contains("进度已填报"));
        let answer = steward.submit(&page, &action, &fields).await;
        assert_eq!(answer.status, 422);
        assert!(html::text(answer.text()).contains("2026年3月 已填报过，更正请写明理由"));
        office.new_letters();
    });
}

#[test]
fn everybody_of_the_project_sees_the_panel_and_a_guest_no_words() {
    on_each_office(async |office| {
        let project = office.admit_case("海龙精密三期").await;
        let home = format!("/p/{}", project.code);
        let investor = office.browser();
        investor.sign_in("investor").await;
        let page = investor.get(&home).await;
        assert!(
            !page.text().contains("id=\"works-h\""),
            "nothing is planned"
        );
        office.plan(&project, &plan()).await;
        office.report(&project, &report("2026-03", 8)).await;
        let page = investor.get(&home).await;
        let text = html::text(page.text());
        assert!(text.contains("进度正常"), "{text}");
        assert!(text.contains("截至2026年3月填报完成 8%，按计划应完成 0%"));
        assert!(text.contains("基础施工完成"));
        assert!(text.contains("填报2026年3月进度：8%（计划 10%）"));
        assert!(page.text().contains("<title id=\"curve-title\">"));
        assert!(
            !page
                .text()
                .contains(&format!("/projects/{}/progress", project.code))
        );
        investor.prefer("en");
        let text = html::text(investor.get(&home).await.text());
        assert!(text.contains("On schedule"), "{text}");
        assert!(text.contains("8% done as reported for Mar 2026; 0% planned by now"));
        let guest = office.browser();
        let entered = guest.enter(&project.code, &project.query_code).await;
        let page = guest.follow(&entered).await;
        let text = html::text(page.text());
        assert!(text.contains("进度正常"), "{text}");
        assert!(!text.contains("基础施工完成"));
        assert!(!text.contains(name_of("steward")) || !text.contains("2026年3月进度 · "));
        // The page of those who tell is not for guests, and a foreign project does not exist.
        let path = format!("/projects/{}/progress", project.code);
        assert_eq!(guest.get(&path).await.status, 303);
        let rival = office.browser();
        rival.sign_in("rival").await;
        assert_eq!(rival.get(&path).await.status, 404);
        office.new_letters();
    });
}
