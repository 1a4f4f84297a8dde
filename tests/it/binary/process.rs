//! Running the program, and talking to it over a socket.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::store::Database;

/// How long a process may take for what it does at once.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Where the program works: a database, and a folder for everything else.
pub(super) struct Place {
    pub(super) folder: TempDir,
    url: String,
}

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) exit: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ended {
    /// What it printed, if it went well.
    pub(super) fn good(self) -> String {
        assert_eq!(self.exit, 0, "{}", self.err);
        self.out
    }

    /// What it said, if it ended with `exit` and printed nothing.
    pub(super) fn failed(&self, exit: i32) -> &str {
        assert_eq!((self.exit, self.out.as_str()), (exit, ""), "{}", self.err);
        &self.err
    }
}

impl Place {
    /// A place with a new SQLite database.
    pub(super) fn sqlite() -> Self {
        let folder = TempDir::with_prefix("gc-place-").unwrap();
        let url = format!("sqlite://{}/gc.sqlite", folder.path().display());
        Self { folder, url }
    }

    /// A place with the database of a test.
    pub(super) fn at(database: &Database) -> Self {
        Self {
            folder: TempDir::with_prefix("gc-place-").unwrap(),
            url: database.url().to_owned(),
        }
    }

    /// The URL of the database.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Writes a file and gives its path.
    pub(super) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_green-channel"));
        let key = self.folder.path().join("master.key");
        if !key.exists() {
            std::fs::write(&key, "5a".repeat(32)).unwrap();
        }
        command
            .args(arguments)
            .env_clear()
            .env("DATABASE_URL", &self.url)
            .env("GREEN_CHANNEL__SIGN_IN__TOTP", "off")
            .env("GREEN_CHANNEL__SECRET__KEY_FILE", key)
            .current_dir(self.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, "", &[])
    }

    /// Runs a command with input and more environment.
    pub(super) fn run_with(
        &self,
        arguments: &[&str],
        input: &str,
        environment: &[(&str, &str)],
    ) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        command.envs(environment.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A command that fails early does not read to the end.
        let feeding = thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let _not_read_to_the_end = feeding.join().unwrap();
        Ended {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Adds a person with the password of all.
    pub(super) fn add_user(&self, login: &str, role: &str, unit: Option<&str>) -> Ended {
        let address = format!("{login}@zone.example");
        let mut arguments = vec![
            "user", "add", "--login", login, "--name", login, "--role", role, "--email", &address,
        ];
        arguments.extend(unit.into_iter().flat_map(|unit| ["--unit", unit]));
        self.run_with(&arguments, PASSWORD, &[])
    }

    /// Starts the server; letters go into a folder unless `environment` says otherwise.
    pub(super) fn serve(&self, environment: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve"]);
        command
            .env("GREEN_CHANNEL__SERVER__LISTEN", "127.0.0.1:0")
            .env("GREEN_CHANNEL__WORKER__INTERVAL_SECONDS", "1")
            .env("GREEN_CHANNEL__MAIL__TRANSPORT", "folder")
            .env("GREEN_CHANNEL__MAIL__FOLDER", "letters")
            .env("GREEN_CHANNEL__MAIL__PERSON_PER_HOUR", "1000")
            .envs(environment.iter().copied());
        let mut child = command.spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (told, address) = mpsc::channel();
        let (stderr, kept) = (child.stderr.take().unwrap(), log.clone());
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("listening on http://") {
                    told.send(address.to_owned()).unwrap();
                }
                let mut kept = kept.lock().unwrap();
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        let address = address.recv_timeout(PATIENCE).unwrap_or_else(|_silent| {
            panic!("the server did not start: {}", log.lock().unwrap());
        });
        Server {
            child,
            address,
            log,
        }
    }
}

/// Everybody's password.
pub(super) const PASSWORD: &str = "correct horse battery staple";

/// A running server; killed when it is dropped.
pub(super) struct Server {
    child: Child,
    /// Address and port.
    pub(super) address: String,
    log: Arc<Mutex<String>>,
}

/// What came back over the socket.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Reply {
    /// The body as JSON, if it went well.
    pub(super) fn good(&self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }

    /// A header by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Somebody who talks to a server; the connection may break at any time.
#[derive(Clone)]
pub(super) struct Client {
    address: String,
    token: Option<String>,
}

impl Client {
    /// The same one at another address.
    pub(super) fn at(&self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self.clone()
        }
    }

    /// Sends a request with more lines for its head; `None` when no whole answer came back.
    pub(super) fn try_send(
        &self,
        line: &str,
        more: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Option<Reply> {
        let body = body.map(ToString::to_string).unwrap_or_default();
        self.try_send_text(line, more, &body)
    }

    fn try_send_text(&self, line: &str, more: &[(&str, &str)], body: &str) -> Option<Reply> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut head = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in more {
            head.extend([*name, ": ", *value, "\r\n"]);
        }
        if let Some(token) = &self.token {
            head.extend(["Authorization: Bearer ", token, "\r\n"]);
        }
        stream
            .write_all(format!("{head}\r\n{body}").as_bytes())
            .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let length: usize = Reply {
            status: 0,
            head: head.to_owned(),
            body: String::new(),
        }
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
        (body.len() == length).then(|| Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    /// Sends a request that must be answered.
    pub(super) fn send(&self, line: &str, more: &[(&str, &str)], body: Option<&Value>) -> Reply {
        let reply = self.try_send(line, more, body);
        reply.unwrap_or_else(|| panic!("{line}: no answer"))
    }

    /// The same with a body of another kind than JSON.
    pub(super) fn send_text(&self, line: &str, more: &[(&str, &str)], body: &str) -> Reply {
        let reply = self.try_send_text(line, more, body);
        reply.unwrap_or_else(|| panic!("{line}: no answer"))
    }

    /// Reads.
    pub(super) fn get(&self, path: &str) -> Reply {
        self.send(&format!("GET {path}"), &[], None)
    }
}

impl Server {
    /// Somebody who is not signed in.
    pub(super) fn stranger(&self) -> Client {
        Client {
            address: self.address.clone(),
            token: None,
        }
    }

    /// Somebody with an access token.
    pub(super) fn client(&self, login: &str) -> Client {
        let body = serde_json::json!({ "login": login, "password": PASSWORD });
        let answer = self
            .stranger()
            .send("POST /api/v1/auth/token", &[], Some(&body));
        Client {
            address: self.address.clone(),
            token: Some(answer.good()["access_token"].as_str().unwrap().to_owned()),
        }
    }

    /// What it has said so far.
    pub(super) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Pulls the plug.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and gives its exit code.
    pub(super) fn terminate(mut self) -> i32 {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let ended = until("the server to end", || self.child.try_wait().unwrap());
        ended.code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the server said:\n{}", self.log());
        }
        let _ended_before = self.child.kill();
        let _ended_before = self.child.wait();
    }
}

/// Looks again and again until there is something, for a minute.
pub(super) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    // Nobody ever sends: a parked thread may be woken early, an empty channel keeps its time.
    let (_silent, never) = mpsc::channel::<()>();
    let looks = PATIENCE.as_millis() / PAUSE.as_millis();
    for _look in 0..looks {
        if let Some(found) = look() {
            return found;
        }
        let _nothing = never.recv_timeout(PAUSE);
    }
    panic!("waited for {what} in vain");
}
