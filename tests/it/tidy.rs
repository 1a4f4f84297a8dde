//! The rules of the house that a search can check. One command runs them with everything else.

use std::{fs, path::Path, process::Command, sync::LazyLock};

/// A file of the repository.
struct File {
    path: String,
    bytes: Vec<u8>,
}

impl File {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    fn is(&self, extension: &str) -> bool {
        self.path.ends_with(&format!(".{extension}"))
    }

    /// The number of each line that contains one of `words`, with the line.
    fn lines_with(&self, words: &[&str]) -> Vec<String> {
        let lines = self.text().lines().zip(1..);
        lines
            .filter(|(line, _)| words.iter().any(|word| line.contains(word)))
            .map(|(line, number)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

/// What git tracks or would track.
static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&listed.stderr);
    assert!(
        listed.status.success(),
        "the tidy checks need a git checkout: {said}"
    );
    let paths = String::from_utf8(listed.stdout).unwrap();
    let paths = paths.split('\0').filter(|path| !path.is_empty());
    paths
        .filter_map(|path| {
            let bytes = fs::read(root.join(path)).ok()?;
            Some(File {
                path: path.to_owned(),
                bytes,
            })
        })
        .collect()
});

/// This file names what others may not.
const ITSELF: &str = "tests/it/tidy.rs";

fn others() -> impl Iterator<Item = &'static File> {
    FILES.iter().filter(|file| file.path != ITSELF)
}

fn expect_none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

/// More does not fit in a head at once.
const LINES_MAX: usize = 400;

/// Long because it is a table, not because it does much.
const LONG_TABLES: &[&str] = &[
    // One row for each holiday of twenty years.
    "domain/src/calendar/china.rs",
    // One block for each table of the database.
    "persistence/src/schema.rs",
];

#[test]
fn no_source_is_longer_than_can_be_grasped() {
    let is_test = |file: &File| {
        file.path.starts_with("tests/") || file.path.contains("/tests") || file.name() == "tests.rs"
    };
    let sources = FILES.iter().filter(|file| file.is("rs") && !is_test(file));
    let long: Vec<String> = sources
        .filter(|file| !LONG_TABLES.contains(&file.path.as_str()))
        // Tests at the end of a file prove it; they do not make it harder to grasp.
        .map(|file| {
            (
                file,
                file.text()
                    .split("#[cfg(test)]\nmod tests {")
                    .next()
                    .unwrap_or_default(),
            )
        })
        .filter(|(_, code)| code.lines().count() > LINES_MAX)
        .map(|(file, code)| format!("{}: {} lines", file.path, code.lines().count()))
        .collect();
    expect_none(&long, "split by what it owns, not by size");
    for table in LONG_TABLES {
        assert!(
            FILES.iter().any(|file| file.path == *table),
            "{table} is gone; so is its excuse"
        );
    }
}

#[test]
fn nothing_is_left_to_do_later() {
    let found: Vec<String> = others()
        .filter(|file| {
            ["rs", "sql", "html", "css", "js", "ftl", "toml"]
                .iter()
                .any(|kind| file.is(kind))
        })
        .flat_map(|file| file.lines_with(&["FIXME", "TODO", "XXX", "HACK"]))
        .collect();
    expect_none(&found, "do it, or write an issue");
}

#[test]
fn files_are_named_by_what_they_own() {
    let nameless = [
        "utils", "util", "common", "helpers", "helper", "misc", "manager", "service",
    ];
    let found: Vec<String> = FILES
        .iter()
        .filter(|file| {
            file.path.split('/').any(|part| {
                let stem = part.split('.').next().unwrap_or_default();
                nameless.contains(&stem)
            })
        })
        .map(|file| file.path.clone())
        .collect();
    expect_none(&found, "say what it owns");
}

/// A clone must stay quick.
const BYTES_MAX: usize = 300 * 1024;

#[test]
fn no_blobs_are_kept() {
    let found: Vec<String> = FILES
        .iter()
        // The description of the API is generated and committed, and changes with the API alone.
        .filter(|file| file.path != "openapi.yaml" || file.bytes.len() > 2 * BYTES_MAX)
        .filter(|file| file.bytes.len() > BYTES_MAX)
        .map(|file| format!("{}: {} bytes", file.path, file.bytes.len()))
        .collect();
    expect_none(&found, "no blobs in git");
}

#[test]
fn pages_obey_a_strict_content_security_policy() {
    let pages = FILES
        .iter()
        .filter(|file| file.path.starts_with("api/templates/"));
    let mut found = Vec::new();
    for page in pages {
        for (line, number) in page.text().lines().zip(1..) {
            let is_inline_script = line.contains("<script") && !line.contains("src=");
            if line.contains(" style=") || is_inline_script || has_inline_handler(line) {
                found.push(format!("{}:{number}: {}", page.path, line.trim()));
            }
        }
    }
    expect_none(&found, "no inline styles, scripts or handlers");
}

/// True when a line has an attribute such as `onclick=`.
fn has_inline_handler(line: &str) -> bool {
    line.match_indices(" on").any(|(at, before)| {
        let rest = &line[at + before.len()..];
        let name: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
        !name.is_empty() && rest[name.len()..].starts_with('=')
    })
}

