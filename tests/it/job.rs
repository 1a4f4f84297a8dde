//! Long work: files that the worker brings in.

use std::{future::Future, pin::pin, task::Poll};

use actix_web::test::TestRequest;
use api::usecase::job::{Pace, advance};
use futures_util::future::{join, poll_fn};
use serde_json::{Value, json};

use crate::harness::{
    office::{Answer, Office, on_each_office, on_each_office_and_database},
    store::BackDoor,
};

/// A file of so many new units.
fn units(count: usize) -> String {
    let rows =
        (0..count).map(|number| format!("new-{number},department,新局{number},New {number}\n"));
    "code,kind,name_zh,name_en\n".to_owned() + &rows.collect::<String>()
}

fn file(query: &str, text: &str) -> TestRequest {
    TestRequest::post()
        .uri(&format!("/api/v1/imports?{query}"))
        .insert_header(("Content-Type", "text/csv"))
        .set_payload(text.to_owned())
}

fn later(request: TestRequest) -> TestRequest {
    request.insert_header(("Prefer", "respond-async"))
}

/// The address of the job that an answer promises.
fn promised(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text());
    let address = answer.header("location").unwrap().to_owned();
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(address, format!("/api/v1/jobs/{id}"));
    assert!(id.starts_with("job_"), "{id}");
    address
}

impl Office {
    /// Asks as the system administrator for `count` units to be brought in by the worker.
    async fn ask_for_units(&self, count: usize) -> String {
        self.go_on();
        let request = later(file("kind=units&dry_run=false", &units(count)));
        let answer = self.send("system", request).await;
        assert_eq!(answer.header("preference-applied"), Some("respond-async"));
        promised(&answer)
    }

    /// Lists are in the order in which things were asked for; of one instant there is none.
    fn go_on(&self) {
        let next = self.app.now() + time::Duration::seconds(1);
        self.app.clock.set(next);
    }

    async fn job(&self, address: &str) -> Value {
        self.get("system", address).await.good()
    }

    /// A worker that dies after so many batches of fifty steps.
    async fn work(&self, batches: usize) {
        let pace = Pace { steps: 50, batches };
        advance(&self.app, pace).await.unwrap();
    }

    async fn commit(&self, login: &str, job: &Value) -> Answer {
        let import = job["result_url"].as_str().unwrap().to_owned();
        let request = TestRequest::post().uri(&format!("{import}/commit"));
        self.send(login, request).await
    }
}

fn standing(job: &Value) -> (&str, i64, i64) {
    (
        job["state"].as_str().unwrap(),
        job["done"].as_i64().unwrap(),
        job["total"].as_i64().unwrap(),
    )
}

/// How often a unit was added or changed, as the security record tells.
async fn unit_acts(back_door: &mut BackDoor) -> u64 {
    let table = "security_event WHERE act = 'unit.changed'";
    back_door.count(table).await
}

#[test]
fn a_worker_that_dies_leaves_nothing_half_done_and_another_goes_on() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        let address = office.ask_for_units(120).await;
        let asked = office.job(&address).await;
        assert_eq!(standing(&asked), ("queued", 0, 0));
        assert_eq!(unit_acts(&mut back_door).await, 0, "nobody has worked yet");
        office.work(1).await;
        let begun = office.job(&address).await;
        assert_eq!(standing(&begun), ("running", 50, 120));
        assert_eq!(
            (&begun["ended_at"], &begun["result_url"]),
            (&json!(null), &json!(null))
        );
        assert_eq!(unit_acts(&mut back_door).await, 50);
        // The process is gone; another one finds the rest.
        let other = office.beside(database).await;
        let turn = other.turn().await;
        assert_eq!((turn.worked.ended, turn.worked.has_more), (1, false));
        let done = office.job(&address).await;
        assert_eq!(standing(&done), ("done", 120, 120));
        assert_eq!(
            (&done["failure"], &done["errors_url"]),
            (&json!(null), &json!(null))
        );
        let import = done["result_url"].as_str().unwrap();
        let import = office.get("system", import).await.good();
        assert_eq!(
            (&import["state"], &import["added"], &import["total"]),
            (&json!("committed"), &json!(120), &json!(120))
        );
        assert_eq!(other.turn().await.worked.batches, 0, "it is over");
        assert_eq!(unit_acts(&mut back_door).await, 120);
        let again = office.commit("system", &done).await;
        assert_eq!(again.failure(), (409, "import.committed".into()));
        let committed = back_door
            .count("security_event WHERE act = 'import.committed'")
            .await;
        assert_eq!(committed, 1);
    });
}

