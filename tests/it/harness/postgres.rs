//! A PostgreSQL for this run of the tests: the one of `TEST_DATABASE_URL`, or a cluster of its own from
//! whatever is installed. The cluster listens on a socket in a temporary folder and on no port.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

use tempfile::TempDir;

/// Where tests may create databases.
pub(crate) struct Server {
    /// A URL with `{name}` where the name of the database goes.
    url: String,
    /// The database to connect to for creating others.
    entrance: String,
    /// The process that stops the cluster when this one ends, however it ends.
    keeper: Option<Child>,
}

impl Server {
    /// True when the server ends with this run and takes everything on it along.
    pub(crate) fn is_ours(&self) -> bool {
        self.keeper.is_some()
    }

    /// The URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        self.url.replace("{name}", database)
    }

    /// The URL of the database from which others are created.
    pub(crate) fn entrance(&self) -> String {
        self.url(&self.entrance)
    }
}

/// The server of this run, or `None` where there is no PostgreSQL; then the tests say so, once, past the
/// capture of their output.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| {
        let server = given().or_else(own_cluster);
        if server.is_none() {
            let mut stderr = std::io::stderr();
            let _closed = writeln!(
                stderr,
                "\nskipped: no PostgreSQL found (no TEST_DATABASE_URL; no initdb on PATH or under \
                 /usr/lib/postgresql): every test ran on SQLite only\n"
            );
        }
        server
    });
    SERVER.as_ref()
}

fn given() -> Option<Server> {
    let url = env::var("TEST_DATABASE_URL").ok()?;
    let (rest, options) = url.split_once('?').unwrap_or((&url, ""));
    let (host, entrance) = rest
        .rsplit_once('/')
        .filter(|(host, name)| host.contains("://") && !host.ends_with('/') && !name.is_empty())
        .expect("TEST_DATABASE_URL has the form postgres://USER@HOST/NAME");
    let options = if options.is_empty() {
        String::new()
    } else {
        format!("?{options}")
    };
    Some(Server {
        url: format!("{host}/{{name}}{options}"),
        entrance: entrance.to_owned(),
        keeper: None,
    })
}

fn own_cluster() -> Option<Server> {
    let programs = programs()?;
    let folder = TempDir::with_prefix("gc-pg-").unwrap().keep();
    let account = unprivileged(&folder);
    let mut keeper = Command::new("/bin/sh");
    keeper
        .args(["-c", KEEPER, "keeper"])
        .args([&programs, &folder])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .current_dir(&folder)
        // An interrupt from the keyboard ends the tests; the keeper outlives them to clear up.
        .process_group(0);
    if let Some((user, group)) = account {
        keeper.uid(user).gid(group);
    }
    let mut keeper = keeper.spawn().unwrap();
    let mut answer = String::new();
    BufReader::new(keeper.stdout.take().unwrap())
        .read_line(&mut answer)
        .unwrap();
    if answer.trim() != "ready" {
        let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
        panic!(
            "PostgreSQL of {} did not start in {}:\n{log}",
            programs.display(),
            folder.display()
        );
    }
    let host = folder.to_str().unwrap().replace('/', "%2F");
    Some(Server {
        url: format!("postgres://tests@{host}/{{name}}"),
        entrance: "postgres".into(),
        keeper: Some(keeper),
    })
}

/// Starts a cluster, says `ready`, waits until its input is closed, which the end of the tests does, and
/// leaves nothing behind. Nothing here must survive a power cut, so nothing waits for the disk.
const KEEPER: &str = r#"
programs=$1 folder=$2
{
    initdb() {
        "$programs/initdb" --pgdata="$folder/data" --username=tests --auth=trust --encoding=UTF8 \
            --locale=C --no-sync --no-instructions "$@"
    }
    # Sorted as a Chinese office would, where this PostgreSQL can, so that no test leans on bytes.
    { initdb --locale-provider=icu --icu-locale=zh-Hans-CN || initdb; } &&
    "$programs/pg_ctl" start --wait --silent --pgdata="$folder/data" --log="$folder/log" --options="\
        -c listen_addresses= -c unix_socket_directories=$folder -c max_connections=300 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
        -c timezone=America/New_York"
} >>"$folder/log" 2>&1 && echo ready || echo failed
read -r _
"$programs/pg_ctl" stop --mode=immediate --silent --pgdata="$folder/data" >/dev/null 2>&1
rm -rf "$folder"/*
rmdir "$folder" 2>/dev/null
"#;

/// The folder of `initdb` and `pg_ctl`: on PATH, or the newest that the distribution keeps elsewhere.
fn programs() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut kept: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    kept.sort();
    env::split_paths(&on_path)
        .chain(kept.into_iter().rev())
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// PostgreSQL refuses to run as root: the user and group to become, and the folder made theirs.
fn unprivileged(folder: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    let is_root = fs::metadata(folder).unwrap().uid() == 0;
    if !is_root {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &str| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(|id| id.parse::<u32>().ok());
        Some((ids.next()??, ids.next()??))
    };
    let (user, group) = find("postgres")
        .or_else(|| find("nobody"))
        .expect("root needs a user postgres or nobody to start PostgreSQL as");
    chown(folder, Some(user), Some(group)).unwrap();
    Some((user, group))
}
