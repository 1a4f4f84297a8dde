//! A PostgreSQL of the benchmarks' own, from whatever is installed. It keeps its data between runs, waits
//! for the disk as a real one does, and listens on a socket and on no port. The cluster of the acceptance
//! tests does none of the three, hence this other one.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::seed;

/// A running cluster; it ends with this process.
pub(crate) struct Cluster {
    folder: PathBuf,
    _keeper: Child,
}

/// Starts the cluster if it is not there, says `ready`, and waits until its input is closed, which the end
/// of this process does.
const KEEPER: &str = r#"
programs=$1 folder=$2
{
    test -s "$folder/data/PG_VERSION" ||
        "$programs/initdb" --pgdata="$folder/data" --username=bench --auth=trust --encoding=UTF8 \
            --locale=C --no-instructions
    "$programs/pg_ctl" start --wait --silent --timeout=60 --pgdata="$folder/data" --log="$folder/log" \
        --options="-c listen_addresses= -c unix_socket_directories=$folder -c shared_buffers=512MB \
            -c max_wal_size=4GB"
} >>"$folder/log" 2>&1 && echo ready || echo failed
read -r _
"$programs/pg_ctl" stop --mode=fast --silent --pgdata="$folder/data" >/dev/null 2>&1
"#;

impl Cluster {
    /// The cluster, if PostgreSQL is installed.
    pub(crate) fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = seed::folder().join("postgres");
        fs::create_dir_all(&folder).unwrap();
        let mut keeper = Command::new("/bin/sh");
        keeper
            .args(["-c", KEEPER, "keeper"])
            .args([&programs, &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .current_dir(&folder)
            .process_group(0);
        if let Some((user, group)) = unprivileged() {
            chown(&folder, Some(user), Some(group)).unwrap();
            keeper.uid(user).gid(group);
        }
        let mut keeper = keeper.spawn().unwrap();
        let mut answer = String::new();
        BufReader::new(keeper.stdout.take().unwrap())
            .read_line(&mut answer)
            .unwrap();
        assert_eq!(
            answer.trim(),
            "ready",
            "PostgreSQL did not start, see {}",
            folder.join("log").display()
        );
        Some(Self {
            folder,
            _keeper: keeper,
        })
    }

    /// The URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        let host = self.folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://bench@{host}/{database}")
    }
}

/// The folder of `initdb` and `pg_ctl`: on PATH, or the newest that the distribution keeps elsewhere.
fn programs() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut kept: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    kept.sort();
    let has_both =
        |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    env::split_paths(&on_path)
        .chain(kept.into_iter().rev())
        .find(has_both)
}

/// PostgreSQL refuses to run as root: the user and group to become.
fn unprivileged() -> Option<(u32, u32)> {
    let is_root = fs::metadata(Path::new("/proc/self")).unwrap().uid() == 0;
    let users = fs::read_to_string("/etc/passwd").ok().filter(|_| is_root)?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut ids = line.split(':').skip(2).map(|id| id.parse::<u32>().ok());
    Some((ids.next()??, ids.next()??))
}
