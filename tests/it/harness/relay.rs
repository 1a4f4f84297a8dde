//! A relay of our own making, which fails as it is told: it counts what really arrived.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use notifications::mailer::{Mailer, Security, Smtp, SmtpSettings, Timeouts};
use sha2::{Digest as _, Sha256};

/// What the relay does at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Says this line.
    Say(&'static str),
    /// Ends the connection.
    Close,
    /// Says nothing until the other side leaves.
    Silence,
}

/// A way to fail: where, how, and whether the letter arrives all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// `greeting`, a command in capitals, `body` or `dot`.
    pub(crate) step: &'static str,
    /// What is done there.
    pub(crate) answer: Answer,
    /// At the dot: true when the relay keeps the letter.
    pub(crate) keeps: bool,
}

impl Fault {
    /// A refusal, after which nothing has arrived.
    pub(crate) fn at(step: &'static str, answer: Answer) -> Self {
        Self {
            step,
            answer,
            keeps: false,
        }
    }
}

/// How a connection shall fail: its number from 0, the step, the line that was heard.
pub(crate) type Plan = Arc<dyn Fn(usize, &str, &str) -> Option<Fault> + Send + Sync>;

/// A letter that arrived, whatever the relay said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// Its Message-ID.
    pub(crate) message_id: String,
    /// To whom, as the envelope says.
    pub(crate) to: String,
    /// SHA-256 of its bytes.
    pub(crate) digest: [u8; 32],
}

/// The relay; it ends with this.
pub(crate) struct FaultRelay {
    port: u16,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    connections: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl FaultRelay {
    /// Listens on a port of its own.
    pub(crate) fn start(plan: Plan) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let relay = Self {
            port: listener.local_addr().unwrap().port(),
            arrived: Arc::default(),
            connections: Arc::default(),
            is_over: Arc::default(),
        };
        let (arrived, connections) = (relay.arrived.clone(), relay.connections.clone());
        let is_over = relay.is_over.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    return;
                }
                let number = connections.fetch_add(1, Ordering::SeqCst);
                let (plan, arrived) = (plan.clone(), arrived.clone());
                let Ok(stream) = stream else { continue };
                std::thread::spawn(move || {
                    let asked = move |step: &str, line: &str| plan(number, step, line);
                    // The other side may leave at any point; that ends the conversation, not the test.
                    let _end = converse(&asked, &stream, &arrived);
                });
            }
        });
        relay
    }

    /// A mailer that sends to it, with waits a hundredth of the usual.
    pub(crate) fn mailer(&self) -> Mailer {
        let settings = SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::Plain,
            extra_root_pem: None,
            login: None,
            hello_name: "worker.gc.example".to_owned(),
            timeouts: Timeouts {
                connect: Duration::from_secs(1),
                command: Duration::from_secs(1),
                data: Duration::from_secs(1),
                last_reply: Duration::from_millis(250),
            },
        };
        Mailer::Smtp(Box::new(Smtp::new(settings).unwrap()))
    }

    /// How often somebody has connected.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// What arrived so far, in its order.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }
}

impl Drop for FaultRelay {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        let _wakes_it = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// `None` when the connection has ended.
fn converse(
    asked: &dyn Fn(&str, &str) -> Option<Fault>,
    stream: &TcpStream,
    arrived: &Mutex<Vec<Arrived>>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut to = String::new();
    answer(asked, ("greeting", ""), stream, &mut reader)?;
    loop {
        let line = line(&mut reader)?;
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let step = line.split(' ').next()?.to_owned();
        if let Some(address) = line.strip_prefix("RCPT TO:<") {
            to = address.split('>').next()?.to_owned();
        }
        let is_taken = answer(asked, (&step, &line), stream, &mut reader)?;
        match step.as_str() {
            "QUIT" => return None,
            "DATA" if is_taken => {
                if let Some(fault) = asked("body", &to).filter(|fault| fault.step == "body") {
                    let _first_line = self::line(&mut reader)?;
                    return say(fault.answer, stream, &mut reader).and(None);
                }
                let bytes = letter(&mut reader)?;
                let fault = asked("dot", &to).filter(|fault| fault.step == "dot");
                if fault.is_none_or(|fault| fault.keeps) {
                    arrived.lock().ok()?.push(Arrived {
                        message_id: message_id(&bytes),
                        to: to.clone(),
                        digest: Sha256::digest(&bytes).into(),
                    });
                }
                let told = fault.map_or(Answer::Say("250 2.0.0 queued"), |fault| fault.answer);
                say(told, stream, &mut reader)?;
            }
            _ => {}
        }
    }
}

/// Answers a step as planned, or as a good relay does; true for the latter.
fn answer(
    asked: &dyn Fn(&str, &str) -> Option<Fault>,
    (step, line): (&str, &str),
    stream: &TcpStream,
    reader: &mut BufReader<TcpStream>,
) -> Option<bool> {
    if let Some(fault) = asked(step, line).filter(|fault| fault.step == step) {
        say(fault.answer, stream, reader)?;
        return Some(false);
    }
    let good = match step {
        "greeting" => "220 relay.example ESMTP",
        "EHLO" => "250 relay.example",
        "DATA" => "354 end with a dot",
        "QUIT" => "221 2.0.0 bye",
        _ => "250 2.0.0 ok",
    };
    say(Answer::Say(good), stream, reader)?;
    Some(true)
}

fn say(answer: Answer, mut stream: &TcpStream, reader: &mut BufReader<TcpStream>) -> Option<()> {
    match answer {
        Answer::Say(text) => stream.write_all(format!("{text}\r\n").as_bytes()).ok(),
        Answer::Close => None,
        Answer::Silence => {
            while line(reader).is_some() {}
            None
        }
    }
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let length = reader.read_until(b'\n', &mut line).ok()?;
    (length > 0).then_some(line)
}

/// Up to the final dot, with the doubled dots undone.
fn letter(reader: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut letter = Vec::new();
    loop {
        let line = line(reader)?;
        if line == b".\r\n" {
            return Some(letter);
        }
        letter.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn message_id(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text
        .lines()
        .find(|line| line.to_lowercase().starts_with("message-id:"));
    line.and_then(|line| line.split_once(':'))
        .map_or_else(String::new, |(_, id)| id.trim().to_owned())
}
