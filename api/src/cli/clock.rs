//! `clock evaluate`: questions about deadlines as JSON lines, answers as JSON lines; `clock explain`.

use std::{
    io::{BufRead as _, BufWriter, Write as _},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use domain::{
    calendar::{WorkCalendar, china},
    id::StageId,
    text::Language,
};

use super::{Answer, Failure, Place, block_on, print, zone};
use crate::{
    clock::Clock as WallClock,
    usecase::{
        clock::{Question, answer},
        look,
    },
    web::explanation,
};

/// Working days and deadlines
#[derive(Debug, Subcommand)]
pub(super) enum Clock {
    /// Answer questions about deadlines: JSON lines in, JSON lines out
    Evaluate(Evaluate),
    /// Say why a stage is due when it is, day by day
    Explain(Explain),
}

/// Say why a stage is due when it is
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// `stg_...`
    stage: StageId,
    #[command(flatten)]
    place: Place,
    /// English instead of Chinese
    #[arg(long)]
    english: bool,
}

impl Explain {
    fn run(&self) -> Answer {
        let store = self.place.open()?;
        let now = WallClock::system().now();
        let explained = block_on(async {
            let zone = zone(&store).await?;
            let seen = look::explained(&store, zone, self.stage, now).await?;
            Ok::<_, Failure>(seen)
        })??;
        let language = if self.english {
            Language::En
        } else {
            Language::Zh
        };
        print(&explanation::as_text(explained.as_ref(), language))
    }
}

/// Answer questions about deadlines
#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// A working calendar (JSON); mainland China's if absent
    #[arg(long)]
    calendar: Option<PathBuf>,
}

impl Clock {
    pub(super) fn run(self) -> Answer {
        let evaluate = match self {
            Self::Evaluate(evaluate) => evaluate,
            Self::Explain(explain) => return explain.run(),
        };
        let calendar = match &evaluate.calendar {
            None => china::mainland(),
            Some(path) => read_calendar(path)?,
        };
        let mut out = BufWriter::new(std::io::stdout().lock());
        for (line, number) in std::io::stdin().lock().lines().zip(1_u64..) {
            let line = line.map_err(|error| Failure::usage(format!("line {number}: {error}")))?;
            if line.trim().is_empty() {
                continue;
            }
            let question: Question = serde_json::from_str(&line)
                .map_err(|error| Failure::usage(format!("line {number}: {error}")))?;
            let answer = answer(question, &calendar)
                .map_err(|fault| Failure::usage(format!("line {number}: {fault}")))?;
            writeln!(out, "{answer}").map_err(Failure::failed)?;
        }
        out.flush().map_err(Failure::failed)
    }
}

/// Reads and judges a calendar file.
pub(crate) fn read_calendar(path: &PathBuf) -> Result<WorkCalendar, Failure> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let calendar: WorkCalendar =
        serde_json::from_str(&text).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    let flaws = calendar.flaws();
    if flaws.is_empty() {
        return Ok(calendar);
    }
    let lines: Vec<String> = flaws.iter().map(|flaw| format!("{name}: {flaw}")).collect();
    Err(Failure::usage(lines.join("\n")))
}
