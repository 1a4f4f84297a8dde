//! Questions about deadlines: as JSON, from a program or a terminal; no project is needed.

use domain::{
    calendar::{CalendarError, WorkCalendar},
    clock::{Clock, ClockStop, Reading, StopReason},
    limit::{LIMIT_DAYS_MAX, Limit},
};
use serde::Deserialize;
use serde_json::{Value, json};
use time::Date;
use utoipa::ToSchema;

/// Stops of one question; more is a mistake in the file, not a case.
const STOPS_MAX: usize = 1_000;

/// One question.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// When is it due?
    Due {
        /// Comes back with the answer.
        id: Value,
        /// Day 0.
        accepted_on: Date,
        /// Days.
        limit: u16,
        /// In which they count.
        unit: Unit,
        /// When the clock stood.
        #[serde(default)]
        stops: Vec<Stop>,
    },
    /// How many working days?
    Count {
        /// Comes back with the answer.
        id: Value,
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// Which is the n-th working day before?
    Before {
        /// Comes back with the answer.
        id: Value,
        /// The day that is counted back from.
        expires_on: Date,
        /// Working days.
        limit: u16,
    },
}

/// In which days a limit counts.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = QuestionUnit)]
pub enum Unit {
    /// 工作日
    WorkingDay,
    /// 自然日
    CalendarDay,
}

/// An interval in which the clock stood.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = QuestionStop)]
pub struct Stop {
    /// The day of the stop; it still counts.
    pub stopped_on: Date,
    /// The day of the resume; it does not count. `null` while the clock stands.
    pub resumed_on: Option<Date>,
}

impl Unit {
    /// `days` in this unit, unless they are too many.
    pub fn limit(self, days: u16) -> Result<Limit, String> {
        let value = checked(days)?;
        Ok(match self {
            Self::WorkingDay => Limit::WorkingDays { value },
            Self::CalendarDay => Limit::CalendarDays { value },
        })
    }
}

/// The answer, or what is wrong with the question.
pub fn answer(question: Question, calendar: &WorkCalendar) -> Result<Value, String> {
    let said = |error: CalendarError| error.to_string();
    match question {
        Question::Due {
            id,
            accepted_on,
            limit,
            unit,
            stops,
        } => {
            let limit = unit.limit(limit)?;
            let clock = Clock {
                stops: stops_of(accepted_on, &stops)?,
                ..Clock::started(accepted_on)
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
