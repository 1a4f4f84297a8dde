//! The page on security: its table of rights is the one that decides, its list of ASVS 5.0 is complete, and every
//! line that applies names a test that exists.
//!
//! The list is `docs/asvs.csv`. Both parts of the page are made: `UPDATE_GOLDEN=1 cargo test --test it security::`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use domain::access::{Permission, Reach, Role, reach};

/// Requirements of ASVS 5.0.0 on level 1 and level 2, as its publisher counts them.
const LEVEL_1: usize = 70;
const LEVEL_2: usize = 183;
/// What the made parts of the page begin with; each ends where the next part begins.
const RIGHTS: &str = "## Who may do what\n";
const LIST: &str = "## ASVS 5.0, levels 1 and 2\n";

struct Row {
    /// Number and level of each requirement.
    requirements: Vec<(String, u8)>,
    applies: String,
    what: String,
    proofs: Vec<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/asvs.csv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("requirements|applies|what|proof"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            let [requirements, applies, what, proof] = cells[..] else {
                panic!("not four cells: {line}");
            };
            let requirement = |text: &str| {
                let (number, level) = text.split_once(':').unwrap();
                (number.to_owned(), level.parse().unwrap())
            };
            Row {
                requirements: requirements.split(' ').map(requirement).collect(),
                applies: applies.to_owned(),
                what: what.to_owned(),
                proofs: proof
                    .split(' ')
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            }
        })
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The names of all tests, each as its file and function: `tests/it/right.rs::every_role_...`.
fn tests() -> BTreeSet<String> {
    let mut files = Vec::new();
    for folder in [
        "api/src",
        "domain",
        "notifications/src",
        "persistence/src",
        "tests/it",
    ] {
        sources(&root().join(folder), &mut files);
    }
    let mut tests = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let place = file.strip_prefix(root()).unwrap().display().to_string();
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            let name = line
                .strip_prefix("async ")
                .unwrap_or(line)
                .strip_prefix("fn ")
                .and_then(|rest| rest.split('(').next());
            if let Some(name) = name.filter(|_| is_test) {
                tests.insert(format!("{place}::{name}"));
            }
            // Attributes may stand between, on several lines.
            is_test = line == "#[test]" || (is_test && name.is_none());
        }
    }
    tests
}

#[test]
fn every_requirement_of_levels_one_and_two_is_answered_once() {
    let mut seen = BTreeMap::new();
    for row in rows() {
        for (number, level) in row.requirements {
            assert_eq!(seen.insert(number.clone(), level), None, "{number} twice");
        }
    }
    let on = |wanted: u8| seen.values().filter(|level| **level == wanted).count();
    assert_eq!((on(1), on(2)), (LEVEL_1, LEVEL_2));
}

#[test]
fn every_requirement_that_applies_has_a_test_that_exists() {
    let tests = tests();
    assert!(tests.len() > 400, "{}", tests.len());
    let mut wanting = Vec::new();
    for row in rows() {
        let first = &row.requirements[0].0;
        match row.applies.as_str() {
            "yes" if row.proofs.is_empty() => wanting.push(format!("{first}: no proof")),
            "no" if !row.proofs.is_empty() => wanting.push(format!("{first}: a proof of nothing")),
            "yes" | "partly" | "no" => {}
            other => wanting.push(format!("{first}: {other:?} is no answer")),
        }
        for proof in row.proofs {
            let is_script = proof.starts_with(".ci/") && root().join(&proof).is_file();
            if !is_script && !tests.contains(&proof) {
                wanting.push(format!("{first}: no test {proof}"));
            }
        }
    }
    assert!(wanting.is_empty(), "{wanting:#?}");
}

/// The table of rights as people read it: `own`, `unit` or `zone`, or nothing.
fn rights() -> String {
    let mut text = format!(
        "{RIGHTS}\nA right holds for what is one's own, for one's unit, or for the zone. What each address of the API and \
         of the pages answers to whom is `tests/it/right/table.csv`; which member of which answer who reads is \
         `tests/it/right/field.csv`. Made from `domain/src/access.rs`; how well its tests hold it shows \
         `cargo mutants -p domain -f 'domain/src/access.rs' -f 'domain/src/access/*.rs'`, which must leave nothing \
         unnoticed.\n\n| right |"
    );
    for role in Role::ALL {
        write!(text, " {} |", role.code().replace('_', " ")).unwrap();
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(Role::ALL.len()));
    for permission in Permission::ALL {
        write!(text, "\n| {} |", permission.code().replace('_', " ")).unwrap();
        for role in Role::ALL {
            text.push_str(match reach(role, permission) {
                None => "  |",
                Some(Reach::Own) => " own |",
                Some(Reach::Unit) => " unit |",
                Some(Reach::Zone) => " zone |",
            });
        }
    }
    text.push_str("\n\n");
    text
}

/// The list as people read it.
fn list() -> String {
    let rows = rows();
    let count = |answer: &str| -> usize {
        let answered = rows.iter().filter(|row| row.applies == answer);
        answered.map(|row| row.requirements.len()).sum()
    };
    let mut text = format!(
        "{LIST}\nAll {} requirements of levels 1 and 2: {} apply, {} in part with the reason in the line, {} \
         do not. Made from `docs/asvs.csv`, which a test compares with the tests that there are.\n\n\
         | requirement (level) | applies | what we hold ourselves to | proof |\n|---|---|---|---|\n",
        LEVEL_1 + LEVEL_2,
        count("yes"),
        count("partly"),
        count("no"),
    );
    for row in &rows {
        let requirements: Vec<String> = row
            .requirements
            .iter()
            .map(|(number, level)| format!("{number} ({level})"))
            .collect();
        let proofs: Vec<String> = row
            .proofs
            .iter()
            .map(|proof| format!("`{}`", proof.rsplit("::").next().unwrap()))
            .collect();
        let (requirements, proofs) = (requirements.join(", "), proofs.join(", "));
        let Row { applies, what, .. } = row;
        writeln!(text, "| {requirements} | {applies} | {what} | {proofs} |").unwrap();
    }
    text
}

/// The page with one of its parts made anew.
fn with_part(page: &str, heading: &str, part: &str) -> String {
    let at = page.find(heading);
    let at = at.unwrap_or_else(|| panic!("docs/security.md has no {heading}"));
    let rest = &page[at + heading.len()..];
    let end = rest.find("\n## ").map_or(rest.len(), |end| end + 1);
    format!("{}{part}{}", &page[..at], &rest[end..])
}

#[test]
fn the_page_on_security_has_the_table_of_rights_and_the_list_as_they_are() {
    let path = root().join("docs/security.md");
    let text = fs::read_to_string(&path).unwrap();
    let whole = with_part(&with_part(&text, RIGHTS, &rights()), LIST, &list());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &whole).unwrap();
        return;
    }
    assert!(
        text == whole,
        "docs/security.md is old: UPDATE_GOLDEN=1 cargo test --test it security::"
    );
}
