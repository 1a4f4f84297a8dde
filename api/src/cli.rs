//! The command line. Data go to standard output, talk to standard error.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 checks found problems, 4 refused by a rule.

mod audit;
mod calendar;
mod clock;
mod dump;
mod keys;
mod open;
mod openapi;
mod project;
mod serve;
mod setup;
mod template;
mod user;

use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};

pub use open::zone;

/// How a command ended when it did not do its work.
#[derive(Debug)]
pub struct Failure {
    /// The process's exit code.
    pub exit: u8,
    /// One clear message; may have several lines when there are several faults.
    pub message: String,
}

impl Failure {
    /// Something went wrong on our side or the machine's.
    pub fn failed(message: impl std::fmt::Display) -> Self {
        Self {
            exit: 1,
            message: message.to_string(),
        }
    }

    /// The input or the usage is wrong.
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Self {
            exit: 2,
            message: message.to_string(),
        }
    }

    /// A check found problems.
    pub fn found(message: impl std::fmt::Display) -> Self {
        Self {
            exit: 3,
            message: message.to_string(),
        }
    }

    /// A rule said no.
    pub fn refused(message: impl std::fmt::Display) -> Self {
        Self {
            exit: 4,
            message: message.to_string(),
        }
    }
}

/// What a command answers.
pub type Answer = Result<(), Failure>;

#[derive(Debug, Parser)]
#[command(
    name = "green-channel",
    version,
    about = "Green channel: deadlines that hold, for investment projects"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where the configuration and the database are.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The configuration file (TOML)
    #[arg(long, env = "GREEN_CHANNEL_CONFIG")]
    pub config: Option<PathBuf>,
    /// The database; without it, that of the configuration.
    #[arg(
        long,
        help = "The database: sqlite://PATH or postgres://USER@HOST/NAME",
        env = "DATABASE_URL"
    )]
    pub database_url: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: pages, API and worker
    Serve(serve::Serve),
    /// Run a demonstration with its own temporary data
    Demo(crate::demo::cli::Demo),
    /// Bring the database's tables up to date
    Migrate(open::Migrate),
    /// People with an account
    #[command(subcommand)]
    User(user::User),
    /// Projects
    #[command(subcommand)]
    Project(project::Project),
    /// Stage templates
    #[command(subcommand)]
    Template(template::Template),
    /// The working calendar: what it is, and proposing another
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// Find what is due and queue its letters, once
    Sweep(open::Sweep),
    /// Take over cases of another system
    #[command(subcommand)]
    Import(crate::import::cli::Import),
    /// Play a log in time order against an empty database
    Replay(crate::replay::cli::Replay),
    /// Working days and deadlines
    #[command(subcommand)]
    Clock(clock::Clock),
    /// The record that proves itself: check it, take it elsewhere
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Write all that a zone has, but for its secrets, as JSON lines
    Export(dump::Export),
    /// Keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Print a one-time token with which the first administrator makes an account
    Setup(setup::Setup),
    /// Print the description of the API, as it is served (OpenAPI 3.1, YAML)
    Openapi(openapi::Openapi),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _unwritable = error.print();
            return if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("green-channel: {}", failure.message));
            ExitCode::from(failure.exit)
        }
    }
}

fn run(command: Command) -> Answer {
    match command {
        Command::Serve(serve) => serve.run(),
        Command::Demo(demo) => demo.run(),
        Command::Migrate(migrate) => migrate.run(),
        Command::User(user) => user.run(),
        Command::Project(project) => project.run(),
        Command::Template(template) => template.run(),
        Command::Calendar(calendar) => calendar.run(),
        Command::Sweep(sweep) => sweep.run(),
        Command::Import(import) => import.run(),
        Command::Replay(replay) => replay.run(),
        Command::Clock(clock) => clock.run(),
        Command::Audit(audit) => audit.run(),
        Command::Export(export) => export.run(),
        Command::Keys(keys) => keys.run(),
        Command::Setup(setup) => setup.run(),
        Command::Openapi(openapi) => openapi.run(),
    }
}

/// Writes data to standard output. A reader that has gone away is no failure of ours.
pub fn print(data: &str) -> Answer {
    let mut out = std::io::stdout().lock();
    match out.write_all(data.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::failed(error)),
        _ => Ok(()),
    }
}

/// Says a line on standard error.
pub fn say(line: &str) {
    let _nobody_listens = writeln!(std::io::stderr(), "{line}");
}

/// True when somebody watches standard error: only then a progress bar makes sense.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Sets up the log: text for people on a terminal, JSON lines otherwise.
pub fn start_log() {
    use tracing_subscriber::{
        Layer as _,
        filter::{LevelFilter, Targets},
        fmt::layer,
        layer::SubscriberExt as _,
        util::SubscriberInitExt as _,
    };
    // What this crate logs are requests that cannot be read and clients that went away, as errors. They are
    // answered or past help, and anybody could fill the log with them.
    let shown = Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("actix_http", LevelFilter::OFF);
    let lines = if is_watched() {
        layer()
            .with_writer(std::io::stderr)
            .with_target(false)
            .fmt_fields(crate::log::plain_fields())
            .boxed()
    } else {
        layer().with_writer(std::io::stderr).json().boxed()
    };
    let _set_before = tracing_subscriber::registry()
        .with(lines.with_filter(shown))
        .try_init();
    crate::http::witness::log_panics();
}

/// Runs asynchronous work to its end.
pub fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    Ok(runtime.map_err(Failure::failed)?.block_on(work))
}
