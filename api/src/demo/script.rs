//! From the course of a project to what each person does on which day.

use domain::{
    clock::StopReason, event::Visibility, id::PersonId, ladder::Rung, template::PlannedStage,
};
use time::{Time, macros::time};

use super::{
    course::{Course, Plot, Span},
    days::Ago,
    dice::Dice,
    people::Cast,
    words,
};

/// What somebody does with a stage.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// The clock starts.
    Accept,
    /// A sign of work.
    Note(&'static str, Visibility, Option<Ago>),
    /// The clock stops: why, until when as expected, and what the investor is told.
    Stop(StopReason, Ago, &'static str),
    /// The clock runs again.
    Resume(&'static str),
    /// The stage is finished.
    Complete(&'static str),
    /// Somebody else becomes responsible.
    Assign(PersonId),
    /// An alert is answered with an instruction and a new date.
    Acknowledge(Rung, &'static str, Ago),
    /// The reason behind the card of a rung, and when the stage may be expected instead.
    Explain(Rung, &'static str, Option<Ago>),
    /// An appeal against the card of a rung.
    Appeal(Rung, &'static str),
}

/// A deed with its day, its stage and its author.
#[derive(Debug, Clone)]
pub(super) struct Dated {
    /// The day.
    pub ago: Ago,
    /// About when on that day; deeds of one project at the same hour are kept as one.
    pub hour: Time,
    /// The place of the stage in its project.
    pub place: u16,
    /// By whom; `None` for whoever is responsible by then.
    pub by: Option<PersonId>,
    /// What.
    pub deed: Deed,
}

impl Deed {
    /// About when people do such a thing.
    pub(super) fn hour(&self) -> Time {
        match self {
            Self::Resume(_) => time!(09:08),
            Self::Accept => AT_ONCE,
            Self::Assign(_) | Self::Acknowledge(..) => time!(10:12),
            Self::Note(..) => time!(11:05),
            Self::Stop(..) => time!(14:31),
            Self::Explain(..) => time!(15:18),
            Self::Appeal(..) => time!(15:52),
            Self::Complete(_) => time!(16:07),
        }
    }
}

/// When stages are accepted, and finished too where that is done at the counter.
const AT_ONCE: Time = time!(09:36);

/// When a project is admitted on its day.
pub(super) const ADMITTED: Time = time!(08:52);

/// Every deed of a course that lies in the past.
pub(super) fn script(
    plot: &Plot,
    course: &Course,
    plan: &[PlannedStage<'_>],
    cast: &Cast,
    dice: Dice,
) -> Vec<Dated> {
    let mut deeds = Vec::new();
    for span in &course.spans {
        let stage = plan.iter().find(|stage| stage.ordinal == span.ordinal);
        let Some(stage) = stage else {
            continue;
        };
        let scene = Scene {
            span,
            stage,
            by: cast.hand(
                &stage.definition.unit,
                dice.about(HANDS + u64::from(span.ordinal)),
            ),
            dice: dice.about(WORDS + u64::from(span.ordinal)),
            is_knot: stage.definition.code == plot.knot.0,
        };
        scene.write(&mut deeds);
    }
    deeds.retain(|dated| dated.ago >= 1);
    deeds
}

/// Questions to the dice lie apart, so that one answer does not follow from another.
const HANDS: u64 = 1 << 16;
const WORDS: u64 = 1 << 24;

/// Longest silence of an investor's milestone between two reports, in working days.
const REPORT_DAYS: i32 = 15;
/// How many working days after a stop the clock is expected to run again.
const STOP_DAYS: i32 = 8;

/// Of notes that are older than this many working days, one in so many is told: the old ones are many,
/// and nobody reads them all.
const RECENT_DAYS: i32 = 25;
const OLD_NOTES: usize = 5;

struct Scene<'a> {
    span: &'a Span,
    stage: &'a PlannedStage<'a>,
    by: PersonId,
    dice: Dice,
    is_knot: bool,
}

impl Scene<'_> {
    fn write(&self, deeds: &mut Vec<Dated>) {
        let span = self.span;
        let mut add = |ago: Ago, deed: Deed| {
            let is_at_once = ago == span.accepted && matches!(deed, Deed::Complete(_));
            deeds.push(Dated {
                ago,
                hour: if is_at_once { AT_ONCE } else { deed.hour() },
                place: span.ordinal,
                by: matches!(deed, Deed::Accept).then_some(self.by),
                deed,
            });
        };
        add(span.accepted, Deed::Accept);
        for &(reason, stopped, resumed) in &span.stops {
            add(
                stopped,
                Deed::Stop(reason, expected(stopped), words::stop(reason)),
            );
            if let Some(resumed) = resumed {
                add(resumed, Deed::Resume(words::resume(reason)));
            }
        }
        self.write_notes(&mut add);
        if let Some(done) = span.done {
            add(
                done,
                Deed::Complete(words::result(&self.stage.definition.code)),
            );
        }
    }

    fn write_notes(&self, add: &mut impl FnMut(Ago, Deed)) {
        for ago in self.note_days() {
            let dice = self.dice.about(u64::from(ago.unsigned_abs()));
            let unit = self.stage.definition.unit.as_str();
            let is_old = ago > RECENT_DAYS && !self.is_knot;
            if is_old && dice.pick(OLD_NOTES) != 0 {
                continue;
            }
            let is_public = self.is_knot || dice.about(1).pick(2) == 0;
            let shown = if is_public {
                Visibility::Public
            } else {
                Visibility::Internal
            };
            // Whoever is late says until when.
            let expected = (self.is_knot && ago <= 2).then_some(-3);
            add(ago, Deed::Note(words::note(unit, dice), shown, expected));
        }
    }

    /// The days on which something must be written lest the stage seem asleep.
    fn note_days(&self) -> Vec<Ago> {
        let Some(silence_days) = self.stage.definition.silence_days else {
            return Vec::new();
        };
        if self.span.is_silent {
            return Vec::new();
        }
        let stride = i32::from(silence_days).min(REPORT_DAYS);
        let end = self.span.done.unwrap_or_default().max(0);
        let mut days = Vec::new();
        let mut last = self.span.accepted;
        let mut stops = self.span.stops.iter();
        let mut stop = stops.next();
        loop {
            let next = last - stride;
            match stop {
                Some((_, stopped, resumed)) if next <= *stopped => {
                    let Some(resumed) = resumed else {
                        return days;
                    };
                    last = *resumed;
                    stop = stops.next();
                }
                _ if next <= end => return days,
                _ => {
                    days.push(next);
                    last = next;
                }
            }
        }
    }
}

/// When a clock that stopped is expected to run again: after the stop, and never in what is past today.
fn expected(stopped: Ago) -> Ago {
    let expected = stopped - STOP_DAYS;
    if expected > 0 { expected } else { -4 }
}