/// Lets work go on for so many turns of the run loop and drops it, as a killed process would.
async fn cut_after(turns: usize, work: impl Future) {
    let mut work = pin!(work);
    for _turn in 0..turns {
        let polled = poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready()));
        if polled.await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_worker_that_is_cut_off_anywhere_brings_nothing_in_twice() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        let address = office.ask_for_units(150).await;
        for number in 0..12 {
            let pace = Pace {
                steps: 10,
                batches: 1,
            };
            cut_after(1 << number, advance(&office.app, pace)).await;
        }
        office.turn().await;
        let done = office.job(&address).await;
        assert_eq!(standing(&done), ("done", 150, 150));
        assert_eq!(unit_acts(&mut back_door).await, 150);
    });
}

#[test]
fn two_workers_share_a_job_and_do_nothing_twice() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        let address = office.ask_for_units(150).await;
        let other = office.beside(database).await;
        for _round in 0..8 {
            let pace = Pace {
                steps: 10,
                batches: 2,
            };
            let (one, two) = join(advance(&office.app, pace), advance(&other.app, pace)).await;
            one.unwrap();
            two.unwrap();
        }
        let done = office.job(&address).await;
        assert_eq!(standing(&done), ("done", 150, 150));
        assert_eq!(unit_acts(&mut back_door).await, 150);
    });
}

#[test]
fn a_job_acts_with_the_rights_of_the_moment() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        // Withdrawn between asking and running.
        let never = office.ask_for_units(60).await;
        let take = "UPDATE person_role SET role = 'officer' WHERE role = 'system_administrator'";
        let give = "UPDATE person_role SET role = 'system_administrator' WHERE role = 'officer' \
                    AND person_id = (SELECT id FROM person WHERE login = 'system')";
        back_door.run(take).await;
        office.turn().await;
        let failed = office.job(&never).await;
        assert_eq!(standing(&failed).0, "failed");
        assert_eq!(failed["failure"]["code"], "access.denied");
        for language in ["zh-Hans", "en"] {
            let sentence = failed["failure"]["messages"][language].as_str().unwrap();
            assert!(
                !sentence.is_empty() && !sentence.contains("access.denied"),
                "{sentence}"
            );
        }
        assert_eq!(failed["result_url"], json!(null));
        assert_eq!(unit_acts(&mut back_door).await, 0);
        // Withdrawn in the middle: what was taken stays, and the rest can be taken later.
        back_door.run(give).await;
        let half = office.ask_for_units(120).await;
        office.work(1).await;
        back_door.run(take).await;
        office.turn().await;
        let failed = office.job(&half).await;
        assert_eq!(standing(&failed), ("failed", 50, 120));
        back_door.run(give).await;
        let files = office.get("system", "/api/v1/imports").await.good();
        assert_eq!(files["data"][0]["state"], "stopped");
        let import = files["data"][0]["id"].as_str().unwrap();
        let commit = TestRequest::post().uri(&format!("/api/v1/imports/{import}/commit"));
        let done = office.send("system", commit).await.good();
        assert_eq!(
            (&done["state"], &done["added"]),
            (&json!("committed"), &json!(70))
        );
        assert_eq!(unit_acts(&mut back_door).await, 120);
    });
}

#[test]
fn a_job_of_a_token_ends_with_the_token() {
    on_each_office(async |office| {
        let body =
            json!({ "name": "夜间导入", "scopes": ["import_people", "manage_people"], "days": 90 });
        let made = office
            .post("system", "/api/v1/me/tokens", None, &body)
            .await
            .good();
        let ask = async |key: &str| {
            let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
            let request = later(file("kind=units&dry_run=false", &units(3)))
                .insert_header(("Authorization", bearer))
                .insert_header(("Idempotency-Key", key.to_owned()));
            promised(&office.call(request).await)
        };
        let good = ask("one").await;
        office.turn().await;
        assert_eq!(standing(&office.job(&good).await), ("done", 3, 3));
        let late = ask("two").await;
        let id = made["id"].as_str().unwrap();
        let revoke = TestRequest::delete().uri(&format!("/api/v1/me/tokens/{id}"));
        assert_eq!(office.send("system", revoke).await.status, 204);
        office.turn().await;
        let failed = office.job(&late).await;
        assert_eq!(failed["failure"]["code"], "access.denied");
    });
}

