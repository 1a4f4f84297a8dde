//! The server as a process: it starts, answers, ends, and says clearly why it does not start.

use std::net::TcpListener;

use super::process::{Place, until};

#[test]
fn it_starts_answers_and_ends_when_asked() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    let server = place.serve(&[]);
    let stranger = server.stranger();
    assert_eq!(stranger.get("/livez").body, "ok\n");
    assert_eq!(stranger.get("/readyz").good()["is_ready"], true);
    let home = stranger.get("/");
    assert_eq!(home.status, 200);
    assert!(home.header("content-security-policy").is_some());
    assert!(home.body.contains("<html lang=\"zh-Hans\""));
    assert_eq!(server.terminate(), 0);
}

#[test]
fn it_can_be_asked_to_end_as_soon_as_its_address_is_known() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    for _start in 0..5 {
        let server = place.serve(&[]);
        assert_eq!(server.terminate(), 0);
    }
}

#[test]
fn a_database_without_a_zone_is_refused_in_both_languages_with_the_command_that_founds_it() {
    let place = Place::sqlite();
    let folder = ("GREEN_CHANNEL__MAIL__TRANSPORT", "folder");
    let letters = ("GREEN_CHANNEL__MAIL__FOLDER", "letters");
    let arguments = ["serve", "--migrate", "--listen", "127.0.0.1:0"];
    let ended = place.run_with(&arguments, "", &[folder, letters]);
    let said = ended.failed(2);
    for words in ["no zone yet", "还没有开发区"] {
        let line = said.lines().find(|line| line.contains(words));
        let command = "green-channel migrate --zone-name-zh";
        assert!(line.is_some_and(|line| line.contains(command)), "{said}");
    }
    // The command that was named does it.
    place
        .run(&["migrate", "--zone-name-zh", "海港开发区"])
        .good();
    assert_eq!(place.serve(&[]).terminate(), 0);
}

#[test]
fn a_request_that_cannot_be_read_is_no_error_of_ours() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    let server = place.serve(&[]);
    let reply = server
        .stranger()
        .send("GET /livez", &[("X-Odd", "a\u{0}b")], None);
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(!server.log().contains("ERROR"), "{}", server.log());
    assert_eq!(server.terminate(), 0);
}

#[test]
fn codes_of_a_project_added_by_command_open_its_page() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    let printed = place
        .run(&[
            "project",
            "add",
            "--name",
            "海龙精密",
            "--investor",
            "某公司",
            "--key",
        ])
        .good();
    let (code, query_code) = printed.trim().split_once(' ').unwrap();
    let server = place.serve(&[]);
    let form = format!("code={code}&query_code={query_code}&csrf=");
    let head = [("Content-Type", "application/x-www-form-urlencoded")];
    let reply = server.stranger().send_text("POST /status", &head, &form);
    assert_eq!(
        reply.header("location"),
        Some(format!("/p/{code}").as_str()),
        "{reply:?}"
    );
    assert_eq!(server.terminate(), 0);
}

#[test]
fn a_server_that_cannot_start_says_why_and_which_setting_is_at_fault() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    let folder = ("GREEN_CHANNEL__MAIL__TRANSPORT", "folder");
    let letters = ("GREEN_CHANNEL__MAIL__FOLDER", "letters");
    let no_relay = place.run(&["serve"]);
    let said = no_relay.failed(2);
    assert!(
        said.contains("mail.host: the SMTP relay is missing"),
        "{said}"
    );

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = place.run_with(&["serve", "--listen", &address], "", &[folder, letters]);
    let said = ended.failed(2);
    assert!(
        said.contains("server.listen") && said.contains(&address) && said.contains("taken"),
        "{said}"
    );

    let ended = place.run_with(
        &["serve", "--database-url", "mysql://root@localhost/gc"],
        "",
        &[folder, letters],
    );
    let said = ended.failed(2);
    assert!(
        said.contains("sqlite://") && said.contains("postgres://"),
        "{said}"
    );

    // A typing error makes no empty database.
    let missing = place.folder.path().join("mising/gc.sqlite");
    let url = format!("sqlite://{}", missing.display());
    let ended = place.run_with(&["serve", "--database-url", &url], "", &[folder, letters]);
    ended.failed(2);

    let file = place.file(
        "gc.toml",
        "[server]\nlisten = \"here\"\n[mail]\nhots = \"x\"\n",
    );
    let ended = place.run(&["serve", "--config", file.to_str().unwrap()]);
    let said = ended.failed(2);
    assert!(said.contains("gc.toml") && said.contains("hots"), "{said}");
    let file = place.file(
        "gc.toml",
        "[server]\nlisten = \"here\"\n[worker]\ninterval_seconds = 0\n",
    );
    let ended = place.run(&["serve", "--config", file.to_str().unwrap()]);
    let said = ended.failed(2);
    for key in ["server.listen", "worker.interval_seconds", "mail.host"] {
        assert!(said.contains(key), "{key}: {said}");
    }
}

