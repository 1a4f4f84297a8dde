//! `clock evaluate`: questions about deadlines as JSON lines, answers as JSON lines.

use std::{
    io::{BufRead as _, BufWriter, Write as _},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use domain::{
    calendar::{CalendarError, WorkCalendar, china},
    clock::{Clock as StageClock, ClockStop, Reading, StopReason},
    limit::{LIMIT_DAYS_MAX, Limit},
};
use serde::Deserialize;
use serde_json::{Value, json};
use time::Date;

use super::{Answer, Failure};

/// Working days and deadlines
#[derive(Debug, Subcommand)]
pub(super) enum Clock {
    /// Answer questions about deadlines: JSON lines in, JSON lines out
    Evaluate(Evaluate),
}

/// Answer questions about deadlines
#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// A working calendar (JSON); mainland China's if absent
    #[arg(long)]
    calendar: Option<PathBuf>,
}

/// Stops of one question; more is a mistake in the file, not a case.
const STOPS_MAX: usize = 1_000;

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Question {
    Due {
        id: Value,
        accepted_on: Date,
        limit: u16,
        unit: Unit,
        #[serde(default)]
        stops: Vec<Stop>,
    },
    Count {
        id: Value,
        from: Date,
        to: Date,
    },
    Before {
        id: Value,
        expires_on: Date,
        limit: u16,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    WorkingDay,
    CalendarDay,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stop {
    stopped_on: Date,
    resumed_on: Option<Date>,
}

impl Clock {
    pub(super) fn run(self) -> Answer {
        let Self::Evaluate(evaluate) = self;
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

fn answer(question: Question, calendar: &WorkCalendar) -> Result<Value, String> {
    let said = |error: CalendarError| error.to_string();
    match question {
        Question::Due {
            id,
            accepted_on,
            limit,
            unit,
            stops,
        } => {
            let limit = match unit {
                Unit::WorkingDay => Limit::WorkingDays {
                    value: checked(limit)?,
                },
                Unit::CalendarDay => Limit::CalendarDays {
                    value: checked(limit)?,
                },
            };
            let clock = StageClock {
                stops: stops_of(accepted_on, &stops)?,
                ..StageClock::started(accepted_on)
            };
            Ok(match clock.read(limit, calendar).map_err(said)? {
                Reading::Due(due) => json!({
                    "id": id, "due_on": due.on, "days_left": null, "provisional": due.is_provisional,
                }),
                Reading::Stopped {
                    days_left,
                    is_provisional,
                } => json!({
                    "id": id, "due_on": null, "days_left": days_left, "provisional": is_provisional,
                }),
            })
        }
        Question::Count { id, from, to } => Ok(json!({
            "id": id,
            "inclusive": calendar.working_days_within(from, to),
            "after_start": calendar.working_days_after(from, to),
        })),
        Question::Before {
            id,
            expires_on,
            limit,
        } => {
            let day = calendar
                .working_day_before(expires_on, checked(limit)?)
                .map_err(said)?;
            Ok(json!({ "id": id, "on": day.on }))
        }
    }
}

fn checked(limit: u16) -> Result<u16, String> {
    if limit <= LIMIT_DAYS_MAX {
        Ok(limit)
    } else {
        Err(format!("limit {limit}: at most {LIMIT_DAYS_MAX} days"))
    }
}

/// The stops of a question, which may overlap. Two that never end, or one before the acceptance, are a
/// mistake in the file.
fn stops_of(accepted_on: Date, stops: &[Stop]) -> Result<Vec<ClockStop>, String> {
    if stops.len() > STOPS_MAX {
        return Err(format!("at most {STOPS_MAX} stops"));
    }
    let mut open = None;
    for stop in stops {
        let stopped_on = stop.stopped_on;
        if stopped_on < accepted_on {
            return Err(format!("a stop on {stopped_on} before {accepted_on}"));
        }
        match (stop.resumed_on, open) {
            (Some(resumed), _) if resumed < stopped_on => {
                return Err(format!("a resume before the stop on {stopped_on}"));
            }
            (None, Some(earlier)) => {
                return Err(format!(
                    "a stop on {stopped_on} while the clock stands since {earlier}"
                ));
            }
            (None, None) => open = Some(stopped_on),
            (Some(_), _) => {}
        }
    }
    let bare =
        |stop: &Stop| ClockStop::bare(StopReason::Supplement, stop.stopped_on, stop.resumed_on);
    Ok(stops.iter().map(bare).collect())
}
