//! What of a case's work is in the record, and what in the file: one list in the order of time.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::Fact,
    office::Office,
    project::{Mark, Recorded, WorkItem},
    text::Line,
};
use persistence::event::RecordedEvent;
use time::{Duration, OffsetDateTime};

use super::{
    mapping::{LoggedWork, work_of_clock_key},
    roster::Cast,
};

/// A piece of work with its key.
#[derive(Debug, Clone)]
pub struct Piece {
    /// `None` for what somebody did here.
    key: Option<String>,
    item: WorkItem,
}

/// Work in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Pieces(Vec<Piece>);

impl Piece {
    fn logged(logged: &LoggedWork, cast: &Cast, office: &Office) -> Self {
        let author = logged.by.as_ref().and_then(|name| cast.people.get(name));
        Self {
            key: Some(logged.key.clone()),
            item: WorkItem {
                author: author.copied(),
                at: logged.at,
                activity: logged.activity.clone(),
                due_on: logged.due_at.map(|at| office.time.day_of(at)),
                mark: logged.mark,
                recorded: Recorded::Nothing,
            },
        }
    }

    /// The work in the record, oldest line first, with what it did to the clock: what the record says, or
    /// where that says nothing, `marks`. With it whenever somebody here let the clock run again.
    pub fn recorded(
        lines: Vec<(Option<String>, RecordedEvent)>,
        marks: &BTreeMap<Line, Mark>,
        office: &Office,
    ) -> Vec<Self> {
        let of_clock = |(key, line): &(Option<String>, RecordedEvent)| {
            let work = work_of_clock_key(key.as_deref()?)?;
            Some((work.to_owned(), mark_of(&line.event.fact)?))
        };
        let told: BTreeMap<String, Mark> = lines.iter().filter_map(of_clock).collect();
        let pieces = lines.into_iter().filter_map(|(key, line)| {
            let (at, activity, mark, recorded) = match (&key, line.event.fact) {
                (Some(key), Fact::WorkRecorded { activity, .. }) => {
                    let activity = Line::parse(&activity).ok()?;
                    let at = line.event.happened_at;
                    match told.get(key) {
                        Some(mark) => (at, activity, Some(*mark), Recorded::WorkAndMark),
                        None => {
                            let mark = marks.get(&activity).copied();
                            (at, activity, mark, Recorded::Work)
                        }
                    }
                }
                (None, fact @ Fact::ClockResumed { .. }) => {
                    let activity = Line::parse(fact.kind()).ok()?;
                    let at = end_of_day(line.event.happened_at, office);
                    (at, activity, Some(Mark::Resumes), Recorded::WorkAndMark)
                }
                (_, _) => return None,
            };
            let item = WorkItem {
                author: None,
                at,
                activity,
                due_on: None,
                mark,
                recorded,
            };
            Some(Self { key, item })
        });
        pieces.collect()
    }
}

impl Pieces {
    /// The work of a file, which is in the order of time.
    pub fn of<'a>(
        work: impl IntoIterator<Item = &'a LoggedWork>,
        cast: &Cast,
        office: &Office,
    ) -> Self {
        let work = work.into_iter();
        Self(work.map(|item| Piece::logged(item, cast, office)).collect())
    }

    /// The same with what is in the record. Of work at the same instant the recorded comes first, unless
    /// the file has it too: then the file's order counts.
    pub fn beside(self, recorded: Vec<Piece>) -> Self {
        let in_file: BTreeSet<String> = self.0.iter().filter_map(|it| it.key.clone()).collect();
        let is_in_file = |piece: &Piece| piece.key.as_ref().is_some_and(|it| in_file.contains(it));
        let (both, only_recorded): (Vec<Piece>, Vec<Piece>) =
            recorded.into_iter().partition(is_in_file);
        let known: BTreeMap<Option<String>, WorkItem> = both
            .into_iter()
            .map(|piece| (piece.key, piece.item))
            .collect();
        let told = |mut piece: Piece| {
            if let Some(item) = known.get(&piece.key) {
                piece.item.recorded = item.recorded;
                if item.recorded == Recorded::WorkAndMark {
                    piece.item.mark = item.mark;
                }
            }
            piece
        };
        let mut all: Vec<Piece> = only_recorded
            .into_iter()
            .chain(self.0.into_iter().map(told))
            .filter(|piece| piece.item.mark.is_some() || piece.item.recorded == Recorded::Nothing)
            .collect();
        all.sort_by_key(|piece| piece.item.at);
        Self(all)
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The work, and its keys.
    pub fn split(self) -> (Vec<WorkItem>, Vec<Option<String>>) {
        let pieces = self.0.into_iter();
        pieces.map(|piece| (piece.item, piece.key)).unzip()
    }
}

fn mark_of(fact: &Fact) -> Option<Mark> {
    match fact {
        Fact::StageAccepted { .. } => Some(Mark::Accepts),
        Fact::ClockStopped { reason, .. } => Some(Mark::Stops(*reason)),
        Fact::ClockResumed { .. } => Some(Mark::Resumes),
        _ => None,
    }
}

/// The last moment of the local day: what somebody enters here is said of a day, not of an hour, and is
/// the last word on it.
fn end_of_day(at: OffsetDateTime, office: &Office) -> OffsetDateTime {
    let day = office.time.day_of(at);
    let next = day.next_day().map(|next| office.time.start_of(next));
    next.map_or(at, |next| next - Duration::MICROSECOND)
}
