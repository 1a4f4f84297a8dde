//! Lists: whole and in pages, forwards and backwards, filtered, sorted, as files; and what has not changed.

use std::collections::BTreeSet;

use actix_web::test::TestRequest;
use calamine::{Data, Reader as _};
use serde_json::{Value, json};
use time::macros::date;

use crate::{
    harness::{
        office::{Answer, Office, on_each_office, on_each_office_and_database},
        staff,
    },
    openapi::operations,
};

fn codes(page: &Value) -> Vec<String> {
    let rows = page["data"].as_array().unwrap().iter();
    rows.map(|row| row["code"].as_str().unwrap().to_owned())
        .collect()
}

async fn list(office: &Office, login: &str, query: &str) -> Value {
    office.get(login, &format!("/api/v1/{query}")).await.good()
}

fn link<'a>(answer: &'a Answer, rel: &str) -> Option<&'a str> {
    let all = answer.header("link")?.split(", ");
    let mut found = all.filter(|link| link.ends_with(&format!("rel=\"{rel}\"")));
    let address = found.next()?.split('>').next()?;
    Some(address.trim_start_matches('<'))
}

#[test]
fn pages_lead_to_each_other_in_every_order_and_back() {
    on_each_office(async |office| {
        for number in 1..=7 {
            office.admit(&format!("项目{number}")).await;
        }
        for sort in [
            "updated_at",
            "-updated_at",
            "code",
            "-code",
            "admitted_on",
            "-admitted_on",
        ] {
            let whole = codes(&list(&office, "supervisor", &format!("projects?sort={sort}")).await);
            assert_eq!(whole.len(), 7, "{sort}");
            let mut path = format!("/api/v1/projects?sort={sort}&limit=3");
            let mut seen = Vec::new();
            let mut last = loop {
                let answer = office.get("supervisor", &path).await;
                let page = answer.good();
                seen.extend(codes(&page));
                assert_eq!(page["page"]["has_more"], !page["page"]["next"].is_null());
                assert_eq!(
                    link(&answer, "next").is_some(),
                    page["page"]["has_more"] == true
                );
                assert!(link(&answer, "first").is_some());
                let next = link(&answer, "next").map(str::to_owned);
                let Some(next) = next else {
                    break link(&answer, "prev").map(str::to_owned);
                };
                path = next;
            };
            assert_eq!(seen, whole, "{sort}");
            // Back from the last page: the same rows again, page by page.
            let mut back = Vec::new();
            while let Some(path) = last {
                let answer = office.get("supervisor", &path).await;
                let mut page = codes(&answer.good());
                page.extend(back);
                back = page;
                last = link(&answer, "prev").map(str::to_owned);
            }
            assert_eq!(back, whole[..6], "{sort}");
        }
        let counted = list(&office, "supervisor", "projects?count=true&limit=2").await;
        assert_eq!(counted["page"]["total"], 7);
        let sparse = list(&office, "supervisor", "projects?fields=id,code").await;
        let members = sparse["data"][0].as_object().unwrap().keys();
        assert_eq!(members.collect::<Vec<_>>(), ["code", "id"]);
    });
}