#[test]
fn a_long_file_is_always_a_job_and_a_short_one_if_that_is_preferred() {
    on_each_office(async |office| {
        let short = office.send("system", file("kind=units", &units(200))).await;
        assert_eq!(short.status, 201, "{}", short.text());
        office.go_on();
        let long = office.send("system", file("kind=units", &units(201))).await;
        assert_eq!(long.header("preference-applied"), None);
        let address = promised(&long);
        let files = office.get("system", "/api/v1/imports").await.good();
        assert_eq!(files["data"][0]["state"], "pending");
        office.turn().await;
        let looked_at = office.job(&address).await;
        assert_eq!(
            (standing(&looked_at), &looked_at["kind"]),
            (("done", 201, 201), &json!("import_check"))
        );
        let import = looked_at["result_url"].as_str().unwrap().to_owned();
        let seen = office.get("system", &import).await.good();
        assert_eq!(
            (&seen["state"], &seen["added"]),
            (&json!("checked"), &json!(201))
        );
        // Letting it in is a job, too; meanwhile nobody else lets it in.
        let address = promised(&office.commit("system", &looked_at).await);
        let meanwhile = office.commit("system", &looked_at).await;
        assert_eq!(meanwhile.failure(), (409, "import.at_work".into()));
        let browser = office.browser();
        browser.sign_in("system").await;
        let page = import.replace("/api/v1", "/admin");
        assert!(browser.get(&page).await.text().contains("正在后台导入"));
        office.turn().await;
        assert_eq!(standing(&office.job(&address).await), ("done", 201, 201));
        let seen = office.get("system", &import).await.good();
        assert_eq!(seen["state"], "committed");
    });
}

#[test]
fn a_file_with_flaws_changes_nothing_and_its_job_says_where_they_stand() {
    on_each_office(async |office| {
        let flawed = units(60) + "bad one,department,坏局,\n";
        let check = office
            .send("system", later(file("kind=units", &flawed)))
            .await;
        let commit = later(file("kind=units&dry_run=false", &flawed));
        let commit = office.send("system", commit).await;
        office.turn().await;
        let checked = office.job(&promised(&check)).await;
        assert_eq!(checked["state"], "done", "it was to be looked at");
        let failed = office.job(&promised(&commit)).await;
        assert_eq!(standing(&failed), ("failed", 0, 61));
        assert_eq!(failed["failure"]["code"], "import.flawed");
        assert!(
            failed["failure"]["messages"]["en"]
                .as_str()
                .unwrap()
                .contains('1')
        );
        for job in [&checked, &failed] {
            let errors = job["errors_url"].as_str().unwrap();
            let found = office.get("system", errors).await.good();
            assert_eq!(found["state"], "flawed");
            assert_eq!(found["errors"][0]["pointer"], "/rows/60/code");
        }
        // What is no table at all is said at once.
        let unread = office
            .send("system", later(file("kind=units", "x\n1\n")))
            .await;
        assert_eq!(unread.failure(), (422, "validation.failed".into()));
        let units = office.get("system", "/api/v1/units?limit=200").await.good();
        assert!(!units["data"].to_string().contains("new-0"));
    });
}

#[test]
fn roles_and_deputies_of_a_file_come_in_some_rows_at_a_time() {
    on_each_office(async |office| {
        let text = "login,name,unit,roles,deputy\nwang,王一,power,officer,li\nli,李二,power,officer head,wang\nsun,孙三,power,officer,li\n";
        let looked_at = office
            .send("system", file("kind=people", text))
            .await
            .good();
        let commit = format!(
            "/api/v1/imports/{}/commit",
            looked_at["id"].as_str().unwrap()
        );
        let ask = |login| office.send(login, later(TestRequest::post().uri(&commit)));
        assert_eq!(
            ask("system").await.failure(),
            (409, "import.has_roles".into())
        );
        let address = promised(&ask("security").await);
        let one = Pace {
            steps: 1,
            batches: 1,
        };
        for step in 1..6 {
            advance(&office.app, one).await.unwrap();
            let job = office.get("security", &address).await.good();
            assert_eq!(standing(&job), ("running", step, 6));
        }
        office.turn().await;
        let job = office.get("security", &address).await.good();
        assert_eq!(standing(&job), ("done", 6, 6));
        let people = office
            .get("system", "/api/v1/people?limit=200")
            .await
            .good();
        let deputy_of = |login: &str| {
            let people = people["data"].as_array().unwrap();
            let found = people.iter().find(|person| person["login"] == login);
            found.unwrap()["deputy"]["name"].clone()
        };
        assert_eq!(
            ["wang", "li", "sun"].map(deputy_of),
            [json!("李二"), json!("王一"), json!("李二")]
        );
        // A job is its owner's alone.
        let foreign = office.get("system", &address).await;
        assert_eq!(foreign.failure(), (404, "not_found".into()));
    });
}

