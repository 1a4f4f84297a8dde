//! Pages: what every one of them has, in both languages, for everybody; and the way of a form.

use std::collections::{BTreeMap, BTreeSet};

use time::macros::date;

use crate::harness::{
    browser::Browser,
    html::{self, Tag},
    office::{Answer, Office, on_each_office, on_each_office_and_database},
    store::{BackDoor, Database},
    work::Project,
};

/// An office in which something stands in every list.
async fn busy(office: &Office) -> Project {
    let project = office.admit_to_planning("海龙精密三期").await;
    office.accept("officer", &project, "P01").await;
    office
        .note("officer", &project, "P01", "已送会签 <b>&amp;")
        .await;
    let other = office.admit("Northern Lights \"Phase 2\"").await;
    office.accept("recruiter", &other, "G01").await;
    office.pass_to(date!(2026 - 03 - 12)).await;
    office.stop("officer", &project, "P01").await;
    office.new_letters();
    project
}

const PERSONAS: [&str; 10] = [
    "",
    "guest",
    "investor",
    "officer",
    "head",
    "supervisor",
    "efficacy",
    "leader",
    "system",
    "audit",
];

/// Somebody's browser: of nobody, of a guest with the query code, or signed in.
pub(crate) async fn enter<'a>(office: &'a Office, persona: &str, project: &Project) -> Browser<'a> {
    let browser = office.browser();
    match persona {
        "" | "nobody" => {}
        "guest" => {
            let answer = browser.enter(&project.code, &project.query_code).await;
            assert_eq!(answer.status, 303);
        }
        login => {
            browser.sign_in(login).await;
        }
    }
    browser
}

/// Every page that can be reached by links, with what it answered.
async fn crawl(browser: &Browser<'_>, project: &Project) -> BTreeMap<String, Answer> {
    let mut found: BTreeMap<String, Answer> = BTreeMap::new();
    let mut ahead = vec![
        "/".to_owned(),
        format!("/p/{}", project.code),
        "/desk".into(),
        "/board".into(),
    ];
    while let Some(path) = ahead.pop() {
        if found.contains_key(&path) {
            continue;
        }
        let answer = browser.get(&path).await;
        if answer.status == 200 {
            for tag in html::tags(answer.text()) {
                let link = tag.get("href").or(tag.get("src")).unwrap_or_default();
                let link = link.split('#').next().unwrap();
                if link.starts_with('/') && !link.contains("lang=") && !link.contains("theme=") {
                    ahead.push(link.to_owned());
                }
            }
        }
        found.insert(path, answer);
    }
    found
}

#[test]
fn every_link_leads_to_a_page_in_both_languages_for_everybody() {
    on_each_office(async |office| {
        let project = busy(&office).await;
        let mut kinds = BTreeSet::new();
        for persona in PERSONAS {
            for language in ["zh-Hans", "en"] {
                let browser = enter(&office, persona, &project).await;
                browser.prefer(language);
                for (path, answer) in crawl(&browser, &project).await {
                    let place = format!("{path} for {persona:?} in {language}");
                    check_headers(&answer, &place);
                    let is_first = ["/", "/desk", "/board"].contains(&path.as_str())
                        || path.starts_with("/p/");
                    if answer.status != 200 {
                        // The crawl tries these for everybody; no page links to what its reader may not see.
                        assert!(is_first, "{place}: {}", answer.status);
                    }
                    let is_page = answer
                        .header("content-type")
                        .is_some_and(|kind| kind.starts_with("text/html"));
                    if is_page {
                        check_page(&answer, language, &place);
                        kinds.insert(
                            path.trim_start_matches('/')
                                .split('/')
                                .next()
                                .unwrap()
                                .to_owned(),
                        );
                    }
                }
            }
        }
        let expected = [
            "",
            "admin",
            "auth",
            "board",
            "calculator",
            "calendar",
            "cards",
            "desk",
            "letters",
            "me",
            "p",
            "projects",
            "webhooks",
        ];
        let expected = expected.map(ToOwned::to_owned);
        assert_eq!(kinds, BTreeSet::from(expected));
    });
}

fn check_headers(answer: &Answer, place: &str) {
    let policy = answer.header("content-security-policy").unwrap_or_default();
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(rule), "{place}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{place}: {policy}");
    // The address of a page on the way in may hold a secret.
    let referrer = if place.starts_with("/auth/") {
        "no-referrer"
    } else {
        "same-origin"
    };
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", referrer),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{place}");
    }
}

