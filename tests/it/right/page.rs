//! The same rights on pages: every page and every form, asked by everybody.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use actix_web::test::TestRequest;
use api::view::{action::Action, card::CardAction};

use super::{TABLE, card_of, late_project};
use crate::{
    harness::{browser::Browser, html, office::on_each_office, staff, work::Project},
    page::enter,
};

/// The addresses that the handlers of pages name, with their methods: `GET /desk/stages/{stage}`.
pub(super) fn routes() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut routes = Vec::new();
    let files = fs::read_dir(root.join("api/src/site")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    for file in files.filter(|path| path.is_file()) {
        let text = fs::read_to_string(&file).unwrap();
        for method in ["get", "post", "put", "patch", "delete", "head", "route"] {
            for line in text.lines() {
                let route = line.strip_prefix(&format!("#[{method}(\""));
                if let Some(route) = route.and_then(|rest| rest.strip_suffix("\")]")) {
                    routes.push(format!("{} {route}", method.to_uppercase()));
                }
            }
        }
    }
    routes.sort();
    routes
}

/// Whether a line of the table is about a route. A line may name one of several acts for the last parameter.
pub(super) fn is_of(route: &str, what: &str) -> bool {
    let (parts, named): (Vec<_>, Vec<_>) = (route.split('/').collect(), what.split('/').collect());
    let is_act = |at: usize, part: &str| {
        at + 1 == parts.len() && part.starts_with('{') && !named[at].starts_with('{')
    };
    let mut pairs = parts.iter().zip(&named).enumerate();
    // The one address that two parameters stand for.
    let is_deputy = what == "POST /desk/absence/deputy/name" && route.contains("{absence}");
    let fits = pairs.all(|(at, (part, name))| part == name || is_act(at, part));
    parts.len() == named.len() && (fits || is_deputy)
}

#[test]
fn every_page_and_every_form_has_a_line_in_the_table() {
    let routes = routes();
    assert!(routes.len() > 80, "{routes:?}");
    let lines = || TABLE.rows.keys().filter(|what| what.contains(' '));
    let wanting: Vec<_> = routes
        .iter()
        .filter(|route| !lines().any(|what| is_of(route, what)))
        .collect();
    assert!(wanting.is_empty(), "no line for {wanting:#?}");
    for action in Action::ALL {
        let what = format!("POST /desk/stages/{{stage}}/{}", action.code());
        assert!(TABLE.rows.contains_key(what.as_str()), "{what}");
    }
    for action in CardAction::ALL {
        let what = format!("POST /cards/{{card}}/{}", action.code());
        assert!(TABLE.rows.contains_key(what.as_str()), "{what}");
    }
}

/// Forms and the operation of the API that does the same.
const TWICE: [(&str, &str); 21] = [
    ("POST /letters/{letter}/note", "noteLetter"),
    ("POST /letters/{letter}/resend", "resendLetter"),
    ("POST /desk/stages/{stage}/accept", "acceptStage"),
    ("POST /desk/stages/{stage}/note", "noteProgress"),
    ("POST /desk/stages/{stage}/stop", "stopClock"),
    ("POST /desk/stages/{stage}/resume", "resumeClock"),
    ("POST /desk/stages/{stage}/revise_stop", "reviseStop"),
    ("POST /desk/stages/{stage}/review_stop", "reviewStop"),
    ("POST /desk/stages/{stage}/renew", "renewValidity"),
    ("POST /desk/stages/{stage}/ask_extension", "askExtension"),
    (
        "POST /desk/stages/{stage}/decide_extension",
        "decideExtension",
    ),
    ("POST /desk/stages/{stage}/complete", "completeStage"),
    ("POST /desk/stages/{stage}/assign", "assignStage"),
    ("POST /p/{project}/stages/{stage}/stop", "answerStop"),
    ("POST /board/alerts/{alert}/acknowledge", "acknowledgeAlert"),
    ("POST /cards/{card}/explain", "explainCard"),
    ("POST /cards/{card}/appeal", "appealCard"),
    ("POST /cards/{card}/decide", "decideCard"),
    (
        "POST /projects/{project}/progress/plan_progress",
        "planProgress",
    ),
    (
        "POST /projects/{project}/progress/report_progress",
        "reportProgress",
    ),
    ("POST /admin/people/{person}/change", "changePerson"),
];

#[test]
fn a_form_is_for_the_same_people_as_its_operation() {
    for (form, operation) in TWICE {
        // A form that came too late is shown again with what is wrong.
        let as_form = |status: &&'static str| if *status == "412" { "422" } else { *status };
        let of_operation: Vec<_> = TABLE.rows[operation][2..].iter().map(as_form).collect();
        assert_eq!(TABLE.rows[form][2..], of_operation, "{form} {operation}");
    }
}