#[test]
fn a_request_for_work_that_is_repeated_asks_once() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        let ask = |request: TestRequest, key: &str| {
            let request = request.insert_header(("Idempotency-Key", key.to_owned()));
            office.send("system", request)
        };
        let wish = "kind=units&dry_run=false";
        let first = ask(later(file(wish, &units(5))), "a").await;
        let second = ask(later(file(wish, &units(5))), "a").await;
        assert_eq!((promised(&first), second.status), (promised(&second), 202));
        back_door.run("UPDATE idempotency SET answer = NULL").await;
        let third = ask(later(file(wish, &units(5))), "a").await;
        assert_eq!(promised(&first), promised(&third));
        assert_eq!(back_door.count("job").await, 1);
        // What is done at once has one write as well: its answer can be made again.
        for (wish, key) in [("kind=units", "b"), (wish, "c")] {
            let first = ask(file(wish, &units(6)), key).await;
            assert_eq!(first.status, 201, "{}", first.text());
            back_door.run("UPDATE idempotency SET answer = NULL").await;
            let again = ask(file(wish, &units(6)), key).await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            assert_eq!(first.json()["id"], again.json()["id"]);
        }
        assert_eq!(back_door.count("import").await, 3);
        office.turn().await;
    });
}

#[test]
fn everybody_lists_the_own_jobs() {
    on_each_office(async |office| {
        let mut asked = Vec::new();
        for count in 1..=3 {
            let address = office.ask_for_units(count).await;
            asked.insert(0, address.replace("/api/v1/jobs/", ""));
        }
        let list = async |path: &str| office.get("system", path).await.good();
        let ids = |page: &Value| -> Vec<String> {
            let rows = page["data"].as_array().unwrap().iter();
            rows.map(|row| row["id"].as_str().unwrap().to_owned())
                .collect()
        };
        let first = list("/api/v1/jobs?limit=2&count=true").await;
        assert_eq!(ids(&first), asked[..2]);
        assert_eq!(first["page"]["total"], 3);
        let next = first["page"]["next"].as_str().unwrap();
        let second = list(&format!("/api/v1/jobs?limit=2&cursor={next}")).await;
        assert_eq!(ids(&second), asked[2..]);
        let prev = second["page"]["prev"].as_str().unwrap();
        let back = list(&format!("/api/v1/jobs?limit=2&cursor={prev}")).await;
        assert_eq!(ids(&back), asked[..2]);
        let others = office.get("security", "/api/v1/jobs").await.good();
        assert_eq!(others["data"], json!([]));
        office.turn().await;
        // Three months after its end nobody needs it any more.
        let day = time::Duration::days(1);
        let end = office.app.now() + 90 * day;
        office.pass_to_instant(end).await;
        assert_eq!(ids(&list("/api/v1/jobs").await).len(), 3);
        office
            .pass_to_instant(end + time::Duration::seconds(1))
            .await;
        assert_eq!(ids(&list("/api/v1/jobs").await).len(), 0);
        office.new_letters();
    });
}

#[test]
fn a_job_that_always_breaks_off_is_given_up_and_holds_nobody_up() {
    on_each_office_and_database(async |office, database| {
        let mut back_door = database.back_door().await;
        let broken = office.ask_for_units(2).await;
        back_door.run("UPDATE import SET body = '{'").await;
        let sound = office.ask_for_units(3).await;
        office.turn().await;
        assert_eq!(standing(&office.job(&sound).await), ("done", 3, 3));
        for _turn in 0..3 {
            office.turn().await;
            assert_eq!(office.job(&broken).await["state"], "queued");
        }
        office.turn().await;
        let given_up = office.job(&broken).await;
        assert_eq!(given_up["state"], "failed");
        assert_eq!(given_up["failure"]["code"], "internal");
    });
}