#[test]
fn what_a_list_does_not_know_is_refused_by_name() {
    on_each_office(async |office| {
        office.admit("海龙精密").await;
        office.admit("海虎精密").await;
        let next = list(&office, "supervisor", "projects?limit=1&state=open").await;
        let next = next["page"]["next"].as_str().unwrap().to_owned();
        let table = [
            ("projects?colour=green", "query.unknown"),
            (
                "projects?state=open&state=open",
                "request.repeated_parameter",
            ),
            ("projects?lamp=pink", "query.value"),
            ("projects?sort=name", "query.value"),
            ("projects?fields=id,secret", "query.value"),
            ("projects?due_before=tomorrow", "query.value"),
            ("projects?unit=per_x", "query.value"),
            ("projects?limit=0", "query.value"),
            ("projects?cursor=x", "cursor.malformed"),
            (&format!("projects?cursor={next}"), "cursor.foreign"),
            (&format!("stages?cursor={next}"), "cursor.foreign"),
            ("stages?officer=me", "query.value"),
            ("cards?state=lost", "query.value"),
            ("alerts?state=open", "query.unknown"),
        ];
        for (query, code) in table {
            let answer = office.get("supervisor", &format!("/api/v1/{query}")).await;
            assert_eq!(answer.failure(), (400, code.into()), "{query}");
            let problem = answer.json();
            for language in ["zh-Hans", "en"] {
                let text = problem["messages"][language].as_str().unwrap();
                assert!(!text.is_empty() && !text.contains('{'), "{text}");
            }
        }
        let good = format!("projects?limit=1&state=open&cursor={next}");
        assert_eq!(codes(&list(&office, "supervisor", &good).await).len(), 1);
    });
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one case after the other, read like a table"
)]
fn lists_show_what_was_asked_for_and_nobody_elses() {
    on_each_office(async |office| {
        // One red, one running in time, one that nobody has begun.
        let late = office.admit("海龙精密三期").await;
        office.accept("recruiter", &late, "G01").await;
        office.pass_to(date!(2026 - 03 - 12)).await;
        let green = office.admit("50%_海虎").await;
        office.accept("recruiter", &green, "G01").await;
        let idle = office.admit("海豹").await;
        let found = async |login: &str, query: &str| {
            let rows = list(&office, login, &format!("projects?{query}")).await;
            codes(&rows).into_iter().collect::<BTreeSet<_>>()
        };
        let only = |projects: &[&crate::harness::work::Project]| {
            let codes = projects.iter().map(|project| project.code.clone());
            codes.collect::<BTreeSet<_>>()
        };
        assert_eq!(found("leader", "lamp=red").await, only(&[&late]));
        let shown = office.project("leader", &green).await["lamp"].clone();
        let lamp = format!("lamp={}", shown.as_str().unwrap());
        assert_eq!(found("leader", &lamp).await, only(&[&green]));
        assert_eq!(found("leader", "lamp=not_started").await, only(&[&idle]));
        assert_eq!(found("leader", "lamp=done").await, only(&[]));
        assert_eq!(
            found("leader", "q=%E6%B5%B7").await,
            only(&[&late, &green, &idle])
        );
        assert_eq!(found("leader", "q=50%25_").await, only(&[&green]));
        assert_eq!(found("leader", "q=%25").await, only(&[&green]));
        let number = late.code.to_lowercase();
        assert_eq!(
            found("leader", &format!("q={number}")).await,
            only(&[&late])
        );
        assert_eq!(
            found("leader", "due_before=2026-03-12").await,
            only(&[&late])
        );
        assert_eq!(found("leader", "phase=approval").await.len(), 3);
        assert_eq!(found("leader", "state=closed").await, only(&[]));
        assert_eq!(found("leader", "investor=x").await, only(&[]));
        assert_eq!(found("investor", "").await.len(), 3);
        assert_eq!(found("rival", "").await, only(&[]));
        // Stages, by the same words; the first due first.
        let stages = async |login: &str, query: &str| {
            let page = list(&office, login, &format!("stages?{query}")).await;
            page["data"].as_array().unwrap().clone()
        };
        let red = stages("leader", "lamp=red").await;
        assert_eq!(red.len(), 1);
        assert_eq!(red[0]["project"]["code"], late.code.as_str());
        assert_eq!(red[0]["stage"]["code"], "G01");
        let of_project = stages("leader", &format!("project={}&limit=200", late.code)).await;
        let by_key = stages("leader", &format!("project={}&limit=200", late.id)).await;
        assert_eq!(of_project, by_key);
        assert!(
            of_project
                .iter()
                .all(|row| row["project"]["id"] == late.id.as_str())
        );
        assert_eq!(of_project[0]["stage"]["code"], "G01");
        for lamp in [
            "green",
            "blue",
            "yellow",
            "red",
            "paused",
            "not_started",
            "done",
        ] {
            for row in stages("leader", &format!("lamp={lamp}&limit=200")).await {
                assert_eq!(row["lamp"], lamp, "{row}");
            }
        }
        let mine = format!("officer={}", staff::person_id("recruiter"));
        assert_eq!(stages("leader", &mine).await.len(), 2);
        assert!(stages("rival", "").await.is_empty());
        assert!(!stages("investor", "").await.is_empty());
        // Page by page both ways, no stage twice and none left out.
        for sort in ["due_on", "-due_on"] {
            let mut path = format!("/api/v1/stages?sort={sort}&limit=7&count=true");
            let mut seen = Vec::new();
            let total = loop {
                let answer = office.get("leader", &path).await;
                let page = answer.good();
                let rows = page["data"].as_array().unwrap().iter();
                seen.extend(rows.map(|row| row["stage"]["id"].as_str().unwrap().to_owned()));
                match link(&answer, "next") {
                    Some(next) => next.clone_into(&mut path),
                    None => break page["page"]["total"].as_u64().unwrap(),
                }
            };
            let distinct: BTreeSet<&String> = seen.iter().collect();
            assert_eq!(
                (seen.len(), distinct.len()),
                (distinct.len(), total.try_into().unwrap())
            );
        }
        office.new_letters();
    });
}

