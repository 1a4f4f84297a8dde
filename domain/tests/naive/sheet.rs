//! The naive sheet of a stage: what is written on it, and what follows from that. Nothing here comes from
//! the crate under test.

use crate::{
    desk::{Calendar, Day},
    model::{self, Answer, COURTS, Court, Limit, Stop, answer},
    record::{Act, Rank, Terms},
};

/// Where a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Waiting,
    Ready,
    Running,
    Stopped,
    Done,
}

/// What the investor says to a stop in its court.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    NotAsked,
    /// Silence after that day is consent.
    AskedUntil(Day),
    Agreed,
    Objected,
    Upheld,
    /// As if the stop had not been.
    Annulled,
}

/// A stop as it stands in the record.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StopLine {
    pub(crate) stop: Stop,
    pub(crate) expected: Option<Day>,
    pub(crate) voice: Voice,
}

/// A request for more time that waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) days: u32,
    pub(crate) by: u32,
    pub(crate) must: Rank,
    /// The last day as it is, and as it would be.
    pub(crate) due: Day,
    pub(crate) proposed: Day,
    pub(crate) decide_by: Day,
}

/// The dates of a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) due: Option<Day>,
    pub(crate) law: Option<Day>,
    pub(crate) left: Option<u32>,
    pub(crate) is_unsure: bool,
}

impl Dates {
    /// The last day on which the stage is in time: a promise is never longer than the law.
    pub(crate) fn end(self) -> Option<Day> {
        let due = self.due?;
        Some(self.law.map_or(due, |law| law.min(due)))
    }
}

/// The last days as they were told to the investor, one after the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) first: Option<Day>,
    pub(crate) last: Option<Day>,
    pub(crate) times: u32,
}

/// All about one stage.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) terms: Terms,
    pub(crate) ready_on: Option<Day>,
    pub(crate) accepted_on: Option<Day>,
    /// In the order in which they were entered.
    pub(crate) stops: Vec<StopLine>,
    pub(crate) extensions: Vec<u32>,
    pub(crate) asked: Option<Asked>,
    pub(crate) done_on: Option<Day>,
    pub(crate) dates: Dates,
    pub(crate) told: Told,
}

impl Sheet {
    pub(crate) fn new(terms: Terms, admitted_on: Day) -> Self {
        Self {
            ready_on: terms.after.is_empty().then_some(admitted_on),
            terms,
            accepted_on: None,
            stops: Vec::new(),
            extensions: Vec::new(),
            asked: None,
            done_on: None,
            dates: Dates::default(),
            told: Told::default(),
        }
    }

    pub(crate) fn state(&self) -> State {
        if self.done_on.is_some() {
            State::Done
        } else if self.open_stop().is_some() {
            State::Stopped
        } else if self.accepted_on.is_some() {
            State::Running
        } else if self.ready_on.is_some() {
            State::Ready
        } else {
            State::Waiting
        }
    }

    /// The stop that lasts.
    pub(crate) fn open_stop(&self) -> Option<&StopLine> {
        self.stops.iter().find(|line| line.stop.until.is_none())
    }

    /// In whose court the ball lies, and since when the stage stands where it stands; nothing where nobody is
    /// to act.
    pub(crate) fn turn(&self) -> Option<(Court, Option<Day>)> {
        match self.state() {
            State::Waiting | State::Done => None,
            State::Ready => Some((self.terms.court, self.ready_on)),
            State::Running => {
                let resumes = self.stops.iter().map(|line| line.stop.until);
                Some((self.terms.court, resumes.max().unwrap_or(self.accepted_on)))
            }
            State::Stopped => {
                let stop = self.open_stop().unwrap().stop;
                Some((COURTS[stop.reason], Some(stop.from)))
            }
        }
    }

    /// What counts of it.
    pub(crate) fn known(&self) -> model::Stage {
        let counts = self
            .stops
            .iter()
            .filter(|line| line.voice != Voice::Annulled);
        model::Stage {
            ready_on: self.ready_on,
            accepted_on: self.accepted_on,
            promise: self.terms.promise,
            statute: self.terms.statute,
            court: self.terms.court,
            stops: counts.map(|line| line.stop).collect(),
            extensions: self.extensions.clone(),
            more_time_is_asked_for: self.asked.is_some(),
            done_on: self.done_on,
        }
    }

    /// The dates that follow from the record.
    pub(crate) fn dates_under(&self, calendar: &Calendar) -> Dates {
        let Some(accepted_on) = self.accepted_on else {
            return Dates::default();
        };
        let known = self.known();
        let read = |limit: Option<Limit>| Some(answer(calendar, accepted_on, &known.stops, limit?));
        let mut dates = Dates::default();
        match read(known.promise()) {
            Some(Answer::Due { on, is_provisional }) => {
                dates.due = Some(on);
                dates.is_unsure |= is_provisional;
            }
            Some(Answer::Left {
                days,
                is_provisional,
            }) => {
                dates.left = Some(days);
                dates.is_unsure |= is_provisional;
            }
            None => {}
        }
        match read(known.law()) {
            Some(Answer::Due { on, is_provisional }) => {
                dates.law = Some(on);
                dates.is_unsure |= is_provisional;
            }
            Some(Answer::Left { is_provisional, .. }) => dates.is_unsure |= is_provisional,
            None => {}
        }
        dates
    }

