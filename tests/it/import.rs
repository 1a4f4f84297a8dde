//! Units and people from a file.

use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::person::flaws;
use crate::harness::office::{Answer, Office, on_each_office};

impl Office {
    async fn import(&self, login: &str, query: &str, text: &str) -> Answer {
        let request = TestRequest::post()
            .uri(&format!("/api/v1/imports?{query}"))
            .insert_header(("Content-Type", "text/csv"))
            .set_payload(text.to_owned());
        self.send(login, request).await
    }

    async fn commit_import(&self, login: &str, import: &Value) -> Answer {
        let id = import["id"].as_str().unwrap();
        let request = TestRequest::post().uri(&format!("/api/v1/imports/{id}/commit"));
        self.send(login, request).await
    }

    async fn person_count(&self) -> usize {
        let people = self.get("system", "/api/v1/people?limit=200").await.good();
        people["data"].as_array().unwrap().len()
    }
}

const UNITS: &str = "code,kind,name_zh,name_en\nfire,resident_agency,消防大队,Fire and Rescue\nmetro,public_utility,轨道公司,\n";
const PEOPLE: &str = "\u{feff}登录名,姓名,邮箱,单位,B角\nwang,王一,wang@zone.example,fire,li\nli,李二,li@zone.example,fire,\n";

#[test]
fn a_file_is_looked_at_first_and_comes_twice_without_harm() {
    on_each_office(async |office| {
        let before = office.get("system", "/api/v1/units").await.good();
        let checked = office.import("system", "kind=units", UNITS).await;
        assert_eq!(checked.status, 201, "{}", checked.text());
        let checked = checked.json();
        assert_eq!(
            (
                &checked["state"],
                &checked["added"],
                &checked["total"],
                &checked["done"]
            ),
            (&json!("checked"), &json!(2), &json!(2), &json!(2))
        );
        let after = office.get("system", "/api/v1/units").await.good();
        assert_eq!(before["data"], after["data"], "nothing was changed");
        let done = office.commit_import("system", &checked).await.good();
        assert_eq!(done["state"], "committed");
        let again = office.commit_import("system", &checked).await;
        assert_eq!(again.failure(), (409, "import.committed".into()));
        let same = office
            .import("system", "kind=units&dry_run=false", UNITS)
            .await
            .good();
        assert_eq!(
            (&same["added"], &same["changed"], &same["unchanged"]),
            (&json!(0), &json!(0), &json!(2))
        );
        let renamed = UNITS.replace("消防大队", "消防救援大队");
        let renamed = office
            .import("system", "kind=units&dry_run=false", &renamed)
            .await
            .good();
        assert_eq!(
            (&renamed["changed"], &renamed["unchanged"]),
            (&json!(1), &json!(1))
        );
        let unit = office.unit_id("fire").await;
        let seen = office
            .get("system", &format!("/api/v1/units/{unit}"))
            .await
            .good();
        assert_eq!(seen["name"]["zh"], "消防救援大队");

        // Deputies may stand further below; without roles nobody stands in for anybody.
        let people = office.import("system", "kind=people", PEOPLE).await.good();
        assert_eq!(people["errors"][0]["code"], "deputy.handles_no_stages");
        assert_eq!(people["errors"][0]["pointer"], "/rows/0/deputy");
        let plain = PEOPLE.replace(",li\n", ",\n");
        let people = office
            .import("system", "kind=people&dry_run=false", &plain)
            .await
            .good();
        assert_eq!(
            (&people["added"], &people["state"]),
            (&json!(2), &json!("committed"))
        );
    });
}