#[test]
fn a_list_is_a_file_that_other_programs_read() {
    on_each_office(async |office| {
        office.admit("=HYPERLINK(\"http://x\")").await;
        office.admit("海龙，\"精密\"").await;
        let get = async |accept: &str, query: &str| {
            let path = format!("/api/v1/projects?sort=code{query}");
            let request = TestRequest::get().uri(&path);
            let request = request.insert_header(("Accept", accept.to_owned()));
            office.send("supervisor", request).await
        };
        let file = get("*/*", "&format=csv").await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        let name = file.header("content-disposition").unwrap();
        assert!(name.contains("projects-2026-03-02.csv") && name.contains("filename*=UTF-8''%E9"));
        let text = file.text().strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(&reader.headers().unwrap()[1], "name");
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(&rows[0][1], "'=HYPERLINK(\"http://x\")");
        assert_eq!(&rows[1][1], "海龙，\"精密\"");
        assert_eq!(get("text/csv", "").await.text(), file.text());
        let lines = get("application/x-ndjson", "").await;
        let lines: Vec<Value> = lines
            .text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines[0]["name"], "=HYPERLINK(\"http://x\")");
        let refused = get("image/png", "").await;
        assert_eq!(refused.failure(), (406, "request.not_acceptable".into()));
        let stages = office.get("supervisor", "/api/v1/stages?format=csv").await;
        let text = stages.text().trim_start_matches('\u{feff}').to_owned();
        let count = csv::Reader::from_reader(text.as_bytes()).records().count();
        let all = list(&office, "supervisor", "stages?count=true&limit=1").await;
        assert_eq!(
            u64::try_from(count).unwrap(),
            all["page"]["total"].as_u64().unwrap()
        );
    });
}

#[test]
fn a_workbook_has_typed_cells_and_no_formula() {
    on_each_office(async |office| {
        office.admit("=1+1").await;
        let file = office
            .get("supervisor", "/api/v1/projects?format=xlsx")
            .await;
        let bytes = file.bytes().to_vec();
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("项目").unwrap();
        assert_eq!(sheet.get((0, 1)), Some(&Data::String("name".into())));
        assert_eq!(sheet.get((1, 1)), Some(&Data::String("=1+1".into())));
        assert!(matches!(sheet.get((1, 3)), Some(Data::DateTime(_))));
        assert_eq!(sheet.get((1, 6)), Some(&Data::Float(0.0)));
        let formulas = book.worksheet_formula("项目").unwrap();
        assert!(formulas.used_cells().next().is_none());
    });
}

#[test]
fn what_hangs_together_comes_in_one_answer_if_asked_for() {
    on_each_office(async |office| {
        let (project, _alert) = crate::right::late_project(&office).await;
        let plain = list(&office, "supervisor", "projects").await["data"][0].clone();
        assert!(plain.get("standing").is_none() && plain.get("phases").is_none());
        let alone = office
            .get("supervisor", &format!("/api/v1/projects/{}", project.id))
            .await
            .good();
        let turned = list(&office, "supervisor", "projects?expand=turn").await;
        let turned = &turned["data"][0];
        for member in ["lamp", "turn", "expected_on", "actual_on"] {
            assert_eq!(turned["standing"][member], alone[member], "{member}");
        }
        assert!(turned.get("phases").is_none());
        let whole = list(&office, "supervisor", "projects?expand=stages").await;
        assert_eq!(whole["data"][0]["phases"], alone["phases"]);
        // Whoever sees no instruction between offices alone sees none in a list either.
        let own = list(&office, "investor", "projects?expand=stages").await;
        let alone = office
            .get("investor", &format!("/api/v1/projects/{}", project.id))
            .await
            .good();
        assert_eq!(own["data"][0]["phases"], alone["phases"]);
        // The acts of each stage, as the stage says them.
        let path = format!("/api/v1/projects/{}?expand=stages.detail", project.id);
        let detailed = office.get("officer", &path).await.good();
        let phases = detailed["phases"].as_array().unwrap().iter();
        let stages: Vec<&Value> = phases
            .flat_map(|phase| phase["stages"].as_array().unwrap())
            .collect();
        let ours = project.stage("P01");
        let stage = stages.iter().find(|stage| stage["id"] == ours).unwrap();
        let path = format!("/api/v1/stages/{ours}");
        let bench = office.get("officer", &path).await.good();
        assert_eq!(stage["detail"], bench["detail"]);
        for query in [
            "projects?expand=everything".to_owned(),
            format!("projects/{}?expand=x", project.id),
        ] {
            let answer = office.get("officer", &format!("/api/v1/{query}")).await;
            assert_eq!(answer.failure(), (400, "query.value".into()), "{query}");
        }
    });
}

