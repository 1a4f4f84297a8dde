//! The supervision ladder (督办阶梯): which rung is due when, and who is told.
//!
//! All of it is level, not edge: the same stage, ladder, calendar and day give the same answer, so a
//! sweep may run twice, late, or on eight machines.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    calendar::{CalendarError, WorkCalendar, plus_days},
    clock::{Clock, ClockStop},
    extension::ExtensionRules,
    progress::ProgressRules,
    stage::{Stage, StageState},
};

pub use self::deadline::correction_by;
pub(crate) use self::deadline::deadline_days;
pub use self::{rung::Rung, window::LetterWindow};

mod deadline;
mod rung;
mod window;

/// A kind of recipient; the organisation says who that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The responsible officer; the head where there is none.
    Officer,
    /// The head of the responsible unit.
    Head,
    /// The project's steward (项目专员).
    Steward,
    /// The efficacy office and its supervisors.
    EfficacyOffice,
    /// The leader in charge.
    Leader,
}

/// When the rungs of a zone fall due and who is told. Every number is the zone's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Remind when no more than this share of the promise is left, in percent.
    pub remind_percent: u16,
    /// Remind at least this many working days before the last day.
    pub remind_days_min: u16,
    /// Working days after the promise in which a miss may be corrected; the statute may end it sooner.
    pub correction_days: u16,
    /// Working days for which a red card may stay unsolved.
    pub leadership_days: u16,
    /// Who is told, rung by rung from 0.
    pub audiences: [Vec<Audience>; 5],
    /// Who is told that a stop lasts longer than expected.
    #[serde(default = "told_of_stop")]
    pub stop_expired: Vec<Audience>,
    /// Who must look into a stop that the investor objects to.
    #[serde(default = "told_of_objection")]
    pub stop_objected: Vec<Audience>,
    /// Who is told, besides the one who must decide, that a request for more time is not decided.
    #[serde(default = "told_of_decision")]
    pub decision_late: Vec<Audience>,
    /// Who is told that what a stage must use expires soon.
    #[serde(default = "told_of_expiry")]
    pub expiring: Vec<Audience>,
    /// The zone's numbers for extensions.
    #[serde(default)]
    pub extensions: ExtensionRules,
    /// The zone's numbers for the lamp of progress.
    #[serde(default)]
    pub progress: ProgressRules,
    /// When the letters of the ladder go out.
    #[serde(default)]
    pub letters: LetterWindow,
    /// Working days after a card in which its reason must be given.
    #[serde(default = "explanation_days")]
    pub explanation_days: u16,
}

/// One working day: the example zone's own (rules, 3.4: "explanation required within 1 WD").
const EXPLANATION_DAYS: u16 = 1;

fn explanation_days() -> u16 {
    EXPLANATION_DAYS
}

fn told_of_stop() -> Vec<Audience> {
    alloc::vec![Audience::Officer, Audience::Head]
}

fn told_of_objection() -> Vec<Audience> {
    alloc::vec![Audience::Head, Audience::EfficacyOffice]
}

fn told_of_decision() -> Vec<Audience> {
    alloc::vec![Audience::Head, Audience::EfficacyOffice, Audience::Leader]
}

fn told_of_expiry() -> Vec<Audience> {
    alloc::vec![Audience::Officer, Audience::Head, Audience::Steward]
}

impl Default for Ladder {
    /// The example zone's ladder: remind at 20 % or 1 working day, correct within 3, leadership after 5.
    /// Sources: city e-supervision measures (1 working day before), Zhanjiang (correction limit), the
    /// 12345 office's ladder (5 working days); the share of 20 % is the example zone's own.
    fn default() -> Self {
        use Audience::{EfficacyOffice, Head, Leader, Officer, Steward};
        Self {
            remind_percent: 20,
            remind_days_min: 1,
            correction_days: 3,
            leadership_days: 5,
            audiences: [
                alloc::vec![Officer],
                alloc::vec![Officer],
                alloc::vec![Officer, Head, Steward],
                alloc::vec![Officer, Head, Steward, EfficacyOffice],
                alloc::vec![Officer, Head, EfficacyOffice, Leader],
            ],
            stop_expired: told_of_stop(),
            stop_objected: told_of_objection(),
            decision_late: told_of_decision(),
            expiring: told_of_expiry(),
            extensions: ExtensionRules::default(),
            progress: ProgressRules::default(),
            letters: LetterWindow::default(),
            explanation_days: EXPLANATION_DAYS,
        }
    }
}

impl Ladder {
    /// Who is told of a rung.
    pub fn audience(&self, rung: Rung) -> &[Audience] {
        match rung {
            Rung::StopExpired => &self.stop_expired,
            Rung::StopObjected => &self.stop_objected,
            Rung::DecisionLate => &self.decision_late,
            Rung::Expiring => &self.expiring,
            Rung::Silence | Rung::Remind | Rung::Yellow | Rung::Red | Rung::Leadership => self
                .audiences
                .get(usize::from(rung.number()))
                .map_or(&[], Vec::as_slice),
        }
    }
}

