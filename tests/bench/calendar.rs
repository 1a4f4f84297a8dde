//! A holiday in next month: 100,000 open stages previewed and planned anew on SQLite, while somebody reads.
//!
//! `cargo bench -- calendar` prints seconds of the preview, seconds of the re-plan, and how long reads took meanwhile.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use api::{
    app::App,
    import::calendar::FileForm,
    serve,
    usecase::calendar::{
        self, Wish,
        replan::{Pace, advance},
    },
};
use domain::{
    access::{Actor, Role},
    calendar::{ProposalKind, ProposalState},
    id::PersonId,
};

use crate::{
    place::{open, runtime},
    seed::{self, STAGES, Seed, project_id},
};

/// Projects with twelve open stages each: one hundred thousand stages and a few.
const PROJECTS: u32 = 100_000 / STAGES + 1;
/// What was promised.
const SECONDS_MAX: f64 = 30.0;
const P99_MAX: Duration = Duration::from_millis(200);

/// Measures, and says whether the promise holds.
pub(crate) fn run() {
    let (seed, path) = seed::small_sqlite(PROJECTS);
    let app = open(&format!("sqlite://{}", path.display()), seed.now());
    let (stop, stopped) = mpsc::channel();
    let (preview, apply, moved, mut reads) = thread::scope(|scope| {
        let (app, seed) = (&app, &seed);
        let reader = scope.spawn(move || read_until(app, seed, &stopped));
        let (preview, apply, moved) = runtime().block_on(change(app, seed));
        drop(stop);
        (preview, apply, moved, reader.join().unwrap())
    });
    reads.sort_unstable();
    let at = |share: usize| reads[(reads.len() - 1) * share / 100];
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{} open stages, {moved} moved: preview {preview:.1} s, re-plan {apply:.1} s; {} reads meanwhile, \
         p50 {:?}, p99 {:?}, longest {:?}",
        PROJECTS * STAGES,
        reads.len(),
        at(50),
        at(99),
        at(100),
    )
    .unwrap();
    assert!(apply < SECONDS_MAX && at(99) < P99_MAX, "not as promised");
}

async fn change(app: &App, seed: &Seed) -> (f64, f64, usize) {
    let actor = |person: PersonId, role| Actor::new(person, [role].into(), None);
    let author = actor(seed.someone(Role::Leader).id, Role::SystemAdministrator);
    let second = actor(seed.someone(Role::EfficacyOffice).id, Role::EfficacyOffice);
    let on = seed.some_workday_ahead();
    let wish = Wish {
        kind: ProposalKind::Local,
        bytes: format!("date,kind,name\n{on},off,x\n").into_bytes(),
        form: FileForm::Csv,
        year: None,
        note: String::new(),
    };
    let began = Instant::now();
    let id = calendar::propose(app, author, wish).await.unwrap();
    while advance(app, Pace::default()).await.unwrap().projects > 0 {}
    let preview = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let previewed = ProposalState::Previewed.steps();
    calendar::approve(app, second, (id, previewed))
        .await
        .unwrap();
    let mut moved = 0;
    loop {
        let turn = advance(app, Pace::default()).await.unwrap();
        moved += turn.moved;
        if !turn.has_more || turn.projects == 0 {
            return (preview, began.elapsed().as_secs_f64(), moved);
        }
    }
}

/// Reads one project after the other over HTTP; gives how long each took.
fn read_until(app: &App, seed: &Seed, stopped: &mpsc::Receiver<()>) -> Vec<Duration> {
    let person = seed.someone(Role::EfficacyOffice).id;
    let token = crate::place::access_token(app, person);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let served = app.clone();
    thread::spawn(move || {
        let system = actix_web::rt::System::new();
        system.block_on(async {
            serve::http_server(served, listener, 1)
                .unwrap()
                .await
                .unwrap();
        });
    });
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = vec![0; 1 << 20];
    let mut times = Vec::new();
    for number in (0..PROJECTS).cycle() {
        if stopped.recv_timeout(PAUSE) != Err(mpsc::RecvTimeoutError::Timeout) {
            break;
        }
        let id = project_id(number * 7 % PROJECTS);
        let began = Instant::now();
        let request = format!(
            "GET /api/v1/projects/{id} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut filled = 0;
        loop {
            filled += stream.read(&mut buffer[filled..]).unwrap();
            let Some(end) = buffer[..filled]
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
            else {
                continue;
            };
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if filled == end + 4 + length.unwrap().parse::<usize>().unwrap() {
                break;
            }
        }
        times.push(began.elapsed());
    }
    times
}

/// Between two reads: fifty a second, as a busy office asks.
const PAUSE: Duration = Duration::from_millis(20);