#[test]
fn inline_handlers_are_seen() {
    assert!(has_inline_handler(r#"<a onclick="x()">"#));
    assert!(has_inline_handler("<body class='a' onload=x>"));
    assert!(!has_inline_handler(r#"<p class="on">based on = 3</p>"#));
}

/// The one place where something is done, and how one does it.
fn only_in(place: &str, words: &[&str], rule: &str) {
    let found: Vec<String> = others()
        .filter(|file| file.is("rs") && file.path != place)
        .flat_map(|file| file.lines_with(words))
        .collect();
    expect_none(&found, rule);
}

#[test]
fn only_one_file_reads_the_clock() {
    let words = [
        "now_utc(",
        "now_local(",
        "SystemTime::now",
        "Timestamp::now",
        "Zoned::now",
        "Local::now",
        "Utc::now",
    ];
    only_in("api/src/clock.rs", &words, "take `now` as a value");
}

#[test]
fn only_one_file_makes_random_keys() {
    let words = [
        "Uuid::new_v4",
        "Uuid::now_v7",
        "getrandom::",
        "rand::",
        "OsRng",
        "SystemRandom",
    ];
    only_in("api/src/ids.rs", &words, "take the id as a value");
}

/// The sources of the program itself, without its tests.
fn sources_of_the_program() -> impl Iterator<Item = &'static File> {
    let crates = [
        "api/src/",
        "domain/src/",
        "notifications/src/",
        "persistence/src/",
    ];
    let is_of_it = move |file: &&File| {
        crates.iter().any(|start| file.path.starts_with(start)) && !file.path.contains("tests")
    };
    FILES.iter().filter(|file| file.is("rs")).filter(is_of_it)
}

/// Where a statement is handed on by the name `sql`, having been a constant.
const HANDED_ON: [&str; 4] = [
    "persistence/src/connection.rs",
    "persistence/src/settings.rs",
    "persistence/src/store.rs",
    "persistence/src/writer.rs",
];

#[test]
fn no_text_is_put_together_into_a_statement() {
    let ways = [
        "sql_query(",
        "sql::<SqlDate>(",
        "batch_execute(",
        "tx.execute(",
        "self.execute(",
        "now(tx, ",
    ];
    let is_constant = |argument: &str| {
        let first = argument.trim_start().chars().next();
        first.is_some_and(|letter| letter == '"' || letter.is_ascii_uppercase())
    };
    let mut found = Vec::new();
    let of_the_store = |file: &&File| file.path.starts_with("persistence/src/");
    for file in sources_of_the_program().filter(of_the_store) {
        let text = file.text();
        for way in ways {
            for (at, _) in text.match_indices(way) {
                let argument = &text[at + way.len()..];
                let end = argument.find([')', '\n']).unwrap_or(argument.len());
                let argument = &argument[..end];
                let is_handed_on = ["sql", "conn, sql"].contains(&argument)
                    && HANDED_ON.contains(&file.path.as_str());
                if !is_constant(argument) && !is_handed_on {
                    found.push(format!("{}: {way}{argument}", file.path));
                }
            }
        }
        let other_ways = file.lines_with(&[" sql::<", "(sql::<", "dsl::sql("]);
        let known = |line: &String| line.contains("sql::<SqlDate>(\"");
        found.extend(other_ways.into_iter().filter(|line| !known(line)));
    }
    expect_none(&found, "values are bound");
}

#[test]
fn the_program_starts_no_other() {
    let words = ["process::Command", "Command::new(", "libc::exec", "fork("];
    let found: Vec<String> = sources_of_the_program()
        .flat_map(|file| file.lines_with(&words))
        .collect();
    expect_none(&found, "no child processes");
}

#[test]
fn no_crate_may_do_what_is_unsafe() {
    let file = |path: &str| FILES.iter().find(|file| file.path == path).unwrap().text();
    assert!(file("Cargo.toml").contains("unsafe_code = \"forbid\""));
    for room in ["api", "domain", "notifications", "persistence"] {
        let manifest = file(&format!("{room}/Cargo.toml"));
        assert!(manifest.contains("[lints]\nworkspace = true"), "{room}");
    }
    let found: Vec<String> = sources_of_the_program()
        .flat_map(|file| file.lines_with(&["unsafe {", "unsafe fn", "unsafe impl"]))
        .collect();
    expect_none(&found, "nothing here needs it");
}

#[test]
fn nothing_makes_markup_or_code_of_a_text() {
    let is_ours = |file: &&File| {
        file.path.starts_with("api/static/")
            || file.path.starts_with("api/templates/")
            || file.path.starts_with("notifications/templates/")
    };
    let words = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setTimeout(\"",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "postMessage",
        "addEventListener(\"message\"",
        "|safe",
        "| safe",
        "autoescape",
    ];
    let found: Vec<String> = FILES
        .iter()
        .filter(is_ours)
        .flat_map(|file| file.lines_with(&words))
        .collect();
    expect_none(&found, "texts stay texts");
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let workplaces = ["/work/", "/home/", "/root/", "/Users/", "C:\\Users"];
    let starts_a_path = |line: &str, place: &str| {
        line.match_indices(place).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(|letter| letter.is_whitespace() || "\"'`(=:<>[".contains(letter))
        })
    };
    let found: Vec<String> = others()
        .flat_map(|file| {
            let lines = file.text().lines().zip(1..);
            lines
                .filter(|(line, _)| workplaces.iter().any(|place| starts_a_path(line, place)))
                .map(|(line, number)| format!("{}:{number}: {}", file.path, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    expect_none(&found, "a path that only one machine has");
    let cargo = FILES.iter().filter(|file| {
        file.path.starts_with(".cargo/")
            || file.name() == "Cargo.toml"
            || file.name() == "Cargo.lock"
    });
    let found: Vec<String> = cargo
        .flat_map(|file| file.lines_with(&["replace-with", "registry =", "[registries", "[source"]))
        .collect();
    expect_none(&found, "dependencies come from where everybody gets them");
}