#[test]
fn every_wrong_cell_is_named_and_nothing_is_changed() {
    on_each_office(async |office| {
        let count = office.person_count().await;
        let text = "login,name,email,language,unit,roles\n\
            good,好人,good@zone.example,zh-Hans,power,\n\
            bad,,not-an-address,fr,nowhere,wizard officer\n\
            good,重复,,,,\n\
            both,两职,,,,system_administrator;audit_administrator\n";
        let found = office
            .import("system", "kind=people&dry_run=false", text)
            .await;
        assert_eq!(found.failure(), (409, "import.flawed".into()));
        let found = office.import("system", "kind=people", text).await.good();
        let errors: Vec<(&str, &str)> = found["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| {
                (
                    error["pointer"].as_str().unwrap(),
                    error["code"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            errors,
            [
                ("/rows/1/email", "person.email_malformed"),
                ("/rows/1/language", "validation.choice"),
                ("/rows/1/unit", "import.row.unknown_unit"),
                ("/rows/1/roles", "import.row.unknown_role"),
                ("/rows/1/name", "validation.empty"),
                ("/rows/2/login", "import.row.duplicate"),
                ("/rows/3/roles", "person.administrations_exclude"),
            ]
        );
        assert_eq!(found["errors"][0]["line"], 3);
        assert_eq!(found["state"], "flawed");
        let refused = office.commit_import("system", &found).await;
        assert_eq!(refused.failure(), (409, "import.flawed".into()));
        assert_eq!(office.person_count().await, count);
        for (text, code) in [
            ("", "import.empty"),
            ("x,y\n1,2\n", "import.unknown_column"),
            ("PK\u{3}\u{4}x", "import.unreadable"),
        ] {
            let answer = office.import("system", "kind=people", text).await;
            assert_eq!(
                flaws(&answer)[0],
                ("/file".to_owned(), code.to_owned()),
                "{text:?}"
            );
        }
        let long = "login\n".to_owned() + &"x".repeat(1_100_000);
        assert_eq!(
            office
                .import("system", "kind=people", &long)
                .await
                .failure(),
            (413, "request.too_large".into())
        );
    });
}

#[test]
fn a_file_with_roles_needs_a_security_administrator_who_did_not_bring_it() {
    on_each_office(async |office| {
        let text = "login,name,unit,roles,deputy\nwang,王一,power,officer,li\nli,李二,power,officer head,\n";
        let file = office.import("system", "kind=people", text).await.good();
        assert_eq!(file["has_roles"], true);
        let refused = office.commit_import("system", &file).await;
        assert_eq!(refused.failure(), (409, "import.has_roles".into()));
        let own = office.import("security", "kind=people", text).await.good();
        let refused = office.commit_import("security", &own).await;
        assert_eq!(refused.failure(), (409, "import.has_roles".into()));
        office.commit_import("security", &file).await.good();
        let people = office
            .get("system", "/api/v1/people?limit=200")
            .await
            .good();
        let people = people["data"].as_array().unwrap();
        let wang = people
            .iter()
            .find(|person| person["login"] == "wang")
            .unwrap();
        assert_eq!(
            (&wang["roles"], &wang["deputy"]["name"]),
            (&json!(["officer"]), &json!("李二"))
        );
        // A file without roles is no business of who says what people may do.
        let plain = office
            .import("system", "kind=people", "login,name\nzhao,赵三\n")
            .await
            .good();
        let refused = office.commit_import("security", &plain).await;
        assert_eq!(refused.failure(), (403, "access.denied".into()));
    });
}

#[test]
fn an_administrator_brings_a_file_in_on_the_page() {
    on_each_office(async |office| {
        let file = office.import("system", "kind=units", UNITS).await.good();
        let id = file["id"].as_str().unwrap();
        let browser = office.browser();
        browser.sign_in("system").await;
        let list = browser.get("/admin/imports").await;
        assert!(list.text().contains(id), "{}", list.text());
        let page = browser.get(&format!("/admin/imports/{id}")).await;
        assert!(page.text().contains("2 行将生效"), "{}", page.text());
        let sent = browser
            .submit(&page, &format!("/admin/imports/{id}/commit"), &[])
            .await;
        assert!(browser.follow(&sent).await.text().contains("已导入 2 行"));
    });
}
