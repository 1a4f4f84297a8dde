//! A relay of one connection that says what a script tells it to say.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread::JoinHandle,
};

use super::{Arc, Mutex};

/// What the relay does at a step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer {
    /// Says this line.
    Say(&'static str),
    /// Says these octets.
    Bytes(&'static [u8]),
    /// Ends the connection.
    Close,
    /// Says nothing until the other side leaves.
    Silence,
}

/// One step at which the relay differs from a good one: `greeting`, a command, `body` or `dot`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Script {
    different: Option<(&'static str, Answer)>,
}

impl Script {
    pub(super) fn with(step: &'static str, answer: Answer) -> Self {
        Self {
            different: Some((step, answer)),
        }
    }

    fn answer(self, step: &str) -> Answer {
        match self.different {
            Some((name, answer)) if name == step => answer,
            _ => match step {
                "greeting" => Answer::Say("220 relay.example ESMTP"),
                "EHLO" => Answer::Say("250-relay.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN"),
                "AUTH" => Answer::Say("235 2.7.0 welcome"),
                "DATA" => Answer::Say("354 end with a dot"),
                "dot" => Answer::Say("250 2.0.0 queued as 7F3A"),
                "QUIT" => Answer::Say("221 2.0.0 bye"),
                _ => Answer::Say("250 2.0.0 ok"),
            },
        }
    }
}

pub(super) struct Relay {
    pub(super) port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    thread: JoinHandle<()>,
}

impl Relay {
    pub(super) fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heard);
        let thread = std::thread::spawn(move || {
            let (stream, _peer) = listener.accept().unwrap();
            // The other side may leave at any point; that ends the conversation, not the test.
            let _end = converse(script, &stream, &log);
        });
        Self {
            port,
            heard,
            thread,
        }
    }

    pub(super) fn heard_so_far(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Everything, after the conversation has ended.
    pub(super) fn heard(self) -> Vec<String> {
        self.thread.join().unwrap();
        Arc::into_inner(self.heard).unwrap().into_inner().unwrap()
    }
}

/// `None` when the connection has ended.
fn converse(script: Script, stream: &TcpStream, log: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    say(script.answer("greeting"), stream, &mut reader)?;
    loop {
        let line = line(&mut reader)?;
        let command = line.trim_end().to_owned();
        let step = command.split(' ').next()?.to_owned();
        log.lock().ok()?.push(command);
        say(script.answer(&step), stream, &mut reader)?;
        if step == "QUIT" {
            return None;
        }
        if step == "DATA"
            && matches!(script.answer(&step), Answer::Say(text) if text.starts_with("354"))
        {
            if matches!(script.answer("body"), Answer::Close) {
                return None;
            }
            let letter = letter(&mut reader)?;
            log.lock().ok()?.push(letter);
            say(script.answer("dot"), stream, &mut reader)?;
        }
    }
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let length = reader.read_line(&mut line).ok()?;
    (length > 0).then_some(line)
}

/// Up to the final dot, with the doubled dots undone.
fn letter(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut letter = String::new();
    loop {
        let line = line(reader)?;
        if line == ".\r\n" {
            return Some(letter);
        }
        letter.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn say(answer: Answer, mut stream: &TcpStream, reader: &mut BufReader<TcpStream>) -> Option<()> {
    match answer {
        // In one piece: what belongs to one answer must arrive as one.
        Answer::Say(text) => stream.write_all(format!("{text}\r\n").as_bytes()).ok(),
        Answer::Bytes(bytes) => stream.write_all(bytes).ok(),
        Answer::Close => None,
        Answer::Silence => {
            let mut rest = String::new();
            while reader.read_line(&mut rest).is_ok_and(|length| length > 0) {}
            None
        }
    }
}