/// Reads that have no edition: the list of problems is for people, a look at the security record goes into it,
/// and so does a full export; a stream has no end.
const SENT_AGAIN: [&str; 4] = [
    "exportZone",
    "listProblems",
    "listSecurityEvents",
    "streamEvents",
];

/// One thing of each kind that has an address: its place in a template, and its key.
async fn things_to_read(office: &Office) -> Vec<(&'static str, String)> {
    let key = |thing: Value| thing["id"].as_str().unwrap().to_owned();
    let company = json!({ "name": "某某公司" });
    let company = office.post("efficacy", "/api/v1/companies", None, &company);
    let webhook = json!({ "url": "https://hooks.partner.example/gc" });
    let webhook = office.post("supervisor", "/api/v1/webhooks", None, &webhook);
    let file = || {
        TestRequest::post()
            .uri("/api/v1/imports?kind=units")
            .insert_header(("content-type", "text/csv"))
            .set_payload("code,kind,name_zh,name_en\nnew,department,新局,New\n")
    };
    let later = file().insert_header(("prefer", "respond-async"));
    let unit = list(office, "supervisor", "units?limit=1").await["data"][0].clone();
    let person = list(office, "supervisor", "people?limit=1").await["data"][0].clone();
    vec![
        ("{company}", key(company.await.good())),
        ("{webhook}", key(webhook.await.good())),
        ("{import}", key(office.send("system", file()).await.good())),
        ("{job}", key(office.send("system", later).await.good())),
        ("{unit}", key(unit)),
        ("{person}", key(person)),
    ]
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one case after the other, read like a table"
)]
fn what_has_not_changed_is_not_sent_again() {
    on_each_office_and_database(async |office, database| {
        let (project, alert) = crate::right::late_project(&office).await;
        let stage = project.stage("P01");
        let card = office.stage(&project, "P01").await["stage"]["cards"][0]["id"].clone();
        let card = card.as_str().unwrap();
        let mut things = things_to_read(&office).await;
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE outbox SET state = 'dead' WHERE state = 'sent'")
            .await;
        let lost = list(&office, "efficacy", "letters?limit=1").await["data"][0].clone();
        things.push(("{letter}", lost["id"].as_str().unwrap().to_owned()));
        let mut addresses = Vec::new();
        for operation in operations(&office).await {
            let is_exempt = SENT_AGAIN.contains(&&*operation.id);
            if operation.method != "get" || operation.path.contains("{proposal}") || is_exempt {
                continue;
            }
            let mut path = operation.path;
            for (name, id) in &things {
                path = path.replace(name, id);
            }
            let path = path
                .replace("{project}", &project.id)
                .replace("{stage}", stage)
                .replace("{alert}", &alert)
                .replace("{card}", card);
            assert!(!path.contains('{'), "{path}: teach the test");
            addresses.push(path);
        }
        assert!(addresses.len() >= 30, "{addresses:?}");
        for path in addresses {
            let login = match path.trim_start_matches("/api/v1/") {
                path if path.contains("proposals") || path.starts_with("letters") => "efficacy",
                path if path.starts_with("imports") || path.starts_with("jobs/") => "system",
                "tokens" => "security",
                "me/feeds" => "officer",
                _ => "supervisor",
            };
            let first = office.get(login, &path).await;
            assert_eq!(first.status, 200, "{path} {}", first.text());
            let tag = first
                .header("etag")
                .unwrap_or_else(|| panic!("{path}"))
                .to_owned();
            assert!(!tag.starts_with("W/"), "{path}");
            let again = |tag: String| {
                let request = TestRequest::get().uri(&path);
                office.send(login, request.insert_header(("If-None-Match", tag)))
            };
            for known in [tag.clone(), format!("\"x\", W/{tag}"), "*".into()] {
                let answer = again(known).await;
                assert_eq!((answer.status, answer.text()), (304, ""), "{path}");
                assert_eq!(answer.header("etag"), Some(tag.as_str()), "{path}");
            }
            assert_eq!(
                again("\"v0-0-2026-01-01\"".into()).await.status,
                200,
                "{path}"
            );
        }
        // A stranger learns nothing by asking whether it has changed.
        let request = TestRequest::get()
            .uri(&format!("/api/v1/stages/{stage}"))
            .insert_header(("If-None-Match", "*"));
        assert_eq!(office.send("stranger", request).await.status, 404);
        // What changes is sent.
        let path = format!("/api/v1/stages/{stage}");
        let tag = office
            .get("officer", &path)
            .await
            .header("etag")
            .unwrap()
            .to_owned();
        office.note("officer", &project, "P01", "x").await;
        let request = TestRequest::get()
            .uri(&path)
            .insert_header(("If-None-Match", tag));
        assert_eq!(office.send("officer", request).await.status, 200);
        // The databases find lists by their indexes.
        let mut back_door = database.back_door().await;
        let zone = back_door.key(uuid::Uuid::nil());
        let red = format!("SELECT 1 FROM stage WHERE zone_id = {zone} AND red_on <= '2026-03-12'");
        let plan = back_door.plan(&red).await;
        assert!(plan.contains("stage_red"), "{plan}");
        let by_day = format!(
            "SELECT 1 FROM stage WHERE zone_id = {zone} \
             ORDER BY coalesce(stage.due_on, '9999-12-31'), id LIMIT 50"
        );
        let plan = back_door.plan(&by_day).await;
        assert!(
            plan.contains("stage_due") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
        office.new_letters();
    });
}

#[test]
fn rows_of_an_earlier_version_are_derived_by_the_worker() {
    on_each_office_and_database(async |office, database| {
        let project = office.admit("海龙精密三期").await;
        office.accept("recruiter", &project, "G01").await;
        let mut back_door = database.back_door().await;
        back_door
            .run("UPDATE stage SET phase = NULL, blue_on = NULL, yellow_on = NULL, red_on = NULL")
            .await;
        office.pass_to(date!(2026 - 03 - 12)).await;
        let red = list(
            &office,
            "leader",
            "stages?lamp=red&phase=approval&count=true",
        )
        .await;
        assert_eq!(red["page"]["total"], 1, "{red}");
        office.new_letters();
    });
}

/// Goes through a list row by row and back again; gives the rows.
async fn there_and_back(office: &Office, login: &str, address: &str) -> Vec<String> {
    let join = if address.contains('?') { '&' } else { '?' };
    let first = format!("{address}{join}limit=1&count=true");
    let at = |cursor: &Value| format!("{first}&cursor={}", cursor.as_str().unwrap());
    let row = |page: &Value| page["data"][0].to_string();
    let mut page = list(office, login, &first).await;
    let mut rows = vec![row(&page)];
    while page["page"]["has_more"] == true {
        page = list(office, login, &at(&page["page"]["next"])).await;
        rows.push(row(&page));
    }
    assert_eq!(page["page"]["total"], rows.len(), "{address}");
    let mut back = vec![row(&page)];
    while !page["page"]["prev"].is_null() {
        page = list(office, login, &at(&page["page"]["prev"])).await;
        back.push(row(&page));
    }
    back.reverse();
    assert_eq!(rows, back, "{address}");
    rows
}

#[test]
fn every_list_counts_and_goes_both_ways() {
    on_each_office(async |office| {
        let mut projects = Vec::new();
        for name in ["海龙精密", "东方电子", "北方机械"] {
            let project = office.admit_to_planning(name).await;
            office.accept("officer", &project, "P01").await;
            projects.push(project);
        }
        let proposed = office
            .propose_holiday("system", date!(2026 - 03 - 06))
            .await;
        office
            .propose_holiday("efficacy", date!(2026 - 03 - 05))
            .await;
        office.turn().await;
        office
            .decide("efficacy", &proposed, "approval")
            .await
            .good();
        office.pass_to(date!(2026 - 03 - 17)).await;
        for login in ["officer", "head", "audit"] {
            office.browser().sign_in(login).await;
        }
        let moves = format!("calendar/proposals/{proposed}/moves");
        let events = format!("projects/{}/events", projects[0].id);
        for (login, address, least) in [
            ("efficacy", "cards", 3),
            ("efficacy", "cards?state=open", 3),
            ("head", "cards", 3),
            ("efficacy", moves.as_str(), 3),
            ("efficacy", "calendar/versions", 2),
            ("efficacy", "calendar/proposals", 2),
            ("officer", events.as_str(), 3),
            ("audit", "audit?act=sign_in", 3),
        ] {
            let rows = there_and_back(&office, login, address).await;
            assert!(rows.len() >= least, "{address}: {}", rows.len());
        }
        // Those of other units are not counted.
        let none = list(&office, "strange-head", "cards?count=true").await;
        assert_eq!(none["page"]["total"], 0);
        office.new_letters();
    });
}