    /// Writes the dates down. A date that is another one is told; the first one stays.
    pub(crate) fn date(&mut self, calendar: &Calendar) {
        self.dates = self.dates_under(calendar);
        if self.dates.due.is_some() && self.dates.due != self.told.last {
            self.told.first = self.told.first.or(self.dates.due);
            self.told.last = self.dates.due;
            self.told.times += 1;
        }
    }

    /// The last day with `days` more.
    fn due_with(&self, days: u32, calendar: &Calendar) -> Option<Day> {
        let mut more = self.clone();
        more.extensions.push(days);
        more.dates_under(calendar).due
    }

    /// The days promised, or where nothing is promised, of the law, before any extension.
    pub(crate) fn limit_days(&self) -> Option<u32> {
        match self.terms.promise.or(self.terms.statute)? {
            Limit::Working(days) | Limit::Every(days) => Some(days),
            Limit::Fixed(_) => None,
        }
    }

    /// Who decides: the head up to five days in all, the leader beyond, the efficacy office beyond half of
    /// the limit. What a head asks for, no head grants.
    fn decided_by(&self, days: u32, is_head: bool) -> Rank {
        let all = days + self.extensions.iter().sum::<u32>();
        let limit = self.limit_days().unwrap_or(0);
        if 2 * all > limit {
            Rank::EfficacyOffice
        } else if all > 5 || is_head {
            Rank::Leader
        } else {
            Rank::Head
        }
    }

    /// The last day of a stop under its cap.
    pub(crate) fn cap_ends(&self, reason: usize, from: Day, calendar: &Calendar) -> Option<Day> {
        let cap = *self.terms.stops.get(&reason)?;
        Some(worked_day_after(calendar, from, cap?))
    }

    /// The newest stop to which the investor may still say something.
    pub(crate) fn to_answer(&self, today: Day) -> Option<usize> {
        let waits =
            |line: &StopLine| matches!(line.voice, Voice::AskedUntil(last) if today <= last);
        self.stops.iter().rposition(waits)
    }

    /// The newest stop that the investor objects to.
    pub(crate) fn to_review(&self) -> Option<usize> {
        let is_objected = |line: &StopLine| line.voice == Voice::Objected;
        self.stops.iter().rposition(is_objected)
    }

    /// Ends the stop that lasts.
    fn run_from(&mut self, on: Day) {
        for line in &mut self.stops {
            line.stop.until = line.stop.until.or(Some(on));
        }
    }

    /// Writes down an act that was taken.
    pub(crate) fn write(&mut self, act: Act, today: Day, calendar: &Calendar) {
        let was_done = self.done_on.is_some();
        match act {
            Act::Accept { on } => self.accepted_on = Some(on),
            Act::Stop {
                reason,
                from,
                until,
                expected,
                ..
            } => self.write_stop(
                Stop {
                    from,
                    until,
                    reason,
                },
                expected,
                (today, calendar),
            ),
            Act::Resume { on, .. } => self.run_from(on),
            Act::Revise { expected } => {
                let open = self.stops.iter_mut().find(|line| line.stop.until.is_none());
                open.unwrap().expected = Some(expected);
            }
            Act::Answer { agrees, .. } => {
                let at = self.to_answer(today).unwrap();
                self.stops[at].voice = if agrees {
                    Voice::Agreed
                } else {
                    Voice::Objected
                };
            }
            Act::Review { is_upheld } => self.write_review(is_upheld),
            Act::Ask { days, by, is_head } => {
                let due = self.dates.due.unwrap();
                self.asked = Some(Asked {
                    days,
                    by,
                    must: self.decided_by(days, is_head),
                    due,
                    proposed: self.due_with(days, calendar).unwrap(),
                    decide_by: worked_day_after(calendar, today, 1),
                });
            }
            Act::Decide { is_granted, .. } => {
                let asked = self.asked.take().unwrap();
                if is_granted {
                    self.extensions.push(asked.days);
                }
            }
            Act::Complete { on } => {
                self.run_from(on);
                self.asked = None;
                self.done_on = Some(on);
            }
        }
        // What is finished keeps its dates for ever.
        if !was_done {
            self.date(calendar);
        }
    }

    fn write_stop(
        &mut self,
        stop: Stop,
        expected: Option<Day>,
        (today, calendar): (Day, &Calendar),
    ) {
        let expected = match stop.until {
            Some(_) => None,
            None => expected.or(self.cap_ends(stop.reason, stop.from, calendar)),
        };
        let voice = if COURTS[stop.reason] == Court::Investor {
            Voice::AskedUntil(worked_day_after(calendar, today, 1))
        } else {
            Voice::NotAsked
        };
        self.stops.push(StopLine {
            stop,
            expected,
            voice,
        });
    }

    fn write_review(&mut self, is_upheld: bool) {
        let at = self.to_review().unwrap();
        let line = &mut self.stops[at];
        if is_upheld {
            line.voice = Voice::Upheld;
        } else {
            line.voice = Voice::Annulled;
            // That somebody stopped the clock on that day stays on record; it took no time.
            line.stop.until = Some(line.stop.from);
        }
    }
}

/// The `count`-th worked day after `day`.
pub(crate) fn worked_day_after(calendar: &Calendar, mut day: Day, mut count: u32) -> Day {
    while count > 0 {
        day += 1;
        if calendar.is_worked(day) {
            count -= 1;
        }
    }
    day
}
