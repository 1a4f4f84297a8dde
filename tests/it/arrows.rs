//! Who may depend on whom, and on what nobody may.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::LazyLock,
};

use serde_json::Value;

/// What cargo knows of this workspace and everything below it, on this kind of machine, without a network.
static METADATA: LazyLock<Value> = LazyLock::new(|| {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let asked = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--locked"])
        .args(["--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&asked.stderr);
    assert!(asked.status.success(), "{said}");
    serde_json::from_slice(&asked.stdout).unwrap()
});

fn packages() -> impl Iterator<Item = &'static Value> {
    METADATA["packages"].as_array().unwrap().iter()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The crates of this house that a crate uses, tests aside.
fn uses(crate_name: &str) -> BTreeSet<&'static str> {
    let package = packages()
        .find(|package| package["name"] == crate_name)
        .unwrap();
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    dependencies
        .filter(|dependency| dependency["path"].is_string() && dependency["kind"] != "dev")
        .map(|dependency| text(&dependency["name"]))
        .collect()
}

#[test]
fn arrows_point_one_way() {
    // A new edge is an architectural decision, so it is made here, on purpose.
    let rooms: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("persistence", &["domain"]),
        ("notifications", &["domain", "persistence"]),
        ("api", &["domain", "persistence", "notifications"]),
        ("green-channel", &["api"]),
    ]);
    for (room, allowed) in &rooms {
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        let used = uses(room);
        assert!(
            used.is_subset(&allowed),
            "{room} uses {used:?}, but may use {allowed:?}"
        );
    }
    let members = METADATA["workspace_members"].as_array().unwrap().len();
    assert_eq!(members, rooms.len(), "a crate without a place in the chain");
}

#[test]
fn the_rules_know_neither_disk_nor_network_nor_clock() {
    let package = packages()
        .find(|package| package["name"] == "domain")
        .unwrap();
    let dependencies = package["dependencies"].as_array().unwrap().iter();
    let used: BTreeSet<&str> = dependencies
        .filter(|dependency| dependency["kind"].is_null())
        .map(|dependency| text(&dependency["name"]))
        .collect();
    let allowed = BTreeSet::from(["jiff", "serde", "time", "uuid"]);
    assert!(used.is_subset(&allowed), "{used:?}");
}

#[test]
fn nothing_below_obliges_whoever_runs_this() {
    for package in packages() {
        let name = text(&package["name"]);
        let licence = text(&package["license"]);
        assert!(!licence.is_empty(), "{name} states no licence");
        // One free alternative is enough: "MIT OR GPL-2.0" may be used as MIT.
        let is_free = licence
            .split(" OR ")
            .flat_map(|part| part.split('/'))
            .any(|alternative| !alternative.contains("GPL"));
        assert!(is_free, "{name} is {licence}");
    }
}

#[test]
fn nothing_below_needs_a_library_that_must_be_installed() {
    for package in packages() {
        let name = text(&package["name"]);
        let needs = [
            "pq-sys",
            "openssl",
            "openssl-sys",
            "native-tls",
            "mysqlclient-sys",
        ];
        assert!(
            !needs.contains(&name),
            "{name}: TLS is rustls, PostgreSQL is tokio-postgres"
        );
    }
}

#[test]
fn every_dependency_comes_from_the_public_registry() {
    for package in packages() {
        let source = text(&package["source"]);
        let is_ours = source.is_empty();
        let is_public = source == "registry+https://github.com/rust-lang/crates.io-index";
        assert!(
            is_ours || is_public,
            "{} comes from {source}",
            package["name"]
        );
    }
}
