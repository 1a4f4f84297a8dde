//! The same reads through the front door: one connection over loopback, one worker.
//!
//! What the connection itself costs shows in `plain_text`, the floor of all of them.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

use api::{serve, usecase::session};
use divan::Bencher;
use domain::access::Role;

use crate::{
    place::{Database, databases, runtime},
    read::Wander,
    seed::{project_code, project_id},
};

/// A connection that is kept.
struct Client {
    stream: TcpStream,
    headers: String,
    buffer: Vec<u8>,
}

impl Client {
    /// Starts the product and connects to it as somebody who sees the whole zone.
    fn start(database: Database) -> Self {
        let app = database.app_on_copy();
        let person = database.seed().someone(Role::EfficacyOffice).id;
        let token = crate::place::access_token(&app, person);
        let session = runtime()
            .block_on(session::enter(
                &app,
                person,
                &api::whence::Whence::default(),
            ))
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        thread::spawn(move || {
            let system = actix_web::rt::System::new();
            system.block_on(async { serve::http_server(app, listener, 1).unwrap().await.unwrap() });
        });
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            headers: format!(
                "Host: bench\r\nAuthorization: Bearer {token}\r\nCookie: gc={}\r\n",
                session.token
            ),
            buffer: vec![0; 1 << 20],
        }
    }

    /// The status and the length of the answer to one request.
    fn get(&mut self, path: &str, more: &str) -> (u16, usize) {
        let request = format!("GET {path} HTTP/1.1\r\n{}{more}\r\n", self.headers);
        self.stream.write_all(request.as_bytes()).unwrap();
        let mut filled = 0;
        loop {
            filled += self.stream.read(&mut self.buffer[filled..]).unwrap();
            let answer = &self.buffer[..filled];
            let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if filled == end + 4 + length {
                return (head[9..12].parse().unwrap(), length);
            }
        }
    }

    fn expect(&mut self, status: u16, path: &str, more: &str) -> usize {
        let (answered, length) = self.get(path, more);
        assert_eq!(answered, status, "{path}");
        length
    }
}

/// The floor of HTTP.
#[divan::bench]
fn plain_text(bencher: Bencher<'_, '_>) {
    let mut client = Client::start(Database::Sqlite);
    bencher.bench_local(|| client.expect(200, "/livez", ""));
}

#[divan::bench(args = databases())]
fn project_json(bencher: Bencher<'_, '_>, database: Database) {
    let (mut client, wander) = (Client::start(database), Wander::new());
    bencher.bench_local(|| {
        let id = project_id(wander.next());
        client.expect(200, &format!("/api/v1/projects/{id}"), "")
    });
}

/// The client has it already.
#[divan::bench(args = databases())]
fn project_not_modified(bencher: Bencher<'_, '_>, database: Database) {
    let mut client = Client::start(database);
    let path = format!("/api/v1/projects/{}", project_id(1));
    bencher.bench_local(|| client.expect(304, &path, "If-None-Match: *\r\n"));
}

#[divan::bench(args = databases())]
fn list_of_50(bencher: Bencher<'_, '_>, database: Database) {
    let mut client = Client::start(database);
    bencher.bench_local(|| client.expect(200, "/api/v1/projects", ""));
}

/// The page that people see.
#[divan::bench(args = databases())]
fn project_page(bencher: Bencher<'_, '_>, database: Database) {
    let (mut client, wander) = (Client::start(database), Wander::new());
    let year = database.seed().today.year();
    bencher.bench_local(|| {
        let code = project_code(wander.next(), year);
        client.expect(200, &format!("/p/{code}"), "")
    });
}