fn check_page(answer: &Answer, language: &str, place: &str) {
    assert_eq!(answer.header("content-language"), Some(language), "{place}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{place}");
    let tags = html::tags(answer.text());
    let root = tags.iter().find(|tag| tag.name == "html").unwrap();
    assert_eq!(root.get("lang"), Some(language), "{place}");
    for tag in &tags {
        let is_inline = tag.name == "style" || (tag.name == "script" && tag.get("src").is_none());
        let has_inline = tag
            .attributes
            .iter()
            .any(|(name, _)| name == "style" || name.starts_with("on"));
        assert!(!is_inline && !has_inline, "{place}: {tag:?}");
        for (name, value) in &tag.attributes {
            assert!(
                !value.trim_start().starts_with("javascript:"),
                "{place}: {name} of {tag:?}"
            );
        }
    }
    let ids = tags.iter().filter_map(|tag| tag.get("id"));
    let mut seen = BTreeSet::new();
    for id in ids {
        assert!(seen.insert(id), "{place}: two things have the id {id}");
    }
    for tag in tags.iter().filter(|tag| tag.name == "a") {
        let target = tag.get("href").unwrap_or_default().strip_prefix('#');
        assert!(
            target.is_none_or(|id| seen.contains(id)),
            "{place}: {tag:?}"
        );
    }
    assert!(
        !answer.text().contains("<b>&amp;</b>") && !answer.text().contains("<b>&"),
        "{place}"
    );
    if language == "en" {
        let strays = stray_han(&tags);
        assert!(strays.is_empty(), "{place}: {strays:#?}");
    }
}

/// Chinese words on an English page that are not marked as Chinese.
fn stray_han(tags: &[Tag]) -> Vec<String> {
    const VOID: [&str; 7] = ["meta", "link", "input", "br", "hr", "img", "!DOCTYPE"];
    let has_han = |text: &str| text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
    let mut open: Vec<(&str, bool)> = Vec::new();
    let mut strays = Vec::new();
    for tag in tags {
        let is_marked = |open: &[(&str, bool)]| open.last().is_some_and(|(_, is_zh)| *is_zh);
        if let Some(name) = tag.name.strip_prefix('/') {
            while let Some((opened, _)) = open.pop() {
                if opened == name {
                    break;
                }
            }
        } else if !VOID.iter().any(|void| void.eq_ignore_ascii_case(&tag.name)) {
            let is_zh = tag
                .get("lang")
                .map_or(is_marked(&open), |lang| lang.starts_with("zh"));
            open.push((&tag.name, is_zh));
        }
        // The title of a page names the project, and cannot be marked.
        if has_han(&tag.text) && !is_marked(&open) && tag.name != "title" {
            strays.push(format!(
                "{} {:?}: {}",
                tag.name,
                tag.attributes,
                tag.text.trim()
            ));
        }
    }
    strays
}

/// Everything that is kept, but sessions.
async fn dump(back_door: &mut BackDoor) -> Vec<String> {
    let tables = [
        "zone",
        "counter",
        "calendar",
        "template",
        "unit",
        "person",
        "person_role",
        "project",
        "project_contact",
        "stage",
        "event",
        "alert",
        "outbox",
    ];
    let mut lines = Vec::new();
    for table in tables {
        let sql = match back_door {
            BackDoor::Postgres(_) => format!("SELECT t::text AS line FROM {table} AS t ORDER BY 1"),
            BackDoor::Sqlite(_) => {
                let columns = format!(
                    "SELECT group_concat('quote(' || name || ')', ' || ''|'' || ') AS line \
                     FROM pragma_table_info('{table}')"
                );
                let columns = back_door.lines(&columns).await.remove(0);
                format!("SELECT {columns} AS line FROM {table} ORDER BY 1")
            }
        };
        lines.extend(back_door.lines(&sql).await);
    }
    lines
}

#[test]
fn looking_changes_nothing() {
    on_each_office_and_database(async |office, database: &Database| {
        let project = busy(&office).await;
        let mut back_door = database.back_door().await;
        let before = dump(&mut back_door).await;
        assert!(before.len() > 100);
        for persona in PERSONAS {
            let browser = enter(&office, persona, &project).await;
            for path in crawl(&browser, &project).await.keys() {
                browser
                    .get(&format!("{path}?lang=en&theme=dark&done=accept"))
                    .await;
            }
        }
        for path in ["/api/v1/projects", "/api/v1/alerts", "/api/v1/me"] {
            office.get("supervisor", path).await.good();
        }
        assert_eq!(dump(&mut back_door).await, before);
    });
}

#[test]
fn the_language_is_the_readers_choice_and_is_remembered() {
    on_each_office(async |office| {
        let browser = office.browser();
        browser.prefer("fr,en;q=0.8,zh;q=0.5");
        assert_eq!(
            browser.get("/").await.header("content-language"),
            Some("en")
        );
        browser.prefer("fr");
        assert_eq!(
            browser.get("/").await.header("content-language"),
            Some("zh-Hans")
        );
        let page = browser.get("/?lang=en").await;
        assert_eq!(page.header("content-language"), Some("en"));
        assert_eq!(
            browser.get("/").await.header("content-language"),
            Some("en")
        );
        assert_eq!(
            browser.get("/?lang=xx").await.header("content-language"),
            Some("zh-Hans")
        );
        assert_eq!(
            browser.get("/").await.header("content-language"),
            Some("en")
        );
    });
}

#[test]
fn an_address_that_leads_nowhere_is_a_page() {
    on_each_office(async |office| {
        for path in [
            "/nothing",
            "/desk/nothing",
            "/board/alerts/x",
            "/static/app.css",
            "/demo/mail",
            "/p/",
        ] {
            let browser = office.browser();
            browser.sign_in("head").await;
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            check_headers(&answer, path);
            if !path.starts_with("/static") {
                check_page(&answer, "zh-Hans", path);
            }
        }
    });
}