/// A rung of one stage with the day from whose first instant it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RungDay {
    /// The rung.
    pub rung: Rung,
    /// It is due from the first instant of this day.
    pub on: Date,
    /// What it counts from: the deadline's version, for silence the number of signs of work. The same
    /// rung may fire again under a new basis, never under the same.
    pub basis: u32,
}

/// A rung that fired before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiredRung {
    /// The rung.
    pub rung: Rung,
    /// Under which basis.
    pub basis: u32,
}

/// What the ladder says of one stage on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DueRungs {
    /// Due and not fired: tell people.
    pub fire: Vec<RungDay>,
    /// Due again only because the date moved while the rung had fired under the old one and the new
    /// date was already past: record, but tell nobody twice.
    pub carry: Vec<RungDay>,
    /// The first day on which another rung falls due.
    pub next_on: Option<Date>,
}

/// Which rungs of `stage` are due on `today` and have not fired.
pub fn due_rungs(
    stage: &Stage,
    ladder: &Ladder,
    calendar: &WorkCalendar,
    today: Date,
    fired: &[FiredRung],
) -> Result<DueRungs, CalendarError> {
    let mut due = DueRungs::default();
    for day in rung_days(stage, ladder, calendar)? {
        let has_fired = fired.contains(&FiredRung {
            rung: day.rung,
            basis: day.basis,
        });
        let is_old_news = day.rung > Rung::Silence
            && stage.deadline.since.is_some_and(|since| day.on <= since)
            && fired
                .iter()
                .any(|earlier| earlier.rung == day.rung && earlier.basis < day.basis);
        if day.on > today {
            due.next_on = Some(
                due.next_on
                    .map_or(day.on, |earlier: Date| earlier.min(day.on)),
            );
        } else if has_fired {
            // Nothing to do: the record has it.
        } else if is_old_news {
            due.carry.push(day);
        } else {
            due.fire.push(day);
        }
    }
    Ok(due)
}

/// The day on which `stage` must next be looked at, whatever has fired: the earliest day of any rung.
///
/// May lie in the past; the sweep then finds what has fired already and moves on.
pub fn next_check_on(
    stage: &Stage,
    ladder: &Ladder,
    calendar: &WorkCalendar,
) -> Result<Option<Date>, CalendarError> {
    Ok(rung_days(stage, ladder, calendar)?
        .into_iter()
        .map(|day| day.on)
        .min())
}

/// Every rung that `stage` will reach if nothing more happens, with its day.
///
/// A stage that is finished reaches none; one that waits or stands only what stands beside the ladder, one
/// that may be accepted also rung 0.
pub fn rung_days(
    stage: &Stage,
    ladder: &Ladder,
    calendar: &WorkCalendar,
) -> Result<Vec<RungDay>, CalendarError> {
    if stage.state == StageState::Done {
        return Ok(Vec::new());
    }
    let mut days = beside_ladder(stage, calendar)?;
    match stage.state {
        StageState::Waiting | StageState::Stopped | StageState::Done => return Ok(days),
        StageState::Ready | StageState::Running => {}
    }
    let held_until = |rung, on| stage.held_until(rung, on);
    let of_deadline = deadline_days(stage, ladder, calendar, held_until)?;
    // Asked for in time, more time protects: until it is decided no card is issued.
    let is_protected = stage.extension.is_some();
    days.extend(
        of_deadline
            .into_iter()
            .filter(|day| !is_protected || day.rung < Rung::Yellow),
    );
    if let (Some(silence_days), Some(touched_on)) = (stage.terms.silence_days, stage.touched_on) {
        let last_day = calendar.working_day_after(touched_on, silence_days)?.on;
        let silence = RungDay {
            rung: Rung::Silence,
            on: plus_days(last_day, 1)?,
            basis: stage.touches,
        };
        days.insert(0, silence);
    }
    Ok(days)
}

/// A stop that outlasts what was expected or is objected to, a request that nobody decides, a permit that
/// nobody uses. A stop freezes none of them.
fn beside_ladder(stage: &Stage, calendar: &WorkCalendar) -> Result<Vec<RungDay>, CalendarError> {
    let mut days = Vec::new();
    let open = stage.clock.as_ref().and_then(Clock::open_stop);
    if let Some(expected_on) = open.and_then(|stop| stop.expected_on) {
        days.push(RungDay {
            rung: Rung::StopExpired,
            on: plus_days(expected_on, 1)?,
            basis: stage.stop_basis(),
        });
    }
    let objected = stage.clock.as_ref().and_then(Clock::stop_to_review);
    if let Some(objected_on) = objected.and_then(ClockStop::objected_on) {
        days.push(RungDay {
            rung: Rung::StopObjected,
            on: objected_on,
            basis: stage.stop_count(),
        });
    }
    if let Some(request) = &stage.extension {
        days.push(RungDay {
            rung: Rung::DecisionLate,
            on: plus_days(request.decide_by, 1)?,
            basis: stage.extension_requests,
        });
    }
    if let (Some(validity), Some(terms)) = (stage.validity, stage.terms.validity) {
        let told = calendar.working_day_before(validity.expires_on, terms.remind_days)?;
        days.push(RungDay {
            rung: Rung::Expiring,
            on: told.on.max(validity.issued_on),
            basis: validity.basis(),
        });
    }
    Ok(days)
}

#[cfg(test)]
mod tests;