/// Handlers are found by the line above them; no other way of giving one an address is used.
#[test]
fn no_handler_gets_its_address_in_another_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["api/src/site", "api/src/http"] {
        for file in fs::read_dir(root.join(folder)).unwrap() {
            let path = file.unwrap().path();
            if !path.is_file() {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let other_ways = [".route(", "web::resource(", "#[routes]", "#[route("];
            for way in other_ways {
                assert!(!text.contains(way), "{way} in {}", path.display());
            }
        }
    }
    // Whoever watches the process has a server of its own: figures, and whether it lives and can work.
    let serve = fs::read_to_string(root.join("api/src/serve.rs")).unwrap();
    assert_eq!(serve.matches(".route(").count(), 2);
    assert_eq!(serve.matches(".service(").count(), 1);
}

/// An address of the table with keys for its parameters.
pub(super) fn filled(what: &str, project: &Project, (alert, card): (&str, &str)) -> String {
    let none = |letters: &str| format!("{letters}_55555555555555555555555555");
    let path = what.split_once(' ').unwrap().1;
    let mut filled = path.to_owned();
    for (name, value) in [
        ("project", project.code.clone()),
        ("stage", project.stage("P01").to_owned()),
        ("alert", alert.to_owned()),
        ("card", card.to_owned()),
        ("person", staff::person_id("officer")),
        ("proposal", none("cpr")),
        ("feed", none("cfd")),
        ("webhook", none("whk")),
        ("delivery", none("dlv")),
        ("import", none("imp")),
        ("absence", none("abs")),
        ("unit", none("unt")),
        ("letter", none("ltr")),
        ("token", "never-made".to_owned()),
        ("name", "never-made.css".to_owned()),
        ("code", "stage.clock.stopped".to_owned()),
        ("tag", "never-made".to_owned()),
    ] {
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    assert!(!filled.contains('{'), "{filled}: teach the test");
    if path == "/live" {
        // A topic that makes no sense: a stream that is opened does not end by itself.
        filled.push_str("?topic=x");
    }
    filled
}

/// Fields for every form: good ones for an act upon what is there, but based on a version that never was; what
/// would make something lacks a field.
fn fields(what: &str, login: &str, csrf: &str) -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    let reason = if what.ends_with("/ask_extension") {
        "other"
    } else {
        "expert_review"
    };
    let kind = match what {
        "POST /admin/imports" => "units",
        "POST /calendar/proposals" => "national",
        _ => "resident_agency",
    };
    // A unit and a login that there are already.
    let code = match what {
        "POST /admin/units" => "natural-resources",
        // Everybody guesses at another project, so that no throttle answers instead.
        _ => login,
    };
    [
        ("csrf", csrf.to_owned()),
        ("version", text("0")),
        ("text", text("x")),
        ("reason", text(reason)),
        ("kind", text(kind)),
        ("agrees", text("yes")),
        ("is_upheld", text("yes")),
        ("is_granted", text("yes")),
        ("expected_on", text("2030-01-02")),
        ("days", text("1")),
        ("result", text("x")),
        ("officer", staff::person_id("colleague")),
        ("person", staff::person_id("builder")),
        ("instruction", text("x")),
        ("new_date", text("2026-04-01")),
        ("verdict", text("withdraw")),
        ("from", text("2026-03")),
        ("shares", text("100")),
        ("month", text("2026-03")),
        ("share", text("1")),
        ("code", text(code)),
        ("name_zh", text("x")),
        ("name_en", text("x")),
    ]
    .into_iter()
    .chain((what == "POST /admin/people").then(|| ("login", text("officer"))))
    .chain(what.contains("/admin/people").then(|| ("name", text("x"))))
    .collect()
}

/// What a form of this session must carry.
async fn csrf(browser: &Browser<'_>) -> String {
    for path in ["/calculator", "/"] {
        let page = browser.get(path).await;
        let forms = html::forms(page.text());
        let mut fields = forms.into_iter().flat_map(|form| form.fields);
        let found = fields.find(|(name, value)| name == "csrf" && !value.is_empty());
        if let Some((_, value)) = found {
            return value;
        }
    }
    String::new()
}

/// What ends or changes the visit comes last.
fn order(what: &str) -> u8 {
    match what {
        "POST /auth/sign-out" => 3,
        "POST /me/security/authenticator" => 2,
        _ if what.starts_with("POST") => 1,
        _ => 0,
    }
}

