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
            let happened_at = line.event.happened_at;
            let (at, activity, mark, recorded) = if let Some(key) = &key {
                let Fact::WorkRecorded { activity, .. } = line.event.fact else {
                    return None;
                };
                let activity = Line::parse(&activity).ok()?;
                let told = told.get(key).copied();
                let recorded = told.map_or(Recorded::Work, |_| Recorded::WorkAndMark);
                let mark = told.or_else(|| marks.get(&activity).copied());
                (happened_at, activity, mark, recorded)
            } else {
                let fact = line.event.fact;
                let mark = mark_of(&fact).filter(|mark| *mark == Mark::Resumes)?;
                let activity = Line::parse(fact.kind()).ok()?;
                let at = end_of_day(happened_at, office);
                (at, activity, Some(mark), Recorded::WorkAndMark)
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
    #[must_use]
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
    if let Fact::ClockStopped { reason, .. } = fact {
        return Some(Mark::Stops(*reason));
    }
    let is_accepted = matches!(fact, Fact::StageAccepted { .. });
    let is_resumed = matches!(fact, Fact::ClockResumed { .. });
    is_accepted
        .then_some(Mark::Accepts)
        .or(is_resumed.then_some(Mark::Resumes))
}

/// The last moment of the local day: what somebody enters here is said of a day, not of an hour, and is
/// the last word on it.
fn end_of_day(at: OffsetDateTime, office: &Office) -> OffsetDateTime {
    let day = office.time.day_of(at);
    let next = day.next_day().map(|next| office.time.start_of(next));
    next.map_or(at, |next| next - Duration::MICROSECOND)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::{
        calendar::china,
        clock::StopReason,
        event::{Author, Event},
        id::{UnitId, ZoneId},
        ladder::Ladder,
        zone_time::ZoneTime,
    };
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;
    use crate::import::mapping::clock_key;

    const ASKED: Mark = Mark::Stops(StopReason::Supplement);
    const MONDAY: OffsetDateTime = datetime!(2026-03-02 1:00 UTC);

    fn office() -> Office {
        Office {
            zone: ZoneId(Uuid::nil()),
            time: ZoneTime::named("Asia/Shanghai").unwrap(),
            calendar: Arc::new(china::mainland()),
            ladder: Arc::new(Ladder::default()),
        }
    }

    fn line(key: Option<&str>, at: OffsetDateTime, fact: Fact) -> (Option<String>, RecordedEvent) {
        let event = Event {
            stage: None,
            author: Author::Import,
            happened_at: at,
            is_late_entry: false,
            fact,
        };
        let recorded = RecordedEvent {
            seq: 1,
            event,
            recorded_at: at,
        };
        (key.map(str::to_owned), recorded)
    }

    fn worked(activity: &str) -> Fact {
        Fact::WorkRecorded {
            activity: activity.to_owned(),
            due_on: None,
        }
    }

    fn resumed() -> Fact {
        Fact::ClockResumed {
            text: None,
            late_reason: None,
        }
    }

    fn marks() -> BTreeMap<Line, Mark> {
        let of = |activity, mark| (Line::parse(activity).unwrap(), mark);
        BTreeMap::from([of("Ask", ASKED), of("Receive", Mark::Resumes)])
    }

    fn logged(key: &str, activity: &str, mark: Option<Mark>) -> LoggedWork {
        LoggedWork {
            key: key.to_owned(),
            by: None,
            at: MONDAY,
            activity: Line::parse(activity).unwrap(),
            due_at: None,
            mark,
        }
    }

    fn told(pieces: &[Piece]) -> Vec<(OffsetDateTime, Option<Mark>, Recorded)> {
        let pieces = pieces.iter().map(|piece| &piece.item);
        pieces
            .map(|item| (item.at, item.mark, item.recorded))
            .collect()
    }

    #[test]
    fn what_the_record_says_of_the_clock_comes_before_what_a_mapping_says() {
        let lines = vec![
            line(Some("1"), MONDAY, worked("Receive")),
            line(Some(&clock_key("1")), MONDAY, resumed()),
            line(Some("2"), MONDAY, worked("Ask")),
            line(Some("3"), MONDAY, worked("Talk")),
        ];
        let none = BTreeMap::from([(Line::parse("Receive").unwrap(), ASKED)]);
        let known = Piece::recorded(lines.clone(), &none, &office());
        let expected = [
            (MONDAY, Some(Mark::Resumes), Recorded::WorkAndMark),
            (MONDAY, None, Recorded::Work),
            (MONDAY, None, Recorded::Work),
        ];
        assert_eq!(told(&known), expected);
        let known = Piece::recorded(lines, &marks(), &office());
        assert_eq!(told(&known)[1], (MONDAY, Some(ASKED), Recorded::Work));
    }

    #[test]
    fn what_somebody_here_resumed_stays_resumed() {
        let lines = vec![
            line(Some("1"), MONDAY, worked("Ask")),
            line(None, datetime!(2026-03-02 16:00 UTC), resumed()),
        ];
        let known = Piece::recorded(lines, &marks(), &office());
        let end = datetime!(2026-03-03 15:59:59.999_999 UTC);
        assert_eq!(
            told(&known)[1],
            (end, Some(Mark::Resumes), Recorded::WorkAndMark),
            "to the end of its local day"
        );
    }

    #[test]
    fn at_one_instant_the_order_of_the_file_counts_and_else_the_record_comes_first() {
        let cast = Cast {
            people: BTreeMap::new(),
            units: BTreeMap::new(),
            records: UnitId(Uuid::nil()),
            added_people: 0,
            added_units: 0,
        };
        let lines = vec![
            line(Some("2"), MONDAY, worked("Receive")),
            line(Some("9"), MONDAY, worked("Ask")),
            line(Some("8"), MONDAY, worked("Talk")),
        ];
        let known = Piece::recorded(lines, &marks(), &office());
        let file = [
            logged("1", "Ask", Some(ASKED)),
            logged("2", "Receive", Some(Mark::Resumes)),
            logged("3", "Talk", None),
        ];
        let all = Pieces::of(&file, &cast, &office()).beside(known);
        let (_, keys) = all.split();
        let keys: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
        assert_eq!(keys, ["9", "1", "2", "3"]);
    }
}