#[test]
fn an_address_that_others_reach_needs_https_and_a_proxy_that_speaks_it() {
    let place = Place::sqlite();
    // There is no database to start with: what is refused is refused before it is looked for.
    let folder = ("GREEN_CHANNEL__MAIL__TRANSPORT", "folder");
    let letters = ("GREEN_CHANNEL__MAIL__FOLDER", "letters");
    for (listen, url, fault) in [
        ("0.0.0.0:0", None, "server.public_url"),
        (
            "127.0.0.1:0",
            Some("http://gc.example"),
            "server.public_url",
        ),
        (
            "127.0.0.1:0",
            Some("http://localhost.gc.example"),
            "server.public_url",
        ),
        (
            "127.0.0.1:0",
            Some("https://gc.example"),
            "server.trusted_proxies",
        ),
    ] {
        let mut environment = vec![folder, letters];
        environment.extend(url.map(|url| ("GREEN_CHANNEL__SERVER__PUBLIC_URL", url)));
        let ended = place.run_with(&["serve", "--listen", listen], "", &environment);
        let said = ended.failed(2);
        assert!(said.contains(fault), "{listen} {url:?}: {said}");
    }
}

#[test]
fn a_database_without_tables_is_refused_with_the_command_that_makes_them() {
    let place = Place::sqlite();
    let folder = ("GREEN_CHANNEL__MAIL__TRANSPORT", "folder");
    let letters = ("GREEN_CHANNEL__MAIL__FOLDER", "letters");
    let ended = place.run_with(
        &["serve", "--listen", "127.0.0.1:0"],
        "",
        &[folder, letters],
    );
    let said = ended.failed(2);
    assert!(said.contains("green-channel migrate"), "{said}");
    for arguments in [
        &["sweep"][..],
        &["project", "add", "--name", "x", "--investor", "y"],
        &[
            "user",
            "add",
            "--login",
            "x",
            "--name",
            "x",
            "--role",
            "leader",
            "--random-password",
        ],
    ] {
        let ended = place.run(arguments);
        assert!(
            ended.failed(2).contains("green-channel migrate"),
            "{ended:?}"
        );
    }
}

#[test]
fn whoever_watches_hears_of_every_check_and_nobody_else_does() {
    let place = Place::sqlite();
    place.run(&["migrate"]).good();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let listen = ("GREEN_CHANNEL__SERVER__METRICS_LISTEN", address.as_str());
    let server = place.serve(&[listen]);
    let watcher = server.stranger().at(&address);
    assert_eq!(watcher.get("/livez").body, "ok\n");
    assert_eq!(watcher.get("/readyz").good()["is_ready"], true);
    let seen = until("the first turn", || {
        let seen = watcher.get("/readyz?verbose").good();
        (seen["sweep"]["status"] == "ok").then_some(seen)
    });
    for check in ["database", "migrations", "sweep", "mail"] {
        assert_eq!(seen[check]["status"], "ok", "{seen}");
    }
    assert!(seen["sweep"]["age_seconds"].is_number(), "{seen}");
    assert!(seen["calendar"]["status"].is_string() && seen["audit"]["status"].is_string());
    assert!(watcher.get("/metrics").body.contains("# TYPE"));
    // The public form says no more than before.
    let public = server.stranger().get("/readyz?verbose").good();
    assert!(public["database"] == "ok" && public.get("migrations").is_none());
    assert_eq!(server.terminate(), 0);
}