#[test]
fn every_page_and_every_form_answers_everybody_as_the_table_says() {
    on_each_office(async |office| {
        let (project, alert) = late_project(&office).await;
        let card = card_of(&office, &project).await;
        let before = office.project("supervisor", &project).await;
        let mut lines: Vec<&str> = TABLE.rows.keys().copied().collect();
        lines.retain(|what| what.contains(' '));
        lines.sort_by_key(|what| order(what));
        let mut found = vec![Vec::new(); lines.len()];
        for login in &TABLE.who {
            let browser = enter(&office, login, &project).await;
            let csrf = csrf(&browser).await;
            assert_eq!(csrf.is_empty(), *login == "nobody", "{login}");
            for (number, what) in lines.iter().enumerate() {
                let path = filled(what, &project, (&alert, &card));
                let answer = if what.starts_with("GET") {
                    browser.get(&path).await
                } else {
                    let fields = fields(what, login, &csrf);
                    let fields: Vec<_> = fields
                        .iter()
                        .map(|(name, value)| (*name, value.as_str()))
                        .collect();
                    browser.post(&path, &fields).await
                };
                found[number].push(answer.status.to_string());
            }
        }
        let deviations: Vec<String> = lines
            .iter()
            .zip(found)
            .filter(|(what, found)| TABLE.rows[*what] != *found)
            .map(|(what, found)| format!("{what},{}", found.join(",")))
            .collect();
        assert!(
            deviations.is_empty(),
            "not as in the table:\n{}",
            deviations.join("\n")
        );
        // Everybody has ended the own sign-ins by a form.
        office.forget_tokens();
        assert_eq!(office.project("supervisor", &project).await, before);
    });
}

/// A form of another session, or of another site, does nothing whatever its sender may do.
#[test]
fn every_form_of_somebody_elses_page_is_refused() {
    on_each_office(async |office| {
        let (project, alert) = late_project(&office).await;
        let card = card_of(&office, &project).await;
        for login in ["officer", "efficacy", "system", "security"] {
            let browser = enter(&office, login, &project).await;
            let own = csrf(&browser).await;
            for (what, row) in &TABLE.rows {
                let column = TABLE.who.iter().position(|who| *who == login).unwrap();
                let may = !["403", "404"].contains(&row[column]);
                if !what.starts_with("POST") || !may {
                    continue;
                }
                let path = filled(what, &project, (&alert, &card));
                for (csrf, site) in [("", "same-origin"), (own.as_str(), "cross-site")] {
                    let fields = fields(what, login, csrf);
                    let fields: Vec<_> = fields
                        .iter()
                        .map(|(name, value)| (*name, value.as_str()))
                        .collect();
                    let header = ("Sec-Fetch-Site", site);
                    let answer = browser.post_with(&path, &fields, header).await;
                    assert_eq!(answer.status, 403, "{login} {what} {csrf:?} {site}");
                }
            }
        }
    });
}

#[test]
fn a_method_that_a_page_does_not_take_is_refused_with_those_it_takes() {
    on_each_office(async |office| {
        let (project, alert) = late_project(&office).await;
        let card = card_of(&office, &project).await;
        let mut addresses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for what in TABLE.rows.keys().filter(|what| what.contains(" /")) {
            let (method, _) = what.split_once(' ').unwrap();
            let path = filled(what, &project, (&alert, &card));
            let methods = addresses.entry(path).or_default();
            methods.insert(method.to_owned());
        }
        for (path, taken) in &addresses {
            let others = ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter();
            for other in others.filter(|other| !taken.contains(*other)) {
                let request = TestRequest::default().method(other.parse().unwrap());
                let answer = office.call(request.uri(path)).await;
                assert_eq!(answer.status, 405, "{other} {path}");
                let taken: Vec<_> = taken.iter().map(String::as_str).collect();
                let allowed = answer.header("allow").unwrap();
                let all = allowed.split(", ").collect::<Vec<_>>();
                assert!(
                    taken.iter().all(|one| all.contains(one)),
                    "{path} {allowed}"
                );
                assert!(!all.contains(&other), "{path} {allowed}");
            }
        }
        assert!(addresses.len() > 90, "{}", addresses.len());
        let nowhere = TestRequest::post().uri("/nowhere");
        assert_eq!(office.call(nowhere).await.status, 404);
    });
}

/// The program's own list of addresses and methods is that of its handlers.
#[test]
fn the_list_of_addresses_and_methods_misses_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("api/src/site/method.rs")).unwrap();
    for route in routes() {
        let (method, path) = route.split_once(' ').unwrap();
        let start = format!("    (\"{path}\", \"");
        let line = list.lines().find(|line| line.starts_with(&start));
        assert!(line.is_some_and(|line| line.contains(method)), "{route}");
    }
}
